# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""A headless Chromium, driven through the WebDriver protocol (W3C) with Python's standard library."""

import base64
import json
import os
import re
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

from site_world import wait_until

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
LIMIT_S = 30


def find(*names):
    return next((path for name in names if (path := shutil.which(name))), None)


CHROMIUM, DRIVER = find("chromium", "chromium-browser"), find("chromedriver", "chromium-driver")


class Failed(Exception):
    pass


class Browser:
    """@identity: (PKCS#12 file, its password, address that asks for it), as somebody imports it once."""

    def __init__(self, width, height, dark=False, javascript=True, phone=False, identity=None):
        self.profile = tempfile.TemporaryDirectory(prefix="homespool-browser-", ignore_cleanup_errors=True)
        if identity:
            self.import_identity(*identity[:2])
        self.driver = subprocess.Popen([DRIVER, "--port=0", "--allowed-ips=127.0.0.1"], stdout=subprocess.PIPE, text=True,
                                       stderr=subprocess.DEVNULL, env={**os.environ, "HOME": self.profile.name})
        # It takes a port of all addresses; one that was found free on loopback may be in use on another.
        self.port = next(int(said[1]) for line in self.driver.stdout if (said := re.search(r"successfully on port (\d+)", line)))
        self.session = None
        wait_until(self.is_ready)
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                 "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars", "--force-device-scale-factor=1",
                 f"--user-data-dir={self.profile.name}/profile", f"--window-size={width},{height}"]
        if dark:
            flags.append("--force-dark-mode")
        options = {"binary": CHROMIUM, "args": flags}
        if not javascript:
            options["prefs"] = {"profile.managed_default_content_settings.javascript": 2}
        if identity:  # the question which certificate to show is answered as an administrator's policy would
            options["prefs"] = {"profile.managed_auto_select_certificate_for_urls": [json.dumps({"pattern": identity[2], "filter": {}})]}
        reply = self.call("POST", "/session", {"capabilities": {"alwaysMatch": {
            "browserName": "chrome", "acceptInsecureCerts": True, "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}}})
        self.session = f"/session/{reply['sessionId']}"
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=phone)
        self.cdp("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def import_identity(self, file, password):
        store = Path(self.profile.name, ".pki/nssdb")
        store.mkdir(parents=True)
        for command in (["certutil", "-d", f"sql:{store}", "-N", "--empty-password"],
                        ["pk12util", "-d", f"sql:{store}", "-i", file, "-W", password]):
            subprocess.run(command, check=True, capture_output=True, timeout=LIMIT_S)

    def is_ready(self):
        try:
            return self.call("GET", "/status")["ready"]
        except OSError:
            return False

    def call(self, method, path, value=None):
        data = None if value is None else json.dumps(value).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:
                return json.load(reply)["value"]
        except urllib.error.HTTPError as refusal:
            raise Failed(json.load(refusal)["value"]["message"].splitlines()[0]) from None

    def ask(self, method, path, value=None):
        return self.call(method, self.session + path, value)

    def cdp(self, command, **parameters):
        return self.ask("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def close(self):
        try:
            if self.session:
                self.call("DELETE", self.session)
        finally:
            self.driver.terminate()
            self.driver.wait(LIMIT_S)
            self.profile.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # what a person does

    def open(self, url):
        self.ask("POST", "/url", {"url": url})

    @property
    def url(self):
        return self.ask("GET", "/url")

    def all(self, selector):
        return [e[ELEMENT] for e in self.ask("POST", "/elements", {"using": "css selector", "value": selector})]

    def one(self, selector):
        """The first element that fits and is shown; waits for it."""
        def shown():
            return next((e for e in self.all(selector) if self.ask("GET", f"/element/{e}/displayed")), None)
        return wait_until(shown)

    def click(self, selector):
        self.ask("POST", f"/element/{self.one(selector)}/click", {})

    def type(self, selector, text):
        self.ask("POST", f"/element/{self.one(selector)}/value", {"text": text})

    def keys(self, *keys):
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self.ask("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def text(self, selector="body"):
        try:
            return self.ask("GET", f"/element/{self.all(selector)[0]}/text")
        except (Failed, IndexError):
            return ""

    def wait_text(self, words, selector="body"):
        return wait_until(lambda: words in self.text(selector))

    def run(self, script, *arguments):
        return self.ask("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def role(self, selector):
        element = self.one(selector)
        return self.ask("GET", f"/element/{element}/computedrole"), self.ask("GET", f"/element/{element}/computedlabel")

    def complaints(self):
        """What the browser wrote to its console: blocked contents, script errors."""
        return [entry["message"] for entry in self.ask("POST", "/se/log", {"type": "browser"}) if entry["level"] in ("SEVERE", "WARNING")]

    def shoot(self, path):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_bytes(base64.b64decode(self.ask("GET", "/screenshot")))
