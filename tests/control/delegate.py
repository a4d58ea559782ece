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
        done = ws.command(ANNA_NAME, "sign-in", ANNA_NAME, input=ws.password + "\n")
        assert done.returncode == OK, done.stderr
    return ws


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
    assert json.loads(listed.stdout) == {"delegations": []}, "a job that is over needs no permission"
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
                                  (("--to", ANNA_NAME, "--all"), REFUSED, "your own"), (("--to", "bea", "--all", "--until", "soon"), 1, "2d or 8h"),
                                  (("--to", "bea", "zzzzzz"), NOT_FOUND, ""), (("--revoke", "x"), NOT_FOUND, "--list")):
        done = delegate(*words)
        assert done.returncode == code and sentence in done.stderr, (words, done)


@test("without a sign-in nothing is given")
def _():
    w = world()
    answer = w.ask(0, "POST", "/v1/delegations", {"delegate": "bea", "job": None, "expires_us": time.time_ns() // 1000 + 10**9})
    assert answer.status == 403 and "homespool sign-in" in answer.body.decode(), answer.body
    assert w.ask(0, "GET", "/v1/delegations").status == 403
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


# ── a stolen workstation ──────────────────────────────────────────────────────────────────────


def machine_secret():
    return seal.unb64((ws.root / "lib/machine-secret").read_text().split()[2].encode())


def try_way_two(sealed, job, base_path):
    """What a thief of disk, machine secret and all of the site does by the published format. Returns the document or None."""
    data = ws.folder / "site"
    wrap_text = (data / "keys/wrap.key").read_text().strip()
    wrap = base64.urlsafe_b64decode(wrap_text + "=" * (-len(wrap_text) % 4))
    stanzas, *_ = seal.parse_file(sealed)
    stanza = next(stanza for stanza in stanzas if stanza[0][0] == b"homespool.release/1")
    base = sqlite3.connect(base_path)
    try:
        device, owner, epoch = base.execute("SELECT device, owner, epoch FROM jobs WHERE id=?", (uuid.UUID(job).bytes,)).fetchone()
        wrapped, = base.execute("SELECT wrapped FROM release_keys WHERE device=? AND epoch=?", (device, epoch)).fetchone()
    finally:
        base.close()
    if wrapped is None:
        return None
    s_private = open_wrapped(wrap, wrapped, f"{uuid.UUID(bytes=device)} {epoch}")
    file_key = seal.release_unwrap(stanza, s_private, device, uuid.UUID(job).bytes, owner, seal.unb64(stanza[0][1]), machine_secret())
    return seal.open_with_file_key(sealed, file_key)


def open_wrapped(wrap, wrapped, name):
    return seal.aead_open(wrap, wrapped[:12], wrapped[12:], name.encode())


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
