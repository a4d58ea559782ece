#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""The workstation's own link against the real site: the two halves that are tested apart elsewhere.

usage: site_link.py HOMESPOOL_TRUST HOMESPOOL_SITE WORKSTATION [SENTENCE]
"""

import atexit
import contextlib
import select
import sqlite3
import subprocess
import sys
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent / "support"))
from site_world import LIMIT_S, Person, World, identity_of, wait_until  # noqa: E402
from tap import main, test  # noqa: E402

TRUST, SITE, WORKSTATION = sys.argv[1:4]
PASSWORD = "correct-horse-battery"
# The workstation's paper printers 1 and 2; see tests/journey/paper.c. Only the first gets listed.
LISTED, UNLISTED = (f"50000000-0000-0000-0000-00000000000{n}" for n in (1, 2))


class Workstation:
    def __init__(self, world, user="anna"):
        self.process = subprocess.Popen([WORKSTATION, world.organisation, user], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL)

    def ask(self, line):
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()
        ready, _, _ = select.select([self.process.stdout], [], [], 2 * LIMIT_S)
        assert ready, f"no answer to {line.split()[0]}"
        return self.process.stdout.readline().decode().strip()

    def ok(self, line):
        answer = self.ask(line)
        assert answer.startswith("ok"), answer
        return answer[3:]

    def close(self):
        self.process.stdin.close()
        assert self.process.wait(LIMIT_S) == 0


WORLD = World(TRUST, SITE, ["--offline", "print"])
atexit.register(WORLD.close)
WORLD.add_user("anna", PASSWORD)


def publish(*files):
    """Gives the site what was signed. Workstations hear of it with their next poll."""
    for name in files:
        WORLD.site("trust", "--data", WORLD.data, "--file", WORLD.root / name)


def list_printer(uuid, name):
    request = WORLD.folder / "request.json"
    WORLD.site("printer", "add", "--name", name, "--location", "Hall", "--uri", "ipps://printer.example.org/ipp/print",
               "--pin", "sha256:" + "ab" * 32, "--uuid", uuid, "--output", request)
    WORLD.sign(request)
    publish("printers.jws")


list_printer(LISTED, "Hall")
WORLD.start()
TOKEN = WORLD.folder / "token"
TOKEN.write_text(WORLD.site("token", "--data", WORLD.data))
PC = Workstation(WORLD)
atexit.register(PC.process.kill)


def status():
    return PC.ok("status")


def anna():
    person = Person(WORLD)
    person.sign_in("anna", PASSWORD)
    return person


def print_one():
    """Prints, and waits until the release page shows it."""
    job, person = PC.ok("print"), anna()
    wait_until(lambda: job in person.get().text)
    return job, person


def ask_database(statement, job):
    with contextlib.closing(sqlite3.connect(f"file:{WORLD.data}/site.db?mode=ro", uri=True)) as database:
        return database.execute(statement, [uuid.UUID(job).bytes]).fetchall()


def state_at_site(job):
    return [row[0] for row in ask_database("SELECT state FROM jobs WHERE id=?", job)]


def reported(job):
    return len(ask_database("SELECT 1 FROM reports WHERE job=?", job))


def wait_state(job, state):
    wait_until(lambda: PC.ok(f"state {job}") == state)


@test("a workstation joins with a token, once")
def _():
    assert status().startswith("alone")
    PC.ok(f"enrol {TOKEN}")
    wait_until(lambda: status().startswith("enrolled online"))
    assert "bundle=1 printers=1" in status()
    other = Workstation(WORLD)
    answer = other.ask(f"enrol {TOKEN}")
    assert answer.startswith("error refused: the enrolment token was used"), answer
    other.close()


@test("what is printed shows on the release page, and its release there prints it, once")
def _():
    PC.ok("lock yes")  # only the site's share opens it
    job, person = print_one()
    assert PC.ok(f"state {job}") == "held"
    person.release(LISTED, job)
    wait_state(job, "delivered")
    assert PC.ok(f"count {job}") == "1"
    PC.ok("check")
    print_one()  # some exchanges later
    assert PC.ok(f"count {job}") == "1"


@test("a deletion on the release page reaches the workstation")
def _():
    job, person = print_one()
    person.delete(job)
    wait_state(job, "cancelled")
    assert PC.ok(f"count {job}") == "0"


@test("a person signs in through the workstation and releases there")
def _():
    assert PC.ask("sign-in anna wrong-password").startswith("error denied")
    identity, session, entitled = PC.ok(f"sign-in anna {PASSWORD}").split()
    assert entitled == "online-only"
    job, _ = print_one()
    PC.ok(f"release {session} {job} {LISTED}")
    wait_state(job, "delivered")
    assert PC.ok(f"count {job}") == "1"


@test("a document that nobody has proven to own is on no page until the person it names claims it")
def _():
    identity, session, _ = PC.ok(f"sign-in anna {PASSWORD}").split()
    job = PC.ok("print-for anna")
    marker, person = print_one()  # the site knows what was printed before
    assert job not in person.get().text
    assert PC.ask(f"release {session} {job} {LISTED}").startswith("error not-found")
    PC.ok(f"claim {identity} {job}")
    wait_until(lambda: job in person.get().text)
    person.release(LISTED, job)
    wait_state(job, "delivered")
    assert PC.ok(f"count {job}") == "1"
    person.delete(marker)
    wait_state(marker, "cancelled")


@test("a claim counts at the site only while that person is signed in at that workstation")
def _():
    WORLD.add_user("ben", PASSWORD)
    job = PC.ok("print-for ben")
    ben = Person(WORLD)
    ben.sign_in("ben", PASSWORD)  # in a browser, which proves nothing about the workstation
    PC.ok(f"claim {identity_of(WORLD.organisation, 'ben')} {job}")
    marker, _ = print_one()
    assert job not in ben.get().text
    identity, _, _ = PC.ok(f"sign-in ben {PASSWORD}").split()
    PC.ok(f"claim {identity} {job}")  # the same again, and now it is true
    wait_until(lambda: job in ben.get().text)
    ben.release(LISTED, job)
    wait_state(job, "delivered")


@test("a printer that is signed later is learnt by the site's word, not before the signature")
def _():
    job, person = print_one()
    identity, session, _ = PC.ok(f"sign-in anna {PASSWORD}").split()
    assert PC.ask(f"release {session} {job} {UNLISTED}").startswith("error")
    assert PC.ok(f"state {job}") == "held"
    list_printer(UNLISTED, "Cellar")
    PC.ok("check")
    wait_until(lambda: "printers=2" in status())
    PC.ok(f"release {session} {job} {UNLISTED}")
    wait_state(job, "delivered")


@test("a restart of the workstation keeps it enrolled")
def _():
    PC.ok("restart")
    wait_until(lambda: status().startswith("enrolled online"))
    print_one()


@test("without the site jobs are kept, and told when it is back")
def _():
    assert WORLD.stop() == 0
    wait_until(lambda: status().startswith("enrolled offline"))
    job = PC.ok("print")
    assert PC.ok(f"state {job}") == "held"
    WORLD.start()
    PC.ok("check")
    wait_until(lambda: status().startswith("enrolled online"))
    person = anna()
    wait_until(lambda: job in person.get().text)


@test("a root that is replaced is followed, step by step")
def _():
    bundle = int(status().split("bundle=")[1].split()[0])
    for step, arguments in enumerate(([], ["--finish"]), 1):
        WORLD.trust("rotate", "--dir", WORLD.root, *arguments)
        publish("bundle.jws", "printers.jws")
        PC.ok("check")
        wait_until(lambda: f"bundle={bundle + step}" in status())
    job, person = print_one()
    person.release(LISTED, job)
    wait_state(job, "delivered")


def put_site_back(backup):
    assert WORLD.stop() == 0
    for name in ("site.db", "site.db-wal", "site.db-shm"):
        (WORLD.data / name).unlink(missing_ok=True)
    WORLD.site("restore", "--data", WORLD.data, "--file", backup)
    WORLD.start()
    PC.ok("check")


@test("a site that was put back to an older state is told again what it forgot, and commands go on")
def _():
    backup = WORLD.folder / "backup.db"
    before, person = print_one()
    WORLD.site("backup", "--data", WORLD.data, "--output", backup)
    forgotten, _ = print_one()
    printed, _ = print_one()
    person.release(LISTED, printed)
    wait_state(printed, "delivered")
    wait_until(lambda: "delivered" in state_at_site(printed))
    put_site_back(backup)
    person = anna()
    wait_until(lambda: forgotten in person.get().text)
    wait_until(lambda: "delivered" in state_at_site(printed))
    assert reported(printed) == 1
    for job in (before, forgotten, print_one()[0]):
        assert PC.ok(f"state {job}") == "held"
        person.release(LISTED, job)
        wait_state(job, "delivered")
    assert PC.ok(f"count {printed}") == "1"


@test("a document whose release key the site lost stays held and says so, and its owner's key prints it")
def _():
    PC.ok("lock yes")
    backup = WORLD.folder / "backup-without-keys.db"
    WORLD.site("backup", "--data", WORLD.data, "--output", backup)
    with contextlib.closing(sqlite3.connect(backup)) as database:
        database.execute("DELETE FROM release_keys")  # as if it was older than these keys
        database.commit()
    job, _ = print_one()
    put_site_back(backup)
    person = anna()
    wait_until(lambda: job in person.get().text)
    wait_until(lambda: ask_database("SELECT 1 FROM release_keys, jobs WHERE jobs.id=? AND release_keys.epoch=jobs.epoch"
                                    " AND release_keys.device=jobs.device", job))  # another one for the same week
    person.release(LISTED, job)
    sentence = lambda: ask_database("SELECT sentence FROM jobs WHERE id=?", job)[0][0] or ""  # noqa: E731
    wait_until(lambda: "the owner" in sentence() and "unlock it here" in sentence())
    assert PC.ok(f"state {job}") == "held" and PC.ok(f"count {job}") == "0"
    PC.ok("lock no")
    person.release(LISTED, job)  # the share is as wrong as before, but now there is another way
    wait_state(job, "delivered")
    assert PC.ok(f"count {job}") == "1"
    PC.ok("lock yes")
    job, _ = print_one()  # sealed to the new key
    person.release(LISTED, job)
    wait_state(job, "delivered")


@test("a workstation that was put back to an older state asks about its jobs")
def _():
    PC.ok("keep")
    newer, person = print_one()
    wait_until(lambda: PC.ok("unsent") == "0")
    PC.ok("put-back")
    wait_until(lambda: status().startswith("enrolled online"))
    wait_until(lambda: "rolled-back" in WORLD.read_log())
    job, person = print_one()
    person.release(LISTED, job)
    wait_state(job, "delivered")
    assert PC.ok(f"state {newer}") == "none"


@test("a revoked workstation is told no, says so, and keeps what it holds")
def _():
    job, _ = print_one()
    device = status().split()[2]
    WORLD.site("device", "revoke", "--data", WORLD.data, device)
    PC.ok("check")
    wait_until(lambda: status().startswith("enrolled offline"))
    assert PC.ok(f"state {job}") == "held"
    PC.close()


main(sys.argv[4] if len(sys.argv) > 4 else None)
