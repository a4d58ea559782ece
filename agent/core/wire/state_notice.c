/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* State notices: a job changed. */

#include "core/wire/state_notice.h"

#include "base/error.h"
#include "core/wire/announce.h"

#define MAX_REASON_BYTES 64

json_t *
hs_state_notice_encode (const HsJob *job, gboolean with_paper)
{
  json_t *body = json_object ();
  g_autofree const char **reasons = hs_job_reasons_dup_keywords (job->reasons);
  const char *sentence
      = job->failure != NULL ? job->failure : hs_job_reasons_to_sentence (job->reasons);

  hs_json_set_id (body, "job", &job->id);
  hs_json_set_lines (body, "state", hs_job_state_to_keyword (job->state));
  hs_json_set_text_list (body, "reasons", reasons);
  hs_json_set_text (body, "sentence", sentence, HS_STATE_NOTICE_MAX_SENTENCE_BYTES);
  if (with_paper)
    {
      hs_json_set_integer (body, "copies", hs_job_get_copies (job));
      hs_json_set_lines (body, "sides", hs_sides_to_keyword (hs_job_get_sides (job)));
      hs_json_set_lines (body, "colour", hs_colour_to_keyword (hs_job_get_colour (job)));
    }
  return body;
}

static gboolean
read_state (const json_t *body, HsJobState *state, GError **error)
{
  g_autofree char *keyword = NULL;

  if (!hs_json_get_text (body, "state", MAX_REASON_BYTES, &keyword, error))
    return FALSE;
  *state = hs_job_state_from_keyword (keyword);
  if (*state == HS_JOB_NONE || *state == HS_JOB_RECEIVING)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                   "member \"state\" must be the state of a sealed job");
      return FALSE;
    }
  return TRUE;
}

/* All three or none. */
static gboolean
read_paper (const json_t *body, HsStateNotice *notice, GError **error)
{
  notice->has_paper = json_object_get (body, "copies") != NULL
                      || json_object_get (body, "sides") != NULL
                      || json_object_get (body, "colour") != NULL;
  return !notice->has_paper
         || hs_announce_read_paper (body, &notice->copies, &notice->sides, &notice->colour, error);
}

HsStateNotice *
hs_state_notice_decode (const json_t *body, GError **error)
{
  static const char *const members[]
      = { "job", "state", "reasons", "sentence", "copies", "sides", "colour", NULL };
  g_autoptr (HsStateNotice) notice = g_new0 (HsStateNotice, 1);

  if (!hs_json_check_members ("state notice", body, members, error)
      || !hs_json_get_id (body, "job", &notice->job, error)
      || !read_state (body, &notice->state, error)
      || !hs_json_get_text_list (body, "reasons", 0, HS_STATE_NOTICE_MAX_REASONS, MAX_REASON_BYTES,
                                 FALSE, &notice->reasons, error)
      || !hs_json_get_text_or_null (body, "sentence", HS_STATE_NOTICE_MAX_SENTENCE_BYTES,
                                    &notice->sentence, error)
      || !read_paper (body, notice, error))
    return NULL;
  return g_steal_pointer (&notice);
}

void
hs_state_notice_free (HsStateNotice *notice)
{
  if (notice == NULL)
    return;
  g_strfreev (notice->reasons);
  g_free (notice->sentence);
  g_free (notice);
}
