/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Puts records of jobs that were printed without the site into the outbox of an agent that does not
 * run, as its own engine would have: four for each job.
 *
 *   fill_outbox STATE_FOLDER JOBS */

#include "core/notices.h"
#include "core/wire/announce.h"
#include "core/wire/report.h"
#include "core/wire/state_notice.h"
#include "crypto/random.h"
#include "engine/event_draft.h"
#include "seal/machine_secret.h"
#include "seal/row_mac.h"
#include "store/ledger.h"

#include <stdio.h>
#include <stdlib.h>

#define JOBS_IN_A_BATCH 50

typedef struct
{
  HsLedger *ledger;
  GMainLoop *loop;
  gint64 now_us;
  guint left;
} Filling;

static void fill (Filling *filling);

static gboolean
compute_mac (const guint8 *row,
             gsize length,
             guint8 mac[HS_LEDGER_MAC_BYTES],
             gpointer user_data,
             GError **error)
{
  return hs_row_mac_compute (user_data, row, length, mac, error);
}

static void
add_job (Filling *filling, HsLedgerBatch *batch)
{
  static const char *const recipients[] = { "owner", "release", NULL };
  g_autoptr (HsJob) job = hs_job_new ();

  g_return_if_fail (hs_random_id (&job->id, NULL) && hs_random_id (&job->owner, NULL)
                    && hs_random_id (&job->printer, NULL)
                    && hs_random_bytes (job->release_e, sizeof job->release_e, NULL));
  job->owner_kind = HS_OWNER_PROVEN;
  job->recipients = g_strdupv ((char **)recipients);
  job->format = g_strdup ("application/pdf");
  job->size_bytes = 123456;
  job->impressions = job->result_impressions = 3;
  job->impressions_source = HS_COUNT_MEASURED;
  job->result_sheets = 3;
  job->result_counted = TRUE;
  job->release_epoch = 1;
  job->created_at_us = job->sealed_at_us = filling->now_us;
  job->expires_at_us = filling->now_us + G_TIME_SPAN_DAY;
  job->state = HS_JOB_HELD;
  hs_event_draft_append (batch, HS_RECORD_ANNOUNCE, filling->now_us, TRUE,
                         hs_announce_encode (job, HS_TITLE_POLICY_NONE, NULL));
  job->state = HS_JOB_RELEASED;
  hs_event_draft_append (batch, HS_RECORD_STATE, filling->now_us, TRUE,
                         hs_state_notice_encode (job, FALSE));
  job->state = HS_JOB_DELIVERED;
  job->finished_at_us = filling->now_us;
  hs_event_draft_append (batch, HS_RECORD_REPORT, filling->now_us, TRUE, hs_report_encode (job));
  hs_event_draft_append (batch, HS_RECORD_ERASED, filling->now_us, TRUE,
                         hs_erased_notice_encode (&job->id));
}

static void
on_committed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Filling *filling = user_data;
  g_autoptr (GError) error = NULL;

  if (!hs_ledger_commit_finish (filling->ledger, result, &error))
    {
      fprintf (stderr, "%s\n", error->message);
      exit (1);
    }
  fill (filling);
}

static void
fill (Filling *filling)
{
  HsLedgerBatch *batch = NULL;

  if (filling->left == 0)
    {
      g_main_loop_quit (filling->loop);
      return;
    }
  batch = hs_ledger_batch_new ();
  for (guint i = 0; i < JOBS_IN_A_BATCH && filling->left > 0; i++, filling->left--)
    add_job (filling, batch);
  hs_ledger_commit_async (filling->ledger, batch, on_committed, filling);
}

int
main (int count, char **words)
{
  g_autoptr (GError) error = NULL;
  Filling filling = { .now_us = g_get_real_time () };
  HsLedgerSetup setup = { .mac = compute_mac };
  HsMachineSecret *secret = NULL;

  if (count != 3)
    return 2;
  secret = hs_machine_secret_load (NULL, words[1], 1, &error);
  if (secret == NULL || secret->bytes == NULL)
    return 1;
  setup.folder = words[1];
  setup.mac_data = secret->bytes;
  filling.left = (guint)atoi (words[2]);
  filling.ledger = hs_ledger_open (&setup, &error);
  if (filling.ledger == NULL)
    {
      fprintf (stderr, "%s\n", error->message);
      return 1;
    }
  filling.loop = g_main_loop_new (NULL, FALSE);
  fill (&filling);
  g_main_loop_run (filling.loop);
  hs_ledger_free (filling.ledger);
  hs_machine_secret_free (secret);
  g_main_loop_unref (filling.loop);
  return 0;
}
