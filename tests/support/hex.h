/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Bytes written as hexadecimal digits, for vectors of standards. */

#include <glib.h>

/* White space between digits is skipped; an odd or foreign character ends the program.
 * Returns: (transfer full): a byte array. */
GBytes *hs_hex_bytes (const char *digits);

/* Fills exactly @length bytes. */
void hs_hex_fill (const char *digits, guint8 *out, gsize length);
