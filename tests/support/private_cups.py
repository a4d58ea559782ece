# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""A cupsd of our own in a temporary folder: no network, no browsing, the policies that CUPS ships.

It runs as root with its backends as "lp", as on a workstation; ordinary users are played by names
that every Debian has.
"""

import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

ADMIN_GROUP = "backup"  # stands for lpadmin; the primary group of the user "backup"
SHIPPED = "/usr/share/cups/cupsd.conf.default"


def until(condition, what, limit_s=20):
    """Waits for an event with a limit; returns what @condition returned."""
    end = time.monotonic() + limit_s
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > end:
            raise AssertionError(f"never happened: {what}")
        time.sleep(0.02)


def as_user(name, command, groups=(), **more):
    """Runs @command as the user @name, without root's environment."""
    drop = ["setpriv", f"--reuid={name}", "--regid=nogroup"]
    drop += [f"--groups={','.join(groups)}"] if groups else ["--clear-groups"]
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LC_ALL": "C.UTF-8", **more.pop("env", {})}
    return drop + ["--"] + list(command), environment


SEND = """
import http.client, json, socket, sys
c = http.client.HTTPConnection("localhost"); c.sock = socket.socket(socket.AF_UNIX); c.sock.connect(sys.argv[1])
c.request("POST", sys.argv[2], sys.stdin.buffer.read(), json.loads(sys.argv[3]))
r = c.getresponse(); body = r.read(); print(r.status, int.from_bytes(body[2:4], "big") if r.status == 200 else "")
"""


def send_ipp_as(user, unix_socket, request, path="/ipp/print", **fields):
    """An IPP request of a program of @user: (HTTP status, IPP status; None without one)."""
    fields = {"Content-Type": "application/ipp", **fields}
    command, environment = as_user(user, ["/usr/bin/python3", "-c", SEND, str(unix_socket), path, json.dumps(fields)])
    done = subprocess.run(command, env=environment, input=request, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    http_status, _, ipp_status = done.stdout.decode().strip().partition(" ")
    return int(http_status), int(ipp_status) if ipp_status else None


class PrivateCups:
    def __init__(self, folder=None, notifier=None, printer_socket=None):
        """@notifier: a program that becomes the notifier "homespool"; it finds the agent at @printer_socket."""
        self.folder = Path(folder or tempfile.mkdtemp(prefix="homespool-cups-"))
        self.folder.chmod(0o755)
        self.socket = self.folder / "state" / "cups.sock"
        self.spool = self.folder / "spool"
        self.error_log = self.folder / "log" / "error_log"
        self._process = None
        for name in ("root", "spool", "tmp", "cache", "state/certs", "log"):
            (self.folder / name).mkdir(parents=True)
        shutil.chown(self.folder / "tmp", "lp", "lp")
        files = {"ServerRoot": "root", "RequestRoot": "spool", "TempDir": "tmp", "CacheDir": "cache", "StateDir": "state",
                 "ErrorLog": "log/error_log", "AccessLog": "log/access_log", "PageLog": "log/page_log"}
        more = self._make_server_bin(notifier, printer_socket) if notifier else ""
        self._write("cups-files.conf", more + f"User lp\nGroup lp\nSystemGroup root {ADMIN_GROUP}\nFatalErrors none\n"
                    + "".join(f"{key} {self.folder / value}\n" for key, value in files.items()))
        self.configure()

    def _make_server_bin(self, notifier, printer_socket):
        """CUPS's own programs, and one notifier more."""
        own = self.folder / "server-bin"
        printer = self.folder / "state/homespool.sock"
        (own / "notifier").mkdir(parents=True, exist_ok=True)
        for path in Path("/usr/lib/cups").iterdir():
            if path.name != "notifier" and not (own / path.name).is_symlink():
                (own / path.name).symlink_to(path)
        shutil.copy(notifier, own / "notifier/homespool")
        if not printer.is_symlink():
            printer.symlink_to(printer_socket)
        return f"ServerBin {own}\n"

    def _write(self, name, text):
        (self.folder / name).write_text(text)

    def configure(self, log_level="warn", weaken_policy=False):
        """@weaken_policy: the policy "authenticated" keeps its name and asks for nothing."""
        shipped = next(p for p in (SHIPPED, "/etc/cups/cupsd.conf") if os.path.exists(p))
        policies = Path(shipped).read_text()
        policies = policies[policies.index("<Policy default>"):]
        if weaken_policy:
            start = policies.index("<Policy authenticated>")
            policies = policies[:start] + re.sub(r"(<Limit Create-Job [^>]*>)\s*AuthType Default", r"\1", policies[start:], count=1)
        self._write("cupsd.conf", f"""LogLevel {log_level}
Listen {self.socket}
Browsing No
WebInterface No
PageLogFormat
MaxJobs 0
DirtyCleanInterval 0
DefaultAuthType Basic
<Location />
  Order allow,deny
  Allow all
</Location>
<Location /admin/conf>
  AuthType Default
  Require user @SYSTEM
  Order allow,deny
  Allow all
</Location>
{policies}""")

    def start(self):
        self._process = subprocess.Popen(["cupsd", "-f", "-c", self.folder / "cupsd.conf", "-s", self.folder / "cups-files.conf"],
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        until(self._answers, "cupsd answers")

    def _answers(self):
        assert self._process.poll() is None, "cupsd ended"
        return self.socket.exists() and self.run(["lpstat", "-r"]).returncode == 0

    def stop(self, kill=False):
        if self._process is not None:
            (self._process.kill if kill else self._process.terminate)()
            self._process.wait(20)
            self._process = None

    def restart(self, **settings):
        self.stop()
        self.configure(**settings)
        self.start()

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder)

    def run(self, command, user=None, **more):
        """A CUPS command against this cupsd, as root or as @user."""
        environment = {**os.environ, "CUPS_SERVER": str(self.socket), "LC_ALL": "C.UTF-8"}
        if user is not None:
            command, environment = as_user(user, command, env={"CUPS_SERVER": str(self.socket)})
        return subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, **more)

    def jobs(self, queue):
        """{job number: "active" | "completed"} of @queue."""
        found = {}
        for which, word in (("completed", "completed"), ("not-completed", "active")):
            out = self.run(["lpstat", "-W", which, "-o", queue]).stdout
            found.update({int(n): word for n in re.findall(rf"^{re.escape(queue)}-(\d+) ", out, re.M)})
        return found

    def spool_files(self, job):
        """What lies on the disk of job number @job."""
        return sorted(p.name for p in self.spool.iterdir() if re.fullmatch(rf"[cd]{job:05d}(-\d+)?", p.name))
