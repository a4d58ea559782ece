#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""What a workstation prints past us, on a queue of its own in CUPS, is told to the site where the organisation
wants to know: a real cupsd with our notifier, a real printer, the real agent and site.

usage: local_printing.py BUILD_FOLDER [SENTENCE]
"""

import os
import re
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from private_cups import until  # noqa: E402
from documents import small_pdf  # noqa: E402
from tap import main, skip, test  # noqa: E402
from town import Programs, Town, person_until_the_end  # noqa: E402

LOCAL = "Laser"
CANARY = "Zeugnis-Canary-4711"


class World:
    town = None

    @classmethod
    def open(cls):
        if os.geteuid() != 0:
            skip("needs root, to run a print system and to be several users")
        if cls.town is not None:
            return
        person = person_until_the_end()
        cls.town = town = Town(Programs(sys.argv[1]), person, policy=("--report-local-printing", "no", "--title-policy", "full"))
        town.start_site()
        town.add_person(person)
        town.list_printer(town.start_printer())
        town.start_cups()
        cls.add_queue(LOCAL)
        town.start_agent()
        town.enrol()
        town.await_queue()
        cls.document = town.folder / "document.pdf"

    @classmethod
    def close(cls):
        if cls.town is not None:
            cls.town.close()

    @classmethod
    def add_queue(cls, name):
        town = cls.town
        done = town.cups.run(["lpadmin", "-p", name, "-E", "-v", f"ipp://localhost:{town.printer_port}/ipp/print", "-m", "everywhere"])
        assert done.returncode == 0, done.stderr

    @classmethod
    def set_policy(cls, *options):
        town = cls.town
        town.run(town.programs.trust, "sign", "--dir", town.folder / "root-keys", next((town.folder / "site").glob("*request*")), "--os-names", "yes",
                 "--yes", *options, "--out", town.folder / "bundle.jws")
        town.run(town.programs.site, "trust", "--data", town.folder / "site", "--file", town.folder / "bundle.jws")
        until(cls.knows_bundle, "the agent has fetched the bundle", 60)

    @classmethod
    def knows_bundle(cls):
        with sqlite3.connect(cls.town.folder / "site/site.db", timeout=30) as base:
            return base.execute("SELECT count(*) FROM commands WHERE kind=3 AND state=1").fetchone() == (0,)

    @classmethod
    def print(cls, pages=1, queue=LOCAL, title=CANARY, user=None, options=()):
        """Prints with CUPS's own command as the person; the number of the job."""
        cls.document.write_bytes(small_pdf(pages))
        cls.document.chmod(0o644)
        done = cls.town.cups.run(["lp", *(["-U", user] if user else []), "-d", queue, "-t", title, *options, str(cls.document)], cls.town.person)
        assert done.returncode == 0, done.stderr
        return int(re.search(r"-(\d+) \(", done.stdout).group(1))

    @classmethod
    def finish(cls, number, queue=LOCAL):
        until(lambda: cls.town.cups.jobs(queue).get(number) == "completed", f"CUPS printed job {number}", 60)


def rows():
    with sqlite3.connect(World.town.folder / "site/site.db", timeout=30) as base:
        base.row_factory = sqlite3.Row
        return [dict(row) for row in base.execute("SELECT r.*, u.name AS person FROM reports AS r LEFT JOIN users AS u ON u.identity=r.owner"
                                                  " WHERE is_local=1 ORDER BY received_us")]


def await_rows(count):
    until(lambda: len(rows()) >= count, f"the site has {count} local jobs: {World.town.log('agent')[-2000:]}", 60)
    found = rows()
    assert len(found) == count, found
    return found


def subscriptions():
    ask = ("{ OPERATION Get-Subscriptions GROUP operation-attributes-tag ATTR charset attributes-charset utf-8"
           " ATTR naturalLanguage attributes-natural-language en ATTR uri printer-uri ipp://localhost/"
           " ATTR name requesting-user-name root DISPLAY notify-recipient-uri }")
    path = World.town.folder / "subscriptions.test"
    path.write_text(ask)
    environment = {**os.environ, "CUPS_SERVER": str(World.town.cups.socket)}
    done = subprocess.run(["ipptool", "-tv", f"ipp://{str(World.town.cups.socket).replace('/', '%2F')}/", str(path)], env=environment,
                          capture_output=True, text=True, timeout=60, check=False)
    return done.stdout.count("homespool:")


@test("without the policy nothing is asked for and nothing is told")
def _():
    World.open()
    World.finish(World.print())
    assert subscriptions() == 0
    assert rows() == []


@test("with the policy a job of another queue is told once, with the printer's counts and a claimed owner")
def _():
    World.open()
    World.set_policy("--report-local-printing", "yes", "--title-policy", "full")
    until(lambda: subscriptions() == 1, "cupsd has our subscription", 60)
    World.finish(World.print(pages=3))
    row, = await_rows(1)
    assert (row["impressions"], row["counted"], row["queue"], row["outcome"]) == (3, 1, LOCAL, "delivered"), row
    assert row["person"] == World.town.person and row["is_claimed"] == 1 and row["title"] == CANARY
    line, = [line for line in World.town.report() if line["kind"] == "local"]
    assert (line["printer"], line["owner"], line["impressions"], line["jobs"]) == (LOCAL, "claimed", 3, 1), line


@test("whose a job is, is only what its client said, and nobody if that name is nobody's here")
def _():
    World.open()
    before = len(rows())
    World.finish(World.print(user="no-such-user"))
    found = await_rows(before + 1)
    assert found[-1]["owner"] is None and found[-1]["is_claimed"] == 0, found[-1]


@test("our own queue's jobs are not counted a second time")
def _():
    World.open()
    before = len(rows())
    World.print(queue=World.town.queue, title="Held")
    World.town.await_job(lambda job: job["state"] == "held", "the document is held", 60)
    World.finish(World.print(pages=2))
    found = await_rows(before + 1)
    assert found[-1]["queue"] == LOCAL and all(row["queue"] == LOCAL for row in found)


@test("a job that was canceled is told as such and is in no sum")
def _():
    World.open()
    before, pages = len(rows()), sum(line["jobs"] for line in World.town.report())
    number = World.print(options=("-H", "indefinite"))
    World.finish(World.print())
    await_rows(before + 1)
    assert World.town.cups.run(["cancel", str(number)]).returncode == 0
    found = await_rows(before + 2)
    assert found[-1]["outcome"] == "cancelled"
    assert sum(line["jobs"] for line in World.town.report()) == pages + 1


@test("what ends while the agent is off, or killed, is told when it is back, once")
def _():
    World.open()
    before = len(rows())
    World.town.stop("agent", kill=True)
    numbers = [World.print(pages=n) for n in (1, 2)]
    for number in numbers:
        World.finish(number)
    World.town.start_agent()
    found = await_rows(before + 2)
    assert {row["impressions"] for row in found[-2:]} == {1, 2}
    World.town.stop("agent")
    World.town.start_agent()
    World.finish(World.print(pages=4))
    assert await_rows(before + 3)[-1]["impressions"] == 4


@test("a print system that was started again, or killed, still knocks")
def _():
    World.open()
    before = len(rows())
    World.town.cups.restart()
    assert subscriptions() == 1
    World.finish(World.print(pages=5))
    assert await_rows(before + 1)[-1]["impressions"] == 5


@test("of a print system that is killed, and comes later than the agent, nothing is told twice and nothing is lost; doctor says that it is away")
def _():
    World.open()
    before = len(rows())
    World.finish(World.print(pages=7))
    await_rows(before + 1)
    World.town.stop("agent", kill=True)
    World.finish(World.print(pages=8))
    World.town.cups.stop(kill=True)
    World.town.start_agent()
    until(lambda: "cannot be told to the site" in World.town.homespool("doctor", check=False).stdout, "doctor says so", 60)
    World.town.cups.start()
    found = await_rows(before + 2)
    assert [row["impressions"] for row in found[before:]] == [7, 8], found
    until(lambda: "is told to the site" in World.town.homespool("doctor", check=False).stdout, "doctor is content", 60)
    until(lambda: subscriptions() == 1, "cupsd has our subscription again", 60)
    World.finish(World.print(pages=9))
    assert [row["impressions"] for row in await_rows(before + 3)[before:]] == [7, 8, 9]


@test("waiting for a knock wakes nobody")
def _():
    World.open()
    notifier = [int(path.name) for path in Path("/proc").iterdir()
                if path.name.isdigit() and b"server-bin/notifier/homespool" in _command(path)
                and str(World.town.folder).encode() in _command(path)]
    waiting = [World.town.processes["queue"].pid, *notifier]

    def switches():
        return [int(re.search(r"^voluntary_ctxt_switches:\s*(\d+)", Path(f"/proc/{pid}/status").read_text(), re.M).group(1)) for pid in waiting]

    before, end = switches(), time.monotonic() + 15
    until(lambda: time.monotonic() > end, "15 seconds", 20)
    assert switches() == before, (waiting, before, switches())


def _command(path):
    try:
        return (path / "cmdline").read_bytes() + (path / "environ").read_bytes()
    except OSError:
        return b""


@test("titles obey the policy: none means none, also in the agent's own files")
def _():
    World.open()
    before = len(rows())
    World.set_policy("--report-local-printing", "yes", "--title-policy", "none")
    World.finish(World.print(title="Nur-fuer-mich-0815"))
    found = await_rows(before + 1)
    assert found[-1]["title"] is None and found[-1]["sealed_title"] is None
    stored = b"".join(path.read_bytes() for folder in ("agent/lib", "site") for path in (World.town.folder / folder).rglob("*") if path.is_file())
    assert b"Nur-fuer-mich-0815" not in stored


@test("when the policy ends, the subscription ends, and what was kept is forgotten")
def _():
    World.open()
    before = len(rows())
    World.set_policy("--report-local-printing", "no", "--title-policy", "none")
    until(lambda: subscriptions() == 0, "the subscription is gone", 60)
    World.finish(World.print())
    World.set_policy("--report-local-printing", "yes", "--title-policy", "none")
    until(lambda: subscriptions() == 1, "cupsd has our subscription again", 60)
    World.finish(World.print(pages=6))
    assert await_rows(before + 1)[-1]["impressions"] == 6, "what was printed in between is nobody's business"


try:
    main(sys.argv[2] if len(sys.argv) > 2 else None)
finally:
    World.close()
