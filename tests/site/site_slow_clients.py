#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Clients that take their time on purpose: connections that never shake hands, drip their headers or drip their body.
Each is ended by a bound of its own, one address cannot take the places of others, and who comes honestly is
served all the while.

usage: site_slow_clients.py HOMESPOOL_TRUST HOMESPOOL_SITE [SENTENCE]
"""

import atexit
import contextlib
import http.client
import selectors
import socket
import ssl
import sys
import threading
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent / "support")]
from site_world import Device, World  # noqa: E402
from tap import main, test  # noqa: E402

WORLD = World(*sys.argv[1:3])
atexit.register(WORLD.close)
WORLD.add_user("anna")
WORLD.start()
PC = Device(WORLD, "pc-12")
PLACES_OF_ONE = 256     # of one address on the people's listener (site/server/server.c)
PATIENCE_S = 180        # far above each bound: 10 s for a handshake and headers, 30 s and 1 KiB/s for a body
SLOW = "127.0.0.66"     # where they come from


def connect(port, source=SLOW):
    return socket.create_connection(("127.0.0.1", port), 30, source_address=(source, 0))


def serves(source="127.0.0.1"):
    """Is a person's page, asked for from @source, answered?"""
    with contextlib.suppress(OSError, http.client.HTTPException):
        with WORLD.people_context().wrap_socket(connect(WORLD.people_port, source), server_hostname="localhost") as tls:
            tls.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return tls.recv(20).startswith(b"HTTP/1.1 200")
    return False


class Watch:
    """Asks for a page again and again while it is entered; `failures` counts what was not served."""

    def __enter__(self):
        self.ended, self.asked, self.failures = threading.Event(), 0, 0
        self.thread = threading.Thread(target=self.run)
        self.thread.start()
        return self

    def run(self):
        while not self.ended.wait(0.5):
            self.asked += 1
            self.failures += not serves()

    def __exit__(self, *unused):
        self.ended.set()
        self.thread.join()


def until_ended(connections, drops=()):
    """Waits until the server has ended all; @drops: {connection: bytes to send now and then}."""
    chooser, end, left = selectors.DefaultSelector(), time.monotonic() + PATIENCE_S, set(connections)
    for connection in connections:
        chooser.register(connection, selectors.EVENT_READ)
    while left:
        assert time.monotonic() < end, f"{len(left)} of {len(connections)} are still open"
        ready = {key.fileobj for key, _ in chooser.select(0.5)}
        for connection in left & ready:
            try:
                over = not connection.recv(4096)
            except ssl.SSLWantReadError:
                continue
            except OSError:
                over = True
            if over:
                left.discard(connection)
                chooser.unregister(connection)
        for connection in left & set(drops):
            with contextlib.suppress(OSError):
                connection.send(drops[connection])
    for connection in connections:
        connection.close()


def take_all_places():
    """Connections of one address, so many that it is not served any more. On a slow machine the first may have been ended when the last are made."""
    idle = []
    for _ in range(20):
        idle += [connect(WORLD.people_port) for _ in range(PLACES_OF_ONE)]
        if not serves(SLOW):
            return idle
    raise AssertionError("this address was always served")


@test("connections that never shake hands are ended; they take one address's places and nobody else's")
def _():
    with Watch() as watch:
        until_ended(take_all_places())
        assert serves(SLOW), "and has them again"
    assert watch.asked and not watch.failures, (watch.asked, watch.failures)


@test("headers and handshakes that drip are ended on both listeners, and others are served meanwhile")
def _():
    drops = {}
    for port, context in ((WORLD.people_port, WORLD.people_context()), (WORLD.devices_port, PC.context())):
        for _ in range(8):
            tls = context.wrap_socket(connect(port), server_hostname="localhost")
            tls.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ")
            drops[tls] = b"x"
            plain = connect(port)
            plain.sendall(b"\x16\x03\x01\x02\x00")  # the head of a ClientHello of 512 bytes
            drops[plain] = b"\x01"
    with Watch() as watch:
        until_ended(list(drops), drops)
    assert watch.asked and not watch.failures, (watch.asked, watch.failures)


@test("a body that drips is ended on both listeners, and a workstation and a person are served meanwhile")
def _():
    drops = {}
    for port, context, path in ((WORLD.people_port, WORLD.people_context(), b"/sign-in"), (WORLD.devices_port, PC.context(), b"/v1/device/events")):
        tls = context.wrap_socket(connect(port), server_hostname="localhost")
        tls.sendall(b"POST " + path + b" HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50000\r\nContent-Type: application/json\r\n\r\n")
        drops[tls] = b"x"
    with Watch() as watch:
        until_ended(list(drops), drops)
        assert PC.poll() == []
    assert watch.asked and not watch.failures, (watch.asked, watch.failures)


main(sys.argv[3] if len(sys.argv) > 3 else None)
