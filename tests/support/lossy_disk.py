# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""A disk that loses what was not flushed when its power is cut, for Linux and root.

    with LossyDisk(folder, image) as disk:        # folder/disk is the image, for mount -o loop
        …                                         # folder/told, folder/printer.log: kept beside it
    for cut in disk.cuts(20, dice): …             # what could be left at twenty moments

A small FUSE file system serves one file to the loop driver and remembers, in their order, every
write and every flush. From that the contents after a power cut at any moment are made: all that was
written before the last flush, and of what was written since any part, in any order, as a disk with a
cache of its own may have it. Texts that are written to the files beside the disk stand in the same
order: they are what the world outside knew at that moment.
"""

import ctypes
import errno
import os
import stat
import struct
import subprocess
import threading
import time
from pathlib import Path

LIBC = ctypes.CDLL(None, use_errno=True)
BLOCK_BYTES = 4096  # what a disk writes whole or not at all
MOST_WRITE_BYTES = 1 << 20
ROOT, DISK = 1, 2
LOOKUP, FORGET, GETATTR, SETATTR, OPEN, READ, WRITE, STATFS, RELEASE, FSYNC, FLUSH, INIT = 1, 2, 3, 4, 14, 15, 16, 17, 18, 20, 25, 26
OPENDIR, RELEASEDIR, ACCESS, INTERRUPT, DESTROY, BATCH_FORGET = 27, 29, 34, 36, 38, 42
BIG_WRITES, MAX_PAGES, KEEP_CACHE = 1 << 5, 1 << 22, 2
FLUSHED = None  # in the record, between writes


class LossyDisk:
    def __init__(self, folder, image, beside=("told", "printer.log")):
        self.folder, self.image = Path(folder), Path(image)
        self.size = self.image.stat().st_size
        self.names = {DISK: "disk", **{DISK + 1 + i: name for i, name in enumerate(beside)}}
        self.texts = {node: b"" for node in self.names}
        self.record = []  # FLUSHED, or (node, offset, bytes)

    def __enter__(self):
        self.folder.mkdir(exist_ok=True)
        self._file = os.open(self.image, os.O_RDONLY)
        self._now = {}  # block number: bytes, as the loop driver reads it
        self._fd = os.open("/dev/fuse", os.O_RDWR)
        options = f"fd={self._fd},rootmode=40000,user_id=0,group_id=0,default_permissions".encode()
        if LIBC.mount(b"homespool-test", os.fsencode(self.folder), b"fuse", 6, options) != 0:  # MS_NOSUID | MS_NODEV
            raise OSError(ctypes.get_errno(), "mount fuse")
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        for _ in range(100):  # a loop device may be let go a moment after its mount
            if LIBC.umount2(os.fsencode(self.folder), 0) == 0:
                break
            time.sleep(0.02)
        else:
            LIBC.umount2(os.fsencode(self.folder), 2)  # MNT_DETACH
        self._thread.join(10)
        os.close(self._fd)
        os.close(self._file)

    # ── the protocol of the kernel's FUSE ────────────────────────────────────────────────────

    def _serve(self):
        while True:
            try:
                request = os.read(self._fd, MOST_WRITE_BYTES + 8192)
            except OSError as error:
                if error.errno in (errno.EINTR, errno.ENOENT, errno.EAGAIN):
                    continue
                return  # unmounted
            _, code, unique, node = struct.unpack_from("<IIQQ", request)
            if code in (FORGET, BATCH_FORGET, INTERRUPT):
                continue
            answer = self._answer(code, node, memoryview(request)[40:])
            failed = -answer if isinstance(answer, int) else 0
            body = b"" if failed else answer
            try:
                os.write(self._fd, struct.pack("<IiQ", 16 + len(body), failed, unique) + body)
            except OSError:
                pass  # it was interrupted

    def _answer(self, code, node, body):
        if code == INIT:
            return struct.pack("<IIIIHHIIHH8I", 7, 31, 1 << 17, BIG_WRITES | MAX_PAGES, 16, 12, MOST_WRITE_BYTES, 1,
                               MOST_WRITE_BYTES // 4096, 0, *[0] * 8)
        if code == LOOKUP:
            name = bytes(body).rstrip(b"\0").decode()
            found = next((number for number, each in self.names.items() if each == name), None)
            return errno.ENOENT if found is None else struct.pack("<QQQQII", found, 0, 1, 0, 0, 0) + self._attributes(found)
        if code in (GETATTR, SETATTR):
            return struct.pack("<QII", 0, 0, 0) + self._attributes(node)
        if code in (OPEN, OPENDIR):
            return struct.pack("<QII", 0, KEEP_CACHE if node == DISK else 0, 0)
        if code == READ:
            _, offset, size = struct.unpack_from("<QQI", body)
            return self._read(offset, size) if node == DISK else self.texts[node][offset:offset + size]
        if code == WRITE:
            _, offset, size = struct.unpack_from("<QQI", body)
            self._write(node, offset, bytes(body[40:40 + size]))
            return struct.pack("<II", size, 0)
        if code == FSYNC:
            if node == DISK:
                self.record.append(FLUSHED)
            return b""
        if code == STATFS:
            return struct.pack("<QQQQQIIII6I", 0, 0, 0, 0, 0, 4096, 255, 4096, 0, *[0] * 6)
        return b"" if code in (RELEASE, RELEASEDIR, FLUSH, ACCESS, DESTROY) else errno.ENOSYS

    def _attributes(self, node):
        size = {ROOT: 0, DISK: self.size}.get(node, len(self.texts.get(node, b"")))
        mode = stat.S_IFDIR | 0o755 if node == ROOT else stat.S_IFREG | 0o666
        return struct.pack("<6Q10I", node, size, size // 512, 0, 0, 0, 0, 0, 0, mode, 1, 0, 0, 0, 4096, 0)

    def _read(self, offset, size):
        size = min(size, self.size - offset)
        data = bytearray(os.pread(self._file, size, offset))
        for block in range(offset // BLOCK_BYTES, (offset + size - 1) // BLOCK_BYTES + 1):
            if block in self._now:
                start = block * BLOCK_BYTES - offset
                part = self._now[block][max(0, -start):][:size - max(0, start)]
                data[max(0, start):max(0, start) + len(part)] = part
        return bytes(data)

    def _write(self, node, offset, data):
        self.record.append((node, offset, data))
        if node != DISK:
            self.texts[node] += data
            return
        for start, part in blocks(offset, data):
            block, inside = divmod(start, BLOCK_BYTES)
            whole = bytearray(self._now.get(block) or os.pread(self._file, BLOCK_BYTES, block * BLOCK_BYTES))
            whole[inside:inside + len(part)] = part
            self._now[block] = bytes(whole)

    # ── what is left ─────────────────────────────────────────────────────────────────────────

    def holds(self, text):
        """Whether @text was ever written to the disk."""
        return any(entry is not FLUSHED and entry[0] == DISK and text in entry[2] for entry in self.record)

    def cuts(self, count, dice, first=0):
        """Yields Cut, @count of them in the order of time, at moments after the first @first entries."""
        moments = sorted(dice.randrange(first, len(self.record) + 1) for _ in range(count))
        base, done, flushed = self.image.with_suffix(".base"), 0, 0
        subprocess.run(["cp", "--sparse=auto", self.image, base], check=True)
        texts = {node: b"" for node in self.names}
        with open(base, "r+b", buffering=0) as file:
            for number, moment in enumerate(moments):
                for at in range(done, moment):
                    entry = self.record[at]
                    if entry is FLUSHED:
                        for _, offset, data in self._disk_writes(flushed, at):
                            os.pwrite(file.fileno(), data, offset)
                        flushed = at
                    elif entry[0] != DISK:
                        texts[entry[0]] += entry[2]
                done = moment
                path = self.image.with_suffix(f".cut-{number}")
                subprocess.run(["cp", "--sparse=auto", base, path], check=True)
                kept = keep_some(self._disk_writes(flushed, moment), dice, path)
                yield Cut(path, moment, kept, {self.names[node]: text.decode() for node, text in texts.items()})
        base.unlink()

    def _disk_writes(self, first, end):
        return [entry for entry in self.record[first:end] if entry is not FLUSHED and entry[0] == DISK]


class Cut:
    """What is left after a power cut: the @image (the caller removes it), what stood in the files @beside, and how much
    of what was not flushed."""

    def __init__(self, image, moment, kept, beside):
        self.image, self.moment, self.kept, self.beside = image, moment, kept, beside


def blocks(offset, data):
    """(offset, bytes) for each block of the disk that a write touches."""
    at = 0
    while at < len(data):
        length = min(BLOCK_BYTES - (offset + at) % BLOCK_BYTES, len(data) - at)
        yield offset + at, data[at:at + length]
        at += length


def keep_some(writes, dice, path):
    """Brings a part of @writes into the image: none, all, some blocks of any, or the later rather than the earlier."""
    pieces = [piece for _, offset, data in writes for piece in blocks(offset, data)]
    how = dice.choice(("none", "all", "half", "half", "most", "later"))
    share = {"none": 0, "all": 1, "half": 0.5, "most": 0.9, "later": None}[how]
    kept = 0
    with open(path, "r+b", buffering=0) as file:
        for number, (offset, data) in enumerate(pieces):
            if dice.random() < (number / len(pieces) if share is None else share):
                os.pwrite(file.fileno(), data, offset)
                kept += 1
    return f"{how}: {kept} of {len(pieces)} blocks that were not flushed"
