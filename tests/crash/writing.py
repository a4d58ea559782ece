# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Starting and checking the writer of writer.c, for the drivers beside it."""

import subprocess
import uuid


def id_of(number):
    """The id that the writer gives to job NUMBER."""
    return str(uuid.UUID(bytes=bytes([0xc5, 0xa5, 0x48, 0, 0, 0, 0, 0]) + number.to_bytes(8, "big")))


def command(writer, folder, first, count, size, in_flight=1):
    return [writer, "run", str(folder), str(first), str(count), str(size), str(in_flight)]


def acknowledged(output):
    """The ids in whole lines "ack ID": a line that was cut by the kill told nobody anything."""
    whole = output[:output.rfind("\n") + 1]
    return [line.split()[1] for line in whole.splitlines() if line.startswith("ack ")]


def check(writer, folder):
    """Opens FOLDER as a start would: (ids of whole jobs, complaints, orphans)."""
    run = subprocess.run([writer, "check", str(folder)], capture_output=True, text=True, timeout=60, check=False)
    rows, complaints, orphans, records = [], [], [], None
    for line in run.stdout.splitlines():
        word, _, rest = line.partition(" ")
        if word == "row":
            rows.append(rest)
        elif word == "orphan":
            orphans.append(rest)
        elif word == "records":
            records = int(rest)
        else:
            complaints.append(line)
    if run.returncode != 0 or records is None:
        complaints.append(f"the check ended with {run.returncode}: {run.stderr.strip()}")
    elif records != len(rows) + len([c for c in complaints if c.startswith("bad ")]):
        complaints.append(f"{records} outbox records for {len(rows)} rows")
    return rows, complaints, orphans


def violations(writer, folder, promised):
    """What is wrong in FOLDER, given the ids that were acknowledged."""
    rows, complaints, _ = check(writer, folder)
    lost = sorted(set(promised) - set(rows))
    return complaints + [f"lost {name}" for name in lost]
