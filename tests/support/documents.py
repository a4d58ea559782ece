# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Documents for tests."""

import os


def large_jpeg(size):
    """A JPEG of one grey pixel whose comments make it @size bytes long. CUPS sends it as it is."""
    frame = bytes.fromhex("ffc0000b080001000101011100")
    scan = bytes.fromhex("ffda0008010100003f00") + b"\x00" + bytes.fromhex("ffd9")
    comment = b"\xff\xfe\xff\xff" + os.urandom(0xfffd)
    return b"\xff\xd8" + comment * (size // len(comment)) + frame + scan


def pdf_of(objects):
    """A PDF of these objects, numbered from 1; the first is the catalogue."""
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (out + b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1) + table
            + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, len(out)))


def small_pdf(pages=1, padding=0):
    """A PDF of empty A4 pages; @padding random bytes make it as large as wanted."""
    kids = b" ".join(b"%d 0 R" % (3 + n) for n in range(pages))
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages)]
    objects += [b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> >>"] * pages
    if padding:
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (padding, os.urandom(padding)))
    return pdf_of(objects)


def noisy_pdf(size=0):
    """A PDF of one page with a picture of about @size bytes of noise that nothing packs."""
    noise = os.urandom(size) or b"\0" * 3
    side = max(1, int((len(noise) // 3) ** 0.5))
    noise = noise[:side * side * 3]
    return pdf_of([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                   b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /XObject << /I 4 0 R >> >> /Contents 5 0 R >>",
                   b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB /BitsPerComponent 8 /Length %d >>\n"
                   b"stream\n%s\nendstream" % (side, side, len(noise), noise),
                   b"<< /Length 32 >>\nstream\nq 500 0 0 700 40 40 cm /I Do Q  \nendstream"])
