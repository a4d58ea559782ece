#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""The independent age test suite (C2SP CCTV), read by our code.

usage: age_vectors.py SEAL_TOOL SCRATCH_FOLDER

The vectors come from npm, one pinned version that is checked against its integrity hash, and stay
in the scratch folder. Those of features that we do not have are skipped by name. TAP.
"""

import base64
import hashlib
import re
import subprocess
import sys
import zlib
from pathlib import Path

PACKAGE = "cctv-age@0.2.0"
INTEGRITY = "sha512-1fiGAaWr+snqgu8+uCC7qPeApAuueOESET2npKe0FVLY+Huf+Kkia89Rybx/uoGNCml31SgAjiQIeFOY4K3New=="
EXPECTED_VECTORS = 143  # a vector that we failed to read must not look like one that passed

tool, scratch = Path(sys.argv[1]), Path(sys.argv[2])


def fetch():
    scratch.mkdir(parents=True, exist_ok=True)
    archive = scratch / "cctv-age-0.2.0.tgz"
    if not archive.exists():
        done = subprocess.run(["npm", "pack", PACKAGE, "--ignore-scripts", "--silent"], cwd=scratch, check=False,
                              capture_output=True, text=True, timeout=120)
        if not archive.exists():
            print(f"1..0 # SKIP cannot fetch {PACKAGE}: {done.stderr.strip().splitlines()[-1:]}")
            sys.exit(0)
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if "sha512-" + digest != INTEGRITY:
        print(f"Bail out! {archive.name} is not the pinned package: sha512-{digest}")
        sys.exit(1)
    out = subprocess.run(["tar", "-xzOf", archive, "package/index.js"], check=True, capture_output=True, text=True)
    found = re.findall(r'var (\w+)_default = __toBinary\("([A-Za-z0-9+/=]*)"\)', out.stdout)
    return {name: base64.b64decode(text, validate=True) for name, text in found}


def split(vector):
    head, body = vector.split(b"\n\n", 1)
    fields = {}
    for line in head.decode().split("\n"):
        key, value = line.split(": ", 1)
        fields.setdefault(key, value)
    return fields, body


def reason_to_skip(name, fields):
    if fields.get("armored") == "yes":
        return "we write and read no ASCII armor"
    if name.startswith("hybrid") or fields.get("identity", "").startswith("AGE-SECRET-KEY-PQ-"):
        return "post-quantum recipients need OpenSSL 3.5"
    return None


vectors = fetch()
print(f"1..{len(vectors) + 1}")
failed = number = applied = 0


def result(well, name, more=""):
    global failed, number
    number += 1
    failed += not well
    print(f"{'ok' if well else 'not ok'} {number} - {name}{more}")


for name, vector in sorted(vectors.items()):
    fields, body = split(vector)
    skip = reason_to_skip(name, fields)
    if skip:
        result(True, name, f" # SKIP {skip}")
        continue
    applied += 1
    if fields.get("compressed") == "zlib":
        body = zlib.decompress(body)
    lines = [f"{key}: {fields[key]}" for key in ("identity", "passphrase") if key in fields]
    path = scratch / "vector"
    path.write_bytes("\n".join(lines).encode() + b"\n\n" + body)
    out = subprocess.run([tool, "vector", path], capture_output=True, text=True, check=False, timeout=60)
    outcome, _, digest = out.stdout.strip().partition("\n")
    # "payload" is the hash of everything that may be given out, also where an error follows.
    expected = fields.get("payload", hashlib.sha256(b"").hexdigest())
    well = out.returncode == 0 and outcome == fields["expect"] and digest == expected
    result(well, name)
    if not well:
        print(f"# expected {fields['expect']} {expected}\n# got {outcome} {digest} {out.stderr}")
result(len(vectors) == EXPECTED_VECTORS and applied == 92, f"all {EXPECTED_VECTORS} vectors were there and 92 of them apply")
sys.exit(failed != 0)
