/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "ipp/answer.h"

#include "ipp/message.h"
#include "support/suite.h"

#include <string.h>

static const int operations[] = { IPP_OP_PRINT_JOB, 0 };

static HsPrinterAttributes *
new_printer (void)
{
  const HsPrinterIdentity identity
      = { .name = "p", .info = "i", .timeout_s = 300, .operations = operations };

  return hs_printer_attributes_new (&identity);
}

static HsReceived *
receive (ipp_t *request)
{
  g_autoptr (GBytes) bytes = hs_ipp_message_encode (request);

  return hs_received_decode (bytes, NULL);
}

static ipp_t *
new_request (void)
{
  ipp_t *request = ippNewRequest (IPP_OP_PRINT_JOB);

  ippSetRequestId (request, 99);
  ippAddString (request, IPP_TAG_OPERATION, IPP_TAG_URI, "printer-uri", NULL,
                "ipp://localhost/ipp/print");
  return request;
}

static ipp_t *
decode (HsAnswer *answer)
{
  g_autoptr (GBytes) bytes = hs_answer_encode (answer);
  ipp_t *message = hs_ipp_message_decode (bytes, NULL);

  HS_ASSERT (message != NULL);
  return message;
}

static void
the_status_only_gets_worse_and_its_first_sentence_stays (void)
{
  g_autoptr (ipp_t) request = new_request ();
  g_autoptr (HsReceived) received = receive (request);
  g_autoptr (HsAnswer) answer = hs_answer_new (received);

  hs_answer_set_status (answer, IPP_STATUS_OK_IGNORED_OR_SUBSTITUTED, NULL);
  HS_ASSERT (!hs_answer_is_error (answer));
  hs_answer_set_status (answer, IPP_STATUS_ERROR_NOT_FOUND, "first");
  hs_answer_set_status (answer, IPP_STATUS_OK, "better");
  hs_answer_set_status (answer, IPP_STATUS_ERROR_NOT_POSSIBLE, "as bad");
  HS_ASSERT_INT_EQ (hs_answer_get_status (answer), IPP_STATUS_ERROR_NOT_FOUND);
  g_autoptr (ipp_t) reply = decode (answer);
  HS_ASSERT_STR_EQ (hs_ipp_string_get (reply, "status-message"), "first");
  HS_ASSERT_INT_EQ (ippGetRequestId (reply), 99);
  hs_answer_set_status (answer, IPP_STATUS_ERROR_INTERNAL, "worse");
  HS_ASSERT_INT_EQ (hs_answer_get_status (answer), IPP_STATUS_ERROR_INTERNAL);
}

static void
what_could_not_be_read_is_answered_under_its_number (void)
{
  g_autoptr (HsAnswer) answer
      = hs_answer_new_unread ((const guint8 *)"\2\0\0\2\0\0\1\2garbage", 15);

  hs_answer_set_status (answer, IPP_STATUS_ERROR_BAD_REQUEST, "no");
  g_autoptr (ipp_t) reply = decode (answer);
  HS_ASSERT_INT_EQ (ippGetRequestId (reply), 258);
  HS_ASSERT_STR_EQ (hs_ipp_string_get (reply, "attributes-charset"), "utf-8");
}

static void
a_ticket_keeps_what_is_offered_and_names_the_rest (void)
{
  g_autoptr (HsPrinterAttributes) printer = new_printer ();
  g_autoptr (ipp_t) request = new_request ();
  ippAddString (request, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "job-mandatory-attributes", NULL,
                "x-wish");
  ippAddInteger (request, IPP_TAG_JOB, IPP_TAG_INTEGER, "copies", 4);
  ippAddString (request, IPP_TAG_JOB, IPP_TAG_KEYWORD, "sides", NULL, "two-sided-short-edge");
  ippAddString (request, IPP_TAG_JOB, IPP_TAG_KEYWORD, "print-color-mode", NULL, "color");
  ippAddString (request, IPP_TAG_JOB, IPP_TAG_KEYWORD, "media", NULL, "iso_a5_148x210mm");
  ippAddString (request, IPP_TAG_JOB, IPP_TAG_KEYWORD, "x-wish", NULL, "luck");
  ippAddInteger (request, IPP_TAG_JOB, IPP_TAG_ENUM, "finishings", 8); /* edge-stitch */
  g_autoptr (HsReceived) received = receive (request);
  g_autoptr (HsAnswer) answer = hs_answer_new (received);
  g_auto (HsTicket) ticket = { 0 };

  hs_answer_read_ticket (answer, printer, &ticket);
  HS_ASSERT_INT_EQ (ticket.copies, 4);
  HS_ASSERT_INT_EQ (ticket.sides, HS_SIDES_TWO_SHORT);
  HS_ASSERT_INT_EQ (ticket.colour, HS_COLOUR_COLOUR);
  HS_ASSERT_STR_EQ (ticket.media, "iso_a5_148x210mm");
  HS_ASSERT (ticket.has_refused && ticket.has_refused_mandatory);
  g_autoptr (ipp_t) kept = hs_ipp_message_decode (ticket.attributes, NULL);
  HS_ASSERT_INT_EQ (hs_ipp_integer_get (kept, "copies", 0), 4);
  HS_ASSERT (ippFindAttribute (kept, "x-wish", IPP_TAG_ZERO) == NULL);
  HS_ASSERT (ippFindAttribute (kept, "finishings", IPP_TAG_ZERO) == NULL);
  g_autoptr (ipp_t) reply = decode (answer);
  ipp_attribute_t *wish = ippFindAttribute (reply, "x-wish", IPP_TAG_KEYWORD);
  HS_ASSERT (wish != NULL && ippGetGroupTag (wish) == IPP_TAG_UNSUPPORTED_GROUP);
}

static void
a_job_whose_private_fields_are_locked_shows_its_public_name (void)
{
  static const char *const all[] = { "all", NULL };
  g_autoptr (ipp_t) request = new_request ();
  g_autoptr (HsReceived) received = receive (request);
  g_autoptr (HsAnswer) answer = hs_answer_new (received);
  g_autoptr (HsJob) job = hs_job_new ();
  const HsJobView view = { .printer_uri = "ipp://localhost/ipp/print", .now_us = 5000000 };

  job->ipp_id = 11;
  job->state = HS_JOB_HELD;
  job->reasons = HS_REASON_RELEASE_WAIT;
  job->created_at_us = 3000000;
  hs_answer_select_jobs (answer, all);
  hs_answer_add_job (answer, job, &view);
  hs_answer_add_job (answer, job, &view);
  g_autoptr (ipp_t) reply = decode (answer);
  g_autofree char *public_name = hs_job_dup_public_name (job);
  HS_ASSERT_STR_EQ (hs_ipp_string_get (reply, "job-name"), public_name);
  HS_ASSERT_STR_EQ (hs_ipp_string_get (reply, "job-originating-user-name"), "unknown");
  HS_ASSERT_STR_EQ (hs_ipp_string_get (reply, "job-uri"), "ipp://localhost/ipp/print/11");
  HS_ASSERT_STR_EQ (hs_ipp_string_get (reply, "job-state-reasons"), "job-release-wait");
  HS_ASSERT_INT_EQ (hs_ipp_integer_get (reply, "time-at-creation", 0), 3);
  ipp_attribute_t *completed = ippFindAttribute (reply, "time-at-completed", IPP_TAG_ZERO);
  HS_ASSERT_INT_EQ (ippGetValueTag (completed), IPP_TAG_NOVALUE);
}

static void
a_job_is_told_with_exactly_what_was_named (void)
{
  static const char *const names[] = { "job-id", "job-uri", NULL };
  g_autoptr (ipp_t) request = new_request ();
  ippAddString (request, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "requested-attributes", NULL, "all");
  g_autoptr (HsReceived) received = receive (request);
  g_autoptr (HsAnswer) answer = hs_answer_new (received);
  g_autoptr (HsJob) job = hs_job_new ();
  const HsJobView view = { .printer_uri = "ipp://localhost/ipp/print", .now_us = 5000000 };

  job->ipp_id = 11;
  job->state = HS_JOB_HELD;
  hs_answer_refuse (answer, "printer-uri"); /* a second group, behind the sentence */
  hs_answer_select_exactly (answer, names);
  hs_answer_add_job (answer, job, &view);
  hs_answer_set_status (answer, IPP_STATUS_OK_IGNORED_OR_SUBSTITUTED, "as far as it goes");
  g_autoptr (ipp_t) reply = decode (answer);
  HS_ASSERT_STR_EQ (hs_ipp_string_get (reply, "status-message"), "as far as it goes");
  ipp_attribute_t *refused = ippFindAttribute (reply, "printer-uri", IPP_TAG_ZERO);
  HS_ASSERT_INT_EQ (ippGetGroupTag (refused), IPP_TAG_UNSUPPORTED_GROUP);
  HS_ASSERT_INT_EQ (hs_ipp_integer_get (reply, "job-id", 0), 11);
  HS_ASSERT_STR_EQ (hs_ipp_string_get (reply, "job-uri"), "ipp://localhost/ipp/print/11");
  HS_ASSERT (ippFindAttribute (reply, "job-state", IPP_TAG_ZERO) == NULL);
}

/* libcups exports it for its own programs. */
extern char *_cupsBufferGet (size_t size);
extern void _cupsBufferRelease (char *buffer);

static gboolean
libcups_remembers (char letter)
{
  enum
  {
    LENGTH = 32000
  };
  char *buffer = _cupsBufferGet (LENGTH);
  gboolean found = memmem (buffer, LENGTH, (char[]){ letter, letter, letter, letter }, 4) != NULL;

  _cupsBufferRelease (buffer);
  return found;
}

static void
a_title_does_not_stay_in_libcups_whether_the_reply_is_sent_or_not (void)
{
  static const char *const all[] = { "all", NULL };
  const HsJobView view = { .printer_uri = "ipp://localhost/ipp/print", .now_us = 5000000 };

  for (guint is_sent = 0; is_sent < 2; is_sent++)
    {
      g_autoptr (ipp_t) request = new_request ();
      g_autoptr (HsReceived) received = receive (request);
      g_autoptr (HsAnswer) answer = hs_answer_new (received);
      g_autoptr (HsJob) job = hs_job_new ();
      job->state = HS_JOB_HELD;
      job->title = g_strnfill (200, '#');
      hs_answer_select_jobs (answer, all);
      hs_answer_add_job (answer, job, &view);
      HS_ASSERT (libcups_remembers ('#')); /* or this looks at the wrong place */
      if (is_sent)
        {
          g_autoptr (GBytes) bytes = hs_answer_encode (answer);
          HS_ASSERT (g_bytes_get_size (bytes) > 200);
        }
      g_clear_pointer (&answer, hs_answer_free);
      HS_ASSERT (!libcups_remembers ('#'));
    }
}

/* Else what is counted and shown could be one value, and what is printed the other. */
static void
a_ticket_says_one_thing_once (void)
{
  static const int many[] = { 1, 99 };
  g_autoptr (HsPrinterAttributes) printer = new_printer ();
  g_autoptr (ipp_t) request = new_request ();
  ippAddString (request, IPP_TAG_JOB, IPP_TAG_KEYWORD, "sides", NULL, "two-sided-long-edge");
  ippAddInteger (request, IPP_TAG_JOB, IPP_TAG_INTEGER, "copies", 99);
  ippAddInteger (request, IPP_TAG_JOB, IPP_TAG_INTEGER, "copies", 1);
  ippAddString (request, IPP_TAG_JOB, IPP_TAG_KEYWORD, "sides", NULL, "one-sided");
  g_autoptr (HsReceived) received = receive (request);
  g_autoptr (HsAnswer) answer = hs_answer_new (received);
  g_auto (HsTicket) ticket = { 0 };

  hs_answer_read_ticket (answer, printer, &ticket);
  HS_ASSERT_INT_EQ (ticket.copies, 99);
  HS_ASSERT_INT_EQ (ticket.sides, HS_SIDES_TWO_LONG);
  HS_ASSERT (ticket.has_refused);
  g_autoptr (ipp_t) kept = hs_ipp_message_decode (ticket.attributes, NULL);
  ippDeleteAttribute (kept, ippFindAttribute (kept, "copies", IPP_TAG_ZERO));
  HS_ASSERT (ippFindAttribute (kept, "copies", IPP_TAG_ZERO) == NULL);

  g_autoptr (ipp_t) other = new_request ();
  ippAddIntegers (other, IPP_TAG_JOB, IPP_TAG_INTEGER, "copies", 2, many);
  g_autoptr (HsReceived) other_received = receive (other);
  g_autoptr (HsAnswer) other_answer = hs_answer_new (other_received);
  g_auto (HsTicket) other_ticket = { 0 };
  hs_answer_read_ticket (other_answer, printer, &other_ticket);
  HS_ASSERT_INT_EQ (other_ticket.copies, 1);
  HS_ASSERT (other_ticket.has_refused && other_ticket.attributes == NULL);
}

static void
what_a_printer_cannot_do_is_told_in_the_unsupported_group (void)
{
  g_autoptr (ipp_t) request = new_request ();
  ippAddString (request, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "compression", NULL, "lzw");
  ippAddInteger (request, IPP_TAG_JOB, IPP_TAG_INTEGER, "copies", 2);
  ippAddString (request, IPP_TAG_JOB, IPP_TAG_KEYWORD, "sides", NULL, "one-sided");
  g_autoptr (HsReceived) received = receive (request);
  g_autoptr (HsAnswer) answer = hs_answer_new (received);

  hs_answer_refuse (answer, "compression");
  hs_answer_refuse (answer, "absent");
  HS_ASSERT_INT_EQ (hs_answer_refuse_job_attributes (answer, "sides"), 1);
  hs_answer_set_status (answer, IPP_STATUS_ERROR_ATTRIBUTES_OR_VALUES, "no");
  g_autoptr (ipp_t) reply = decode (answer);
  ipp_attribute_t *compression = ippFindAttribute (reply, "compression", IPP_TAG_ZERO);
  ipp_attribute_t *copies = ippFindAttribute (reply, "copies", IPP_TAG_ZERO);
  HS_ASSERT_INT_EQ (ippGetGroupTag (compression), IPP_TAG_UNSUPPORTED_GROUP);
  HS_ASSERT_STR_EQ (ippGetString (compression, 0, NULL), "lzw");
  HS_ASSERT_INT_EQ (ippGetGroupTag (copies), IPP_TAG_UNSUPPORTED_GROUP);
  HS_ASSERT (ippFindAttribute (reply, "sides", IPP_TAG_ZERO) == NULL);
}

static const HsPrinterMoment moment = { .host = "localhost",
                                        .path = "/ipp/print",
                                        .is_accepting = TRUE,
                                        .reasons = HS_PRINTER_SPOOL_FULL,
                                        .message = "",
                                        .now_us = 5000000 };

/* The printer as a client is told of it that asks for @names. */
static ipp_t *
describe (int count, const char *const *names)
{
  g_autoptr (HsPrinterAttributes) printer = new_printer ();
  g_autoptr (ipp_t) request = new_request ();
  ippAddStrings (request, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "requested-attributes", count, NULL,
                 names);
  g_autoptr (HsReceived) received = receive (request);
  g_autoptr (HsAnswer) answer = hs_answer_new (received);

  HS_ASSERT_STR_EQ (hs_printer_attributes_get_name (printer), "p");
  hs_answer_add_printer (answer, printer, &moment);
  hs_answer_add_cups_facts (answer);
  return decode (answer);
}

static void
only_gtk_is_told_an_even_number_of_choices (void)
{
  static const char *const gtk[] = { "member-uris", "sides-supported", "printer-state-reasons" };
  g_autoptr (ipp_t) told = describe (3, gtk);
  g_autoptr (ipp_t) others_told = describe (2, gtk + 1);
  ipp_attribute_t *sides = ippFindAttribute (told, "sides-supported", IPP_TAG_KEYWORD);
  ipp_attribute_t *other_sides = ippFindAttribute (others_told, "sides-supported", IPP_TAG_KEYWORD);

  HS_ASSERT_INT_EQ (ippGetCount (other_sides), 3);
  HS_ASSERT_INT_EQ (ippGetCount (sides), 4);
  HS_ASSERT_STR_EQ (ippGetString (sides, 3, NULL), ippGetString (sides, 0, NULL));
  HS_ASSERT_STR_EQ (hs_ipp_string_get (told, "printer-state-reasons"), "spool-area-full");
  HS_ASSERT (ippFindAttribute (told, "printer-type", IPP_TAG_ENUM) != NULL);
}

/* Does the printer allow this value? */
static gboolean
allows (ipp_t *message, const char *name)
{
  g_autoptr (HsPrinterAttributes) printer = new_printer ();

  return hs_printer_attributes_allow (printer, ippFindAttribute (message, name, IPP_TAG_ZERO));
}

static void
a_value_of_another_kind_or_outside_of_the_range_is_not_allowed (void)
{
  g_autoptr (ipp_t) well = ippNew ();
  g_autoptr (ipp_t) ill = ippNew ();
  ipp_t *strange = ippNew ();
  ipp_t *known = ippNew ();

  ippAddRange (well, IPP_TAG_JOB, "page-ranges", 1, 3);
  ippAddRange (ill, IPP_TAG_JOB, "page-ranges", 3, 1);
  ippAddInteger (well, IPP_TAG_JOB, IPP_TAG_INTEGER, "job-priority", 50);
  ippAddInteger (ill, IPP_TAG_JOB, IPP_TAG_INTEGER, "job-priority", 101);
  ippAddString (ill, IPP_TAG_JOB, IPP_TAG_TEXT, "sides", NULL, "one-sided");
  ippAddResolution (ill, IPP_TAG_JOB, "printer-resolution", IPP_RES_PER_INCH, 1, 1);
  ippAddString (strange, IPP_TAG_JOB, IPP_TAG_KEYWORD, "x-member", NULL, "x");
  ippAddCollection (ill, IPP_TAG_JOB, "media-col", strange);
  ippAddCollection (ill, IPP_TAG_JOB, "finishings-col", strange);
  ippDelete (strange);
  ippAddString (known, IPP_TAG_JOB, IPP_TAG_KEYWORD, "finishing-template", NULL, "staple");
  ippAddCollection (well, IPP_TAG_JOB, "finishings-col", known);
  ippDelete (known);
  ippAddString (well, IPP_TAG_JOB, IPP_TAG_NAME, "job-account-id", NULL, "any name");
  HS_ASSERT (allows (well, "page-ranges") && allows (well, "job-priority"));
  HS_ASSERT (!allows (ill, "page-ranges") && !allows (ill, "job-priority"));
  HS_ASSERT (!allows (ill, "sides") && !allows (ill, "printer-resolution"));
  HS_ASSERT (!allows (ill, "media-col") && !allows (ill, "finishings-col"));
  HS_ASSERT (allows (well, "finishings-col") && allows (well, "job-account-id"));
}

static void
the_media_of_a_ticket_is_also_read_from_its_collection (void)
{
  g_autoptr (HsPrinterAttributes) printer = new_printer ();
  g_autoptr (ipp_t) request = new_request ();
  ipp_t *size = ippNew ();
  ipp_t *media = ippNew ();
  ippAddInteger (size, IPP_TAG_JOB, IPP_TAG_INTEGER, "x-dimension", 21590);
  ippAddInteger (size, IPP_TAG_JOB, IPP_TAG_INTEGER, "y-dimension", 27940);
  ippAddCollection (media, IPP_TAG_JOB, "media-size", size);
  ippAddCollection (request, IPP_TAG_JOB, "media-col", media);
  ippDelete (size);
  ippDelete (media);
  g_autoptr (HsReceived) received = receive (request);
  g_autoptr (HsAnswer) answer = hs_answer_new (received);
  g_auto (HsTicket) ticket = { 0 };

  hs_answer_read_ticket (answer, printer, &ticket);
  HS_ASSERT (!ticket.has_refused);
  HS_ASSERT_STR_EQ (ticket.media, "na_letter_8.5x11in");
}

HS_SUITE ("answers",
          { "the status only gets worse, and its first sentence stays",
            the_status_only_gets_worse_and_its_first_sentence_stays },
          { "what could not be read is answered under its number",
            what_could_not_be_read_is_answered_under_its_number },
          { "a ticket keeps what is offered and names the rest",
            a_ticket_keeps_what_is_offered_and_names_the_rest },
          { "a ticket says one thing once", a_ticket_says_one_thing_once },
          { "what a printer cannot do is told in the unsupported group",
            what_a_printer_cannot_do_is_told_in_the_unsupported_group },
          { "only GTK is told an even number of choices",
            only_gtk_is_told_an_even_number_of_choices },
          { "a value of another kind or outside of the range is not allowed",
            a_value_of_another_kind_or_outside_of_the_range_is_not_allowed },
          { "the media of a ticket is also read from its collection",
            the_media_of_a_ticket_is_also_read_from_its_collection },
          { "a job is told with exactly what was named",
            a_job_is_told_with_exactly_what_was_named },
          { "a title does not stay in libcups, whether the reply is sent or not",
            a_title_does_not_stay_in_libcups_whether_the_reply_is_sent_or_not },
          { "a job whose private fields are locked shows its public name",
            a_job_whose_private_fields_are_locked_shows_its_public_name })
