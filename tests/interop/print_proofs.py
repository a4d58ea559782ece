#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Whose is a job? The agent between a real cupsd, its own users and those who lie, and what stays of
a job in the print system once the agent has it.

usage: print_proofs.py BUILD_FOLDER [SENTENCE]
"""

import base64
import contextlib
import http.client
import json
import os
import pwd
import re
import shutil
import socket
import sqlite3
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
import ipp_wire as ipp  # noqa: E402
from documents import small_pdf  # noqa: E402
from private_cups import send_ipp_as, until  # noqa: E402
from tap import main, skip, test  # noqa: E402
from town import Programs, Town  # noqa: E402

PROGRAMS = Programs(sys.argv[1])
ALICE, BOB = "games", "mail"  # users that every Debian has
PROVEN, UNPROVEN = 1, 2       # HsOwnerKind


class World:
    town = None

    @classmethod
    def open(cls):
        if os.geteuid() != 0:
            skip("needs root, to run a print system and to be several users")
        if cls.town is not None:
            return
        cls.town = town = Town(PROGRAMS, ALICE)
        town.start_site()
        for name in (ALICE, BOB):
            town.add_person(name)
        town.start_cups()
        town.start_agent()
        town.enrol()
        town.await_queue()
        cls.document = town.folder / "document.pdf"
        cls.document.write_bytes(small_pdf(3))
        cls.intake = town.folder / "agent/run/ipp.sock"

    @classmethod
    def close(cls):
        if cls.town is not None:
            cls.town.close()


def rows():
    """{job: (owner kind, owner uid)} as the ledger keeps them. The agent holds its ledger for itself,
    so a copy is read; one that was torn is taken again."""
    def read():
        with tempfile.TemporaryDirectory() as folder:
            for path in (World.town.folder / "agent/lib").glob("ledger.db*"):
                shutil.copy(path, folder)
            try:
                with contextlib.closing(sqlite3.connect(f"{folder}/ledger.db")) as ledger:
                    return [{row[0]: row[1:] for row in ledger.execute("SELECT id, owner_kind, owner_uid FROM jobs")}]
            except sqlite3.DatabaseError:
                return None
    return until(read, "the ledger can be read")[0]


def new_job(before, limit_s=30):
    """The owner of the one job that came since @before."""
    def came():
        fresh = [owner for job, owner in rows().items() if job not in before]
        return fresh
    owners = until(came, "a job came", limit_s)
    assert len(owners) == 1, owners
    return owners[0]


def seen_by(user):
    return {job["id"] for job in World.town.jobs(user)}


def print_as(user, *options, queue=None):
    return World.town.cups.run(["lp", "-d", queue or World.town.queue, *options, str(World.document)], user)


def send_directly(user, claimed, password=None):
    """Print-Job on the agent's own socket, as @user who says to be @claimed: (HTTP status, IPP status)."""
    request = ipp.message(ipp.PRINT_JOB, ipp.attribute(ipp.URI, "printer-uri", "ipp://localhost/ipp/print")
                          + ipp.attribute(ipp.NAME, "requesting-user-name", claimed)
                          + ipp.attribute(ipp.NAME, "job-name", "a lie")) + World.document.read_bytes()
    fields = {}
    if password is not None:
        fields["Authorization"] = "Basic " + base64.b64encode(f"homespool:{password}".encode()).decode()
    return send_ipp_as(user, World.intake, request, **fields)


def uid_of(name):
    return pwd.getpwnam(name).pw_uid


# ── honest people ───────────────────────────────────────────────────────────────────────────

@test("what a person prints through CUPS is that person's, counted, and nobody else's to see")
def _():
    World.open()
    before, seen = rows(), seen_by(ALICE)
    done = print_as(ALICE, "-t", "three pages")
    assert done.returncode == 0, done.stderr
    assert new_job(before)[0] == PROVEN
    counted = until(lambda: [j for j in World.town.jobs(ALICE) if j["id"] not in seen and j["pages_source"] == "measured"], "the job is counted")
    job, = counted
    assert job["pages"] == 3, job
    assert job["id"] not in seen_by(BOB)


@test("what a person sends to the agent itself is that person's, whatever name stands in it")
def _():
    World.open()
    before, alice, bob = rows(), seen_by(ALICE), seen_by(BOB)
    assert send_directly(ALICE, BOB) == (200, 0)
    kind, uid = new_job(before)
    assert (kind, uid) == (PROVEN, uid_of(ALICE))
    assert len(seen_by(ALICE)) == len(alice) + 1 and seen_by(BOB) == bob


@test("the print system keeps no document, no control file and no history of what the agent has")
def _():
    World.open()
    cups, queue = World.town.cups, World.town.queue
    before = rows()
    done = print_as(ALICE)
    number = int(done.stdout.split()[3].rsplit("-", 1)[1])
    new_job(before)
    until(lambda: not cups.spool_files(number) and number not in cups.jobs(queue), "the copy is purged", 60)
    left = b"".join(path.read_bytes() for path in cups.spool.rglob("*") if path.is_file())
    assert b"%PDF" not in left


# ── liars ───────────────────────────────────────────────────────────────────────────────────

def assert_stranger(before, alice, bob):
    """One job came, and it is shown to neither of the two."""
    kind, _ = new_job(before)
    assert kind == UNPROVEN
    assert seen_by(ALICE) == alice and seen_by(BOB) == bob


@test("through our queue nobody prints as somebody else")
def _():
    World.open()
    before = rows()
    for claimed in (BOB, "root"):
        assert print_as(ALICE, "-U", claimed).returncode != 0
    assert rows().keys() == before.keys()


@test("a queue that a person points at our socket makes strangers' jobs")
def _():
    World.open()
    cups = World.town.cups
    before, alice, bob = rows(), seen_by(ALICE), seen_by(BOB)
    uri = "ipp://" + str(World.intake).replace("/", "%2F") + "/ipp/print"
    attributes = ipp.attribute(ipp.URI, "printer-uri", "ipp://localhost/") + ipp.attribute(ipp.NAME, "requesting-user-name", ALICE)
    more = bytes([ipp.PRINTER_GROUP]) + ipp.attribute(ipp.NAME, "printer-name", "mine") + ipp.attribute(ipp.URI, "device-uri", uri)
    connection = http.client.HTTPConnection("localhost")
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.connect(str(cups.socket))
    connection.request("POST", "/", ipp.message(ipp.CUPS_CREATE_LOCAL_PRINTER, attributes, more=more), {"Content-Type": "application/ipp"})
    assert connection.getresponse().status == 200
    until(lambda: "mine" in cups.run(["lpstat", "-v", "mine"]).stdout, "the queue is there")
    try:
        # Without a secret it is turned away, and CUPS keeps the job.
        assert print_as(ALICE, "-U", BOB, queue="mine").returncode == 0  # CUPS takes the lie
        until(lambda: "authentication" in cups.run(["lpstat", "-l", "-o", "mine"]).stdout, "the job waits for a secret")
        assert rows().keys() == before.keys() and seen_by(BOB) == bob
        cups.run(["cancel", "-a", "-x", "mine"])
        # With a secret of its own it comes in, and is a stranger's.
        changed = cups.run(["lpadmin", "-p", "mine", "-v", uri.replace("ipp://", "ipp://homespool:" + "A" * 43 + "@"), "-E"])
        assert changed.returncode == 0, changed.stderr
        assert print_as(ALICE, "-U", BOB, queue="mine").returncode == 0
        assert_stranger(before, alice, bob)
    finally:
        cups.run(["cancel", "-a", "-x", "mine"])
        cups.run(["lpadmin", "-x", "mine"])


@test("the print system's user is not believed without the secret, nor with another one")
def _():
    World.open()
    for password in (None, "", "A" * 43):
        before, alice, bob = rows(), seen_by(ALICE), seen_by(BOB)
        status, code = send_directly("lp", BOB, password)
        if status == 401:
            # Turned away: nothing came in at all.
            assert rows().keys() == before.keys() and seen_by(BOB) == bob
        else:
            assert (status, code) == (200, 0), (status, code)
            assert_stranger(before, alice, bob)


@test("a person who knows a secret is still that person")
def _():
    World.open()
    before, bob = rows(), seen_by(BOB)
    assert send_directly(ALICE, BOB, "A" * 43) == (200, 0)
    assert new_job(before) == (PROVEN, uid_of(ALICE))
    assert seen_by(BOB) == bob


def check(name):
    """Doctor's verdict on @name, which it finds out anew."""
    checks = json.loads(World.town.homespool("--json", "doctor", check=False).stdout)["checks"]
    return [found["verdict"] for found in checks if found["name"] == name]


def queue_secret():
    """As CUPS keeps it, for root alone."""
    path = World.town.cups.folder / "root/printers.conf"
    text = path.read_text() if path.exists() else ""
    found = re.search(rf"<(?:Default)?Printer {World.town.queue}>.*?homespool:([^@]+)@.*?</", text, re.S)
    return found.group(1) if found else None


@test("a print system that logs secrets is a stranger until it stops and the secret is new")
def _():
    World.open()
    town = World.town
    secret = until(queue_secret, "CUPS keeps the secret")
    town.cups.restart(log_level="debug")
    try:
        until(lambda: check("queue-log"), "doctor sees the log level")
        before, alice, bob = rows(), seen_by(ALICE), seen_by(BOB)
        assert print_as(ALICE).returncode == 0
        assert_stranger(before, alice, bob)
    finally:
        town.cups.restart()
    until(lambda: not check("queue-log") and queue_secret() not in (None, secret), "the secret is new", 150)
    before, alice = rows(), seen_by(ALICE)
    until(lambda: print_as(ALICE).returncode == 0, "the new queue takes jobs")
    assert new_job(before)[0] == PROVEN
    assert len(seen_by(ALICE)) == len(alice) + 1


try:
    main(sys.argv[2] if len(sys.argv) > 2 else None)
finally:
    World.close()
