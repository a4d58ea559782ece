# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""A card reader beside a printer, with Python's own means, for tests of a site."""

import http.client
import json
import tempfile
from pathlib import Path

from site_world import LIMIT_S, Reply, openssl, unb64


class Terminal:
    """Enrols with what `homespool-site terminal add` printed, then asks with certificate and token."""

    def __init__(self, ca, people_port, devices_port, line):
        assert line.startswith("HSE1."), line
        self.ca, self.people_port, self.devices_port = ca, people_port, devices_port
        self.secret = json.loads(unb64(line[5:]))["secret"]
        self.temp = tempfile.TemporaryDirectory(prefix="homespool-terminal-")
        self.key, self.certificate = Path(self.temp.name, "key.pem"), Path(self.temp.name, "certificate.pem")
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", self.key)
        self.session = None

    def context(self, client=True):
        import ssl
        context = ssl.create_default_context(cafile=str(self.ca))
        if client:
            context.load_cert_chain(self.certificate, self.key)
        return context

    def try_enrol(self):
        csr = openssl("req", "-new", "-key", self.key, "-subj", "/CN=whoever").decode()
        return self.send(self.people_port, "POST", "/v1/terminal/enrol", {"secret": self.secret, "csr": csr}, {}, client=False)

    def enrol(self):
        reply = self.try_enrol()
        assert reply.status == 200, reply.text
        self.id, self.token, self.joined = reply.json["terminal"], reply.json["token"], reply.json
        self.certificate.write_text(reply.json["certificate"])
        return self

    def send(self, port, method, path, value, headers, client=True):
        connection = http.client.HTTPSConnection("localhost", port, context=self.context(client), timeout=LIMIT_S)
        try:
            connection.request(method, path, None if value is None else json.dumps(value), headers)
            return Reply(connection.getresponse())
        finally:
            connection.close()

    def ask(self, method, path, value=None, token=None, **headers):
        headers = {name.replace("_", "-"): text for name, text in headers.items()}
        return self.send(self.devices_port, method, path, value, {"Authorization": f"Bearer {token or self.token}", **headers})

    def try_sign_in(self, user=None, card=None, pin=None, **more):
        method = "user+pin" if user else "card+pin" if pin else "card"
        return self.ask("POST", "/v1/terminal/sign-in", {"method": method, "user": user, "card": card, "pin": pin}, **more)

    def sign_in(self, **what):
        reply = self.try_sign_in(**what)
        assert reply.status == 200, (reply.status, reply.text)
        self.session = reply.json["session"]
        return reply.json

    def jobs(self, session=None):
        return self.ask("GET", "/v1/terminal/jobs", Homespool_Session=session or self.session)

    def release(self, jobs=None, session=None):
        return self.ask("POST", "/v1/terminal/release", {"session": session or self.session, "jobs": jobs})

    def delete(self, jobs):
        return self.ask("POST", "/v1/terminal/delete", {"session": self.session, "jobs": jobs})

    def sign_out(self):
        return self.ask("POST", "/v1/terminal/sign-out", {"session": self.session})
