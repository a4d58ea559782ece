# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""A site with everything around it, for tests: the real programs homespool-trust and homespool-site
on loopback with real TLS, a workstation that speaks the protocol with Python's own means, and a
person without a browser.

What a workstation checks is checked here by OpenSSL's command line and hashlib, not by our code.
"""

import base64
import contextlib
import hashlib
import hmac
import http.client
import json
import os
import re
import secrets
import select
import signal
import socket
import sqlite3
import ssl
import subprocess
import tempfile
import time
import urllib.parse
import uuid
from pathlib import Path

LIMIT_S = 30
ZERO_HASH = "0" * 64


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def now_us():
    return time.time_ns() // 1000


def openssl(*arguments, stdin=None):
    return subprocess.run(["openssl", *map(str, arguments)], input=stdin, capture_output=True, check=True, timeout=LIMIT_S).stdout


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def identity_of(organisation, name):
    """The identity uuid by its definition."""
    digest = bytearray(hashlib.sha256(b"homespool.identity/1\0" + uuid.UUID(organisation).bytes + b"\0" + name.encode()).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x80
    digest[8] = digest[8] & 0x3F | 0x80
    return str(uuid.UUID(bytes=bytes(digest)))


class Reply:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def text(self):
        return self.body.decode()

    @property
    def json(self):
        return json.loads(self.body)


def good(reply):
    assert reply.status == 200, (reply.status, reply.text)
    return reply.json


def refused(reply, status, keyword, *words):
    assert reply.status == status and reply.json["error"] == keyword, (reply.status, reply.text)
    assert all(word in reply.json["message"] for word in words), reply.text
    return reply.json["message"]


class World:
    """An organisation: root, site, users, printers."""

    def __init__(self, trust, site, policy=(), environment=None):
        self.trust_program, self.site_program = str(trust), str(site)
        self.build = Path(site).resolve().parents[1]
        self.temp = tempfile.TemporaryDirectory(prefix="homespool-site-")
        self.folder = Path(self.temp.name)
        self.root, self.data = self.folder / "root", self.folder / "site"
        self.environment = {**os.environ, "TZ": "UTC", **(environment or {})}
        self.people_port, self.devices_port = free_port(), free_port()
        self.process = None
        self.trust("init", "--dir", self.root, "--name", "Example School")
        self.site("init", "--data", self.data, "--name", "localhost", "--name", "127.0.0.1",
                  "--listen", f"127.0.0.1:{self.people_port}", "--devices-listen", f"127.0.0.1:{self.devices_port}",
                  "--url", f"https://localhost:{self.people_port}", "--devices-url", f"https://localhost:{self.devices_port}")
        self.sign(self.data / "site-request.json", *policy)
        self.site("trust", "--data", self.data, "--file", self.root / "bundle.jws")
        payload = json.loads(unb64((self.root / "bundle.jws").read_text().split(".")[1]))
        self.organisation = payload["organisation"]["uuid"]
        self.command_key = unb64(payload["keys"]["command"][0])
        self.entitlement_key = unb64(payload["keys"]["entitlement"][0])
        self.ca = self.data / "keys/site-ca.pem"
        self.printers = {}

    def run(self, program, *arguments, stdin=b"", code=0, environment=None):
        done = subprocess.run([program, *map(str, arguments)], input=stdin, capture_output=True, timeout=120, check=False,
                              env={**self.environment, **(environment or {})})
        assert done.returncode == code, (arguments, done.returncode, done.stdout, done.stderr)
        return done.stdout.decode() if code == 0 else done.stderr.decode()

    def trust(self, *arguments, **more):
        return self.run(self.trust_program, *arguments, **more)

    def site(self, *arguments, **more):
        return self.run(self.site_program, *arguments, **more)

    @contextlib.contextmanager
    def database(self, path=None):
        """Of the server, or a copy of it at @path. Committed and closed: an open one would keep the files of a server that was stopped."""
        base = sqlite3.connect(path or self.data / "site.db", timeout=30)
        try:
            with base:
                yield base
        finally:
            base.close()

    def sign(self, request, *more):
        self.trust("sign", "--dir", self.root, request, "--yes", *more)

    def start(self):
        self.log = open(self.folder / "site.log", "ab")
        self.process = subprocess.Popen([self.site_program, "serve", "--data", str(self.data)], stdout=subprocess.PIPE, stderr=self.log,
                                        env=self.environment)
        ready, _, _ = select.select([self.process.stdout], [], [], LIMIT_S)
        line = self.process.stdout.readline().decode() if ready else ""
        assert line.startswith("homespool-site ready"), (line, self.read_log())
        return self

    def read_log(self):
        return (self.folder / "site.log").read_text(errors="replace")

    def stop(self):
        """Ends the server as an administrator would; its exit code tells whether it ended well."""
        if self.process is None:
            return 0
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(LIMIT_S)
        self.process.stdout.close()
        self.log.close()
        self.process = None
        return code

    def close(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(LIMIT_S)
        self.temp.cleanup()

    def add_user(self, name, password="correct horse battery", display=None):
        self.site("user", "add", "--data", self.data, "--name", name, "--display-name", display or name.capitalize(), "--password-file", "-",
                  stdin=password.encode() + b"\n")
        return identity_of(self.organisation, name)

    def add_printer(self, name, location="Room 1"):
        printer, request = str(uuid.uuid4()), self.folder / "printer-request.json"
        self.site("printer", "add", "--name", name, "--location", location, "--uri", "ipps://printer.example.org/ipp/print",
                  "--pin", "sha256:" + "ab" * 32, "--uuid", printer, "--output", request)
        self.sign(request)
        self.site("trust", "--data", self.data, "--file", self.root / "printers.jws")
        self.printers[name] = printer
        return printer

    def token(self, *more):
        line = self.site("token", "--data", self.data, *more).strip()
        assert line.startswith("HSE1."), line
        return json.loads(unb64(line[5:]))

    def people_context(self):
        context = ssl.create_default_context(cafile=str(self.ca))
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        return context

    def people(self, method, path, body=None, headers=None, context=None):
        connection = http.client.HTTPSConnection("localhost", self.people_port, context=context or self.people_context(), timeout=LIMIT_S)
        try:
            connection.request(method, path, body, headers or {})
            return Reply(connection.getresponse())
        finally:
            connection.close()

    def post_json(self, path, value):
        return self.people("POST", path, json.dumps(value), {"Content-Type": "application/json"})

    def verify(self, jws, typ, public_key):
        """Checks a compact JWS with OpenSSL. Returns the payload."""
        header, payload, signature = jws.split(".")
        kid = b64(hashlib.sha256(public_key).digest()[:8])
        assert unb64(header) == b'{"alg":"EdDSA","kid":"%s","typ":"%s"}' % (kid.encode(), typ.encode()), unb64(header)
        with tempfile.TemporaryDirectory() as folder:
            key, data, sig = (Path(folder, name) for name in ("key", "data", "sig"))
            key.write_bytes(bytes.fromhex("302a300506032b6570032100") + public_key)
            data.write_bytes(f"{header}.{payload}".encode())
            sig.write_bytes(unb64(signature))
            openssl("pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", key, "-rawin", "-in", data, "-sigfile", sig)
        return json.loads(unb64(payload))


class Device:
    """A workstation that enrols, announces, polls and answers."""

    def __init__(self, world, name="pc-12", enrol=True):
        self.world, self.name = world, name
        self.temp = tempfile.TemporaryDirectory(prefix="homespool-device-")
        self.folder = Path(self.temp.name)
        self.key, self.certificate = self.folder / "device.key", self.folder / "device.pem"
        self.stream, self.n, self.hash = secrets.token_hex(16), 0, ZERO_HASH
        self.sealed = {}  # job → private e (DER file), E, S, owner
        if enrol:
            self.enrol(world.token())

    def close(self):
        self.temp.cleanup()

    def make_csr(self, name="device.key"):
        key = self.folder / name
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key)
        return openssl("req", "-new", "-key", key, "-subj", "/CN=whoever").decode()

    def try_enrol(self, token, csr=None):
        return self.world.post_json("/v1/enrol", {"secret": token["secret"], "csr": csr or self.make_csr(), "host_name": self.name})

    def enrol(self, token):
        reply = self.try_enrol(token)
        assert reply.status == 200, reply.text
        self.id = reply.json["device"]
        self.certificate.write_text(reply.json["certificate"])
        self.take_release_keys(reply.json["release_keys"])

    def take_release_keys(self, jws):
        payload = self.world.verify(jws, "homespool-release-keys+jws", self.world.command_key)
        assert payload["device"] == self.id
        self.release_keys = payload["keys"]

    def context(self):
        context = self.world.people_context()
        context.load_cert_chain(self.certificate, self.key)
        return context

    def ask(self, method, path, value=None, headers=None, timeout=LIMIT_S):
        connection = self.connect(timeout)
        try:
            connection.request(method, path, None if value is None else json.dumps(value), headers or {})
            return Reply(connection.getresponse())
        finally:
            connection.close()

    def connect(self, timeout=LIMIT_S):
        return http.client.HTTPSConnection("localhost", self.world.devices_port, context=self.context(), timeout=timeout)

    def make_record(self, kind, body, offline=False, at_us=None):
        """The next record of the stream; moves it on."""
        record = {"n": self.n + 1, "prev": self.hash, "kind": kind, "at_us": at_us or now_us(), "offline": offline, "body": body}
        self.n, self.hash = record["n"], hashlib.sha256(canonical(record)).hexdigest()
        return record

    def upload(self, records):
        return self.ask("POST", "/v1/device/events", {"stream": self.stream, "records": records})

    def tell(self, *kinds_and_bodies, **more):
        """tell(("state", {…}), …): sends records; the site must have them all."""
        records = [self.make_record(kind, body, **more) for kind, body in kinds_and_bodies]
        reply = self.upload(records)
        assert reply.status == 200 and reply.json == {"stream": self.stream, "n": self.n, "hash": self.hash}, (reply.status, reply.text)
        return records

    def make_announce(self, owner, job=None, title=None, pages=3, colour="color", sides="one-sided", created_us=None, life_us=3600_000_000):
        job = job or str(uuid.uuid4())
        private = openssl("genpkey", "-algorithm", "X25519", "-outform", "DER")
        e_public = openssl("pkey", "-inform", "DER", "-pubout", "-outform", "DER", stdin=private)[-32:]
        created_us = created_us or now_us()
        self.sealed[job] = {"private": private, "e": e_public, "s": unb64(self.release_keys[0]["public"]), "owner": owner}
        return {"job": job, "owner": owner, "e": b64(e_public), "epoch": self.release_keys[0]["epoch"], "format": "application/pdf", "size": 41234,
                "impressions": pages, "impressions_source": "measured", "colour": colour, "sides": sides, "copies": 1,
                "media": "iso_a4_210x297mm", "created_us": created_us, "expires_us": created_us + life_us, "title": title,
                "recipients": ["owner", "release"]}

    def hold(self, owner, **more):
        body = self.make_announce(owner, **more)
        self.tell(("announce", body))
        return body["job"]

    def share_of(self, job):
        """The share as the workstation made it when it sealed the job."""
        sealed = self.sealed[job]
        peer = bytes.fromhex("302a300506032b656e032100") + sealed["s"]
        with tempfile.TemporaryDirectory() as folder:
            private, public = Path(folder, "e"), Path(folder, "s")
            private.write_bytes(sealed["private"])
            public.write_bytes(peer)
            secret = openssl("pkeyutl", "-derive", "-keyform", "DER", "-inkey", private, "-peerform", "DER", "-peerkey", public)
        owner = uuid.UUID(sealed["owner"]).bytes if sealed["owner"] else bytes(16)
        context = b"homespool.release/1\0" + uuid.UUID(self.id).bytes + uuid.UUID(job).bytes + owner + sealed["e"] + sealed["s"]
        extracted = hmac.new(bytes(32), secret, hashlib.sha256).digest()
        return hmac.new(extracted, b"share\0" + context + b"\x01", hashlib.sha256).digest()

    def begin_poll(self, wait=20, held=None):
        """Sends a poll and does not read the answer yet. held: ids of permissions that are kept at the workstation."""
        connection = self.connect(wait + LIMIT_S)
        nonce = secrets.token_bytes(16)
        connection.request("GET", f"/v1/device/commands?wait={wait}", headers={
            "Homespool-Nonce": b64(nonce), **({} if held is None else {"Homespool-Delegations": ",".join(held)})})
        return connection, nonce

    def end_poll(self, poll):
        """Reads the answer. Returns the commands, each checked, with its share."""
        connection, nonce = poll
        try:
            reply = Reply(connection.getresponse())
        finally:
            connection.close()
        assert reply.status == 200, (reply.status, reply.text)
        commands, self.gone = [], reply.json.get("gone")
        for envelope in reply.json["commands"]:
            command = self.world.verify(envelope["jws"], "homespool-command+jws", self.world.command_key)
            assert command["device"] == self.id and command["nonce"] == b64(nonce), command
            assert 1 <= command["life_s"] <= 600
            commands.append((command, envelope["share"] and unb64(envelope["share"])))
        return commands

    def poll(self, wait=0):
        return self.end_poll(self.begin_poll(wait))

    def answer(self, command, result="done", sentence=None):
        self.tell(("command-result", {"command": command["id"], "result": result, "sentence": sentence}))

    def finish(self, job, printer, command=None, outcome="delivered", impressions=3, sheets=3):
        self.tell(("report", {"job": job, "outcome": outcome, "printer": printer, "impressions": impressions, "sheets": sheets, "counted": True,
                              "finished_us": now_us(), "command": command}))


class Person:
    """Somebody who uses the release page as a browser without JavaScript would."""

    def __init__(self, world):
        self.world, self.cookie, self.csrf = world, None, None

    def get(self, path="/", **headers):
        if self.cookie:
            headers["Cookie"] = self.cookie
        reply = self.world.people("GET", path, headers=headers)
        found = re.search(r'name="csrf" value="([^"]+)"', reply.text) if reply.status == 200 else None
        self.csrf = found.group(1) if found else self.csrf
        return reply

    def post(self, path, fields, origin=True, csrf=True, **headers):
        if origin:
            headers.setdefault("Origin", f"https://localhost:{self.world.people_port}")
        if self.cookie:
            headers["Cookie"] = self.cookie
        if csrf and self.csrf:
            fields = [("csrf", self.csrf), *fields]
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        reply = self.world.people("POST", path, urllib.parse.urlencode(fields), headers)
        if reply.headers["Set-Cookie"]:
            self.set_cookie = reply.headers["Set-Cookie"]
            self.cookie = self.set_cookie.split(";")[0]
        return reply

    def sign_in(self, name, password="correct horse battery", **more):
        reply = self.post("/sign-in", [("user", name), ("password", password)], **more)
        if reply.status == 303:
            self.get()
        return reply

    def release(self, printer, *jobs):
        reply = self.post("/release", [("printer", printer), *(("job", job) for job in jobs)])
        assert reply.status == 303, (reply.status, reply.text)
        return self.get(reply.headers["Location"]).text

    def delete(self, *jobs):
        reply = self.post("/delete", [("job", job) for job in jobs])
        assert reply.status == 303, (reply.status, reply.text)
        return self.get(reply.headers["Location"]).text


def wait_until(condition, limit_s=LIMIT_S):
    """Asks again until it holds; each asking is a request that takes its own time."""
    end = time.monotonic() + limit_s
    while not (found := condition()):
        assert time.monotonic() < end, "never became true"
    return found
