#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Who else opens and releases a job, with real parts: delegates, escrow holders, and thieves after a revocation.

usage: delegate.py BUILD_FOLDER [SENTENCE]
"""

import atexit
import base64
import json
import sqlite3
import subprocess
import sys
import time
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "interop"))
import seal_reference as seal  # noqa: E402
from control_world import Workstation, has_programs, small_pdf, uid_of, until  # noqa: E402
from tap import main, test  # noqa: E402
from town import Person  # noqa: E402

OK, USAGE, NOT_FOUND, REFUSED = 0, 2, 4, 5
anna = Person()
ANNA_NAME = anna.__enter__()
atexit.register(anna.__exit__)
ANNA = uid_of(ANNA_NAME)
late = Person("homespool-late")
LATE_NAME = late.__enter__()
atexit.register(late.__exit__)
LATE = uid_of(LATE_NAME)
ESCROW = None
ws = None


def keygen():
    text = subprocess.run(["age-keygen"], capture_output=True, check=True).stdout
    recipient = subprocess.run(["age-keygen", "-y"], input=text, capture_output=True, check=True).stdout.decode().strip()
    return text, recipient


def world():
    """A site with a printer and an escrow key, people anna and bea, anna's key unlocked."""
    global ws, ESCROW
    if ws is None:
        has_programs("age", "age-keygen", "ippeveprinter", "dbus-daemon", "avahi-daemon", "qpdf")
        ESCROW, recipient = keygen()
        ws = Workstation(sys.argv[1])
        atexit.register(ws.close)
        ws.person, ws.policy = ANNA_NAME, ["--escrow", f"Works council={recipient}"]
        ws.start_site()
        ws.list_printer(ws.start_printer())
        for name in (ANNA_NAME, "bea"):
            ws.add_person(name)
        ws.start_agent(ws.configuration)
        ws.enrol()
        ws.unlock(ANNA)
        sign_in(ANNA_NAME)
    return ws


def sign_in(name):
    done = ws.command(name, "sign-in", name, input=ws.password + "\n")
    assert done.returncode == OK, done.stderr


def delegate(*words):
    return world().command(ANNA_NAME, "delegate", *words)


def browser(name):
    page = world().browser()
    status, text, _ = page.ask("POST", "/sign-in", {"user": name, "password": ws.password})
    assert status == 303, text
    return page


def shown(page, job):
    return job in page.ask("GET", "/")[1]


def spool(job):
    return next(ws.root.rglob(f"{job}.age"))


def age_opens(path, key):
    file = ws.folder / "a.key"
    file.write_bytes(key)
    done = subprocess.run(["age", "-d", "-i", file, path], capture_output=True, check=False)
    file.unlink()
    return done.stdout if done.returncode == 0 else None


def site(*words, **more):
    return ws.run(ws.programs.site, *words, "--data", ws.folder / "site", **more).stdout


# ── releasing for somebody else ───────────────────────────────────────────────────────────────


@test("a job is given, released by the other person and printed; taken back, it is gone from that page")
def _():
    w = world()
    given, kept = w.print_as(ANNA, "Canary-31ef")["id"], w.print_as(ANNA, "Canary-31ef")["id"]
    owner = browser(ANNA_NAME)
    until(lambda: shown(owner, given) and shown(owner, kept), "the site knows them")
    done = delegate("--to", "bea", given[-6:], "--until", "8h")
    assert done.returncode == OK and given[-6:] in done.stdout, done
    bea = browser("bea")
    until(lambda: shown(bea, given), "bea sees it")
    text = bea.ask("GET", "/")[1]
    assert kept not in text and "Canary" not in text and ">from " in text, text
    bea.release(given)
    w.await_state(ANNA, given, "delivered")
    until(lambda: [line["released_by"] for line in w.report()] == ["bea"], "the report says who released")
    listed = w.command(ANNA_NAME, "--json", "delegate", "--list")
    assert json.loads(listed.stdout) == {"delegations": [], "site_asked": True}, "a job that is over needs no permission"
    assert delegate("--to", "bea", "--all").returncode == OK
    until(lambda: shown(bea, kept), "bea sees all of them")
    listed = delegate("--list")
    assert listed.returncode == OK and "bea" in listed.stdout and "all" in listed.stdout, listed.stdout
    identity = listed.stdout.split()[-1]
    assert delegate("--revoke", identity).returncode == OK
    assert not shown(bea, kept)
    assert "Nobody else" in delegate("--list").stdout
    assert delegate("--revoke", identity).returncode == NOT_FOUND


@test("what makes no sense is refused with what to do")
def _():
    world()
    for words, code, sentence in ((("--to", "bea"), USAGE, "usage"), (("--to", "bea", "--all", "last"), USAGE, "usage"), ((), USAGE, "usage"),
                                  (("--list", "--all"), USAGE, "usage"), (("--to", "nobody-here", "--all"), NOT_FOUND, "nobody of that name"),
                                  (("--to", ANNA_NAME, "--all"), REFUSED, "your own"), (("--to", "bea", "--all", "--until", "soon"), 2, "2d or 8h"),
                                  (("--to", "bea", "zzzzzz"), NOT_FOUND, ""), (("--revoke", "x"), NOT_FOUND, "--list")):
        done = delegate(*words)
        assert done.returncode == code and sentence in done.stderr, (words, done)


@test("without a sign-in nothing is given")
def _():
    w = world()
    answer = w.ask(0, "POST", "/v1/delegations", {"delegate": "bea", "job": None, "expires_us": time.time_ns() // 1000 + 10**9})
    assert answer.status == 403 and "homespool sign-in" in answer.body.decode(), answer.body
    assert w.get(0, "/v1/delegations") == {"delegations": [], "site_asked": False}
    assert w.ask(ANNA, "POST", "/v1/delegations", {"delegate": "bea", "job": None, "expires_us": 5, "more": 1}).status == 400


# ── escrow ────────────────────────────────────────────────────────────────────────────────────


@test("the escrow key of the signed bundle is shown everywhere, and opens the document with age alone")
def _():
    w = world()
    document = small_pdf(padding=100000)
    job = w.print_as(ANNA, "A title", document)
    assert job["recipients"] == ["owner", "release", "escrow:Works council"], job
    assert w.get(ANNA, "/v1/status")["escrow"] == ["Works council"]
    assert "Works council" in w.command(ANNA_NAME, "status").stdout
    trace = w.command(ANNA_NAME, "trace", job["id"][-6:]).stdout
    assert trace.startswith("Can be opened by: your key; workstation and site together; escrow key Works council\n"), trace
    assert age_opens(spool(job["id"]), ESCROW) == document
    assert age_opens(spool(job["id"]), w.keys[ANNA]) == document
    assert age_opens(spool(job["id"]), keygen()[0]) is None


# ── what the published format needs ───────────────────────────────────────────────────────────


def machine_secret():
    return seal.unb64((ws.root / "lib/machine-secret").read_text().split()[2].encode())


def open_wrapped(wrap, wrapped, name):
    return seal.aead_open(wrap, wrapped[:12], wrapped[12:], name.encode())


def take_both(sealed, job, base_path):
    """What a thief of disk, machine secret and all of the site does by the published format. Returns share and file key, or None."""
    wrap_text = (ws.folder / "site/keys/wrap.key").read_text().strip()
    wrap = base64.urlsafe_b64decode(wrap_text + "=" * (-len(wrap_text) % 4))
    stanza = next(stanza for stanza in seal.parse_file(sealed)[0] if stanza[0][0] == b"homespool.release/1")
    e_public, job_bytes = seal.unb64(stanza[0][1]), uuid.UUID(job).bytes
    base = sqlite3.connect(base_path)
    try:
        device, owner, epoch = base.execute("SELECT device, owner, epoch FROM jobs WHERE id=?", (job_bytes,)).fetchone()
        wrapped, s_public = base.execute("SELECT wrapped, public FROM release_keys WHERE device=? AND epoch=?", (device, epoch)).fetchone()
    finally:
        base.close()
    if wrapped is None:
        return None
    s_private = open_wrapped(wrap, wrapped, f"{uuid.UUID(bytes=device)} {epoch}")
    file_key = seal.release_unwrap(stanza, s_private, device, job_bytes, owner, e_public, machine_secret())
    return seal.release_share(s_private, e_public, seal.release_context(device, job_bytes, owner, e_public, s_public)), file_key


def try_way_two(sealed, job, base_path):
    found = take_both(sealed, job, base_path)
    return seal.open_with_file_key(sealed, found[1]) if found else None


# ── a key that came late ──────────────────────────────────────────────────────────────────────


def share_issued(job):
    base = sqlite3.connect(ws.folder / "site/site.db")
    try:
        return base.execute("SELECT share_issued_us<>0 FROM jobs WHERE id=?", (uuid.UUID(job).bytes,)).fetchone() == (1,)
    finally:
        base.close()


@test("a job from before its owner had a key opens with that key after one unlock online, also without the site later")
def _():
    w = world()
    w.add_person(LATE_NAME)
    sign_in(LATE_NAME)
    job, kept = w.print_as(LATE, "Canary-77aa")["id"], w.print_as(LATE, "Canary-77ab")["id"]
    assert w.job(LATE, job)["recipients"] == ["release", "escrow:Works council"], w.job(LATE, job)
    page = browser(LATE_NAME)
    until(lambda: shown(page, job) and shown(page, kept), "the site knows them")
    w.restart_agent()
    until(lambda: w.status()["site_online"], "the site is connected")
    assert not w.job(LATE, job)["titled"]
    w.unlock(LATE)
    assert not share_issued(job), "nobody is signed in"
    sign_in(LATE_NAME)
    until(lambda: w.job(LATE, job)["titled"] and w.job(LATE, kept)["titled"], "the key opens them")
    assert w.job(LATE, job)["name"] == "Canary-77aa" and share_issued(job) and share_issued(kept), "and the site wrote it down"
    assert w.ask(ANNA, "GET", f"/v1/jobs/{job}").status == 404
    # From then on without the site, the sign-in or the share.
    w.restart_agent()
    assert not w.job(LATE, job)["titled"]
    w.unlock(LATE)
    until(lambda: w.job(LATE, job)["titled"], "the grant opens it")
    until(lambda: w.status()["site_online"], "the site is connected, without which this organisation prints nothing")
    printer = w.get(LATE, "/v1/printers")["printers"][0]["id"]
    w.post(LATE, f"/v1/jobs/{job}/release", {"printer": printer})
    w.await_state(LATE, job, "delivered")
    w.post(LATE, f"/v1/jobs/{kept}/cancel")
    w.await_state(LATE, kept, "cancelled")
    w.stop("agent")
    ledger = sqlite3.connect(f"file:{w.root}/lib/ledger.db?mode=ro", uri=True)
    try:
        assert ledger.execute("SELECT count(*) FROM settings WHERE name LIKE 'grant/%'").fetchone() == (0,), "they died with their jobs"
    finally:
        ledger.close()
    w.start_agent()
    until(lambda: w.status()["site_online"], "the site is connected")


@test("with a locked key the site opens a job as it was sent; what it would have to change is refused with what to do")
def _():
    w = world()
    w.restart_agent()
    until(lambda: w.status()["site_online"], "the site is connected")
    sign_in(LATE_NAME)
    job = w.print_as(LATE, "Canary-5151")["id"]
    printer = w.get(LATE, "/v1/printers")["printers"][0]["id"]
    refused = w.ask(LATE, "POST", f"/v1/jobs/{job}/release", {"printer": printer, "options": {"copies": 2}})
    assert refused.status == 403 and "homespool unlock" in refused.json["message"], refused.body
    assert w.job(LATE, job)["state"] == "held" and w.job(LATE, job)["options"] == {}
    answer = w.post(LATE, f"/v1/jobs/{job}/release", {"printer": printer, "options": {}})
    assert "command" in answer and answer["options"] == {}, answer
    assert w.await_state(LATE, job, "delivered")["copies"] == 1


@test("the site shows the copies that a release asked for, and they are those that the printer reports")
def _():
    w = world()
    w.unlock(ANNA)
    pages_before = sum(line["impressions"] for line in w.report())
    job = w.print_as(ANNA, "Canary-5252", document=small_pdf(2))["id"]
    printer = w.get(ANNA, "/v1/printers")["printers"][0]["id"]
    assert w.post(ANNA, f"/v1/jobs/{job}/release", {"printer": printer, "options": {"copies": 3}})["options"] == {"copies": 3}
    assert w.await_state(ANNA, job, "delivered")["result_pages"] == 6
    until(lambda: sum(line["impressions"] for line in w.report()) == pages_before + 6, "the report came")
    base = sqlite3.connect(w.folder / "site/site.db")
    try:
        assert base.execute("SELECT copies FROM jobs WHERE id=?", (uuid.UUID(job).bytes,)).fetchone() == (3,)
    finally:
        base.close()
    page = browser(ANNA_NAME).ask("GET", "/")[1]
    assert "Printed 6 pages" in page, page


@test("a known share stands nowhere on the workstation's disk and the site's, a grant's file key neither")
def _():
    w = world()
    live = w.folder / "site/site.db"
    page = browser(ANNA_NAME)
    mine = w.print_as(ANNA, "Canary-9912")["id"]
    until(lambda: shown(page, mine), "the site knows it")
    sealed = spool(mine).read_bytes()
    share, file_key = take_both(sealed, mine, live)
    page.release(mine)
    w.await_state(ANNA, mine, "delivered")
    until(lambda: share_issued(mine), "the share has left")
    w.stop("agent")
    for path in w.folder.rglob("*"):
        if path.is_file():
            found = path.read_bytes()
            for secret in (share, file_key):
                assert not any(form in found for form in (secret, secret.hex().encode(), base64.urlsafe_b64encode(secret).rstrip(b"="))), path
    w.start_agent()
    until(lambda: w.status()["site_online"], "the site is connected")
    w.unlock(ANNA)


# ── a stolen workstation ──────────────────────────────────────────────────────────────────────


@test("after a revocation neither the site's database nor an older one opens the document with the disk; the owner's key still does")
def _():
    w = world()
    document = small_pdf(padding=3000)
    job = w.print_as(ANNA, "A title", document)["id"]
    owner = browser(ANNA_NAME)
    until(lambda: shown(owner, job), "the site knows it")
    sealed, live, backup = spool(job).read_bytes(), w.folder / "site/site.db", w.folder / "backup.db"
    site("backup", "--output", backup)
    assert try_way_two(sealed, job, live) == document, "with all of both, the format opens it"
    assert try_way_two(sealed, job, backup) == document
    device = site("device", "list").split()[0]
    report = site("device", "revoke", device)
    line = next(line for line in report.splitlines() if job in line)
    assert "the site's half is destroyed and was never given out" in line and "its owner's key still opens it there" in line, line
    assert "the escrow key Works council" in line, line
    assert try_way_two(sealed, job, live) is None
    w.stop("site")
    for path in (w.folder / "site").glob("site.db*"):
        path.unlink()
    site("restore", "--file", backup)
    assert try_way_two(sealed, job, live) is None, "the log of destroyed keys holds after a restore"
    assert age_opens(spool(job), w.keys[ANNA]) == document and age_opens(spool(job), ESCROW) == document


main(sys.argv[2] if len(sys.argv) > 2 else None)
