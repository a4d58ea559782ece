# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""An office: the town of tests/support/town.py, and the desktop of its person with the tray program on it.

    office = the_office(build)          # opened once, closed when the program ends
    job = office.lp("Lease.pdf")
"""

import atexit
import functools
import json
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from desktop import Desktop, needs  # noqa: E402
from private_cups import until  # noqa: E402
from tap import skip  # noqa: E402
from town import Person, Programs, Town  # noqa: E402

LIMIT_S = 60


class Office(Town):
    def __init__(self, build, person, with_panel=False):
        super().__init__(Programs(build), person, policy=["--offline", "print"])
        self.tray = Path(build).resolve() / "tray-ui/homespool-tray"
        self.with_panel = with_panel

    def open(self):
        self.start_site()
        self.add_person(self.person)
        self.list_printer(self.start_printer())
        self.make_printer_slow()
        self.start_cups()
        self.start_agent()
        self.enrol()
        self.await_queue()
        self.desktop = Desktop(self.folder, self.person).__enter__()
        if self.with_panel:
            self.desktop.start_panel()
            self.desktop.start_notifications()
        self.desktop.start_tray(self.tray, self.folder / "agent")
        return self

    def close(self):
        if hasattr(self, "desktop"):
            self.desktop.close()
        super().close()

    def make_printer_slow(self):
        """While the gate is there the printer prints and comes to no end."""
        self.gate = self.folder / "gate"
        command = self.folder / "print-and-count"
        command.write_text(command.read_text().replace("#!/bin/sh\n", f"#!/bin/sh\nwhile [ -e '{self.gate}' ]; do sleep 0.1; done\n"))

    def lose_power_while_printing(self, job):
        """The printer is off in the middle of @job, and on again without a memory of it."""
        self.await_state(job, "delivering")
        until(lambda: any(each["event"] == "sent" for each in self.trace(job)), "the printer has all of it", LIMIT_S)
        self.stop("printer", kill=True)
        self.gate.unlink()
        self.switch_printer_on()

    def trace(self, job):
        return json.loads(self.homespool("--json", "trace", job["id"], user=self.person).stdout)["trace"]

    def draw(self, name, program):
        """A PDF of what the PostScript @program paints."""
        path = self.folder / f"{name}.pdf"
        if not path.exists():
            subprocess.run(["gs", "-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE=pdfwrite", "-o", path, "-c", program], check=True)
            path.chmod(0o644)
        return path

    def lp(self, title, *options, document=None):
        """Prints three pages, or @document, and waits until they are held."""
        pages = "/Helvetica findfont 20 scalefont setfont 1 1 3 {72 700 moveto (page ) show showpage} for"
        path = document or self.draw("document", pages)
        done = self.cups.run(["lp", "-d", self.queue, "-t", title, *options, str(path)], user=self.person)
        assert done.returncode == 0, done.stderr
        return self.await_job(lambda job: job["state"] == "held" and job["name"] == title, f"{title} is held")

    def sign_in_at_site(self):
        self.desktop.click("button", "Printing as")
        self.desktop.click("button", "Sign in at the site")
        for limit_s in (10, 10, 40):  # on a busy machine a click may only close the menu before it: who sees no letters clicks again
            self.desktop.click("entry|password text", "Password or PIN")
            self.desktop.key("ctrl+a")
            self.desktop.type(self.password)
            self.desktop.key("Return")
            try:
                self.desktop.gone("entry|password text", "Password or PIN", limit_s=limit_s)  # a refusal would keep it
                break
            except AssertionError:
                if limit_s == 40:
                    raise
        assert json.loads(self.homespool("--json", "delegate", "--list", user=self.person).stdout)["site_asked"]

    def job(self, job):
        return next((each for each in self.jobs() if each["id"] == job["id"]), None)

    def await_state(self, job, *states):
        return until(lambda: (lambda found: found if found and found["state"] in states else None)(self.job(job)),
                     f"{job['name']} becomes {states}, is {self.job(job)}", LIMIT_S)


@functools.cache
def the_office(build, with_panel=False):
    needs("Xvfb", "xfwm4", "xdotool", "gs", "ippeveprinter", "dbus-daemon", *(["mate-panel", "zbarimg", "convert"] if with_panel else []))
    if os.geteuid() != 0:
        skip("needs root, to be several users")
    person = Person()
    name = person.__enter__()
    atexit.register(person.__exit__)
    place = Office(build, name, with_panel)
    atexit.register(place.close)
    return place.open()
