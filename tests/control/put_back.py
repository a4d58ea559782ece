#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""A workstation whose disk was put back to an older image: everybody who has to know is told, what was open is asked
about, and nothing that it prints afterwards is taken for something that the site has already.

usage: put_back.py BUILD_FOLDER [SENTENCE]
"""

import atexit
import json
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from control_world import ADMIN, LIMIT_S, Workstation, small_pdf, uid_of, until  # noqa: E402
from tap import main, test  # noqa: E402
from town import Person  # noqa: E402

anna = Person()
ANNA_NAME = anna.__enter__()
atexit.register(anna.__exit__)
ANNA = uid_of(ANNA_NAME)


def world():
    ws = Workstation(sys.argv[1])
    atexit.register(ws.close)
    ws.begin_life(ANNA_NAME)
    return ws


def await_page(browser, jobs):
    """The release page shows them; each is announced when its pages are counted."""
    def shows():
        page = browser.ask("GET", "/")[1]
        return all(job in page for job in jobs)
    until(shows, "the release page shows the documents", LIMIT_S)


def doctor(ws):
    return next((check for check in ws.get(ADMIN, "/v1/doctor")["checks"] if check["name"] == "rollback"), None)


def device_list(ws):
    return ws.run(ws.programs.site, "device", "list", "--data", ws.folder / "site").stdout


@test("an older image of the disk is noticed and said in status, by doctor and in the site's list; nothing printed afterwards is skipped")
def _():
    ws = world()
    disk, image = ws.root / "lib", ws.folder / "image"
    open_then = ws.print_as(ANNA, title="Open when the image was made")["id"]
    browser = ws.browser()
    browser.sign_in()
    await_page(browser, [open_then])
    assert ws.get(ANNA, "/v1/status")["rolled_back"] is None and doctor(ws) is None and "began anew" not in device_list(ws)
    ws.stop("agent")
    subprocess.run(["cp", "-a", disk, image], check=True)
    ws.start_agent()
    ws.unlock(ANNA)
    forgotten = [ws.print_as(ANNA, document=small_pdf(2))["id"] for _ in range(3)]
    await_page(browser, forgotten)

    ws.stop("agent", kill=True)
    shutil.rmtree(disk)
    subprocess.run(["cp", "-a", image, disk], check=True)
    ws.start_agent()
    ws.unlock(ANNA)
    until(lambda: ws.get(ANNA, "/v1/status")["rolled_back"], "the workstation knows", LIMIT_S)
    since = ws.get(ANNA, "/v1/status")["rolled_back"]
    assert "Put back" in ws.command(ANNA_NAME, "status").stdout and "homespool resolve" in ws.command(ANNA_NAME, "status").stdout
    check = doctor(ws)
    assert check["verdict"] == "warning" and "homespool resolve" in check["next"], check
    until(lambda: "began anew" in device_list(ws), "the site says so", LIMIT_S)
    assert ws.await_state(ANNA, open_then, "uncertain")["sentence"]
    assert all(ws.ask(ANNA, "GET", f"/v1/jobs/{job}").status == 404 for job in forgotten)

    # As many again as the site had heard of: each is another one.
    later = [ws.print_as(ANNA, document=small_pdf(3))["id"] for _ in range(6)]
    await_page(browser, later)
    # A command of the site still works, and so does the answer to the question.
    _, page, _ = browser.ask("GET", "/")
    csrf = page.split('name="csrf" value="')[1].split('"')[0]
    assert browser.ask("POST", "/delete", {"csrf": csrf, "job": later[0]})[0] == 303
    ws.await_state(ANNA, later[0], "cancelled")
    assert ws.command(ANNA_NAME, "resolve", open_then, "reprint").returncode == 0
    ws.await_state(ANNA, open_then, "held")
    assert json.loads(ws.command(ANNA_NAME, "--json", "status").stdout)["uncertain"] == 0

    # No restart hides it, and no answer about a document; an administrator ends it.
    for kill in (False, True):
        ws.stop("agent", kill=kill)
        ws.start_agent()
        assert ws.get(ANNA, "/v1/status")["rolled_back"] == since and doctor(ws)["verdict"] == "warning"
    said = ws.command(ANNA_NAME, "status").stdout
    assert "Put back" in said and "since" in said.split("Put back")[1].split("\n")[0] and "An administrator ends this line" in said, said
    assert ws.command(ANNA_NAME, "doctor", "--acknowledge", "rollback").returncode == 5, "not hers to end"
    assert "doctor --acknowledge rollback" in ws.command("root", "status").stdout
    assert ws.command("root", "doctor", "--acknowledge", "clock").returncode == 2, "what is so now is not ended by a word"
    ended = ws.command("root", "doctor", "--acknowledge", "rollback")
    assert ended.returncode == 0 and "any more" in ended.stdout, ended
    assert ws.command("root", "doctor", "--acknowledge", "rollback").returncode == 5, "there is nothing left"
    ws.stop("agent")
    ws.start_agent()
    assert ws.get(ANNA, "/v1/status")["rolled_back"] is None and doctor(ws) is None
    assert "Put back" not in ws.command("root", "status").stdout


main(sys.argv[2] if len(sys.argv) > 2 else None)
