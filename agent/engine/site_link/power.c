/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Sleep and waking, told to the site. */

#include "engine/site_link/power.h"

#include "engine/site_link/outbox.h"
#include "engine/site_link/own_records.h"
#include "engine/site_link/state.h"

void
hs_site_link_tell_power_async (HsSiteLink *link,
                               HsPowerNotice power,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  HsLedgerBatch *batch;

  link->is_resting = power != HS_POWER_AWAKE;
  if (link->is_resting)
    hs_site_link_break_poll (link);
  if (!link->is_running || !link->is_enrolled)
    {
      g_autoptr (GTask) task = hs_site_link_new_task (link, callback, user_data);

      g_task_return_boolean (task, TRUE); /* there is nobody to tell */
      return;
    }
  batch = hs_ledger_batch_new ();
  hs_site_link_append (link, batch, HS_RECORD_POWER, hs_power_notice_encode (power));
  hs_site_link_tell_async (link, batch, callback, user_data);
}

gboolean
hs_site_link_tell_power_finish (HsSiteLink *link, GAsyncResult *result, GError **error)
{
  return hs_site_link_tell_finish (result, error);
}
