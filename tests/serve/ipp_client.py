# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""A small IPP client on raw sockets, and the virtual printer's test program as an object.

Everything is spelled out in bytes, so that a test can also say what no library would.
"""

import contextlib
import os
import pwd
import shutil
import socket
import struct
import subprocess
import tempfile
import time

LIMIT_S = 30

# The real users that tests act as; root may become anybody, anybody else stays who he is.
if os.geteuid() == 0:
    ALICE, BOB = pwd.getpwnam("daemon").pw_uid, pwd.getpwnam("bin").pw_uid
    LP = pwd.getpwnam("lp").pw_uid
else:
    ALICE, BOB, LP = os.geteuid(), None, None

OPERATIONS = {"Print-Job": 2, "Validate-Job": 4, "Create-Job": 5, "Send-Document": 6, "Cancel-Job": 8,
              "Get-Job-Attributes": 9, "Get-Jobs": 0xA, "Get-Printer-Attributes": 0xB, "Hold-Job": 0xC,
              "Release-Job": 0xD, "Set-Job-Attributes": 0x14, "Cancel-Jobs": 0x38, "Cancel-My-Jobs": 0x39,
              "Close-Job": 0x3B, "Identify-Printer": 0x3C, "CUPS-Get-Default": 0x4001,
              "CUPS-Get-Printers": 0x4002}

OK, IGNORED = 0, 1
BAD_REQUEST, NOT_AUTHORIZED, NOT_POSSIBLE, NOT_FOUND = 0x400, 0x403, 0x404, 0x406
FORMAT_NOT_SUPPORTED, ATTRIBUTES_OR_VALUES, COMPRESSION_NOT_SUPPORTED = 0x40A, 0x40B, 0x40F
FORMAT_ERROR, NOT_SETTABLE, LIMIT_REACHED = 0x411, 0x413, 0x41E
NOT_ACCEPTING, JOB_CANCELED, MULTIPLE_NOT_SUPPORTED = 0x506, 0x508, 0x509

PDF = b"%PDF-1.4\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n"


@contextlib.contextmanager
def acting_as(uid):
    """Sockets made inside belong to @uid."""
    if uid is None or uid == os.geteuid():
        yield
        return
    os.seteuid(uid)
    try:
        yield
    finally:
        os.seteuid(0)


# ── bytes ──────────────────────────────────────────────────────────────────────────────────

def attribute(tag, name, *values):
    out = b""
    for i, value in enumerate(values):
        if isinstance(value, bool):
            value = bytes([value])
        elif isinstance(value, int):
            value = struct.pack(">i", value)
        elif isinstance(value, str):
            value = value.encode()
        key = name.encode() if i == 0 else b""
        out += bytes([tag]) + struct.pack(">H", len(key)) + key + struct.pack(">H", len(value)) + value
    return out


def integer(name, *values): return attribute(0x21, name, *values)
def boolean(name, value): return attribute(0x22, name, value)
def enum(name, value): return attribute(0x23, name, value)
def keyword(name, *values): return attribute(0x44, name, *values)
def name_(name, value): return attribute(0x42, name, value)
def uri(name, value): return attribute(0x45, name, value)
def mime(name, value): return attribute(0x49, name, value)


def collection(name, members):
    """@members: list of (name, tag, value or list of members)."""
    out = attribute(0x34, name, b"")
    for member, tag, value in members:
        out += attribute(0x4A, "", member)
        if tag == 0x34:
            out += collection("", value)
        else:
            out += attribute(tag, "", value)
    return out + attribute(0x37, "", b"")


def request(operation, attributes=b"", job=b"", user="alice", target="ipp://localhost/ipp/print", version=(2, 0),
            request_id=1):
    code = OPERATIONS.get(operation, operation)
    out = struct.pack(">BBHI", *version, code, request_id) + b"\x01"
    out += attribute(0x47, "attributes-charset", "utf-8") + attribute(0x48, "attributes-natural-language", "en")
    if target:
        out += uri("printer-uri", target)
    if user:
        out += name_("requesting-user-name", user)
    out += attributes
    if job:
        out += b"\x02" + job
    return out + b"\x03"


class Reply:
    """status; groups: list of (tag, {name: [values]}) with values as int, bool, str or bytes (a
    collection is the list of its members' names); tags: {name: [syntax of each value]}."""

    def __init__(self, body):
        self.body = body
        self.status = struct.unpack(">H", body[2:4])[0]
        self.groups, self.tags = [], {}
        at, name, depth, members = 8, None, 0, []
        while body[at] != 3:
            tag = body[at]
            at += 1
            if tag < 0x10:
                self.groups.append((tag, {}))
                continue
            n = struct.unpack(">H", body[at:at + 2])[0]
            key = body[at + 2:at + 2 + n].decode()
            at += 2 + n
            n = struct.unpack(">H", body[at:at + 2])[0]
            value = body[at + 2:at + 2 + n]
            at += 2 + n
            if depth == 0 and key:
                name = key
                self.groups[-1][1][name] = []
                self.tags[name] = []
            if depth == 0:
                self.tags[name].append(tag)
            if tag == 0x34:
                depth += 1
            if depth == 0:
                self.groups[-1][1][name].append(self.value(tag, value))
            elif tag == 0x4A and depth == 1:
                members.append(value.decode())
            elif tag == 0x37:
                depth -= 1
                if depth == 0:
                    self.groups[-1][1][name].append(members)
                    members = []

    @staticmethod
    def value(tag, raw):
        if tag in (0x21, 0x23):
            return struct.unpack(">i", raw)[0]
        if tag == 0x22:
            return raw != b"\0"
        if 0x40 <= tag < 0x50:
            return raw.decode()
        return raw

    def group(self, tag):
        return [g for t, g in self.groups if t == tag]

    @property
    def jobs(self): return self.group(2)

    @property
    def printer(self): return self.group(4)[0]

    @property
    def unsupported(self): return {k: v for g in self.group(5) for k, v in g.items()}

    @property
    def message(self): return self.group(1)[0].get("status-message", [""])[0]


class Refused(Exception):
    """HTTP said no."""

    def __init__(self, status, head):
        super().__init__(f"HTTP {status}")
        self.status, self.head = status, head


class Connection:
    def __init__(self, printer, uid=ALICE, tcp=False, headers=""):
        self.headers, self.host, self.rest = headers, "localhost", b""
        with acting_as(uid):
            if tcp:
                self.socket = socket.create_connection(("127.0.0.1", printer.port), LIMIT_S)
            else:
                self.socket = socket.socket(socket.AF_UNIX)
                self.socket.connect(printer.path)
        self.socket.settimeout(LIMIT_S)

    def __enter__(self): return self

    def __exit__(self, *ignored): self.close()

    def close(self): self.socket.close()

    def send(self, data): self.socket.sendall(data)

    def begin(self, length=None, headers=""):
        """Request line and headers; @length None = chunked."""
        framing = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
        self.send((f"POST /ipp/print HTTP/1.1\r\nHost: {self.host}\r\nContent-Type: application/ipp\r\n"
                   f"{framing}\r\n{self.headers}{headers}\r\n").encode())

    def chunk(self, data): self.send(b"%x\r\n" % len(data) + data + b"\r\n")

    def hear(self):
        """(HTTP status, head, body); status 0 if the connection ended first."""
        data, self.rest = self.rest, b""
        while b"\r\n\r\n" not in data:
            part = self.receive()
            if not part:
                return 0, "", b""
            data += part
        head, body = data.split(b"\r\n\r\n", 1)
        if head.startswith(b"HTTP/1.1 100"):
            self.rest = body
            return self.hear()
        head = head.decode()
        length = next((int(line.split(":")[1]) for line in head.lower().splitlines()
                       if line.startswith("content-length:")), 0)
        while len(body) < length:
            part = self.receive()
            assert part, "the connection ended in the middle of an answer"
            body += part
        self.rest = body[length:]
        return int(head.split()[1]), head, body[:length]

    def receive(self):
        try:
            return self.socket.recv(1 << 16)
        except ConnectionResetError:
            return b""

    def answer(self):
        status, head, body = self.hear()
        if status != 200:
            raise Refused(status, head)
        return Reply(body)

    def ask(self, operation, attributes=b"", job=b"", document=b"", chunked=False, headers="", **more):
        body = request(operation, attributes, job, **more)
        if chunked:
            self.begin(None, headers)
            self.chunk(body)
            for at in range(0, len(document), 10000):
                self.chunk(document[at:at + 10000])
            self.send(b"0\r\n\r\n")
        else:
            self.begin(len(body) + len(document), headers)
            self.send(body + document)
        return self.answer()


# ── the server ─────────────────────────────────────────────────────────────────────────────

class Printer:
    """with Printer(program, "--slow") as printer: …"""

    def __init__(self, program, *arguments):
        self.folder = tempfile.mkdtemp(prefix="homespool-test-")
        os.chmod(self.folder, 0o755)
        self.path = self.folder + "/ipp.sock"
        # A sanitizer keeps what was freed, which would count as growth.
        environment = {**os.environ, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=1"}
        extra = ["--print-system-uid", str(LP)] if LP is not None else []
        self.process = subprocess.Popen([program, "--socket", self.path, "--tcp-port", "0", *extra, *arguments],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment,
                                        stderr=open(self.folder + "/log", "w"), text=True)
        ready = self.process.stdout.readline().split()
        assert ready and ready[0] == "ready", open(self.folder + "/log").read()
        self.port = int(ready[1])

    def __enter__(self): return self

    def __exit__(self, *ignored):
        self.process.stdin.close()
        code = self.process.wait(LIMIT_S)
        log = open(self.folder + "/log").read()
        shutil.rmtree(self.folder)
        assert code == 0, f"the server ended with {code}: {log}"
        assert "CRITICAL" not in log, log

    def tell(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def jobs(self):
        """[{id, state, owner, kind, name, format, size, sha256}]"""
        line, found = self.tell("jobs"), []
        while line != ".":
            words = line.split(" ")
            found.append({"id": int(words[1]), "state": words[2], **dict(w.split("=", 1) for w in words[3:])})
            line = self.process.stdout.readline().strip()
        return found

    def counts(self):
        words = self.tell("counts").split()
        return dict(zip(words[::2], map(int, words[1::2])))

    def connect(self, *arguments, **more): return Connection(self, *arguments, **more)

    def ask(self, operation, *arguments, uid=ALICE, tcp=False, **more):
        with self.connect(uid, tcp) as connection:
            return connection.ask(operation, *arguments, **more)


def until(condition, what):
    """Waits for an event that another process brings about, with a limit."""
    end = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < end, f"never became true: {what}"
        time.sleep(0.01)
