#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Stickers with QR codes for printers, read by others than the one who drew them.

usage: printer_sticker.py HOMESPOOL_TRUST HOMESPOOL_SITE [SENTENCE]
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))
from site_world import Person, World  # noqa: E402
from tap import main, skip, test  # noqa: E402

WORLD = World(sys.argv[1], sys.argv[2])
WORLD.add_user("ada")
NAME, PLACE = "Zweiter Stock, Farbe – Ёлка", "Room 2.14, by the stairs"
LONG = "The printer of the department of very long names " * 4
SECOND = WORLD.add_printer(NAME, PLACE)
OTHER = WORLD.add_printer(LONG.strip()[:120], "X" * 100)
SIZES_MM = {"a6": (105, 148), "a7": (74, 105), "label": (62, 100)}


def run(*command):
    if not shutil.which(command[0]):
        skip(f"{command[0]} is not installed")
    return subprocess.run([str(word) for word in command], capture_output=True, timeout=60, check=True).stdout.decode()


def draw(printer, *more):
    file = WORLD.folder / "sticker.pdf"
    WORLD.site("printer", "sticker", "--data", WORLD.data, printer, "--output", file, *more)
    return file


def read_codes(file, dpi):
    run("pdftoppm", "-r", dpi, "-png", file, WORLD.folder / "sticker")
    pictures = sorted(WORLD.folder.glob("sticker*.png"))
    assert len(pictures) == 1, pictures
    text = run("zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", pictures[0])
    pictures[0].unlink()
    return text.splitlines()


@test("the code of a sticker of each size is the printer's address, also as a poor scan")
def _():
    for size, (width, height) in SIZES_MM.items():
        for printer in (SECOND, OTHER):
            file = draw(printer, "--size", size)
            for dpi in (100, 300):
                assert read_codes(file, dpi) == [f"https://localhost:{WORLD.people_port}/p/{printer}"], (size, dpi)
            page = re.search(r"Pages:\s+1\n.*Page size:\s+([\d.]+) x ([\d.]+) pts", run("pdfinfo", file), re.S)
            assert abs(float(page[1]) - width * 72 / 25.4) < 1 and abs(float(page[2]) - height * 72 / 25.4) < 1, page


@test("name, place and one sentence stand on it, all within the page")
def _():
    text = run("pdftotext", "-layout", draw(NAME), "-")
    assert " ".join(text.split()).startswith(NAME) and PLACE in text, text
    assert "Scan this code" in text
    for printer in (SECOND, OTHER):
        boxes = run("pdftotext", "-bbox", draw(printer, "--size", "label"), "-")
        page = re.search(r'<page width="([\d.]+)" height="([\d.]+)"', boxes)
        words = [tuple(map(float, word)) for word in re.findall(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)"', boxes)]
        assert words and all(0 <= x and 0 <= y and right <= float(page[1]) and low <= float(page[2]) for x, y, right, low in words), boxes


@test("mistakes are said, and nothing is written")
def _():
    def fails(*arguments):
        return WORLD.site("printer", "sticker", "--data", WORLD.data, *arguments, code=1)
    assert "a6, a7 or label" in fails(SECOND, "--size", "a4", "--output", WORLD.folder / "none.pdf")
    assert "no printer of the signed list" in fails("Attic", "--output", WORLD.folder / "none.pdf")
    assert "--output" in fails(SECOND)
    assert "uuid or name" in fails()
    assert not (WORLD.folder / "none.pdf").exists()


@test("the address of the code asks to sign in for this printer, and then offers it alone")
def _():
    address = read_codes(draw(SECOND), 200)[0]
    path = address.removeprefix(f"https://localhost:{WORLD.people_port}")
    WORLD.start()
    ada = Person(WORLD)
    page = ada.get(path)
    assert page.status == 200 and "Sign in to print at <strong>Zweiter Stock" in page.text, page.text
    reply = ada.post("/sign-in", [("user", "ada"), ("password", "correct horse battery"), ("printer", SECOND)])
    assert reply.status == 303 and reply.headers["Location"] == path
    page = ada.get(path).text
    assert SECOND in page and "<select" not in page and OTHER not in page
    assert Person(WORLD).get("/p/00000000-0000-4000-8000-000000000000").status == 404


try:
    main(sys.argv[3] if len(sys.argv) > 3 else None)
finally:
    WORLD.close()
