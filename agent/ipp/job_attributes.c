/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A job as IPP clients see it: a table with one row for each attribute. */

#include "ipp/job_attributes.h"

#include "ipp/message.h"
#include "ipp/printer_attributes.h"

#include <cups/cups.h>

typedef void (*AddFunc) (ipp_t *reply, const char *name, const HsJob *job, const HsJobView *view);

static void
add_integer (ipp_t *reply, const char *name, gint64 value)
{
  ippAddInteger (reply, IPP_TAG_JOB, IPP_TAG_INTEGER, name, (int)CLAMP (value, 0, G_MAXINT));
}

static void
add_no_value (ipp_t *reply, const char *name)
{
  ippAddOutOfBand (reply, IPP_TAG_JOB, IPP_TAG_NOVALUE, name);
}

static void
add_job_id (ipp_t *reply, const char *name, const HsJob *job, const HsJobView *view)
{
  add_integer (reply, name, job->ipp_id);
}

static void
add_job_uri (ipp_t *reply, const char *name, const HsJob *job, const HsJobView *view)
{
  ippAddStringf (reply, IPP_TAG_JOB, IPP_TAG_URI, name, NULL, "%s/%u", view->printer_uri,
                 job->ipp_id);
}

static void
add_job_printer_uri (ipp_t *reply, const char *name, const HsJob *job, const HsJobView *view)
{
  ippAddString (reply, IPP_TAG_JOB, IPP_TAG_URI, name, NULL, view->printer_uri);
}

static void
add_job_uuid (ipp_t *reply, const char *name, const HsJob *job, const HsJobView *view)
{
  char text[HS_ID_TEXT_BYTES];

  ippAddStringf (reply, IPP_TAG_JOB, IPP_TAG_URI, name, NULL, "urn:uuid:%s",
                 hs_id_format (&job->id, text));
}

static void
add_job_name (ipp_t *reply, const char *name, const HsJob *job, const HsJobView *view)
{
  g_autofree char *public_name = job->title == NULL ? hs_job_dup_public_name (job) : NULL;

  ippAddString (reply, IPP_TAG_JOB, IPP_TAG_NAME, name, NULL,
                job->title != NULL ? job->title : public_name);
}

static void
add_user_name (ipp_t *reply, const char *name, const HsJob *job, const HsJobView *view)
{
  ippAddString (reply, IPP_TAG_JOB, IPP_TAG_NAME, name, NULL,
                job->user_name != NULL ? job->user_name : "unknown");
}

static void
add_state (ipp_t *reply, const char *name, const HsJob *job, const HsJobView *view)
{
  ippAddInteger (reply, IPP_TAG_JOB, IPP_TAG_ENUM, name, hs_job_state_to_ipp (job->state));
}

static void
add_reasons (ipp_t *reply, const char *name, const HsJob *job, const HsJobView *view)
{
  g_autofree const char **reasons = hs_job_reasons_dup_ipp (job->reasons);

  ippAddStrings (reply, IPP_TAG_JOB, IPP_CONST_TAG (IPP_TAG_KEYWORD), name,
                 (int)g_strv_length ((char **)reasons), NULL, reasons);
}

static void
add_state_message (ipp_t *reply, const char *name, const HsJob *job, const HsJobView *view)
{
  const char *sentence = hs_job_reasons_to_sentence (job->reasons);

  ippAddString (reply, IPP_TAG_JOB, IPP_TAG_TEXT, name, NULL,
                job->failure != NULL ? job->failure : sentence);
}

static void
add_one (ipp_t *reply, const char *name, const HsJob *job, const HsJobView *view)
{
  add_integer (reply, name, job->state == HS_JOB_RECEIVING ? 0 : 1);
}

static void
add_zero (ipp_t *reply, const char *name, const HsJob *job, const HsJobView *view)
{
  add_integer (reply, name, 0);
}

static void
add_octets (ipp_t *reply, const char *name, const HsJob *job, const HsJobView *view)
{
  add_integer (reply, name, (gint64)((job->size_bytes + 1023) / 1024));
}

static void
add_octets_done (ipp_t *reply, const char *name, const HsJob *job, const HsJobView *view)
{
  add_integer (reply, name,
               job->state == HS_JOB_DELIVERED ? (gint64)((job->size_bytes + 1023) / 1024) : 0);
}

static void
add_impressions (ipp_t *reply, const char *name, const HsJob *job, const HsJobView *view)
{
  if (job->impressions_source == HS_COUNT_UNKNOWN)
    add_no_value (reply, name);
  else
    add_integer (reply, name, job->impressions);
}

static void
add_impressions_done (ipp_t *reply, const char *name, const HsJob *job, const HsJobView *view)
{
  add_integer (reply, name, job->result_impressions);
}

static void
add_sheets (ipp_t *reply, const char *name, const HsJob *job, const HsJobView *view)
{
  guint32 sheets = hs_job_expected_sheets (job);

  if (sheets == 0)
    add_no_value (reply, name);
  else
    add_integer (reply, name, sheets);
}

static void
add_sheets_done (ipp_t *reply, const char *name, const HsJob *job, const HsJobView *view)
{
  add_integer (reply, name, job->result_sheets);
}

static void
add_format (ipp_t *reply, const char *name, const HsJob *job, const HsJobView *view)
{
  ippAddString (reply, IPP_TAG_JOB, IPP_TAG_MIMETYPE, name, NULL,
                job->format != NULL ? job->format : "application/octet-stream");
}

/* ── times ───────────────────────────────────────────────────────────────────────────────── */

static void
add_time (ipp_t *reply, const char *name, gint64 at_us)
{
  if (at_us == 0)
    add_no_value (reply, name);
  else
    add_integer (reply, name, hs_printer_up_time (at_us));
}

static void
add_date (ipp_t *reply, const char *name, gint64 at_us)
{
  if (at_us == 0)
    add_no_value (reply, name);
  else
    ippAddDate (reply, IPP_TAG_JOB, name, ippTimeToDate ((time_t)(at_us / G_USEC_PER_SEC)));
}

/* Processing, to a client, begins when the virtual printer has the document. */
static void
add_time_created (ipp_t *reply, const char *name, const HsJob *job, const HsJobView *view)
{
  add_time (reply, name, job->created_at_us);
}

static void
add_time_processing (ipp_t *reply, const char *name, const HsJob *job, const HsJobView *view)
{
  add_time (reply, name, job->sealed_at_us);
}

static void
add_time_completed (ipp_t *reply, const char *name, const HsJob *job, const HsJobView *view)
{
  add_time (reply, name, job->finished_at_us);
}

static void
add_date_created (ipp_t *reply, const char *name, const HsJob *job, const HsJobView *view)
{
  add_date (reply, name, job->created_at_us);
}

static void
add_date_processing (ipp_t *reply, const char *name, const HsJob *job, const HsJobView *view)
{
  add_date (reply, name, job->sealed_at_us);
}

static void
add_date_completed (ipp_t *reply, const char *name, const HsJob *job, const HsJobView *view)
{
  add_date (reply, name, job->finished_at_us);
}

static void
add_up_time (ipp_t *reply, const char *name, const HsJob *job, const HsJobView *view)
{
  add_integer (reply, name, hs_printer_up_time (view->now_us));
}

/* ── the table ───────────────────────────────────────────────────────────────────────────── */

static const struct
{
  const char *name;
  AddFunc add;
} description[] = {
  { "job-id", add_job_id },
  { "job-uri", add_job_uri },
  { "job-printer-uri", add_job_printer_uri },
  { "job-uuid", add_job_uuid },
  { "job-name", add_job_name },
  { "job-originating-user-name", add_user_name },
  { "job-state", add_state },
  { "job-state-reasons", add_reasons },
  { "job-state-message", add_state_message },
  { "number-of-documents", add_one },
  { "number-of-intervening-jobs", add_zero },
  { "job-k-octets", add_octets },
  { "job-k-octets-processed", add_octets_done },
  { "job-impressions", add_impressions },
  { "job-impressions-completed", add_impressions_done },
  { "job-media-sheets", add_sheets },
  { "job-media-sheets-completed", add_sheets_done },
  { "document-format", add_format },
  { "time-at-creation", add_time_created },
  { "time-at-processing", add_time_processing },
  { "time-at-completed", add_time_completed },
  { "date-time-at-creation", add_date_created },
  { "date-time-at-processing", add_date_processing },
  { "date-time-at-completed", add_date_completed },
  { "job-printer-up-time", add_up_time },
};

struct HsJobSelection
{
  gboolean wants[G_N_ELEMENTS (description)];
  const HsRequested *requested;
  gboolean wants_ticket;
};

HsJobSelection *
hs_job_selection_new (const HsRequested *requested)
{
  HsJobSelection *selection = g_new0 (HsJobSelection, 1);
  guint by_name = g_hash_table_size (requested->names);

  selection->requested = requested;
  for (gsize i = 0; i < G_N_ELEMENTS (description); i++)
    {
      selection->wants[i] = hs_requested_has (requested, description[i].name, HS_GROUP_DESCRIPTION);
      if (g_hash_table_contains (requested->names, description[i].name))
        by_name--;
    }
  /* Names that are not of the table may be of the ticket. */
  selection->wants_ticket = (requested->groups & HS_GROUP_TEMPLATE) != 0 || by_name > 0;
  return selection;
}

void
hs_job_selection_free (HsJobSelection *selection)
{
  g_free (selection);
}

static void
write_ticket (const HsJobSelection *selection, ipp_t *reply, const HsJob *job)
{
  g_autoptr (ipp_t) ticket = hs_ipp_message_decode (job->ticket, NULL);

  for (ipp_attribute_t *attribute = ticket != NULL ? ippFirstAttribute (ticket) : NULL;
       attribute != NULL; attribute = ippNextAttribute (ticket))
    if (ippGetName (attribute) != NULL
        && hs_requested_has (selection->requested, ippGetName (attribute), HS_GROUP_TEMPLATE))
      ippCopyAttribute (reply, attribute, 0);
}

void
hs_job_attributes_write (const HsJobSelection *selection,
                         ipp_t *reply,
                         const HsJob *job,
                         const HsJobView *view)
{
  for (gsize i = 0; i < G_N_ELEMENTS (description); i++)
    if (selection->wants[i])
      description[i].add (reply, description[i].name, job, view);
  if (selection->wants_ticket && job->ticket != NULL)
    write_ticket (selection, reply, job);
}
