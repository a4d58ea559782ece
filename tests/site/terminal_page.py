#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""The page of a tablet beside a printer, in a real browser with the certificate that the site made for
it, used as a person would use it; takes its pictures on the way.

usage: terminal_page.py HOMESPOOL_TRUST HOMESPOOL_SITE PICTURE_FOLDER [SENTENCE]
"""

import shutil
import sqlite3
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))
from browser import CHROMIUM, DRIVER, Browser  # noqa: E402
from site_world import Device, World, now_us, openssl, wait_until  # noqa: E402
from tap import main, skip, test  # noqa: E402

PICTURES = Path(sys.argv[3])
TABLET = (800, 1100)
TAB, ENTER = "\ue004", "\ue007"
MINUTE_US = 60_000_000
PIN, CARD, TITLE = "824193", "04A22BC3", "Dismissal of a colleague"
WORLD = World(sys.argv[1], sys.argv[2], policy=("--title-policy", "full"))
ADA = WORLD.add_user("ada", display="Ada Lovelace")
SECOND = WORLD.add_printer("Second floor, colour", "Room 2.14")
for kind, secret in (("pin", PIN), ("card", CARD)):
    WORLD.site("user", kind, "--data", WORLD.data, "--name", "ada", f"--{kind}-file", "-", stdin=f"{secret}\n".encode())
WORLD.start()
URL = f"https://localhost:{WORLD.devices_port}"
PC = Device(WORLD, "pc-12")
POLL = [PC.begin_poll(240)]


def take(count):
    got = []
    while len(got) < count:
        for command, _ in PC.end_poll(POLL.pop()):
            PC.answer(command)
            got.append(command)
        POLL.append(PC.begin_poll(240))
    return got


def hold(**more):
    more.setdefault("created_us", now_us() - 5 * MINUTE_US)
    return PC.hold(ADA, title=TITLE, **more)


def empty():
    for job in list(PC.sealed):
        PC.tell(("state", {"job": job, "state": "cancelled", "reasons": [], "sentence": None}))
    PC.sealed.clear()
    with sqlite3.connect(WORLD.data / "site.db", timeout=30) as base:
        base.execute("DELETE FROM failures")
        base.execute("UPDATE users SET pin_failures=0")


def add_tablet(name, *more):
    file = WORLD.folder / f"{name}.p12"
    said = WORLD.site("terminal", "add", "--data", WORLD.data, "--printer", "Second floor, colour", "--name", name, "--browser",
                      "--output", file, *more)
    assert f"{URL}/t/" in said and file.stat().st_mode & 0o777 == 0o600
    return file, said.splitlines()[1].strip()


def tablet(file, code, **more):
    if not CHROMIUM or not DRIVER or not shutil.which("pk12util"):
        skip("chromium, chromium-driver and libnss3-tools are not all installed")
    return Browser(*TABLET, phone=True, identity=(file, code, URL), **more)


def pair(page, code):
    page.open(URL + "/t/")
    page.type("#code", code)
    page.click("#pair button")
    page.one("#welcome")


def badge(page, card=CARD):
    wait_until(lambda: page.run("return document.activeElement.id") == "card")
    page.keys(*card, ENTER)


def burst(page, card):
    """As a reader types, which the page knows by its speed: on a busy machine the driver's own keys come as slowly as
    a finger's."""
    page.run("for (const key of arguments[0])"
             " document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));",
             [*card, "Enter"])


def tap_pin(page, pin=PIN):
    page.one("#pin")
    for digit in pin:
        page.click(f'#pad button[aria-label="{digit}"]')
    page.click('#pad button[aria-label="OK"]')


def row(job):
    return f'[data-job="{job}"]'


@test("a tablet is paired once, with its certificate and the code of the file")
def _():
    file, code = add_tablet("pairs")
    with tablet(file, code) as page:
        page.open(URL + "/t/")
        page.type("#code", "no-such-code")
        page.click("#pair button")
        page.wait_text("This is not the code", "#message")
        page.run("document.getElementById('code').value = ''")
        page.type("#code", code)
        page.click("#pair button")
        page.wait_text("Hold your card to the reader", "h1")
        assert page.run("return document.cookie") == "", "the token is for no script"
        cookie = next(c for c in page.ask("GET", "/cookie") if c["name"] == "__Host-homespool-terminal")
        assert cookie["httpOnly"] and cookie["secure"] and cookie["sameSite"] == "Strict"
        page.open(URL + "/t/")
        page.wait_text("Hold your card to the reader", "h1")
        assert page.complaints() == [] or all("403" in line for line in page.complaints())
    with tablet(file, code) as thief:  # the file and the code, but no cookie
        thief.open(URL + "/t/")
        thief.type("#code", code)
        thief.click("#pair button")
        thief.wait_text("used already", "#message")


@test("badge, PIN, print all: the paper comes and the tablet is free again")
def _():
    empty()
    first, second = hold(), hold(pages=1, colour="monochrome", sides="two-sided-long-edge", created_us=now_us() - MINUTE_US)
    file, code = add_tablet("prints")
    with tablet(file, code) as page:
        pair(page, code)
        badge(page)
        tap_pin(page)
        page.wait_text("Ada Lovelace", "#person")
        page.wait_text("Document, 3 pages", "#papers")
        text = page.text("#papers")
        assert "Document, 1 page" in text and "black and white, two-sided" in text and "A4" in text, text
        page.wait_text("Print all 2", "#print")
        assert TITLE not in page.run("return document.documentElement.outerHTML")
        page.click("#print")
        page.wait_text("2 documents are on the way to Second floor, colour", "#outcome")
        commands = take(2)
        assert {c["job"] for c in commands} == {first, second} and {c["printer"] for c in commands} == {SECOND}
        page.wait_text("Hold your card to the reader")
        assert "Ada" not in page.run("return document.documentElement.outerHTML")
        wait_until(lambda: page.run("return document.activeElement.id") == "card")
        assert page.complaints() == []


@test("a name and a PIN, some chosen, one deleted after a second touch, then signed out")
def _():
    empty()
    keep, chosen, gone = hold(), hold(pages=7), hold(pages=2)
    file, code = add_tablet("chooses")
    with tablet(file, code) as page:
        pair(page, code)
        page.keys(TAB)
        assert page.run("return document.activeElement.id") == "by-name", "a keyboard gets there, too"
        page.keys(ENTER)
        page.type("#user", "ada")
        page.click("#name button[type=submit]")
        tap_pin(page)
        page.one(row(gone))
        page.click(row(gone))
        page.wait_text("Print 1 document", "#print")
        page.click("#delete")
        page.wait_text("Really delete 1?", "#delete")
        page.click("#delete")
        assert [(c["kind"], c["job"]) for c in take(1)] == [("cancel", gone)]
        PC.tell(("state", {"job": gone, "state": "cancelled", "reasons": [], "sentence": None}))
        wait_until(lambda: not page.all(row(gone)))
        page.click(row(chosen))
        page.wait_text("Print 1 document", "#print")
        page.click("#print")
        page.wait_text("1 document is on the way", "#outcome")
        assert [c["job"] for c in take(1)] == [chosen]
        with sqlite3.connect(WORLD.data / "site.db", timeout=30) as base:
            wait_until(lambda: base.execute("SELECT count(*) FROM sessions WHERE terminal IS NOT NULL").fetchone() == (0,))
        assert keep in PC.sealed


@test("a wrong PIN says so without saying whose, and the next badge starts anew, also on the PIN pad")
def _():
    empty()
    hold()
    file, code = add_tablet("errs")
    with tablet(file, code) as page:
        pair(page, code)
        badge(page, "99887766")
        tap_pin(page)
        page.wait_text("The name or the PIN is wrong", "#message")
        unknown = page.text("#message")
        badge(page)
        tap_pin(page, "000999")
        page.wait_text("The name or the PIN is wrong", "#message")
        assert page.text("#message") == unknown
        page.run("document.activeElement.blur()")
        page.keys(*"99887766", ENTER)  # the field need not have the focus
        page.one("#pin")
        burst(page, CARD)  # somebody else's card while the PIN was asked for
        wait_until(lambda: page.text("#message") == "")
        tap_pin(page)
        page.wait_text("Ada Lovelace", "#person")
        page.click("#sign-out")
        page.wait_text("Hold your card to the reader")


HOLD = """
const [path, real] = [arguments[0], window.fetch];
window.held = [];
window.taken = 0;
window.fetch = async (asked, ...more) => {
  const reply = await real(asked, ...more);
  if (asked !== path) return reply;
  await new Promise((go) => window.held.push(go));
  const read = reply.json.bind(reply);
  reply.json = async () => {
    const answer = await read();
    setTimeout(() => { window.taken += 1; }, 0); /* after what the page does with it */
    return answer;
  };
  return reply;
};"""


def await_held(page, count):
    wait_until(lambda: page.run("return window.held.length") == count)


def let_go(page):
    count = page.run("window.held.forEach((go) => go()); return window.held.length;")
    wait_until(lambda: page.run("return window.taken") == count)


def open_sessions():
    with sqlite3.connect(WORLD.data / "site.db", timeout=30) as base:
        return base.execute("SELECT count(*) FROM sessions WHERE terminal IS NOT NULL").fetchone()[0]


@test("whoever goes back while the site is slow is not signed in behind their back")
def _():
    empty()
    hold()
    file, code = add_tablet("slow")
    with tablet(file, code) as page:
        pair(page, code)
        page.run(HOLD, "/v1/terminal/sign-in")
        badge(page)
        tap_pin(page)
        await_held(page, 1)
        page.click("#pin .back")
        page.wait_text("Hold your card to the reader")
        let_go(page)
        assert page.run("return document.getElementById('list').hidden"), "the next person sees nobody's documents"
        assert "Ada" not in page.run("return document.documentElement.outerHTML")
        wait_until(lambda: open_sessions() == 0)


@test("where a card is enough, the last badge counts while the site is slow")
def _():
    empty()
    hold()
    file, code = add_tablet("slow-badges", "--card-only")
    with tablet(file, code) as page:
        pair(page, code)
        page.run(HOLD, "/v1/terminal/sign-in")
        badge(page)
        await_held(page, 1)
        badge(page, "99887766")  # nobody's
        await_held(page, 2)
        let_go(page)
        page.wait_text("card belongs to nobody", "#message")
        assert page.run("return document.getElementById('list').hidden"), "the first person's documents are not shown to the second"
        wait_until(lambda: open_sessions() == 0)


@test("what a person had asked for when they left does not touch the next one")
def _():
    empty()
    job = hold()
    file, code = add_tablet("next")
    with tablet(file, code) as page:
        pair(page, code)
        page.run(HOLD, "/v1/terminal/release")
        badge(page)
        tap_pin(page)
        page.one(row(job))
        page.click("#print")
        await_held(page, 1)
        take(1)
        page.click("#sign-out")
        badge(page)
        tap_pin(page)
        page.one(row(job))
        let_go(page)
        page.one(row(job))
        assert page.run("return document.getElementById('done').hidden")
        assert open_sessions() == 1


@test("where a card is enough, a badge shows the documents at once")
def _():
    empty()
    job = hold()
    file, code = add_tablet("badges", "--card-only")
    with tablet(file, code) as page:
        pair(page, code)
        badge(page)
        page.one(row(job))
        page.wait_text("Print it", "#print")
        page.click(row(job))
        page.wait_text("Print 1 document", "#print")
        assert not page.ask("GET", f"/element/{page.all('#delete')[0]}/displayed"), "a card alone does not delete"


@test("whoever walks away is signed out, and so is whoever loads the page again or is at a revoked tablet")
def _():
    empty()
    job = hold()
    file, code = add_tablet("idles", "--card-only")
    with tablet(file, code) as page:
        pair(page, code)
        badge(page)
        page.one(row(job))
        page.wait_text("Signing out in", "#left")  # after 20 s without a touch
        page.wait_text("Hold your card to the reader")
        assert page.all(row(job)) == [] and "Ada" not in page.run("return document.documentElement.outerHTML")
        badge(page)
        page.one(row(job))
        page.open(URL + "/t/")
        page.wait_text("Hold your card to the reader")
        badge(page)
        page.one(row(job))
        line = next(line for line in WORLD.site("terminal", "list", "--data", WORLD.data).splitlines() if "idles" in line)
        WORLD.site("terminal", "revoke", "--data", WORLD.data, line.split()[0])
        page.click("#print")
        page.wait_text("This terminal was revoked", "#message")
        page.open(URL + "/t/")
        page.wait_text("terminal was revoked", "#message")


@test("a tablet whose certificate ends soon says so, and its button brings the file of a new one with its code")
def _():
    file, code = add_tablet("ends")
    with tablet(file, code) as page:
        pair(page, code)
        assert not page.run("return document.getElementById('ending')")
        end = now_us() + 20 * 24 * 60 * MINUTE_US
        with sqlite3.connect(WORLD.data / "site.db", timeout=30) as base:
            base.execute("UPDATE terminals SET not_after_us=? WHERE name='ends'", [end])
        page.open(URL + "/t/")
        day = time.gmtime(end // 1_000_000)
        page.wait_text(time.strftime(f"{day.tm_mday} %B %Y", day), "#ending")
        page.run("const make = URL.createObjectURL; URL.createObjectURL = (blob) => { blob.arrayBuffer().then((bytes) => {"
                 " window.saved = [...new Uint8Array(bytes)]; }); return make.call(URL, blob); };")
        page.click("#renew")
        page.wait_text("The new certificate", "#renewed h1")
        saved = WORLD.folder / "saved.p12"
        saved.write_bytes(bytes(wait_until(lambda: page.run("return window.saved"))))
        renewed_code = page.text("#renewed-code").strip()
        inside = openssl("pkcs12", "-in", saved, "-passin", f"pass:{renewed_code}", "-nokeys", "-clcerts").decode()
        assert "Homespool terminal" in inside, inside
        page.click("#renewed .back")
        page.wait_text("Hold your card to the reader", "h1")
        assert page.run("return document.getElementById('renewed-code').textContent") == "", "the code is not kept"


@test("pictures: the tablet waiting for a card, asking for a PIN, showing documents, light and dark")
def _():
    empty()
    hold(pages=14, sides="two-sided-long-edge", created_us=now_us() - 9 * MINUTE_US)
    hold(pages=2, colour="monochrome", created_us=now_us() - 21 * MINUTE_US)
    laptop = Device(WORLD, "laptop-ada")
    laptop.hold(ADA, pages=3, created_us=now_us() - 95 * MINUTE_US)
    laptop.tell(("power", {"power": "asleep"}), at_us=now_us() - 70 * MINUTE_US)
    for dark in (False, True):
        shade = "dark" if dark else "light"
        file, code = add_tablet(f"picture-{shade}")
        with tablet(file, code, dark=dark) as page:
            pair(page, code)
            page.shoot(PICTURES / f"terminal-card-{shade}.png")
            badge(page)
            page.one("#pin")
            for digit in PIN[:4]:
                page.click(f'#pad button[aria-label="{digit}"]')
            page.run("document.activeElement.blur()")
            page.shoot(PICTURES / f"terminal-pin-{shade}.png")
            for digit in PIN[4:]:
                page.click(f'#pad button[aria-label="{digit}"]')
            page.click('#pad button[aria-label="OK"]')
            page.wait_text("Document, 14 pages", "#papers")
            page.click(row(next(iter(PC.sealed))))
            page.run("document.activeElement.blur()")
            page.shoot(PICTURES / f"terminal-documents-{shade}.png")
    assert len(list(PICTURES.glob("terminal-*.png"))) >= 6


try:
    main(sys.argv[4] if len(sys.argv) > 4 else None)
finally:
    WORLD.close()
