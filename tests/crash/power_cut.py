#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Power cuts: what somebody was told holds afterwards, on ext4, xfs and btrfs.

usage: power_cut.py JOBS JOBS_WITHOUT_FILE_SYNC|- JOBS_WITHOUT_FOLDER_SYNC|- [--cuts N | --hours H] [--seed N]

A workstation (power_jobs.c) prints, releases, delivers and cancels on a file system whose disk loses
what was not flushed (support/lossy_disk.py). Then it is started on what is left at random moments, and
compared with what people had been told and what the printer had done by then: each job is there,
whole and sealed; what was cancelled is, what was printed is not printed again. The next round goes on
from a disk that was cut. Needs root, loop devices, FUSE and a mount namespace of its own.
"""

import collections
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from lossy_disk import LossyDisk  # noqa: E402
from tap import main, skip, test  # noqa: E402

GOOD, NO_FILE_SYNC, NO_FOLDER_SYNC = sys.argv[1:4]
OPTIONS = dict(zip(sys.argv[4::2], sys.argv[5::2]))
CUTS = int(OPTIONS.get("--cuts", 204))
SECONDS = float(OPTIONS.get("--hours", 0)) * 3600
INSIDE = "HOMESPOOL_TEST_INSIDE_NAMESPACE"
SECRET = b"the moon is made of paper"  # WORLD_SECRET: in each document and each title
JOBS, CUTS_OF_ONE_LIFE, LIVES_OF_ONE_DISK = 14, 17, 2
LIMIT_S = 120
# Of each file system: bytes, how to make it, how to mount it, and how many copies of one may be mounted at once.
Kind = collections.namedtuple("Kind", "size make options at_once")
KINDS = {"ext4": Kind(32 << 20, ["mkfs.ext4", "-q", "-F", "-J", "size=4"], "loop", 4),
         "xfs": Kind(300 << 20, ["mkfs.xfs", "-q", "-f", "--unsupported", "-l", "size=8m"], "loop,nouuid", 4),
         "btrfs": Kind(120 << 20, ["mkfs.btrfs", "-q", "-f"], "loop", 1)}
OVER = {"delivered", "cancelled"}

if os.geteuid() == 0 and INSIDE not in os.environ:
    probe = subprocess.run(["unshare", "-m", "--propagation", "private", "true"], capture_output=True, check=False)
    if probe.returncode == 0:
        os.environ[INSIDE] = "1"
        os.execvp("unshare", ["unshare", "-m", "--propagation", "private", sys.executable, *sys.argv])


def quietly(*words):
    run = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, timeout=LIMIT_S)
    if run.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, words))}: {run.stderr.strip()}")
    return run.stdout


def make(kind, image):
    with open(image, "wb") as file:
        file.truncate(KINDS[kind].size)
    quietly(*KINDS[kind].make, image)


class Mounted:
    """An image, mounted in a folder; the loop device is gone when the mount is."""

    def __init__(self, kind, image, folder):
        self.kind, self.image, self.folder = KINDS[kind], image, Path(folder)

    def __enter__(self):
        self.folder.mkdir(exist_ok=True)
        quietly("mount", "-o", self.kind.options, self.image, self.folder)
        state = self.folder / "state"
        state.mkdir(mode=0o700, exist_ok=True)
        return state

    def __exit__(self, *_):
        quietly("umount", self.folder)


def judge(told, printer, rows):
    """What is wrong with @rows {job: (state, papers, document)}, given what people and the printer knew."""
    words, found = collections.defaultdict(set), []
    for line in told.splitlines():
        word, job = line.split()
        words[job].add(word)
    for job, said in words.items():
        if job not in rows:
            found.append(f"lost: {job} {sorted(said)}")
            continue
        state = rows[job][0]
        if said & OVER and state not in said:
            found.append(f"{job}: people were told {sorted(said)}, and it is {state}")
        if "released" in said and state == "held" and f"made {job}" not in printer:
            found.append(f"{job}: its release was forgotten")
    for job, (state, papers, document) in rows.items():
        if papers > 1:
            found.append(f"{job}: printed {papers} times")
        if papers == 1 and state not in ("delivered", "uncertain"):
            found.append(f"{job}: printed, and it is {state}")
        if state == "delivered" and papers != 1:
            found.append(f"{job}: it says delivered, and never was")
        if state not in OVER and document != "whole":
            found.append(f"{job}: {state}, and its document is {document}")
        if state == "failed":
            found.append(f"{job}: it failed")
    return found


def look(kind, cut):
    """Violations on what the @cut left."""
    place = cut.image.with_suffix(cut.image.suffix + ".d")
    beside = place / "beside"
    beside.mkdir(parents=True)
    for name, text in cut.beside.items():
        if name != "disk":
            (beside / name).write_text(text)
    with Mounted(kind, cut.image, place / "mount") as state:
        run = subprocess.run([GOOD, "check", state, beside], capture_output=True, text=True, timeout=LIMIT_S, check=False)
    cut.image.unlink()
    shutil.rmtree(place)
    lines = run.stdout.splitlines()
    if run.returncode != 0 or lines[-1:] != ["end"]:
        return [f"it does not start again: {run.returncode} {run.stderr.strip()[-400:]}"]
    rows = {job: (state, int(papers), document) for _, job, state, papers, document in (line.split() for line in lines[:-1])}
    return judge(cut.beside["told"], cut.beside["printer.log"], rows)


def one_life(program, kind, image, folder, jobs, dice, earlier):
    """Records a life of the workstation on @image. Returns the disk."""
    with LossyDisk(folder / "fuse", image) as disk:
        for node, name in disk.names.items():
            if name in earlier:
                disk.texts[node] = earlier[name].encode()
                disk.record.append((node, 0, disk.texts[node]))
        disk.begin = len(disk.record)
        with Mounted(kind, folder / "fuse/disk", folder / "mount") as state:
            quietly(program, "run", state, folder / "fuse", jobs, dice.randrange(1 << 30))
    return disk


class Totals:
    def __init__(self):
        self.cuts, self.promises, self.found = 0, 0, []


def one_disk(program, kind, lives, cuts, jobs, dice, totals):
    """@lives lives, the next one on what a cut of the one before left."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None) as name:
        folder, earlier = Path(name), {}
        image = folder / "disk-0"
        make(kind, image)
        for life in range(1, lives + 1):
            disk = one_life(program, kind, image, folder, jobs, dice, earlier)
            if disk.holds(SECRET):
                totals.found.append(f"{kind}: a document or a title in plain on the disk")
            following, looks = folder / f"disk-{life}", []
            with ThreadPoolExecutor(KINDS[kind].at_once) as pool:
                for number, cut in enumerate(disk.cuts(cuts, dice, disk.begin)):
                    if number == cuts // 2:  # before it is looked at, which changes it
                        quietly("cp", "--sparse=always", cut.image, following)
                        earlier = {name: text for name, text in cut.beside.items() if name != "disk"}
                    looks.append((cut, pool.submit(look, kind, cut)))
            for cut, wrong in looks:
                totals.cuts += 1
                totals.promises += cut.beside["told"].count("\n")
                totals.found += [f"{kind}, moment {cut.moment} of {len(disk.record)}, {cut.kept}: {each}" for each in wrong.result()]
            image.unlink()
            image = following


def kinds_here():
    if INSIDE not in os.environ:
        skip("needs root and a mount namespace")
    if not os.access("/dev/fuse", os.W_OK):
        skip("needs FUSE (/dev/fuse)")
    found = []
    for kind in KINDS:
        with tempfile.TemporaryDirectory() as name:
            image = Path(name) / "image"
            try:
                make(kind, image)
                with Mounted(kind, image, Path(name) / "mount"):
                    found.append(kind)
            except (RuntimeError, FileNotFoundError) as error:
                print(f"# {kind} cannot be tried here: {error}")
    if not found:
        skip("no file system can be mounted from an image here")
    return found


def cut_often(program, kinds, cuts, seconds=0, stop_at_violation=False):
    """{kind: Totals} of at least @cuts and @seconds; the file systems side by side, for they wait most of the time."""
    seed = int(OPTIONS.get("--seed", random.randrange(1 << 30)))
    totals, end = {kind: Totals() for kind in kinds}, time.monotonic() + seconds

    def is_enough():
        return stop_at_violation and any(each.found for each in totals.values())

    def work(kind):
        dice = random.Random(f"{seed} {kind}")
        while (totals[kind].cuts * len(kinds) < cuts or time.monotonic() < end) and not is_enough():
            one_disk(program, kind, LIVES_OF_ONE_DISK, CUTS_OF_ONE_LIFE, JOBS, dice, totals[kind])

    with ThreadPoolExecutor(len(kinds)) as pool:
        list(pool.map(work, kinds))
    print(f"# seed {seed}: " + "; ".join(f"{kind}: {each.cuts} cuts, {each.promises} promises, {len(each.found)} broken"
                                         for kind, each in totals.items()), flush=True)
    return totals


@test("after a power cut everything is as people were told, on each file system")
def _():
    totals = cut_often(GOOD, kinds_here(), CUTS, SECONDS)
    found = [each for total in totals.values() for each in total.found]
    for each in found[:1]:
        print(f"# VIOLATION {each}", flush=True)
    assert not found, "\n".join(found[:10])
    assert sum(total.promises for total in totals.values()) > CUTS, "too few promises for a judgement"


def add(sentence, program, which):
    @test(sentence)
    def _():
        totals = cut_often(program, [kinds_here()[which]], 200, stop_at_violation=True)
        assert any(total.found for total in totals.values()), "every cut was survived"


if not SECONDS and NO_FILE_SYNC != "-":
    add("a workstation that does not sync its documents is caught", NO_FILE_SYNC, 0)
    add("a workstation that does not sync its folder is caught", NO_FOLDER_SYNC, -1)  # btrfs forgets it the most readily
main()
