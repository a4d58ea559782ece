#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Two hosts in two network namespaces: the site on one, agent and printer on the other. The line between
them is cut for a day of simulated time, people print, the agent is killed, the line comes back: the site's
report is what the printer printed, nothing is missing and nothing is there twice. The same once more
through a proxy between them that breaks connections in the middle.

usage: cut_off.py BUILD_FOLDER [SENTENCE]
"""

import ctypes
import json
import os
import pwd
import random
import re
import select
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent.parent / name) for name in ("support", "control", "site")]
from control_world import Workstation, has_programs, small_pdf, until  # noqa: E402
from tap import main, skip, test  # noqa: E402
from town import person_until_the_end  # noqa: E402
from wall_clock import WallClock  # noqa: E402

BUILD = sys.argv[1]
LIMIT_S = 90
SITE_HOST, OFFICE_HOST = "10.213.7.1", "10.213.7.2"
NAMES = f"127.0.0.1 localhost printer.local\n{SITE_HOST} site.test\n"
NO_NAMES = "127.0.0.1 localhost\n"
PRINTER_KEY = """
import socket, ssl, sys
context = ssl.create_default_context(); context.check_hostname = False; context.verify_mode = ssl.CERT_NONE
with context.wrap_socket(socket.create_connection(("localhost", int(sys.argv[1])), 10)) as tls:
    sys.stdout.write(ssl.DER_cert_to_PEM_cert(tls.getpeercert(True)))
"""


class Host:
    """A network namespace (and a mount namespace with its own /etc/hosts), held open by a process."""

    def __init__(self, hosts, names):
        self.holder = subprocess.Popen(["unshare", "--net", "--mount", "sh", "-c",
                                        f"mount --bind {hosts} /etc/hosts && mount --bind {names} /etc/resolv.conf && ip link set lo up && echo ready && exec cat"],
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.holder.stdout.readline() != "ready\n":
            skip("needs to make network namespaces")

    def inside(self, *command):
        return ["nsenter", "-t", str(self.holder.pid), "--net", "--mount", *map(str, command)]

    def run(self, *command, check=True):
        done = subprocess.run(self.inside(*command), capture_output=True, text=True, timeout=60)
        assert not check or done.returncode == 0, (command, done.stderr)
        return done.stdout

    def close(self):
        self.holder.kill()
        self.holder.wait(10)


class BadProxy:
    """Between the two: hands bytes on, and breaks each connection after some of them."""

    def __init__(self, host, port, target, most_bytes):
        self.target, self.most_bytes, self.broken, self.passed = target, most_bytes, 0, 0
        self.listening, self.random = None, random.Random(7)
        # A thread can be in another network than the rest of its process.
        ready = threading.Event()
        threading.Thread(target=self._serve, args=(host, port, ready), daemon=True).start()
        assert ready.wait(20), "the proxy listens"

    def _serve(self, host, port, ready):
        if host is not None:
            with open(f"/proc/{host.holder.pid}/ns/net", "rb") as namespace:
                self.enter(namespace.fileno())
        self.listening = socket.create_server(("0.0.0.0", port))
        ready.set()
        while True:
            try:
                near, _ = self.listening.accept()
            except OSError:
                return
            # It begins in the network of the thread that makes it.
            threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    @staticmethod
    def enter(namespace):
        """Moves this thread alone."""
        if ctypes.CDLL(None, use_errno=True).setns(namespace, 0x40000000) != 0:  # CLONE_NEWNET
            error = ctypes.get_errno()
            raise OSError(error, f"setns: {os.strerror(error)}")

    def _carry(self, near):
        try:
            far = socket.create_connection(self.target, 10)
        except OSError:
            near.close()
            return
        left = self.random.randint(*self.most_bytes) if self.most_bytes else None
        with near, far:
            while True:
                for ready in select.select([near, far], [], [], 300)[0]:
                    try:
                        data = ready.recv(4096)
                        if left is not None:
                            data, left = data[:left], left - len(data)
                        (far if ready is near else near).sendall(data)
                    except OSError:
                        return
                    self.passed += len(data)
                    if left is not None and left <= 0:
                        self.broken += 1
                        return
                    if not data:
                        return

    def close(self):
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()


class NameServer:
    """Answers every question for a service with @target and @port; without @port it hears questions and never answers."""

    def __init__(self, host, port):
        self.port, self.target, self.asked, self.heard = port, b"\x04site\x04test\0", 0, 0
        ready = threading.Event()
        threading.Thread(target=self._serve, args=(host, ready), daemon=True).start()
        assert ready.wait(20), "the name server listens"

    def _serve(self, host, ready):
        with open(f"/proc/{host.holder.pid}/ns/net", "rb") as namespace:
            BadProxy.enter(namespace.fileno())
        listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        listening.bind(("127.0.0.1", 53))
        ready.set()
        while True:
            question, asker = listening.recvfrom(1024)
            end = question.index(b"\0", 12) + 5
            is_service = question[end - 4:end - 2] == b"\0\x21"
            self.asked += is_service
            self.heard += 1
            if self.port is None:
                continue
            record = struct.pack(">HHH", 0, 0, self.port) + self.target
            answer = b"\xc0\x0c" + struct.pack(">HHIH", 33, 1, 60, len(record)) + record if is_service else b""
            listening.sendto(question[:2] + struct.pack(">HHHHH", 0x8180, 1, int(is_service), 0, 0) + question[12:end] + answer, asker)


class TwoHosts(Workstation):
    """As a Town, with the site's host and the office's apart, both under one clock that can be turned."""

    def __init__(self, build, policy=(), configuration=""):
        super().__init__(build, configuration)
        self.person = person_until_the_end()
        self.uid = pwd.getpwnam(self.person).pw_uid
        self.policy = ["--offline", "print", *policy]
        hosts = self.hosts = self.folder / "hosts"
        hosts.write_text(NAMES)
        self.url = f"https://site.test:{self.people_port}"
        self.clock = WallClock(self.folder / "clock", build)
        self.folder.chmod(0o755)
        names = self.folder / "resolv.conf"
        names.write_text("nameserver 127.0.0.1\n")
        self.cellar, self.office = Host(hosts, names), Host(hosts, names)
        self.office.run("ip", "link", "add", "line", "type", "veth", "peer", "name", "line", "netns", self.cellar.holder.pid)
        for host, address in ((self.cellar, SITE_HOST), (self.office, OFFICE_HOST)):
            host.run("ip", "address", "add", f"{address}/24", "dev", "line")
            host.run("ip", "link", "set", "line", "up")
        self.connect()

    def connect(self):
        self.office.run("ip", "link", "set", "line", "up")
        self.office.run("ip", "route", "replace", "default", "via", SITE_HOST)
        # So that the kernel knows who the gateway is.
        self.office.run("/usr/bin/python3", "-c", f"import socket; socket.socket().connect_ex(('{SITE_HOST}', 9))")

    def cut(self):
        self.office.run("ip", "link", "set", "line", "down")

    def close(self):
        super().close()
        self.cellar.close()
        self.office.close()

    def start(self, name, command, **more):
        host = self.cellar if name == "site" else self.office
        if name in ("site", "agent"):
            program = str(self.programs.site if name == "site" else self.programs.agent)
            wrapper = self.clock.wrap(program)
            command = [wrapper if str(word) == program else word for word in command]
        return super().start(name, host.inside(*command), **more)

    def answers(self, port):
        host, address = (self.office, "localhost") if port == self.printer_port else (self.cellar, SITE_HOST)
        code = f"import socket; socket.create_connection(('{address}', {port}), 1)"
        return subprocess.run(host.inside("/usr/bin/python3", "-c", code), capture_output=True).returncode == 0

    def start_site(self, seen_people=None, seen_devices=None):
        trust, site = self.folder / "root-keys", self.folder / "site"
        self.run(self.programs.site, "init", "--data", site, "--name", "site.test",
                 "--listen", f"{SITE_HOST}:{self.people_port}", "--devices-listen", f"{SITE_HOST}:{self.devices_port}",
                 "--url", f"https://site.test:{seen_people or self.people_port}",
                 "--devices-url", f"https://site.test:{seen_devices or self.devices_port}")
        self.run(self.programs.trust, "init", "--dir", trust, "--name", "Example Organisation")
        self.run(self.programs.trust, "sign", "--dir", trust, next(site.glob("*request*")), "--os-names", "yes", "--yes",
                 *self.policy, "--out", self.folder / "bundle.jws")
        self.run(self.programs.site, "trust", "--data", site, "--file", self.folder / "bundle.jws")
        self.start("site", [self.programs.site, "serve", "--data", site])
        until(lambda: self.answers(self.people_port) and self.answers(self.devices_port), "the site listens", LIMIT_S)

    def start_printer(self, name="Second floor"):
        keep = ssl.get_server_certificate
        ssl.get_server_certificate = lambda _: self.office.run("/usr/bin/python3", "-c", PRINTER_KEY, self.printer_port)
        try:
            return super().start_printer(name)
        finally:
            ssl.get_server_certificate = keep

    def set_up(self, **more):
        self.start_site(**more)
        self.add_person(self.person)
        self.list_printer(self.start_printer())
        self.start_agent(self.configuration)
        self.enrol()
        self.unlock(self.uid)
        self.printer = self.get(self.uid, "/v1/printers")["printers"][0]["id"]
        until(lambda: self.get(self.uid, "/v1/status")["offline_until"], "the site has given offline rights", LIMIT_S)

    # ── printing, and what came of it ─────────────────────────────────────────────────────────

    def print_out(self, pages):
        """Prints and releases; the printer has it when this returns."""
        job = self.print_as(self.uid, document=small_pdf(pages))["id"]
        answer = self.ask(self.uid, "POST", f"/v1/jobs/{job}/release", {"printer": self.printer})
        assert answer.status == 200, answer.body
        self.await_state(self.uid, job, "delivered")
        return job

    def paper(self):
        """Documents and pages that came out: what the printer keeps of each job that it printed."""
        documents = [each.read_bytes() for each in self.printed.glob("*.pdf")]
        return len(documents), sum(each.count(b"/Type /Page ") for each in documents)

    def reported(self):
        """Jobs, impressions and offline jobs of the site's report."""
        lines = json.loads(self.run(self.programs.site, "report", "--data", self.folder / "site", "--json", "--from", "2000-01-01",
                                    "--to", "2100-01-01", check=False).stdout or "{}").get("lines", [])
        return tuple(sum(line[name] for line in lines) for name in ("jobs", "impressions", "offline_jobs"))

    def site_state(self):
        return self.get(self.uid, "/v1/status")["site_state"]


WORLDS = []


def two_hosts(**more):
    has_programs("age", "age-keygen", "nsenter", "ippeveprinter", "ip")
    world = TwoHosts(BUILD, **more)
    WORLDS.append(world)
    return world


def close_all():
    while WORLDS:
        WORLDS.pop().close()


@test("a day without the site: people print, the agent is killed twice, and the site's report is what the printer printed")
def _():
    w = two_hosts()
    w.set_up()
    expected = [w.print_out(1)]
    until(lambda: w.reported() == (1, 1, 0), "the first print is reported", LIMIT_S)
    printer, = w.get(w.uid, "/v1/printers")["printers"]
    assert printer["used_before"] and printer["place"] == "here", printer

    with w.events(w.uid) as events:
        began = time.monotonic()
        w.cut()
        seen = events.await_event(lambda e: e["event"] == "site" and e["state"] == "offline")[-1]
        took = time.monotonic() - began
    status = w.get(w.uid, "/v1/status")
    assert (status["site_state"], status["site_online"]) == ("offline", False) and seen["problem"] == status["site_problem"]
    print(f"# known to be gone after {took:.1f} s")
    assert "not reachable" in w.command(w.person, "status").stdout

    pages = 1
    for hour in range(6):
        w.clock.forward(4)
        expected.append(w.print_out(hour + 1))
        pages += hour + 1
        if hour in (1, 4):
            w.stop("agent", kill=True)
            w.start_agent()
            w.unlock(w.uid)
    dropped = w.print_as(w.uid)["id"]
    w.post(w.uid, f"/v1/jobs/{dropped}/cancel")
    assert w.paper() == (len(expected), pages), (w.paper(), pages)
    assert w.reported()[0] == 1, "nothing can have come through"
    left = w.get(w.uid, "/v1/status")["offline_pages"]
    assert left == 200 - (pages - 1), left

    # Back, and killed again in the middle of catching up.
    w.connect()
    until(lambda: w.site_state() != "offline", "the site is back", LIMIT_S)
    w.stop("agent", kill=True)
    w.start_agent()
    until(lambda: w.get(w.uid, "/v1/status")["outbox_records"] == 0 and w.site_state() == "online", "all is sent", LIMIT_S)
    until(lambda: w.reported()[:2] == w.paper(), "the report is complete", LIMIT_S)
    assert w.reported() == (len(expected), pages, len(expected) - 1), (w.reported(), w.paper())
    close_all()


@test("a line that loses every packet without a word is found by a request, and in the end by the kernel when nothing is asked")
def _():
    w = two_hosts()
    w.set_up()
    until(lambda: w.site_state() == "online", "the site is there", LIMIT_S)

    def lose():
        # To a hardware address that nobody has: nothing arrives, and nobody says so.
        w.office.run("ip", "neighbour", "replace", SITE_HOST, "lladdr", "02:00:5e:00:53:01", "nud", "permanent", "dev", "line")

    def find():
        w.office.run("ip", "neighbour", "del", SITE_HOST, "dev", "line")
        w.connect()
        until(lambda: w.site_state() == "online", "the site is back", LIMIT_S)

    for asks in (True, False):
        with w.events(w.uid) as events:
            lose()
            began = time.monotonic()
            if asks:
                w.print_as(w.uid)
            doubt = events.await_event(lambda e: e["event"] == "site" and e["state"] == "degraded")[-1]
            doubted = time.monotonic() - began
            # Shown while the request still waits, by what the kernel knows; an idle line is found when the kernel gives it up.
            assert ("nothing that is sent to the site arrives" in doubt["problem"]) == asks, doubt
            events.await_event(lambda e: e["event"] == "site" and e["state"] == "offline")
            print(f"# {'with a request' if asks else 'idle'}: in doubt after {doubted:.1f} s, gone after {time.monotonic() - began:.1f} s")
        find()
    close_all()


@test("through a proxy that breaks connections in mid-batch every record arrives once")
def _():
    w = two_hosts()
    behind = w.devices_port + 1 if w.devices_port < 65535 else w.devices_port - 1
    w.proxy = BadProxy(w.cellar, behind, (SITE_HOST, w.devices_port), None)
    w.set_up(seen_devices=behind)
    w.print_out(1)
    until(lambda: w.reported() == (1, 1, 0), "the first print is reported", LIMIT_S)
    w.cut()
    until(lambda: w.site_state() == "offline", "the site is known to be gone", LIMIT_S)
    for _ in range(8):
        w.print_out(2)
    w.proxy.close()
    w.proxy = BadProxy(w.cellar, behind, (SITE_HOST, w.devices_port), (1500, 9000))
    w.connect()
    until(lambda: w.proxy.broken >= 5, "connections break", LIMIT_S)
    w.proxy.most_bytes = (9000, 40000)
    until(lambda: w.reported()[0] == 9, "the report is complete through the bad proxy", LIMIT_S)
    w.proxy.most_bytes = None
    until(lambda: w.get(w.uid, "/v1/status")["outbox_records"] == 0, "all is acknowledged", LIMIT_S)
    assert w.reported() == (9, 17, 8) and w.paper() == (9, 17), (w.reported(), w.paper())
    close_all()


@test("where the policy says so, what is printed without the site goes to the last printer; with a locked key it waits and says why")
def _():
    w = two_hosts(policy=("--auto-release", "yes"))
    w.set_up()
    w.print_out(1)
    waiting = w.print_as(w.uid)["id"]  # meant to be released by hand
    until(lambda: w.get(w.uid, "/v1/status")["outbox_records"] == 0, "the site knows it", LIMIT_S)
    w.cut()
    until(lambda: w.site_state() == "offline", "the site is known to be gone", LIMIT_S)
    w.await_state(w.uid, w.print_as(w.uid)["id"], "delivered")

    # A reboot, and nothing but the printer's network.
    w.stop("agent", kill=True)
    w.start_agent()
    locked = w.print_as(w.uid)["id"]
    said = until(lambda: next((j for j in [w.job(w.uid, locked)] if "locked" in j["sentence"]), None), "it says why it waits", LIMIT_S)
    assert said["state"] == "held" and re.search(r"homespool unlock", said["sentence"]), said
    w.unlock(w.uid)
    w.await_state(w.uid, locked, "delivered")
    assert w.job(w.uid, waiting)["state"] == "held" and w.paper()[0] == 3
    close_all()


@test("who has no rights, or no pages left, is told why and what to do; the job stays")
def _():
    w = two_hosts()
    w.start_site()
    (w.folder / "site/site.conf").open("a").write("\n[offline]\npages=3\n")
    w.stop("site")
    w.start("site", [w.programs.site, "serve", "--data", w.folder / "site"])
    until(lambda: w.answers(w.devices_port), "the site listens", LIMIT_S)
    w.add_person(w.person)
    w.list_printer(w.start_printer())
    w.start_agent(w.configuration)
    w.enrol()
    w.unlock(w.uid)
    w.printer = w.get(w.uid, "/v1/printers")["printers"][0]["id"]
    until(lambda: w.get(w.uid, "/v1/status")["offline_pages"] == 3, "rights for three pages", LIMIT_S)
    w.print_out(1)
    w.cut()
    until(lambda: w.site_state() == "offline", "the site is known to be gone", LIMIT_S)
    w.print_out(2)

    def refused(job, *words):
        answer = w.ask(w.uid, "POST", f"/v1/jobs/{job}/release", {"printer": w.printer})
        assert answer.status == 409 and all(word in answer.json["message"] for word in words), answer.body
        assert w.job(w.uid, job)["state"] == "held"

    many = w.print_as(w.uid, document=small_pdf(2))["id"]
    until(lambda: w.job(w.uid, many)["pages"] == 2, "its pages are counted", LIMIT_S)
    refused(many, "more pages", "homespool status")
    w.clock.forward(8 * 24)
    refused(many, "run out")
    # The clock back again: what has run out stays so.
    w.clock.forward(-8 * 24)
    w.stop("agent")
    w.start_agent()
    w.unlock(w.uid)
    assert w.get(w.uid, "/v1/status")["offline_pages"] in (0, 1)
    close_all()


@test("where no address of the site answers, DNS leads to another, and who answers there must be the site")
def _():
    w = two_hosts(configuration="[site]\ndiscover = example.test\n")
    dead = w.devices_port + 1 if w.devices_port < 65535 else w.devices_port - 1
    name_server = NameServer(w.office, w.devices_port)
    w.set_up(seen_devices=dead)
    assert name_server.asked and w.site_state() == "degraded", (name_server.asked, w.site_state())
    assert "another one is used" in w.get(w.uid, "/v1/status")["site_problem"]
    w.print_out(1)
    until(lambda: w.reported() == (1, 1, 0), "the print is reported", LIMIT_S)

    # The same name leads to somebody else: nothing is sent there.
    w.stop("site")
    until(lambda: w.site_state() == "offline", "the site is known to be gone", LIMIT_S)
    w.stop("agent")
    name_server.port, name_server.target, asked = w.printer_port, b"\x09localhost\0", name_server.asked
    w.start_agent()
    until(lambda: name_server.asked > asked, "DNS is asked again", LIMIT_S)
    until(lambda: w.site_state() == "offline" and w.get(w.uid, "/v1/status")["site_problem"], "the other one is no site", LIMIT_S)
    close_all()


@test("where names lead nowhere, at once or after a long wait, site and printer are away and nothing is lost; with names again all is told and printed once")
def _():
    w = two_hosts()
    w.start_site()
    w.add_person(w.person)
    certificate = w.start_printer()
    w.printer_uri = f"ipps://printer.local:{w.printer_port}/ipp/print"
    w.list_printer(certificate)
    w.start_agent(w.configuration)
    w.enrol()
    w.unlock(w.uid)
    w.printer = w.get(w.uid, "/v1/printers")["printers"][0]["id"]
    until(lambda: w.get(w.uid, "/v1/status")["offline_until"], "the site has given offline rights", LIMIT_S)
    w.print_out(1)
    until(lambda: w.reported() == (1, 1, 0), "the first print is reported", LIMIT_S)
    name_server = None
    for printed in (1, 2):
        w.stop("agent", kill=True)  # what it remembers of names is gone with it
        w.hosts.write_text(NO_NAMES)
        w.start_agent()
        w.unlock(w.uid)
        until(lambda: w.site_state() == "offline" and w.get(w.uid, "/v1/status")["site_problem"], "the site is away, and it says why", LIMIT_S)
        job = w.print_as(w.uid, document=small_pdf(1))["id"]
        answer = w.ask(w.uid, "POST", f"/v1/jobs/{job}/release", {"printer": w.printer})
        assert answer.status == 200, answer.body
        said = until(lambda: next((j for j in [w.job(w.uid, job)] if j["state"] in ("released", "held") and "printer-unreachable" in j["reasons"]), None),
                     "it says that the printer is away", LIMIT_S)
        assert said["sentence"] and w.paper()[0] == printed, said
        assert name_server is None or name_server.heard, "the names were asked for"
        w.hosts.write_text(NAMES)
        until(lambda: w.site_state() == "online", "the site is found again", LIMIT_S)
        if w.job(w.uid, job)["state"] == "held":
            w.post(w.uid, f"/v1/jobs/{job}/release", {"printer": w.printer})
        w.await_state(w.uid, job, "delivered")
        until(lambda: w.reported()[:2] == (printed + 1, printed + 1), "it is reported once", LIMIT_S)
        assert w.paper() == (printed + 1, printed + 1)
        name_server = name_server or NameServer(w.office, None)  # the second time questions are swallowed
    close_all()


try:
    main(sys.argv[2] if len(sys.argv) > 2 else None)
finally:
    close_all()
