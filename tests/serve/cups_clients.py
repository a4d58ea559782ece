#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""The virtual printer behind a cupsd of our own, and before CUPS's own commands.

usage: cups_clients.py PROGRAM [SENTENCE]
"""

import contextlib
import grp
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))

from documents import noisy_pdf  # noqa: E402
from ipp_client import ALICE, Printer, until  # noqa: E402
from tap import main, skip, test  # noqa: E402

PROGRAM = sys.argv[1]
SECRET = "abcdefghijklmnopqrstuvwxyz0123456789-_ABCDE"


def need_cups():
    if os.geteuid() != 0:
        skip("a cupsd with proven users needs root")
    for command in ("cupsd", "lpadmin", "lp", "lpstat", "cancel", "driverless"):
        if shutil.which(command, path=os.environ["PATH"] + ":/usr/sbin") is None:
            skip(f"{command} is not installed (cups, cups-client, cups-filters)")


def run(*command, uid=0, server=None, check=True):
    who = {"user": uid, "group": pwd.getpwuid(uid).pw_gid, "extra_groups": []} if uid else {}
    environment = {"PATH": os.environ["PATH"] + ":/usr/sbin", "USER": pwd.getpwuid(uid).pw_name, "HOME": "/nonexistent",
                   "LC_ALL": "C.UTF-8"}
    if server:
        environment["CUPS_SERVER"] = server
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60,
                          stdin=subprocess.DEVNULL, text=True, errors="replace", **who)
    assert not check or done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}"
    return done.stdout


CONFIGURATION = """LogLevel info
Listen {0}/state/cups.sock
Browsing No
MaxJobs 0
DefaultAuthType Basic
<Location />
Order allow,deny
Allow localhost
</Location>
<Policy default>
<Limit All>
Order deny,allow
</Limit>
</Policy>
<Policy authenticated>
<Limit Create-Job Print-Job Print-URI Validate-Job Send-Document Send-URI>
AuthType Default
Require valid-user
Order deny,allow
</Limit>
<Limit All>
Order deny,allow
</Limit>
</Policy>
"""

FILES = """User lp
Group lp
SystemGroup root lpadmin
ServerRoot {0}/root
RequestRoot {0}/spool
TempDir {0}/spool/tmp
CacheDir {0}/cache
StateDir {0}/state
ErrorLog {0}/error_log
AccessLog {0}/access_log
PageLog {0}/page_log
ServerKeychain {0}/keys
FatalErrors none
"""


@contextlib.contextmanager
def cupsd():
    """The path of a private cupsd's socket."""
    folder = tempfile.mkdtemp(prefix="homespool-cups-")
    lp = grp.getgrnam("lp").gr_gid
    os.chmod(folder, 0o755)
    for name, mode in (("root", 0o755), ("root/ppd", 0o755), ("spool", 0o710), ("spool/tmp", 0o1770), ("cache", 0o775),
                       ("state", 0o755), ("state/certs", 0o755), ("keys", 0o700)):
        os.mkdir(f"{folder}/{name}")
        os.chmod(f"{folder}/{name}", mode)
        os.chown(f"{folder}/{name}", 0, lp)
    Path(folder, "cupsd.conf").write_text(CONFIGURATION.format(folder))
    Path(folder, "cups-files.conf").write_text(FILES.format(folder))
    server = folder + "/state/cups.sock"
    daemon = subprocess.Popen(["/usr/sbin/cupsd", "-f", "-c", f"{folder}/cupsd.conf", "-s", f"{folder}/cups-files.conf"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(lambda: os.path.exists(server) and "running" in run("lpstat", "-r", server=server, check=False)
              .replace("not running", ""), "cupsd running")
        yield server
    finally:
        daemon.terminate()
        daemon.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def make_queue(printer, server, name="homespool", password=SECRET):
    """Makes a queue that knows @password, or none, and returns its driver's text."""
    driver = Path(server).parent.parent / f"root/ppd/{name}.ppd"
    socket = printer.path.replace("/", "%2F")
    login = f"homespool:{password}@" if password else ""
    policy = ("-o", "printer-op-policy=authenticated") if password else ()
    run("lpadmin", "-p", name, "-E", "-v", f"ipp://{login}{socket}/ipp/print" + ("?waitjob=false" if password else ""), "-m", "everywhere",
        *policy, server=server)
    until(driver.exists, "CUPS's driver")  # CUPS makes it in the background, and changes the queue once more then
    printer.tell("trust " + SECRET)
    return driver.read_text(errors="replace")


@contextlib.contextmanager
def document(size=0):
    """The name of a file with a PDF of one page; with @size, one that holds so many bytes of noise that nothing packs."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(noisy_pdf(size))
        file.flush()
        os.chmod(file.name, 0o644)
        yield file.name


@test("lpadmin -m everywhere makes a queue of it, and what is printed arrives under the proven name")
def _():
    need_cups()
    with Printer(PROGRAM) as printer, cupsd() as server, document() as file:
        driver = make_queue(printer, server)
        for line in ("*DefaultPageSize: A4", "*Duplex DuplexNoTumble", "*DefaultColorModel: RGB",
                     "*cupsFilter2: \"application/vnd.cups-pdf application/pdf"):
            assert line in driver, line
        run("lp", "-d", "homespool", file, uid=ALICE, server=server)
        until(lambda: len(printer.jobs()) == 1, "a job at the printer")
        job = printer.jobs()[0]
        assert (job["name"], job["kind"], job["format"]) == (pwd.getpwuid(ALICE).pw_name, "proven", "application/pdf")
        until(lambda: run("lpstat", "-o", server=server) == "", "CUPS through with it")


@test("a queue without the secret brings nothing in")
def _():
    need_cups()
    with Printer(PROGRAM) as printer, cupsd() as server, document() as file:
        make_queue(printer, server, "attack", password=None)
        run("lp", "-d", "attack", file, uid=ALICE, server=server)
        try:
            until(lambda: "held-for-authentication" in run("lpstat", "-l", "-o", server=server), "CUPS asking for a password")
        except AssertionError as no:
            log = Path(server).parent.parent.joinpath("error_log").read_text(errors="replace")
            raise AssertionError(run("lpstat", "-l", "-o", "-p", server=server) + log[-3000:]) from no
        assert printer.jobs() == []


@test("a document that is refused while it comes is cancelled in CUPS, not tried again")
def _():
    need_cups()
    with Printer(PROGRAM, "--most-bytes", "1000000") as printer, cupsd() as server, document(6000000) as file:
        make_queue(printer, server)
        run("lp", "-d", "homespool", file, uid=ALICE, server=server)
        until(lambda: printer.counts()["aborted"] == 1, "a refusal")
        until(lambda: run("lpstat", "-o", server=server) == "", "CUPS through with it")
        log = Path(server).parent.parent.joinpath("error_log").read_text(errors="replace")
        assert "canceled at printer" in log, log[-2000:]
        assert printer.jobs() == [] and printer.counts()["aborted"] == 1


@test("a job that is cancelled in CUPS while it is sent leaves nothing")
def _():
    need_cups()
    with Printer(PROGRAM, "--stalls") as printer, cupsd() as server, document(6000000) as file:
        make_queue(printer, server)
        run("lp", "-d", "homespool", file, uid=ALICE, server=server)
        until(lambda: printer.counts()["arrivals"] == 1, "an arrival")
        run("cancel", "-a", server=server)
        until(lambda: printer.counts()["open"] == 0, "the end of the arrival")
        # CUPS may end the part that it has sent as a whole document; then it cancels that.
        until(lambda: {job["state"] for job in printer.jobs()} <= {"cancelled"}, "nothing held")


@test("with ServerName set to the socket, lp, lpstat and cancel work without any cupsd")
def _():
    need_cups()
    with Printer(PROGRAM) as printer, document() as file:
        def ask(*command): return run(*command, uid=ALICE, server=printer.path)
        assert "default destination: homespool" in ask("lpstat", "-d")
        assert "printer homespool is idle" in ask("lpstat", "-p")
        assert "homespool accepting requests" in ask("lpstat", "-a")
        assert "request id is homespool-" in ask("lp", "-n", "2", "-o", "sides=two-sided-long-edge", file)
        job = printer.jobs()[0]
        assert job["owner"] == str(ALICE) and job["size"] == str(os.path.getsize(file))
        assert f"homespool-{job['id']} " in ask("lpstat", "-o")
        ask("cancel", f"homespool-{job['id']}")
        assert printer.jobs()[0]["state"] == "cancelled"


@test("driverless makes a driver of it")
def _():
    need_cups()
    with Printer(PROGRAM) as printer:
        driver = run("driverless", f"ipp://localhost:{printer.port}/ipp/print", uid=ALICE)
        assert driver.startswith("*PPD-Adobe") and "application/pdf" in driver and "*Duplex DuplexNoTumble" in driver
        assert "A4" in driver


if __name__ == "__main__":
    main(sys.argv[2] if len(sys.argv) > 2 else None)
