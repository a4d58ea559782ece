/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Releasing without asking: which jobs, to which printer, and why not. */

#define HS_LOG_AREA "printers"

#include "engine/printers/auto_release.h"

#include "base/log.h"
#include "engine/site_link/site_link.h"

struct HsAutoRelease
{
  grefcount references; /* the owner's, and one for each release under way */
  HsAutoReleaseParts parts;
  GHashTable *done; /* set of HsId *: released once, or on the way to that */
  guint watch;
  guint look_source;
  gboolean is_over;
};

typedef struct
{
  HsAutoRelease *release;
  HsId job;
} Try;

static void
release_unref (HsAutoRelease *release)
{
  if (!g_ref_count_dec (&release->references))
    return;
  g_hash_table_unref (release->done);
  g_free (release);
}

static void
on_released (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Try *try = user_data;
  HsAutoRelease *release = try->release;
  g_autoptr (GError) error = NULL;
  char id[HS_ID_TEXT_BYTES];

  if (release->is_over)
    ;
  else if (hs_engine_action_finish (release->parts.engine, result, &error))
    hs_log_info ("job %s was released to its owner's last printer", hs_id_format (&try->job, id));
  else
    {
      g_hash_table_remove (release->done, &try->job);
      hs_engine_explain (release->parts.engine, &try->job, error->message);
    }
  release_unref (release);
}

static void
try_job (HsAutoRelease *release, const HsCaller *owner, const HsJob *job)
{
  const HsAutoReleaseParts *parts = &release->parts;
  HsPrinterView view;
  HsId printer;

  if (!hs_engine_find_last_printer (parts->engine, owner, &printer)
      || !hs_printers_find (parts->printers, &printer, &view))
    {
      hs_engine_explain (parts->engine, &job->id,
                         "The site server cannot be reached, and it is not known where you printed "
                         "last. Choose a printer: `homespool release`.");
      return;
    }
  Try *try = g_new0 (Try, 1);
  try->release = release;
  try->job = job->id;
  g_ref_count_inc (&release->references);
  g_hash_table_add (release->done, g_memdup2 (&job->id, sizeof job->id));
  hs_engine_release_async (parts->engine, owner, &job->id, &printer, NULL, NULL, on_released, try);
}

static gboolean
is_meant (const HsAutoRelease *release, const HsJob *job)
{
  return job->state == HS_JOB_HELD && job->offline && job->owner_kind == HS_OWNER_PROVEN
         && hs_id_is_zero (&job->printer) && (job->reasons & HS_REASON_HELD_BY_USER) == 0
         && !g_hash_table_contains (release->done, &job->id);
}

static gboolean
on_look (gpointer user_data)
{
  HsAutoRelease *release = user_data;
  const HsBundle *bundle = hs_site_link_get_bundle (release->parts.site_link);
  g_autoptr (GPtrArray) waiting = NULL;
  HsSiteStatus site = { 0 };

  release->look_source = 0;
  hs_site_link_get_status (release->parts.site_link, &site);
  /* Not tried yet is not gone. */
  if (bundle == NULL || bundle->policy.offline != HS_OFFLINE_PRINT || !bundle->policy.auto_release
      || site.is_online || site.since_us == 0)
    return G_SOURCE_REMOVE;
  waiting = hs_engine_list_offline (release->parts.engine);
  for (guint i = 0; i < waiting->len; i++)
    {
      const HsJob *job = waiting->pdata[i];
      const HsCaller owner = { .kind = HS_CALLER_PERSON,
                               .uid = job->owner_uid,
                               .is_kiosk = job->owner_uid == release->parts.kiosk_uid,
                               .identity = job->owner };
      if (is_meant (release, job))
        try_job (release, &owner, job);
    }
  return G_SOURCE_REMOVE;
}

void
hs_auto_release_look (HsAutoRelease *release)
{
  if (release->look_source == 0)
    release->look_source = g_idle_add (on_look, release);
}

static void
on_job_changed (HsEngine *engine, const HsJob *job, gpointer user_data)
{
  HsAutoRelease *release = user_data;

  if (hs_job_state_is_final (job->state))
    g_hash_table_remove (release->done, &job->id);
  else if (is_meant (release, job) && job->failure == NULL)
    hs_auto_release_look (release);
}

HsAutoRelease *
hs_auto_release_new (const HsAutoReleaseParts *parts)
{
  HsAutoRelease *release = g_new0 (HsAutoRelease, 1);

  g_ref_count_init (&release->references);
  release->parts = *parts;
  release->done = g_hash_table_new_full (hs_id_hash, hs_id_equal_func, g_free, NULL);
  release->watch = hs_engine_watch (parts->engine, on_job_changed, release);
  return release;
}

void
hs_auto_release_free (HsAutoRelease *release)
{
  if (release == NULL)
    return;
  release->is_over = TRUE;
  hs_engine_unwatch (release->parts.engine, release->watch);
  g_clear_handle_id (&release->look_source, g_source_remove);
  release_unref (release);
}
