#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""A full disk refuses jobs with "no-space", loses none, and works again when there is room.

usage: full_disk.py WRITER

The disk is a tmpfs of 1 MiB in a mount namespace of this test's own, so it needs root.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from tap import main, skip, test  # noqa: E402
from writing import acknowledged, command, violations  # noqa: E402

WRITER = sys.argv[1]
INSIDE = "HOMESPOOL_TEST_INSIDE_NAMESPACE"
DISK_BYTES = 1 << 20

if os.geteuid() == 0 and INSIDE not in os.environ:
    probe = subprocess.run(["unshare", "-m", "--propagation", "private", "true"], capture_output=True, check=False)
    if probe.returncode == 0:
        os.environ[INSIDE] = "1"
        os.execvp("unshare", ["unshare", "-m", "--propagation", "private", sys.executable, *sys.argv])


class Disk:
    """A tmpfs that is gone at the end."""

    def __enter__(self):
        if INSIDE not in os.environ:
            skip("needs root and a mount namespace")
        self.path = tempfile.mkdtemp()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES},mode=0700", "none", self.path], check=True)
        return Path(self.path)

    def __exit__(self, *_):
        subprocess.run(["umount", "-l", self.path], check=True)
        os.rmdir(self.path)


def fill(disk, leave):
    """Takes all but LEAVE bytes of the disk."""
    space = os.statvfs(disk)
    with open(disk / "filler", "wb") as filler:
        filler.write(bytes(max(0, space.f_bavail * space.f_frsize - leave)))


def start(disk, first, count, size, **environment):
    return subprocess.Popen(command(WRITER, disk / "state", first, count, size), stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment})


def run(disk, first, count, size):
    with start(disk, first, count, size) as process:
        output, errors = process.communicate(timeout=60)
    return output, errors


def assert_only_no_space(output):
    failed = [line for line in output.splitlines() if line.startswith("error ")]
    assert failed, "nothing failed: the disk was not full"
    assert all(line.split()[2] == "no-space" for line in failed), failed[:5]


@test("a disk that fills up refuses with no-space and keeps what it accepted")
def _():
    with Disk() as disk:
        output, errors = run(disk, 1, 400, 5000)
        promised = acknowledged(output)
        assert promised, errors
        assert_only_no_space(output)
        assert violations(WRITER, disk / "state", promised) == []


@test("with room again the same process accepts again")
def _():
    for leave in (0, 4096, 12288, 40960, 81920):
        with Disk() as disk:
            promised = acknowledged(run(disk, 1, 3, 100)[0])
            assert len(promised) == 3
            fill(disk, leave)
            with start(disk, 1000, 40, 3000, WRITER_PAUSE="1") as process:
                lines = []
                for line in process.stdout:
                    lines.append(line)
                    if line.startswith("error "):
                        (disk / "filler").unlink(missing_ok=True)
                        process.stdin.write("go on\n")
                        process.stdin.flush()
            output = "".join(lines)
            assert process.returncode == 0, output
            assert_only_no_space(output)
            last_error = max(n for n, line in enumerate(lines) if line.startswith("error "))
            assert any(line.startswith("ack ") for line in lines[last_error:]), (leave, output)
            assert violations(WRITER, disk / "state", promised + acknowledged(output)) == []


@test("a ledger opens on a full disk, so that held jobs can still be released")
def _():
    with Disk() as disk:
        promised = acknowledged(run(disk, 1, 20, 100)[0])
        fill(disk, 0)
        assert violations(WRITER, disk / "state", promised) == []


main()
