#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""docs/site.md: every block of commands runs as it stands, in order.

usage: site_guide.py GUIDE HOMESPOOL_TRUST HOMESPOOL_SITE [SENTENCE]
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))
from site_world import free_port, wait_until  # noqa: E402
from tap import main, test  # noqa: E402

GUIDE = Path(sys.argv[1]).read_text(encoding="utf-8")
TEMP = tempfile.TemporaryDirectory(prefix="homespool-guide-")
FOLDER = Path(TEMP.name)
PROGRAMS = {str(Path(p).resolve().parent) for p in sys.argv[2:4]}
ENVIRONMENT = {**os.environ, "SITE": str(FOLDER / "site"), "ROOT": str(FOLDER / "root"), "HOST": "localhost",
               "PATH": ":".join([*PROGRAMS, os.environ["PATH"]])}
OUTPUT = []
SERVER = []


def run_block(block):
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", block], cwd=FOLDER, env=ENVIRONMENT, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, (block, done.stderr.decode())
    OUTPUT.append(done.stdout.decode())


def serve(block):
    """As the guide says, but on free ports: the test may not have 443."""
    conf = FOLDER / "site/site.conf"
    text = conf.read_text()
    for listen in ("[::]:443", "[::]:8443"):
        assert listen in text, text
        text = text.replace(f"listen={listen};", f"listen=127.0.0.1:{free_port()};")
    conf.write_text(text)
    # The shell becomes the server, so that it is the process that is ended.
    SERVER.append(subprocess.Popen(["bash", "-c", "exec " + block.strip()], cwd=FOLDER, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE))
    assert SERVER[0].stdout.readline().startswith(b"homespool-site ready people=127.0.0.1:")


@test("every block of the guide runs as it stands")
def _():
    blocks = re.findall(r"^```(sh|serve)\n(.*?)^```$", GUIDE, re.S | re.M)
    assert len(blocks) >= 10, len(blocks)
    for kind, block in blocks:
        serve(block) if kind == "serve" else run_block(block)
    everything = "".join(OUTPUT)
    for words in ("Imported bundle 1 of Example School", "Ada Lovelace", "Second floor, Room 2.14", "day  person  printer", "homespool-report/1", "are erased", "The sticker for Second floor",
                  "opens with the code", "Reader, second floor  at Second floor  PIN  waits"):
        assert words in everything, (words, everything)


@test("the token file is private and the backup is a database")
def _():
    assert (FOLDER / "pc-12.token").stat().st_mode & 0o077 == 0
    assert (FOLDER / "site-backup.db").read_bytes().startswith(b"SQLite format 3")
    wait_until(lambda: SERVER[0].poll() is None)


@test("every command that the guide names exists, and every command is in the guide")
def _():
    usage = subprocess.run(["homespool-site", "--help"], env=ENVIRONMENT, capture_output=True, text=True, check=True, timeout=30).stdout
    commands = re.findall(r"^  ([a-z]+(?: [a-z]+)?)", usage, re.M)
    assert len(commands) > 10, usage
    for command in commands:
        words = command.split()
        assert command in GUIDE or command in ("routes", "printer remove"), command
        shown = subprocess.run(["homespool-site", *words, "--help"], env=ENVIRONMENT, capture_output=True, text=True, check=True, timeout=30).stdout
        assert command in shown, shown


def refuses(*arguments, stdin=b"", shortest=40):
    done = subprocess.run(["homespool-site", *arguments], env=ENVIRONMENT, cwd=FOLDER, input=stdin, capture_output=True, timeout=60, check=False)
    assert done.returncode in (1, 2), done
    text = done.stderr.decode()
    assert text.startswith("homespool-site: ") and len(text) > shortest, text
    return text


@test("a wrong command line says what is wrong and what to do")
def _():
    site = str(FOLDER / "site")
    assert "--data" in refuses("user", "list")
    assert "holds no site" in refuses("user", "list", "--data", "/nonexistent") or "init" in refuses("user", "list", "--data", "/nonexistent")
    assert "is there already" in refuses("init", "--data", site, "--name", "x")
    assert "--password-file" in refuses("user", "add", "--data", site, "--name", "bob")
    assert "8 characters" in refuses("user", "add", "--data", site, "--name", "bob", "--password-file", "-", stdin=b"short\n")
    assert "no person" in refuses("user", "passwd", "--data", site, "--name", "nobody", "--password-file", "-", stdin=b"long enough\n")
    assert "ipps://" in refuses("printer", "add", "--name", "x")
    assert "64 hex" in refuses("printer", "add", "--name", "x", "--uri", "ipps://p/ipp/print", "--pin", "sha256:xyz")
    assert "like 2026" in refuses("report", "--data", site, "--from", "yesterday")
    assert "uuid" in refuses("device", "revoke", "--data", site, "pc-12")
    assert "no such workstation" in refuses("device", "revoke", "--data", site, "00000000-0000-4000-8000-000000000001")
    assert "is there already" in refuses("backup", "--data", site, "--output", "site-backup.db")
    assert "not a setting" in bad_setting(site)
    assert "no bundle" in refuses("trust", "--data", site, "--file", "printer.json")
    assert "Unknown option" in refuses("report", "--data", site, "--pin", "x", shortest=10)


def bad_setting(site):
    conf = Path(site, "site.conf")
    before = conf.read_text()
    conf.write_text(before + "\n[people]\nlisten_port=3\n")
    try:
        return refuses("user", "list", "--data", site)
    finally:
        conf.write_text(before)


try:
    main(sys.argv[4] if len(sys.argv) > 4 else None)
finally:
    for server in SERVER:
        server.terminate()
        server.wait(30)
    TEMP.cleanup()
