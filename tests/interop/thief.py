# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Somebody who has taken things and wants to read a held document.

A thief has what he is given: the workstation's state folder, the site's database, the site's keys,
some private keys. He knows the formats (seal_reference.py, ledger-format.md, the site's tables) and
tries everything that he has in every place where it could fit. He never asks a program of ours.
"""

import base64
import json
import re
import shutil
import sqlite3
import tempfile
import uuid
from pathlib import Path

import seal_reference as seal

KEY_LENGTHS = (16, 32)


def copy_database(path):
    """The rows of a database that somebody may be writing: {table: [{column: value}]}."""
    with tempfile.TemporaryDirectory() as folder:
        for part in Path(path).parent.glob(Path(path).name + "*"):
            if not part.name.endswith("-shm"):
                shutil.copy(part, folder)
        base = sqlite3.connect(Path(folder) / Path(path).name)
        base.row_factory = sqlite3.Row
        try:
            names = [row[0] for row in base.execute("SELECT name FROM sqlite_master WHERE type='table'")]
            return {name: [dict(row) for row in base.execute(f"SELECT * FROM {name}")] for name in names}
        finally:
            base.close()


def unbase64(text):
    text = text.translate(str.maketrans("-_", "+/"))
    return base64.b64decode(text + "=" * (-len(text) % 4))


def key_like(value):
    """The 16- and 32-byte values in @value: itself, and what is written in it in hexadecimal, base64 or as an age key."""
    found = set()
    if isinstance(value, bytes):
        if len(value) in KEY_LENGTHS:
            found.add(value)
        value = value.decode("latin-1")
    if isinstance(value, str):
        found |= {bytes.fromhex(text) for text in re.findall(r"(?<![0-9a-fA-F])(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{64})(?![0-9a-fA-F])", value)}
        for text in re.findall(r"(?<![A-Za-z0-9+/_-])(?:[A-Za-z0-9+/_-]{43}|[A-Za-z0-9+/_-]{22})(?![A-Za-z0-9+/_-])", value):
            found.add(unbase64(text))
    return found


class Disk:
    """A copy of a workstation's state folder, raw and understood."""

    def __init__(self, state):
        self.state = Path(state)
        self.ledger = copy_database(self.state / "ledger.db")
        self.secret = None
        file = self.state / "machine-secret"
        if file.exists():
            self.secret = unbase64(file.read_text().split()[2])

    def public_release_keys(self):
        """[(device, public half)], which the site has told it, signed."""
        found = []
        for row in self.ledger["settings"]:
            for jws in re.findall(rb"[A-Za-z0-9_-]+\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]+", row["value"]):
                payload = json.loads(unbase64(jws.decode()))
                if "device" in payload and "keys" in payload:
                    found += [(uuid.UUID(payload["device"]).bytes, unbase64(key["public"])) for key in payload["keys"]]
        return found

    def job(self, job):
        return next(row for row in self.ledger["jobs"] if row["id"] == uuid.UUID(job).bytes)

    def document(self, job):
        return next(self.state.rglob(f"{job}.age")).read_bytes()

    def title_file(self, job):
        return next(row["bytes"] for row in self.ledger["sealed_fields"] if row["job"] == uuid.UUID(job).bytes)

    def values(self):
        """Everything on it that has a key's length."""
        found = set() if self.secret is None else {self.secret}
        for rows in self.ledger.values():
            for row in rows:
                for value in row.values():
                    found |= key_like(value)
        for path in self.state.rglob("*"):
            if path.is_file() and not path.name.startswith("ledger.db") and path.stat().st_size < 65536:
                found |= key_like(path.read_bytes())
        return found


class Site:
    """A database of the site, or a backup of it, with the folder keys/ or without."""

    def __init__(self, database, keys=None):
        self.tables = copy_database(database)
        self.wrap_key = unbase64((Path(keys) / "wrap.key").read_text().strip()) if keys else None
        self.keys = Path(keys) if keys else None

    def job(self, job):
        return next(row for row in self.tables["jobs"] if row["id"] == uuid.UUID(job).bytes)

    def release_keys(self):
        """[(device, private half)] of those that can be unwrapped."""
        found = []
        for row in self.tables["release_keys"]:
            if self.wrap_key is None or row["wrapped"] is None:
                continue
            name = f"{uuid.UUID(bytes=row['device'])} {row['epoch']}".encode()
            found.append((row["device"], seal.aead_open(self.wrap_key, row["wrapped"][:12], row["wrapped"][12:], name)))
        return found

    def values(self):
        found = set() if self.wrap_key is None else {self.wrap_key}
        for rows in self.tables.values():
            for row in rows:
                for value in row.values():
                    found |= key_like(value)
        for path in self.keys.iterdir() if self.keys else ():
            found |= key_like(path.read_bytes())
        return found

    def share(self, job):
        """What it would send with the release of @job, or None if it cannot know it."""
        row = self.job(job)
        for device, private in self.release_keys():
            if device == row["device"]:
                owner = row["owner"] if row["owner"] and not row["claimed_us"] else bytes(16)
                context = seal.release_context(device, row["id"], owner, row["e"], seal.public_of(private))
                return seal.release_share(private, row["e"], context)
        return None


def _attempt(function, *arguments):
    try:
        return function(*arguments)
    except ValueError:
        return None


def open_release(stanza, share, secret, context):
    _, body = stanza
    return _attempt(seal.aead_open, seal.release_wrap_key(share, secret, context), bytes(12), body)


def find_file_key(sealed, values=(), shares=(), secrets=(), contexts=()):
    """The file key of the age file @sealed, by all means at hand, or None: @values as the file key, as a private key and
    as a share; @shares with @secrets for each of @contexts."""
    stanzas, _, authenticated, mac, _ = seal.parse_file(sealed)
    fits = lambda key: key is not None and len(key) == 16 and seal.header_mac(key, authenticated) == mac
    candidates = [value for value in values if len(value) == 16]
    private = [value for value in values if len(value) == 32]
    for stanza in stanzas:
        if stanza[0][0] == b"X25519":
            candidates += [_attempt(seal.x25519_unwrap, stanza, key) for key in private]
        if stanza[0][0] == b"homespool.release/1":
            for context in contexts:
                candidates += [open_release(stanza, share, secret, context) for share in [*shares, *private] for secret in secrets]
    return next((key for key in candidates if fits(key)), None)


def read(sealed, job, *things, keys=()):
    """What the thief reads of the age file @sealed of @job with the @things and @keys that he took, or None."""
    values = set(keys).union(*(thing.values() for thing in things))
    disks, sites = ([thing for thing in things if isinstance(thing, kind)] for kind in (Disk, Site))
    shares = [share for share in (site.share(job) for site in sites) if share]
    secrets = {disk.secret for disk in disks if disk.secret} or {value for value in values if len(value) == 32}
    owners = {row["owner"] for row in (thing.job(job) for thing in things)} - {None}
    publics = {pair for disk in disks for pair in disk.public_release_keys()}
    publics |= {(row["device"], row["public"]) for site in sites for row in site.tables["release_keys"]}
    e_public = next(seal.unb64(arguments[1]) for arguments, _ in seal.parse_file(sealed)[0] if arguments[0] == b"homespool.release/1")
    contexts = [seal.release_context(device, uuid.UUID(job).bytes, owner, e_public, public) for owner in owners for device, public in publics]
    file_key = find_file_key(sealed, values, shares, secrets, contexts)
    return None if file_key is None else seal.open_with_file_key(sealed, file_key)


def spellings(secret):
    """@secret as it could stand in a file: raw, in hexadecimal, in either base64 at each of three places."""
    found = {secret, secret.hex().encode(), secret.hex().upper().encode()}
    for shift in range(3):
        text = base64.b64encode(bytes(shift) + secret)
        # What only the secret's own bytes decide: without the first and last quantum that others share.
        text = text[{0: 0, 1: 2, 2: 3}[shift]:]
        whole = (len(secret) + shift) * 8 // 6 - {0: 0, 1: 2, 2: 3}[shift]
        found |= {text[:whole], text[:whole].translate(bytes.maketrans(b"+/", b"-_"))}
    return found


def places(secret, *folders):
    """The files below @folders that hold @secret in any of its spellings."""
    wanted = spellings(secret)
    return [path for folder in folders for path in sorted(Path(folder).rglob("*"))
            if path.is_file() and any(text in data for data in [path.read_bytes()] for text in wanted)]


def memory_holds(pid, *wanted):
    """Whether the process @pid has any of @wanted in its memory, as root reads it."""
    overlap = max(len(text) for text in wanted) - 1
    with open(f"/proc/{pid}/maps", encoding="ascii") as maps, open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in maps:
            addresses, rights = line.split()[:2]
            if not rights.startswith("r") or "[vvar" in line or "[vsyscall" in line:
                continue
            start, end = (int(text, 16) for text in addresses.split("-"))
            rest = b""
            while start < end:
                try:
                    memory.seek(start)
                    part = memory.read(min(1 << 20, end - start))
                except (OSError, ValueError):
                    break
                if not part:
                    break
                if any(text in rest + part for text in wanted):
                    return True
                rest, start = (rest + part)[-overlap:], start + len(part)
    return False
