# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Ends what outlived the program that started it: an agent whose tracer was killed, what a session bus activated, a panel's
applets. They are known by a mark that only one test has, such as its folder, in their command line or environment."""

import os
import signal
from pathlib import Path


def bears(process, mark):
    try:
        return any(mark in (process / name).read_bytes() for name in ("cmdline", "environ"))
    except OSError:  # over, or not ours to read
        return False


def end_orphans(mark):
    """Ends every process that bears @mark, but not this one."""
    mark = os.fsencode(mark)
    for process in Path("/proc").glob("[0-9]*"):
        if int(process.name) != os.getpid() and bears(process, mark):
            try:
                os.kill(int(process.name), signal.SIGKILL)
            except ProcessLookupError:
                pass
