#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Do the harnesses of kills, failing calls, deliveries and order see what they are there to see?

usage: planted.py BUILD_FOLDER [NAME…] [--tap]

For each line "Caught-by:" of a patch of tests/crash/mutants/ that names a program of this file: the file that the patch
changes is copied, patched and compiled as the build would, the harness's program is linked with it in the place
of the original, and the harness has to complain. Neither the sources nor the build folder change. (mutants.py does
the same for the random histories, with a whole agent.)
"""

import json
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CRASH = ROOT / "tests/crash"
PROGRAMS = {"lives": "tests/crash/crash_lives", "memory": "tests/crash/crash_memory", "memory_parsers": "tests/crash/crash_memory_parsers", "deliver": "tests/crash/crash_deliver", "order": "tests/crash/crash_writer",
            "order_delivery": "agent/homespoold"}
CAUGHT_BY = re.compile(rf"^Caught-by: (({'|'.join(PROGRAMS)})\b.*)$", re.M)
LIMIT_S = 300


def command_of(harness, words, program, build):
    """The harness, run on @program."""
    if harness in ("lives", "memory", "memory_parsers"):
        return [program, *words]
    if harness == "deliver":
        return [sys.executable, CRASH / "deliver.py", program, build / "tests/printer_double", *words]
    if harness == "order_delivery":
        return [sys.executable, CRASH / "order_delivery.py", build, build / "tests/printer_double", program]
    others = [build / f"tests/crash/crash_writer_{name}" for name in ("no_file_sync", "no_folder_sync", "ack_before_commit", "row_before_file")]
    return [sys.executable, CRASH / "order.py", program, *others]


def compile_patched(path, build, folder):
    """The object of the file that @path patches."""
    source = re.search(r"^\+\+\+ b/(\S+)", path.read_text(), re.M).group(1)
    copy = folder / source
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / source, copy)
    subprocess.run(["patch", "--strip=1", "--fuzz=3", "--silent", f"--input={path}"], cwd=folder, check=True)
    entry = next(entry for entry in json.loads((build / "compile_commands.json").read_text())
                 if (Path(entry["directory"]) / entry["file"]).resolve() == ROOT / source)
    words = [str(copy) if word == entry["file"] else word for word in shlex.split(entry["command"])]
    words[words.index("-o") + 1] = str(folder / "planted.o")
    words[words.index("-MF") + 1] = str(folder / "planted.d")
    subprocess.run([word for word in words if word != "-Werror"] + ["-w"], cwd=entry["directory"], check=True)
    return folder / "planted.o"


def link(program, planted, build, folder):
    commands = subprocess.run(["ninja", "-C", build, "-t", "commands", program], capture_output=True, text=True, check=True).stdout
    words = shlex.split(commands.strip().splitlines()[-1])
    at = words.index("-o")
    made = folder / Path(program).name
    # Before the archives: what it defines is not taken from them.
    words[at + 1:at + 2] = [str(made), str(planted)]
    subprocess.run(words, cwd=build, check=True)
    return made


def plant(path, line, build):
    """(caught?, the harness's first words about it); @line says which harness, and how."""
    harness, *words = line.split()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        program = link(PROGRAMS[harness], compile_patched(path, build, folder), build, folder)
        done = subprocess.run([str(word) for word in command_of(harness, words, program, build)], capture_output=True, text=True,
                              timeout=LIMIT_S, check=False)
    complaint = next((each for each in done.stdout.splitlines() if each.startswith(("# after", "# a life", "# allocation", "# AssertionError"))),
                     done.stdout[-300:])
    return done.returncode != 0 and "not ok" in done.stdout, complaint


def main():
    arguments = [word for word in sys.argv[1:] if word != "--tap"]
    build, names = Path(arguments[0]).resolve(), arguments[1:]
    patches = [(path, found[0]) for path in sorted((CRASH / "mutants").glob("*.patch")) if not names or path.stem in names
               for found in CAUGHT_BY.findall(path.read_text())]
    is_tap, caught = "--tap" in sys.argv, 0
    if is_tap:
        print(f"1..{len(patches)}", flush=True)
    for number, (path, line) in enumerate(patches, 1):
        begin = time.monotonic()
        is_caught, words = plant(path, line, build)
        caught += is_caught
        sentence = path.read_text().splitlines()[0]
        if is_tap:
            print(f"{'ok' if is_caught else 'not ok'} {number} - it is found: {sentence}")
        else:
            print(f"{'caught' if is_caught else 'NOT CAUGHT'}  {path.stem} by {line.split()[0]} ({time.monotonic() - begin:.0f} s)")
        print(f"# {words[:160]}", flush=True)
    if not is_tap:
        print(f"{caught} of {len(patches)} planted mistakes were caught")
    sys.exit(0 if patches and caught == len(patches) else 1)


main()
