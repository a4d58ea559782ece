/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* IPP messages between libcups and memory; for files of agent/ipp only.
 *
 * Threads: any; one owner at a time.  Blocks: never. */

#include <cups/ipp.h>
#include <glib.h>

#define HS_IPP_TEXT_MAX_BYTES 255 /* of a peer's text that is shown; ours */

/* Returns: (transfer full): the encoded message. */
GBytes *hs_ipp_message_encode (ipp_t *message);

/* Appends the groups of @message to @bytes, as they stand in an encoded message. What they went through
 * in libcups is wiped by whoever encodes the rest, once for all of them, or ends without. */
void hs_ipp_message_append_groups (ipp_t *message, GByteArray *bytes);

/* The same as encode, with @groups behind the message's own. Returns: (transfer full). */
GBytes *hs_ipp_message_encode_with (ipp_t *message, const GByteArray *groups);

/* Reads the message at the start of @bytes; what follows it is left alone. The bytes pass
 * ipp/attributes_end before libcups sees them.
 * Returns: (transfer full): ippDelete() it. Errors: CORRUPT. */
ipp_t *hs_ipp_message_decode (GBytes *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A peer's text, safe to show: valid UTF-8, no control characters, bounded.
 * Returns: (transfer full) (nullable): NULL for NULL and for empty text. */
char *hs_ipp_text_dup_safe (const char *untrusted);

/* The values of a keyword, name, URI or MIME type attribute, each made safe.
 * Returns: (transfer full): a NULL-terminated list, empty if there is no such attribute. */
char **hs_ipp_strings_dup (ipp_t *message, const char *name);

/* The first value of an integer or enum attribute, or @otherwise. */
int hs_ipp_integer_get (ipp_t *message, const char *name, int otherwise);

/* The first value of a text-like attribute, as it came; borrowed, nullable. */
const char *hs_ipp_string_get (ipp_t *message, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ipp_t, ippDelete)
