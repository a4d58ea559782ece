#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""The journey of one job, shown step by step with real parts. Run by ./demo.

usage: demo.py BUILD_FOLDER [--keep]
"""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
from private_cups import until  # noqa: E402
from town import Person, Programs, Town  # noqa: E402

CANARY = "The canary sings in the attic"  # text of the document, searched for on the disk
TITLE = "Quarterly figures"
PAGES = 5
TTY = sys.stdout.isatty()


def say(text=""):
    print(text, flush=True)


class Step:
    """A line that says what happens, then how it went."""

    count = 0
    running = None

    def __init__(self, text):
        Step.count += 1
        self.lines = []
        self.text = f"{Step.count:2}. {text}"

    def __enter__(self):
        self.start = time.monotonic()
        Step.running = self
        if TTY:
            print(f"    {self.text} …", end="", flush=True)
        return self

    def __exit__(self, kind, problem, trace):
        mark = "\033[31m✗\033[0m" if kind and TTY else "✗" if kind else "\033[32m✓\033[0m" if TTY else "✓"
        print(f"{chr(13) + chr(27) + '[K' if TTY else ''}  {mark} {self.text} ({time.monotonic() - self.start:.1f} s)", flush=True)
        Step.running = None
        if self.lines:
            say("\n".join(self.lines))


def show(text):
    """Lines below the step that is running now, or right here."""
    lines = [f"       {line}" for line in text.rstrip().splitlines()]
    if Step.running:
        Step.running.lines += lines
    else:
        say("\n".join(lines))


def expect(condition, sentence):
    if not condition:
        raise AssertionError(sentence)


def make_document(folder):
    """A real PDF whose text can be found by searching its bytes."""
    # The text stands among the document's properties too, where no encoding of fonts hides it from the search.
    program = (f"[/Subject ({CANARY}) /DOCINFO pdfmark /Helvetica findfont 24 scalefont setfont 1 1 {PAGES} "
               f"{{72 700 moveto ({CANARY}, page ) show 10 string cvs show showpage}} for")
    path = folder / "document.pdf"
    subprocess.run(["gs", "-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE=pdfwrite", "-dCompressPages=false", "-dCompressStreams=false",
                    "-dCompressFonts=false", "-o", path, "-c", program], check=True, stdin=subprocess.DEVNULL)
    expect(CANARY.encode() in path.read_bytes(), "the document's text cannot be searched for")
    path.chmod(0o644)
    return path


def files_with(folder, needle, without):
    """Every file below @folder that holds @needle, but for those the demo itself put there."""
    found = []
    for path in folder.rglob("*"):
        try:
            if path.is_file() and not path.is_symlink() and path not in without and needle in path.read_bytes():
                found.append(str(path.relative_to(folder)))
        except FileNotFoundError:
            pass  # removed while we looked
    return found


def submit(town, document):
    # The PDF is handed in as one that is finished, so that CUPS's filters do not rewrite it and bytes can be compared.
    done = town.cups.run(["lp", "-d", town.queue, "-t", TITLE, "-o", "document-format=application/vnd.cups-pdf", str(document)],
                         user=town.person)
    expect(done.returncode == 0, done.stderr)
    job = town.await_job(lambda job: job["state"] == "held" and job["pages_source"] == "measured", "the job is held and counted")
    expect(job["name"] == TITLE and job["pages"] == PAGES, f"the job looks wrong: {job}")
    return job


def look_at_disk(town, job, document):
    spool = town.folder / "agent/lib/spool"
    sealed = spool / f"{job['id']}.age"
    head = sealed.read_bytes()[:300]
    expect(head.startswith(b"age-encryption.org/v1\n"), "the spool file is no age file")
    show(f"{sealed.relative_to(town.folder)}: {sealed.stat().st_size} bytes")
    show("\n".join(line[:72].decode() for line in head.split(b"\n")[:2]))
    until(lambda: not town.cups.jobs(town.queue), "CUPS has forgotten the job")
    # cupsd rewrites its list of jobs a moment after it has forgotten one.
    found = []
    end = time.monotonic() + 20
    while time.monotonic() < end:
        found = [f"{word} in {name}" for word, needle in (("the text", CANARY), ("the title", TITLE))
                 for name in files_with(town.folder, needle.encode(), {document})]
        if not found:
            return
        time.sleep(0.1)
    expect(not found, f"the document can be read: {', '.join(found)}")


def release(town, job):
    browser = town.browser()
    status, page, _ = browser.ask("GET", "/")
    expect(status == 200, "the release page does not answer")
    status, _, _ = browser.ask("POST", "/sign-in", {"user": town.person, "password": town.password})
    expect(status == 303, "signing in failed")
    _, page, _ = browser.ask("GET", "/")
    expect(job["id"] in page, "the release page does not show the job")
    expect(TITLE not in page, "the release page knows the title")
    csrf = re.search(r'name="csrf" value="([^"]+)"', page).group(1)
    printer = re.search(r'<option value="([0-9a-f-]{36})"', page).group(1)
    status, _, _ = browser.ask("POST", "/release", {"csrf": csrf, "job": job["id"], "printer": printer})
    expect(status == 303, "the release was refused")


def await_paper(town, job):
    done = town.await_job(lambda one: one["id"] == job["id"] and one["state"] not in ("held", "released", "delivering"), "it is over")
    expect(done["state"] == "delivered", f"the job is {done['state']}: {done['sentence']}")
    return done


def compare(town, document):
    printed = sorted(town.printed.glob("*.pdf"))
    expect(len(printed) == 1, f"the printer has {len(printed)} documents")
    sums = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (document, printed[0])]
    show(f"submitted {sums[0]}\nprinted   {sums[1]}")
    expect(sums[0] == sums[1], "the bytes differ")


def journey(town):
    say("\nThe organisation")
    with Step("the root's keeper makes keys, the site starts on SQLite, the trust bundle is signed"):
        town.start_site()
    with Step(f"the site gets a person: {town.person}"):
        town.add_person(town.person)
    with Step("a printer is plugged in (ippeveprinter, IPPS)"):
        certificate = town.start_printer()
    with Step("the printer-admin key signs the list of printers, with this printer's key"):
        town.list_printer(certificate)

    say("\nThe workstation")
    with Step("CUPS starts, private to this demo"):
        town.start_cups()
    with Step("the agent starts and joins the site with a one-time token"):
        town.start_agent()
        town.enrol()
    with Step("the agent makes its queue in CUPS and sees it refuse a false name"):
        town.await_queue()

    say("\nThe job")
    document = make_document(town.folder)
    with Step(f"{town.person} prints a PDF of {PAGES} pages with lp"):
        job = submit(town, document)
    with Step("the job is held; only its owner sees the title"):
        show(town.homespool("jobs", user=town.person).stdout)
    with Step("on the disk there is an age file, and the text and title in no file, CUPS's spool included"):
        look_at_disk(town, job, document)
    with Step(f"{town.person} releases it on the site's page"):
        release(town, job)
    with Step("the workstation sends it to the printer, which prints it"):
        await_paper(town, job)
    with Step("the printed bytes are the submitted bytes"):
        compare(town, document)
    with Step("the sealed file is gone, and the site has the report"):
        until(lambda: not list((town.folder / "agent/lib/spool").glob("*")), "the spool is empty")
        until(lambda: town.report(), "the report arrives")
        show(town.run(town.programs.site, "report", "--data", town.folder / "site").stdout)
    with Step("the story of the job, as the help desk sees it"):
        show(town.homespool("trace", job["id"][-6:], user=town.person).stdout)


def keep(town):
    say("\nIt is left running until you press Ctrl-C.")
    say(f"  release page   {town.url}/   user {town.person}, password {town.password}")
    say("                 (its certificate is the demo's own: let your browser accept it)")
    say(f"  print          CUPS_SERVER={town.cups.socket} lp -d {town.queue} FILE   (as {town.person})")
    say(f"  look           {town.programs.command} --root {town.folder}/agent jobs")
    say(f"                 {town.programs.command} --root {town.folder}/agent doctor")
    say(f"  everything     {town.folder}")
    signal.sigwait({signal.SIGINT, signal.SIGTERM})


def main():
    if os.geteuid() != 0:
        sys.exit("demo.py is run by ./demo")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    folder = Path(tempfile.mkdtemp(prefix="homespool-demo-"))
    town = None
    try:
        with Person() as person:
            town = Town(Programs(sys.argv[1]), person, folder=folder)
            try:
                journey(town)
                say("\nEvery step held.")
                if "--keep" in sys.argv[2:]:
                    keep(town)
            finally:
                town.close()
    except (AssertionError, KeyboardInterrupt) as problem:
        say(f"\nThe demo failed: {problem or 'interrupted'}")
        for name in ("agent", "site", "queue"):
            text = town.log(name) if town else ""
            if text:
                say(f"--- last lines of {name}")
                show("\n".join(text.splitlines()[-8:]))
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


sys.exit(main())
