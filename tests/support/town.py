# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""A small organisation with every real part: its root, its site, a workstation and a printer.

    with Town(programs) as town:
        town.cups.run(["lp", "-d", town.queue, "file.pdf"], user=town.person)
        town.homespool("jobs", user=town.person)

The demo and the end-to-end tests live in it. Everything lies below one folder, listens on loopback
and is stopped by its pid. It runs as root: cupsd's backends, the agent and the person each need a
user of their own.
"""

import atexit
import functools
import http.client
import json
import os
import pwd
import re
import secrets
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from pathlib import Path

from orphans import end_orphans
from private_cups import ADMIN_GROUP, PrivateCups, as_user, until

AGENT_USER = "daemon"   # stands for the user homespool
QUEUE_USER = "backup"   # stands for the user of homespool-queue: its group is in CUPS's SystemGroup
BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path={path}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><allow own="*"/><allow send_destination="*"/>
<allow receive_sender="*"/></policy></busconfig>"""
AVAHI = "[server]\nuse-ipv6=no\nallow-interfaces=lo\nenable-dbus=yes\n"


class Programs:
    """Where the programs of a build folder lie, or of an installed tree."""

    def __init__(self, build):
        build = Path(build).resolve()
        self.agent = build / "agent/homespoold"
        self.command = build / "agent/cli/homespool"
        self.site = build / "site/homespool-site"
        self.trust = build / "site/homespool-trust"
        self.queue = build / "platform/linux/homespool-queue"
        self.helpers = build / "render"
        self.notifier = build / "platform/linux/homespool"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Town:
    def __init__(self, programs, person, folder=None, queue="Homespool", policy=()):
        self.programs = programs
        self.own_folder = folder is None
        self.folder = Path(folder or tempfile.mkdtemp(prefix="homespool-town-"))
        self.folder.chmod(0o755)
        self.person = person
        self.queue = queue
        self.policy = list(policy)
        self.password = secrets.token_urlsafe(12)
        self.processes = {}
        self.agent_environment = {}
        self.people_port, self.devices_port, self.printer_port = free_port(), free_port(), free_port()
        self.url = f"https://localhost:{self.people_port}"
        self.cups = None

    # ── running things ───────────────────────────────────────────────────────────────────────

    def start(self, name, command, **more):
        log = (self.folder / f"{name}.log").open("ab")
        process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                   start_new_session=True, **more)
        log.close()
        self.processes[name] = process
        return process

    def stop(self, name, kill=False):
        process = self.processes.pop(name, None)
        if process is None or process.poll() is not None:
            return
        process.kill() if kill else process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(20)

    def run(self, *command, check=True, **more):
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=120, **more)
        if check and done.returncode != 0:
            raise AssertionError(f"{command[0]} {command[1:]} ended with {done.returncode}: {done.stderr.strip() or done.stdout.strip()}")
        return done

    def log(self, name):
        path = self.folder / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()

    def close(self):
        for name in reversed(list(self.processes)):
            self.stop(name)
        if self.cups is not None:
            self.cups.stop()
        if self.own_folder:
            end_orphans(self.folder)
            shutil.rmtree(self.folder, ignore_errors=True)

    # ── the organisation: root, site, printer ────────────────────────────────────────────────

    def start_site(self):
        trust, site = self.folder / "root-keys", self.folder / "site"
        self.run(self.programs.site, "init", "--data", site, "--name", "localhost",
                 "--listen", f"127.0.0.1:{self.people_port}", "--devices-listen", f"127.0.0.1:{self.devices_port}",
                 "--url", self.url, "--devices-url", f"https://localhost:{self.devices_port}")
        self.run(self.programs.trust, "init", "--dir", trust, "--name", "Example Organisation")
        request = next(site.glob("*request*"))
        self.run(self.programs.trust, "sign", "--dir", trust, request, "--os-names", "yes", "--yes", *self.policy,
                 "--out", self.folder / "bundle.jws")
        self.run(self.programs.site, "trust", "--data", site, "--file", self.folder / "bundle.jws")
        self.start("site", [self.programs.site, "serve", "--data", site])
        until(lambda: self.answers(self.people_port) and self.answers(self.devices_port), "the site listens")

    def answers(self, port):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return True
        except OSError:
            return False

    def add_person(self, name):
        self.run(self.programs.site, "user", "add", "--data", self.folder / "site", "--name", name,
                 "--password-file", "-", input=self.password + "\n")

    def start_bus(self):
        """ippeveprinter insists on DNS-SD: a bus and an avahi of our own, on loopback."""
        path = self.folder / "bus"
        (self.folder / "bus.conf").write_text(BUS.format(path=path))
        (self.folder / "avahi.conf").write_text(AVAHI)
        environment = {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={path}", "HOME": str(self.folder)}
        self.start("bus", ["dbus-daemon", f"--config-file={self.folder}/bus.conf", "--nofork", "--nopidfile"])
        until(path.exists, "the bus")
        # Its own namespaces: /run/avahi-daemon may be somebody else's, and another town may be on the loopback.
        self.start("avahi", ["unshare", "--mount", "--net", "sh", "-c",
                             "ip link set lo up multicast on && ip route add 224.0.0.0/4 dev lo && mkdir -p /run/avahi-daemon && mount -t tmpfs none /run/avahi-daemon && exec avahi-daemon "
                             f"-f {self.folder}/avahi.conf --no-drop-root --no-chroot --no-rlimits --no-proc-title"],
                   env=environment)
        ask = ["dbus-send", "--system", "--print-reply", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus",
               "org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.Avahi"]
        until(lambda: "boolean true" in self.run(*ask, check=False, env=environment).stdout, "avahi")
        return environment

    def start_printer(self, name="Second floor"):
        environment = self.start_bus()
        self.printed, keys = self.folder / "printed", self.folder / "printer-keys"
        self.printed.mkdir(exist_ok=True)
        keys.mkdir()
        # Prints at once, and counts as a printer does.
        command = self.folder / "print-and-count"
        command.write_text("#!/bin/sh\nn=$(qpdf --show-npages \"$1\" 2> /dev/null)\nn=$((${n:-1} * ${IPP_COPIES:-1}))\n"
                           "echo \"ATTR: job-impressions-completed=$n job-media-sheets-completed=$n\" >&2\n")
        command.chmod(0o755)
        self.printer_name = name
        self.printer_uri = f"ipps://localhost:{self.printer_port}/ipp/print"
        self.printer_command = ["ippeveprinter", "-n", "localhost", "-p", self.printer_port, "-d", self.printed, "-K", keys,
                                "-c", command, "-k", "-2", "-s", "20,10", "-f",
                                "application/pdf,image/jpeg,image/pwg-raster", name]
        self.printer_environment = environment
        self.switch_printer_on()
        certificate = self.folder / "printer.pem"
        certificate.write_text(ssl.get_server_certificate(("localhost", self.printer_port)))
        return certificate

    def switch_printer_on(self):
        self.start("printer", self.printer_command, env=self.printer_environment)
        until(lambda: self.answers(self.printer_port), "the printer listens")

    def list_printer(self, certificate):
        """The printer-admin key signs the printer with its key; the site only hands the list on."""
        trust, site = self.folder / "root-keys", self.folder / "site"
        request, signed = self.folder / "printer-request.json", self.folder / "printers.jws"
        self.run(self.programs.site, "printer", "add", "--name", self.printer_name, "--location", "by the stairs",
                 "--uri", self.printer_uri, "--output", request)
        self.run(self.programs.trust, "sign", "--dir", trust, request, "--certificate", certificate, "--yes", "--out", signed)
        self.run(self.programs.site, "trust", "--data", site, "--file", signed)

    # ── the workstation ──────────────────────────────────────────────────────────────────────

    def start_cups(self):
        folder = self.folder / "cups"
        folder.mkdir(exist_ok=True)
        self.cups = PrivateCups(folder, self.programs.notifier, self.folder / "agent/run/ipp.sock")
        self.cups.start()

    def start_agent(self, configuration=""):
        root = self.folder / "agent"
        if not root.exists():
            for name in ("etc", "lib", "run"):
                (root / name).mkdir(parents=True)
            for name in ("lib", "run"):
                shutil.chown(root / name, AGENT_USER)
            (root / "lib").chmod(0o700)
            (root / "etc/agent.conf").write_text(configuration)
        if self.cups is not None and "queue" not in self.processes:
            # Its socket stands in the agent's run folder, which root may write.
            command, environment = as_user(QUEUE_USER, [self.programs.queue, "--agent-user", AGENT_USER,
                                                        "--cups-socket", self.cups.socket,
                                                        "--printer-socket", root / "run/ipp.sock",
                                                        "--queue", self.queue, "--socket", self.queue_socket],
                                           groups=[ADMIN_GROUP])
            self.queue_folder.mkdir()
            shutil.chown(self.queue_folder, QUEUE_USER)
            self.start("queue", command, env=environment)
            until(self.queue_socket.exists, "homespool-queue listens")
        link = root / "run/queue.sock"
        if self.cups is not None and not link.is_symlink():
            link.symlink_to(self.queue_socket)
        command, environment = as_user(AGENT_USER, [self.programs.agent, "--root", root, "--helper-folder",
                                                    self.programs.helpers])
        self.start("agent", command, env={**environment, **self.agent_environment})
        until(self.agent_is_ready, "the agent is ready")

    @property
    def queue_folder(self):
        return self.folder / "queue"

    @property
    def queue_socket(self):
        return self.queue_folder / "queue.sock"

    def agent_is_ready(self):
        if self.processes["agent"].poll() is not None:
            raise AssertionError("the agent ended: " + self.log("agent"))
        return self.homespool("status", check=False).returncode == 0

    def enrol(self):
        token = self.folder / "token"
        self.run(self.programs.site, "token", "--data", self.folder / "site", "--output", token)
        self.homespool("enrol", "--token-file", token)
        token.unlink()
        until(lambda: self.status()["site_online"], "the site is connected")

    def await_queue(self):
        def in_order():
            checks = json.loads(self.homespool("--json", "doctor", check=False).stdout)["checks"]
            return all(c["verdict"] == "ok" for c in checks if c["name"] == "queue")
        until(in_order, "the print queue is in order", limit_s=60)

    def homespool(self, *arguments, user=None, **more):
        command = [self.programs.command, "--root", self.folder / "agent", *arguments]
        if user is not None:
            command, environment = as_user(user, [str(word) for word in command], env=more.pop("env", {}))
            more["env"] = environment
        return self.run(*command, **more)

    def status(self, user=None):
        return json.loads(self.homespool("--json", "status", user=user).stdout)

    def jobs(self, user=None):
        return json.loads(self.homespool("--json", "jobs", user=user or self.person).stdout)["jobs"]

    def await_job(self, condition, what, limit_s=30):
        return until(lambda: next((job for job in self.jobs() if condition(job)), None), what, limit_s)

    # ── the release page, as a browser speaks to it ──────────────────────────────────────────

    def browser(self):
        return Browser(self)

    def report(self):
        return json.loads(self.run(self.programs.site, "report", "--data", self.folder / "site", "--json").stdout)["lines"]


class Browser:
    """Signs in and sends forms, as the release page works without JavaScript."""

    def __init__(self, town):
        self.town = town
        self.cookie = None
        self.context = ssl.create_default_context(cadata=self._authority())

    def _authority(self):
        bundle = (self.town.folder / "bundle.jws").read_text().split(".")[1]
        import base64
        payload = json.loads(base64.urlsafe_b64decode(bundle + "=" * (-len(bundle) % 4)))
        return "\n".join(payload["site_ca"])

    def ask(self, method, path, form=None):
        from urllib.parse import urlencode
        connection = http.client.HTTPSConnection("localhost", self.town.people_port, context=self.context, timeout=30)
        headers = {"Origin": self.town.url}
        if self.cookie:
            headers["Cookie"] = self.cookie
        body = None
        if form is not None:
            body = urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                self.cookie = value.split(";")[0]
        connection.close()
        return answer.status, text, answer.getheader("Location")

    def sign_in(self):
        status, page, _ = self.ask("POST", "/sign-in", {"user": self.town.person, "password": self.town.password})
        assert status == 303, page

    def release(self, job, printer=None):
        """To @printer, or to the first that the page offers."""
        _, page, _ = self.ask("GET", "/")
        csrf = re.search(r'name="csrf" value="([^"]+)"', page).group(1)
        printer = printer or re.search(r'<option value="([0-9a-f-]{36})"', page).group(1)
        status, page, _ = self.ask("POST", "/release", {"csrf": csrf, "job": job, "printer": printer})
        assert status == 303, page


GUEST = "homespool-guest"


def find_person():
    """An ordinary user of this machine that no test made, or None."""
    for entry in pwd.getpwall():
        if 1000 <= entry.pw_uid < 60000 and not entry.pw_name.startswith("homespool-"):
            return entry.pw_name
    return None


class Person:
    """An ordinary user to print as: one that is there, else one that is made and removed again; with @name a further one."""

    def __init__(self, name=None):
        self.name = name

    def __enter__(self):
        further, self.name = self.name, self.name or find_person()
        self.made = further is not None or self.name is None
        if self.made and not self.make(further or GUEST):
            assert further is None and self.make(f"{GUEST}-{os.getpid()}"), "no user can be made"  # the guest is another test's
        return self.name

    def make(self, name):
        self.name = name
        return subprocess.run(["useradd", "--no-create-home", "--shell", "/usr/sbin/nologin", name], capture_output=True).returncode == 0

    def __exit__(self, *unused):
        if self.made:
            subprocess.run(["userdel", self.name], check=False, capture_output=True)


@functools.cache
def person_until_the_end():
    """The name of an ordinary user, who is there until this program ends."""
    person = Person()
    atexit.register(person.__exit__)
    return person.__enter__()
