# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""A small IPP printer on a Unix socket that writes down who asked it what: uid by SO_PEERCRED, the
HTTP proof, the claimed user, the document. It demands a proof for everything but its attributes."""

import base64
import contextlib
import os
import select
import socket
import socketserver
import struct
import threading

from ipp_wire import (BOOLEAN, CHARSET, ENUM, GET_JOBS, GET_PRINTER_ATTRIBUTES, INTEGER, JOB_GROUP, KEYWORD, LANGUAGE, MIME,
                      NAME, PRINT_JOB, PRINTER_GROUP, RESOLUTION, SEND_DOCUMENT, TEXT, URI, attribute, collection, message, parse)

HELD = 4


def _size(name, width, height):
    return collection(name, [("x-dimension", attribute(INTEGER, "", width)), ("y-dimension", attribute(INTEGER, "", height))])


def _media(name, width, height):
    margins = [(f"media-{side}-margin", attribute(INTEGER, "", 0)) for side in ("bottom", "left", "right", "top")]
    return collection(name, [("media-size", _size("", width, height))] + margins)


def printer_attributes():
    resolution = struct.pack(">iib", 300, 300, 3)
    return (bytes([PRINTER_GROUP])
            + attribute(CHARSET, "charset-configured", "utf-8") + attribute(CHARSET, "charset-supported", "utf-8")
            + attribute(LANGUAGE, "natural-language-configured", "en") + attribute(NAME, "printer-name", "sink")
            + attribute(ENUM, "printer-state", 3) + attribute(KEYWORD, "printer-state-reasons", "none")
            + attribute(BOOLEAN, "printer-is-accepting-jobs", True)
            + attribute(KEYWORD, "ipp-versions-supported", "1.1", "2.0")
            + attribute(ENUM, "operations-supported", 2, 4, 5, 6, 8, 9, 10, 11)
            + attribute(MIME, "document-format-supported", "application/octet-stream", "application/pdf", "image/urf",
                        "image/pwg-raster", "image/jpeg")
            + attribute(MIME, "document-format-default", "application/pdf")
            + attribute(TEXT, "printer-make-and-model", "Sink") + attribute(URI, "printer-uri-supported", "ipp://localhost/ipp/print")
            + attribute(KEYWORD, "media-supported", "iso_a4_210x297mm") + attribute(KEYWORD, "media-default", "iso_a4_210x297mm")
            + _media("media-col-default", 21000, 29700) + _media("media-col-database", 21000, 29700)
            + _size("media-size-supported", 21000, 29700)
            + b"".join(attribute(INTEGER, f"media-{side}-margin-supported", 0) for side in ("bottom", "left", "right", "top"))
            + attribute(KEYWORD, "sides-supported", "one-sided") + attribute(KEYWORD, "sides-default", "one-sided")
            + attribute(KEYWORD, "print-color-mode-supported", "monochrome", "color") + attribute(BOOLEAN, "color-supported", True)
            + attribute(KEYWORD, "urf-supported", "V1.4", "CP1", "W8", "SRGB24", "RS300")
            + attribute(RESOLUTION, "pwg-raster-document-resolution-supported", resolution)
            + attribute(KEYWORD, "pwg-raster-document-type-supported", "sgray_8", "srgb_8")
            + attribute(KEYWORD, "compression-supported", "none") + attribute(ENUM, "print-quality-supported", 4))


class Seen:
    """One request that came."""

    def __init__(self, operation, uid, proof, user, document):
        self.operation, self.uid, self.proof, self.user, self.document = operation, uid, proof, user, document


class _Handler(socketserver.StreamRequestHandler):
    def _read_body(self, fields):
        if fields.get("expect"):
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if fields.get("transfer-encoding") != "chunked":
            return self.rfile.read(int(fields.get("content-length", 0)))
        body = b""
        while True:
            chunk = self.rfile.read(int(self.rfile.readline(), 16))
            self.rfile.readline()
            if not chunk:
                return body
            body += chunk

    def _answer(self, status, fields, body=b""):
        head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n" + "".join(f"{k}: {v}\r\n" for k, v in fields.items())
        self.wfile.write(head.encode() + b"\r\n" + body)

    def handle(self):
        _, uid, _ = struct.unpack("3i", self.connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
        while self.rfile.readline():
            fields = {}
            for line in iter(lambda: self.rfile.readline().decode().strip(), ""):
                key, _, value = line.partition(":")
                fields[key.lower()] = value.strip()
            self._serve(uid, fields, self._read_body(fields))

    def _serve(self, uid, fields, body):
        operation, request_id, found, document = parse(body)
        scheme, _, proof = fields.get("authorization", "").partition(" ")
        proof = base64.b64decode(proof).decode() if scheme == "Basic" else None
        user = found.get("requesting-user-name", [b""])[0].decode()
        self.server.sink.note(Seen(operation, uid, proof, user, document))
        if operation != GET_PRINTER_ATTRIBUTES and proof != self.server.sink.proof:
            self._answer("401 Unauthorized", {"WWW-Authenticate": 'Basic realm="sink"'})
            return
        if operation != GET_PRINTER_ATTRIBUTES:
            self.server.sink.stall(self.connection)
        more = b""
        if operation == GET_PRINTER_ATTRIBUTES:
            more = printer_attributes()
        elif operation != GET_JOBS:
            more = (bytes([JOB_GROUP]) + attribute(INTEGER, "job-id", 1) + attribute(URI, "job-uri", "ipp://localhost/ipp/print/1")
                    + attribute(ENUM, "job-state", HELD) + attribute(KEYWORD, "job-state-reasons", "job-release-wait"))
        self._answer("200 OK", {"Content-Type": "application/ipp"}, message(0, b"", request_id, more=more))


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # a client that hung up


class Sink:
    """with Sink(path) as sink: …; sink.proof = "user:password" that is let in."""

    def __init__(self, path):
        self.path, self.proof, self._seen, self._lock = path, None, [], threading.Lock()
        self._go_on = threading.Event()
        self._go_on.set()
        self._stalled = self._left = 0

    def __enter__(self):
        self._server = _Server(self.path, _Handler)
        self._server.sink = self
        os.chmod(self.path, 0o666)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *ignored):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @contextlib.contextmanager
    def stalling(self):
        """Until the end of this, whoever wants more than attributes waits for an answer."""
        self._stalled = self._left = 0
        self._go_on.clear()
        try:
            yield
        finally:
            self._go_on.set()

    def stall(self, connection):
        if self._go_on.is_set():
            return
        self._stalled += 1
        while not self._go_on.wait(0.02):
            if select.select([connection], [], [], 0)[0] and not connection.recv(1, socket.MSG_PEEK):
                self._left += 1
                return

    def is_stalled(self):
        """Somebody waits, or has waited and hung up."""
        return self._stalled > 0

    def is_left(self):
        return self._stalled > 0 and self._left == self._stalled

    def note(self, seen):
        with self._lock:
            self._seen.append(seen)

    def take(self):
        """What came since the last call."""
        with self._lock:
            seen, self._seen = self._seen, []
            return seen

    def documents(self):
        """(user, uid, bytes) of each document that was let in so far; keeps them."""
        with self._lock:
            return [(s.user, s.uid, len(s.document)) for s in self._seen
                    if s.operation in (PRINT_JOB, SEND_DOCUMENT) and s.document and s.proof == self.proof]
