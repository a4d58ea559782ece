#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""A person gives an uncertain document up while a printer still has it: it does not come out later, and the answer waits
for no printer.

usage: take_back.py BUILD_FOLDER PRINTER_DOUBLE [SENTENCE]
"""

import functools
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from control_world import ADMIN, ALICE, ALICE_NAME, LIMIT_S, has_programs, shared_workstation, until  # noqa: E402
from tap import main, test  # noqa: E402

workstation = shared_workstation(sys.argv[1])


class Double:
    """The printer that misbehaves, and keeps what it got until it is told to finish."""

    def __init__(self):
        self.process = subprocess.Popen([sys.argv[2]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        _, self.uri, pin = self.process.stdout.readline().split()
        self.fingerprint = ":".join(pin[i:i + 2] for i in range(0, 64, 2))

    def tell(self, words):
        print(words, file=self.process.stdin, flush=True)
        return self.process.stdout.readline().split()

    def paper(self):
        """How much came out."""
        count = int(self.tell("paper 0")[1])
        for _ in range(count):
            self.process.stdout.readline()
        return count

    def cancels(self):
        return int(self.tell("asked Cancel-Job")[1])


@functools.cache
def world():
    w = workstation()
    has_programs("age", "age-keygen")
    w.unlock(ALICE)
    w.double = Double()
    w.double.tell("manners waits")
    w.printer = w.post(ADMIN, "/v1/printers/approve", {"uri": w.double.uri, "fingerprint": w.double.fingerprint, "name": "Double"})["id"]
    return w


def leave_uncertain():
    """A job that the printer has, and of which it did not say what became of it."""
    w = world()
    job = w.print_as(ALICE)["id"]
    w.double.tell("fault Get-Job-Attributes status 1024 1")
    w.post(ALICE, f"/v1/jobs/{job}/release", {"printer": w.printer})
    w.await_state(ALICE, job, "uncertain")
    assert w.double.paper() == 0
    return job


def story(job):
    return [line["sentence"] or "" for line in world().get(ALICE, f"/v1/jobs/{job}/trace")["trace"]]


def await_story(job, words):
    until(lambda: any(words in line for line in story(job)), words, LIMIT_S)


@test("what is given up is cancelled at the printer that still has it, and never comes out")
def _():
    w = world()
    for command in (("resolve", "cancel"), ("cancel",)):
        job, before = leave_uncertain(), w.double.cancels()
        assert w.command(ALICE_NAME, command[0], job, *command[1:]).returncode == 0
        assert w.job(ALICE, job)["state"] == "cancelled"
        await_story(job, "Double: the document was cancelled there")
        assert w.double.cancels() == before + 1
    w.double.tell("finish")
    assert w.double.paper() == 0


@test("an agent that is killed before the printer answered tells it at its next start, and sends nothing again")
def _():
    w = world()
    job = leave_uncertain()
    w.double.tell("fault Get-Jobs late 0 1")
    assert w.command(ALICE_NAME, "resolve", job, "cancel").returncode == 0, "nobody waits for the printer"
    until(lambda: int(w.double.tell("asked Get-Jobs")[1]) > 0, "the printer is asked", LIMIT_S)
    w.stop("agent", kill=True)
    w.double.tell("let-go")
    w.start_agent()
    await_story(job, "Double: the document was cancelled there")
    assert w.job(ALICE, job)["state"] == "cancelled"
    w.restart_agent()
    w.unlock(ALICE)
    assert [line for line in story(job) if "Double:" in line and "cancelled there" in line] == ["Double: the document was cancelled there"]
    assert w.double.tell(f"jobs Document {job[-6:]}")[1] == "1", "it was not sent again"
    w.double.tell("finish")
    assert w.double.paper() == 0


@test("a printer that has another key by now is told nothing, and the story says what to do")
def _():
    w = world()
    job = leave_uncertain()
    w.double.tell("change-key")
    assert w.command(ALICE_NAME, "resolve", job, "cancel").returncode == 0
    assert w.job(ALICE, job)["state"] == "cancelled"
    # Whoever answers there now is somebody else: nothing is asked of it, and the story says what to do.
    w.double.tell("fault Get-Jobs drop 0 3")
    await_story(job, "could not be told that the document was cancelled")
    assert "at its panel" in " ".join(story(job))


main(sys.argv[3] if len(sys.argv) > 3 else None)
