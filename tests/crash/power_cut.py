#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Every acknowledged job survives a power cut.

usage: power_cut.py WRITER WRITER_WITHOUT_FILE_SYNC [SECONDS]

The writer works on an ext4 file system in an image. It is stopped at a random moment, the image is
copied as it is (what the file system still had in memory is not in it), and the copy is mounted: it
must hold every job that was acknowledged before. Then the writer goes on from the copy. Needs root,
loop devices and a mount namespace of its own. SECONDS (default 12) bounds the loop.
"""

import os
import random
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from tap import main, skip, test  # noqa: E402
from writing import acknowledged, command, violations  # noqa: E402

WRITER, NO_FILE_SYNC = sys.argv[1:3]
SECONDS = float(sys.argv[3]) if len(sys.argv) > 3 else 12
INSIDE = "HOMESPOOL_TEST_INSIDE_NAMESPACE"
IMAGE_BYTES = 24 << 20
CUTS_ON_ONE_DISK = 6
JOBS = 1_000_000

if os.geteuid() == 0 and INSIDE not in os.environ:
    probe = subprocess.run(["unshare", "-m", "--propagation", "private", "true"], capture_output=True, check=False)
    if probe.returncode == 0:
        os.environ[INSIDE] = "1"
        os.execvp("unshare", ["unshare", "-m", "--propagation", "private", sys.executable, *sys.argv])


def quietly(*words):
    run = subprocess.run(words, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise RuntimeError(f"{' '.join(words)}: {run.stderr.strip()}")
    return run.stdout.strip()


class Mounted:
    """An image, mounted in a folder; the loop device is gone when the mount is."""

    def __init__(self, image, folder):
        self.image, self.folder = image, folder

    def __enter__(self):
        quietly("mount", "-o", "loop", str(self.image), str(self.folder))
        return self.folder / "state"

    def __exit__(self, *_):
        quietly("umount", str(self.folder))


def drain(pipe):
    """What is in the pipe now."""
    parts = []
    while select.select([pipe], [], [], 0)[0]:
        part = os.read(pipe.fileno(), 1 << 16)
        if not part:
            break
        parts.append(part)
    return b"".join(parts).decode()


def work_and_cut(writer, state, first, image, copy):
    """Lets the writer work for a moment, stops it, copies the image. Returns what it acknowledged
    before the copy was begun."""
    state.mkdir(mode=0o700, exist_ok=True)
    process = subprocess.Popen(command(writer, state, first, JOBS, random.choice((16, 1000, 70000)), random.choice((1, 4))),
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        select.select([process.stdout], [], [], 30)
        try:
            process.wait(random.uniform(0, 0.03))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGSTOP)
            os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)
        promised = acknowledged(drain(process.stdout))
        shutil.copyfile(image, copy)
    finally:
        process.kill()
        process.communicate(timeout=30)
    return promised


def loop(writer, seconds, stop_at_violation=False):
    """(cuts, acknowledged jobs, violations)"""
    if INSIDE not in os.environ:
        skip("needs root and a mount namespace")
    cuts, total, found = 0, 0, []
    end = time.monotonic() + seconds
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    while time.monotonic() < end and not (found and stop_at_violation):
        with tempfile.TemporaryDirectory(dir=memory) as name:
            folder, mount = Path(name), Path(name) / "mount"
            mount.mkdir()
            image = folder / "disk-0"
            with open(image, "wb") as file:
                file.truncate(IMAGE_BYTES)
            quietly("mkfs.ext4", "-q", "-F", str(image))
            promised = []
            for number in range(1, CUTS_ON_ONE_DISK + 1):
                copy = folder / f"disk-{number}"  # a new file each time: a loop device may be let go late
                try:
                    with Mounted(image, mount) as state:
                        promised += work_and_cut(writer, state, number * JOBS, image, copy)
                except RuntimeError as error:
                    if cuts == 0 and "loop" in str(error):
                        skip(f"no loop devices here: {error}")
                    raise
                image.unlink()
                image = copy
                with Mounted(image, mount) as state:
                    wrong = violations(writer, state, promised)
                cuts += 1
                found += wrong
                if wrong or time.monotonic() > end:
                    break
            total += len(promised)
    return cuts, total, found


@test("every acknowledged job is there after a power cut")
def _():
    cuts, total, found = loop(WRITER, SECONDS)
    print(f"# {cuts} cuts, {total} acknowledged jobs")
    assert not found, found[:10]
    assert cuts >= 5 and total >= cuts, "too few cuts or jobs for a judgement"


@test("a writer that does not sync its documents is caught")
def _():
    cuts, _, found = loop(NO_FILE_SYNC, 30, stop_at_violation=True)
    print(f"# caught after {cuts} cuts")
    assert found, "documents that were never synced survived every cut"


main()
