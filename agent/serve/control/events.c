/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* GET /v1/events: a line of JSON for each change, as long as somebody listens.
 *
 * The stream begins with {"event":"hello"}; with ?job=ID it then tells that job as it stands and
 * from there on only that job. There are no heartbeats: a listener that is gone is noticed by its
 * socket. One that reads too slowly is cut off rather than kept in memory; progress, which is only
 * worth something now, is not kept for it at all. */

#include "serve/control/control_private.h"

#include "base/error.h"
#include "core/refusal.h"
#include "core/wire/control_status.h"
#include "engine/site_link/site_link.h"

#include <string.h>

#define UNREAD_BYTES (1024 * 1024) /* handed to libsoup and not yet written: a thousand jobs */

typedef struct
{
  HsControl *control;
  SoupServerMessage *message;
  HsCaller caller;
  HsId only;     /* zero = all */
  GQueue unread; /* sizes of the lines that are handed to libsoup and not yet written */
  gsize unread_bytes;
  gboolean paused; /* nothing to write: libsoup waits */
} HsControlStream;

static void
write_line (HsControlStream *stream, json_t *object)
{
  g_autoptr (json_t) owned = object;
  g_autofree char *text = hs_json_encode (owned);
  char *line = g_strconcat (text, "\n", NULL);
  gsize length = strlen (line);

  stream->unread_bytes += length;
  g_queue_push_tail (&stream->unread, GSIZE_TO_POINTER (length));
  soup_message_body_append (soup_server_message_get_response_body (stream->message),
                            SOUP_MEMORY_TAKE, line, length);
  if (!stream->paused)
    return;
  stream->paused = FALSE;
  hs_http_message_unpause (stream->message);
}

static void
tell_job (HsControlStream *stream, const HsJob *job)
{
  json_t *object = json_object ();

  if (job->state == HS_JOB_NONE)
    {
      hs_json_set_text (object, "event", "gone", 16);
      hs_json_set_id (object, "id", &job->id);
    }
  else
    {
      g_autoptr (HsControlJob) view = hs_control_view_job (stream->control, &stream->caller, job);
      hs_json_set_text (object, "event", "job", 16);
      hs_json_set_value (object, "job", hs_control_job_encode (view));
    }
  write_line (stream, object);
}

static void
stream_end (HsControlStream *stream)
{
  soup_message_body_complete (soup_server_message_get_response_body (stream->message));
  if (stream->paused)
    {
      stream->paused = FALSE;
      hs_http_message_unpause (stream->message);
    }
}

/* It does not read: hangs up, which libsoup notices as the end of the connection. */
static void
cut_off (HsControlStream *stream)
{
  HsHttpConnection *connection = hs_http_connection_of (stream->message);

  g_socket_shutdown (hs_http_connection_get_socket (connection), TRUE, TRUE, NULL);
}

/* Of a kiosk's account where nobody is signed in: told of the site and the seat, never of jobs. */
static gboolean
is_of_empty_seat (const HsCaller *caller)
{
  return caller->is_kiosk && hs_id_is_zero (&caller->identity);
}

static gboolean
is_wanted (HsControlStream *stream, const HsJob *job)
{
  return !is_of_empty_seat (&stream->caller)
         && (hs_id_is_zero (&stream->only) || hs_id_equal (&stream->only, &job->id))
         && hs_engine_may_see (stream->control->parts.engine, &stream->caller, job);
}

void
hs_control_tell_streams (HsControl *control, const HsJob *job)
{
  for (GList *item = control->streams; item != NULL; item = item->next)
    {
      HsControlStream *stream = item->data;
      if (!is_wanted (stream, job))
        continue;
      if (stream->unread_bytes > UNREAD_BYTES)
        cut_off (stream);
      else
        tell_job (stream, job);
    }
}

void
hs_control_tell_progress (HsControl *control, const HsJob *job, const HsSendProgress *progress)
{
  for (GList *item = control->streams; item != NULL; item = item->next)
    {
      HsControlStream *stream = item->data;
      if (!stream->paused || !is_wanted (stream, job))
        continue;
      json_t *object = json_object ();
      hs_json_set_text (object, "event", "progress", 16);
      hs_json_set_id (object, "id", &job->id);
      hs_json_set_integer (object, "sent_bytes", (gint64)progress->sent_bytes);
      hs_json_set_integer (object, "printed_pages", progress->impressions);
      write_line (stream, object);
    }
}

/* Worth something now only, like progress. */
void
hs_control_tell_identify (HsControl *control, guint32 uid)
{
  for (GList *item = control->streams; item != NULL; item = item->next)
    {
      HsControlStream *stream = item->data;
      if (!stream->paused || !hs_id_is_zero (&stream->only) || stream->caller.uid != uid)
        continue;
      json_t *object = json_object ();
      hs_json_set_text (object, "event", "identify", 16);
      write_line (stream, object);
    }
}

/* To everybody who listens to everything. */
void
hs_control_tell_site (HsControl *control)
{
  HsSiteStatus site = { 0 };

  hs_site_link_get_status (control->parts.site_link, &site);
  for (GList *item = control->streams; item != NULL; item = item->next)
    {
      HsControlStream *stream = item->data;
      if (!hs_id_is_zero (&stream->only) || stream->unread_bytes > UNREAD_BYTES)
        continue;
      json_t *object = json_object ();
      hs_json_set_text (object, "event", "site", 16);
      hs_json_set_text (object, "state", hs_reach_to_keyword (site.reach), 16);
      hs_control_set_time (object, "since", site.since_us);
      hs_json_set_text (object, "problem", site.problem, 1024);
      write_line (stream, object);
    }
}

/* It says no more than that: what is another, everybody asks for with their own eyes. */
void
hs_control_tell_status (HsControl *control)
{
  for (GList *item = control->streams; item != NULL; item = item->next)
    {
      HsControlStream *stream = item->data;
      if (!hs_id_is_zero (&stream->only) || stream->unread_bytes > UNREAD_BYTES)
        continue;
      json_t *object = json_object ();
      hs_json_set_text (object, "event", "status", 16);
      write_line (stream, object);
    }
}

void
hs_control_end_streams_of (HsControl *control, const HsId *identity)
{
  for (GList *item = control->streams; item != NULL; item = item->next)
    {
      HsControlStream *stream = item->data;
      if (stream->caller.is_kiosk && hs_id_equal (&stream->caller.identity, identity))
        stream_end (stream);
    }
}

void
hs_control_end_streams (HsControl *control)
{
  for (GList *item = control->streams; item != NULL; item = item->next)
    stream_end (item->data);
}

/* libsoup notices that nobody is there by writing: the end of the body will do. */
static void
on_hung_up (SoupServerMessage *message, gpointer user_data)
{
  stream_end (user_data);
}

/* libsoup wrote a line. After the last it waits for the next change. */
static void
on_wrote_chunk (SoupServerMessage *message, gpointer user_data)
{
  HsControlStream *stream = user_data;

  stream->unread_bytes -= GPOINTER_TO_SIZE (g_queue_pop_head (&stream->unread));
  if (stream->paused || !g_queue_is_empty (&stream->unread))
    return;
  stream->paused = TRUE;
  hs_http_message_pause (message, on_hung_up, stream);
}

static void
on_finished (SoupServerMessage *message, gpointer user_data)
{
  HsControlStream *stream = user_data;

  stream->control->streams = g_list_remove (stream->control->streams, stream);
  g_signal_handlers_disconnect_by_data (message, stream);
  g_queue_clear (&stream->unread);
  g_object_unref (stream->message);
  g_free (stream);
}

static gboolean
find_only (HsControlRequest *request, HsId *only, GError **error)
{
  if (request->only == NULL)
    return TRUE;
  if (!is_of_empty_seat (&request->caller) && hs_id_parse (request->only, only)
      && hs_engine_find_job (request->control->parts.engine, &request->caller, only) != NULL)
    return TRUE;
  hs_refusal_set (error, HS_REFUSAL_JOB_UNKNOWN, NULL);
  return FALSE;
}

static HsControlStream *
stream_new (HsControlRequest *request, const HsId *only)
{
  HsControlStream *stream = g_new0 (HsControlStream, 1);
  SoupServerMessage *message = request->message;
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  stream->control = request->control;
  stream->message = g_object_ref (message);
  stream->caller = request->caller;
  stream->only = *only;
  request->control->streams = g_list_append (request->control->streams, stream);
  soup_message_headers_set_encoding (headers, SOUP_ENCODING_CHUNKED);
  soup_message_headers_set_content_type (headers, "application/jsonl", NULL);
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  soup_message_body_set_accumulate (soup_server_message_get_response_body (message), FALSE);
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  g_signal_connect (message, "wrote-chunk", G_CALLBACK (on_wrote_chunk), stream);
  g_signal_connect (message, "finished", G_CALLBACK (on_finished), stream);
  return stream;
}

void
hs_control_stream_events (HsControlRequest *request)
{
  HsEngine *engine = request->control->parts.engine;
  HsId only = { { 0 } };
  GError *error = NULL;

  if (!find_only (request, &only, &error))
    {
      hs_control_answer_error (request, error);
      return;
    }
  HsControlStream *stream = stream_new (request, &only);
  json_t *hello = json_object ();
  hs_json_set_text (hello, "event", "hello", 16);
  write_line (stream, hello);
  if (!hs_id_is_zero (&only))
    tell_job (stream, hs_engine_find_job (engine, &request->caller, &only));
  hs_control_let_go (request);
}
