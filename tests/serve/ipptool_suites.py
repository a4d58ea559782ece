#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""CUPS's own conformance suites, run by ipptool against the virtual printer.

The suites come without their documents, and a run that lacks one stops as if it had finished: so the
documents are made here, and every result line is counted and named.

usage: ipptool_suites.py PROGRAM BUILD_FOLDER [SENTENCE]
"""

import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))

from ipp_client import ALICE, BOB, Connection, Printer, integer, keyword  # noqa: E402
from tap import main, skip, test  # noqa: E402
from town import Programs, Town  # noqa: E402

PROGRAM, BUILD = sys.argv[1], Path(sys.argv[2])
SUITES = Path("/usr/share/cups/ipptool")

# What the suites leave out, and why: operations and formats that this printer does not offer …
NOT_OFFERED = ["Print-URI", "Send-URI", "PostScript", "Standard Sheet"]
# … and tests whose condition no printer can meet: they wait for words ("print-quality",
# OPTIONAL_HIGH_QUALITY) that nothing defines.
NEVER_RUN = ["Draft Quality", "Normal Quality", "High Quality"]


def make_documents(folder):
    for size in ("a4", "letter"):
        for device, suffix in (("pdfwrite", "pdf"), ("ps2write", "ps")):
            subprocess.run(["gs", "-q", "-dNOPAUSE", "-dBATCH", f"-sDEVICE={device}", f"-sPAPERSIZE={size}",
                            f"-sOutputFile={folder}/document-{size}.{suffix}", "-c",
                            "/Helvetica findfont 40 scalefont setfont 72 72 moveto (test) show showpage"],
                           check=True, stdin=subprocess.DEVNULL)
    subprocess.run(["convert", "-size", "600x900", "gradient:red-blue", f"{folder}/color.jpg"], check=True)
    subprocess.run(["convert", f"{folder}/color.jpg", "-colorspace", "Gray", f"{folder}/gray.jpg"], check=True)


def need_ipptool(name):
    if shutil.which("ipptool") is None or not (SUITES / name).exists():
        skip("ipptool and its suites are not installed (cups-ipp-utils)")


def run_ipptool(name, uri, uid):
    """[(test's name, "PASS" | "FAIL" | "SKIP")] and the whole output."""
    folder = tempfile.mkdtemp(prefix="homespool-test-")
    try:
        os.chmod(folder, 0o755)
        for file in SUITES.glob("*.test"):
            shutil.copy(file, folder)
        make_documents(folder)
        me = {"user": uid, "group": pwd.getpwuid(uid).pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
        done = subprocess.run(["ipptool", "-tI", "-T", "30", "-f", "document-a4.pdf", uri, name], cwd=folder,
                              env={"PATH": os.environ["PATH"], "USER": pwd.getpwuid(uid).pw_name, "HOME": folder},
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=250, **me)
    finally:
        shutil.rmtree(folder)
    return [(m[1].strip(), m[2]) for m in re.finditer(r"^    (\S.*?)\s*\[(PASS|FAIL|SKIP)\]$", done.stdout, re.M)], done.stdout


def run_suite(name, uri_of):
    need_ipptool(name)
    with Printer(PROGRAM, "--print-after-ms", "200") as printer:
        found = run_ipptool(name, uri_of(printer), ALICE)
        assert all(job["size"] != "0" for job in printer.jobs())
    return found


def judge(name, found, tests):
    results, output = found
    failed = [r for r in results if r[1] == "FAIL"]
    assert not failed, output
    # A wait for a job prints its line again for each look.
    assert len({*results}) > 40 and len(results) >= tests, (len(results), output)
    skipped = [r[0] for r in results if r[1] == "SKIP"]
    foreign = [s for s in skipped if not any(word in s for word in NOT_OFFERED + NEVER_RUN)]
    # One Create-Job only prepares a Send-URI; two tests of PostScript are called PDF.
    assert foreign == ["RFC 8011 section 4.2.4: Create-Job Operation", "Print-Job with A4 PDF, 2-Up",
                       "Print-Job with US Letter PDF, 2-Up"], foreign
    passed = len(results) - len(skipped)
    assert passed >= tests - 22, passed
    print(f"# {name}: {passed} PASS, 0 FAIL, {len(skipped)} SKIP")


def socket_uri(path): return "ipp://" + str(path).replace("/", "%2F") + "/ipp/print"


@test("ipp-1.1 passes on loopback TCP")
def _():
    judge("ipp-1.1.test", run_suite("ipp-1.1.test", lambda printer: f"ipp://localhost:{printer.port}/ipp/print"), 66)


@test("ipp-2.0 passes on the Unix socket")
def _():
    judge("ipp-2.0.test", run_suite("ipp-2.0.test", lambda printer: socket_uri(printer.path)), 67)


STATE_TEST = """{
  NAME "The printer's state is %(state)s because %(reasons)s"
  OPERATION Get-Printer-Attributes
  GROUP operation-attributes-tag
  ATTR charset attributes-charset utf-8
  ATTR naturalLanguage attributes-natural-language en
  ATTR uri printer-uri $uri
  STATUS successful-ok
  EXPECT printer-state OF-TYPE enum IN-GROUP printer-attributes-tag WITH-VALUE %(state)s
  EXPECT printer-state-reasons OF-TYPE keyword IN-GROUP printer-attributes-tag COUNT %(count)d WITH-ALL-VALUES "/^(%(reasons)s)$/"
  EXPECT printer-state-message OF-TYPE text IN-GROUP printer-attributes-tag WITH-VALUE "/%(message)s/"
}
"""


@test("the printer's state and its reasons are true: idle, full, paused")
def _():
    need_ipptool("ipp-1.1.test")

    def expect(printer, state, reasons, message):
        with tempfile.NamedTemporaryFile("w", suffix=".test") as file:
            file.write(STATE_TEST % {"state": state, "reasons": "|".join(reasons), "count": len(reasons), "message": message})
            file.flush()
            os.chmod(file.name, 0o644)
            me = {"user": ALICE, "group": pwd.getpwuid(ALICE).pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
            done = subprocess.run(["ipptool", "-tI", "-T", "30", f"ipp://localhost:{printer.port}/ipp/print", file.name],
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, check=False, **me)
        assert "[PASS]" in done.stdout and "[FAIL]" not in done.stdout, done.stdout

    with Printer(PROGRAM) as printer:
        expect(printer, 3, ["none"], "wait here")
        printer.tell("disk full")
        expect(printer, 3, ["spool-area-full"], "disk")
        printer.tell("reject")
        expect(printer, 5, ["paused", "spool-area-full"], "nobody is signed in")
        printer.tell("disk free")
        expect(printer, 5, ["paused"], "nobody is signed in")
        printer.tell("accept")
        expect(printer, 3, ["none"], "wait here")


class Place:
    def __init__(self, path): self.path = str(path)


def cancel_held_jobs(path, uid):
    """The suite waits for its jobs to end; here nobody releases them, so they end by being cancelled.
    In a process of its own, for it acts as the person."""
    child = os.fork()
    if child == 0:
        os.setresuid(uid, uid, uid)
        while True:
            time.sleep(1)  # not a wait for anything: people take their time
            with Connection(Place(path), uid=None) as connection:
                for job in connection.ask("Get-Jobs", keyword("requested-attributes", "job-id", "time-at-creation")).jobs:
                    if job["time-at-creation"][0] < time.time() - 4:
                        connection.ask("Cancel-Job", integer("job-id", job["job-id"][0]))
    return child


@test("the agent itself passes ipp-2.0, with its spool, ledger and keys")
def _():
    need_ipptool("ipp-2.0.test")
    if os.geteuid() != 0:
        skip("the agent, its site and the person each need a user of their own")
    programs = Programs(BUILD)
    if not programs.site.exists():
        skip("the site server was not built")
    with Town(programs, pwd.getpwuid(BOB).pw_name) as town:
        town.start_site()
        town.start_agent()
        town.enrol()
        path = town.folder / "agent/run/ipp.sock"
        child = cancel_held_jobs(path, BOB)
        try:
            judge("ipp-2.0.test", run_ipptool("ipp-2.0.test", socket_uri(path), BOB), 67)
        finally:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


@test("the required attributes of IPP Everywhere are there")
def _():
    results, output = run_suite("ipp-everywhere.test", lambda printer: f"ipp://localhost:{printer.port}/ipp/print")
    assert not [r for r in results if r[1] == "FAIL"], output
    assert ("PWG 5100.14 section 5.1/5.2 - Required Operations and Attributes", "PASS") in results, output


if __name__ == "__main__":
    main(sys.argv[3] if len(sys.argv) > 3 else None)
