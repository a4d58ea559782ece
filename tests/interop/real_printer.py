#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Deliveries to CUPS's ippeveprinter over TLS, with a sealed document from a real spool.

usage: real_printer.py DELIVER_TOOL
"""

import hashlib
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from real_printer import Lab, Missing  # noqa: E402
from tap import main, skip, test  # noqa: E402

TOOL = Path(sys.argv[1]).resolve()
MIB = 1024 * 1024
PEAK_MAX_KIB = 40 * 1024  # the program itself, with its libraries, takes about 15 MiB
lab = None


class Sent:
    def __init__(self, output):
        lines = [line.split(" ", 2) for line in output.splitlines()]
        self.events = [line[1] for line in lines if line[0] == "event"]
        self.sentence = [line[2] for line in lines if line[0] == "event"][-1]
        self.sha256 = [line[1] for line in lines if line[0] == "sha256"]
        self.times = [(float(line[1]), float(line[2])) for line in lines if line[0] == "ms"]
        self.counts = [line[1:] for line in lines if line[0] == "count"]
        self.peak_kib = [int(line[1]) for line in lines if line[0] == "peak-kib"][-1]


def probe(printer):
    return lab.run(TOOL, "probe", printer.uri, check=True).stdout.strip()


def send(printer, pin, size, times=1):
    spool = lab.folder / f"spool{len(list(lab.folder.iterdir()))}"
    done = lab.run(TOOL, "send", printer.uri, pin, size, spool, times)
    assert done.returncode == 0, done.stderr
    return Sent(done.stdout)


def digest(path):
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() if hasattr(hashlib, "file_digest") else \
            hashlib.sha256(file.read()).hexdigest()


WHOLE = ["send-intent", "printer-accepted", "sending", "sent", "printed"]
SLOWLY = WHOLE[:-1] + ["printer-state", "printed"]
AGAIN = ("sent", "printer-state")  # may be told more than once


@test("the bytes that it prints are the bytes that were sealed")
def _():
    printer = lab.printer()
    sent = send(printer, probe(printer), 300_000)
    assert [e for i, e in enumerate(sent.events) if e not in AGAIN or e != sent.events[i - 1]] in (WHOLE, SLOWLY), sent.events
    files = printer.files()
    assert len(files) == 1, files
    assert digest(files[0]) == sent.sha256[0]


@test("256 MiB pass through constant memory")
def _():
    printer = lab.printer()
    pin = probe(printer)
    small = send(printer, pin, 100_000)
    large = send(printer, pin, 256 * MIB)
    assert large.events[-1] == "printed", large.events
    assert digest(printer.files()[-1]) == large.sha256[0]
    print(f"# peak resident: {small.peak_kib} KiB for 100 kB, {large.peak_kib} KiB for 256 MiB; "
          f"{large.times[0][1]:.0f} ms")
    assert large.peak_kib < PEAK_MAX_KIB, large.peak_kib
    assert large.peak_kib - small.peak_kib < 4 * 1024, (small.peak_kib, large.peak_kib)


@test("release to first byte is short, the next job finds everything warm")
def _():
    printer = lab.printer()
    sent = send(printer, probe(printer), 100_000, 5)
    assert sent.events.count("printed") == 5, sent.events
    assert len(printer.files()) == 5
    first, rest = sent.times[0][0], sorted(t[0] for t in sent.times[1:])
    print(f"# begin to first byte: cold {first:.1f} ms, warm {rest[len(rest) // 2]:.1f} ms (median of 4)")
    assert rest[0] < 500, rest


@test("another certificate than the listed one gets nothing and both fingerprints are shown")
def _():
    printer = lab.printer()
    listed = "ab" * 32
    shown = probe(printer)
    sent = send(printer, listed, 10_000)
    assert sent.events == ["printer-refused"], sent.events
    colons = lambda text: ":".join(text[i:i + 2] for i in range(0, 64, 2))  # noqa: E731
    assert colons(listed) in sent.sentence and colons(shown) in sent.sentence, sent.sentence
    assert printer.files() == []


@test("a printer that was replaced shows a new key and is refused")
def _():
    printer = lab.printer()
    pin = probe(printer)
    assert send(printer, pin, 10_000).events[-1] == "printed"
    printer.stop()
    for key in printer.keys.iterdir():
        key.unlink()
    printer.start()
    assert probe(printer) != pin
    assert send(printer, pin, 10_000).events == ["printer-refused"]
    assert len(printer.files()) == 1


@test("a printer that is switched off is busy for us, and nothing is lost")
def _():
    printer = lab.printer()
    pin = probe(printer)
    printer.stop()
    sent = send(printer, pin, 10_000)
    assert sent.events == ["printer-busy"], sent.events
    assert "switched on" in sent.sentence, sent.sentence


@test("a printer that dies while the document is on its way leaves it to a person")
def _():
    printer = lab.printer()
    pin = probe(printer)
    tool = lab.start(TOOL, "send", printer.uri, pin, 256 * MIB, lab.folder / "spool-dies")
    log = lab.folder / f"log{len(lab.started) - 1}"
    lab.wait(lambda: any(path.stat().st_size > MIB for path in printer.files()), "the document")
    printer.process.kill()
    printer.process.wait(10)
    assert tool.wait(60) == 0
    sent = Sent(log.read_text())
    assert sent.events == ["send-intent", "printer-accepted", "sending", "sending-broke", "outcome-unknown"], sent.events
    assert "look whether it printed" in sent.sentence, sent.sentence


@test("nothing below TLS 1.2 is spoken")
def _():
    folder = lab.folder / "old"
    folder.mkdir()
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=old", "-keyout",
                    folder / "key", "-out", folder / "certificate"], check=True, capture_output=True)
    for version, fits in (("-tls1_1", False), ("-tls1_2", True)):
        server = lab.start("openssl", "s_server", "-accept", "8599", "-cert", folder / "certificate", "-key",
                           folder / "key", version, "-cipher", "DEFAULT@SECLEVEL=0", "-quiet")
        lab.wait(lambda: lab.run("ss", "-Hltn", "sport = 8599").stdout.strip(), "s_server")
        asked = lab.run(TOOL, "probe", "ipps://localhost:8599/")
        server.terminate()
        server.wait(10)
        assert (asked.returncode == 0) == fits, (version, asked)
        assert fits or "TLS 1.2" in asked.stderr, asked.stderr


def run():
    global lab
    try:
        with Lab() as lab:
            main(sys.argv[2] if len(sys.argv) > 2 else None)
    except Missing as reason:
        print(f"1..0 # SKIP {reason}")


run()
