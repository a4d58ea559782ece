#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""What the systemd units promise each other.

usage: units.py SOURCE_ROOT
"""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))
from tap import main, test  # noqa: E402

UNITS = {path.name.removesuffix(".in"): path.read_text(encoding="utf-8")
         for path in sorted((Path(sys.argv[1]) / "installer/linux/systemd").glob("*")) if ".s" in path.name}


def values(unit, name):
    return [value for line in re.findall(rf"^{name}=(.*)$", UNITS[unit], re.M) for value in line.split()]


@test("no service takes a socket's folder away when it stops: systemd would listen where nobody finds it")
def _():
    sockets = {unit: value for unit in UNITS if unit.endswith(".socket") for value in values(unit, "ListenStream")}
    services = [unit for unit in UNITS if unit.endswith(".service")]
    assert "homespoold-control.socket" in sockets and "homespoold.service" in services, UNITS.keys()
    for service in services:
        for folder in values(service, "RuntimeDirectory"):
            inside = [unit for unit, path in sockets.items() if path.startswith(f"/run/{folder}/")]
            assert not inside or values(service, "RuntimeDirectoryPreserve") == ["yes"], (service, inside)


main()
