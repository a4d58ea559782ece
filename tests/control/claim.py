#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Jobs without a proven owner, with a real site: who sees them, who can claim them, and that they print.

usage: claim.py BUILD_FOLDER [SENTENCE]
"""

import atexit
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from control_world import BOB, BOB_NAME, Workstation, has_programs, small_pdf, uid_of, until  # noqa: E402
from ipp_client import Connection, mime, name_  # noqa: E402
from tap import main, test  # noqa: E402
from town import Person  # noqa: E402

NOWHERE = "00000000-0000-4000-8000-000000000000"
PRINT_SYSTEM = uid_of("lp")  # without our queue's secret: it can prove nobody
WRONG_SECRET = "Authorization: Basic aG9tZXNwb29sOndyb25n\r\n"
OK, NOT_FOUND, REFUSED = 0, 4, 5
anna = Person()
ANNA_NAME = anna.__enter__()
atexit.register(anna.__exit__)
ANNA = uid_of(ANNA_NAME)
ws = None


def world():
    global ws
    if ws is None:
        ws = Workstation(sys.argv[1])
        atexit.register(ws.close)
        ws.person = ANNA_NAME
        ws.start_site()
        for name in (ANNA_NAME, "bob"):
            ws.add_person(name)
        ws.start_agent(ws.configuration)
        ws.enrol()
    return ws


def sign_in(who, name):
    done = ws.command(who, "sign-in", name, input=ws.password + "\n")
    assert done.returncode == OK, done.stderr


def print_as_stranger(name):
    """Says that it is @name's, and nobody can prove it. Returns the job's id."""
    before = {job["id"] for job in ws.get(0, "/v1/overview")["jobs"]}
    with Connection(ws, PRINT_SYSTEM, headers=WRONG_SECRET) as connection:
        reply = connection.ask("Print-Job", name_("job-name", "A secret title") + mime("document-format", "application/pdf"),
                               document=small_pdf(), user=name)
    assert reply.status < 0x400, (hex(reply.status), reply.message)
    jobs = [job for job in ws.get(0, "/v1/overview")["jobs"] if job["id"] not in before]
    assert len(jobs) == 1 and not jobs[0]["owner_proven"], jobs
    return jobs[0]["id"]


def claimable(uid):
    return [job["id"] for job in ws.get(uid, "/v1/claimable")["jobs"]]


@test("who is not signed in at the site learns of no such job and claims none")
def _():
    w = world()
    job = print_as_stranger(ANNA_NAME)
    for answer in (w.ask(ANNA, "GET", "/v1/claimable"), w.ask(ANNA, "POST", f"/v1/jobs/{job}/claim", {})):
        assert answer.status == 403 and answer.json["error"] == "denied" and "sign-in" in answer.json["message"], answer.body
    done = w.command(ANNA_NAME, "claim")
    assert done.returncode == REFUSED and "sign-in" in done.stderr, done
    assert w.get(ANNA, "/v1/jobs")["jobs"] == []


@test("somebody else's, a proven one and none at all look the same")
def _():
    w = world()
    unproven = print_as_stranger(ANNA_NAME)
    proven = w.print_as(ANNA)["id"]
    sign_in(BOB_NAME, "bob")
    assert claimable(BOB) == []
    answers = [w.ask(BOB, "POST", f"/v1/jobs/{job}/claim", {}) for job in (unproven, proven, NOWHERE)]
    assert answers[0].status == 404, answers[0].body
    assert all(answer.same_as(answers[2]) for answer in answers)
    assert w.command(BOB_NAME, "claim", unproven).returncode == NOT_FOUND
    sign_in(ANNA_NAME, ANNA_NAME)
    assert w.ask(ANNA, "POST", f"/v1/jobs/{proven}/claim", {}).same_as(answers[2])
    assert proven not in claimable(ANNA)


@test("the person whom it names sees what it is like, not its title, and claims it by its six digits")
def _():
    w = world()
    job = print_as_stranger(ANNA_NAME)
    sign_in(ANNA_NAME, ANNA_NAME)
    shown = next(each for each in w.get(ANNA, "/v1/claimable")["jobs"] if each["id"] == job)
    assert not shown["titled"] and "secret" not in json.dumps(shown), shown
    listed = w.command(ANNA_NAME, "claim")
    assert listed.returncode == OK and job[-6:] in listed.stdout and "secret" not in listed.stdout, listed
    assert all(each["id"] != job for each in w.get(ANNA, "/v1/jobs")["jobs"])
    done = w.command(ANNA_NAME, "claim", job[-6:])
    assert done.returncode == OK and "is yours" in done.stdout, done
    assert job not in claimable(ANNA)
    assert w.job(ANNA, job)["expires"] == shown["expires"]
    assert w.command(ANNA_NAME, "claim", job[-6:]).returncode == OK  # again: the site is told again
    assert w.ask(BOB, "GET", f"/v1/jobs/{job}").status == 404


@test("only then the release page shows it")
def _():
    w = world()
    job, other = print_as_stranger(ANNA_NAME), print_as_stranger(ANNA_NAME)
    sign_in(ANNA_NAME, ANNA_NAME)
    w.post(ANNA, f"/v1/jobs/{job}/claim")
    browser = w.browser()
    status, _, _ = browser.ask("POST", "/sign-in", {"user": ANNA_NAME, "password": w.password})
    assert status == 303, status
    until(lambda: job in browser.ask("GET", "/")[1], "the page shows what was claimed")
    assert other not in browser.ask("GET", "/")[1]


@test("a claim and what can be claimed survive a start of the agent, the sign-in does not")
def _():
    w = world()
    sign_in(ANNA_NAME, ANNA_NAME)
    mine, waiting = print_as_stranger(ANNA_NAME), print_as_stranger(ANNA_NAME)
    w.post(ANNA, f"/v1/jobs/{mine}/claim")
    w.restart_agent()
    until(lambda: w.status()["site_online"], "the site is connected")
    assert w.job(ANNA, mine)["state"] == "held"
    assert w.ask(ANNA, "GET", "/v1/claimable").status == 403
    sign_in(ANNA_NAME, ANNA_NAME)
    assert waiting in claimable(ANNA) and mine not in claimable(ANNA)


@test("who signs out while the site is slow is not signed in when it answers")
def _():
    has_programs("age")
    w = world()
    w.post(ANNA, "/v1/sign-out")
    wanted = {"method": "password", "user": ANNA_NAME, "card": None, "secret": w.password, "kiosk": False}
    sealed = subprocess.run(["age", "-r", w.get(ANNA, "/v1/unlock")["recipient"]], input=json.dumps(wanted).encode(),
                            capture_output=True, check=True).stdout
    site = w.processes["site"].pid
    os.kill(site, signal.SIGSTOP)
    try:
        with w.talk(ANNA) as slow:
            slow.send(f"POST /v1/sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/age\r\n"
                      f"Content-Length: {len(sealed)}\r\n\r\n".encode() + sealed)
            for _ in range(3):  # when these are answered, the site has been asked
                w.get(ANNA, "/v1/status")
            w.post(ANNA, "/v1/sign-out")
            os.kill(site, signal.SIGCONT)
            answer = slow.answer()
    finally:
        os.kill(site, signal.SIGCONT)
    assert not w.get(ANNA, "/v1/identities")["identities"][0]["signed_in"]
    assert (answer.status, answer.json["refusal"]) == (403, "signed-out-meanwhile"), answer.body
    sign_in(ANNA_NAME, ANNA_NAME)



main(sys.argv[2] if len(sys.argv) > 2 else None)
