/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The agent as the window sees it. First the event stream is opened, then everything is asked for:
 * so no change falls between the two. */

#include "tray-ui/client/agent_private.h"

#include "base/error.h"
#include "base/secret_bytes.h"
#include "tray-ui/client/exchange.h"

#include <string.h>

#define FIRST_DELAY_S 1
#define LONGEST_DELAY_S 60

G_DEFINE_FINAL_TYPE (HsAgent, hs_agent, G_TYPE_OBJECT)

enum
{
  CHANGED,
  IDENTIFY,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void connect_stream (HsAgent *agent);

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

static void
forget_session (HsAgent *agent)
{
  if (agent->session != NULL)
    hs_secret_bytes_wipe (agent->session, strlen (agent->session));
  g_clear_pointer (&agent->session, g_free);
  agent->sessions++;
}

static void
hs_agent_finalize (GObject *object)
{
  HsAgent *self = HS_AGENT (object);

  forget_session (self);
  g_free (self->socket_path);
  hs_control_status_free (self->status);
  g_object_unref (self->jobs);
  g_object_unref (self->printers);
  g_object_unref (self->calls);
  g_string_free (self->line, TRUE);
  G_OBJECT_CLASS (hs_agent_parent_class)->finalize (object);
}

static void
hs_agent_dispose (GObject *object)
{
  hs_agent_stop (HS_AGENT (object));
  G_OBJECT_CLASS (hs_agent_parent_class)->dispose (object);
}

static void
hs_agent_class_init (HsAgentClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_agent_finalize;
  G_OBJECT_CLASS (klass)->dispose = hs_agent_dispose;
  signals[CHANGED] = g_signal_new ("changed", HS_TYPE_AGENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
  signals[IDENTIFY] = g_signal_new ("identify", HS_TYPE_AGENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                    NULL, G_TYPE_NONE, 0);
}

static void
hs_agent_init (HsAgent *self)
{
  self->jobs = hs_jobs_new ();
  self->printers = hs_printer_list_new ();
  self->calls = g_cancellable_new ();
  self->line = g_string_new (NULL);
  self->delay_s = FIRST_DELAY_S;
}

HsAgent *
hs_agent_new (const char *socket_path)
{
  HsAgent *agent = g_object_new (HS_TYPE_AGENT, NULL);

  agent->socket_path = g_strdup (socket_path);
  return agent;
}

/* ── questions ───────────────────────────────────────────────────────────────────────────── */

HsAgentState
hs_agent_get_state (HsAgent *agent)
{
  return agent->state;
}

const HsControlStatus *
hs_agent_get_status (HsAgent *agent)
{
  return agent->status;
}

HsJobs *
hs_agent_get_jobs (HsAgent *agent)
{
  return agent->jobs;
}

HsPrinterList *
hs_agent_get_printers (HsAgent *agent)
{
  return agent->printers;
}

gboolean
hs_agent_is_kiosk (HsAgent *agent)
{
  return agent->status != NULL && strcmp (agent->status->mode, "kiosk") == 0
         && agent->status->idle_sign_out_s > 0;
}

void
hs_agent_tell_change (HsAgent *agent)
{
  g_signal_emit (agent, signals[CHANGED], 0);
}

/* ── state ───────────────────────────────────────────────────────────────────────────────── */

void
hs_agent_set_state (HsAgent *agent, HsAgentState state)
{
  if (state != HS_AGENT_READY)
    hs_jobs_forget_all (agent->jobs);
  if (state == HS_AGENT_MISSING || state == HS_AGENT_CONNECTING)
    g_clear_pointer (&agent->status, hs_control_status_free);
  agent->state = state;
  g_signal_emit (agent, signals[CHANGED], 0);
}

static gboolean
on_retry (gpointer user_data)
{
  HsAgent *agent = user_data;

  agent->retry_source = 0;
  connect_stream (agent);
  return G_SOURCE_REMOVE;
}

static void
retry_later (HsAgent *agent)
{
  if (!agent->is_started || agent->retry_source != 0)
    return;
  agent->retry_source = g_timeout_add_seconds (agent->delay_s, on_retry, agent);
  agent->delay_s = MIN (agent->delay_s * 2, LONGEST_DELAY_S);
}

void
hs_agent_retry (HsAgent *agent)
{
  if (!agent->is_started || agent->stream != NULL)
    return;
  g_clear_handle_id (&agent->retry_source, g_source_remove);
  agent->delay_s = FIRST_DELAY_S;
  connect_stream (agent);
}

/* ── the stream ──────────────────────────────────────────────────────────────────────────── */

static void
take_hello (HsAgent *agent)
{
  agent->delay_s = FIRST_DELAY_S;
  hs_agent_ask_all (agent);
}

static void
take_job (HsAgent *agent, const json_t *object)
{
  json_t *value;
  HsControlJob *job = hs_json_get_object (object, "job", &value, NULL)
                          ? hs_control_job_decode (value, NULL)
                          : NULL;
  if (job == NULL)
    return;
  HsJobItem *item = hs_jobs_find (agent->jobs, job->id);
  gboolean has_moved = item == NULL || hs_job_item_get_job (item)->state != job->state;
  hs_jobs_take (agent->jobs, job);
  if (has_moved)
    hs_agent_ask_status (agent); /* its counts are what the tray's icon shows */
}

static void
take_progress (HsAgent *agent, const json_t *object)
{
  g_autofree char *id = NULL;
  gint64 sent_bytes, printed_pages;

  if (!hs_json_get_text (object, "id", 64, &id, NULL)
      || !hs_json_get_integer (object, "sent_bytes", 0, HS_JSON_MAX_INTEGER, &sent_bytes, NULL)
      || !hs_json_get_integer (object, "printed_pages", 0, G_MAXUINT32, &printed_pages, NULL))
    return;
  const HsJobProgress progress
      = { .sent_bytes = (guint64)sent_bytes, .printed_pages = (guint32)printed_pages };
  hs_jobs_set_progress (agent->jobs, id, &progress);
}

static void
take_event (HsAgent *agent, const json_t *object)
{
  g_autofree char *event = NULL;
  g_autofree char *id = NULL;

  if (!hs_json_get_text (object, "event", 64, &event, NULL))
    return;
  if (strcmp (event, "hello") == 0)
    take_hello (agent);
  else if (strcmp (event, "job") == 0)
    take_job (agent, object);
  else if (strcmp (event, "progress") == 0)
    take_progress (agent, object);
  else if (strcmp (event, "status") == 0 || strcmp (event, "site") == 0)
    hs_agent_refresh (agent);
  else if (strcmp (event, "identify") == 0)
    g_signal_emit (agent, signals[IDENTIFY], 0);
  else if (strcmp (event, "gone") == 0 && hs_json_get_text (object, "id", 64, &id, NULL))
    {
      hs_jobs_forget (agent->jobs, id);
      hs_agent_ask_status (agent);
    }
}

static void
on_stream_bytes (const char *bytes, gsize length, gpointer user_data)
{
  HsAgent *agent = user_data;

  for (gsize i = 0; i < length; i++)
    if (bytes[i] != '\n')
      {
        if (agent->line->len < HS_JSON_MAX_BYTES)
          g_string_append_c (agent->line, bytes[i]);
      }
    else
      {
        g_autoptr (json_t) object = hs_json_parse ("an event", agent->line->str, agent->line->len,
                                                   HS_JSON_MAX_BYTES, NULL);
        g_string_truncate (agent->line, 0);
        if (object != NULL)
          take_event (agent, object);
      }
}

static void
on_stream_ended (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HsAgent) agent = user_data;
  g_autoptr (GError) error = NULL;
  gboolean reached = FALSE;
  g_autoptr (GBytes) body = hs_exchange_finish (result, &reached, &error);

  if (!agent->is_started || g_error_matches (error, HS_ERROR, HS_ERROR_CANCELLED))
    return; /* another stream is in its place */
  g_clear_object (&agent->stream);
  g_string_truncate (agent->line, 0);
  if (g_error_matches (error, HS_ERROR, HS_ERROR_DENIED) && agent->session != NULL)
    {
      /* At a kiosk: the session has ended. From here on as the face that waits for the next person. */
      forget_session (agent);
      hs_jobs_forget_all (agent->jobs);
      connect_stream (agent);
      return;
    }
  if (!reached)
    hs_agent_set_state (agent, HS_AGENT_MISSING);
  retry_later (agent);
}

static void
connect_stream (HsAgent *agent)
{
  const HsExchangeRequest request = { .socket_path = agent->socket_path,
                                      .session = agent->session,
                                      .method = "GET",
                                      .path = "/v1/events" };

  g_string_truncate (agent->line, 0);
  agent->stream = g_cancellable_new ();
  hs_exchange_async (&request, on_stream_bytes, agent, agent->stream, on_stream_ended,
                     g_object_ref (agent));
}

static void
on_folder_changed (
    GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event, gpointer user_data)
{
  HsAgent *agent = user_data;
  g_autofree char *name = g_file_get_basename (other != NULL ? other : file);
  g_autofree char *wanted = g_path_get_basename (agent->socket_path);

  if (event != G_FILE_MONITOR_EVENT_DELETED && strcmp (name, wanted) == 0)
    hs_agent_retry (agent);
}

/* A folder that is not there would be looked for every few seconds; the delays do as well then. */
static void
watch_folder (HsAgent *agent)
{
  g_autofree char *name = g_path_get_dirname (agent->socket_path);
  g_autoptr (GFile) folder = g_file_new_for_path (name);

  if (!g_file_test (name, G_FILE_TEST_IS_DIR))
    return;
  agent->monitor = g_file_monitor_directory (folder, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
  if (agent->monitor != NULL)
    g_signal_connect (agent->monitor, "changed", G_CALLBACK (on_folder_changed), agent);
}

void
hs_agent_start (HsAgent *agent)
{
  agent->is_started = TRUE;
  watch_folder (agent);
  connect_stream (agent);
}

static void
cut_stream (HsAgent *agent)
{
  g_clear_handle_id (&agent->retry_source, g_source_remove);
  if (agent->stream != NULL)
    g_cancellable_cancel (agent->stream);
  g_clear_object (&agent->stream);
}

void
hs_agent_set_session (HsAgent *agent, const char *token)
{
  forget_session (agent);
  agent->session = g_strdup (token);
  cut_stream (agent);
  if (token == NULL)
    hs_jobs_forget_all (agent->jobs);
  agent->delay_s = FIRST_DELAY_S;
  connect_stream (agent);
}

void
hs_agent_stop (HsAgent *agent)
{
  agent->is_started = FALSE;
  cut_stream (agent);
  g_cancellable_cancel (agent->calls);
  if (agent->monitor != NULL)
    g_signal_handlers_disconnect_by_data (agent->monitor, agent);
  g_clear_object (&agent->monitor);
}
