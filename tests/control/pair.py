#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""`homespool pair` with a real agent, site and keyring file: what the link opens, what it does not, and who learns of it.

usage: pair.py BUILD_FOLDER [SENTENCE]
"""

import atexit
import base64
import json
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from control_world import Workstation, has_programs, small_pdf, uid_of, until  # noqa: E402
from tap import main, test  # noqa: E402
from town import Person  # noqa: E402

OK, USAGE, REFUSED = 0, 2, 5
TITLE = "Canary-77b1 offer"
anna = Person()
ANNA_NAME = anna.__enter__()
atexit.register(anna.__exit__)
ANNA = uid_of(ANNA_NAME)
home = Path(tempfile.mkdtemp(prefix="homespool-person-"))
atexit.register(shutil.rmtree, home, True)
shutil.chown(home, ANNA_NAME)
# libsecret's own file in place of a desktop's keyring.
KEYRING = {"SECRET_BACKEND": "file", "SECRET_FILE_TEST_PASSWORD": "a password", "SECRET_FILE_TEST_PATH": str(home / "test.keyring")}
ws = None


def make_world(*policy, enrolled=True):
    world = Workstation(sys.argv[1])
    atexit.register(world.close)
    world.person, world.policy = ANNA_NAME, list(policy)
    if enrolled:
        world.start_site()
        world.add_person(ANNA_NAME)
    world.start_agent(world.configuration)
    if enrolled:
        world.enrol()
    return world


def run(world, *words):
    return world.homespool(*words, user=ANNA_NAME, env=dict(KEYRING), check=False)


def world():
    """Enrolled, with the policy that is signed if nothing is said, and Anna's key unlocked."""
    global ws
    if ws is None:
        has_programs("age", "age-keygen")
        ws = make_world()
        early = run(ws, "pair")
        assert early.returncode == REFUSED and "homespool unlock" in early.stderr and early.stdout == "", early
        done = run(ws, "unlock")
        assert done.returncode == OK, done
    return ws


def link_of(world):
    done = run(world, "--json", "pair")
    assert done.returncode == OK, done
    answer = json.loads(done.stdout)
    assert set(answer) == {"host", "link"}
    page, fragment = answer["link"].split("#")
    fields = dict(urllib.parse.parse_qsl(fragment))
    assert page == world.url + "/" and fields["host"] == answer["host"] and set(fields) == {"title-key", "person", "host"}, answer
    return answer["link"], fields


def age(key, data):
    file = home / "key"
    file.write_text(key + "\n")
    return subprocess.run(["age", "-d", "-i", file], input=data, capture_output=True, check=False, timeout=60)


@test("the link's key opens the title that the release page was given, and not the document")
def _():
    w = world()
    job = w.print_as(ANNA, title=TITLE, document=small_pdf())["id"]
    _, fields = link_of(w)
    browser = w.browser()
    browser.sign_in()
    page = until(lambda: next((text for _, text, _ in [browser.ask("GET", "/")] if job in text), None), "the job is announced")
    assert TITLE not in page and f'data-person="{fields["person"]}"' in page
    sealed = re.search(rf'data-job="{job}" data-sealed-title="([^"]+)"', page).group(1)
    opened = age(fields["title-key"], base64.b64decode(sealed + "=" * (-len(sealed) % 4)))
    assert opened.returncode == 0 and json.loads(opened.stdout) == {"job": job, "title": TITLE}, opened
    document = next(w.folder.rglob(f"{job}.age")).read_bytes()
    refused = age(fields["title-key"], document)
    assert refused.returncode != 0 and refused.stdout == b"" and b"no identity matched" in refused.stderr, refused


@test("the same link comes again, and agent and site have neither the key nor, in plain, the title")
def _():
    w = world()
    w.print_as(ANNA, title=TITLE)
    link, fields = link_of(w)
    assert link_of(w)[0] == link
    done = run(w, "unlock")  # the title key is remembered once
    assert done.returncode == OK, done
    for file in w.folder.rglob("*"):
        if file.is_file() and file.suffix != ".sock":
            data = file.read_bytes()
            assert fields["title-key"].encode() not in data and TITLE.encode() not in data, file
    environment = [Path(f"/proc/{process.pid}/{name}").read_bytes() for process in w.processes.values() for name in ("cmdline", "environ")]
    assert fields["title-key"].encode() not in b"".join(environment)


@test("the QR code on the screen is the link")
def _():
    has_programs("zbarimg")
    w = world()
    done = run(w, "pair")
    assert done.returncode == OK and "opens no document" in done.stdout and "\033" not in done.stdout, done
    link = link_of(w)[0]
    assert f"\n{link}\n" in done.stdout
    blocks = {" ": (255, 255), "▀": (0, 255), "▄": (255, 0), "█": (0, 0)}
    lines = [line for line in done.stdout.split("\n") if line and set(line) <= set(blocks)]
    assert len({len(line) for line in lines}) == 1 and len(lines[0]) <= 80
    rows = [[blocks[letter][half] for letter in line for _ in range(4)] for line in lines for half in (0, 1) for _ in range(4)]
    picture = home / "code.pgm"
    picture.write_bytes(b"P5 %d %d 255\n" % (len(rows[0]), len(rows)) + b"".join(bytes(row) for row in rows))
    read = subprocess.run(["zbarimg", "--quiet", "--raw", picture], capture_output=True, text=True, check=False, timeout=60)
    assert read.stdout.strip() == link, (read.stdout, read.stderr)


@test("without anything to pair it says why, and shows no key")
def _():
    w = world()
    assert run(w, "pair", "more").returncode == USAGE
    for policy, word in (("none", "keeps titles off"), ("full", "nothing needs to be paired")):
        other = make_world("--title-policy", policy)
        done = run(other, "pair")
        assert done.returncode == REFUSED and word in done.stderr and done.stdout == "", done
        other.close()
    alone = make_world(enrolled=False)
    done = run(alone, "pair")
    assert done.returncode == REFUSED and "no site" in done.stderr and done.stdout == "", done
    alone.close()


main(sys.argv[2] if len(sys.argv) > 2 else None)
