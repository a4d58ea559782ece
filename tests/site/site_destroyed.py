#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""What the site destroyed stays destroyed, whatever backup is put back and however late, and the log
of it does not grow for ever.

usage: site_destroyed.py HOMESPOOL_TRUST HOMESPOOL_SITE [SENTENCE]
"""

import contextlib
import os
import sqlite3
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent / "support"))
from site_world import Device, World  # noqa: E402
from tap import main, test  # noqa: E402
from wall_clock import WallClock  # noqa: E402

PASSWORD = "correct horse battery"
WORLD = World(*sys.argv[1:3])
CLOCK = WallClock(WORLD.folder / "clock", WORLD.build)
WORLD.environment.update(CLOCK.environment)
LOG = WORLD.data / "keys/destroyed.log"
BACKUP = WORLD.folder / "backup.db"


def names(beginning):
    return [line for line in LOG.read_text().splitlines() if line.startswith(beginning)]


def on_day(day):
    """The site on that day, looked at by a command line."""
    CLOCK.set(hours=24 * day)
    WORLD.site("user", "list", "--data", WORLD.data)


def put_back():
    for name in ("site.db", "site.db-wal", "site.db-shm"):
        (WORLD.data / name).unlink(missing_ok=True)
    return WORLD.site("restore", "--data", WORLD.data, "--file", BACKUP)


def rows(statement):
    with contextlib.closing(sqlite3.connect(WORLD.data / "site.db")) as database:
        return database.execute(statement).fetchall()


def count(statement, device):
    with contextlib.closing(sqlite3.connect(WORLD.data / "site.db")) as database:
        return database.execute(statement, [bytes.fromhex(device.id.replace("-", ""))]).fetchone()[0]


def keys(device):
    return count("SELECT count(*) FROM release_keys WHERE device=? AND wrapped IS NOT NULL", device)


def peppers(device):
    return count("SELECT count(*) FROM seats WHERE device=? AND wrapped IS NOT NULL", device)


def new_kiosk(name):
    device = Device(WORLD, name)
    reply = device.ask("POST", "/v1/device/sign-in", {"method": "password", "user": "ada", "card": None, "secret": PASSWORD, "kiosk": True})
    assert reply.status == 200 and reply.json["pepper"], reply.text
    return device


WORLD.add_user("ada", PASSWORD)
WORLD.start()
GONE, KEPT = new_kiosk("gone"), new_kiosk("kept")
assert WORLD.stop() == 0
WORLD.site("backup", "--data", WORLD.data, "--output", BACKUP)
WORLD.site("device", "revoke", "--data", WORLD.data, GONE.id)
WORLD.site("user", "block", "--data", WORLD.data, "--name", "ada")


@test("a backup brings nothing back that was destroyed since, and the rest is there")
def _():
    assert len(names(GONE.id)) == 2 and len(names("pepper ")) == 1
    put_back()
    assert (keys(GONE), peppers(GONE)) == (0, 0)
    assert (keys(KEPT), peppers(KEPT)) == (2, 1)


@test("a backup from before does not undo a revocation or a block; a block that was taken back stays so, and without the log it is said")
def _():
    put_back()
    gone, kept = (bytes.fromhex(device.id.replace("-", "")) for device in (GONE, KEPT))
    assert dict(rows("SELECT id, revoked_us<>0 FROM devices")) == {gone: 1, kept: 0}
    assert rows("SELECT blocked_us<>0 FROM users") == [(1,)] and len(names("blocked ")) == 1
    WORLD.site("user", "unblock", "--data", WORLD.data, "--name", "ada")
    assert names("blocked ") == [] and names("revoked ") == [f"revoked {GONE.id}"]
    put_back()
    assert rows("SELECT blocked_us<>0 FROM users") == [(0,)]
    # A machine that was lost with its keys folder, but for what the backup of the keys had.
    text = LOG.read_text()
    LOG.unlink()
    said = put_back()
    assert "WARNING" in said and "revoke and block anew" in said, said
    assert dict(rows("SELECT id, revoked_us<>0 FROM devices")) == {gone: 0, kept: 0}, "the log is what makes the difference"
    LOG.write_text(text)
    assert "WARNING" not in put_back()


@test("a pepper that was destroyed before the log had days gets one, and stays in it")
def _():
    (line,) = names("pepper ")
    LOG.write_text(LOG.read_text().replace(line, line.rsplit(" ", 1)[0]))
    on_day(1)
    (dated,) = names("pepper ")
    assert dated.rsplit(" ", 1)[0] == line.rsplit(" ", 1)[0] and dated != line
    put_back()
    assert peppers(GONE) == 0 and peppers(KEPT) == 1


@test("release keys leave the log when the longest life of a document has passed, and a backup still brings none back")
def _():
    on_day(95)
    assert len(names(GONE.id)) == 2
    on_day(120)
    assert names(GONE.id) == [] and len(names("pepper ")) == 1
    put_back()
    assert (keys(GONE), keys(KEPT), peppers(GONE), peppers(KEPT)) == (0, 0, 0, 1)


@test("peppers leave the log after 400 days, and a backup that is older than this brings none back")
def _():
    on_day(399)
    assert len(names("pepper ")) == 1
    put_back()
    assert (peppers(GONE), peppers(KEPT)) == (0, 1)
    on_day(410)
    assert names("pepper ") == [] and names("revoked ") == [f"revoked {GONE.id}"]
    put_back()
    assert (peppers(GONE), peppers(KEPT)) == (0, 0)


@test("a log that cannot be read is no empty one: nothing is done without it, and nothing written over it")
def _():
    before, kept = LOG.read_bytes(), LOG.with_name("kept")
    LOG.rename(kept)
    LOG.mkdir()
    said = WORLD.site("user", "block", "--data", WORLD.data, "--name", "ada", code=1)
    assert "destroyed.log" in said and "what was destroyed" in said, said
    LOG.rmdir()
    kept.rename(LOG)
    WORLD.site("user", "block", "--data", WORLD.data, "--name", "ada")
    assert LOG.read_bytes().startswith(before) and len(names("blocked ")) == 1


@test("what root adds to the log on a command line stays the site's to read")
def _():
    owner = LOG.parent.stat()
    os.chown(LOG.parent, 12345, 12346)
    try:
        WORLD.site("user", "unblock", "--data", WORLD.data, "--name", "ada")
        WORLD.site("user", "block", "--data", WORLD.data, "--name", "ada")
        assert (LOG.stat().st_uid, LOG.stat().st_gid, LOG.stat().st_mode & 0o777) == (12345, 12346, 0o600)
    finally:
        os.chown(LOG.parent, owner.st_uid, owner.st_gid)
        os.chown(LOG, owner.st_uid, owner.st_gid)


@test("a backup is not put beside the log of another database, which would be written into it")
def _():
    old = WORLD.data / "site.db-wal"
    for name in ("site.db", "site.db-wal", "site.db-shm"):
        (WORLD.data / name).unlink(missing_ok=True)
    old.write_bytes(b"of another database")
    said = WORLD.site("restore", "--data", WORLD.data, "--file", BACKUP, code=1)
    assert "-wal" in said and not (WORLD.data / "site.db").exists() and old.read_bytes() == b"of another database", said
    put_back()


try:
    main(sys.argv[3] if len(sys.argv) > 3 else None)
finally:
    WORLD.close()
