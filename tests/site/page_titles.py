#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Sealed titles on the release page, in a real browser: paired, opened, forgotten; and the site that never learns a key or a title.

usage: page_titles.py HOMESPOOL_TRUST HOMESPOOL_SITE SEAL_TOOL PICTURE_FOLDER [SENTENCE]
"""

import base64
import re
import subprocess
import sys
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))
sys.path.insert(0, str(Path(__file__).parent.parent / "interop"))
from browser import CHROMIUM, DRIVER, Browser  # noqa: E402
from recorder import Recorder  # noqa: E402
from seal_reference import bech32, public_of  # noqa: E402
from site_world import Device, Person, World, b64, now_us, wait_until  # noqa: E402
from tap import main, skip, test  # noqa: E402

SEAL_TOOL, PICTURES = sys.argv[3], Path(sys.argv[4])
PASSWORD = "correct horse battery"
WORLD = World(sys.argv[1], sys.argv[2])  # what homespool-trust signs if it is told nothing
ADA, BOB = WORLD.add_user("ada", display="Ada Lovelace"), WORLD.add_user("bob", display="Bob Babbage")
PRINTER = WORLD.add_printer("Second floor, colour", "Room 2.14")
WORLD.start()
PC, LAPTOP = Device(WORLD, "pc-12"), Device(WORLD, "laptop-ada")
HAS_BUNDLE = WORLD.people("GET", "/static/age.js").status == 200


class TitleKey:
    """What `homespool pair` hands to a browser."""

    def __init__(self, person, host):
        self.private = uuid.uuid4().bytes + uuid.uuid4().bytes
        self.text, self.recipient = bech32("AGE-SECRET-KEY-", self.private), bech32("age", public_of(self.private))
        self.fragment = f"#title-key={self.text}&person={person}&host={host}"

    def seal(self, job, title):
        done = subprocess.run([SEAL_TOOL, "title", self.recipient, job, title], capture_output=True, check=True, timeout=60)
        return done.stdout

    def spellings(self):
        """Every form in which the key could leave the browser."""
        return [self.text.encode(), self.text.lower().encode(), self.private, self.private.hex().encode(), base64.b64encode(self.private)[:42],
                base64.urlsafe_b64encode(self.private)[:42]]


ADAS, ADAS_LAPTOP, BOBS = TitleKey(ADA, "pc-12"), TitleKey(ADA, "laptop-ada"), TitleKey(BOB, "pc-12")


def hold(title, key, owner=ADA, device=PC, sealed_for=None):
    """A held job with a sealed title; sealed_for: another job than it says."""
    body = device.make_announce(owner, created_us=now_us() - 300_000_000)
    body["sealed_title"] = b64(key.seal(sealed_for or body["job"], title))
    device.tell(("announce", body))
    return body["job"]


def empty():
    for device in (PC, LAPTOP):
        for job in list(device.sealed):
            device.tell(("state", {"job": job, "state": "cancelled", "reasons": [], "sentence": None}))
        device.sealed.clear()


def browser(**more):
    if not CHROMIUM or not DRIVER:
        skip("chromium and chromium-driver are not installed")
    if not HAS_BUNDLE and more.get("javascript", True):
        skip("the site was built without the packages of installer/dev/page-packages")
    return Browser(*more.pop("size", (1280, 800)), **more)


def url(port=None):
    return f"https://localhost:{port or WORLD.people_port}"


def sign_in(page, user="ada"):
    page.type("#user", user)
    page.type("#password", PASSWORD)
    page.click("button[type=submit]")
    page.wait_text("Your documents", "h1")


def sign_out(page):
    page.click(".person button")
    page.wait_text("Print your documents", "h1")


def pair(page, key, choice="#titles-remember"):
    page.open(url() + "/" + key.fragment)
    page.click(choice)
    wait_until(lambda: not page.run("return document.getElementById('titles-paired').hidden"))


def press(page, selector):
    """As a person does, who scrolls until the actions at the bottom are not in the way."""
    page.one(selector)
    page.run("document.querySelector(arguments[0]).scrollIntoView({ block: 'center' })", selector)
    page.click(selector)


def card(job):
    return f'[data-job="{job}"]'


def stored(page):
    """What the browser keeps: [person, host, keep, kind of key]."""
    return page.ask("POST", "/execute/async", {"args": [], "script": """
      const done = arguments[arguments.length - 1];
      const opening = indexedDB.open('homespool-titles', 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore('keys', { keyPath: ['person', 'recipient'] });
      opening.onsuccess = () => {
        const all = opening.result.transaction('keys').objectStore('keys').getAll();
        all.onsuccess = () => { opening.result.close(); done(all.result.map((k) => [k.person, k.host, k.keep, k.key.extractable ?? 'text'])); };
      };"""})


@test("a browser that is not paired shows pages and time, and says how to pair")
def _():
    empty()
    job = hold("Redundancies in spring", ADAS)
    with browser() as page:
        page.open(url())
        sign_in(page)
        page.wait_text("homespool pair", "#titles-hint")
        shown = page.text(card(job))
        assert shown.startswith("Document") and "3 pages, A4" in shown and "Redundancies" not in page.run("return document.documentElement.outerHTML")
        assert page.complaints() == []


@test("a link pairs it: the key leaves the address bar and the history, the title is there, also after a reload")
def _():
    empty()
    job = hold("Redundancies in spring", ADAS)
    with browser() as page:
        page.open(url() + "/" + ADAS.fragment)  # not signed in yet
        page.one("#user")
        assert page.url == url() + "/", page.url
        sign_in(page)
        page.wait_text("pc-12", "#titles-host")
        assert page.text(card(job)).startswith("Document"), "before the person has chosen"
        page.shoot(PICTURES / "release-page-pairing-desktop-light.png")
        page.click("#titles-remember")
        page.wait_text("Redundancies in spring", card(job))
        assert stored(page) == [[ADA, "pc-12", True, False]], stored(page)
        assert page.run("return sessionStorage.length") == 0
        page.ask("POST", "/refresh", {})
        page.wait_text("Redundancies in spring", card(job))
        assert page.role(f"#job-{job}") == ("checkbox", "Redundancies in spring")
        page.ask("POST", "/back", {})
        assert "title-key" not in page.url
        assert page.complaints() == []


@test("live updates keep titles, and a finished document keeps its title while the page is open")
def _():
    empty()
    job = hold("First", ADAS)
    with browser() as page:
        page.open(url())
        sign_in(page)
        pair(page, ADAS)
        page.wait_text("First", card(job))
        second = hold("Second", ADAS)
        page.wait_text("Second", card(second))
        page.run("document.getElementById('list').addEventListener('x', () => {}); window.sameDocument = true")
        PC.finish(job, PRINTER)
        page.wait_text("Printed 3 pages", card(job))
        assert page.text(card(job)).startswith("First") and page.run("return window.sameDocument")


@test("what there is to touch is at least 44 pixels high, and nothing is wider than a phone")
def _():
    empty()
    job = hold("On a phone", ADAS)
    find_small = ("return [...document.querySelectorAll('button, summary, select, input:not([type=hidden]):not([type=checkbox]), .paired label')]"
                  ".filter(e => e.offsetParent && e.getBoundingClientRect().height < 44).map(e => e.outerHTML)")
    with browser(size=(390, 844), phone=True) as page:
        page.open(url() + "/" + ADAS.fragment)
        sign_in(page)
        page.one("#titles-remember")
        assert page.run(find_small) == [] and page.run("return document.documentElement.scrollWidth") <= 390
        page.shoot(PICTURES / "release-page-pairing-phone-light.png")
        page.click("#titles-remember")
        page.wait_text("On a phone", card(job))
        page.one("#titles-forget")
        assert page.run(find_small) == [] and page.run("return document.documentElement.scrollWidth") <= 390
        page.shoot(PICTURES / "release-page-paired-phone-light.png")


@test("several workstations, several keys; a title of a key that is missing stays closed")
def _():
    empty()
    one, two = hold("At the desk", ADAS), hold("On the way", ADAS_LAPTOP, device=LAPTOP)
    with browser() as page:
        page.open(url())
        sign_in(page)
        pair(page, ADAS)
        page.wait_text("At the desk", card(one))
        assert page.text(card(two)).startswith("Document")
        page.wait_text("homespool pair", "#titles-hint")
        page.run("location.hash = arguments[0]", ADAS_LAPTOP.fragment)  # pasted into the open page
        page.click("#titles-remember")
        page.wait_text("On the way", card(two))
        assert sorted(row[1] for row in stored(page)) == ["laptop-ada", "pc-12"]
        page.wait_text("laptop-ada", "#titles-hosts")


@test("the site cannot put one document's title under another, and damage shows no title")
def _():
    empty()
    true = hold("True title", ADAS)
    other = hold("Of another document", ADAS, sealed_for=true)
    damaged = PC.make_announce(ADA)
    damaged["sealed_title"] = b64(ADAS.seal(damaged["job"], "Damaged")[:-1] + b"x")
    PC.tell(("announce", damaged))
    with browser() as page:
        page.open(url())
        sign_in(page)
        pair(page, ADAS)
        page.wait_text("True title", card(true))
        wait_until(lambda: not page.run("return document.getElementById('titles-hint').hidden"))
        assert page.text(card(other)).startswith("Document") and page.text(card(damaged["job"])).startswith("Document")


@test("forgetting works at once, and keys that are not to be kept go with signing out")
def _():
    empty()
    job = hold("Forget me", ADAS)
    with browser() as page:
        page.open(url())
        sign_in(page)
        pair(page, ADAS)
        page.wait_text("Forget me", card(job))
        press(page, "#titles-forget")
        page.wait_text("homespool pair", "#titles-hint")
        assert page.text(card(job)).startswith("Document") and stored(page) == []
        pair(page, ADAS, "#titles-session")
        page.wait_text("Forget me", card(job))
        assert stored(page)[0][2] is False
        sign_out(page)
        assert stored(page) == []
        sign_in(page)
        page.wait_text("homespool pair", "#titles-hint")
        pair(page, ADAS, "#titles-session")
        press(page, "#titles-keep")
        wait_until(lambda: stored(page)[0][2] is True)
        sign_out(page)
        sign_in(page)
        page.wait_text("Forget me", card(job))
        page.run("document.getElementById('titles-keep').click()")
        wait_until(lambda: stored(page)[0][2] is False)
        # The session ends without a sign-out: the next sign-in page forgets.
        page.ask("DELETE", "/cookie")
        page.open(url())
        page.one("#user")
        wait_until(lambda: stored(page) == [])


@test("another person in the same browser reads nothing of the first's, and cannot use the first's link")
def _():
    empty()
    hold("Of Ada", ADAS)
    bobs = hold("Of Bob", BOBS, owner=BOB)
    with browser() as page:
        page.open(url())
        sign_in(page)
        pair(page, ADAS)
        page.wait_text("Of Ada")
        sign_out(page)
        sign_in(page, "bob")
        page.wait_text("homespool pair", "#titles-hint")
        assert "Of Ada" not in page.run("return document.documentElement.outerHTML")
        assert page.run("return document.getElementById('titles-paired').hidden") and page.text(card(bobs)).startswith("Document")
        page.run("location.hash = arguments[0]", ADAS.fragment)
        page.wait_text("another person", "#titles-trouble")
        pair(page, BOBS)
        page.wait_text("Of Bob", card(bobs))
        assert sorted(row[0] for row in stored(page)) == sorted([ADA, BOB])


@test("a title cannot run as a script, and half a link is refused")
def _():
    empty()
    title = "<img src=x onerror=\"document.title='broken'\">"
    job = hold(title, ADAS)
    with browser() as page:
        page.open(url())
        sign_in(page)
        page.run("location.hash = arguments[0]", f"#title-key={ADAS.text[:40]}&person={ADA}&host=pc-12")
        page.click("#titles-remember")
        page.wait_text("incomplete", "#titles-trouble")
        assert stored(page) == []
        pair(page, ADAS)
        page.wait_text(title, card(job))
        assert "broken" not in page.ask("GET", "/title") and page.complaints() == []


WITHOUT_X25519 = """
  for (const name of ["importKey", "generateKey", "deriveBits", "deriveKey"]) {
    const before = SubtleCrypto.prototype[name];
    SubtleCrypto.prototype[name] = function (...given) {
      return given.some((one) => (one?.name ?? one?.algorithm?.name ?? one) === "X25519")
        ? Promise.reject(new DOMException("Unrecognized name.", "NotSupportedError")) : before.apply(this, given);
    };
  }"""


@test("a browser without X25519 reads titles all the same, and the page says that it cannot lock their key in")
def _():
    empty()
    job = hold("In an older browser", ADAS)
    with browser() as page:
        page.open(url())
        sign_in(page)
        pair(page, ADAS)
        page.wait_text("In an older browser", card(job))
        assert page.run("return document.getElementById('titles-older').hidden"), "this one knows X25519"
    with browser() as page:
        page.cdp("Page.addScriptToEvaluateOnNewDocument", source=WITHOUT_X25519)
        page.open(url())
        sign_in(page)
        pair(page, ADAS)
        page.wait_text("In an older browser", card(job))
        page.wait_text("does not know X25519", "#titles-older")
        assert stored(page) == [[ADA, "pc-12", True, "text"]], stored(page)
        page.ask("POST", "/refresh", {})
        page.wait_text("In an older browser", card(job))
        page.wait_text("does not know X25519", "#titles-older")
        press(page, "#titles-forget")
        page.wait_text("homespool pair", "#titles-hint")
        assert stored(page) == []
        assert page.complaints() == []


@test("a browser that cannot run the script says so, keeps no key of a link, and releases")
def _():
    empty()
    job = hold("Too new for it", ADAS)
    poll = PC.begin_poll(200)
    with browser() as page:
        page.cdp("Network.enable")
        page.cdp("Network.setBlockedURLs", urls=["*/static/age.js"])
        page.open(url() + "/" + ADAS.fragment)
        sign_in(page)
        page.wait_text("this browser cannot open them", "#titles-unable")
        assert page.run("return document.getElementById('titles-unbuilt').hidden && document.getElementById('titles-hint').hidden")
        assert stored(page) == [] and ADAS.text not in page.run("return JSON.stringify({ ...sessionStorage })")
        page.click(card(job) + " input")
        page.click(f'#printer option[value="{PRINTER}"]')
        page.click("#release")
        page.wait_text("1 document is on the way", "#message")
    assert job in [command["job"] for command, _ in PC.end_poll(poll)]


@test("without JavaScript documents have no titles and everything works")
def _():
    empty()
    job = hold("Never shown", ADAS)
    poll = PC.begin_poll(200)
    with browser(javascript=False) as page:
        page.open(url() + "/" + ADAS.fragment)
        page.type("#user", "ada")
        page.type("#password", PASSWORD)
        page.click("button[type=submit]")
        page.wait_text("Document", card(job))
        assert "titles" not in page.text().lower()
        page.click(card(job) + " input")
        page.click(f'#printer option[value="{PRINTER}"]')
        page.click("#release")
        page.wait_text("1 document is on the way", "#message")
    assert job in [command["job"] for command, _ in PC.end_poll(poll)]


@test("no request of the browser holds the key in any form")
def _():
    empty()
    job = hold("On record", ADAS)
    with Recorder(WORLD) as recorder, browser() as page:
        page.open(url(recorder.port) + "/" + ADAS.fragment)
        sign_in(page)
        page.click("#titles-remember")
        page.wait_text("On record", card(job))
        page.run("location.hash = arguments[0]", ADAS.fragment)
        page.click("#titles-session")
        page.ask("POST", "/refresh", {})
        page.wait_text("On record", card(job))
        press(page, "#titles-forget")
        page.wait_text("homespool pair", "#titles-hint")
        sign_out(page)
        seen = recorder.requests()
    assert b"GET / HTTP/1.1" in seen and b"POST /sign-in" in seen and PASSWORD.replace(" ", "+").encode() in seen, "the recorder must see all"
    for spelling in ADAS.spellings():
        assert spelling not in seen, spelling
    assert b"title-key" not in seen and b"On record" not in seen


def memory_of(pid):
    """Every readable byte of a process."""
    with open(f"/proc/{pid}/maps", encoding="ascii") as maps, open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in maps:
            first, last, rights = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+)", line).groups()
            if rights[0] != "r" or "[vv" in line:
                continue
            memory.seek(int(first, 16))
            try:
                yield memory.read(int(last, 16) - int(first, 16))
            except OSError:
                continue


@test("database, log and memory of the site hold neither titles nor keys, and a sealed title goes with its job")
def _():
    empty()
    title = "Canary-4f1c salaries"
    job = hold(title, ADAS)
    ada = Person(WORLD)
    ada.sign_in("ada")
    page = ada.get().text
    sealed = re.search(rf'data-job="{job}" data-sealed-title="([^"]+)"', page).group(1)
    bob = Person(WORLD)
    bob.sign_in("bob")
    assert job not in bob.get().text and sealed not in bob.get().text
    raw = base64.b64decode(sealed + "=" * (-len(sealed) % 4))

    def everywhere():
        return b"".join(file.read_bytes() for file in WORLD.data.rglob("*") if file.is_file()) + WORLD.read_log().encode()

    assert raw in everywhere(), "the search must find what is there"
    try:
        memory = b"".join(memory_of(WORLD.process.pid))
    except PermissionError:
        memory = b""
    else:
        assert b"homespool-site" in memory and raw in memory + everywhere()
    for secret in (title.encode(), title.encode("utf-16-le"), *ADAS.spellings()):
        assert secret not in everywhere() and secret not in memory, secret
    PC.finish(job, PRINTER)
    assert "data-sealed-title" not in ada.get().text
    assert WORLD.stop() == 0
    assert raw not in everywhere(), "a sealed title outlives its job"
    WORLD.start()


@test("a site whose policy is none or full keeps no sealed title")
def _():
    for policy in ("none", "full"):
        world = World(sys.argv[1], sys.argv[2], policy=("--title-policy", policy))
        try:
            owner = world.add_user("eve")
            world.start()
            device = Device(world)
            body = device.make_announce(owner)
            body["sealed_title"] = b64(ADAS.seal(body["job"], "Sent all the same"))
            device.tell(("announce", body))
            titled = device.hold(owner, title="In plain words")
            eve = Person(world)
            eve.sign_in("eve")
            page = eve.get().text
            assert titled in page and body["job"] in page and "data-sealed-title" not in page
            assert ("In plain words" in page) is (policy == "full")
        finally:
            world.close()


try:
    main(sys.argv[5] if len(sys.argv) > 5 else None)
finally:
    WORLD.close()
