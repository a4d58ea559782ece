#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""The three ways of using a workstation, with every real part: personal (a desktop's keyring on a
session bus of its own), shared (two people of the organisation's directory), kiosk (people who come,
print, walk away, and print later). And each key at rest, opened by the age program alone.

usage: modes.py BUILD_FOLDER [SENTENCE]
"""

import base64
import json
import os
import pty
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import uuid
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path[:0] = [str(FOLDER), *(str(FOLDER.parent / name) for name in ("support", "control", "serve", "site"))]
import seal_reference as seal  # noqa: E402
from control_world import Workstation, has_programs, small_pdf, uid_of, until  # noqa: E402
from ipp_client import Connection  # noqa: E402
from kiosk_world import KIOSK, PIN, Kiosk, Window  # noqa: E402
from ldap_directory import PASSWORD, Directory, entry  # noqa: E402
from private_cups import as_user  # noqa: E402
from tap import main, skip, test  # noqa: E402
from terminal_world import Terminal  # noqa: E402
from thief import Site  # noqa: E402
from town import Person  # noqa: E402

BUILD = sys.argv[1]
OK, NOT_THERE, REFUSED = 0, 4, 5
SECOND = f"homespool-{os.getpid()}"
NO_BUS = "DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent"
COLLECTION = "/org/freedesktop/secrets/collection/login"
opened = []  # what is to be closed at the end, the newest first


def keep(thing):
    opened.append(thing)
    return thing


def enter(person):
    name = person.__enter__()
    opened.append(person)
    person.close = person.__exit__
    return name


def age(key, sealed):
    """`age -d -i`: what it prints, or None."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "key.txt"
        path.write_bytes(key if isinstance(key, bytes) else key.encode())
        done = subprocess.run(["age", "-d", "-i", path], input=sealed, capture_output=True, check=False, timeout=60)
        return done.stdout if done.returncode == 0 else None


def age_with_passphrase(passphrase, path):
    """`age -d` asks on its terminal: here it is one of its own. What it prints, or None."""
    result = Path(tempfile.mkdtemp(prefix="homespool-age-"))
    keep_path = result / "key.txt"
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp("age", ["age", "-d", "-o", str(keep_path), str(path)])
    try:
        said = b""
        while b"passphrase" not in said:
            said += os.read(terminal, 1000)
        os.write(terminal, passphrase.encode() + b"\n")
        while True:
            try:
                if not os.read(terminal, 1000):
                    break
            except OSError:  # the other end is closed
                break
        _, status = os.waitpid(pid, 0)
        return keep_path.read_bytes() if status == 0 else None
    finally:
        os.close(terminal)
        shutil.rmtree(result)


def await_announced(ws, job):
    until(lambda: any(row["id"] == uuid.UUID(job).bytes for row in Site(ws.folder / "site/site.db").tables["jobs"]), "the site knows the document")


def document_of(ws, job):
    return next((ws.root / "lib").rglob(f"{job}.age")).read_bytes()


# ── personal ─────────────────────────────────────────────────────────────────────────────────


class Desktop:
    """The session of one person: a bus of its own and a shell on it, with a keyring daemon if wanted. The
    keyring's files stay in @folder, as a home does."""

    def __init__(self, ws, name, folder, keyring=True):
        self.ws = ws
        self.folder = folder
        if not folder.exists():
            folder.mkdir(mode=0o700)
            (folder / "data").mkdir()
            for path in (folder, folder / "data"):
                shutil.chown(path, name)
        words, environment = as_user(name, ["dbus-run-session", "--", "sh"], env={
            "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder), "XDG_DATA_HOME": f"{folder}/data", "XDG_CACHE_HOME": f"{folder}/cache",
            "XDG_CONFIG_HOME": f"{folder}/config"})
        self.shell = subprocess.Popen(words, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                      text=True, start_new_session=True)
        keep(self)
        if keyring:
            self.open_keyring()

    def type(self, line):
        """Returns (exit code, what was said)."""
        self.shell.stdin.write(f"{{ {line}; }} < /dev/null 2>&1; echo \"ended $?\"\n")
        self.shell.stdin.flush()
        watch = threading.Timer(120, self.shell.kill)
        watch.start()
        said = []
        while not said or not re.fullmatch(r"ended \d+\n", said[-1]):
            text = self.shell.stdout.readline()
            assert text, "the session is gone: " + "".join(said)
            said.append(text)
        watch.cancel()
        return int(said.pop().split()[1]), "".join(said)

    def good(self, line):
        code, said = self.type(line)
        assert code == 0, (line, code, said)
        return said

    def open_keyring(self):
        self.good('printf %s "a password" | timeout 20 gnome-keyring-daemon --replace --unlock --components=secrets > /dev/null')

    def lock_keyring(self):
        self.good("gdbus call --session --dest org.freedesktop.secrets --object-path /org/freedesktop/secrets "
                  f"--method org.freedesktop.Secret.Service.Lock \"['{COLLECTION}']\"")

    def homespool(self, *words):
        return self.type(" ".join([str(self.ws.programs.command), "--root", str(self.ws.root), *words]))

    def kept_keys(self):
        """The age key files in the keyring."""
        done = self.good("secret-tool search --all --unlock xdg:schema org.homespool.Key || true")
        return re.findall(r"AGE-SECRET-KEY-1[A-Z0-9]+", done)

    def close(self):
        if self.shell.poll() is None:
            self.shell.stdin.close()
            self.shell.wait(30)
        self.shell.stdout.close()


class Personal:
    ws = None

    @classmethod
    def open(cls):
        """Enrolled, with an escrow holder, and nobody's key known yet."""
        if cls.ws is None:
            if os.geteuid() != 0:
                skip("needs root, to be several users")
            has_programs("age", "age-keygen", "dbus-run-session", "gnome-keyring-daemon", "gdbus", "secret-tool")
            cls.name = enter(Person())
            cls.uid = uid_of(cls.name)
            cls.escrow = subprocess.run(["age-keygen"], capture_output=True, check=True).stdout
            recipient = re.search(rb"public key: (age1\S+)", cls.escrow).group(1).decode()
            cls.ws = ws = keep(Workstation(BUILD))
            ws.person, ws.policy = cls.name, ["--escrow", f"Board={recipient}"]
            ws.start_site()
            ws.add_person(cls.name)
            ws.start_agent(ws.configuration)
            ws.enrol()
            cls.unlock = f"{ws.programs.command} --root {ws.root} unlock"
            cls.homes = ws.folder / "homes"
            cls.homes.mkdir(mode=0o755)
        return cls.ws

    @classmethod
    def registered(cls):
        return cls.ws.get(cls.uid, "/v1/unlock")["registered"]

    @classmethod
    def state(cls):
        return cls.ws.get(cls.uid, "/v1/status")["key"]

    @classmethod
    def desktop(cls, home="home", **more):
        return Desktop(cls.ws, cls.name, cls.homes / home, **more)


@test("personal: without a keyring, and with a locked one, no key is made and none is registered")
def _():
    Personal.open()
    none = Personal.desktop("without", keyring=False)
    for bus in ("", NO_BUS):  # a keyring that was never made; no session bus
        code, said = none.type(f"{bus} {Personal.unlock}")
        assert code == REFUSED and "Your keyring cannot be reached" in said, (code, said)
    locked = Personal.desktop("locked")
    locked.lock_keyring()
    code, said = locked.homespool("unlock")
    assert code == REFUSED and "Your keyring is locked" in said, (code, said)
    assert Personal.registered() is None and Personal.state() == "absent"
    locked.open_keyring()
    assert locked.kept_keys() == []
    for desktop in (none, locked):
        desktop.close()


@test("personal: doctor warns of a keyring with a blank password, in which the key stands in clear, and of no other")
def _():
    ws = Personal.open()
    blank = Personal.desktop("blank", keyring=False)
    keyrings = Personal.homes / "blank/data/keyrings"
    # What gnome-keyring makes of an empty answer to its question for a password.
    blank.good(f"mkdir -m 700 {keyrings} && printf '[keyring]\\ndisplay-name=Login\\nctime=0\\nmtime=0\\nlock-on-idle=false\\nlock-after=false\\n' > {keyrings}/login.keyring"
               f" && printf login > {keyrings}/default && gnome-keyring-daemon --replace --start --components=secrets > /dev/null")
    _, before = blank.homespool("doctor")
    assert "blank password" not in before, "nothing of ours stands there"
    blank.good("printf AGE-SECRET-KEY-1NOTAKEY | secret-tool store --label=x xdg:schema org.homespool.Key name identity-0")
    until(lambda: "AGE-SECRET-KEY-1NOTAKEY" in (keyrings / "login.keyring").read_text(), "the keyring writes it in clear")
    _, said = blank.homespool("doctor")
    assert "WARNING" in said and "blank password" in said and str(keyrings / "login.keyring") in said and "key rotate" in said, said
    checks = json.loads(blank.homespool("--json", "doctor")[1])["checks"]
    assert [check["verdict"] for check in checks if check["name"] == "keyring"] == ["warning"], checks
    strong = Personal.desktop("strong")
    strong.good("printf AGE-SECRET-KEY-1NOTAKEY | secret-tool store --label=x xdg:schema org.homespool.Key name identity-0")
    _, said = strong.homespool("doctor")
    assert "blank password" not in said, said
    blank.close()
    strong.close()


@test("personal: the first unlock makes the key in the desktop's keyring, and age opens with it what is printed")
def _():
    ws = Personal.open()
    desktop = Personal.desktop()
    said = desktop.good(Personal.unlock)
    assert "Your key was made" in said, said
    key, = desktop.kept_keys()
    assert Personal.state() == "unlocked"
    public = subprocess.run(["age-keygen", "-y"], input=key, capture_output=True, text=True, check=True).stdout.strip()
    assert public == Personal.registered()
    job = ws.print_as(Personal.uid, document=small_pdf(2))["id"]
    assert age(key, document_of(ws, job)) == small_pdf(2)
    assert age(subprocess.run(["age-keygen"], capture_output=True, check=True).stdout, document_of(ws, job)) is None
    await_announced(ws, job)  # with its title, which only the unlocked key gives
    Personal.key, Personal.job, Personal.desk = key, job, desktop


@test("personal: after a restart the same key unlocks again; a locked, an empty and a missing keyring unlock nothing and make nothing")
def _():
    ws = Personal.open()
    registered = Personal.registered()
    ws.restart_agent()
    until(lambda: ws.status()["site_online"], "the site is connected")
    assert Personal.state() == "locked" and Personal.registered() == registered
    desk = Personal.desk
    desk.lock_keyring()
    code, said = desk.homespool("unlock")
    assert code == REFUSED and "Your keyring is locked" in said, (code, said)
    empty = Personal.desktop("empty")
    code, said = empty.homespool("unlock")
    assert code == REFUSED and "Your keyring has no key, but this workstation knows one" in said, (code, said)
    assert empty.kept_keys() == []
    code, said = empty.type(f"{NO_BUS} {Personal.unlock}")
    assert code == REFUSED and "Your keyring cannot be reached" in said, (code, said)
    empty.close()
    assert Personal.state() == "locked" and Personal.registered() == registered
    desk.open_keyring()
    assert "Your key is unlocked" in desk.good(Personal.unlock)
    assert Personal.state() == "unlocked" and desk.kept_keys() == [Personal.key]


@test("personal: a damaged key in the keyring is said, unlocks nothing and is not replaced")
def _():
    ws = Personal.open()
    desk = Personal.desk
    name = re.search(r"attribute\.name = (\S+)", desk.good("secret-tool search --all --unlock xdg:schema org.homespool.Key")).group(1)
    attributes = f"xdg:schema org.homespool.Key name {name}"
    ws.post(Personal.uid, "/v1/sign-out")
    broken = Personal.key[:-1] + ("Q" if Personal.key[-1] != "Q" else "P")
    desk.good(f"printf '%s\\n' {broken} | secret-tool store --label=x {attributes}")
    code, said = desk.homespool("unlock")
    assert code != OK and "the key in your keyring cannot be used" in said, (code, said)
    assert Personal.state() == "locked" and desk.kept_keys() == [broken] and broken not in said
    desk.good(f"printf '%s\\n' {Personal.key} | secret-tool store --label=x {attributes}")
    assert desk.homespool("unlock")[0] == OK and Personal.state() == "unlocked"


@test("personal: the holder of the escrow key and the owner open a document with age alone, the title key does not")
def _():
    ws = Personal.open()
    sealed = document_of(ws, Personal.job)
    assert ws.job(Personal.uid, Personal.job)["recipients"][-1].endswith("Board"), ws.job(Personal.uid, Personal.job)
    assert age(Personal.escrow, sealed) == age(Personal.key, sealed) == small_pdf(2)
    link = json.loads(Personal.desk.good(f"{ws.programs.command} --root {ws.root} --json pair"))["link"]
    title_key = re.search(r"title-key=(AGE-SECRET-KEY-1[A-Z0-9]+)", link).group(1)
    title = Site(ws.folder / "site/site.db").job(Personal.job)["sealed_title"]
    assert json.loads(age(title_key, title)) == {"job": Personal.job, "title": "A title"}
    assert age(title_key, sealed) is None and age(Personal.escrow, title) is None


@test("personal: a new key takes the old one's place in the keyring; what was printed before goes by way of the site, what comes opens with the new one")
def _():
    ws = Personal.open()
    desk = Personal.desk
    code, said = desk.homespool("key", "rotate")
    assert code == OK and "You have a new key" in said, (code, said)
    new, = desk.kept_keys()
    assert new != Personal.key and new not in said and Personal.state() == "unlocked"
    public = subprocess.run(["age-keygen", "-y"], input=new, capture_output=True, text=True, check=True).stdout.strip()
    assert public == Personal.registered()
    assert age(new, document_of(ws, Personal.job)) is None
    later = ws.print_as(Personal.uid, document=small_pdf(3))["id"]
    assert age(new, document_of(ws, later)) == small_pdf(3) and age(Personal.key, document_of(ws, later)) is None
    ws.restart_agent()
    assert Personal.state() == "locked" and desk.homespool("unlock")[0] == OK and desk.kept_keys() == [new]


# ── shared ───────────────────────────────────────────────────────────────────────────────────


class Shared:
    """Two people of the organisation's directory, each with an OS user, at one agent."""

    ws = None

    @classmethod
    def open(cls):
        if cls.ws is None:
            if os.geteuid() != 0:
                skip("needs root, to be several users")
            has_programs("age", "age-keygen")
            cls.names = [enter(Person()), enter(Person(SECOND))]
            cls.uids = [uid_of(name) for name in cls.names]
            cls.ws = ws = keep(Workstation(BUILD, "[people]\nmode = shared\n"))
            ws.person, ws.password = cls.names[0], PASSWORD
            directory = Directory(ws.folder / "directory", "".join(entry(name) for name in cls.names))
            directory.close = directory.stop
            keep(directory).start()
            ws.start_site()
            ws.stop("site")
            with (ws.folder / "site/site.conf").open("a") as file:
                file.write("[ldap]\n" + "".join(f"{key}={value}\n" for key, value in directory.settings().items()))
            password = ws.folder / "site/keys/ldap.password"
            password.write_text("looks around\n")
            password.chmod(0o600)
            ws.start("site", [ws.programs.site, "serve", "--data", ws.folder / "site"])
            until(lambda: ws.answers(ws.people_port) and ws.answers(ws.devices_port), "the site listens")
            ws.list_printer(ws.start_printer())
            ws.start_agent(ws.configuration)
            ws.enrol()
        return cls.ws

    @classmethod
    def sign_in(cls, who, password):
        """`homespool sign-in` as the OS user."""
        return cls.ws.command(cls.names[who], "--json", "sign-in", input=password + "\n")


@test("shared: two people of the directory sign in, each as themselves; a wrong password is nobody's")
def _():
    ws = Shared.open()
    wrong = Shared.sign_in(0, "not the password")
    assert wrong.returncode == REFUSED, wrong
    identities = []
    for who in (0, 1):
        done = Shared.sign_in(who, PASSWORD)
        assert done.returncode == OK, done
        ws.unlock(Shared.uids[who])
        identities.append(ws.get(Shared.uids[who], "/v1/unlock")["identity"])
    assert identities[0] != identities[1]
    assert [str(uuid.UUID(bytes=row["identity"])) for row in Site(ws.folder / "site/site.db").tables["users"]] in (identities, identities[::-1])


@test("shared: neither sees, counts or releases what the other prints, and both print it themselves")
def _():
    ws = Shared.open()
    jobs = [ws.print_as(uid, title=f"Of {uid}", document=small_pdf(1 + who))["id"] for who, uid in enumerate(Shared.uids)]
    printer = ws.get(Shared.uids[0], "/v1/printers")["printers"][0]["id"]
    nowhere = str(uuid.uuid4())
    for who, uid in enumerate(Shared.uids):
        mine, other = jobs[who], jobs[1 - who]
        assert [job["id"] for job in ws.get(uid, "/v1/jobs")["jobs"]] == [mine] and ws.get(uid, "/v1/status")["held"] == 1
        for path, body in (("", None), ("/trace", None), ("/release", {"printer": printer}), ("/cancel", {}), ("/hold", {})):
            method = "GET" if body is None else "POST"
            foreign, none = (ws.ask(uid, method, f"/v1/jobs/{each}{path}", body) for each in (other, nowhere))
            assert foreign.status == 404 and foreign.same_as(none), (path, foreign.body, none.body)
        with Connection(ws, uid) as connection:
            assert len(connection.ask("Get-Jobs").jobs) == 1
        assert ws.command(Shared.names[who], "release", other, "--printer", ws.printer_name).returncode == NOT_THERE
    for who, uid in enumerate(Shared.uids):
        done = ws.command(Shared.names[who], "release", jobs[who], "--printer", ws.printer_name, "--wait")
        assert done.returncode == OK, done
        assert ws.job(uid, jobs[who])["state"] == "delivered"
    printed = sorted(path.read_bytes() for path in ws.printed.glob("*.pdf"))
    assert printed == sorted([small_pdf(1), small_pdf(2)])


@test("shared: on the release page each has their own, and another's job is answered like one that does not exist")
def _():
    ws = Shared.open()
    jobs = [ws.print_as(uid)["id"] for uid in Shared.uids]
    browsers = []
    for who, name in enumerate(Shared.names):
        await_announced(ws, jobs[who])
        ws.person = name
        browsers.append(ws.browser())
        browsers[who].sign_in()
        page = browsers[who].ask("GET", "/")[1]
        assert jobs[who] in page and jobs[1 - who] not in page
    page = browsers[0].ask("GET", "/")[1]
    csrf = re.search(r'name="csrf" value="([^"]+)"', page).group(1)
    printer = re.search(r'<option value="([0-9a-f-]{36})"', page).group(1)
    for path, more in (("/release", {"printer": printer}), ("/delete", {})):
        answers = []
        for job in (jobs[1], str(uuid.uuid4())):
            status, _, place = browsers[0].ask("POST", path, {"csrf": csrf, "job": job, **more})
            answers.append((status, place, browsers[0].ask("GET", place)[1]))
        assert answers[0] == answers[1], answers
    assert ws.job(Shared.uids[1], jobs[1])["state"] == "held"
    browsers[0].release(jobs[0])
    ws.await_state(Shared.uids[0], jobs[0], "delivered")
    assert ws.job(Shared.uids[1], jobs[1])["state"] == "held"


@test("shared: a key is locked for the one who signs out, and for nobody else")
def _():
    ws = Shared.open()
    assert [ws.get(uid, "/v1/status")["key"] for uid in Shared.uids] == ["unlocked", "unlocked"]
    ws.post(Shared.uids[0], "/v1/sign-out")
    assert [ws.get(uid, "/v1/status")["key"] for uid in Shared.uids] == ["locked", "unlocked"]


# ── kiosk ────────────────────────────────────────────────────────────────────────────────────


class AtKiosk:
    """A kiosk with a printer; Anna has a PIN and Ben a PIN and a card."""

    ws = None
    CARD = "04A22BC3D4"

    @classmethod
    def open(cls):
        if cls.ws is None:
            if os.geteuid() != 0:
                skip("needs root, to be several users")
            has_programs("age", "age-keygen")
            cls.ws = ws = Kiosk(BUILD)
            keep(ws)
            ws.configuration = ws.configuration.replace("idle-sign-out = 30s", "idle-sign-out = 20s")
            ws.__enter__()
            ws.site_command("user", "card", "--name", "ben", "--card-file", "-", input=cls.CARD + "\n")
            ws.list_printer(ws.start_printer())
            until(lambda: ws.get(0, "/v1/printers")["printers"], "the agent knows the printer")
        ws = cls.ws
        ws.ask(KIOSK, "POST", "/v1/sign-out", {})
        return ws

    @classmethod
    def print_as_who_sits_there(cls, window, document):
        before = {job["id"] for job in window.json("jobs")["jobs"]}
        with Connection(cls.ws, KIOSK) as connection:
            reply = connection.ask("Print-Job", document=document)
        assert reply.status == 0, (hex(reply.status), reply.message)
        job, = [job["id"] for job in window.json("jobs")["jobs"] if job["id"] not in before]
        await_announced(cls.ws, job)
        return job

    @classmethod
    def await_empty_seat(cls):
        until(lambda: not cls.ws.get(KIOSK, "/v1/status")["seat_taken"], "nobody sits there", 90)

    @classmethod
    def await_printed(cls, document):
        return until(lambda: document in [path.read_bytes() for path in cls.ws.printed.glob("*.pdf")], "it is printed", 60)


@test("kiosk: one after the other by PIN and by card, each prints what is theirs, and walking away signs out")
def _():
    ws = AtKiosk.open()
    window = keep(Window(ws, "one"))
    assert window.sign_in("anna", PIN, "--pin")["key"] == "new"
    annas = AtKiosk.print_as_who_sits_there(window, small_pdf(1))
    window.type("release", annas, "--printer", f"'{ws.printer_name}'", "--wait")
    AtKiosk.await_printed(small_pdf(1))
    AtKiosk.later = AtKiosk.print_as_who_sits_there(window, small_pdf(3))
    AtKiosk.await_empty_seat()  # Anna walks away, and does nothing
    window.type("jobs", status=REFUSED)
    welcome = window.json("sign-in", "--card", "--pin", typed=[AtKiosk.CARD, PIN])
    assert welcome["key"] == "new", welcome
    assert window.json("jobs")["jobs"] == []
    window.type("cancel", AtKiosk.later, status=NOT_THERE)
    bens = AtKiosk.print_as_who_sits_there(window, small_pdf(2))
    window.type("release", bens, "--printer", f"'{ws.printer_name}'", "--wait")
    AtKiosk.await_printed(small_pdf(2))
    window.type("sign-out")


@test("kiosk: what waits is released by the site's share when nobody sits there, after a restart of the agent")
def _():
    ws = AtKiosk.open()
    assert not ws.get(KIOSK, "/v1/status")["seat_taken"]
    ws.restart_agent()
    until(lambda: ws.get(0, "/v1/status")["site_online"], "the site is connected")
    ws.person = "anna"
    browser = ws.browser()
    browser.sign_in()
    until(lambda: AtKiosk.later in browser.ask("GET", "/")[1], "the page shows it")
    browser.release(AtKiosk.later)
    AtKiosk.await_printed(small_pdf(3))
    assert not ws.get(KIOSK, "/v1/status")["seat_taken"]


@test("kiosk: a badge at the printer's terminal prints what its person left waiting, signed out and restarted")
def _():
    ws = AtKiosk.open()
    window = keep(Window(ws, "badge"))
    window.json("sign-in", "--card", "--pin", typed=[AtKiosk.CARD, PIN])
    job = AtKiosk.print_as_who_sits_there(window, small_pdf(6))
    window.type("sign-out")
    ws.restart_agent()
    until(lambda: ws.get(0, "/v1/status")["site_online"], "the site is connected")
    line = ws.site_command("terminal", "add", "--printer", ws.printer_name, "--name", "By the stairs").stdout.strip().split("\n")[-1]
    terminal = Terminal(ws.folder / "site/keys/site-ca.pem", ws.people_port, ws.devices_port, line).enrol()
    keep(terminal).close = terminal.temp.cleanup
    terminal.sign_in(card=AtKiosk.CARD, pin=PIN)
    waiting = until(lambda: [each for each in terminal.jobs().json["jobs"] if each["reachable"]], "the terminal shows it")
    assert [each["job"] for each in waiting] == [job]
    assert terminal.release().status == 200
    AtKiosk.await_printed(small_pdf(6))
    assert not ws.get(KIOSK, "/v1/status")["seat_taken"] and ws.get(KIOSK, "/v1/status")["key"] != "unlocked"


@test("kiosk: a card alone opens no key and releases what its person printed, by the site's share")
def _():
    ws = AtKiosk.open()
    window = keep(Window(ws, "two"))
    window.json("sign-in", "--card", "--pin", typed=[AtKiosk.CARD, PIN])
    job = AtKiosk.print_as_who_sits_there(window, small_pdf(4))
    window.type("sign-out")
    ws.restart_agent()
    until(lambda: ws.get(0, "/v1/status")["site_online"], "the site is connected")
    assert window.json("sign-in", "--card", typed=AtKiosk.CARD)["key"] == "not-asked"
    window.type("release", job, "--printer", f"'{ws.printer_name}'", "--wait")
    AtKiosk.await_printed(small_pdf(4))
    window.type("sign-out")


@test("kiosk: a key file opens with age and the passphrase of pepper and PIN, and with nothing less; the offline one with the password")
def _():
    ws = AtKiosk.open()
    window = keep(Window(ws, "three"))
    welcome = window.sign_in("anna", PIN, "--pin")
    job = AtKiosk.print_as_who_sits_there(window, small_pdf(5))
    window.sign_in("anna", ws.password)  # both ways in at one sitting
    offline = ws.keys_folder / f"{welcome['identity']}.offline.age"
    until(offline.exists, "the wrapping for hours without the site")
    window.type("sign-out")
    file = ws.keys_folder / f"{welcome['identity']}.pin.age"
    identity = uuid.UUID(welcome["identity"]).bytes
    site = Site(ws.folder / "site/site.db", ws.folder / "site/keys")
    seat = next(row for row in site.tables["seats"] if row["identity"] == identity)
    name = f"pepper {seat['pepper'].hex()} {uuid.UUID(bytes=identity)} {uuid.UUID(bytes=seat['device'])}"
    pepper = seal.aead_open(site.wrap_key, seat["wrapped"][:12], seat["wrapped"][12:], name.encode())
    passphrase = seal.hkdf(pepper, identity, b"homespool pin v1\0" + PIN.encode())
    text = base64.urlsafe_b64encode(passphrase).rstrip(b"=").decode()
    key = age_with_passphrase(text, file)
    assert key and age(key, document_of(ws, job)) == small_pdf(5)
    assert age_with_passphrase(PIN, file) is None, "without the pepper the PIN opens nothing"
    wrong = seal.hkdf(secrets.token_bytes(32), identity, b"homespool pin v1\0" + PIN.encode())
    assert age_with_passphrase(base64.urlsafe_b64encode(wrong).rstrip(b"=").decode(), file) is None
    assert age_with_passphrase(ws.password, offline) == key


try:
    main(sys.argv[2] if len(sys.argv) > 2 else None)
finally:
    for thing in reversed(opened):
        thing.close()
