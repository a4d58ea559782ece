#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Adds up the results of meson test runs and prints the closing line.

usage: count.py LOG [LOG …]   LOG: X.json of a run, beside X.junit.xml; X-again.json holds what was run once more
       count.py --failed LOG  the names of the programs that failed, a line each
"""

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


def count(name, has_failed, cases, totals):
    """Adds the cases of one program to totals: passed, failed, skipped."""
    wrong = 0
    for case in cases:
        if case.find("failure") is not None or case.find("error") is not None:
            wrong += 1
            print(f"failed   {name}: {case.get('name')}")
        elif case.find("skipped") is not None:
            totals[2] += 1
            print(f"skipped  {name}: {case.get('name')} ({case.find('skipped').get('message') or 'see the log'})")
        else:
            totals[0] += 1
    if not cases and not has_failed:
        totals[0] += 1
    if wrong == 0 and has_failed:
        wrong = 1
        print(f"failed   {name}: the program itself ended badly")
    totals[1] += wrong


def main(arguments):
    if arguments[0] == "--failed":
        print("\n".join(name for name, (has_failed, _) in read(Path(arguments[1])).items() if has_failed), end="")
        return 0
    totals = [0, 0, 0]
    for log in map(Path, arguments):
        programs = read(log)
        if not programs:
            print(f"no results in {log}")
            totals[1] += 1
        again = read(log.with_name(f"{log.stem}-again.json"))
        for name, (has_failed, cases) in programs.items():
            if has_failed and name in again:
                has_failed, cases = again[name]
                if not has_failed:
                    print(f"unsteady {name}: failed, and passed when run alone")
            count(name, has_failed, cases, totals)
    print("{} passed, {} failed, {} skipped".format(*totals))
    return 1 if totals[1] or not totals[0] else 0


sys.exit(main(sys.argv[1:]))
