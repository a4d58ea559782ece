/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A file descriptor of a regular file as a seekable GInputStream.
 *
 * GIO's own stream over a descriptor cannot seek, and its seekable one opens by path.
 *
 * Threads: one owner.  Blocks: on disk. */

#include <gio/gio.h>

/* Takes @fd, also when it fails. @name is for messages. Returns: (transfer full). */
GInputStream *hs_durable_stream_new (int fd, const char *name);
