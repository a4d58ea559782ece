#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Adds up the results of meson test runs and prints the closing line.

usage: count.py LOG [LOG …]   LOG: X.json of a run, beside X.junit.xml; X-again.json holds what was run once more
       count.py --failed LOG  the names of the programs that failed, a line each
"""

import itertools
import json
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

GOOD = ("OK", "EXPECTEDFAIL", "SKIP")


def short(name):
    return name.rsplit(" / ", 1)[-1]


def read(log):
    """The programs of a run: {name: (has failed, cases)}. How a program ended is only in X.json, its
    cases are only in X.junit.xml: one that dies between two cases has no failed case there."""
    if not log.is_file():
        return {}
    cases = {}
    for suite in ElementTree.parse(log.with_suffix(".junit.xml")).getroot():
        # "project.suite / name"; those without cases are together in one called "project"
        cases[short(suite.get("name").partition(".")[2])] = list(suite.iter("testcase"))
    tests = map(json.loads, log.read_text().splitlines())
    return {short(test["name"]): (test["result"] not in GOOD, cases.get(short(test["name"]), [])) for test in tests}


class Totals:
    """What is said of the runs. What failed is said last, where it is seen even of a long output."""

    def __init__(self):
        self.passed = self.failed = 0
        self.skipped, self.unsteady, self.wrong = [], [], []

    def count(self, name, has_failed, cases):
        """Adds the cases of one program."""
        wrong = [case for case in cases if case.find("failure") is not None or case.find("error") is not None]
        skipped = [case for case in cases if case not in wrong and case.find("skipped") is not None]
        self.passed += len(cases) - len(wrong) - len(skipped)
        if not cases and not has_failed:
            self.passed += 1
        self.skipped += [(name, f"{case.get('name')} ({case.find('skipped').get('message') or 'see the log'})") for case in skipped]
        self.fail(name, [case.get("name") for case in wrong] or (["the program itself ended badly"] if has_failed else []))

    def fail(self, name, what):
        self.failed += len(what)
        self.wrong += [f"failed   {name}: {each}" for each in what]

    def __str__(self):
        lines = []
        for name, of_program in itertools.groupby(self.skipped, key=lambda skip: skip[0]):
            whats = [what for _, what in of_program]
            lines.append(f"skipped  {name}: {whats[0]}" + (f" and {len(whats) - 1} more" if len(whats) > 1 else ""))
        return "\n".join(lines + self.unsteady + self.wrong + [f"{self.passed} passed, {self.failed} failed, {len(self.skipped)} skipped"])


def main(arguments):
    if arguments[0] == "--failed":
        print("\n".join(name for name, (has_failed, _) in read(Path(arguments[1])).items() if has_failed), end="")
        return 0
    totals = Totals()
    for log in map(Path, arguments):
        programs = read(log)
        if not programs:
            totals.fail(str(log), ["no results"])
        again = read(log.with_name(f"{log.stem}-again.json"))
        for name, (has_failed, cases) in programs.items():
            if has_failed and name in again:
                has_failed, cases = again[name]
                if not has_failed:
                    totals.unsteady.append(f"unsteady {name}: failed, and passed when run alone")
            totals.count(name, has_failed, cases)
    print(totals)
    return 1 if totals.failed or not totals.passed else 0


sys.exit(main(sys.argv[1:]))
