# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""An independent, slow implementation of the sealed format, from docs/sealed-format.md.

Standard library only, and no code of the agent: HKDF and HMAC from hashlib, X25519 as the
Montgomery ladder of RFC 7748, ChaCha20-Poly1305 from RFC 8439, age v1 from its specification.
Tests compare the agent with it in both directions. It is not constant time: never use it for work.
"""

import base64
import hashlib
import hmac
import struct

CHUNK = 64 * 1024
P = 2**255 - 19


def b64(data):
    return base64.b64encode(data).rstrip(b"=")


def unb64(text):
    data = base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    if b64(data) != text:
        raise ValueError("not canonical base64")
    return data


def hkdf(material, salt, info, length=32):
    key = hmac.new(salt or bytes(32), material, hashlib.sha256).digest()
    out, block, number = b"", b"", 1
    while len(out) < length:
        block = hmac.new(key, block + info + bytes([number]), hashlib.sha256).digest()
        out += block
        number += 1
    return out[:length]


def x25519(scalar, point):
    """RFC 7748 section 5."""
    k = bytearray(scalar)
    k[0] &= 248
    k[31] = (k[31] & 127) | 64
    k = int.from_bytes(k, "little")
    x1 = int.from_bytes(point, "little") % 2**255 % P
    x2, z2, x3, z3, swap = 1, 0, x1, 1, 0
    for t in range(254, -1, -1):
        bit = k >> t & 1
        if swap ^ bit:
            x2, x3, z2, z3 = x3, x2, z3, z2
        swap = bit
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        aa, bb, da, cb = a * a % P, b * b % P, d * a % P, c * b % P
        e = aa - bb
        x3, z3 = (da + cb) ** 2 % P, x1 * (da - cb) ** 2 % P
        x2, z2 = aa * bb % P, e * (aa + 121665 * e) % P
    if swap:
        x2, z2 = x3, z3
    result = (x2 * pow(z2, P - 2, P) % P).to_bytes(32, "little")
    if result == bytes(32):
        raise ValueError("all-zero shared secret")
    return result


BASE_POINT = (9).to_bytes(32, "little")


def public_of(private):
    return x25519(private, BASE_POINT)


# ChaCha20-Poly1305, RFC 8439 -----------------------------------------------------------------


def _quarter(s, a, b, c, d):
    s[a] = s[a] + s[b] & 0xFFFFFFFF
    s[d] ^= s[a]
    s[d] = (s[d] << 16 | s[d] >> 16) & 0xFFFFFFFF
    s[c] = s[c] + s[d] & 0xFFFFFFFF
    s[b] ^= s[c]
    s[b] = (s[b] << 12 | s[b] >> 20) & 0xFFFFFFFF
    s[a] = s[a] + s[b] & 0xFFFFFFFF
    s[d] ^= s[a]
    s[d] = (s[d] << 8 | s[d] >> 24) & 0xFFFFFFFF
    s[c] = s[c] + s[d] & 0xFFFFFFFF
    s[b] ^= s[c]
    s[b] = (s[b] << 7 | s[b] >> 25) & 0xFFFFFFFF


def _block(key, counter, nonce):
    start = list(struct.unpack("<16I", b"expand 32-byte k" + key + struct.pack("<I", counter) + nonce))
    s = start[:]
    for _ in range(10):
        _quarter(s, 0, 4, 8, 12)
        _quarter(s, 1, 5, 9, 13)
        _quarter(s, 2, 6, 10, 14)
        _quarter(s, 3, 7, 11, 15)
        _quarter(s, 0, 5, 10, 15)
        _quarter(s, 1, 6, 11, 12)
        _quarter(s, 2, 7, 8, 13)
        _quarter(s, 3, 4, 9, 14)
    return struct.pack("<16I", *(x + y & 0xFFFFFFFF for x, y in zip(s, start)))


def _stream(key, nonce, data):
    out = bytearray()
    for at in range(0, len(data), 64):
        piece = data[at : at + 64]
        block = _block(key, 1 + at // 64, nonce)
        out += bytes(a ^ b for a, b in zip(piece, block))
    return bytes(out)


def _tag(key, nonce, associated, sealed):
    one_time = _block(key, 0, nonce)[:32]
    r = int.from_bytes(one_time[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    s = int.from_bytes(one_time[16:], "little")
    pad = lambda x: x + bytes(-len(x) % 16)
    message = pad(associated) + pad(sealed) + struct.pack("<QQ", len(associated), len(sealed))
    total = 0
    for at in range(0, len(message), 16):
        total = (total + int.from_bytes(message[at : at + 16] + b"\1", "little")) * r % (2**130 - 5)
    return (total + s & 2**128 - 1).to_bytes(16, "little")


def aead_seal(key, nonce, plain, associated=b""):
    sealed = _stream(key, nonce, plain)
    return sealed + _tag(key, nonce, associated, sealed)


def aead_open(key, nonce, sealed, associated=b""):
    if len(sealed) < 16 or _tag(key, nonce, associated, sealed[:-16]) != sealed[-16:]:
        raise ValueError("authentication failed")
    return _stream(key, nonce, sealed[:-16])


# homespool.release/1 ---------------------------------------------------------------------------


def release_context(device, job, owner, e_public, s_public):
    return b"homespool.release/1\0" + device + job + owner + e_public + s_public


def release_share(private, their_public, context):
    return hkdf(x25519(private, their_public), b"", b"share\0" + context)


def release_wrap_key(share, machine_secret, context):
    machine_half = hkdf(machine_secret, b"", b"homespool machine wrap v1")
    return hkdf(share + machine_half, b"", b"wrap\0" + context)


def release_key_id(s_public):
    return hashlib.sha256(s_public).digest()[:8]


# age v1 ------------------------------------------------------------------------------------------


def header_mac(file_key, authenticated):
    return hmac.new(hkdf(file_key, b"", b"header"), authenticated, hashlib.sha256).digest()


def format_stanza(arguments, body):
    text = b64(body)
    lines = [text[at : at + 64] for at in range(0, len(text), 64)] or [b""]
    if len(lines[-1]) == 64:
        lines.append(b"")
    return b"-> " + b" ".join(arguments) + b"\n" + b"".join(line + b"\n" for line in lines)


def format_header(stanza_lines, file_key):
    authenticated = b"age-encryption.org/v1\n" + stanza_lines + b"---"
    return authenticated + b" " + b64(header_mac(file_key, authenticated)) + b"\n"


def seal_payload(file_key, nonce, plain):
    key = hkdf(file_key, nonce, b"payload")
    pieces = [plain[at : at + CHUNK] for at in range(0, len(plain), CHUNK)] or [b""]
    out = nonce
    for number, piece in enumerate(pieces):
        last = b"\1" if number == len(pieces) - 1 else b"\0"
        out += aead_seal(key, number.to_bytes(11, "big") + last, piece)
    return out


def open_payload(file_key, payload):
    key = hkdf(file_key, payload[:16], b"payload")
    sealed, out, number = payload[16:], b"", 0
    while True:
        piece, sealed = sealed[: CHUNK + 16], sealed[CHUNK + 16 :]
        last = b"\0" if sealed else b"\1"
        plain = aead_open(key, number.to_bytes(11, "big") + last, piece)
        if not plain and number:
            raise ValueError("empty last chunk")
        out, number = out + plain, number + 1
        if not sealed:
            return out


def parse_file(data):
    """Returns the stanzas [(arguments, body)], the stanza lines, the authenticated part, MAC and payload."""
    place = data.index(b"\n") + 1
    if data[:place] != b"age-encryption.org/v1\n":
        raise ValueError("no age file")
    stanzas, start = [], place
    while data[place : place + 3] == b"-> ":
        end = data.index(b"\n", place)
        arguments, body = data[place + 3 : end].split(b" "), b""
        place = end + 1
        while True:
            end = data.index(b"\n", place)
            line, place = data[place:end], end + 1
            body += unb64(line)
            if len(line) < 64:
                break
        stanzas.append((arguments, body))
    lines, end = data[start:place], data.index(b"\n", place)
    if data[place : place + 4] != b"--- ":
        raise ValueError("no MAC")
    mac = unb64(data[place + 4 : end])
    return stanzas, lines, data[: place + 3], mac, data[end + 1 :]


def open_with_file_key(data, file_key):
    _, _, authenticated, mac, payload = parse_file(data)
    if header_mac(file_key, authenticated) != mac:
        raise ValueError("header MAC")
    return open_payload(file_key, payload)


def x25519_wrap_key(private, their_public, ephemeral, recipient):
    return hkdf(x25519(private, their_public), ephemeral + recipient, b"age-encryption.org/v1/X25519")


def x25519_stanza(ephemeral_private, recipient, file_key):
    ephemeral = public_of(ephemeral_private)
    key = x25519_wrap_key(ephemeral_private, recipient, ephemeral, recipient)
    return format_stanza([b"X25519", b64(ephemeral)], aead_seal(key, bytes(12), file_key))


def x25519_unwrap(stanza, private):
    arguments, body = stanza
    ephemeral = unb64(arguments[1])
    return aead_open(x25519_wrap_key(private, ephemeral, ephemeral, public_of(private)), bytes(12), body)


def release_stanza(e_private, s_public, device, job, owner, machine_secret, generation, file_key):
    e_public = public_of(e_private)
    context = release_context(device, job, owner, e_public, s_public)
    key = release_wrap_key(release_share(e_private, s_public, context), machine_secret, context)
    arguments = [b"homespool.release/1", b64(e_public), b64(release_key_id(s_public)), str(generation).encode()]
    return format_stanza(arguments, aead_seal(key, bytes(12), file_key))


def release_unwrap(stanza, s_private, device, job, owner, e_public, machine_secret):
    """As site and workstation do it together; e_public is the recorded one."""
    _, body = stanza
    context = release_context(device, job, owner, e_public, public_of(s_private))
    share = release_share(s_private, e_public, context)
    return aead_open(release_wrap_key(share, machine_secret, context), bytes(12), body)


# Bech32, BIP 173 ---------------------------------------------------------------------------------

_DIGITS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def bech32(prefix, data):
    bits = int.from_bytes(data, "big") << (-len(data) * 8 % 5)
    values = [bits >> shift & 31 for shift in range((len(data) * 8 + 4) // 5 * 5 - 5, -1, -5)]
    low = prefix.lower()
    covered = [ord(c) >> 5 for c in low] + [0] + [ord(c) & 31 for c in low] + values + [0] * 6
    total = 1
    for value in covered:
        top = total >> 25
        total = (total & 0x1FFFFFF) << 5 ^ value
        for i, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            total ^= generator if top >> i & 1 else 0
    total ^= 1
    text = low + "1" + "".join(_DIGITS[v] for v in values + [total >> 5 * (5 - i) & 31 for i in range(6)])
    return text.upper() if prefix.isupper() else text
