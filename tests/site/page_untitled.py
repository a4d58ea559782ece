#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""The release page of a site that was built without the part that opens titles: it says so, keeps no key, and does all the
rest, in a real browser.

usage: page_untitled.py HOMESPOOL_TRUST HOMESPOOL_SITE_UNTITLED SEAL_TOOL [SENTENCE]
"""

import subprocess
import sys
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))
sys.path.insert(0, str(Path(__file__).parent.parent / "interop"))
from browser import CHROMIUM, DRIVER, Browser  # noqa: E402
from seal_reference import bech32, public_of  # noqa: E402
from site_world import Device, World, b64, now_us, wait_until  # noqa: E402
from tap import main, skip, test  # noqa: E402

PASSWORD = "correct horse battery"
WORLD = World(sys.argv[1], sys.argv[2])
ADA = WORLD.add_user("ada", display="Ada Lovelace")
PRINTER = WORLD.add_printer("Second floor, colour", "Room 2.14")
WORLD.start()
PC = Device(WORLD, "pc-12")
PRIVATE = uuid.uuid4().bytes + uuid.uuid4().bytes
KEY, RECIPIENT = bech32("AGE-SECRET-KEY-", PRIVATE), bech32("age", public_of(PRIVATE))
LINK = f"#title-key={KEY}&person={ADA}&host=pc-12"


def hold(title):
    body = PC.make_announce(ADA, created_us=now_us() - 300_000_000)
    body["sealed_title"] = b64(subprocess.run([sys.argv[3], "title", RECIPIENT, body["job"], title], capture_output=True, check=True, timeout=60).stdout)
    PC.tell(("announce", body))
    return body["job"]


def empty():
    for job in list(PC.sealed):
        PC.tell(("state", {"job": job, "state": "cancelled", "reasons": [], "sentence": None}))
    PC.sealed.clear()


def browser():
    if not CHROMIUM or not DRIVER:
        skip("chromium and chromium-driver are not installed")
    return Browser(1280, 800)


def sign_in(page, fragment=""):
    page.open(f"https://localhost:{WORLD.people_port}/{fragment}")
    page.type("#user", "ada")
    page.type("#password", PASSWORD)
    page.click("button[type=submit]")
    page.wait_text("Your documents", "h1")


def card(job):
    return f'[data-job="{job}"]'


@test("the site has no such script, and the page asks for none")
def _():
    assert WORLD.people("GET", "/static/age.js").status == 404
    with browser() as page:
        sign_in(page)
        assert not page.run("return document.querySelector('script[src*=age]')")
        assert page.run("return document.getElementById('titles-unbuilt').hidden"), "nothing is sealed: there is nothing to say"
        assert page.complaints() == []


@test("a sealed title is shown as pages and time, with the reason; releasing, deleting and live updates work")
def _():
    empty()
    job, other = hold("Redundancies in spring"), hold("Of no use")
    poll = PC.begin_poll(200)
    with browser() as page:
        sign_in(page)
        page.wait_text("built without the part that opens them", "#titles-unbuilt")
        assert page.run("return document.getElementById('titles-hint').hidden && document.getElementById('titles-unable').hidden")
        assert page.text(card(job)).startswith("Document") and "3 pages, A4" in page.text(card(job))
        page.click(card(job) + " input")
        page.wait_text("Print 1 document", "#release")
        page.click(f'#printer option[value="{PRINTER}"]')
        page.click("#release")
        page.wait_text("1 document is on the way", "#message")
        assert job in [command["job"] for command, _ in PC.end_poll(poll)]
        PC.finish(job, PRINTER)
        page.wait_text("Printed 3 pages", card(job))
        late = hold("Comes later")
        page.wait_text("Document", card(late))
        poll = PC.begin_poll(200)
        page.click(card(other) + " input")
        page.click("#delete summary")
        page.click("#delete button")
        page.wait_text("1 document is being deleted", "#message")
        assert [(command["job"], command["kind"]) for command, _ in PC.end_poll(poll)] == [(other, "cancel")]
        assert page.complaints() == []


@test("a pairing link is told so, also when nothing is sealed yet; its key leaves the address and is kept nowhere")
def _():
    empty()
    with browser() as page:
        sign_in(page, LINK)
        page.wait_text("built without the part that opens them", "#titles-unbuilt")
        assert "title-key" not in page.url
        assert KEY not in page.run("return JSON.stringify([{ ...sessionStorage }, { ...localStorage }])")
        assert page.ask("POST", "/execute/async", {"args": [], "script": """
          const done = arguments[arguments.length - 1];
          const opening = indexedDB.open('homespool-titles', 1);
          opening.onupgradeneeded = () => opening.result.createObjectStore('keys', { keyPath: ['person', 'recipient'] });
          opening.onsuccess = () => {
            const all = opening.result.transaction('keys').objectStore('keys').getAll();
            all.onsuccess = () => { opening.result.close(); done(all.result.length); };
          };"""}) == 0
        page.click(".person button")
        page.wait_text("Print your documents", "h1")
        assert wait_until(lambda: page.run("return sessionStorage.length === 0"))


try:
    main(sys.argv[4] if len(sys.argv) > 4 else None)
finally:
    WORLD.close()
