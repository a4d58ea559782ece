# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Another time of day for some programs, which may jump while they run. The time since boot stays true, and so do its timers."""

import os
import sys
import time
from pathlib import Path


class WallClock:
    """What the programs started with its environment, or by wrap(), take for the time of day: wall_clock.c reads it there.

    file: where it lies; whoever runs such a program must be able to read it
    """

    def __init__(self, file, build):
        self.file, self.offset_s = Path(file), 0
        library = Path(build).resolve() / "tests/libwall_clock.so"
        assert library.is_file(), library
        self.environment = {"LD_PRELOAD": str(library), "HOMESPOOL_TEST_CLOCK": str(self.file)}
        self.file.write_bytes(bytes(8))
        self.file.chmod(0o644)

    def set(self, hours=0, seconds=0):
        """So far from the true time."""
        self.offset_s = 3600 * hours + seconds
        # Written in its place and at once: programs have it mapped.
        file = os.open(self.file, os.O_WRONLY)
        os.pwrite(file, self.offset_s.to_bytes(8, sys.byteorder, signed=True), 0)
        os.close(file)

    def forward(self, hours=0, seconds=0):
        self.set(seconds=self.offset_s + 3600 * hours + seconds)

    def now(self):
        """Seconds since 1970, as those programs see it."""
        return time.time() + self.offset_s

    def wrap(self, program):
        """A program that runs @program by this clock, for whoever starts it."""
        wrapper = self.file.with_name(f"{os.path.basename(program)}-by-{self.file.name}")
        settings = "".join(f"export {key}='{value}'\n" for key, value in self.environment.items())
        wrapper.write_text(f'#!/bin/sh\n{settings}exec {program} "$@"\n')
        wrapper.chmod(0o755)
        return wrapper
