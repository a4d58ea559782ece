# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""TAP for test programs in Python: sentences as names, one function each.

    from tap import test, main, skip

    @test("a held job is listed")
    def _(): assert ...

    main()            # runs all, or those whose sentence contains argv[1]
"""

import sys
import traceback

_tests = []


class Skip(Exception):
    pass


def skip(reason):
    raise Skip(reason)


def test(sentence):
    def add(function):
        _tests.append((sentence, function))
        return function
    return add


def main(argument=None):
    chosen = [t for t in _tests if argument is None or argument in t[0]]
    print(f"1..{len(chosen)}", flush=True)
    failed = 0
    for number, (sentence, function) in enumerate(chosen, 1):
        try:
            function()
            print(f"ok {number} - {sentence}", flush=True)
        except Skip as reason:
            print(f"ok {number} - {sentence} # SKIP {reason}", flush=True)
        except Exception:  # every other failure, with its story
            failed += 1
            print(f"not ok {number} - {sentence}", flush=True)
            for line in traceback.format_exc().splitlines():
                print(f"# {line}", flush=True)
    sys.exit(1 if failed else 0)
