/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What the agent is asked for: calls, and the snapshot that the event stream keeps up to date. */

#include "tray-ui/client/agent_private.h"

#include <string.h>

#define MOST_JOBS 100000
#define MOST_PRINTERS 10000
#define LIST_BYTES (32 * 1024 * 1024)

/* ── calls ───────────────────────────────────────────────────────────────────────────────── */

static void
on_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GBytes) body = hs_exchange_finish (result, NULL, &error);
  json_t *object
      = body != NULL ? hs_json_parse_bytes ("the agent's answer", body, LIST_BYTES, &error) : NULL;

  if (object != NULL)
    g_task_return_pointer (task, object, (GDestroyNotify)json_decref);
  else
    g_task_return_error (task, error);
}

void
hs_agent_call_async (HsAgent *agent,
                     const char *method,
                     const char *path,
                     GBytes *body,
                     const char *content_type,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
  GTask *task = g_task_new (agent, agent->calls, callback, user_data);
  const HsExchangeRequest request = { .socket_path = agent->socket_path,
                                      .session = agent->session,
                                      .method = method,
                                      .path = path,
                                      .body = body,
                                      .content_type = content_type };

  g_task_set_source_tag (task, hs_agent_call_async);
  hs_exchange_async (&request, NULL, NULL, agent->calls, on_answered, task);
}

json_t *
hs_agent_call_finish (HsAgent *agent, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
hs_agent_post_async (HsAgent *agent,
                     const char *path,
                     json_t *object,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
  g_autoptr (json_t) owned = object != NULL ? object : json_object ();
  g_autoptr (GBytes) body = hs_json_encode_bytes (owned);

  hs_agent_call_async (agent, "POST", path, body, "application/json", callback, user_data);
}

static void
on_fetched (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GBytes) body = hs_exchange_finish (result, NULL, &error);

  if (body == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

void
hs_agent_fetch_async (HsAgent *agent,
                      const char *path,
                      HsExchangeBodyFunc func,
                      gpointer func_data,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  GTask *task = g_task_new (agent, cancellable, callback, user_data);
  const HsExchangeRequest request = {
    .socket_path = agent->socket_path, .session = agent->session, .method = "GET", .path = path
  };

  g_task_set_source_tag (task, hs_agent_fetch_async);
  g_task_set_check_cancellable (task, FALSE);
  hs_exchange_async (&request, func, func_data, cancellable, on_fetched, task);
}

gboolean
hs_agent_fetch_finish (HsAgent *agent, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ── everything, asked for ───────────────────────────────────────────────────────────────── */

/* Was it asked in the session of now? At a kiosk an answer that comes after the sign-out has the titles
 * of somebody who has gone. */
static gboolean
is_of_now (const HsAgent *agent, gpointer asked_in)
{
  return GPOINTER_TO_UINT (asked_in) == agent->sessions;
}

static void
on_jobs (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsAgent *agent = HS_AGENT (source);
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_control_job_free);
  g_autoptr (json_t) reply = hs_agent_call_finish (agent, result, NULL);
  json_t *array, *object;
  gsize index;

  if (reply == NULL || !is_of_now (agent, user_data)
      || !hs_json_get_array (reply, "jobs", 0, MOST_JOBS, &array, NULL))
    return; /* the stream breaks, too, and everything is asked for again */
  json_array_foreach (array, index, object)
  {
    HsControlJob *job = hs_control_job_decode (object, NULL);
    if (job != NULL)
      g_ptr_array_add (jobs, job);
  }
  hs_jobs_take_all (agent->jobs, jobs);
  if (agent->state != HS_AGENT_READY)
    hs_agent_set_state (agent, HS_AGENT_READY);
}

static void
on_printers (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsAgent *agent = HS_AGENT (source);
  g_autoptr (GPtrArray) printers
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_control_printer_free);
  g_autoptr (json_t) reply = hs_agent_call_finish (agent, result, NULL);
  json_t *array, *object;
  gsize index;

  if (reply == NULL || !hs_json_get_array (reply, "printers", 0, MOST_PRINTERS, &array, NULL))
    return;
  json_array_foreach (array, index, object)
  {
    HsControlPrinter *printer = hs_control_printer_decode (object, NULL);
    if (printer != NULL)
      g_ptr_array_add (printers, printer);
  }
  g_autoptr (GPtrArray) recent = hs_jobs_list_recent_printers (agent->jobs);
  hs_printer_list_take_all (agent->printers, printers, recent);
  hs_jobs_refresh (agent->jobs); /* rows name their printers */
  hs_agent_tell_change (agent);
}

static void
on_status (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsAgent *agent = HS_AGENT (source);
  g_autoptr (json_t) reply = hs_agent_call_finish (agent, result, NULL);
  gboolean is_late = !is_of_now (agent, user_data);
  HsControlStatus *status
      = reply != NULL && !is_late ? hs_control_status_decode (reply, NULL) : NULL;

  agent->is_asking = FALSE;
  if (agent->is_outdated || is_late)
    {
      agent->is_outdated = FALSE;
      hs_agent_ask_status (agent);
    }
  if (status == NULL)
    return;
  if (agent->status != NULL && strcmp (agent->status->key, "unlocked") == 0
      && strcmp (status->key, "unlocked") != 0)
    hs_jobs_forget_done (agent->jobs);
  hs_control_status_free (agent->status);
  agent->status = status;
  /* The stream tells of site and seat alone: somebody has to sign in first. */
  if (agent->session == NULL && hs_agent_is_kiosk (agent) && status->seat_name == NULL)
    hs_agent_set_state (agent, HS_AGENT_VACANT);
  else
    hs_agent_tell_change (agent);
}

void
hs_agent_ask_status (HsAgent *agent)
{
  if (agent->is_asking)
    {
      agent->is_outdated = TRUE;
      return;
    }
  agent->is_asking = TRUE;
  hs_agent_call_async (agent, "GET", "/v1/status", NULL, NULL, on_status,
                       GUINT_TO_POINTER (agent->sessions));
}

void
hs_agent_refresh (HsAgent *agent)
{
  hs_agent_ask_status (agent);
  hs_agent_call_async (agent, "GET", "/v1/printers", NULL, NULL, on_printers, NULL);
}

void
hs_agent_ask_all (HsAgent *agent)
{
  hs_jobs_begin (agent->jobs);
  hs_agent_call_async (agent, "GET", "/v1/jobs", NULL, NULL, on_jobs,
                       GUINT_TO_POINTER (agent->sessions));
  hs_agent_refresh (agent);
}
