/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A ledger that was found to be an older copy of itself: since when that is known stands in the
 * ledger, so that no restart hides it, until an administrator has seen it. Somebody put a disk back;
 * whether that was a repair or an attempt to print things twice is for a person to judge. */

#define HS_LOG_AREA "site"

#include "engine/site_link/put_back.h"

#include "base/error.h"
#include "base/log.h"
#include "engine/site_link/state.h"

#define SETTING "site/put-back" /* a moment */

void
hs_site_link_note_put_back (HsLedgerBatch *batch, gint64 at_us)
{
  hs_site_link_put_moment (batch, NULL, SETTING, at_us);
}

void
hs_site_link_load_put_back (HsSiteLink *link, GHashTable *settings)
{
  link->rolled_back_us = hs_site_link_get_moment (settings, SETTING);
}

static void
on_struck (GObject *source, GAsyncResult *result, gpointer data)
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
      hs_log_info ("an administrator knows that this workstation was put back");
      link->rolled_back_us = 0;
      g_task_return_boolean (task, TRUE);
    }
}

void
hs_site_link_acknowledge_put_back_async (HsSiteLink *link,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data)
{
  GTask *task = hs_site_link_new_task (link, callback, user_data);
  HsLedgerBatch *batch = NULL;

  if (link->rolled_back_us == 0)
    {
      g_task_return_new_error (task, HS_ERROR, HS_ERROR_REFUSED,
                               "There is nothing to acknowledge: as far as this workstation knows, "
                               "it was not put back.");
      g_object_unref (task);
      return;
    }
  batch = hs_ledger_batch_new ();
  hs_ledger_batch_delete_setting (batch, SETTING);
  hs_ledger_commit_async (link->ledger, batch, on_struck, task);
}

gboolean
hs_site_link_acknowledge_put_back_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
