#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""That every name which a Python file uses is made in it: what a compiler would say of a C file, and Python
says only when the line is reached.

usage: python_names.py SOURCE_ROOT [WORD]
"""

import ast
import builtins
import dis
import sys
from pathlib import Path

ROOT = Path(sys.argv[1])
sys.path.insert(0, str(ROOT / "tests" / "support"))
from tap import main, test  # noqa: E402

KNOWN = set(dir(builtins)) | {"__file__", "__name__", "__doc__", "__spec__", "__annotations__"}


def codes(code):
    yield code
    for constant in code.co_consts:
        if hasattr(constant, "co_code"):
            yield from codes(constant)


def made_by(source, name):
    """The globals that a file makes, with those that it imports by a star from another file of ours."""
    module = compile(source, name, "exec")
    made = {i.argval for code in codes(module) for i in dis.get_instructions(code)
            if i.opname == "STORE_GLOBAL" or (code is module and i.opname == "STORE_NAME")}
    for node in ast.parse(source).body:
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            path, = ROOT.glob(f"tests/*/{node.module}.py")
            made |= made_by(path.read_text(), str(path))
    return made


def unknown_names(source, name="file"):
    """(name, line) of what is used as a global and is none."""
    module = compile(source, name, "exec")
    made = KNOWN | made_by(source, name)
    found = []
    for code in codes(module):
        local = {i.argval for i in dis.get_instructions(code) if i.opname == "STORE_NAME"}
        line = code.co_firstlineno
        for i in dis.get_instructions(code):
            line = i.starts_line or line
            if i.opname in ("LOAD_GLOBAL", "LOAD_NAME") and i.argval not in made | local:
                found.append((i.argval, line))
    return found


def programs():
    """Every Python file, those without an ending, too."""
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        if parts[0] in ("build", ".git") or not path.is_file() or path.is_symlink():
            continue
        if path.suffix == ".py" or (not path.suffix and path.open("rb").readline().startswith(b"#!/usr/bin/python3")):
            yield path


@test("every name that a Python file uses is made in it")
def _():
    mistakes = [f"{path.relative_to(ROOT)}:{line}: {name}" for path in programs() for name, line in unknown_names(path.read_text(), str(path))]
    assert not mistakes, "\n".join(["unknown names:", *mistakes])


@test("a name that is missing would be seen")
def _():
    assert unknown_names("def f():\n    return missing(1)\n") == [("missing", 2)]
    assert unknown_names("import a\nfrom b import c as d\nclass E:\n    g = 1\n    h = g\ndef f():\n    global z\n    z = a, d, E, len\n") == []


main(sys.argv[2] if len(sys.argv) > 2 else None)
