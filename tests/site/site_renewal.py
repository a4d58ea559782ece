#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""A workstation's certificate from its first day to its last, with the real site: months in minutes,
because both live by a clock that the test sets. The workstation is killed at every step of a renewal.

usage: site_renewal.py HOMESPOOL_TRUST HOMESPOOL_SITE WORKSTATION [SENTENCE]
"""

import contextlib
import os
import select
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent / "support"))
from site_world import LIMIT_S, World, wait_until  # noqa: E402
from tap import main, test  # noqa: E402
from wall_clock import WallClock  # noqa: E402

TRUST, SITE, WORKSTATION = sys.argv[1:4]
DAYS = 6  # of a certificate; renewed after 3.6 to 4
POINTS = ("new key stored", "new certificate received", "new certificate being kept", "new certificate kept",
          "new certificate used", "older certificate forgotten")


class Workstation:
    def __init__(self, folder, point=None):
        self.folder = folder
        self.process = subprocess.Popen([WORKSTATION, WORLD.organisation, "anna", folder, *([point] if point else [])], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=open(folder.with_suffix(".log"), "ab"), env={**os.environ, **CLOCK.environment})

    def ok(self, line):
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()
        ready, _, _ = select.select([self.process.stdout], [], [], 2 * LIMIT_S)
        assert ready, f"no answer to {line.split()[0]}"
        answer = self.process.stdout.readline().decode().strip()
        assert answer.startswith("ok"), answer
        return answer[3:]

    def enrol(self):
        token = WORLD.folder / "token"
        token.write_text(WORLD.site("token", "--data", WORLD.data))
        self.ok(f"enrol {token}")
        self.wait_online()

    def wait_online(self):
        wait_until(lambda: self.ok("status").startswith("enrolled online"))

    def until_us(self):
        return int(self.ok("status").split("certificate=")[1].split()[0])

    def keys(self):
        return [path.name for path in self.folder.glob("device-*.key")]

    def close(self):
        self.process.stdin.close()
        assert self.process.wait(LIMIT_S) == 0

    def wait_killed(self):
        assert self.process.wait(2 * LIMIT_S) == -signal.SIGKILL


def certificates(device):
    """(all that were given to it, those that still hold)"""
    with contextlib.closing(sqlite3.connect(f"file:{WORLD.data}/site.db?mode=ro", uri=True)) as database:
        rows = database.execute("SELECT retired FROM certificates WHERE device=?", [bytes.fromhex(device.replace("-", ""))]).fetchall()
    return len(rows), sum(not retired for retired, in rows)


def restore(backup):
    assert WORLD.stop() == 0
    for name in ("site.db", "site.db-wal", "site.db-shm"):
        (WORLD.data / name).unlink(missing_ok=True)
    WORLD.site("restore", "--data", WORLD.data, "--file", backup)
    WORLD.start()


def reaches_the_site(pc):
    """What is printed there arrives."""
    job = pc.ok("print")
    wait_until(lambda: pc.ok("unsent") == "0")
    with contextlib.closing(sqlite3.connect(f"file:{WORLD.data}/site.db?mode=ro", uri=True)) as database:
        assert database.execute("SELECT 1 FROM jobs WHERE id=?", [bytes.fromhex(job.replace("-", ""))]).fetchall()


WORLD = World(TRUST, SITE, ["--expires", "365"])
CLOCK = WallClock(WORLD.folder / "clock", WORLD.build)
WORLD.environment.update(CLOCK.environment)
with open(WORLD.data / "site.conf", "a", encoding="utf-8") as conf:
    conf.write(f"\n[devices]\ncertificate-days={DAYS}\n")
WORLD.start()


def open_connections(pc, port):
    """How many connections of the workstation to @port are there."""
    told = subprocess.run(["ss", "-Htnp", "state", "established", "dport", f"= :{port}"], capture_output=True, text=True, check=True).stdout
    return told.count(f"pid={pc.process.pid},")


def renewed(pc, before):
    """A newer certificate, used, and no key of another one left."""
    return pc.until_us() > before and len(pc.keys()) == 1


def new_workstation(name):
    folder = WORLD.folder / name
    folder.mkdir()
    pc = Workstation(folder)
    pc.enrol()
    return pc


@test("the life of a workstation's certificate is what the site's settings say")
def _():
    pc = new_workstation("pc-0")
    now = int(subprocess.run(["date", "+%s"], env={**os.environ, **CLOCK.environment}, capture_output=True, check=True).stdout)
    assert abs(pc.until_us() // 1_000_000 - now - DAYS * 86400) < 120
    pc.close()


@test("a workstation renews its certificate after two thirds of its life, and the older one ends with the first use of the new")
def _():
    pc = new_workstation("pc-1")
    before, device, keys = pc.until_us(), pc.ok("status").split()[2], pc.keys()
    CLOCK.forward(24 * 3)
    pc.ok("restart")
    pc.wait_online()
    reaches_the_site(pc)
    assert pc.until_us() == before and certificates(device) == (1, 1)
    CLOCK.forward(30)
    pc.ok("restart")
    wait_until(lambda: renewed(pc, before))
    assert pc.keys() != keys
    assert certificates(device) == (2, 1)
    reaches_the_site(pc)
    pc.ok("restart")
    pc.wait_online()
    assert certificates(device) == (2, 1)
    pc.close()


@test("killed at any step of a renewal, a workstation goes on with a certificate that holds")
def _():
    for number, point in enumerate(POINTS):
        pc = new_workstation(f"pc-k{number}")
        before, device = pc.until_us(), pc.ok("status").split()[2]
        pc.close()
        CLOCK.forward(100)
        pc = Workstation(pc.folder, point)
        pc.wait_killed()
        pc = Workstation(pc.folder)
        pc.wait_online()
        wait_until(lambda: renewed(pc, before))
        reaches_the_site(pc)
        given, holding = certificates(device)
        assert 2 <= given <= 3 and holding == 1, (point, given, holding)
        pc.close()


@test("a site that lost the renewal, before the new certificate was used, meets the older one again")
def _():
    pc = new_workstation("pc-2")
    before, device = pc.until_us(), pc.ok("status").split()[2]
    pc.close()
    backup = WORLD.folder / "backup.db"
    WORLD.site("backup", "--data", WORLD.data, "--output", backup)
    CLOCK.forward(100)
    pc = Workstation(pc.folder, "new certificate kept")
    pc.wait_killed()
    assert certificates(device) == (2, 2)
    restore(backup)
    pc = Workstation(pc.folder)
    pc.wait_online()
    pc.ok("check")
    wait_until(lambda: renewed(pc, before))
    reaches_the_site(pc)
    pc.close()


@test("a workstation that was off until its certificate had ended says so, keeps what it holds, and can be enrolled again")
def _():
    pc = new_workstation("pc-3")
    device = pc.ok("status").split()[2]
    pc.close()
    CLOCK.forward(24 * (DAYS + 1))
    pc = Workstation(pc.folder)
    wait_until(lambda: "certificate ended on" in pc.ok("status"))
    status = pc.ok("status")
    assert status.startswith("enrolled offline") and "must-enrol" in status and "homespool enrol" in status, status
    assert certificates(device) == (1, 1)  # no way around
    job = pc.ok("print")
    pc.enrol()
    status = pc.ok("status")
    assert "must-enrol" not in status and status.split()[2] != device, status
    assert pc.ok(f"state {job}") == "held" and len(pc.keys()) == 1
    reaches_the_site(pc)
    pc.close()


@test("a certificate that ends while its connections are open ends them: the workstation says so, and keeps what it holds")
def _():
    pc = new_workstation("pc-5")
    device, port = pc.ok("status").split()[2], WORLD.devices_port
    assert open_connections(pc, port), "its poll is open"
    CLOCK.forward(24 * (DAYS + 1))
    pc.ok("check")  # the poll that waits, if nothing else comes, would end in four minutes
    job = pc.ok("print")
    wait_until(lambda: "certificate ended on" in pc.ok("status"))
    assert "must-enrol" in pc.ok("status") and certificates(device) == (1, 1)
    assert pc.ok(f"state {job}") == "held" and pc.ok("unsent") != "0"
    pc.enrol()
    assert pc.ok("status").split()[2] != device and pc.ok(f"state {job}") == "held"
    reaches_the_site(pc)
    pc.close()


@test("a revoked workstation gets no new certificate, is told what to do, and can be enrolled again")
def _():
    pc = new_workstation("pc-4")
    device = pc.ok("status").split()[2]
    token = WORLD.folder / "token"
    token.write_text(WORLD.site("token", "--data", WORLD.data))
    pc.process.stdin.write(f"enrol {token}\n".encode())  # while it belongs: refused, and the token stays good
    pc.process.stdin.flush()
    assert pc.process.stdout.readline().startswith(b"error refused")
    WORLD.site("device", "revoke", "--data", WORLD.data, device)
    pc.close()
    CLOCK.forward(100)
    pc = Workstation(pc.folder)
    wait_until(lambda: "was revoked" in pc.ok("status"))
    status = pc.ok("status")
    assert "must-enrol" in status and "new enrolment token" in status, status
    assert certificates(device)[0] == 1
    pc.enrol()
    assert pc.ok("status").split()[2] != device
    reaches_the_site(pc)
    pc.close()


try:
    main(sys.argv[4] if len(sys.argv) > 4 else None)
finally:
    WORLD.close()
