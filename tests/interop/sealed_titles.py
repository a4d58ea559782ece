#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Title keys and sealed titles against seal_reference.py and the age program.

usage: sealed_titles.py SEAL_TOOL VECTORS
       sealed_titles.py --write VECTORS

A vector is a text header (owner and title key in hexadecimal, recipient, job, title as JSON), an
empty line and the age file. --write makes them again: they are deterministic. TAP.
"""

import hashlib
import json
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path

from seal_reference import bech32, format_header, hkdf, public_of, seal_payload, x25519_stanza

SIZES = (192, 512, 2304)
TITLES = {"plain": "Quarterly figures", "quotes": 'Say "yes" \\ no', "umlauts": "Löhne und Gehälter – 2026", "long": "x" * 1023, "markup": "<script>alert(1)</script>"}
number = failed = 0


def result(well, name):
    global number, failed
    number += 1
    failed += not well
    print(f"{'ok' if well else 'not ok'} {number} - {name}", flush=True)


def run(*command, data=b""):
    return subprocess.run(command, input=data, capture_output=True, check=False, timeout=60)


def derive(owner):
    return hkdf(owner, b"", b"homespool title v1")


def make_vector(name, title):
    """Every byte follows from the name; the owner of the vector "plain" is 32 times 0x42."""
    def fixed(what, length):
        return hashlib.sha256(f"{name} {what}".encode()).digest()[:length]
    owner = b"\x42" * 32 if name == "plain" else fixed("owner", 32)
    job = str(uuid.UUID(bytes=fixed("job", 16)))
    text = json.dumps({"job": job, "title": title}, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    plain = text.ljust(next(size for size in SIZES if len(text) <= size))
    recipient, file_key = public_of(derive(owner)), fixed("file key", 16)
    sealed = format_header(x25519_stanza(fixed("ephemeral", 32), recipient, file_key), file_key) + seal_payload(file_key, fixed("nonce", 16), plain)
    head = {"owner": owner.hex(), "title key": derive(owner).hex(), "recipient": bech32("age", recipient), "job": job, "title": json.dumps(title)}
    return "".join(f"{key}: {value}\n" for key, value in head.items()).encode() + b"\n" + sealed


def vectors(folder):
    for name, title in TITLES.items():
        data = (folder / f"{name}.txt").read_bytes()
        result(data == make_vector(name, title), f"the vector {name} is what its description says")
        head, sealed = data.split(b"\n\n", 1)
        fields = dict(line.split(": ", 1) for line in head.decode().split("\n"))
        with tempfile.TemporaryDirectory() as scratch:
            owner, key = Path(scratch, "owner"), Path(scratch, "title")
            owner.write_text(bech32("AGE-SECRET-KEY-", bytes.fromhex(fields["owner"])) + "\n")
            made = run(tool, "title-key", owner).stdout
            key.write_bytes(made)
            result(made.decode().split("\n")[1] == bech32("AGE-SECRET-KEY-", bytes.fromhex(fields["title key"])), f"we derive the title key of {name}")
            result(run("age-keygen", "-y", key).stdout.decode().strip() == fields["recipient"], f"and its public half is that of {name}")
            opened = run("age", "-d", "-i", key, data=sealed)
            result(opened.returncode == 0 and json.loads(opened.stdout) == {"job": fields["job"], "title": title}
                   and len(opened.stdout) in SIZES, f"age opens {name} with the title key")
            result(run("age", "-d", "-i", owner, data=sealed).returncode != 0, f"the owner's own key does not open {name}")


def ours(scratch):
    owner, key = scratch / "owner", scratch / "title"
    run("age-keygen", "-o", owner)
    key.write_bytes(run(tool, "title-key", owner).stdout)
    recipient = run("age-keygen", "-y", key).stdout.decode().strip()
    job = str(uuid.uuid4())
    lengths = set()
    for title in TITLES.values():
        sealed = run(tool, "title", recipient, job, title).stdout
        lengths.add(len(sealed))
        opened = run("age", "-d", "-i", key, data=sealed)
        result(opened.returncode == 0 and json.loads(opened.stdout) == {"job": job, "title": title}, f"age opens what we seal: {title[:20]}")
    result(lengths == {392, 2504}, "sealed titles have few lengths")
    document = run(tool, "seal", run("age-keygen", "-y", owner).stdout.decode().strip(), data=b"%PDF-1.4 the document").stdout
    result(run("age", "-d", "-i", owner, data=document).stdout == b"%PDF-1.4 the document", "the owner's key opens the document")
    refused = run("age", "-d", "-i", key, data=document)
    result(refused.returncode != 0 and not refused.stdout and b"no identity matched" in refused.stderr, "the title key opens no document")


if sys.argv[1] == "--write":
    for vector, words in TITLES.items():
        Path(sys.argv[2], f"{vector}.txt").write_bytes(make_vector(vector, words))
else:
    tool = sys.argv[1]
    vectors(Path(sys.argv[2]))
    with tempfile.TemporaryDirectory() as temporary:
        ours(Path(temporary))
    print(f"1..{number}")
    sys.exit(failed > 0)
