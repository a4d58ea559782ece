#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""A person's day with a panel and a notification daemon: printing, releasing from the icon's menu and from a notification, a
question, the site going and coming. Real parts everywhere; what counts is what the agent then says.

usage: person.py BUILD_FOLDER [SENTENCE]
"""

import json
import os
import pwd
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from office import LIMIT_S, the_office  # noqa: E402
from private_cups import until  # noqa: E402
from tap import main, test  # noqa: E402

BUILD = Path(sys.argv[1]).resolve()
PANEL = {"app": "mate-panel"}
MENU = {"app": "notification-area-applet"}  # the part of that panel which shows icons' menus
NOTICE = {"app": "xfce4-notifyd"}
said = []  # by notifications


def office():
    return the_office(BUILD, with_panel=True)


def hide(o):
    o.desktop.run("wmctrl", "-i", "-c", o.desktop.window())
    until(lambda: o.desktop.window() is None, "the window is hidden", LIMIT_S)


def open_menu(o):
    """The icon's menu, as the panel shows it."""
    o.desktop.click("button", "Homespool", button=3, **PANEL)
    o.desktop.find("menu item", "Show print jobs", **MENU)


def read_notices(o):
    said.extend(o.desktop.names("label", **NOTICE))


@test("the panel shows the icon; a click on it brings the window that was closed")
def _():
    o = office()
    o.desktop.click("button", "Make my key")
    until(lambda: o.status(o.person)["key"] == "unlocked", "the key is unlocked", LIMIT_S)
    hide(o)
    o.desktop.click("button", "Homespool", **PANEL)
    o.desktop.await_window()


@test("a job is told of in a notification, without its title; the button there prints it")
def _():
    o = office()
    hide(o)
    job = o.lp("Lease.pdf")
    o.desktop.find("label", "A print job waits for you", **NOTICE)
    read_notices(o)
    o.desktop.click("button", "Print on Second floor", **NOTICE)
    assert o.await_state(job, "delivered")["printer"]
    o.desktop.find("label", "^Printed$", **NOTICE)
    read_notices(o)
    assert o.desktop.window() is None, "nothing else came up"


@test("the icon's menu has the waiting job, and prints it")
def _():
    o = office()
    job = o.lp("By menu.pdf")
    open_menu(o)
    o.desktop.point("menu", "By menu", **MENU)
    o.desktop.click("menu item", "^Print$", **MENU)
    o.await_state(job, "delivered")


@test("the icon's menu prints all that waits")
def _():
    o = office()
    jobs = [o.lp("First.pdf"), o.lp("Second.pdf")]
    open_menu(o)
    o.desktop.click("menu item", "Print 2 jobs on Second floor", **MENU)
    for job in jobs:
        o.await_state(job, "delivered")


@test("a notification's button deletes a job; the window still brings it back")
def _():
    o = office()
    job = o.lp("Not this one.pdf")
    o.desktop.click("button", "^Delete$", **NOTICE)
    o.desktop.click("button", "Homespool", **PANEL)
    o.desktop.click("button", "^Undo$")
    o.desktop.find("row", "Not this one")
    assert o.job(job)["state"] == "held"


@test("the keyboard alone chooses what waits, and prints it")
def _():
    o = office()
    job = o.await_job(lambda j: j["name"] == "Not this one.pdf", "Not this one.pdf")
    o.desktop.key("alt+1", "ctrl+a")
    o.desktop.find("label", "1 job selected")
    o.desktop.key("ctrl+p")
    o.await_state(job, "delivered")


@test("a printer that lost power leaves a question, which is told of, and which a click decides")
def _():
    o = office()
    hide(o)
    o.gate.touch()
    job = o.lp("Minutes.pdf")
    o.desktop.click("button", "Print on Second floor", **NOTICE)
    o.lose_power_while_printing(job)
    o.await_state(job, "uncertain")
    o.desktop.find("label", "Did it print", **NOTICE)
    read_notices(o)
    o.desktop.click("button", "Homespool", **PANEL)
    o.desktop.click("button", "Keep Minutes.pdf to print it again")
    assert o.await_state(job, "held")["printer"]
    o.desktop.click("button", "Print Minutes")
    o.await_state(job, "delivered")


@test("the site goes and comes back: each is told once, and printing goes on meanwhile")
def _():
    o = office()
    hide(o)
    o.stop("site", kill=True)
    o.desktop.find("label", "The site cannot be reached", **NOTICE)
    read_notices(o)
    job = o.lp("Offline.pdf")
    o.desktop.click("button", "Print on Second floor", **NOTICE)
    assert o.await_state(job, "delivered")["offline"]
    assert o.desktop.names("label", **NOTICE).count("The site cannot be reached") <= 1
    o.start("site", [o.programs.site, "serve", "--data", o.folder / "site"])
    until(lambda: o.answers(o.devices_port), "the site listens")
    o.desktop.find("label", "The site is back", limit_s=90, **NOTICE)
    o.desktop.gone("label", "The site cannot be reached", **NOTICE)
    read_notices(o)


@test("details show the first page, of which nothing reaches a disk, and which goes when the key is locked")
def _():
    o = office()
    red = o.draw("red", "1 0 0 setrgbcolor 0 0 612 792 rectfill showpage")
    o.lp("Red.pdf", document=red)
    o.desktop.click("button", "Homespool", **PANEL)
    o.desktop.click("button", "Details of Red")
    o.desktop.find("panel|grouping", "^First page$")
    until(lambda: share_of_red(o) > 0.5, "the page is red", LIMIT_S)
    assert not list(pictures_of(o))
    o.homespool("sign-out", user=o.person)
    o.desktop.find("label", "With your key unlocked")
    until(lambda: share_of_red(o) < 0.01, "the page is gone", LIMIT_S)
    o.desktop.key("Escape")
    o.desktop.gone("label", "What happened")
    assert "Your key was locked" not in o.desktop.names("label", **NOTICE), "the window says it; a notification would lie on its button"
    o.desktop.click("button", "^Unlock$")
    until(lambda: o.status(o.person)["key"] == "unlocked", "the key is unlocked", LIMIT_S)
    o.desktop.click("button", "Homespool", **PANEL)
    o.desktop.click("button", "Delete Red")
    hide(o)


def share_of_red(o):
    """Of the first page in the window on top."""
    left, top, width, height = o.desktop.point("panel|grouping", "^(First page|Paper)$")
    shot = o.desktop.folder / "page.png"
    o.desktop.shoot(shot)
    done = o.desktop.run("convert", shot, "-crop", f"{width}x{height}+{left}+{top}", "-fill", "white", "+opaque", "#ff0000", "-fill", "black",
                         "-opaque", "#ff0000", "-format", "%[fx:1-mean]", "info:")
    shot.unlink()
    return float(done.stdout)


def pictures_of(o):
    """Files of the person's that could be a picture of a page: by what they begin with, or a row of its pixels."""
    uid = pwd.getpwnam(o.person).pw_uid
    for folder in (o.desktop.folder, o.folder / "agent", Path("/tmp"), Path("/dev/shm"), Path("/var/tmp")):
        for path in (Path(root) / name for root, _, names in os.walk(folder) for name in names):  # others come and go there
            try:
                if path.is_symlink() or not path.is_file() or (path.stat().st_uid != uid and o.folder not in path.parents):
                    continue
                content = path.read_bytes()
            except OSError:
                continue
            if content[:2] == b"P6" or content[:4] == b"\x89PNG" or b"\xff\0\0" * 100 in content or b"\0\0\xff\xff" * 100 in content:
                yield path


@test("a browser is paired by a code in the window: it is the link of `homespool pair`, and in no log")
def _():
    o = office()
    o.desktop.click("button", "Homespool", **PANEL)
    o.sign_in_at_site()
    o.desktop.click("button", "Printing as")
    o.desktop.click("button", "Read titles in a browser")
    o.desktop.find("image|icon", "QR code")
    link = until(lambda: read_code(o), "the code is shown", LIMIT_S)
    keyring = {name: o.desktop.environment[name] for name in ("SECRET_BACKEND", "SECRET_FILE_TEST_PASSWORD", "SECRET_FILE_TEST_PATH")}
    assert link == json.loads(o.homespool("--json", "pair", user=o.person, env=keyring).stdout)["link"]
    o.desktop.click("button", "Copy the link")
    o.desktop.find("button", "^Copied$")
    o.desktop.click("button", "^Done$")
    o.desktop.gone("button", "^Done$")
    for name in ("tray", "panel", "notifications", "windows"):
        assert link.split("title-key=")[1][:40] not in o.desktop.log(name)
    hide(o)


def read_code(o):
    shot = o.desktop.folder / "code.png"
    o.desktop.shoot(shot)
    done = o.desktop.run("zbarimg", "--quiet", "--raw", shot)
    shot.unlink()
    return done.stdout.strip()


@test("a key that somebody else locks is told of, and the button there unlocks it")
def _():
    o = office()
    o.homespool("sign-out", user=o.person)
    o.desktop.find("label", "Your key was locked", **NOTICE)
    read_notices(o)
    o.desktop.click("button", "Unlock my key", **NOTICE)
    until(lambda: o.status(o.person)["key"] == "unlocked", "the key is unlocked", LIMIT_S)
    o.desktop.gone("label", "Your key was locked", **NOTICE)


@test("signing out in the icon's menu locks the key, and needs no notification")
def _():
    o = office()
    open_menu(o)
    o.desktop.point("menu", "Printing as", **MENU)
    o.desktop.click("menu item", "Sign out and lock", **MENU)
    until(lambda: o.status(o.person)["key"] == "locked", "the key is locked", LIMIT_S)
    open_menu(o)
    o.desktop.point("menu", "Printing as", **MENU)
    o.desktop.click("menu item", "Unlock my key", **MENU)
    until(lambda: o.status(o.person)["key"] == "unlocked", "the key is unlocked", LIMIT_S)
    assert "Your key was locked" not in o.desktop.names("label", **NOTICE)


@test("a panel that is started anew shows the icon again")
def _():
    o = office()
    o.desktop.stop("panel")
    o.desktop.gone("button", "Homespool", **PANEL)
    o.desktop.start_panel()
    open_menu(o)
    o.desktop.key("Escape")
    assert o.desktop.is_alive()


@test("no notification had a title in it, and no log")
def _():
    o = office()
    assert len(said) > 10, said
    for text in (*said, o.desktop.log("tray")):
        assert not re.search(r"\.pdf|CRITICAL|WARNING", text), text


if __name__ == "__main__":
    main(sys.argv[2] if len(sys.argv) > 2 else None)
