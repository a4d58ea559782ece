#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""What people do who should not, at a kiosk with the real agent and the real site: try PINs, sign in at the same
moment, set the clock, take another one's token, ask for what is somebody else's.

usage: bad_people.py BUILD_FOLDER [SENTENCE]
"""

import sqlite3
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from control_world import BOB, small_pdf, until  # noqa: E402
from ipp_client import NOT_FOUND, Connection, boolean, integer, request  # noqa: E402
from kiosk_world import KIOSK, PIN, KioskOnce, Window  # noqa: E402
from tap import main, test  # noqa: E402
from wall_clock import WallClock  # noqa: E402

BUILD = sys.argv[1]
REFUSED = 5
at_kiosk = KioskOnce(BUILD)


def be_patient(w):
    """Wrong tries slow down the next ones; a test need not wait for that."""
    base = sqlite3.connect(w.folder / "site/site.db", timeout=30)
    with base:
        base.execute("DELETE FROM failures")
    base.close()


@test("a PIN that was tried too often is locked for the right one, too, until an administrator resets it")
def _():
    w = at_kiosk()
    window = Window(w, "one")
    for number in range(5):
        be_patient(w)
        window.type("sign-in", "ben", "--pin", typed=f"00{number}7", status=REFUSED)
    be_patient(w)
    said = window.type("sign-in", "ben", "--pin", typed=PIN, status=None)
    assert "administrator" in said and not w.get(KIOSK, "/v1/status")["seat_taken"], said
    w.site_command("user", "pin", "--name", "ben", "--reset")
    w.site_command("user", "pin", "--name", "ben", "--pin-file", "-", input=PIN + "\n")
    be_patient(w)
    window.sign_in("ben", PIN, "--pin")
    window.close()


@test("of two people who sign in at the same moment one sits there, and the other is told")
def _():
    w = at_kiosk()
    windows = [Window(w, "one"), Window(w, "two")]
    for window, name in zip(windows, ("anna", "ben")):
        window.shell.stdin.write(f"{w.programs.command} --root {w.root} sign-in {name} --pin <<'END'\n{PIN}\nEND\necho \"ended $?\"\n")
    for window in windows:
        window.shell.stdin.flush()
    answers = []
    for window in windows:
        said = []
        while not said or not said[-1].startswith("ended "):
            said.append(window.shell.stdout.readline())
            assert said[-1], said
        answers.append((int(said.pop().split()[1]), "".join(said)))
    assert sorted(code for code, _ in answers)[0] == 0 and sum(code == 0 for code, _ in answers) == 1, answers
    loser = next(said for code, said in answers if code != 0)
    assert "sign" in loser and len(loser) > 20, loser
    winner = next(window for window, (code, _) in zip(windows, answers) if code == 0)
    other = next(window for window in windows if window is not winner)
    assert winner.json("status")["seat_name"] in ("anna", "ben")
    other.type("jobs", status=REFUSED)
    for window in windows:
        window.close()


@test("the token of somebody at the kiosk is nothing in another user's hands")
def _():
    w = at_kiosk()
    window = Window(w, "one")
    token = window.sign_in("anna", PIN, "--pin")["session"]
    assert w.print_ipp(KIOSK, "Of Anna").status == 0
    job = window.json("jobs")["jobs"][-1]["id"]
    stolen, guessed = ([f"Homespool-Session: {each}"] for each in (token, token[::-1]))
    for path in ("/v1/status", "/v1/jobs", f"/v1/jobs/{job}", f"/v1/jobs/{job}/trace"):
        for uid in (BOB, KIOSK):  # the kiosk's own uid as well, from another process
            answers = [w.ask(uid, "GET", path, headers=headers) for headers in (stolen, guessed, ())]
            assert answers[0].same_as(answers[1]) and answers[0].same_as(answers[2]), (path, uid, answers[0].body, answers[2].body)
    for uid in (BOB, KIOSK):
        answers = [w.ask(uid, "POST", f"/v1/jobs/{job}/cancel", {}, headers=headers) for headers in (stolen, ())]
        assert answers[0].same_as(answers[1]) and answers[0].status in (403, 404), answers[0].body
    window.type("cancel", job)
    window.close()


@test("by IPP another person's job is answered, byte for byte, like one that does not exist")
def _():
    w = at_kiosk()
    window = Window(w, "one")
    window.sign_in("anna", PIN, "--pin")
    assert w.print_ipp(KIOSK, "Of Anna").status == 0
    job = window.json("jobs")["jobs"][-1]
    window.type("sign-out")
    window.sign_in("ben", PIN, "--pin")
    taken = job["ipp_id"]
    free = next(number for number in range(taken + 1, taken + 3) if number < 2**31)

    def said(uid, operation, number, more=b"", document=b""):
        with Connection(w, uid) as connection:
            body = request(operation, integer("job-id", number) + more, b"")
            connection.begin(len(body) + len(document))
            connection.send(body + document)
            status, head, answer = connection.hear()
            lines = sorted(line for line in head.split("\r\n") if not line.lower().startswith("date:"))
            return status, lines, answer

    last = boolean("last-document", True)
    for uid in (BOB, KIOSK):  # another user of the workstation; the next person at the same seat
        for operation, more, document in (("Get-Job-Attributes", b"", b""), ("Cancel-Job", b"", b""), ("Hold-Job", b"", b""), ("Release-Job", b"", b""),
                                          ("Close-Job", b"", b""), ("Send-Document", last, small_pdf())):
            answers = [said(uid, operation, number, more, document) for number in (taken, free)]
            assert answers[0] == answers[1], (uid, operation, answers)
            assert int.from_bytes(answers[0][2][2:4], "big") == NOT_FOUND, (operation, answers[0][2])
    window.type("sign-out")
    window.sign_in("anna", PIN, "--pin")
    assert window.json("jobs")["jobs"][-1]["state"] == "held", "nobody touched it"
    window.type("cancel", job["id"])
    window.close()


@test("without the site an entitlement that is over lets nobody in; a clock set back is said and lets nobody new in")
def _():
    w = at_kiosk()
    window = Window(w, "one")
    identity = window.sign_in("anna", PIN, "--pin")["identity"]
    window.sign_in("anna", w.password)
    until((w.keys_folder / f"{identity}.offline.age").exists, "the offline wrapping")
    window.type("sign-out")
    w.stop_site()
    welcome = window.sign_in("anna", w.password)
    assert (welcome["offline"], welcome["clock_unsure"]) == (True, False), welcome
    window.type("sign-out")

    agent, clock = w.programs.agent, WallClock(w.folder / "clock", BUILD)
    by_the_clock = clock.wrap(agent)

    def restart_on_day(day):
        clock.set(hours=24 * day)
        w.stop("agent")
        w.programs.agent = by_the_clock if day else agent
        w.start_agent()

    restart_on_day(9)  # an entitlement lives for seven days
    said = window.type("sign-in", "anna", typed=w.password, status=None)
    assert "has run out" in said and not w.get(KIOSK, "/v1/status")["seat_taken"], said
    restart_on_day(-3)
    welcome = window.sign_in("anna", w.password)
    assert (welcome["offline"], welcome["clock_unsure"]) == (True, True), welcome
    window.type("sign-out")
    assert window.type("sign-in", "ben", typed=w.password, status=None).count("cannot") >= 1, "nobody new gets in"
    restart_on_day(0)
    window.close()


try:
    main(sys.argv[2] if len(sys.argv) > 2 else None)
finally:
    at_kiosk.close()
