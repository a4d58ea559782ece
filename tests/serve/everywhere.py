#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""What IPP Everywhere 1.1 (PWG 5100.14, and its self-certification) demands of a printer.

One table for the printer's attributes (syntax, number of values, a condition), and the operations in
the order of a print. Written from the standards; ipptool_suites.py runs other people's checks.

usage: everywhere.py PROGRAM [SENTENCE]
"""

import re
import struct
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))

from ipp_client import *  # noqa: E402,F403
from tap import main, test  # noqa: E402

PROGRAM = sys.argv[1]

INTEGER, BOOLEAN, ENUM, OCTETS, DATE, RESOLUTION, RANGE, COLLECTION = 0x21, 0x22, 0x23, 0x30, 0x31, 0x32, 0x33, 0x34
TEXT, NAME, KEYWORD, URI, CHARSET, LANGUAGE, MIME, UNKNOWN, NO_VALUE = 0x41, 0x42, 0x44, 0x45, 0x47, 0x48, 0x49, 0x12, 0x13

DESCRIPTION, TEMPLATE = "printer-description", "job-template"
SIZE_NAME = r"(custom|na|iso|jis|jpn|om|prc|roc|oe|asme|roll)_[a-z0-9][-a-z0-9]*_[0-9.]+x[0-9.]+(in|mm)"
SUPPLY = rb"((type|class|unit|colorantname)=[A-Za-z]+;|(maxcapacity|level)=-?[0-9]+;|index=[0-9]+;)+"

# name: (group, syntaxes, number of values or None, what every value is like)
NEEDED = {
    "charset-configured": (DESCRIPTION, {CHARSET}, 1, "utf-8"),
    "charset-supported": (DESCRIPTION, {CHARSET}, None, None),
    "color-supported": (DESCRIPTION, {BOOLEAN}, 1, None),
    "compression-supported": (DESCRIPTION, {KEYWORD}, None, "none|gzip|deflate"),
    "document-format-default": (DESCRIPTION, {MIME}, 1, None),
    "document-format-supported": (DESCRIPTION, {MIME}, None, None),
    "document-password-supported": (DESCRIPTION, {INTEGER}, 1, None),
    "generated-natural-language-supported": (DESCRIPTION, {LANGUAGE}, None, None),
    "identify-actions-default": (DESCRIPTION, {KEYWORD}, None, "display|flash|sound|speak"),
    "identify-actions-supported": (DESCRIPTION, {KEYWORD}, None, "display|flash|sound|speak"),
    "ipp-features-supported": (DESCRIPTION, {KEYWORD}, None, "ipp-everywhere"),
    "ipp-versions-supported": (DESCRIPTION, {KEYWORD}, None, "1.1|2.0"),
    "job-creation-attributes-supported": (DESCRIPTION, {KEYWORD}, None, None),
    "job-ids-supported": (DESCRIPTION, {BOOLEAN}, 1, True),
    "multiple-document-jobs-supported": (DESCRIPTION, {BOOLEAN}, 1, None),
    "multiple-operation-time-out": (DESCRIPTION, {INTEGER}, 1, lambda v: v > 0),
    "multiple-operation-time-out-action": (DESCRIPTION, {KEYWORD}, 1, "abort-job|hold-job|process-job"),
    "natural-language-configured": (DESCRIPTION, {LANGUAGE}, 1, None),
    "operations-supported": (DESCRIPTION, {ENUM}, None, None),
    "pages-per-minute": (DESCRIPTION, {INTEGER}, 1, None),
    "pages-per-minute-color": (DESCRIPTION, {INTEGER}, 1, None),
    "pdl-override-supported": (DESCRIPTION, {KEYWORD}, 1, None),
    "preferred-attributes-supported": (DESCRIPTION, {BOOLEAN}, 1, None),
    "printer-config-change-date-time": (DESCRIPTION, {DATE}, 1, None),
    "printer-config-change-time": (DESCRIPTION, {INTEGER}, 1, lambda v: v >= 0),
    "printer-current-time": (DESCRIPTION, {DATE}, 1, None),
    "printer-device-id": (DESCRIPTION, {TEXT}, 1, r"([-A-Za-z ]+:[^;]*;)+"),
    "printer-geo-location": (DESCRIPTION, {URI, UNKNOWN}, 1, None),
    "printer-get-attributes-supported": (DESCRIPTION, {KEYWORD}, None, "document-format"),
    "printer-icons": (DESCRIPTION, {URI}, None, r"https?://localhost[:/].+"),
    "printer-info": (DESCRIPTION, {TEXT}, 1, r".{0,127}"),
    "printer-is-accepting-jobs": (DESCRIPTION, {BOOLEAN}, 1, None),
    "printer-location": (DESCRIPTION, {TEXT}, 1, r".{0,127}"),
    "printer-make-and-model": (DESCRIPTION, {TEXT}, 1, r".{1,127}"),
    "printer-more-info": (DESCRIPTION, {URI}, 1, r"https?://.+"),
    "printer-name": (DESCRIPTION, {NAME}, 1, r".{1,127}"),
    "printer-organization": (DESCRIPTION, {TEXT}, None, None),
    "printer-organizational-unit": (DESCRIPTION, {TEXT}, None, None),
    "printer-state": (DESCRIPTION, {ENUM}, 1, lambda v: v in (3, 4, 5)),
    "printer-state-change-date-time": (DESCRIPTION, {DATE}, 1, None),
    "printer-state-change-time": (DESCRIPTION, {INTEGER}, 1, lambda v: v >= 0),
    "printer-state-message": (DESCRIPTION, {TEXT}, None, None),
    "printer-state-reasons": (DESCRIPTION, {KEYWORD}, None, None),
    "printer-supply": (DESCRIPTION, {OCTETS}, None, lambda v: re.fullmatch(SUPPLY, v)),
    "printer-supply-description": (DESCRIPTION, {TEXT}, None, None),
    "printer-supply-info-uri": (DESCRIPTION, {URI}, 1, r"https?://localhost[:/].*"),
    "printer-up-time": (DESCRIPTION, {INTEGER}, 1, lambda v: v > 0),
    "printer-uri-supported": (DESCRIPTION, {URI}, None, r"ipps?://.+"),
    "printer-uuid": (DESCRIPTION, {URI}, 1, r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "pwg-raster-document-resolution-supported": (DESCRIPTION, {RESOLUTION}, None, None),
    "pwg-raster-document-sheet-back": (DESCRIPTION, {KEYWORD}, 1, "flipped|manual-tumble|normal|rotated"),
    "pwg-raster-document-type-supported": (DESCRIPTION, {KEYWORD}, None, None),
    "queued-job-count": (DESCRIPTION, {INTEGER}, 1, lambda v: v >= 0),
    "uri-authentication-supported": (DESCRIPTION, {KEYWORD}, None, None),
    "uri-security-supported": (DESCRIPTION, {KEYWORD}, None, "none|tls"),
    "urf-supported": (DESCRIPTION, {KEYWORD}, None, None),
    "jpeg-k-octets-supported": (DESCRIPTION, {RANGE}, 1, None),
    "jpeg-x-dimension-supported": (DESCRIPTION, {RANGE}, 1, None),
    "jpeg-y-dimension-supported": (DESCRIPTION, {RANGE}, 1, None),
    "which-jobs-supported": (DESCRIPTION, {KEYWORD}, None, None),
    "copies-default": (TEMPLATE, {INTEGER}, 1, lambda v: v > 0),
    "copies-supported": (TEMPLATE, {RANGE}, 1, None),
    "finishing-template-supported": (TEMPLATE, {KEYWORD, NAME}, None, None),
    "finishings-col-database": (TEMPLATE, {COLLECTION}, None, lambda v: "finishing-template" in v),
    "finishings-col-default": (TEMPLATE, {COLLECTION}, None, lambda v: "finishing-template" in v),
    "finishings-col-ready": (TEMPLATE, {COLLECTION}, None, lambda v: "finishing-template" in v),
    "finishings-col-supported": (TEMPLATE, {KEYWORD}, None, None),
    "finishings-default": (TEMPLATE, {ENUM}, None, None),
    "finishings-ready": (TEMPLATE, {ENUM}, None, None),
    "finishings-supported": (TEMPLATE, {ENUM}, None, None),
    "job-account-id-default": (TEMPLATE, {NAME, NO_VALUE}, 1, None),
    "job-account-id-supported": (TEMPLATE, {BOOLEAN}, 1, True),
    "job-accounting-user-id-default": (TEMPLATE, {NAME, NO_VALUE}, 1, None),
    "job-accounting-user-id-supported": (TEMPLATE, {BOOLEAN}, 1, True),
    "media-bottom-margin-supported": (TEMPLATE, {INTEGER}, None, lambda v: v >= 0),
    "media-col-default": (TEMPLATE, {COLLECTION}, 1, lambda v: {"media-size", "media-source", "media-type"} <= set(v)),
    "media-col-ready": (TEMPLATE, {COLLECTION}, None, lambda v: {"media-size", "media-source", "media-type"} <= set(v)),
    "media-col-supported": (TEMPLATE, {KEYWORD}, None, None),
    "media-default": (TEMPLATE, {KEYWORD}, 1, SIZE_NAME),
    "media-left-margin-supported": (TEMPLATE, {INTEGER}, None, lambda v: v >= 0),
    "media-ready": (TEMPLATE, {KEYWORD}, None, SIZE_NAME),
    "media-right-margin-supported": (TEMPLATE, {INTEGER}, None, lambda v: v >= 0),
    "media-size-supported": (TEMPLATE, {COLLECTION}, None, lambda v: v == ["x-dimension", "y-dimension"]),
    "media-source-supported": (TEMPLATE, {KEYWORD, NAME}, None, None),
    "media-supported": (TEMPLATE, {KEYWORD}, None, SIZE_NAME),
    "media-top-margin-supported": (TEMPLATE, {INTEGER}, None, lambda v: v >= 0),
    "media-type-supported": (TEMPLATE, {KEYWORD, NAME}, None, None),
    "orientation-requested-default": (TEMPLATE, {ENUM, NO_VALUE}, 1, None),
    "orientation-requested-supported": (TEMPLATE, {ENUM}, None, lambda v: 3 <= v <= 7),
    "output-bin-default": (TEMPLATE, {KEYWORD, NAME}, 1, None),
    "output-bin-supported": (TEMPLATE, {KEYWORD, NAME}, None, None),
    "overrides-supported": (TEMPLATE, {KEYWORD}, None, None),
    "page-ranges-supported": (TEMPLATE, {BOOLEAN}, 1, True),
    "print-color-mode-default": (TEMPLATE, {KEYWORD}, 1, None),
    "print-color-mode-supported": (TEMPLATE, {KEYWORD}, None, "auto|color|monochrome"),
    "print-content-optimize-default": (TEMPLATE, {KEYWORD}, 1, None),
    "print-content-optimize-supported": (TEMPLATE, {KEYWORD}, None, "auto|graphic|photo|text|text-and-graphic"),
    "print-quality-default": (TEMPLATE, {ENUM}, 1, None),
    "print-quality-supported": (TEMPLATE, {ENUM}, None, lambda v: v in (3, 4, 5)),
    "print-rendering-intent-default": (TEMPLATE, {KEYWORD}, 1, None),
    "print-rendering-intent-supported": (TEMPLATE, {KEYWORD}, None,
                                         "auto|absolute|perceptual|relative|relative-bpc|saturation"),
    "printer-resolution-default": (TEMPLATE, {RESOLUTION}, 1, None),
    "printer-resolution-supported": (TEMPLATE, {RESOLUTION}, None, None),
    "sides-default": (TEMPLATE, {KEYWORD}, 1, None),
    "sides-supported": (TEMPLATE, {KEYWORD}, None, "one-sided|two-sided-(long|short)-edge"),
}

JOB = {
    "date-time-at-completed": {DATE, NO_VALUE}, "date-time-at-creation": {DATE}, "date-time-at-processing": {DATE, NO_VALUE},
    "job-id": {INTEGER}, "job-impressions": {INTEGER, NO_VALUE}, "job-impressions-completed": {INTEGER}, "job-name": {NAME},
    "job-originating-user-name": {NAME}, "job-printer-up-time": {INTEGER}, "job-printer-uri": {URI}, "job-state": {ENUM},
    "job-state-message": {TEXT}, "job-state-reasons": {KEYWORD}, "job-uri": {URI}, "job-uuid": {URI},
    "time-at-completed": {INTEGER, NO_VALUE}, "time-at-creation": {INTEGER}, "time-at-processing": {INTEGER, NO_VALUE},
}


def asked(printer, *names):
    return printer.ask("Get-Printer-Attributes", keyword("requested-attributes", *names) if names else b"")


def is_like(value, wanted):
    if callable(wanted):
        return bool(wanted(value))
    return re.fullmatch(wanted, value) is not None if isinstance(wanted, str) else value is wanted


@test("every attribute that is demanded is there, with its syntax, number and value")
def _():
    with Printer(PROGRAM) as printer:
        reply = asked(printer)
    wrong = []
    for name, (_, syntaxes, count, wanted) in NEEDED.items():
        values = reply.printer.get(name)
        if values is None:
            wrong.append(f"{name} is missing")
        elif not set(reply.tags[name]) <= syntaxes or (count is not None and len(values) != count):
            wrong.append(f"{name} has syntax {reply.tags[name]} and {len(values)} values")
        elif wanted is not None and not all(is_like(v, wanted) for v in values):
            wrong.append(f"{name} is {values}")
    assert not wrong, wrong
    assert len(NEEDED) >= 105 - 7  # of the self-certification's 105, those for features that we do not have are left out


@test("defaults are among what is supported")
def _():
    with Printer(PROGRAM) as printer:
        values = asked(printer).printer
    for name in ("media", "orientation-requested", "output-bin", "print-color-mode", "print-content-optimize",
                 "print-quality", "print-rendering-intent", "printer-resolution", "sides", "finishings", "document-format",
                 "identify-actions", "job-hold-until", "job-sheets", "multiple-document-handling", "print-scaling"):
        assert set(values[name + "-default"]) <= set(values[name + "-supported"]), name
    assert set(values["media-ready"]) <= set(values["media-supported"])


@test("URIs, their security and their authentication are equally many")
def _():
    with Printer(PROGRAM) as printer:
        values = asked(printer).printer
    assert (len(values["printer-uri-supported"]) == len(values["uri-security-supported"])
            == len(values["uri-authentication-supported"]))
    assert len(values["printer-supply"]) == len(values["printer-supply-description"])


@test("all demanded operations, formats and states are offered")
def _():
    with Printer(PROGRAM) as printer:
        values = asked(printer).printer
    demanded = {"Print-Job", "Validate-Job", "Create-Job", "Send-Document", "Cancel-Job", "Get-Job-Attributes", "Get-Jobs",
                "Get-Printer-Attributes", "Cancel-My-Jobs", "Close-Job", "Identify-Printer"}
    assert {OPERATIONS[name] for name in demanded} <= set(values["operations-supported"])
    assert set(values["operations-supported"]) == set(OPERATIONS.values())
    assert {"application/pdf", "image/jpeg", "image/pwg-raster"} <= set(values["document-format-supported"])
    assert {"completed", "not-completed"} <= set(values["which-jobs-supported"])
    assert {"document-number", "pages"} <= set(values["overrides-supported"])
    assert {"media", "print-color-mode"} <= set(values["job-creation-attributes-supported"])
    assert {"media-size", "media-source", "media-type"} <= set(values["media-col-supported"])
    assert {"sgray_8", "srgb_8"} <= set(values["pwg-raster-document-type-supported"])
    assert {3, 4, 5, 10, 20, 28, 74, 93} <= set(values["finishings-supported"])
    names = values["finishing-template-supported"]
    assert len(names) == len(values["finishings-supported"]) == len(values["finishings-col-database"]), names


@test("groups of attributes are given as groups, and the media database only by its name")
def _():
    with Printer(PROGRAM) as printer:
        everything = set(asked(printer).printer)
        assert set(asked(printer, "all").printer) == everything and "media-col-database" not in everything
        for group in (DESCRIPTION, TEMPLATE):
            got = set(asked(printer, group).printer)
            for name, (own, *_) in NEEDED.items():
                assert (name in got) == (own == group), (group, name)
        assert asked(printer, "none").group(4) == []
        assert set(asked(printer, "media-col-database").printer) == {"media-col-database"}
        both = asked(printer, "all", "media-col-database")
        assert set(both.printer) == everything | {"media-col-database"}
        database = both.printer["media-col-database"]
        assert len(database) > 10 and all("media-size" in entry for entry in database)
        assert set(asked(printer, "printer-name", "unheard-of").printer) == {"printer-name"}


@test("requests that break the protocol's first rules are refused in its order")
def _():
    charset = attribute(0x47, "attributes-charset", "utf-8")
    language = attribute(0x48, "attributes-natural-language", "en")
    where = uri("printer-uri", "ipp://localhost/ipp/print")

    def bare(version, number, *attributes, code=0xB):
        return struct.pack(">BBHI", *version, code, number) + b"\x01" + b"".join(attributes) + b"\x03"
    wrong = {
        "request-id 0": (bare((2, 0), 0, charset, language, where), BAD_REQUEST),
        "no attributes": (bare((2, 0), 5), BAD_REQUEST),
        "no language": (bare((2, 0), 5, charset, where), BAD_REQUEST),
        "no charset": (bare((2, 0), 5, language, where), BAD_REQUEST),
        "language first": (bare((2, 0), 5, language, charset, where), BAD_REQUEST),
        "no target": (bare((2, 0), 5, charset, language), BAD_REQUEST),
        "version 0.0": (bare((0, 0), 5, charset, language, where), 0x503),
        "version 3.0": (bare((3, 0), 5, charset, language, where), 0x503),
        "version before request-id": (bare((0, 0), 0, charset, language, where), 0x503),
        "another charset": (bare((2, 0), 5, attribute(0x47, "attributes-charset", "utf-7"), language, where), 0x40D),
        "unknown operation": (bare((2, 0), 5, charset, language, where, code=0x3FFF), 0x501),
        "unknown path": (bare((2, 0), 5, charset, language, uri("printer-uri", "ipp://localhost/other")), NOT_FOUND),
        "groups out of order": (struct.pack(">BBHI", 2, 0, 4, 5) + b"\x02" + integer("copies", 1) + b"\x01" + charset + language
                                + where + b"\x03", BAD_REQUEST),
    }
    with Printer(PROGRAM) as printer, printer.connect() as connection:
        for what, (body, status) in wrong.items():
            connection.begin(len(body))
            connection.send(body)
            reply = connection.answer()
            assert reply.status == status, (what, hex(reply.status))
            assert reply.group(4) == [] and reply.message, what
            assert reply.body[4:8] == body[4:8], what
        for version in ((1, 0), (1, 1), (2, 0), (2, 2)):
            assert connection.ask("Get-Printer-Attributes", version=version).status == OK


def raster(width=850, height=1100):
    """One page of PWG raster at 100 dpi, sRGB, white."""
    header = bytearray(1796)
    for at, value in ((276, 100), (280, 100), (340, 1), (372, width), (376, height), (384, 8), (388, 24), (392, width * 3),
                      (400, 19), (420, 3), (452, 1)):
        struct.pack_into(">I", header, at, value)
    header[0:10] = b"PwgRaster\0"
    line = b"".join(bytes([min(128, width - x) - 1]) + b"\xff\xff\xff" for x in range(0, width, 128))
    rows = b"".join(bytes([min(256, height - y) - 1]) + line for y in range(0, height, 256))
    return b"RaS2" + bytes(header) + rows


@test("a print, from validation to its end, shows all that is demanded of a job")
def _():
    wishes = (keyword("media", "iso_a4_210x297mm") + keyword("print-color-mode", "auto") + keyword("sides", "one-sided")
              + keyword("print-content-optimize", "auto") + keyword("print-rendering-intent", "auto") + enum("print-quality", 4)
              + attribute(RESOLUTION, "printer-resolution", struct.pack(">IIb", 300, 300, 3)))
    words = {"media", "print-color-mode", "sides", "print-content-optimize", "print-rendering-intent", "print-quality",
             "printer-resolution"}
    pwg = mime("document-format", "image/pwg-raster")
    with Printer(PROGRAM, "--print-after-ms", "150") as printer, printer.connect() as connection:
        assert connection.ask("Validate-Job", pwg, wishes).status == OK
        made = connection.ask("Print-Job", name_("job-name", "onepage.pwg") + pwg, wishes, document=raster())
        assert made.status == OK and set(made.jobs[0]) >= {"job-id", "job-uri", "job-state", "job-state-message",
                                                            "job-state-reasons"}
        job = made.jobs[0]["job-id"][0]
        plain = connection.ask("Get-Jobs").jobs
        assert [set(j) for j in plain] == [{"job-id", "job-uri"}]
        until(lambda: connection.ask("Get-Job-Attributes", integer("job-id", job)).jobs[0]["job-state"] == [9], "the end")
        for reply in (connection.ask("Get-Job-Attributes", integer("job-id", job)),
                      connection.ask("Get-Jobs", keyword("requested-attributes", "all") + keyword("which-jobs", "completed"))):
            got = reply.jobs[0]
            for name, syntaxes in JOB.items():
                assert name in got and set(reply.tags[name]) <= syntaxes, name
            assert got["job-printer-uri"] == ["ipp://localhost/ipp/print"] and got["job-name"] == ["onepage.pwg"]
            assert words <= set(got) and "page-ranges" not in got
            assert got["job-uuid"][0].startswith("urn:uuid:")
        assert connection.ask("Cancel-Job", integer("job-id", job)).status == NOT_POSSIBLE
        assert [set(j) for j in connection.ask("Get-Jobs", keyword("which-jobs", "completed")).jobs] == [{"job-id", "job-uri"}]


@test("a cancelled job can still be asked about")
def _():
    with Printer(PROGRAM) as printer, printer.connect() as connection:
        job = connection.ask("Print-Job", name_("job-name", "second"), document=raster()).jobs[0]["job-id"][0]
        assert connection.ask("Cancel-Job", integer("job-id", job)).status == OK
        got = connection.ask("Get-Job-Attributes", integer("job-id", job)).jobs[0]
        assert got["job-state"] == [7] and got["job-name"] == ["second"]


@test("the printer answers by whatever address the client used")
def _():
    with Printer(PROGRAM) as printer:
        for target in ("ipp://localhost/ipp/print", "ipp://localhost:631/ipp/print", "ipp://127.0.0.1:6310/ipp/print",
                       "ipp://me:pw@localhost/ipp/print", "ipp://localhost/ipp/print?waitjob=false"):
            bare = target.replace("me:pw@", "").replace("?waitjob=false", "")
            reply = printer.ask("Get-Printer-Attributes", keyword("requested-attributes", "printer-uri-supported"), target=target)
            assert reply.printer["printer-uri-supported"] == [bare]
        job = printer.ask("Print-Job", document=raster()).jobs[0]["job-uri"][0]
        body = request("Get-Job-Attributes", uri("job-uri", job), target=None)
        with printer.connect() as connection:
            connection.begin(len(body))
            connection.send(body)
            assert connection.answer().jobs[0]["job-uri"] == [job]


if __name__ == "__main__":
    main(sys.argv[2] if len(sys.argv) > 2 else None)
