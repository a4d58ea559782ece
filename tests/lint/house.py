#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""The rules of the house, read from the sources: who may include whom, sizes, headers, words.

usage: house.py SOURCE_ROOT

docs/STYLE.md names each rule; this file is where it is enforced. Output is TAP.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(sys.argv[1]).resolve()

# folder: (our folders it may include, outside headers it may include beside libc's and glib.h)
GIO = r"gio/gio\.h"
LAYERS = {
    "agent/base": (["base", "platform"], [GIO]),
    "agent/core": (["base", "core"], [r"jansson\.h"]),
    "agent/crypto": (["base", "crypto"], [r"openssl/.*", GIO]),
    "agent/http": (["base", "http", "platform"], [r"libsoup/soup\.h", GIO]),
    "agent/trust": (["base", "core", "crypto", "trust"], []),
    "agent/ipp": (["base", "core", "ipp"], [r"cups/.*"]),
    "agent/seal": (["base", "core", "crypto", "seal", "platform"], [GIO]),
    "agent/store": (["base", "core", "store", "platform"], [r"sqlite3\.h", GIO]),
    "agent/net": (["base", "core", "crypto", "ipp", "net", "platform"], [r"curl/curl\.h", GIO]),
    "agent/engine": (["base", "core", "crypto", "trust", "ipp", "seal", "store", "net", "engine", "platform"], [GIO]),
    "agent/serve": (["base", "core", "crypto", "trust", "http", "ipp", "seal", "store", "net", "engine", "serve", "platform"],
                    [r"libsoup/soup\.h", GIO]),
    "agent/cli": (["base", "core", "crypto", "seal", "store", "net", "cli", "platform"], [GIO, r"qrencode\.h"]),
    "agent": (["base", "core", "crypto", "trust", "http", "ipp", "seal", "store", "net", "engine", "serve", "platform"], [GIO]),
    "platform": (["platform"], [GIO]),
    "platform/fake": (["platform"], [GIO]),
    "platform/linux": (["platform"], [GIO, r"gio/.*", r"glib-unix\.h", r"libsecret/.*", r"systemd/.*", r"cups/.*",
                                     r"linux/.*", r"sys/.*", r"seccomp\.h"]),
    "render": (["base", "core", "platform", "render"], [r"poppler\.h", GIO]),
    "site": (["base", "core", "crypto", "trust", "http", "seal", "site", "platform"],
             [r"libsoup/soup\.h", r"sqlite3\.h", r"libpq-fe\.h", r"ldap\.h", r"qrencode\.h", r"cairo-pdf\.h", r"pango/pangocairo\.h", GIO]),
    "tray-ui": (["base", "core", "tray-ui", "platform"], [r"gtk/gtk\.h", GIO]),
    "tray-ui/client": (["base", "core", "crypto", "seal", "tray-ui", "platform"], [GIO, r"qrencode\.h"]),
    "tray-ui/models": (["base", "core", "tray-ui"], [GIO]),
    "tray-ui/words": (["base", "core", "tray-ui"], []),
}
# One library, one door: header pattern → the only files that may include it.
DOORS = {
    r"curl/.*": r"agent/net/http[a-z_]*\.c",
    r"sqlite3\.h": r"(agent/store/[a-z_]+\.[ch]|tests/crash/memory\.c|tests/unit/(store|site)_[a-z_]+\.c|site/store/sqlite[a-z_]*\.[ch])",
    r"ldap\.h": r"site/people/directory\.c",
    r"qrencode\.h": r"(agent/cli/qr_code|site/cli/sticker_page|tray-ui/client/qr_code)\.c",
    r"(cairo-pdf|pango/.*)\.h": r"site/cli/sticker_page\.c",
    r"CUnit/.*": r"tests/support/suite\.c",
}
# A room that the others of its layer stand on: the only headers of that layer that it may include.
FLOORS = {"agent/engine/loop": r"engine/(loop/[a-z]+|engine|engine_parts|trace)\.h"}
C_HEADERS = set("assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign stdarg "
                "stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string tgmath threads time uchar wchar wctype".split())
GLIB = re.compile(r"glib\.h|glib/gstdio\.h|glib/gi18n\.h|glib/gprintf\.h|glib-object\.h|gmodule\.h")
INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]', re.M)
OS_IFDEF = re.compile(r"^\s*#\s*(?:if|elif|ifdef|ifndef).*\b(_WIN32|__APPLE__|__linux__|G_OS_WIN32|G_OS_UNIX|__unix__)\b", re.M)
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.S)


def tracked(*patterns):
    out = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard", *patterns],
                         capture_output=True, check=False)
    if out.returncode == 0:
        names = [n for n in out.stdout.decode().split("\0") if n]
    else:  # an unpacked release has no git
        names = [str(p.relative_to(ROOT)) for pattern in patterns for p in ROOT.glob("**/" + pattern)]
    return sorted(n for n in names if (ROOT / n).is_file() and not n.startswith("build"))


SOURCES = [n for n in tracked("*.c", "*.h", "*.m") if n.split("/")[0] in ("agent", "site", "platform", "tray-ui", "render")]
TEXT = {n: (ROOT / n).read_text(encoding="utf-8") for n in SOURCES}


def layer_of(name):
    folder = name.rsplit("/", 1)[0]
    while folder and folder not in LAYERS:
        folder = folder.rsplit("/", 1)[0] if "/" in folder else ""
    return folder


def includes(name):
    for match in INCLUDE.finditer(TEXT[name]):
        yield match.group(1), match.group(2), TEXT[name].count("\n", 0, match.start()) + 1


def layers():
    for name in SOURCES:
        folder = layer_of(name)
        if not folder:
            yield f"{name}: no layer is named for this folder in tests/lint/house.py"
            continue
        ours, outside = LAYERS[folder]
        for kind, header, line in includes(name):
            if kind == '"':
                top = header.split("/")[0] if "/" in header else None
                generated = not (ROOT / header).exists() and not (ROOT / "agent" / header).exists()
                if top is None and folder == "agent" and (ROOT / "agent" / header).exists():
                    continue  # the assembly itself, which has no folder
                if top is None and not generated:
                    yield f'{name}:{line}: "{header}" is not rooted; name its folder'
                elif top is not None and top not in ours:
                    yield f"{name}:{line}: {folder} may not include {top}/"
                elif top == "platform" and header.count("/") > 1 and not folder.startswith("platform/"):
                    yield f"{name}:{line}: only the contracts platform/*.h may be included, not a body"
            elif folder not in ("platform/linux", "platform/windows", "platform/macos"):
                stem = header[:-2]
                if stem in C_HEADERS or GLIB.fullmatch(header) or any(re.fullmatch(p, header) for p in outside):
                    continue
                yield f"{name}:{line}: {folder} may not include <{header}>"


def doors():
    for name in SOURCES + [n for n in tracked("tests/*.c", "tests/*.h")]:
        text = TEXT.get(name) or (ROOT / name).read_text(encoding="utf-8")
        for match in INCLUDE.finditer(text):
            for pattern, door in DOORS.items():
                if re.fullmatch(pattern, match.group(2)) and not re.fullmatch(door, name):
                    yield f"{name}: <{match.group(2)}> is included by {door} alone"


def floors():
    for name in SOURCES:
        for folder, ours in FLOORS.items():
            for kind, header, line in includes(name) if name.startswith(folder + "/") else ():
                if kind == '"' and header.split("/")[0] == folder.split("/")[1] and not re.fullmatch(ours, header):
                    yield f"{name}:{line}: {folder} knows none of the rooms that stand on it"


def os_ifdefs():
    for name in SOURCES:
        if not re.match(r"platform/(linux|windows|macos)/", name) and OS_IFDEF.search(TEXT[name]):
            yield f"{name}: the choice of an operating system belongs to meson and platform/"


def sizes():
    for name in SOURCES:
        lines = TEXT[name].count("\n")
        if lines > 500:
            yield f"{name}: {lines} lines; split it by concern (at most 500)"


def function_sizes():
    out = subprocess.run(["ctags", "--languages=C", "--kinds-C=f", "--fields=+ne", "-f", "-", "-L", "-"], cwd=ROOT,
                         input="\n".join(n for n in SOURCES if n.endswith(".c")), capture_output=True, text=True, check=True)
    seen = 0
    for row in out.stdout.splitlines():
        match = re.search(r"\tline:(\d+).*\tend:(\d+)", row)
        if match:
            seen += 1
            length = int(match.group(2)) - int(match.group(1)) + 1
            if length > 80:
                name, file = row.split("\t")[:2]
                yield f"{file}:{match.group(1)}: {name}() has {length} lines (at most 80)"
    if seen < 50:
        yield "ctags found no functions: is universal-ctags installed?"


def heads():
    for name in SOURCES + tracked("tests/*.c", "tests/*.h", "tests/*.py"):
        head = (ROOT / name).read_text(encoding="utf-8")[:400]
        if "SPDX-License-Identifier: Apache-2.0" not in head:
            yield f"{name}: no SPDX line"
        if name.endswith(".h") and "#pragma once" not in head:
            yield f"{name}: no #pragma once"


def contracts():
    """A public header says in its head comment which threads may call it and whether it blocks."""
    for name in SOURCES:
        if name.endswith(".h") and "private" not in name and name.split("/")[0] in ("agent", "platform"):
            if "Threads:" not in TEXT[name] or "Blocks:" not in TEXT[name]:
                yield f"{name}: the head comment lacks a Threads: or Blocks: line"


def calls():
    banned = {"goto": r"\bgoto\s+\w+;", "abort()": r"\babort\s*\(", "sleep": r"\b(?:u|nano)?sleep\s*\(|g_usleep",
              "strcpy and kin": r"\b(?:strcpy|strcat|sprintf|vsprintf|gets|strtok)\s*\(", "system()": r"\bsystem\s*\("}
    for name in SOURCES:
        code = COMMENT.sub("", TEXT[name])
        for word, pattern in banned.items():
            if re.search(pattern, code):
                yield f"{name}: uses {word}"


def mutexes():
    for name in SOURCES:
        if not name.startswith(("agent/base/", "platform/")) and re.search(r"\bg_(?:rec_)?mutex_|\bGMutex\b|\bGCond\b", TEXT[name]):
            yield f"{name}: no mutex outside base/ and platform/"


def unfinished():
    for name in SOURCES:
        for number, line in enumerate(TEXT[name].splitlines(), 1):
            if re.search(r"\b(TODO|FIXME|XXX|HACK)\b", line):
                yield f"{name}:{number}: unfinished: {line.strip()}"


def packages():
    listed = (ROOT / "installer/dev/packages.txt").read_text().split("\n")
    names = [line for line in listed if line and not line.startswith("#")]
    if names != sorted(set(names)):
        yield "installer/dev/packages.txt: one name a line, sorted, each once"


def links():
    for name in tracked("*.md"):
        text = re.sub(r"```.*?```", "", (ROOT / name).read_text(encoding="utf-8"), flags=re.S)
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text) + re.findall(r'(?:src|srcset)="([^"]+)"', text):
            if not re.match(r"[a-z]+:", target) and not ((ROOT / name).parent / target).exists():
                yield f"{name}: {target} is not there"


RULES = [
    ("a folder includes only the layers below it", layers),
    ("each outside library has its own door", doors),
    ("the floor of a layer knows none of its rooms", floors),
    ("no operating system is chosen outside platform", os_ifdefs),
    ("no file has more than 500 lines", sizes),
    ("no function has more than 80 lines", function_sizes),
    ("every file has its head", heads),
    ("every public header states threads and blocking", contracts),
    ("no banned call is used", calls),
    ("no mutex stands outside base and platform", mutexes),
    ("nothing is left unfinished", unfinished),
    ("the package list is sorted", packages),
    ("every link in the documents leads somewhere", links),
]

print(f"1..{len(RULES)}")
failed = 0
for number, (sentence, rule) in enumerate(RULES, 1):
    broken = list(rule())
    failed += bool(broken)
    print(f"{'not ok' if broken else 'ok'} {number} - {sentence}")
    for row in broken[:40]:
        print("#", row)
sys.exit(1 if failed else 0)
