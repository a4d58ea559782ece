/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What the window shows is of the session that there is. Here the agent is one that answers slowly. */

#include "core/wire/control_job.h"
#include "support/loop.h"
#include "support/suite.h"
#include "support/temp_dir.h"
#include "support/tray_fixture.h"
#include "tray-ui/client/agent.h"

#include <gio/gunixsocketaddress.h>
#include <string.h>

#define REQUEST_BYTES 4096
#define LONG_ENOUGH_US (200 * G_TIME_SPAN_MILLISECOND)

static char *folder;
static GSocketService *service;
static HsAgent *agent;
static GPtrArray *kept;          /* GSocketConnection: nobody reads what happens there */
static GSocketConnection *asked; /* for jobs; nullable */

static void
reply (GSocketConnection *connection, const char *text)
{
  HS_ASSERT (g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)),
                                        text, strlen (text), NULL, NULL, NULL));
}

/* Each request comes in one piece. */
static void
on_heard (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GSocketConnection *connection = user_data;
  g_autoptr (GBytes) bytes
      = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, NULL);
  g_autofree char *request = NULL;

  HS_ASSERT (bytes != NULL);
  request = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  if (g_str_has_prefix (request, "GET /v1/events "))
    reply (connection, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "12\r\n{\"event\":\"hello\"}\n\r\n");
  else if (g_str_has_prefix (request, "GET /v1/jobs "))
    asked = connection;
}

static gboolean
on_incoming (GSocketService *from, GSocketConnection *connection, GObject *source, gpointer data)
{
  g_ptr_array_add (kept, g_object_ref (connection));
  g_input_stream_read_bytes_async (g_io_stream_get_input_stream (G_IO_STREAM (connection)),
                                   REQUEST_BYTES, G_PRIORITY_DEFAULT, NULL, on_heard, connection);
  return TRUE;
}

static void
set_up (void)
{
  g_autofree char *path = NULL;
  g_autoptr (GSocketAddress) address = NULL;

  folder = hs_temp_dir_new ();
  path = g_build_filename (folder, "control.sock", NULL);
  address = g_unix_socket_address_new (path);
  kept = g_ptr_array_new_with_free_func (g_object_unref);
  service = g_socket_service_new ();
  HS_ASSERT (g_socket_listener_add_address (G_SOCKET_LISTENER (service), address,
                                            G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL,
                                            NULL, NULL));
  g_signal_connect (service, "incoming", G_CALLBACK (on_incoming), NULL);
  agent = hs_agent_new (path);
  asked = NULL;
}

static void
tear_down (void)
{
  hs_agent_stop (agent);
  g_socket_service_stop (service);
  g_clear_object (&service);
  g_clear_pointer (&kept, g_ptr_array_unref);
  g_clear_object (&agent);
  g_clear_pointer (&folder, hs_temp_dir_free);
}

static void
answer_jobs (void)
{
  HsControlJob *job = hs_tray_fixture_job ("job-1", HS_JOB_HELD, 60);
  json_t *list = json_array ();
  g_autoptr (json_t) object = json_object ();
  g_autofree char *body = NULL;
  g_autofree char *text = NULL;

  json_array_append_new (list, hs_control_job_encode (job));
  hs_json_set_value (object, "jobs", list);
  body = hs_json_encode (object);
  text = g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s", strlen (body), body);
  reply (asked, text);
  hs_control_job_free (job);
}

static guint
count_shown (void)
{
  return hs_jobs_count (hs_agent_get_jobs (agent), HS_JOB_HELD);
}

static void
jobs_are_shown_when_they_come (void)
{
  hs_agent_set_session (agent, "of-anna");
  hs_agent_start (agent);
  HS_LOOP_UNTIL (asked != NULL);
  answer_jobs ();
  HS_LOOP_UNTIL (count_shown () == 1);
}

static void
jobs_that_come_after_the_sign_out_are_nobody_s (void)
{
  gint64 until_us;

  hs_agent_set_session (agent, "of-anna");
  hs_agent_start (agent);
  HS_LOOP_UNTIL (asked != NULL);
  hs_agent_set_session (agent, NULL);
  answer_jobs ();
  until_us = g_get_monotonic_time () + LONG_ENOUGH_US;
  while (g_get_monotonic_time () < until_us)
    {
      g_main_context_iteration (NULL, FALSE);
      HS_ASSERT_INT_EQ (count_shown (), 0);
    }
}

HS_SUITE_WITH ("tray agent",
               set_up,
               tear_down,
               { "jobs are shown when they come", jobs_are_shown_when_they_come },
               { "jobs that come after the sign-out are nobody's",
                 jobs_that_come_after_the_sign_out_are_nobody_s })
