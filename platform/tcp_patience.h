/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* How long TCP waits for another end that says nothing at all: no acknowledgement, no reset, because the
 * packets are lost on the way. Systems wait for a quarter of an hour.
 *
 * Threads: any.  Blocks: never. */

#include <glib.h>

/* From now on the connection of the socket @fd ends when something that was sent is not acknowledged for
 * @silence_ms; after @idle_s without a byte the kernel asks by itself whether the other end is there,
 * and ends the connection in the same way. Wakes no program until then. Does nothing where the system
 * cannot do it. */
void hs_tcp_patience_set (int fd, guint silence_ms, guint idle_s);

/* For how long the other end's system has acknowledged nothing, while something that was sent to it, the
 * beginning of the connection included, waits for that; milliseconds. 0: nothing waits, or the system
 * does not know. A program there that is busy does not count: its system acknowledges all the same. */
guint hs_tcp_patience_get_silence_ms (int fd);
