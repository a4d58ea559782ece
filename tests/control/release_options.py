#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Copies, sides and colour that a release changes: the control API and the command line against the real homespoold, and what a real
printer (ippeveprinter) was asked for in the end.

usage: release_options.py BUILD_FOLDER [SENTENCE]
"""

import functools
import json
import os
import re
import signal
import struct
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from control_world import ADMIN_NAME, ALICE, ALICE_NAME, BOB, BOB_NAME, Connection, has_programs, mime, name_, shared_workstation, small_pdf, until  # noqa: E402
from tap import main, test  # noqa: E402

BUILD = sys.argv[1]
OK, USAGE, NOT_FOUND, REFUSED = 0, 2, 4, 5  # homespool(1), EXIT STATUS
MINE = {"copies": 3, "sides": "one-sided", "print-color-mode": "monochrome"}
workstation = shared_workstation(BUILD)


@functools.cache
def world():
    """The workstation with a printer that writes down what it was asked for."""
    w = workstation()
    has_programs("ippeveprinter", "avahi-daemon", "dbus-daemon", "qpdf")
    w.start_printer()
    w.asked = w.folder / "asked"
    (w.folder / "print-and-count").write_text(
        f"#!/bin/sh\nenv | grep -E '^IPP_(COPIES|SIDES|PRINT_COLOR_MODE|JOB_NAME)=' | sort | tr '\\n' ' ' >> {w.asked}\necho >> {w.asked}\n"
        "echo \"ATTR: job-impressions-completed=$((2 * ${IPP_COPIES:-1})) job-media-sheets-completed=$((2 * ${IPP_COPIES:-1}))\" >&2\n")
    shown = w.command(ADMIN_NAME, "printers", "approve", w.printer_uri)
    fingerprint = re.search(r"(?:[0-9a-f]{2}:){31}[0-9a-f]{2}", shown.stderr).group(0)
    assert w.command(ADMIN_NAME, "printers", "approve", w.printer_uri, "--name", "Second floor", f"--fingerprint={fingerprint}").returncode == OK
    return w


def the_printer():
    return world().get(ALICE, "/v1/printers")["printers"][0]


def release(job, options=None, uid=ALICE):
    body = {"printer": the_printer()["id"]} | ({} if options is None else {"options": options})
    return world().ask(uid, "POST", f"/v1/jobs/{job['id']}/release", body)


def asked_for(job):
    """What the printer was asked for each time that it printed @job: {"copies": "3", …}"""
    lines = world().asked.read_text().splitlines() if world().asked.exists() else []
    return [{name[4:].lower().replace("_", "-"): value for name, value in re.findall(r"(IPP_\w+)='?([^' ]*)'?", line)}
            for line in lines if job["id"][-6:] in line]


def printed(job):
    world().await_state(ALICE, job["id"], "delivered")
    [asked] = asked_for(job)
    return asked


@test("a printer tells what a release may ask of it, once it was asked itself")
def _():
    job = world().print_as(ALICE, document=small_pdf(2))
    assert release(job).status == 200
    assert printed(job)["copies"] == "1"
    printer = the_printer()
    assert printer["copies_max"] > 1 and set(printer["sides"]) == {"one-sided", "two-sided-long-edge", "two-sided-short-edge"}, printer
    assert set(printer["color_modes"]) == {"color", "monochrome"}, printer


@test("the printer is asked for what the release changes, and the job shows what is printed")
def _():
    w = world()
    job = w.print_as(ALICE, document=small_pdf(2))
    assert job["options"] == {} and job["copies"] == 1
    answer = release(job, {"copies": 3, "sides": "two-sided-short-edge", "print-color-mode": "monochrome"})
    assert answer.status == 200, answer.body
    assert answer.json["options"] == {"copies": 3, "sides": "two-sided-short-edge", "print-color-mode": "monochrome"}, answer.json
    asked = printed(job)
    assert (asked["copies"], asked["sides"], asked["print-color-mode"]) == ("3", "two-sided-short-edge", "monochrome"), asked
    shown = w.job(ALICE, job["id"])
    assert shown["copies"] == 3 and shown["sides"] == "two-sided-short-edge" and shown["colour"] == "monochrome", shown
    assert shown["result_pages"] == 6
    story = w.get(ALICE, f"/v1/jobs/{job['id']}/trace")["trace"]
    assert any("3 copies, two-sided over the short edge, black and white" in line["sentence"] for line in story), story


@test("what is asked for wrongly, or cannot be, is refused in a sentence, and nothing happens")
def _():
    w = world()
    job = w.print_as(ALICE)
    most = the_printer()["copies_max"]
    for options, status in (({"copies": 0}, 400), ({"copies": 10000}, 400), ({"copies": "2"}, 400), ({"sides": "both"}, 400), ([], 400),
                            ({"print-color-mode": "pink"}, 400), ({"finishings": 4}, 400), ({"copies": most + 1}, 409)):
        answer = release(job, options)
        assert answer.status == status and answer.json["message"].strip(), (options, answer.status, answer.body)
        assert w.job(ALICE, job["id"])["state"] == "held" and w.job(ALICE, job["id"])["options"] == {}
    assert answer.json["refusal"] == "printer-copies" and answer.json["values"] == {"copies": str(most)}, answer.body
    extra = w.ask(ALICE, "POST", f"/v1/jobs/{job['id']}/release", {"printer": the_printer()["id"], "copies": 2})
    assert extra.status == 400 and w.job(ALICE, job["id"])["state"] == "held", extra.body
    assert release(job, {"copies": 2}, uid=BOB).status == 404
    assert not asked_for(job)
    w.post(ALICE, f"/v1/jobs/{job['id']}/cancel")


@test("an agent that is killed between release and delivery delivers with the change, once")
def _():
    w = world()
    job = w.print_as(ALICE, document=small_pdf(2))
    printer = w.processes["printer"].pid
    os.kill(printer, signal.SIGSTOP)
    try:
        until(lambda: Path(f"/proc/{printer}/stat").read_text().split()[2] == "T", "the printer stands still")
        assert release(job, MINE).status == 200
        assert w.job(ALICE, job["id"])["state"] == "released"
        w.restart_agent(kill=True)
        shown = w.job(ALICE, job["id"])
        assert shown["state"] == "released" and (shown["copies"], shown["sides"]) == (3, "one-sided"), shown
    finally:
        os.kill(printer, signal.SIGCONT)
    w.unlock(ALICE)
    w.unlock(BOB)
    asked = printed(job)
    assert (asked["copies"], asked["sides"], asked["print-color-mode"]) == ("3", "one-sided", "monochrome"), asked


@test("a release that is taken back is forgotten with what it changed")
def _():
    w = world()
    job = w.print_as(ALICE, document=small_pdf(2))
    printer = w.processes["printer"].pid
    os.kill(printer, signal.SIGSTOP)
    try:
        # The printer was asked a moment ago and would not be asked again, so the document waits behind another one.
        first = w.print_as(ALICE)
        assert release(first).status == 200 and release(job, MINE).status == 200
        assert w.post(ALICE, f"/v1/jobs/{job['id']}/hold")["state"] == "held"
        shown = w.job(ALICE, job["id"])
        assert shown["options"] == {} and shown["copies"] == 1, shown
    finally:
        os.kill(printer, signal.SIGCONT)
    assert release(job).status == 200
    assert printed(job)["copies"] == "1"
    w.await_state(ALICE, first["id"], "delivered", "held", "uncertain")


def small_raster():
    """One page of PWG Raster, 8 by 8 white pixels, one-sided (PWG 5102.4, table 1)."""
    header = bytearray(1796)
    header[0:9] = b"PwgRaster"
    for at, value in ((276, 300), (280, 300), (352, 612), (356, 792), (372, 8), (376, 8), (384, 8), (388, 8), (392, 8), (400, 18), (420, 1), (452, 1)):
        header[at:at + 4] = struct.pack(">I", value)
    return b"RaS2" + bytes(header) + bytes([7, 7, 255])  # eight lines of eight times the same pixel


@test("of a raster document the copies can be changed, and nothing that its pages are drawn for")
def _():
    w = world()
    with Connection(w, ALICE) as connection:
        reply = connection.ask("Print-Job", name_("job-name", "raster") + mime("document-format", "image/pwg-raster"), document=small_raster())
    assert reply.status < 0x400, hex(reply.status)
    job = next(each for each in w.get(ALICE, "/v1/jobs")["jobs"] if each["ipp_id"] == reply.jobs[0]["job-id"][0])
    assert job["pages_source"] == "measured" and job["sides"] == "one-sided", job
    for options in ({"sides": "two-sided-long-edge"}, {"print-color-mode": "color"}):
        answer = release(job, options)
        assert answer.status == 409 and "Only its copies" in answer.json["message"], answer.body
    assert release(job, {"copies": 2, "sides": "one-sided"}).json["options"] == {"copies": 2}
    assert printed(job)["copies"] == "2"


@test("the command line takes the keywords of IPP, and says what is wrong with others")
def _():
    w = world()
    job = w.print_as(ALICE, document=small_pdf(2))
    handle = job["id"][-6:]
    for words in (("--copies", "0"), ("--copies", "many"), ("--sides", "both"), ("--color", "pink")):
        done = w.command(ALICE_NAME, "release", handle, "--printer", "second", *words)
        assert done.returncode == USAGE and words[0] in done.stderr, (words, done)
    done = w.command(ALICE_NAME, "release", handle, "--printer", "second", "--copies", str(the_printer()["copies_max"] + 1))
    assert done.returncode == REFUSED and "fewer copies" in done.stderr, done
    assert w.command(BOB_NAME, "release", handle, "--printer", "second", "--copies", "2").returncode == NOT_FOUND
    done = w.command(ALICE_NAME, "release", handle, "--printer", "second", "--copies", "2", "--sides=two-sided-long-edge", "--color", "color")
    assert done.returncode == OK and "2 copies, two-sided, in colour" in done.stdout, done
    asked = printed(job)
    assert (asked["copies"], asked["sides"], asked["print-color-mode"]) == ("2", "two-sided-long-edge", "color"), asked
    w.print_as(ALICE, document=small_pdf(2))
    done = w.command(ALICE_NAME, "--json", "release", "last", "--printer", "second", "--copies", "2", "--wait")
    shown = json.loads(done.stdout)
    assert done.returncode == OK and (shown["copies"], shown["result_pages"], shown["options"]) == (2, 4, {"copies": 2}), shown


if __name__ == "__main__":
    main(sys.argv[2] if len(sys.argv) > 2 else None)
