#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""`homespool` against the real homespoold: exit codes, --json, what a person may type for a job.

usage: command_line.py BUILD_FOLDER [SENTENCE]
"""

import json
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from control_world import ADMIN_NAME, ALICE, ALICE_NAME, BOB, BOB_NAME, as_user, has_programs, shared_workstation, small_pdf, until  # noqa: E402
from tap import main, test  # noqa: E402

BUILD = sys.argv[1]
OK, FAILED, USAGE, UNREACHABLE, NOT_FOUND, REFUSED, UNCERTAIN = range(7)  # homespool(1), EXIT STATUS
world = shared_workstation(BUILD)


def handle(job):
    return job["id"][-6:]


@test("status, jobs and doctor are readable, and --json prints what the agent answered")
def _():
    w = world()
    job = w.print_as(ALICE, title="Timetable", document=small_pdf(2))
    until(lambda: w.job(ALICE, job["id"])["pages_source"] == "measured", "the pages are counted")
    shown = w.command(ALICE_NAME, "jobs")
    assert shown.returncode == OK and handle(job) in shown.stdout and "Timetable" in shown.stdout and "2 pages" in shown.stdout
    assert json.loads(w.command(ALICE_NAME, "--json", "jobs").stdout) == w.get(ALICE, "/v1/jobs")
    status = w.command(ALICE_NAME, "status")
    assert status.returncode == OK and "unlocked" in status.stdout and "not enrolled" in status.stdout
    assert json.loads(w.command(ALICE_NAME, "--json", "status").stdout)["uid"] == ALICE
    trace = w.command(ALICE_NAME, "trace", handle(job))
    assert trace.returncode == OK and "held" in trace.stdout and "Timetable" not in trace.stdout
    assert "Timetable" not in w.command(BOB_NAME, "jobs").stdout
    doctor = w.command(ALICE_NAME, "doctor")
    assert doctor.returncode in (OK, FAILED) and "intake" in doctor.stdout
    assert json.loads(w.command(ALICE_NAME, "--json", "doctor").stdout)["checks"]


@test("a document with an empty title is listed like one without")
def _():
    w = world()
    job = w.print_as(ALICE, title="")
    assert not job["titled"] and job["name"], job
    shown = w.command(ALICE_NAME, "jobs")
    assert shown.returncode == OK and handle(job) in shown.stdout, shown
    assert w.command(ALICE_NAME, "cancel", handle(job)).returncode == OK


@test("a job is named by its six digits, its id, its number or last, in any case")
def _():
    w = world()
    jobs = [w.print_as(ALICE) for _ in range(5)]
    for typed, job in ((handle(jobs[0]).upper(), jobs[0]), (jobs[1]["id"].upper(), jobs[1]), (str(jobs[2]["ipp_id"]), jobs[2]),
                       ("last", jobs[4]), ("last", jobs[3])):
        assert w.command(ALICE_NAME, "cancel", typed).returncode == OK, typed
        assert w.job(ALICE, job["id"])["state"] == "cancelled", typed
    both = [w.print_as(ALICE) for _ in range(2)]
    assert w.command(ALICE_NAME, "cancel", *map(handle, both)).returncode == OK
    assert all(w.job(ALICE, job["id"])["state"] == "cancelled" for job in both)


@test("what is not there, not possible or wrongly typed has an exit code of its own")
def _():
    w = world()
    job = w.print_as(ALICE)
    for code, words in ((USAGE, ()), (USAGE, ("eat",)), (USAGE, ("cancel",)), (USAGE, ("release", handle(job))), (USAGE, ("status", "now")),
                        (USAGE, ("resolve", handle(job), "eaten")), (USAGE, ("printers", "eat")), (USAGE, ("enrol",)), (USAGE, ("config",)), (USAGE, ("doctor", "--acknowledge", "disk")),
                        (NOT_FOUND, ("cancel", "ffffff")), (NOT_FOUND, ("trace", "00000000-0000-0000-0000-000000000000")),
                        (NOT_FOUND, ("release", "last", "--printer", "None such")), (REFUSED, ("resolve", handle(job), "printed")),
                        (REFUSED, ("printers", "approve", "ipps://localhost:1/")), (OK, ("help",)), (OK, ("--version",))):
        done = w.command(ALICE_NAME, *words)
        assert done.returncode == code, (words, done.returncode, done.stderr)
        assert code == OK or done.stderr.strip(), words
    assert w.command(BOB_NAME, "cancel", handle(job)).returncode == NOT_FOUND
    assert w.command(BOB_NAME, "cancel", job["id"]).stderr.replace(job["id"], "X") == w.command(
        BOB_NAME, "cancel", "00000000-0000-0000-0000-000000000000").stderr.replace("00000000-0000-0000-0000-000000000000", "X")
    assert w.job(ALICE, job["id"])["state"] == "held"


@test("a slip is answered in a line that says what to do, and a token file that is not there is no missing job")
def _():
    w = world()
    for code, words, said in ((USAGE, ("eat",), "--help` lists the commands"), (USAGE, ("--jsn", "status"), "no option --jsn"), (USAGE, ("unlock", "now"), "usage: homespool unlock"),
                              (FAILED, ("enrol", "--token-file", "/nonexistent"), "homespool-site token"), (FAILED, ("enrol", "--token-file", "/etc"), "homespool-site token")):
        done = w.command(ALICE_NAME, *words)
        assert done.returncode == code and said in done.stderr and done.stderr.count("\n") == 1 and not done.stderr.endswith(" \n"), (words, done.returncode, done.stderr)
    bare = subprocess.run([Path(BUILD) / "agent/cli/homespool", "status", "--root"], capture_output=True, text=True, timeout=20, check=False)
    assert bare.returncode == USAGE and "--root DIR" in bare.stderr, bare.stderr


@test("a title cannot play with the terminal, nor make a second line")
def _():
    w = world()
    w.print_as(ALICE, title="red \x1b[31m\nFAKE LINE\r \x07\u202eevil\u009b2J")
    out = w.command(ALICE_NAME, "jobs").stdout
    assert "FAKE LINE" in out and not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", out), out
    assert not any(line.startswith("FAKE") for line in out.splitlines())
    assert w.command(ALICE_NAME, "cancel", "last").returncode == OK


@test("a wrong configuration is told with file and line, a right one is shown")
def _():
    w = world()
    assert "admin-group" in w.command(ALICE_NAME, "config", "check").stdout
    (w.root / "etc/agent.conf.d").mkdir(exist_ok=True)
    wrong = w.root / "etc/agent.conf.d/50-wrong.conf"
    wrong.write_text("[spool]\n\nretention = soon\n")
    done = w.command(ALICE_NAME, "config", "check")
    wrong.unlink()
    assert done.returncode == FAILED and "50-wrong.conf:3" in done.stderr and "duration" in done.stderr, done.stderr


@test("without an agent every command says how to start it")
def _():
    w = world()
    assert (Path(__file__).resolve().parents[2] / "installer/linux/systemd/homespoold.service.in").exists(), "it is called so"
    w.stop("agent")
    try:
        for words in (("status",), ("jobs",), ("--json", "jobs"), ("cancel", "last"), ("unlock",), ("doctor",)):
            done = w.command(ALICE_NAME, *words)
            assert done.returncode == UNREACHABLE and "systemctl start homespoold`" in done.stderr and not done.stdout, (words, done)
    finally:
        w.start_agent()
        w.unlock(ALICE)
        w.unlock(BOB)


@test("a printer is approved with the fingerprint that was shown, and release --wait goes on to the paper")
def _():
    w = world()
    has_programs("ippeveprinter", "avahi-daemon", "dbus-daemon", "qpdf")
    w.start_printer()
    shown = w.command(ADMIN_NAME, "printers", "approve", w.printer_uri)
    fingerprint = re.search(r"(?:[0-9a-f]{2}:){31}[0-9a-f]{2}", shown.stderr).group(0)
    assert shown.returncode == REFUSED and "--fingerprint" in shown.stderr and not w.get(ALICE, "/v1/printers")["printers"]
    for wrong in ("00:" * 31 + "00", "nonsense"):
        assert w.command(ADMIN_NAME, "printers", "approve", w.printer_uri, "--fingerprint", wrong).returncode in (FAILED, REFUSED)
    assert w.command(ALICE_NAME, "printers", "approve", w.printer_uri, "--fingerprint", fingerprint).returncode == REFUSED
    done = w.command(ADMIN_NAME, "printers", "approve", w.printer_uri, "--name", "Second floor", f"--fingerprint={fingerprint}")
    assert done.returncode == OK and "Second floor" in done.stdout, done.stderr
    assert "Second floor" in w.command(ALICE_NAME, "printers").stdout
    done = w.command(ADMIN_NAME, "printers", "approve", w.printer_uri, "--name", "Roof \u202e)llaH(", f"--fingerprint={fingerprint}")
    assert done.returncode == OK and "Roof )llaH( is approved" in done.stdout, done
    job = w.print_as(ALICE)
    done = w.command(ALICE_NAME, "release", "last", "--printer", "roof", "--copies", "1")
    assert done.returncode == OK and "released to Roof )llaH(" in done.stdout, done
    for words in (["release", "last", "--printer", "\u202enone"], ["printers"], ["jobs"]):
        done = w.command(ALICE_NAME, *words)
        assert "\u202e" not in done.stdout + done.stderr, done
    assert w.command(ADMIN_NAME, "printers", "approve", w.printer_uri, "--name", "Second floor", f"--fingerprint={fingerprint}").returncode == OK
    w.await_state(ALICE, job["id"], "delivered")
    w.print_as(ALICE, document=small_pdf(2))
    done = w.command(ALICE_NAME, "release", "last", "--printer", "second", "--wait")
    assert done.returncode == OK and "Printed: 2 pages" in done.stdout, (done.stdout, done.stderr)
    w.print_as(ALICE)
    done = w.command(ALICE_NAME, "--json", "release", "last", "--printer", "Second floor", "--wait")
    assert done.returncode == OK and json.loads(done.stdout)["state"] == "delivered", done
    assert len(list(w.printed.rglob("*.pdf"))) == 3, list(w.printed.rglob("*"))


@test("release --wait tells when the agent goes away in the middle, and the job goes on with its next start")
def _():
    w = world()
    if "printer" not in w.processes:
        has_programs("ippeveprinter", "avahi-daemon", "dbus-daemon", "qpdf")
    gate = w.folder / "gate"
    (w.folder / "print-and-count").write_text(f"#!/bin/sh\nwhile [ ! -e {gate} ]; do sleep 0.1; done\n"
                                              "echo 'ATTR: job-impressions-completed=1 job-media-sheets-completed=1' >&2\n")
    job = w.print_as(ALICE)
    words, environment = as_user(ALICE_NAME, [str(w.programs.command), "--root", str(w.root), "release", handle(job), "--printer",
                                              "Second floor", "--wait"])
    waiting = subprocess.Popen(words, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        w.await_state(ALICE, job["id"], "delivering")
        until(lambda: "printing" in w.job(ALICE, job["id"])["reasons"], "the document is at the printer")
        w.restart_agent(kill=True)
        _, complaint = waiting.communicate(timeout=60)
        assert waiting.returncode in (FAILED, UNREACHABLE) and complaint.strip(), (waiting.returncode, complaint)
    finally:
        if waiting.poll() is None:
            waiting.kill()
            waiting.wait()
        gate.touch()
    assert w.await_state(ALICE, job["id"], "delivered", "uncertain", "held")["state"] == "delivered"
    assert w.command(ADMIN_NAME, "printers", "disapprove", "Second floor").returncode == OK
    assert "Second floor" not in w.command(ALICE_NAME, "printers").stdout


if __name__ == "__main__":
    main(sys.argv[2] if len(sys.argv) > 2 else None)
