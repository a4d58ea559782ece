/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A print queue in memory. Answers come in a later turn of the main loop, as from a helper. */

#include "platform/fake/print_queue.h"

#include <string.h>

static HsFakePrintQueue fake;

HsFakePrintQueue *
hs_fake_print_queue_get (void)
{
  return &fake;
}

HsPrintQueue *
hs_print_queue_new (const char *helper_socket)
{
  return (HsPrintQueue *)&fake;
}

void
hs_print_queue_free (HsPrintQueue *queue)
{
}

static void
answer (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  if (fake.fails)
    g_task_return_new_error (task, G_IO_ERROR, fake.error_code, "the helper does not answer");
  else
    g_task_return_boolean (task, TRUE);
}

void
hs_print_queue_configure_async (HsPrintQueue *queue,
                                const char *secret,
                                gboolean accepting,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  if (!fake.fails)
    {
      fake.n_made++;
      g_strlcpy (fake.secret, secret, sizeof fake.secret);
      fake.facts = fake.after_making;
      if (!accepting)
        fake.facts.is_accepting = FALSE;
    }
  answer (cancellable, callback, user_data);
}

void
hs_print_queue_verify_async (HsPrintQueue *queue,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  fake.n_looks++;
  answer (cancellable, callback, user_data);
}

void
hs_print_queue_purge_job_async (HsPrintQueue *queue,
                                guint32 os_job_id,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  answer (cancellable, callback, user_data);
}

void
hs_print_queue_purge_async (HsPrintQueue *queue,
                            HsPrintQueuePurge which,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  if (which == HS_PRINT_QUEUE_PURGE_ALL)
    fake.jobs = 0;
  else
    fake.n_finished_purges++;
  answer (cancellable, callback, user_data);
}

/* Tells what remains as any purge does, for this user only. */
void
hs_print_queue_purge_user_async (HsPrintQueue *queue,
                                 guint32 uid,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  fake.n_user_purges++;
  fake.purged_uid = uid;
  if (!fake.fails)
    fake.user_jobs = fake.is_slow && fake.user_jobs > 0 ? fake.user_jobs - 1 : 0;
  fake.jobs = fake.user_jobs;
  answer (cancellable, callback, user_data);
}

void
hs_print_queue_purge_running_async (HsPrintQueue *queue,
                                    gint64 until_us,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  fake.n_running_purges++;
  fake.purged_until_us = until_us;
  answer (cancellable, callback, user_data);
}

void
hs_print_queue_find_running_async (HsPrintQueue *queue,
                                   guint32 uid,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  answer (cancellable, callback, user_data);
}

void
hs_print_queue_set_accepting_async (HsPrintQueue *queue,
                                    gboolean accepting,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  if (!fake.fails)
    fake.facts.is_accepting = accepting;
  answer (cancellable, callback, user_data);
}

void
hs_print_queue_remove_async (HsPrintQueue *queue,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  fake.facts = (HsPrintQueueFacts){ 0 };
  answer (cancellable, callback, user_data);
}

gboolean
hs_print_queue_verify_finish (HsPrintQueue *queue,
                              GAsyncResult *result,
                              HsPrintQueueFacts *facts,
                              GError **error)
{
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  *facts = fake.facts;
  if (fake.facts.exists)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "there is no such queue");
  return FALSE;
}

gboolean
hs_print_queue_purge_finish (HsPrintQueue *queue,
                             GAsyncResult *result,
                             guint *remaining,
                             GError **error)
{
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  if (remaining != NULL)
    *remaining = fake.jobs;
  return TRUE;
}

gboolean
hs_print_queue_find_running_finish (
    HsPrintQueue *queue, GAsyncResult *result, gint64 *from_us, gint64 *until_us, GError **error)
{
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  *from_us = fake.running_from_us;
  *until_us = fake.running_until_us;
  return TRUE;
}

gboolean
hs_print_queue_finish (HsPrintQueue *queue, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
