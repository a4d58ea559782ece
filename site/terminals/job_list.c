/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A person's documents at a terminal. */

#include "site/terminals/job_list.h"

#include "core/wire/terminal.h"
#include "site/people/job_entry.h"

static GPtrArray *
list_waiting (HsSite *site, const HsId *identity, gint64 now_us, GError **error)
{
  /* No final one changed after now. */
  return hs_store_list_jobs (site->store, identity, now_us + G_TIME_SPAN_DAY, HS_TERMINAL_MAX_JOBS,
                             error);
}

static char *
dup_name (const HsAnnounce *announce)
{
  if (announce->impressions_source == HS_COUNT_UNKNOWN || announce->impressions == 0)
    return g_strdup ("Document");
  return g_strdup_printf ("Document, %u %s", announce->impressions,
                          announce->impressions == 1 ? "page" : "pages");
}

/* Where it waits, if it cannot come from there now. */
static char *
dup_sentence (const HsJobEntry *entry, gint64 now_us, GTimeZone *zone)
{
  g_autofree char *state = hs_job_entry_dup_state (entry);

  if (*state != '\0' || entry->view != HS_JOB_VIEW_UNREACHABLE)
    return g_steal_pointer (&state);
  g_autofree char *reach = hs_job_text_dup_reach (entry->device, now_us, zone);
  return g_strdup_printf ("On %s, %s", entry->device->host_name, reach);
}

/* Texts of the item belong to @texts. */
static void
describe (
    const HsJobEntry *entry, gint64 now_us, GTimeZone *zone, HsTerminalJob *item, GPtrArray *texts)
{
  const HsAnnounce *announce = &entry->job->announce;
  char *name = dup_name (announce);
  char *size = hs_job_text_dup_media (announce->media);
  char *made = hs_job_text_dup_time (announce->created_at_us, now_us, zone);
  char *sentence = dup_sentence (entry, now_us, zone);

  g_ptr_array_add (texts, name);
  g_ptr_array_add (texts, size);
  g_ptr_array_add (texts, made);
  g_ptr_array_add (texts, sentence);
  *item = (HsTerminalJob){
    .job = announce->job,
    .name = name,
    .pages = announce->impressions_source != HS_COUNT_UNKNOWN ? announce->impressions : 0,
    .colour = announce->colour == HS_COLOUR_COLOUR       ? "color"
              : announce->colour == HS_COLOUR_MONOCHROME ? "monochrome"
                                                         : NULL,
    .sides = hs_sides_to_keyword (announce->sides),
    .copies = announce->copies,
    .size = *size != '\0' ? size : NULL,
    .made_us = announce->created_at_us,
    .made = made,
    .is_reachable = entry->view == HS_JOB_VIEW_WAITING,
    .sentence = sentence,
  };
}

char *
hs_terminal_list_jobs (HsSite *site, const HsId *identity, gint64 now_us, GError **error)
{
  g_autoptr (GPtrArray) jobs = list_waiting (site, identity, now_us, error);
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autofree HsTerminalJob *items = g_new0 (HsTerminalJob, HS_TERMINAL_MAX_JOBS);

  if (jobs == NULL)
    return NULL;
  for (guint i = 0; i < jobs->len; i++)
    {
      g_auto (HsJobEntry) entry = { 0 };
      if (!hs_job_entry_init (&entry, site, g_ptr_array_index (jobs, i), now_us, error))
        return NULL;
      describe (&entry, now_us, zone, &items[i], texts);
    }
  return hs_terminal_jobs_encode (items, jobs->len);
}

GArray *
hs_terminal_list_releasable (HsSite *site, const HsId *identity, gint64 now_us, GError **error)
{
  g_autoptr (GPtrArray) jobs = list_waiting (site, identity, now_us, error);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (HsId));

  if (jobs == NULL)
    return NULL;
  for (guint i = 0; i < jobs->len; i++)
    {
      const HsStoreJob *job = g_ptr_array_index (jobs, i);
      g_auto (HsJobEntry) entry = { 0 };
      if (!hs_job_entry_init (&entry, site, job, now_us, error))
        return NULL;
      if (entry.view == HS_JOB_VIEW_WAITING)
        g_array_append_val (ids, job->announce.job);
    }
  return g_steal_pointer (&ids);
}
