#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""homespool-trust from outside: what it signs is checked with OpenSSL, not with our own code.

usage: trust_tool.py HOMESPOOL_TRUST [SENTENCE]
"""

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))
from tap import main, test  # noqa: E402

TRUST = sys.argv[1]
TEMP = tempfile.TemporaryDirectory()
COUNT = iter(range(1000))
TURNS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
PRINTER = "6f3b1d0e-4c55-4f0e-9a57-0c5a1d2e3f40"
OTHER = "0aa1d2e3-0c5a-4f0e-9a57-6f3b1d0e4c55"


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def new_path(name="x"):
    return Path(TEMP.name, f"{name}-{next(COUNT)}")


def run(*arguments, stdin=b"", code=0):
    done = subprocess.run([TRUST, *map(str, arguments)], input=stdin, capture_output=True, timeout=60, check=False)
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    return done.stdout.decode(), done.stderr.decode()


def new_folder(*more):
    folder = new_path("keys")
    run("init", "--dir", folder, "--name", "Example School", *more)
    return folder


def make_certificate(name="site"):
    key, pem = new_path("key"), new_path("pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key,
                    "-out", pem, "-days", "30", "-subj", f"/CN={name}"], check=True, capture_output=True, timeout=60)
    return pem


CERTIFICATE = make_certificate()


def spki_pin(pem):
    public = subprocess.run(["openssl", "x509", "-in", pem, "-pubkey", "-noout"], check=True, capture_output=True, timeout=60).stdout
    der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "DER"], input=public, check=True, capture_output=True,
                         timeout=60).stdout
    return hashlib.sha256(der).digest()


def site_request(**changes):
    value = {"request": "homespool.site-request/1", "site_urls": ["https://print.example.org"],
             "device_urls": ["https://print.example.org:8443"], "site_ca": [CERTIFICATE.read_text()],
             "keys": {"command": [b64(b"c" * 32)], "entitlement": [b64(b"e" * 32)]}}
    value.update(changes)
    path = new_path("request")
    path.write_text(json.dumps(value, separators=(",", ":"), sort_keys=True) + "\n")
    return path


def printer(uuid=PRINTER, **changes):
    value = {"uuid": uuid, "name": "Hall", "location": "Ground floor", "uris": ["ipps://hall.example.org/ipp/print"],
             "pins": [], "allow_plain": False}
    value.update(changes)
    return value


def printer_request(*printers, remove=()):
    path = new_path("printers")
    path.write_text(json.dumps({"request": "homespool.printer-request/1", "printers": list(printers), "remove": list(remove)}))
    return path


def check_jws(jws, typ, public):
    """Verifies with OpenSSL and returns the payload."""
    header, payload, signature = jws.split(".")
    kid = b64(hashlib.sha256(public).digest()[:8])
    assert unb64(header) == json.dumps({"alg": "EdDSA", "kid": kid, "typ": typ}, separators=(",", ":")).encode()
    key, message, sig = new_path("pub"), new_path("msg"), new_path("sig")
    key.write_bytes(bytes.fromhex("302a300506032b6570032100") + public)  # SubjectPublicKeyInfo, RFC 8410
    message.write_bytes(f"{header}.{payload}".encode())
    sig.write_bytes(unb64(signature))
    done = subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", key, "-rawin", "-in", message,
                           "-sigfile", sig], capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, (done.stdout, done.stderr)
    return json.loads(unb64(payload))


def peek(jws):
    return json.loads(unb64(jws.split(".")[1]))


def read_bundle(folder):
    lines = (folder / "bundle.jws").read_text().splitlines()
    named = peek(lines[0])
    bundle = check_jws(lines[0], "homespool-bundle+jws", unb64(named["root"]))
    if bundle["next_root"] is not None:
        assert check_jws(lines[1], "homespool-bundle+jws", unb64(bundle["next_root"])) == bundle
        assert len(lines) == 2
    else:
        assert len(lines) == 1
    return bundle


def read_printers(folder):
    lines = (folder / "printers.jws").read_text().splitlines()
    assert len(lines) == 1
    return check_jws(lines[0], "homespool-printers+jws", unb64(read_bundle(folder)["printer_admin"]))


def signed_folder(*options):
    folder = new_folder()
    run("sign", "--dir", folder, site_request(), "--yes", *options)
    return folder


@test("keys are made for their owner only, and never over others")
def _():
    folder = new_folder()
    assert folder.stat().st_mode & 0o777 == 0o700
    for name in ("root.key", "printer-admin.key"):
        assert (folder / name).stat().st_mode & 0o777 == 0o600
    before = (folder / "root.key").read_bytes()
    _, err = run("init", "--dir", folder, "--name", "Other", code=1)
    assert "not empty" in err and (folder / "root.key").read_bytes() == before


@test("a key file that others may read is refused")
def _():
    folder = signed_folder()
    os.chmod(folder / "root.key", 0o640)
    _, err = run("sign", "--dir", folder, "--yes", code=1)
    assert "root.key" in err
    os.chmod(folder / "root.key", 0o600)
    run("sign", "--dir", folder, "--yes")


@test("a folder that others may write to is refused")
def _():
    folder = signed_folder()
    os.chmod(folder, 0o770)
    run("sign", "--dir", folder, "--yes", code=1)


@test("the private half is shown nowhere")
def _():
    folder = new_folder()
    secrets = [(folder / f"{n}.key").read_text().split()[2] for n in ("root", "printer-admin")]
    out = "".join(run("sign", "--dir", folder, site_request(), "--yes", "--out", "-")) + "".join(run("show", "--dir", folder))
    out += (folder / "bundle.jws").read_text() + (folder / "trust.json").read_text()
    for secret in secrets:
        assert secret not in out


@test("a bundle says what the site asked for and what the options say, and OpenSSL verifies it")
def _():
    ca = make_certificate("printers")
    recipient = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
    folder = signed_folder("--title-policy", "full", "--os-names", "yes", "--retention", "2d", "--quota-jobs", "7", "--quota-bytes",
                           "1000", "--offline", "print", "--owner-stanza", "no", "--report-local-printing", "yes",
                           "--escrow", f"Safe={recipient}", "--printer-ca", ca, "--expires", "10")
    bundle = read_bundle(folder)
    assert bundle["version"] == 1
    assert bundle["organisation"]["name"] == "Example School"
    assert bundle["policy"] == {"title_policy": "full", "os_names": True, "retention_s": 172800, "quota_jobs": 7,
                                "quota_bytes": 1000, "offline": "print", "owner_stanza": False, "report_local_printing": True}
    assert bundle["escrow"] == [{"name": "Safe", "recipient": recipient}]
    assert bundle["printer_ca"] == [ca.read_text()]
    assert bundle["site_ca"] == [CERTIFICATE.read_text()]
    assert bundle["keys"] == {"command": [b64(b"c" * 32)], "entitlement": [b64(b"e" * 32)]}
    assert bundle["device_urls"] == ["https://print.example.org:8443"]
    assert bundle["expires_us"] - bundle["issued_us"] == 10 * 86400 * 10**6
    assert len({bundle["root"], bundle["printer_admin"]}) == 2


@test("without options the policy is the careful one")
def _():
    policy = read_bundle(signed_folder())["policy"]
    assert policy == {"title_policy": "sealed", "os_names": False, "retention_s": 86400, "quota_jobs": 100,
                      "quota_bytes": 2**30, "offline": "hold", "owner_stanza": True}


@test("versions only rise, also when the signed file was lost")
def _():
    folder = signed_folder()
    run("sign", "--dir", folder, "--yes")
    assert read_bundle(folder)["version"] == 2
    (folder / "bundle.jws").unlink()
    run("sign", "--dir", folder, site_request(), "--yes")
    assert read_bundle(folder)["version"] == 3


@test("a renewal keeps policy and printers, and an option changes only what it names")
def _():
    folder = signed_folder("--offline", "deny", "--quota-jobs", "9")
    run("sign", "--dir", folder, printer_request(printer()), "--yes", "--pin", "sha256:" + "ab" * 32)
    run("sign", "--dir", folder, "--yes", "--quota-jobs", "11")
    bundle, printers = read_bundle(folder), read_printers(folder)
    assert (bundle["policy"]["offline"], bundle["policy"]["quota_jobs"]) == ("deny", 11)
    assert bundle["site_urls"] == ["https://print.example.org"]
    assert printers["version"] == 2 and len(printers["printers"]) == 1


@test("nothing is signed without a yes")
def _():
    folder = new_folder()
    for answer in (b"", b"n\n", b"\n"):
        _, err = run("sign", "--dir", folder, site_request(), stdin=answer, code=1)
        assert "nothing was signed" in err
        assert not (folder / "bundle.jws").exists()
    run("sign", "--dir", folder, site_request(), stdin=b"y\n")
    assert read_bundle(folder)["version"] == 1


@test("what is asked to be signed is shown without letters that turn others round")
def _():
    folder = signed_folder()
    tricky = printer_request(printer(name="Cellar \u202e)llaH(", location="\u2066here\u2069", pins=[b64(b"p" * 32)]))
    _, err = run("sign", "--dir", folder, tricky, stdin=b"n\n", code=1)
    assert "Cellar )llaH(" in err and "here" in err, err
    run("sign", "--dir", folder, tricky, "--yes")
    for out in (err, *run("show", tricky), *run("show", "--dir", folder)):
        assert not TURNS.search(out), out
    assert "\u202e" in read_printers(folder)["printers"][0]["name"], "what is signed is what was asked for"


@test("a printer or an organisation whose name nobody could see gets no signature")
def _():
    folder = signed_folder("--printer-ca", CERTIFICATE)
    for blank in (" ", "\u202e", "\u200b\u00a0"):
        _, err = run("sign", "--dir", folder, printer_request(printer(name=blank)), "--yes", code=1)
        assert "nobody could see the name of the printer at ipps://hall.example.org" in err, err
        run("init", "--dir", new_path("keys"), "--name", blank, code=2)
    assert not (folder / "printers.jws").exists()


@test("the fingerprint of a request is SHA-256 of its line")
def _():
    folder, request = new_folder(), site_request()
    digest = hashlib.sha256(request.read_text().strip().encode()).hexdigest()
    _, err = run("sign", "--dir", folder, request, "--yes")
    assert f"sha256:{digest}" in err
    out, _ = run("show", request)
    assert f"sha256:{digest}" in out


@test("a printer is pinned by fingerprint or by its certificate")
def _():
    folder = signed_folder()
    pin = "aB" * 32
    run("sign", "--dir", folder, printer_request(printer()), "--yes", "--pin", "sha256:" + ":".join(["aB"] * 32))
    assert [unb64(p).hex() for p in read_printers(folder)["printers"][0]["pins"]] == [pin.lower()]
    pem = make_certificate("hall")
    run("sign", "--dir", folder, printer_request(printer()), "--yes", "--certificate", pem)
    assert [unb64(p) for p in read_printers(folder)["printers"][0]["pins"]] == [spki_pin(pem)]
    assert read_printers(folder)["version"] == 2


@test("the administrator's pin replaces the one that the site proposed")
def _():
    folder = signed_folder()
    run("sign", "--dir", folder, printer_request(printer(pins=[b64(b"s" * 32)])), "--yes", "--pin", "11" * 32)
    assert read_printers(folder)["printers"][0]["pins"] == [b64(b"\x11" * 32)]


@test("a printer that nobody could trust is refused, unless a printer CA vouches for it")
def _():
    folder = signed_folder()
    _, err = run("sign", "--dir", folder, printer_request(printer()), "--yes", code=1)
    assert "--pin" in err and not (folder / "printers.jws").exists()
    run("sign", "--dir", folder, "--yes", "--printer-ca", make_certificate("ca"))
    run("sign", "--dir", folder, printer_request(printer()), "--yes")
    assert read_printers(folder)["printers"][0]["pins"] == []


@test("plain IPP needs the administrator's own word")
def _():
    folder = signed_folder()
    plain = printer(uris=["ipp://hall.example.org/ipp/print"], allow_plain=True)
    run("sign", "--dir", folder, printer_request(plain), "--yes", code=1)
    run("sign", "--dir", folder, printer_request(plain), "--yes", "--allow-plain")
    sneaky = printer(uris=["ipp://hall.example.org/ipp/print"])
    run("sign", "--dir", folder, printer_request(sneaky), "--yes", "--allow-plain", code=2)


@test("printers are added, replaced and removed")
def _():
    folder = signed_folder()
    pinned = {"pins": [b64(b"p" * 32)]}
    run("sign", "--dir", folder, printer_request(printer(**pinned), printer(OTHER, **pinned)), "--yes")
    run("sign", "--dir", folder, printer_request(printer(name="Hall 2", **pinned)), "--yes")
    assert {p["uuid"]: p["name"] for p in read_printers(folder)["printers"]} == {PRINTER: "Hall 2", OTHER: "Hall"}
    run("sign", "--dir", folder, printer_request(remove=[OTHER]), "--yes")
    assert [p["uuid"] for p in read_printers(folder)["printers"]] == [PRINTER]


@test("requests that are not one are refused and named")
def _():
    folder = new_folder()
    bad = [site_request(request="homespool.site-request/2"), site_request(extra=1), site_request(site_urls=["http://a"]),
           site_request(site_urls=[]), site_request(keys={"command": [b64(b"c" * 32)], "entitlement": [b64(b"c" * 32)]}),
           site_request(site_ca=["x"]), printer_request(printer(uris=["file:///etc/passwd"])),
           printer_request(printer(), printer()), printer_request(printer(name="a\x1b[31m"))]
    for request in bad:
        _, err = run("sign", "--dir", folder, request, "--yes", "--allow-plain", code=2)
        assert "homespool-trust: this is not a request" in err, err
    assert not (folder / "bundle.jws").exists()


@test("options out of range are refused before anything is signed")
def _():
    folder = new_folder()
    for option in (["--retention", "59s"], ["--retention", "91d"], ["--retention", "1w"], ["--quota-jobs", "10001"],
                   ["--quota-bytes", "-1"], ["--offline", "maybe"], ["--title-policy", "Sealed"], ["--os-names", "true"],
                   ["--escrow", "x=age1zzz"], ["--escrow", "age1ql3"], ["--expires", "3651"], ["--expires", "-1"],
                   ["--printer-ca", "/nonexistent"]):
        run("sign", "--dir", folder, site_request(), "--yes", *option, code=1 if option[0] == "--printer-ca" else 2)
    assert not (folder / "bundle.jws").exists()


@test("a root is replaced in two steps, each signed by the key that workstations know")
def _():
    folder = signed_folder()
    first = read_bundle(folder)
    run("rotate", "--dir", folder, "--finish", code=1)
    run("rotate", "--dir", folder)
    second = read_bundle(folder)
    assert second["root"] == first["root"] and second["next_root"] not in (None, first["root"])
    run("rotate", "--dir", folder, code=1)
    run("rotate", "--dir", folder, "--finish")
    third = read_bundle(folder)
    assert third["root"] == second["next_root"] and third["next_root"] is None
    assert [b["version"] for b in (first, second, third)] == [1, 2, 3]
    assert not (folder / "next-root.key").exists()
    run("sign", "--dir", folder, "--yes")
    assert read_bundle(folder)["root"] == third["root"]


@test("a new printer-admin key signs the list anew")
def _():
    folder = signed_folder()
    run("sign", "--dir", folder, printer_request(printer(pins=[b64(b"p" * 32)])), "--yes")
    before = read_bundle(folder)["printer_admin"]
    run("rotate", "--dir", folder, "--printer-admin")
    assert read_bundle(folder)["printer_admin"] != before
    assert [p["uuid"] for p in read_printers(folder)["printers"]] == [PRINTER]
    run("sign", "--dir", folder, "--yes")


@test("whatever cuts the replacement of the printer-admin key short, the folder can be read and signs again")
def _():
    folder = signed_folder()
    run("sign", "--dir", folder, printer_request(printer(pins=[b64(b"p" * 32)])), "--yes")
    (folder / "printer-admin.key").write_bytes((new_folder() / "printer-admin.key").read_bytes())  # so far, and no further
    _, err = run("sign", "--dir", folder, site_request(), "--yes", code=1)
    assert "homespool-trust sign --dir" in err, err
    # A list by a key that no bundle names could be imported nowhere.
    _, err = run("sign", "--dir", folder, printer_request(printer(pins=[b64(b"p" * 32)])), "--yes", code=1)
    assert "homespool-trust sign --dir" in err, err
    run("show", "--dir", folder)
    run("sign", "--dir", folder, "--yes")
    assert [p["uuid"] for p in read_printers(folder)["printers"]] == [PRINTER]
    run("sign", "--dir", folder, site_request(), "--yes")


@test("a rotation with a wrong option replaces no key")
def _():
    folder = signed_folder()
    keys = {path: path.read_bytes() for path in folder.glob("*.key")}
    for step in ([], ["--printer-admin"]):
        for option in (["--expires", "9999"], ["--title-policy", "Sealed"]):
            run("rotate", "--dir", folder, *step, *option, code=2)
            assert {path: path.read_bytes() for path in folder.glob("*.key")} == keys, (step, option)


@test("keys with a passphrase are age files and open with it only")
def _():
    word, wrong = new_path("word"), new_path("wrong")
    word.write_text("correct horse\n")
    wrong.write_text("battery staple\n")
    folder = new_folder("--passphrase-file", word)
    assert (folder / "root.key").read_bytes().startswith(b"age-encryption.org/v1\n")
    for options in ([], ["--passphrase-file", wrong]):
        run("sign", "--dir", folder, site_request(), "--yes", *options, code=1)
    run("sign", "--dir", folder, site_request(), "--yes", "--passphrase-file", word)
    run("sign", "--dir", folder, "--yes", "--passphrase-file", "-", stdin=b"correct horse\n")
    assert read_bundle(folder)["version"] == 2


@test("show tells what a file holds, and says when nothing proves it")
def _():
    folder = signed_folder("--escrow", "Safe=age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p")
    run("sign", "--dir", folder, printer_request(printer(pins=[b64(b"\x22" * 32)])), "--yes")
    out, _ = run("show", folder / "bundle.jws")
    root = hashlib.sha256(unb64(read_bundle(folder)["root"])).hexdigest()
    assert f"sha256:{root}" in out and "CAN OPEN EVERY DOCUMENT" in out and "Example School" in out
    out, _ = run("show", folder / "printers.jws")
    assert "SIGNATURE NOT CHECKED" in out and "sha256:" + "22" * 32 in out
    out, _ = run("show", "--dir", folder)
    assert "SIGNATURE NOT CHECKED" not in out and PRINTER in out and f"sha256:{root}" in out


@test("a changed bundle is refused by show and by the folder")
def _():
    folder = signed_folder()
    header, payload, signature = (folder / "bundle.jws").read_text().strip().split(".")
    value = json.loads(unb64(payload))
    value["version"] = 7
    payload = b64(json.dumps(value, separators=(",", ":"), sort_keys=True).encode())
    (folder / "bundle.jws").write_text(f"{header}.{payload}.{signature}\n")
    for arguments in (["show", folder / "bundle.jws"], ["show", "--dir", folder], ["sign", "--dir", folder, "--yes"]):
        _, err = run(*arguments, code=1)
        assert "signature does not hold" in err, err


@test("a bundle of another root in the folder is refused")
def _():
    folder, other = signed_folder(), signed_folder()
    (folder / "bundle.jws").write_bytes((other / "bundle.jws").read_bytes())
    _, err = run("show", "--dir", folder, code=1)
    assert "not signed by the key beside it" in err


@test("no option is taken by a command that does nothing with it")
def _():
    folder, ca = signed_folder(), make_certificate("ca")
    strange = {"init": ["--yes", "--expires=9", "--title-policy=none", "--out=x", "--pin=" + "11" * 32, "--finish"],
               "sign": ["--name=Other", "--finish", "--printer-admin"],
               "rotate": ["--name=Other", "--out=x", "--yes", "--pin=" + "11" * 32, "--allow-plain"],
               "show": ["--name=Other", "--yes", "--out=x", "--quota-jobs=1", "--allow-plain", "--finish"]}
    for command, options in strange.items():
        for option in options:
            _, err = run(command, "--dir", folder, option, code=2)
            assert "Unknown option" in err, (command, option, err)
    before = (folder / "bundle.jws").read_bytes()
    pinned = printer_request(printer(pins=[b64(b"p" * 32)]))
    for option in ("--title-policy=none", "--os-names=yes", "--retention=2d", "--quota-jobs=3", "--quota-bytes=1", "--offline=deny", "--no-escrow",
                   "--no-printer-ca", f"--printer-ca={ca}", "--owner-stanza=no", "--report-local-printing=yes", "--auto-release=yes"):
        _, err = run("sign", "--dir", folder, pinned, "--yes", option, code=2)
        assert option.split("=")[0] in err or "policy" in err, (option, err)
    for more in ([site_request()], []):
        for option in ("--pin=" + "11" * 32, f"--certificate={ca}", "--allow-plain"):
            _, err = run("sign", "--dir", folder, *more, "--yes", option, code=2)
            assert "printer" in err, (option, err)
    for option in ("--quota-jobs=0", "--quota-bytes=0", "--expires=0"):
        run("sign", "--dir", folder, "--yes", option, code=2)
    assert (folder / "bundle.jws").read_bytes() == before and not (folder / "printers.jws").exists()


@test("wrong use is explained")
def _():
    for arguments in ([], ["help"], ["sign", "--dir"], ["sign", "--nonsense"], ["init", "--name", "x"], ["show"], ["sign"]):
        _, err = run(*arguments, code=2)
        assert err
    _, err = run("sign", "--dir", new_path("none"), "--yes", code=1)
    assert "homespool-trust init" in err


main(sys.argv[2] if len(sys.argv) > 2 else None)
