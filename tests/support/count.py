#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Adds up the results of meson test runs and prints the closing line.

usage: count.py JUNIT_FILE [JUNIT_FILE …]   counts; X-again.junit.xml beside X.junit.xml holds what was run once more
       count.py --failed JUNIT_FILE         the names of the tests that failed, a line each
"""

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path


def read(log):
    return list(ElementTree.parse(log).getroot()) if log.is_file() else []


def test_name(suite):
    return suite.get("name").rsplit(" / ", 1)[-1]


def has_failed(suite):
    cases = suite.iter("testcase")
    return int(suite.get("errors") or 0) > 0 or any(c.find("failure") is not None or c.find("error") is not None for c in cases)


def count(suite, totals):
    """Adds the cases of one test program to totals: passed, failed, skipped."""
    wrong = 0
    for case in suite.iter("testcase"):
        name = f"{test_name(suite)}: {case.get('name')}"
        if case.find("failure") is not None or case.find("error") is not None:
            wrong += 1
            print(f"failed   {name}")
        elif case.find("skipped") is not None:
            totals[2] += 1
            print(f"skipped  {name} ({case.find('skipped').get('message') or 'see the log'})")
        else:
            totals[0] += 1
    # A program that dies after its last line has no failed case of its own.
    if wrong == 0 and has_failed(suite):
        wrong = 1
        print(f"failed   {test_name(suite)}: the program itself ended badly")
    totals[1] += wrong


if sys.argv[1] == "--failed":
    print("\n".join(test_name(suite) for suite in read(Path(sys.argv[2])) if has_failed(suite)), end="")
    sys.exit(0)

totals = [0, 0, 0]
for log in map(Path, sys.argv[1:]):
    suites = read(log)
    if not suites:
        print(f"no results in {log}")
        totals[1] += 1
    again = {test_name(suite): suite for suite in read(log.with_name(log.name.replace(".junit.xml", "-again.junit.xml")))}
    for suite in suites:
        second = again.get(test_name(suite))
        if has_failed(suite) and second is not None:
            if not has_failed(second):
                print(f"unsteady {test_name(suite)}: failed, and passed when run alone")
            suite = second
        count(suite, totals)
print("{} passed, {} failed, {} skipped".format(*totals))
sys.exit(1 if totals[1] or not totals[0] else 0)
