/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The outbox: records go out in order, the site says how far it has them, and then they are
 * forgotten here. When the site's word does not fit this ledger, a new stream begins. */

#define HS_LOG_AREA "site"

#include "engine/site_link/outbox.h"

#include "base/error.h"
#include "engine/site_link/reach.h"
#include "engine/site_link/rollback.h"
#include "platform/boot_clock.h"

#include <string.h>

/* ── upload ──────────────────────────────────────────────────────────────────────────────── */

typedef struct
{
  HsSiteLink *link;
  guint64 last_sent;   /* 0: nothing, only to hear where the site stands */
  gboolean is_partial; /* more was read than one request takes */
  HsOutboxPlace answer;
} Upload;

static void
upload_free (Upload *upload)
{
  hs_site_link_unref (upload->link);
  g_free (upload);
}

static void
end_upload (HsSiteLink *link, GError *error)
{
  link->is_uploading = FALSE;
  if (error != NULL)
    {
      link->has_news = TRUE;
      hs_site_link_note_failure (link, error);
    }
  hs_site_link_turn_soon (link);
}

static void
take_verdict (Upload *upload, HsOutboxVerdict verdict, GError *error)
{
  HsSiteLink *link = upload->link;
  g_autoptr (GError) stuck = NULL;

  switch (verdict)
    {
    case HS_OUTBOX_NONE:
      end_upload (link, error);
      break;
    case HS_OUTBOX_ACKNOWLEDGED:
      if (upload->answer.n <= link->acknowledged && upload->last_sent > 0)
        {
          g_set_error (&stuck, HS_ERROR, HS_ERROR_CORRUPT, "the site does not take our records");
          end_upload (link, stuck);
          break;
        }
      hs_site_link_note_success (link);
      link->acknowledged = upload->answer.n;
      link->has_uploaded = TRUE;
      if (upload->is_partial || upload->answer.n < upload->last_sent)
        link->has_news = TRUE;
      hs_engine_outbox_acknowledged (link->engine, link->acknowledged);
      end_upload (link, NULL);
      break;
    case HS_OUTBOX_SITE_AHEAD:
    case HS_OUTBOX_FORKED:
      hs_site_link_note_success (link);
      hs_site_link_roll_back (link, TRUE, end_upload);
      break;
    case HS_OUTBOX_SITE_BEHIND:
      hs_site_link_note_success (link);
      hs_site_link_roll_back (link, FALSE, end_upload);
      break;
    }
}

static void
on_acknowledged (GObject *source, GAsyncResult *result, gpointer data)
{
  Upload *upload = data;
  g_autoptr (GError) error = NULL;
  HsOutboxVerdict verdict;

  if (upload->link->is_running)
    {
      verdict = hs_ledger_acknowledge_finish (upload->link->ledger, result, &error);
      take_verdict (upload, verdict, error);
    }
  upload_free (upload);
}

static void
on_sent (GObject *source, GAsyncResult *result, gpointer data)
{
  Upload *upload = data;
  HsSiteLink *link = upload->link;
  g_autoptr (GError) error = NULL;
  HsUploadAnswer answer;
  gboolean sent = hs_site_client_send_events_finish (result, &answer, &error);

  if (!link->is_running)
    {
      upload_free (upload);
      return;
    }
  if (sent && memcmp (answer.stream, link->stream, sizeof link->stream) != 0)
    {
      g_set_error (&error, HS_ERROR, HS_ERROR_CORRUPT,
                   "the site answered about another stream of records than ours");
      sent = FALSE;
    }
  if (!sent)
    {
      end_upload (link, error);
      upload_free (upload);
      return;
    }
  upload->answer.n = answer.n;
  memcpy (upload->answer.hash, answer.hash, sizeof answer.hash);
  hs_ledger_acknowledge_async (link->ledger, &upload->answer, on_acknowledged, upload);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  Upload *upload = data;
  HsSiteLink *link = upload->link;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) records = NULL;
  g_autoptr (GPtrArray) texts = g_ptr_array_new ();
  g_autoptr (GBytes) body = NULL;
  gsize taken = 0;

  if (!link->is_running)
    {
      upload_free (upload);
      return;
    }
  records = hs_ledger_read_outbox_finish (link->ledger, result, &error);
  if (records == NULL || (records->len == 0 && link->has_uploaded))
    {
      end_upload (link, error);
      upload_free (upload);
      return;
    }
  for (guint i = 0; i < records->len; i++)
    g_ptr_array_add (texts, ((HsOutboxRecord *)records->pdata[i])->bytes);
  body = hs_upload_encode (link->stream, texts, &taken);
  upload->last_sent = taken > 0 ? ((HsOutboxRecord *)records->pdata[taken - 1])->n : 0;
  upload->is_partial = taken < records->len || records->len == HS_UPLOAD_MAX_RECORDS;
  hs_site_client_send_events_async (link->client, body, link->cancellable, on_sent, upload);
}

void
hs_site_link_upload (HsSiteLink *link)
{
  Upload *upload = g_new0 (Upload, 1);

  link->is_uploading = TRUE;
  link->has_news = FALSE;
  upload->link = hs_site_link_ref (link);
  hs_ledger_read_outbox_async (link->ledger, link->acknowledged, HS_UPLOAD_MAX_RECORDS,
                               HS_UPLOAD_MAX_BYTES, on_read, upload);
}

/* ── waiting for the site to have it all ─────────────────────────────────────────────────── */

void
hs_site_link_answer_waiters (HsSiteLink *link)
{
  g_autoptr (GPtrArray) waiters = NULL;
  gboolean is_sent = !link->has_news && !link->is_uploading;
  gboolean is_hopeless = !link->is_running || !link->is_enrolled
                         || link->reach.retry_at_us > hs_boot_clock_now_us ();

  if (link->send_waiters->len == 0 || (!is_sent && !is_hopeless))
    return;
  waiters = g_steal_pointer (&link->send_waiters);
  link->send_waiters = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < waiters->len; i++)
    if (is_sent)
      g_task_return_boolean (waiters->pdata[i], TRUE);
    else
      g_task_return_new_error (waiters->pdata[i], HS_ERROR, HS_ERROR_TEMPORARY,
                               "the site cannot be reached; it will be told later");
}

/* Records are committed in order: when this batch is durable, those before it are. */
static void
on_before_durable (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  HsSiteLink *link = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (!link->is_running)
    g_task_return_new_error (task, HS_ERROR, HS_ERROR_CANCELLED, "the agent is stopping");
  else if (!hs_ledger_commit_finish (link->ledger, result, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    {
      link->has_news = TRUE;
      g_ptr_array_add (link->send_waiters, g_steal_pointer (&task));
      hs_site_link_turn_soon (link);
    }
}

void
hs_site_link_tell_async (HsSiteLink *link,
                         HsLedgerBatch *batch,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  GTask *task = hs_site_link_new_task (link, callback, user_data);

  hs_ledger_commit_async (link->ledger, batch, on_before_durable, task);
}

gboolean
hs_site_link_tell_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
