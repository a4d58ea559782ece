/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* One document of a person's list. */

#include "site/people/job_entry.h"

gboolean
hs_job_entry_init (
    HsJobEntry *entry, HsSite *site, const HsStoreJob *job, gint64 now_us, GError **error)
{
  *entry = (HsJobEntry){ .job = job };
  entry->device = hs_store_get_device (site->store, &job->device, error);
  if (entry->device == NULL
      || !hs_store_find_job_command (site->store, &job->announce.job, now_us, &entry->command,
                                     error))
    return FALSE;
  const HsId *printer = &job->printer;
  if (hs_id_is_zero (printer) && entry->command != NULL)
    printer = &entry->command->printer;
  if (!hs_id_is_zero (printer))
    entry->printer = hs_store_get_printer (site->store, printer, NULL);
  if (!hs_id_is_zero (&job->announce.owner))
    entry->owner = hs_store_get_user (site->store, &job->announce.owner, NULL);
  if (entry->command != NULL && entry->command->state != HS_STORE_COMMAND_LAPSED
      && !hs_id_is_zero (&entry->command->asked_by)
      && !hs_id_equal (&entry->command->asked_by, &job->announce.owner))
    entry->asker = hs_store_get_user (site->store, &entry->command->asked_by, NULL);
  entry->reach = hs_order_get_reach (entry->device, now_us);
  entry->view = hs_job_text_get_view (job, entry->command, entry->reach);
  return TRUE;
}

void
hs_job_entry_clear (HsJobEntry *entry)
{
  g_clear_pointer (&entry->device, hs_store_device_free);
  g_clear_pointer (&entry->command, hs_store_command_free);
  g_clear_pointer (&entry->printer, hs_store_printer_free);
  g_clear_pointer (&entry->owner, hs_store_user_free);
  g_clear_pointer (&entry->asker, hs_store_user_free);
}

char *
hs_job_entry_dup_state (const HsJobEntry *entry)
{
  return hs_job_text_dup_state (entry->job, entry->command, entry->reach,
                                entry->printer != NULL ? entry->printer->name : NULL);
}
