#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""The order of the system calls that make a job durable, read from strace.

usage: order.py WRITER NO_FILE_SYNC NO_FOLDER_SYNC ACK_BEFORE_COMMIT ROW_BEFORE_FILE

A kill cannot show a missing sync: the kernel still has the bytes. So the calls themselves are read:
  1. a document is renamed only after a sync that began after its last write;
  2. its row reaches the ledger's log only after a sync of the folder that began after the rename;
  3. it is acknowledged only after a sync of the log that began after the row was written there.
The four other programs are the same writer with one mistake each, and each mistake must be found.
"""

import shutil
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from tap import main, skip, test  # noqa: E402
from syscalls import STRACE, read_trace, synced  # noqa: E402
from writing import acknowledged, command, id_of  # noqa: E402

JOBS = 12
CALLS = "write,pwrite64,fsync,fdatasync,rename,renameat,renameat2"


def judge_job(calls, name):
    """Breaches of the three rules by one acknowledged job."""
    raw = uuid.UUID(name).bytes
    rename = next((c for c in calls if c.name.startswith("rename") and name + ".age" in c.names), None)
    writes = [c for c in calls if c.name == "write" and c.path.endswith(name + ".part")]
    row = next((c for c in calls if c.name == "pwrite64" and c.path.endswith("ledger.db-wal") and raw in c.data), None)
    ack = next((c for c in calls if c.name == "write" and c.data.startswith(f"ack {name}".encode())), None)
    if not (rename and writes and ack and row):
        return [f"{name}: a step is missing: rename {bool(rename)}, writes {len(writes)}, row {bool(row)}, ack {bool(ack)}"]
    found = []
    if not synced(calls, lambda p: p.endswith(name + ".part"), writes[-1].ended, rename.began):
        found.append(f"{name}: renamed before its bytes were synced")
    if not synced(calls, lambda p: p.endswith("/spool"), rename.ended, row.began):
        found.append(f"{name}: its row was written before its folder was synced")
    if not synced(calls, lambda p: p.endswith("ledger.db-wal"), row.ended, ack.began):
        found.append(f"{name}: acknowledged before its row was synced")
    return found


def breaches(writer, in_flight):
    with tempfile.TemporaryDirectory() as folder:
        trace = folder + "/trace"
        run = subprocess.run([*STRACE, "-o", trace, "-e", "trace=" + CALLS]
                             + command(writer, folder + "/state", 1, JOBS, 1000, in_flight),
                             capture_output=True, text=True, timeout=120, check=False)
        if run.returncode != 0 and "ptrace" in run.stderr:
            skip("this container does not allow ptrace")
        promised = acknowledged(run.stdout)
        assert promised == [id_of(n) for n in range(1, JOBS + 1)], (run.returncode, run.stdout, run.stderr[-500:])
        calls = read_trace(trace)
        return [b for name in promised for b in judge_job(calls, name)]


def add(sentence, writer, word):
    @test(sentence)
    def _():
        if shutil.which("strace") is None:
            skip("strace is not installed")
        found = [b for in_flight in (1, 4) for b in breaches(writer, in_flight)]
        if word is None:
            assert not found, found[:10]
        else:
            assert sum(word in b for b in found) >= JOBS, found[:10]


GOOD, NO_FILE_SYNC, NO_FOLDER_SYNC, EARLY, ROW_FIRST = sys.argv[1:6]
add("bytes, name, row, answer: each is synced before the next", GOOD, None)
add("a missing sync of the document is found", NO_FILE_SYNC, "renamed before its bytes were synced")
add("a missing sync of the folder is found", NO_FOLDER_SYNC, "its row was written before its folder was synced")
add("an answer before the commit is found", EARLY, "acknowledged before its row was synced")
add("a row before its document is found", ROW_FIRST, "its row was written before its folder was synced")
main()
