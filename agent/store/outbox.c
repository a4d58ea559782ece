/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The outbox's values and its one decision. */

#include "store/outbox.h"

#include <string.h>

HsOutboxVerdict
hs_outbox_judge (const HsOutboxPlace *acknowledged,
                 const HsOutboxPlace *head,
                 const HsOutboxPlace *site,
                 const guint8 *ours)
{
  if (site->n > head->n)
    return HS_OUTBOX_SITE_AHEAD;
  if (site->n < acknowledged->n)
    return HS_OUTBOX_SITE_BEHIND;
  if (site->n == acknowledged->n)
    ours = acknowledged->hash;
  if (ours == NULL || memcmp (ours, site->hash, HS_OUTBOX_HASH_BYTES) != 0)
    return HS_OUTBOX_FORKED;
  return HS_OUTBOX_ACKNOWLEDGED;
}

void
hs_outbox_hash (GBytes *record, guint8 hash[HS_OUTBOX_HASH_BYTES])
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize length;
  const guint8 *bytes = g_bytes_get_data (record, &length);
  gsize hash_length = HS_OUTBOX_HASH_BYTES;

  g_checksum_update (checksum, bytes, (gssize)length);
  g_checksum_get_digest (checksum, hash, &hash_length);
}

void
hs_outbox_format_hash (const guint8 hash[HS_OUTBOX_HASH_BYTES],
                       char text[HS_OUTBOX_HASH_TEXT_BYTES])
{
  for (guint i = 0; i < HS_OUTBOX_HASH_BYTES; i++)
    g_snprintf (text + 2 * i, 3, "%02x", hash[i]);
}

void
hs_outbox_record_free (HsOutboxRecord *record)
{
  if (record == NULL)
    return;
  g_clear_pointer (&record->bytes, g_bytes_unref);
  g_free (record);
}
