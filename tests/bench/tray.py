#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Figures of the tray: time to the window, memory without one, wake-ups at rest, one change among 2,000 jobs.

usage: tray.py BUILD_FOLDER        exits with 1 if a figure is missed
"""

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "ui"))
from desktop import Desktop  # noqa: E402
from stage import Scene, Stage, job, printer  # noqa: E402

BUILD = Path(sys.argv[1]).resolve()
PROGRAM = BUILD / "tray-ui/homespool-tray"
WINDOW_S, MEMORY_MB, WAKEUPS_PER_S, CHANGE_MS = 0.7, 60, 0.1, 16
REST_S = 30
missed = []


def tell(what, value, unit, limit):
    if value > limit:
        missed.append(what)
    print(f"{what:<46} {value:8.2f} {unit:<4} (at most {limit} {unit}){'  MISSED' if value > limit else ''}", flush=True)


def switches(pid):
    """How often each thread went to sleep, which it does after each time it was woken."""
    return {task.name: int(line.split()[1]) for task in Path(f"/proc/{pid}/task").iterdir()
            for line in (task / "status").read_text().splitlines() if line.startswith("voluntary_ctxt_switches")}


with tempfile.TemporaryDirectory(prefix="homespool-bench-") as folder:
    scene = Scene([job(n, f"Document {n}.pdf", minutes=n) for n in range(20)], [printer(1, "Second floor", "by the stairs", used_before=True)])
    with Stage(folder, scene) as stage, Desktop(folder, environment={"GTK_A11Y": "none"}) as desktop:
        shown = []
        for _ in range(5):
            start = time.monotonic()
            desktop.start_tray(PROGRAM, stage.root, window=False)
            while not desktop.window():
                time.sleep(0.01)
            shown.append(time.monotonic() - start)
            desktop.stop("tray")
        tell("start to window, median of 5", sorted(shown)[2], "s", WINDOW_S)
        process = desktop.start_tray(PROGRAM, stage.root, "--hidden", window=False)
        time.sleep(5)
        resident = next(int(line.split()[1]) for line in Path(f"/proc/{process.pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
        tell("resident memory, no window yet", resident / 1024, "MB", MEMORY_MB)
        before = switches(process.pid)
        time.sleep(REST_S)
        tell(f"wake-ups at rest, over {REST_S} s", sum(count - before.get(task, 0) for task, count in switches(process.pid).items()) / REST_S, "/s", WAKEUPS_PER_S)
        done = desktop.run(BUILD / "tests/bench/bench_tray_list")
        if done.returncode != 0 or not done.stdout:
            sys.exit(f"bench_tray_list: {done.stderr}")
        median, longest = map(float, done.stdout.split())
        tell("one change among 2,000 jobs, median", median, "ms", CHANGE_MS)
        print(f"{'one change among 2,000 jobs, longest':<46} {longest:8.2f} ms")
sys.exit(1 if missed else 0)
