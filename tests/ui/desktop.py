# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""A desktop for one test: an X server, a session bus and a window manager of its own, a person who is logged in there, and
hands that find things by their accessible names and use real pointer and keyboard.

    with Desktop(folder, user) as desktop:
        desktop.start_tray(program, root)
        desktop.click("button", "Print Lease.pdf")

Everything is started here and ended by its pid. D-Bus starts inside the X session, so that what it activates finds the display.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from orphans import end_orphans  # noqa: E402
from private_cups import as_user, until  # noqa: E402
from tap import skip  # noqa: E402

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WIDTH, HEIGHT = 1180, 800
LIMIT_S = 60
BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={path}</listen><auth>EXTERNAL</auth><standard_session_servicedirs/>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/><allow user="*"/></policy>
</busconfig>"""


def needs(*names):
    missing = [name for name in names if shutil.which(name) is None]
    if missing or not Path("/usr/lib/python3/dist-packages/pyatspi").exists():
        skip("needs " + ", ".join(missing or ["python3-pyatspi"]))


class Desktop:
    def __init__(self, folder, user=None, language="C.UTF-8", environment=None, shadows=False):
        needs("Xvfb", "dbus-daemon", "xfwm4", "xdotool", "xprop", "xwininfo", "import", "wmctrl")
        self.folder = Path(folder) / "desktop"
        self.user = user
        self.shadows = shadows
        self.processes = {}
        for name in ("home", "run"):
            (self.folder / name).mkdir(parents=True)
        self.folder.chmod(0o755)
        (self.folder / "run").chmod(0o700)
        if user is not None:
            for name in ("home", "run", "."):
                shutil.chown(self.folder / name, user)
        home = self.folder / "home"
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": str(home), "XDG_RUNTIME_DIR": str(self.folder / "run"), "LANG": language,
            "LC_ALL": language, "XDG_CONFIG_HOME": str(home / "config"), "XDG_DATA_HOME": str(home / "data"),
            "XDG_CACHE_HOME": str(home / "cache"), "GDK_BACKEND": "x11", "GSK_RENDERER": "cairo", "GTK_A11Y": "atspi",
            "XDG_SESSION_TYPE": "x11", "XDG_CURRENT_DESKTOP": "XFCE", "GSETTINGS_BACKEND": "memory",
            "HOMESPOOL_ICON_DIR": str(ROOT / "tray-ui/data/icons/scalable/status"), "NO_AT_BRIDGE": "0",
            # A keyring without a daemon: a file of this folder.
            "SECRET_BACKEND": "file", "SECRET_FILE_TEST_PASSWORD": "password", "SECRET_FILE_TEST_PATH": str(home / "keyring"),
            **(environment or {})}

    def start(self, name, command, **more):
        command, environment = [str(word) for word in command], {**self.environment, **more.pop("env", {})}
        if self.user is not None:
            command, environment = as_user(self.user, command, env=environment)
        log = (self.folder / f"{name}.log").open("ab")
        more = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log, **more}
        self.processes[name] = subprocess.Popen(command, env=environment, start_new_session=True, cwd=self.folder, **more)
        log.close()
        return self.processes[name]

    def stop(self, name):
        process = self.processes.pop(name, None)
        if process is None or process.poll() is not None:
            return
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)

    def log(self, name):
        path = self.folder / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def __enter__(self):
        try:
            self.start_x()
            bus = self.folder / "bus"
            (self.folder / "bus.conf").write_text(BUS.format(path=bus))
            self.environment["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={bus}"
            self.start("bus", ["dbus-daemon", f"--config-file={self.folder}/bus.conf", "--nofork", "--nopidfile"])
            until(bus.exists, "the session bus")
            self.start("windows", ["xfwm4", f"--compositor={'on' if self.shadows else 'off'}"])
            self.start("hands", ["/usr/bin/python3", HERE / "hands.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            self.ask("hello")
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *unused):
        self.close()

    def close(self):
        for name in reversed(list(self.processes)):
            self.stop(name)
        end_orphans(self.folder)  # applets, and what the bus activated

    def await_shadows(self):
        """The window manager puts windows together: only what starts from then on gets shadows and round corners."""
        ask = ("import ctypes; x = ctypes.CDLL('libX11.so.6'); x.XOpenDisplay.restype = ctypes.c_void_p; d = ctypes.c_void_p(x.XOpenDisplay(None)); "
               "x.XInternAtom.restype = x.XGetSelectionOwner.restype = ctypes.c_ulong; "
               "print(x.XGetSelectionOwner(d, ctypes.c_ulong(x.XInternAtom(d, b'_NET_WM_CM_S0', 0))) != 0)")
        until(lambda: "True" in self.run("/usr/bin/python3", "-c", ask).stdout, "windows are put together", LIMIT_S)

    def start_x(self):
        number = self.folder / "display"
        with number.open("wb") as pipe:  # the server chooses the number itself: no race with others on this machine
            self.start("x", ["Xvfb", "-displayfd", str(pipe.fileno()), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten", "tcp", "-noreset",
                             "-ac"], pass_fds=[pipe.fileno()])
        until(lambda: number.read_text().strip(), "the X server", 30)
        self.environment["DISPLAY"] = ":" + number.read_text().strip()

    def run(self, *command):
        return subprocess.run([str(word) for word in command], env=self.environment, capture_output=True, text=True, timeout=LIMIT_S,
                              check=False)

    # ── the tray ─────────────────────────────────────────────────────────────────────────────

    def start_tray(self, program, root, *options, window=True, environment=None):
        process = self.start("tray", [program, "--root", root, *options], env=environment or {})
        if window:
            self.await_window()
        return process

    def await_window(self, title="Print jobs|Druck|Impr|Tisk"):
        return until(lambda: self.window(title), "the window is shown", LIMIT_S)

    def window(self, title="Print jobs|Druck|Impr|Tisk"):
        return (self.run("xdotool", "search", "--onlyvisible", "--name", title).stdout.split() or [None])[0]

    def is_alive(self):
        return self.processes["tray"].poll() is None

    # ── what stands around it ────────────────────────────────────────────────────────────────

    def start_panel(self):
        """A panel with a place for icons."""
        self.start("panel", ["mate-panel"])

    def start_notifications(self):
        """Shows notifications with buttons. Started by its path: which one the bus would start is anybody's guess."""
        found = next(iter(sorted(Path("/usr/lib").glob("*/xfce4/notifyd/xfce4-notifyd"))), None)
        if found is None:
            skip("needs xfce4-notifyd")
        self.start("notifications", [found])
        ask = ["gdbus", "call", "--session", "-d", "org.freedesktop.DBus", "-o", "/org/freedesktop/DBus", "-m",
               "org.freedesktop.DBus.NameHasOwner", "org.freedesktop.Notifications"]
        until(lambda: "true" in self.run(*ask).stdout, "the notification daemon is there", LIMIT_S)

    # ── hands ────────────────────────────────────────────────────────────────────────────────

    def ask(self, verb, **arguments):
        """What hands.py answers; its failures are ours."""
        hands = self.processes["hands"]
        hands.stdin.write(json.dumps({"do": verb, **arguments}) + "\n")
        hands.stdin.flush()
        line = hands.stdout.readline()
        if not line:
            raise AssertionError("the hands are gone: " + self.log("hands"))
        answer = json.loads(line)
        if "problem" in answer:
            if os.environ.get("HOMESPOOL_UI_PICTURES"):  # a folder: what the screen showed when something was not found
                self.shoot(Path(os.environ["HOMESPOOL_UI_PICTURES"]) / f"{int(time.time())}.png")
            raise AssertionError(f"{verb} {arguments}: {answer['problem']}; {self.log('tray')[-400:]}")
        return answer["result"]

    def find(self, role, name, **more):
        return self.ask("find", role=role, name=name, **more)

    def gone(self, role, name, **more):
        return self.ask("gone", role=role, name=name, **more)

    def click(self, role, name, **more):
        return self.ask("click", role=role, name=name, **more)

    def point(self, role, name, **more):
        return self.ask("point", role=role, name=name, **more)

    def names(self, role, **more):
        return self.ask("names", role=role, **more)

    def key(self, *keys):
        self.ask("key", keys=list(keys))

    def type(self, text):
        self.ask("type", text=text)

    def shoot(self, path, window=None):
        """A picture of @window (its title), or of the whole screen."""
        target = self.window(window) if window else "root"
        done = self.run("import", "-window", target or "root", path)
        assert done.returncode == 0, done.stderr

    def settle(self, seconds=0.4):
        """For pictures only: animations end."""
        time.sleep(seconds)
