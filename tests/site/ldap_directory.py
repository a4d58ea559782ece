# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""The organisation's directory: a real slapd over real TLS, with everything below one folder.

    directory = Directory(folder, entry("mia") + entry("noa"))
    directory.start()
    directory.settings()     # what site.conf says about it
"""

import shutil
import socket
import subprocess
from pathlib import Path

from site_world import LIMIT_S, free_port, openssl, wait_until

BASE = "dc=example,dc=org"
ADMIN, ADMIN_PASSWORD = f"cn=admin,{BASE}", "the directory's own"
PASSWORD = "correct horse battery"

CONFIGURATION = """\
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
allow bind_anon_cred bind_anon_dn
TLSCertificateFile {folder}/server.pem
TLSCertificateKeyFile {folder}/server.key
database mdb
suffix {base}
rootdn {admin}
rootpw {password}
directory {folder}/data
access to attrs=userPassword by anonymous auth by * none
access to dn.base="ou=people,{base}" by * search
access to * by dn.exact="cn=site,{base}" read by self read by * none
"""


def entry(name, password=PASSWORD, **attributes):
    lines = {"objectClass": "inetOrgPerson", "uid": name, "cn": f"{name.capitalize()} of the Directory", "sn": name, "description": "may print",
             "userPassword": password, **attributes}
    return f"dn: uid={name},ou=people,{BASE}\n" + "".join(f"{key}: {value}\n" for key, value in lines.items()) + "\n"


ORGANISATION = (f"dn: {BASE}\nobjectClass: dcObject\nobjectClass: organization\ndc: example\no: Example\n\n"
                f"dn: ou=people,{BASE}\nobjectClass: organizationalUnit\nou: people\n\n"
                f"dn: cn=site,{BASE}\nobjectClass: person\ncn: site\nsn: site\nuserPassword: looks around\n\n")


class Directory:
    """slapd with everything below one folder."""

    def __init__(self, folder, people):
        """@people: entries as entry() makes them."""
        self.folder = Path(folder)
        (self.folder / "data").mkdir(parents=True)
        self.port, self.plain_port, self.process = free_port(), free_port(), None
        self.configuration = self.folder / "slapd.conf"
        self.configuration.write_text(CONFIGURATION.format(folder=self.folder, base=BASE, admin=ADMIN, password=f'"{ADMIN_PASSWORD}"'))
        self.ca = self.make_authority("ca")
        self.certify()
        (self.folder / "people.ldif").write_text(ORGANISATION + people)
        subprocess.run([program("slapadd"), "-q", "-f", self.configuration, "-l", self.folder / "people.ldif"], check=True, capture_output=True,
                       timeout=LIMIT_S)

    def settings(self):
        """The keys of [ldap] in site.conf; the site's own account says the password in keys/ldap.password."""
        return {"uri": f"ldaps://127.0.0.1:{self.port}", "ca": str(self.ca), "base": f"ou=people,{BASE}",
                "filter": "(&(objectClass=person)(uid=%s))", "group-filter": "(description=may print)", "bind-dn": f"cn=site,{BASE}",
                "bind-password-file": "keys/ldap.password"}

    def make_authority(self, name):
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-days", "30", "-keyout", self.folder / f"{name}.key",
                "-out", self.folder / f"{name}.pem")
        return self.folder / f"{name}.pem"

    def certify(self, name="IP:127.0.0.1", authority="ca", days=30):
        """A new server certificate; days < 0: it is over already."""
        extension = self.folder / "names"
        extension.write_text(f"subjectAltName={name}\n")
        openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=directory", "-keyout", self.folder / "server.key",
                "-out", self.folder / "server.csr")
        openssl("x509", "-req", "-in", self.folder / "server.csr", "-CA", self.folder / f"{authority}.pem", "-CAkey",
                self.folder / f"{authority}.key", "-CAcreateserial", "-days", days, "-extfile", extension, "-out", self.folder / "server.pem")

    def start(self, tls=True):
        text = self.configuration.read_text()
        if not tls:
            self.configuration.write_text("".join(line for line in text.splitlines(True) if not line.startswith("TLS")))
        urls = f"ldap://127.0.0.1:{self.plain_port}/" + (f" ldaps://127.0.0.1:{self.port}/" if tls else "")
        with open(self.folder / "slapd.log", "ab") as log:
            self.process = subprocess.Popen([program("slapd"), "-d", "0", "-f", self.configuration, "-h", urls], stdout=log, stderr=log)
        wait_until(self.listens)
        self.configuration.write_text(text)

    def listens(self):
        assert self.process.poll() is None, (self.folder / "slapd.log").read_text()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.plain_port)) == 0

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            self.process.wait(LIMIT_S)
            self.process = None

    def restart(self, tls=True, **certificate):
        self.stop()
        self.certify(**certificate)
        self.start(tls)

    def ask(self, tool, *arguments, code=0):
        done = subprocess.run([tool, "-x", "-H", f"ldap://127.0.0.1:{self.plain_port}", *arguments], capture_output=True, timeout=LIMIT_S, check=False)
        assert done.returncode == code, (tool, done.stdout, done.stderr)
        return done.stdout.decode()


def program(name):
    return shutil.which(name, path="/usr/sbin:/usr/local/sbin:/sbin:/usr/bin")
