#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""The window as a person uses it: real homespoold, site, print system and printer; real pointer and keyboard. What counts is what the
agent then says, not only what is on the screen.

usage: tray.py BUILD_FOLDER [SENTENCE]
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from office import LIMIT_S, the_office  # noqa: E402
from private_cups import until  # noqa: E402
from tap import main, test  # noqa: E402

BUILD = Path(sys.argv[1]).resolve()


def office():
    return the_office(BUILD)


@test("without a key the window offers one; the click makes, keeps and unlocks it")
def _():
    o = office()
    assert o.status(o.person)["key"] == "absent"
    o.desktop.click("button", "Make my key")
    until(lambda: o.status(o.person)["key"] == "unlocked", "the key is unlocked", LIMIT_S)
    o.desktop.gone("button", "Make my key")
    assert (o.desktop.folder / "home/keyring").exists()


@test("what is printed with lp appears by itself, with its facts, and is sealed to the person")
def _():
    o = office()
    job = o.lp("Lease.pdf")
    o.desktop.find("row", r"Lease\.pdf, 3 pages")
    assert "owner" in o.job(job)["recipients"], o.job(job)


@test("the pointer chooses a printer and prints: the printer gets the document, and the agent says so")
def _():
    o = office()
    lease = o.await_job(lambda j: j["name"] == "Lease.pdf", "Lease.pdf")  # when it is printed it has no title any more
    o.desktop.click("button", "Choose a printer for Lease")
    o.desktop.click("row", "Second floor")
    job = o.await_state(lease, "delivered")
    assert job["printer"] and len(list(o.printed.iterdir())) >= 1
    o.desktop.find("page tab", "Finished +1")
    o.desktop.click("page tab", "Finished")
    o.desktop.find("row", r"Lease\.pdf, Printed")
    o.desktop.click("button|page tab", "Waiting")


@test("copies and sides are chosen by the keyboard, and the printer is asked for them")
def _():
    o = office()
    job = o.lp("Changed.pdf")
    o.desktop.click("button", "Choose a printer for Changed")
    o.desktop.find("panel|grouping", r"^Print Changed\.pdf$")
    o.desktop.click("spin button", "^Copies", across=0.2)
    o.desktop.key("ctrl+a")
    o.desktop.type("3")
    o.desktop.key("Tab", "space")
    o.desktop.find("label", "^Two-sided, short edge$")
    o.desktop.key("Down", "Down", "Return")
    o.desktop.gone("label", "^Two-sided$")
    o.desktop.click("row", "Second floor")
    done = o.await_state(job, "delivered")
    assert done["options"] == {"copies": 3, "sides": "two-sided-short-edge"}, done
    assert (done["copies"], done["sides"]) == (3, "two-sided-short-edge"), done


@test("copies of several are chosen at once, and each keeps its own sides")
def _():
    o = office()
    jobs = [o.lp("Both one.pdf", "-o", "sides=one-sided"), o.lp("Both two.pdf", "-o", "sides=two-sided-long-edge")]
    for job in jobs:
        o.desktop.click("check", f"Select {job['name']}")
    o.desktop.click("button", "Choose a printer for what is selected")
    o.desktop.find("panel|grouping", "^Print 2 jobs$")
    o.desktop.find("label", "^As it is$")  # the sides: they differ
    o.desktop.click("spin button", "^Copies", across=0.2)
    o.desktop.key("ctrl+a")
    o.desktop.type("2")
    o.desktop.click("row", "Second floor")
    done = [o.await_state(job, "delivered") for job in jobs]
    assert [(each["copies"], each["sides"], each["options"]) for each in done] == [
        (2, "one-sided", {"copies": 2}), (2, "two-sided-long-edge", {"copies": 2})], done


@test("the keyboard alone prints: arrows choose a row, Enter prints it on the printer of last time")
def _():
    o = office()
    job = o.lp("By keyboard.pdf")
    o.desktop.find("row", "By keyboard")
    o.desktop.key("ctrl+a")        # what is selected shows that the keys arrive
    o.desktop.find("label", "1 job selected")
    o.desktop.key("ctrl+p")
    o.await_state(job, "delivered")


@test("a deleted job can be brought back, and nothing has happened to it")
def _():
    o = office()
    job = o.lp("Keep me.pdf")
    o.desktop.click("button", "Delete Keep me")
    o.desktop.gone("row", "Keep me")
    o.desktop.click("button", "^Undo$")
    o.desktop.find("row", "Keep me")
    assert o.job(job)["state"] == "held"


@test("a deletion that nobody takes back reaches the agent, at the latest when the window closes")
def _():
    o = office()
    job = o.await_job(lambda j: j["name"] == "Keep me.pdf", "Keep me.pdf")
    o.desktop.click("button", "Delete Keep me")
    o.desktop.gone("row", "Keep me")
    assert o.job(job)["state"] == "held"
    o.desktop.run("wmctrl", "-i", "-c", o.desktop.window())
    o.await_state(job, "cancelled")
    assert o.desktop.is_alive()


@test("a second start brings the window of the first")
def _():
    o = office()
    until(lambda: o.desktop.window() is None, "the window is hidden", LIMIT_S)
    o.desktop.start("second", [o.tray, "--root", o.folder / "agent"])
    o.desktop.await_window()
    assert o.desktop.processes["second"].wait(20) == 0
    o.desktop.stop("second")


@test("without the site the window says so, prints all the same, and says when it is back")
def _():
    o = office()
    o.stop("site", kill=True)
    o.desktop.find("label", "^Offline since", limit_s=150)
    job = o.lp("Offline.pdf")
    o.desktop.click("button", "Print Offline")
    assert o.await_state(job, "delivered")["offline"]
    o.desktop.click("button", "Look again")  # there is nothing to be found yet
    o.desktop.find("label", "^Offline since")
    o.start("site", [o.programs.site, "serve", "--data", o.folder / "site"])
    until(lambda: o.answers(o.devices_port), "the site listens")
    o.desktop.gone("label", "^Offline since", limit_s=150)


@test("when the agent ends the window says so, and finds it again by itself")
def _():
    o = office()
    o.stop("agent", kill=True)
    o.desktop.find("label", "Homespool does not answer")
    o.start_agent()
    o.lp("After the restart.pdf")
    o.desktop.find("row", "After the restart", limit_s=90)


@test("the key is unlocked again from the keyring without a question")
def _():
    o = office()
    until(lambda: o.status(o.person)["key"] == "unlocked", "the key is unlocked", LIMIT_S)


@test("signing out locks the key, and it stays locked until the person unlocks it")
def _():
    o = office()
    o.desktop.click("button", "Printing as")
    o.desktop.click("button", "Sign out and lock")
    until(lambda: o.status(o.person)["key"] == "locked", "the key is locked", LIMIT_S)
    o.desktop.click("button", "^Unlock$")
    until(lambda: o.status(o.person)["key"] == "unlocked", "the key is unlocked", LIMIT_S)


@test("a password signs in at the site")
def _():
    office().sign_in_at_site()


@test("who deletes and ends the program at once has deleted")
def _():
    o = office()
    job = o.lp("Gone with the program.pdf")
    o.desktop.click("button", "Delete Gone with the program")
    o.desktop.gone("row", "Gone with the program")
    done = o.desktop.run("gapplication", "action", "org.homespool.Tray", "quit")
    assert done.returncode == 0, done.stderr
    assert o.desktop.processes["tray"].wait(LIMIT_S) == 0
    o.await_state(job, "cancelled")


@test("nothing was said on the way that a person would not want in a log")
def _():
    o = office()
    said = o.desktop.log("tray")
    assert "Lease" not in said and o.password not in said and "CRITICAL" not in said and "WARNING" not in said, said


if __name__ == "__main__":
    main(sys.argv[2] if len(sys.argv) > 2 else None)
