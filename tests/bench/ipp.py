# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""A small IPP client over one kept connection: TCP or Unix socket, sendfile for documents.

Only what the benchmarks need; replies are read just enough to count and find values.
"""

import os
import select
import socket
import struct

OPERATION_GROUP, JOB_GROUP, END = 0x01, 0x02, 0x03
PRINT_JOB, CANCEL_JOB, GET_JOBS, GET_PRINTER_ATTRIBUTES, PURGE_JOBS, CANCEL_JOBS = 0x02, 0x08, 0x0A, 0x0B, 0x12, 0x38
INTEGER, ENUM, KEYWORD, URI, CHARSET, LANGUAGE, MIME, NAME, BOOLEAN = 0x21, 0x23, 0x44, 0x45, 0x47, 0x48, 0x49, 0x42, 0x22
BUSY = 0x0507  # server-error-busy


class IppError(Exception):
    def __init__(self, status):
        super().__init__(f"IPP status 0x{status:04x}")
        self.status = status


def attribute(tag, name, *values):
    encoded = b""
    for i, value in enumerate(values):
        raw = (struct.pack(">i", value) if tag in (INTEGER, ENUM) else bytes([value]) if tag == BOOLEAN else value.encode())
        label = name.encode() if i == 0 else b""
        encoded += struct.pack(">BH", tag, len(label)) + label + struct.pack(">H", len(raw)) + raw
    return encoded


def request(operation, uri, user, *more, job_attributes=b""):
    groups = (struct.pack(">BBHiB", 2, 0, operation, 1, OPERATION_GROUP) + attribute(CHARSET, "attributes-charset", "utf-8")
              + attribute(LANGUAGE, "attributes-natural-language", "en") + attribute(URI, "printer-uri", uri)
              + attribute(NAME, "requesting-user-name", user) + b"".join(more))
    if job_attributes:
        groups += bytes([JOB_GROUP]) + job_attributes
    return groups + bytes([END])


def parse(reply):
    """(status, groups): each group is {name: [raw values]}."""
    status = struct.unpack(">H", reply[2:4])[0]
    groups, place, name = [], 8, None
    while place < len(reply):
        tag = reply[place]
        place += 1
        if tag == END:
            break
        if tag < 0x10:
            groups.append({"": tag})
            continue
        length = struct.unpack(">H", reply[place:place + 2])[0]
        if length:
            name = reply[place + 2:place + 2 + length].decode()
        place += 2 + length
        length = struct.unpack(">H", reply[place:place + 2])[0]
        groups[-1].setdefault(name, []).append(reply[place + 2:place + 2 + length])
        place += 2 + length
    return status, groups


class Connection:
    """HTTP/1.1 with keep-alive, one request at a time; no Expect, one header write."""

    def __init__(self, endpoint, host, path):
        self.endpoint, self.host, self.path = endpoint, host, path
        self.socket, self.buffer = None, b""

    def open(self):
        if isinstance(self.endpoint, tuple):
            self.socket = socket.create_connection(self.endpoint, timeout=120)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        else:
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(120)
            self.socket.connect(self.endpoint)
        self.buffer = b""

    def close(self):
        if self.socket:
            self.socket.close()
        self.socket = None

    def _more(self):
        data = self.socket.recv(1 << 18)
        if not data:
            raise ConnectionError("the server closed the connection")
        self.buffer += data

    def _take(self, length):
        while len(self.buffer) < length:
            self._more()
        taken, self.buffer = self.buffer[:length], self.buffer[length:]
        return taken

    def _line(self):
        while b"\r\n" not in self.buffer:
            self._more()
        line, self.buffer = self.buffer.split(b"\r\n", 1)
        return line

    def _read_reply(self):
        status = self._line()
        headers = {}
        while (line := self._line()):
            key, _, value = line.partition(b":")
            headers[key.strip().lower()] = value.strip()
        if headers.get(b"transfer-encoding", b"").lower() == b"chunked":
            parts = []
            while (length := int(self._line().split(b";")[0], 16)):
                parts.append(self._take(length))
                self._take(2)
            self._line()
            body = b"".join(parts)
        else:
            body = self._take(int(headers.get(b"content-length", b"0")))
        if headers.get(b"connection", b"").lower() == b"close":
            self.close()
        if b" 200 " not in status + b" ":
            raise ConnectionError(status.decode(errors="replace"))
        return body

    def exchange(self, message, document=None):
        """Sends an IPP message and, after it, the file DOCUMENT. Returns the whole reply, unread."""
        if self.socket is not None and select.select([self.socket], [], [], 0)[0]:
            self.close()  # the server ended an idle connection while others had their turn
        if self.socket is None:
            self.open()
        size = os.fstat(document.fileno()).st_size if document else 0
        self.socket.sendall(f"POST {self.path} HTTP/1.1\r\nHost: {self.host}\r\nContent-Type: application/ipp\r\n"
                            f"Content-Length: {len(message) + size}\r\n\r\n".encode() + message)
        if document:
            document.seek(0)
            self.socket.sendfile(document)
        return self._read_reply()

    def ask(self, message, document=None):
        """The same. Returns the groups of the reply."""
        status, groups = parse(self.exchange(message, document))
        if status >= 0x0400:
            raise IppError(status)
        return groups
