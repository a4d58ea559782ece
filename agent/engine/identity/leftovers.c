/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Programs first: one that runs on could print again, or watch the next person type. */

#define HS_LOG_AREA "people"

#include "engine/identity/leftovers.h"

#include "base/error.h"
#include "base/log.h"
#include "platform/leftovers.h"

struct HsLeftovers
{
  char *socket_path;
  HsSeatBarrier next;
  GCancellable *cancellable;
};

/* One barrier under way. */
typedef struct
{
  HsSeatBarrier next;
  HsSeatOccupancy before;
  gboolean has_before;
} Clearing;

HsLeftovers *
hs_leftovers_new (const char *socket_path, const HsSeatBarrier *next)
{
  HsLeftovers *leftovers = g_new0 (HsLeftovers, 1);

  leftovers->socket_path = g_strdup (socket_path);
  leftovers->next = *next;
  leftovers->cancellable = g_cancellable_new ();
  return leftovers;
}

void
hs_leftovers_free (HsLeftovers *leftovers)
{
  if (leftovers == NULL)
    return;
  g_cancellable_cancel (leftovers->cancellable);
  g_object_unref (leftovers->cancellable);
  g_free (leftovers->socket_path);
  g_free (leftovers);
}

static void
on_cleared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  const Clearing *clearing = g_task_get_task_data (task);
  GError *error = NULL;

  if (clearing->next.clear_finish (clearing->next.data, result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* Takes @task. */
static void
go_on (GTask *task)
{
  const Clearing *clearing = g_task_get_task_data (task);

  clearing->next.clear_async (clearing->next.data, clearing->has_before ? &clearing->before : NULL,
                              on_cleared, task);
}

static void
on_ended (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (hs_leftovers_end_finish (result, &error))
    {
      hs_log_info ("the programs of whoever sat here have ended");
      go_on (g_steal_pointer (&task));
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_task_return_new_error (task, HS_ERROR, HS_ERROR_CANCELLED, "the agent is stopping");
  else
    g_task_return_new_error (task, HS_ERROR, HS_ERROR_TEMPORARY,
                             "The programs that the person before left running could not be ended: "
                             "%s",
                             error->message);
}

static void
clear_async (gpointer data,
             const HsSeatOccupancy *before,
             GAsyncReadyCallback callback,
             gpointer user_data)
{
  HsLeftovers *leftovers = data;
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  Clearing *clearing = g_new0 (Clearing, 1);

  clearing->next = leftovers->next;
  clearing->has_before = before != NULL;
  if (before != NULL)
    clearing->before = *before;
  g_task_set_task_data (task, clearing, g_free);
  if (hs_leftovers_has_helper (leftovers->socket_path))
    hs_leftovers_end_async (leftovers->socket_path, leftovers->cancellable, on_ended, task);
  else
    go_on (task);
}

static gboolean
clear_finish (gpointer data, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

HsSeatBarrier
hs_leftovers_get_barrier (HsLeftovers *leftovers)
{
  return (
      HsSeatBarrier){ .data = leftovers, .clear_async = clear_async, .clear_finish = clear_finish };
}
