#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""The commands in docs/sealed-format.md do what the page says.

usage: sealed_format_doc.py SEAL_TOOL DOCUMENT

Every ```sh block is run in a folder with the files that the page names. TAP.
"""

import base64
import contextlib
import json
import os
import pty
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path

sys.dont_write_bytecode = True
import seal_reference as ref

tool, document = sys.argv[1], Path(sys.argv[2])
PLAIN = b"%PDF-1.4 not really\n" * 5000
IDENTITY = uuid.UUID("7e1beb64-e827-4d10-b4a4-d4e1b8e52073")
PEPPER = bytes(range(100, 132))
FILE_KEY = bytes(range(16))  # what a grant holds; that a real one opens its job: control/local_delegation
PIN, PASSWORD = "4711", "correct horse battery"
number = failed = 0


def peppered(secret):
    bytes_ = ref.hkdf(PEPPER, IDENTITY.bytes, b"homespool pin v1\0" + secret.encode())
    return base64.urlsafe_b64encode(bytes_).rstrip(b"=").decode()


# The passphrases of a kiosk's wrappings, as section 7 says that they are made.
PASSPHRASES = {"pin": peppered(PIN), "password": peppered(PASSWORD), "offline": PASSWORD}


def result(well, name, seen=""):
    global number, failed
    number += 1
    failed += not well
    print(f"{'ok' if well else 'not ok'} {number} - {name}")
    if not well:
        print(f"# {seen!r}")


def run_on_terminal(command, folder, typed):
    """The exit code and what was said: age asks for a passphrase on a terminal only."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(folder)
        os.execlp("timeout", "timeout", "--foreground", "60", "sh", "-euc", command)
    said = b""
    try:
        while piece := os.read(terminal, 4096):
            if b"passphrase" not in said and b"passphrase" in said + piece:
                os.write(terminal, typed.encode() + b"\n")
            said += piece
    except OSError:  # the last one has closed the terminal
        pass
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), said.decode()


def check_wrapping(command, folder, way):
    path = re.search(r"keys/\S+", command)[0]
    other_path = path.replace("IDENTITY.offline", f"{IDENTITY}.{way}")
    shown = command.replace(path, other_path).strip()
    secret = re.search("^AGE-SECRET-KEY-1.*", (folder / "person.txt").read_text(), re.M)[0]
    (folder / "key.txt").unlink(missing_ok=True)
    code, said = run_on_terminal(shown, folder, "another passphrase")
    result(code != 0 and not (folder / "key.txt").exists(), f"{shown}: not with another passphrase", said)
    code, said = run_on_terminal(shown, folder, PASSPHRASES[way])
    got = (folder / "key.txt").read_text() if code == 0 else ""
    result(secret in got.splitlines(), shown, said)


def prepare(folder):
    for name in ("key.txt", "agent.txt"):
        subprocess.run(["age-keygen", "-o", folder / name], check=True, capture_output=True)
    (folder / "person.txt").write_bytes((folder / "key.txt").read_bytes())
    (folder / "keys").mkdir()
    for way, phrase in PASSPHRASES.items():
        wrapped = subprocess.run([tool, "wrap", folder / "person.txt", phrase], check=True, capture_output=True).stdout
        (folder / "keys" / f"{IDENTITY}.{way}.age").write_bytes(wrapped)
    recipient = subprocess.run(["age-keygen", "-y", folder / "key.txt"], check=True, capture_output=True, text=True).stdout.strip()
    keys = {
        "device": "dd7ea68e-70f9-45f1-ad25-f7d2fb8d3b5e", "job": "cd1b9f3e-1f5c-4553-a6e2-461f38694338",
        "owner": "7e1beb64-e827-4d10-b4a4-d4e1b8e52073", "owner recipient": recipient,
        "release public": ref.public_of(bytes(range(32))).hex(), "machine secret": bytes(32).hex(), "machine generation": "1",
        "title": "A title",
    }
    (folder / "job-keys").write_text("".join(f"{key}: {value}\n" for key, value in keys.items()))
    sealed = subprocess.run([tool, "job", folder / "job-keys", folder / "facts"], input=PLAIN, check=True, capture_output=True).stdout
    (folder / "job.age").write_bytes(sealed)
    (folder / "titlekey").write_bytes(subprocess.run([tool, "title-key", folder / "key.txt"], check=True, capture_output=True).stdout)
    for_titles = subprocess.run(["age-keygen", "-y", folder / "titlekey"], check=True, capture_output=True, text=True).stdout.strip()
    title = subprocess.run([tool, "title", for_titles, keys["job"], keys["title"]], check=True, capture_output=True).stdout
    (folder / "title.age").write_bytes(title)
    grant = subprocess.run(["age", "-r", recipient], input=FILE_KEY, check=True, capture_output=True).stdout
    with contextlib.closing(sqlite3.connect(folder / "ledger.db")) as ledger, ledger:
        ledger.execute("CREATE TABLE settings (name TEXT, value BLOB)")
        ledger.execute("INSERT INTO settings VALUES (?, ?)", (f"grant/{keys['job']}/{IDENTITY}", grant))
    return recipient, keys, dict(line.split(": ", 1) for line in (folder / "facts").read_text().splitlines())


def main():
    if not shutil.which("age"):
        print("1..0 # SKIP the Debian package age is not installed")
        return 0
    commands = re.findall(r"^```sh\n(.*?)^```", document.read_text(), re.S | re.M)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        recipient, keys, facts = prepare(folder)
        checks = {
            "age -d -i key.txt": lambda out: (folder / "document.pdf").read_bytes() == PLAIN,
            "sed '/^---/q' job.age\n": lambda out: re.fullmatch(
                r"age-encryption\.org/v1\n-> X25519 \S{43}\n\S{43}\n-> homespool\.release/1 \S{43} \S{11} 1\n\S{43}\n--- \S{43}\n", out),
            "sed '/^---/q' job.age | ": lambda out: out.split()[0] == facts["stanza digest"],
            "sqlite3 -readonly ledger.db": lambda out: FILE_KEY.hex() in re.sub(r"^.*?: |  .*$|\s", "", out, flags=re.M),
            "age -d -i titlekey": lambda out: json.loads(out) == {"job": keys["job"], "title": keys["title"]},
            "age-keygen -y key.txt": lambda out: out.strip() == recipient,
            "age -r": lambda out: subprocess.run([tool, "open", folder / "agent.txt"], input=(folder / "unlock.age").read_bytes(),
                                                 capture_output=True, check=False).stdout == (folder / "key.txt").read_bytes(),
        }
        on_terminal = "age -d -o key.txt keys/IDENTITY.offline.age\n"
        result(len(commands) == len(checks) + 1 and on_terminal in commands, "every command of the page has a check", commands)
        for command in commands:
            if command == on_terminal:
                for way in PASSPHRASES:
                    check_wrapping(command, folder, way)
                continue
            out = subprocess.run(["sh", "-euc", command], cwd=folder, capture_output=True, check=False, text=True, timeout=60)
            check = [checks[start] for start in checks if command.startswith(start)]
            result(out.returncode == 0 and len(check) == 1 and check[0](out.stdout), "; ".join(command.strip().splitlines()), out.stdout + out.stderr)
    print(f"1..{number}")
    return failed != 0


sys.exit(main())
