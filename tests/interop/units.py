#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""The systemd units: understood by systemd, as tight as promised, and not too tight to work under.

usage: units.py BUILD_FOLDER SOURCE_FOLDER [SENTENCE]
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from documents import small_pdf  # noqa: E402
from tap import main, skip, test  # noqa: E402
from town import Person, Programs, Town  # noqa: E402

BUILD, SOURCE = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
SUPPORT = SOURCE / "tests/support"
FOLDER = tempfile.TemporaryDirectory(prefix="homespool-units-")
UNITS = Path(FOLDER.name)
EXPOSURE_LIMIT = 1.5
PROGRAMS = Programs(BUILD)
SWEEP = "homespool-sweep@"  # it changes its user: that is its task
PLACES = {"homespoold": PROGRAMS.agent, "homespool-queue": PROGRAMS.queue, SWEEP: BUILD / "platform/linux/homespool-sweep", "homespool-site": PROGRAMS.site}


def make_units():
    """The units as they are installed, with the programs where the build has them."""
    for path in (BUILD / "installer/linux").glob("*.service"):
        text = path.read_text()
        (UNITS / path.name).write_text(re.sub(r"^ExecStart=\S+", f"ExecStart={PLACES[path.stem]}", text, flags=re.M))
    for path in (SOURCE / "installer/linux/systemd").glob("*.socket"):
        (UNITS / path.name).write_text(path.read_text())
    UNITS.chmod(0o755)


def analyze(*arguments):
    environment = {**os.environ, "SYSTEMD_UNIT_PATH": f"{UNITS}:/lib/systemd/system", "LC_ALL": "C.UTF-8"}
    return subprocess.run(["systemd-analyze", "--no-pager", *arguments], env=environment, capture_output=True, text=True, timeout=60)


@test("systemd understands every unit")
def _():
    names = sorted(str(path) for path in UNITS.iterdir() if path.suffix in (".service", ".socket"))
    assert len(names) == 9, names
    result = analyze("verify", "--man=no", *names)
    ours = [row for row in result.stderr.splitlines() if "homespool" in row]
    assert not ours, "\n".join(ours)


@test("the units that the docs name are those that are installed")
def _():
    there = {path.name.removesuffix(".in") for path in (SOURCE / "installer/linux/systemd").iterdir()}
    text = "".join(path.read_text() for path in (SOURCE / "docs").glob("**/*.[m8]*") if path.is_file()).replace("\\-", "-")
    named = {re.sub(r"@\w+\.", "@.", name) for name in re.findall(r"\bhomespool[a-z-]*(?:@\w+)?\.(?:service|socket)\b", text)}
    assert {"homespoold.service", "homespoold.socket", "homespool-queue.socket"} <= named <= there, named - there
    guide = (SOURCE / "docs/workstation.md").read_text()
    wanted = re.search(r"^Also=(.*)$", (SOURCE / "installer/linux/systemd/homespoold.service.in").read_text(), re.M)[1].split()
    for row in re.findall(r"systemctl (?:enable|disable) --now (.*)", guide):
        assert set(row.split()) == {*wanted, "homespoold.service"}, row


@test("a mistake in a unit is seen")
def _():
    broken = UNITS / "homespool-broken.service"
    broken.write_text((UNITS / "homespool-queue.service").read_text().replace("ProtectHome=yes", "ProtectHome=perhaps"))
    try:
        assert "perhaps" in analyze("verify", "--man=no", str(broken)).stderr
    finally:
        broken.unlink()


@test(f"no service is exposed by more than {EXPOSURE_LIMIT}")
def _():
    for name in PLACES:
        out = analyze("security", "--offline=true", str(UNITS / f"{name}.service")).stdout
        exposure = float(re.search(r"Overall exposure level for \S+: ([0-9.]+)", out).group(1))
        print(f"# {name}: {exposure}")
        assert exposure <= EXPOSURE_LIMIT, out


@test("the users and groups of the units can be made")
def _():
    with tempfile.TemporaryDirectory() as root:
        etc = Path(root, "etc")
        etc.mkdir()
        (etc / "group").write_text("root:x:0:\nlpadmin:x:105:\n")
        (etc / "passwd").write_text("root:x:0:0:root:/root:/bin/sh\n")
        rules = [str(path) for path in (SOURCE / "installer/linux/systemd").glob("*.sysusers")]
        done = subprocess.run(["systemd-sysusers", f"--root={root}", *rules], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        users, groups = (etc / "passwd").read_text(), (etc / "group").read_text()
        for unit in PLACES:
            user = re.search(r"^User=(\S+)", (UNITS / f"{unit}.service").read_text(), re.M).group(1)
            assert f"\n{user}:" in users, user
        assert re.search(r"^lpadmin:.*homespool-queue", groups, re.M)
        assert "\nhomespool-admin:" in groups


class Caged(Programs):
    """The same programs, each under the rules of its unit."""

    def __init__(self):
        super().__init__(BUILD)
        self.agent, self.queue, self.site = (self.cage(name) for name in ("homespoold", "homespool-queue", "homespool-site"))

    @staticmethod
    def cage(name):
        script = UNITS / f"{name}.sh"
        script.write_text(f'#!/bin/sh\nexec /usr/bin/python3 {SUPPORT}/under_unit.py {UNITS}/{name}.service {PLACES[name]} "$@"\n')
        script.chmod(0o755)
        return script


def run_under(unit, code):
    return subprocess.run(["/usr/bin/python3", f"{SUPPORT}/under_unit.py", str(UNITS / f"{unit}.service"), "/usr/bin/python3", "-c", code],
                          capture_output=True, text=True, timeout=60)


@test("the rules hold: no foreign address family, no namespace, no new code, no other user")
def _():
    refused = {
        "import socket; socket.socket(socket.AF_PACKET)": "Operation not permitted",
        "import ctypes; c = ctypes.CDLL(None, use_errno=True); assert c.unshare(0x10000000) == -1; raise OSError(ctypes.get_errno(), '')": "[Errno 1]",
        "import mmap; mmap.mmap(-1, 4096, prot=7)": "Operation not permitted",
        "import os; os.setuid(1)": "Operation not permitted",
    }
    for code, words in refused.items():
        for unit in PLACES:
            if unit == SWEEP and "setuid" in code:
                continue
            result = run_under(unit, code)
            assert result.returncode != 0 and words in result.stderr, (unit, code, result.stderr)
        free = subprocess.run(["/usr/bin/python3", "-c", code], capture_output=True, text=True)
        assert os.geteuid() != 0 or words not in free.stderr or "unshare" in code, "it is refused without the rules, too"
    assert run_under("homespool-queue", "import socket; socket.socket(socket.AF_INET)").returncode != 0
    assert run_under("homespoold", "import socket; socket.socket(socket.AF_INET)").returncode == 0


@test("what is left running at a kiosk is ended under the rules of its unit")
def _():
    if os.geteuid() != 0:
        skip("needs root, to be several users")
    # In process numbers of its own: there is nobody else's program of that user.
    script = f"""
import os, socket, subprocess, sys
left = subprocess.Popen(["setpriv", "--reuid=games", "--clear-groups", "--inh-caps=-all", "sleep", "600"])
helper = subprocess.Popen(["/usr/bin/python3", "{SUPPORT}/under_unit.py", "{UNITS}/{SWEEP}.service", "{PLACES[SWEEP]}", "--account", "games", "--socket", "{UNITS}/sweep.sock"])
sys.path.insert(0, "{SUPPORT}")
from private_cups import until
until(lambda: os.path.exists("{UNITS}/sweep.sock"), "it listens")
ask = socket.socket(socket.AF_UNIX)
ask.connect("{UNITS}/sweep.sock")
print(ask.recv(1000).decode(), left.wait(10), helper.poll())
helper.kill()
"""
    done = subprocess.run(["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["done", "-9", "None"], done


@test("a job travels from lp to paper with every program under the rules of its unit")
def _():
    if os.geteuid() != 0:
        skip("needs root, to run a print system and to be several users")
    with Person() as person, Town(Caged(), person) as town:
        town.start_site()
        town.add_person(person)
        town.list_printer(town.start_printer())
        town.start_cups()
        town.start_agent()
        town.enrol()
        town.await_queue()
        document = town.folder / "document.pdf"
        document.write_bytes(small_pdf(2))
        assert town.cups.run(["lp", "-d", town.queue, str(document)], person).returncode == 0
        job = town.await_job(lambda job: job["state"] == "held" and job["pages"] == 2, "held, and its pages counted")
        browser = town.browser()
        browser.sign_in()
        browser.release(job["id"])
        town.await_job(lambda j: j["id"] == job["id"] and j["state"] == "delivered", "delivered", 60)
        assert "Operation not permitted" not in town.log("agent") + town.log("site") + town.log("queue")


make_units()
try:
    main(sys.argv[3] if len(sys.argv) > 3 else None)
finally:
    FOLDER.cleanup()
