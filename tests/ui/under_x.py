#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Runs a program on an X server of its own, with nothing else on it.

usage: under_x.py PROGRAM [ARGUMENT…]
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from private_cups import until  # noqa: E402

with tempfile.TemporaryDirectory(prefix="homespool-x-") as folder:
    number = Path(folder) / "display"
    with number.open("wb") as pipe:
        server = subprocess.Popen(["Xvfb", "-displayfd", str(pipe.fileno()), "-screen", "0", "1280x900x24", "-nolisten", "tcp", "-ac",
                                   "-noreset"], pass_fds=[pipe.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        until(lambda: number.read_text().strip(), "the X server", 30)
        done = subprocess.run(sys.argv[1:], env={**os.environ, "DISPLAY": ":" + number.read_text().strip(), "GDK_BACKEND": "x11",
                                                 "GSK_RENDERER": "cairo", "GTK_A11Y": "test", "GSETTINGS_BACKEND": "memory",
                                                 "HOME": folder, "XDG_CONFIG_HOME": folder, "XDG_RUNTIME_DIR": folder,
                                                 "DBUS_SESSION_BUS_ADDRESS": "disabled:", "LC_ALL": "C.UTF-8"}, check=False)
    finally:
        server.terminate()
        server.wait(20)
sys.exit(done.returncode)
