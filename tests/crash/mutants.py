#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Does a harness see what it is there to see? Builds the agent with one planted mistake after the other, those of
tests/crash/mutants/ whose line "Caught-by:" names the harness, and runs the harness until it complains.

usage: mutants.py BUILD_FOLDER [--harness history] [--only WORD] [--operations N] [--tries N]

It needs root: each mistake lives in an overlay on the source folder, in a mount namespace of its own, so that neither
the sources nor the build folder change. The last line says how many were caught; the exit code is 0 if all were.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
IN_OVERLAY = """set -e
mount -t tmpfs none {scratch}
mkdir {scratch}/upper {scratch}/work
mount -t overlay overlay -o lowerdir={root},upperdir={scratch}/upper,workdir={scratch}/work {root}
cd {root}
patch --strip=1 --fuzz=3 --silent < {patch}
ninja -C {build} {target} > {scratch}/log 2>&1 || {{ tail -n 20 {scratch}/log; exit 77; }}
for try in $(seq {tries}); do
  {command} --seed $try || exit 33
done
"""


# Of each harness: what is built with the mistake, and how the harness is run on it.
HARNESSES = {
    "history": ("agent/homespoold", "{python} tests/crash/history.py {build} --operations {operations}"),
    "power_cut": ("tests/crash/power_jobs", "/usr/bin/python3 tests/crash/power_cut.py {build}/tests/crash/power_jobs - -"),
    "in_the_clear": ("agent/homespoold", "/usr/bin/python3 tests/interop/in_the_clear.py {build} 'strict mode on ext4'"),
}


def target_and_command(harness, options):
    target, command = HARNESSES[harness]
    return target, command.format(python=sys.executable, build=options.build, operations=options.operations)


def plant(patch, harness, options):
    """(caught?, the harness's first words about it)"""
    target, command = target_and_command(harness, options)
    with tempfile.TemporaryDirectory() as scratch:
        script = IN_OVERLAY.format(scratch=scratch, root=ROOT, patch=patch, build=options.build, tries=options.tries, target=target, command=command)
        done = subprocess.run(["unshare", "--mount", "--propagation", "private", "sh", "-c", script], capture_output=True, text=True, check=False)
    first = next((line for line in done.stdout.splitlines() if "VIOLATION" in line), done.stdout[-600:] + done.stderr[-600:])
    return done.returncode == 33 and "VIOLATION" in done.stdout, first


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--harness", default="history", choices=sorted(HARNESSES))
    parser.add_argument("--only", default="")
    parser.add_argument("--operations", type=int, default=2000)
    parser.add_argument("--tries", type=int, default=4)
    options = parser.parse_args()
    options.build = str(Path(options.build).resolve())
    if os.geteuid() != 0:
        sys.exit("needs root, for an overlay")
    patches = [path for path in sorted((ROOT / "tests/crash/mutants").glob("*.patch"))
               if options.only in path.name and re.search(rf"^Caught-by: .*\b{options.harness}\b", path.read_text(), re.M)]
    caught = 0
    for path in patches:
        begin = time.monotonic()
        is_caught, words = plant(path, options.harness, options)
        caught += is_caught
        print(f"{'caught' if is_caught else 'NOT CAUGHT'}  {path.stem} ({time.monotonic() - begin:.0f} s)  {words.removeprefix('# VIOLATION ')[:160]}", flush=True)
    print(f"{caught} of {len(patches)} planted mistakes were caught by {options.harness}")
    sys.exit(0 if patches and caught == len(patches) else 1)


main()
