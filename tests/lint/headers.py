#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Every header compiles alone, so that it can be included in any order.

usage: headers.py SOURCE_ROOT COMPILER [FLAG …]
"""

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

root, compiler, flags = Path(sys.argv[1]).resolve(), sys.argv[2], sys.argv[3:]
headers = sorted(str(p.relative_to(root)) for top in ("agent", "platform", "site", "render") for p in (root / top).rglob("*.h"))


def compile_alone(header):
    rooted = header[len("agent/"):] if header.startswith("agent/") else header
    with tempfile.NamedTemporaryFile("w", suffix=".c") as source:
        source.write(f'#include "{rooted}"\n#include "{rooted}"\nint alone;\n')
        source.flush()
        run = subprocess.run([compiler, "-std=gnu17", "-fsyntax-only", "-Wall", "-Werror", f"-I{root}", f"-I{root}/agent", *flags, source.name],
                             capture_output=True, text=True)
    return header, run


print(f"1..{len(headers)}")
failed = 0
with ThreadPoolExecutor(os.cpu_count()) as pool:
    for number, (header, run) in enumerate(pool.map(compile_alone, headers), 1):
        failed += run.returncode != 0
        print(f"{'ok' if run.returncode == 0 else 'not ok'} {number} - {header} compiles alone")
        for row in run.stderr.splitlines()[:8]:
            print("#", row)
sys.exit(1 if failed else 0)
