# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""A kiosk with the real agent and the real site, and the shells of its one OS account.

    with Kiosk(build) as kiosk:
        window = Window(kiosk, "one")
        window.sign_in("anna", PIN, "--pin")
        window.json("jobs")
"""

import json
import os
import subprocess

from control_world import ADMIN, ALICE, ALICE_NAME, Workstation, has_programs, small_pdf, until
from ipp_client import Connection, mime, name_
from private_cups import as_user

PIN = "4711"
PEOPLE = f"""[people]
mode = kiosk
kiosk-account = {ALICE_NAME}
idle-sign-out = 30s
sign-out-after-print = false
"""
KIOSK = ALICE


class Window:
    """A shell of the kiosk's account, in which commands are typed."""

    def __init__(self, kiosk, name):
        self.kiosk = kiosk
        self.folder = kiosk.folder / f"window-{name}"
        if not self.folder.exists():
            self.folder.mkdir()
            os.chown(self.folder, KIOSK, -1)
            self.folder.chmod(0o700)
        words, environment = as_user(ALICE_NAME, ["sh"], env={"XDG_RUNTIME_DIR": str(self.folder)})
        self.shell = subprocess.Popen(words, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT, text=True)

    def type(self, *arguments, typed="", status=0):
        """`homespool …` with @typed on its standard input; its output."""
        lines = "".join(f"{line}\n" for line in ([typed] if isinstance(typed, str) else typed) if line)
        words = " ".join([str(self.kiosk.programs.command), "--root", str(self.kiosk.root), *arguments])
        self.shell.stdin.write(f"{words} <<'END'\n{lines}END\necho \"ended $?\"\n")
        self.shell.stdin.flush()
        said = []
        while not said or not said[-1].startswith("ended "):
            line = self.shell.stdout.readline()
            assert line, "the shell is gone: " + "".join(said)
            said.append(line)
        ended = int(said.pop().split()[1])
        assert status is None or ended == status, (arguments, ended, said)
        return "".join(said)

    def json(self, *arguments, **more):
        return json.loads(self.type("--json", *arguments, **more))

    def sign_in(self, user, secret, *options, **more):
        return self.json("sign-in", user, *options, typed=secret, **more)

    def close(self):
        self.shell.stdin.close()
        self.shell.wait(20)
        self.shell.stdout.close()


class Kiosk(Workstation):
    def __init__(self, build, people=PEOPLE):
        super().__init__(build, people)
        self.policy = ["--offline", "print"]

    def site_command(self, *arguments, **more):
        return self.run(self.programs.site, *arguments[:2], "--data", self.folder / "site", *arguments[2:], **more)

    def __enter__(self):
        try:
            self.start_site()
            for name in ("anna", "ben"):
                self.add_person(name)
                self.site_command("user", "pin", "--name", name, "--pin-file", "-", input=PIN + "\n")
            self.start_agent(self.configuration)
            self.enrol()
        except BaseException:
            self.close()
            raise
        return self

    def restart_site(self):
        self.start("site", [self.programs.site, "serve", "--data", self.folder / "site"])
        until(lambda: self.answers(self.people_port) and self.answers(self.devices_port), "the site listens")
        until(lambda: self.get(ADMIN, "/v1/status")["site_online"], "the site is connected", 90)

    def stop_site(self):
        self.stop("site", kill=True)
        until(lambda: not self.get(ADMIN, "/v1/status")["site_online"], "the site is seen to be gone", 90)

    def print_ipp(self, uid, title="A title"):
        with Connection(self, uid) as connection:
            return connection.ask("Print-Job", name_("job-name", title) + mime("document-format", "application/pdf"),
                                  document=small_pdf())

    def ask_ipp(self, uid, operation, attributes=b""):
        with Connection(self, uid) as connection:
            return connection.ask(operation, attributes)

    @property
    def keys_folder(self):
        return self.root / "lib/keys"


class KioskOnce:
    """The kiosk of a test program: made when it is first called for, and with nobody signed in whenever it is."""

    def __init__(self, build):
        self.build = build
        self.kiosk = None

    def __call__(self):
        if self.kiosk is None:
            has_programs("age")
            self.kiosk = Kiosk(self.build).__enter__()
        self.kiosk.ask(KIOSK, "POST", "/v1/sign-out", {})
        return self.kiosk

    def close(self):
        if self.kiosk is not None:
            self.kiosk.close()
