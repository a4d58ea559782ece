/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Jobs that the site may not know: noted with the stream that begins, told by the engine, and the
 * note struck when all records are durable. A cut between leads to telling them once more, which the
 * site takes for what it is. */

#define HS_LOG_AREA "site"

#include "engine/site_link/unknown_jobs.h"

#include "base/error.h"
#include "base/log.h"

#define SETTING "site/announce-again" /* the site may lack: */
#define JOBS "jobs"
#define JOBS_AND_HISTORY "jobs and history"

void
hs_site_link_note_missing (HsLedgerBatch *batch, gboolean with_history)
{
  hs_site_link_put_text (batch, SETTING, with_history ? JOBS_AND_HISTORY : JOBS);
}

void
hs_site_link_load_missing (HsSiteLink *link, GHashTable *settings)
{
  GBytes *noted = g_hash_table_lookup (settings, SETTING);

  link->must_announce = noted != NULL;
  link->must_announce_history
      = noted != NULL && g_bytes_get_size (noted) == sizeof JOBS_AND_HISTORY - 1;
}

static void
on_note_struck (GObject *source, GAsyncResult *result, gpointer data)
{
  HsSiteLink *link = data;
  g_autoptr (GError) error = NULL;

  if (link->is_running && !hs_ledger_commit_finish (link->ledger, result, &error))
    hs_log_warning ("jobs will be announced once more after a restart: %s", error->message);
  hs_site_link_unref (link);
}

static void
on_announced (GObject *source, GAsyncResult *result, gpointer data)
{
  HsSiteLink *link = data;
  g_autoptr (GError) error = NULL;

  link->is_announcing = FALSE;
  if (!link->is_running || !link->is_enrolled)
    hs_site_link_unref (link);
  else if (!hs_engine_announce_again_finish (link->engine, result, &error))
    {
      /* The ledger does not write: the next start tries again. */
      hs_log_warning ("jobs could not be announced again: %s", error->message);
      hs_site_link_unref (link);
    }
  else
    {
      HsLedgerBatch *batch = hs_ledger_batch_new ();

      hs_ledger_batch_delete_setting (batch, SETTING);
      hs_ledger_commit_async (link->ledger, batch, on_note_struck, link);
    }
}

void
hs_site_link_announce (HsSiteLink *link)
{
  link->is_announcing = TRUE;
  link->must_announce = FALSE;
  hs_engine_announce_again_async (link->engine, link->must_announce_history, on_announced,
                                  hs_site_link_ref (link));
}
