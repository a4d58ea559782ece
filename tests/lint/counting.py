#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""That the closing line of tests/run counts whatever can go wrong with a test program.

usage: counting.py SOURCE_ROOT [WORD]   only the tests whose sentence contains WORD
"""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(sys.argv[1])
sys.path.insert(0, str(ROOT / "tests" / "support"))
from tap import main, test  # noqa: E402

# What a program prints, and how it ends.
PROGRAMS = {
    "that succeeds": ("print('1..2\\nok 1 - a\\nok 2 - b')", "2 passed, 0 failed, 0 skipped"),
    "that leaves a case out by name": ("print('1..2\\nok 1 - a\\nok 2 - b # SKIP no printer')", "1 passed, 0 failed, 1 skipped"),
    "with a case that fails": ("print('1..2\\nok 1 - a\\nnot ok 2 - b'); sys.exit(1)", "1 passed, 1 failed, 0 skipped"),
    "that dies between two cases": ("print('1..3\\nok 1 - a', flush=True); os.abort()", "1 passed, 1 failed, 0 skipped"),
    "that dies after its last case": ("print('1..1\\nok 1 - a', flush=True); os.abort()", "1 passed, 1 failed, 0 skipped"),
    "that ends with an error of its own": ("print('1..1\\nok 1 - a'); sys.exit(3)", "1 passed, 1 failed, 0 skipped"),
    "that runs fewer cases than it planned": ("print('1..3\\nok 1 - a')", "1 passed, 1 failed, 0 skipped"),
    "that never ends": ("print('1..2\\nok 1 - a', flush=True); signal.pause()", "1 passed, 1 failed, 0 skipped"),
    "that says nothing": ("os.abort()", "0 passed, 1 failed, 0 skipped"),
}


def run(program):
    """(the closing line, the exit code, what --failed names) of a run of this one program."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "program.py").write_text(f"import os, signal, sys\n{program}\n")
        (folder / "meson.build").write_text(
            "project('small')\n"
            "test('it', find_program('python3'), args: [files('program.py')], suite: 'unit', protocol: 'tap', timeout: 2)\n")
        subprocess.run(["meson", "setup", "build"], cwd=folder, check=True, capture_output=True, timeout=60)
        subprocess.run(["meson", "test", "-C", "build", "--logbase", "all"], cwd=folder, capture_output=True, timeout=60)
        log = folder / "build" / "meson-logs" / "all.json"
        command = [sys.executable, str(ROOT / "tests" / "support" / "count.py")]
        counted = subprocess.run([*command, str(log)], capture_output=True, text=True, timeout=60)
        failed = subprocess.run([*command, "--failed", str(log)], capture_output=True, text=True, timeout=60)
        return counted.stdout.splitlines()[-1], counted.returncode, failed.stdout


def check(program, expected):
    line, code, failed = run(program)
    is_good = ", 0 failed," in expected
    assert (line, code == 0, failed) == (expected, is_good, "" if is_good else "it"), (line, code, failed)


for kind, (program, expected) in PROGRAMS.items():
    test(f"a program {kind} counts as it should")(lambda program=program, expected=expected: check(program, expected))

main(sys.argv[2] if len(sys.argv) > 2 else None)
