/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What every strict decoder of our wire must refuse, tried on one good example of its input. */

#include <glib.h>

/* Decodes @bytes and frees the result. TRUE if it was accepted. */
typedef gboolean (*HsWireDecodeFunc) (const char *bytes, gsize length, GError **error);

/* @good must be accepted. Then each of these must be refused with an HS_ERROR: every truncation;
 * anything after the end; every member left out, written twice or of another JSON type; an unknown
 * member in every object. @opaque (nullable) names a member whose inside is not looked at. Fails the
 * running test and says which case was let through. */
void hs_wire_refuses_the_usual (const char *good, const char *opaque, HsWireDecodeFunc decode);

/* The text @good with the value of one member, named by a path like "keys.command.0", replaced by
 * the JSON text @value; NULL removes it. Returns: (transfer full). */
char *hs_wire_with (const char *good, const char *path, const char *value);

/* Asserts that @decode accepts, or refuses, @good with that change. */
void hs_wire_accepts_with (const char *good,
                           const char *path,
                           const char *value,
                           HsWireDecodeFunc decode);
void hs_wire_refuses_with (const char *good,
                           const char *path,
                           const char *value,
                           HsWireDecodeFunc decode);

/* A JSON text of @length times the letter a, quoted. Returns: (transfer full). */
char *hs_wire_long_text (gsize length);

/* A JSON list of @count times @item. Returns: (transfer full). */
char *hs_wire_list (const char *item, gsize count);
