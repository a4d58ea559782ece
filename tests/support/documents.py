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
