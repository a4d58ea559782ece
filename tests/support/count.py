#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Adds up the results of meson test runs and prints the closing line.

usage: count.py BUILD_FOLDER [BUILD_FOLDER …]
"""

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

passed = failed = skipped = 0
for folder in sys.argv[1:]:
    log = Path(folder, "meson-logs", "testlog.junit.xml")
    if not log.is_file():
        print(f"no results in {folder}")
        failed += 1
        continue
    for suite in ElementTree.parse(log).getroot():
        cases = list(suite.iter("testcase"))
        for case in cases:
            name = f"{suite.get('name')}: {case.get('name')}"
            if case.find("failure") is not None or case.find("error") is not None:
                failed += 1
                print(f"failed   {name}")
            elif case.find("skipped") is not None:
                skipped += 1
                print(f"skipped  {name} ({case.find('skipped').get('message') or 'see the log'})")
            else:
                passed += 1
        # A program that dies after its last line has no failed case of its own.
        errors = int(suite.get("errors") or 0)
        if errors and not any(c.find("error") is not None or c.find("failure") is not None for c in cases):
            failed += errors
            print(f"failed   {suite.get('name')}: the program itself ended badly")
print(f"{passed} passed, {failed} failed, {skipped} skipped")
sys.exit(1 if failed or not passed else 0)
