#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""The control API of the real homespoold: every route, and everything that it refuses.

usage: control_api.py BUILD_FOLDER [SENTENCE]
"""

import contextlib
import json
import re
import resource
import socket
import sys
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from control_world import ADMIN, ALICE, BOB, Workstation, has_programs, shared_workstation, small_pdf, until  # noqa: E402
from ipp_client import Connection, keyword  # noqa: E402
from tap import main, skip, test  # noqa: E402

BUILD = sys.argv[1]
NOWHERE = str(uuid.UUID(int=0x1234))  # a job or printer that nobody has
ERRORS = {"temporary", "refused", "not-found", "expired", "corrupt", "no-space", "denied", "invalid", "not-supported", "cancelled",
          "internal"}
REFUSALS = (Path(__file__).resolve().parents[2] / "docs/refusals.md").read_text(encoding="utf-8")
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
world = shared_workstation(BUILD)


def refused(answer, status, keyword):
    assert (answer.status, answer.json["error"]) == (status, keyword), (answer.status, answer.body)
    extra = {"refusal", "values"} if "refusal" in answer.json else set()
    assert set(answer.json) == {"error", "message"} | extra and keyword in ERRORS
    assert not extra or f"| {answer.json['refusal']} | {keyword} |" in REFUSALS, answer.body
    assert len(answer.json["message"]) > 10 and answer.headers["content-type"] == "application/json"


# ── what it answers ──────────────────────────────────────────────────────────────────────────

@test("status tells of agent, site and key, and counts the caller's jobs only")
def _():
    w = world()
    before = w.get(BOB, "/v1/status")
    w.print_as(ALICE)
    status = w.get(BOB, "/v1/status")
    assert status["held"] == before["held"] and status["uid"] == BOB
    assert (status["enrolled"], status["site_online"], status["key"], status["ready"]) == (False, False, "unlocked", True)
    assert not status["is_admin"] and w.get(ADMIN, "/v1/status")["is_admin"]


@test("nobody sees at the virtual printer when others print, and everybody when their own jobs change")
def _():
    w = world()

    def ask_time(uid):
        with Connection(w, uid) as connection:
            asked = keyword("requested-attributes", "printer-state-change-date-time")
            return connection.ask("Get-Printer-Attributes", asked).printer["printer-state-change-date-time"]
    others, own = ask_time(BOB), ask_time(ALICE)
    until(lambda: w.print_as(ALICE) and ask_time(ALICE) != own, "another time of the own printer")
    assert ask_time(BOB) == others


@test("a job is shown with every documented member and with times as RFC 3339")
def _():
    w = world()
    job = w.print_as(ALICE, title="Report of the third quarter", document=small_pdf(3))
    documented = re.search(r"JOB is `\{([^}]*)\}`", (Path(__file__).parents[2] / "docs/control-api.md").read_text()).group(1)
    assert set(job) == set(re.split(r",\s*", documented.replace("\n", " "))), set(job)
    assert (job["name"], job["titled"], job["state"]) == ("Report of the third quarter", True, "held"), job
    assert (job["format"], job["size_bytes"]) == ("application/pdf", len(small_pdf(3)))
    assert RFC3339.fullmatch(job["created"]) and RFC3339.fullmatch(job["expires"]) and job["finished"] is None
    assert job["recipients"] == ["owner"] and job["printer"] is None
    assert w.job(ALICE, job["id"]) == job and job in w.get(ALICE, "/v1/jobs")["jobs"]


@test("the story of a job names its events and never its title")
def _():
    w = world()
    job = w.print_as(ALICE, title="Dismissal of Mr Smith")
    answer = w.ask(ALICE, "GET", f"/v1/jobs/{job['id']}/trace")
    assert answer.status == 200 and answer.json["job"] == job["id"] and b"Smith" not in answer.body
    assert answer.json["trace"][-1]["state"] == "held"
    assert all(RFC3339.fullmatch(line["at"]) and set(line) == {"at", "event", "state", "sentence", "printer"}
               for line in answer.json["trace"])


@test("a cancelled job is final at once, and cancelling it again is refused")
def _():
    w = world()
    job = w.print_as(ALICE)
    assert w.post(ALICE, f"/v1/jobs/{job['id']}/cancel") == {"job": job["id"], "state": "cancelled"}
    assert w.job(ALICE, job["id"])["finished"] is not None
    again = w.ask(ALICE, "POST", f"/v1/jobs/{job['id']}/cancel", {})
    assert again.status == 200 or again.json["error"] in ("refused", "invalid"), again.body


@test("a release to a printer that nobody knows, or of a job that is not uncertain, says what to do")
def _():
    w = world()
    job = w.print_as(ALICE)
    answer = w.ask(ALICE, "POST", f"/v1/jobs/{job['id']}/release", {"printer": NOWHERE})
    assert answer.status in (404, 409), answer.body
    answer = w.ask(ALICE, "POST", f"/v1/jobs/{job['id']}/resolve", {"outcome": "printed"})
    refused(answer, 409, "refused")
    assert w.job(ALICE, job["id"])["state"] == "held"


@test("holding a held job changes nothing")
def _():
    w = world()
    job = w.print_as(ALICE)
    answer = w.ask(ALICE, "POST", f"/v1/jobs/{job['id']}/hold", {})
    assert answer.status in (200, 409), answer.body
    assert w.job(ALICE, job["id"])["state"] == "held"


@test("identities and unlock name the caller's own key, and the recipient changes at each start")
def _():
    w = world()
    mine, = w.get(ALICE, "/v1/identities")["identities"]
    theirs, = w.get(BOB, "/v1/identities")["identities"]
    assert mine["identity"] != theirs["identity"] and mine["registered"] != theirs["registered"]
    assert (mine["uid"], mine["key"], mine["signed_in"]) == (ALICE, "unlocked", False)
    first = w.get(ALICE, "/v1/unlock")
    assert first["recipient"].startswith("age1") and first["registered"] == mine["registered"]
    job = w.print_as(ALICE, title="Sealed in the meantime")
    w.restart_agent()
    assert w.get(ALICE, "/v1/unlock")["recipient"] != first["recipient"]
    sealed = w.job(ALICE, job["id"])
    assert (sealed["titled"], sealed["name"]) == (False, f"Document {job['id'][-6:]}"), sealed
    assert w.unlock(ALICE)["key"] == "unlocked"
    w.unlock(BOB)
    assert w.job(ALICE, job["id"])["name"] == "Sealed in the meantime"


@test("a message that was sealed to somebody else, and another key than the registered one, unlock nothing")
def _():
    w = world()
    answer = w.ask(ALICE, "POST", "/v1/unlock", b"age-encryption.org/v1\nnonsense\n", content_type="application/age")
    assert answer.status in (400, 422, 503), answer.body
    keep = w.keys.pop(ALICE)
    try:
        w.unlock(ALICE)
        raise SystemError("another key was taken")
    except AssertionError as refusal:
        assert b"refused" in refusal.args[0], refusal
    finally:
        w.keys[ALICE] = keep
    assert w.get(ALICE, "/v1/status")["key"] == "unlocked"


@test("signing in without a site is refused with a reason, and signing out locks the key")
def _():
    w = world()
    answer = w.ask(ALICE, "POST", "/v1/sign-in", b"\0" * 100, content_type="application/age")
    assert answer.status != 200 and answer.json["error"] in ERRORS
    assert w.post(ALICE, "/v1/sign-out") == {} and w.get(ALICE, "/v1/status")["key"] == "locked"
    assert not any(job["titled"] for job in w.get(ALICE, "/v1/jobs")["jobs"] if job["state"] == "held")
    assert w.unlock(ALICE)["key"] == "unlocked"


@test("doctor says for each check what was found and what to do next")
def _():
    checks = world().get(ALICE, "/v1/doctor")["checks"]
    names = {check["name"] for check in checks}
    assert {"intake", "queue", "disk", "keys", "site", "your-key"} <= names, names
    for check in checks:
        assert set(check) == {"name", "verdict", "sentence", "next"} and check["sentence"]
        assert check["verdict"] == "ok" or check["next"], check


@test("the overview of an administrator holds neither titles nor names nor sentences")
def _():
    w = world()
    job = w.print_as(ALICE, title="Dismissal of Mr Smith")
    answer = w.ask(ADMIN, "GET", "/v1/overview")
    row = next(row for row in answer.json["jobs"] if row["id"] == job["id"])
    assert b"Smith" not in answer.body and row["uid"] == ALICE
    assert set(row) == {"id", "state", "reasons", "owner_proven", "uid", "size_bytes", "created", "expires", "printer"}


# ── what it refuses ──────────────────────────────────────────────────────────────────────────

@test("a web page cannot speak to it: Origin and strange hosts are refused, also with the right path")
def _():
    w = world()
    for origin in ("http://localhost", "https://evil.example", "null"):
        refused(w.ask(ALICE, "GET", "/v1/status", headers=[f"Origin: {origin}"]), 403, "denied")
    for host in ("evil.example", "localhost.evil.example", "127.0.0.1:80", "LOCALHOST.", "localhost:631"):
        refused(w.ask(ALICE, "GET", "/v1/status", host=host), 403, "denied")
    assert w.ask(ALICE, "GET", "/v1/status", host="homespool").status == 200


@test("unknown paths and wrong methods are told apart, and neither reaches a route")
def _():
    w = world()
    job = w.print_as(ALICE)["id"]
    for path in ("/", "/v1", "/v1/job", f"/v1/jobs/{job}/", f"/v1/jobs/{job}x", "/v1/jobs/1", "/v1/../v1/nothing", f"/v1/jobs/{job}/eat",
                 f"//v1/jobs/{job}"):
        refused(w.ask(ALICE, "GET", path), 404, "not-found")
    for method, path in (("POST", "/v1/status"), ("GET", f"/v1/jobs/{job}/cancel"), ("DELETE", f"/v1/jobs/{job}"), ("PUT", "/v1/unlock"),
                         ("OPTIONS", "/v1/jobs")):
        refused(w.ask(ALICE, method, path), 501, "not-supported")
    assert w.job(ALICE, job)["state"] == "held"


@test("somebody else's job looks exactly like one that never was, on every route")
def _():
    w = world()
    job = w.print_as(ALICE)["id"]
    bodies = {"release": {"printer": NOWHERE}, "cancel": {}, "hold": {}, "resolve": {"outcome": "cancel"}}
    for uid in (BOB, ADMIN):
        for path in ("/v1/jobs/{}", "/v1/events?job={}") if uid == ADMIN else ("/v1/jobs/{}", "/v1/jobs/{}/trace", "/v1/events?job={}"):
            foreign, none = (w.ask(uid, "GET", path.format(each)) for each in (job, NOWHERE))
            refused(foreign, 404, "not-found")
            assert foreign.same_as(none), (path, foreign.headers, none.headers)
    for action, body in bodies.items():
        foreign, none = (w.ask(BOB, "POST", f"/v1/jobs/{each}/{action}", body) for each in (job, NOWHERE))
        refused(foreign, 404, "not-found")
        assert foreign.same_as(none), (action, foreign.body, none.body)
    assert all(each["id"] != job for each in w.get(BOB, "/v1/jobs")["jobs"])
    assert w.job(ALICE, job)["state"] == "held"


@test("an administrator may end a job without looking into it")
def _():
    w = world()
    job = w.print_as(ALICE)["id"]
    assert w.ask(ADMIN, "GET", f"/v1/jobs/{job}").status == 404
    assert w.post(ADMIN, f"/v1/jobs/{job}/cancel")["job"] == job
    assert w.job(ALICE, job)["state"] == "cancelled"


@test("the administrator's routes are closed to others, whatever they send")
def _():
    w = world()
    for method, path in (("GET", "/v1/overview"), ("POST", "/v1/enrol"), ("POST", "/v1/printers/probe"), ("POST", "/v1/printers/approve"),
                         ("POST", f"/v1/printers/{NOWHERE}/disapprove")):
        for body in (None, b"{}", b"nonsense"):
            if method == "POST" or body is None:
                refused(w.ask(ALICE, method, path, body), 403, "denied")
    refused(w.ask(ADMIN, "POST", "/v1/enrol", b"HSE1.nonsense", content_type="text/plain"), 400, "invalid")
    refused(w.ask(ADMIN, "POST", f"/v1/printers/{NOWHERE}/disapprove", {}), 404, "not-found")
    unseen = {"uri": "ipps://localhost:1/", "fingerprint": ":".join(["00"] * 32), "name": "\u202e\u00a0"}
    answer = w.ask(ADMIN, "POST", "/v1/printers/approve", unseen)
    refused(answer, 400, "invalid")
    assert "Nobody could see" in answer.json["message"], answer.body
    for uri in ("http://localhost/", "ipps://", "ipp://localhost/ipp/print", "file:///etc/passwd", 7, None, "x" * 2000):
        assert w.ask(ADMIN, "POST", "/v1/printers/probe", {"uri": uri}).json["error"] in ("invalid", "temporary", "not-supported"), uri


@test("a body that is not one JSON object of the right members changes nothing")
def _():
    w = world()
    job = w.print_as(ALICE)["id"]
    path = f"/v1/jobs/{job}/resolve"
    for body in (b"", b"{", b"[]", b"null", b"7", b"\xff\xfe", b'{"outcome":"cancel"', b'{"outcome":"cancel"}{}', b'{"outcome":"eat"}',
                 b'{"outcome":7}', b'{"outcome":null}', b"{}", b'{"outcome":"cancel","outcome":"cancel"}', b'{"outcome":"can\0cel"}',
                 b'{"a":' * 1000 + b"1" + b"}" * 1000):
        refused(w.ask(ALICE, "POST", path, body), 400, "invalid")
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/jsonx", None):
        refused(w.ask(ALICE, "POST", path, b'{"outcome":"cancel"}', content_type=kind), 400, "invalid")
    for printer in ("", "x", NOWHERE[:-1], 7, None, [NOWHERE]):
        refused(w.ask(ALICE, "POST", f"/v1/jobs/{job}/release", {"printer": printer}), 400, "invalid")
    assert w.job(ALICE, job)["state"] == "held"


@test("a body beyond 64 KiB is refused before it has come, and the agent serves on")
def _():
    w = world()
    with w.talk(ALICE) as talk:
        talk.send(b"POST /v1/unlock HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n\r\n")
        assert talk.answer().status == 413
    with w.talk(ALICE) as talk:
        talk.send(b"POST /v1/unlock HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        try:
            for _ in range(64):
                talk.send(b"1000\r\n" + b"x" * 4096 + b"\r\n")
        except (BrokenPipeError, ConnectionResetError):
            pass
        assert talk.answer().status == 413
    assert w.ask(ALICE, "GET", "/v1/status").status == 200


@test("a cut body, chunked or counted, cancels nothing")
def _():
    w = world()
    job = w.print_as(ALICE)["id"]
    head = f"POST /v1/jobs/{job}/resolve HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n".encode()
    cancel = f"POST /v1/jobs/{job}/cancel HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n".encode()
    for start in (head, cancel):
        for rest in (b"Transfer-Encoding: chunked\r\n\r\n14\r\n" + b'{"outcome":"cancel"}' + b"\r\n",
                     b'Content-Length: 21\r\n\r\n{"outcome":"cancel"}'):
            with w.talk(ALICE) as talk:
                talk.send(start + rest)
                talk.socket.shutdown(socket.SHUT_WR)
                try:
                    assert talk.answer().status >= 400
                except EOFError:
                    pass
    assert w.job(ALICE, job)["state"] == "held"


@test("two lengths, or a length with chunks, are refused")
def _():
    w = world()
    for lines in (b"Content-Length: 2\r\nContent-Length: 3\r\n", b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n"):
        with w.talk(ALICE) as talk:
            talk.send(b"POST /v1/sign-out HTTP/1.1\r\nHost: localhost\r\n" + lines + b"\r\n{}")
            assert talk.answer().status == 400
    assert w.get(ALICE, "/v1/status")["key"] == "unlocked"


@test("one user cannot take all connections away from another")
def _():
    w = world()
    talks = []
    try:
        for _ in range(40):
            try:
                talks.append(w.talk(BOB))
            except OSError:
                break
        assert w.ask(ALICE, "GET", "/v1/status").status == 200
    finally:
        for talk in talks:
            talk.socket.close()
    until(lambda: answers(w, BOB), "the other user is served again")


def answers(w, uid):
    try:
        return w.ask(uid, "GET", "/v1/status").status == 200
    except (EOFError, ConnectionError):
        return False


@test("curl speaks to it as the documentation says")
def _():
    w = world()
    has_programs("curl")
    from private_cups import as_user
    words, environment = as_user("games", ["curl", "-s", "--unix-socket", str(w.control), "http://localhost/v1/jobs"])
    assert "jobs" in json.loads(w.run(*words, env=environment).stdout)


# ── configuration ────────────────────────────────────────────────────────────────────────────

@test("a wrong key, value or line keeps the agent from starting, with file, line and what was expected")
def _():
    w = world()
    config = w.folder / "wrong.conf"
    for text, line, expected in (("[agent]\nlog-levle = debug\n", 2, "log-levle"), ("[agent]\n\nlog-level = loud\n", 3, "warning, message, debug"),
                                 ("[spool]\nretention = 24 apples\n", 2, "duration"), ("[spoon]\nx = 1\n", 1, "spoon"),
                                 ("[agent]\nnonsense\n", 2, ""), ("[keys]\nidle-limit = 1s\n", 2, "1min")):
        config.write_text(text)
        done = w.run(w.programs.agent, "--root", w.folder / "other", "--config", config, check=False)
        assert done.returncode == 1, (text, done.stderr)
        assert re.search(rf"wrong\.conf:{line}\b", done.stderr) and expected in done.stderr, (text, done.stderr)


@test("a configuration file that is named and not there keeps the agent from starting")
def _():
    w = world()
    done = w.run(w.programs.agent, "--root", w.folder / "other", "--config", w.folder / "agnet.conf", check=False)
    assert done.returncode == 1 and "agnet.conf" in done.stderr and "--config" in done.stderr, done.stderr


@test("without a place for the printer's socket the agent runs, and doctor says that nobody can print")
def _():
    has_programs("age")
    with Workstation(BUILD) as w:
        w.unlock(ALICE)
        job = w.print_as(ALICE)["id"]
        w.stop("agent")
        Path(w.path).unlink(missing_ok=True)
        Path(w.path).mkdir()  # stands in the socket's way
        w.start_agent()
        check = next(c for c in w.get(ALICE, "/v1/doctor")["checks"] if c["name"] == "intake")
        assert check["verdict"] == "failed" and check["next"], check
        assert w.post(ALICE, f"/v1/jobs/{job}/cancel")["state"] == "cancelled"
        assert "does not listen" in w.log("agent")


@contextlib.contextmanager
def limit_of_locked_memory(size):
    """For what is started meanwhile."""
    before = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    try:
        resource.setrlimit(resource.RLIMIT_MEMLOCK, (size, before[1] if size != resource.RLIM_INFINITY else size))
    except (OSError, ValueError):
        skip("this container does not allow more locked memory")
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_MEMLOCK, before)


def memory_check(limit):
    """What doctor says of an agent with that limit, which works; (check, its log)"""
    has_programs("age")
    with limit_of_locked_memory(limit), Workstation(BUILD) as w:
        w.unlock(ALICE)
        w.print_as(ALICE, document=small_pdf(1, 3_000_000))
        return next(c for c in w.get(ALICE, "/v1/doctor")["checks"] if c["name"] == "memory"), w.log("agent")


@test("where memory cannot be locked the agent works, and doctor says what could reach the swap and what to do")
def _():
    most = resource.getrlimit(resource.RLIMIT_MEMLOCK)[1]
    # The last one the agent fits into when it starts, and not when it has work.
    for limit, words in ((0, "even for keys"), (1 << 20, "documents and titles"), (256 << 20, "documents and titles")):
        if most != resource.RLIM_INFINITY and limit > most:
            continue
        check, log = memory_check(limit)
        assert check["verdict"] == "warning" and words in check["sentence"], (limit, check)
        assert "LimitMEMLOCK=infinity" in check["next"] and "LimitMEMLOCK=infinity" in log


@test("where memory can be locked doctor says that it is")
def _():
    check, log = memory_check(resource.RLIM_INFINITY)
    assert check["verdict"] == "ok" and "LimitMEMLOCK" not in log, check


if __name__ == "__main__":
    main(sys.argv[2] if len(sys.argv) > 2 else None)
