#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Somebody with a key on the same workstation releases another person's job without the site, and can do nothing else
and nothing longer than the owner lets them. Real agent, real site, a printer.

usage: local_delegation.py BUILD_FOLDER [SENTENCE]
"""

import atexit
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "interop"))
import seal_reference as seal  # noqa: E402
from control_world import Workstation, has_programs, small_pdf, uid_of, until  # noqa: E402
from ipp_client import Connection, integer  # noqa: E402
from tap import main, test  # noqa: E402
from town import Person  # noqa: E402

OK, NOT_FOUND, DENIED = 0, 4, 5
PEOPLE = {}
for each in ("homespool-ada", "homespool-cleo", "homespool-dan"):  # owner, delegate, somebody else
    person = Person(each)
    PEOPLE[each] = person.__enter__()
    atexit.register(person.__exit__)
ADA_NAME, CLEO_NAME, DAN_NAME = PEOPLE
ADA, CLEO, DAN = (uid_of(name) for name in PEOPLE)
DOCUMENT = small_pdf(padding=70000)
ws = None


def world():
    global ws
    if ws is None:
        has_programs("age", "age-keygen", "ippeveprinter", "dbus-daemon", "avahi-daemon", "qpdf")
        ws = Workstation(sys.argv[1])
        atexit.register(ws.close)
        ws.person, ws.policy = ADA_NAME, ["--offline", "print"]
        ws.start_site()
        ws.list_printer(ws.start_printer())
        for name in PEOPLE:
            ws.add_person(name)
        ws.start_agent(ws.configuration)
        ws.enrol()
        for name in PEOPLE:
            ws.unlock(uid_of(name))
            sign_in(name)
        # Offline a printer must have been used before.
        job = ws.print_as(ADA)["id"]
        ws.printer = ws.get(ADA, "/v1/printers")["printers"][0]["id"]
        ws.post(ADA, f"/v1/jobs/{job}/release", {"printer": ws.printer})
        ws.await_state(ADA, job, "delivered")
    return ws


def sign_in(name):
    done = ws.command(name, "sign-in", name, input=ws.password + "\n")
    assert done.returncode == OK, done.stderr


def site_goes():
    ws.stop("site")
    until(lambda: not ws.status()["site_online"], "the site is missed", 60)


def site_comes():
    ws.start("site", [ws.programs.site, "serve", "--data", ws.folder / "site"])
    until(lambda: ws.status()["site_online"], "the site is back", 90)


def give(*words, to=CLEO_NAME):
    done = ws.command(ADA_NAME, "delegate", "--to", to, *words)
    assert done.returncode == OK, done
    return done.stdout


def print_known(title="A title", document=None):
    """Printed, and the site knows it."""
    job = ws.print_as(ADA, title, document)
    page = ws.browser()
    page.sign_in()
    until(lambda: job["id"] in page.ask("GET", "/")[1], "the site knows it")
    return job


def given():
    return ws.get(ADA, "/v1/delegations")


def take_all_back():
    for one in given()["delegations"]:
        ws.ask(ADA, "POST", f"/v1/delegations/{one['id']}/revoke", {})
    assert given()["delegations"] == []


def take_back_on_page(identity):
    page = world().browser()
    page.sign_in()
    _, text, _ = page.ask("GET", "/")
    csrf = text.split('name="csrf" value="')[1].split('"')[0]
    status, said, _ = page.ask("POST", "/delegations/revoke", {"csrf": csrf, "id": identity})
    assert status == 303, said


def seen_by(uid):
    return {job["id"]: job for job in ws.get(uid, "/v1/jobs")["jobs"] if job["state"] == "held"}


def looks_like_none(uid, job):
    """On every route about a job."""
    none = "00000000-0000-4000-8000-00000000dead"
    for method, suffix, body in (("GET", "", None), ("GET", "/trace", None), ("POST", "/release", {"printer": ws.printer}),
                                 ("POST", "/cancel", {}), ("POST", "/hold", {}), ("POST", "/resolve", {"outcome": "cancel"})):
        answers = [ws.ask(uid, method, f"/v1/jobs/{each}{suffix}", body) for each in (job, none)]
        assert answers[0].status == 404 and answers[0].same_as(answers[1]), (suffix, answers[0].body)


def grants(job):
    """What the ledger of the stopped agent holds for @job: identity → age file."""
    base = sqlite3.connect(f"file:{ws.root}/lib/ledger.db?mode=ro", uri=True)
    try:
        return {name.split("/")[2]: value for name, value in base.execute("SELECT name, value FROM settings WHERE name LIKE ?", (f"grant/{job}/%",))}
    finally:
        base.close()


def settings_like(pattern):
    base = sqlite3.connect(f"file:{ws.root}/lib/ledger.db?mode=ro", uri=True)
    try:
        return [value for (value,) in base.execute("SELECT value FROM settings WHERE name LIKE ?", (pattern,))]
    finally:
        base.close()


def age_opens(sealed, key):
    file, message = ws.folder / "a.key", ws.folder / "a.age"
    file.write_bytes(key)
    message.write_bytes(sealed)
    done = subprocess.run(["age", "-d", "-i", file, message], capture_output=True, check=False)
    file.unlink()
    return done.stdout if done.returncode == 0 else None


@test("without the site a delegate sees the one job that was given, without its title, releases it, and it is printed")
def _():
    w = world()
    one, other = print_known("Canary-6d1f", DOCUMENT)["id"], print_known("Canary-6d20")["id"]
    site_goes()
    assert "also without the site" in give(one[-6:])
    until(lambda: one in seen_by(CLEO), "the grant is made")
    assert list(seen_by(CLEO)) == [one], "and nothing else"
    job = w.job(CLEO, one)
    assert job["from"] == ADA_NAME and not job["titled"] and job["recipients"] == [] and "Canary" not in str(job), job
    assert w.job(ADA, one)["from"] is None and w.job(ADA, one)["name"] == "Canary-6d1f"
    shown = w.command(CLEO_NAME, "jobs").stdout
    assert f"from {ADA_NAME}" in shown and "Canary" not in shown and other[-6:] not in shown, shown
    for uid in (CLEO, DAN):
        looks_like_none(uid, other)
    looks_like_none(DAN, one)
    assert seen_by(DAN) == {} and w.status(DAN_NAME)["held"] == 0 and w.status(CLEO_NAME)["held"] == 0
    done = w.command(CLEO_NAME, "release", one[-6:], "--printer", w.printer)
    assert done.returncode == OK, done
    w.await_state(ADA, one, "delivered")
    trace = w.command(ADA_NAME, "trace", one[-6:]).stdout
    assert "somebody whom the owner lets release" in trace and CLEO_NAME not in trace, trace
    w.post(ADA, f"/v1/jobs/{other}/cancel")
    site_comes()
    until(lambda: sum(line["jobs"] for line in w.report()) == 2, "the reports came when the site was back")


@test("a delegate releases and does nothing else, and by IPP the job is none of theirs")
def _():
    w = world()
    job = print_known(document=DOCUMENT)
    give(job["id"][-6:])
    until(lambda: job["id"] in seen_by(CLEO), "the grant is made")
    for suffix, body in (("/cancel", {}), ("/hold", {}), ("/resolve", {"outcome": "cancel"})):
        answer = w.ask(CLEO, "POST", f"/v1/jobs/{job['id']}{suffix}", body)
        assert answer.status == 403 and b"somebody else's document" in answer.body, (suffix, answer.body)
    assert w.ask(CLEO, "GET", f"/v1/jobs/{job['id']}/trace").status == 404
    with Connection(w, CLEO) as connection:
        assert not [each for each in connection.ask("Get-Jobs").jobs if each.get("job-id")], "not counted, not listed"
    with Connection(w, CLEO) as connection:
        assert connection.ask("Get-Job-Attributes", integer("job-id", job["ipp_id"])).status == 0x0406
    assert w.job(ADA, job["id"])["state"] == "held"
    w.post(ADA, f"/v1/jobs/{job['id']}/cancel")
    take_all_back()


@test("a grant opens with the delegate's key and age alone, and gives the file key of that one document")
def _():
    w = world()
    job = print_known(document=DOCUMENT)["id"]
    give(job[-6:])
    until(lambda: job in seen_by(CLEO), "the grant is made")
    sealed = next(w.root.rglob(f"{job}.age")).read_bytes()
    w.stop("agent")
    found = grants(job)
    assert len(found) == 1, found
    grant = next(iter(found.values()))
    file_key = age_opens(grant, w.keys[CLEO])
    assert len(file_key) == 16 and seal.open_with_file_key(sealed, file_key) == DOCUMENT
    assert age_opens(grant, w.keys[ADA]) is None and age_opens(grant, w.keys[DAN]) is None
    assert age_opens(sealed, w.keys[CLEO]) is None, "the document itself was not changed"
    for remembered in settings_like("delegation/%"):
        assert CLEO_NAME.encode() not in remembered and ADA_NAME.encode() not in remembered
    w.start_agent()
    until(lambda: w.status()["site_online"], "the site is connected")
    assert seen_by(CLEO)[job]["from"] == "somebody else", "a locked key reads no name"
    for uid in (ADA, CLEO):
        w.unlock(uid)
    until(lambda: seen_by(CLEO)[job]["from"] == ADA_NAME, "the name is read")
    sign_in(ADA_NAME)
    w.post(ADA, f"/v1/jobs/{job}/cancel")
    w.stop("agent")
    assert grants(job) == {}, "it died with its job"
    w.start_agent()
    until(lambda: w.status()["site_online"], "the site is connected")
    for uid in (ADA, CLEO):
        w.unlock(uid)
    sign_in(ADA_NAME)
    take_all_back()


@test("all jobs: those that come later too, once the owner's key is unlocked; taken back without the site, all are gone")
def _():
    w = world()
    before = w.print_as(ADA)["id"]
    site_goes()
    give("--all")
    until(lambda: before in seen_by(CLEO), "what is here")
    later = w.print_as(ADA)["id"]
    until(lambda: later in seen_by(CLEO), "what comes")
    w.restart_agent()
    assert set(seen_by(CLEO)) == {before, later}
    locked = w.print_as(ADA)["id"]
    w.unlock(CLEO)
    assert locked not in seen_by(CLEO), "nobody could make the grant"
    w.unlock(ADA)
    until(lambda: locked in seen_by(CLEO), "the owner's key made it")
    listed = w.command(ADA_NAME, "delegate", "--list")
    assert CLEO_NAME in listed.stdout and " here " in listed.stdout and "not asked" in listed.stderr, listed
    identity = listed.stdout.split()[-1]
    done = w.command(ADA_NAME, "delegate", "--revoke", identity)
    assert done.returncode == OK, done
    assert seen_by(CLEO) == {}
    looks_like_none(CLEO, locked)
    w.stop("agent")
    assert grants(locked) == {} and grants(before) == {} and settings_like(f"delegation/{identity}") == []
    w.start_agent()
    site_comes()
    for uid in (ADA, CLEO):
        w.unlock(uid)
    for job in (before, later, locked):
        w.post(ADA, f"/v1/jobs/{job}/cancel")
    sign_in(ADA_NAME)


@test("what ends by its time, or was taken back on the release page, ends at the workstation too")
def _():
    w = world()
    job = print_known()["id"]
    answer = w.post(ADA, "/v1/delegations", {"delegate": CLEO_NAME, "job": None, "expires_us": time.time_ns() // 1000 + 4_000_000})
    assert answer["here"] and answer["site"], answer
    until(lambda: job in seen_by(CLEO), "the grant is made")
    until(lambda: job not in seen_by(CLEO), "its time is over")
    looks_like_none(CLEO, job)
    until(lambda: w.ask(ADA, "GET", f"/v1/jobs/{job}").json["state"] == "held", "the owner keeps it")
    give(job[-6:])
    until(lambda: job in seen_by(CLEO), "given again")
    give(job[-6:])
    assert len(given()["delegations"]) == 1, "the newer one takes the place of the older"
    take_back_on_page(given()["delegations"][0]["id"])
    until(lambda: job not in seen_by(CLEO), "the workstation learnt of it, though its owner did nothing there")
    w.post(ADA, f"/v1/jobs/{job}/cancel")


@test("what is taken back on the release page while the workstation is off ends with its next contact, whoever has it")
def _():
    w = world()
    job = print_known()["id"]
    give(job[-6:])
    until(lambda: job in seen_by(CLEO), "the grant is made")
    identity = given()["delegations"][0]["id"]
    w.stop("agent")
    take_back_on_page(identity)
    w.stop("site", kill=True)
    w.start_agent()
    w.unlock(CLEO)
    assert job in seen_by(CLEO), "as long as nobody has told"
    site_comes()
    until(lambda: job not in seen_by(CLEO), "the site has told, to a workstation whose owner is away")
    looks_like_none(CLEO, job)
    w.unlock(ADA)
    sign_in(ADA_NAME)
    w.post(ADA, f"/v1/jobs/{job}/cancel")


@test("whoever has no key here is let release at the site only, and a stranger's delegation cannot be seen or taken back")
def _():
    w = world()
    w.add_person("bea")
    job = print_known()["id"]
    said = give(job[-6:], to="bea")
    assert "on the release page" in said and "workstation" not in said, said
    give(job[-6:])
    mine = given()["delegations"]
    assert sorted((one["here"], one["site"]) for one in mine) == [(False, True), (True, True)], mine
    assert w.get(DAN, "/v1/delegations")["delegations"] == [] and w.get(CLEO, "/v1/delegations")["delegations"] == []
    for one in mine:
        assert w.ask(DAN, "POST", f"/v1/delegations/{one['id']}/revoke", {}).status in (403, 404)
        assert w.ask(CLEO, "POST", f"/v1/delegations/{one['id']}/revoke", {}).status in (403, 404)
    assert len(given()["delegations"]) == 2
    # Nobody passes on what they were given.
    until(lambda: job in seen_by(CLEO), "the grant is made")
    sign_in(CLEO_NAME)
    answer = w.ask(CLEO, "POST", "/v1/delegations", {"delegate": DAN_NAME, "job": job, "expires_us": time.time_ns() // 1000 + 10**9})
    assert answer.status == 404, answer.body
    take_all_back()
    w.post(ADA, f"/v1/jobs/{job}/cancel")


main(sys.argv[2] if len(sys.argv) > 2 else None)
