#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""The age command line opens what we seal, and we open what it seals.

usage: age_cli.py SEAL_TOOL

Recipients and passphrases, both ways, at the edges of chunks; then damaged files of its making,
none of which may open. TAP.
"""

import os
import pty
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

tool = sys.argv[1]
number = failed = 0
SIZES = (0, 1, 15, 16, 17, 65535, 65536, 65537, 131072, 131073, 1000003)


def result(well, name):
    global number, failed
    number += 1
    failed += not well
    print(f"{'ok' if well else 'not ok'} {number} - {name}", flush=True)


def run(*command, data=b""):
    return subprocess.run(command, input=data, capture_output=True, check=False, timeout=60)


def we_open(data, key):
    return run(tool, "open", key, data=data)


def age_with_phrase(arguments, phrase):
    """age asks for passphrases at a terminal only; TAP goes on elsewhere."""
    child, terminal = pty.fork()
    if child == 0:
        os.execvp("age", ["age", *arguments])
    seen = b""
    while True:
        try:
            more = os.read(terminal, 1000)
        except OSError:  # the terminal closes with the child
            break
        if not more:
            break
        seen += more
        if seen.rstrip().endswith(b":"):
            os.write(terminal, phrase.encode() + b"\n")
            seen = b""
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def recipients(folder):
    keys = []
    for name in ("one", "two"):
        key = folder / name
        run("age-keygen", "-o", key)
        keys.append((key, run("age-keygen", "-y", key).stdout.decode().strip()))
    for size in SIZES:
        plain = random.Random(size).randbytes(size)
        ours = run(tool, "seal", keys[0][1], keys[1][1], data=plain).stdout
        theirs = run("age", "-r", keys[0][1], "-r", keys[1][1], data=plain).stdout
        for key, _ in keys:
            opened = run("age", "-d", "-i", key, data=ours)
            result(opened.returncode == 0 and opened.stdout == plain, f"age opens our {size} bytes with key {key.name}")
            opened = we_open(theirs, key)
            result(opened.returncode == 0 and opened.stdout == plain, f"we open age's {size} bytes with key {key.name}")
    stranger = folder / "stranger"
    run("age-keygen", "-o", stranger)
    result(we_open(theirs, stranger).returncode == 2, "a key that is no recipient is told so")
    return keys[0]


def phrases(folder):
    plain = b"behind a phrase" * 5000
    sealed = folder / "ours.age"
    sealed.write_bytes(run(tool, "seal-phrase", "correct horse", data=plain).stdout)
    status = age_with_phrase(["-d", "-o", str(folder / "opened"), str(sealed)], "correct horse")
    result(status == 0 and (folder / "opened").read_bytes() == plain, "age opens our passphrase file")
    (folder / "plain").write_bytes(plain)
    status = age_with_phrase(["-p", "-o", str(folder / "theirs.age"), str(folder / "plain")], "correct horse")
    theirs = (folder / "theirs.age").read_bytes()
    opened = run(tool, "open-phrase", "correct horse", data=theirs)
    result(status == 0 and opened.returncode == 0 and opened.stdout == plain, "we open age's passphrase file")
    result(run(tool, "open-phrase", "wrong horse", data=theirs).returncode == 2, "a wrong phrase is told so")


def damage(key, recipient):
    plain = random.Random(7).randbytes(140000)
    sealed = run("age", "-r", recipient, data=plain).stdout
    header = sealed.index(b"\n--- ") + 49
    chance = random.Random(11)
    places = sorted(chance.sample(range(header), 40) + chance.sample(range(header, len(sealed)), 40))
    accepted = []
    for place in places:
        changed = bytearray(sealed)
        changed[place] ^= 1 << chance.randrange(8)
        if we_open(bytes(changed), key).returncode == 0:
            accepted.append(place)
    result(not accepted, f"none of {len(places)} files with a changed bit opens {accepted}")
    cuts = [0, 1, 21, 22, header - 1, header, header + 15, header + 16, header + 31, header + 16 + 65552, header + 16 + 65553,
            header + 16 + 2 * 65552, len(sealed) - 16, len(sealed) - 1]
    accepted = [cut for cut in cuts if we_open(sealed[:cut], key).returncode == 0]
    result(not accepted, f"none of {len(cuts)} cut files opens {accepted}")
    result(we_open(sealed + b"\0", key).returncode != 0, "a file with a byte behind its end does not open")
    result(we_open(sealed, key).stdout == plain, "the file itself does")


def main():
    if not shutil.which("age"):
        print("1..0 # SKIP the Debian package age is not installed")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        key, recipient = recipients(Path(folder))
        phrases(Path(folder))
        damage(key, recipient)
    print(f"1..{number}")
    return failed != 0


sys.exit(main())
