/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The control API's routes about jobs that nobody has proven to own. Only who is signed in at the
 * site learns of any, and only of those that name this very person. */

#include "serve/control/control_private.h"

#include "base/error.h"
#include "core/wire/control_status.h"

/* FALSE after an error answer was given. */
static gboolean
find_claimant (HsControlRequest *request, HsId *identity)
{
  if (hs_control_find_session (request, identity) != NULL)
    return TRUE;
  hs_control_answer_error (request,
                           g_error_new_literal (HS_ERROR, HS_ERROR_DENIED,
                                                "Sign in at the site first, with `homespool "
                                                "sign-in`: that shows whose job it is."));
  return FALSE;
}

/* As nobody's job: its title and name are not the asker's yet. */
static json_t *
encode_claimable (const HsJob *job)
{
  g_autoptr (HsJob) shown = hs_job_copy (job);

  hs_job_forget_private (shown);
  g_autoptr (HsControlJob) view = hs_control_job_new (shown);
  return hs_control_job_encode (view);
}

void
hs_control_list_claimable (HsControlRequest *request)
{
  HsId identity;

  if (!find_claimant (request, &identity))
    return;
  g_autoptr (GPtrArray) jobs
      = hs_engine_list_claimable (request->control->parts.engine, &request->caller, &identity);
  json_t *array = json_array ();
  for (guint i = 0; i < jobs->len; i++)
    json_array_append_new (array, encode_claimable (g_ptr_array_index (jobs, i)));
  json_t *object = json_object ();
  hs_json_set_value (object, "jobs", array);
  hs_control_answer (request, object);
}

static void
on_claimed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsControlRequest *request = user_data;
  GError *error = NULL;

  if (!hs_engine_action_finish (request->control->parts.engine, result, &error))
    {
      hs_control_answer_error (request, error);
      return;
    }
  json_t *object = json_object ();
  hs_json_set_id (object, "job", &request->id);
  hs_json_set_text (object, "state", hs_job_state_to_keyword (HS_JOB_HELD), 32);
  hs_control_answer (request, object);
}

void
hs_control_claim (HsControlRequest *request)
{
  HsId identity;

  if (find_claimant (request, &identity))
    hs_engine_claim_async (request->control->parts.engine, &request->caller, &identity,
                           &request->id, NULL, on_claimed, request);
}
