/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Jobs of other queues: written by the workstation, read by the site. */

#include "core/wire/local_job.h"

#include "base/error.h"
#include "core/wire/announce.h"

static const char *const source_keywords[] = { "none", "claimed", "proven", NULL };
static const char *const colour_keywords[] = { "unknown", "monochrome", "color", NULL };
static const char *const outcome_keywords[] = { "delivered", "cancelled", "failed", NULL };

const char *
hs_owner_source_to_keyword (HsOwnerSource source)
{
  return source_keywords[source];
}

json_t *
hs_local_job_encode (const HsLocalJob *job, HsTitlePolicy title_policy)
{
  json_t *body = json_object ();

  hs_json_set_id (body, "job", &job->job);
  hs_json_set_text (body, "queue", job->queue, HS_LOCAL_JOB_MAX_QUEUE_BYTES);
  hs_json_set_id (body, "printer", &job->printer);
  hs_json_set_id (body, "owner", &job->owner);
  hs_json_set_lines (body, "owner_source", hs_owner_source_to_keyword (job->owner_source));
  hs_json_set_lines (body, "outcome", hs_job_state_to_keyword (job->outcome));
  hs_json_set_integer (body, "impressions", job->impressions);
  hs_json_set_integer (body, "sheets", job->sheets);
  hs_json_set_boolean (body, "counted", job->counted);
  hs_json_set_lines (body, "colour", hs_colour_to_keyword (job->colour));
  hs_json_set_integer (body, "created_us", job->created_at_us);
  hs_json_set_integer (body, "finished_us", job->finished_at_us);
  hs_json_set_text (body, "title", title_policy == HS_TITLE_POLICY_FULL ? job->title : NULL,
                    HS_ANNOUNCE_MAX_TITLE_BYTES);
  if (title_policy == HS_TITLE_POLICY_SEALED && job->sealed_title != NULL)
    hs_json_set_bytes (body, "sealed_title", g_bytes_get_data (job->sealed_title, NULL),
                       g_bytes_get_size (job->sealed_title));
  return body;
}

static gboolean
read_numbers (const json_t *body, HsLocalJob *job, GError **error)
{
  gint64 impressions, sheets;

  if (!hs_json_get_integer (body, "impressions", 0, G_MAXINT32, &impressions, error)
      || !hs_json_get_integer (body, "sheets", 0, G_MAXINT32, &sheets, error)
      || !hs_json_get_boolean (body, "counted", &job->counted, error)
      || !hs_json_get_time (body, "created_us", &job->created_at_us, error)
      || !hs_json_get_time (body, "finished_us", &job->finished_at_us, error))
    return FALSE;
  job->impressions = (guint32)impressions;
  job->sheets = (guint32)sheets;
  return TRUE;
}

static gboolean
read_keywords (const json_t *body, HsLocalJob *job, GError **error)
{
  static const HsJobState outcomes[] = { HS_JOB_DELIVERED, HS_JOB_CANCELLED, HS_JOB_FAILED };
  int source, outcome, colour;

  if (!hs_json_get_keyword (body, "owner_source", source_keywords, &source, error)
      || !hs_json_get_keyword (body, "outcome", outcome_keywords, &outcome, error)
      || !hs_json_get_keyword (body, "colour", colour_keywords, &colour, error))
    return FALSE;
  job->owner_source = (HsOwnerSource)source;
  job->outcome = outcomes[outcome];
  job->colour = (HsColour)colour;
  if (hs_id_is_zero (&job->owner) == (job->owner_source == HS_OWNER_SOURCE_NONE))
    return TRUE;
  g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
               "members \"owner\" and \"owner_source\" belong together");
  return FALSE;
}

HsLocalJob *
hs_local_job_decode (const json_t *body, GError **error)
{
  static const char *const members[]
      = { "job",        "queue",       "printer", "owner",        "owner_source",
          "outcome",    "impressions", "sheets",  "counted",      "colour",
          "created_us", "finished_us", "title",   "sealed_title", NULL };
  g_autoptr (HsLocalJob) job = g_new0 (HsLocalJob, 1);

  if (!hs_json_check_members ("local job", body, members, error)
      || !hs_json_get_id (body, "job", &job->job, error)
      || !hs_json_get_text (body, "queue", HS_LOCAL_JOB_MAX_QUEUE_BYTES, &job->queue, error)
      || !hs_json_get_id_or_null (body, "printer", &job->printer, error)
      || !hs_json_get_id_or_null (body, "owner", &job->owner, error)
      || !hs_json_get_text_or_null (body, "title", HS_ANNOUNCE_MAX_TITLE_BYTES, &job->title, error)
      || !read_numbers (body, job, error) || !read_keywords (body, job, error)
      || !hs_announce_read_sealed_title (body, job->title, &job->sealed_title, error))
    return NULL;
  return g_steal_pointer (&job);
}

void
hs_local_job_free (HsLocalJob *job)
{
  if (job == NULL)
    return;
  g_free (job->queue);
  g_free (job->title);
  g_clear_pointer (&job->sealed_title, g_bytes_unref);
  g_free (job);
}
