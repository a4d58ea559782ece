/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "ipp/received.h"

#include "base/error.h"
#include "ipp/message.h"
#include "support/suite.h"

#include <string.h>

static ipp_t *
new_request (const char *printer_uri)
{
  ipp_t *request = ippNewRequest (IPP_OP_GET_JOBS);

  ippSetRequestId (request, 7);
  if (printer_uri != NULL)
    ippAddString (request, IPP_TAG_OPERATION, IPP_TAG_URI, "printer-uri", NULL, printer_uri);
  return request;
}

static HsReceived *
receive (ipp_t *request)
{
  g_autoptr (GBytes) bytes = hs_ipp_message_encode (request);
  g_autoptr (GError) error = NULL;
  HsReceived *received = hs_received_decode (bytes, &error);

  HS_ASSERT_NO_ERROR (error);
  return received;
}

static void
the_target_is_kept_as_written_without_name_and_options (void)
{
  static const struct
  {
    const char *uri, *printer_uri, *host, *path;
  } cases[] = {
    { "ipp://localhost/ipp/print", "ipp://localhost/ipp/print", "localhost", "/ipp/print" },
    { "ipp://localhost:631/ipp/print", "ipp://localhost:631/ipp/print", "localhost:631",
      "/ipp/print" },
    { "ipp://u:p@localhost/ipp/print?waitjob=false", "ipp://localhost/ipp/print", "localhost",
      "/ipp/print" },
    { "ipp://%2Frun%2Fcups%2Fhomespool.sock/ipp/print",
      "ipp://%2Frun%2Fcups%2Fhomespool.sock/ipp/print", "%2Frun%2Fcups%2Fhomespool.sock",
      "/ipp/print" },
    { "ipp://[::1]:6310", "ipp://[::1]:6310/", "[::1]:6310", "/" },
    { "no uri", NULL, NULL, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ipp_t) request = new_request (cases[i].uri);
      g_autoptr (HsReceived) received = receive (request);
      HS_ASSERT_STR_EQ (hs_received_get_printer_uri (received), cases[i].printer_uri);
      HS_ASSERT_STR_EQ (hs_received_get_host (received), cases[i].host);
      HS_ASSERT_STR_EQ (hs_received_get_path (received), cases[i].path);
    }
}

static void
a_job_is_named_by_id_or_at_the_end_of_its_uri (void)
{
  g_autoptr (ipp_t) by_id = new_request ("ipp://localhost/ipp/print");
  ippAddInteger (by_id, IPP_TAG_OPERATION, IPP_TAG_INTEGER, "job-id", 42);
  g_autoptr (HsReceived) first = receive (by_id);
  HS_ASSERT_INT_EQ (hs_received_get_job_id (first), 42);

  static const struct
  {
    const char *uri;
    guint32 id;
  } cases[] = { { "ipp://localhost/ipp/print/17", 17 },
                { "ipp://localhost/ipp/print/2147483647", 2147483647 },
                { "ipp://localhost/ipp/print/2147483648", 0 },
                { "ipp://localhost/ipp/print/0", 0 },
                { "ipp://localhost/ipp/print/12x", 0 },
                { "ipp://localhost/ipp/print/", 0 } };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ipp_t) by_uri = new_request (NULL);
      ippAddString (by_uri, IPP_TAG_OPERATION, IPP_TAG_URI, "job-uri", NULL, cases[i].uri);
      g_autoptr (HsReceived) received = receive (by_uri);
      HS_ASSERT_INT_EQ (hs_received_get_job_id (received), cases[i].id);
      HS_ASSERT (
          cases[i].id == 0
          || g_str_equal (hs_received_get_printer_uri (received), "ipp://localhost/ipp/print"));
    }
}

static void
attributes_are_taken_from_their_group_and_by_their_syntax (void)
{
  g_autoptr (ipp_t) request = new_request ("ipp://localhost/ipp/print");
  static const int ids[] = { 3, 5 };
  ippAddIntegers (request, IPP_TAG_OPERATION, IPP_TAG_INTEGER, "job-ids", 2, ids);
  ippAddString (request, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "limit", NULL, "ten");
  ippAddInteger (request, IPP_TAG_OPERATION, IPP_TAG_INTEGER, "job-k-octets", -1);
  ippAddBoolean (request, IPP_TAG_OPERATION, "last-document", 1);
  ippAddString (request, IPP_TAG_JOB, IPP_TAG_KEYWORD, "compression", NULL, "gzip");
  g_autoptr (HsReceived) received = receive (request);

  HS_ASSERT_INT_EQ (hs_received_get_operation (received), IPP_OP_GET_JOBS);
  HS_ASSERT (hs_received_get_boolean (received, "last-document", FALSE));
  HS_ASSERT (hs_received_get_boolean (received, "absent", TRUE));
  HS_ASSERT (!hs_received_get_boolean (received, "limit", FALSE));
  HS_ASSERT (hs_received_has (received, "last-document"));
  HS_ASSERT (!hs_received_has (received, "compression"));
  HS_ASSERT_INT_EQ (hs_received_count (received, "job-ids"), 2);
  HS_ASSERT (hs_received_names (received, "job-ids", 5));
  HS_ASSERT (!hs_received_names (received, "job-ids", 4));
  HS_ASSERT (hs_received_names (received, "absent", 4));
  HS_ASSERT_INT_EQ (hs_received_get_integer (received, "limit", 99), 99);
  HS_ASSERT_INT_EQ (hs_received_get_size_claim (received, "job-k-octets"), 0);
  HS_ASSERT_STR_EQ (hs_received_get_string (received, "compression"), NULL);
  HS_ASSERT_STR_EQ (hs_received_get_job_string (received, "compression"), "gzip");
}

static void
what_is_no_message_is_an_error (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("\2\0\0\2\0\0\0\1\1\3", 9);
  g_autoptr (GError) error = NULL;

  HS_ASSERT (hs_received_decode (bytes, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
}

/* What hs_received_check() says of @request; its sentence is there. */
static int
check (ipp_t *request, gboolean needs_target)
{
  g_autoptr (HsReceived) received = receive (request);
  const char *why = NULL;
  int status = hs_received_check (received, needs_target, &why);

  HS_ASSERT (status == 0 || strlen (why) > 10);
  return status;
}

static ipp_t *
new_bare_request (const char *charset, gboolean language_first)
{
  ipp_t *request = ippNew ();

  ippSetOperation (request, IPP_OP_GET_JOBS);
  ippSetRequestId (request, 7);
  if (language_first)
    ippAddString (request, IPP_TAG_OPERATION, IPP_TAG_LANGUAGE, "attributes-natural-language", NULL,
                  "en");
  ippAddString (request, IPP_TAG_OPERATION, IPP_TAG_CHARSET, "attributes-charset", NULL, charset);
  if (!language_first)
    ippAddString (request, IPP_TAG_OPERATION, IPP_TAG_LANGUAGE, "attributes-natural-language", NULL,
                  "en");
  return request;
}

static void
what_every_request_must_have_is_checked_in_the_order_of_the_standard (void)
{
  g_autoptr (ipp_t) good = new_request ("ipp://localhost/ipp/print");
  g_autoptr (ipp_t) no_target = new_request (NULL);
  g_autoptr (ipp_t) swapped = new_bare_request ("utf-8", TRUE);
  g_autoptr (ipp_t) latin = new_bare_request ("iso-8859-1", FALSE);
  g_autoptr (ipp_t) ascii = new_bare_request ("US-ASCII", FALSE);
  g_autoptr (ipp_t) groups = ippNew ();

  HS_ASSERT_INT_EQ (check (good, TRUE), 0);
  HS_ASSERT_INT_EQ (check (no_target, FALSE), 0);
  HS_ASSERT_INT_EQ (check (no_target, TRUE), IPP_STATUS_ERROR_BAD_REQUEST);
  HS_ASSERT_INT_EQ (check (swapped, FALSE), IPP_STATUS_ERROR_BAD_REQUEST);
  HS_ASSERT_INT_EQ (check (latin, FALSE), IPP_STATUS_ERROR_CHARSET);
  HS_ASSERT_INT_EQ (check (ascii, FALSE), 0);
  ippSetRequestId (groups, 7);
  ippAddInteger (groups, IPP_TAG_JOB, IPP_TAG_INTEGER, "copies", 1);
  HS_ASSERT_INT_EQ (check (groups, TRUE), IPP_STATUS_ERROR_BAD_REQUEST);
  ippSetRequestId (good, 0);
  HS_ASSERT_INT_EQ (check (good, TRUE), IPP_STATUS_ERROR_BAD_REQUEST);
  ippSetVersion (good, 3, 0);
  HS_ASSERT_INT_EQ (check (good, TRUE), IPP_STATUS_ERROR_VERSION_NOT_SUPPORTED);
}

/* libcups exports it for its own programs. */
extern char *_cupsBufferGet (size_t size);
extern void _cupsBufferRelease (char *buffer);

/* A message that goes through @depth + 1 buffers, with a text of @length letters in the first. */
static GBytes *
new_deep_message (guint depth, gsize length)
{
  g_autoptr (ipp_t) message = new_request ("ipp://localhost/ipp/print");
  g_autofree char *title = g_strnfill (length, 'x');
  g_autoptr (ipp_t) inner = ippNew ();

  ippAddString (inner, IPP_TAG_ZERO, IPP_TAG_TEXT, "text", NULL, title);
  for (guint level = 1; level < depth; level++)
    {
      ipp_t *outer = ippNew ();
      ippAddString (outer, IPP_TAG_ZERO, IPP_TAG_TEXT, "text", NULL, title);
      ippAddCollection (outer, IPP_TAG_ZERO, "col", inner);
      ippDelete (inner);
      inner = outer;
    }
  ippAddString (message, IPP_TAG_OPERATION, IPP_TAG_NAME, "job-name", NULL, title);
  ippAddCollection (message, IPP_TAG_JOB, "col", inner);
  return hs_ipp_message_encode (message);
}

static void
what_was_in_a_message_does_not_stay_in_the_buffers_of_libcups (void)
{
  enum
  {
    DEPTH = 7,
    LENGTH = 32000
  };
  char *buffers[DEPTH + 1];
  g_autoptr (GBytes) bytes = new_deep_message (DEPTH, LENGTH);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsReceived) received = hs_received_decode (bytes, &error);

  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (received != NULL);
  for (guint i = 0; i <= DEPTH; i++)
    {
      buffers[i] = _cupsBufferGet (LENGTH);
      HS_ASSERT (memchr (buffers[i], 'x', LENGTH) == NULL);
    }
  for (guint i = 0; i <= DEPTH; i++)
    _cupsBufferRelease (buffers[i]);
}

HS_SUITE ("received requests",
          { "the target is kept as written, without name and options",
            the_target_is_kept_as_written_without_name_and_options },
          { "a job is named by id or at the end of its URI",
            a_job_is_named_by_id_or_at_the_end_of_its_uri },
          { "attributes are taken from their group and by their syntax",
            attributes_are_taken_from_their_group_and_by_their_syntax },
          { "what every request must have is checked in the order of the standard",
            what_every_request_must_have_is_checked_in_the_order_of_the_standard },
          { "what is no message is an error", what_is_no_message_is_an_error },
          { "what was in a message does not stay in the buffers of libcups",
            what_was_in_a_message_does_not_stay_in_the_buffers_of_libcups })
