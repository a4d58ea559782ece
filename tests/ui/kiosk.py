#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""The window at a kiosk, with the real agent and the real site: people sign in one after the other by touching the screen.

usage: kiosk.py BUILD_FOLDER [SENTENCE]
"""

import atexit
import functools
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parent.parent / "control")]
from desktop import HEIGHT, WIDTH, Desktop, needs  # noqa: E402
from kiosk_world import ALICE_NAME, KIOSK, PIN, Kiosk, Window  # noqa: E402
from private_cups import until  # noqa: E402
from tap import main, test  # noqa: E402

BUILD = Path(sys.argv[1]).resolve()
LIMIT_S = 60


class Hall(Kiosk):
    """A kiosk with its screen."""

    def open(self):
        self.__enter__()
        self.desktop = Desktop(self.folder, ALICE_NAME).__enter__()
        self.desktop.start_tray(BUILD / "tray-ui/homespool-tray", self.root)
        return self

    def close(self):
        if hasattr(self, "desktop"):
            self.desktop.close()
        super().close()

    def seat_taken(self):
        return self.get(KIOSK, "/v1/status")["seat_taken"]

    def touch_in(self, name):
        """Signs in with name and PIN; the PIN by the keys on the screen."""
        d = self.desktop
        d.click("toggle button|push button|radio button", "^PIN$")
        d.click("entry", "User name")
        d.key("ctrl+a")
        d.type(name)
        for digit in PIN:
            d.click("button", f"^{digit}$")
        d.click("button", "^Sign in$")
        until(self.seat_taken, f"{name} sits there", LIMIT_S)

    def leave(self):
        self.desktop.click("button", "Printing as")
        self.desktop.click("button", "Somebody else wants to print")
        until(lambda: not self.seat_taken(), "the seat is free", LIMIT_S)


@functools.cache
def hall():
    needs("Xvfb", "xfwm4", "xdotool", "dbus-daemon")
    place = Hall(BUILD)
    atexit.register(place.close)
    return place.open()


@test("an empty seat's face fills the screen and asks who is there")
def _():
    h = hall()
    h.desktop.find("label", "Sign in to print")
    until(lambda: h.desktop.ask("surface") == [WIDTH, HEIGHT], "the window fills the screen", LIMIT_S)
    assert not h.desktop.names("page tab"), "nobody's jobs have a tab"
    h.desktop.key("ctrl+q")
    h.desktop.find("label", "Sign in to print")
    assert h.desktop.processes["tray"].poll() is None, "no key ends what everybody needs"


@test("fingers sign in: name, PIN on the screen; what is printed then appears with its title")
def _():
    h = hall()
    h.touch_in("anna")
    assert h.print_ipp(KIOSK, "Of Anna.pdf").status == 0
    h.desktop.find("row", "Of Anna")
    h.desktop.find("label", "Signs out in")


@test("somebody else wants to print: the seat is free, and the next person sees nothing of the first")
def _():
    h = hall()
    h.leave()
    h.desktop.find("label", "Sign in to print")
    h.touch_in("ben")
    h.desktop.find("label", "Nothing is waiting")
    assert not h.desktop.names("row"), h.desktop.names("row")
    h.leave()
    h.touch_in("anna")
    h.desktop.find("row", "Of Anna")


@test("who goes away is signed out, after a countdown, and the face asks for the next person by itself")
def _():
    h = hall()
    h.desktop.find("label", "Signs out in 0:[01]")
    until(lambda: not h.seat_taken(), "the seat is free", LIMIT_S)
    h.desktop.find("label", "Sign in to print")
    h.desktop.gone("row", "Of Anna")


@test("the empty seat's face says that the site is gone, and how to sign in all the same, until it is back")
def _():
    h = hall()
    h.stop("site", kill=True)
    h.desktop.find("label", "^Offline since.*long password")
    h.restart_site()
    h.desktop.gone("label", "^Offline since", limit_s=90)


@test("the empty seat's face says that the agent is gone, and comes back with it")
def _():
    h = hall()
    h.stop("agent", kill=True)
    h.desktop.find("label", "Homespool does not answer")
    h.start_agent()
    h.desktop.find("label", "Sign in to print", limit_s=90)


@test("that somebody signed in elsewhere at the kiosk is seen, and can be ended")
def _():
    h = hall()
    window = Window(h, "shell")
    window.sign_in("ben", PIN, "--pin")
    h.desktop.find("label", "Somebody is still signed in here")
    h.desktop.click("button", "Sign out who is signed in")
    until(lambda: not h.seat_taken(), "the seat is free", LIMIT_S)
    h.desktop.gone("label", "Somebody is still signed in here")
    window.close()


@test("nothing was said on the way that a person would not want in a log")
def _():
    said = hall().desktop.log("tray")
    assert "anna" not in said and "Of Anna" not in said and "CRITICAL" not in said and "WARNING" not in said, said


if __name__ == "__main__":
    main(sys.argv[2] if len(sys.argv) > 2 else None)
