#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""People who let others release, shares for keys that came late, stolen announcements, and what a revocation tells.

usage: site_delegation.py HOMESPOOL_TRUST HOMESPOOL_SITE [SENTENCE]
"""

import json
import re
import sys
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))
from site_world import Device, Person, World, b64, now_us, unb64  # noqa: E402
from tap import main, test  # noqa: E402

ESCROW = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
WORLD = World(sys.argv[1], sys.argv[2], policy=("--title-policy", "full", "--escrow", f"Works council={ESCROW}"))
ADA, BEA, CLEO = (WORLD.add_user(name, display=name.capitalize() + " Example") for name in ("ada", "bea", "cleo"))
PRINTER = WORLD.add_printer("Second floor")
WORLD.start()
PC = Device(WORLD)
PASSWORD = "correct horse battery"
DAY = 86_400_000_000


def session(name, device=None):
    reply = (device or PC).ask("POST", "/v1/device/sign-in", {"method": "password", "user": name, "card": None, "secret": PASSWORD, "kiosk": False})
    assert reply.status == 200, reply.text
    return reply.json["session"]


def ask(path, device=None, **body):
    return (device or PC).ask("POST", "/v1/device/" + path, body)


def give(owner, delegate, job=None, life_us=DAY, device=None):
    reply = ask("delegations", device, session=owner, delegate=delegate, job=job, expires_us=now_us() + life_us)
    assert reply.status == 200, reply.text
    return reply.json["id"]


def refused(reply, status, keyword, *words):
    assert reply.status == status and reply.json["error"] == keyword, (reply.status, reply.text)
    assert all(word in reply.json["message"] for word in words), reply.text


def signed_in(name):
    person = Person(WORLD)
    assert person.sign_in(name).status == 303
    return person


def entry(page, job):
    """The job's line of the page, or None."""
    found = re.search(rf'<li class="job [^>]*data-job="{job}".*?</li>', page, re.S)
    return found and found.group(0)


def listening(device=None):
    """A workstation that polls can be released on; what blocking and erasing asked of it is done."""
    device = device or PC
    for command, _ in device.poll():
        assert command["kind"] in ("sign-out", "cancel"), command
        device.answer(command)


def nothing_given():
    with WORLD.database() as base:
        base.execute("DELETE FROM delegations")
        base.execute("DELETE FROM failures")


# ── releasing for somebody else ───────────────────────────────────────────────────────────────


@test("a delegate sees the one document that was given, as its owner's, without its title")
def _():
    nothing_given()
    given, other = PC.hold(ADA, title="Secret plans"), PC.hold(ADA, title="Other plans")
    bea = signed_in("bea")
    assert given not in bea.get().text
    give(session("ada"), "bea", given)
    page = bea.get().text
    assert other not in page and "plans" not in page and "For others" in page
    line = entry(page, given)
    assert line and "from Ada Example" in line and "3 pages" in line and '<span class="title">Document</span>' in line, line
    assert given not in signed_in("cleo").get().text


@test("a sealed title goes to its owner's page and not to the delegate's")
def _():
    nothing_given()
    job = PC.hold(ADA)
    with WORLD.database() as base:
        base.execute("UPDATE jobs SET sealed_title=? WHERE id=?", (b"age-encryption.org/v1\n", uuid.UUID(job).bytes))
    give(session("ada"), "bea")
    assert "data-sealed-title" in entry(signed_in("ada").get().text, job)
    assert "data-sealed-title" not in entry(signed_in("bea").get().text, job)


@test("a delegate releases; the share is the owner's, and page and report say who released")
def _():
    nothing_given()
    job = PC.hold(ADA)
    give(session("ada"), "bea")
    listening()
    bea = signed_in("bea")
    assert "1 document is on the way to Second floor" in bea.release(PRINTER, job)
    (command, share), = PC.poll()
    assert command["kind"] == "release" and command["job"] == job and command["printer"] == PRINTER
    assert share == PC.share_of(job), "computed for the owner, as it was sealed"
    assert "released by Bea Example" in entry(signed_in("ada").get().text, job)
    PC.answer(command)
    PC.finish(job, PRINTER, command["id"])
    lines = [line for line in json.loads(WORLD.site("report", "--data", WORLD.data, "--json"))["lines"] if line["person"] == "ada"]
    assert [line["released_by"] for line in lines] == ["bea"], lines
    assert WORLD.site("report", "--data", WORLD.data, "--csv").splitlines()[1].endswith(',"bea"')
    assert entry(bea.get().text, job) is None, "what is over is the owner's affair"


@test("a delegate does not delete, and hears why")
def _():
    nothing_given()
    job = PC.hold(ADA)
    give(session("ada"), "bea", job)
    listening()
    assert "only the owner deletes it" in signed_in("bea").delete(job)
    assert PC.poll() == []


@test("taken back, nothing can be released, not even what was asked for and not fetched")
def _():
    nothing_given()
    job = PC.hold(ADA)
    owner = session("ada")
    given = give(owner, "bea", job)
    listening()
    bea = signed_in("bea")
    bea.release(PRINTER, job)
    assert ask("delegations/revoke", session=owner, id=given).status == 200
    assert PC.poll() == [], "the release lapsed"
    with WORLD.database() as base:
        assert base.execute("SELECT share_issued_us FROM jobs WHERE id=?", (uuid.UUID(job).bytes,)).fetchone() == (0,)
    assert entry(bea.get().text, job) is None
    assert "no such document" in bea.release(PRINTER, job)
    refused(ask("delegations/revoke", session=owner, id=given), 404, "not-found")


@test("over is over, from that moment on, also for what was asked for before")
def _():
    nothing_given()
    job = PC.hold(ADA)
    give(session("ada"), "bea", job)
    listening()
    bea = signed_in("bea")
    bea.release(PRINTER, job)
    with WORLD.database() as base:
        base.execute("UPDATE delegations SET expires_us=?", (now_us(),))
    assert PC.poll() == [] and entry(bea.get().text, job) is None


@test("a release by the owner is not touched when a delegation ends")
def _():
    nothing_given()
    job = PC.hold(ADA)
    owner = session("ada")
    given = give(owner, "bea", job)
    listening()
    signed_in("ada").release(PRINTER, job)
    assert ask("delegations/revoke", session=owner, id=given).status == 200
    (command, _), = PC.poll()
    assert command["job"] == job
    PC.answer(command)


@test("a blocked owner has nothing printed by others; an erased person gives and gets nothing")
def _():
    nothing_given()
    dora = WORLD.add_user("dora")
    job = PC.hold(dora)
    give(session("dora"), "bea")
    bea = signed_in("bea")
    assert entry(bea.get().text, job)
    WORLD.site("user", "block", "--data", WORLD.data, "--name", "dora")
    assert entry(bea.get().text, job) is None
    WORLD.site("user", "unblock", "--data", WORLD.data, "--name", "dora")
    assert entry(bea.get().text, job)
    WORLD.site("erase", "--data", WORLD.data, "dora")
    with WORLD.database() as base:
        assert base.execute("SELECT count(*) FROM delegations").fetchone() == (0,)


@test("who gets it, what and until when is checked")
def _():
    nothing_given()
    owner, job = session("ada"), PC.hold(BEA)
    WORLD.site("user", "add", "--data", WORLD.data, "--name", "guest", "--guest", "--until", "8h", "--password-file", "-",
               stdin=PASSWORD.encode() + b"\n")

    def try_it(delegate="bea", job=None, life_us=DAY, token=owner):
        return ask("delegations", session=token, delegate=delegate, job=job, expires_us=now_us() + life_us)

    refused(try_it("ada"), 409, "refused", "your own")
    refused(try_it("guest"), 409, "refused", "guest")
    assert try_it("guest", life_us=DAY // 4).status == 200
    with WORLD.database() as base:
        base.execute("DELETE FROM failures")
    refused(try_it(job=job), 404, "not-found", "of yours")
    refused(try_it(job=str(uuid.uuid4())), 404, "not-found")
    refused(try_it(life_us=-1), 400, "invalid")
    refused(try_it(life_us=400 * DAY), 400, "invalid")
    with WORLD.database() as base:
        base.execute("DELETE FROM failures")
    refused(try_it(token="nothing"), 401, "denied")
    other = Device(WORLD, "other")
    refused(ask("delegations", other, session=owner, delegate="bea", job=None, expires_us=now_us() + DAY), 401, "denied")
    WORLD.site("user", "block", "--data", WORLD.data, "--name", "cleo")
    refused(try_it("cleo"), 409, "refused")
    WORLD.site("user", "unblock", "--data", WORLD.data, "--name", "cleo")


@test("a name that nobody has is said to be one, and trying many is slowed")
def _():
    nothing_given()
    owner = session("ada")
    answers = [ask("delegations", session=owner, delegate=f"nobody{i}", job=None, expires_us=now_us() + DAY) for i in range(6)]
    for reply in answers[:5]:
        refused(reply, 404, "not-found", "nobody of that name")
    assert answers[5].status == 429 and int(answers[5].headers["Retry-After"]) >= 1, answers[5].text
    with WORLD.database() as base:
        base.execute("DELETE FROM failures")
    for _ in range(8):
        give(owner, "bea")
    assert len(ask("delegations/list", session=owner).json["delegations"]) == 1, "given again, it only gets a new end"


@test("a card alone gives nothing away")
def _():
    nothing_given()
    WORLD.site("user", "card", "--data", WORLD.data, "--name", "ada", "--card-file", "-", stdin=b"04:A2:2B:C3\n")
    reply = PC.ask("POST", "/v1/device/sign-in", {"method": "card", "user": None, "card": "04A22BC3", "secret": None, "kiosk": True})
    card = reply.json["session"]
    refused(ask("delegations", session=card, delegate="bea", job=None, expires_us=now_us() + DAY), 409, "refused", "card alone")
    refused(ask("delegations/list", session=card), 409, "refused")
    refused(ask("shares", session=card, jobs=[PC.hold(ADA)]), 409, "refused")


@test("everybody sees what they gave, and takes back only that")
def _():
    nothing_given()
    ada, bea, job = session("ada"), session("bea"), PC.hold(ADA)
    one, all_jobs = give(ada, "bea", job), give(ada, "cleo")
    rows = ask("delegations/list", session=ada).json["delegations"]
    assert [(row["id"], row["delegate"], row["name"], row["job"]) for row in rows] == [
        (one, "bea", "Bea Example", job), (all_jobs, "cleo", "Cleo Example", None)], rows
    assert ask("delegations/list", session=bea).json == {"delegations": []}
    refused(ask("delegations/revoke", session=bea, id=one), 404, "not-found")
    assert ask("delegations/revoke", session=ada, id=one).status == 200
    # A document that is over needs no permission any more.
    give(ada, "bea", job)
    PC.finish(job, PRINTER)
    assert [row["id"] for row in ask("delegations/list", session=ada).json["delegations"]] == [all_jobs]


@test("a workstation that names what it keeps hears with its poll what was taken back, also in the middle of a poll")
def _():
    mine = session("ada")
    keep, lose, never = give(mine, "bea"), give(mine, "cleo"), str(uuid.uuid4())
    listening()
    assert PC.gone is None, "nothing was named"
    assert PC.end_poll(PC.begin_poll(0, [keep, lose])) == [] and PC.gone == []
    assert PC.end_poll(PC.begin_poll(60, [keep, never])) == [] and PC.gone == [never], "at once: it never was"
    ask("entitlement", session=mine, recipient=ESCROW)
    poll = PC.begin_poll(60, [keep, lose])
    assert signed_in("ada").post("/delegations/revoke", [("id", lose)]).status == 303
    assert PC.end_poll(poll) == [] and PC.gone == [lose], "long before its wait is over"
    poll = PC.begin_poll(60, [keep])
    assert ask("delegations/revoke", session=mine, id=keep).status == 200
    assert PC.end_poll(poll) == [] and PC.gone == [keep]
    reply = PC.ask("GET", "/v1/device/commands?wait=0", headers={"Homespool-Nonce": b64(b"n" * 16), "Homespool-Delegations": "all of them"})
    refused(reply, 400, "invalid", "uuids")


@test("the release page gives and takes back, without scripts")
def _():
    nothing_given()
    job, person = PC.hold(ADA), signed_in("ada")

    def post(path, **fields):
        assert person.post(path, list(fields.items())).status == 303
        return person.get().text

    assert "user name of the other person" in post("/delegations", delegate=" ", days="2")
    assert "Nobody of that name" in post("/delegations", delegate="nobody", days="2")
    assert "until when" in post("/delegations", delegate="bea", days="0")
    page = post("/delegations", delegate=" bea ", job=job, days="2")
    assert "Bea Example can now print this document." in page
    given = re.search(r'name="id" value="([^"]+)"', page).group(1)
    assert entry(signed_in("bea").get().text, job)
    assert "Taken back." in post("/delegations/revoke", id=given)
    assert entry(signed_in("bea").get().text, job) is None
    assert "no such permission" in post("/delegations/revoke", id=given)
    assert person.post("/delegations", [("delegate", "bea"), ("days", "2")], csrf=False).status == 403
    assert person.post("/delegations", [("delegate", "bea"), ("days", "2")], origin=False).status == 403


# ── shares ────────────────────────────────────────────────────────────────────────────────────


@test("an owner who got a key late gets the shares of the own waiting documents here, and that is written down")
def _():
    nothing_given()
    other = Device(WORLD, "other")
    mine, elsewhere, hers, over = PC.hold(ADA), other.hold(ADA), PC.hold(BEA), PC.hold(ADA)
    give(session("bea"), "ada")
    PC.finish(over, PRINTER)
    reply = ask("shares", session=session("ada"), jobs=[mine, elsewhere, hers, over, str(uuid.uuid4())])
    assert reply.status == 200 and [item["job"] for item in reply.json["shares"]] == [mine], reply.text
    assert unb64(reply.json["shares"][0]["share"]) == PC.share_of(mine)
    with WORLD.database() as base:
        issued = dict(base.execute("SELECT id, share_issued_us<>0 FROM jobs").fetchall())
    assert [issued[uuid.UUID(job).bytes] for job in (mine, elsewhere, hers)] == [1, 0, 0]


@test("where the policy lets no owner's key open documents, no such share is given")
def _():
    world = World(sys.argv[1], sys.argv[2], policy=("--owner-stanza", "no"))
    try:
        ada = world.add_user("ada")
        world.start()
        device = Device(world)
        job = device.hold(ada)
        reply = device.ask("POST", "/v1/device/sign-in", {"method": "password", "user": "ada", "card": None, "secret": PASSWORD, "kiosk": False})
        refused(device.ask("POST", "/v1/device/shares", {"session": reply.json["session"], "jobs": [job]}), 409, "refused", "policy")
    finally:
        world.close()


# ── a stolen announcement ─────────────────────────────────────────────────────────────────────


@test("whoever announces a stolen E as their own, here or elsewhere, gets no share")
def _():
    nothing_given()
    thief = Device(WORLD, "thief")
    victim = PC.hold(ADA)
    stolen = PC.sealed[victim]
    tries = []
    for device, owner, job in ((thief, CLEO, str(uuid.uuid4())), (thief, CLEO, victim), (PC, CLEO, str(uuid.uuid4())), (PC, CLEO, victim),
                               (thief, ADA, victim), (thief, ADA, str(uuid.uuid4()))):
        body = device.make_announce(owner, job=job)
        body["e"] = b64(stolen["e"])
        device.tell(("announce", body))
        tries.append((device, job))
    PC.sealed[victim] = stolen
    with WORLD.database() as base:
        rows = base.execute("SELECT id, device, owner FROM jobs WHERE e=?", (stolen["e"],)).fetchall()
        refusals = [row[0] for row in base.execute("SELECT refusal FROM records WHERE kind='announce' AND refusal IS NOT NULL")]
    assert rows == [(uuid.UUID(victim).bytes, uuid.UUID(PC.id).bytes, uuid.UUID(ADA).bytes)], rows
    assert len(refusals) == len(tries), refusals
    cleo = signed_in("cleo")
    for device, job in tries:
        listening(device)
        assert "no such document" in cleo.release(PRINTER, job), job
        assert device.poll() == []
        token = session("cleo", device)
        assert ask("shares", device, session=token, jobs=[job]).json == {"shares": []}
        refused(ask("release", device, session=token, job=job, printer=PRINTER), 404, "not-found")
    with WORLD.database() as base:
        assert base.execute("SELECT share_issued_us FROM jobs WHERE id=?", (uuid.UUID(victim).bytes,)).fetchone() == (0,)
    # The true owner still has it, and its share is nobody else's.
    listening()
    signed_in("ada").release(PRINTER, victim)
    (command, share), = PC.poll()
    assert share == PC.share_of(victim)
    PC.answer(command)


@test("a known share stands nowhere on the site's disk")
def _():
    job = PC.hold(ADA)
    share = PC.share_of(job)
    listening()
    signed_in("ada").release(PRINTER, job)
    (command, given), = PC.poll()
    assert given == share
    PC.answer(command)
    late = PC.hold(ADA)
    late_share = unb64(ask("shares", session=session("ada"), jobs=[late]).json["shares"][0]["share"])
    assert late_share == PC.share_of(late)
    WORLD.site("backup", "--data", WORLD.data, "--output", WORLD.folder / "copy.db")
    for path in WORLD.folder.rglob("*"):
        if path.is_file():
            found = path.read_bytes()
            for secret in (share, late_share):
                assert not any(form in found for form in (secret, secret.hex().encode(), b64(secret).encode())), path


# ── the end of a workstation ──────────────────────────────────────────────────────────────────


@test("a revocation says for each waiting document who can still open it")
def _():
    nothing_given()
    device = Device(WORLD, "stolen")
    unproven = str(uuid.uuid4())
    jobs = {}
    for name, recipients in (("never", ["owner", "release"]), ("given", ["owner", "release"]), ("only", ["release"]), ("alone", ["owner"]),
                             ("escrow", ["release", "escrow:Works council"]), ("both", ["owner", "release", "escrow:Works council"])):
        body = device.make_announce(ADA)
        body["recipients"] = recipients
        if recipients == ["owner"]:
            body["e"], body["epoch"] = b64(bytes(32)), 0
        device.tell(("announce", body))
        jobs[name] = body["job"]
    body = device.make_announce(None, job=unproven)
    body["recipients"] = ["release"]
    device.tell(("announce", body))
    over = device.hold(ADA)
    device.finish(over, PRINTER)
    assert len(ask("shares", device, session=session("ada", device), jobs=[jobs["given"]]).json["shares"]) == 1
    report = WORLD.site("device", "revoke", "--data", WORLD.data, device.id)

    def line(job):
        return next(line for line in report.splitlines() if job in line)

    never, owner = "the site's half is destroyed and was never given out", "its owner's key still opens it there"
    assert "Of 7 documents" in report and "5 can never be opened with the site's help again" in report and "for 1 the site's half" in report, report
    assert line(jobs["never"]).endswith(f"ada: {never}; {owner}.")
    assert "the site's half had left before" in line(jobs["given"]) and owner in line(jobs["given"])
    assert line(jobs["only"]).endswith(f"{never}; no other key opens it.")
    assert line(jobs["alone"]).endswith(f"never needed this site; {owner}.")
    assert line(jobs["escrow"]).endswith(f"{never}; the escrow key Works council still opens it there.")
    assert line(jobs["both"]).endswith(f"{never}; {owner}, and so does the escrow key Works council.")
    assert "of nobody proven" in line(unproven) and over not in report


try:
    main()
finally:
    WORLD.close()
