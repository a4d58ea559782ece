/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A job as the control API shows it to its owner. */

#include "core/wire/control_job.h"

#include "base/error.h"

#include <glib/gi18n.h> /* N_ marks for the catalogue of who shows them; nothing is translated here */

#define TEXT_BYTES 1024
#define LIST_ITEMS 32
#define ONLY_YOUR_KEY                                                                              \
  N_ ("Waiting at your workstation. Only your own key opens it: release it here, the release "     \
      "page cannot.")

static const char *const states[]
    = { "none",      "receiving", "held",    "released", "delivering", "uncertain",
        "delivered", "cancelled", "expired", "failed",   NULL };
static const char *const sources[] = { "unknown", "claimed", "measured" };
static const char *const colours[] = { "unknown", "monochrome", "colour" };
static const char *const sides[] = { "one-sided", "two-sided-long-edge", "two-sided-short-edge" };

/* ── time ────────────────────────────────────────────────────────────────────────────────── */

char *
hs_control_format_time (gint64 us)
{
  if (us == 0)
    return NULL;
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (us / G_USEC_PER_SEC);
  return time != NULL ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ") : NULL;
}

gboolean
hs_control_parse_time (const char *text, gint64 *us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (text, NULL);
  if (time == NULL || g_date_time_get_year (time) < 1970)
    return FALSE;
  *us = g_date_time_to_unix (time) * G_USEC_PER_SEC;
  return TRUE;
}

void
hs_control_set_time (json_t *object, const char *name, gint64 us)
{
  g_autofree char *text = hs_control_format_time (us);
  hs_json_set_text (object, name, text, TEXT_BYTES);
}

gboolean
hs_control_get_time (const json_t *object, const char *name, gint64 *us, GError **error)
{
  g_autofree char *text = NULL;
  if (!hs_json_get_text_or_null (object, name, TEXT_BYTES, &text, error))
    return FALSE;
  *us = 0;
  if (text == NULL || hs_control_parse_time (text, us))
    return TRUE;
  g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
               "%s: expected a time such as "
               "2026-11-22T17:50:00Z",
               name);
  return FALSE;
}

/* ── the value ───────────────────────────────────────────────────────────────────────────── */

/* Sealed without a part for the site: the release page shows such a job and cannot print it. */
static gboolean
is_for_owner_only (const HsJob *job)
{
  return job->state == HS_JOB_HELD && job->reasons == HS_REASON_RELEASE_WAIT
         && job->release_epoch == 0 && job->owner_kind == HS_OWNER_PROVEN;
}

HsControlJob *
hs_control_job_new (const HsJob *job)
{
  HsControlJob *view = g_new0 (HsControlJob, 1);
  g_autofree const char **reasons = hs_job_reasons_dup_keywords (job->reasons);
  gboolean has_failure = job->failure != NULL && !hs_job_state_is_final (job->state);

  view->id = hs_id_dup_text (&job->id);
  view->ipp_id = job->ipp_id;
  view->titled = job->title != NULL && *job->title != '\0';
  view->name = view->titled ? g_strdup (job->title) : hs_job_dup_public_name (job);
  view->state = job->state;
  view->sentence = g_strdup (has_failure               ? job->failure
                             : is_for_owner_only (job) ? ONLY_YOUR_KEY
                                                       : hs_job_reasons_to_sentence (job->reasons));
  view->reasons = g_strdupv ((char **)reasons);
  view->format = g_strdup (job->format);
  view->size_bytes = job->size_bytes;
  view->pages = job->impressions_source == HS_COUNT_UNKNOWN ? 0 : job->impressions;
  view->pages_source = g_strdup (sources[job->impressions_source]);
  view->colour = g_strdup (colours[hs_job_get_colour (job)]);
  view->sides = g_strdup (sides[hs_job_get_sides (job)]);
  view->copies = hs_job_get_copies (job);
  view->options = job->changed;
  view->media = g_strdup (job->media);
  view->printer = hs_id_is_zero (&job->printer) ? NULL : hs_id_dup_text (&job->printer);
  view->created_us = job->created_at_us;
  view->expires_us = job->expires_at_us;
  view->finished_us = job->finished_at_us;
  view->result_counted = job->result_counted;
  view->result_pages = job->result_impressions;
  view->result_sheets = job->result_sheets;
  view->offline = job->offline;
  view->recipients = job->recipients != NULL ? g_strdupv (job->recipients) : g_new0 (char *, 1);
  return view;
}

void
hs_control_job_free (HsControlJob *job)
{
  if (job == NULL)
    return;
  g_free (job->id);
  g_free (job->name);
  g_free (job->sentence);
  g_strfreev (job->reasons);
  g_free (job->format);
  g_free (job->pages_source);
  g_free (job->colour);
  g_free (job->sides);
  g_free (job->media);
  g_free (job->printer);
  g_free (job->from);
  g_strfreev (job->recipients);
  g_free (job);
}

/* ── JSON ────────────────────────────────────────────────────────────────────────────────── */

json_t *
hs_control_job_encode (const HsControlJob *job)
{
  json_t *object = json_object ();

  hs_json_set_text (object, "id", job->id, TEXT_BYTES);
  hs_json_set_integer (object, "ipp_id", job->ipp_id);
  hs_json_set_text (object, "name", job->name, TEXT_BYTES);
  hs_json_set_boolean (object, "titled", job->titled);
  hs_json_set_text (object, "state", hs_job_state_to_keyword (job->state), TEXT_BYTES);
  hs_json_set_text (object, "sentence", job->sentence, TEXT_BYTES);
  hs_json_set_text_list (object, "reasons", (const char *const *)job->reasons);
  hs_json_set_text (object, "format", job->format, TEXT_BYTES);
  hs_json_set_integer (object, "size_bytes", (gint64)job->size_bytes);
  hs_json_set_integer (object, "pages", job->pages);
  hs_json_set_text (object, "pages_source", job->pages_source, TEXT_BYTES);
  hs_json_set_text (object, "colour", job->colour, TEXT_BYTES);
  hs_json_set_text (object, "sides", job->sides, TEXT_BYTES);
  hs_json_set_integer (object, "copies", job->copies);
  hs_json_set_value (object, "options", hs_print_options_encode (&job->options));
  hs_json_set_text (object, "media", job->media, TEXT_BYTES);
  hs_json_set_text (object, "printer", job->printer, TEXT_BYTES);
  hs_control_set_time (object, "created", job->created_us);
  hs_control_set_time (object, "expires", job->expires_us);
  hs_control_set_time (object, "finished", job->finished_us);
  hs_json_set_boolean (object, "result_counted", job->result_counted);
  hs_json_set_integer (object, "result_pages", job->result_pages);
  hs_json_set_integer (object, "result_sheets", job->result_sheets);
  hs_json_set_boolean (object, "offline", job->offline);
  hs_json_set_text (object, "from", job->from, TEXT_BYTES);
  hs_json_set_text_list (object, "recipients", (const char *const *)job->recipients);
  return object;
}

gboolean
hs_control_get_count (const json_t *object, const char *name, guint32 *out, GError **error)
{
  gint64 value;
  if (!hs_json_get_integer (object, name, 0, G_MAXUINT32, &value, error))
    return FALSE;
  *out = (guint32)value;
  return TRUE;
}

static gboolean
decode_texts (HsControlJob *job, const json_t *object, GError **error)
{
  int state;
  if (!hs_json_get_keyword (object, "state", states, &state, error)
      || !hs_json_get_text (object, "id", TEXT_BYTES, &job->id, error)
      || !hs_json_get_text (object, "name", TEXT_BYTES, &job->name, error)
      || !hs_json_get_text_or_null (object, "sentence", TEXT_BYTES, &job->sentence, error)
      || !hs_json_get_text_list (object, "reasons", 0, LIST_ITEMS, TEXT_BYTES, FALSE, &job->reasons,
                                 error)
      || !hs_json_get_text_or_null (object, "format", TEXT_BYTES, &job->format, error)
      || !hs_json_get_text (object, "pages_source", TEXT_BYTES, &job->pages_source, error)
      || !hs_json_get_text (object, "colour", TEXT_BYTES, &job->colour, error)
      || !hs_json_get_text (object, "sides", TEXT_BYTES, &job->sides, error)
      || !hs_json_get_text_or_null (object, "media", TEXT_BYTES, &job->media, error)
      || !hs_json_get_text_or_null (object, "printer", TEXT_BYTES, &job->printer, error)
      || !hs_json_get_text_or_null (object, "from", TEXT_BYTES, &job->from, error)
      || !hs_json_get_text_list (object, "recipients", 0, 64, TEXT_BYTES, FALSE, &job->recipients,
                                 error))
    return FALSE;
  job->state = (HsJobState)state;
  if (job->sentence == NULL)
    job->sentence = g_strdup ("");
  return TRUE;
}

static gboolean
decode_numbers (HsControlJob *job, const json_t *object, GError **error)
{
  gint64 size_bytes;
  json_t *options;
  if (!hs_json_get_integer (object, "size_bytes", 0, HS_JSON_MAX_INTEGER, &size_bytes, error)
      || !hs_json_get_object (object, "options", &options, error)
      || !hs_print_options_decode (options, &job->options, error))
    return FALSE;
  job->size_bytes = (guint64)size_bytes;
  return hs_control_get_count (object, "ipp_id", &job->ipp_id, error)
         && hs_json_get_boolean (object, "titled", &job->titled, error)
         && hs_control_get_count (object, "pages", &job->pages, error)
         && hs_control_get_count (object, "copies", &job->copies, error)
         && hs_control_get_time (object, "created", &job->created_us, error)
         && hs_control_get_time (object, "expires", &job->expires_us, error)
         && hs_control_get_time (object, "finished", &job->finished_us, error)
         && hs_json_get_boolean (object, "result_counted", &job->result_counted, error)
         && hs_control_get_count (object, "result_pages", &job->result_pages, error)
         && hs_control_get_count (object, "result_sheets", &job->result_sheets, error)
         && hs_json_get_boolean (object, "offline", &job->offline, error);
}

HsControlJob *
hs_control_job_decode (const json_t *object, GError **error)
{
  g_autoptr (HsControlJob) job = g_new0 (HsControlJob, 1);

  if (!decode_texts (job, object, error) || !decode_numbers (job, object, error))
    return NULL;
  return g_steal_pointer (&job);
}
