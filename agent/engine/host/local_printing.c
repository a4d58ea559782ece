/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What other printers print.
 *
 * wanted:  have it knock → list, part by part → commit → (knocked meanwhile: list again)
 * not:     have it not knock → forget what was kept
 *
 * One of these runs at a time; what comes meanwhile is remembered as "again". */

#define HS_LOG_AREA "queue"

#include "engine/host/local_printing.h"

#include "base/log.h"
#include "core/local_history.h"
#include "core/wire/local_job.h"
#include "platform/peer.h"

struct HsLocalPrinting
{
  HsPrintWatch *watch;
  HsEngine *engine;
  HsOwnerKeys owner_keys;
  GCancellable *cancellable;
  gboolean is_over;
  gboolean is_known; /* somebody said what is wanted */
  gboolean is_wanted;
  gboolean is_busy;
  gboolean again;
  char *problem;           /* of the last look; NULL: it went well. In the log: once */
  gboolean anew;           /* the next look begins with number 1 */
  HsLocalHistory *history; /* NULL: nothing was ever wanted */
  GPtrArray *jobs;         /* HsLocalJob, of the look under way */
};

static void turn (HsLocalPrinting *printing);

HsLocalPrinting *
hs_local_printing_new (HsPrintWatch *watch,
                       HsEngine *engine,
                       const HsOwnerKeys *owner_keys,
                       GBytes *kept)
{
  HsLocalPrinting *printing = g_new0 (HsLocalPrinting, 1);

  printing->watch = watch;
  printing->engine = engine;
  printing->owner_keys = *owner_keys;
  printing->cancellable = g_cancellable_new ();
  printing->history = kept != NULL ? hs_local_history_decode (kept) : NULL;
  printing->jobs = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_local_job_free);
  return printing;
}

static void
free_now (HsLocalPrinting *printing)
{
  g_clear_pointer (&printing->history, hs_local_history_free);
  g_free (printing->problem);
  g_ptr_array_unref (printing->jobs);
  g_object_unref (printing->cancellable);
  g_free (printing);
}

void
hs_local_printing_free (HsLocalPrinting *printing)
{
  if (printing == NULL)
    return;
  printing->is_over = TRUE;
  g_cancellable_cancel (printing->cancellable);
  if (!printing->is_busy)
    free_now (printing);
}

/* A call came back. FALSE if nobody wants it any more; then @printing may be gone. */
static gboolean
take_back (HsLocalPrinting *printing)
{
  printing->is_busy = FALSE;
  if (!printing->is_over)
    return TRUE;
  free_now (printing);
  return FALSE;
}

static void
note_failure (HsLocalPrinting *printing, const GError *error)
{
  if (printing->problem == NULL)
    hs_log_warning ("what other printers of this computer print cannot be told to the site for "
                    "now: %s",
                    error->message);
  g_free (printing->problem);
  printing->problem = g_strdup (error->message);
}

/* ── one job ─────────────────────────────────────────────────────────────────────────────── */

/* The name is what the client said, and cupsd asked for no proof: it gives nobody a right, and the site
 * says that it is only claimed. */
static void
find_owner (HsLocalPrinting *printing, const char *user, HsLocalJob *job)
{
  const HsOwnerKeys *keys = &printing->owner_keys;
  guint32 uid = 0;

  if (*user == '\0' || !hs_peer_find_uid (user, &uid, NULL) || uid == 0
      || !keys->find_identity (keys->data, uid, &job->owner))
    job->owner = (HsId){ { 0 } };
  else
    job->owner_source = HS_OWNER_SOURCE_CLAIMED;
}

/* NULL: a print system that gives its jobs no uuid; it could not be counted once. */
static HsLocalJob *
make_job (HsLocalPrinting *printing, const HsPrintedJob *printed)
{
  static const HsJobState outcomes[] = { [HS_PRINTED_COMPLETED] = HS_JOB_DELIVERED,
                                         [HS_PRINTED_CANCELED] = HS_JOB_CANCELLED,
                                         [HS_PRINTED_ABORTED] = HS_JOB_FAILED };
  static const HsColour colours[] = { [HS_PRINTED_COLOUR_UNKNOWN] = HS_COLOUR_UNKNOWN,
                                      [HS_PRINTED_MONOCHROME] = HS_COLOUR_MONOCHROME,
                                      [HS_PRINTED_COLOUR] = HS_COLOUR_COLOUR };
  g_autoptr (HsLocalJob) job = g_new0 (HsLocalJob, 1);
  const char *uuid = g_str_has_prefix (printed->uuid, "urn:uuid:") ? printed->uuid + 9 : "";

  if (*printed->queue == '\0' || !hs_id_parse (uuid, &job->job))
    return NULL;
  job->queue = g_strdup (printed->queue);
  job->outcome = outcomes[printed->state];
  job->impressions = MIN (printed->impressions, (guint32)G_MAXINT32);
  job->sheets = MIN (printed->sheets, (guint32)G_MAXINT32);
  job->counted = printed->impressions > 0 || printed->sheets > 0;
  job->colour = colours[printed->colour];
  job->created_at_us = MAX (printed->created_s, 1) * G_USEC_PER_SEC;
  job->finished_at_us = MAX (printed->finished_s, 1) * G_USEC_PER_SEC;
  job->title = *printed->title != '\0' ? g_strdup (printed->title) : NULL;
  find_owner (printing, printed->user, job);
  return g_steal_pointer (&job);
}

/* ── a look ──────────────────────────────────────────────────────────────────────────────── */

static void
on_kept (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsLocalPrinting *printing = user_data;
  g_autoptr (GError) error = NULL;
  gboolean is_kept = printing->is_over
                         ? TRUE
                         : hs_engine_record_local_jobs_finish (printing->engine, result, &error);

  if (!take_back (printing))
    return;
  g_ptr_array_set_size (printing->jobs, 0);
  if (!is_kept)
    {
      /* What was not kept was not told either. */
      printing->anew = TRUE;
      note_failure (printing, error);
      return;
    }
  g_clear_pointer (&printing->problem, g_free);
  if (printing->again)
    turn (printing);
}

static void
keep (HsLocalPrinting *printing)
{
  g_autoptr (GBytes) value
      = printing->history != NULL ? hs_local_history_encode (printing->history) : NULL;

  printing->is_busy = TRUE;
  hs_engine_record_local_jobs_async (printing->engine, printing->jobs, HS_LOCAL_PRINTING_SETTING,
                                     value, on_kept, printing);
}

static void on_listed (GObject *source, GAsyncResult *result, gpointer user_data);

static void
list (HsLocalPrinting *printing, guint32 from)
{
  printing->is_busy = TRUE;
  hs_print_watch_list_async (printing->watch, from, printing->cancellable, on_listed, printing);
}

static void
begin_look (HsLocalPrinting *printing)
{
  g_ptr_array_set_size (printing->jobs, 0);
  hs_local_history_begin (printing->history, printing->anew);
  list (printing, hs_local_history_get_from (printing->history));
}

static void
see (HsLocalPrinting *printing, const GPtrArray *part)
{
  for (guint i = 0; i < part->len; i++)
    {
      const HsPrintedJob *printed = g_ptr_array_index (part, i);
      if (!hs_local_history_see (printing->history, printed->id,
                                 printed->state != HS_PRINTED_ACTIVE, printed->finished_s))
        continue;
      HsLocalJob *job = make_job (printing, printed);
      if (job != NULL)
        g_ptr_array_add (printing->jobs, job);
    }
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsLocalPrinting *printing = user_data;
  g_autoptr (GError) error = NULL;
  guint32 next = 0;
  g_autoptr (GPtrArray) part = hs_print_watch_list_finish (printing->watch, result, &next, &error);

  if (!take_back (printing))
    return;
  if (part == NULL)
    {
      note_failure (printing, error);
      return;
    }
  g_clear_pointer (&printing->problem, g_free);
  see (printing, part);
  if (next != 0)
    list (printing, next);
  else if (hs_local_history_end (printing->history) || printing->anew)
    {
      printing->anew = FALSE;
      keep (printing);
    }
  else
    {
      printing->anew = TRUE;
      begin_look (printing);
    }
}

/* ── wanted or not ───────────────────────────────────────────────────────────────────────── */

static void
on_knocking (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsLocalPrinting *printing = user_data;
  g_autoptr (GError) error = NULL;
  gboolean done = hs_print_watch_set_knocking_finish (printing->watch, result, &error);

  if (!take_back (printing))
    return;
  if (!done)
    {
      note_failure (printing, error);
      return;
    }
  if (printing->is_wanted)
    begin_look (printing);
  else
    {
      g_clear_pointer (&printing->history, hs_local_history_free);
      keep (printing);
    }
}

static void
turn (HsLocalPrinting *printing)
{
  printing->again = printing->is_busy;
  if (printing->is_busy || !printing->is_known
      || (!printing->is_wanted && printing->history == NULL))
    return;
  if (printing->history == NULL)
    printing->history = hs_local_history_new (g_get_real_time () / G_USEC_PER_SEC);
  printing->is_busy = TRUE;
  hs_print_watch_set_knocking_async (printing->watch, printing->is_wanted, printing->cancellable,
                                     on_knocking, printing);
}

void
hs_local_printing_set_wanted (HsLocalPrinting *printing, gboolean is_wanted)
{
  if (printing->is_known && printing->is_wanted == is_wanted)
    return;
  printing->is_known = TRUE;
  printing->is_wanted = is_wanted;
  turn (printing);
}

gboolean
hs_local_printing_is_wanted (const HsLocalPrinting *printing, const char **problem)
{
  *problem = printing->problem;
  return printing->is_wanted;
}

void
hs_local_printing_look (HsLocalPrinting *printing)
{
  turn (printing);
}
