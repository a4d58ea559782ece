#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Random histories in the manner of Jepsen: several people print, release, cancel and look on several workstations with
a site, while agents are killed, lines are cut, clocks jump and printers misbehave. Afterwards everything that was
promised has to be true (history_check.py).

usage: history.py BUILD_FOLDER [--operations N] [--seed S] [--hours H] [--workstations N] [--printers N] [--keep] [--tap]

--hours runs histories of N operations with one seed after the other. A history is made from its seed alone; what the
programs make of it depends on their timing, too. A violation is told with the job's story and, if it comes again, with a
short history that shows it.
"""

import argparse
import resource
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent)]
from history_check import Check, story  # noqa: E402
from history_plan import make_plan  # noqa: E402
from history_run import DONE, History  # noqa: E402
from history_shrink import shrink  # noqa: E402
from history_world import World  # noqa: E402


def run_plan(options, plan, seed):
    """(violations, stories, counts, seconds)"""
    begin = time.monotonic()
    with World(options.build, options.workstations, options.printers) as world:
        world.own_folder = not options.keep
        history = History(world, plan, seed)
        history.run()
        lived = time.monotonic() - begin
        history.settle()
        found = Check(history).all()
        stories = {job.number: story(history, job, plan) for job, _ in found if job is not None}
        states = {}
        for job in history.jobs.values():
            state = job.final["state"] if job.final else "not accepted"
            states[state] = states.get(state, 0) + 1
        papers = sum(len(job.papers) for job in history.jobs.values())
        print(f"# seed {seed}: {len(plan)} operations in {lived:.0f} s, judged after {time.monotonic() - begin:.0f} s; jobs at the end: {states}; "
              f"{papers} on paper, {sum(count for (verb, _), count in history.counts.items() if verb in ('kill', 'stop'))} restarts; "
              f"{len(found)} violations", flush=True)
        if options.counts:
            for (verb, outcome), count in sorted(history.counts.items()):
                print(f"#   {verb} {outcome}: {count}")
        if options.keep and found:
            print(f"# kept in {world.folder}")
    return found, stories, history


def one_history(options, seed):
    plan = make_plan(seed, options.operations, options.workstations, options.printers)
    found, stories, history = run_plan(options, plan, seed)
    for job, text in found[:12]:
        print(f"# VIOLATION (seed {seed}): {'' if job is None else f'job {job.number}: '}{text}")
    for number in list(stories)[:3]:
        print("\n".join("#   " + line for line in stories[number]))
    if found and options.shrink:
        shrink(found, plan, lambda shorter: run_plan(options, shorter, seed)[0])
    return found, history


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--operations", type=int, default=10_000)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--hours", type=float)
    parser.add_argument("--workstations", type=int, default=2)
    parser.add_argument("--printers", type=int, default=8)
    parser.add_argument("--keep", action="store_true", help="leave the folder behind after a violation")
    parser.add_argument("--counts", action="store_true", help="say how often what was answered how")
    parser.add_argument("--shrink", action="store_true", help="look for a short history after a violation")
    parser.add_argument("--tap", action="store_true")
    return parser.parse_args()


def main():
    options = parse()
    seed = options.seed if options.seed is not None else int(time.time())
    if options.tap:
        print("1..1")
    end, total, violations = time.monotonic() + (options.hours or 0) * 3600, 0, 0
    while True:
        found, history = one_history(options, seed)
        total += options.operations
        violations += len(found)
        if found or time.monotonic() >= end:
            break
        seed += 1
    enough = sum(count for (_, outcome), count in history.counts.items() if outcome == DONE) > options.operations / 2
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(f"# {total} operations, {violations} violations, {sum(use.ru_utime + use.ru_stime for use in used):.0f} s of processor time"
          + ("" if enough else "; too few of them came to anything"))
    if options.tap:
        print(f"{'not ok' if violations or not enough else 'ok'} 1 - what a random history promised is true in the end")
    sys.exit(1 if violations or not enough else 0)


main()
