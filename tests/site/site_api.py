#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""docs/site-api.yaml against the server's own table of routes.

usage: site_api.py SITE_API_YAML HOMESPOOL_SITE [SENTENCE]
"""

import subprocess
import sys
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))
from tap import main, test  # noqa: E402

CONTRACT = yaml.safe_load(Path(sys.argv[1]).read_text(encoding="utf-8"))
METHODS = {"get", "put", "post", "delete", "patch", "head", "options"}


def operations():
    for path, item in CONTRACT["paths"].items():
        for method, operation in item.items():
            assert method in METHODS, (path, method)
            yield path, method.upper(), operation


@test("the contract and the server name the same routes")
def _():
    table = subprocess.run([sys.argv[2], "routes"], capture_output=True, text=True, check=True, timeout=30).stdout
    served = set(table.splitlines())
    described = {f"{listener} {method} {path}" for path, method, operation in operations() for listener in operation["x-listener"].split()}
    assert served == described, (sorted(served - described), sorted(described - served))


@test("every operation has an id of its own, a summary and its answers")
def _():
    ids = []
    for path, method, operation in operations():
        assert operation.get("summary") and operation.get("responses") and operation.get("operationId"), (path, method)
        assert operation["x-listener"] in ("people", "devices", "people devices"), path
        ids.append(operation["operationId"])
    assert len(ids) == len(set(ids)), ids


@test("every operation of the devices' listener asks for a workstation's or a terminal's certificate, and no other")
def _():
    for path, _, operation in operations():
        asked = set().union(*operation.get("security", []))
        is_terminal = path.startswith("/v1/terminal/") or path == "/t/" or "/static/terminal." in path
        certificate = "terminalCertificate" if is_terminal else "deviceCertificate"
        assert (certificate in asked) == (operation["x-listener"] == "devices"), path
        assert not ({"terminalCertificate", "deviceCertificate"} - {certificate}) & asked, path


@test("every reference leads somewhere and no member is left without a value")
def _():
    def walk(value, where):
        if isinstance(value, dict):
            for key, inner in value.items():
                assert inner is not None, f"{where}/{key} has no value"
                if key == "$ref":
                    target = CONTRACT
                    for part in inner.removeprefix("#/").split("/"):
                        target = target[part]
                walk(inner, f"{where}/{key}")
        elif isinstance(value, list):
            for index, inner in enumerate(value):
                walk(inner, f"{where}/{index}")

    walk(CONTRACT, "")


main(sys.argv[3] if len(sys.argv) > 3 else None)
