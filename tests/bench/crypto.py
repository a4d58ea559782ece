# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Sealing and opening beside the bare cipher of OpenSSL and the age command line."""

import os
import re
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

MIB = 1 << 20
ROUNDS = 5


def openssl_mib_s():
    """ChaCha20-Poly1305 in blocks of 64 KiB, one thread: the ceiling."""
    shown = subprocess.run(["openssl", "speed", "-seconds", "2", "-bytes", "65536", "-evp", "chacha20-poly1305"],
                           capture_output=True, text=True, check=True, timeout=60).stdout
    found = re.search(r"^ChaCha20-Poly1305\s+([\d.]+)k", shown, re.M | re.I)
    return float(found.group(1)) * 1000 / MIB


def timed(command, source, size):
    with open(source, "rb") as stdin:
        begin = time.perf_counter()
        subprocess.run(command, stdin=stdin, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, timeout=300)
        return size / MIB / (time.perf_counter() - begin)


OURS = {"sealed to nowhere": "homespool seal", "opened from a file": "homespool open"}


def ours_mib_s(tool, size, folder):
    """The library itself, from memory to nowhere and back from a file in FOLDER."""
    shown = subprocess.run([str(tool), "speed", str(size // MIB)], capture_output=True, text=True, check=True, timeout=300,
                           env={**os.environ, "TMPDIR": str(folder)}).stdout
    found = dict(re.findall(r"^(.*): (\d+) MiB/s$", shown, re.M))
    return {name: float(found[line]) for line, name in OURS.items()}


def measure_all(options):
    """Medians in MiB/s of one interleaved run; what is not installed or built is left out."""
    size = (64 if options.quick else 512) * MIB
    tool = options.build / "tests" / "interop" / "seal_tool"
    samples = {}

    def add(name, value):
        samples.setdefault(name, []).append(value)

    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        plain, sealed, key = Path(folder) / "plain", Path(folder) / "sealed", Path(folder) / "key"
        with open(plain, "wb") as file:
            file.truncate(size)
        recipient = None
        if shutil.which("age"):
            subprocess.run(["age-keygen", "-o", str(key)], check=True, capture_output=True)
            recipient = re.search(r"age1\w+", key.read_text()).group(0)
            subprocess.run(["age", "-r", recipient, "-o", str(sealed), str(plain)], check=True)
        for _ in range(2 if options.quick else ROUNDS):
            add("openssl", openssl_mib_s())
            if recipient:
                add("age seal", timed(["age", "-r", recipient], plain, size))
                add("age open", timed(["age", "-d", "-i", str(key)], sealed, size))
            if tool.is_file():
                for name, value in ours_mib_s(tool, size, folder).items():
                    add(name, value)
    return {name: statistics.median(values) for name, values in samples.items()}
