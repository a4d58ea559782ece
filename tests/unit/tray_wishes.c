/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What is asked for reaches the agent: here one that writes down what it hears, and answers when it is
 * told to. */

#include "tray-ui/client/wishes.h"
#include "support/loop.h"
#include "support/suite.h"
#include "support/temp_dir.h"
#include "support/tray_fixture.h"
#include "tray-ui/client/agent_private.h"

#include <gio/gunixsocketaddress.h>

typedef struct
{
  char *folder;
  GSocketService *service;
  GPtrArray *calls;   /* "PATH BODY", in the order in which they came */
  GQueue connections; /* those that wait for their answer */
  HsAgent *agent;
  HsWishes *wishes;
  GPtrArray *told; /* sentences */
} Fixture;

typedef struct
{
  Fixture *fixture;
  GSocketConnection *connection;
  GString *heard;
  char buffer[4096];
} Call;

/* ── the agent ───────────────────────────────────────────────────────────────────────────── */

static gboolean
is_whole (const GString *heard)
{
  const char *body = strstr (heard->str, "\r\n\r\n");
  const char *length = strstr (heard->str, "Content-Length: ");

  return body != NULL && length != NULL
         && strlen (body + 4) >= g_ascii_strtoull (length + strlen ("Content-Length: "), NULL, 10);
}

static void
on_heard (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Call *call = user_data;
  gssize count = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);

  HS_ASSERT (count > 0);
  g_string_append_len (call->heard, call->buffer, count);
  if (!is_whole (call->heard))
    {
      g_input_stream_read_async (G_INPUT_STREAM (source), call->buffer, sizeof call->buffer,
                                 G_PRIORITY_DEFAULT, NULL, on_heard, call);
      return;
    }
  g_auto (GStrv) words = g_strsplit (call->heard->str, " ", 3);
  g_ptr_array_add (call->fixture->calls,
                   g_strdup_printf ("%s %s", words[1], strstr (words[2], "\r\n\r\n") + 4));
  g_queue_push_tail (&call->fixture->connections, g_steal_pointer (&call->connection));
  g_string_free (call->heard, TRUE);
  g_free (call);
}

static gboolean
on_incoming (GSocketService *service, GSocketConnection *connection, GObject *from, gpointer data)
{
  Call *call = g_new0 (Call, 1);

  call->fixture = data;
  call->connection = g_object_ref (connection);
  call->heard = g_string_new (NULL);
  g_input_stream_read_async (g_io_stream_get_input_stream (G_IO_STREAM (connection)), call->buffer,
                             sizeof call->buffer, G_PRIORITY_DEFAULT, NULL, on_heard, call);
  return TRUE;
}

/* Answers the call that waits longest. @refusal: nullable. */
static void
answer (Fixture *f, const char *refusal)
{
  HS_LOOP_UNTIL (!g_queue_is_empty (&f->connections));
  g_autoptr (GSocketConnection) connection = g_queue_pop_head (&f->connections);
  g_autofree char *body
      = refusal != NULL ? g_strdup_printf ("{\"error\":\"refused\",\"message\":\"%s\"}", refusal)
                        : g_strdup ("{}");
  g_autofree char *reply = g_strdup_printf (
      "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
      refusal != NULL ? "409 Conflict" : "200 OK", strlen (body), body);

  HS_ASSERT (g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)),
                                        reply, strlen (reply), NULL, NULL, NULL));
  HS_ASSERT (g_io_stream_close (G_IO_STREAM (connection), NULL, NULL));
}

/* ── the fixture ─────────────────────────────────────────────────────────────────────────── */

static void
on_refused (HsWishes *wishes, const char *sentence, Fixture *f)
{
  g_ptr_array_add (f->told, g_strdup (sentence));
}

/* With @count jobs: "job-0", whose title is "Title 0", and so on. */
static Fixture *
fixture_new (guint count)
{
  Fixture *f = g_new0 (Fixture, 1);
  g_autoptr (GPtrArray) jobs = g_ptr_array_new ();

  f->folder = hs_temp_dir_new ();
  f->calls = g_ptr_array_new_with_free_func (g_free);
  f->told = g_ptr_array_new_with_free_func (g_free);
  g_queue_init (&f->connections);
  f->service = g_socket_service_new ();
  g_autofree char *path = g_build_filename (f->folder, "control.sock", NULL);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  HS_ASSERT (g_socket_listener_add_address (G_SOCKET_LISTENER (f->service), address,
                                            G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL,
                                            NULL, NULL));
  g_signal_connect (f->service, "incoming", G_CALLBACK (on_incoming), f);
  f->agent = hs_agent_new (path);
  f->wishes = hs_wishes_new (f->agent);
  g_signal_connect (f->wishes, "refused", G_CALLBACK (on_refused), f);
  for (guint i = 0; i < count; i++)
    {
      g_autofree char *id = g_strdup_printf ("job-%u", i);
      HsControlJob *job = hs_tray_fixture_job (id, HS_JOB_HELD, 60);
      g_free (job->name);
      job->name = g_strdup_printf ("Title %u", i);
      g_ptr_array_add (jobs, job);
    }
  hs_jobs_begin (hs_agent_get_jobs (f->agent));
  hs_jobs_take_all (hs_agent_get_jobs (f->agent), jobs);
  return f;
}

static void
fixture_free (Fixture *f)
{
  HS_ASSERT (!hs_wishes_is_busy (f->wishes));
  g_socket_service_stop (f->service);
  g_object_unref (f->service);
  g_object_unref (f->wishes);
  hs_agent_stop (f->agent);
  g_object_unref (f->agent);
  g_ptr_array_unref (f->calls);
  g_ptr_array_unref (f->told);
  hs_temp_dir_free (f->folder);
  g_free (f);
}

static HsJobItem *
find (Fixture *f, guint i)
{
  g_autofree char *id = g_strdup_printf ("job-%u", i);

  return hs_jobs_find (hs_agent_get_jobs (f->agent), id);
}

/* ── sentences ───────────────────────────────────────────────────────────────────────────── */

static void
many_releases_go_a_few_at_a_time_and_in_their_order (void)
{
  Fixture *f = fixture_new (40);
  guint most = 0;

  for (guint i = 0; i < 40; i++)
    hs_wishes_release (f->wishes, find (f, i), "p", NULL);
  for (guint i = 0; i < 40; i++)
    {
      HS_ASSERT (hs_job_item_is_asked (find (f, 39)));
      HS_LOOP_UNTIL (f->connections.length == MIN (4, 40 - i));
      most = MAX (most, f->connections.length);
      answer (f, NULL);
    }
  HS_LOOP_UNTIL (!hs_wishes_is_busy (f->wishes));
  HS_ASSERT_INT_EQ (most, 4);
  HS_ASSERT_INT_EQ (f->calls->len, 40);
  HS_ASSERT_STR_EQ (g_ptr_array_index (f->calls, 0), "/v1/jobs/job-0/release {\"printer\":\"p\"}");
  for (guint i = 0; i < 4; i++)
    HS_ASSERT (strstr (g_ptr_array_index (f->calls, 36 + i), "/v1/jobs/job-3") != NULL);
  HS_ASSERT (!hs_job_item_is_asked (find (f, 39)));
  HS_ASSERT_INT_EQ (f->told->len, 0);
  fixture_free (f);
}

static void
those_of_several_that_are_refused_are_told_by_name (void)
{
  Fixture *f = fixture_new (3);

  for (guint i = 0; i < 3; i++)
    hs_wishes_release (f->wishes, find (f, i), "p", NULL);
  answer (f, NULL);
  answer (f, "It is gone.");
  answer (f, "It is gone.");
  HS_LOOP_UNTIL (!hs_wishes_is_busy (f->wishes));
  HS_ASSERT_INT_EQ (f->told->len, 1);
  /* Which of them came second is the kernel's affair. */
  guint named = 0;
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *quoted = g_strdup_printf ("“Title %u”", i);
      gboolean is_refused = hs_job_item_get_refusal (find (f, i)) != NULL;
      HS_ASSERT_INT_EQ (strstr (g_ptr_array_index (f->told, 0), quoted) != NULL, is_refused);
      named += is_refused;
    }
  HS_ASSERT_INT_EQ (named, 2);
  HS_ASSERT (g_str_has_suffix (g_ptr_array_index (f->told, 0), "were not released. It is gone."));
  fixture_free (f);
}

static void
one_that_is_refused_says_so_itself (void)
{
  Fixture *f = fixture_new (1);

  hs_wishes_release (f->wishes, find (f, 0), "p", NULL);
  answer (f, "It is gone.");
  HS_LOOP_UNTIL (!hs_wishes_is_busy (f->wishes));
  HS_ASSERT_STR_EQ (hs_job_item_get_refusal (find (f, 0)), "It is gone.");
  HS_ASSERT_INT_EQ (f->told->len, 0);
  fixture_free (f);
}

static void
what_cannot_be_deleted_is_there_again_and_says_why (void)
{
  Fixture *f = fixture_new (2);
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  HsJobList *open = hs_jobs_get_open (hs_agent_get_jobs (f->agent));

  g_ptr_array_add (ids, (gpointer) "job-0");
  hs_wishes_delete (f->wishes, ids);
  HS_ASSERT_INT_EQ (hs_job_list_get_length (open), 1);
  HS_ASSERT_INT_EQ (f->calls->len, 0);
  hs_wishes_settle (f->wishes);
  HS_ASSERT (hs_wishes_is_busy (f->wishes));
  answer (f, "It prints.");
  HS_LOOP_UNTIL (!hs_wishes_is_busy (f->wishes));
  HS_ASSERT (g_str_has_prefix (g_ptr_array_index (f->calls, 0), "/v1/jobs/job-0/cancel"));
  HS_ASSERT_INT_EQ (hs_job_list_get_length (open), 2);
  HS_ASSERT_STR_EQ (hs_job_item_get_refusal (find (f, 0)), "It prints.");
  fixture_free (f);
}

static void
what_was_asked_for_at_a_kiosk_goes_with_its_person (void)
{
  Fixture *f = fixture_new (7);
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  g_autofree char *title = NULL;

  g_ptr_array_add (ids, (gpointer) "job-6");
  for (guint i = 0; i < 6; i++)
    hs_wishes_release (f->wishes, find (f, i), "p", NULL);
  hs_wishes_delete (f->wishes, ids);
  HS_LOOP_UNTIL (f->connections.length == 4);
  hs_agent_set_state (f->agent, HS_AGENT_VACANT);
  HS_ASSERT_INT_EQ (hs_wishes_get_deleted (f->wishes, &title), 0);
  HS_ASSERT (title == NULL);
  for (guint i = 0; i < 4; i++)
    answer (f, "It is gone.");
  HS_LOOP_UNTIL (!hs_wishes_is_busy (f->wishes));
  HS_ASSERT_INT_EQ (f->told->len, 0);
  HS_ASSERT_INT_EQ (f->calls->len, 4);
  fixture_free (f);
}

static void
the_names_of_many_are_bounded (void)
{
  g_autoptr (GPtrArray) titles = g_ptr_array_new ();
  g_ptr_array_add (titles, (gpointer) "Lease.pdf");
  g_autofree char *one = hs_job_words_refused (titles, "It is gone.");
  HS_ASSERT_STR_EQ (one, "“Lease.pdf” was not released. It is gone.");
  g_ptr_array_add (titles, (gpointer) "Minutes of the meeting about the minutes.pdf");
  g_autofree char *two = hs_job_words_refused (titles, NULL);
  HS_ASSERT_STR_EQ (two, "“Lease.pdf” and “Minutes of the meeting about th…” were not released. "
                         "Each of them says why.");
  for (guint i = 0; i < 98; i++)
    g_ptr_array_add (titles, (gpointer) "x");
  g_autofree char *many = hs_job_words_refused (titles, "It is gone.");
  HS_ASSERT_STR_EQ (many, "“Lease.pdf”, “Minutes of the meeting about th…” and 98 more were not "
                          "released. It is gone.");
}

HS_SUITE ("tray wishes",
          { "many releases go a few at a time and in their order",
            many_releases_go_a_few_at_a_time_and_in_their_order },
          { "those of several that are refused are told by name",
            those_of_several_that_are_refused_are_told_by_name },
          { "one that is refused says so itself", one_that_is_refused_says_so_itself },
          { "what cannot be deleted is there again and says why",
            what_cannot_be_deleted_is_there_again_and_says_why },
          { "what was asked for at a kiosk goes with its person",
            what_was_asked_for_at_a_kiosk_goes_with_its_person },
          { "the names of many are bounded", the_names_of_many_are_bounded })
