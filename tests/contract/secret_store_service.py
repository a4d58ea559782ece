#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Runs the secret store's contract against a real desktop store, or against libsecret's file.

usage: secret_store_service.py keyring|file PROGRAM

keyring: a session bus of its own, a keyring daemon with a password of its own, everything in a
temporary folder; the store is locked half-way through the Secret Service's own call. TAP is the
program's.
"""

import os
import shutil
import subprocess
import sys
import tempfile

LOCK = ("gdbus call --session --dest org.freedesktop.secrets --object-path /org/freedesktop/secrets "
        "--method org.freedesktop.Secret.Service.Lock \"['/org/freedesktop/secrets/collection/login']\"")

# Inside the session: the daemon reads the new keyring's password from stdin and goes to the background.
SESSION = """
eval "$(printf %s "a password" | gnome-keyring-daemon --unlock --components=secrets)" || exit 99
exec "$1"
"""


def main():
    manner, program = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        environment = dict(os.environ, HOME=folder, XDG_RUNTIME_DIR=folder, XDG_DATA_HOME=folder + "/data",
                           XDG_CACHE_HOME=folder + "/cache", XDG_CONFIG_HOME=folder + "/config")
        for name in ("DBUS_SESSION_BUS_ADDRESS", "GNOME_KEYRING_CONTROL", "DISPLAY", "WAYLAND_DISPLAY"):
            environment.pop(name, None)
        if manner == "file":
            environment.update(SECRET_BACKEND="file", SECRET_FILE_TEST_PASSWORD="a password",
                               SECRET_FILE_TEST_PATH=folder + "/test.keyring")
            return subprocess.run([program], env=environment, check=False, timeout=100).returncode
        missing = [name for name in ("dbus-run-session", "gnome-keyring-daemon", "gdbus") if not shutil.which(name)]
        if missing:
            print(f"1..0 # SKIP not installed: {' '.join(missing)}")
            return 0
        os.mkdir(folder + "/data")
        environment["HS_TEST_LOCK_COMMAND"] = LOCK
        return subprocess.run(["dbus-run-session", "--", "bash", "-c", SESSION, "session", program], env=environment,
                              check=False, timeout=100).returncode


sys.exit(main())
