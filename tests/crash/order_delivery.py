#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""The order of the system calls of a delivery: nothing is asked of a printer before the step before it is durable.

usage: order_delivery.py BUILD PRINTER_DOUBLE [AGENT]

One strace follows the real homespoold and the printer, which says what it is asked and that it answers. For each
request of a delivery the agent's first bytes to the printer after the answer before have to come after enough
commits of this job, each a row in the ledger's log and a sync of the log:
  Create-Job: the intent; Send-Document: the printer's job-id, "sending"; Print-Job: the intent, "sending";
  the first question afterwards: how sending ended; the printer's last word: before anybody is told "delivered",
  and before the document is removed.
AGENT: another homespoold, for planted.py.
"""

import contextlib
import os
import signal
import socket
import struct
import subprocess
import sys
import uuid
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent.parent / name) for name in ("support", "control", "serve")]
from control_world import ADMIN, ALICE, LIMIT_S, Workstation, has_programs, small_pdf  # noqa: E402
from private_cups import as_user, until  # noqa: E402
from syscalls import STRACE, read_trace  # noqa: E402
from tap import main, skip, test  # noqa: E402
from town import AGENT_USER  # noqa: E402

BUILD, DOUBLE = sys.argv[1:3]
CALLS = "write,writev,sendto,sendmsg,pwrite64,fsync,fdatasync,unlink,unlinkat"
AFTER_SENDING = ("Get-Job-Attributes", "Get-Jobs", "Cancel-Job")
DELIVERIES = (("", None), ("asks", None), ("", "Send-Document lose-reply 0 1"), ("", "Send-Document cut 1000 1"), ("", "Create-Job lose-reply 0 1"),
              ("print-job-only", None), ("print-job-only", "Print-Job lose-reply 0 1"))  # manners, fault


class Watched:
    """A workstation and a printer under one strace."""

    def __init__(self):
        has_programs("age", "age-keygen", "strace")
        self.double = subprocess.Popen([DOUBLE, "witness"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        _, self.uri, pin = self.double.stdout.readline().split()
        self.ws = Workstation(BUILD)
        if len(sys.argv) > 3:
            self.ws.programs.agent = Path(sys.argv[3])
        try:
            self.ws.__enter__()
            self.ws.unlock(ALICE)
            fingerprint = ":".join(pin[at:at + 2] for at in range(0, 64, 2))
            self.printer = self.ws.post(ADMIN, "/v1/printers/approve", {"uri": self.uri, "fingerprint": fingerprint, "name": "Double"})["id"]
            self.ws.stop("agent")
            self.trace = self.ws.folder / "trace"
            command, environment = as_user(AGENT_USER, [self.ws.programs.agent, "--root", self.ws.root, "--helper-folder", self.ws.programs.helpers])
            self.ws.start("agent", [*STRACE, "-qq", "-o", self.trace, "-e", "trace=" + CALLS, "-p", self.double.pid, *command], env=environment)
            until(self.is_there, "the traced agent is ready", LIMIT_S)
            self.ws.unlock(ALICE)
        except BaseException:
            self.close()
            raise

    def is_there(self):
        if self.ws.processes["agent"].poll() is not None and "ptrace" in self.ws.log("agent"):
            skip("this container does not allow ptrace")
        return self.ws.agent_is_ready()

    def tell(self, line):
        print(line, file=self.double.stdin, flush=True)
        self.double.stdout.readline()

    def deliver(self, manners, fault):
        """The job; it is printed when this returns."""
        self.tell(f"manners {manners}".rstrip())
        if fault:
            self.tell(f"fault {fault}")
        job = self.ws.print_as(ALICE, document=small_pdf(1, 20_000))["id"]
        self.ws.post(ALICE, f"/v1/jobs/{job}/release", {"printer": self.printer})
        if self.ws.await_state(ALICE, job, "held", "delivered")["state"] == "held":  # it knew no Create-Job any more, which had to be learnt
            self.ws.post(ALICE, f"/v1/jobs/{job}/release", {"printer": self.printer})
        self.ws.await_state(ALICE, job, "delivered")
        return job

    def stop_agent(self):
        """strace, when it is ended, leaves what it traces running."""
        with contextlib.suppress(OSError), self.ws.talk(ADMIN) as talk:
            agent, _, _ = struct.unpack("3i", talk.socket.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
            os.kill(agent, signal.SIGTERM)
            until(lambda: not Path(f"/proc/{agent}").exists(), "the agent has ended", LIMIT_S)
        self.ws.stop("agent")

    def close(self):
        self.stop_agent()
        self.ws.close()
        self.double.stdin.close()
        self.double.wait(20)


class Order:
    """What the trace says of one job."""

    def __init__(self, calls, job, port, begin, end):
        self.calls = [call for call in calls if begin <= call.began < end]
        self.raw, self.text, self.port = uuid.UUID(job).bytes, job.encode(), port
        self.marks = [(call, *call.data.decode().split()) for call in self.calls
                      if call.name == "write" and call.data.startswith((b"asked ", b"answers "))]

    def commits(self, after, before):
        """How many commits of the job are durable: rows written after @after, each with a sync that is over before @before."""
        rows = [c for c in self.calls if c.name == "pwrite64" and c.path.endswith("ledger.db-wal") and self.raw in c.data
                and c.began > after and c.ended is not None and c.ended < before]
        syncs = [c for c in self.calls if c.name == "fdatasync" and c.path.endswith("ledger.db-wal") and c.well
                 and c.ended is not None and after < c.began and c.ended < before]
        return sum(any(row.ended < sync.began and (number == 0 or row.began > syncs[number - 1].began) for row in rows)
                   for number, sync in enumerate(syncs))

    def first_bytes(self, after, before):
        """When the agent began to send what was asked at @before, on the connection that carried it: one that broke may still say farewell."""
        sent = [c for c in self.calls if c.name in ("write", "sendto", "sendmsg") and c.path.startswith("TCP")
                and c.path.endswith(f"->127.0.0.1:{self.port}]") and after < c.began < before]
        return min((c.began for c in sent if c.path == sent[-1].path), default=before)

    def requests(self):
        """(operation, answered before, first bytes of it, its own answer) for each."""
        before, found = 0, []
        for number, (call, what, operation) in enumerate(self.marks):
            if what == "asked":
                answer = next((mark.ended for mark, word, _ in self.marks[number:] if word == "answers"), call.ended)
                found.append((operation, before, self.first_bytes(before, call.began), answer))
                before = answer
        return found

    def breaches(self):
        """(what is wrong, how many steps were looked at)"""
        found, sent = [], False
        requests = self.requests()
        operations = [operation for operation, *_ in requests]
        if not {"Send-Document", "Print-Job"} & set(operations):
            return [f"no document was sent: {operations}"], 0
        for operation, before, first, _ in requests:
            wanted = {"Create-Job": 1, "Send-Document": 2, "Print-Job": 2}.get(operation, 0)
            if sent and operation in AFTER_SENDING:
                wanted = 1
            sent = operation in ("Send-Document", "Print-Job")
            made = self.commits(before, first)
            if made < wanted:
                found.append(f"{operation} after {made} commits instead of {wanted}; asked were {operations}")
        return found + self.after_the_last_word(requests[-1][3]), len(requests) + 2

    def after_the_last_word(self, heard):
        told = [c for c in self.calls if c.began > heard and c.name in ("write", "writev", "sendto", "sendmsg") and c.path.startswith("UNIX")
                and self.text in c.data and b'"delivered"' in c.data]
        gone = [c for c in self.calls if c.name.startswith("unlink") and any(self.text.decode() in name for name in c.names)]
        if not told or not gone:
            return [f"a step is missing: told {len(told)}, removed {len(gone)}"]
        return [f"{what} before it was durable" for what, call in (("told to be delivered", told[0]), ("removed", gone[0]))
                if self.commits(heard, call.began) < 1]


@test("a printer is asked nothing, and nobody told, before the step before is durable")
def _():
    watched = Watched()
    try:
        with watched.ws.events(ALICE) as events:
            jobs, ends = [], []
            for manners, fault in DELIVERIES:
                jobs.append(watched.deliver(manners, fault))
                events.await_event(lambda e, job=jobs[-1]: e.get("job", {}).get("id") == job and e["job"]["state"] == "delivered")
                ends.append(len(watched.trace.read_text(errors="replace").splitlines()))
        watched.stop_agent()
        calls, begin, found, checked = read_trace(watched.trace), 0, [], 0
        for (manners, fault), job, limit in zip(DELIVERIES, jobs, ends):
            order = Order(calls, job, watched.uri.split(":")[2].split("/")[0], begin, limit)
            wrong, count = order.breaches()
            found += [f"printer “{manners}”, {fault}: {each}" for each in wrong]
            checked += count
            begin = limit
    finally:
        watched.close()
    print(f"# {checked} steps of {len(jobs)} deliveries")
    assert not found, found


main()
