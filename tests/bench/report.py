# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""The measured figures as docs/benchmarks.md."""

import os
import platform
import re
import statistics
import subprocess
from pathlib import Path

OURS = "homespoold"


def describe_machine():
    text = Path("/proc/cpuinfo").read_text()
    model = re.search(r"^model name\s*: (.*)$", text, re.M)
    memory = int(re.search(r"^MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text()).group(1))
    system = re.search(r'^PRETTY_NAME="(.*)"', Path("/etc/os-release").read_text(), re.M)
    return {"processor": model.group(1) if model else platform.machine(), "cores": len(re.findall(r"^processor\s*:", text, re.M)),
            "memory_gib": memory / (1 << 20), "kernel": platform.release().split("-")[0], "system": system.group(1) if system else "",
            "load": os.getloadavg()[0]}


def describe_disk(folder):
    shown = subprocess.run(["stat", "-f", "-c", "%T", str(folder)], capture_output=True, text=True, check=False).stdout.strip()
    return {"ext2/ext3": "ext4"}.get(shown, shown)


def time_text(seconds):
    if seconds < 0.1:
        return f"{seconds * 1e3:.2f} ms" if seconds < 0.01 else f"{seconds * 1e3:.1f} ms"
    return f"{seconds:.2f} s"


def mib(kib):
    return f"{kib / 1024:.1f}"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows] + [""]


def ratio(ours, theirs):
    return f"{ours / theirs:.2f}" if ours is not None and theirs else "–"


def names_of(result):
    return [n for n in (OURS, *sorted(set(result["targets"]) - {OURS})) if n in result["targets"]]


def submission(result):
    lines = ["## Submitting a document", "",
             "Wall time from the first byte of the request to the whole reply: the median, and where there are enough jobs the "
             "middle eight tenths; "
             "the rate; the server's processor time for each job. *On the disk* is the wall time when the file system is then "
             "synced by the client: what the job costs until it survives a power cut. A PDF's pages are counted by a process of its own "
             "after the agent has answered and documents have stopped arriving, a JPEG's while it streams; the others count nothing. The processor time contains "
             "the counting, and no server has its turn before the one before it has come to rest. Ratio: ours to theirs, below 1 is faster.", ""]
    for label in next(iter(result["targets"].values()), {}).get("submission", {}):
        ours = result["targets"].get(OURS, {}).get("submission", {}).get(label)
        our_wall = statistics.median(ours["wall_s"]) if ours else None
        our_synced = statistics.median(ours["synced_s"]) if ours else None
        rows = []
        for name in names_of(result):
            figures = result["targets"][name].get("submission", {}).get(label)
            if not figures:
                continue
            wall, synced = statistics.median(figures["wall_s"]), statistics.median(figures["synced_s"])
            spread = ""
            if len(figures["wall_s"]) >= 10:
                tenths = statistics.quantiles(figures["wall_s"], n=10, method="inclusive")
                spread = f" ({time_text(tenths[0])} – {time_text(tenths[-1])})"
            rows.append((name, time_text(wall) + spread,
                         f"{figures['bytes'] / wall / (1 << 20):.0f}", time_text(figures["cpu_s"] / figures["jobs"]),
                         time_text(synced), ratio(our_wall, wall) if name != OURS else "1",
                         ratio(our_synced, synced) if name != OURS else "1", mib(figures["memory"]["peak_kib"]), figures["jobs"]))
        lines += [f"### {label}", ""]
        lines += table(("server", "wall", "MiB/s", "processor", "on the disk", "ratio", "ratio on the disk", "peak MiB", "jobs"), rows)
    return lines


def lists(result):
    lines = ["## Get-Jobs", "", "Median of five, from the first byte of the request to the last of the reply, which the "
             "client then reads outside the clock; *some* asks for five attributes of each job, *all* for every one. "
             "ippeveprinter does not hold jobs and takes no part.", ""]
    rows = []
    for name in names_of(result):
        for level, figures in result["targets"][name].get("lists", {}).items():
            rows.append((name, level, time_text(statistics.median(figures["some_s"])), time_text(statistics.median(figures["all_s"])),
                         mib(figures["memory"]["rss_kib"]), mib(figures["memory"]["private_dirty_kib"])))
    return lines + table(("server", "held jobs", "some", "all", "resident MiB", "private dirty MiB"), rows)


def idle(result):
    lines = ["## Idle", "", "After all of the above, with nothing to do: returns from calls that sleep, and all system calls, "
             "counted by strace. *Fresh* is the memory right after the start.", ""]
    rows = []
    for name in names_of(result):
        figures, fresh = result["targets"][name].get("idle"), result["targets"][name]["fresh"]
        if figures:
            rows.append((name, f"{figures['wakeups']} in {figures['seconds']} s", figures["calls"], mib(fresh["rss_kib"]),
                         mib(fresh["private_dirty_kib"]), mib(figures["rss_kib"]), mib(figures["private_dirty_kib"])))
    return lines + table(("server", "wakeups", "system calls", "fresh resident MiB", "fresh private dirty MiB", "resident MiB",
                          "private dirty MiB"), rows)


def store(result):
    figures = result.get("store_us")
    if not figures:
        return []
    rows = [("document: write, sync, rename, sync of the folder", figures["spool"], figures["floor-spool"],
             ratio(figures["spool"], figures["floor-spool"])),
            ("ledger: one commit of row, sealed fields and record", figures["ledger"], figures["floor-log"],
             ratio(figures["ledger"], figures["floor-log"])),
            ("both, one after the other", figures["accept"], figures["floor-spool"] + figures["floor-log"],
             ratio(figures["accept"], figures["floor-spool"] + figures["floor-log"]))]
    return ["## What one small job asks of the disk", "",
            "Median microseconds; *bare* are the same system calls without our code. The log is written over once it has reached "
            "1 MiB, which syncs faster than the growing file that it is compared with, so a ratio may be below 1.", "",
            *table(("step", "ours", "bare", "ratio"), rows)]


def crypto(result):
    figures = result["crypto"]
    ceiling = figures.get("openssl")
    rows = [(label, f"{figures[name]:.0f}", ratio(figures[name], ceiling))
            for name, label in (("openssl", "`openssl speed -evp chacha20-poly1305`, blocks of 64 KiB"),
                                ("homespool seal", "our library, seal"), ("homespool open", "our library, open"),
                                ("age seal", "`age -r`"), ("age open", "`age -d`")) if name in figures]
    return ["## Sealing", "", "One thread, from memory or a file in memory, to nowhere. The age command line is measured as a whole "
            "program that reads a pipe or file.", "", *table(("what", "MiB/s", "of the bare cipher"), rows)]


def write(result):
    machine = result["machine"]
    lines = ["# Benchmarks", "",
             "Written by `tests/bench/run`; all servers in one interleaved run, medians, the same client (one kept connection, "
             "sendfile, no Expect) as an ordinary user. The others store plain text and answer before anything is on the disk; "
             "the agent seals every document and answers when it would survive a power cut.", "",
             f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gib']:.0f} GiB, {machine['system']}, "
             f"Linux {machine['kernel']}, {machine['disk']}; load average {machine['load']:.1f} from other work when the run began." + (" **A quick run: only to try the benchmark.**" if result["quick"] else ""), ""]
    lines += table(("server", "version", "encrypts"), [(n, result["targets"][n]["version"], result["targets"][n]["encrypts"])
                                                       for n in names_of(result)])
    for name, reason in result["absent"].items():
        lines += [f"{name} takes no part in this run: {reason}.", ""]
    lines += submission(result) + lists(result) + idle(result) + store(result) + crypto(result)
    return "\n".join(lines).rstrip() + "\n"
