# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Just enough IPP in Python for tests: build and read messages without libcups, so that what our
programs say is judged by somebody else."""

import struct

INTEGER, BOOLEAN, ENUM = 0x21, 0x22, 0x23
RESOLUTION, COLLECTION, END_COLLECTION, MEMBER = 0x32, 0x34, 0x37, 0x4A
TEXT, NAME, KEYWORD, URI, CHARSET, LANGUAGE, MIME = 0x41, 0x42, 0x44, 0x45, 0x47, 0x48, 0x49
OPERATION_GROUP, JOB_GROUP, END, PRINTER_GROUP = 1, 2, 3, 4

PRINT_JOB, VALIDATE_JOB, CREATE_JOB, SEND_DOCUMENT, CANCEL_JOB = 2, 4, 5, 6, 8
GET_JOB_ATTRIBUTES, GET_JOBS, GET_PRINTER_ATTRIBUTES, CUPS_CREATE_LOCAL_PRINTER = 9, 10, 11, 0x4028


def attribute(tag, name, *values):
    """One attribute with one or more values: str, bytes, bool or int."""
    out = b""
    for number, value in enumerate(values):
        if isinstance(value, bool):
            value = b"\1" if value else b"\0"
        elif isinstance(value, int):
            value = struct.pack(">i", value)
        elif isinstance(value, str):
            value = value.encode()
        title = name.encode() if number == 0 else b""
        out += struct.pack(">BH", tag, len(title)) + title + struct.pack(">H", len(value)) + value
    return out


def collection(name, members):
    """@members: list of (name, encoded value without a name)."""
    out = attribute(COLLECTION, name, b"")
    for member, value in members:
        out += attribute(MEMBER, "", member) + value
    return out + attribute(END_COLLECTION, "", b"")


def message(code, attributes, request_id=1, version=b"\2\0", group=OPERATION_GROUP, more=b""):
    """A request (@code = operation) or reply (@code = status); @more: further groups."""
    return (version + struct.pack(">Hi", code, request_id) + bytes([group])
            + attribute(CHARSET, "attributes-charset", "utf-8")
            + attribute(LANGUAGE, "attributes-natural-language", "en") + attributes + more + bytes([END]))


def parse(data):
    """(code, request id, {name: [raw values]}, rest after the attributes)."""
    code, request_id = struct.unpack(">Hi", data[2:8])
    found, at, name = {}, 8, None
    while at < len(data):
        tag = data[at]
        at += 1
        if tag == END:
            break
        if tag < 0x10:
            continue
        length, = struct.unpack(">H", data[at:at + 2])
        title = data[at + 2:at + 2 + length].decode()
        at += 2 + length
        length, = struct.unpack(">H", data[at:at + 2])
        value = data[at + 2:at + 2 + length]
        at += 2 + length
        name = title or name
        found.setdefault(name, []).append(value)
    return code, request_id, found, data[at:]
