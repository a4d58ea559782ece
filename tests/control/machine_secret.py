#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""A machine secret that is lost, or older than the one that the ledger knows, is reported and never
replaced.

usage: machine_secret.py HOMESPOOLD [SENTENCE]
"""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from tap import main, test  # noqa: E402

AGENT = sys.argv[1]
LIMIT_S = 30
ROOT = Path(tempfile.mkdtemp(prefix="homespool-secret-"))
atexit.register(shutil.rmtree, ROOT, True)
SECRET = ROOT / "lib/machine-secret"


def run(**environment):
    """Starts the agent and stops it when it is ready: its exit code and log."""
    (ROOT / "etc").mkdir(exist_ok=True)
    (ROOT / "etc/agent.conf").write_text("")
    log = ROOT / "log"
    with log.open("wb") as out:
        process = subprocess.Popen([AGENT, "--root", str(ROOT)], stdin=subprocess.DEVNULL, stdout=out, stderr=out, env={**os.environ, **environment})
    try:
        end = time.monotonic() + LIMIT_S
        while process.poll() is None and "ready:" not in log.read_text():
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.05)
        if process.poll() is None:
            process.terminate()
        process.wait(LIMIT_S)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    return process.returncode, log.read_text()


def as_generation(number):
    name, _, secret = SECRET.read_text().split(" ")
    SECRET.chmod(0o600)
    SECRET.write_text(f"{name} {number} {secret}")
    SECRET.chmod(0o400)


@test("the first start makes the secret, the next one finds it")
def _():
    assert run()[0] == 0
    made = SECRET.read_text()
    assert made.split(" ")[1] == "1"
    assert run()[0] == 0
    assert SECRET.read_text() == made


@test("a later generation is taken and remembered, an older one is a lost secret")
def _():
    as_generation(3)
    assert run()[0] == 0
    for older in (1, 2):
        as_generation(older)
        code, log = run()
        assert code == 1 and "machine secret" in log, log
    as_generation(3)
    assert run()[0] == 0


@test("a secret that is gone is not replaced")
def _():
    kept = SECRET.read_text()
    SECRET.unlink()
    code, log = run()
    assert code == 1 and "machine secret" in log, log
    assert not SECRET.exists()
    SECRET.write_text(kept)
    SECRET.chmod(0o400)
    assert run()[0] == 0


@test("the file serves as a credential of the service manager as it is, and may go then")
def _():
    credentials = ROOT / "credentials"
    credentials.mkdir()
    (credentials / "machine-secret").write_text(SECRET.read_text())
    SECRET.unlink()
    assert run()[0] == 1, "without the credential the secret is lost"
    assert run(CREDENTIALS_DIRECTORY=str(credentials))[0] == 0
    assert not SECRET.exists(), "no second one was made"


main(sys.argv[2] if len(sys.argv) > 2 else None)
