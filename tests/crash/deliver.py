#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""A delivery that is killed at any moment prints once, or says that it does not know.

usage: deliver.py DELIVER PRINTER_DOUBLE [SECONDS]

Each job is delivered by a program that is killed again and again, a random moment after one of the
steps that it says, while the printer drops lines, loses replies and cuts bodies; at last it is left to
finish. What it says then has to agree with what
the printer got: "printed" with one whole document, "not-printed", "printer-busy" and
"printer-refused" with none. Only "outcome-unknown" may go either way.
"""

import collections
import contextlib
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
import hang  # noqa: E402
from tap import main, test  # noqa: E402

DELIVER, DOUBLE = sys.argv[1:3]
SECONDS = float(sys.argv[3]) if len(sys.argv) > 3 else 20
LIMIT_S = 60
LINES = 4  # that a delivery says before it is over
NO = {"not-printed", "printer-busy", "printer-refused"}
MANNERS = ("", "keeps-cut", "print-job-only", "print-job-only keeps-cut", "no-counts")
FAULTS = [("Create-Job", "lose-reply", 0), ("Create-Job", "drop", 0), ("Send-Document", "lose-reply", 0),
          ("Send-Document", "cut", 100_000), ("Print-Job", "lose-reply", 0), ("Print-Job", "cut", 100_000),
          ("Get-Job-Attributes", "drop", 0), ("Get-Jobs", "drop", 0), ("Cancel-Job", "drop", 0)]


class Double:
    def __enter__(self):
        self.process = subprocess.Popen([DOUBLE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        _, self.uri, self.pin = self.process.stdout.readline().split()
        return self

    def __exit__(self, *unused):
        self.process.stdin.close()
        self.process.wait(30)

    def ask(self, line):
        print(line, file=self.process.stdin, flush=True)
        return self.process.stdout.readline().split()

    def whole(self, number):
        """Documents that arrived whole under the job's public name."""
        return int(self.ask(f"jobs Document {number:06x}")[3])


def run(how, folder, double, kill_at=None):
    """The last word of one run; None if it was killed a moment after line number @kill_at (0: after its start)."""
    found = []

    def end():
        found.append(hang.describe([process.pid, double.process.pid]))
        process.kill()

    with subprocess.Popen([DELIVER, how, folder, double.uri, double.pin], stdout=subprocess.PIPE, text=True) as process:
        guard = threading.Timer(LIMIT_S, end)
        guard.start()
        said = []
        while kill_at is None or len(said) < kill_at:
            line = process.stdout.readline()
            if not line:
                break
            said.append(line.split())
        if kill_at is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(random.uniform(0, 0.03))
            process.kill()
        said += [line.split() for line in process.stdout]
        guard.cancel()
        guard.join()
    # Also of a run that was to be killed: a kill would have hidden it.
    assert not found, f"no end after {LIMIT_S} s: {said}; the printer: {double.ask('log')[1:]}; {found[0]}"
    words = [word for where, word in said if where == "over"]
    assert words or kill_at is not None, (process.returncode, said)
    return words[-1] if words else None


def make(folder, number, size):
    subprocess.run([DELIVER, "make", folder, str(number), str(size)], check=True, timeout=60)


def violation(double, number, word):
    """What is wrong with a job that ended with @word; None if nothing is."""
    whole = double.whole(number)
    if word == "printed" and whole != 1 or word in NO and whole != 0 or whole > 1:
        return f"“{word}” with {whole} whole documents"
    return None


def one_job(double, number, how):
    """(violation or None, last word, kills)"""
    size = random.choice((1000, 70_000, 400_000, 3_000_000))
    double.ask("manners " + random.choice(MANNERS))
    # One fault for each operation: the printer knows the last one only.
    for operation in dict.fromkeys(operation for operation, _, _ in FAULTS):
        _, fault, value = random.choice([each for each in FAULTS if each[0] == operation])
        if fault == "cut":
            value = random.choice((value, size - 1))  # all of it has left, as a rule, and the end is not read
        double.ask(f"fault {operation} {fault} {value} {random.choice((0, 0, 0, 1))}")
    with tempfile.TemporaryDirectory() as folder:
        make(folder, number, size)
        kills, word = 0, None
        while word is None:
            word = run(how, folder, double, random.randint(0, LINES) if kills < 4 else None)
            kills += word is None
    wrong = violation(double, number, word)
    return wrong and f"{wrong} ({size} bytes, {kills} kills)", word, kills


def loop(how, seconds, is_enough):
    """Goes on for @seconds and then until is_enough(words, kills, violations), four times as long at the most."""
    words, kills, violations = collections.Counter(), 0, []
    start = time.monotonic()
    number = 0
    with Double() as double:
        while time.monotonic() < start + (seconds if is_enough(words, kills, violations) else 4 * max(seconds, 15)):
            number += 1
            violation, word, killed = one_job(double, number, how)
            words[word] += 1
            kills += killed
            if violation:
                violations.append(violation)
    print(f"# {number} jobs, {kills} kills, {dict(words)}")
    return words, kills, violations


@test("a delivery that nobody kills sees each fault through; where only the answer is lost, the document is known to be printed")
def _():
    number, found = 1 << 20, []
    with Double() as double:
        for manners in MANNERS:
            for operation, fault, value in FAULTS:
                number += 1
                double.ask("manners " + manners)
                double.ask(f"fault {operation} {fault} {value} 1")
                with tempfile.TemporaryDirectory() as folder:
                    make(folder, number, 400_000)
                    word = run("run", folder, double)
                double.ask(f"fault {operation} none 0 0")
                wrong = violation(double, number, word)
                if wrong is None and fault == "lose-reply" and word != "printed":
                    wrong = f"“{word}”, though it was printed"
                if wrong:
                    found.append(f"{operation} {fault}, printer “{manners}”: {wrong}")
    assert not found, found


@test("a delivery that is killed at any moment prints once, or says that it does not know")
def _():
    def is_enough(words, kills, violations):
        return violations or (kills > 10 and words["printed"] > 0 and len(words) >= 3)

    words, kills, violations = loop("run", SECONDS, is_enough)
    assert not violations, violations
    assert is_enough(words, kills, violations), (kills, words)


@test("this test finds a delivery that starts again without asking")
def _():
    _, _, violations = loop("blind", 0, lambda words, kills, violations: violations)
    assert violations
    print(f"# {violations[0]}")


main()
