# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""What strace wrote: calls with the positions at which they began and were over, for tests of their order."""

import functools
import re
from pathlib import Path

LINE = re.compile(r"^(\d+) +(.*)$")
CALL = re.compile(r"^(\w+)\((.*)$")
RESUMED = re.compile(r"^<\.\.\. (\w+) resumed>(.*)$")
STRACE = ["strace", "-f", "-yy", "-xx", "-s", "40000"]  # what read_trace() understands


def unhex(text):
    """Bytes; strace -xx prints texts as \\x2f\\x74…, and the rest as it is."""
    return re.sub(rb"\\x([0-9a-f]{2})", lambda found: bytes.fromhex(found.group(1).decode()), text.encode())


class Call:
    """One system call: when it began and when it was over, as positions in the trace."""

    def __init__(self, process, name, arguments, began):
        self.process, self.name, self.arguments, self.began, self.ended, self.well = process, name, arguments, began, None, False

    def finish(self, rest, position):
        self.arguments += rest
        self.ended = position
        self.well = not re.search(r"\) += -1 ", rest or self.arguments)

    @functools.cached_property
    def path(self):
        """What its descriptor leads to: a file's path, "TCP:[…]", "UNIX-STREAM:[…]"."""
        found = re.match(r"\d+<(.*?)>(?=\s*[,)])", self.arguments)
        return unhex(found.group(1)).decode(errors="replace") if found else ""

    @functools.cached_property
    def data(self):
        """The bytes of a write; strace -xx prints them all in hex."""
        return b"".join(unhex(piece) for piece in re.findall(r'"((?:\\x[0-9a-f]{2})*)"', self.arguments))

    @functools.cached_property
    def names(self):
        """The names that it is about."""
        return [unhex(n).decode() for n in re.findall(r'"((?:\\x[0-9a-f]{2})*)"', self.arguments)]


def read_trace(path):
    calls, waiting = [], {}
    for position, line in enumerate(Path(path).read_text(errors="replace").splitlines()):
        matched = LINE.match(line)
        if not matched:
            continue
        thread, text = matched.groups()
        resumed = RESUMED.match(text)
        if resumed:
            if thread in waiting:  # else it began before the trace
                waiting.pop(thread).finish(resumed.group(2), position)
            continue
        begun = CALL.match(text)
        if not begun:
            continue
        call = Call(int(thread), begun.group(1), begun.group(2), position)
        calls.append(call)
        if text.endswith("<unfinished ...>"):
            call.arguments = call.arguments.removesuffix("<unfinished ...>")
            waiting[thread] = call
        else:
            call.finish("", position)
    return calls


def synced(calls, wanted, after, before):
    """Is there a sync of the path WANTED that begins after AFTER and is over before BEFORE?"""
    return any(c.name in ("fsync", "fdatasync") and c.well and wanted(c.path)
               and c.began > after and c.ended is not None and c.ended < before for c in calls)
