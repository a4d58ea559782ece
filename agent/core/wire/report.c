/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Reports: how a job ended. */

#include "core/wire/report.h"

#include "base/error.h"

#define MAX_OUTCOME_BYTES 32

json_t *
hs_report_encode (const HsJob *job)
{
  json_t *body = json_object ();

  hs_json_set_id (body, "job", &job->id);
  hs_json_set_lines (body, "outcome", hs_job_state_to_keyword (job->state));
  hs_json_set_id (body, "printer", &job->printer);
  hs_json_set_integer (body, "impressions", job->result_impressions);
  hs_json_set_integer (body, "sheets", job->result_sheets);
  hs_json_set_boolean (body, "counted", job->result_counted);
  hs_json_set_integer (body, "finished_us", job->finished_at_us);
  hs_json_set_id (body, "command", &job->release_command);
  return body;
}

static gboolean
read_outcome (const json_t *body, HsJobState *outcome, GError **error)
{
  g_autofree char *keyword = NULL;

  if (!hs_json_get_text (body, "outcome", MAX_OUTCOME_BYTES, &keyword, error))
    return FALSE;
  *outcome = hs_job_state_from_keyword (keyword);
  if (!hs_job_state_is_final (*outcome))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "member \"outcome\" must be a final state");
      return FALSE;
    }
  return TRUE;
}

gboolean
hs_report_decode (const json_t *body, HsReport *report, GError **error)
{
  static const char *const members[]
      = { "job",     "outcome",     "printer", "impressions", "sheets",
          "counted", "finished_us", "command", NULL };
  HsReport read = { { { 0 } } };
  gint64 impressions, sheets;

  if (!hs_json_check_members ("report", body, members, error)
      || !hs_json_get_id (body, "job", &read.job, error)
      || !read_outcome (body, &read.outcome, error)
      || !hs_json_get_id_or_null (body, "printer", &read.printer, error)
      || !hs_json_get_integer (body, "impressions", 0, G_MAXUINT32, &impressions, error)
      || !hs_json_get_integer (body, "sheets", 0, G_MAXUINT32, &sheets, error)
      || !hs_json_get_boolean (body, "counted", &read.counted, error)
      || !hs_json_get_time (body, "finished_us", &read.finished_at_us, error)
      || !hs_json_get_id_or_null (body, "command", &read.command, error))
    return FALSE;
  read.impressions = (guint32)impressions;
  read.sheets = (guint32)sheets;
  *report = read;
  return TRUE;
}
