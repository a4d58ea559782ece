#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""How long an agent with a full outbox takes until the site has every record: real agent, real site, loopback.

usage: catch_up.py BUILD_FOLDER [JOBS]      (four records for each job; 2500 jobs unless told)

Prints a figure; it judges nothing. It needs root, to be several users.
"""

import json
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent.parent / name) for name in ("support", "serve")]
from measure import cpu_s  # noqa: E402
from private_cups import as_user, until  # noqa: E402
from town import AGENT_USER, Programs, Town, find_person  # noqa: E402

build = Path(sys.argv[1]).resolve()
jobs = int(sys.argv[2]) if len(sys.argv) > 2 else 2500


def records(town):
    with sqlite3.connect(f"file:{town.folder}/site/site.db?mode=ro", uri=True) as database:
        return database.execute("SELECT COUNT(*) FROM records").fetchone()[0]


with Town(Programs(build), find_person() or "nobody") as town:
    town.start_site()
    town.start_agent("[queue]\nmanage = false\n")
    town.enrol()
    until(lambda: town.status()["outbox_records"] == 0, "all is sent", 60)
    before = records(town)
    town.stop("agent")
    command, environment = as_user(AGENT_USER, [str(build / "tests/bench/bench_fill_outbox"), str(town.folder / "agent/lib"), str(jobs)])
    subprocess.run(command, env=environment, check=True)
    site_cpu_s = cpu_s(town.processes["site"].pid)
    begin = time.monotonic()
    town.start_agent()
    until(lambda: (s := json.loads(town.homespool("--json", "status").stdout))["site_online"] and s["outbox_records"] == 0,
          "the site has every record", 600)
    took = time.monotonic() - begin
    used_s = cpu_s(town.processes["site"].pid) - site_cpu_s, cpu_s(town.processes["agent"].pid)
    got = records(town) - before
    assert got >= 4 * jobs, (got, 4 * jobs)
    print(f"{got} records in {took:.2f} s from the start of the agent: {got / took:.0f} a second; "
          f"processor: site {used_s[0]:.2f} s, agent {used_s[1]:.2f} s")
