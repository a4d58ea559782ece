/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What other queues print: cupsd's history of jobs, and its subscription that starts our notifier.
 *
 * cupsd knows no wait in Get-Notifications, so whoever pulls has to poll; its D-Bus notifier would
 * tell every user of the machine every title. A notifier of our own (print_knock.c) is told all and
 * passes on nothing. */

#include "platform/linux/print_queue_cups.h"
#include "platform/linux/print_watch_wire.h"

#include <string.h>

#define EVERYTHING "ipp://localhost/"
#define RECIPIENT "homespool://localhost/" /* cupsd starts the notifier "homespool" */

/* ── knocking ────────────────────────────────────────────────────────────────────────────── */

static ipp_t *
new_request (const HsCupsPlace *place, ipp_op_t operation)
{
  ipp_t *request = ippNewRequest (operation);

  ippAddString (request, IPP_TAG_OPERATION, IPP_TAG_URI, "printer-uri", NULL, EVERYTHING);
  ippAddString (request, IPP_TAG_OPERATION, IPP_TAG_NAME, "requesting-user-name", NULL,
                place->own_name);
  return request;
}

/* The numbers of our subscriptions; there should be one or none. */
static GArray *
list_subscriptions (const HsCupsPlace *place, http_t *http, HsQueueReply *reply)
{
  static const char *const wanted[] = { "notify-subscription-id", "notify-recipient-uri" };
  GArray *found = g_array_new (FALSE, FALSE, sizeof (int));
  HsQueueReply answered = { 0 };
  ipp_t *request = new_request (place, IPP_OP_GET_SUBSCRIPTIONS);
  gboolean is_ours = FALSE;
  int id = 0;

  ippAddStrings (request, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "requested-attributes",
                 G_N_ELEMENTS (wanted), NULL, wanted);
  ipp_t *answer = hs_cups_do (place, http, request, "/", &answered);
  if (answer == NULL && answered.outcome != HS_QUEUE_NOT_FOUND) /* that says: no subscriptions */
    *reply = answered;
  ipp_attribute_t *attribute = answer != NULL ? ippFirstAttribute (answer) : NULL;
  for (; attribute != NULL || id != 0;
       attribute = attribute != NULL ? ippNextAttribute (answer) : NULL)
    {
      const char *name = attribute != NULL ? ippGetName (attribute) : NULL;
      if (name == NULL) /* between two subscriptions, and behind the last */
        {
          if (is_ours && id > 0)
            g_array_append_val (found, id);
          is_ours = FALSE;
          id = 0;
        }
      else if (strcmp (name, "notify-subscription-id") == 0)
        id = ippGetInteger (attribute, 0);
      else if (strcmp (name, "notify-recipient-uri") == 0)
        is_ours = g_strcmp0 (ippGetString (attribute, 0, NULL), RECIPIENT) == 0;
    }
  ippDelete (answer);
  return found;
}

static void
subscribe (const HsCupsPlace *place, http_t *http, HsQueueReply *reply)
{
  static const char *const events[] = { "job-completed", "server-started" };
  ipp_t *request = new_request (place, IPP_OP_CREATE_PRINTER_SUBSCRIPTIONS);

  ippAddString (request, IPP_TAG_SUBSCRIPTION, IPP_TAG_URI, "notify-recipient-uri", NULL,
                RECIPIENT);
  ippAddStrings (request, IPP_TAG_SUBSCRIPTION, IPP_TAG_KEYWORD, "notify-events",
                 G_N_ELEMENTS (events), NULL, events);
  ippAddInteger (request, IPP_TAG_SUBSCRIPTION, IPP_TAG_INTEGER, "notify-lease-duration", 0);
  ipp_t *answer = hs_cups_do (place, http, request, "/", reply);
  gboolean is_made
      = answer != NULL
        && ippFindAttribute (answer, "notify-subscription-id", IPP_TAG_INTEGER) != NULL;
  if (answer != NULL && !is_made)
    hs_cups_fail (reply, HS_QUEUE_INVALID,
                  "The print system takes no subscription for Homespool. Is the notifier "
                  "\"homespool\" in its folder of notifiers (/usr/lib/cups/notifier)?");
  ippDelete (answer);
}

void
hs_cups_set_knocking (const HsCupsPlace *place, http_t *http, gboolean knocks, HsQueueReply *reply)
{
  g_autoptr (GArray) subscriptions = list_subscriptions (place, http, reply);

  if (reply->outcome != HS_QUEUE_DONE)
    return;
  if (knocks && subscriptions->len == 0)
    subscribe (place, http, reply);
  for (guint i = knocks ? 1 : 0; i < subscriptions->len; i++)
    {
      ipp_t *request = new_request (place, IPP_OP_CANCEL_SUBSCRIPTION);
      ippAddInteger (request, IPP_TAG_OPERATION, IPP_TAG_INTEGER, "notify-subscription-id",
                     g_array_index (subscriptions, int, i));
      hs_cups_carry_out (place, http, request, "/", reply);
    }
}

/* ── jobs ────────────────────────────────────────────────────────────────────────────────── */

static HsPrintedState
read_state (int state)
{
  switch (state)
    {
    case IPP_JSTATE_COMPLETED:
      return HS_PRINTED_COMPLETED;
    case IPP_JSTATE_CANCELED:
      return HS_PRINTED_CANCELED;
    case IPP_JSTATE_ABORTED:
      return HS_PRINTED_ABORTED;
    default:
      return HS_PRINTED_ACTIVE;
    }
}

static void
take_text (char **place, ipp_attribute_t *attribute)
{
  g_free (*place);
  *place = g_strdup (ippGetString (attribute, 0, NULL));
}

static void
read_attribute (HsPrintedJob *job, ipp_attribute_t *attribute)
{
  const char *name = ippGetName (attribute);
  const char *text = ippGetString (attribute, 0, NULL);
  int number = ippGetInteger (attribute, 0);

  if (strcmp (name, "job-id") == 0)
    job->id = (guint32)MAX (number, 0);
  else if (strcmp (name, "job-state") == 0)
    job->state = read_state (number);
  else if (strcmp (name, "job-printer-uri") == 0 && text != NULL)
    {
      g_free (job->queue);
      job->queue = g_strdup (strrchr (text, '/') != NULL ? strrchr (text, '/') + 1 : text);
    }
  else if (strcmp (name, "job-uuid") == 0)
    take_text (&job->uuid, attribute);
  else if (strcmp (name, "job-originating-user-name") == 0)
    take_text (&job->user, attribute);
  else if (strcmp (name, "job-name") == 0)
    take_text (&job->title, attribute);
  else if (strcmp (name, "job-impressions-completed") == 0)
    job->impressions = (guint32)MAX (number, 0);
  else if (strcmp (name, "job-media-sheets-completed") == 0)
    job->sheets = (guint32)MAX (number, 0);
  else if (strcmp (name, "time-at-creation") == 0)
    job->created_s = MAX (number, 0);
  else if (strcmp (name, "time-at-completed") == 0)
    job->finished_s = MAX (number, 0);
  else if (strcmp (name, "print-color-mode") == 0 && text != NULL)
    job->colour = strcmp (text, "color") == 0        ? HS_PRINTED_COLOUR
                  : strcmp (text, "monochrome") == 0 ? HS_PRINTED_MONOCHROME
                                                     : HS_PRINTED_COLOUR_UNKNOWN;
}

/* Of one that is not over only number and state leave; of ours nothing does. */
static void
end_job (const HsCupsPlace *place, HsPrintedJob *job, GByteArray *rows, guint32 *last)
{
  if (job->id > 0)
    {
      *last = MAX (*last, job->id);
      if (job->state == HS_PRINTED_ACTIVE && g_strcmp0 (job->queue, place->queue_name) != 0)
        hs_queue_job_append (rows, &(HsPrintedJob){ .id = job->id });
      else if (g_strcmp0 (job->queue, place->queue_name) != 0)
        hs_queue_job_append (rows, job);
    }
  g_free (job->queue);
  g_free (job->uuid);
  g_free (job->user);
  g_free (job->title);
  *job = (HsPrintedJob){ 0 };
}

void
hs_cups_list_others (
    const HsCupsPlace *place, http_t *http, guint32 from, GByteArray *rows, HsQueueReply *reply)
{
  static const char *const wanted[] = { "job-id",
                                        "job-state",
                                        "job-printer-uri",
                                        "job-uuid",
                                        "job-originating-user-name",
                                        "job-name",
                                        "job-impressions-completed",
                                        "job-media-sheets-completed",
                                        "time-at-creation",
                                        "time-at-completed",
                                        "print-color-mode" };
  ipp_t *request = new_request (place, IPP_OP_GET_JOBS);
  HsPrintedJob job = { 0 };
  guint32 last = 0;
  guint count = 0;

  ippAddString (request, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "which-jobs", NULL, "all");
  ippAddInteger (request, IPP_TAG_OPERATION, IPP_TAG_INTEGER, "first-job-id", (int)from);
  ippAddInteger (request, IPP_TAG_OPERATION, IPP_TAG_INTEGER, "limit", HS_QUEUE_JOBS_AT_ONCE);
  ippAddStrings (request, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "requested-attributes",
                 G_N_ELEMENTS (wanted), NULL, wanted);
  ipp_t *answer = hs_cups_do (place, http, request, "/", reply);
  ipp_attribute_t *attribute = answer != NULL ? ippFirstAttribute (answer) : NULL;
  for (; attribute != NULL; attribute = ippNextAttribute (answer))
    if (ippGetName (attribute) == NULL) /* between two jobs */
      {
        count += job.id > 0;
        end_job (place, &job, rows, &last);
      }
    else if (ippGetGroupTag (attribute) == IPP_TAG_JOB)
      read_attribute (&job, attribute);
  count += job.id > 0;
  end_job (place, &job, rows, &last);
  ippDelete (answer);
  reply->last = count == HS_QUEUE_JOBS_AT_ONCE ? last + 1 : 0;
}
