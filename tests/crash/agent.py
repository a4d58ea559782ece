#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""The real homespoold, killed at any moment and with failing system calls, with a printer over TLS.

usage: agent.py BUILD PRINTER_DOUBLE kill COUNT
       agent.py BUILD PRINTER_DOUBLE calls COUNT     (0 = every one of them)

A person prints, releases and cancels over the agent's own sockets, and lets the time of documents run out:
the agent's wall clock jumps (wall_clock.py), and its next start finds them over. kill: the agent is killed while
they do, or while it starts. calls: strace lets one system call fail, or kill, in a scripted life; the
points are drawn by lot. At the end the agent is started as usual and everything comes to an end: what
somebody was told holds, and the printer got each document once, or the agent says that it does not
know.
"""

import collections
import contextlib
import datetime
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent.parent / name) for name in ("support", "control", "serve")]
from control_world import ADMIN, ALICE, LIMIT_S, Workstation, has_programs, small_pdf  # noqa: E402
from ipp_client import Refused  # noqa: E402
from private_cups import as_user, until  # noqa: E402
from tap import main, skip, test  # noqa: E402
from town import AGENT_USER  # noqa: E402
from wall_clock import WallClock  # noqa: E402

BUILD, DOUBLE, MODE, COUNT = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
LIVES_ON_ONE_WORKSTATION = 12
RETENTION_S = 60
CALLS = ("openat", "write", "pwrite64", "fsync", "fdatasync", "renameat2", "unlinkat", "ftruncate")
FAULTS = ("signal=SIGKILL", "error=EIO", "error=ENOSPC", "error=EINTR")
GONE = (OSError, EOFError, Refused, AssertionError, ValueError, IndexError, StopIteration)  # what a dead agent looks like


class Double:
    def __enter__(self):
        self.process = subprocess.Popen([DOUBLE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        _, self.uri, pin = self.process.stdout.readline().split()
        self.fingerprint = ":".join(pin[i:i + 2] for i in range(0, 64, 2))
        return self

    def __exit__(self, *unused):
        self.process.stdin.close()
        self.process.wait(30)

    def whole(self, job):
        """Documents of @job that arrived whole."""
        print(f"jobs Document {job[-6:]}", file=self.process.stdin, flush=True)
        return int(self.process.stdout.readline().split()[3])


class Person:
    """Acts, and remembers what was promised: {job: set of words}."""

    def __init__(self, ws, printer):
        self.ws, self.printer, self.promises = ws, printer, collections.defaultdict(set)

    def let_time_run_out(self):
        """Of everything that is there now."""
        self.ws.clock.forward(seconds=RETENTION_S + 1)

    def is_over(self, job):
        end = datetime.datetime.fromisoformat(job["expires"].replace("Z", "+00:00")).timestamp()
        return end < self.ws.clock.now()

    def print(self, size=0):
        job = self.ws.print_as(ALICE, document=small_pdf(1, size))["id"]
        self.promises[job].add("accepted")
        return job

    def act(self, word, job):
        self.promises[job].add(word + "-asked")
        body = {"printer": self.printer} if word == "release" else {}
        if self.ws.ask(ALICE, "POST", f"/v1/jobs/{job}/{word}", body).status == 200:
            self.promises[job].add(word)

    def act_by_lot(self):
        jobs = list(self.promises)
        drawn = random.random()
        if drawn < 0.45 or not jobs:
            self.print(random.choice((0, 0, 200_000)))
        elif drawn < 0.80:
            self.act("release", random.choice(jobs[-6:]))
        elif drawn < 0.83:
            self.let_time_run_out()
        else:
            self.act("cancel", random.choice(jobs[-6:]))


def workstation(double):
    """(workstation, person), with the printer approved."""
    has_programs("age", "age-keygen")
    ws = Workstation(BUILD, f"[spool]\nretention = {RETENTION_S}s\n")
    ws.clock = WallClock(ws.folder / "clock", BUILD)
    ws.agent_environment = ws.clock.environment
    ws.__enter__()
    ws.unlock(ALICE)
    approved = ws.post(ADMIN, "/v1/printers/approve", {"uri": double.uri, "fingerprint": double.fingerprint, "name": "Double"})
    return ws, Person(ws, approved["id"])


def violations(ws, person, double):
    """Starts as usual, waits until nothing is on its way any more; what is wrong then."""
    ws.stop("agent", kill=True)
    ws.start_agent()
    ws.unlock(ALICE)

    def open_ones():
        return [job for job in ws.get(ALICE, "/v1/jobs")["jobs"]
                if job["state"] in ("released", "delivering") or job["state"] == "held" and person.is_over(job)]
    found, words = [], collections.Counter()
    try:
        until(lambda: not open_ones(), "nothing is on its way, and nothing held whose time is over", LIMIT_S)
    except AssertionError:
        return [f"{job['id']} stays {job['state']} ({job['sentence']}), until {job['expires']}, clock + {person.ws.clock.offset_s} s" for job in open_ones()], words
    jobs = {job["id"]: job for job in ws.get(ALICE, "/v1/jobs")["jobs"]}
    for job in jobs.values():
        whole, state, promised = double.whole(job["id"]), job["state"], person.promises.get(job["id"], set())
        words[state] += 1
        story = ", ".join(f"{line['event']} → {line['state']}" for line in ws.get(ALICE, f"/v1/jobs/{job['id']}/trace")["trace"])
        # Nobody could know whether it printed, and a cancel or the end of its time gave it up.
        given_up = state in ("cancelled", "expired") and "→ uncertain" in story
        if whole > 1 or state == "delivered" and whole != 1 or state not in ("delivered", "uncertain") and whole > 0 and not given_up:
            found.append(f"{job['id']} is {state}, and {whole} whole documents came; promised {sorted(promised)}; {story}")
        if "cancel" in promised and state in ("held", "released"):
            found.append(f"{job['id']} was cancelled, and is {state}")
        if "release" in promised and "cancel-asked" not in promised and state == "held" and not job["sentence"]:
            found.append(f"{job['id']} was released, and is held without a word")
        if "accepted" in promised and state == "failed":
            found.append(f"{job['id']} was accepted, and failed: {job['sentence']}")
    found += [f"{job} was accepted, and is lost" for job, words_ in person.promises.items()
              if "accepted" in words_ and job not in jobs]
    spool = [path.name for path in (ws.root / "lib").rglob("*.part")]
    return found + [f"left over: {name}" for name in spool], words


# ── kills ─────────────────────────────────────────────────────────────────────────────────────

def one_life(ws, person):
    """Starts the agent if it is not there, lets the person act until it is killed."""
    if random.random() < 0.25:  # while it starts
        ws.stop("agent", kill=True)
        command, environment = as_user(AGENT_USER, [ws.programs.agent, "--root", ws.root, "--helper-folder", ws.programs.helpers])
        process = ws.start("agent", command, env={**environment, **ws.agent_environment})
        try:
            process.wait(random.uniform(0, 0.15))
        except subprocess.TimeoutExpired:
            process.kill()
        process.wait(20)
        return
    if ws.processes["agent"].poll() is not None:
        ws.start_agent()
        ws.unlock(ALICE)
    process = ws.processes["agent"]
    # A process of its own: to act as a person this one changes its user for a moment.
    killer = subprocess.Popen(["sh", "-c", f"sleep {random.uniform(0, 0.4):.3f}; kill -9 {process.pid}"])
    try:
        while True:
            person.act_by_lot()
    except GONE:
        killer.wait(20)
        process.wait(20)
        if process.returncode != -9:
            raise


def kill_loop(count):
    kills, found, states, promised = 0, [], collections.Counter(), 0
    with Double() as double:
        while kills < count and not found:
            ws, person = workstation(double)
            try:
                for _ in range(min(LIVES_ON_ONE_WORKSTATION, count - kills)):
                    one_life(ws, person)
                    kills += 1
                wrong, words = violations(ws, person, double)
            finally:
                ws.close()
            found += wrong
            states += words
            promised += sum(len(words_) for words_ in person.promises.values())
    print(f"# {kills} kills, {promised} promises, {dict(states)}")
    return found, promised


# ── failing calls ─────────────────────────────────────────────────────────────────────────────

def start_traced(ws, trace, injection):
    """The agent under strace, as it would be without; waits until it is ready or has ended."""
    command, environment = as_user(AGENT_USER, ["strace", "-f", "-qq", "-o", trace, "-e", "trace=" + ",".join(CALLS), *injection,
                                                ws.programs.agent, "--root", ws.root, "--helper-folder", ws.programs.helpers])
    process = ws.start("agent", command, env={**environment, **ws.agent_environment})
    until(lambda: process.poll() is not None or ws.run(ws.programs.command, "--root", ws.root, "status", check=False).returncode == 0,
          "the traced agent is ready", LIMIT_S)
    return process


def end_traced(strace):
    """strace leaves what it traces running when it is ended, and ends by itself when that has: then nothing of the
    agent is left, also no lock and no socket that the next one would find taken, or answered by the old one."""
    children = Path(f"/proc/{strace.pid}/task/{strace.pid}/children")
    with contextlib.suppress(OSError):  # both have ended already
        for child in children.read_text().split():
            os.kill(int(child), signal.SIGKILL)
    strace.wait(LIMIT_S)


def script(ws, person):
    """Accept, release and deliver, cancel."""
    try:
        ws.unlock(ALICE)
        person.print()
        person.act("cancel", person.print())
        person.let_time_run_out()
        first = person.print(70_000)
        person.act("release", first)
        end = time.monotonic() + 3
        while time.monotonic() < end and ws.job(ALICE, first)["state"] in ("released", "delivering"):
            time.sleep(0.02)
    except GONE as error:
        return error  # the agent refused or is gone; the promises say what was told
    return None


def traced_life(double, injection):
    """(violations, the trace)"""
    ws, person = workstation(double)
    try:
        ws.stop("agent")
        trace = ws.folder / "trace"
        trace.touch(mode=0o666)
        trace.chmod(0o666)
        start_traced(ws, trace, injection)
        script(ws, person)
        end_traced(ws.processes["agent"])
        wrong, _ = violations(ws, person, double)
        return wrong, trace.read_text(errors="replace")
    finally:
        ws.close()


def calls(count):
    if shutil.which("strace") is None:
        skip("strace is not installed")
    found = []
    with Double() as double:
        wrong, trace = traced_life(double, [])
        if "ptrace" in trace:
            skip("this container does not allow ptrace")
        assert not wrong, wrong
        points = [(name, fault, nth) for name in CALLS for fault in FAULTS
                  for nth in range(1, len(re.findall(rf"^\d+ +{name}\(", trace, re.M)) + 1)]
        assert len(points) > 100, "a traced life makes too few calls"
        chosen = points if count == 0 else random.sample(points, min(count, len(points)))
        for name, fault, nth in chosen:
            wrong, _ = traced_life(double, ["-e", f"inject={name}:{fault}:when={nth}"])
            found += [f"{name} {fault} when={nth}: {w}" for w in wrong]
    print(f"# {len(chosen)} of {len(points)} points")
    return found


if MODE == "kill":
    @test("an agent that is killed at any moment loses nothing and prints nothing twice")
    def _():
        found, promised = kill_loop(COUNT)
        assert not found, found[:10]
        assert promised >= COUNT, "too little was promised for a judgement"
else:
    @test("an agent whose system calls fail loses nothing and prints nothing twice")
    def _():
        found = calls(COUNT)
        assert not found, found[:10]

main()
