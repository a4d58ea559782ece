/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The virtual printer's reply to a request. */

#include "ipp/answer.h"

#include "ipp/message.h"
#include "ipp/read_buffers.h"

#include <cups/cups.h>

struct HsAnswer
{
  const HsReceived *received;
  ipp_t *reply;
  ipp_status_t status;
  char *sentence;
  HsRequested requested;
  HsJobSelection *selection;
  GByteArray *jobs; /* the job groups, encoded one by one */
  ipp_t *first_job; /* nullable */
};

HsAnswer *
hs_answer_new (const HsReceived *received)
{
  HsAnswer *answer = g_new0 (HsAnswer, 1);
  int minor, major;

  answer->received = received;
  answer->jobs = g_byte_array_new ();
  answer->reply = ippNewResponse (hs_received_peek (received));
  major = ippGetVersion (answer->reply, &minor);
  ippSetVersion (answer->reply, major >= 2 ? 2 : 1, major >= 2 ? 0 : 1);
  return answer;
}

HsAnswer *
hs_answer_new_unread (const guint8 *bytes, gsize length)
{
  HsAnswer *answer = g_new0 (HsAnswer, 1);
  guint32 request_id = 0;

  for (gsize i = 4; i < MIN (length, 8); i++)
    request_id = request_id << 8 | bytes[i];
  answer->jobs = g_byte_array_new ();
  answer->reply = ippNew ();
  ippSetVersion (answer->reply, 1, 1);
  ippSetRequestId (answer->reply, (int)(request_id & G_MAXINT32));
  ippAddString (answer->reply, IPP_TAG_OPERATION, IPP_TAG_CHARSET, "attributes-charset", NULL,
                "utf-8");
  ippAddString (answer->reply, IPP_TAG_OPERATION, IPP_TAG_LANGUAGE, "attributes-natural-language",
                NULL, "en");
  return answer;
}

void
hs_answer_free (HsAnswer *answer)
{
  if (answer == NULL)
    return;
  hs_job_selection_free (answer->selection);
  hs_requested_clear (&answer->requested);
  ippDelete (answer->reply);
  ippDelete (answer->first_job);
  if (answer->jobs->len > 0) /* written, and never encoded */
    hs_ipp_read_buffers_wipe (0);
  g_byte_array_unref (answer->jobs);
  g_free (answer->sentence);
  g_free (answer);
}

/* Success, success with something left out, client error, server error. */
static int
rank (ipp_status_t status)
{
  int code = (int)status;

  return code == 0 ? 0 : code < 0x0400 ? 1 : code < 0x0500 ? 2 : 3;
}

void
hs_answer_set_status (HsAnswer *answer, ipp_status_t status, const char *sentence)
{
  if (rank (status) <= rank (answer->status))
    return;
  answer->status = status;
  g_free (answer->sentence);
  answer->sentence = g_strdup (sentence);
}

ipp_status_t
hs_answer_get_status (const HsAnswer *answer)
{
  return answer->status;
}

gboolean
hs_answer_is_error (const HsAnswer *answer)
{
  return rank (answer->status) >= 2;
}

/* ── what is not supported ───────────────────────────────────────────────────────────────── */

static void
copy_as_unsupported (HsAnswer *answer, ipp_attribute_t *attribute)
{
  ipp_attribute_t *copy = ippCopyAttribute (answer->reply, attribute, 0);

  if (copy != NULL)
    ippSetGroupTag (answer->reply, &copy, IPP_TAG_UNSUPPORTED_GROUP);
}

void
hs_answer_refuse (HsAnswer *answer, const char *name)
{
  ipp_attribute_t *attribute
      = ippFindAttribute (hs_received_peek (answer->received), name, IPP_TAG_ZERO);

  if (attribute != NULL)
    copy_as_unsupported (answer, attribute);
}

guint
hs_answer_refuse_job_attributes (HsAnswer *answer, const char *except)
{
  ipp_t *request = hs_received_peek (answer->received);
  guint refused = 0;

  for (ipp_attribute_t *attribute = ippFirstAttribute (request); attribute != NULL;
       attribute = ippNextAttribute (request))
    if (ippGetGroupTag (attribute) == IPP_TAG_JOB && ippGetName (attribute) != NULL
        && g_strcmp0 (ippGetName (attribute), except) != 0)
      {
        copy_as_unsupported (answer, attribute);
        refused++;
      }
  return refused;
}

void
hs_answer_read_ticket (HsAnswer *answer, const HsPrinterAttributes *printer, HsTicket *ticket)
{
  hs_ticket_read (ticket, printer, hs_received_peek (answer->received), answer->reply);
}

/* ── printers ────────────────────────────────────────────────────────────────────────────── */

/* GTK 4.8 frees what lies behind a list of choices whose length is odd and above 1, and the program
 * with the print dialog is gone. Nobody else asks a printer for the URIs of its members and for its
 * sides in one request; such a caller sees the first choice once more at the end of the list
 * (docs/decisions/0120-an-even-number-of-choices-for-gtk.md). */
static void
make_choices_even (ipp_t *reply, const HsRequested *requested)
{
  static const char *const lists[] = { "sides-supported", "output-bin-supported" };

  if (!hs_requested_has (requested, "member-uris", HS_GROUP_NONE)
      || !hs_requested_has (requested, "sides-supported", HS_GROUP_NONE))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      ipp_attribute_t *list = ippFindAttribute (reply, lists[i], IPP_TAG_KEYWORD);
      int count = list != NULL ? ippGetCount (list) : 0;
      if (count > 1 && count % 2 == 1)
        ippSetString (reply, &list, count, ippGetString (list, 0, NULL));
    }
}

void
hs_answer_add_printer (HsAnswer *answer,
                       const HsPrinterAttributes *printer,
                       const HsPrinterMoment *moment)
{
  static const char *const all[] = { "all", NULL };
  g_auto (HsRequested) requested = { 0 };

  hs_requested_init (&requested, hs_received_peek (answer->received), all);
  hs_printer_attributes_write (printer, answer->reply, &requested, moment);
  make_choices_even (answer->reply, &requested);
}

void
hs_answer_add_cups_facts (HsAnswer *answer)
{
  int type = CUPS_PRINTER_BW | CUPS_PRINTER_COLOR | CUPS_PRINTER_DUPLEX | CUPS_PRINTER_COPIES
             | CUPS_PRINTER_COLLATE | CUPS_PRINTER_SMALL | CUPS_PRINTER_MEDIUM
             | CUPS_PRINTER_VARIABLE;

  ippAddInteger (answer->reply, IPP_TAG_PRINTER, IPP_TAG_ENUM, "printer-type", type);
  ippAddBoolean (answer->reply, IPP_TAG_PRINTER, "printer-is-shared", 0);
}

/* ── jobs ────────────────────────────────────────────────────────────────────────────────── */

void
hs_answer_select_jobs (HsAnswer *answer, const char *const *otherwise)
{
  hs_requested_init (&answer->requested, hs_received_peek (answer->received), otherwise);
  answer->selection = hs_job_selection_new (&answer->requested);
}

void
hs_answer_select_exactly (HsAnswer *answer, const char *const *names)
{
  g_autoptr (ipp_t) nothing = ippNew ();

  hs_requested_init (&answer->requested, nothing, names);
  answer->selection = hs_job_selection_new (&answer->requested);
}

/* Each job becomes bytes at once: thousands of jobs as one message would be megabytes of small
 * allocations, and libcups finds each text in one sorted list of all texts of the process. The
 * first message stays, and with it the attributes' names in that list. */
void
hs_answer_add_job (HsAnswer *answer, const HsJob *job, const HsJobView *view)
{
  g_autoptr (ipp_t) group = ippNew ();

  hs_job_attributes_write (answer->selection, group, job, view);
  hs_ipp_message_append_groups (group, answer->jobs);
  if (answer->first_job == NULL)
    answer->first_job = g_steal_pointer (&group);
}

/* The status message belongs to the operation group, which must stay the first: it is added to a
 * message of its own, and the rest behind it. */
GBytes *
hs_answer_encode (HsAnswer *answer)
{
  g_autoptr (GByteArray) jobs = g_steal_pointer (&answer->jobs);

  answer->jobs = g_byte_array_new ();
  ippSetStatusCode (answer->reply, answer->status);
  if (answer->sentence == NULL)
    return hs_ipp_message_encode_with (answer->reply, jobs);

  g_autoptr (ipp_t) whole = ippNew ();
  int minor, major = ippGetVersion (answer->reply, &minor);
  ippSetVersion (whole, major, minor);
  ippSetRequestId (whole, ippGetRequestId (answer->reply));
  ippSetStatusCode (whole, answer->status);
  ipp_attribute_t *charset = ippFirstAttribute (answer->reply);
  ippCopyAttribute (whole, charset, 0);
  ippCopyAttribute (whole, ippNextAttribute (answer->reply), 0);
  ippAddString (whole, IPP_TAG_OPERATION, IPP_TAG_TEXT, "status-message", NULL, answer->sentence);
  for (ipp_attribute_t *attribute = ippNextAttribute (answer->reply); attribute != NULL;
       attribute = ippNextAttribute (answer->reply))
    {
      if (ippGetName (attribute) == NULL)
        ippAddSeparator (whole);
      else
        ippCopyAttribute (whole, attribute, 0);
    }
  return hs_ipp_message_encode_with (whole, jobs);
}
