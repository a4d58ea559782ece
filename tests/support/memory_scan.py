# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Every readable byte of a process, as root sees it.

    found = find(pid, {"the title": b"…"})        # {"the title": ["[heap]", …]}; nothing found: {}
"""

import re

PIECE = 1 << 22


def pieces(pid, overlap):
    """(what is mapped there, bytes) for all memory; each piece begins with the last @overlap bytes before it."""
    with open(f"/proc/{pid}/maps", encoding="utf-8") as maps, open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in maps:
            first, last, rights, name = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+ *(.*)", line).groups()
            if rights[0] != "r" or name in ("[vvar]", "[vsyscall]"):
                continue
            place, end, rest = int(first, 16), int(last, 16), b""
            while place < end:
                try:
                    memory.seek(place)
                    part = memory.read(min(PIECE, end - place))
                except (OSError, ValueError):
                    part = b""
                if not part:  # the thread that this belonged to has ended meanwhile
                    break
                yield f"{name or 'anonymous'} {place:x}", rest + part
                rest, place = part[-overlap:], place + len(part)


def find(pid, wanted):
    """Which of @wanted (name: bytes) stand in the memory of @pid, and where."""
    found = {}
    for where, part in pieces(pid, max(map(len, wanted.values()))):
        for name, text in wanted.items():
            if text in part:
                found.setdefault(name, []).append(f"{where}+{part.index(text):x}")
    return found
