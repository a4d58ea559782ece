#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Every acknowledged job survives kill -9.

usage: kill.py WRITER WRITER_THAT_ACKNOWLEDGES_TOO_EARLY [SECONDS]

The writer accepts jobs and is killed at a random moment, over and over in one folder; each start
then has to find every job that was acknowledged before. SECONDS (default 10) bounds the loop.
"""

import random
import select
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from tap import main, test  # noqa: E402
from writing import acknowledged, command, violations  # noqa: E402

WRITER, EARLY = sys.argv[1:3]
SECONDS = float(sys.argv[3]) if len(sys.argv) > 3 else 10
ROUNDS_IN_ONE_FOLDER = 12
JOBS = 1_000_000  # more than any round can accept


def one_round(writer, folder, first, delay_s):
    """Starts the writer, lets it accept for DELAY after its first answer, kills it."""
    with subprocess.Popen(command(writer, folder, first, JOBS, random.choice((16, 1000, 70000)), random.choice((1, 4, 16))),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        # The clock starts with the first answer, so that a loaded machine kills as deep as an idle one.
        select.select([process.stdout], [], [], 30)
        try:
            process.wait(delay_s)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        output, errors = process.communicate(timeout=30)
    if process.returncode != -signal.SIGKILL:
        raise AssertionError(f"the writer ended by itself with {process.returncode}: {errors.decode()[-500:]}")
    return acknowledged(output.decode())


def loop(writer, seconds, stop_at_violation=False):
    """(kills, acknowledged jobs, violations)"""
    kills, total, found = 0, 0, []
    end = time.monotonic() + seconds
    while time.monotonic() < end and not (found and stop_at_violation):
        with tempfile.TemporaryDirectory() as folder:
            promised = []
            for number in range(ROUNDS_IN_ONE_FOLDER):
                promised += one_round(writer, folder, (number + 1) * JOBS, random.uniform(0, 0.03))
                kills += 1
                wrong = violations(writer, folder, promised)
                found += wrong
                if wrong or time.monotonic() > end:
                    break
            total += len(promised)
    return kills, total, found


@test("every acknowledged job is there after a kill")
def _():
    kills, total, found = loop(WRITER, SECONDS)
    print(f"# {kills} kills, {total} acknowledged jobs")
    assert not found, found[:10]
    assert kills >= 5 and total >= kills, "too few kills or jobs for a judgement"


@test("a writer that acknowledges before the commit is caught")
def _():
    kills, _, found = loop(EARLY, 30, stop_at_violation=True)
    print(f"# caught after {kills} kills")
    assert found and all(f.startswith("lost ") for f in found), found[:10]


main()
