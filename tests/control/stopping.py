#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""What is under way at the agent's sockets when it is told to stop.

usage: stopping.py BUILD_FOLDER [SENTENCE]
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from control_world import ALICE, ALICE_NAME, Workstation, has_programs  # noqa: E402
from ipp_client import PDF, Connection, Reply, request  # noqa: E402
from tap import main, test  # noqa: E402

AT_ONCE = 8


@test("documents that are being stored when the agent stops leave it in order, and what was accepted is there")
def _():
    with Workstation(sys.argv[1]) as ws:
        accepted = 0
        for _ in range(5):
            clients = [Connection(ws, ALICE) for each in range(AT_ONCE)]
            body = request("Print-Job") + PDF + bytes(1 << 20)
            for client in clients:
                client.begin(len(body))
                client.send(body[:-1])
            for client in clients:
                client.send(body[-1:])
            agent = ws.processes["agent"]
            agent.terminate()
            assert agent.wait(60) == 0, ws.log("agent")
            for client in clients:
                status, _, answer = client.hear()
                accepted += status == 200 and Reply(answer).status < 0x400
                client.close()
            assert "CRITICAL" not in ws.log("agent"), ws.log("agent")
            ws.start_agent()
            assert len(ws.get(0, "/v1/overview")["jobs"]) >= accepted


@test("what a slow site answers after the agent was told to stop harms nothing")
def _():
    has_programs("age")
    with contextlib.ExitStack() as stack:
        ws = Workstation(sys.argv[1])
        stack.callback(ws.close)
        ws.start_site()
        ws.add_person(ALICE_NAME)
        ws.start_agent(ws.configuration)
        ws.enrol()
        wanted = {"method": "password", "user": ALICE_NAME, "card": None, "secret": ws.password, "kiosk": False}
        recipient = ws.get(ALICE, "/v1/unlock")["recipient"]
        sealed = subprocess.run(["age", "-r", recipient], input=json.dumps(wanted).encode(), capture_output=True, check=True).stdout
        site, agent = ws.processes["site"].pid, ws.processes["agent"]
        os.kill(site, signal.SIGSTOP)
        try:
            waiting = [stack.enter_context(ws.talk(ALICE)) for each in range(AT_ONCE)]
            for talk in waiting:
                talk.send(f"POST /v1/sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/age\r\n"
                          f"Content-Length: {len(sealed)}\r\n\r\n".encode() + sealed)
            for _ in range(3):  # when these are answered, the site has been asked
                ws.get(ALICE, "/v1/status")
            agent.terminate()
            for talk in waiting:
                try:
                    raise AssertionError(talk.answer().body)
                except EOFError:
                    pass  # its end of the connection is closed by now
        finally:
            os.kill(site, signal.SIGCONT)  # it answers while the agent says goodbye to it
        assert agent.wait(60) == 0, ws.log("agent")
        assert "CRITICAL" not in ws.log("agent"), ws.log("agent")


main(sys.argv[2] if len(sys.argv) > 2 else None)
