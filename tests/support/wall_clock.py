# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Another time of day for some programs, by libfaketime. The time since boot stays true, and so do its timers."""

import glob
import os
import time


def _preloads(build):
    (library,) = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
    if build is None:
        return [library]
    (true_timers,) = glob.glob(f"{os.path.abspath(build)}/tests/libtrue_timers.so")
    return [true_timers, library]


class WallClock:
    """What the programs started with its environment, or by wrap(), take for the time of day.

    folder: where its file lies, which every one of them must be able to read
    build: the build folder; needed where a program waits by the boot clock, as homespoold does
    """

    def __init__(self, folder, build=None):
        self.folder, self.file, self.hours = folder, folder / "clock", 0
        self.environment = {"LD_PRELOAD": ":".join(_preloads(build)), "FAKETIME_TIMESTAMP_FILE": str(self.file), "FAKETIME_NO_CACHE": "1",
                            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "FAKETIME_DONT_RESET": "1"}
        self.forward(0)

    def now(self):
        """Seconds since 1970, as those programs see it."""
        return time.time() + 3600 * self.hours

    def forward(self, hours):
        self.hours += hours
        # In one step: who reads it meanwhile must not find it empty and be back in the present.
        fresh = self.folder / "clock-fresh"
        fresh.write_text(f"{self.hours:+}h\n")
        fresh.chmod(0o644)
        fresh.rename(self.file)

    def wrap(self, program):
        """A program that runs @program by this clock, for whoever starts it.

        Not by the environment of the one who changes the user for it: libfaketime makes things that belong to whom it first runs for."""
        wrapper = self.folder / f"{os.path.basename(program)}-by-the-clock"
        settings = "".join(f"export {key}='{value}'\n" for key, value in self.environment.items())
        wrapper.write_text(f'#!/bin/sh\n{settings}exec {program} "$@"\n')
        wrapper.chmod(0o755)
        return wrapper
