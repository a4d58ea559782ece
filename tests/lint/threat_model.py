#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Every promise names a test that is there: docs/threat-model.md and SECURITY.md.

A table whose last column is "test" has in each row at least one test file, with the sentences of it that are meant
in double quotes ("a beginning, …" is enough), or "none: " and why. Each flow of the drawing has its own table.

usage: threat_model.py SOURCE_ROOT
"""

import re
import sys
from pathlib import Path

ROOT = Path(sys.argv[1]).resolve()
sys.path.insert(0, str(ROOT / "tests/support"))
from tap import main, test  # noqa: E402

PAGES = ("docs/threat-model.md", "SECURITY.md")
PATH = re.compile(r"tests/[\w./-]*[\w/]")


def rows(text):
    """(line number, header cells, cells) of each row of each table whose last column is "test"."""
    header = None
    for number, line in enumerate(text.split("\n"), 1):
        if not line.startswith("|"):
            header = None
            continue
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
        if header is None:
            header = cells
        elif not set(line) <= set("|- :") and header[-1] == "test":
            yield number, header, cells


def sentences_of(path):
    """The texts of a test file, with strings that go on in the next line put together."""
    text = re.sub(r'"\s*\n\s*f?"', "", path.read_text())
    return text.replace('\\"', "'")


def mistakes(text):
    found = []
    for number, header, cells in rows(text):
        if len(cells) != len(header):
            found.append(f"{number}: {len(cells)} cells under {len(header)} headings")
            continue
        proof = cells[-1]
        if not PATH.search(proof) and not re.match(r"none: \w", proof):
            found.append(f"{number}: no test and no reason: {proof[:60]}")
        path = None
        for piece in re.finditer(r'(tests/[\w./-]*[\w/])|"([^"]+)"', proof):
            if piece.group(1):
                path = ROOT / piece.group(1)
                if not path.exists():
                    found.append(f"{number}: there is no {piece.group(1)}")
                    path = None
            elif path is None or not path.is_file():
                found.append(f"{number}: a sentence of no file: {piece.group(2)[:60]}")
            else:
                wanted = piece.group(2)
                wanted = '"' + (wanted[:-1].rstrip(" ,") if wanted.endswith("…") else wanted + '"')
                if wanted not in sentences_of(path):
                    found.append(f"{number}: {path.relative_to(ROOT)} has no sentence {piece.group(2)[:90]!r}")
    return found


@test("every row of the threat model and of SECURITY.md names a test that is there, or says why there is none")
def _():
    for page in PAGES:
        text = (ROOT / page).read_text()
        assert len(list(rows(text))) >= 8, f"{page} has lost its tables"
        found = mistakes(text)
        assert not found, "\n".join(f"{page}:{each}" for each in found)


@test("each flow of the drawing has its table")
def _():
    text = (ROOT / PAGES[0]).read_text()
    drawn = set(re.findall(r"\(F(\d+)\)", text.split("```")[1]))
    told = set(re.findall(r"^### F(\d+) ", text, re.M))
    assert drawn == told and len(drawn) >= 10, (sorted(drawn), sorted(told))


@test("a file, a sentence, a proof or a cell that is missing would be seen")
def _():
    head = "| threat | test |\n|---|---|\n"
    good = 'tests/lint/threat_model.py "each flow of the drawing has its table"'
    assert mistakes(f"{head}| x | {good} |\n") == [] and mistakes(f"{head}| x | none: nothing helps |\n") == []
    assert mistakes(f'{head}| x | tests/lint/threat_model.py "each flow of …" |\n') == []
    for bad in ("tests/lint/no_such_file.py", 'tests/lint/threat_model.py "no such ' + 'sentence"', '"a sentence"', "trust us", f"{good} | y",
                'tests/lint/threat_model.py "each flow of ' + 'nothing …"'):
        assert mistakes(f"{head}| x | {bad} |\n"), bad


main(sys.argv[2] if len(sys.argv) > 2 else None)
