# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""ippeveprinter in a network namespace of its own, with the DNS-SD that it insists on.

    with Lab() as lab:
        printer = lab.printer()          # printer.uri, printer.files(), printer.stop()
        lab.run("program", "argument")   # a program that sees it

Needs root, cups-ipp-utils, avahi-daemon, dbus and iproute2; Lab() raises Missing if one is not there.
Everything that was started is stopped by its pid.
"""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

LIMIT_S = 30
BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path={run}/bus</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><allow own="*"/><allow send_destination="*"/>
<allow receive_sender="*"/></policy></busconfig>"""
AVAHI = "[server]\nuse-ipv6=no\nallow-interfaces=lo\nenable-dbus=yes\n"


class Missing(Exception):
    pass


class Lab:
    def __init__(self):
        if os.geteuid() != 0:
            raise Missing("needs root for a network namespace")
        for program in ("ip", "dbus-daemon", "avahi-daemon", "ippeveprinter"):
            if shutil.which(program) is None:
                raise Missing(f"needs {program}")
        self.started = []
        self.folder = Path(tempfile.mkdtemp(prefix="homespool-lab-"))
        self.name = f"hs{os.getpid()}"
        made = subprocess.run(["ip", "netns", "add", self.name], capture_output=True, text=True, check=False)
        if made.returncode:
            shutil.rmtree(self.folder)
            raise Missing(f"no network namespace: {made.stderr.strip()}")

    def __enter__(self):
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _start(self):
        for words in ("link set lo up", "link set lo multicast on", "route add 224.0.0.0/4 dev lo"):
            self.run("ip", *words.split(), check=True)
        (self.folder / "bus.conf").write_text(BUS.format(run=self.folder))
        (self.folder / "avahi.conf").write_text(AVAHI)
        self.environment = dict(os.environ, DBUS_SYSTEM_BUS_ADDRESS=f"unix:path={self.folder}/bus",
                                HOME=str(self.folder))
        self.start("dbus-daemon", f"--config-file={self.folder}/bus.conf", "--nofork", "--nopidfile")
        self.wait(lambda: (self.folder / "bus").exists(), "the bus")
        # Its own /run/avahi-daemon: there may be another one outside.
        self.start("sh", "-c", "mkdir -p /run/avahi-daemon && mount -t tmpfs none /run/avahi-daemon && "
                   f"exec avahi-daemon -f {self.folder}/avahi.conf --no-drop-root --no-chroot --no-rlimits "
                   "--no-proc-title")
        self.wait(self._has_avahi, "avahi")

    def _has_avahi(self):
        asked = self.run("dbus-send", "--system", "--print-reply", "--dest=org.freedesktop.DBus",
                         "/org/freedesktop/DBus", "org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.Avahi")
        return "boolean true" in asked.stdout

    def _inside(self, words):
        return ["ip", "netns", "exec", self.name, *map(str, words)]

    def start(self, *words):
        log = (self.folder / f"log{len(self.started)}").open("w")
        process = subprocess.Popen(self._inside(words), env=getattr(self, "environment", None), stdout=log,
                                   stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, cwd=self.folder)
        self.started.append(process)
        return process

    def run(self, *words, check=False, timeout=300):
        return subprocess.run(self._inside(words), env=getattr(self, "environment", None), capture_output=True,
                              text=True, timeout=timeout, check=check)

    def wait(self, condition, what):
        end = time.monotonic() + LIMIT_S
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError(f"{what} did not come up")
            time.sleep(0.02)  # between two looks at a condition with a limit

    def printer(self, *options):
        return Printer(self, options)

    def __exit__(self, *unused):
        for process in reversed(self.started):
            process.terminate()
        for process in self.started:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        subprocess.run(["ip", "netns", "del", self.name], capture_output=True, check=False)
        shutil.rmtree(self.folder, ignore_errors=True)


class Printer:
    """One ippeveprinter that keeps what it prints and is done with it at once."""

    count = 0

    def __init__(self, lab, options):
        Printer.count += 1
        self.lab = lab
        self.port = 8600 + Printer.count  # the namespace has all ports free
        self.spool = lab.folder / f"printed{self.port}"
        self.keys = lab.folder / f"keys{self.port}"
        self.spool.mkdir()
        self.keys.mkdir()
        self.uri = f"ipps://localhost:{self.port}/ipp/print"
        self.start(*options)

    def start(self, *options):
        self.process = self.lab.start("ippeveprinter", "-n", "localhost", "-p", self.port, "-d", self.spool, "-K",
                                      self.keys, "-c", "/bin/true", "-k", "-2", "-f",
                                      "application/pdf,image/jpeg,image/pwg-raster", *options, f"Lab {self.port}")
        self.lab.wait(self._answers, "ippeveprinter")

    def _answers(self):
        probe = ("import socket,sys\ntry: socket.create_connection(('127.0.0.1', %d), 1)\n"
                 "except OSError: sys.exit(1)" % self.port)
        return self.lab.run("/usr/bin/python3", "-c", probe).returncode == 0

    def stop(self):
        self.process.terminate()
        self.process.wait(10)

    def files(self):
        return sorted(self.spool.glob("*.pdf"), key=lambda path: path.stat().st_mtime)
