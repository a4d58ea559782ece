#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""The programs as they were linked: what an attacker who found a fault in memory would have to get past.

usage: hardening.py COMPILER PROGRAM …
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

compiler, programs = sys.argv[1], sys.argv[2:]

# It calls nothing that has a checked form: the libraries beneath it copy.
COPIES_NOTHING = {"homespool-render"}


def read(option, program):
    return subprocess.run(["readelf", "-W", option, program], capture_output=True, text=True, check=True).stdout


def weaknesses(program):
    headers, dynamic = read("-l", program), read("-d", program)
    symbols = subprocess.run(["nm", "-D", "--undefined-only", program], capture_output=True, text=True, check=True).stdout
    if not re.search(r"FLAGS_1.*\bPIE\b", dynamic):
        yield "it lies at the same address each time (no PIE)"
    if "BIND_NOW" not in dynamic or "GNU_RELRO" not in headers:
        yield "its table of calls can be written to (no full RELRO)"
    if not re.search(r"GNU_STACK\s+\S+\s+\S+\s+\S+\s+\S+\s+\S+\s+RW\s", headers):
        yield "its stack can be executed"
    if re.search(r"^\s+LOAD.*\sRWE\s", headers, re.M):
        yield "it has memory that can be written and executed"
    if "TEXTREL" in dynamic:
        yield "its code is changed while it is loaded (TEXTREL)"
    if re.search(r"\((RPATH|RUNPATH)\)", dynamic):
        yield "it looks for libraries in a folder of its own (RPATH)"
    if "__stack_chk_fail" not in symbols:
        yield "its stack is not guarded (-fstack-protector-strong)"
    if Path(program).name not in COPIES_NOTHING and not re.search(r"__\w+_chk\b", symbols):
        yield "its copies are not checked (_FORTIFY_SOURCE)"


def weak_program(folder):
    source = Path(folder, "weak.c")
    source.write_text("#include <string.h>\n#include <stdio.h>\n"
                      "int main (int n, char **v) { char b[64]; strcpy (b, v[0]); return puts (b); }\n")
    subprocess.run([compiler, "-O0", "-no-pie", "-fno-stack-protector", "-U_FORTIFY_SOURCE", "-z", "norelro", "-z", "execstack", "-z", "lazy",
                    "-Wl,-rpath,/nowhere", "-o", f"{folder}/weak", str(source)], check=True, capture_output=True)
    return f"{folder}/weak"


print(f"1..{len(programs) + 1}")
failed = 0
for number, program in enumerate(programs, 1):
    found = list(weaknesses(program))
    failed += bool(found)
    print(f"{'not ok' if found else 'ok'} {number} - {Path(program).name} was linked with every guard")
    for row in found:
        print("#", row)
with tempfile.TemporaryDirectory() as folder:
    found = list(weaknesses(weak_program(folder)))
    noticed = len(found) == 6
    failed += not noticed
    print(f"{'ok' if noticed else 'not ok'} {len(programs) + 1} - a program without the guards is noticed")
    if not noticed:
        print("#", "; ".join(found))
sys.exit(1 if failed else 0)
