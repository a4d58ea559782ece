#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Runs a program under the system call rules of a systemd unit, where no systemd runs.

usage: under_unit.py UNIT_FILE PROGRAM [ARGUMENT …]

Taken from the unit: SystemCallFilter=, SystemCallErrorNumber=, RestrictAddressFamilies=,
RestrictNamespaces=, MemoryDenyWriteExecute= and NoNewPrivileges=, with the groups of calls that
systemd-analyze knows and the meaning that systemd.exec(5) gives to each.
"""

import ctypes
import errno
import os
import socket
import subprocess
import sys

import seccomp

PROT_WRITE, PROT_EXEC = 2, 4
NEW_NAMESPACES = 0x7E020080  # CLONE_NEW* of clone(2): NEWNS, CGROUP, UTS, IPC, USER, PID, NET and TIME
PR_SET_NO_NEW_PRIVS = 38


def read_unit(path):
    """{key: [value, …]} of the section [Service]."""
    values, section = {}, None
    for line in open(path, encoding="utf-8"):
        line = line.strip()
        if line.startswith("["):
            section = line
        elif section == "[Service]" and "=" in line and not line.startswith("#"):
            key, value = line.split("=", 1)
            values.setdefault(key, []).append(value)
    return values


def expand(word, known={}):
    """The calls of one word, which is a call or a group of them."""
    if not word.startswith("@"):
        return {word}
    if word not in known:
        rows = subprocess.run(["systemd-analyze", "syscall-filter", word], capture_output=True, text=True, check=True).stdout
        names = [row.strip() for row in rows.splitlines()[1:]]
        known[word] = {call for name in names if name and not name.startswith("#") for call in expand(name)}
    return known[word]


def allowed_calls(unit):
    calls = set(expand("@default"))
    for row in unit["SystemCallFilter"]:
        negative, words = row.startswith("~"), row.lstrip("~").split()
        for word in words:
            calls = calls - expand(word) if negative else calls | expand(word)
    return calls | expand("@default")


def allow(rules, call, *arguments):
    try:
        rules.add_rule(seccomp.ALLOW, call, *arguments)
    except (RuntimeError, ValueError, OSError):
        pass  # no such call on this machine


def make_rules(unit):
    number = getattr(errno, unit["SystemCallErrorNumber"][0])
    rules = seccomp.SyscallFilter(seccomp.ERRNO(number))
    calls = allowed_calls(unit)
    if unit.get("MemoryDenyWriteExecute") == ["yes"]:
        for protection in (0, PROT_WRITE, PROT_EXEC):
            allow(rules, "mmap", seccomp.Arg(2, seccomp.MASKED_EQ, PROT_WRITE | PROT_EXEC, protection))
        for call in ("mprotect", "pkey_mprotect"):
            allow(rules, call, seccomp.Arg(2, seccomp.MASKED_EQ, PROT_EXEC, 0))
        calls -= {"mmap", "mmap2", "mprotect", "pkey_mprotect"}
    for family in unit["RestrictAddressFamilies"][0].split():
        allow(rules, "socket", seccomp.Arg(0, seccomp.EQ, getattr(socket, family)))
    calls -= {"socket", "socketcall"}
    if unit.get("RestrictNamespaces") == ["yes"]:
        allow(rules, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, NEW_NAMESPACES, 0))
        rules.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")  # its flags lie in memory
        calls -= {"clone", "clone3", "unshare", "setns"}
    for call in sorted(calls):
        allow(rules, call)
    return rules


def main():
    unit = read_unit(sys.argv[1])
    rules = make_rules(unit)
    if unit.get("NoNewPrivileges") == ["yes"]:
        assert ctypes.CDLL(None).prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
    rules.load()
    os.execv(sys.argv[2], sys.argv[2:])


main()
