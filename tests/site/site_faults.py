#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Faults of the network between a workstation and the real site: whatever it does, nothing that is
printed is lost, and everything is told and released once the network is well again.

usage: site_faults.py HOMESPOOL_TRUST HOMESPOOL_SITE WORKSTATION [SENTENCE]
"""

import atexit
import contextlib
import os
import re
import select
import socket
import sqlite3
import struct
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent / "support")]
from site_world import LIMIT_S, Person, World, free_port, wait_until  # noqa: E402
from tap import main, test  # noqa: E402

TRUST, SITE, WORKSTATION = sys.argv[1:4]
PASSWORD = "correct-horse-battery"
PRINTER = "50000000-0000-0000-0000-000000000001"  # the first one of the workstation's paper; see tests/journey/paper.c
PATIENCE_S = 150  # of a workstation whose answer does not come


class Network:
    """Stands between the workstation and one listener of the site, and does what it is told:
    "well", "cut" (connections end at once), "stall" (they are made, and no byte passes), "garbage" (answers are noise) or "half-open" (those of before are dead without an end, new ones are well)."""

    def __init__(self, port, site_port):
        self.site_port, self.mood, self.era = site_port, "well", 0
        self.listener = socket.create_server(("127.0.0.1", port), backlog=64)
        threading.Thread(target=self._accept, daemon=True).start()

    def become(self, mood):
        self.mood = mood
        self.era += 1  # connections of before feel it

    def _accept(self):
        while True:
            client, _ = self.listener.accept()
            threading.Thread(target=self._carry, args=(client, self.era), daemon=True).start()

    def _carry(self, client, era):
        if self.mood == "cut":
            reset(client)
            return
        if self.mood == "garbage":
            with contextlib.suppress(OSError):
                client.recv(1 << 16)
                client.sendall(os.urandom(3000))
            client.close()
            return
        try:
            site = socket.create_connection(("127.0.0.1", self.site_port))
        except OSError:
            reset(client)
            return
        ends = {client: site, site: client}
        with client, site, contextlib.suppress(OSError):
            while True:
                mood = self.mood if era == self.era or self.mood != "half-open" else "stall"
                if mood == "cut" or mood == "garbage":
                    reset(client)
                    return
                if mood == "stall":
                    select.select([], [], [], 0.1)
                    continue
                ready, _, _ = select.select(list(ends), [], [], 0.1)
                for end in ready:
                    data = end.recv(1 << 16)
                    if not data:
                        return
                    ends[end].sendall(data)


def reset(connection):
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


class Workstation:
    def __init__(self):
        self.process = subprocess.Popen([WORKSTATION, WORLD.organisation, "anna"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL)
        atexit.register(self.process.kill)

    def ok(self, line):
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()
        ready, _, _ = select.select([self.process.stdout], [], [], 2 * LIMIT_S)
        assert ready, f"no answer to {line.split()[0]}"
        answer = self.process.stdout.readline().decode().strip()
        assert answer.startswith("ok"), answer
        return answer[3:]

    def is_online(self):
        return self.ok("status").startswith("enrolled online")


def wait_long(condition):
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if condition():
            return
        select.select([], [], [], 0.2)
    raise AssertionError(PC.ok("status"))


def build_world():
    """The site listens elsewhere than the bundle says; there the network stands."""
    world = World(TRUST, SITE)
    networks, settings = [], (world.data / "site.conf").read_text()
    for port in (world.people_port, world.devices_port):
        real = free_port()
        settings, times = re.subn(rf"127\.0\.0\.1:{port}\b", f"127.0.0.1:{real}", settings)
        assert times == 1, "the listener's address stands in site.conf once"
        networks.append(Network(port, real))
    (world.data / "site.conf").write_text(settings)
    return world, networks


WORLD, NETWORKS = build_world()
atexit.register(WORLD.close)
WORLD.add_user("anna", PASSWORD)
REQUEST = WORLD.folder / "request.json"
WORLD.site("printer", "add", "--name", "Hall", "--location", "Hall", "--uri", "ipps://printer.example.org/ipp/print",
           "--pin", "sha256:" + "ab" * 32, "--uuid", PRINTER, "--output", REQUEST)
WORLD.sign(REQUEST)
WORLD.site("trust", "--data", WORLD.data, "--file", WORLD.root / "printers.jws")
WORLD.start()
TOKEN = WORLD.folder / "token"
TOKEN.write_text(WORLD.site("token", "--data", WORLD.data))
PC = Workstation()
PC.ok(f"enrol {TOKEN}")
wait_until(PC.is_online)


def become(mood):
    for network in NETWORKS:
        network.become(mood)


def records(job):
    """How often the site has heard of it as something new."""
    with contextlib.closing(sqlite3.connect(f"file:{WORLD.data}/site.db?mode=ro", uri=True)) as database:
        return database.execute("SELECT count(*) FROM jobs WHERE id=?", [uuid.UUID(job).bytes]).fetchone()[0]


def print_through(mood, is_noticed):
    """One document while the network is in the @mood; when it is well again, it is told, released and printed once."""
    become(mood)
    job = PC.ok("print")
    assert PC.ok(f"state {job}") == "held", "a person waits for the disk, not for the network"
    if is_noticed:
        wait_long(lambda: not PC.is_online())
        become("well")
        PC.ok("check")
    wait_long(lambda: records(job) == 1)
    become("well")
    wait_long(PC.is_online)
    person = Person(WORLD)
    person.sign_in("anna", PASSWORD)
    wait_until(lambda: job in person.get().text)
    person.release(PRINTER, job)
    wait_long(lambda: PC.ok(f"state {job}") == "delivered")
    wait_until(lambda: PC.ok("unsent") == "0")
    assert PC.ok(f"count {job}") == "1"


@test("a network that is cut is noticed, and what was printed meanwhile is told, released and printed once")
def _():
    print_through("cut", is_noticed=True)


@test("a network that swallows everything is noticed as well")
def _():
    print_through("stall", is_noticed=True)


@test("noise instead of answers is no answer")
def _():
    print_through("garbage", is_noticed=True)


@test("connections that are dead without an end are given up, and new ones made")
def _():
    print_through("half-open", is_noticed=False)


@test("a site that restarts in the middle of everything loses nothing")
def _():
    job = PC.ok("print")
    assert WORLD.stop() == 0
    other = PC.ok("print")
    WORLD.start()
    PC.ok("check")
    for each in (job, other):
        wait_long(lambda each=each: records(each) == 1)
    print_through("well", is_noticed=False)


main(sys.argv[4] if len(sys.argv) > 4 else None)
