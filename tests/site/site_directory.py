#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""People of the organisation's directory: a real slapd over real TLS, as it is and as it fails.

usage: site_directory.py HOMESPOOL_TRUST HOMESPOOL_SITE [SENTENCE]
"""

import base64
import socket
import sqlite3
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))
from ldap_directory import ADMIN, ADMIN_PASSWORD, BASE, PASSWORD, Directory, entry  # noqa: E402
from site_world import Device, Person, World, identity_of, refused  # noqa: E402
from tap import main, test  # noqa: E402

PIN = "824193"
PEOPLE = ("".join(entry(name) for name in ("mia", "noa", "olga", "paul", "sven", "local")) + entry("quinn", description="may not print")
          + entry("rita").replace("cn: Rita of the Directory", "cn:: " + base64.b64encode(b"Rita\x1b[2J").decode()))

WORLD = World(sys.argv[1], sys.argv[2])
DIRECTORY = Directory(WORLD.folder / "directory", PEOPLE)
CONF = (WORLD.data / "site.conf").read_text()
(WORLD.data / "keys/ldap.password").write_text("looks around\n")
(WORLD.data / "keys/ldap.password").chmod(0o600)


def write_settings(**changes):
    settings = {**DIRECTORY.settings(), **{key.replace("_", "-"): value for key, value in changes.items()}}
    (WORLD.data / "site.conf").write_text(CONF + "[ldap]\n" + "".join(f"{key}={value}\n" for key, value in settings.items() if value is not None))


def configure(**changes):
    assert WORLD.stop() == 0, WORLD.read_log()
    write_settings(**changes)
    WORLD.start()


write_settings()
DIRECTORY.start()
WORLD.add_user("ada")
WORLD.add_user("local", password="a password of ours")
WORLD.start()
PC = Device(WORLD)


def sign_in(name=None, secret=PASSWORD, method="password", card=None, kiosk=True):
    return PC.ask("POST", "/v1/device/sign-in", {"method": method, "user": name, "card": card, "secret": secret, "kiosk": kiosk})


def good(reply):
    assert reply.status == 200, (reply.status, reply.text, WORLD.read_log())
    return reply.json


def be_patient():
    """Failures slow down what follows; a test need not wait for it. Through the server's own store."""
    base = sqlite3.connect(WORLD.data / "site.db", timeout=30)
    with base:
        base.execute("DELETE FROM failures")
    base.close()


def query(sql, *values):
    base = sqlite3.connect(WORLD.data / "site.db", timeout=30)
    try:
        return base.execute(sql, values).fetchall()
    finally:
        base.close()


def user(command, name, *options, stdin="", **more):
    return WORLD.site("user", command, "--data", WORLD.data, "--name", name, *options, stdin=stdin.encode(), **more)


@test("the first sign-in makes the person's row, with no password in it")
def _():
    here = good(sign_in("mia"))
    assert here["identity"] == identity_of(WORLD.organisation, "mia") and here["name"] == "Mia of the Directory" and here["pepper"]
    assert query("SELECT is_directory, verifier, pin FROM users WHERE name='mia'") == [(1, "", None)]
    assert "mia  Mia of the Directory  directory" in WORLD.site("user", "list", "--data", WORLD.data)
    browser = Person(WORLD)
    assert browser.sign_in("noa", PASSWORD).status == 303 and "Sign out" in browser.get().text


@test("somebody who was blocked stays so with a backup from before their first sign-in")
def _():
    backup = WORLD.folder / "before-sven.db"
    WORLD.site("backup", "--data", WORLD.data, "--output", backup)
    good(sign_in("sven"))
    user("block", "sven")
    assert WORLD.stop() == 0
    for path in WORLD.data.glob("site.db*"):
        path.unlink()
    WORLD.site("restore", "--data", WORLD.data, "--file", backup)
    WORLD.start()
    for _ in range(2):
        refused(sign_in("sven"), 409, "refused", "blocked")
    user("unblock", "sven")
    good(sign_in("sven"))


@test("a name that no terminal should see is left out, and its person signs in all the same")
def _():
    assert good(sign_in("rita"))["name"] == "rita"


@test("a wrong password, a name that nobody has and a name outside of the group are refused alike")
def _():
    be_patient()
    said = {refused(sign_in(name, secret), 401, "denied") for name, secret in (("mia", "wrong one"), ("nobody", PASSWORD), ("quinn", PASSWORD))}
    assert len(said) == 1
    assert query("SELECT name FROM users WHERE name IN ('nobody','quinn')") == []


@test("the directory takes any case of a name, and it stays one person")
def _():
    be_patient()
    assert good(sign_in("MIA"))["identity"] == good(sign_in("Mia"))["identity"] == identity_of(WORLD.organisation, "mia")
    assert query("SELECT count(*) FROM users WHERE name='mia' COLLATE NOCASE") == [(1,)]


@test("people of ours stay ours: the directory decides nothing about them, in no case of their name")
def _():
    be_patient()
    good(sign_in("local", "a password of ours"))
    refused(sign_in("local", PASSWORD), 401, "denied")
    refused(sign_in("LOCAL", PASSWORD), 401, "denied")
    assert query("SELECT is_directory FROM users WHERE name='local' COLLATE NOCASE") == [(0,)]


@test("an empty password never signs in, though this directory would take it for anonymous")
def _():
    be_patient()
    assert "anonymous" in DIRECTORY.ask("ldapwhoami", "-D", f"uid=mia,ou=people,{BASE}", "-w", ""), "the trap is set"
    assert sign_in("mia", "").status == 400
    assert Person(WORLD).sign_in("mia", "").status == 400


@test("nothing typed into the name changes what is searched")
def _():
    rows = query("SELECT count(*) FROM users")
    for name in ("*", "mi*", "m*a", "mia)(uid=*", "*)(objectClass=*", "mia)(|(uid=*)", "\\6dia", "mia\\2a", "mia,ou=people", "mia)", "(mia", " mia", "mia ",
                 "m\u00eda", "mia)(description=*"):
        be_patient()
        refused(sign_in(name), 401, "denied")
    assert query("SELECT count(*) FROM users") == rows


@test("PIN and card work for people of the directory, and bring the same pepper")
def _():
    be_patient()
    pepper = good(sign_in("olga"))["pepper"]
    user("pin", "olga", "--pin-file", "-", stdin=PIN + "\n")
    user("card", "olga", "--card-file", "-", stdin="04A22BC3\n")
    assert good(sign_in("olga", PIN, "pin"))["pepper"] == pepper
    assert good(sign_in(None, PIN, "card", "04A22BC3"))["pepper"] == pepper
    assert good(sign_in(None, None, "card", "04A22BC3"))["pepper"] is None
    refused(sign_in("olga", "000000", "pin"), 401, "denied")
    # A first sign-in with a PIN makes nobody.
    refused(sign_in("paul", PIN, "pin"), 401, "denied")


@test("a password of the directory is changed there, and the site says so")
def _():
    be_patient()
    session = good(sign_in("olga"))["session"]
    reply = PC.ask("POST", "/v1/device/secret", {"session": session, "method": "password", "old": PASSWORD, "new": "another long one"})
    refused(reply, 409, "refused", "directory")
    assert "directory" in user("passwd", "olga", "--password-file", "-", stdin="another long one\n", code=1)
    assert PC.ask("POST", "/v1/device/secret", {"session": session, "method": "pin", "old": PIN, "new": "739105"}).status == 200
    good(sign_in("olga", "739105", "pin"))


@test("who is removed from the directory signs in by no means any more")
def _():
    be_patient()
    DIRECTORY.ask("ldapdelete", "-D", ADMIN, "-w", ADMIN_PASSWORD, f"uid=olga,ou=people,{BASE}")
    refused(sign_in("olga"), 401, "denied")
    refused(sign_in("olga", "739105", "pin"), 401, "denied")
    refused(sign_in(None, "739105", "card", "04A22BC3"), 401, "denied")
    refused(sign_in(None, None, "card", "04A22BC3"), 401, "denied")


def cannot_be_asked():
    be_patient()
    refused(sign_in("mia"), 503, "temporary", "directory")
    assert query("SELECT count FROM failures WHERE count>0") == [], "nobody is slowed down for it"
    page = Person(WORLD).sign_in("mia", PASSWORD)
    assert page.status == 503 and "directory cannot be asked" in page.text, (page.status, page.text)
    good(sign_in("ada"))


@test("an expired certificate, one of another name and one of another authority are refused")
def _():
    DIRECTORY.make_authority("foreign")
    for certificate in ({"days": -1}, {"name": "DNS:elsewhere.example.org"}, {"authority": "foreign"}):
        DIRECTORY.restart(**certificate)
        cannot_be_asked()
    DIRECTORY.restart()
    good(sign_in("mia"))


@test("a directory that is down, or listens and says nothing, keeps nobody else waiting")
def _():
    DIRECTORY.stop()
    cannot_be_asked()
    with socket.create_server(("127.0.0.1", DIRECTORY.port)) as silent:
        be_patient()
        silent.listen(8)
        replies = []
        waiting = threading.Thread(target=lambda: replies.append(sign_in("mia")))
        began = time.monotonic()
        waiting.start()
        good(sign_in("ada"))
        assert not replies, "who has a password of ours did not wait for the directory"
        waiting.join(60)
        assert replies and time.monotonic() - began < 50
        refused(replies[0], 503, "temporary", "directory")
    DIRECTORY.start()
    good(sign_in("mia"))


@test("StartTLS is demanded where it is configured: no TLS, no password")
def _():
    configure(uri=f"ldap://127.0.0.1:{DIRECTORY.plain_port}", start_tls="true")
    good(sign_in("mia"))
    DIRECTORY.restart(tls=False)
    cannot_be_asked()
    DIRECTORY.restart(name="DNS:elsewhere.example.org")
    cannot_be_asked()
    DIRECTORY.restart()
    good(sign_in("mia"))


@test("without an account of its own the site binds as the person, and nothing in the name changes the DN")
def _():
    configure(bind_dn=None, bind_password_file=None, bind_template=f"uid=%s,ou=people,{BASE}")
    be_patient()
    good(sign_in("paul"))
    refused(sign_in("paul", "wrong one"), 401, "denied")
    for name in (f"paul,ou=people,{BASE}", "paul+uid=paul", "paul#", "\\70aul", "*", "quinn"):
        be_patient()
        refused(sign_in(name), 401, "denied")
    user("pin", "paul", "--pin-file", "-", stdin=PIN + "\n")
    refused(sign_in("paul", PIN, "pin"), 409, "refused", "bind-dn")


@test("settings that would say a password in the clear, or are wrong, stop the site with what to do")
def _():
    assert WORLD.stop() == 0
    wrong = (({"uri": f"ldap://127.0.0.1:{DIRECTORY.plain_port}"}, "ldaps://"), ({"uri": None}, "uri"), ({"ca": None}, "ca"), ({"ca": "/nonexistent"}, "ca"),
             ({"filter": "(uid=*)"}, "filter"), ({"filter": "(uid=%s"}, "filter"), ({"group_filter": "cn=%s"}, "group-filter"), ({"bind_dn": None}, "bind-dn"),
             ({"start_tls": "maybe"}, "start-tls"), ({"bind_password_file": "nothing-here"}, "bind-password-file"), ({"verify": "no"}, "not a setting"))
    for change, word in wrong:
        write_settings(**change)
        assert word in WORLD.site("user", "list", "--data", WORLD.data, code=1), change
    write_settings()
    (WORLD.data / "keys/ldap.password").chmod(0o644)
    assert "chmod 600" in WORLD.site("user", "list", "--data", WORLD.data, code=1)
    (WORLD.data / "keys/ldap.password").chmod(0o600)
    WORLD.start()


@test("without [ldap] nobody of the directory gets in, and the site's own account that is refused is the log's matter")
def _():
    be_patient()
    (WORLD.data / "keys/ldap.password").write_text("not this one\n")
    configure()
    cannot_be_asked()
    assert "does not take the site's own account" in WORLD.read_log()
    assert WORLD.stop() == 0
    (WORLD.data / "site.conf").write_text(CONF)
    WORLD.start()
    be_patient()
    refused(sign_in("mia"), 401, "denied")
    refused(sign_in("paul", PIN, "pin"), 401, "denied")


@test("the log says what is wrong with the directory and names nobody")
def _():
    log = WORLD.read_log()
    for word in ("mia", "olga", "paul", PASSWORD, "looks around", PIN):
        assert word not in log, (word, [line for line in log.splitlines() if word in line])


try:
    main()
finally:
    DIRECTORY.stop()
    WORLD.close()
