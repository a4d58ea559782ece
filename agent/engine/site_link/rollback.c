/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Records that the site has not seen go into a new stream. If the site knows more than this ledger, this
 * ledger is an old copy, and the engine asks people about open jobs; if it knows less, it was put back
 * itself, and is told again what is known here. */

#define HS_LOG_AREA "site"

#include "engine/site_link/rollback.h"

#include "base/log.h"
#include "core/wire/event_record.h"
#include "crypto/random.h"
#include "engine/event_draft.h"
#include "engine/site_link/own_records.h"
#include "engine/site_link/put_back.h"
#include "engine/site_link/reach.h"
#include "engine/site_link/unknown_jobs.h"

#include <string.h>

typedef struct
{
  HsSiteLink *link;
  HsLedgerBatch *batch;
  guint64 read_up_to;
  guint64 records; /* in the batch */
  guint8 stream[HS_STREAM_BYTES];
  gint64 at_us; /* UTC */
  gboolean jobs_are_in_doubt;
  void (*done) (HsSiteLink *link, GError *error);
} Rollback;

static void
rollback_free (Rollback *rollback)
{
  hs_ledger_batch_free (rollback->batch);
  hs_site_link_unref (rollback->link);
  g_free (rollback);
}

static void
on_new_stream (GObject *source, GAsyncResult *result, gpointer data)
{
  Rollback *rollback = data;
  HsSiteLink *link = rollback->link;
  g_autoptr (GError) error = NULL;

  if (link->is_running)
    {
      if (hs_ledger_commit_finish (link->ledger, result, &error))
        {
          memcpy (link->stream, rollback->stream, sizeof link->stream);
          link->acknowledged = 0;
          link->has_news = TRUE;
          hs_engine_stream_began (link->engine, rollback->records);
          if (rollback->jobs_are_in_doubt)
            {
              link->rolled_back_us = rollback->at_us;
              hs_engine_roll_back (link->engine);
            }
          else
            {
              link->must_announce = link->must_announce_history = TRUE;
              /* It may have forgotten this week's release key too: what is sealed from now on
               * should be sealed to one that it has. */
              link->refresh_at_us = 0;
            }
        }
      rollback->done (link, error);
    }
  rollback_free (rollback);
}

static void read_rest (Rollback *rollback);

static void
on_rest_read (GObject *source, GAsyncResult *result, gpointer data)
{
  Rollback *rollback = data;
  HsSiteLink *link = rollback->link;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) records = NULL;

  if (!link->is_running)
    {
      rollback_free (rollback);
      return;
    }
  records = hs_ledger_read_outbox_finish (link->ledger, result, &error);
  if (records == NULL)
    {
      rollback->done (link, error);
      rollback_free (rollback);
      return;
    }
  for (guint i = 0; i < records->len; i++)
    {
      const HsOutboxRecord *stored = records->pdata[i];
      g_autoptr (HsEventRecord) record = hs_event_record_decode (stored->bytes, NULL);

      rollback->read_up_to = stored->n;
      if (record == NULL)
        continue;
      rollback->records++;
      hs_event_draft_append (rollback->batch, record->kind, record->at_us, record->offline,
                             json_incref (record->body));
    }
  if (records->len > 0)
    read_rest (rollback);
  else
    hs_ledger_commit_async (link->ledger, g_steal_pointer (&rollback->batch), on_new_stream,
                            rollback);
}

static void
read_rest (Rollback *rollback)
{
  hs_ledger_read_outbox_async (rollback->link->ledger, rollback->read_up_to, HS_UPLOAD_MAX_RECORDS,
                               HS_UPLOAD_MAX_BYTES, on_rest_read, rollback);
}

void
hs_site_link_roll_back (HsSiteLink *link,
                        gboolean jobs_are_in_doubt,
                        void (*done) (HsSiteLink *link, GError *error))
{
  Rollback *rollback = g_new0 (Rollback, 1);
  g_autoptr (GError) error = NULL;

  hs_log_warning (
      "the site's records and this ledger do not fit together (%s): a new stream begins",
      jobs_are_in_doubt ? "the ledger is an old copy" : "the site was restored");
  rollback->link = hs_site_link_ref (link);
  rollback->batch = hs_ledger_batch_new ();
  rollback->read_up_to = link->acknowledged;
  rollback->jobs_are_in_doubt = jobs_are_in_doubt;
  rollback->done = done;
  rollback->at_us = g_get_real_time ();
  if (!hs_random_bytes (rollback->stream, sizeof rollback->stream, &error))
    {
      rollback->done (link, error);
      rollback_free (rollback);
      return;
    }
  hs_ledger_batch_start_stream (rollback->batch, rollback->stream);
  if (jobs_are_in_doubt)
    {
      hs_site_link_note_put_back (rollback->batch, rollback->at_us);
      hs_engine_note_doubt (rollback->batch, NULL);
    }
  else
    hs_site_link_note_missing (rollback->batch, TRUE);
  hs_site_link_append (link, rollback->batch, HS_RECORD_AGENT,
                       hs_agent_notice_encode (HS_AGENT_ROLLED_BACK, HS_VERSION));
  rollback->records = 1;
  read_rest (rollback);
}
