#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Who opens what: each line of the table in docs/threat-model.md, tried with real parts.

A person's document waits at a real agent of a real site. A thief (thief.py) gets one thing after the
other and tries to read it. Each test has its counter-proof: what is missing is added, and the same
thief reads the document; so a test that passes does not pass because the thief is clumsy.

usage: who_opens_what.py BUILD_FOLDER [SENTENCE]
"""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path[:0] = [str(FOLDER), str(FOLDER.parent / "support"), str(FOLDER.parent / "control"), str(FOLDER.parent / "serve")]
import seal_reference as seal  # noqa: E402
from control_world import Workstation, has_programs, small_pdf, uid_of, until  # noqa: E402
from ipp_client import NOT_FOUND, Connection, integer  # noqa: E402
from private_cups import as_user  # noqa: E402
from tap import main, skip, test  # noqa: E402
from thief import Disk, Site, key_like, memory_holds, places, read, spellings  # noqa: E402
from town import AGENT_USER, Person  # noqa: E402

TITLE = "Canary-4f1e7c dismissal"
DOCUMENT = small_pdf(2) + b"%% secret words of the document\n"
OTHER = f"homespool-{os.getpid()}"


def private_of(key_file):
    """The 32 bytes of an age key file."""
    text = re.search(rb"AGE-SECRET-KEY-1([A-Z0-9]+)", key_file).group(1).decode().lower()
    number = 0
    for letter in text[:-6]:
        number = number << 5 | "qpzry9x8gf2tvdw0s3jn54khce6mua7l".index(letter)
    return (number >> len(text[:-6]) * 5 - 256).to_bytes(32, "big")


class World:
    """One document of one person, held; the key that opens it is known to the test and locked at the agent."""

    ws = None

    @classmethod
    def open(cls):
        if cls.ws is not None:
            return cls.ws
        if os.geteuid() != 0:
            skip("needs root, to be several users")
        has_programs("age", "age-keygen")
        cls.person = Person()
        cls.name = cls.person.__enter__()
        cls.other = Person(OTHER)
        cls.other.__enter__()
        cls.uid = uid_of(cls.name)
        cls.ws = ws = Workstation(sys.argv[1])
        ws.person = cls.name
        ws.start_site()
        ws.add_person(cls.name)
        ws.add_person(OTHER)
        ws.list_printer(ws.start_printer())
        ws.start_agent(ws.configuration)
        ws.enrol()
        ws.unlock(cls.uid)
        cls.private = private_of(ws.keys[cls.uid])
        cls.job = ws.print_as(cls.uid, title=TITLE, document=DOCUMENT)["id"]
        until(lambda: cls.announced(cls.job), "the site knows the document")
        ws.post(cls.uid, "/v1/sign-out")
        cls.sealed = cls.disk().document(cls.job)
        return ws

    @classmethod
    def close(cls):
        if cls.ws is not None:
            cls.ws.close()
            cls.person.__exit__()
            cls.other.__exit__()

    @classmethod
    def announced(cls, job):
        return any(row["id"] == uuid.UUID(job).bytes for row in Site(cls.ws.folder / "site/site.db").tables["jobs"])

    @classmethod
    def state(cls):
        return cls.ws.root / "lib"

    @classmethod
    def disk(cls):
        return Disk(cls.state())

    @classmethod
    def site_data(cls):
        return cls.ws.folder / "site"

    @classmethod
    def site(cls, keys=False, database=None):
        return Site(database or cls.site_data() / "site.db", cls.site_data() / "keys" if keys else None)

    @classmethod
    def run_site(cls, *words):
        return cls.ws.run(cls.ws.programs.site, *words[:2 if words[0] == "device" else 1], "--data", cls.site_data(),
                          *words[2 if words[0] == "device" else 1:])

    @classmethod
    def backup(cls, name):
        path = cls.ws.folder / name
        cls.run_site("backup", "--output", path)
        return path


def age(key_file, sealed):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "key.txt"
        path.write_bytes(key_file)
        return subprocess.run(["age", "-d", "-i", path], input=sealed, capture_output=True, check=False, timeout=60)


# ── the table ────────────────────────────────────────────────────────────────────────────────


@test("the disk alone, with the machine secret in a file on it, opens no document and no title")
def _():
    World.open()
    disk = World.disk()
    assert disk.secret is not None, "this machine secret is a file, so the thief has it: the worst case"
    assert read(World.sealed, World.job, disk) is None
    assert read(disk.title_file(World.job), World.job, disk) is None
    for words in (DOCUMENT[:60], TITLE.encode()):
        assert places(words, World.state()) == []
    # Counter-proof: with either missing half the same thief reads it.
    share = World.site(keys=True).share(World.job)
    assert read(World.sealed, World.job, disk, keys=[share]) == DOCUMENT
    assert read(World.sealed, World.job, disk, keys=[World.private]) == DOCUMENT
    assert TITLE.encode() in read(disk.title_file(World.job), World.job, disk, keys=[share])


@test("the site's database and its backup open no document and no title")
def _():
    World.open()
    for base in (World.site(), World.site(database=World.backup("taken.db"))):
        title = base.job(World.job)["sealed_title"]
        assert title and TITLE.encode() not in title
        assert base.job(World.job)["title"] is None and base.release_keys() == [] and base.share(World.job) is None
        # He may even have the file and the workstation's disk: still no share.
        assert read(World.sealed, World.job, base) is None
        assert read(World.sealed, World.job, base, World.disk()) is None
        assert find_title(title, base.values()) is None
        # Counter-proofs: the wrap key makes the database a live site, the title key opens the title.
        assert read(World.sealed, World.job, World.site(keys=True), World.disk()) == DOCUMENT
        title_key = seal.hkdf(World.private, b"", b"homespool title v1")
        assert json.loads(find_title(title, base.values() | {title_key}))["title"] == TITLE
    assert places(TITLE.encode(), World.site_data()) == [] and places(DOCUMENT[:60], World.site_data()) == []


def find_title(sealed, values):
    for key in values:
        if len(key) == 32:
            try:
                return seal.open_with_file_key(sealed, seal.x25519_unwrap(seal.parse_file(sealed)[0][0], key))
            except ValueError:
                pass
    return None


@test("a broken-into live site without the disk opens no document, though it may have the file")
def _():
    World.open()
    live = World.site(keys=True)
    assert len(live.release_keys()) >= 1, "it has every private half"
    assert read(World.sealed, World.job, live) is None
    assert find_title(live.job(World.job)["sealed_title"], live.values()) is None
    # Counter-proof: the workstation's machine secret is what it lacks.
    assert read(World.sealed, World.job, live, World.disk()) == DOCUMENT


@test("the disk and the live site together open what the site would release, and only together")
def _():
    World.open()
    disk, live = World.disk(), World.site(keys=True)
    assert read(World.sealed, World.job, disk, live) == DOCUMENT
    title = read(disk.title_file(World.job), World.job, disk, live)
    assert TITLE.encode() in title
    disk.secret = bytes(32)
    assert read(World.sealed, World.job, live, keys=disk.values() - {World.disk().secret}) is None
    assert read(World.sealed, World.job, World.disk()) is None


@test("a running agent gives root the keys of people who have unlocked them, and of nobody else")
def _():
    ws = World.open()
    pid = ws.processes["agent"].pid
    text = re.search(rb"AGE-SECRET-KEY-1[A-Z0-9]+", ws.keys[World.uid]).group(0)
    assert not memory_holds(pid, World.private), "locked at the beginning"
    ws.unlock(World.uid)
    assert memory_holds(pid, World.private), "unlocked: root reads it; nothing defends against that"
    assert not memory_holds(pid, text), "the text of the key file is wiped at once"
    ws.post(World.uid, "/v1/sign-out")
    assert not memory_holds(pid, World.private, *spellings(World.private), text), "locked again: nothing is left, in no spelling"
    ws.unlock(uid_of(OTHER))
    assert memory_holds(pid, private_of(ws.keys[uid_of(OTHER)])) and not memory_holds(pid, World.private)
    ws.post(uid_of(OTHER), "/v1/sign-out")


READABLE = """
import os, sys
for top in sys.argv[1:]:
    for folder, folders, files in os.walk(top, onerror=lambda error: None):
        for name in files:
            path = os.path.join(folder, name)
            if not os.path.islink(path):
                try:
                    open(path, "rb").close()
                    print(path)
                except OSError:
                    pass
"""
PROC = """
import os, sys
for name in ("mem", "maps", "environ", "auxv", "stack", "syscall"):
    try:
        with open(f"/proc/{sys.argv[1]}/{name}", "rb") as file:
            name == "mem" or file.read(1)
        print(name)
    except OSError:
        pass
for name in ("fd", "root", "cwd", "map_files"):
    try:
        os.listdir(f"/proc/{sys.argv[1]}/{name}")
        print(name)
    except OSError:
        pass
"""


def run_as(name, source, *arguments):
    command, environment = as_user(name, ["/usr/bin/python3", "-c", source, *map(str, arguments)])
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.split("\n")[:-1]


@test("another user of the workstation reads no file of the agent, and nothing of its process")
def _():
    ws = World.open()
    pid = ws.processes["agent"].pid
    for name in (OTHER, World.name):
        assert run_as(name, READABLE, World.state(), ws.root / "run") == []
        assert run_as(name, PROC, pid) == []
    # Counter-proofs: the same programs see everything as root.
    mine = [str(path) for path in World.state().rglob("*") if path.is_file()]
    assert set(run_as("root", READABLE, World.state())) == set(mine) and len(mine) >= 3
    assert {"mem", "maps", "environ", "fd"} <= set(run_as("root", PROC, pid))
    assert stat.S_IMODE(World.state().stat().st_mode) == 0o700
    for path in World.state().rglob("*"):
        if path.name == "machine-secret" or path.suffix in (".key", ".age") or path.name.startswith("ledger"):
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


@test("the agent's memory is in no core dump, and no program of its user may look into it")
def _():
    ws = World.open()
    pid = ws.processes["agent"].pid
    assert re.search(r"Max core file size +0 +0 ", Path(f"/proc/{pid}/limits").read_text())
    # Who must not be dumped is root's in /proc, though not root: here the counter-proof is a plain sleep.
    words, environment = as_user(AGENT_USER, ["sleep", "60"])
    plain = subprocess.Popen(words, env=environment)
    try:
        until(lambda: Path(f"/proc/{plain.pid}/comm").read_text() == "sleep\n", "it sleeps")
        uid = uid_of(AGENT_USER)
        assert f"\nUid:\t{uid}\t" in Path(f"/proc/{pid}/status").read_text()
        assert (os.stat(f"/proc/{plain.pid}/mem").st_uid, os.stat(f"/proc/{pid}/mem").st_uid) == (uid, 0)
        assert run_as(AGENT_USER, PROC, pid) == [] and "mem" in run_as(AGENT_USER, PROC, plain.pid)
    finally:
        plain.kill()
        plain.wait()


@test("another user of the workstation learns of the document neither by the control socket nor by IPP")
def _():
    ws = World.open()
    uid = uid_of(OTHER)
    mine = next(job for job in ws.get(World.uid, "/v1/jobs")["jobs"] if job["id"] == World.job)
    assert World.job not in json.dumps(ws.get(uid, "/v1/jobs")) and ws.get(uid, "/v1/status")["held"] == 0
    assert ws.ask(uid, "GET", f"/v1/jobs/{World.job}").same_as(ws.ask(uid, "GET", f"/v1/jobs/{uuid.uuid4()}"))
    with Connection(ws, uid) as other, Connection(ws, World.uid) as owner:
        number = integer("job-id", mine["ipp_id"])
        assert other.ask("Get-Job-Attributes", number).status == NOT_FOUND
        assert other.ask("Get-Jobs").jobs == []
        # Counter-proof: its owner sees it on both ways.
        assert owner.ask("Get-Job-Attributes", number).status < 0x100
        assert mine["ipp_id"] in [job["job-id"][0] for job in owner.ask("Get-Jobs").jobs]


@test("a share that was given away is on no disk of the agent or the site, and leaves the agent's memory")
def _():
    ws = World.open()
    job = ws.print_as(World.uid, title=TITLE, document=DOCUMENT)["id"]
    until(lambda: World.announced(job), "the site knows the document")
    share = World.site(keys=True).share(job)
    e_public = World.site().job(job)["e"]
    folders = (ws.root, World.site_data(), *ws.folder.glob("*.log"))
    assert any("ledger.db" in path.name for path in places(e_public, ws.root)), "the search finds what is there"
    assert any("site.db" in path.name for path in places(e_public, World.site_data()))
    browser = ws.browser()
    browser.sign_in()
    until(lambda: job in browser.ask("GET", "/")[1], "the page shows it")
    browser.release(job)
    ws.await_state(World.uid, job, "delivered")
    printed = [path.read_bytes() for path in ws.printed.iterdir() if path.suffix == ".pdf"]
    assert printed == [DOCUMENT], "the share arrived: the key of the person was locked"
    assert places(share, *folders) == []
    assert all(text not in path.read_bytes() for text in spellings(share) for path in ws.folder.glob("*.log"))
    assert not list(World.state().rglob(f"{job}.age"))
    assert not memory_holds(ws.processes["agent"].pid, *spellings(share))


@test("after revocation disk, machine secret and the site as it is do not open a document, nor a restored backup; the owner's key does")
def _():
    ws = World.open()
    backup = World.backup("before.db")
    disk, before = World.disk(), World.site(keys=True)
    assert read(World.sealed, World.job, disk, before) == DOCUMENT
    device = str(uuid.UUID(bytes=before.job(World.job)["device"]))
    World.run_site("device", "revoke", device)
    after = World.site(keys=True)
    assert after.share(World.job) is None and read(World.sealed, World.job, disk, after) is None
    stored = b"".join(path.read_bytes() for path in World.site_data().glob("site.db*"))
    wrapped = [row["wrapped"] for row in before.tables["release_keys"]]
    assert len(wrapped) >= 1 and not any(each in stored for each in wrapped), "not even deleted pages keep them"
    # A backup that the administrator restores: the log of what is destroyed, outside of it, is applied.
    ws.stop("site")
    for path in World.site_data().glob("site.db*"):
        path.unlink()
    World.run_site("restore", "--file", backup)
    assert read(World.sealed, World.job, disk, World.site(keys=True)) is None
    ws.start("site", [ws.programs.site, "serve", "--data", World.site_data()])
    until(lambda: ws.answers(ws.people_port), "the site listens")
    restored = World.site(keys=True)
    assert restored.release_keys() == [] and read(World.sealed, World.job, disk, restored) is None
    # What is left over, and the counter-proof: a backup from before, with keys/wrap.key, which belongs
    # into no backup. And way 1 is the owner's as long as the owner has the key.
    assert read(World.sealed, World.job, disk, World.site(keys=True, database=backup)) == DOCUMENT
    opened = age(ws.keys[World.uid], World.sealed)
    assert opened.returncode == 0 and opened.stdout == DOCUMENT, opened.stderr


try:
    main(sys.argv[2] if len(sys.argv) > 2 else None)
finally:
    World.close()
