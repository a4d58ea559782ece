#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Reports, and what people have a right to: export, rectify, erase. The real site, and workstations that
speak its protocol.

usage: site_privacy.py EXPORT_SCHEMA HOMESPOOL_TRUST HOMESPOOL_SITE [SENTENCE]
"""

import csv
import datetime
import hashlib
import io
import json
import os
import re
import secrets
import subprocess
import sys
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))
from site_world import Device, Person, World, now_us  # noqa: E402
from tap import main, test  # noqa: E402

SCHEMA = json.loads(Path(sys.argv[1]).read_text())
WORLD = World(sys.argv[2], sys.argv[3], policy=("--title-policy", "full", "--report-local-printing", "yes"))
ADA, BEA = (WORLD.add_user(name, display=name.capitalize() + " Example") for name in ("ada", "bea"))
PRINTER, OTHER = (WORLD.add_printer(name) for name in ("Second floor", "Third floor"))
WORLD.start()
PC = Device(WORLD, "pc-1")
PASSWORD = "correct horse battery"


def run(command, *options, **more):
    if command == "user":
        command, options = (command, options[0]), options[1:]
    return WORLD.site(*((command,) if isinstance(command, str) else command), "--data", WORLD.data, *options, **more)


def report(*options):
    return json.loads(run("report", "--json", *options))["lines"]


def moment(text):
    """Microseconds of a time in UTC."""
    return int(datetime.datetime.fromisoformat(text + "+00:00").timestamp()) * 1_000_000


def local_job(owner=ADA, finished_us=None, **more):
    finished_us = finished_us or now_us()
    return {"job": str(uuid.uuid4()), "queue": "Laser", "printer": None, "owner": owner, "owner_source": "claimed" if owner else "none",
            "outcome": "delivered", "impressions": 2, "sheets": 1, "counted": True, "colour": "unknown", "created_us": finished_us - 5_000_000,
            "finished_us": finished_us, "title": None, **more}


def insert(rows):
    """Reports as they would be after years: (owner, finished_us, impressions, offline)."""
    with WORLD.database() as base:
        base.executemany("INSERT INTO reports (job, outcome, printer, impressions, sheets, counted, finished_us, offline, received_us, owner, colour)"
                         " VALUES (?,'delivered',?,?,1,1,?,?,1,?,1)",
                         [(secrets.token_bytes(16), uuid.UUID(PRINTER).bytes, pages, at, offline, uuid.UUID(owner).bytes)
                          for owner, at, pages, offline in rows])


def forget_reports():
    with WORLD.database() as base:
        base.execute("DELETE FROM reports")


# ── reports ───────────────────────────────────────────────────────────────────────────────────


@test("a job printed past the release page is its own kind, counted once, and its owner only claimed")
def _():
    forget_reports()
    job = PC.hold(ADA)
    PC.finish(job, PRINTER, impressions=3, sheets=3)
    body = local_job(colour="monochrome")
    PC.tell(("local", body), ("local", {**body, "impressions": 99}))
    PC.tell(("local", local_job(owner=None)))
    PC.tell(("local", local_job(outcome="cancelled")))
    lines = {(line["person"], line["kind"]): line for line in report()}
    assert set(lines) == {("ada", "released"), ("ada", "local"), ("", "local")}, lines
    mine = lines["ada", "local"]
    assert (mine["jobs"], mine["impressions"], mine["sheets"], mine["printer"], mine["owner"], mine["colour"]) == (1, 2, 1, "Laser", "claimed", "no")
    assert lines["ada", "released"]["owner"] == "proven" and lines["", "local"]["owner"] == "" and lines["", "local"]["colour"] == "unknown"
    assert [line["kind"] for line in report("--kind", "local", "--person", "ada")] == ["local"]
    assert [line["person"] for line in report("--person", "")] == [""]
    assert [line["kind"] for line in report("--printer", "Second floor")] == [line["kind"] for line in report("--printer", PRINTER)] == ["released"]
    assert [line["person"] for line in report("--printer", "Laser")] == ["", "ada"]


@test("the share that was told while the site could not be reached is in every format")
def _():
    forget_reports()
    for offline in (True, False, False):
        job = PC.hold(BEA)
        PC.tell(("report", {"job": job, "outcome": "delivered", "printer": PRINTER, "impressions": 4, "sheets": 2, "counted": True,
                            "finished_us": now_us(), "command": None}), offline=offline)
    line, = report()
    assert (line["jobs"], line["offline_jobs"], line["offline_impressions"], line["offline_percent"]) == (3, 1, 4, 33), line
    text = run("report", "--csv")
    assert text.count("\n") == text.count("\r\n") == 2
    row, = csv.DictReader(io.StringIO(text, newline=""))
    assert {name: row[name] for name in ("person", "jobs", "impressions", "sheets", "offline_jobs", "offline_percent")} == {
        "person": "bea", "jobs": "3", "impressions": "12", "sheets": "6", "offline_jobs": "1", "offline_percent": "33"}, row
    head, body, sums = run("report").splitlines()
    assert head.split()[:4] == ["day", "person", "printer", "kind"] and body.split()[1:6] == ["bea", "Second", "floor", "released", "proven"]
    assert re.fullmatch(r"all +3 +12 +6 +0 +1 +4 +33", sums.strip()), sums
    assert head.index("jobs") + 3 == body.index(" 3 ") + 1 == sums.index(" 3 ") + 1, "numbers stand below each other\n" + head + "\n" + body


@test("two printers are one line where printers are not told apart, and two queues are two where they are")
def _():
    forget_reports()
    for printer, pages in ((PRINTER, 1), (OTHER, 2)):
        PC.finish(PC.hold(ADA), printer, impressions=pages, sheets=pages)
    for queue in ("Attic", "Cellar"):
        PC.tell(("local", local_job(owner=None, queue=queue)))
    assert [(line["person"], line["kind"], line["jobs"], line["impressions"]) for line in report("--by", "person")] == [
        ("", "local", 2, 4), ("ada", "released", 2, 3)]
    assert [(line["kind"], line["jobs"]) for line in report("--by", "month")] == [("released", 2), ("local", 2)]
    assert {(line["printer"], line["jobs"]) for line in report("--by", "printer")} == {
        ("Attic", 1), ("Cellar", 1), ("Second floor", 1), ("Third floor", 1)}


@test("a name is one field of CSV whatever is in it, and no formula for a spreadsheet")
def _():
    forget_reports()
    PC.tell(("local", local_job(queue='=cmd|"calc", "x"')))
    row, = csv.DictReader(io.StringIO(run("report", "--csv"), newline=""))
    assert row["printer"] == "'=cmd|\"calc\", \"x\"", row


@test("a day is a day of the time zone that is asked for, also when clocks change")
def _():
    forget_reports()
    # Berlin: summer time ends on 2026-10-25 at 01:00 UTC; that day has 25 hours.
    insert((ADA, moment(at), 1, 0) for at in ("2026-10-24T21:59:59", "2026-10-24T22:00:00", "2026-10-25T22:59:59", "2026-10-25T23:00:00"))
    berlin = report("--time-zone", "Europe/Berlin")
    assert [(line["day"], line["jobs"]) for line in berlin] == [("2026-10-24", 1), ("2026-10-25", 2), ("2026-10-26", 1)], berlin
    assert [(line["day"], line["jobs"]) for line in report("--time-zone", "UTC")] == [("2026-10-24", 2), ("2026-10-25", 2)]
    assert [line["day"] for line in report("--time-zone", "Europe/Berlin", "--from", "2026-10-25", "--to", "2026-10-26")] == ["2026-10-25"]
    assert [(line["month"], line["jobs"]) for line in report("--time-zone", "UTC", "--by", "month")] == [("2026-10", 4)]
    document = json.loads(run("report", "--json", "--time-zone", "Europe/Berlin", "--from", "2026-10-25"))
    assert (document["schema"], document["time_zone"], document["from"], document["to"]) == ("homespool-report/1", "Europe/Berlin", "2026-10-25", None)
    assert "Europe/Berlin" in run("report", "--time-zone", "Mars/Olympus", code=1)


@test("nothing falls between two days where clocks go back over midnight, and where no midnight is")
def _():
    forget_reports()
    # Havana: at 05:00 UTC of 2026-11-01 one o'clock becomes midnight once more. Cairo: 2026-04-24 begins at one o'clock.
    insert((ADA, moment(at), 1, 0) for at in ("2026-04-23T21:59:59", "2026-04-23T22:00:00", "2026-11-01T04:30:00", "2026-11-01T05:30:00"))
    havana = [(line["day"], line["jobs"]) for line in report("--time-zone", "America/Havana", "--from", "2026-10-01")]
    assert havana == [("2026-11-01", 2)], havana
    assert [(line["month"], line["jobs"]) for line in report("--time-zone", "America/Havana", "--by", "month")] == [("2026-04", 2), ("2026-11", 2)]
    assert report("--time-zone", "America/Havana", "--from", "2026-10-31", "--to", "2026-11-01") == []
    assert sum(line["jobs"] for line in report("--time-zone", "America/Havana", "--from", "2026-11-01")) == 2
    cairo = [(line["day"], line["jobs"]) for line in report("--time-zone", "Africa/Cairo", "--to", "2026-10-01")]
    assert cairo == [("2026-04-23", 1), ("2026-04-24", 1)], cairo


@test("what is not told apart is added up, and has no column")
def _():
    forget_reports()
    insert([(ADA, moment("2026-01-05T10:00:00"), 2, 0), (ADA, moment("2026-01-06T10:00:00"), 3, 0), (BEA, moment("2026-02-06T10:00:00"), 7, 1)])
    assert [(line["person"], line["impressions"]) for line in report("--by", "person")] == [("ada", 5), ("bea", 7)]
    assert all("day" not in line and "printer" not in line for line in report("--by", "person"))
    assert [(line["printer"], line["impressions"]) for line in report("--by", "printer")] == [("Second floor", 12)]
    assert [(line["month"], line["impressions"]) for line in report("--by", "month,printer", "--time-zone", "UTC")] == [("2026-01", 5), ("2026-02", 7)]
    for wrong in ("day,month", "week", "", "day,day"):
        assert "--by" in run("report", "--by", wrong, code=1), wrong
    assert "not both" in run("report", "--csv", "--json", code=1)
    assert "--sign-ins" in run("report", "--sign-ins", "--by", "day", code=1)
    assert "released" in run("report", "--kind", "scanned", code=1)


def measure(*options):
    """KiB that a report takes at most; it goes to a file."""
    out = WORLD.folder / "report.out"
    # A sanitizer keeps what was freed, which would count as growth.
    environment = {**WORLD.environment, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=1"}
    # What a process starts from counts as its own; this program may be larger than what it measures.
    small = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    peak = int(subprocess.run([sys.executable, "-c", small, WORLD.site_program, "report", "--data", str(WORLD.data), "--output", str(out), *options],
                              env=environment, capture_output=True, check=True, timeout=600).stdout)
    assert out.stat().st_mode & 0o777 == 0o600
    return peak, out


@test("a hundred thousand jobs on a thousand days need no more memory than a few")
def _():
    forget_reports()
    insert([(ADA, moment("2020-01-01T00:00:00"), 1, 0)])
    small, _ = measure("--csv")
    begin = moment("2020-01-01T00:00:00")
    people = [str(uuid.uuid4()) for _ in range(100)]
    insert((people[i % 100], begin + (i // 100) * 86_400_000_000, 1, 0) for i in range(100_000))
    for options in (("--csv",), ("--json",), ()):
        large, out = measure("--time-zone", "UTC", *options)
        text = out.read_text()
        lines = len(json.loads(text)["lines"]) if options == ("--json",) else text.count("\n")
        assert 100_000 <= lines <= 100_003, (options, lines)
        assert large < small + 16 * 1024, (options, small, large)
    _, out = measure("--json", "--by", "person")
    assert sum(line["jobs"] for line in json.loads(out.read_text())["lines"]) == 100_001
    forget_reports()


# ── export ────────────────────────────────────────────────────────────────────────────────────


def check(value, schema, where="$"):
    """As much of JSON Schema as the export's uses; an unknown word is an error."""
    schema = {**SCHEMA["$defs"][schema["$ref"].rsplit("/", 1)[1]], **{k: v for k, v in schema.items() if k != "$ref"}} if "$ref" in schema else schema
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None)}
    for word, rule in schema.items():
        if word == "type":
            names = rule if isinstance(rule, list) else [rule]
            assert any(type(value) is kinds[name] for name in names), (where, value, rule)
        elif word == "const":
            assert value == rule, (where, value)
        elif word == "enum":
            assert value in rule, (where, value, rule)
        elif word == "pattern":
            assert value is None or re.search(rule, value), (where, value, rule)
        elif word == "required":
            assert set(rule) <= set(value), (where, set(rule) - set(value))
        elif word == "properties":
            for name, item in value.items():
                if name in rule:
                    check(item, rule[name], f"{where}.{name}")
        elif word == "additionalProperties":
            assert rule is False and set(value) <= set(schema["properties"]), (where, set(value) - set(schema["properties"]))
        elif word == "items":
            for index, item in enumerate(value):
                check(item, rule, f"{where}[{index}]")
        else:
            assert word in ("description", "title", "$schema", "$defs"), (where, word)


def export(name):
    document = json.loads(run("export", name))
    check(document, SCHEMA)
    return document


def device_ask(path, device=None, **body):
    reply = (device or PC).ask("POST", "/v1/device/" + path, body)
    assert reply.status == 200, (path, reply.status, reply.text)
    return reply.json


def sign_in(name, device=None, kiosk=True):
    return device_ask("sign-in", device, method="password", user=name, card=None, secret=PASSWORD, kiosk=kiosk)


def fill(name, device=None):
    """Somebody with everything that a person can have here. Returns the identity, and secrets of the rows."""
    device = device or PC
    identity = WORLD.add_user(name, display=f"{name.capitalize()} Zweitname")
    WORLD.site("user", "pin", "--data", WORLD.data, "--name", name, "--pin-file", "-", stdin=b"824193\n")
    WORLD.site("user", "card", "--data", WORLD.data, "--name", name, "--card-file", "-", stdin=secrets.token_hex(8).encode() + b"\n")
    session = sign_in(name, device)["session"]
    device_ask("entitlement", device, session=session, recipient="age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p")
    for owner, delegate in ((session, "bea"), (sign_in("bea", device)["session"], name)):
        device_ask("delegations", device, session=owner, delegate=delegate, job=None, expires_us=now_us() + 86_400_000_000)
    waiting = device.hold(identity, title=f"Waiting of {name}")
    printed = device.hold(identity, title=f"Printed of {name}")
    device.poll()
    page = Person(WORLD)
    assert page.sign_in(name, "wrong password").status != 303 and page.sign_in(name).status == 303
    page.release(PRINTER, printed)
    (command, _), = [pair for pair in device.poll() if pair[0]["job"] == printed]
    device.answer(command)
    device.finish(printed, PRINTER, command["id"])
    local = local_job(identity, title=f"Local of {name}")
    device.tell(("local", local))
    wrong = Person(WORLD)
    assert wrong.sign_in(name, "wrong password").status != 303
    return identity, waiting, printed, local["job"]


@test("an export holds everything about a person and follows its schema")
def _():
    identity, waiting, printed, local = fill("carla")
    document = export("carla")
    account, = document["account"]
    assert account["identity"] == document["identity"] == identity and account["display_name"] == "Carla Zweitname"
    assert account["has_password"] and account["has_pin"] and not account["is_directory"]
    assert len(document["cards"]) == 1 and document["keys"][0]["host_name"] == "pc-1" and document["keys"][0]["has_kiosk_key"]
    assert {s["host_name"] for s in document["sessions"]} == {"pc-1", None}
    assert [d["to_user_name"] for d in document["delegations_given"]] == ["bea"]
    assert [d["from_user_name"] for d in document["delegations_received"]] == ["bea"]
    assert document["failed_sign_ins"][0]["count"] == 1
    assert {d["job"]: d["title"] for d in document["documents"]} == {waiting: "Waiting of carla", printed: "Printed of carla"}
    assert {(p["job"], p["kind"], p["is_claimed"], p["title"]) for p in document["printed"]} == {
        (printed, "released", False, None), (local, "local", True, "Local of carla")}
    assert [(o["kind"], o["job"], o["printer_name"], o["result"]) for o in document["orders"]] == [("release", printed, "Second floor", "done")]
    text = json.dumps(document)
    assert PASSWORD not in text and "scrypt" not in text and "bea Example" not in text


@test("no table with people in it is missing in the export")
def _():
    identity = uuid.UUID(json.loads(run("export", "carla"))["identity"]).bytes
    shown = {"users", "cards", "sessions", "seats", "delegations", "jobs", "reports", "commands"}
    with WORLD.database() as base:
        tables = [name for name, in base.execute("SELECT name FROM sqlite_master WHERE type='table'")]
        found = {table for table in tables for row in base.execute(f"SELECT * FROM {table}") if identity in row}
    assert found == shown, found ^ shown


@test("an export of somebody unknown is empty and says so; it goes to a private file")
def _():
    done = subprocess.run([WORLD.site_program, "export", "--data", str(WORLD.data), "nobody"], capture_output=True, check=True, timeout=60,
                          env=WORLD.environment)
    assert b"nothing about this person" in done.stderr
    document = json.loads(done.stdout)
    check(document, SCHEMA)
    assert document["account"] == [] and document["printed"] == []
    out = WORLD.folder / "carla.json"
    run("export", "carla", "--output", out)
    assert out.stat().st_mode & 0o777 == 0o600 and json.loads(out.read_text())["account"]
    assert "user name" in run("export", code=1)


@test("what standard output does not take is no success: a token is not made that nobody has")
def _():
    for words in (("token",), ("report", "--sign-ins"), ("export", "carla")):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([WORLD.site_program, *words, "--data", WORLD.data], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
        assert done.returncode == 1 and "standard output cannot be written" in done.stderr, (words, done)


# ── rectify ───────────────────────────────────────────────────────────────────────────────────


@test("a wrong display name is corrected, and a claim that was false is taken off the person")
def _():
    document = export("carla")
    run("rectify", "carla", "--display-name", "Carla Richtig")
    local, = [p["job"] for p in document["printed"] if p["kind"] == "local"]
    run("rectify", "carla", "--not-mine", local)
    after = export("carla")
    assert after["account"][0]["display_name"] == "Carla Richtig" and local not in [p["job"] for p in after["printed"]]
    assert "Local of carla" not in json.dumps(after)
    assert any(line["person"] == "" and line["kind"] == "local" and line["printer"] == "Laser" for line in report()), "the pages stay counted"
    assert "no printed job" in run("rectify", "carla", "--not-mine", local, code=1)
    assert "uuid" in run("rectify", "carla", "--not-mine", "x", code=1)
    assert "say what" in run("rectify", "carla", code=1)
    assert "no person" in run("rectify", "nobody", "--display-name", "x", code=1)
    for name in ("", "a\x1b[2Jb", "x" * 257):
        assert "control characters" in run("rectify", "carla", "--display-name", name, code=1), name
    assert export("carla")["account"][0]["display_name"] == "Carla Richtig"


@test("a new user name takes everything along, once nothing waits under the old one")
def _():
    assert "wait on 1 workstations" in run("rectify", "carla", "--user-name", "karla", code=1)
    waiting, = [d["job"] for d in export("carla")["documents"] if d["state"] == "held"]
    PC.finish(waiting, None, outcome="cancelled", impressions=0, sheets=0)
    before = export("carla")
    assert "somebody has this user name" in run("rectify", "carla", "--user-name", "bea", code=1)
    assert "PIN" in run("rectify", "carla", "--user-name", "karla")
    after = export("karla")
    assert after["identity"] != before["identity"] and export("carla")["account"] == []
    for part in ("cards", "delegations_given", "delegations_received", "documents", "printed", "orders"):
        assert len(after[part]) == len(before[part]), part
    assert after["sessions"] == [] and after["keys"] == [] and not after["account"][0]["has_pin"]
    assert sign_in("karla")["identity"] == after["identity"], "with the same password"
    assert {line["person"] for line in report("--kind", "released", "--person", "karla")} == {"karla"}
    job = PC.hold(after["identity"])
    assert [d["job"] for d in export("karla")["documents"] if d["state"] == "held"] == [job]


@test("who is blocked stays blocked under a new name, and nobody gets the old one without being told")
def _():
    WORLD.add_user("rolf")
    run("user", "block", "--name", "rolf")
    run("rectify", "rolf", "--user-name", "ralf")
    with WORLD.database() as base:
        assert base.execute("SELECT blocked_us<>0 FROM users WHERE name='ralf'").fetchone() == (1,)
    assert len([line for line in (WORLD.data / "keys/destroyed.log").read_text().splitlines() if line.startswith("blocked ")]) == 2
    again = ("add", "--name", "rolf", "--display-name", "Rolf", "--password-file", "-")
    assert "user unblock" in run("user", *again, stdin=PASSWORD.encode() + b"\n", code=1)
    assert "user unblock" in run("rectify", "bea", "--user-name", "rolf", code=1)
    run("user", "unblock", "--name", "ralf")
    run("user", "unblock", "--name", "rolf")
    run("user", *again, stdin=PASSWORD.encode() + b"\n")
    run("user", "list")  # each command opens the site, and the log with it
    assert sign_in("rolf")["identity"] and sign_in("ralf")["identity"]


# ── erase ─────────────────────────────────────────────────────────────────────────────────────


def everything_on_disk(folder=None):
    return b"".join(path.read_bytes() for path in (folder or WORLD.data).rglob("*") if path.is_file())


def needles(name, identity):
    """What would lead to the person if it were found in a file."""
    with WORLD.database() as base:
        rows = [row for sql in ("SELECT identity, display_name, verifier, pin FROM users WHERE identity=?1", "SELECT digest FROM cards WHERE identity=?1",
                                "SELECT digest, csrf FROM sessions WHERE identity=?1", "SELECT wrapped, pepper FROM seats WHERE identity=?1",
                                "SELECT title, sealed_title FROM jobs WHERE owner=?1", "SELECT title FROM reports WHERE owner=?1")
                for row in base.execute(sql, (uuid.UUID(identity).bytes,))]
    values = {v if isinstance(v, bytes) else v.encode() for row in rows for v in row if v}
    return values | {name.encode(), hashlib.sha256(name.encode()).hexdigest().encode(), identity.encode()}


@test("erasing leaves nothing of a person in any file, while the server runs, and the counts without a name")
def _():
    forget_reports()
    other = Device(WORLD, "pc-2")
    identity, waiting, printed, local = fill("quirinus", other)
    sought = needles("quirinus", identity)
    assert len(sought) > 12, sought
    # Rows come and go around it, so that pages are split and joined, as they are in years.
    with WORLD.database() as base:
        filler = [(secrets.token_bytes(16), "x" * secrets.randbelow(400)) for _ in range(500)]
        base.executemany("INSERT INTO reports (job, outcome, impressions, sheets, counted, finished_us, offline, received_us, colour, title)"
                         " VALUES (?,'delivered',0,0,1,1,0,1,0,?)", filler)
    with WORLD.database() as base:
        base.executemany("DELETE FROM reports WHERE job=?", [(job,) for job, _ in filler[::2]])
    stored = everything_on_disk()
    assert all(value in stored for value in sought - {identity.encode()}), "the search finds what is there"
    counts = {(line["kind"], line["jobs"], line["impressions"]) for line in report("--person", "quirinus", "--by", "printer")}
    assert counts == {("released", 1, 3), ("local", 1, 2)}, counts
    said = run("erase", "quirinus")
    assert "1 documents are deleted from pc-2 as soon as it is reachable (last seen 20" in said, said
    stored = everything_on_disk()
    left = [value for value in sought if value in stored]
    assert not left, left
    lines = report("--person", "", "--by", "person,printer", "--from", "2026-01-01")
    assert {(line["kind"], line["person"], line["owner"], line["impressions"]) for line in lines} >= {("released", "", "", 3), ("local", "", "", 2)}, lines
    assert "quirinus" not in WORLD.read_log()
    # What waited: its workstation is asked to delete it, and what happens to it is still taken.
    (cancel, _), = [pair for pair in other.poll() if pair[0]["job"] == waiting]
    assert cancel["kind"] == "cancel"
    other.answer(cancel)
    other.finish(waiting, None, outcome="cancelled", impressions=0, sheets=0)
    assert "nothing about this person" in run("erase", "quirinus"), "a second time finds nothing"
    global ERASED  # pylint: disable=global-statement
    ERASED = identity, other


ERASED = None


@test("a workstation that was off brings nobody back, and what waits there is to be deleted")
def _():
    identity, other = ERASED
    early = now_us() - 3600_000_000
    announced = other.make_announce(identity, title="From before", created_us=early)
    other.tell(("announce", announced), ("local", local_job(identity, finished_us=early + 10, title="Local before")), offline=True)
    stored = everything_on_disk()
    assert uuid.UUID(identity).bytes not in stored and b"From before" not in stored and b"Local before" not in stored
    assert [pair[0]["kind"] for pair in other.poll() if pair[0]["job"] == announced["job"]] == ["cancel"]
    other.tell(("announce", {**announced, "title": None}))
    with WORLD.database() as base:
        asked = base.execute("SELECT count(*) FROM commands WHERE job=?", (uuid.UUID(announced["job"]).bytes,)).fetchone()
    assert asked == (1,), "once, however often it is announced"
    other.finish(announced["job"], PRINTER)
    assert any(line["person"] == "" and line["kind"] == "released" for line in report()), "and what was printed is counted"


@test("a backup from before brings nobody back either, and somebody who comes again is a new person")
def _():
    backup = WORLD.folder / "before.db"
    identity, _, _, _ = fill("rosalind", ERASED[1])
    sought = needles("rosalind", identity)
    run("backup", "--output", backup)
    run("erase", "rosalind")
    assert WORLD.stop() == 0
    for path in WORLD.data.glob("site.db*"):
        path.unlink()
    run("restore", "--file", backup)
    WORLD.start()
    stored = everything_on_disk()
    left = [value for value in sought if value in stored]
    assert not left, left
    with WORLD.database() as base:
        assert base.execute("SELECT count(*) FROM users WHERE name='bea'").fetchone() == (1,), "others are all there"
    assert WORLD.add_user("rosalind") == identity
    job = PC.hold(identity)
    assert [d["job"] for d in export("rosalind")["documents"]] == [job], "of before nothing, of now everything"


@test("erasing says whom it cannot find and what it needs")
def _():
    bea = Person(WORLD)
    bea.sign_in("bea")
    assert bea.post("/release", [("printer", PRINTER)]).status == 303, "a sentence waits for her next page"
    assert "nothing about this person" in run("erase", "nobody")
    assert "Choose one or more" not in bea.get().text, "it might have named somebody"
    assert "say what to erase" in run("erase", code=1)
    assert "say what to erase" in run("erase", "ada", "--before", "2020-01-01", code=1)
    assert "once" in run("erase", "ada", "bea", code=1)
    assert "ada" in WORLD.site("user", "list", "--data", WORLD.data)


try:
    main(sys.argv[4] if len(sys.argv) > 4 else None)
finally:
    WORLD.close()
