#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Certificates while time goes by: the server's own, renewed under way.

usage: site_certificates.py HOMESPOOL_TRUST HOMESPOOL_SITE [SENTENCE]
"""

import datetime
import hashlib
import shutil
import socket
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent / "support"))
from site_world import LIMIT_S, Device, World, openssl, wait_until  # noqa: E402
from tap import main, test  # noqa: E402

WORLD = World(*sys.argv[1:3])
KEYS = WORLD.data / "keys"
CA_CONF = """
[ca]
default_ca = site
[site]
database = {folder}/index
serial = {folder}/serial
new_certs_dir = {folder}
default_md = sha256
policy = any
x509_extensions = server
[any]
commonName = supplied
[server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost, IP:127.0.0.1
"""


def plant(due_in_s):
    """Gives the stopped server a certificate of its own authority, two thirds of whose life are over in so many seconds."""
    folder = WORLD.folder / "ca"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "ca.conf").write_text(CA_CONF.format(folder=folder))
    (folder / "index").touch()
    (folder / "serial").write_text("77\n")
    openssl("req", "-new", "-key", KEYS / "server.key", "-subj", "/CN=localhost", "-out", folder / "csr")
    due = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=due_in_s)
    begin, end = due - datetime.timedelta(seconds=600), due + datetime.timedelta(seconds=300)
    openssl("ca", "-batch", "-notext", "-config", folder / "ca.conf", "-cert", KEYS / "site-ca.pem", "-keyfile", KEYS / "site-ca.key",
            "-in", folder / "csr", "-out", KEYS / "server.pem", "-startdate", f"{begin:%Y%m%d%H%M%SZ}", "-enddate", f"{end:%Y%m%d%H%M%SZ}")
    return hashlib.sha256(openssl("x509", "-in", KEYS / "server.pem", "-outform", "DER")).digest()


def shown(context, port):
    """The digest of the certificate that a listener shows to a new connection which believes it."""
    with socket.create_connection(("localhost", port), LIMIT_S) as plain, context.wrap_socket(plain, server_hostname="localhost") as tls:
        return hashlib.sha256(tls.getpeercert(binary_form=True)).digest()


def start_with_a_certificate_soon_due(device):
    """On a busy machine the start may come too late and renew it already: then with more time."""
    for seconds in (6, 20, 60):
        planted = plant(seconds)
        WORLD.start()
        if shown(device.context(), WORLD.devices_port) == planted:
            return planted
        assert WORLD.stop() == 0
    raise AssertionError("the server never started in time")


WORLD.start()
PC = Device(WORLD, "pc-12")
assert WORLD.stop() == 0


@test("a running server renews its certificate for both listeners, and a poll that waits is not disturbed")
def _():
    planted = start_with_a_certificate_soon_due(PC)
    poll = PC.begin_poll(wait=120)
    wait_until(lambda: shown(PC.context(), WORLD.devices_port) != planted, 120)
    new = shown(PC.context(), WORLD.devices_port)
    assert shown(WORLD.people_context(), WORLD.people_port) == new
    assert new == hashlib.sha256(openssl("x509", "-in", KEYS / "server.pem", "-outform", "DER")).digest()
    WORLD.add_printer("Hall")
    commands = PC.end_poll(poll)  # over the connection that was made with the old one
    assert [command["kind"] for command, _ in commands] == ["bundle"], commands
    assert "renewed" in WORLD.read_log()
    assert WORLD.stop() == 0


@test("a renewal that was cut between key and certificate is made whole at the next start")
def _():
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", KEYS / "server.key")
    WORLD.start()
    assert PC.ask("GET", "/v1/bundle").status == 200
    assert WORLD.stop() == 0


try:
    main(sys.argv[3] if len(sys.argv) > 3 else None)
finally:
    WORLD.close()
