# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""One workstation without a site for tests of the control API: the real homespoold, and people who
speak to its sockets byte by byte.

    with Workstation(build) as ws:
        ws.unlock(ALICE)                       # registers and unlocks a key
        job = ws.print_as(ALICE, title="x")    # the job as the control API shows it
        ws.ask(ALICE, "GET", "/v1/jobs").json

It needs root, to be several people; Workstation() skips otherwise. Time limits are for a loaded machine.
"""

import atexit
import functools
import json
import os
import pwd
import shutil
import socket
import subprocess
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent.parent / name) for name in ("support", "serve")]
from documents import small_pdf  # noqa: E402
from ipp_client import Connection, acting_as, mime, name_  # noqa: E402
from private_cups import as_user, until  # noqa: E402
from tap import skip  # noqa: E402
from town import Programs, Town  # noqa: E402

ALICE_NAME, BOB_NAME, ADMIN_NAME = "games", "mail", "root"  # users that every Debian has
LIMIT_S = 60


def uid_of(name):
    return pwd.getpwnam(name).pw_uid


ALICE, BOB, ADMIN = uid_of(ALICE_NAME), uid_of(BOB_NAME), 0


class Answer:
    def __init__(self, head, body):
        lines = head.decode().split("\r\n")
        self.status = int(lines[0].split()[1])
        self.headers = {n.lower(): v.strip() for n, v in (line.split(":", 1) for line in lines[1:])}
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)

    def same_as(self, other):
        """Equal in everything but the clock."""
        mine, theirs = dict(self.headers), dict(other.headers)
        mine.pop("date", None), theirs.pop("date", None)
        return (self.status, mine, self.body) == (other.status, theirs, other.body)


class Talk:
    """A raw connection of one user to the control socket."""

    def __init__(self, path, uid):
        with acting_as(uid):
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.connect(str(path))
        self.socket.settimeout(LIMIT_S)
        self.rest = b""

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def _more(self):
        try:
            part = self.socket.recv(65536)
        except (ConnectionResetError, BrokenPipeError):
            part = b""
        if not part:
            raise EOFError("the agent ended the connection")
        self.rest += part

    def until(self, end):
        while end not in self.rest:
            self._more()
        found, self.rest = self.rest.split(end, 1)
        return found

    def take(self, length):
        while len(self.rest) < length:
            self._more()
        found, self.rest = self.rest[:length], self.rest[length:]
        return found

    def answer(self):
        answer = Answer(self.until(b"\r\n\r\n"), b"")
        if "content-length" in answer.headers:
            answer.body = self.take(int(answer.headers["content-length"]))
        return answer


class Events(Talk):
    """GET /v1/events: `event()` gives the next line."""

    def __init__(self, path, uid, query=""):
        super().__init__(path, uid)
        self.send(f"GET /v1/events{query} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        self.head = Answer(self.until(b"\r\n\r\n"), b"")
        if self.head.status != 200:
            self.head.body = self.take(int(self.head.headers["content-length"]))
        self.text = b""

    def event(self):
        while b"\n" not in self.text:
            length = int(self.until(b"\r\n"), 16)
            if length == 0:
                raise EOFError("the stream ended")
            self.text += self.take(length)
            assert self.take(2) == b"\r\n"
        line, self.text = self.text.split(b"\n", 1)
        return json.loads(line)

    def await_event(self, condition):
        """The events until the first that fits, which is the last of them."""
        seen = [self.event()]
        while not condition(seen[-1]):
            seen.append(self.event())
        return seen


class Workstation(Town):
    def __init__(self, build, configuration=""):
        if os.geteuid() != 0:
            skip("needs root, to be several users")
        super().__init__(Programs(build), ALICE_NAME)
        self.configuration = "[queue]\nmanage = false\n" + configuration
        self.root = self.folder / "agent"
        self.control = self.root / "run/control.sock"
        self.path = str(self.root / "run/ipp.sock")  # for ipp_client.Connection
        self.keys = {}

    def __enter__(self):
        try:
            self.start_agent(self.configuration)
        except BaseException:
            self.close()
            raise
        return self

    def restart_agent(self, kill=False):
        self.stop("agent", kill)
        self.start_agent()

    # ── the control API ──────────────────────────────────────────────────────────────────────

    def talk(self, uid):
        return Talk(self.control, uid)

    def events(self, uid, query=""):
        return Events(self.control, uid, query)

    def ask(self, uid, method, path, body=None, headers=(), host="localhost", content_type="application/json"):
        """@body: bytes, or what becomes JSON; @headers: further lines."""
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        lines = [f"{method} {path} HTTP/1.1"] + ([f"Host: {host}"] if host is not None else [])
        if body is not None:
            lines += [f"Content-Length: {len(body)}"] + ([f"Content-Type: {content_type}"] if content_type else [])
        elif method == "POST":
            lines.append("Content-Length: 0")
        with self.talk(uid) as talk:
            talk.send("\r\n".join([*lines, *headers, "", ""]).encode())
            try:
                talk.send(body or b"")
            except BrokenPipeError:
                pass  # refused before the end of the body; the answer says why
            return talk.answer()

    def get(self, uid, path):
        answer = self.ask(uid, "GET", path)
        assert answer.status == 200, (path, answer.status, answer.body)
        return answer.json

    def post(self, uid, path, body=None):
        answer = self.ask(uid, "POST", path, {} if body is None else body)
        assert answer.status == 200, (path, answer.status, answer.body)
        return answer.json

    def job(self, uid, job):
        return self.get(uid, f"/v1/jobs/{job}")

    def begin_life(self, name):
        """A site, a workstation that belongs to it, and @name, who can print here and release there."""
        has_programs("age", "age-keygen")
        self.person = name
        self.start_site()
        self.add_person(name)
        self.start_agent(self.configuration)
        self.enrol()
        self.unlock(uid_of(name))

    def unlock(self, uid):
        """Hands over the person's key, which is made at the first time."""
        if uid not in self.keys:
            self.keys[uid] = subprocess.run(["age-keygen"], capture_output=True, check=True).stdout
        recipient = self.get(uid, "/v1/unlock")["recipient"]
        sealed = subprocess.run(["age", "-r", recipient], input=self.keys[uid], capture_output=True, check=True).stdout
        answer = self.ask(uid, "POST", "/v1/unlock", sealed, content_type="application/age")
        assert answer.status == 200, answer.body
        return answer.json

    # ── printing ─────────────────────────────────────────────────────────────────────────────

    def print_as(self, uid, title="A title", document=None, attributes=b""):
        with Connection(self, uid) as connection:
            reply = connection.ask("Print-Job", name_("job-name", title) + mime("document-format", "application/pdf") + attributes,
                                   document=document or small_pdf())
        assert reply.status < 0x400, (hex(reply.status), reply.message)
        ipp_id = reply.jobs[0]["job-id"][0]
        return next(job for job in self.get(uid, "/v1/jobs")["jobs"] if job["ipp_id"] == ipp_id)

    def await_state(self, uid, job, *states):
        return until(lambda: next((found for found in [self.job(uid, job)] if found["state"] in states), None),
                     f"{job} becomes {states}", LIMIT_S)

    # ── the command line ─────────────────────────────────────────────────────────────────────

    def command(self, name, *arguments, **more):
        """`homespool …` as the OS user @name; returns the ended process."""
        words, environment = as_user(name, [str(self.programs.command), "--root", str(self.root), *arguments])
        more.setdefault("stdin" if "input" not in more else "text", subprocess.DEVNULL if "input" not in more else True)
        return subprocess.run(words, env=environment, capture_output=True, text=True, timeout=LIMIT_S, check=False, **{
            key: value for key, value in more.items() if key != "text"})


def has_programs(*names):
    for name in names:
        if shutil.which(name) is None:
            skip(f"needs {name}")


def shared_workstation(build):
    """A function that returns the workstation of this program: started at its first call with two people's keys unlocked."""
    @functools.cache
    def world():
        has_programs("age", "age-keygen")
        ws = Workstation(build).__enter__()
        atexit.register(ws.close)
        ws.unlock(ALICE)
        ws.unlock(BOB)
        return ws
    return world
