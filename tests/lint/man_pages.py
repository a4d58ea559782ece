#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""The man pages, the programs' own help and the completions name the same commands and options.

usage: man_pages.py SOURCE_ROOT PROGRAM…
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))
from tap import main, skip, test  # noqa: E402

ROOT = Path(sys.argv[1])
PROGRAMS = {Path(path).name: path for path in sys.argv[2:]}
PAGES = {path.name.rsplit(".", 1)[0]: path for path in sorted((ROOT / "docs/man").glob("*.[18]"))}
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
EVERYWHERE = {"--help", "--version"}


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, (command, done.stderr)
    return done.stdout


def options_of_help(*command):
    """What GLib lists, one a line."""
    text = run(*command, "--help")
    return set(re.findall(r"^  (?:-\w, )?(--[a-z-]+)", text, re.M)) - EVERYWHERE


def commands_of(program):
    """{command: its options}, from the program itself."""
    text = run(PROGRAMS[program], "--help")
    if program == "homespool-site":
        names = re.findall(r"^  ([a-z]+(?: [a-z]+)?)(?: [A-Z]+)?  ", text, re.M)
        return {name: options_of_help(PROGRAMS[program], *name.split()) for name in names}
    if program == "homespool-trust":
        return {name: set() for name in re.findall(r"homespool-trust ([a-z]+) --?", text + " -") + ["show"]}
    if program == "homespool":
        return {line.split()[0]: set(OPTION.findall(line)) for line in re.findall(r"^  ([a-z].*)$", text, re.M)}
    return {}


def sections(program):
    """{heading: text} of the rendered page, lines unbroken."""
    text = run("groff", "-k", "-t", "-man", "-Tutf8", "-P-c", "-P-b", "-P-u", "-rLL=2000n", "-rHY=0", PAGES[program])
    parts = re.split(r"^([A-Z][A-Z ]+)$", text, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2]))


def commands_in_page(program, known):
    """{command: options in its heading}."""
    found = {}
    for tag in re.findall(r"^       (\S.*)$", sections(program)["COMMANDS"], re.M):
        names = [max((name for name in known if (part + " ").startswith(name + " ")), key=len, default=None) for part in re.split(r"[,|] ", tag)]
        # A short heading stands in one line with its text, two blanks between.
        heading = re.split(r"\s{2,}", tag)[0]
        assert names[0], f"{program} has no command like \"{tag}\""
        for name in filter(None, names):
            found.setdefault(name, set()).update(OPTION.findall(heading))
    return found


@test("every program has a man page, which groff takes without a warning")
def _():
    assert set(PROGRAMS) <= set(PAGES), set(PROGRAMS) - set(PAGES)
    for path in PAGES.values():
        done = subprocess.run(["groff", "-k", "-t", "-man", "-Tutf8", "-ww", "-z", str(path)], capture_output=True, text=True, timeout=60, check=True)
        assert done.stderr == "", done.stderr


@test("every command of the help stands in the man page, and the other way round")
def _():
    for program in PROGRAMS:
        known = commands_of(program)
        if known:
            page = commands_in_page(program, known) if program != "homespool-trust" else \
                {tag: set() for tag in re.findall(r"^       ([a-z]+)\b", sections(program)["DESCRIPTION"], re.M) if tag in known}
            assert set(page) == set(known), (program, set(page) ^ set(known))


@test("every option of each command stands in the man page, and the other way round")
def _():
    for program in PROGRAMS:
        known = commands_of(program)
        everywhere = sections(program)
        if program in ("homespool-site", "homespool"):
            page = commands_in_page(program, known)
            for command, options in known.items():
                # A folder is a matter of every command; sign-in's other words stand in its text.
                want = options - {"--data"}
                text = page[command] | (set(OPTION.findall(everywhere["COMMANDS"])) & want if program == "homespool" else set())
                assert text == want, (program, command, text ^ want)
        else:
            words = known if program == "homespool-trust" else [None]
            want = set().union(*(options_of_help(*filter(None, [PROGRAMS[program], word])) for word in words))
            text = set(OPTION.findall(everywhere["OPTIONS"] + everywhere["SYNOPSIS"])) - EVERYWHERE
            assert text == want, (program, text ^ want)


def complete(program, *words):
    """What bash offers for the last of the words."""
    function, path = "_" + program.replace("-", "_"), ROOT / "installer/linux" / f"{program}.bash-completion"
    script = f'PATH="{Path(PROGRAMS[program]).parent}:$PATH"; source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); {function}; ' \
             'printf "%s\\n" "${COMPREPLY[@]}"'
    return {word.strip() for word in run("bash", "-c", script, "bash", path, program, *words).splitlines()} - {""}


@test("the completions know every command and, of the site's, every option")
def _():
    for program in PROGRAMS:
        known = commands_of(program)
        if not known:
            continue
        offered = {word for word in complete(program, "") if not word.startswith("-")}
        assert offered == {name.split()[0] for name in known}, (program, offered)
        if program == "homespool-site":
            for command, options in known.items():
                first, *second = command.split()
                if second:
                    assert second[0] in complete(program, first, ""), command
                assert complete(program, first, *second, "--") == options | {"--help"}, (command, complete(program, first, *second, "--"))
        if program == "homespool-trust":
            assert complete(program, "sign", "--") == options_of_help(PROGRAMS[program], "sign") | {"--help"}
    if "homespool-trust" in PROGRAMS:
        assert complete("homespool-trust", "sign", "--title-policy", "") == {"sealed", "none", "full"}


@test("completion runs nothing that a printer's name says, and quotes it")
def _():
    if "homespool" not in PROGRAMS:
        skip("this build has no command line")
    names = ["$(touch made)", "`touch made`", "Flur 2; touch made", "~root", "Büro"]
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "homespool"
        program.write_text("#!/bin/sh\ncat <<'END'\nPRINTER  WHERE\n" + "".join(f"{name}  here\n" for name in names) + "END\n", encoding="utf-8")
        program.chmod(0o755)
        script = 'cd "$1"; PATH="$1:$PATH"; source "$2"; shift 2; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _homespool; ' \
                 'for word in "${COMPREPLY[@]}"; do eval "printf \'%s\\n\' $word"; done'
        completion = ROOT / "installer/linux/homespool.bash-completion"
        for words in (["release", "last", "--printer"], ["printers", "disapprove"]):
            offered = run("bash", "-c", script, "bash", folder, completion, "homespool", *words, "").splitlines()
            assert [name for name in offered if name in names] == names, offered
            assert run("bash", "-c", script, "bash", folder, completion, "homespool", *words, "Flur\\ 2").splitlines() == [names[2]]
        assert sorted(path.name for path in Path(folder).iterdir()) == ["homespool"]


@test("a section that doctor or the help names is in that page")
def _():
    named = set()
    for path in sorted((ROOT / "agent").glob("**/*.c")):
        text = re.sub(r'"\s*\n\s*"', "", path.read_text(encoding="utf-8"))
        named |= set(re.findall(r"`man ([a-z-]+)`, ([A-Z][A-Z' ]+[A-Z])", text))
    assert len(named) >= 2, named
    for program, heading in sorted(named):
        assert heading in re.sub("\u2019", "'", run("groff", "-k", "-man", "-Tutf8", "-P-c", "-P-b", "-P-u", PAGES[program])), (program, heading)


del sys.argv[1:]
main()
