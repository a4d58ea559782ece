#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""The machine sleeps, people log out: the real agent between logind (python-dbusmock's, on a bus of
its own) and the real site.

usage: sleep.py BUILD_FOLDER [SENTENCE]
"""

import json
import os
import pwd
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
import ipp_wire as ipp  # noqa: E402
from private_cups import send_ipp_as, until  # noqa: E402
from tap import main, skip, test  # noqa: E402
from town import Programs, Town, person_until_the_end  # noqa: E402

PROGRAMS = Programs(sys.argv[1])
LOGIND, ROOT, MANAGER = "org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager"
NO_BUS = "unix:path=/nonexistent/bus"
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n%%EOF\n"


class World:
    town = browser = None

    @classmethod
    def open(cls):
        if os.geteuid() != 0:
            skip("needs root, to be several users")
        if cls.town is not None:
            return
        person = person_until_the_end()
        if subprocess.run(["/usr/bin/python3", "-c", "import dbusmock"], stderr=subprocess.DEVNULL).returncode != 0:
            skip("python3-dbusmock is not installed")
        cls.town = town = Town(PROGRAMS, person)
        cls.uid = pwd.getpwnam(person).pw_uid
        cls.home = town.folder / "home"
        cls.home.mkdir(mode=0o700)
        os.chown(cls.home, cls.uid, -1)
        town.start_site()
        town.add_person(person)
        town.list_printer(town.start_printer())
        cls.bus = f"unix:path={town.folder / 'bus'}"
        town.start("logind", ["/usr/bin/python3", "-m", "dbusmock", "--system", "--template", "logind"],
                   env={**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": cls.bus})
        until(lambda: cls.call(MANAGER + ".ListInhibitors", check=False).returncode == 0, "logind is there")
        town.agent_environment = {"DBUS_SYSTEM_BUS_ADDRESS": cls.bus}
        town.start_agent("[queue]\nmanage = false\n")
        town.enrol()
        cls.browser = town.browser()
        cls.browser.sign_in()

    @classmethod
    def close(cls):
        if cls.town is not None:
            cls.town.close()

    @classmethod
    def call(cls, method, *arguments, path=ROOT, check=True):
        return cls.town.run("gdbus", "call", "--address", cls.bus, "--dest", LOGIND, "--object-path", path,
                            "--method", method, *arguments, check=check)

    @classmethod
    def tell(cls, name, signature, arguments):
        cls.call("org.freedesktop.DBus.Mock.EmitSignal", MANAGER, name, signature, arguments)

    @classmethod
    def inhibitors(cls, mode):
        return cls.call(MANAGER + ".ListInhibitors").stdout.count(f"'{mode}'")

    @classmethod
    def log_in(cls, session):
        cls.call("org.freedesktop.DBus.Mock.AddSession", session, "seat0", str(cls.uid), cls.town.person, "true")
        cls.tell("SessionNew", "so", f"[<'{session}'>, <objectpath '{ROOT}/session/{session}'>]")

    @classmethod
    def log_out(cls, session):
        cls.call("org.freedesktop.DBus.Mock.RemoveObject", f"{ROOT}/session/{session}")
        cls.tell("SessionRemoved", "so", f"[<'{session}'>, <objectpath '{ROOT}/session/{session}'>]")

    @classmethod
    def unlock(cls):
        """With the person's key in libsecret's own file."""
        cls.town.homespool("unlock", user=cls.town.person, env={
            "HOME": str(cls.home), "SECRET_BACKEND": "file", "SECRET_FILE_TEST_PASSWORD": "a password",
            "SECRET_FILE_TEST_PATH": str(cls.home / "secrets.keyring")})
        assert cls.key() == "unlocked"

    @classmethod
    def key(cls):
        return cls.town.status(cls.town.person)["key"]

    @classmethod
    def send(cls):
        request = ipp.message(ipp.PRINT_JOB, ipp.attribute(ipp.URI, "printer-uri", "ipp://localhost/ipp/print")) + PDF
        assert send_ipp_as(cls.town.person, cls.town.folder / "agent/run/ipp.sock", request) == (200, 0)

    @classmethod
    def page(cls):
        return cls.browser.ask("GET", "/")[1]


@test("status and doctor say that logins and sleep are noticed")
def _():
    World.open()
    status = until(lambda: (s := World.town.status())["watches_logins"] and s["watches_sleep"] and s, "both are watched")
    assert status["watches_logins"]
    checks = json.loads(World.town.homespool("--json", "doctor", check=False).stdout)["checks"]
    assert {c["name"]: c["verdict"] for c in checks if c["name"] in ("logins", "sleep")} == {"logins": "ok", "sleep": "ok"}


@test("before the machine sleeps the key is wiped and the page says asleep; awake, it does not")
def _():
    World.open()
    until(lambda: World.inhibitors("delay") == 1, "sleep is put off")
    World.unlock()
    World.send()
    until(lambda: all(job["id"] in World.page() for job in World.town.jobs()), "the page shows the job")
    assert "asleep since" not in World.page()
    World.tell("PrepareForSleep", "b", "[<true>]")
    until(lambda: World.inhibitors("delay") == 0, "the machine may sleep")
    assert World.key() == "locked"
    assert "asleep since" in World.page()
    World.tell("PrepareForSleep", "b", "[<false>]")
    until(lambda: "asleep since" not in World.page(), "the page knows that it is awake")
    until(lambda: World.inhibitors("delay") == 1, "sleep is put off again")
    assert World.town.status()["site_online"]


@test("a job that is released while the machine is about to sleep is printed after it, once")
def _():
    World.open()
    World.unlock()
    World.tell("PrepareForSleep", "b", "[<true>]")
    until(lambda: World.inhibitors("delay") == 0, "the machine may sleep")
    job = World.town.jobs()[0]
    World.unlock()
    World.town.homespool("release", job["id"], "--printer", World.town.printer_name, user=World.town.person)
    assert World.town.jobs()[0]["state"] == "released"
    World.tell("PrepareForSleep", "b", "[<false>]")
    World.town.await_job(lambda j: j["id"] == job["id"] and j["state"] == "delivered", "it is printed")
    printed = [path.name for path in World.town.printed.glob("*.pdf")]
    assert len(printed) == 1, printed
    until(lambda: World.inhibitors("block") == 0, "nothing keeps the machine awake any more")


@test("a person's key goes with their last login session, and not before")
def _():
    World.open()
    World.log_in("c1")
    World.log_in("c2")
    World.unlock()
    World.log_out("c1")
    World.log_in("c3")  # the agent has heard of c1's end once it has heard of this
    World.log_out("c3")
    assert World.key() == "unlocked"
    World.log_out("c2")
    until(lambda: World.key() == "locked", "the key is wiped")


@test("a shutdown is told as well")
def _():
    World.open()
    World.send()
    World.tell("PrepareForShutdown", "b", "[<true>]")
    until(lambda: "off since" in World.page(), "the page says that it is off")
    World.tell("PrepareForShutdown", "b", "[<false>]")
    until(lambda: "off since" not in World.page(), "it was called off")


@test("an agent that is stopped says goodbye")
def _():
    World.open()
    World.town.stop("agent")
    assert "off since" in World.page()


@test("without a system bus the agent says so once, and works")
def _():
    World.open()
    town = World.town
    town.agent_environment = {"DBUS_SYSTEM_BUS_ADDRESS": NO_BUS}
    before = len(town.log("agent"))
    town.start_agent()
    until(lambda: town.status()["site_online"], "the site is connected")
    until(lambda: "login sessions are not watched" in town.log("agent")[before:], "it says so")
    until(lambda: "sleep and shutdown are not noticed" in town.log("agent")[before:], "it says so")
    World.unlock()
    World.send()
    status = town.status()
    assert not status["watches_logins"] and not status["watches_sleep"]
    for sentence in ("login sessions are not watched", "sleep and shutdown are not noticed"):
        assert town.log("agent")[before:].count(sentence) == 1
    checks = json.loads(town.homespool("--json", "doctor", check=False).stdout)["checks"]
    assert {c["verdict"] for c in checks if c["name"] in ("logins", "sleep")} == {"warning"}


try:
    main(sys.argv[2] if len(sys.argv) > 2 else None)
finally:
    World.close()
