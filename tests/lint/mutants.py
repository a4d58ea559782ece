#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Planted mistakes still fit the sources, and a harness is named for each; that they are caught is asked by
tests/crash/planted.py and mutants.py.

usage: mutants.py SOURCE_ROOT
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(sys.argv[1]).resolve()
sys.path.insert(0, str(ROOT / "tests/support"))
from tap import main, skip, test  # noqa: E402

PATCHES = sorted((ROOT / "tests/crash/mutants").glob("*.patch"))


@test("each planted mistake fits the sources")
def _():
    if shutil.which("patch") is None:
        skip("patch is not installed")
    found = []
    for path in PATCHES:
        done = subprocess.run(["patch", "--dry-run", "--strip=1", "--fuzz=3", "--silent", f"--input={path}"], cwd=ROOT,
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            found.append(f"{path.name}: {done.stdout.strip()}")
    assert len(PATCHES) >= 10 and not found, found


@test("each planted mistake says what it is and who catches it, and docs/reliability.md has it")
def _():
    page = (ROOT / "docs/reliability.md").read_text()
    for path in PATCHES:
        text = path.read_text()
        assert re.match(r"\S.+\.\n", text) and re.search(r"^Caught-by: \S+", text, re.M), path.name
        assert path.stem in page or "in_the_clear" in text, f"{path.stem} is not in docs/reliability.md"


main()
