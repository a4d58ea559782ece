#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""The same load for a long time: one document a second is printed, released and delivered, by three people on one
workstation with a site and two printers. Memory and descriptors of agent and site have to stay as they are.

usage: steady.py BUILD_FOLDER [--minutes M] [--rate JOBS_PER_SECOND] [--verbose]

Finished jobs stay in the list for two minutes here, so that the list is as long at the end as at the beginning. What
counts begins after a quarter of the time, with everything warm; then the least memory of each tenth of the rest is
compared: a peak is no growth.
"""

import argparse
import os
import re
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent)]
from history_run import MIMES, document  # noqa: E402
from history_world import PEOPLE, World  # noqa: E402
from ipp_client import Reply, mime, name_, request  # noqa: E402
from private_cups import until  # noqa: E402

HISTORY_S = 120
MOST_GROWTH_KIB = {"agent0": 1024, "site": 2048}  # SQLite fills its cache for long: 1 MiB there, 2 MiB here
FORMATS = ("pwg", "jpeg", "pdf")


def measure(pid):
    """(RSS, private dirty, descriptors, threads); memory in KiB."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    rss, dirty = (int(re.search(rf"^{name}: +(\d+)", text, re.M).group(1)) for name in ("Rss", "Private_Dirty"))
    return rss, dirty, len(os.listdir(f"/proc/{pid}/fd")), len(os.listdir(f"/proc/{pid}/task"))


def print_one(world, number):
    """Printed, released, and on paper when it returns."""
    workstation, person = world.workstations[0], PEOPLE[number % len(PEOPLE)]
    kind = FORMATS[number % len(FORMATS)]
    body = request("Print-Job", name_("job-name", f"Document number {number}") + mime("document-format", MIMES[kind]))
    status, answer = workstation.printing[person].ask("POST", "/ipp/print", body + document(kind, f"number {number}", 4000), "application/ipp")
    assert status == 200 and Reply(answer).status < 0x400, (status, answer)
    job = Reply(answer).jobs[0]["job-uuid"][0][len("urn:uuid:"):]
    wire = workstation.wires[person]
    status, answer = wire.json("POST", f"/v1/jobs/{job}/release", {"printer": world.printer_id(number % 2)})
    assert status == 200, answer
    until(lambda: wire.json("GET", f"/v1/jobs/{job}")[1]["state"] == "delivered", f"document {number} is delivered", 60)


def run(options):
    samples = {"agent0": [], "site": []}
    with World(options.build, 1, 2, history=f"{HISTORY_S // 60}min") as world:
        for double in world.doubles:
            double.tell("manners jpeg")
        begin, number = time.monotonic(), 0
        next_look = begin
        while time.monotonic() < begin + options.minutes * 60:
            print_one(world, number)
            number += 1
            if time.monotonic() >= next_look:
                next_look += max(options.minutes * 60 / 200, 1)
                for name, rows in samples.items():
                    rows.append((time.monotonic() - begin, number, *measure(world.processes[name].pid)))
                if options.verbose:
                    print("#", *(f"{name} {rows[-1]}" for name, rows in samples.items()), flush=True)
            time.sleep(max(begin + number / options.rate - time.monotonic(), 0))  # the load is the purpose
    print(f"# {number} documents in {time.monotonic() - begin:.0f} s")
    return samples, number


def judge(name, rows):
    """TRUE: nothing grew."""
    rest = rows[len(rows) // 4:]
    tenth = max(len(rest) // 10, 1)
    early, late = rest[:tenth], rest[-tenth:]
    figures = []
    for column, what in ((2, "RSS KiB"), (3, "private dirty KiB"), (4, "descriptors"), (5, "threads")):
        figures.append((what, min(row[column] for row in early), min(row[column] for row in late), max(row[column] for row in rest)))
    print(f"# {name}: " + "; ".join(f"{what} {first} → {last} (most {most})" for what, first, last, most in figures))
    return figures[0][2] - figures[0][1] <= MOST_GROWTH_KIB[name] and figures[2][2] <= figures[2][1] and figures[3][2] <= figures[3][1]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--rate", type=float, default=1)
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    samples, _ = run(options)
    good = all([judge(name, rows) for name, rows in samples.items()])
    print("# nothing grew" if good else "# something grew")
    sys.exit(0 if good else 1)


main()
