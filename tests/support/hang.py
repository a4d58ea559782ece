# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""What can be seen of programs that do not come to their end."""

import contextlib
import shutil
import subprocess
from pathlib import Path

GDB_S = 60  # for one program; under load reading the symbols takes long


def stacks(pid):
    """Of all threads: by gdb if it is there, else where each waits in the kernel."""
    if shutil.which("gdb"):
        with contextlib.suppress(subprocess.TimeoutExpired):
            return subprocess.run(["gdb", "-p", str(pid), "-batch", "-nx", "-ex", "thread apply all bt"],
                                  capture_output=True, text=True, errors="replace", timeout=GDB_S, check=False).stdout
    text = ""
    for thread in sorted(Path(f"/proc/{pid}/task").glob("*")):
        with contextlib.suppress(OSError):
            text += f"{thread.name} {(thread / 'comm').read_text().strip()} waits in {(thread / 'wchan').read_text()}\n"
    return text


def sockets(pid):
    """The rows of the kernel's tables for the sockets of @pid."""
    inodes = set()
    with contextlib.suppress(OSError):
        for entry in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                target = str(entry.readlink())
                if target.startswith("socket:["):
                    inodes.add(target[8:-1])
    rows = []
    for table in ("tcp", "tcp6"):
        with contextlib.suppress(OSError):
            rows += [row for row in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:] if row.split()[9] in inodes]
    return "\n".join(rows)


def describe(pids):
    """Everything about each of @pids, as text for people."""
    return "\n".join(f"— {pid} {Path(f'/proc/{pid}/comm').read_text().strip()} —\n{sockets(pid)}\n{stacks(pid)}" for pid in pids
                     if Path(f"/proc/{pid}/comm").exists())
