#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""What `homespool doctor` says when something is really wrong: each line what happened, and what to do next.

usage: doctor.py BUILD_FOLDER [SENTENCE]
"""

import atexit
import contextlib
import json
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from control_world import ALICE, ALICE_NAME, Workstation, has_programs, small_pdf, until  # noqa: E402
from ipp_client import Connection, mime, name_  # noqa: E402
from private_cups import as_user  # noqa: E402
from tap import main, skip, test  # noqa: E402
from town import AGENT_USER  # noqa: E402
from wall_clock import WallClock  # noqa: E402

BUILD = sys.argv[1]
clock = world = None


class Silent:
    """Takes connections and says nothing, like a program that hangs."""

    def __init__(self, path=None):
        self.path = path
        self.socket = socket.socket(socket.AF_UNIX if path else socket.AF_INET)
        self.socket.bind(str(path) if path else ("127.0.0.1", 0))
        self.socket.listen(16)

    @property
    def port(self):
        return self.socket.getsockname()[1]

    def close(self):
        self.socket.close()


def office():
    """A workstation with a site, whose agent goes by a clock of its own."""
    global clock, world
    if world is None:
        world = Workstation(BUILD)
        clock = WallClock(world.folder / "clock", BUILD)
        world.agent_environment = clock.environment
        atexit.register(world.close)
        world.start_site()
        world.__enter__()
        world.enrol()
    return world


def examine(w=None):
    """Check's name → those of that name. Whatever is not well says what to do next."""
    shown = (w or office()).command(ALICE_NAME, "--json", "doctor")
    checks = {}
    for check in json.loads(shown.stdout)["checks"]:
        checks.setdefault(check["name"], []).append(check)
        assert check["sentence"].endswith((".", "!")) or ": " in check["sentence"], check
        assert check["verdict"] == "ok" or check["next"], f"what is one to do? {check}"
    return checks


def said(name, *words, verdict="failed", of=None):
    check, = examine(of)[name]
    assert check["verdict"] == verdict and all(word in check["sentence"] + " → " + check["next"] for word in words), check
    return check


def fill(path):
    """Every byte that is left, with a file of root's."""
    with contextlib.suppress(OSError), path.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


@test("a workstation where all is well has nothing that failed")
def _():
    checks = examine()
    assert not [check for of in checks.values() for check in of if check["verdict"] == "failed"], checks
    assert checks["site"][0]["verdict"] == "ok" and checks["certificate"][0]["verdict"] == "ok", checks


@contextlib.contextmanager
def configured(old, new):
    """The agent runs with another line in its configuration."""
    w = office()
    file = w.root / "etc/agent.conf"
    before = file.read_text()
    assert old in before
    file.write_text(before.replace(old, new))
    w.restart_agent()
    until(lambda: w.status()["site_online"], "the site is connected", limit_s=60)
    try:
        yield w
    finally:
        file.write_text(before)
        w.restart_agent()


def some_certificate(w):
    pem = w.folder / "some.pem"
    w.run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", w.folder / "some.key",
          "-out", pem, "-days", "30", "-subj", "/CN=some")
    return pem


def list_printer(w, name, uri, certificate):
    w.printer_name, w.printer_uri = name, uri
    w.list_printer(certificate)
    until(lambda: name in [printer["name"] for printer in w.get(ALICE, "/v1/printers")["printers"]], "the list has come")


@test("a print system and a printer that hang are named, and all the rest is said")
def _():
    w = office()
    printer, queue = Silent(), Silent(w.root / "run/queue.sock")
    shutil.chown(queue.path, AGENT_USER)
    try:
        list_printer(w, "Deaf", f"ipps://localhost:{printer.port}/ipp/print", some_certificate(w))
        with configured("manage = false", "manage = true"):
            checks = examine()
            assert checks["queue"][0]["verdict"] == "failed" and "did not answer within 10 seconds" in checks["queue"][0]["sentence"], checks
            assert re.match("Deaf: .*did not answer", checks["printer"][0]["sentence"]), checks["printer"]
            assert checks["site"][0]["verdict"] == "ok", checks["site"]
    finally:
        queue.close()
        printer.close()
        queue.path.unlink()


@test("a print system that is stopped is told of with what to look at")
def _():
    with configured("manage = false", "manage = true"):
        said("queue", "homespool-queue", "systemctl status cups")


@test("a printer that is switched off, and one that shows another key than the listed one, are told of")
def _():
    w = office()
    has_programs("ippeveprinter", "avahi-daemon", "dbus-daemon", "qpdf")
    said("printer", "Deaf", "does not answer", "tell your administrator", verdict="warning")
    w.start_printer()
    list_printer(w, "Changed", w.printer_uri, some_certificate(w))
    found = [check for check in examine()["printer"] if check["sentence"].startswith("Changed: ")]
    assert "the printer's key is not the trusted one" in found[0]["sentence"] and found[0]["verdict"] == "warning", found


def look_for_keyring(w):
    home = w.folder / "alice"
    home.mkdir()
    shutil.chown(home, ALICE_NAME)
    file = {"SECRET_BACKEND": "file", "SECRET_FILE_TEST_PASSWORD": "a password", "SECRET_FILE_TEST_PATH": str(home / "test.keyring")}

    def run(*arguments, **keyring):
        words, environment = as_user(ALICE_NAME, [str(w.programs.command), "--root", str(w.root), *arguments])
        return subprocess.run(words, env={**environment, **keyring}, capture_output=True, text=True, timeout=60, check=False).stdout

    def keyring_of(**keyring):
        return [(c["verdict"], c["sentence"], c["next"]) for c in json.loads(run("--json", "doctor", **keyring))["checks"] if c["name"] == "keyring"]

    (verdict, sentence, step), = keyring_of()
    assert verdict == "note" and "cannot be reached" in sentence and "desktop session" in step
    assert not keyring_of(**file), "no key yet, and a keyring that can take one"
    assert "Your key was made" in run("unlock", **file)
    assert not keyring_of(), "the key is open, whatever the keyring is"
    w.post(ALICE, "/v1/sign-out")
    assert keyring_of(**file)[0][0] == "ok"
    (home / "test.keyring").unlink()
    (verdict, sentence, step), = keyring_of(**file)
    assert verdict == "warning" and "has no key" in sentence and "homespool key rotate" in step


@test("a keyring that is away, or has lost the key, is told of to whose key is not open")
def _():
    with Workstation(BUILD) as w:
        look_for_keyring(w)


@test("a full disk is told of, and nothing is taken that could not be kept")
def _():
    with contextlib.ExitStack() as afterwards:
        small = Workstation(BUILD)
        afterwards.callback(small.close)
        lib = small.root / "lib"
        lib.mkdir(parents=True)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m,mode=0700", "none", lib], capture_output=True, check=False).returncode != 0:
            skip("needs to mount a file system")
        afterwards.callback(subprocess.run, ["umount", "-l", lib], check=False)
        shutil.chown(lib, AGENT_USER)
        for name in ("etc", "run"):
            (small.root / name).mkdir()
        shutil.chown(small.root / "run", AGENT_USER)
        (small.root / "etc/agent.conf").write_text(small.configuration + "[spool]\ndisk-reserve = 1MiB\n")
        small.__enter__()
        small.unlock(ALICE)
        assert examine(small)["disk"][0]["verdict"] == "ok"
        small.print_as(ALICE)
        fill(lib / "filler")
        with Connection(small, ALICE) as connection:
            refused = connection.ask("Print-Job", name_("job-name", "x") + mime("document-format", "application/pdf"), document=small_pdf())
        assert refused.status >= 0x400 and "make room on the disk" in refused.message, refused.message
        said("disk", "less than the reserve", "Free some space", of=small)
        complaint = small.command(ALICE_NAME, "cancel", "last")
        assert complaint.returncode != 0 and "make room on the disk" in complaint.stderr, complaint
        job, = small.get(ALICE, "/v1/jobs")["jobs"]
        assert small.ask(ALICE, "POST", f"/v1/jobs/{job['id']}/cancel").json["refusal"] == "disk-full"
        said("ledger", "cannot be written", "Look at the disk", of=small)
        small.stop("agent", kill=True)
        try:
            small.start_agent()
        except AssertionError as ended:
            assert "cannot start: " in str(ended) and "make room on the disk" in str(ended), ended
        (lib / "filler").unlink()
        small.restart_agent()
        assert "ledger" not in examine(small) and examine(small)["disk"][0]["verdict"] == "ok"
        assert small.command(ALICE_NAME, "cancel", "last").returncode == 0, "the job is still here"


@test("a site that cannot be reached is told of")
def _():
    w = office()
    w.stop("site")
    until(lambda: not w.status()["site_online"], "it is noticed")
    said("site", "cannot be reached", "does not answer", "Check the network")
    w.start("site", [w.programs.site, "serve", "--data", w.folder / "site"])
    until(lambda: w.status()["site_online"], "it is back", limit_s=60)


@test("a clock that is wrong is told of, however far")
def _():
    w = office()

    def begin(hours):
        clock.set(hours=hours)
        w.restart_agent()
        until(lambda: w.status()["site_since"], "the site was asked", limit_s=60)

    try:
        begin(3)
        said("clock", "180 minutes ahead of the site's", "timedatectl", verdict="warning")
        begin(-3)
        said("site", "not valid at the time that this machine's clock shows", "this machine's clock")
        begin(24 * 100)
        said("certificate", "has expired", "If the clock is right")
        said("bundle", "has expired", "If the clock is right")
        assert "printers" not in examine(), "what is on the list is not known"
    finally:
        begin(0)
        until(lambda: w.status()["site_online"], "it is back", limit_s=60)


if __name__ == "__main__":
    main(sys.argv[2] if len(sys.argv) > 2 else None)
