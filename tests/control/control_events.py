#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""The stream of events of the real homespoold: what it tells, to whom, and how it ends.

usage: control_events.py BUILD_FOLDER [SENTENCE]
"""

import os
import socket
import sys
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from control_world import ADMIN, ALICE, BOB, has_programs, shared_workstation, small_pdf, until  # noqa: E402
from ipp_client import NOT_POSSIBLE, Connection, integer  # noqa: E402
from tap import main, test  # noqa: E402

BUILD = sys.argv[1]
BEHIND_BYTES = 3 * 1024 * 1024 // 2  # more than the agent keeps for a listener and the kernel's buffer together
world = shared_workstation(BUILD)


def open_files(w):
    return len(os.listdir(f"/proc/{w.processes['agent'].pid}/fd"))


@test("a stream begins with hello and then tells each change of a job, whole")
def _():
    w = world()
    with w.events(ALICE) as events:
        assert events.head.headers["content-type"] == "application/jsonl" and events.head.headers["cache-control"] == "no-store"
        assert events.event() == {"event": "hello"}
        job = w.print_as(ALICE, title="Told")
        held = events.await_event(lambda e: e["event"] == "job" and e["job"]["state"] == "held")[-1]["job"]
        assert held == job
        w.post(ALICE, f"/v1/jobs/{job['id']}/cancel")
        last = events.await_event(lambda e: e["event"] == "job" and e["job"]["state"] == "cancelled")[-1]["job"]
        assert last["id"] == job["id"]


@test("with ?job= it begins with that job as it stands, at once, and tells no other")
def _():
    w = world()
    job, other = w.print_as(ALICE), w.print_as(ALICE)
    with w.events(ALICE, f"?job={job['id']}") as events:
        assert events.event() == {"event": "hello"}
        assert events.event() == {"event": "job", "job": job}
        w.post(ALICE, f"/v1/jobs/{other['id']}/cancel")
        w.post(ALICE, f"/v1/jobs/{job['id']}/cancel")
        seen = events.await_event(lambda e: e["event"] == "job" and e["job"]["state"] == "cancelled")
        assert {each["job"]["id"] for each in seen} == {job["id"]}


@test("who listens to everything is told to ask again when a key is locked")
def _():
    w = world()
    job = w.print_as(BOB)
    with w.events(BOB) as events, w.events(BOB, f"?job={job['id']}") as one:
        assert events.event() == {"event": "hello"} and one.event() == {"event": "hello"}
        w.post(BOB, "/v1/sign-out")
        events.await_event(lambda e: e == {"event": "status"})
        w.unlock(BOB)
        events.await_event(lambda e: e == {"event": "status"})
        w.post(BOB, f"/v1/jobs/{job['id']}/cancel")
        seen = one.await_event(lambda e: e["event"] == "job" and e["job"]["state"] == "cancelled")
        assert {e["event"] for e in seen} == {"job"}, seen


@test("two people hear of their own jobs only, and an administrator of none of theirs")
def _():
    w = world()
    with w.events(ALICE) as alice, w.events(BOB) as bob, w.events(ADMIN) as admin:
        for events in (alice, bob, admin):
            assert events.event() == {"event": "hello"}
        hers, his = w.print_as(ALICE), w.print_as(BOB)
        w.post(ALICE, f"/v1/jobs/{hers['id']}/cancel")
        w.post(BOB, f"/v1/jobs/{his['id']}/cancel")
        for events, job in ((alice, hers), (bob, his)):
            seen = events.await_event(lambda e: e["event"] == "job" and e["job"]["state"] == "cancelled")
            assert {each["job"]["id"] for each in seen} == {job["id"]}
        w.stop("agent")  # ends the streams, so that what came is all that there was
        try:
            raise AssertionError(admin.event())
        except EOFError:
            pass
    w.start_agent()
    w.unlock(ALICE)
    w.unlock(BOB)


@test("?job= of a foreign job, of none and of nonsense are refused alike")
def _():
    w = world()
    job = w.print_as(ALICE)["id"]
    heads = []
    for query in (job, str(uuid.UUID(int=7)), "nonsense"):
        with w.events(BOB, f"?job={query}") as events:
            heads.append((events.head.status, events.head.body))
    assert heads[0] == heads[1] == heads[2] and heads[0][0] == 404, heads


@test("a listener that hangs up is forgotten at once, though nothing happens")
def _():
    w = world()
    streams = [w.events(ALICE) for _ in range(8)]
    for stream in streams:
        assert stream.event() == {"event": "hello"}
    during = open_files(w)
    for stream in streams:
        stream.socket.close()
    until(lambda: open_files(w) <= during - 8, "the agent closed its ends")


@test("a listener that does not read is cut off, and another one hears everything")
def _():
    w = world()
    job = w.print_as(ALICE, title="é" * 100)["id"]
    with w.events(ALICE) as lazy, w.events(ALICE) as eager:
        lazy.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        assert eager.event() == {"event": "hello"}
        told, changes = 0, 0
        # Each lock and unlock of her key tells all her jobs anew.
        more = [w.print_as(ALICE, title="é" * 100)["id"] for _ in range(40)]
        while told < BEHIND_BYTES:
            w.post(ALICE, "/v1/sign-out")
            w.unlock(ALICE)
            changes += 1
            locked = eager.await_event(lambda e: e["event"] == "job" and e["job"]["id"] == more[-1] and not e["job"]["titled"])
            seen = locked + eager.await_event(lambda e: e["event"] == "job" and e["job"]["id"] == more[-1] and e["job"]["titled"])
            told += sum(len(str(each)) for each in seen)
        assert changes > 0
        try:
            while True:
                lazy.event()
        except EOFError:
            pass
    assert w.job(ALICE, job)["state"] == "held"
    for each in more:
        w.post(ALICE, f"/v1/jobs/{each}/cancel")


@test("the agent's end ends the stream, and a new stream after its start goes on")
def _():
    w = world()
    job = w.print_as(ALICE)["id"]
    with w.events(ALICE, f"?job={job}") as events:
        assert [events.event()["event"] for _ in range(2)] == ["hello", "job"]
        w.restart_agent(kill=True)
        try:
            raise AssertionError(events.event())
        except EOFError:
            pass
    with w.events(ALICE, f"?job={job}") as events:
        events.event()
        assert events.event()["job"]["state"] == "held"
    w.unlock(ALICE)
    w.unlock(BOB)


def release_by_ipp(w, uid, job):
    """Release-Job, which names no printer. Returns the status."""
    with Connection(w, uid) as connection:
        return connection.ask("Release-Job", integer("job-id", job["ipp_id"])).status


@test("Identify-Printer is told to the same user's listeners only")
def _():
    w = world()
    with w.events(ALICE) as alice, w.events(BOB) as bob:
        assert alice.event()["event"] == bob.event()["event"] == "hello"
        with Connection(w, ALICE) as connection:
            assert connection.ask("Identify-Printer").status == 0
        assert alice.event() == {"event": "identify"}
        w.print_as(BOB)
        assert bob.event()["event"] == "job"


@test("approving a printer takes its fingerprint; then a release is followed by bytes and pages to its end")
def _():
    w = world()
    has_programs("ippeveprinter", "avahi-daemon", "dbus-daemon", "qpdf")
    w.start_printer()
    # Says after each page how many there are.
    command = w.folder / "print-and-count"
    command.write_text("#!/bin/sh\nfor n in 1 2 3; do echo \"ATTR: job-impressions-completed=$n\" >&2; sleep 0.6; done\n")
    fingerprint = w.post(ADMIN, "/v1/printers/probe", {"uri": w.printer_uri})["fingerprint"]
    wrong = ":".join(["00"] * 32)
    answer = w.ask(ADMIN, "POST", "/v1/printers/approve", {"uri": w.printer_uri, "fingerprint": wrong})
    assert answer.status == 409 and fingerprint in answer.json["message"], answer.body
    assert w.get(ALICE, "/v1/printers") == {"printers": []}
    approved = w.post(ADMIN, "/v1/printers/approve", {"uri": w.printer_uri, "fingerprint": fingerprint, "name": "By the stairs"})
    printer, = w.get(ALICE, "/v1/printers")["printers"]
    assert (printer["id"], printer["name"], printer["trust"]) == (approved["id"], "By the stairs", "approved")
    document = small_pdf(3, padding=24 * 1024 * 1024)
    job = w.print_as(ALICE, document=document)
    with w.events(ALICE, f"?job={job['id']}") as events, w.events(BOB) as bob:
        assert w.post(ALICE, f"/v1/jobs/{job['id']}/release", {"printer": approved["id"]})["state"] in ("released", "delivering")
        seen = events.await_event(lambda e: e["event"] == "job" and e["job"]["state"] in ("delivered", "uncertain", "failed"))
        assert seen[-1]["job"]["state"] == "delivered", seen[-1]
        progress = [each for each in seen if each["event"] == "progress"]
        assert all(set(each) == {"event", "id", "sent_bytes", "printed_pages"} and each["id"] == job["id"] for each in progress)
        sent = [each["sent_bytes"] for each in progress]
        pages = [each["printed_pages"] for each in progress]
        assert sent == sorted(sent) and sent[-1] == len(document) and len(set(sent)) > 1, sent
        assert pages == sorted(pages) and pages[0] == 0 and pages[-1] >= 2, pages
        bob.event()
        assert release_by_ipp(w, BOB, w.print_as(BOB)) == NOT_POSSIBLE  # Alice's printer is not Bob's
        again = w.print_as(ALICE)
        assert release_by_ipp(w, ALICE, again) == 0
        assert w.await_state(ALICE, again["id"], "delivered")["printer"] == approved["id"]
        w.print_as(BOB)
        assert all(each["event"] == "job" for each in bob.await_event(lambda e: e["event"] == "job"))
    gone = w.print_as(ALICE)
    w.post(ADMIN, f"/v1/printers/{approved['id']}/disapprove")
    assert release_by_ipp(w, ALICE, gone) == NOT_POSSIBLE
    assert w.get(ALICE, "/v1/printers") == {"printers": []}
    assert w.ask(ADMIN, "POST", f"/v1/printers/{approved['id']}/disapprove", {}).status == 404


if __name__ == "__main__":
    main(sys.argv[2] if len(sys.argv) > 2 else None)
