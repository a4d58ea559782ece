#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Page counts of documents made by other people's programs: Ghostscript, qpdf, ImageMagick and the
raster filters of CUPS.

usage: page_count.py COUNT_PAGES HELPER_FOLDER [SENTENCE]
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from tap import main, skip, test  # noqa: E402

COUNTER, HELPERS = sys.argv[1:3]
FOLDER = Path(tempfile.mkdtemp(prefix="homespool-pages-"))
FILTERS = Path("/usr/lib/cups/filter")


def need(program):
    if not (Path(program).exists() or shutil.which(program)):
        skip(f"{program} is not installed")


def run(*command, **more):
    result = subprocess.run([str(part) for part in command], capture_output=True, timeout=120, **more)
    assert result.returncode == 0, result.stderr.decode(errors="replace")
    return result.stdout


def count(path, kind="application/pdf"):
    return json.loads(run(COUNTER, HELPERS, kind, path))


def page(colour=None):
    paint = f"{colour} setrgbcolor" if colour else "0 setgray"
    return f"/Helvetica findfont 40 scalefont setfont {paint} 72 400 moveto (A page of text) show showpage\n"


def make_pdf(name, pages, *options, colour=None):
    """A PDF by Ghostscript; the last page is in @colour."""
    need("gs")
    path = FOLDER / name
    script = "%!PS\n" + page() * (pages - 1) + page(colour)
    run("gs", "-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE=pdfwrite", "-sPAPERSIZE=a4", *options, f"-sOutputFile={path}", "-", input=script.encode())
    return path


def qpdf(source, name, *options):
    need("qpdf")
    path = FOLDER / name
    run("qpdf", source, path, *options)
    return path


# ── PDF ─────────────────────────────────────────────────────────────────────────────────────

@test("PDFs by Ghostscript are counted, in every version of the format")
def _():
    for version in ("1.3", "1.4", "1.5", "1.7", "2.0"):
        for pages in (1, 2, 37):
            found = count(make_pdf("plain.pdf", pages, f"-dCompatibilityLevel={version}"))
            assert found["known"] and found["pages"] == pages, (version, pages, found)
            assert abs(found["width_um"] - 210000) < 400 and abs(found["height_um"] - 297000) < 400, found


@test("colour is told from black")
def _():
    black, red = make_pdf("black.pdf", 3), make_pdf("red.pdf", 3, colour="1 0 0")
    if count(red)["colour"] == "unknown":
        skip("this kernel has no Landlock, so nothing is drawn")
    assert count(red)["colour"] == "colour"
    assert count(black)["colour"] == "monochrome"
    # The same text without its font: drawn with one of this machine.
    bare = make_pdf("bare.pdf", 3, "-dEmbedAllFonts=false", "-dSubsetFonts=false", colour="1 0 0")
    assert count(bare)["colour"] == "colour"


@test("object streams, linearisation and compression change nothing")
def _():
    source = make_pdf("source.pdf", 12)
    for name, options in (("streams.pdf", ["--object-streams=generate"]), ("flat.pdf", ["--object-streams=disable"]),
                          ("linear.pdf", ["--linearize"]), ("both.pdf", ["--linearize", "--object-streams=generate"]),
                          ("raw.pdf", ["--stream-data=uncompress"]), ("qdf.pdf", ["--qdf"])):
        found = count(qpdf(source, name, *options))
        assert found["known"] and found["pages"] == 12, (name, found)


@test("an incremental update counts as it reads, not twice")
def _():
    source = qpdf(make_pdf("source.pdf", 3), "flat.pdf", "--object-streams=disable")
    data = source.read_bytes()
    start = int(data.rsplit(b"startxref", 1)[1].split()[0])
    size = int(data.rsplit(b"/Size", 1)[1].split()[0])
    root = data.rsplit(b"/Root", 1)[1].split(b"R")[0].strip().decode() + " R"
    # A new page tree with two of the three pages replaces the old one.
    text = data.decode("latin-1")
    kids = text[text.index("/Kids [") + 7:].split("]")[0].split("R")[:2]
    tree = next(n for n in range(1, size) if f"\n{n} 0 obj\n<< /Count 3" in text or f"\n{n} 0 obj\n<< /Kids" in text)
    new = f"{tree} 0 obj\n<< /Type /Pages /Count 2 /Kids [ {' R '.join(k.strip() for k in kids)} R ] >>\nendobj\n".encode()
    offset = len(data)
    update = (new + b"xref\n%d 1\n%010d 00000 n \n" % (tree, offset)
              + b"trailer\n<< /Size %d /Root %s /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (size, root.encode(), start, offset + len(new)))
    changed = FOLDER / "updated.pdf"
    changed.write_bytes(data + update)
    assert count(source)["pages"] == 3
    assert count(changed)["pages"] == 2
    # Cut within the update it is damaged; the older version is not taken for it.
    changed.write_bytes((data + update)[:-12])
    assert not count(changed)["known"]


@test("what asks for a password is unknown, what only forbids is counted")
def _():
    source = make_pdf("source.pdf", 5)
    for bits in ("128", "256"):
        aes = ["--use-aes=y"] if bits == "128" else []
        locked = qpdf(source, "locked.pdf", "--encrypt", "secret", "owner", bits, *aes, "--")
        assert not count(locked)["known"]
        rights = qpdf(source, "rights.pdf", "--encrypt", "", "owner", bits, *aes, "--print=none", "--")
        assert count(rights)["pages"] == 5


@test("damaged PDFs are unknown and never wrong")
def _():
    data = qpdf(make_pdf("source.pdf", 4), "streams.pdf", "--object-streams=generate").read_bytes()
    broken = FOLDER / "broken.pdf"
    for percent in range(0, 100, 7):
        broken.write_bytes(data[:len(data) * percent // 100])
        assert not count(broken)["known"], percent
    wrong = []
    for place in range(20, len(data), max(1, len(data) // 60)):
        broken.write_bytes(data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1:])
        found = count(broken)
        if found["known"] and found["pages"] != 4:
            wrong.append(place)
    assert not wrong, wrong


@test("other formats in a PDF's place are unknown")
def _():
    strange = FOLDER / "strange"
    for data in (b"", b"%PDF-1.7", b"%!PS\nshowpage\n", b"\0" * 100000, Path(sys.executable).resolve().read_bytes()[:200000]):
        strange.write_bytes(data)
        assert not count(strange)["known"]


@test("memory does not grow with the document")
def _():
    # 200 MB of pictures that no page needs at the same time; 8 MB is the same document, shorter.
    sizes = {}
    for name, megabytes in (("small.pdf", 8), ("large.pdf", 200)):
        pages = megabytes // 4
        path = FOLDER / name
        with path.open("wb") as out:
            offsets = []

            def put(body):
                offsets.append(out.tell())
                out.write(b"%d 0 obj\n" % len(offsets) + body + b"\nendobj\n")
            out.write(b"%PDF-1.4\n")
            put(b"<< /Type /Catalog /Pages 2 0 R >>")
            put(b"<< /Type /Pages /Count %d /Kids [%s] >>" % (pages, b" ".join(b"%d 0 R" % (3 + 2 * n) for n in range(pages))))
            for number in range(pages):
                put(b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /XObject << /I %d 0 R >> >> >>" % (4 + 2 * number))
                picture = os.urandom(1024) * 4096
                put(b"<< /Type /XObject /Subtype /Image /Width 2048 /Height 2048 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length %d >>\nstream\n"
                    % len(picture) + picture + b"\nendstream")
            start = out.tell()
            out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1) + b"".join(b"%010d 00000 n \n" % o for o in offsets))
            out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(offsets) + 1, start))
        assert path.stat().st_size >= megabytes * 1000 * 1000
        found = count(path)
        assert found["known"] and found["pages"] == pages, found
        sizes[name] = found["helper_kib"]
        path.unlink()
    print("#", sizes)
    assert sizes["large.pdf"] < sizes["small.pdf"] + 8 * 1024, sizes
    assert sizes["large.pdf"] < 100 * 1024, sizes


# ── raster and JPEG ─────────────────────────────────────────────────────────────────────────

def raster(name, kind, source, *options):
    """What CUPS's own filter chain makes of a PDF."""
    program = FILTERS / "pdftoraster" if (FILTERS / "pdftoraster").exists() else FILTERS / "gstoraster"
    need(str(program))
    need("gs")
    path = FOLDER / name
    environment = {"PATH": os.environ["PATH"], "FINAL_CONTENT_TYPE": kind, "CONTENT_TYPE": "application/pdf", "OUTFORMAT": "pwg-raster",
                   "PRINTER": "x", "TMPDIR": str(FOLDER)}
    arguments = " ".join(["MediaClass=PwgRaster" if kind == "image/pwg-raster" else "", *options]).strip()
    out = subprocess.run([str(program), "1", "user", "title", "1", arguments, str(source)], env=environment, capture_output=True, timeout=120)
    assert out.returncode == 0 and out.stdout, out.stderr.decode(errors="replace")[-2000:]
    path.write_bytes(out.stdout)
    return path


@test("PWG raster by the filters of CUPS is counted")
def _():
    for pages in (1, 5):
        source = make_pdf("source.pdf", pages, colour="1 0 0")
        path = raster("pages.pwg", "image/pwg-raster", source)
        assert path.read_bytes()[:4] == b"RaS2", path.read_bytes()[:16]
        found = count(path, "image/pwg-raster")
        assert found["known"] and found["pages"] == pages, found


@test("JPEG by ImageMagick is one page, and its colour is known")
def _():
    need("convert")
    for name, options, colour in (("rgb.jpg", [], "colour"), ("grey.jpg", ["-colorspace", "Gray"], "monochrome"),
                                  ("progressive.jpg", ["-interlace", "JPEG"], "colour"), ("cmyk.jpg", ["-colorspace", "CMYK"], "colour")):
        path = FOLDER / name
        run("convert", "-size", "600x300", "plasma:red-blue", *options, "-density", "300", "-units", "PixelsPerInch", path)
        found = count(path, "image/jpeg")
        assert found["known"] and found["pages"] == 1 and found["colour"] == colour, (name, found)
        assert found["width_um"] == 50800 and found["height_um"] == 25400, (name, found)


try:
    main(sys.argv[3] if len(sys.argv) > 3 else None)
finally:
    shutil.rmtree(FOLDER)
