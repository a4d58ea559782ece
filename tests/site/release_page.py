#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""The release page in a real browser, used as a person would use it; takes its pictures on the way.

usage: release_page.py HOMESPOOL_TRUST HOMESPOOL_SITE PICTURE_FOLDER [SENTENCE]
"""

import sqlite3
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))
from browser import CHROMIUM, DRIVER, Browser  # noqa: E402
from site_world import Device, Person, World, now_us, wait_until  # noqa: E402
from tap import main, skip, test  # noqa: E402

PICTURES = Path(sys.argv[3])
PHONE, DESKTOP = (390, 844), (1280, 800)
TAB, SPACE, ENTER, ESCAPE = "\ue004", " ", "\ue007", "\ue00c"
WORLD = World(sys.argv[1], sys.argv[2], policy=("--title-policy", "full"))
ADA = WORLD.add_user("ada", display="Ada Lovelace")
SECOND = WORLD.add_printer("Second floor, colour", "Room 2.14")
CELLAR = WORLD.add_printer("Cellar archive", "Room 0.03")
WORLD.start()
URL = f"https://localhost:{WORLD.people_port}"
MINUTE_US = 60_000_000


class Desk:
    """A workstation that keeps a poll open, as the agent does."""

    def __init__(self, name):
        self.device = Device(WORLD, name)
        self.poll = None

    def listen(self):
        self.poll = self.device.begin_poll(200)

    def take(self):
        """The commands of the poll, and the next poll at once."""
        commands = self.device.end_poll(self.poll)
        for command, _ in commands:
            self.device.answer(command)
        self.listen()
        return [command for command, _ in commands]

    def leave(self):
        self.poll[0].close()


PC, LAPTOP = Desk("pc-12"), Desk("laptop-ada")
PC.listen()


def hold(title="", desk=PC, **more):
    more.setdefault("created_us", now_us() - 5 * MINUTE_US)
    return desk.device.hold(ADA, title=title or None, **more)


def empty():
    """Every test begins with nothing waiting."""
    for desk in (PC, LAPTOP):
        for job in list(desk.device.sealed):
            desk.device.tell(("state", {"job": job, "state": "cancelled", "reasons": [], "sentence": None}))
        desk.device.sealed.clear()
    with sqlite3.connect(WORLD.data / "site.db", timeout=30) as database:
        database.execute("UPDATE jobs SET changed_us=1 WHERE is_final=1")


def browser(size=DESKTOP, **more):
    if not CHROMIUM or not DRIVER:
        skip("chromium and chromium-driver are not installed")
    return Browser(*size, **more)


def sign_in(page, path="/"):
    page.open(URL + path)
    page.type("#user", "ada")
    page.type("#password", "correct horse battery")
    page.click("button[type=submit]")
    page.wait_text("Your documents", "h1")


def card(job):
    return f'[data-job="{job}"]'


@test("a person signs in, prints two documents and sees them printed, without loading the page again")
def _():
    empty()
    first, second = hold("Quarterly figures"), hold("Travel expenses", pages=1, colour="monochrome")
    with browser() as page:
        sign_in(page)
        page.wait_text("Quarterly figures")
        assert page.ask("GET", f"/element/{page.one('#release')}/enabled") is False
        page.click(card(first))
        page.wait_text("Print 1 document", "#release")
        page.click(card(second))
        page.wait_text("Print 2 documents", "#release")
        page.run("document.getElementById('printer').value = arguments[0]", SECOND)
        page.click("#release")
        page.wait_text("2 documents are on the way to Second floor, colour", "#message")
        page.run("window.sameDocument = true")
        commands = PC.take() + (PC.take() if len(PC.device.sealed) > 2 else [])
        released = [c for c in commands if c["kind"] == "release"]
        assert {c["job"] for c in released} == {first, second} and {c["printer"] for c in released} == {SECOND}
        PC.device.tell(("state", {"job": first, "state": "delivering", "reasons": [], "sentence": None}))
        page.wait_text("Printing at Second floor, colour", card(first))
        for job, count in ((first, 3), (second, 1)):
            PC.device.finish(job, SECOND, impressions=count)
        page.wait_text("Printed 3 pages at Second floor, colour", card(first))
        page.wait_text("Printed 1 page at Second floor, colour", card(second))
        assert page.run("return window.sameDocument === true"), "the page was loaded again"
        assert page.complaints() == []


@test("what was chosen and where the keyboard is survive a live update")
def _():
    empty()
    job = hold("Kept")
    with browser() as page:
        sign_in(page)
        page.click(card(job))
        page.run("document.getElementById(arguments[0]).focus()", f"job-{job}")
        hold("Another")
        page.wait_text("Another")
        assert page.run("return document.activeElement.id") == f"job-{job}"
        assert page.run("return document.activeElement.checked") is True
        page.wait_text("Print 1 document", "#release")


@test("the page at a printer offers this printer alone")
def _():
    empty()
    job = hold("At the printer")
    with browser(PHONE, phone=True) as page:
        page.open(f"{URL}/p/{CELLAR}")
        page.wait_text("Sign in to print at Cellar archive")
        page.type("#user", "ada")
        page.type("#password", "correct horse battery")
        page.click("button[type=submit]")
        page.wait_text("You are at")
        assert page.url.endswith(f"/p/{CELLAR}") and not page.all("select")
        page.click(card(job))
        page.click("#release")
        page.wait_text("1 document is on the way to Cellar archive", "#message")
        assert page.url.endswith(f"/p/{CELLAR}")
        assert [c["printer"] for c in PC.take() if c["job"] == job] == [CELLAR]


@test("deleting asks first, and Escape goes back")
def _():
    empty()
    job = hold("Too much")
    with browser(PHONE, phone=True) as page:
        sign_in(page)
        page.click(card(job))
        page.click("#delete summary")
        page.wait_text("cannot be undone")
        page.shoot(PICTURES / "release-page-delete.png")
        page.keys(ESCAPE)
        wait_until(lambda: "cannot be undone" not in page.text())
        page.click("#delete summary")
        page.click("#delete button")
        page.wait_text("being deleted", "#message")
        command = PC.take()[0]
        assert command["kind"] == "cancel" and command["job"] == job
        PC.device.tell(("state", {"job": job, "state": "cancelled", "reasons": [], "sentence": None}))
        page.wait_text("Deleted", card(job))


@test("the keyboard alone signs in, chooses and prints")
def _():
    empty()
    job = hold("By keyboard")
    with browser() as page:
        page.open(URL)
        page.run("document.getElementById('user').focus()")
        page.keys(*"ada", TAB, *"correct horse battery", ENTER)
        page.wait_text("By keyboard")
        page.run("document.getElementById('printer').focus()")
        page.keys(TAB)
        assert page.run("return document.activeElement.id") == f"job-{job}"
        outline = page.run("return getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", "the focus cannot be seen"
        page.keys(SPACE, TAB)
        assert page.run("return document.activeElement.id") == "release"
        page.run("document.getElementById('printer').value = arguments[0]", CELLAR)
        page.keys(ENTER)
        page.wait_text("on the way to Cellar archive", "#message")
        PC.take()


@test("a screen reader hears names, roles, states and news")
def _():
    empty()
    job = hold("Heard", colour="monochrome")
    with browser() as page:
        page.open(URL)
        assert page.role("#user") == ("textbox", "User name") and page.role("#password")[1] == "Password"
        sign_in(page)
        role, label = page.role(f"#job-{job}")
        assert (role, label) == ("checkbox", "Heard"), (role, label)
        about = page.run("return document.getElementById(document.getElementById(arguments[0]).getAttribute('aria-describedby')).textContent",
                         f"job-{job}")
        assert "3 pages, A4, black and white" in about and "pc-12" in about and "ready" in about, about
        assert page.role("#printer") == ("combobox", "Printer"), page.role("#printer")
        assert page.role("#release")[0] == "button"
        assert page.run("return document.getElementById('message').getAttribute('role')") == "status"
        assert page.run("return document.documentElement.lang") == "en"
        assert page.run("return document.querySelectorAll('h1').length") == 1


@test("everything to touch is at least 44 pixels high, and nothing is wider than a phone")
def _():
    empty()
    hold("A title that is long enough to need more than one line on a telephone, and that has oneverylongwordwithoutanyspaceinit_" * 2)
    hold()
    with browser(PHONE, phone=True) as page:
        for ready in (lambda: page.open(URL), lambda: sign_in(page)):
            ready()
            assert page.run("return document.documentElement.scrollWidth") <= PHONE[0]
            small = page.run("return [...document.querySelectorAll('button, summary, select, input:not([type=hidden]):not([type=checkbox]), .job')]"
                             ".filter(e => e.offsetParent && e.getBoundingClientRect().height < 44).map(e => e.outerHTML)")
            assert small == [], small


def contrast(page, selector):
    """WCAG 2.2 contrast ratio of a text against what is behind it."""
    return page.run("""
      const parse = (c) => { const p = c.match(/[\\d.]+/g).map(Number); return p.length < 4 ? [...p, 1] : p; };
      const light = (c) => c.slice(0, 3).map((v) => v / 255).map((v) => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
      return [...document.querySelectorAll(arguments[0])].filter((e) => e.offsetParent).map((e) => {
        let behind = e;
        while (parse(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
        const a = light(parse(getComputedStyle(e).color)), b = light(parse(getComputedStyle(behind).backgroundColor));
        return [(Math.max(a, b) + .05) / (Math.min(a, b) + .05), e.className + ' ' + e.textContent.trim().slice(0, 30)];
      });""", selector)


@test("text can be read in light and dark: contrast 4.5 to 1 or better")
def _():
    empty()
    hold("Contrast")
    gone = hold("Asleep", LAPTOP)
    done = hold("Finished")
    PC.device.finish(done, SECOND)
    for dark in (False, True):
        with browser(dark=dark) as page:
            page.open(URL)
            texts = contrast(page, "h1, p, label, button, a span, .bar span")
            sign_in(page)
            assert page.run("return matchMedia('(prefers-color-scheme: dark)').matches") is dark
            page.click(card(gone))
            page.click(card(gone))
            texts += contrast(page, "h1, h2, p, label, .about span, summary, button:enabled, select, .count, .bar span")
            bad = [t for t in texts if t[0] < 4.5]
            assert len(texts) > 15 and bad == [], (dark, bad)


@test("without JavaScript the same forms do the same")
def _():
    empty()
    job = hold("Plain forms")
    hold("Stays")
    with browser(javascript=False) as page:
        page.open(URL)
        page.type("#user", "ada")
        page.type("#password", "correct horse battery")
        page.click("button[type=submit]")
        page.wait_text("Plain forms")
        page.click(card(job) + " input")
        page.click(f'#printer option[value="{SECOND}"]')
        assert page.text("#release") == "Print selected"
        page.click("#release")
        page.wait_text("1 document is on the way to Second floor, colour", "#message")
        assert [c["job"] for c in PC.take()] == [job]
        page.click("#delete summary")
        page.click("#delete button")
        page.wait_text("Choose one or more documents first", "#message")
        page.click(".person button")
        page.wait_text("Sign in to see what is waiting")


@test("a wrong password is answered in the page, and signing out leads back to the form")
def _():
    with browser() as page:
        page.open(URL)
        page.type("#user", "ada")
        page.type("#password", "not this one")
        page.click("button[type=submit]")
        page.wait_text("The name or the password is wrong", "#message")
        assert page.run("return document.getElementById('user').value") == "ada"
        assert page.run("return document.getElementById('message').getAttribute('role')") == "alert"
        sign_in(page)
        page.click(".person button")
        page.wait_text("Print your documents", "h1")


@test("a title cannot run as a script")
def _():
    empty()
    hold("<img src=x onerror=\"document.title='broken'\"><script>document.title='broken'</script>")
    with browser() as page:
        sign_in(page)
        page.wait_text("<img src=x")
        assert "broken" not in page.ask("GET", "/title") and page.complaints() == []


@test("a lost connection is said, and the page catches up when the site is back")
def _():
    empty()
    hold("Before")
    with browser() as page:
        sign_in(page)
        WORLD.stop()
        page.wait_text("connection to the site is lost", "#message")
        WORLD.start()
        PC.listen()
        hold("After")
        page.wait_text("After")
        wait_until(lambda: "lost" not in page.text("#message"))


@test("pictures: sign-in, documents and an empty page, on phone and desktop, light and dark")
def _():
    empty()
    hold("Quarterly figures 2026", pages=14, colour="color", sides="two-sided-long-edge", created_us=now_us() - 9 * MINUTE_US)
    hold("Travel expenses November", pages=2, colour="monochrome", created_us=now_us() - 21 * MINUTE_US)
    busy = hold("Seating plan", pages=1, created_us=now_us() - 26 * MINUTE_US)
    ada = Person(WORLD)
    ada.sign_in("ada")
    ada.release(SECOND, busy)
    PC.take()
    LAPTOP.listen()
    LAPTOP.device.hold(ADA, title="Invitation to the summer party", pages=3, created_us=now_us() - 95 * MINUTE_US)
    LAPTOP.device.tell(("power", {"power": "asleep"}), at_us=now_us() - 70 * MINUTE_US)
    LAPTOP.leave()
    done = hold("Minutes of the meeting", pages=5, created_us=now_us() - 40 * MINUTE_US)
    PC.device.finish(done, SECOND, impressions=5, sheets=3)
    PC.device.tell(("state", {"job": busy, "state": "delivering", "reasons": [], "sentence": None}))
    for size, name in ((PHONE, "phone"), (DESKTOP, "desktop")):
        for dark in (False, True):
            with browser(size, dark=dark, phone=size == PHONE) as page:
                shade = "dark" if dark else "light"
                page.open(URL)
                page.one("#user")
                page.shoot(PICTURES / f"release-page-sign-in-{name}-{shade}.png")
                sign_in(page)
                wait_until(lambda: "asleep since" in page.text())
                page.run("document.getElementById('printer').value = arguments[0]", SECOND)
                page.run("document.getAnimations().forEach(a => a.finish === undefined || a.cancel())")
                for job in page.all(".job.waiting")[:2]:
                    page.ask("POST", f"/element/{job}/click", {})
                page.run("document.activeElement.blur(); scrollTo(0, 0)")
                page.wait_text("Print 2 documents", "#release")
                page.shoot(PICTURES / f"release-page-{name}-{shade}.png")
    empty()
    with browser(PHONE, phone=True) as page:
        sign_in(page)
        page.wait_text("Nothing is waiting")
        page.shoot(PICTURES / "release-page-empty-phone-light.png")
    assert len(list(PICTURES.glob("release-page-*.png"))) >= 9


try:
    main(sys.argv[4] if len(sys.argv) > 4 else None)
finally:
    WORLD.close()
