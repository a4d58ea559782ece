# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Numbers from /proc and strace, and a document of a given size."""

import os
import re
import subprocess
import tempfile
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
# Calls in which a process sleeps: each return is a wakeup.
SLEEPS = "poll,ppoll,select,pselect6,epoll_wait,epoll_pwait,epoll_pwait2,clock_nanosleep,nanosleep,futex,pause,rt_sigtimedwait"


def tree(pid):
    """PID and all processes below it."""
    children = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            parent = int(stat[stat.rindex(")") + 2:].split()[1])
            children.setdefault(parent, []).append(int(entry.name))
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found


def cpu_s(pid):
    """User and system time of the process tree, children that ended included."""
    total = 0
    for one in tree(pid):
        try:
            stat = Path(f"/proc/{one}/stat").read_text()
        except OSError:
            continue
        fields = stat[stat.rindex(")") + 2:].split()
        total += sum(int(f) for f in fields[11:13])
        if one == pid:
            total += sum(int(f) for f in fields[13:15])
    return total / TICKS


def wait_for_rest(pid, limit_s=60):
    """Until the process has had no child for half a second: what it put off is done, and its
    processor time is all there. (The agent counts pages after a pause of 150 ms.)"""
    end, quiet_since = time.monotonic() + limit_s, time.monotonic()
    while time.monotonic() - quiet_since < 0.5 and time.monotonic() < end:
        if len(tree(pid)) > 1:
            quiet_since = time.monotonic()
        time.sleep(0.02)


def kib_of(pid, name, field):
    try:
        text = Path(f"/proc/{pid}/{name}").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0  # a helper that has ended meanwhile
    found = re.search(rf"^{field}:\s+(\d+) kB", text, re.M)
    return int(found.group(1)) if found else 0


def status_kib(pid, field):
    return kib_of(pid, "status", field)


def private_dirty_kib(pid):
    return kib_of(pid, "smaps_rollup", "Private_Dirty")


def memory(pid):
    """Of the whole tree: the peak, what is resident now, and what is private and dirty."""
    processes = tree(pid)
    return {"peak_kib": sum(status_kib(p, "VmHWM") for p in processes), "rss_kib": sum(status_kib(p, "VmRSS") for p in processes),
            "private_dirty_kib": sum(private_dirty_kib(p) for p in processes)}


def wakeups(pid, seconds):
    """Returns from sleeping calls, and all system calls, in SECONDS without any work. The calls that
    strace finds half way when it arrives are not returns."""
    with tempfile.NamedTemporaryFile("r") as trace:
        command = ["timeout", "--signal=INT", str(seconds), "strace", "-f", "-qq", "-o", trace.name]
        for one in tree(pid):
            command += ["-p", str(one)]
        subprocess.run(command, check=False, capture_output=True, timeout=seconds + 60)
        lines = [line for line in trace.read().splitlines() if re.match(r"^\d+ +[a-z]", line) or "resumed>" in line]
    slept = re.compile(r"^\d+ +(?:<\.\.\. )?(?:" + SLEEPS.replace(",", "|") + r")\b")
    over = [line for line in lines if not line.endswith("<unfinished ...>") and "<detached ...>" not in line]
    return {"seconds": seconds, "wakeups": sum(bool(slept.match(line)) for line in over), "calls": len(over)}


def make_document(path, size):
    """A PDF of one empty page and exactly SIZE bytes: the rest is a stream that nothing refers to."""
    head = (b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
            b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n")
    places = [head.index(b"%d 0 obj" % n) for n in (1, 2, 3)]

    def rest(filler):
        start = b"4 0 obj<</Length %d>>stream\n" % filler
        end = b"\nendstream endobj\n"
        xref = len(head) + len(start) + filler + len(end)
        table = b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % p for p in places + [len(head)])
        return start, end + table + b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % xref

    filler = size - len(head) - sum(map(len, rest(size)))
    while len(head) + sum(map(len, rest(filler))) + filler < size:
        filler += 1
    start, end = rest(filler)
    block = os.urandom(1 << 20)
    with open(path, "wb") as file:
        file.write(head + start)
        left = filler
        while left > 0:
            file.write(block[:min(left, len(block))])
            left -= len(block)
        file.write(end)
    os.chmod(path, 0o644)
    assert os.path.getsize(path) == size, (os.path.getsize(path), size)


def make_picture(path, size):
    """A JPEG of 8 × 8 grey dots and exactly SIZE bytes: the rest is comments. Its page is counted while
    it streams, so no helper process has a part in it."""
    head = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffc0000b080008000801011100")
    tail = bytes.fromhex("ffda0008010100003f00") + b"\0" * 16 + b"\xff\xd9"
    left, comments = size - len(head) - len(tail), b""
    while left > 0:
        length = min(left, 65000)
        if left - length in (1, 2, 3):  # too short for a comment of its own
            length -= 4
        comments += b"\xff\xfe" + (length - 2).to_bytes(2, "big") + b"x" * (length - 4)
        left -= length
    Path(path).write_bytes(head + comments + tail)
    os.chmod(path, 0o644)
    assert os.path.getsize(path) == size, (os.path.getsize(path), size)
