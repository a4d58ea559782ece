/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The text header of an age v1 file (age-encryption.org/v1): stanzas that wrap the file key, and a
 * MAC over them.
 *
 * PURE: reads and writes bytes in memory; wrapping keys and computing the MAC is seal's business.
 * The reader is strict: canonical base64, exact line lengths, bounded counts, so each header has
 * one encoding. Unknown stanza types are kept and ignored, as the format asks.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include <glib.h>

#define HS_AGE_HEADER_MAX_BYTES (64 * 1024) /* ours are below 1 KiB; a bound for hostile files */
#define HS_AGE_STANZAS_MAX 64               /* likewise */
#define HS_AGE_MAC_BYTES 32                 /* HMAC-SHA-256 */
#define HS_AGE_FILE_KEY_BYTES 16

typedef enum
{
  HS_AGE_HEADER_NONE = 0,
  HS_AGE_HEADER_COMPLETE,   /* *header is set */
  HS_AGE_HEADER_INCOMPLETE, /* well so far; call again with more bytes from the start */
  HS_AGE_HEADER_INVALID,    /* can never become a header; error is set */
} HsAgeHeaderOutcome;

/* One "-> type argument…" line and its body. */
typedef struct
{
  char **arguments; /* the type first; printable ASCII without spaces; NULL-terminated */
  GBytes *body;     /* decoded; may be empty */
} HsAgeStanza;

typedef struct HsAgeHeader HsAgeHeader;

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

/* Takes the strings after @body as arguments, the last one NULL. @body is copied.
 * Returns: (transfer full). */
HsAgeStanza *hs_age_stanza_new (const guint8 *body, gsize body_length, const char *type, ...)
    G_GNUC_NULL_TERMINATED;
void hs_age_stanza_free (HsAgeStanza *stanza);

/* Reads the header at the start of @bytes; what follows it is not looked at.
 * Errors: CORRUPT, for INVALID only: says which line is wrong and how. */
HsAgeHeaderOutcome hs_age_header_decode (const guint8 *bytes,
                                         gsize length,
                                         HsAgeHeader **header,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hs_age_header_free (HsAgeHeader *header);

/* ── questions ───────────────────────────────────────────────────────────────────────────── */

guint hs_age_header_get_n_stanzas (const HsAgeHeader *header);
const HsAgeStanza *hs_age_header_get_stanza (const HsAgeHeader *header, guint index);

/* The first argument. */
const char *hs_age_stanza_get_type (const HsAgeStanza *stanza);
guint hs_age_stanza_count_arguments (const HsAgeStanza *stanza); /* with the type */

/* The whole header with its MAC line, as it stood in the file. */
GBytes *hs_age_header_get_bytes (const HsAgeHeader *header);

/* The part that the MAC covers: from the version line to "---". */
GBytes *hs_age_header_get_authenticated (const HsAgeHeader *header);

/* The stanza lines alone, from the first "->" to the line feed before "---". */
GBytes *hs_age_header_get_stanza_lines (const HsAgeHeader *header);

const guint8 *hs_age_header_get_mac (const HsAgeHeader *header);

/* ── writing ─────────────────────────────────────────────────────────────────────────────── */

/* The part of a header that the MAC covers. Returns: (transfer full).
 * Errors: INVALID (no stanza, more than HS_AGE_STANZAS_MAX, a malformed argument, or longer than
 * HS_AGE_HEADER_MAX_BYTES with its MAC). */
GBytes *hs_age_header_format_authenticated (const HsAgeStanza *const *stanzas,
                                            guint n_stanzas,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Puts the MAC line behind it. Returns: (transfer full): the header as it stands in a file. */
GBytes *hs_age_header_append_mac (GBytes *authenticated, const guint8 mac[HS_AGE_MAC_BYTES]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsAgeStanza, hs_age_stanza_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsAgeHeader, hs_age_header_free)
