#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""People and how they prove who they are: PIN, card, pepper, offline rights, guests, blocked ones.

usage: site_people.py HOMESPOOL_TRUST HOMESPOOL_SITE [SENTENCE]
"""

import datetime
import hashlib
import hmac
import json
import re
import secrets
import shutil
import sqlite3
import subprocess
import sys
import threading
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))
from site_world import Device, Person, World, good, now_us, refused, unb64  # noqa: E402
from tap import main, test  # noqa: E402

WORLD = World(sys.argv[1], sys.argv[2], policy=("--offline", "print"))
with open(WORLD.data / "site.conf", "a", encoding="utf-8") as settings:
    settings.write("[offline]\npages=50\ndays=3\n")
ADA = WORLD.add_user("ada", display="Ada Lovelace")
WORLD.start()
PC = Device(WORLD, "kiosk-1")
RECIPIENT = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
OTHER_RECIPIENT = "age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg"
PASSWORD = "correct horse battery"
PIN = "824193"
TABLES_1 = Path(__file__).parent.parent / "vectors/site_store/tables_1.sql"


def user(command, name, *options, stdin="", **more):
    return WORLD.site("user", command, "--data", WORLD.data, "--name", name, *options, stdin=stdin.encode(), **more)


def set_pin(name, pin=PIN):
    user("pin", name, "--pin-file", "-", stdin=pin + "\n")


def sign_in(method, name=None, secret=None, card=None, kiosk=True, device=PC):
    return device.ask("POST", "/v1/device/sign-in", {"method": method, "user": name, "card": card, "secret": secret, "kiosk": kiosk})


def be_patient():
    """Sign-ins that failed slow down those that follow; a test need not wait for it."""
    with WORLD.database() as base:
        base.execute("DELETE FROM failures WHERE subject NOT LIKE 'pin:%'")


def listed(name):
    return next(line for line in WORLD.site("user", "list", "--data", WORLD.data).splitlines() if f"  {name}  " in line)


@test("no name turns round what a list or a report shows")
def _():
    WORLD.add_user("turner", display="Eva \u202egnihtyna")
    assert listed("turner").endswith("turner  Eva gnihtyna  password")
    printer = WORLD.add_printer("Cellar \u202e)llaH(", "\u2066here\u2069")
    shown = WORLD.site("printer", "list", "--data", WORLD.data)
    assert "Cellar )llaH(, here" in shown and not re.search("[\u202a-\u202e\u2066-\u2069]", shown), shown
    complaint = WORLD.site("printer", "add", "--name", "\u202e ", "--uri", "ipps://p.example.org/ipp/print", code=1)
    assert "nobody could see the name" in complaint, complaint
    shown = WORLD.site("printer", "sticker", printer, "--data", WORLD.data, "--output", WORLD.folder / "cellar.pdf")
    assert "The sticker for Cellar )llaH( is in" in shown, shown


# ── PIN and pepper ────────────────────────────────────────────────────────────────────────────


@test("a PIN is digits that are not everybody's first guess")
def _():
    for bad, word in (("123", "4 to 12 digits"), ("1234567890123", "4 to 12 digits"), ("12a4", "digits"), ("1111", "first"), ("1234", "first"),
                      ("9876", "first"), ("", "nothing")):
        assert word in user("pin", "ada", "--pin-file", "-", stdin=bad + "\n", code=1), bad
    assert "no PIN" in user("pin", "ada", "--reset", code=1)
    set_pin("ada")
    assert "password, PIN" in listed("ada")


@test("a PIN signs in and brings the pepper of this person on this workstation, always the same")
def _():
    first = good(sign_in("pin", "ada", PIN))
    assert first["identity"] == ADA and first["name"] == "Ada Lovelace" and len(unb64(first["pepper"])) == 32
    assert good(sign_in("pin", "ada", PIN))["pepper"] == first["pepper"]
    assert good(sign_in("password", "ada", PASSWORD))["pepper"] == first["pepper"]
    assert good(sign_in("pin", "ada", PIN, kiosk=False))["pepper"] is None
    other = Device(WORLD, "kiosk-2")
    assert good(sign_in("pin", "ada", PIN, device=other))["pepper"] != first["pepper"]
    WORLD.add_user("bea")
    set_pin("bea")
    assert good(sign_in("pin", "bea", PIN))["pepper"] != first["pepper"]


@test("the pepper lies wrapped in the database, and the PIN not as something to try")
def _():
    pepper = unb64(good(sign_in("pin", "ada", PIN))["pepper"])
    stored = b"".join(path.read_bytes() for path in WORLD.data.glob("site.db*"))
    assert pepper not in stored and PIN.encode() not in stored
    with WORLD.database() as base:
        wrapped, = base.execute("SELECT wrapped FROM seats WHERE identity=?", (uuid.UUID(ADA).bytes,)).fetchone()
    assert len(wrapped) == 12 + 32 + 16


@test("a thief of the database alone tries PINs in vain; with the key outside it takes a moment")
def _():
    with WORLD.database() as base:
        verifier, = base.execute("SELECT pin FROM users WHERE name='ada'").fetchone()
    _, log_n, salt, expected = verifier.split("$")
    assert int(log_n) >= 15

    def derive(key, pin):
        bound = hmac.new(key, uuid.UUID(ADA).bytes + pin.encode(), hashlib.sha256).digest() if key else pin.encode()
        return hashlib.scrypt(bound, salt=unb64(salt), n=1 << int(log_n), r=8, p=1, maxmem=1 << 27, dklen=32)

    wrap = unb64((WORLD.data / "keys/wrap.key").read_text().strip())
    extracted = hmac.new(bytes(32), wrap, hashlib.sha256).digest()
    pin_key = hmac.new(extracted, b"homespool site pin v1\x01", hashlib.sha256).digest()
    assert derive(pin_key, PIN) == unb64(expected), "what stands there is scrypt over the HMAC"
    assert derive(pin_key, "824194") != unb64(expected)
    # Without the key even the right PIN gives nothing, whichever key is guessed.
    assert derive(None, PIN) != unb64(expected) and derive(secrets.token_bytes(32), PIN) != unb64(expected)


@test("five wrong PINs lock it, also for the right one, until an administrator resets it")
def _():
    WORLD.add_user("cleo")
    set_pin("cleo")
    for _ in range(5):
        be_patient()
        refused(sign_in("pin", "cleo", "000000"), 401, "denied", "PIN")
    be_patient()
    refused(sign_in("pin", "cleo", PIN), 409, "refused", "locked", "administrator")
    assert "PIN locked" in listed("cleo")
    good(sign_in("password", "cleo", PASSWORD))
    refused(sign_in("pin", "cleo", PIN), 409, "refused", "locked")
    user("pin", "cleo", "--reset")
    good(sign_in("pin", "cleo", PIN))
    assert "PIN" in listed("cleo") and "locked" not in listed("cleo")


@test("a right PIN takes the wrong ones before it back")
def _():
    WORLD.add_user("dora")
    set_pin("dora")
    for _ in range(3):
        for _ in range(4):
            be_patient()
            refused(sign_in("pin", "dora", "000000"), 401, "denied")
        be_patient()
        good(sign_in("pin", "dora", PIN))
    with WORLD.database() as base:
        assert base.execute("SELECT pin_failures FROM users WHERE name='dora'").fetchone() == (0,)


@test("many tries at once are no more tries than one after the other")
def _():
    be_patient()
    WORLD.add_user("nils")
    set_pin("nils")
    replies = []
    tries = [threading.Thread(target=lambda n=n: replies.append(sign_in("pin", "nils", f"00000{n}").status)) for n in range(10)]
    for one in tries:
        one.start()
    for one in tries:
        one.join(60)
    assert len(replies) == 10 and replies.count(401) == 5 and set(replies) <= {401, 409, 429}, replies
    be_patient()
    refused(sign_in("pin", "nils", PIN), 409, "refused", "locked")


@test("somebody who holds cards to the reader until one fits has to wait")
def _():
    be_patient()
    replies = [sign_in("card", card=f"FFFF{n:04}").status for n in range(24)]
    assert replies[:20] == [401] * 20 and 429 in replies, replies
    be_patient()


@test("a name that nobody has and a person without PIN answer like a wrong PIN, to the lock")
def _():
    WORLD.add_user("emil")
    said = []
    for name in ("nobody-here", "emil"):
        lines = []
        for _ in range(6):
            be_patient()
            lines.append((r := sign_in("pin", name, "000000")).status and (r.status, r.json["message"]))
        said.append(lines)
    assert said[0] == said[1] and said[0][5][0] == 409, said


@test("failed PINs slow down as passwords do")
def _():
    be_patient()
    WORLD.add_user("fred")
    replies = [sign_in("password", "fred", f"wrong {i}").status for i in range(7)]
    assert 429 in replies, replies
    assert sign_in("pin", "fred", PIN).status == 429
    be_patient()


# ── a new secret ──────────────────────────────────────────────────────────────────────────────


def change(session, method, old, new, device=PC):
    return device.ask("POST", "/v1/device/secret", {"session": session, "method": method, "old": old, "new": new})


@test("a person changes PIN and password with the old one, and the pepper stays")
def _():
    WORLD.add_user("gil")
    set_pin("gil")
    here = good(sign_in("pin", "gil", PIN))
    refused(change(here["session"], "pin", "000000", "739105"), 401, "denied")
    refused(change(here["session"], "pin", PIN, "1111"), 400, "invalid", "first")
    refused(change("nonsense", "pin", PIN, "739105"), 401, "denied")
    assert good(change(here["session"], "pin", PIN, "739105")) == {"pepper": here["pepper"]}
    refused(sign_in("pin", "gil", PIN), 401, "denied")
    assert good(sign_in("pin", "gil", "739105"))["pepper"] == here["pepper"]
    refused(change(here["session"], "password", PASSWORD, "short"), 400, "invalid", "8 characters")
    good(change(here["session"], "password", PASSWORD, "another long one"))
    refused(sign_in("password", "gil", PASSWORD), 401, "denied")
    good(sign_in("password", "gil", "another long one"))
    be_patient()


@test("a session cannot be used to try PINs for ever")
def _():
    WORLD.add_user("hugo")
    set_pin("hugo")
    session = good(sign_in("password", "hugo", PASSWORD))["session"]
    for _ in range(5):
        be_patient()
        refused(change(session, "pin", "000000", "739105"), 401, "denied")
    be_patient()
    refused(change(session, "pin", PIN, "739105"), 409, "refused", "locked")
    other = Device(WORLD, "kiosk-3")
    refused(change(session, "password", PASSWORD, "another long one", other), 401, "denied")


# ── offline rights ────────────────────────────────────────────────────────────────────────────


def entitle(session, recipient=RECIPIENT, device=PC):
    return device.ask("POST", "/v1/device/entitlement", {"session": session, "recipient": recipient})


@test("offline rights are bound to person, workstation and key, and sign-ins bring them from then on")
def _():
    here = good(sign_in("pin", "ada", PIN))
    assert here["entitlement"] is None, "no key is known yet"
    refused(entitle(here["session"], "age1nonsense"), 400, "invalid", "age1")
    refused(entitle("nonsense"), 401, "denied")
    for jws in (good(entitle(here["session"]))["entitlement"], good(sign_in("pin", "ada", PIN))["entitlement"]):
        rights = WORLD.verify(jws, "homespool-entitlement+jws", WORLD.entitlement_key)
        assert rights["identity"] == ADA and rights["device"] == PC.id and rights["recipient"] == RECIPIENT and rights["pages"] == 50, rights
        assert abs(rights["expires_us"] - rights["issued_us"] - 3 * 86_400_000_000) < 1000
    other = Device(WORLD, "kiosk-4")
    assert good(sign_in("pin", "ada", PIN, device=other))["entitlement"] is None


# ── cards ─────────────────────────────────────────────────────────────────────────────────────


@test("a card that nobody has is refused with what to do, and lies nowhere in plain once registered")
def _():
    refused(sign_in("card", card="04:A2:2B:C3\r"), 401, "not-found", "administrator")
    refused(sign_in("card", card="<&>"), 400, "invalid", "card")
    user("card", "ada", "--card-file", "-", stdin="04A22BC3\n")
    assert "1 card" in listed("ada")
    stored = b"".join(path.read_bytes() for path in WORLD.data.glob("site.db*")).lower()
    assert b"04a22bc3" not in stored and bytes.fromhex("04a22bc3") not in stored


@test("a card alone releases and does nothing else; with the PIN it opens keys")
def _():
    be_patient()
    alone = good(sign_in("card", card="04:a2:2b:c3\n"))
    assert alone["identity"] == ADA and alone["pepper"] is None and alone["entitlement"] is None
    refused(entitle(alone["session"]), 409, "refused", "PIN or password")
    refused(change(alone["session"], "pin", PIN, "739105"), 409, "refused", "PIN or password")
    both = good(sign_in("card", card="04 A2 2B C3", secret=PIN))
    assert both["pepper"] == good(sign_in("pin", "ada", PIN))["pepper"] and both["entitlement"] is not None
    refused(sign_in("card", card="04A22BC3", secret="000000"), 401, "denied", "PIN")
    good(sign_in("card", card="04A22BC3", secret=PIN))


@test("a person has several cards, a card one person, and an administrator removes them")
def _():
    be_patient()
    user("card", "ada", "--card-file", "-", stdin="0011223344\n")
    assert "2 cards" in listed("ada")
    assert "registered already" in user("card", "bea", "--card-file", "-", stdin="00-11-22-33-44\n", code=1)
    user("card", "ada", "--remove", "--card-file", "-", stdin="04A22BC3\n")
    refused(sign_in("card", card="04A22BC3"), 401, "not-found")
    good(sign_in("card", card="0011223344"))
    user("card", "ada", "--remove", "--all")
    refused(sign_in("card", card="0011223344"), 401, "not-found")


def register(session, card):
    return PC.ask("POST", "/v1/device/card", {"session": session, "card": card})


@test("a person registers a card only where the site lets people do that, and not with a card alone")
def _():
    be_patient()
    session = good(sign_in("pin", "ada", PIN))["session"]
    refused(register(session, "AA-BB-CC-01"), 409, "refused", "administrator")
    with open(WORLD.data / "site.conf", "a", encoding="utf-8") as settings:
        settings.write("[cards]\nself-registration=true\n")
    assert WORLD.stop() == 0, WORLD.read_log()
    WORLD.start()
    assert "register it" in refused(sign_in("card", card="AABBCC01"), 401, "not-found")
    assert good(register(session, "AA-BB-CC-01")) == {}
    alone = good(sign_in("card", card="aabbcc01"))
    assert alone["identity"] == ADA
    refused(register(alone["session"], "AABBCC02"), 409, "refused", "PIN or password")
    refused(register(session, "?"), 400, "invalid")
    refused(register(session, "aabbcc01"), 409, "refused", "registered already")
    refused(register("nonsense", "AABBCC03"), 401, "denied")
    user("card", "ada", "--remove", "--all")


# ── guests, blocked people ────────────────────────────────────────────────────────────────────


def add_guest(name, until):
    user("add", name, "--guest", "--until", until, "--password-file", "-", stdin=PASSWORD + "\n")
    set_pin(name)


@test("a workstation renews offline rights for the key that a session bound, and for no other person or key")
def _():
    name = "kim"
    kim = WORLD.add_user(name)
    set_pin(name)

    def renew(recipient, identity=kim):
        return PC.ask("POST", "/v1/device/entitlement", {"identity": identity, "recipient": recipient})

    refused(renew(RECIPIENT), 403, "denied", "signed in")
    good(entitle(good(sign_in("pin", name, PIN))["session"]))
    rights = WORLD.verify(good(renew(RECIPIENT))["entitlement"], "homespool-entitlement+jws", WORLD.entitlement_key)
    assert rights["identity"] == kim and rights["recipient"] == RECIPIENT
    # Without os-names the workstation's word is not enough for a new key, nor for somebody unknown.
    refused(renew(OTHER_RECIPIENT), 403, "denied", "signed in")
    refused(renew(RECIPIENT, str(uuid.uuid4())), 403, "denied", "signed in")
    user("block", name)
    refused(renew(RECIPIENT), 409, "refused", "blocked")
    user("unblock", name)
    # Being blocked ends what was bound: a sign-in begins anew.
    assert renew(RECIPIENT).status in (200, 403)


@test("a guest's last day is a day of the machine's time zone, also where its clocks change")
def _():
    add_guest("tori", "2d")
    for zone, day, end in (("America/Los_Angeles", "2034-06-15", "2034-06-16T07:00:00+00:00"), ("Pacific/Kiritimati", "2034-06-15", "2034-06-15T10:00:00+00:00"),
                           ("Europe/Berlin", "2034-03-26", "2034-03-26T22:00:00+00:00")):
        user("guest", "tori", "--until", day, environment={"TZ": zone})
        with WORLD.database() as base:
            until, = base.execute("SELECT guest_until_us FROM users WHERE name='tori'").fetchone()
        assert until == datetime.datetime.fromisoformat(end).timestamp() * 1_000_000, (zone, until)


@test("a guest's rights, session and entitlement end with the account")
def _():
    assert "--until" in user("add", "ines", "--guest", "--password-file", "-", stdin="x" * 9, code=1)
    assert "--until" in user("add", "ines", "--guest", "--until", "2020-01-01", "--password-file", "-", stdin="x" * 9, code=1)
    add_guest("ines", "2h")
    here = good(sign_in("pin", "ines", PIN))
    assert abs(here["guest_until_us"] - now_us() - 7_200_000_000) < 600_000_000
    assert here["expires_us"] == here["guest_until_us"]
    rights = WORLD.verify(good(entitle(here["session"]))["entitlement"], "homespool-entitlement+jws", WORLD.entitlement_key)
    assert rights["expires_us"] == here["guest_until_us"]
    assert "guest until" in listed("ines")
    with WORLD.database() as base:
        base.execute("UPDATE users SET guest_until_us=1 WHERE name='ines'")
        base.execute("UPDATE sessions SET expires_us=1 WHERE identity=(SELECT identity FROM users WHERE name='ines')")
    refused(sign_in("pin", "ines", PIN), 410, "expired", "guest")
    refused(sign_in("pin", "ines", "000000"), 401, "denied")
    refused(entitle(here["session"]), 401, "denied")
    page = Person(WORLD)
    reply = page.sign_in("ines")
    assert reply.status == 401 and "guest account is over" in reply.text
    assert "guest ended" in listed("ines")
    user("guest", "ines", "--until", "2d")
    good(sign_in("pin", "ines", PIN))


@test("a slip of an administrator is answered with what to do, and changes nothing")
def _():
    fresh = WORLD.data.parent / "fresh"
    WORLD.site("init", "--data", fresh, "--name", "localhost", "--listen", "127.0.0.1:18443", "--devices-listen", "127.0.0.1:443")
    request = (fresh / "site-request.json").read_text()
    assert '"https://localhost:18443"' in request and '"https://localhost"' in request, "it is reached where it listens"
    for what, words in (("user", "user add"), ("device", "homespool-site token"), ("printer", "printer add"), ("terminal", "terminal add")):
        listed = subprocess.run([WORLD.site_program, what, "list", "--data", fresh], capture_output=True, text=True, timeout=60, check=True)
        assert listed.stdout == "" and words in listed.stderr, listed
    data = ("--data", WORLD.data)
    for words, code, arguments in ((("no command", '"user frob"'), 2, ("user", "frob", *data)),
                                   (("printer add needs no --data",), 2, ("printer", "add", *data, "--name", "x")),
                                   (("--nam", "user add --help"), 2, ("user", "add", *data, "--nam", "x")),
                                   (("comes after --from",), 1, ("report", *data, "--from", "2026-05-01", "--to", "2026-04-01")),
                                   (("comes after --from",), 1, ("report", "--sign-ins", *data, "--from", "2026-05-01", "--to", "2026-05-01")),
                                   (("device list",), 1, ("device", "revoke", *data)),
                                   (("user add", "adds a person"), 2, ("user", *data)), (("the command comes first",), 2, (*data, "report")),
                                   (('"bob"', "user add --help"), 2, ("user", "add", "bob", *data)), (("--name NAME",), 1, ("user", "add", *data))):
        said = WORLD.site(*arguments, code=code)
        assert said.count("\n") < 10, said
        assert all(word in said for word in words), said


@test("an account without an end gets one only when that is said, and a guest's end can be taken away")
def _():
    add_guest("juno", "2h")
    user("guest", "juno", "--until", "never")
    assert "guest" not in listed("juno")
    assert "no guest" in user("guest", "juno", "--until", "2d", code=1)
    assert "guest" not in listed("juno")
    user("guest", "juno", "--guest", "--until", "2d")
    assert "guest until" in listed("juno")
    assert "--until" in user("add", "kim", "--guest", "--until", "never", "--password-file", "-", stdin="x" * 9, code=1)


@test("a blocked person is signed out everywhere and comes back only when unblocked")
def _():
    WORLD.add_user("jan")
    here, browser = good(sign_in("password", "jan", PASSWORD)), Person(WORLD)
    assert browser.sign_in("jan").status == 303
    poll = PC.begin_poll()
    user("block", "jan")
    assert "sign-out" in [command["kind"] for command, _ in PC.end_poll(poll)]
    refused(entitle(here["session"]), 401, "denied")
    assert "Sign out" not in browser.get().text and "blocked" in listed("jan")
    refused(sign_in("password", "jan", PASSWORD), 409, "refused", "blocked")
    refused(sign_in("password", "jan", "wrong password"), 401, "denied")
    user("unblock", "jan")
    good(sign_in("password", "jan", PASSWORD))


# ── the end of a pepper ───────────────────────────────────────────────────────────────────────


def restore(backup):
    assert WORLD.stop() == 0, WORLD.read_log()
    for path in WORLD.data.glob("site.db*"):
        path.unlink()
    WORLD.site("restore", "--data", WORLD.data, "--file", backup)
    WORLD.start()


@test("revoking a workstation and erasing a person destroy peppers, and a backup brings none back")
def _():
    be_patient()
    lost = Device(WORLD, "kiosk-5")
    karl = WORLD.add_user("karl")
    pepper_there = good(sign_in("password", "ada", PASSWORD, device=lost))["pepper"]
    pepper_karl = good(sign_in("password", "karl", PASSWORD))["pepper"]
    ada_here = good(sign_in("password", "ada", PASSWORD))["pepper"]
    backup = WORLD.folder / "people.db"
    WORLD.site("backup", "--data", WORLD.data, "--output", backup)
    with WORLD.database() as base:
        wrapped = [row[0] for row in base.execute("SELECT wrapped FROM seats WHERE device=? OR identity=?",
                                                  (uuid.UUID(lost.id).bytes, uuid.UUID(karl).bytes))]
    assert len(wrapped) == 2
    assert "peppers" in WORLD.site("device", "revoke", "--data", WORLD.data, lost.id)
    WORLD.site("erase", "--data", WORLD.data, "karl")
    stored = b"".join(path.read_bytes() for path in WORLD.data.glob("site.db*"))
    assert not any(value in stored for value in wrapped), "not even deleted pages keep them"
    assert (WORLD.data / "keys/destroyed.log").read_text().count("pepper ") == 2
    restore(backup)
    assert good(sign_in("password", "ada", PASSWORD))["pepper"] == ada_here
    with WORLD.database() as base:
        rows = base.execute("SELECT wrapped FROM seats WHERE device=? OR identity=?", (uuid.UUID(lost.id).bytes, uuid.UUID(karl).bytes)).fetchall()
    assert rows == [], "the log outside of the backup destroyed them again"
    assert "karl" not in WORLD.site("user", "list", "--data", WORLD.data), "nor does the backup bring the person back"
    be_patient()
    WORLD.add_user("karl")
    again = good(sign_in("password", "karl", PASSWORD))["pepper"]
    assert again not in (pepper_karl, pepper_there), "a new person of that name has a new pepper"


# ── what is kept ──────────────────────────────────────────────────────────────────────────────


@test("sign-ins and failures are counted by day and method, without names")
def _():
    counts = json.loads(WORLD.site("report", "--data", WORLD.data, "--sign-ins", "--json"))
    by_method = {}
    for line in counts:
        assert set(line) == {"day", "method", "tries", "accepted"} and re.fullmatch(r"\d{4}-\d\d-\d\d", line["day"])
        tries, accepted = by_method.get(line["method"], (0, 0))
        by_method[line["method"]] = tries + line["tries"], accepted + line["accepted"]
    assert {"password", "pin", "card", "page", "change"} <= set(by_method), by_method
    assert all(tries >= accepted > 0 for tries, accepted in by_method.values()), by_method
    assert by_method["pin"][0] > by_method["pin"][1]
    WORLD.site("erase", "--data", WORLD.data, "--before", "2020-01-01")
    assert WORLD.site("report", "--data", WORLD.data, "--sign-ins").startswith("day,method,tries,accepted,failed\r\n20")


@test("the log says that a PIN is locked and names nobody")
def _():
    log = WORLD.read_log()
    assert "a PIN is locked" in log
    for word in ("ada", "cleo", "karl", PIN, PASSWORD, "04A22BC3", "04a22bc3"):
        assert word not in log, word
    WORLD.site("erase", "--data", WORLD.data, "--before", "2099-01-01")
    assert json.loads(WORLD.site("report", "--data", WORLD.data, "--sign-ins", "--json")) == []


@test("a database of the first version is brought up to date with everybody in it")
def _():
    session = good(sign_in("password", "ada", PASSWORD))["session"]
    assert WORLD.stop() == 0
    live, older = WORLD.data / "site.db", WORLD.folder / "older.db"
    base = sqlite3.connect(older)
    base.executescript(TABLES_1.read_text())
    base.execute("ATTACH ? AS live", (str(live),))
    with base:
        for table, in base.execute("SELECT name FROM main.sqlite_master WHERE type='table'").fetchall():
            columns = ",".join(row[1] for row in base.execute(f"PRAGMA main.table_info({table})"))
            base.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM live.{table}")
    base.close()
    for path in WORLD.data.glob("site.db*"):
        path.unlink()
    shutil.move(older, live)
    WORLD.start()
    assert entitle(session).status == 200, "nobody was signed out"
    assert good(sign_in("password", "ada", PASSWORD, kiosk=True))["pepper"]
    assert "  password" in listed("ada") and "PIN" not in listed("ada")
    assert good(PC.ask("POST", "/v1/device/delegations/list", {"session": session})) == {"delegations": []}


try:
    main()
finally:
    WORLD.close()
