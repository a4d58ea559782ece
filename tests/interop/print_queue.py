#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""homespool-queue against a real cupsd: the queue it makes, the lies it refuses, what purging leaves.

usage: print_queue.py HOMESPOOL_QUEUE [SENTENCE]
"""

import base64
import http.client
import os
import pwd
import re
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
import ipp_wire as ipp  # noqa: E402
from documents import small_pdf  # noqa: E402
from ipp_sink import Sink  # noqa: E402
from private_cups import ADMIN_GROUP, PrivateCups, as_user, send_ipp_as, until  # noqa: E402
from tap import main, skip, test  # noqa: E402

PROGRAM = sys.argv[1]
QUEUE = "Homespool"
ALICE, BOB, AGENT, HELPER = "games", "mail", "news", "backup"  # users that every Debian has
CONFIGURE, VERIFY, PURGE_JOB, PURGE_FINISHED, PURGE_ALL, ACCEPT, REJECT, REMOVE, PURGE_USER, RUNNING = range(1, 11)
DONE, NOT_FOUND, BUSY, DENIED, INVALID, FAILED = range(6)
EXISTS, FORMATS, POLICY, HOLDS, ACCEPTING, LOGS, TELLS = (1 << bit for bit in range(7))
GOOD = EXISTS | FORMATS | POLICY | HOLDS | ACCEPTING | TELLS  # as CUPS is shipped
MAN_PAGE = Path(__file__).resolve().parents[2] / "docs/man/homespoold.8"


class World:
    """One cupsd, one sink in the agent's place, one helper; made when first needed."""

    cups = None

    @classmethod
    def open(cls):
        if os.geteuid() != 0:
            skip("needs root, to run a print system and to be several users")
        if cls.cups is not None:
            return
        cls.cups = PrivateCups()
        cls.document = cls.cups.folder / "document.pdf"
        cls.document.write_bytes(small_pdf())
        cls.sink = Sink(str(cls.cups.folder / "sink.sock")).__enter__()
        cls.cups.start()
        own = cls.cups.folder / "queue"
        own.mkdir()
        os.chown(own, *helper_ids())
        cls.helper_socket = own / "queue.sock"
        command, environment = as_user(HELPER, [PROGRAM, "--socket", cls.helper_socket, "--cups-socket", cls.cups.socket,
                                                "--printer-socket", cls.sink.path, "--agent-user", AGENT], [ADMIN_GROUP])
        cls.helper = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, start_new_session=True)
        until(cls.helper_socket.exists, "homespool-queue listens")

    @classmethod
    def close(cls):
        if cls.cups is not None:
            cls.helper.terminate()
            cls.helper.wait(20)
            cls.sink.__exit__()
            cls.cups.remove()


def helper_ids():
    entry = pwd.getpwnam(HELPER)
    return entry.pw_uid, entry.pw_gid


def exchange(request):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(60)
        connection.connect(str(World.helper_socket))
        connection.sendall(request)
        return connection.makefile("rb").read()


def ask_all(verb, number=0, secret=""):
    """(outcome, facts, remaining, first, last, sentence)"""
    reply = exchange(b"HSQ1" + struct.pack(">BI", verb, number) + secret.encode().ljust(43, b"\0"))
    outcome, facts, remaining, first, last, length = struct.unpack(">BBIIIH", reply[4:20])
    assert reply[:4] == b"HSQ1" and len(reply) == 20 + length
    return outcome, facts, remaining, first, last, reply[20:].decode()


def ask(verb, number=0, secret=""):
    """(outcome, facts, remaining, sentence)"""
    outcome, facts, remaining, _, _, sentence = ask_all(verb, number, secret)
    return outcome, facts, remaining, sentence


def do(verb, number=0, secret=""):
    outcome, facts, remaining, sentence = ask(verb, number, secret)
    assert outcome == DONE, sentence
    return facts, remaining


def uid_of(name):
    return pwd.getpwnam(name).pw_uid


def configure(closed=False):
    """A fresh secret, in the queue and in the sink; waits until cupsd has asked the sink."""
    World.open()
    secret = base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip("=")
    World.sink.proof = f"homespool:{secret}"
    do(CONFIGURE, int(closed), secret)
    until(lambda: do(VERIFY)[0] & FORMATS, "cupsd has asked the printer what it can do")
    World.sink.take()
    return secret


def print_as(user, *options, queue=QUEUE):
    return World.cups.run(["lp", "-d", queue, *options, str(World.document)], user)


def job_number(result):
    assert result.returncode == 0, result.stderr
    return int(result.stdout.split()[3].rsplit("-", 1)[1])


def print_through(user):
    """Prints and waits until CUPS is through with it; its number."""
    number = job_number(print_as(user))
    until(lambda: World.cups.jobs(QUEUE).get(number) == "completed", "the job is completed")
    return number


# ── the queue ───────────────────────────────────────────────────────────────────────────────

@test("without a print system the answer is not found")
def _():
    World.open()
    World.cups.stop()
    try:
        outcome, _, _, sentence = ask(VERIFY)
        assert outcome == NOT_FOUND and "CUPS" in sentence
    finally:
        World.cups.start()


@test("before it is made there is no queue")
def _():
    World.open()
    assert ask(VERIFY)[0] == NOT_FOUND
    assert ask(PURGE_ALL)[0] == NOT_FOUND


@test("a configured queue has every fact that belief needs")
def _():
    configure()
    assert do(VERIFY)[0] == GOOD
    shown = World.cups.run(["lpoptions", "-p", QUEUE]).stdout
    assert "printer-is-shared=false" in shown and "IPP Everywhere" in shown


@test("the secret is shown to nobody who asks CUPS")
def _():
    secret = configure()
    for user in (ALICE, None):
        for command in (["lpstat", "-v"], ["lpstat", "-t"], ["lpoptions", "-p", QUEUE]):
            assert secret not in World.cups.run(command, user).stdout


@test("what an administrator changed is seen and repaired")
def _():
    for change, lost in ((["-v", "ipp://localhost:9/ipp/print"], EXISTS), (["-o", "printer-op-policy=default"], POLICY),
                         (["-o", "printer-is-shared=true"], EXISTS)):
        configure()
        changed = World.cups.run(["lpadmin", "-p", QUEUE, *change])
        assert changed.returncode == 0, changed.stderr
        facts = do(VERIFY)[0]
        assert not facts & lost and not facts & HOLDS
        configure()
        assert do(VERIFY)[0] == GOOD


@test("the queue survives a restart of the print system")
def _():
    configure()
    World.cups.restart()
    assert do(VERIFY)[0] == GOOD
    print_through(ALICE)
    assert World.sink.documents()


# ── who prints ──────────────────────────────────────────────────────────────────────────────

@test("an ordinary user prints through it, under the proven name and with our secret")
def _():
    configure()
    print_through(ALICE)
    (user, uid, size), = World.sink.documents()
    assert user == ALICE and uid == pwd.getpwnam("lp").pw_uid and size > 100


@test("nobody prints under another name")
def _():
    configure()
    before = World.cups.jobs(QUEUE)
    for claimed in (BOB, "root", "no-such-user"):
        result = print_as(ALICE, "-U", claimed)
        assert result.returncode != 0, result.stdout
    assert World.cups.jobs(QUEUE) == before and not World.sink.documents()


def print_raw(user, claimed, proof=None):
    """A Print-Job of @user that says it is @claimed's, with exactly @proof; the HTTP status."""
    request = ipp.message(ipp.PRINT_JOB, ipp.attribute(ipp.URI, "printer-uri", f"ipp://localhost/printers/{QUEUE}")
                          + ipp.attribute(ipp.NAME, "requesting-user-name", claimed)) + World.document.read_bytes()
    fields = {"Authorization": proof} if proof else {}
    return send_ipp_as(user, World.cups.socket, request, f"/printers/{QUEUE}", **fields)[0]


@test("a name written into an honest request does not count")
def _():
    configure()
    assert print_raw(ALICE, BOB, f"PeerCred {ALICE}") == 200
    until(World.sink.documents, "the document arrived")
    assert World.sink.documents()[0][0] == ALICE
    until(lambda: set(World.cups.jobs(QUEUE).values()) == {"completed"}, "the job is completed")


@test("a request without a proof, or with somebody else's, is refused")
def _():
    configure()
    for proof in (None, f"PeerCred {BOB}", "PeerCred root", f"Local {ALICE}"):
        assert print_raw(ALICE, BOB, proof) == 401, proof
    assert not World.sink.documents()


@test("a policy that only has the right name is found out, and no trial job stays behind")
def _():
    configure()
    World.cups.restart(weaken_policy=True)
    try:
        before = World.cups.jobs(QUEUE)
        facts = do(VERIFY)[0]
        assert facts & POLICY and not facts & HOLDS, bin(facts)
        assert World.cups.jobs(QUEUE) == before
        assert print_raw(ALICE, BOB) == 200  # the lie would have worked
    finally:
        World.cups.restart()
        do(PURGE_ALL)
    assert do(VERIFY)[0] == GOOD


@test("a log level that writes the secret is noticed")
def _():
    World.open()
    for level in ("debug", "debug2"):
        World.cups.restart(log_level=level)
        try:
            secret = configure()
            assert do(VERIFY)[0] & LOGS
            assert secret in World.cups.error_log.read_text(errors="replace")
        finally:
            World.cups.restart()
            World.cups.error_log.unlink()
    secret = configure()
    assert not do(VERIFY)[0] & LOGS
    print_through(ALICE)
    assert not World.cups.error_log.exists() or secret not in World.cups.error_log.read_text(errors="replace")


@test("a queue that another user points at our socket does not know the secret")
def _():
    secret = configure()
    uri = "ipp://" + World.sink.path.replace("/", "%2F") + "/ipp/print"
    # Any local user may make such a queue; CUPS asks the printer at once.
    attributes = (ipp.attribute(ipp.URI, "printer-uri", "ipp://localhost/") + ipp.attribute(ipp.NAME, "requesting-user-name", ALICE))
    more = (bytes([ipp.PRINTER_GROUP]) + ipp.attribute(ipp.NAME, "printer-name", "mine") + ipp.attribute(ipp.URI, "device-uri", uri))
    connection = http.client.HTTPConnection("localhost")
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.connect(str(World.cups.socket))
    connection.request("POST", "/", ipp.message(ipp.CUPS_CREATE_LOCAL_PRINTER, attributes, more=more), {"Content-Type": "application/ipp"})
    reply = connection.getresponse()
    assert reply.status == 200
    code, _, _, _ = ipp.parse(reply.read())
    assert code < 0x100, hex(code)
    until(lambda: "mine" in World.cups.run(["lpstat", "-v", "mine"]).stdout, "the queue is there")
    result = until(lambda: print_as(ALICE, "-U", BOB, queue="mine").returncode == 0, "the lie is taken by the queue of the liar")
    assert result
    until(lambda: any(s.user == BOB for s in World.sink._seen), "the lie reached our socket")
    assert not World.sink.documents()
    assert all(s.proof is None or secret not in s.proof for s in World.sink.take())
    World.cups.run(["cancel", "-a", "-x", "mine"])
    World.cups.run(["lpadmin", "-x", "mine"])


# ── what CUPS tells ─────────────────────────────────────────────────────────────────────────

SECRET_TITLE = "Zeugnis-4711"


def lines_of_man_page():
    """What an administrator copies from there: (limits, kiosk)."""
    section = MAN_PAGE.read_text().split(".SH WHAT CUPS TELLS", 1)[1].split(".SH ", 1)[0]
    blocks = [block.split(".RE", 1)[0].strip().replace("\\-", "-") for block in section.split(".RS")[1:]]
    assert len(blocks) == 2 and blocks[0].startswith("<Limit Get-Jobs") and blocks[1].startswith("JobPrivateAccess")
    return blocks


def harden(kiosk):
    """Does to this cupsd what the man page says, and nothing else."""
    limits, private = lines_of_man_page()
    World.cups.stop()
    World.cups.configure()
    path = World.cups.folder / "cupsd.conf"
    parts = path.read_text().split("<Policy ")
    for number, part in enumerate(parts):
        if not part.startswith(("default>", "authenticated>")):
            continue
        part = part.replace("  <Limit All>", limits + "\n  <Limit All>", 1)
        for line in private.splitlines() if kiosk else ():
            part = re.sub(rf"^\s*{line.split()[0]} .*$", line, part, count=1, flags=re.M)
        parts[number] = part
    path.write_text("<Policy ".join(parts))
    World.cups.start()


def ask_cups_as(user, operation, name, uri, more=""):
    """What ipptool shows to a program of @user that says @name."""
    path = World.cups.folder / "ask.test"
    path.write_text(f"{{ OPERATION {operation} GROUP operation-attributes-tag ATTR charset attributes-charset utf-8"
                    f" ATTR naturalLanguage attributes-natural-language en ATTR uri printer-uri {uri}"
                    f" ATTR name requesting-user-name {name} {more} }}")
    path.chmod(0o644)
    return World.cups.run(["ipptool", "-tv", f"ipp://{str(World.cups.socket).replace('/', '%2F')}/", str(path)], user).stdout


def titles_told_to(user, names):
    """Where @user reads the title of a waiting job, under any of @names."""
    every = ("Get-Jobs", "ATTR keyword which-jobs all ATTR keyword requested-attributes all")
    return {(name, uri) for name in names for uri in ("ipp://localhost/", f"ipp://localhost/printers/{QUEUE}")
            if SECRET_TITLE in ask_cups_as(user, every[0], name, uri, every[1])}


def may_subscribe(user, names):
    more = ("GROUP subscription-attributes-tag ATTR keyword notify-pull-method ippget ATTR keyword notify-events job-created"
            " ATTR integer notify-lease-duration 60")
    return {(name, uri) for name in names for uri in ("ipp://localhost/", f"ipp://localhost/printers/{QUEUE}")
            if "notify-subscription-id (integer)" in ask_cups_as(user, "Create-Printer-Subscriptions", name, uri, more)}


def wait_in_queue():
    number = job_number(print_as(ALICE, "-t", SECRET_TITLE, "-H", "indefinite"))
    assert World.cups.jobs(QUEUE)[number] == "active"
    return number


@test("as CUPS is shipped everybody is told everybody's titles, and that is noticed; nothing stays of the trial")
def _():
    configure()
    wait_in_queue()
    assert titles_told_to(BOB, [ALICE]) and may_subscribe(BOB, [BOB])
    before = World.cups.run(["lpstat", "-W", "all", "-o"]).stdout, subscriptions()
    assert do(VERIFY)[0] == GOOD
    assert (World.cups.run(["lpstat", "-W", "all", "-o"]).stdout, subscriptions()) == before
    do(PURGE_ALL)


def subscriptions():
    return ask_cups_as(None, "Get-Subscriptions", "root", "ipp://localhost/").count("notify-subscription-id (integer)")


@test("with the lines of the man page nobody is told of others, whatever they say; people print and see their own")
def _():
    configure()
    harden(kiosk=False)
    try:
        assert do(VERIFY)[0] == GOOD & ~TELLS
        number = wait_in_queue()
        assert titles_told_to(BOB, [ALICE, BOB, "root", HELPER]) == set() == may_subscribe(BOB, [ALICE, BOB, "root", HELPER])
        assert len(titles_told_to(ALICE, [ALICE])) == 2
        assert World.cups.run(["cancel", f"{QUEUE}-{number}"], ALICE).returncode == 0
        do(PURGE_ALL)
        print_through(ALICE)
        do(PURGE_FINISHED)
        assert World.cups.jobs(QUEUE) == {}
    finally:
        World.cups.restart()


@test("with those for a kiosk its own account is told no title and no name either, and the queue is looked after as before")
def _():
    configure()
    harden(kiosk=True)
    try:
        assert do(VERIFY)[0] == GOOD & ~TELLS
        wait_in_queue()
        names = [ALICE, BOB, "root", HELPER, "lp"]
        assert titles_told_to(ALICE, names) == set() == may_subscribe(ALICE, names)
        shown = World.cups.run(["lpstat", "-o"], ALICE).stdout
        assert QUEUE in shown and ALICE not in shown, shown
        with World.sink.stalling():
            World.cups.run(["cancel", "-a", QUEUE])
            number = job_number(print_as(ALICE))
            until(lambda: ask_all(RUNNING, uid_of(ALICE))[4] and World.sink.is_stalled(), "the helper sees whose job runs, and since when")
            do(REJECT)
            until(lambda: do(PURGE_USER, uid_of(ALICE))[1] == 0, "nothing remains")
            assert World.cups.spool_files(number) == []
        do(ACCEPT)
        print_through(ALICE)
        do(PURGE_FINISHED)
    finally:
        World.cups.restart()


# ── purging ─────────────────────────────────────────────────────────────────────────────────

@test("CUPS keeps the plain document, and purging its job removes document, control file and history")
def _():
    configure()
    number = print_through(ALICE)
    assert len(World.cups.spool_files(number)) == 2  # else this test proves nothing
    do(PURGE_JOB, number)
    assert World.cups.spool_files(number) == []
    assert number not in World.cups.jobs(QUEUE)
    assert ask(PURGE_JOB, number)[0] == NOT_FOUND


@test("a job that is not over is left alone")
def _():
    configure()
    number = job_number(print_as(ALICE, "-o", "job-hold-until=indefinite"))
    assert ask(PURGE_JOB, number)[0] == BUSY
    finished = print_through(ALICE)
    _, remaining = do(PURGE_FINISHED)
    assert remaining == 1
    assert World.cups.spool_files(number) and not World.cups.spool_files(finished)
    _, remaining = do(PURGE_ALL)
    assert remaining == 0 and World.cups.jobs(QUEUE) == {} and World.cups.spool_files(number) == []


@test("jobs of other queues are not ours to purge")
def _():
    configure()
    for other in ("Homespool2", "xHomespool", "other"):
        made = World.cups.run(["lpadmin", "-p", other, "-E", "-v", "ipp://localhost:9/ipp/print", "-o", "printer-error-policy=retry-job"])
        assert made.returncode == 0, made.stderr
        number = job_number(print_as(ALICE, "-o", "job-hold-until=indefinite", queue=other))
        assert ask(PURGE_JOB, number)[0] == NOT_FOUND
        do(PURGE_ALL)
        assert World.cups.spool_files(number), other
        World.cups.run(["cancel", "-x", f"{other}-{number}"])
        assert ask(PURGE_JOB, number)[0] == NOT_FOUND
        World.cups.run(["lpadmin", "-x", other])


# ── one user's jobs ──────────────────────────────────────────────────────────────────────────

def caches():
    """What cupsd keeps of jobs in its two lists."""
    return "".join(p.read_text(errors="replace") for p in (World.cups.folder / "cache").glob("job.cache*"))


@test("a user's jobs are purged in every state, with their names, and nobody else's")
def _():
    configure()
    finished = print_through(ALICE)
    held = job_number(print_as(ALICE, "-o", "job-hold-until=indefinite"))
    World.cups.run(["cupsdisable", QUEUE])
    waiting = job_number(print_as(ALICE))
    kept = job_number(print_as(BOB, "-o", "job-hold-until=indefinite"))
    assert f"Username {ALICE}" in caches()  # else this test proves nothing
    do(REJECT)
    _, remaining = do(PURGE_USER, uid_of(ALICE))
    World.cups.run(["cupsenable", QUEUE])
    assert remaining == 0 and World.cups.jobs(QUEUE) == {kept: "active"}, World.cups.jobs(QUEUE)
    for number in (finished, held, waiting):
        assert World.cups.spool_files(number) == []
    do(PURGE_USER, uid_of(BOB))
    assert World.cups.jobs(QUEUE) == {}
    do(ACCEPT)
    do(PURGE_FINISHED)
    until(lambda: f"Username {ALICE}" not in caches(), "the names are gone")


@test("a job that is being handed over is purged, and its backend ends")
def _():
    configure()
    with World.sink.stalling():
        number = job_number(print_as(ALICE))
        until(lambda: ask_all(RUNNING, uid_of(ALICE))[4] and World.sink.is_stalled(), "the job runs")
        do(REJECT)
        until(lambda: do(PURGE_USER, uid_of(ALICE))[1] == 0, "nothing remains")
        assert number not in World.cups.jobs(QUEUE) and World.cups.spool_files(number) == []
        until(World.sink.is_left, "the backend has ended")
    do(ACCEPT)


@test("without a queue a user has no jobs, and without a print system nobody knows")
def _():
    configure()
    do(REMOVE)
    assert do(PURGE_USER, uid_of(ALICE))[1] == 0
    World.cups.stop()
    try:
        assert ask(PURGE_USER, uid_of(ALICE))[0] == NOT_FOUND
        assert ask(RUNNING, uid_of(ALICE))[0] == NOT_FOUND
    finally:
        World.cups.start()


@test("when the job that is handed over was made is told for its user only, and no lie about it passes")
def _():
    configure()
    assert ask_all(RUNNING, uid_of(ALICE))[:5] == (DONE, 0, 0, 0, 0)
    World.cups.run(["cupsdisable", QUEUE])
    before = int(time.time())
    number = job_number(print_as(ALICE, "-o", "time-at-creation=1000000000", "-o", "job-originating-user-name=mail"))
    after = int(time.time())
    until(lambda: int(time.time()) > after, "the next second")
    with World.sink.stalling():
        World.cups.run(["cupsenable", QUEUE])
        until(World.sink.is_stalled, "the job runs")
        outcome, _, _, first, last, sentence = ask_all(RUNNING, uid_of(ALICE))
        assert outcome == DONE and before <= first == last <= after, (sentence, before, first, last, after)
        assert ask_all(RUNNING, uid_of(BOB))[:5] == (DONE, 0, 0, 0, 0)
        until(lambda: do(PURGE_USER, uid_of(ALICE))[1] == 0, "nothing remains")
    assert number not in World.cups.jobs(QUEUE)


@test("a job keeps the time at which it was made when it is restarted")
def _():
    configure()
    before = int(time.time())
    number = print_through(ALICE)
    after = int(time.time())
    World.sink.take()
    until(lambda: int(time.time()) > after, "the next second")
    with World.sink.stalling():
        World.cups.run(["lp", "-i", f"{QUEUE}-{number}", "-H", "restart"], ALICE)
        until(World.sink.is_stalled, "the job runs again")
        _, _, _, first, last, _ = ask_all(RUNNING, uid_of(ALICE))
        assert before <= first == last <= after
        until(lambda: do(PURGE_USER, uid_of(ALICE))[1] == 0, "nothing remains")


@test("a queue can be made closed; CUPS opens it when it has asked the printer, so it is closed once more")
def _():
    configure(closed=True)
    # When CUPS asks is its own affair: on a busy machine that is after it was closed once more, too.
    until(lambda: do(REJECT) and do(VERIFY)[0] == GOOD & ~ACCEPTING, "the queue stays closed")
    assert print_as(ALICE).returncode != 0
    do(ACCEPT)
    print_through(ALICE)


# ── the door ────────────────────────────────────────────────────────────────────────────────

@test("a closed queue refuses at once and can still be verified")
def _():
    configure()
    do(REJECT)
    assert print_as(ALICE).returncode != 0
    assert do(VERIFY)[0] == GOOD & ~ACCEPTING
    do(ACCEPT)
    assert do(VERIFY)[0] == GOOD
    print_through(ALICE)


@test("only the agent and root may ask")
def _():
    configure()
    program = ("import socket, sys; s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])\n"
               "s.sendall(b'HSQ1' + bytes([int(sys.argv[2])]) + bytes(47)); print(s.makefile('rb').read()[4])")
    for user, verb, expected in ((ALICE, REMOVE, DENIED), ("lp", REMOVE, DENIED), (HELPER, REMOVE, DENIED), (AGENT, VERIFY, DONE)):
        command, environment = as_user(user, ["/usr/bin/python3", "-c", program, str(World.helper_socket), str(verb)])
        result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
        assert result.stdout.strip() == str(expected), (user, result.stdout, result.stderr)
    assert do(VERIFY)[0] == GOOD


@test("what is no request is refused and changes nothing")
def _():
    configure()
    good = b"HSQ1" + struct.pack(">BI", REMOVE, 0) + bytes(43)
    for bad in (b"HSQ2" + good[4:], b"HSQ1\0" + good[5:], good[:8] + b"\1" + good[9:],
                b"HSQ1\x09" + bytes(47), b"HSQ1\x0a\xff\xff\xff\xff" + bytes(43), b"HSQ1\x0d" + bytes(47),
                b"GET / HTTP/1.1\r\n" + bytes(36), b"HSQ1\1" + bytes(4) + b"x@evil/" + b"a" * 36):
        assert exchange(bad)[4] == INVALID, bad
    assert do(VERIFY)[0] == GOOD


@test("a caller who says nothing does not hold the next one up for long")
def _():
    configure()
    with socket.socket(socket.AF_UNIX) as silent:
        silent.connect(str(World.helper_socket))
        silent.sendall(b"HSQ1")
        assert do(VERIFY)[0] == GOOD


@test("a removed queue is gone, with its jobs")
def _():
    configure()
    number = print_through(ALICE)
    do(REMOVE)
    assert ask(VERIFY)[0] == NOT_FOUND
    assert World.cups.spool_files(number) == []


try:
    main(sys.argv[2] if len(sys.argv) > 2 else None)
finally:
    World.close()
