/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Records that wait for their numbers. */

#include "engine/event_draft.h"

/* Owned by the batch, read by the ledger's worker. */
typedef struct
{
  HsRecordKind kind;
  gint64 at_us;
  gboolean offline;
  json_t *body;
} Draft;

static void
draft_free (gpointer data)
{
  Draft *draft = data;

  json_decref (draft->body);
  g_free (draft);
}

static GBytes *
encode_draft (guint64 n, const char *previous, gconstpointer data, GError **error)
{
  const Draft *draft = data;

  return hs_event_record_encode (n, previous, draft->kind, draft->at_us, draft->offline,
                                 draft->body, error);
}

void
hs_event_draft_append (
    HsLedgerBatch *batch, HsRecordKind kind, gint64 at_us, gboolean offline, json_t *body)
{
  Draft *draft = g_new0 (Draft, 1);

  draft->kind = kind;
  draft->at_us = at_us;
  draft->offline = offline;
  draft->body = body;
  hs_ledger_batch_append_event (batch, encode_draft, draft, draft_free);
}
