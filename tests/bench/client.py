#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""The benchmark's client: a process of its own, run as an ordinary user, that submits and asks.

It reads one JSON command a line from standard input and answers with one JSON line:
  {"do": "submit", "file": PATH, "format": MIME, "count": N, "hold": BOOL, "sync": FOLDER|null}  → {"wall_s": […], "synced_s": […]}
  {"do": "get-jobs", "all": BOOL, "count": N}     → {"wall_s": […], "jobs": N}
  {"do": "clear"}                                 → {}          cancels every job of this user
  {"do": "wait-idle"}                             → {}          until the printer is idle
A fault is answered {"error": TEXT}.
"""

import ctypes
import json
import os
import struct
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import ipp  # noqa: E402

libc = ctypes.CDLL(None, use_errno=True)
SOME = ("job-id", "job-name", "job-state", "job-originating-user-name", "time-at-creation")


class Client:
    def __init__(self, endpoint, host, path, uri, user):
        self.connection = ipp.Connection(endpoint, host, path)
        self.uri, self.user = uri, user

    def message(self, operation, *more, job_attributes=b""):
        return ipp.request(operation, self.uri, self.user, *more, job_attributes=job_attributes)

    def wait_idle(self):
        """For a printer that takes one job at a time: asks until it is idle again."""
        message = self.message(ipp.GET_PRINTER_ATTRIBUTES, ipp.attribute(ipp.KEYWORD, "requested-attributes", "printer-state"))
        limit = time.monotonic() + 60
        while time.monotonic() < limit:
            state = self.connection.ask(message)[-1]["printer-state"][0]
            if struct.unpack(">i", state)[0] == 3:
                return {}
        raise TimeoutError("the printer did not become idle")

    def submit_one(self, message, document, one_at_a_time):
        """Returns when the try that was accepted began: "busy" is asked again and not counted."""
        limit = time.monotonic() + 60
        while True:
            if one_at_a_time:
                self.wait_idle()
            begin = time.perf_counter()
            try:
                self.connection.ask(message, document)
                return begin
            except ipp.IppError as error:
                if error.status != ipp.BUSY or time.monotonic() > limit:
                    raise

    def submit(self, file, kind, count, hold, sync, one_at_a_time):
        held = ipp.attribute(ipp.KEYWORD, "job-hold-until", "indefinite") if hold else b""
        message = self.message(ipp.PRINT_JOB, ipp.attribute(ipp.NAME, "job-name", "benchmark"),
                               ipp.attribute(ipp.MIME, "document-format", kind), job_attributes=held)
        folder = os.open(sync, os.O_RDONLY) if sync else -1
        wall, synced = [], []
        with open(file, "rb") as document:
            for _ in range(count):
                begin = self.submit_one(message, document, one_at_a_time)
                wall.append(time.perf_counter() - begin)
                if sync:
                    if libc.syncfs(folder) != 0:
                        raise OSError(ctypes.get_errno(), "syncfs")
                    synced.append(time.perf_counter() - begin)
        if sync:
            os.close(folder)
        return {"wall_s": wall, "synced_s": synced}

    def get_jobs(self, everything, count):
        names = ("all",) if everything else SOME
        message = self.message(ipp.GET_JOBS, ipp.attribute(ipp.INTEGER, "limit", 100000),
                               ipp.attribute(ipp.KEYWORD, "which-jobs", "not-completed"),
                               ipp.attribute(ipp.BOOLEAN, "my-jobs", 1),
                               ipp.attribute(ipp.KEYWORD, "requested-attributes", *names))
        wall, jobs = [], 0
        for _ in range(count):
            begin = time.perf_counter()
            reply = self.connection.exchange(message)
            wall.append(time.perf_counter() - begin)  # what this client needs to read it is not the server's
            jobs = sum(g[""] == ipp.JOB_GROUP for g in ipp.parse(reply)[1])
        return {"wall_s": wall, "jobs": jobs}

    def clear(self):
        message = self.message(ipp.GET_JOBS, ipp.attribute(ipp.INTEGER, "limit", 100000),
                               ipp.attribute(ipp.KEYWORD, "which-jobs", "not-completed"),
                               ipp.attribute(ipp.BOOLEAN, "my-jobs", 1),
                               ipp.attribute(ipp.KEYWORD, "requested-attributes", "job-id"))
        for group in self.connection.ask(message):
            if group[""] == ipp.JOB_GROUP:
                number = struct.unpack(">i", group["job-id"][0])[0]
                try:
                    self.connection.ask(self.message(ipp.CANCEL_JOB, ipp.attribute(ipp.INTEGER, "job-id", number)))
                except ipp.IppError as error:
                    if error.status not in (0x0404, 0x0406):  # not possible any more, not found: it ended meanwhile
                        raise
        return {}

    def run(self, command):
        if command["do"] == "submit":
            return self.submit(command["file"], command["format"], command["count"], command["hold"], command.get("sync"),
                               command["one_at_a_time"])
        if command["do"] == "get-jobs":
            return self.get_jobs(command["all"], command["count"])
        return {"clear": self.clear, "wait-idle": self.wait_idle}[command["do"]]()


def main():
    setting = json.loads(sys.stdin.readline())
    endpoint = tuple(setting["endpoint"]) if isinstance(setting["endpoint"], list) else setting["endpoint"]
    client = Client(endpoint, setting["host"], setting["path"], setting["uri"], setting["user"])
    for line in sys.stdin:
        try:
            answer = client.run(json.loads(line))
        except (OSError, ipp.IppError, ConnectionError, KeyError, struct.error) as error:
            client.connection.close()
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


main()
