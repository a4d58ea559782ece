/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The control API's routes about jobs. */

#include "serve/control/control_private.h"

#include "base/error.h"
#include "core/refusal.h"
#include "core/wire/control_status.h"
#include "engine/delegation/local_delegations.h"
#include "engine/site_link/people.h"

#include <string.h>

static GError *
no_such_job (void)
{
  return hs_refusal_new (HS_REFUSAL_JOB_UNKNOWN, NULL);
}

/* ── questions ───────────────────────────────────────────────────────────────────────────── */

/* Who may only release it is shown no title, and not who else can open it. */
HsControlJob *
hs_control_view_job (HsControl *control, const HsCaller *caller, const HsJob *job)
{
  g_autofree char *from = NULL;
  g_autoptr (HsJob) shown = NULL;
  HsControlJob *view = NULL;

  if (!hs_engine_is_delegated (control->parts.engine, caller, job, &from))
    return hs_control_job_new (job);
  shown = hs_job_copy (job);
  hs_job_forget_private (shown);
  g_clear_pointer (&shown->recipients, g_strfreev);
  view = hs_control_job_new (shown);
  view->from = from != NULL ? g_steal_pointer (&from) : g_strdup ("somebody else");
  return view;
}

static void
append_jobs (HsControlRequest *request, json_t *array, const GPtrArray *jobs)
{
  for (guint i = 0; i < jobs->len; i++)
    {
      g_autoptr (HsControlJob) view
          = hs_control_view_job (request->control, &request->caller, g_ptr_array_index (jobs, i));
      json_array_append_new (array, hs_control_job_encode (view));
    }
}

void
hs_control_list_jobs (HsControlRequest *request)
{
  HsEngine *engine = request->control->parts.engine;
  g_autoptr (GPtrArray) jobs = hs_engine_list_jobs (engine, &request->caller);
  g_autoptr (GPtrArray) delegated = hs_engine_list_delegated_jobs (engine, &request->caller);
  json_t *array = json_array ();

  append_jobs (request, array, jobs);
  append_jobs (request, array, delegated);
  json_t *object = json_object ();
  hs_json_set_value (object, "jobs", array);
  hs_control_answer (request, object);
}

void
hs_control_show_job (HsControlRequest *request)
{
  const HsJob *job
      = hs_engine_find_job (request->control->parts.engine, &request->caller, &request->id);

  if (job == NULL)
    {
      hs_control_answer_error (request, no_such_job ());
      return;
    }
  g_autoptr (HsControlJob) view = hs_control_view_job (request->control, &request->caller, job);
  hs_control_answer (request, hs_control_job_encode (view));
}

static json_t *
encode_line (const HsTraceLine *line)
{
  g_autofree char *printer
      = hs_id_is_zero (&line->printer) ? NULL : hs_id_dup_text (&line->printer);
  const char *why
      = *line->remark != '\0' ? line->remark : hs_job_reasons_to_sentence (line->reasons);
  const HsControlTraceLine view = {
    .at_us = line->at_us,
    .event = (char *)(line->event == HS_EVENT_NONE ? "" : hs_job_event_to_keyword (line->event)),
    .state = (char *)hs_job_state_to_keyword (line->state),
    .sentence = (char *)why,
    .printer = printer,
  };
  return hs_control_trace_line_encode (&view);
}

/* Who can open the job; empty for an administrator who may not look into it, and when it is over. */
static json_t *
encode_recipients (HsControlRequest *request)
{
  const HsJob *job
      = hs_engine_find_job (request->control->parts.engine, &request->caller, &request->id);
  json_t *array = json_array ();

  for (char **way = job != NULL ? job->recipients : NULL; way != NULL && *way != NULL; way++)
    json_array_append_new (array, json_string (*way));
  return array;
}

void
hs_control_show_trace (HsControlRequest *request)
{
  const HsTrace *trace
      = hs_engine_get_trace (request->control->parts.engine, &request->caller, &request->id);

  if (trace == NULL)
    {
      hs_control_answer_error (request, no_such_job ());
      return;
    }
  json_t *array = json_array ();
  for (guint i = 0; i < hs_trace_get_length (trace); i++)
    {
      HsTraceLine line = hs_trace_get_line (trace, i);
      json_array_append_new (array, encode_line (&line));
    }
  json_t *object = json_object ();
  hs_json_set_id (object, "job", &request->id);
  hs_json_set_value (object, "recipients", encode_recipients (request));
  hs_json_set_value (object, "trace", array);
  hs_control_answer (request, object);
}

void
hs_control_list_overview (HsControlRequest *request)
{
  g_autoptr (GArray) overview
      = hs_engine_list_overview (request->control->parts.engine, &request->caller);
  json_t *array = json_array ();

  for (guint i = 0; i < overview->len; i++)
    {
      const HsJobOverview *row = &g_array_index (overview, HsJobOverview, i);
      g_autofree const char **reasons = hs_job_reasons_dup_keywords (row->reasons);
      json_t *object = json_object ();
      hs_json_set_id (object, "id", &row->id);
      hs_json_set_text (object, "state", hs_job_state_to_keyword (row->state), 32);
      hs_json_set_text_list (object, "reasons", reasons);
      hs_json_set_boolean (object, "owner_proven", row->owner_kind == HS_OWNER_PROVEN);
      if (row->owner_uid == G_MAXUINT32)
        hs_json_set_value (object, "uid", json_null ());
      else
        hs_json_set_integer (object, "uid", row->owner_uid);
      hs_json_set_integer (object, "size_bytes", (gint64)row->size_bytes);
      hs_control_set_time (object, "created", row->created_at_us);
      hs_control_set_time (object, "expires", row->expires_at_us);
      hs_json_set_id (object, "printer", &row->printer);
      json_array_append_new (array, object);
    }
  json_t *object = json_object ();
  hs_json_set_value (object, "jobs", array);
  hs_control_answer (request, object);
}

/* ── actions ─────────────────────────────────────────────────────────────────────────────── */

/* @command: nullable; the site was asked. @with_options: with what the release changes. */
static void
answer_state (HsControlRequest *request, const HsId *command, gboolean with_options)
{
  const HsJob *job
      = hs_engine_find_job (request->control->parts.engine, &request->caller, &request->id);
  json_t *object = json_object ();

  hs_json_set_id (object, "job", &request->id);
  hs_json_set_text (object, "state", job != NULL ? hs_job_state_to_keyword (job->state) : NULL, 32);
  if (command != NULL)
    hs_json_set_id (object, "command", command);
  if (with_options && job != NULL)
    hs_json_set_value (object, "options", hs_print_options_encode (&job->changed));
  hs_control_answer (request, object);
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsControlRequest *request = user_data;
  GError *error = NULL;

  if (hs_engine_action_finish (request->control->parts.engine, result, &error))
    answer_state (request, NULL, FALSE);
  else
    hs_control_answer_error (request, error);
}

typedef struct
{
  HsControlRequest *request;
  HsControlRelease wish;
} Release;

static void
on_asked_site (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsControlRequest *request = user_data;
  GError *error = NULL;
  HsId command;

  if (hs_site_link_release_finish (request->control->parts.site_link, result, &command, &error))
    answer_state (request, &command, TRUE);
  else
    hs_control_answer_error (request, error);
}

/* The site knows of no options, and what was asked for must not be passed over. */
static gboolean
may_ask_site (const Release *release)
{
  HsControlRequest *request = release->request;
  const HsJob *job
      = hs_engine_find_job (request->control->parts.engine, &request->caller, &request->id);

  return !release->wish.has_options
         || (hs_print_options_are_none (&release->wish.options) && job != NULL
             && hs_print_options_are_none (&job->changed));
}

/* A locked key is no end for somebody who is signed in: the site's half opens the job, too. */
static void
on_released (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Release *release = user_data;
  HsControlRequest *request = release->request;
  const HsControlParts *parts = &request->control->parts;
  GError *error = NULL;

  if (hs_engine_action_finish (parts->engine, result, &error))
    {
      answer_state (request, NULL, TRUE);
      return;
    }
  const HsSecretBytes *session = hs_control_find_session (request, NULL);
  if (!g_error_matches (error, HS_ERROR, HS_ERROR_DENIED) || session == NULL
      || !may_ask_site (release))
    {
      hs_control_answer_error (request, error);
      return;
    }
  g_error_free (error);
  hs_site_link_release_async (parts->site_link, session, &request->id, &release->wish.printer,
                              on_asked_site, request);
}

void
hs_control_release (HsControlRequest *request)
{
  g_autoptr (json_t) body = hs_control_take_json (request);
  GError *error = NULL;
  HsControlRelease wish;

  if (body == NULL)
    return;
  if (!hs_control_release_decode (body, &wish, &error))
    {
      hs_control_answer_error (request, error);
      return;
    }
  Release *release = g_new0 (Release, 1);
  release->request = request;
  release->wish = wish;
  hs_engine_release_async (request->control->parts.engine, &request->caller, &request->id,
                           &wish.printer, wish.has_options ? &wish.options : NULL, NULL,
                           on_released, release);
}

void
hs_control_cancel (HsControlRequest *request)
{
  hs_engine_cancel_async (request->control->parts.engine, &request->caller, &request->id, NULL,
                          on_done, request);
}

void
hs_control_hold_job (HsControlRequest *request)
{
  hs_engine_hold_async (request->control->parts.engine, &request->caller, &request->id, NULL,
                        on_done, request);
}

void
hs_control_resolve (HsControlRequest *request)
{
  static const char *const outcomes[] = { "printed", "reprint", "cancel", NULL };
  static const HsJobEvent events[]
      = { HS_EVENT_RESOLVED_PRINTED, HS_EVENT_RESOLVED_REPRINT, HS_EVENT_RESOLVED_CANCEL };
  g_autoptr (json_t) body = hs_control_take_json (request);
  GError *error = NULL;
  int outcome;

  if (body == NULL)
    return;
  if (!hs_json_get_keyword (body, "outcome", outcomes, &outcome, &error))
    {
      hs_control_answer_error (request, error);
      return;
    }
  hs_engine_resolve_async (request->control->parts.engine, &request->caller, &request->id,
                           events[outcome], NULL, on_done, request);
}
