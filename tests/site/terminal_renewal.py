#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""A terminal's certificate from its first day to its last, with the real site on a clock that the test sets: card
readers, and the file for a tablet's browser.

usage: terminal_renewal.py HOMESPOOL_TRUST HOMESPOOL_SITE [SENTENCE]
"""

import ssl
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent / "support"))
from site_world import World, good, openssl, refused, unb64  # noqa: E402
from tap import main, test  # noqa: E402
from terminal_world import Terminal  # noqa: E402
from wall_clock import WallClock  # noqa: E402

DAYS = 6
PIN = "824193"
WORLD = World(sys.argv[1], sys.argv[2], policy=["--expires", "365"])
CLOCK = WallClock(WORLD.folder / "clock", WORLD.build)
WORLD.environment.update(CLOCK.environment)
WORLD.add_user("ada", display="Ada Lovelace")
WORLD.add_printer("Second floor", "Room 2.14")
WORLD.site("user", "pin", "--data", WORLD.data, "--name", "ada", "--pin-file", "-", stdin=f"{PIN}\n".encode())
with open(WORLD.data / "site.conf", "a", encoding="utf-8") as conf:
    conf.write(f"\n[terminals]\ncertificate-days={DAYS}\n")
WORLD.start()


class Reader(Terminal):
    def __init__(self, name):
        line = WORLD.site("terminal", "add", "--data", WORLD.data, "--printer", "Second floor", "--name", name).strip()
        super().__init__(WORLD.ca, WORLD.people_port, WORLD.devices_port, line)
        self.enrol()

    def try_renew(self, key=None):
        csr = openssl("req", "-new", "-key", key or self.key, "-subj", "/CN=whoever").decode()
        return self.ask("POST", "/v1/terminal/renew", {"csr": csr})

    def with_certificate(self, certificate, key=None):
        """The same reader with another certificate; the token is the same."""
        other = Terminal.__new__(Terminal)
        other.__dict__.update(self.__dict__)
        other.certificate, other.key = Path(self.temp.name, f"{len(list(Path(self.temp.name).iterdir()))}.pem"), key or self.key
        other.certificate.write_text(certificate)
        return other


def works(reader):
    assert reader.sign_in(user="ada", pin=PIN)["name"] == "Ada Lovelace"


def is_out(reader):
    refused(reader.try_sign_in(user="ada", pin=PIN), 403, "denied", "do not belong together")


def hour(certificate):
    """The end of @certificate, in hours from now."""
    end = openssl("x509", "-noout", "-enddate", "-in", certificate).decode().split("=")[1].strip()
    return round((ssl.cert_time_to_seconds(end) - CLOCK.now()) / 3600)


@test("a card reader renews its certificate in the second half of its life, and the older one holds until the new one was used")
def _():
    reader = Reader("Renews")
    assert hour(reader.certificate) == DAYS * 24
    refused(reader.try_renew(), 409, "refused", "not old enough")
    CLOCK.forward(24 * 4)
    reply = good(reader.try_renew())
    assert reply["file"] is None and reply["code"] is None
    newer = reader.with_certificate(reply["certificate"])
    works(reader)
    works(reader)
    assert hour(newer.certificate) == DAYS * 24
    listed = WORLD.site("terminal", "list", "--data", WORLD.data)
    assert "renewed, but the new certificate was not used yet" in listed, listed
    works(newer)
    is_out(reader)
    assert "not used yet" not in WORLD.site("terminal", "list", "--data", WORLD.data)
    CLOCK.forward(24 * 3)  # past the end of the first one
    works(newer)


@test("a renewal whose answer was lost is asked for again, and only the last new certificate counts")
def _():
    reader = Reader("Asks again")
    CLOCK.forward(24 * 4)
    lost, kept = good(reader.try_renew()), good(reader.try_renew())
    is_out(reader.with_certificate(lost["certificate"]))
    works(reader)
    works(reader.with_certificate(kept["certificate"]))
    is_out(reader)


@test("a new certificate without the token does nothing, and leaves the one in use alone")
def _():
    reader = Reader("Robbed")
    CLOCK.forward(24 * 4)
    key = Path(reader.temp.name, "thief.pem")
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key)
    thief = reader.with_certificate(good(reader.try_renew(key))["certificate"], key)
    page = thief.send(WORLD.devices_port, "GET", "/t/", None, {})
    assert page.status == 200 and "Pair this tablet" in page.text
    thief.token = "A" * 43
    is_out(thief)
    works(reader)
    WORLD.site("terminal", "revoke", "--data", WORLD.data, reader.id)
    refused(reader.try_renew(), 403, "denied", "revoked")


@test("a certificate that nobody renewed ends with its last day, and there is no grace")
def _():
    reader = Reader("Forgotten")
    CLOCK.forward(24 * DAYS - 2)
    works(reader)
    CLOCK.forward(4)
    try:
        reply = reader.try_renew()
    except (ssl.SSLError, ConnectionError):
        return
    assert reply.status == 403, (reply.status, reply.text)


@test("for a tablet the site makes a file, and its code opens it; the cookie of the page goes on with the new certificate")
def _():
    file = WORLD.folder / "tablet.p12"
    said = WORLD.site("terminal", "add", "--data", WORLD.data, "--printer", "Second floor", "--name", "Tablet", "--browser", "--output", file)
    tablet = Reader.with_certificate(Reader("Beside it"), *opened(file.read_bytes(), said.splitlines()[1].strip()))
    code = said.splitlines()[1].strip()
    reply = tablet.send(WORLD.devices_port, "POST", "/v1/terminal/pair", {"code": code}, {"Origin": f"https://localhost:{WORLD.devices_port}"})
    tablet.token = token_of(good_reply(reply))
    page = tablet.ask("GET", "/t/")
    assert "certificate ends on" not in page.text
    CLOCK.forward(24 * DAYS - 30)
    page = tablet.ask("GET", "/t/")
    assert "certificate ends on" in page.text and token_of(page) == tablet.token, "the cookie is given anew"
    reply = good(tablet.ask("POST", "/v1/terminal/renew", {"csr": None}))
    assert reply["certificate"] is None
    newer = Reader.with_certificate(tablet, *opened(unb64(reply["file"]), reply["code"]))
    works(tablet)
    page = newer.ask("GET", "/t/")
    assert "certificate ends on" not in page.text and "Hold your card" in page.text
    is_out(tablet)
    works(newer)


def good_reply(reply):
    assert reply.status == 200, reply.text
    return reply


def token_of(reply):
    return reply.headers["set-cookie"].split("__Host-homespool-terminal=")[1].split(";")[0]


def opened(file, code):
    """Certificate and key of a PKCS#12 file."""
    path = WORLD.folder / f"opened-{len(list(WORLD.folder.glob('opened-*')))}.p12"
    path.write_bytes(file)
    certificate = openssl("pkcs12", "-in", path, "-passin", f"pass:{code}", "-nokeys", "-clcerts").decode()
    key = path.with_suffix(".key")
    key.write_bytes(openssl("pkcs12", "-in", path, "-passin", f"pass:{code}", "-nocerts", "-nodes"))
    return certificate, key


try:
    main(sys.argv[3] if len(sys.argv) > 3 else None)
finally:
    WORLD.close()
