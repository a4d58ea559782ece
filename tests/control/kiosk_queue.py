#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""A kiosk with a real cupsd: what one person leaves in the print system never reaches the next.

usage: kiosk_queue.py BUILD_FOLDER [SENTENCE]
"""

import json
import os
import re
import shutil
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from control_world import ADMIN, ALICE_NAME, has_programs, small_pdf, until  # noqa: E402
from documents import large_jpeg  # noqa: E402
from ipp_client import Connection  # noqa: E402
from kiosk_world import KIOSK, PEOPLE, PIN, Kiosk, Window  # noqa: E402
from tap import main, skip, test  # noqa: E402

BUILD = sys.argv[1]
LARGE_BYTES = 96 << 20
world = None


class PrintingKiosk(Kiosk):
    """With a print system, whose agent is started with nobody signed in."""

    def __init__(self, build):
        super().__init__(build)
        self.configuration = PEOPLE.replace("idle-sign-out = 30s", "idle-sign-out = 10min")

    def start_site(self):
        super().start_site()
        self.start_cups()

    def start_agent(self, configuration=""):
        super().start_agent(configuration)
        if not hasattr(self, "document"):
            self.await_queue()
            self.document, self.large = self.folder / "document.pdf", self.folder / "large.jpg"
            self.document.write_bytes(small_pdf())
            self.large.write_bytes(large_jpeg(LARGE_BYTES))

    def start_again(self):
        super().start_agent()

    @property
    def spool(self):
        return self.root / "lib/spool"

    def lp(self, *options, document=None, fails=False):
        """Prints as the kiosk's account; the number of CUPS's job."""
        done = self.cups.run(["lp", "-d", self.queue, *options, str(document or self.document)], ALICE_NAME)
        assert (done.returncode != 0) == fails, (done.stdout, done.stderr)
        return done.stderr if fails else int(re.search(r"-(\d+) ", done.stdout).group(1))

    def lp_when_open(self, *options, **more):
        """The door opens a moment after somebody has signed in."""
        until(lambda: "not accepting" not in self.cups.run(["lpstat", "-a", self.queue]).stdout, "the queue takes jobs")
        return self.lp(*options, **more)

    def doctor(self, name):
        checks = json.loads(self.homespool("--json", "doctor", check=False).stdout)["checks"]
        return next(check for check in checks if check["name"] == name)

    def backends(self):
        """Processes of CUPS's IPP backend that our cupsd has started."""
        found = []
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and os.readlink(entry / "exe") == "/usr/lib/cups/backend/ipp" \
                        and int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1]) == self.cups._process.pid:
                    found.append(int(entry.name))
            except OSError:
                continue  # it has ended meanwhile
        return found

    def upload_and_stop_in_the_middle(self):
        """CUPS's backend stands still between the first and the last byte; (job number, process)."""
        for _ in range(50):
            number = self.lp("-t", "Of Anna", document=self.large)
            until(lambda: list(self.spool.glob("*.part")) or self.state_of(number) != "active", "the document arrives", 60)
            for process in self.backends():
                os.kill(process, signal.SIGSTOP)
                if list(self.spool.glob("*.part")):
                    return number, process
                os.kill(process, signal.SIGCONT)
            until(lambda: self.state_of(number) != "active", "CUPS is through with it", 60)
        raise AssertionError("the upload was never caught in the middle")

    def state_of(self, number):
        return self.cups.jobs(self.queue).get(number)

    def is_taken(self):
        return self.get(KIOSK, "/v1/status")["seat_taken"]


def at_kiosk():
    global world
    if world is None:
        if os.geteuid() != 0:
            skip("needs root, to run a print system and to be several users")
        has_programs("age", "cupsd", "lp", "qpdf")
        world = PrintingKiosk(BUILD).__enter__()
    world.cups.run(["cupsenable", world.queue])
    world.ask(KIOSK, "POST", "/v1/sign-out", {})
    return world


class Person:
    """with Person(world, "anna") as anna: anna.jobs()"""

    def __init__(self, at, name, wait_s=60):
        self.window = Window(at, name)
        end = time.monotonic() + wait_s
        while True:  # while the seat is being cleared the answer is "try again"
            said = self.window.type("--json", "sign-in", name, "--pin", typed=PIN, status=None)
            if said.startswith("{") and "session" in said:
                break
            assert time.monotonic() < end, said
        # CUPS counts whole seconds, and what is made in one in which two sat there is nobody's.
        seated_s = int(time.time())
        until(lambda: int(time.time()) > seated_s, "the next second")

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.window.type("sign-out", status=None)
        self.window.close()

    def jobs(self):
        return self.window.json("jobs")["jobs"]

    def held(self):
        return [job for job in self.jobs() if job["state"] == "held"]

    def sees_of_anna(self):
        return [job for job in self.jobs() if job["name"] == "Of Anna"]

    def tidy(self):
        for job in self.held():
            self.window.type("cancel", job["id"])


# ── printing ────────────────────────────────────────────────────────────────────────────────

@test("with nobody signed in lp fails at once, and doctor finds that in order")
def _():
    w = at_kiosk()
    until(lambda: "not accepting" in w.cups.run(["lpstat", "-a", w.queue]).stdout, "the queue is closed")
    said = w.lp(fails=True)
    assert "not accepting" in said, said
    assert w.cups.jobs(w.queue) == {}
    check = w.doctor("queue")
    assert check["verdict"] == "ok" and "nobody is signed in" in check["sentence"], check
    assert w.doctor("seat")["verdict"] == "ok"


@test("a job through CUPS is whose who sits there, and the next person sees neither it nor a count of it")
def _():
    w = at_kiosk()
    with Person(w, "anna") as anna:
        w.lp_when_open("-t", "Of Anna")
        until(lambda: [job["name"] for job in anna.held()] == ["Of Anna"], "the job is held for Anna")
    with Person(w, "ben") as ben:
        assert not ben.held() and not ben.sees_of_anna()
        with Connection(w, KIOSK) as connection:
            printer = connection.ask("Get-Printer-Attributes").printer
            assert printer["queued-job-count"] == [0], printer
            jobs = connection.ask("Get-Jobs")
            assert "job-id" not in str(vars(jobs)), vars(jobs)
        w.lp_when_open("-t", "Of Ben")
        until(lambda: [job["name"] for job in ben.held()] == ["Of Ben"], "the job is held for Ben")
        ben.tidy()
    with Person(w, "anna") as anna:
        assert [job["name"] for job in anna.held()] == ["Of Anna"]
        anna.tidy()


@test("what waits in a stopped queue when its person leaves reaches nobody when the queue goes on")
def _():
    w = at_kiosk()
    with Person(w, "anna"):
        until(lambda: "not accepting" not in w.cups.run(["lpstat", "-a", w.queue]).stdout, "the queue takes jobs")
        w.cups.run(["cupsdisable", w.queue])
        numbers = [w.lp("-t", "Of Anna"), w.lp("-t", "Of Anna", "-o", "job-hold-until=indefinite")]
        assert all(w.cups.spool_files(number) for number in numbers)
    with Person(w, "ben") as ben:
        assert [w.state_of(number) for number in numbers] == [None, None]
        assert [w.cups.spool_files(number) for number in numbers] == [[], []]
        w.cups.run(["cupsenable", w.queue])
        w.lp_when_open("-t", "Of Ben")
        until(lambda: [job["name"] for job in ben.held()] == ["Of Ben"], "Ben's own job, and no other")
        assert not ben.sees_of_anna()
        ben.tidy()


@test("an upload that runs while its person leaves is ended, in the agent and in CUPS")
def _():
    w = at_kiosk()
    with Person(w, "anna"):
        until(lambda: "not accepting" not in w.cups.run(["lpstat", "-a", w.queue]).stdout, "the queue takes jobs")
        number, backend = w.upload_and_stop_in_the_middle()
    with Person(w, "ben") as ben:
        assert w.state_of(number) is None and w.cups.spool_files(number) == []
        until(lambda: not w.backends(), "the backend is gone")
        assert not ben.held() and not ben.sees_of_anna() and not list(w.spool.glob("*.part"))
        w.lp_when_open("-t", "Of Ben")
        until(lambda: [job["name"] for job in ben.held()] == ["Of Ben"], "the queue goes on with Ben's")
        ben.tidy()
    with Person(w, "anna") as anna:  # those that were through before they could be caught are hers
        assert all(job["size_bytes"] == w.large.stat().st_size for job in anna.held())
        anna.tidy()


@test("a job that outlived its barrier is taken out of CUPS when it comes, and is nobody's")
def _():
    w = at_kiosk()
    with Person(w, "anna"):
        until(lambda: "not accepting" not in w.cups.run(["lpstat", "-a", w.queue]).stdout, "the queue takes jobs")
        w.cups.run(["cupsdisable", w.queue])
        number = w.lp("-t", "Of Anna")
        control, document = ((w.cups.spool / name).read_bytes() for name in w.cups.spool_files(number))
    # As a print system that was restored from a backup: the very job is there again.
    with Person(w, "ben") as ben:
        w.cups.stop()
        for name, data in ((f"c{number:05d}", control), (f"d{number:05d}-001", document)):
            (w.cups.spool / name).write_bytes(data)
            os.chmod(w.cups.spool / name, 0o640)
            shutil.chown(w.cups.spool / name, "root", "lp")
        for cache in (w.cups.folder / "cache").glob("job.cache*"):
            cache.unlink()
        w.cups.start()
        assert w.state_of(number) == "active"
        w.cups.run(["cupsenable", w.queue])
        until(lambda: w.state_of(number) != "active", "CUPS is through with it")
        # CUPS would show Ben a cancelled job of the account that both print as.
        until(lambda: w.cups.spool_files(number) == [] and w.state_of(number) is None, "CUPS keeps nothing of it")
        assert not ben.held() and not ben.sees_of_anna()
        w.lp_when_open("-t", "Of Ben")
        until(lambda: [job["name"] for job in ben.held()] == ["Of Ben"], "the queue goes on with Ben's")
        ben.tidy()


@test("restarting or fetching what the person before printed gives the next one nothing")
def _():
    w = at_kiosk()
    with Person(w, "anna") as anna:
        number = w.lp_when_open("-t", "Of Anna")
        until(lambda: anna.held(), "the job is held for Anna")
        anna.tidy()
    with Person(w, "ben") as ben:
        again = w.cups.run(["lp", "-i", f"{w.queue}-{number}", "-H", "restart"], ALICE_NAME)
        assert again.returncode != 0, again.stdout
        program = ("import http.client, socket, struct, sys\n"
                   "def text(tag, name, value): return struct.pack('>BH', tag, len(name)) + name + struct.pack('>H', len(value)) + value\n"
                   "c = http.client.HTTPConnection('localhost'); c.sock = socket.socket(socket.AF_UNIX); c.sock.connect(sys.argv[1])\n"
                   "body = struct.pack('>HHI', 0x0200, 0x4027, 1) + b'\\1' + text(0x47, b'attributes-charset', b'utf-8') \\\n"
                   "  + text(0x48, b'attributes-natural-language', b'en') + text(0x45, b'job-uri', b'ipp://localhost/jobs/' + sys.argv[2].encode()) \\\n"
                   "  + text(0x42, b'requesting-user-name', sys.argv[3].encode()) + text(0x21, b'document-number', struct.pack('>i', 1)) + b'\\3'\n"
                   "c.request('POST', '/', body, {'Content-Type': 'application/ipp', 'Authorization': 'PeerCred ' + sys.argv[3]})\n"
                   "reply = c.getresponse().read(); print(reply[2:4].hex(), b'%PDF' in reply)")
        said = w.cups.run(["/usr/bin/python3", "-c", program, str(w.cups.socket), str(number), ALICE_NAME], ALICE_NAME)
        assert said.stdout.split() == ["0406", "False"], (said.stdout, said.stderr)
        assert not ben.held() and not ben.sees_of_anna()


# ── when something breaks between two people ────────────────────────────────────────────────

@test("a print system that is down keeps the seat closed, with what to do, until it is back")
def _():
    w = at_kiosk()
    with Person(w, "anna"):
        until(lambda: "not accepting" not in w.cups.run(["lpstat", "-a", w.queue]).stdout, "the queue takes jobs")
        w.cups.run(["cupsdisable", w.queue])
        number = w.lp("-t", "Of Anna")
        w.cups.stop()
    window = Window(w, "ben")
    said = window.type("sign-in", "ben", "--pin", typed=PIN, status=None)
    assert "could not be cleared away" in said and "administrator" in said, said
    assert not w.is_taken() and "closed, see `homespool doctor`" in window.type("status")
    check = w.doctor("seat")
    assert check["verdict"] == "failed" and "CUPS" in check["next"], check
    assert w.cups.spool_files(number)  # else this test proves nothing
    w.cups.start()
    with Person(w, "ben") as ben:
        assert w.state_of(number) is None and w.cups.spool_files(number) == []
        w.cups.run(["cupsenable", w.queue])
        assert not ben.held() and not ben.sees_of_anna()
    window.close()
    assert w.doctor("seat")["verdict"] == "ok" and w.get(ADMIN, "/v1/status")["seat_problem"] is None


@test("after the agent was killed between two people the next one waits for a new barrier")
def _():
    w = at_kiosk()
    anna = Person(w, "anna")
    until(lambda: "not accepting" not in w.cups.run(["lpstat", "-a", w.queue]).stdout, "the queue takes jobs")
    w.cups.run(["cupsdisable", w.queue])
    number = w.lp("-t", "Of Anna")
    w.cups.stop()  # so that the barrier cannot have ended
    anna.window.type("sign-out")
    w.stop("agent", kill=True)
    anna.window.close()
    w.start_again()
    assert not w.is_taken() and w.ask(KIOSK, "GET", "/v1/jobs").status == 403
    assert w.cups.spool_files(number)  # else this test proves nothing
    w.cups.start()
    w.cups.run(["cupsenable", w.queue])
    with Person(w, "ben") as ben:
        assert w.state_of(number) is None and w.cups.spool_files(number) == []
        assert not ben.held() and not ben.sees_of_anna()
    w.lp(fails=True)


@test("an agent that is stopped while somebody sits there leaves a closed queue")
def _():
    w = at_kiosk()
    anna = Person(w, "anna")
    until(lambda: "not accepting" not in w.cups.run(["lpstat", "-a", w.queue]).stdout, "the queue takes jobs")
    w.stop("agent")
    anna.window.close()
    w.lp(fails=True)
    w.start_again()
    with Person(w, "ben") as ben:
        assert not ben.held() and not ben.sees_of_anna()


try:
    main(sys.argv[2] if len(sys.argv) > 2 else None)
finally:
    if world is not None:
        world.close()
