#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""A badge at the printer: from a program through the real agent and the real site to a real IPPS
printer, by a card reader that only knows its own printer.

usage: badge.py BUILD_FOLDER [SENTENCE]
"""

import os
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS / "support"), str(TESTS / "site")]
import ipp_wire as ipp  # noqa: E402
from documents import small_pdf  # noqa: E402
from private_cups import send_ipp_as, until  # noqa: E402
from tap import main, skip, test  # noqa: E402
from terminal_world import Terminal  # noqa: E402
from town import Programs, Town, person_until_the_end  # noqa: E402

PROGRAMS = Programs(sys.argv[1])
PIN, CARD, TITLE = "824193", "04:A2:2B:C3", "Dismissal of a colleague"


class World:
    town = None

    @classmethod
    def open(cls):
        if os.geteuid() != 0:
            skip("needs root, to be several users")
        if cls.town is not None:
            return
        person = person_until_the_end()
        cls.town = town = Town(PROGRAMS, person)
        town.start_site()
        town.add_person(person)
        for kind, secret in (("pin", PIN), ("card", CARD)):
            cls.site("user", kind, "--name", person, f"--{kind}-file", "-", input=f"{secret}\n")
        town.list_printer(town.start_printer())
        town.start_agent("[queue]\nmanage = false\n")
        town.enrol()
        cls.reader = cls.add_reader("Reader")

    @classmethod
    def close(cls):
        if cls.town is not None:
            cls.town.close()

    @classmethod
    def site(cls, *words, **more):
        first, second, *rest = words
        return cls.town.run(cls.town.programs.site, first, second, "--data", cls.town.folder / "site", *rest, **more).stdout

    @classmethod
    def add_reader(cls, name, *more):
        line = cls.site("terminal", "add", "--printer", cls.town.printer_name, "--name", name, *more).strip()
        return Terminal(cls.town.folder / "site/keys/site-ca.pem", cls.town.people_port, cls.town.devices_port, line).enrol()

    @classmethod
    def send(cls):
        """A program prints. Returns the agent's id of the job once the site shows it."""
        before = {job["id"] for job in cls.town.jobs()}
        request = (ipp.message(ipp.PRINT_JOB, ipp.attribute(ipp.URI, "printer-uri", "ipp://localhost/ipp/print")
                               + ipp.attribute(ipp.NAME, "job-name", TITLE)) + small_pdf())
        assert send_ipp_as(cls.town.person, cls.town.folder / "agent/run/ipp.sock", request) == (200, 0)
        return next(job["id"] for job in cls.town.jobs() if job["id"] not in before)

    @classmethod
    def paper(cls):
        return len(list(cls.town.printed.glob("*.pdf")))

    @classmethod
    def await_paper(cls, job):
        cls.town.await_job(lambda j: j["id"] == job and j["state"] == "delivered", "it is printed")

    @classmethod
    def sees(cls, reader, job):
        """What the reader shows of the job, once it can be released."""
        def item():
            reply = reader.jobs()
            assert reply.status == 200 and TITLE not in reply.text, reply.text
            return next((i for i in reply.json["jobs"] if i["job"] == job and i["reachable"]), None)
        return until(item, "the reader shows the document")


@test("a badge and a PIN at the printer: signed out at once, and the paper comes")
def _():
    World.open()
    job = World.send()
    assert World.reader.sign_in(card="04A22BC3\r\n", pin=PIN)["name"] == World.town.person
    item = World.sees(World.reader, job)
    assert item["name"].startswith("Document") and item["size"] in ("A4", None), item
    answer = World.reader.release().json
    assert (answer["done"], answer["refused"]) == (1, 0) and World.town.printer_name in answer["sentence"], answer
    assert World.reader.sign_out().status == 200
    assert World.reader.jobs().status == 401
    World.await_paper(job)
    assert World.paper() == 1
    until(lambda: any(line["jobs"] == 1 and line["printer"] == World.town.printer_name for line in World.town.report()), "it is reported")


@test("a thief of the token, of another terminal's certificate or of a session prints nothing")
def _():
    World.open()
    job, other = World.send(), World.add_reader("Other", "--card-only")
    session = World.reader.sign_in(user=World.town.person, pin=PIN)["session"]
    World.sees(World.reader, job)
    for reply, status in ((other.ask("POST", "/v1/terminal/release", {"session": session, "jobs": None}, token=World.reader.token), 403),
                          (other.release(session=session), 401), (World.reader.release([job], session="x" * 43), 401)):
        assert reply.status == status, (reply.status, reply.text)
    lost = World.add_reader("Lost", "--card-only")
    lost.sign_in(card=CARD)
    line = next(line for line in World.site("terminal", "list").splitlines() if "Lost" in line)
    World.site("terminal", "revoke", line.split()[0])
    assert lost.release().status == 403 and lost.try_sign_in(card=CARD).status == 403
    assert next(j for j in World.town.jobs() if j["id"] == job)["state"] == "held" and World.paper() == 1
    assert World.reader.delete([job]).json["done"] == 1
    World.town.await_job(lambda j: j["id"] == job and j["state"] == "cancelled", "it is deleted on the workstation")


@test("five wrong PINs lock it, a reset opens it, and then the paper comes")
def _():
    World.open()
    job = World.send()
    statuses = [World.reader.try_sign_in(card=CARD, pin="000999").status for _ in range(5)]
    assert statuses == [401] * 5, statuses
    late = until(lambda: (r := World.reader.try_sign_in(card=CARD, pin=PIN)).status != 429 and r, "the slowing is over")
    assert late.status == 409 and "locked" in late.text, late.text
    World.site("user", "pin", "--name", World.town.person, "--reset")
    reply = until(lambda: (r := World.reader.try_sign_in(card=CARD, pin=PIN)).status != 429 and r, "the slowing is over")
    assert reply.status == 200, reply.text
    World.reader.session = reply.json["session"]
    World.sees(World.reader, job)
    assert World.reader.release([job]).json["done"] == 1
    World.await_paper(job)
    assert World.paper() == 2


try:
    main(sys.argv[2] if len(sys.argv) > 2 else None)
finally:
    World.close()
