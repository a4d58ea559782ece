/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Where each person printed last. It belongs to the person and not to a job: jobs leave the list after
 * a day, and who comes back from a holiday while the site is away still has a printer. Kept as a setting
 * of the ledger, under its MAC like all of them, in the transaction that says "delivered". */

#include "engine/engine_private.h"

#include <string.h>

#define SETTING "last-printer/"

GHashTable *
hs_last_printers_new (void)
{
  return g_hash_table_new_full (hs_id_hash, hs_id_equal_func, g_free, g_free);
}

static void
put (GHashTable *last_printers, const HsId *identity, const HsId *printer)
{
  g_hash_table_replace (last_printers, g_memdup2 (identity, sizeof *identity),
                        g_memdup2 (printer, sizeof *printer));
}

/* What cannot be read is as if nothing had been printed: the person is asked for a printer. */
void
hs_last_printers_load (HsEngine *engine, const HsLedgerContents *contents)
{
  GHashTableIter settings;
  gpointer name = NULL;
  gpointer value = NULL;

  g_hash_table_iter_init (&settings, contents->settings);
  while (g_hash_table_iter_next (&settings, &name, &value))
    {
      gsize length = 0;
      const char *bytes = g_bytes_get_data (value, &length);
      g_autofree char *text = g_strndup (bytes, length);
      HsId identity, printer;

      if (g_str_has_prefix (name, SETTING)
          && hs_id_parse ((const char *)name + strlen (SETTING), &identity)
          && hs_id_parse (text, &printer))
        put (engine->last_printers, &identity, &printer);
    }
}

void
hs_last_printers_note (HsEngine *engine, HsLedgerBatch *batch, const HsJob *job)
{
  char identity[HS_ID_TEXT_BYTES];
  char printer[HS_ID_TEXT_BYTES];
  g_autofree char *name = g_strconcat (SETTING, hs_id_format (&job->owner, identity), NULL);
  g_autoptr (GBytes) value = NULL;

  if (hs_id_is_zero (&job->owner) || hs_id_is_zero (&job->printer))
    return;
  put (engine->last_printers, &job->owner, &job->printer);
  hs_id_format (&job->printer, printer);
  value = g_bytes_new (printer, strlen (printer));
  hs_ledger_batch_put_setting (batch, name, value);
}

static gboolean
find_in_jobs (HsEngine *engine, const HsCaller *caller, HsId *printer)
{
  gint64 newest_us = 0;

  for (guint i = 0; i < engine->order->len; i++)
    {
      const HsJob *job = ((const HsSlot *)g_ptr_array_index (engine->order, i))->job;
      if (job->state != HS_JOB_DELIVERED || job->finished_at_us < newest_us
          || hs_id_is_zero (&job->printer) || !hs_view_is_owner (engine, caller, job))
        continue;
      newest_us = job->finished_at_us;
      *printer = job->printer;
    }
  return newest_us > 0;
}

/* The list comes first: it also knows what somebody printed before the site gave them an identity. */
gboolean
hs_engine_find_last_printer (HsEngine *engine, const HsCaller *caller, HsId *printer)
{
  HsOwner owner;
  const HsId *kept = NULL;

  hs_engine_assert_thread (engine);
  if (find_in_jobs (engine, caller, printer))
    return TRUE;
  if (hs_view_find_owner (engine, caller, &owner, NULL) && !hs_id_is_zero (&owner.identity))
    kept = g_hash_table_lookup (engine->last_printers, &owner.identity);
  if (kept != NULL)
    *printer = *kept;
  return kept != NULL;
}
