#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""The vectors of homespool.release/1 in tests/vectors/seal, and whole jobs, against seal_reference.py.

usage: release_vectors.py SEAL_TOOL VECTORS SCRATCH_FOLDER
       release_vectors.py --write VECTORS

A vector is a text header (expect, payload, ids and keys), an empty line and an age file, with one
failure per file. --write makes them again: they are deterministic, and the test notices when a file
and its description differ. "expect" is what site and workstation together reach: success, "no
match" (the stanza is for another release key or machine: cannot be opened here) or "header failure"
(damaged). TAP.
"""

import hashlib
import subprocess
import sys
import uuid
from pathlib import Path

sys.dont_write_bytecode = True
import seal_reference as ref


def secret(label):
    return hashlib.sha256(b"homespool test vector " + label.encode()).digest()


DEVICE, JOB, OWNER = (uuid.UUID(bytes=secret(name)[:16], version=4).bytes for name in ("device", "job", "owner"))
E, S, MACHINE, FILE_KEY = secret("e"), secret("s"), secret("machine"), secret("file key")[:16]
NONCE, PLAIN = secret("nonce")[:16], b"A document that waits.\n"
OWNER_KEY, OWNER_ONCE = secret("owner key"), secret("owner ephemeral")
GENERATION = 7


def stanza(device=DEVICE, job=JOB, owner=OWNER, e=E, s=S, machine=MACHINE, generation=GENERATION, key=FILE_KEY):
    return ref.release_stanza(e, ref.public_of(s), device, job, owner, machine, generation, key)


def arguments_of(lines):
    return lines.split(b"\n")[0][3:].split(b" ")


def with_arguments(change):
    """The good stanza with changed arguments."""
    lines = stanza()
    arguments = arguments_of(lines)
    change(arguments)
    return b"-> " + b" ".join(arguments) + b"\n" + lines.split(b"\n", 1)[1]


def put(place, value):
    return lambda arguments: arguments.__setitem__(place, value)


def with_body(body):
    return ref.format_stanza(arguments_of(stanza()), body)


def good_body():
    return ref.parse_file(b"age-encryption.org/v1\n" + stanza() + b"--- " + ref.b64(bytes(32)) + b"\n")[0][0][1]


def cases():
    """name → (expect, comment, stanza lines, changed fields of the text header)."""
    other_e = ref.b64(ref.public_of(secret("other e")))
    body = good_body()
    return {
        "release": ("success", "the ordinary case", stanza(), {}),
        "release_after_owner": ("success", "the owner's stanza stands first and is passed over",
                                ref.x25519_stanza(OWNER_ONCE, ref.public_of(OWNER_KEY), FILE_KEY) + stanza(), {}),
        "release_with_grease": ("success", "unknown stanzas are passed over",
                                ref.format_stanza([b"grease.example/1", b"x"], b"") + stanza(), {}),
        "release_owner_unproven": ("success", "an unproven owner is sixteen zero bytes",
                                   stanza(owner=bytes(16)), {"owner": str(uuid.UUID(int=0))}),
        "release_generation_max": ("success", "the greatest machine generation",
                                   stanza(generation=2**32 - 1), {"machine generation": str(2**32 - 1)}),
        "no_release": ("no match", "only the owner can open it",
                       ref.x25519_stanza(OWNER_ONCE, ref.public_of(OWNER_KEY), FILE_KEY), {}),
        "other_epoch": ("no match", "sealed to another release key", stanza(s=secret("other s")), {}),
        "other_generation": ("no match", "sealed with another machine secret", stanza(generation=GENERATION + 1), {}),
        "other_device": ("header failure", "the share is bound to the device", stanza(device=OWNER), {}),
        "other_job": ("header failure", "the share is bound to the job", stanza(job=OWNER), {}),
        "other_owner": ("header failure", "the share is bound to the owner", stanza(owner=JOB), {}),
        "other_machine_secret": ("header failure", "same generation, another secret",
                                 stanza(machine=secret("other machine")), {}),
        "other_e": ("header failure", "the stanza's E is not the job's", with_arguments(put(1, other_e)), {}),
        "recorded_e_differs": ("header failure", "the job's E is not the stanza's", stanza(),
                               {"e": ref.public_of(secret("other e")).hex()}),
        "e_zero": ("header failure", "E is a point of small order: the site makes no share",
                   with_arguments(put(1, ref.b64(bytes(32)))), {"e": bytes(32).hex()}),
        "e_order_two": ("header failure", "E is the point 1",
                        with_arguments(put(1, ref.b64(b"\1" + bytes(31)))), {"e": (b"\1" + bytes(31)).hex()}),
        "e_short": ("header failure", "E of 31 bytes",
                    with_arguments(put(1, ref.b64(ref.public_of(E)[:31]))), {}),
        "e_long": ("header failure", "E of 33 bytes", with_arguments(put(1, ref.b64(ref.public_of(E) + b"\0"))), {}),
        "e_padded": ("header failure", "base64 with padding",
                     with_arguments(lambda a: a.__setitem__(1, a[1] + b"=")), {}),
        "e_trailing_bits": ("header failure", "base64 with a non-zero last bit",
                            with_arguments(lambda a: a.__setitem__(1, a[1][:-1] + bytes([a[1][-1] + 1]))), {}),
        "key_id_short": ("header failure", "a key id of 7 bytes",
                         with_arguments(put(2, ref.b64(ref.release_key_id(ref.public_of(S))[:7]))), {}),
        "key_id_long": ("header failure", "a key id of 9 bytes",
                        with_arguments(put(2, ref.b64(hashlib.sha256(ref.public_of(S)).digest()[:9]))), {}),
        "generation_zero": ("header failure", "generations begin at 1", with_arguments(put(3, b"0")), {}),
        "generation_leading_zero": ("header failure", "one number has one text", with_arguments(put(3, b"07")), {}),
        "generation_sign": ("header failure", "no sign", with_arguments(put(3, b"+7")), {}),
        "generation_hexadecimal": ("header failure", "decimal only", with_arguments(put(3, b"0x7")), {}),
        "generation_too_large": ("header failure", "2^32", with_arguments(put(3, b"4294967296")), {}),
        "argument_missing": ("header failure", "three arguments", with_arguments(lambda a: a.pop()), {}),
        "argument_extra": ("header failure", "five arguments", with_arguments(lambda a: a.append(b"x")), {}),
        "body_changed": ("header failure", "one bit of the wrapped key", with_body(bytes([body[0] ^ 1]) + body[1:]), {}),
        "body_short": ("header failure", "31 bytes", with_body(body[:31]), {}),
        "body_long": ("header failure", "33 bytes", with_body(body + b"\0"), {}),
        "body_long_key": ("header failure", "a wrapped key of 32 bytes", stanza(key=FILE_KEY + FILE_KEY), {}),
        "release_twice": ("header failure", "at most one release stanza", stanza() + stanza(), {}),
    }


def vector(name):
    expect, comment, lines, changes = cases()[name]
    fields = {
        "expect": expect, "comment": comment, "device": str(uuid.UUID(bytes=DEVICE)), "job": str(uuid.UUID(bytes=JOB)),
        "owner": str(uuid.UUID(bytes=OWNER)), "release private": S.hex(), "e": ref.public_of(E).hex(),
        "machine secret": MACHINE.hex(), "machine generation": str(GENERATION), "file key": FILE_KEY.hex(),
    }
    if expect == "success":
        fields["payload"] = hashlib.sha256(PLAIN).hexdigest()
    fields.update(changes)
    text = "".join(f"{key}: {value}\n" for key, value in fields.items())
    return text.encode() + b"\n" + ref.format_header(lines, FILE_KEY) + ref.seal_payload(FILE_KEY, NONCE, PLAIN)


def read_vector(data):
    head, body = data.split(b"\n\n", 1)
    return dict(line.split(": ", 1) for line in head.decode().split("\n")), body


def reference_outcome(fields, body):
    """What docs/sealed-format.md says, in Python."""
    stanzas = ref.parse_file(body)[0]
    mine = [s for s in stanzas if s[0][0] == b"homespool.release/1"]
    if not mine:
        return "no match", b""
    s_private = bytes.fromhex(fields["release private"])
    ids = [uuid.UUID(fields[name]).bytes for name in ("device", "job", "owner")]
    e_public = bytes.fromhex(fields["e"])
    try:
        if len(mine) > 1 or len(mine[0][0]) != 4:
            raise ValueError("malformed")
        _, e_text, key_id, generation = mine[0][0]
        if len(ref.unb64(e_text)) != 32 or len(ref.unb64(key_id)) != 8:
            raise ValueError("malformed")
        if not generation.isdigit() or generation.startswith(b"0") or int(generation) >= 2**32:
            raise ValueError("malformed")
        if ref.unb64(key_id) != ref.release_key_id(ref.public_of(s_private)) or generation.decode() != fields["machine generation"]:
            return "no match", b""
        if ref.unb64(e_text) != e_public or len(mine[0][1]) != 32:
            raise ValueError("another job's, or malformed")
        file_key = ref.release_unwrap(mine[0], s_private, *ids, e_public, bytes.fromhex(fields["machine secret"]))
    except ValueError:
        return "header failure", b""
    return "success", ref.open_with_file_key(body, file_key)


def main():
    if sys.argv[1] == "--write":
        folder = Path(sys.argv[2])
        folder.mkdir(parents=True, exist_ok=True)
        for name in cases():
            (folder / f"{name}.txt").write_bytes(vector(name))
        return 0
    tool, folder, scratch = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    scratch.mkdir(parents=True, exist_ok=True)
    results = []
    for name in cases():
        path = folder / f"{name}.txt"
        data = path.read_bytes()
        fields, body = read_vector(data)
        payload = fields.get("payload", hashlib.sha256(b"").hexdigest())
        results.append((data == vector(name), f"{name}: the file is what its description makes"))
        outcome, plain = reference_outcome(fields, body)
        results.append(((outcome, hashlib.sha256(plain).hexdigest()) == (fields["expect"], payload), f"{name}: the reference agrees"))
        out = subprocess.run([tool, "vector", path], capture_output=True, text=True, check=False, timeout=60).stdout.split("\n")
        results.append((out[:2] == [fields["expect"], payload], f"{name}: we agree"))
    on_disk = {path.stem for path in folder.glob("*.txt")}
    results.append((on_disk == set(cases()), "every vector on disk is described"))
    results += list(jobs(tool, scratch))
    print(f"1..{len(results)}")
    for number, (well, name) in enumerate(results, 1):
        print(f"{'ok' if well else 'not ok'} {number} - {name}")
    return 0 if all(well for well, _ in results) else 1


def jobs(tool, scratch):
    """Jobs that we seal by a plan, opened by the reference in each way."""
    owner_public, s_public = ref.public_of(OWNER_KEY), ref.public_of(S)
    escrow = secret("escrow")
    keys = {
        "device": str(uuid.UUID(bytes=DEVICE)), "job": str(uuid.UUID(bytes=JOB)), "owner": str(uuid.UUID(bytes=OWNER)),
        "owner recipient": ref.bech32("age", owner_public), "release public": s_public.hex(), "machine secret": MACHINE.hex(),
        "machine generation": str(GENERATION), "escrow recipient": ref.bech32("age", ref.public_of(escrow)), "title": "A title",
    }
    (scratch / "keys").write_text("".join(f"{key}: {value}\n" for key, value in keys.items()))
    for size in (0, 1, ref.CHUNK - 1, ref.CHUNK, ref.CHUNK + 1):
        plain = hashlib.shake_256(str(size).encode()).digest(size)
        out = subprocess.run([tool, "job", scratch / "keys", scratch / "facts"], input=plain, capture_output=True, check=True, timeout=60)
        facts = dict(line.split(": ", 1) for line in (scratch / "facts").read_text().splitlines())
        stanzas, lines, _, mac, _ = ref.parse_file(out.stdout)
        yield (facts["header mac"] == mac.hex() and facts["stanza digest"] == hashlib.sha256(lines).hexdigest()
               and int(facts["sealed bytes"]) == len(out.stdout) and int(facts["plain bytes"]) == size), f"{size} bytes: the facts are right"
        yield facts["recipients"] == "owner release escrow:board" and len(stanzas) == 3, f"{size} bytes: three ways, in order"
        e_public = bytes.fromhex(facts["e"])
        together = ref.release_unwrap(stanzas[1], S, DEVICE, JOB, OWNER, e_public, MACHINE)
        yield together == ref.x25519_unwrap(stanzas[0], OWNER_KEY) == ref.x25519_unwrap(stanzas[2], escrow), f"{size} bytes: one file key"
        yield ref.open_with_file_key(out.stdout, together) == plain, f"{size} bytes: the document"
        private = ref.open_with_file_key(bytes.fromhex(facts["private fields"]), together)
        absent = b"\xff\xff\xff\xff"
        yield private == b"\1" + (7).to_bytes(4, "big") + b"A title" + absent + absent, f"{size} bytes: the private fields"
        yield bytes.fromhex(facts["private fields"]).startswith(out.stdout[: out.stdout.index(b"\n--- ") + 48]), f"{size} bytes: one header"


if __name__ == "__main__":
    sys.exit(main())
