#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""CUPS's backend is killed while a document is on its way to the agent, a hundred times: a cut body
reaches a server as if it were whole, and half a document must never become a job.

usage: killed_backend.py BUILD_FOLDER [SENTENCE]
"""

import os
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from documents import large_jpeg  # noqa: E402
from private_cups import until  # noqa: E402
from tap import main, skip, test  # noqa: E402
from town import Programs, Town  # noqa: E402

PROGRAMS = Programs(sys.argv[1])
ALICE = "games"  # a user that every Debian has
KILLS = 100
DOCUMENT_BYTES = 48 << 20


class World:
    town = None

    @classmethod
    def open(cls):
        if os.geteuid() != 0:
            skip("needs root, to run a print system and to be an ordinary user")
        if cls.town is not None:
            return
        cls.town = town = Town(PROGRAMS, ALICE)
        town.start_site()
        town.add_person(ALICE)
        town.start_cups()
        town.start_agent("[intake]\ncreate-timeout = 5s\n")
        town.enrol()
        town.await_queue()
        cls.document = town.folder / "document.jpg"
        cls.document.write_bytes(large_jpeg(DOCUMENT_BYTES))
        cls.spool = town.folder / "agent/lib/spool"

    @classmethod
    def close(cls):
        if cls.town is not None:
            cls.town.close()


def backends():
    """Processes of CUPS's IPP backend; it calls itself after the device URI, without its password."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if os.readlink(entry / "exe") == "/usr/lib/cups/backend/ipp" and cups_is_parent_of(entry):
                    found.append(int(entry.name))
            except OSError:
                continue  # it has ended meanwhile
    return found


def cups_is_parent_of(entry):
    return int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1]) == World.town.cups._process.pid


def arriving():
    """Bytes of documents that are being taken at this moment."""
    total = 0
    for path in World.spool.glob("*.part"):
        try:
            total += path.stat().st_size
        except FileNotFoundError:
            continue
    return total


def kill_in_the_middle():
    """Prints, and kills the backend between the first and the last byte. FALSE: it was through before."""
    cups = World.town.cups
    result = cups.run(["lp", "-d", World.town.queue, str(World.document)], ALICE)
    assert result.returncode == 0, result.stderr
    end = time.monotonic() + 30
    while not 0 < arriving() < DOCUMENT_BYTES:
        assert time.monotonic() < end, "the document never came"
        if list(World.spool.glob("*.age")):
            return False
    processes = backends()
    for process in processes:
        os.kill(process, signal.SIGKILL)
    return bool(processes)


def forget_everything():
    World.town.cups.run(["cancel", "-a", "-x", World.town.queue])
    until(lambda: not backends(), "no backend is left")
    World.town.cups.run(["cupsenable", World.town.queue])


@test(f"a backend killed in the middle of a document leaves no job, {KILLS} times, and no half a file")
def _():
    World.open()
    kills = late = 0
    while kills < KILLS:
        if kill_in_the_middle():
            kills += 1
        else:
            late += 1
            assert late <= 3 * KILLS, "the backend was never caught in the middle"
        forget_everything()
        until(lambda: not list(World.spool.glob("*.part")), "the half document is gone")
        for job in World.town.jobs():
            if job["state"] == "held":  # the last byte had left the backend before it died
                assert job["size_bytes"] == World.document.stat().st_size, job
                World.town.homespool("cancel", job["id"], user=ALICE)
            else:
                assert job["state"] in ("receiving", "failed", "cancelled"), job
    until(lambda: not [job for job in World.town.jobs() if job["state"] == "receiving"], "what was announced is given up")
    assert not list(World.spool.glob("*"))
    print(f"# {kills} killed, {late} were through before")


@test("the same document prints when nobody kills its backend")
def _():
    World.open()
    before = {job["id"] for job in World.town.jobs()}
    assert World.town.cups.run(["lp", "-d", World.town.queue, str(World.document)], ALICE).returncode == 0
    job = World.town.await_job(lambda job: job["id"] not in before and job["state"] == "held", "the job is held")
    assert job["size_bytes"] == World.document.stat().st_size


try:
    main(sys.argv[2] if len(sys.argv) > 2 else None)
finally:
    World.close()
