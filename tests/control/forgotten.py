#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""What the agent's memory holds of a person before and after they leave: keys, what they typed, what the
site gave for it, titles; and of a document after it was printed. Root looks at every readable byte.

usage: forgotten.py BUILD_FOLDER [SENTENCE]
"""

import base64
import gzip
import hashlib
import os
import pty
import re
import subprocess
import sys
import uuid
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent.parent / name) for name in ("support", "interop", "control")]
from control_world import BOB, Workstation, has_programs, small_pdf, until  # noqa: E402
from documents import noisy_pdf  # noqa: E402
from ipp_client import Connection, attribute, mime, name_, request  # noqa: E402
from kiosk_world import KIOSK, PEOPLE, Kiosk, Window  # noqa: E402
from memory_scan import find, pieces  # noqa: E402
from tap import main, test  # noqa: E402
from thief import Site, seal  # noqa: E402

TITLE = "Zephyr-Marzipan-Ödön 7c1f"
MARK = b"the words of the document 5b0e9d41"
# The heap gives nothing back to the system, so that what is not found was wiped, and not only unmapped.
KEPT_HEAP = {"MALLOC_TRIM_THRESHOLD_": str(1 << 40), "MALLOC_MMAP_THRESHOLD_": str(1 << 25), "MALLOC_TOP_PAD_": "0"}
world = None


def at_kiosk():
    global world
    if world is None:
        has_programs("age", "ippeveprinter", "avahi-daemon", "dbus-daemon")
        world = Kiosk(sys.argv[1])
        world.agent_environment = KEPT_HEAP
        world.__enter__()
        world.list_printer(world.start_printer())
    world.ask(KIOSK, "POST", "/v1/sign-out", {})
    return world


def kept(w):
    w.agent_environment = KEPT_HEAP
    return w


def agent():
    return world.processes["agent"].pid


def await_nothing(pid, wanted):
    """The stack is wiped a moment after the last thing that was done."""
    try:
        until(lambda: not find(pid, wanted), "nothing of it is there any more")
    except AssertionError:
        raise AssertionError(find(pid, wanted)) from None


def private_of(text):
    """The 32 bytes of AGE-SECRET-KEY-1…."""
    number = 0
    for letter in text[len("AGE-SECRET-KEY-1"):-6].decode().lower():
        number = number << 5 | "qpzry9x8gf2tvdw0s3jn54khce6mua7l".index(letter)
    return (number >> (len(text) - len("AGE-SECRET-KEY-1") - 6) * 5 - 256).to_bytes(32, "big")


def open_offline(identity, password):
    """The text of the person's key, by the wrapping for hours without the site."""
    path = world.keys_folder / f"{identity}.offline.age"
    until(path.exists, "the offline wrapping")
    child, terminal = pty.fork()
    if child == 0:
        os.execlp("age", "age", "-d", "-o", str(world.folder / "key.txt"), str(path))
    said = b""
    try:
        while piece := os.read(terminal, 4096):
            if b"passphrase" in piece:
                os.write(terminal, password.encode() + b"\n")
            said += piece
    except OSError:  # age has closed the terminal
        pass
    os.close(terminal)
    assert os.waitpid(child, 0)[1] == 0, said
    return re.search(rb"AGE-SECRET-KEY-1\w+", (world.folder / "key.txt").read_bytes())[0]


def session_at_site():
    """The text that the agent shows to the site for the person: whatever in its memory has the digest that the site keeps."""
    digests = {row["digest"] for row in Site(world.folder / "site/site.db").tables["sessions"]}
    for _, part in pieces(agent(), 64):
        for text in re.findall(rb"(?<![\w-])[\w-]{43}(?![\w-])", part):
            if hashlib.sha256(text).digest() in digests or hashlib.sha256(base64.urlsafe_b64decode(text + b"=")).digest() in digests:
                return text
    return None


def peppers(identity):
    site = Site(world.folder / "site/site.db", world.folder / "site/keys")
    return [seal.aead_open(site.wrap_key, row["wrapped"][:12], row["wrapped"][12:],
                           f"pepper {row['pepper'].hex()} {uuid.UUID(bytes=row['identity'])} {uuid.UUID(bytes=row['device'])}".encode())
            for row in site.tables["seats"] if row["identity"] == uuid.UUID(identity).bytes]


def of_person(welcome, password):
    """What is scanned for: all that came with the person, and what the site gave for it."""
    key = open_offline(welcome["identity"], password)
    session = session_at_site()
    assert session is not None, "the agent has a session of the site"
    pepper, = peppers(welcome["identity"])
    return {"the title": TITLE.encode(), "the key": private_of(key), "the key's text": key, "the token": welcome["session"].encode(),
            "the password": password.encode(), "the site's session": session, "the pepper": pepper,
            "the pepper's text": base64.urlsafe_b64encode(pepper).rstrip(b"=")}


@test("while a person is signed in, root finds title, key, session and pepper in the agent; after they sign out nothing of it")
def _():
    w = at_kiosk()
    window = Window(w, "one")
    welcome = window.sign_in("anna", w.password)
    assert w.print_ipp(KIOSK, TITLE).status == 0
    assert w.ask_ipp(KIOSK, "Get-Jobs").jobs
    job, = window.json("jobs")["jobs"]
    assert job["name"] == TITLE
    window.type("trace", job["id"])
    wanted = of_person(welcome, w.password)
    found = find(agent(), wanted)
    assert {"the title", "the key", "the site's session", "the pepper"} <= set(found), found
    assert "the key's text" not in found and "the pepper's text" not in found and "the password" not in found, found
    window.type("sign-out")
    await_nothing(agent(), wanted)
    window.close()


@test("the same after the window of the person was closed, with a document on its way through the agent")
def _():
    w = at_kiosk()
    window = Window(w, "one")
    welcome = window.sign_in("anna", w.password)
    wanted = of_person(welcome, w.password)
    with Connection(w, KIOSK) as connection:
        connection.begin()
        connection.chunk(request("Print-Job", name_("job-name", TITLE) + mime("document-format", "application/pdf"))
                         + small_pdf(padding=300000) + b"%" + MARK)
        until(lambda: find(agent(), {"title": TITLE.encode()}), "the title is in the agent")
        window.close()
        until(lambda: not w.get(KIOSK, "/v1/status")["seat_taken"], "signed out with the window")
        wanted["the document"] = MARK
        await_nothing(agent(), wanted)


@test("an OS user who locks the key leaves no title and no key in the agent")
def _():
    with kept(Workstation(sys.argv[1])) as w:
        pid = w.processes["agent"].pid
        w.unlock(BOB)
        job = w.print_as(BOB, title=TITLE)
        key = re.search(rb"AGE-SECRET-KEY-1\w+", w.keys[BOB])[0]
        wanted = {"the title": TITLE.encode(), "the key": private_of(key), "the key's text": key}
        assert set(find(pid, wanted)) == {"the title", "the key"}, find(pid, wanted)
        w.post(BOB, "/v1/sign-out")
        await_nothing(pid, wanted)
        assert w.job(BOB, job["id"])["name"] != TITLE
        w.unlock(BOB)
        until(lambda: w.job(BOB, job["id"])["name"] == TITLE, "the title is shown again")
        assert find(pid, wanted)


@test("a document that was printed is not in the agent any more, with no part of it, nor its title")
def _():
    w = at_kiosk()
    window = Window(w, "one")
    window.sign_in("anna", w.password)
    with Connection(w, KIOSK) as connection:
        reply = connection.ask("Print-Job", name_("job-name", TITLE) + mime("document-format", "application/pdf"),
                               document=small_pdf(3) + (b"%" + MARK + b"\n") * 5000)
        assert reply.status == 0, reply.message
        window.type("release", "last", "--printer", "second", "--wait")
        printed = [path.read_bytes() for path in w.printed.iterdir() if path.suffix == ".pdf"]
        assert any(MARK in document for document in printed), "it came out of the printer"
        await_nothing(agent(), {"the document": MARK})
        window.type("sign-out")
        await_nothing(agent(), {"the document": MARK, "the title": TITLE.encode()})
    window.close()


@test("what a program sends on after its person's sign-out is thrown away at once, not kept for as long as it is connected")
def _():
    w = at_kiosk()
    window = Window(w, "one")
    window.sign_in("anna", w.password)
    with Connection(w, KIOSK) as connection:
        connection.begin()
        connection.chunk(request("Print-Job", name_("job-name", TITLE) + mime("document-format", "application/pdf")) + small_pdf())
        until(lambda: find(agent(), {"title": TITLE.encode()}), "the title is in the agent")
        window.close()
        until(lambda: not w.get(KIOSK, "/v1/status")["seat_taken"], "signed out with the window")
        assert connection.answer().status == 0x0508
        for _ in range(20):
            connection.chunk(MARK * 1000)
        await_nothing(agent(), {"the document": MARK, "the title": TITLE.encode()})


@test("a request that was not whole when its person signed out is hung up on, and nothing of it stays")
def _():
    w = at_kiosk()
    for sent, wanted in ((lambda whole: whole[:-1], {"the title": TITLE.encode()}),
                         (lambda whole: whole + MARK * 100, {"the title": TITLE.encode(), "the document": MARK})):
        window = Window(w, "one")
        window.sign_in("anna", w.password)
        with Connection(w, KIOSK) as connection:
            connection.begin()
            # The second is refused for its format, and its program goes on sending.
            connection.chunk(sent(request("Print-Job", name_("job-name", TITLE) + mime("document-format", "text/plain"))))
            until(lambda: find(agent(), {"title": TITLE.encode()}), "the title is in the agent")
            window.close()
            until(lambda: not w.get(KIOSK, "/v1/status")["seat_taken"], "signed out with the window")
            await_nothing(agent(), wanted)
            assert connection.hear()[0] == 200 and connection.receive() == b"", "it is told so"


@test("of a packed document nothing stays with a connection that is kept, nor of the last bytes of a title")
def _():
    w = at_kiosk()
    window = Window(w, "one")
    document = small_pdf() + (b"%" + MARK + b"\n") * 900
    title = TITLE + " and more" * 20 + MARK.decode()
    for attributes, headers in ((attribute(0x44, "compression", b"gzip"), ""), (b"", "Content-Encoding: gzip\r\n")):
        with Connection(w, KIOSK) as connection:
            window.sign_in("anna", w.password)
            body = request("Print-Job", name_("job-name", title) + mime("document-format", "application/pdf") + attributes)
            body = gzip.compress(body + document) if headers else body + gzip.compress(document)
            connection.begin(len(body), headers)
            connection.send(body)
            assert connection.answer().status == 0
            await_nothing(agent(), {"the document": b"%" + MARK})
            window.type("sign-out")
            await_nothing(agent(), {"the title": TITLE.encode(), "its end": MARK})
    window.close()


@test("what was answered goes with the answer, though the window's connection is kept: titles, tokens, pictures of pages")
def _():
    with kept(Workstation(sys.argv[1])) as w:
        pid = w.processes["agent"].pid
        w.unlock(BOB)
        job = w.print_as(BOB, title=TITLE, document=noisy_pdf(50000))
        ask = "GET /v1/jobs{} HTTP/1.1\r\nHost: localhost\r\nHomespool-Session: {}\r\n\r\n"
        with w.talk(BOB) as listing, w.talk(BOB) as looking:
            listing.send(ask.format("", MARK.hex()).encode())
            assert TITLE in listing.answer().json["jobs"][0]["name"]
            looking.send(ask.format(f"/{job['id']}/preview?side=200", "").encode())
            picture = looking.answer()
            assert picture.status == 200, picture.body
            await_nothing(pid, {"the picture": picture.body[30000:30100], "the token": MARK.hex().encode()})
            w.post(BOB, "/v1/sign-out")
            await_nothing(pid, {"the title": TITLE.encode()})


@test("the disk of the agent holds neither a title nor a document in plain")
def _():
    w = at_kiosk()
    wanted = (TITLE.encode(), MARK, w.password.encode())
    for path in [*w.root.rglob("*"), w.folder / "agent.log"]:
        if path.is_file():
            data = path.read_bytes()
            assert not any(text in data for text in wanted), path


@test("who has printed all that waited is signed out by it, not before, and nothing of them is left")
def _():
    with kept(Kiosk(sys.argv[1], PEOPLE.replace("after-print = false", "after-print = true"))) as w:
        w.list_printer(w.start_printer())
        window = Window(w, "one")
        window.sign_in("anna", w.password)
        jobs = []
        for _ in range(2):
            assert w.print_ipp(KIOSK, TITLE).status == 0
            jobs = [job["id"] for job in window.json("jobs")["jobs"]]
        window.type("release", jobs[0], "--printer", "second", "--wait")
        assert w.get(KIOSK, "/v1/status")["seat_taken"], "one more waits"
        window.type("release", jobs[1], "--printer", "second")
        until(lambda: not w.get(KIOSK, "/v1/status")["seat_taken"], "signed out after the last one")
        assert "everything was printed" in w.log("agent")
        await_nothing(w.processes["agent"].pid, {"the title": TITLE.encode()})
        window.type("jobs", status=5)
        window.close()


try:
    main(sys.argv[2] if len(sys.argv) > 2 else None)
finally:
    if world is not None:
        world.close()
