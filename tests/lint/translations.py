#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""The catalogues in po/: every source is listed, every language complete, placeholders and plural forms agree.

usage: translations.py SOURCE_ROOT
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(sys.argv[1]).resolve()
PO = ROOT / "po"
LANGUAGES = [line for line in (PO / "LINGUAS").read_text().split() if re.fullmatch(r"[a-z]{2}(_[A-Z]{2})?", line)]
LISTED = (PO / "POTFILES.in").read_text().split()
KEYWORDS = ["--keyword=_", "--keyword=N_", "--keyword=C_:1c,2", "--keyword=ngettext:1,2"]
PLURALS = {"cs": 3, "de": 2, "fr": 2}
PLACE = re.compile(r"%(?:%|-?[0-9.]*[a-zA-Z])|\{[a-z_]+\}")


def marked():
    """Sources that hold something to translate."""
    for path in sorted([*ROOT.glob("tray-ui/**/*.c"), *ROOT.glob("tray-ui/**/*.ui"), *ROOT.glob("agent/core/**/*.c"), *ROOT.glob("agent/ipp/*.c"), *ROOT.glob("tray-ui/data/*.in")]):
        text = path.read_text(encoding="utf-8")
        if re.search(r'\b(_|N_|C_|ngettext) \(|translatable="yes"', text) or (path.name.endswith(".desktop.in")):
            yield str(path.relative_to(ROOT))


def extract():
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "all.pot"
        subprocess.run(["xgettext", "--from-code=UTF-8", *KEYWORDS, f"--files-from={PO}/POTFILES.in", "-D", ROOT, "-o", out],
                       check=True, capture_output=True)
        return entries(out)


def entries(path):
    """{(context, msgid): (plural or None, [translations])}"""
    text = subprocess.run(["msgcat", "--no-wrap", path], check=True, capture_output=True, text=True).stdout
    found = {}
    for block in text.split("\n\n"):
        value = {"fuzzy": False, "str": []}
        for line in block.split("\n"):
            if line.startswith("#,") and "fuzzy" in line:
                value["fuzzy"] = True
            match = re.match(r'(msgctxt|msgid|msgid_plural|msgstr)(\[\d+\])? (".*")$', line)
            if match and match[1] == "msgstr":
                value["str"].append(json.loads(match[3]))
            elif match:
                value[match[1]] = json.loads(match[3])
        if value.get("msgid"):
            found[value.get("msgctxt"), value["msgid"]] = value
    return found


def all_are_listed():
    missing, stale = set(marked()) - set(LISTED), set(LISTED) - set(marked())
    yield from (f"po/POTFILES.in lacks {name}" for name in sorted(missing))
    yield from (f"po/POTFILES.in lists {name}, which has nothing to translate" for name in sorted(stale))
    if LISTED != sorted(LISTED):
        yield "po/POTFILES.in is not sorted"


def all_are_complete():
    wanted = extract()
    if len(wanted) < 100 or set(LANGUAGES) != set(PLURALS):
        yield f"{len(wanted)} texts in {LANGUAGES}: something is missing"
    for language in LANGUAGES:
        there = entries(PO / f"{language}.po")
        for key in wanted:
            value = there.get(key)
            if value is None or value["fuzzy"] or not value["str"] or not all(value["str"]):
                yield f"{language}: not translated: {key[1]}"
        yield from (f"{language}: nobody asks for it: {key[1]}" for key in set(there) - set(wanted))


def places(text):
    return sorted(place for place in PLACE.findall(text) if place != "%%")


def placeholders_agree():
    for language in LANGUAGES:
        for (context, text), value in entries(PO / f"{language}.po").items():
            if "%H" in text:  # a time: strftime's own letters, in any order
                continue
            for translated in value["str"]:
                if places(translated) != places(text) and places(translated) != places(value.get("msgid_plural", text)):
                    yield f"{language}: placeholders of {text!r} differ in {translated!r}"
            if text.endswith("…") != value["str"][0].endswith("…"):
                yield f"{language}: {text!r} ends otherwise in {value['str'][0]!r}"


def refusals_agree():
    """Each refusal of the list is given somewhere and worded by the window; that each language has it is asked above."""
    names = re.findall(r"^  (HS_REFUSAL_[A-Z_]+?)(?: = 0)?,$", (ROOT / "agent/core/refusal.h").read_text(), re.M)
    worded = (ROOT / "tray-ui/words/refusal_words.c").read_text()
    given = "".join(path.read_text() for top in ("agent", "site") for path in sorted((ROOT / top).glob("**/*.c")) if path.name != "refusal.c")
    if len(names) < 50:
        yield f"only {len(names)} refusals: something is missing"
    for name in names:
        if name == "HS_REFUSAL_N_REFUSALS":
            continue
        if not re.search(rf"\[{name}\]\s*= N_ \(", worded):
            yield f"{name} has no words in the window"
        if not re.search(rf"\b{name}\b", given):
            yield f"{name} is never given"


def plurals_agree():
    for language in LANGUAGES:
        head = (PO / f"{language}.po").read_text(encoding="utf-8")
        match = re.search(r"Plural-Forms: nplurals=(\d+); plural=", head)
        if not match or int(match[1]) != PLURALS[language]:
            yield f"{language}: Plural-Forms is not of {PLURALS[language]} forms"
        for (context, text), value in entries(PO / f"{language}.po").items():
            if len(value["str"]) != (PLURALS[language] if "msgid_plural" in value else 1):
                yield f"{language}: {text!r} has {len(value['str'])} forms"
        checked = subprocess.run(["msgfmt", "--check-format", "-o", "/dev/null", PO / f"{language}.po"], capture_output=True, text=True)
        if checked.returncode != 0:
            yield f"{language}: {checked.stderr}"


RULES = [("every source with something to translate is listed, and no other", all_are_listed),
         ("every language has every text and none that nobody asks for", all_are_complete),
         ("placeholders are those of the original", placeholders_agree),
         ("every refusal is given, and worded by the window", refusals_agree),
         ("plural forms are those of the language", plurals_agree)]
print(f"1..{len(RULES)}")
failed = 0
for number, (sentence, rule) in enumerate(RULES, 1):
    broken = list(rule())
    failed += bool(broken)
    print(f"{'not ok' if broken else 'ok'} {number} - {sentence}")
    for row in broken[:40]:
        print("#", row)
sys.exit(1 if failed else 0)
