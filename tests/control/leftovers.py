#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""What somebody leaves running at a kiosk ends with them: the real agent, site and homespool-sweep, in process numbers of
their own, so that only this test's programs can be ended.

usage: leftovers.py BUILD_FOLDER [SENTENCE]
"""

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from control_world import ADMIN, ALICE_NAME, BOB_NAME, has_programs, until  # noqa: E402
from kiosk_world import KIOSK, PIN, Kiosk, Window  # noqa: E402
from private_cups import as_user  # noqa: E402
from tap import main, skip, test  # noqa: E402
from town import AGENT_USER  # noqa: E402

if os.geteuid() != 0:
    skip("needs root, to be several users")
if os.environ.get("HOMESPOOL_OWN_PIDS") != "yes":
    # Its own process numbers and /proc: what ends "all processes of an account" ends ours only.
    os.environ["HOMESPOOL_OWN_PIDS"] = "yes"
    os.execvp("unshare", ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", sys.executable, *sys.argv])
assert os.getppid() == 1 or os.getpid() == 1, "not in process numbers of our own"

BUILD = Path(sys.argv[1]).resolve()
world = None


def at_kiosk():
    global world
    if world is None:
        has_programs("age", "unshare")
        world = Kiosk(BUILD).__enter__()
    return world


def socket_path():
    return world.folder / "sweep/sweep.sock"


def start_helper(account=ALICE_NAME, agent_user=AGENT_USER):
    link = world.root / "run/sweep.sock"  # the agent's folder is no place for somebody else's socket
    if not link.is_symlink():
        socket_path().parent.mkdir(mode=0o755)
        link.symlink_to(socket_path())
    world.start("sweep", [BUILD / "platform/linux/homespool-sweep", "--account", account, "--agent-user", agent_user, "--socket", socket_path()])
    until(socket_path().exists, "homespool-sweep listens")


def stop_helper():
    world.stop("sweep")
    socket_path().unlink(missing_ok=True)


def leave_behind(user, code="import time; time.sleep(3600)"):
    """A program that no window has to do with any more: another session, deaf to every signal that it can be deaf to."""
    words, environment = as_user(user, [sys.executable, "-c", "import os, signal\nos.setsid()\n"
                                        "for n in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}: signal.signal(n, signal.SIG_IGN)\n" + code])
    return subprocess.Popen(words, env=environment, stdin=subprocess.DEVNULL)


def is_running(process):
    return process.poll() is None


def sign_out():
    answer = world.ask(KIOSK, "POST", "/v1/sign-out", {})
    assert answer.status == 200, answer.body


def doctor():
    return {check["name"]: check for check in world.get(ADMIN, "/v1/doctor")["checks"]}


@test("without the helper programs stay, and doctor says so")
def _():
    w = at_kiosk()
    window = Window(w, "one")
    window.sign_in("anna", PIN, "--pin")
    left = leave_behind(ALICE_NAME)
    sign_out()
    assert is_running(left)
    check = doctor()["leftovers"]
    assert check["verdict"] == "warning" and "homespool-sweep@" in check["next"], check
    window.close()
    left.kill()
    left.wait()


@test("whatever the person before left running has ended before the next one signs in, and nobody else's program has")
def _():
    w = at_kiosk()
    start_helper()
    try:
        window = Window(w, "one")
        window.sign_in("anna", PIN, "--pin")
        # One in a session of its own and deaf, and one that is always another process.
        deaf = leave_behind(ALICE_NAME)
        breeder = leave_behind(ALICE_NAME, "import time\nwhile True:\n  child = os.fork()\n  if child: os._exit(0)\n  time.sleep(0.001)")
        others = [leave_behind(BOB_NAME), leave_behind("root")]
        breeder.wait()  # its line goes on
        sign_out()
        until(lambda: w.get(KIOSK, "/v1/status")["seat_problem"] is None and not of_the_kiosk(), "they have ended")
        assert not is_running(deaf) and not is_running(window.shell) and all(is_running(other) for other in others)
        assert doctor()["leftovers"]["verdict"] == "ok"
        window = Window(w, "two")
        assert window.sign_in("ben", PIN, "--pin")["name"] == "ben"
        window.close()
        sign_out()
        until(lambda: w.get(KIOSK, "/v1/status")["seat_problem"] is None and not of_the_kiosk(), "the seat is free again")
        for other in others:
            other.kill()
            other.wait()
    finally:
        stop_helper()


def of_the_kiosk():
    """Process numbers of the kiosk's account that run."""
    found = []
    for path in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = dict(line.split(":\t", 1) for line in path.read_text().splitlines() if ":\t" in line)
        except (FileNotFoundError, ProcessLookupError):
            continue
        if str(KIOSK) in lines["Uid"].split() and not lines["State"].startswith("Z"):
            found.append(path.parent.name)
    return found


@test("as long as the helper cannot confirm it, nobody sits down, and status and doctor say why")
def _():
    w = at_kiosk()
    start_helper(agent_user=BOB_NAME)  # refuses the agent
    try:
        window = Window(w, "one")
        # Nobody sat here since; the seat is free, and the first one still may.
        window.sign_in("anna", PIN, "--pin")
        window.type("sign-out")
        until(lambda: w.get(ADMIN, "/v1/status")["seat_problem"], "the seat stays closed")
        assert "left running" in w.get(ADMIN, "/v1/status")["seat_problem"]
        said = window.type("sign-in", "ben", "--pin", typed=PIN, status=None)
        assert "left running" in said and not w.get(KIOSK, "/v1/status")["seat_taken"], said
        assert doctor()["seat"]["verdict"] == "failed"
        window.close()
    finally:
        stop_helper()
    window = Window(w, "two")
    assert window.sign_in("ben", PIN, "--pin")["name"] == "ben", "without the helper the seat opens at the next try"
    sign_out()
    window.close()


@test("only the agent and root may ask, and root's own programs can be nobody's account")
def _():
    w = at_kiosk()
    start_helper()
    try:
        left = leave_behind(ALICE_NAME)
        for user, answer in ((BOB_NAME, b"Only the Homespool agent"), (ALICE_NAME, b"Only the Homespool agent"), (AGENT_USER, b"done")):
            code = f"import socket; s = socket.socket(socket.AF_UNIX); s.connect({str(socket_path())!r}); print(s.recv(1000))"
            words, environment = as_user(user, [sys.executable, "-c", code])
            said = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=30)
            assert answer.decode() in said.stdout, (user, said)
            if user != AGENT_USER:
                assert is_running(left)
        left.wait(10)
    finally:
        stop_helper()
    for words in (["--account", "root"], [], ["--account", "nobody-of-this-name"]):
        done = subprocess.run([BUILD / "platform/linux/homespool-sweep", *words, "--socket", socket_path()], capture_output=True, text=True, timeout=10)
        assert done.returncode == 1 and "ordinary user" in done.stderr, (words, done)


try:
    main(sys.argv[2] if len(sys.argv) > 2 else None)
finally:
    if world is not None:
        world.close()
