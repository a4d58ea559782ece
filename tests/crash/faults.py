#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""The n-th system call of each kind fails, or kills, for every n.

usage: faults.py WRITER WRITER_THAT_ACKNOWLEDGES_TOO_EARLY [SECONDS]

strace injects EIO, ENOSPC or SIGKILL into a run that accepts a few jobs. Whatever happens, what was
acknowledged is there at the next start, nothing else is half there, and a run that was not killed
says for each job whether it was accepted. The points are tried in an order drawn by lot until
SECONDS (default 20) are over; the output says how many were tried.
"""

import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from tap import main, skip, test  # noqa: E402
from writing import acknowledged, command, id_of, violations  # noqa: E402

WRITER, EARLY = sys.argv[1:3]
SECONDS = float(sys.argv[3]) if len(sys.argv) > 3 else 20
JOBS = 3
CALLS = ("openat", "write", "pwrite64", "fsync", "fdatasync", "renameat2")
FAILURES = ("error=EIO", "error=ENOSPC", "signal=SIGKILL")


def run_with(writer, folder, *injection):
    """A run whose calls on the state folder's files are traced, and no others."""
    if shutil.which("strace") is None:
        skip("strace is not installed")
    state = str(folder) + "/state"
    files = ["", "/ledger.db", "/ledger.db-wal", "/spool"]
    files += [f"/spool/{id_of(n)}.{end}" for n in range(1, JOBS + 1) for end in ("part", "age")]
    trace = str(folder) + "/trace"
    run = subprocess.run(["strace", "-f", "-o", trace, "-e", "trace=" + ",".join(CALLS), *injection]
                         + [word for name in files for word in ("-P", state + name)]
                         + command(writer, state, 1, JOBS, 1000, 2),
                         capture_output=True, text=True, timeout=60, check=False)
    return run, Path(trace).read_text(errors="replace")


def count_calls():
    """How often a clean run makes each call."""
    with tempfile.TemporaryDirectory() as folder:
        run, trace = run_with(WRITER, os.path.realpath(folder))
        if run.returncode != 0 and "ptrace" in run.stderr:
            skip("this container does not allow ptrace")
        assert len(acknowledged(run.stdout)) == JOBS, run.stderr
    return {name: len(re.findall(rf"^\d+ +{name}\(", trace, re.M)) for name in CALLS}


def points():
    for name, count in count_calls().items():
        assert count > 0, f"a clean run makes no {name}: the list of calls is out of date"
        for failure in FAILURES:
            for nth in range(1, count + 1):
                yield name, failure, nth


def try_point(writer, name, failure, nth):
    with tempfile.TemporaryDirectory() as folder:
        folder = os.path.realpath(folder)
        run, _ = run_with(writer, folder, "-e", f"inject={name}:{failure}:when={nth}")
        promised = acknowledged(run.stdout)
        wrong = violations(writer, folder + "/state", promised)
        # A failed sync of the ledger's log leaves open whether the row is there: its document was
        # taken back, so the row is found without one. That job was never acknowledged.
        unknown = {f"bad {id_of(n)} no document" for n in range(1, JOBS + 1)} - {f"bad {p} no document" for p in promised}
        wrong = [w for w in wrong if w not in unknown]
        if "SIGKILL" not in failure and run.returncode == 0:
            answered = set(promised) | {l.split()[1] for l in run.stdout.splitlines() if l.startswith("error ")}
            silent = {id_of(n) for n in range(1, JOBS + 1)} - answered
            if silent:
                wrong.append(f"no answer for {sorted(silent)}")
        return [f"{name} {failure} when={nth}: {w}" for w in wrong]


@test("no failing or killing system call breaks a promise")
def _():
    chosen = list(points())
    random.shuffle(chosen)
    end, done, found = time.monotonic() + SECONDS, 0, []
    for point in chosen:
        if time.monotonic() > end:
            break
        found += try_point(WRITER, *point)
        done += 1
    print(f"# {done} of {len(chosen)} points")
    assert done >= 20, "too few points for a judgement"
    assert not found, found[:20]


@test("a writer that acknowledges before the commit is caught")
def _():
    found = []
    for name, failure, nth in points():
        if name == "fdatasync" and not found:
            found = try_point(EARLY, name, failure, nth)
    assert found, "acknowledging before the commit went unnoticed"


main()
