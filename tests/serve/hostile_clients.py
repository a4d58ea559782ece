#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""The virtual printer against clients that cut, drip, lie and flood.

usage: hostile_clients.py PROGRAM [SENTENCE]
"""

import os
import random
import signal
import struct
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))

from ipp_client import *  # noqa: E402,F403
from tap import main, skip, test  # noqa: E402

PROGRAM = sys.argv[1]


def is_alive_and_empty(printer, aborted=None):
    assert printer.ask("Get-Printer-Attributes", keyword("requested-attributes", "printer-name")).status == OK
    assert printer.jobs() == []
    counts = printer.counts()
    assert counts["open"] == 0 and counts["arrivals"] == 0
    assert aborted is None or counts["aborted"] == aborted, counts


@test("a hundred clients killed in the middle of their documents leave no job")
def _():
    pick = random.Random(7)
    with Printer(PROGRAM) as printer:
        for number in range(100):
            size = pick.randrange(1, 300000)
            child = os.fork()
            if child == 0:
                connection = printer.connect(tcp=number % 3 == 0)
                head = request("Print-Job")
                if number % 2:
                    connection.begin(None)
                    connection.chunk(head + bytes(size))
                else:
                    connection.begin(len(head) + size + 1)
                    connection.send(head + bytes(size))
                signal.pause()
            until(lambda: printer.counts()["arrivals"] == 1, "an arrival")
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            until(lambda: printer.counts()["arrivals"] == 0, "the end of the arrival")
        is_alive_and_empty(printer, 100)


@test("a chunked document that is cut anywhere is no job")
def _():
    whole = b"%x\r\n" % len(request("Print-Job") + PDF) + request("Print-Job") + PDF + b"\r\n3\r\nabc\r\n0\r\n\r\n"
    start = len(request("Print-Job")) + 10
    with Printer(PROGRAM) as printer:
        for at in range(start, len(whole)):
            with printer.connect() as connection:
                connection.begin(None)
                connection.send(whole[:at])
                connection.socket.shutdown(1)  # the peer's end comes like a killed one's
                assert connection.hear()[0] != 200, at
        until(lambda: printer.counts()["open"] == 0, "no open intake")
        is_alive_and_empty(printer, len(whole) - start)
        with printer.connect() as connection:
            connection.begin(None)
            connection.send(whole)
            assert connection.answer().status == OK


@test("a misspelt chunk ends the document instead of completing it")
def _():
    with Printer(PROGRAM) as printer:
        for bad in (b"zz\r\n", b"-1\r\n", b"\r\n\r\n", b"0\r\nX: y\r\n\r\n", b"ffffffffffffffff\r\n", b"5\n12345\r\n"):
            with printer.connect() as connection:
                connection.begin(None)
                connection.chunk(request("Print-Job") + PDF)
                until(lambda: printer.counts()["arrivals"] == 1, "an arrival")
                connection.send(bad)
                assert connection.hear()[0] in (0, 400), bad
        until(lambda: printer.counts()["aborted"] == 6, "six aborted intakes")
        is_alive_and_empty(printer)


@test("two lengths are refused before anything is made")
def _():
    with Printer(PROGRAM) as printer:
        for lines in ("Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n"):
            with printer.connect() as connection:
                connection.begin(100, lines)
                assert connection.hear()[0] == 400
        is_alive_and_empty(printer, 0)


@test("a silent and a dripping document are ended")
def _():
    with Printer(PROGRAM, "--silence-ms", "300") as printer:
        with printer.connect() as silent, printer.connect() as dripping:
            for connection in (silent, dripping):
                connection.begin(100000)
                connection.send(request("Print-Job") + PDF)
            dripping.socket.settimeout(0.02)
            end = time.monotonic() + LIMIT_S
            while time.monotonic() < end:
                try:
                    dripping.send(b"x")
                    heard = dripping.socket.recv(100)
                    break
                except TimeoutError:  # not ended yet: the next drop
                    continue
                except OSError:
                    heard = b""
                    break
            assert heard == b"" or b"408" in heard
            assert silent.hear()[0] in (0, 408)
        until(lambda: printer.counts()["aborted"] == 2, "two aborted intakes")
        is_alive_and_empty(printer)


@test("a slow header gets no further")
def _():
    with Printer(PROGRAM, "--silence-ms", "200") as printer, printer.connect() as connection:
        connection.send(b"POST /ipp/print HTTP/1.1\r\nHost: loc")
        assert connection.hear()[0] == 408
        is_alive_and_empty(printer)


@test("eight thousand nested collections are refused, and the printer lives")
def _():
    nested = attribute(0x34, "media-col", b"") + (attribute(0x4A, "", "x") + attribute(0x34, "", b"")) * 8000
    with Printer(PROGRAM) as printer:
        for body in (request("Validate-Job")[:-1] + b"\x02" + nested, request("Validate-Job")[:-1] + b"\x02" + nested[:60000]):
            with printer.connect() as connection:
                connection.begin(len(body))
                connection.send(body)
                assert connection.answer().status == BAD_REQUEST
        is_alive_and_empty(printer)


@test("attributes beyond 64 KiB are refused")
def _():
    with Printer(PROGRAM) as printer:
        fits = attribute(0x30, "x", os.urandom(30000)) + attribute(0x30, "y", os.urandom(30000))
        assert printer.ask("Validate-Job", fits).status == OK
        assert printer.ask("Validate-Job", fits + attribute(0x30, "z", os.urandom(30000))).status == BAD_REQUEST
        is_alive_and_empty(printer)


@test("random bytes in place of a request are answered or dropped, never believed")
def _():
    pick = random.Random(11)
    good = request("Print-Job", keyword("compression", "none"), integer("copies", 2)) + PDF
    with Printer(PROGRAM) as printer:
        for number in range(300):
            body = bytearray(good)
            for _ in range(pick.randrange(1, 6)):
                body[pick.randrange(len(body) - len(PDF))] = pick.randrange(256)
            with printer.connect() as connection:
                connection.begin(len(body))
                connection.send(bytes(body))
                status = connection.hear()[0]
                assert status in (0, 200, 400), (number, status)
        assert printer.ask("Get-Printer-Attributes").status == OK
        for job in printer.jobs():
            assert job["owner"] == str(ALICE) and job["size"] == str(len(PDF))


@test("garbage behind a request ends the connection, not the printer")
def _():
    with Printer(PROGRAM) as printer, printer.connect() as connection:
        body = request("Get-Printer-Attributes")
        connection.begin(len(body))
        connection.send(body + b"\0\1\2 garbage\r\n\r\n")
        assert connection.answer().status == OK
        assert connection.hear()[0] == 400
        is_alive_and_empty(printer)


@test("a web page cannot print: Origin, foreign Host and other types are refused over TCP")
def _():
    body = request("Print-Job") + PDF
    with Printer(PROGRAM) as printer:
        for headers, host, expected in (("Origin: http://evil.example\r\n", "localhost", 403), ("", "evil.example", 403),
                                        ("", "localhost.evil.example", 403), ("", "127.0.0.1.evil.example", 403),
                                        ("Origin: null\r\n", "127.0.0.1", 403)):
            with printer.connect(tcp=True) as connection:
                connection.host = host
                connection.begin(len(body), headers)
                connection.send(body)
                assert connection.hear()[0] == expected, (headers, host)
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/ippx"):
            with printer.connect(tcp=True) as connection:
                connection.send((f"POST /ipp/print HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\n"
                                 f"Content-Length: {len(body)}\r\n\r\n").encode() + body)
                assert connection.hear()[0] == 415
        is_alive_and_empty(printer, 0)
        for host in ("localhost", f"localhost:{printer.port}", "127.0.0.1:631", "[::1]:6310"):
            with printer.connect(tcp=True) as connection:
                connection.host = host
                assert connection.ask("Get-Printer-Attributes").status == OK


@test("other methods are refused")
def _():
    with Printer(PROGRAM) as printer:
        for method in ("PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT"):
            with printer.connect() as connection:
                connection.send(f"{method} /ipp/print HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n".encode())
                assert connection.hear()[0] in (400, 405), method


@test("one user's connections are capped, and another still gets through")
def _():
    with Printer(PROGRAM, "--per-key", "3") as printer:
        held = [printer.connect() for _ in range(3)]
        assert all(connection.ask("Get-Jobs").status == OK for connection in held)
        with printer.connect() as fourth:
            assert fourth.hear()[0] == 503
        if BOB is not None:
            assert printer.ask("Get-Jobs", uid=BOB).status == OK
        held.pop().close()

        def gets_in():
            try:
                return printer.ask("Get-Jobs").status == OK
            except (Refused, BrokenPipeError, ConnectionResetError):
                return False
        until(gets_in, "a place for one more")
        for connection in held:
            connection.close()


@test("a client that does not read its answer is let go")
def _():
    with Printer(PROGRAM, "--silence-ms", "500", "--fill-jobs", "4000", "--fill-uid", str(ALICE)) as printer:
        with printer.connect() as connection:
            body = request("Get-Jobs", keyword("requested-attributes", "all"))
            connection.begin(len(body))
            connection.send(body)  # 3 MB of answer for a socket's buffer
            until(lambda: has_hung_up(connection.socket), "the end of the connection")
        assert printer.ask("Get-Jobs", integer("limit", 1)).status == OK


def has_hung_up(sock):
    import select
    poll = select.poll()
    poll.register(sock, 0)
    return any(event & (select.POLLHUP | select.POLLERR) for _, event in poll.poll(20))


@test("a document cannot be claimed by a second sender")
def _():
    with Printer(PROGRAM) as printer, printer.connect() as first, printer.connect() as second:
        job = first.ask("Create-Job").jobs[0]["job-id"][0]
        head = request("Send-Document", integer("job-id", job) + boolean("last-document", True))
        first.begin(None)
        first.chunk(head + PDF)
        until(lambda: printer.counts()["arrivals"] == 1, "an arrival")
        reply = second.ask("Send-Document", integer("job-id", job) + boolean("last-document", True), document=b"other")
        assert reply.status == 0x507
        assert second.ask("Cancel-Job", integer("job-id", job)).status == OK
        first.send(b"0\r\n\r\n")
        assert first.answer().status == JOB_CANCELED
        is_alive_and_empty(printer, 1)


if __name__ == "__main__":
    main(sys.argv[2] if len(sys.argv) > 2 else None)
