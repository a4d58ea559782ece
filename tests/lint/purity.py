#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""The core touches no file, clock, socket, thread, random source or environment.

usage: purity.py ARCHIVE [ARCHIVE …]

Reads the undefined symbols of each object with nm. Output is TAP.
"""

import re
import subprocess
import sys

IMPURE = re.compile(
    r"^(g_get_(monotonic|real|current)_time|g_date_time_new_now\w*|g_file_\w+|g_fopen|g_open|g_mkdir\w*|g_unlink|g_dir_\w+"
    r"|g_thread_\w+|g_mutex_\w+|g_cond_\w+|g_random_\w+|g_uuid_string_random|g_getenv|g_setenv|g_get_environ|g_spawn\w*"
    r"|g_main_\w+|g_timeout_\w+|g_idle_\w+|g_source_\w+|g_socket_\w+|g_key_file_load_from_file|json_load_file|json_loadfd|json_load_callback"
    r"|json_dump_file|json_dumpf|json_dumpfd|open(at)?(64)?|fopen(64)?|read|write|socket|connect|accept4?|bind|listen|time|clock_gettime|gettimeofday"
    r"|localtime\w*|rand|random|getrandom|arc4random\w*|getenv|setenv|pthread_\w+|fork|exec\w*|system|popen|unlink|rename|mmap|printf|puts|putchar"
    r"|fprintf|fputs|fwrite|syslog|g_print|g_printerr|g_log\w*|hs_log_\w+|hs_locked_memory_\w+)$")
# Programming errors and allocation failure may still be reported; these symbols carry no state.
ALLOWED = {"g_log", "g_return_if_fail_warning", "g_assertion_message_expr", "g_log_structured"}

print(f"1..{len(sys.argv) - 1}")
failed = 0
for number, archive in enumerate(sys.argv[1:], 1):
    out = subprocess.run(["nm", "-u", archive], capture_output=True, text=True, check=True).stdout
    member, broken, seen = "", [], 0
    for line in out.splitlines():
        if line.endswith(":"):
            member = line[:-1]
        elif line.strip().startswith("U "):
            seen += 1
            symbol = line.split()[1].split("@")[0]
            symbol = re.sub(r"^__(\w+)_chk$", r"\1", symbol)
            if IMPURE.match(symbol) and symbol not in ALLOWED:
                broken.append(f"{member}: {symbol}")
    if seen == 0:
        broken.append("nm found no symbols at all")
    failed += bool(broken)
    print(f"{'not ok' if broken else 'ok'} {number} - {archive.rsplit('/', 1)[-1]} is pure")
    for row in broken:
        print("#", row)
sys.exit(1 if failed else 0)
