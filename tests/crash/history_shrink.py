# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""A short history that shows what a long one showed. The programs are not deterministic, so a shorter history counts
only if it shows the violation, and none is proof that it cannot."""

import re
import time

BUDGET_S = 180
WINDOW = 400  # disturbances so many operations around the job's own
TRIES = 3


def kind(text):
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]+|\d+", "N", text)


def around(plan, job):
    """What concerns the job, and what disturbed it."""
    own = [op.number for op in plan if job.number in (op.number, op.job)]
    first, last = own[0] - WINDOW, own[-1] + WINDOW
    quiet = {"submit", "release", "order", "cancel", "delete", "hold", "look", "list", "pry"}
    return [op for op in plan if op.number in own or (op.verb not in quiet and first <= op.number <= last)]


def shrink(found, plan, run):
    """@run: plan → violations. Prints the shortest plan that showed one of the same kind."""
    job, text = next(((job, text) for job, text in found if job is not None), (None, None))
    if job is None:
        print("# nothing to shrink: the violation is not of one job")
        return
    end = time.monotonic() + BUDGET_S

    def shows(shorter):
        return any(time.monotonic() < end and any(kind(other) == kind(text) for _, other in run(shorter)) for _ in range(TRIES))

    best = around(plan, job)
    if not shows(best):
        print(f"# the {len(best)} operations around job {job.number} alone do not show it again")
        return
    step = len(best) // 2
    while step and time.monotonic() < end:
        for at in range(len(best) - step, -1, -step):
            shorter = [op for index, op in enumerate(best) if not at <= index < at + step or job.number in (op.number, op.job)]
            if len(shorter) < len(best) and shows(shorter):
                best = shorter
        step //= 2
    print(f"# a history of {len(best)} operations shows it:")
    for op in best:
        print("#   " + " ".join(str(part) for part in op if part is not None))
