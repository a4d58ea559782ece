#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""CUPS's own conformance suites, run by ipptool against the virtual printer.

The suites come without their documents, and a run that lacks one stops as if it had finished: so the
documents are made here, and every result line is counted and named.

usage: ipptool_suites.py PROGRAM [SENTENCE]
"""

import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))

from ipp_client import ALICE, Printer  # noqa: E402
from tap import main, skip, test  # noqa: E402

PROGRAM = sys.argv[1]
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


def run_suite(name, uri_of):
    """[(test's name, "PASS" | "FAIL" | "SKIP")] and the whole output."""
    if shutil.which("ipptool") is None or not (SUITES / name).exists():
        skip("ipptool and its suites are not installed (cups-ipp-utils)")
    folder = tempfile.mkdtemp(prefix="homespool-test-")
    try:
        os.chmod(folder, 0o755)
        for file in SUITES.glob("*.test"):
            shutil.copy(file, folder)
        make_documents(folder)
        me = {"user": ALICE, "group": pwd.getpwuid(ALICE).pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
        name_of_me = pwd.getpwuid(ALICE).pw_name
        with Printer(PROGRAM, "--print-after-ms", "200") as printer:
            done = subprocess.run(["ipptool", "-tI", "-T", "30", "-f", "document-a4.pdf", uri_of(printer), name], cwd=folder,
                                  env={"PATH": os.environ["PATH"], "USER": name_of_me, "HOME": folder},
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=250, **me)
            assert all(job["size"] != "0" for job in printer.jobs())
    finally:
        shutil.rmtree(folder)
    return [(m[1].strip(), m[2]) for m in re.finditer(r"^    (\S.*?)\s*\[(PASS|FAIL|SKIP)\]$", done.stdout, re.M)], done.stdout


def judge(name, uri_of, tests):
    results, output = run_suite(name, uri_of)
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


@test("ipp-1.1 passes on loopback TCP")
def _():
    judge("ipp-1.1.test", lambda printer: f"ipp://localhost:{printer.port}/ipp/print", 66)


@test("ipp-2.0 passes on the Unix socket")
def _():
    judge("ipp-2.0.test", lambda printer: "ipp://" + printer.path.replace("/", "%2F") + "/ipp/print", 67)


@test("the required attributes of IPP Everywhere are there")
def _():
    results, output = run_suite("ipp-everywhere.test", lambda printer: f"ipp://localhost:{printer.port}/ipp/print")
    assert not [r for r in results if r[1] == "FAIL"], output
    assert ("PWG 5100.14 section 5.1/5.2 - Required Operations and Attributes", "PASS") in results, output


if __name__ == "__main__":
    main(sys.argv[2] if len(sys.argv) > 2 else None)
