#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Terminals and card readers beside a printer: joining, signing in, releasing, and what a thief of a
token, a certificate or a PIN reaches.

usage: site_terminals.py HOMESPOOL_TRUST HOMESPOOL_SITE [SENTENCE]
"""

import json
import secrets
import ssl
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))
from site_world import Device, World, good, now_us, openssl, refused  # noqa: E402
from tap import main, test  # noqa: E402
from terminal_world import Terminal  # noqa: E402

WORLD = World(sys.argv[1], sys.argv[2], policy=("--title-policy", "full"))
ADA, BOB = WORLD.add_user("ada", display="Ada Lovelace"), WORLD.add_user("bob")
SECOND = WORLD.add_printer("Second floor", "Room 2.14")
CELLAR = WORLD.add_printer("Cellar", "Room 0.03")
PIN, CARD = "824193", "04:A2:2B:C3"
TITLE = "Dismissal of " + secrets.token_hex(6)
MINUTE_US = 60_000_000
SECRETS = [PIN, "04a22bc3", CARD, TITLE]


def user(command, name, *options, stdin="", **more):
    return WORLD.site("user", command, "--data", WORLD.data, "--name", name, *options, stdin=stdin.encode(), **more)


user("pin", "ada", "--pin-file", "-", stdin=PIN + "\n")
user("card", "ada", "--card-file", "-", stdin=CARD + "\n")
user("pin", "bob", "--pin-file", "-", stdin="583016\n")
WORLD.start()
PC = Device(WORLD, "pc-12")
POLLS = []


def listen():
    """The workstation's poll is open, so its documents can be released."""
    POLLS.append(PC.begin_poll(120))


def take(count):
    """The commands that the workstation gets; it answers them and polls again."""
    got = []
    while len(got) < count:
        for command, share in PC.end_poll(POLLS.pop()):
            assert command["kind"] != "release" or share, command
            PC.answer(command)
            got.append(command)
        listen()
    return got


listen()


def add(printer, name, *more):
    line = WORLD.site("terminal", "add", "--data", WORLD.data, "--printer", printer, "--name", name, *more).strip()
    return Terminal(WORLD.ca, WORLD.people_port, WORLD.devices_port, line)


def be_patient():
    """Sign-ins that failed slow down those that follow; a test need not wait for it."""
    with WORLD.database() as base:
        base.execute("DELETE FROM failures")
        base.execute("UPDATE users SET pin_failures=0")


def empty():
    be_patient()
    for job in list(PC.sealed):
        PC.tell(("state", {"job": job, "state": "cancelled", "reasons": [], "sentence": None}))
    PC.sealed.clear()


READER = add("Second floor", "Reader, second floor").enrol()
BADGE = add(CELLAR, "Badge, cellar", "--card-only").enrol()
SECRETS += [READER.token, BADGE.token, READER.secret]


@test("a terminal joins once, with a certificate of its own kind, and learns where it stands")
def _():
    again = add("Second floor", "Twice")
    good(again.try_enrol())
    refused(again.try_enrol(), 404, "not-found", "used already")
    assert READER.joined["printer"] == SECOND and READER.joined["printer_name"] == "Second floor"
    assert READER.joined["printer_location"] == "Room 2.14"
    assert READER.joined["card_only"] is False and BADGE.joined["card_only"] is True
    text = openssl("x509", "-in", READER.certificate, "-noout", "-text").decode()
    assert f"URI:homespool-terminal:{READER.id}" in text and "OU = Homespool terminal" in text, text
    assert "TLS Web Client Authentication" in text and "Server Authentication" not in text
    listed = WORLD.site("terminal", "list", "--data", WORLD.data)
    assert f"{READER.id}  Reader, second floor  at Second floor  PIN  last seen" in listed, listed
    assert "Badge, cellar  at Cellar  card alone" in listed, listed


@test("a terminal's secret ends after a day, and is no workstation's token, nor the other way round")
def _():
    late = add("Cellar", "Late")
    assert "waits for its first contact" in WORLD.site("terminal", "list", "--data", WORLD.data)
    refused(PC.try_enrol({"secret": late.secret}, PC.make_csr("other.key")), 404, "not-found")
    other = add("Cellar", "Mixed up")
    other.secret = WORLD.token()["secret"]
    refused(other.try_enrol(), 404, "not-found")
    with WORLD.database() as base:
        base.execute("UPDATE terminals SET secret_until_us=1 WHERE name='Late'")
    refused(late.try_enrol(), 410, "expired")
    assert "never came" in WORLD.site("terminal", "list", "--data", WORLD.data)


@test("a terminal is added to a printer of the signed list, and every mistake is said")
def _():
    def fails(*options):
        return WORLD.site("terminal", "add", "--data", WORLD.data, *options, code=1)
    assert "no printer of the signed list" in fails("--printer", "Attic", "--name", "x")
    assert "--printer" in fails("--name", "x")
    assert "--name" in fails("--printer", "Cellar")
    assert "--output" in fails("--printer", "Cellar", "--name", "x", "--browser")
    assert "no such terminal" in WORLD.site("terminal", "revoke", "--data", WORLD.data, ADA, code=1)


@test("a card with its PIN shows what waits, without titles, and releases all of it to the terminal's own printer")
def _():
    empty()
    first = PC.hold(ADA, title=TITLE, pages=3, created_us=now_us() - 5 * MINUTE_US)
    second = PC.hold(ADA, title=TITLE + " two", pages=1, colour="monochrome", sides="two-sided-long-edge")
    PC.hold(BOB, title="Bob's own")
    assert READER.sign_in(card="04a22bc3\n", pin=PIN)["name"] == "Ada Lovelace"
    reply = READER.jobs()
    jobs = good(reply)["jobs"]
    assert [job["job"] for job in jobs] == [second, first]
    made = time.strftime("%H:%M", time.gmtime(jobs[1]["made_us"] / 1e6))
    assert jobs[1] == {"job": first, "name": "Document, 3 pages", "pages": 3, "colour": "color", "sides": "one-sided", "copies": 1,
                       "size": "A4", "made_us": jobs[1]["made_us"], "made": made, "reachable": True, "sentence": ""}, jobs[1]
    assert jobs[0]["name"] == "Document, 1 page" and jobs[0]["colour"] == "monochrome" and jobs[0]["sides"] == "two-sided-long-edge"
    assert TITLE not in reply.text and "Bob" not in reply.text
    answer = good(READER.release())
    assert answer == {"done": 2, "refused": 0, "sentence": "2 documents are on the way to Second floor."}
    good(READER.sign_out())
    commands = take(2)
    assert {c["job"] for c in commands} == {first, second} and {c["printer"] for c in commands} == {SECOND}
    refused(READER.jobs(), 401, "denied", "sign in again")


@test("a name with a PIN releases and deletes what was chosen, and nothing of somebody else's")
def _():
    empty()
    keep, chosen, gone, bobs = (PC.hold(owner) for owner in (ADA, ADA, ADA, BOB))
    READER.sign_in(user="ada", pin=PIN)
    answer = good(READER.release([chosen, bobs]))
    assert (answer["done"], answer["refused"]) == (1, 1) and "no such document" in answer["sentence"], answer
    assert good(READER.delete([gone])) == {"done": 1, "refused": 0, "sentence": "1 document is being deleted."}
    assert {(c["kind"], c["job"]) for c in take(2)} == {("release", chosen), ("cancel", gone)}
    assert next(j for j in good(READER.jobs())["jobs"] if j["job"] == keep)["reachable"] is True
    refused(READER.delete(None), 400, "invalid")
    good(READER.sign_out())


@test("a document on a workstation that does not listen is shown with a reason, and cannot be released")
def _():
    empty()
    laptop = Device(WORLD, "laptop-ada")
    job = laptop.hold(ADA)
    READER.sign_in(user="ada", pin=PIN)
    item = next(j for j in good(READER.jobs())["jobs"] if j["job"] == job)
    assert item["reachable"] is False and "laptop-ada" in item["sentence"], item
    assert good(READER.release()) == {"done": 0, "refused": 0, "sentence": "Nothing can be printed now."}
    assert "cannot be reached" in good(READER.release([job]))["sentence"]
    laptop.tell(("state", {"job": job, "state": "cancelled", "reasons": [], "sentence": None}))
    good(READER.sign_out())


@test("a card alone is enough only where the terminal says so, or the site for all")
def _():
    empty()
    refused(READER.try_sign_in(card=CARD), 409, "refused", "type your PIN too")
    refused(READER.try_sign_in(card="99:99:99:99"), 409, "refused", "type your PIN too")
    job = PC.hold(ADA)
    BADGE.sign_in(card=CARD)
    refused(BADGE.delete([job]), 409, "refused", "a card alone is not enough to delete")
    assert good(BADGE.release())["done"] == 1
    assert take(1)[0]["printer"] == CELLAR
    refused(BADGE.try_sign_in(card="99:99:99:99"), 401, "not-found", "belongs to nobody")
    assert job in PC.sealed
    configuration = WORLD.data / "site.conf"
    before = configuration.read_text()
    configuration.write_text(before + "\n[terminals]\ncard-only=true\n")
    assert WORLD.stop() == 0
    WORLD.start()
    good(READER.try_sign_in(card=CARD))
    configuration.write_text(before)
    assert WORLD.stop() == 0
    WORLD.start()
    POLLS.clear()
    listen()
    refused(READER.try_sign_in(card=CARD), 409, "refused")


@test("a stolen token is worth nothing with another certificate, and a certificate nothing without its token")
def _():
    be_patient()
    for token in (BADGE.token, "x", "A" * 43):
        refused(READER.try_sign_in(card=CARD, pin=PIN, token=token), 403, "denied", "do not belong together")
    session = READER.sign_in(card=CARD, pin=PIN)["session"]
    refused(BADGE.jobs(session=session), 401, "denied", "sign in again")
    refused(BADGE.release(session=session), 401, "denied")
    good(READER.jobs())
    # A certificate that the authority makes anew for the same terminal is another one.
    key, old = READER.key, READER.certificate
    other = add("Second floor", "Copy").enrol()
    READER.key, READER.certificate = other.key, other.certificate
    refused(READER.jobs(), 403, "denied", "do not belong together")
    READER.key, READER.certificate = PC.key, PC.certificate
    refused(READER.jobs(), 403, "denied", "not the certificate of a terminal")
    READER.key, READER.certificate = key, old
    # And without any certificate nobody comes as far as a request.
    try:
        READER.send(WORLD.devices_port, "GET", "/v1/terminal/jobs", None, {"Authorization": f"Bearer {READER.token}"}, client=False)
        raise AssertionError("it was answered")
    except (ssl.SSLError, ConnectionError):
        pass
    good(READER.sign_out())


@test("a terminal's certificate is no workstation's")
def _():
    for method, path in (("GET", "/v1/bundle"), ("GET", "/v1/device/commands"), ("POST", "/v1/device/sign-in"), ("POST", "/v1/device/renew"),
                         ("GET", "/v1/device/release-keys")):
        refused(READER.ask(method, path, {} if method == "POST" else None), 403, "denied", "not the certificate of a workstation")
    refused(PC.ask("POST", "/v1/terminal/sign-in", {}), 403, "denied", "not the certificate of a terminal")


@test("a terminal cannot name another printer, and its session is no browser's and no workstation's")
def _():
    be_patient()
    job = PC.hold(ADA)
    session = READER.sign_in(card=CARD, pin=PIN)["session"]
    refused(READER.ask("POST", "/v1/terminal/release", {"session": session, "jobs": [job], "printer": CELLAR}), 400, "invalid")
    refused(PC.ask("POST", "/v1/device/release", {"session": session, "job": job, "printer": CELLAR}), 401, "denied")
    assert WORLD.people("GET", "/jobs", headers={"Cookie": f"__Host-homespool={session}"}).status == 401
    refused(READER.ask("POST", "/v1/terminal/release", {"session": session, "jobs": None}, Origin="https://evil.example"), 403, "denied",
            "another page")
    good(READER.sign_out())


@test("a wrong PIN, an unknown name, an unknown card and a person without PIN are answered alike")
def _():
    empty()
    WORLD.add_user("cleo")
    seen, counts = [], []
    for what in ({"user": "ada"}, {"user": "nobody"}, {"user": "cleo"}, {"card": CARD}, {"card": "77:77:77:77"}):
        replies = []
        be_patient()
        for _try in range(6):
            reply = READER.try_sign_in(pin="000999", **what)
            replies.append((reply.status, reply.text, reply.headers["Retry-After"]))
            with WORLD.database() as base:  # only the lock is asked about here
                base.execute("DELETE FROM failures WHERE subject NOT LIKE 'pin:%'")
        seen.append(replies)
        counts.append([status for status, _, _ in replies])
    assert counts[0] == [401] * 5 + [409], counts
    assert all(replies == seen[0] for replies in seen), seen
    assert "is locked" in seen[0][5][1]


@test("wrong tries slow down the person, also from another terminal, and nobody else")
def _():
    be_patient()
    user("pin", "ada", "--reset")
    other = add("Second floor", "Beside it").enrol()
    for _try in range(5):
        refused(READER.try_sign_in(user="nobody-at-all", pin="000999"), 401, "denied")
    reply = other.try_sign_in(user="nobody-at-all", pin="000999")
    assert reply.status == 429 and int(reply.headers["Retry-After"]) >= 1, reply.text
    good(other.try_sign_in(user="ada", pin=PIN))


@test("wrong tries with many names slow down the terminal, and no other one")
def _():
    be_patient()
    for number in range(10):
        refused(READER.try_sign_in(user=f"guess{number}", pin="000999"), 401, "denied")
    reply = READER.try_sign_in(user="bob", pin="583016")
    assert reply.status == 429 and int(reply.headers["Retry-After"]) >= 1, reply.text
    good(BADGE.try_sign_in(user="bob", pin="583016"))
    with WORLD.database() as base:  # after four minutes two are forgotten
        base.execute("UPDATE failures SET last_us=last_us-240000000 WHERE subject LIKE 'terminal:%'")
    good(READER.try_sign_in(user="bob", pin="583016"))


@test("wrong tries at many terminals slow down all of them, and not the release page")
def _():
    be_patient()
    with WORLD.database() as base:
        base.execute("INSERT INTO failures (subject, count, last_us) VALUES ('terminals', 103, ?)", (now_us() + 1_000_000,))
    for terminal in (READER, BADGE):
        reply = terminal.try_sign_in(user="bob", pin="583016")
        assert reply.status == 429 and 5 <= int(reply.headers["Retry-After"]) <= 10, reply.text
    good(PC.ask("POST", "/v1/device/sign-in", {"method": "pin", "user": "bob", "card": None, "secret": "583016", "kiosk": False}))
    be_patient()
    READER.try_sign_in(user="nobody", pin="000999")
    with WORLD.database() as base:
        assert base.execute("SELECT count FROM failures WHERE subject='terminals'").fetchone() == (1,)


@test("a session ends when nobody uses it, when the person is blocked, and at the latest after ten minutes")
def _():
    be_patient()

    def shift(seconds, column="expires_us"):
        with WORLD.database() as base:
            base.execute(f"UPDATE sessions SET {column}={column}-? WHERE terminal IS NOT NULL", (seconds * 1_000_000,))

    assert READER.sign_in(user="bob", pin="583016")["idle_s"] == 60
    shift(50)
    good(READER.jobs())  # 60 s again
    shift(50)
    good(READER.jobs())
    shift(60)
    refused(READER.jobs(), 401, "denied", "sign in again")
    READER.sign_in(user="bob", pin="583016")
    shift(599, "created_us")
    shift(0)
    good(READER.jobs())
    shift(1, "created_us")
    refused(READER.jobs(), 401, "denied")
    READER.sign_in(user="bob", pin="583016")
    user("block", "bob")
    refused(READER.jobs(), 401, "denied")
    refused(READER.try_sign_in(user="bob", pin="583016"), 409, "refused", "blocked")
    user("unblock", "bob")


@test("a revoked terminal is out at once, with whoever was signed in there")
def _():
    be_patient()
    lost = add("Second floor", "Lost one").enrol()
    SECRETS.append(lost.token)
    job = PC.hold(ADA)
    lost.sign_in(user="ada", pin=PIN)
    connection = lost.context()
    assert connection and good(lost.jobs())["jobs"]
    assert "signed out" in WORLD.site("terminal", "revoke", "--data", WORLD.data, lost.id)
    refused(lost.jobs(), 403, "denied", "revoked")
    refused(lost.release([job]), 403, "denied", "revoked")
    refused(lost.try_sign_in(user="ada", pin=PIN), 403, "denied", "revoked")
    with WORLD.database() as base:
        assert base.execute("SELECT count(*) FROM sessions WHERE terminal=?", (bytes.fromhex(lost.id.replace("-", "")),)).fetchone() == (0,)
    assert "Lost one  at Second floor  PIN  revoked" in WORLD.site("terminal", "list", "--data", WORLD.data)
    waiting = add("Second floor", "Never came")
    line = next(line for line in WORLD.site("terminal", "list", "--data", WORLD.data).splitlines() if "Never came" in line)
    WORLD.site("terminal", "revoke", "--data", WORLD.data, line.split()[0])
    refused(waiting.try_enrol(), 404, "not-found")


@test("a revoked terminal does not come back with an older database")
def _():
    be_patient()
    gone = add("Second floor", "Gone").enrol()
    good(gone.try_sign_in(user="ada", pin=PIN))
    backup = WORLD.folder / "older.db"
    WORLD.site("backup", "--data", WORLD.data, "--output", backup)
    WORLD.site("terminal", "revoke", "--data", WORLD.data, gone.id)
    assert WORLD.stop() == 0
    for path in WORLD.data.glob("site.db*"):
        path.unlink()
    WORLD.site("restore", "--data", WORLD.data, "--file", backup)
    WORLD.start()
    POLLS.clear()
    listen()
    refused(gone.try_sign_in(user="ada", pin=PIN), 403, "denied", "revoked")
    good(READER.try_sign_in(user="ada", pin=PIN))


@test("neither tokens nor secrets, PINs, cards or titles are in the log, and no token is in the database")
def _():
    log = WORLD.read_log()
    for word in [*SECRETS, "ada", "bob", "Ada Lovelace"]:
        assert word not in log, word
    files = b"".join(path.read_bytes() for path in WORLD.data.glob("site.db*"))
    for token in (READER.token, BADGE.token, READER.secret):
        assert token.encode() not in files


@test("an older site's database gets its terminals' table, with everybody in it")
def _():
    be_patient()
    assert WORLD.stop() == 0
    with WORLD.database() as base:
        base.executescript("""PRAGMA foreign_keys=OFF; DROP VIEW delegated; DROP TABLE delegations;
            ALTER TABLE jobs DROP COLUMN recipients; DROP TABLE terminals; ALTER TABLE sessions DROP COLUMN terminal;
            DROP INDEX reports_by_owner; DROP TABLE erased;
            ALTER TABLE reports DROP COLUMN is_local; ALTER TABLE reports DROP COLUMN is_claimed; ALTER TABLE reports DROP COLUMN device;
            ALTER TABLE reports DROP COLUMN queue; ALTER TABLE reports DROP COLUMN created_us; ALTER TABLE reports DROP COLUMN title;
            ALTER TABLE reports DROP COLUMN sealed_title; PRAGMA user_version=4;""")
    WORLD.start()
    refused(READER.try_sign_in(user="ada", pin=PIN), 403, "denied", "do not belong together")
    fresh = add("Second floor", "Fresh").enrol()
    assert fresh.sign_in(user="ada", pin=PIN)["name"] == "Ada Lovelace"
    assert json.loads(WORLD.site("report", "--data", WORLD.data, "--sign-ins", "--json")), "counts stay"


try:
    main(sys.argv[3] if len(sys.argv) > 3 else None)
finally:
    WORLD.close()
