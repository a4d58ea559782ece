#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""A disk that was copied to another machine, which the system there gave an id of its own: the copy neither takes the
first machine's place at the site nor prints by itself what that one may have printed, and says what to do.

usage: copied.py BUILD_FOLDER [SENTENCE]
"""

import atexit
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from control_world import ADMIN, LIMIT_S, Workstation, small_pdf, uid_of, until  # noqa: E402
from tap import main, test  # noqa: E402
from town import Person  # noqa: E402

FIRST, SECOND = "4b1c0d2e6f7a4b5c8d9e0f1a2b3c4d5e\n", "9e8d7c6b5a4f4e3d2c1b0a9f8e7d6c5b\n"

anna = Person()
ANNA_NAME = anna.__enter__()
atexit.register(anna.__exit__)
ANNA = uid_of(ANNA_NAME)


def world():
    """A workstation that belongs to its site, and then hears on which machine it is."""
    ws = Workstation(sys.argv[1])
    atexit.register(ws.close)
    ws.begin_life(ANNA_NAME)
    ws.stop("agent")
    machine(ws, FIRST)
    ws.start_agent()
    ws.unlock(ANNA)
    return ws


def machine(ws, text):
    (ws.root / "etc/machine-id").write_text(text)


def status(ws):
    return ws.get(ANNA, "/v1/status")


def doctor(ws):
    return next((check for check in ws.get(ADMIN, "/v1/doctor")["checks"] if check["name"] == "copied"), None)


def keys(ws):
    return list((ws.root / "lib").glob("device-*.key"))


@test("a copy of a workstation does not take its place at the site, and asks about what was open; enrolled itself it works")
def _():
    ws = world()
    job = ws.print_as(ANNA, title="Open when the disk was copied")["id"]
    until(lambda: status(ws)["outbox_records"] == 0, "the site has it", LIMIT_S)
    first = status(ws)["device"]

    # The same machine, started again, is no copy; nor is one whose id cannot be told.
    for text in (FIRST, "uninitialized\n", FIRST):
        ws.stop("agent")
        machine(ws, text)
        ws.start_agent()
        assert status(ws)["enrolled"] and status(ws)["copied"] is None and doctor(ws) is None
    assert len(keys(ws)) == 1
    ws.unlock(ANNA)
    assert ws.await_state(ANNA, job, "held")

    ws.stop("agent")
    image = ws.folder / "image"
    subprocess.run(["cp", "-a", ws.root / "lib", image], check=True)
    machine(ws, SECOND)
    ws.start_agent()
    for kill in (False, True):
        now = status(ws)
        assert not now["enrolled"] and now["device"] is None and now["copied"], now
        assert not keys(ws), "the other machine's key is gone"
        check = doctor(ws)
        assert check["verdict"] == "failed" and "homespool enrol" in check["next"], check
        said = ws.command(ANNA_NAME, "status").stdout
        assert "copy of another one" in said and "homespool enrol" in said, said
        ws.stop("agent", kill=kill)
        ws.start_agent()

    ws.enrol()
    now = status(ws)
    assert now["enrolled"] and now["copied"] is None and now["device"] not in (None, first) and doctor(ws) is None, now
    ws.unlock(ANNA)
    ws.await_state(ANNA, job, "uncertain")
    assert ws.command(ANNA_NAME, "resolve", job, "cancel").returncode == 0
    other = ws.print_as(ANNA, document=small_pdf(2))["id"]
    until(lambda: status(ws)["outbox_records"] == 0, "the site hears of what the copy prints", LIMIT_S)
    ws.await_state(ANNA, other, "held")

    # The first machine goes on as if nothing had happened.
    ws.stop("agent")
    shutil.rmtree(ws.root / "lib")
    subprocess.run(["cp", "-a", image, ws.root / "lib"], check=True)
    machine(ws, FIRST)
    ws.start_agent()
    ws.unlock(ANNA)
    ws.await_state(ANNA, job, "held")
    until(lambda: status(ws)["site_online"] and status(ws)["outbox_records"] == 0, "it is online", LIMIT_S)
    now = status(ws)
    assert now["enrolled"] and now["device"] == first and now["copied"] is None and now["rolled_back"] is None, now


main(sys.argv[2] if len(sys.argv) > 2 else None)
