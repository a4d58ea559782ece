#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Nothing in the clear: a document and its title are searched for on the raw disk.

usage: in_the_clear.py BUILD_FOLDER [SENTENCE]

Agent, site, logs and /tmp lie on a file system in an image, in a mount namespace of this test's own.
Documents are printed, released, cancelled and held, the agent crashes, and then the whole image is
searched, free blocks, journals and all. What is not ours lies elsewhere: the document that the person
prints, what comes out of the printer, and in normal mode the folders of CUPS, on a disk of their own.
"""

import atexit
import contextlib
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parent.parent / "support")]
import memory_scan  # noqa: E402
from documents import pdf_of  # noqa: E402
from private_cups import as_user, until  # noqa: E402
from tap import main, skip, test  # noqa: E402
from thief import spellings  # noqa: E402
from town import Person, Programs, Town  # noqa: E402

BUILD = Path(sys.argv[1]).resolve()
HERE = Path(__file__).resolve().parent
INSIDE = "HOMESPOOL_TEST_INSIDE_NAMESPACE"
ELSEWHERE = "HOMESPOOL_TEST_TREE_IS_AT"
MEMORY = Path("/dev/shm")
PIECE_BYTES = 1 << 22
MAKE = {"ext4": (192 << 20, ["mkfs.ext4", "-q", "-F"]), "xfs": (320 << 20, ["mkfs.xfs", "-q", "-f"]),
        "btrfs": (192 << 20, ["mkfs.btrfs", "-q", "-f"])}

if os.geteuid() == 0 and INSIDE not in os.environ:
    probe = subprocess.run(["unshare", "-m", "--propagation", "private", "true"], capture_output=True, check=False)
    if probe.returncode == 0:
        os.environ[INSIDE] = "1"
        os.execvp("unshare", ["unshare", "-m", "--propagation", "private", sys.executable, *sys.argv])


def go_elsewhere():
    """A tree that lies below /tmp is looked at from another place, for /tmp will be a disk of this test's."""
    root = HERE.parent.parent
    place = tempfile.mkdtemp(dir=MEMORY)
    os.environ[ELSEWHERE] = place
    subprocess.run(["mount", "--bind", root, place], check=True)
    build = Path(place) / BUILD.relative_to(root) if BUILD.is_relative_to(root) else BUILD
    os.execv(sys.executable, [sys.executable, f"{place}/{Path(__file__).resolve().relative_to(root)}", str(build), *sys.argv[2:]])


def come_back():
    os.chdir("/")
    subprocess.run(["umount", "--lazy", os.environ[ELSEWHERE]], check=True)
    os.rmdir(os.environ[ELSEWHERE])


if ELSEWHERE in os.environ:
    atexit.register(come_back)
elif INSIDE in os.environ and HERE.is_relative_to("/tmp"):
    go_elsewhere()


def run(*words, **more):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=120, check=False, **more)
    assert done.returncode == 0, (words, done.returncode, done.stdout[-500:], done.stderr[-500:])
    return done.stdout


class Disk:
    """A file system in an image in memory, mounted at @place."""

    def __init__(self, kind, place):
        self.place = Path(place)
        self.image = MEMORY / f"homespool-{secrets.token_hex(4)}"
        size, make = MAKE[kind]
        with open(self.image, "wb") as file:
            file.truncate(size)
        try:
            run(*make, self.image)
            self.place.mkdir(exist_ok=True)
            run("mount", "-o", "loop", self.image, self.place)
        except (AssertionError, FileNotFoundError) as error:
            self.image.unlink()
            skip(f"no {kind} can be mounted from an image here: {error}")
        self.is_mounted = True

    def unmount(self):
        if self.is_mounted:
            run("umount", self.place)
            self.is_mounted = False

    def holds(self, words):
        """Which of @words {name: text} stand on the raw image, in any spelling."""
        wanted = {name: spellings(text) | {text.decode().encode("utf-16-le")} for name, text in words.items()}
        overlap = max(len(each) for texts in wanted.values() for each in texts)
        found = set()
        for piece in self._pieces(overlap):
            found |= {name for name, texts in wanted.items() if name not in found and any(each in piece for each in texts)}
        return found

    def _pieces(self, overlap):
        with open(self.image, "rb", buffering=0) as file:
            place = 0
            while True:
                try:
                    place = os.lseek(file.fileno(), place, os.SEEK_DATA)
                except OSError:
                    return  # nothing but holes, or the end
                before = min(place, overlap)
                yield os.pread(file.fileno(), PIECE_BYTES + before, place - before)
                place += PIECE_BYTES

    def close(self):
        if self.is_mounted:  # the test has failed, and something may still be there
            run("umount", "--lazy", self.place)
        self.image.unlink()


def make_pdf(words):
    lines = b"".join(b"%% %s line %d\n" % (words, n) for n in range(2000))
    return pdf_of([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                   b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> /Contents 4 0 R >>",
                   b"<< /Length %d >>\nstream\n%sendstream" % (len(lines), lines)])


class Unlimited(Programs):
    """The agent, allowed to leave core files by whoever starts it."""

    def __init__(self, folder):
        super().__init__(BUILD)
        agent, self.agent = self.agent, folder / "agent-unlimited"
        self.agent.write_text(f'#!/bin/sh\nulimit -c unlimited\nexec {agent} "$@"\n')
        self.agent.chmod(0o755)


class House(contextlib.ExitStack):
    """A town on a disk of the @kind, with a document that nobody but its person knows."""

    def __init__(self, kind, strict):
        super().__init__()
        if INSIDE not in os.environ:
            skip("needs root and a mount namespace")
        self.strict = strict
        self.words = {"the document": b"document" + secrets.token_hex(16).encode(), "the title": b"title" + secrets.token_hex(16).encode()}
        self.person = self.enter_context(Person())
        self.outside = Path(self.enter_context(tempfile.TemporaryDirectory(dir=MEMORY)))
        self.outside.chmod(0o777)
        self.document = self.outside / "document.pdf"
        self.document.write_bytes(make_pdf(self.words["the document"]))
        self.document.chmod(0o644)
        self.disk = Disk(kind, "/tmp")
        self.callback(self.disk.close)
        Path("/tmp").chmod(0o1777)
        self.town = Town(Unlimited(self.outside), self.person, folder="/tmp/town" if Path("/tmp/town").mkdir() is None else None)
        self.callback(self.town.close)

    def open(self):
        town = self.town
        self.cups_disk = None
        town.start_site()
        town.add_person(self.person)
        (town.folder / "printed").mkdir()
        run("mount", "-t", "tmpfs", "none", town.folder / "printed")
        town.list_printer(town.start_printer())
        cores = town.folder / "cores"
        cores.mkdir()
        cores.chmod(0o777)
        os.chdir(cores)
        self.callback(os.chdir, "/")
        if self.strict:
            self.print_straight()
            town.start_agent("[queue]\nstrict = true\n[spool]\ndisk-reserve = 0\n")
        else:
            self.cups_disk = Disk("ext4", town.folder / "cups")
            self.callback(self.cups_disk.close)
            town.start_cups()
            town.start_agent("[spool]\ndisk-reserve = 0\n")
        town.enrol()
        if not self.strict:
            town.await_queue()
        self.browser = town.browser()
        self.browser.sign_in()

    def print_straight(self):
        """/etc/cups/client.conf as strict mode wants it, in this namespace only."""
        settings = self.outside / "cups"
        settings.mkdir()
        (settings / "client.conf").write_text(f"ServerName {self.town.folder}/agent/run/ipp.sock\n")
        run("mount", "--bind", settings, "/etc/cups")
        self.callback(run, "umount", "/etc/cups")

    def doctor(self, name):
        checks = json.loads(self.town.homespool("--json", "doctor", check=False).stdout)["checks"]
        return next((check for check in checks if check["name"] == name), None)

    def as_person(self, *command, **environment):
        words, where = as_user(self.person, [str(word) for word in command],
                               env={"HOME": str(self.outside), "TMPDIR": str(self.outside), **environment})
        done = subprocess.run(words, env=where, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=90, check=False)
        assert done.returncode == 0, (command[:2], done.returncode, done.stdout, done.stderr[-1500:])

    def new_job(self, act):
        """The job that comes of @act."""
        before = {job["id"] for job in self.town.jobs()}
        act()
        return self.town.await_job(lambda job: job["id"] not in before and job["state"] == "held", "a job is held")["id"]

    def lp(self):
        title, environment = self.words["the title"].decode(), {}
        if self.town.cups is not None:
            environment["CUPS_SERVER"] = str(self.town.cups.socket)
        return self.new_job(lambda: self.as_person("lp", "-d", self.town.queue, "-t", title, self.document, **environment))

    def finish(self, job):
        until(lambda: job in self.browser.ask("GET", "/")[1], "the page shows it")
        self.browser.release(job)
        self.town.await_job(lambda each: each["id"] == job and each["state"] == "delivered", "it is printed", 60)

    def crash(self):
        """The agent dies as programs do whose core is kept."""
        agent = self.town.processes.pop("agent")
        agent.send_signal(signal.SIGSEGV)
        agent.wait(20)

    def check_search(self):
        found = self.search()
        for each in sorted(found):
            print(f"# VIOLATION {each} is on the disk in plain", flush=True)
        assert not found, found

    def search(self):
        """What stands on our disk, once everything has ended."""
        self.town.stop("agent")
        for name in list(self.town.processes):
            self.town.stop(name)
        if self.town.cups is not None:
            self.town.cups.stop()
        os.chdir("/")
        run("umount", self.town.folder / "printed")
        if self.cups_disk is not None:
            self.cups_disk.unmount()
        self.disk.unmount()
        return self.disk.holds(self.words)


def unlocked_places(pid, words):
    """Where @words stand in memory of @pid that could be swapped."""
    locked = {}
    for line in Path(f"/proc/{pid}/smaps").read_text().splitlines():
        area = re.match(r"([0-9a-f]+)-[0-9a-f]+ ", line)
        if area:
            current = area.group(1)
        elif line.startswith("VmFlags:"):
            locked[current] = " lo" in line
    found = memory_scan.find(pid, words)
    return {name: [where for where in places if not is_locked(where, locked)] for name, places in found.items()}


def is_locked(where, locked):
    place = int(re.search(r" ([0-9a-f]+)\+", where).group(1), 16)
    start = max((begin for begin in (int(each, 16) for each in locked) if begin <= place), default=None)
    return start is not None and locked[f"{start:x}" if f"{start:x}" in locked else f"{start:012x}"]


def check_memory(house):
    """No part of a document stays in the agent, and a title only where memory is not swapped."""
    pid, words = house.town.processes["agent"].pid, dict(house.words)
    if "memory cannot be locked" in house.town.log("agent"):
        print("# the agent may not lock its memory here: titles are not looked for in it")
        del words["the title"]
    until(lambda: not any(unlocked_places(pid, words).values()), "nothing is left in memory that can be swapped")


def live(house):
    """All that may happen to documents; one is held at the end."""
    town = house.town
    house.finish(house.lp())
    cancelled = house.lp()
    town.homespool("cancel", cancelled, user=house.person)
    house.lp()
    check_memory(house)
    house.crash()
    town.start_agent()
    held = house.lp()
    town.stop("agent")
    town.start_agent()
    assert held in {job["id"] for job in town.jobs()}


@test("normal mode: neither document nor title is on the disk of agent, site, logs and temporary files; CUPS's own disk has its deleted blocks")
def _():
    with House("ext4", strict=False) as house:
        house.open()
        town = house.town
        town.cups.run(["cupsdisable", town.queue])  # so that the document is on its disk for certain
        title = house.words["the title"].decode()
        house.as_person("lp", "-d", town.queue, "-t", title, house.document, CUPS_SERVER=str(town.cups.socket))
        run("sync", "-f", town.cups.spool)
        house.new_job(lambda: town.cups.run(["cupsenable", town.queue]))
        live(house)
        until(lambda: not [path for path in town.cups.spool.iterdir() if re.fullmatch(r"[cd]\d{5}.*", path.name)], "CUPS is purged")
        kept = [path for path in (town.folder / "cups").rglob("*") if path.is_file() and
                any(each in path.read_bytes() for word in house.words.values() for each in spellings(word))]
        assert not kept, kept
        house.check_search()
        # Counter-proof, and what docs/threat-model.md says of normal mode.
        assert "the document" in house.cups_disk.holds(house.words)


def has_gtk():
    probe = subprocess.run(["/usr/bin/python3", "-c", "import gi; gi.require_version('Gtk', '4.0'); from gi.repository import Gtk"],
                           capture_output=True, check=False)
    return probe.returncode == 0 and shutil.which("Xvfb") is not None


def print_by_dialog(house):
    read, write = os.pipe()
    screen = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-nolisten", "tcp", "-ac"], pass_fds=[write],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as answer:
            display = answer.readline().strip()
        (house.outside / "run").mkdir(mode=0o700, exist_ok=True)
        shutil.chown(house.outside / "run", house.person)
        return house.new_job(lambda: house.as_person(
            "/usr/bin/python3", HERE / "gtk_print.py", house.town.queue, house.document, house.words["the title"].decode(),
            DISPLAY=f":{display}", GDK_BACKEND="x11", GSK_RENDERER="cairo", GTK_A11Y="none", XDG_RUNTIME_DIR=str(house.outside / "run"),
            XDG_CACHE_HOME=str(house.outside), DBUS_SESSION_BUS_ADDRESS="unix:path=/nonexistent/bus"))
    finally:
        screen.terminate()
        screen.wait(20)


def add_strict(sentence, kind):
    @test(sentence)
    def _():
        with House(kind, strict=True) as house:
            house.open()
            assert "straight" in house.doctor("strict")["sentence"]
            live(house)
            if has_gtk():
                house.finish(print_by_dialog(house))
            else:
                print("# no GTK 4 for Python, or no Xvfb: without the dialog")
            house.check_search()


add_strict("strict mode on ext4: not even deleted blocks show what lp and a GTK print dialog have printed", "ext4")
add_strict("strict mode on xfs: not even deleted blocks show what lp and a GTK print dialog have printed", "xfs")
add_strict("strict mode on btrfs: not even deleted blocks show what lp and a GTK print dialog have printed", "btrfs")


@test("in strict mode there is no queue, and CUPS gives up what it hands over by another one")
def _():
    if INSIDE not in os.environ:
        skip("needs root and a mount namespace")
    with Person() as person, Town(Programs(BUILD), person) as town:
        town.start_cups()
        town.start_agent("[queue]\nstrict = true\n[spool]\ndisk-reserve = 0\n")
        assert town.queue not in town.cups.run(["lpstat", "-e"]).stdout
        device = "ipp://homespool:secret@" + str(town.folder / "agent/run/ipp.sock").replace("/", "%2F") + "/ipp/print"
        made = town.cups.run(["lpadmin", "-p", "other", "-E", "-v", device, "-m", "everywhere"])
        assert made.returncode == 0, made.stderr
        document = town.folder / "document.pdf"
        document.write_bytes(make_pdf(b"words"))
        sent = town.cups.run(["lp", "-d", "other", str(document)], person)
        assert sent.returncode == 0, sent.stderr
        until(lambda: "completed" in town.cups.jobs("other").values(), "CUPS is done with it")
        assert town.jobs() == [] and not list((town.folder / "agent/lib").rglob("*.age"))


@test("the search finds a document that was written and deleted, on each file system")
def _():
    if INSIDE not in os.environ:
        skip("needs root and a mount namespace")
    for kind in MAKE:
        with tempfile.TemporaryDirectory() as place:
            disk = Disk(kind, Path(place) / "disk")
            word = secrets.token_hex(16).encode()
            try:
                with open(disk.place / "copy", "wb") as file:
                    file.write(make_pdf(word))
                    file.flush()
                    os.fsync(file.fileno())
                (disk.place / "copy").unlink()
                disk.unmount()
                assert disk.holds({"it": word, "another": b"x" + word}) == {"it"}
            finally:
                disk.close()


@test("a program that crashes like the agent leaves a core file with its memory")
def _():
    if Path("/proc/sys/kernel/core_pattern").read_text().strip() != "core":
        skip("core files are not kept in the folder of the program here")
    word = secrets.token_hex(16)
    with tempfile.TemporaryDirectory() as folder:
        code = f"import os, signal; text = {word!r}; os.kill(os.getpid(), signal.SIGSEGV)"
        subprocess.run(["sh", "-c", 'ulimit -c unlimited; exec /usr/bin/python3 -c "$0"', code], cwd=folder, check=False, timeout=60)
        assert any(word.encode() in path.read_bytes() for path in Path(folder).glob("core*"))


main(sys.argv[2] if len(sys.argv) > 2 else None)
