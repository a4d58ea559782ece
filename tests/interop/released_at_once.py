#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Printed and released in one breath, by a person whose only way is the site: the release must not
overtake the announcement, which waits for the pages.

usage: released_at_once.py BUILD_FOLDER [SENTENCE]
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from documents import small_pdf  # noqa: E402
from private_cups import as_user, until  # noqa: E402
from tap import main, skip, test  # noqa: E402
from town import Person, Programs, Town  # noqa: E402

PROGRAMS = Programs(sys.argv[1])
TIMES = 5


def homespool(town, *arguments, **more):
    command, environment = as_user(town.person, [str(word) for word in (PROGRAMS.command, "--root", town.folder / "agent", *arguments)])
    return town.run(*command, env=environment, **more)


@test(f"a document is released the moment it is held, {TIMES} times, without a key")
def _():
    if os.geteuid() != 0:
        skip("needs root, to run a print system and to be several users")
    with Person() as person, Town(PROGRAMS, person) as town:
        town.start_site()
        town.add_person(person)
        town.list_printer(town.start_printer())
        town.start_cups()
        town.start_agent()
        town.enrol()
        town.await_queue()
        homespool(town, "sign-in", person, input=town.password + "\n")
        document = town.folder / "document.pdf"
        document.write_bytes(small_pdf())
        seen = set()
        for _ in range(TIMES):
            assert town.cups.run(["lp", "-d", town.queue, str(document)], person).returncode == 0
            job = until(lambda: next((j for j in town.jobs() if j["id"] not in seen and j["state"] == "held"), None), "held")
            seen.add(job["id"])
            homespool(town, "release", job["id"], "--printer", town.printer_name)
            town.await_job(lambda j: j["id"] == job["id"] and j["state"] == "delivered", "delivered", 60)


main(sys.argv[2] if len(sys.argv) > 2 else None)
