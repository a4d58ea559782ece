#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Lines on loopback that can be cut: a proxy of bytes, as a program, so that who uses it keeps its own time.

usage: wire_proxy.py TARGET…       TARGET: a port of 127.0.0.1, or "connect" for an HTTP proxy (CONNECT)

Prints "ready PORT…", one port for each target. Then reads commands, one a line, and answers each with "done":
    NUMBER pass     bytes go through; what a hole kept goes on
    NUMBER cut      what is open breaks (RST), what comes is refused
    NUMBER hole     nothing goes through and nothing breaks, as behind a dead switch
The end of its input ends it.
"""

import asyncio
import contextlib
import os
import socket
import struct
import sys

CHUNK_BYTES = 65536


class Line:
    def __init__(self, target):
        self.target = target
        self.flows = asyncio.Event()
        self.flows.set()
        self.is_cut = False
        self.sockets = set()
        self.tasks = set()  # the loop itself would let them be collected

    def set(self, mode):
        self.is_cut = mode == "cut"
        if mode == "hole":
            self.flows.clear()
        else:
            self.flows.set()
        if self.is_cut:
            for transport in list(self.sockets):
                self.reset(transport)

    @staticmethod
    def reset(transport):
        with contextlib.suppress(OSError):  # closed a moment ago
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()

    async def serve(self, reader, writer):
        self.sockets.add(writer.transport)
        self.tasks.add(asyncio.current_task())
        try:
            if self.is_cut:
                self.reset(writer.transport)
                return
            await self.flows.wait()
            port = await self.ask_port(reader, writer) if self.target == "connect" else int(self.target)
            to_reader, to_writer = await asyncio.open_connection("127.0.0.1", port)
            self.sockets.add(to_writer.transport)
            try:
                await asyncio.gather(self.pump(reader, to_writer), self.pump(to_reader, writer))
            finally:
                self.sockets.discard(to_writer.transport)
                to_writer.close()
        except (OSError, asyncio.IncompleteReadError, ValueError):
            pass  # either end is gone
        finally:
            self.sockets.discard(writer.transport)
            self.tasks.discard(asyncio.current_task())
            writer.close()

    @staticmethod
    async def ask_port(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        verb, place = head.split()[:2]
        if verb != b"CONNECT":
            raise ValueError("not for a proxy")
        writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
        return int(place.rsplit(b":", 1)[1])

    async def pump(self, source, sink):
        while data := await source.read(CHUNK_BYTES):
            await self.flows.wait()
            sink.write(data)
            await sink.drain()
        await self.flows.wait()
        if sink.can_write_eof():
            sink.write_eof()


async def main(targets):
    lines, ports = [Line(target) for target in targets], []
    for line in lines:
        server = await asyncio.start_server(line.serve, "127.0.0.1", 0)
        ports.append(server.sockets[0].getsockname()[1])
    print("ready", *ports, flush=True)
    commands = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    while words := (await commands.readline()).split():
        lines[int(words[0])].set(words[1].decode())
        print("done", flush=True)
    os._exit(0)  # with whatever is still open


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
