/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Canonical bytes of the small tables; those of jobs and audit are in job_row.c. */

#include "store/ledger_encode.h"

#include "store/row_bytes.h"

static void
add_bytes (GByteArray *row, GBytes *bytes)
{
  gsize length = 0;
  const void *data = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;

  /* An empty value is not the same as none. */
  hs_row_bytes_add_bytes (row, bytes != NULL && data == NULL ? "" : data, length);
}

void
hs_ledger_encode_outbox (HsLedgerDatabase *database,
                         guint64 n,
                         const guint8 *prev,
                         const guint8 *hash)
{
  hs_row_bytes_begin (database->row, "outbox");
  hs_row_bytes_add_bytes (database->row, database->chain.stream, HS_OUTBOX_STREAM_BYTES);
  hs_row_bytes_add_number (database->row, (gint64)n);
  hs_row_bytes_add_bytes (database->row, prev, HS_OUTBOX_HASH_BYTES);
  hs_row_bytes_add_bytes (database->row, hash, HS_OUTBOX_HASH_BYTES);
}

void
hs_ledger_encode_identity (HsLedgerDatabase *database,
                           guint32 uid,
                           const HsId *identity,
                           gint64 at_us,
                           GBytes *sealed_name)
{
  hs_row_bytes_begin (database->row, "identities");
  hs_row_bytes_add_number (database->row, uid);
  hs_row_bytes_add_bytes (database->row, identity->bytes, HS_ID_BYTES);
  hs_row_bytes_add_number (database->row, at_us);
  add_bytes (database->row, sealed_name);
}

void
hs_ledger_encode_owner_key (HsLedgerDatabase *database,
                            const HsId *identity,
                            const guint8 *public_key,
                            gint64 at_us,
                            const guint8 *title_key)
{
  hs_row_bytes_begin (database->row, "owner_keys");
  hs_row_bytes_add_bytes (database->row, identity->bytes, HS_ID_BYTES);
  hs_row_bytes_add_bytes (database->row, public_key, HS_LEDGER_OWNER_KEY_BYTES);
  hs_row_bytes_add_number (database->row, at_us);
  /* A row without one is as it was before there were any, so that its MAC still holds. */
  if (title_key != NULL)
    hs_row_bytes_add_bytes (database->row, title_key, HS_LEDGER_OWNER_KEY_BYTES);
}

void
hs_ledger_encode_setting (HsLedgerDatabase *database, const char *name, GBytes *value)
{
  hs_row_bytes_begin (database->row, "settings");
  hs_row_bytes_add_text (database->row, name);
  add_bytes (database->row, value);
}

void
hs_ledger_encode_printer (HsLedgerDatabase *database,
                          const HsId *printer,
                          const char *network,
                          gint64 at_us,
                          GBytes *facts)
{
  hs_row_bytes_begin (database->row, "printers_seen");
  hs_row_bytes_add_bytes (database->row, printer->bytes, HS_ID_BYTES);
  hs_row_bytes_add_text (database->row, network);
  hs_row_bytes_add_number (database->row, at_us);
  add_bytes (database->row, facts);
}
