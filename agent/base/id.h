/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A UUID (RFC 4122): jobs, devices, identities, printers, commands.
 *
 * A plain value of 16 raw bytes, as it enters hashes and stanzas; text is the lower-case 8-4-4-4-12
 * form and nothing else. Making a random one is crypto/random's business.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include <glib.h>

#define HS_ID_BYTES 16
#define HS_ID_TEXT_BYTES 37 /* 36 characters and the final NUL */

typedef struct
{
  guint8 bytes[HS_ID_BYTES]; /* all zero = no identity */
} HsId;

/* Reads exactly 36 lower-case characters. Returns FALSE and leaves *id alone on anything else. */
gboolean hs_id_parse (const char *text, HsId *id) G_GNUC_WARN_UNUSED_RESULT;

/* Writes the text form into @text and returns it. */
const char *hs_id_format (const HsId *id, char text[HS_ID_TEXT_BYTES]);

/* Returns: (transfer full): the text form. */
char *hs_id_dup_text (const HsId *id);

gboolean hs_id_equal (const HsId *a, const HsId *b);
gboolean hs_id_is_zero (const HsId *id);

/* For GHashTable keyed by const HsId *. */
guint hs_id_hash (gconstpointer id);
gboolean hs_id_equal_func (gconstpointer a, gconstpointer b);
