/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What a printer still has of a job that was given up.
 *
 * Whatever Cancel-Job says, only a list without the job tells that it is gone; and a job-id alone
 * tells nothing, because a printer that was switched off may have given it to somebody else. */

#include "engine/delivery/take_back.h"

#include "base/error.h"
#include "net/printer_client.h"

#define FIRST_PAUSE_MS 100
#define MOST_PAUSE_MS (10 * 1000)

typedef struct
{
  HsPrinterClient *client;
  char *public_name;
  char *printer_name;
  guint32 left_job_id; /* 0: not known */
  gboolean was_told;   /* the printer took a cancel */
  gint64 until_us;     /* monotonic */
  guint pause_ms;
} TakeBack;

static void
take_back_free (gpointer data)
{
  TakeBack *back = data;

  hs_printer_client_free (back->client);
  g_free (back->public_name);
  g_free (back->printer_name);
  g_free (back);
}

/* ── how it ends ─────────────────────────────────────────────────────────────────────────── */

static void
end (GTask *task, const char *sentence)
{
  TakeBack *back = g_task_get_task_data (task);

  g_task_return_pointer (task, g_strdup_printf ("%s: %s", back->printer_name, sentence), g_free);
  g_object_unref (task);
}

static void
end_gone (GTask *task)
{
  TakeBack *back = g_task_get_task_data (task);

  end (task, back->was_told ? "the document was cancelled there"
                            : "it has nothing of the document any more");
}

static void
end_untold (GTask *task, const char *why)
{
  /* What to do comes first: a story's lines have an end. */
  g_autofree char *sentence = g_strdup_printf (
      "it could not be told that the document was cancelled; if it still has it, "
      "cancel it at its panel (%s)",
      why);

  end (task, sentence);
}

/* ── asking ──────────────────────────────────────────────────────────────────────────────── */

static void list (GTask *task);

static void
ask (GTask *task, HsPrinterQuestion question, guint32 job_id, GAsyncReadyCallback func)
{
  TakeBack *back = g_task_get_task_data (task);
  HsPrinterAsk asked = { .question = question, .printer_job_id = job_id };

  hs_printer_client_ask_async (back->client, &asked, g_task_get_cancellable (task), func, task);
}

static gboolean
on_pause_over (gpointer user_data)
{
  list (user_data);
  return G_SOURCE_REMOVE;
}

/* Cut short when nobody waits for the end any more. */
static void
rest (GTask *task)
{
  TakeBack *back = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autoptr (GSource) over = g_timeout_source_new (back->pause_ms);

  if (cancellable != NULL)
    {
      g_autoptr (GSource) cut = g_cancellable_source_new (cancellable);
      g_source_set_dummy_callback (cut);
      g_source_add_child_source (over, cut);
    }
  g_source_set_callback (over, on_pause_over, task, NULL);
  g_source_attach (over, NULL);
}

/* Once more after a pause, unless it has gone on for long enough: @why. */
static void
list_again (GTask *task, const char *why)
{
  TakeBack *back = g_task_get_task_data (task);

  if (g_get_monotonic_time () >= back->until_us)
    {
      end_untold (task, why);
      return;
    }
  back->pause_ms = back->pause_ms == 0 ? FIRST_PAUSE_MS
                                       : MIN (back->pause_ms + back->pause_ms / 2, MOST_PAUSE_MS);
  rest (task);
}

/* First of each answer. FALSE: that has been seen to. */
static gboolean
hear (GTask *task, GAsyncResult *result, HsPrinterAnswer **answer)
{
  g_autoptr (GError) error = NULL;
  HsHttpFacts facts;

  *answer = hs_printer_client_ask_finish (result, &facts, &error);
  if (g_task_return_error_if_cancelled (task))
    {
      g_object_unref (task);
      return FALSE;
    }
  if (*answer == NULL && facts.untrusted)
    end_untold (task, error->message);
  else if (*answer == NULL)
    list_again (task, error->message);
  else if ((*answer)->verdict == HS_IPP_BUSY)
    list_again (task, hs_ipp_verdict_to_sentence (HS_IPP_BUSY));
  else
    return TRUE;
  return FALSE;
}

static void
on_cancelled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HsPrinterAnswer) answer = NULL;
  GTask *task = user_data;
  TakeBack *back = g_task_get_task_data (task);

  if (!hear (task, result, &answer))
    return;
  if (answer->verdict == HS_IPP_DONE)
    back->was_told = TRUE;
  list_again (task, back->was_told ? "it took the cancel and has the job still"
                                   : hs_ipp_verdict_to_sentence (answer->verdict));
}

static void
cancel (GTask *task, guint32 job_id)
{
  ask (task, HS_ASK_CANCEL, job_id, on_cancelled);
}

/* A job that the printer left out of its list, or a printer without lists. */
static void
on_looked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HsPrinterAnswer) answer = NULL;
  GTask *task = user_data;
  TakeBack *back = g_task_get_task_data (task);
  const HsIppJob *job = NULL;

  if (!hear (task, result, &answer))
    return;
  if (answer->reply != NULL && answer->verdict == HS_IPP_DONE)
    job = hs_ipp_reply_get_job (answer->reply);
  if (job != NULL && !hs_ipp_job_is_over (job) && g_strcmp0 (job->name, back->public_name) == 0)
    cancel (task, back->left_job_id);
  else if (job != NULL || answer->verdict == HS_IPP_NOT_FOUND)
    end_gone (task);
  else
    end_untold (task, "it does not say what became of it");
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HsPrinterAnswer) answer = NULL;
  GTask *task = user_data;
  TakeBack *back = g_task_get_task_data (task);
  const HsIppJob *job = NULL;
  gboolean is_list;

  if (!hear (task, result, &answer))
    return;
  is_list = answer->reply != NULL && answer->verdict == HS_IPP_DONE;
  if (is_list && hs_ipp_reply_find_jobs (answer->reply, back->public_name, &job) > 0)
    cancel (task, job->id);
  else if (back->left_job_id != 0)
    ask (task, HS_ASK_JOB, back->left_job_id, on_looked);
  else if (is_list)
    end_gone (task);
  else
    end_untold (task, hs_ipp_verdict_to_sentence (answer->verdict));
}

static void
list (GTask *task)
{
  if (g_task_return_error_if_cancelled (task))
    g_object_unref (task);
  else
    ask (task, HS_ASK_JOBS, 0, on_listed);
}

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

void
hs_take_back_async (HsPrinters *printers,
                    const HsJob *job,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer user_data)
{
  const HsPrinterPatience *patience = hs_printers_get_patience (printers);
  guint most_ms = patience->lost_ms != 0 ? patience->lost_ms : HS_PRINTER_LOST_DEFAULT_MS;
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  TakeBack *back = g_new0 (TakeBack, 1);
  g_autoptr (GPtrArray) routes = NULL;
  g_autoptr (GError) error = NULL;
  HsPrinterView view;

  g_task_set_task_data (task, back, take_back_free);
  back->public_name = hs_job_dup_public_name (job);
  back->printer_name = g_strdup (
      hs_printers_find (printers, &job->left_printer, &view) ? view.name : "The printer");
  back->left_job_id = job->left_job_id;
  back->until_us = g_get_monotonic_time () + most_ms * G_TIME_SPAN_MILLISECOND;
  routes = hs_printers_dup_routes (printers, &job->left_printer, g_get_real_time (), &error);
  if (routes == NULL)
    {
      end_untold (task, error->message);
      return;
    }
  back->client = hs_printer_client_new (hs_printers_get_http (printers), g_steal_pointer (&routes),
                                        patience);
  list (task);
}

char *
hs_take_back_finish (GAsyncResult *result, GError **error)
{
  char *sentence = g_task_propagate_pointer (G_TASK (result), error);

  if (sentence == NULL)
    hs_error_convert_gio (error);
  return sentence;
}
