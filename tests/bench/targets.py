# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""The servers that are compared: how each is started, asked and stopped.

A target is started in a folder of its own and ends only what it started. `hold` says whether its
jobs stay held; `one_at_a_time` that it refuses a job while it works on another.
"""

import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent


def wait_for(what, limit_s, ready, process=None):
    end = time.monotonic() + limit_s
    while not ready():
        if process is not None and process.poll() is not None:
            raise RuntimeError(f"{what} ended with {process.returncode} instead of starting")
        if time.monotonic() > end:
            raise TimeoutError(f"{what} did not start within {limit_s} s")
        try:  # a bounded wait for an event: the process ends, or a twentieth of a second is over
            if process is not None:
                process.wait(0.05)
        except subprocess.TimeoutExpired:
            pass


def accepts(endpoint):
    family = socket.AF_INET if isinstance(endpoint, tuple) else socket.AF_UNIX
    with socket.socket(family) as probe:
        return probe.connect_ex(endpoint) == 0


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Target:
    name = ""
    hold = True
    one_at_a_time = False
    encrypts = "no"

    def __init__(self, scratch, options):
        self.folder = Path(scratch) / self.name.split()[0]
        self.folder.mkdir(mode=0o755)
        self.options = options
        self.processes = []

    def spawn(self, *command, **more):
        log = open(self.folder / (Path(command[0]).name + ".log"), "wb")
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **more)
        log.close()
        self.processes.append(process)
        return process

    def stop(self):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait(20)
        self.processes = []

    @property
    def server(self):
        """The pid whose time and memory count."""
        return self.processes[-1].pid

    @property
    def spool(self):
        return self.folder / "spool"

    def connect(self):
        return Client(self)

    def version(self):
        return ""


class Cupsd(Target):
    """A private cupsd with one raw queue whose jobs are held; plain text in its spool, no sync."""

    name = "cupsd"

    def start(self):
        self.port = free_port()
        for name, mode in (("spool", 0o710), ("tmp", 0o1770), ("cache", 0o770), ("state", 0o755), ("root", 0o755)):
            path = self.folder / name
            path.mkdir()
            shutil.chown(path, "root", "lp")
            path.chmod(mode)
        certs = self.folder / "state" / "certs"
        certs.mkdir()
        shutil.chown(certs, "root", "lp")
        (self.folder / "cups-files.conf").write_text(f"""User lp
Group lp
SystemGroup root lpadmin
ServerRoot {self.folder}/root
RequestRoot {self.folder}/spool
TempDir {self.folder}/tmp
CacheDir {self.folder}/cache
StateDir {self.folder}/state
ErrorLog {self.folder}/error_log
AccessLog {self.folder}/access_log
PageLog {self.folder}/page_log
ServerKeychain {self.folder}/root
FatalErrors none
""")
        (self.folder / "cupsd.conf").write_text(f"""Listen 127.0.0.1:{self.port}
Listen {self.folder}/state/cups.sock
Browsing No
DefaultAuthType Basic
LogLevel error
MaxJobs 0
MaxLogSize 0
<Location />
  Order allow,deny
  Allow localhost
</Location>
<Policy default>
  JobPrivateAccess default
  JobPrivateValues default
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
""")
        process = self.spawn("cupsd", "-f", "-c", str(self.folder / "cupsd.conf"), "-s", str(self.folder / "cups-files.conf"))
        wait_for("cupsd", 20, lambda: accepts(("127.0.0.1", self.port)), process)
        subprocess.run(["lpadmin", "-p", "held", "-E", "-v", "ipp://localhost:9/", "-m", "raw"], check=True, capture_output=True,
                       env={**os.environ, "CUPS_SERVER": str(self.folder / "state" / "cups.sock")}, timeout=30)
        self.setting = {"endpoint": ["127.0.0.1", self.port], "host": f"localhost:{self.port}", "path": "/printers/held",
                        "uri": f"ipp://localhost:{self.port}/printers/held"}

    def version(self):
        return "CUPS " + subprocess.run(["cups-config", "--version"], capture_output=True, text=True, check=False).stdout.strip() \
            if shutil.which("cups-config") else package_version("cups-daemon")


class Ippeveprinter(Target):
    """CUPS's reference printer: takes one job at a time and "prints" it at once."""

    name = "ippeveprinter"
    hold = False
    one_at_a_time = True

    def start(self):
        self.port = free_port()
        self.spool.mkdir()
        done = self.folder / "done"
        done.write_text("#!/bin/sh\nexit 0\n")
        done.chmod(0o755)
        self.start_announcing()
        environment = {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={self.folder}/bus", "HOME": str(self.folder)}
        process = self.spawn("ippeveprinter", "-p", str(self.port), "-d", str(self.spool), "-c", str(done), "-K", str(self.folder),
                             "-f", "application/pdf,image/jpeg,image/pwg-raster,image/urf", "Benchmark", env=environment)
        wait_for("ippeveprinter", 20, lambda: accepts(("127.0.0.1", self.port)), process)
        self.setting = {"endpoint": ["127.0.0.1", self.port], "host": f"localhost:{self.port}", "path": "/ipp/print",
                        "uri": f"ipp://localhost:{self.port}/ipp/print"}

    def start_announcing(self):
        """It refuses to start without avahi, which needs a bus; both are private to this run."""
        (self.folder / "bus.conf").write_text(f"""<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path={self.folder}/bus</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
<allow user="*"/></policy></busconfig>
""")
        bus = self.spawn("dbus-daemon", f"--config-file={self.folder}/bus.conf", "--nofork", "--nopidfile")
        wait_for("dbus-daemon", 20, lambda: accepts(f"{self.folder}/bus"), bus)
        (self.folder / "avahi.conf").write_text("[server]\nallow-interfaces=lo\nuse-ipv6=no\nenable-dbus=yes\n"
                                                "[wide-area]\nenable-wide-area=no\n[publish]\n[reflector]\n[rlimits]\n")
        environment = {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={self.folder}/bus"}
        avahi = self.spawn("avahi-daemon", "-f", str(self.folder / "avahi.conf"), "--no-drop-root", "--no-chroot", "--no-rlimits",
                           "--no-proc-title", env=environment)
        wait_for("avahi-daemon", 20, lambda: Path("/run/avahi-daemon/socket").exists(), avahi)

    def version(self):
        return package_version("cups-ipp-utils")


class Agent(Target):
    """Our agent: seals every document to its owner and answers when it is durable."""

    name = "homespoold"
    encrypts = "yes, and durable before the answer"

    def start(self):
        program = Path(self.options.agent)
        if not program.is_file():
            raise FileNotFoundError("it is not built")
        root = self.folder / "root"
        (self.folder / "agent.conf").write_text("[agent]\nlog-level = warning\n[queue]\nmanage = false\n")
        process = self.spawn(str(program), "--config", str(self.folder / "agent.conf"), "--root", str(root),
                             "--helper-folder", str(self.options.build / "render"))
        self.control = root / "run" / "control.sock"
        wait_for("homespoold", 30, lambda: accepts(str(self.control)), process)
        self.unlock()
        self.setting = {"endpoint": str(root / "run" / "ipp.sock"), "host": "localhost", "path": "/ipp/print",
                        "uri": "ipp://localhost/ipp/print"}

    @property
    def spool(self):
        return self.folder / "root" / "lib" / "spool"

    def call(self, path, *more, body=None):
        """Asks the control socket as the client's user; `more` goes to curl."""
        asked = subprocess.run([*as_user(self.options.user), "curl", "-sS", "--fail-with-body", "--unix-socket", str(self.control),
                                *more, "http://localhost" + path], input=body, capture_output=True, check=False, timeout=30)
        if asked.returncode != 0:
            raise RuntimeError(f"{path}: {(asked.stdout + asked.stderr).decode(errors='replace').strip()}")
        return json.loads(asked.stdout)

    def unlock(self):
        """Registers a key of the client's user, so that there is somebody to seal the jobs to."""
        key = subprocess.run(["age-keygen"], capture_output=True, check=True, timeout=30).stdout
        recipient = self.call("/v1/unlock")["recipient"]
        sealed = subprocess.run(["age", "-r", recipient], input=key, capture_output=True, check=True, timeout=30).stdout
        self.call("/v1/unlock", "-H", "Content-Type: application/age", "--data-binary", "@-", body=sealed)

    def version(self):
        shown = subprocess.run([str(self.options.agent), "--version"], capture_output=True, text=True, check=True, timeout=30)
        return shown.stdout.strip()


def as_user(name):
    user = pwd.getpwnam(name)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def package_version(package):
    shown = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True, check=False)
    return f"{package} {shown.stdout}" if shown.returncode == 0 else package


class Client:
    """client.py as an ordinary user, with the target's address."""

    def __init__(self, target):
        self.target = target
        self.process = subprocess.Popen(
            [*as_user(target.options.user), "/usr/bin/python3", str(HERE / "client.py")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"})
        self.send({**target.setting, "user": target.options.user})

    def send(self, value):
        self.process.stdin.write(json.dumps(value) + "\n")
        self.process.stdin.flush()

    def ask(self, **command):
        self.send(command)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the client ended")
        answer = json.loads(line)
        if "error" in answer:
            raise RuntimeError(f"{self.target.name}: {answer['error']}")
        return answer

    def submit(self, file, count, sync=None):
        kind = {".pdf": "application/pdf", ".jpg": "image/jpeg"}[Path(file).suffix]
        return self.ask(do="submit", file=str(file), format=kind, count=count, hold=self.target.hold, sync=sync and str(sync),
                        one_at_a_time=self.target.one_at_a_time)

    def close(self):
        self.process.stdin.close()
        self.process.wait(20)
        self.process.stdout.close()


ALL = {target.name: target for target in (Agent, Cupsd, Ippeveprinter)}

if __name__ == "__main__":
    sys.exit("run tests/bench/run")
