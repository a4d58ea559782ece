# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""The world of a history: a real site, several real workstations, printers that misbehave, lines between them that
can be cut, and people of several names. Everything listens on loopback and lies in one folder."""

import array
import contextlib
import http.client
import json
import os
import pwd
import re
import secrets
import select
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

sys.path[:0] = [str(Path(__file__).resolve().parent.parent / name) for name in ("support", "serve", "interop")]
import seal_reference as seal  # noqa: E402
from private_cups import as_user, until  # noqa: E402
from town import AGENT_USER, Browser, Programs, Town  # noqa: E402
from wall_clock import WallClock  # noqa: E402

PEOPLE = ("games", "mail", "news")  # users that every Debian has
LIMIT_S = 20
PROXY = Path(__file__).resolve().parent.parent / "support/wire_proxy.py"
CONFIGURATION = """[queue]
manage = false
[spool]
history = {history}
disk-reserve = 0
[printers]
connect-timeout = 1s
answer-timeout = 5s
[site]
proxy = http://127.0.0.1:{proxy}
"""


FILE_KEY = bytes(16)  # nothing is secret here


def public_key(recipient):
    """The 32 bytes of "age1…"."""
    bits = 0
    for digit in recipient[len("age1"):-6]:
        bits = bits << 5 | "qpzry9x8gf2tvdw0s3jn54khce6mua7l".index(digit)
    return (bits >> 4).to_bytes(32, "big")


class NotThere(Exception):
    """Nobody listens: certainly nothing was done."""


class Lost(Exception):
    """The answer is missing: it may have been done."""


class Lines:
    """A program that answers each line with a line."""

    def __init__(self, command, **more):
        self.process = subprocess.Popen([str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **more)
        self.lock = threading.Lock()
        self.ready = self.process.stdout.readline().split()
        assert self.ready[:1] == ["ready"], (command, self.ready)

    def tell(self, line, more=None):
        """The answer's words; @more of them → how many further lines belong to it."""
        with self.lock:
            print(line, file=self.process.stdin, flush=True)
            words = self.process.stdout.readline().split()
            assert words and words[0] != "not", (line, words)
            return (words, [self.process.stdout.readline().rstrip("\n") for _ in range(more(words))]) if more else words

    def close(self):
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


class Door:
    """Connects as one user of the system: a process of that user makes the connections and hands them over, for the
    kernel names whoever connected."""

    def __init__(self, name):
        self.name, self.lock = name, threading.Lock()
        self.uid = pwd.getpwnam(name).pw_uid
        self.socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.pid = os.fork()
        if self.pid == 0:
            try:
                self.socket.close()
                os.setgroups([])
                os.setresuid(self.uid, self.uid, self.uid)
                while path := theirs.recv(4096):
                    with socket.socket(socket.AF_UNIX) as made:
                        try:
                            made.connect(path.decode())
                        except OSError:
                            theirs.send(b"-")
                        else:
                            theirs.sendmsg([b"+"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [made.fileno()]))])
            finally:
                os._exit(0)
        theirs.close()

    def connect(self, path):
        with self.lock:
            self.socket.send(str(path).encode())
            answer, passed, _, _ = socket.recv_fds(self.socket, 16, 1)
        if answer != b"+":
            raise NotThere(str(path))
        made = socket.socket(fileno=passed[0])
        made.settimeout(LIMIT_S)
        return made

    def close(self):
        self.socket.close()
        os.kill(self.pid, signal.SIGKILL)  # a younger door holds the other end, too
        os.waitpid(self.pid, 0)


class Wire:
    """HTTP over a Unix socket as one user, on a connection that is kept."""

    def __init__(self, door, path):
        self.door, self.path, self.socket, self.rest = door, path, None, b""

    def close(self):
        if self.socket is not None:
            self.socket.close()
        self.socket, self.rest = None, b""

    def _is_open(self):
        if self.socket is None:
            return False
        if not select.select([self.socket], [], [], 0)[0]:
            return True
        self.close()  # nothing was asked, so it can only be its end
        return False

    def _until(self, end):
        while end not in self.rest:
            part = self.socket.recv(1 << 18)
            if not part:
                raise Lost("the connection ended")
            self.rest += part
        found, self.rest = self.rest.split(end, 1)
        return found

    def _take(self, length):
        while len(self.rest) < length:
            part = self.socket.recv(1 << 18)
            if not part:
                raise Lost("the connection ended")
            self.rest += part
        found, self.rest = self.rest[:length], self.rest[length:]
        return found

    def ask(self, method, path, body=b"", kind="application/json"):
        """(status, body)"""
        if not self._is_open():
            self.socket = self.door.connect(self.path)
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n"
        if method == "POST":
            head += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
        try:
            self.socket.sendall(head.encode() + b"\r\n" + body)
            head = self._until(b"\r\n\r\n").decode().lower()
            length = re.search(r"content-length: *(\d+)", head)
            answer = self._take(int(length.group(1)) if length else 0)
        except (OSError, Lost) as error:
            self.close()
            raise Lost(str(error)) from error
        if "connection: close" in head:
            self.close()
        return int(head.split()[1]), answer

    def json(self, method, path, body=None):
        status, answer = self.ask(method, path, json.dumps(body).encode() if body is not None else b"")
        return status, json.loads(answer)


class Events(threading.Thread):
    """What one person is told about their jobs on one workstation, with the time at which it was heard."""

    def __init__(self, wire, hear, look):
        super().__init__(daemon=True)
        self.wire, self.hear, self.look, self.ends = wire, hear, look, False
        self.start()

    def run(self):
        while not self.ends:
            try:
                self.follow()
            except (NotThere, Lost, OSError, ValueError):
                self.wire.close()
                time.sleep(0.02)  # between two tries to connect

    def follow(self):
        self.wire.socket = self.wire.door.connect(self.wire.path)
        self.wire.socket.settimeout(None)
        self.wire.socket.sendall(b"GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        self.wire._until(b"\r\n\r\n")
        self.look()  # from now on nothing is missed
        text = b""
        while not self.ends:
            text += self.wire._take(int(self.wire._until(b"\r\n"), 16))
            self.wire._take(2)
            *lines, text = text.split(b"\n")
            for line in lines:
                event = json.loads(line)
                if event["event"] == "job":
                    self.hear(event["job"])

    def stop(self):
        self.ends = True
        if self.wire.socket is not None:
            with contextlib.suppress(OSError):
                self.wire.socket.shutdown(socket.SHUT_RDWR)
        self.join(5)


class Page:
    """One person at the release page."""

    def __init__(self, world, person):
        self.world, self.person, self.connection = world, person, None
        self.cookie = self.csrf = None

    def ask(self, method, path, form=None):
        if self.connection is None:
            self.connection = http.client.HTTPSConnection("localhost", self.world.people_port, context=self.world.page_trust, timeout=LIMIT_S)
            try:
                self.connection.connect()
            except OSError as error:
                self.connection = None
                raise NotThere(str(error)) from error
        headers = {"Origin": self.world.url, "Cookie": self.cookie or ""}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self.connection.request(method, path, body=urlencode(form) if form is not None else None, headers=headers)
            answer = self.connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Lost(str(error)) from error
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                self.cookie = value.split(";")[0]
        return answer.status, text

    def sign_in(self):
        status, page = self.ask("POST", "/sign-in", {"user": self.person, "password": self.world.password})
        assert status == 303, (status, page)
        self.csrf = re.search(r'name="csrf" value="([^"]+)"', self.ask("GET", "/")[1]).group(1)

    def order(self, what, job, **more):
        return self.ask("POST", f"/{what}", {"csrf": self.csrf, "job": job, **more})[0]

    def close(self):
        if self.connection is not None:
            self.connection.close()
        self.connection = None


class Workstation:
    def __init__(self, world, number, proxy):
        self.world, self.number, self.name = world, number, f"agent{number}"
        self.root = world.folder / self.name
        self.control, self.intake = self.root / "run/control.sock", self.root / "run/ipp.sock"
        self.clock = WallClock(world.folder / f"clock{number}", world.build)
        self.recipient = self.header = None
        for name in ("etc", "lib", "run"):
            (self.root / name).mkdir(parents=True)
        for name in ("lib", "run"):
            shutil.chown(self.root / name, AGENT_USER)
        (self.root / "lib").chmod(0o700)
        (self.root / "etc/agent.conf").write_text(CONFIGURATION.format(proxy=proxy, history=world.history))
        self.wires = {person: Wire(world.doors[person], self.control) for person in PEOPLE}
        self.printing = {person: Wire(world.doors[person], self.intake) for person in PEOPLE}

    def start(self):
        environment = {**self.clock.environment, **self.world.agent_environment}
        command, environment = as_user(AGENT_USER, [str(self.world.programs.agent), "--root", str(self.root), "--helper-folder",
                                                    str(self.world.programs.helpers)], env=environment)
        self.world.start(self.name, command, env=environment)
        until(self.is_ready, f"{self.name} is ready", 60)

    def is_ready(self):
        assert self.world.processes[self.name].poll() is None, f"{self.name} ended: " + self.world.log(self.name)[-2000:]
        try:
            return self.status()["ready"]
        except (NotThere, Lost):
            return False

    def stop(self, kill):
        self.world.stop(self.name, kill)

    def status(self, person=PEOPLE[0]):
        return self.wires[person].json("GET", "/v1/status")[1]

    def sealed(self, text):
        """For the agent alone, as an age file. Its recipient is another one after each start."""
        recipient = self.wires[PEOPLE[0]].json("GET", "/v1/unlock")[1]["recipient"]
        if recipient != self.recipient:
            stanza = seal.x25519_stanza(os.urandom(32), public_key(recipient), FILE_KEY)
            self.recipient, self.header = recipient, seal.format_header(stanza, FILE_KEY)
        return self.header + seal.seal_payload(FILE_KEY, os.urandom(16), text)

    def unlock(self, person):
        return self.wires[person].ask("POST", "/v1/unlock", self.sealed(self.world.keys[person]), "application/age")

    def sign_in(self, person):
        secret = {"method": "password", "user": person, "card": None, "secret": self.world.password, "kiosk": False}
        return self.wires[person].ask("POST", "/v1/sign-in", self.sealed(json.dumps(secret).encode()), "application/age")


class World(Town):
    def __init__(self, build, workstations=2, printers=4, policy=(), history="30d"):
        shared = Path("/dev/shm")
        folder = tempfile.mkdtemp(prefix="homespool-history-", dir=shared if shared.is_dir() else None)
        super().__init__(Programs(build), PEOPLE[0], folder=folder, policy=["--retention", "2h", "--os-names", "no", "--offline", "print", "--quota-jobs", "2000", *policy])
        self.own_folder, self.build, self.password = True, build, secrets.token_urlsafe(12)
        self.doors = {person: Door(person) for person in PEOPLE}
        self.keys, self.history = {}, history
        self.doubles, self.workstations, self.pages, self.proxy = [], [], {}, None
        self.double_program = Path(build) / "tests/printer_double"
        try:
            self.build_up(workstations, printers)
        except BaseException:
            self.close()
            raise

    def build_up(self, workstations, printers):
        self.start_site()
        self.doubles = [Lines([self.double_program]) for _ in range(printers)]
        ports = [re.search(r":(\d+)/", double.ready[1]).group(1) for double in self.doubles]
        self.proxy = Lines([sys.executable, PROXY, *ports, *["connect"] * workstations])
        ports = self.proxy.ready[1:]
        for number, port in enumerate(ports[:printers]):
            certificate = self.folder / f"printer{number}.pem"
            certificate.write_text(ssl.get_server_certificate(("127.0.0.1", int(port))))
            self.printer_name, self.printer_uri = f"Printer {number}", f"ipps://127.0.0.1:{port}/ipp/print"
            self.list_printer(certificate)
        for person in PEOPLE:
            self.add_person(person)
            self.keys[person] = seal.bech32("AGE-SECRET-KEY-", os.urandom(32)).encode() + b"\n"
        self.page_trust = ssl.create_default_context(cadata=Browser(self)._authority())
        for number, port in enumerate(ports[printers:]):
            self.workstations.append(Workstation(self, number, port))
            self.enrol_workstation(self.workstations[-1])
        self.printers = {printer["name"]: printer["id"] for printer in self.workstations[0].wires[PEOPLE[0]].json("GET", "/v1/printers")[1]["printers"]}
        assert len(self.printers) == printers, self.printers
        for person in PEOPLE:
            self.pages[person] = Page(self, person)
            self.pages[person].sign_in()

    def enrol_workstation(self, workstation):
        workstation.start()
        token = self.folder / "token"
        self.run(self.programs.site, "token", "--data", self.folder / "site", "--output", token)
        self.run(self.programs.command, "--root", workstation.root, "enrol", "--token-file", token)
        token.unlink()
        until(lambda: workstation.status()["site_online"], "the site is connected", 60)
        for person in PEOPLE:
            for step in (workstation.sign_in, workstation.unlock):  # the first maps the user to a person
                status, answer = step(person)
                assert status == 200, (step, answer)

    def printer_id(self, number):
        return self.printers[f"Printer {number}"]

    def line_of_printer(self, number, mode):
        self.proxy.tell(f"{number} {mode}")

    def line_of_workstation(self, number, mode):
        self.proxy.tell(f"{len(self.doubles) + number} {mode}")

    def restart_site(self, kill):
        self.stop("site", kill)
        self.start("site", [self.programs.site, "serve", "--data", self.folder / "site"])
        until(lambda: self.answers(self.people_port) and self.answers(self.devices_port), "the site listens")

    def papers(self, number, since=0):
        """What came out of a printer: [(time in s, printer's job-id, sha256 or None, name)]"""
        _, lines = self.doubles[number].tell(f"paper {since}", lambda words: int(words[1]) - since)
        return [(int(at) / 1e6, int(job), None if digest == "-" else digest, name) for at, job, digest, name in (line.split(" ", 3) for line in lines)]

    def close(self):
        for page in self.pages.values():
            page.close()
        for program in [*self.doubles, *([self.proxy] if self.proxy else [])]:
            program.close()
        super().close()
        for door in self.doors.values():
            door.close()
