#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""A kiosk with the real agent and the real site: people sign in one after the other at one OS account.

usage: kiosk.py BUILD_FOLDER [SENTENCE]
"""

import base64
import contextlib
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from control_world import ADMIN, BOB, has_programs, until  # noqa: E402
from kiosk_world import KIOSK, PIN, KioskOnce, Window  # noqa: E402
from tap import main, test  # noqa: E402

BUILD = sys.argv[1]
OTHER_PIN = "271828"
CARD = "04A1B2C3D4E5F6"
CHANGED, SHORT = "changed and still long", "ten-digits"  # of 12 characters or more, and of less
at_kiosk = KioskOnce(BUILD)


@test("with nobody signed in a document is refused with what to do, and jobs are not shown")
def _():
    w = at_kiosk()
    reply = w.print_ipp(KIOSK)
    assert reply.status == 0x040B and "homespool sign-in" in reply.message, (hex(reply.status), reply.message)
    printer = w.ask_ipp(KIOSK, "Get-Printer-Attributes").printer
    assert printer["printer-is-accepting-jobs"] == [False] and printer["queued-job-count"] == [0], printer
    answer = w.ask(KIOSK, "GET", "/v1/jobs")
    assert (answer.status, answer.json["error"]) == (403, "denied") and "sign-in" in answer.json["message"]
    assert w.get(KIOSK, "/v1/status")["mode"] == "kiosk"


@test("unlock says that at a kiosk signing in is what opens the key")
def _():
    window = Window(at_kiosk(), "nobody")
    try:
        assert "homespool sign-in USER" in window.type("unlock", status=5)
    finally:
        window.close()


@test("who signs in with a PIN gets a key, prints, and sees the job; the next person sees none of it")
def _():
    w = at_kiosk()
    window = Window(w, "one")
    welcome = window.sign_in("anna", PIN, "--pin")
    assert welcome["key"] == "new" and welcome["offline"] is False and welcome["signs_out_after_s"] == 30, welcome
    assert w.print_ipp(KIOSK, "Of Anna").status == 0
    job, = window.json("jobs")["jobs"]
    assert job["name"] == "Of Anna" and "owner" in job["recipients"], job
    assert "anna" in window.type("status")
    window.type("sign-out")
    second = window.sign_in("ben", PIN, "--pin")
    assert second["identity"] != welcome["identity"] and window.json("jobs")["jobs"] == []
    assert w.ask_ipp(KIOSK, "Get-Printer-Attributes").printer["queued-job-count"] == [0]
    window.type("trace", job["id"], status=4)
    window.type("cancel", job["id"], status=4)
    nowhere = "00000000-0000-4000-8000-000000000000"
    missing = window.type("trace", nowhere, status=4)
    assert missing.replace(nowhere, job["id"]) == window.type("trace", job["id"], status=4)
    window.type("sign-out")
    assert window.sign_in("anna", PIN, "--pin")["key"] == "unlocked"
    assert window.json("jobs")["jobs"][0]["name"] == "Of Anna"
    window.type("cancel", job["id"])
    window.close()


@test("the face of an empty seat is told when somebody sits down and leaves, and nothing of their jobs")
def _():
    w = at_kiosk()
    with w.events(KIOSK) as empty:
        assert empty.event() == {"event": "hello"}
        window = Window(w, "one")
        window.sign_in("anna", PIN, "--pin")
        empty.await_event(lambda e: e["event"] == "status" and w.get(KIOSK, "/v1/status")["seat_taken"])
        assert w.print_ipp(KIOSK, "Of Anna").status == 0
        job, = [each for each in window.json("jobs")["jobs"] if each["name"] == "Of Anna"]
        window.type("cancel", job["id"])
        window.type("sign-out")
        seen = empty.await_event(lambda e: e["event"] == "status" and not w.get(KIOSK, "/v1/status")["seat_taken"])
        assert {each["event"] for each in seen} <= {"status", "site"}, seen
        window.close()
    query = "/v1/events?job=00000000-0000-4000-8000-000000000000"
    assert w.ask(KIOSK, "GET", query).status == 404
    gone = w.ask(KIOSK, "GET", "/v1/events", headers=["Homespool-Session: " + "x" * 43])
    assert (gone.status, gone.json["error"]) == (403, "denied"), gone.body


@test("a token serves its own window only, and dies with it")
def _():
    w = at_kiosk()
    window, other = Window(w, "one"), Window(w, "two")
    token = window.sign_in("anna", PIN, "--pin")["session"]
    window.json("jobs")
    header = [f"Homespool-Session: {token}"]
    for uid in (KIOSK, BOB):  # ours is a child of this test, not of the window
        answer = w.ask(uid, "GET", "/v1/status", headers=header)
        assert answer.json["seat_name"] is None and answer.json["identity"] != window.json("status")["identity"], answer.body
    assert w.ask(KIOSK, "GET", "/v1/jobs", headers=header).status == 403
    other.type("jobs", status=5)
    assert "somebody" in other.type("status")
    window.close()
    until(lambda: not w.get(KIOSK, "/v1/status")["seat_taken"], "signed out with the window")
    other.close()


@test("a second person is refused while the first sits there, and may end what was left open")
def _():
    w = at_kiosk()
    window, other = Window(w, "one"), Window(w, "two")
    window.sign_in("anna", PIN, "--pin")
    said = other.type("sign-in", "ben", "--pin", typed=PIN, status=5)
    assert "sign out first" in said, said
    assert window.json("status")["seat_name"] is not None
    other.type("sign-out")
    window.type("jobs", status=5)
    other.sign_in("ben", PIN, "--pin")
    window.close(), other.close()


@test("a wrong PIN is refused and signs nobody in")
def _():
    w = at_kiosk()
    window = Window(w, "one")
    window.type("sign-in", "anna", "--pin", typed="0000", status=5)
    assert not w.get(KIOSK, "/v1/status")["seat_taken"]
    window.sign_in("anna", PIN, "--pin")
    window.close()


@test("who does nothing is signed out")
def _():
    w = at_kiosk()
    window = Window(w, "one")
    window.sign_in("anna", PIN, "--pin")
    begun = time.monotonic()
    until(lambda: not w.get(KIOSK, "/v1/status")["seat_taken"], "signed out by itself", 90)
    assert time.monotonic() - begun > 20
    window.close()


@test("PIN and password open the same key once both were used at one sitting")
def _():
    w = at_kiosk()
    window = Window(w, "one")
    assert window.sign_in("anna", w.password)["key"] == "other-way"
    window.type("sign-out")
    assert window.sign_in("anna", PIN, "--pin")["key"] == "unlocked"
    assert window.sign_in("anna", w.password)["key"] == "unlocked"
    window.type("sign-out")
    assert window.sign_in("anna", w.password)["key"] == "unlocked"
    window.close()


@test("a changed PIN opens the key, and the old one does not sign in")
def _():
    w = at_kiosk()
    window = Window(w, "one")
    before = window.sign_in("ben", PIN, "--pin")
    assert before["key"] in ("new", "unlocked")
    said = window.type("pin", typed=["9999", OTHER_PIN, OTHER_PIN], status=5)
    assert PIN not in said and OTHER_PIN not in said
    window.type("sign-out")
    assert window.sign_in("ben", PIN, "--pin")["key"] == "unlocked", "a refused change changes nothing"
    window.type("pin", typed=[PIN, OTHER_PIN, OTHER_PIN])
    window.type("sign-out")
    window.type("sign-in", "ben", "--pin", typed=PIN, status=5)
    assert window.sign_in("ben", OTHER_PIN, "--pin")["key"] == "unlocked"
    assert not list(w.keys_folder.glob("*.next.age"))
    window.close()


@test("who cannot be kept signed in is not left at the seat with an open key")
def _():
    w = at_kiosk()
    window = Window(w, "unwritable")
    (window.folder / "homespool").write_text("a file where a folder should be")
    said = window.type("sign-in", "anna", "--pin", typed=PIN, status=None)
    assert "could not be kept signed in" in said, said
    assert not w.get(KIOSK, "/v1/status")["seat_taken"]
    window.close()


@test("who is asked to leave while the site is slow is not signed in when it answers")
def _():
    w = at_kiosk()
    windows = [Window(w, "one"), Window(w, "two")]
    site = w.processes["site"].pid
    os.kill(site, signal.SIGSTOP)
    try:
        with ThreadPoolExecutor(2) as pool:
            try:
                said = [pool.submit(window.type, "sign-in", "anna", "--pin", typed=PIN, status=None) for window in windows]
                assert "at this moment" in next(as_completed(said, 60)).result(), "one of them waits for the site"
                w.post(KIOSK, "/v1/sign-out")
            finally:
                os.kill(site, signal.SIGCONT)
            assert any("while you signed in" in one.result(60) for one in said), [one.result() for one in said]
    finally:
        os.kill(site, signal.SIGCONT)
    assert not w.get(KIOSK, "/v1/status")["seat_taken"]
    windows[0].sign_in("anna", PIN, "--pin")
    for window in windows:
        window.close()


@test("a PIN that is changed while somebody else sits down touches nothing of theirs")
def _():
    w = at_kiosk()
    window, other = Window(w, "one"), Window(w, "two")
    w.site_command("user", "card", "--name", "anna", "--card-file", "-", input=CARD + "\n")
    window.sign_in("ben", OTHER_PIN, "--pin")
    command = f"{w.programs.command} --root {w.root} pin <<'END'"
    typed = "999999\n888888\n888888\nEND\n"
    # Two at once: the one that is refused says that the other is under way.
    window.shell.stdin.write(f"{command} &\n{typed}{command}\n{typed}wait\necho 'ended 0'\n")
    window.shell.stdin.flush()
    said = window.shell.stdout.readline()
    assert "under way" in said, said
    w.post(KIOSK, "/v1/sign-out")
    other.type("sign-in", "--card", typed=CARD)
    while not said.endswith("ended 0\n"):
        said += window.shell.stdout.readline()
    with contextlib.closing(sqlite3.connect(w.folder / "site/site.db", timeout=30)) as base:
        failures = dict(base.execute("SELECT name, pin_failures FROM users"))
    assert failures["anna"] == 0, "the site was asked in the name of who sits there now: " + said
    assert "signed out meanwhile" in said, said
    window.close(), other.close()


@test("a damaged or lost key file is said, never replaced by itself, and replaced when asked to")
def _():
    w = at_kiosk()
    window = Window(w, "one")
    identity = window.sign_in("ben", OTHER_PIN, "--pin")["identity"]
    window.type("sign-out")
    path = w.keys_folder / f"{identity}.pin.age"
    whole = path.read_bytes()
    path.write_bytes(whole[:100])
    welcome = window.sign_in("ben", OTHER_PIN, "--pin")
    assert welcome["key"] == "damaged" and "damaged" in welcome["sentence"], welcome
    assert path.read_bytes() == whole[:100]
    window.type("sign-out")
    path.unlink()
    assert window.sign_in("ben", OTHER_PIN, "--pin")["key"] == "lost" and not path.exists()
    window.type("key", "rotate", "ben", "--pin", typed=OTHER_PIN)
    assert path.exists() and path.stat().st_mode & 0o777 == 0o600
    window.type("sign-out")
    assert window.sign_in("ben", OTHER_PIN, "--pin")["key"] == "unlocked"
    window.close()


@test("without the site a long password signs in, a PIN does not, and wrong tries are slowed over a restart")
def _():
    w = at_kiosk()
    window = Window(w, "one")
    assert len(w.password) >= 12
    identity = window.sign_in("anna", w.password)["identity"]
    until((w.keys_folder / f"{identity}.offline.age").exists, "the offline wrapping")
    window.type("sign-out")
    w.stop_site()
    window.type("sign-in", "anna", "--pin", typed=PIN, status=1)
    welcome = window.sign_in("anna", w.password)
    assert (welcome["offline"], welcome["key"], welcome["identity"]) == (True, "unlocked", identity), welcome
    assert w.print_ipp(KIOSK, "Offline").status == 0
    assert window.json("jobs")["jobs"][-1]["name"] == "Offline"
    window.type("cancel", "last")
    window.type("sign-out")
    for _ in range(5):
        window.type("sign-in", "anna", typed="not the password", status=5)
    assert "Wait" in window.type("sign-in", "anna", typed=w.password, status=1)
    w.restart_agent()
    until(lambda: w.get(ADMIN, "/v1/status")["ready"], "the agent is ready")
    assert "Wait" in window.type("sign-in", "anna", typed=w.password, status=1)
    assert "cannot be reached" in window.type("sign-in", "nobody", typed=w.password, status=5)
    w.restart_site()
    assert window.sign_in("anna", w.password)["offline"] is False
    window.close()


def set_password(w, password):
    """As an administrator does, which signs the person out everywhere."""
    w.site_command("user", "passwd", "--name", "anna", "--password-file", "-", input=password + "\n")
    with contextlib.closing(sqlite3.connect(w.folder / "site/site.db", timeout=30)) as base:
        until(lambda: base.execute("SELECT count(*) FROM commands WHERE state=1").fetchone() == (0,), "the workstation heard of it")


@test("a password that was changed opens nothing without the site")
def _():
    w = at_kiosk()
    window = Window(w, "one")
    identity = window.sign_in("anna", w.password)["identity"]
    offline = w.keys_folder / f"{identity}.offline.age"
    until(offline.exists, "the offline wrapping")
    window.type("sign-out")
    set_password(w, CHANGED)
    assert window.sign_in("anna", CHANGED)["key"] == "locked", "an administrator changed it"
    until(lambda: not offline.exists(), "the old password has no wrapping any more")
    window.type("sign-out")
    set_password(w, w.password)
    assert window.sign_in("anna", w.password)["key"] == "unlocked"
    until(offline.exists, "the offline wrapping")
    window.type("password", typed=[w.password, SHORT, SHORT])
    until(lambda: not offline.exists(), "the new password is too short for one")
    window.type("password", typed=[SHORT, CHANGED, CHANGED])
    until(offline.exists, "the new password has one")
    window.type("sign-out")
    w.stop_site()
    window.type("sign-in", "anna", typed=w.password, status=5)
    assert window.sign_in("anna", CHANGED)["offline"] is True
    window.type("sign-out")
    w.restart_site()
    window.sign_in("anna", CHANGED)
    window.type("password", typed=[CHANGED, w.password, w.password])
    window.close()


@test("other users of the workstation are people of their own, and the kiosk's keys are not theirs")
def _():
    w = at_kiosk()
    assert w.get(BOB, "/v1/status")["seat_taken"] is False
    assert w.ask(KIOSK, "POST", "/v1/unlock", b"x", content_type="application/age").status == 409
    answer = w.ask(BOB, "GET", "/v1/jobs")
    assert answer.status == 200 and answer.json["jobs"] == []


@test("at a kiosk a browser is paired while its person is signed in, with the title key and nothing else")
def _():
    has_programs("age", "age-keygen")
    w = at_kiosk()
    window, other = Window(w, "one"), Window(w, "two")
    token = window.sign_in("anna", w.password)["session"]
    assert w.print_ipp(KIOSK, "Canary-48c2").status == 0
    job = window.json("jobs")["jobs"][-1]["id"]
    link = window.json("pair")["link"]
    fields = dict(urllib.parse.parse_qsl(link.split("#")[1]))
    assert fields["person"] == window.json("status")["identity"] and link.startswith(w.url + "/#"), link
    w.person = "anna"
    page = w.browser()
    page.sign_in()
    text = until(lambda: next((text for _, text, _ in [page.ask("GET", "/")] if job in text), None), "the job is announced")
    sealed = re.search(rf'data-job="{job}" data-sealed-title="([^"]+)"', text).group(1)
    assert json.loads(age(w, fields["title-key"], base64.b64decode(sealed + "=" * (-len(sealed) % 4))))["title"] == "Canary-48c2"
    assert age(w, fields["title-key"], next(w.root.rglob(f"{job}.age")).read_bytes()) is None, "it opens no document"
    # To nobody else, and not after the person has left.
    recipient = subprocess.run(["age-keygen", "-y"], input=fields["title-key"], capture_output=True, text=True, check=True).stdout.strip()
    other.type("pair", status=5)
    for uid in (KIOSK, BOB, ADMIN):
        answer = w.ask(uid, "POST", "/v1/title-key", recipient.encode(), headers=[f"Homespool-Session: {token}"], content_type="text/plain")
        assert answer.status == (403 if uid == KIOSK else 409) and b"title_key" not in answer.body, (uid, answer.status, answer.body)
    window.type("cancel", job)
    window.type("sign-out")
    window.type("pair", status=5)
    for window in (window, other):
        window.close()


def age(w, key, data):
    file = w.folder / "a.key"
    file.write_text(key + "\n")
    done = subprocess.run(["age", "-d", "-i", file], input=data, capture_output=True, check=False)
    file.unlink()
    return done.stdout if done.returncode == 0 else None


@test("who is blocked at the site loses the right to sign in without it at the next contact")
def _():
    w = at_kiosk()
    window = Window(w, "one")
    identity = window.sign_in("anna", w.password)["identity"]
    offline = w.keys_folder / f"{identity}.offline.age"
    until(offline.exists, "the offline wrapping")
    window.type("sign-out")
    w.stop_site()
    assert window.sign_in("anna", w.password)["offline"] is True
    window.type("sign-out")
    w.site_command("user", "block", "--name", "anna")
    before = w.log("agent").count("the site gave no entitlement")
    w.restart_site()
    until(lambda: w.log("agent").count("the site gave no entitlement") > before, "the workstation heard of it")
    w.stop_site()
    said = window.type("sign-in", "anna", typed=w.password, status=None)
    assert not w.get(KIOSK, "/v1/status")["seat_taken"], said
    w.restart_agent()
    window.type("sign-in", "anna", typed=w.password, status=None)
    assert not w.get(KIOSK, "/v1/status")["seat_taken"], "and that is durable"
    w.restart_site()
    w.site_command("user", "unblock", "--name", "anna")
    assert window.sign_in("anna", w.password)["offline"] is False
    window.type("sign-out")
    window.close()


try:
    main(sys.argv[2] if len(sys.argv) > 2 else None)
finally:
    at_kiosk.close()
