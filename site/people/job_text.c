/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* How the release page words things. */

#include "site/people/job_text.h"

#include "core/job_reasons.h"

#include <string.h>

char *
hs_job_text_dup_time (gint64 at_us, gint64 now_us, GTimeZone *zone)
{
  g_autoptr (GDateTime) at_utc = g_date_time_new_from_unix_utc (at_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) now_utc = g_date_time_new_from_unix_utc (now_us / G_USEC_PER_SEC);

  if (at_utc == NULL || now_utc == NULL)
    return g_strdup ("");
  g_autoptr (GDateTime) at = g_date_time_to_timezone (at_utc, zone);
  g_autoptr (GDateTime) now = g_date_time_to_timezone (now_utc, zone);
  gint64 age_us = now_us - at_us;
  gboolean is_today = g_date_time_get_year (at) == g_date_time_get_year (now)
                      && g_date_time_get_day_of_year (at) == g_date_time_get_day_of_year (now);

  if (is_today)
    return g_date_time_format (at, "%H:%M");
  if (age_us >= 0 && age_us < 6 * G_TIME_SPAN_DAY)
    return g_date_time_format (at, "%a %H:%M");
  return g_date_time_format (at, "%-d %b %H:%M");
}

char *
hs_job_text_dup_end (gint64 at_us, GTimeZone *zone)
{
  g_autoptr (GDateTime) at_utc = g_date_time_new_from_unix_utc (at_us / G_USEC_PER_SEC);

  if (at_utc == NULL)
    return g_strdup ("");
  g_autoptr (GDateTime) at = g_date_time_to_timezone (at_utc, zone);
  return g_date_time_format (at, "%a %-d %b %H:%M");
}

const char *
hs_job_text_get_title (const HsStoreJob *job)
{
  const char *title = job->announce.title;

  return title != NULL && *title != '\0' ? title : "Document";
}

char *
hs_job_text_dup_media (const char *media)
{
  /* PWG 5101.1: <class>_<name>_<size>; the name is what people say. */
  g_auto (GStrv) parts = g_strsplit (media != NULL ? media : "", "_", 3);

  if (g_strv_length (parts) != 3 || *parts[1] == '\0')
    return g_strdup ("");
  gsize length = strlen (parts[1]);
  if (length <= 3 && g_ascii_isalpha (parts[1][0]) && g_ascii_isdigit (parts[1][1]))
    return g_ascii_strup (parts[1], -1);
  char *name = g_strdelimit (g_strdup (parts[1]), "-", ' ');
  name[0] = g_ascii_toupper (name[0]);
  return name;
}

static void
add (GPtrArray *parts, char *text)
{
  if (*text == '\0')
    g_free (text);
  else
    g_ptr_array_add (parts, text);
}

char *
hs_job_text_dup_facts (const HsStoreJob *job)
{
  const HsAnnounce *announce = &job->announce;
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);

  if (announce->impressions_source != HS_COUNT_UNKNOWN && announce->impressions > 0)
    add (parts, g_strdup_printf ("%u %s", announce->impressions,
                                 announce->impressions == 1 ? "page" : "pages"));
  add (parts, hs_job_text_dup_media (announce->media));
  if (announce->colour == HS_COLOUR_COLOUR)
    add (parts, g_strdup ("colour"));
  else if (announce->colour == HS_COLOUR_MONOCHROME)
    add (parts, g_strdup ("black and white"));
  if (announce->sides != HS_SIDES_ONE)
    add (parts, g_strdup ("two-sided"));
  if (announce->copies > 1)
    add (parts, g_strdup_printf ("%u copies", announce->copies));
  g_ptr_array_add (parts, NULL);
  return g_strjoinv (", ", (char **)parts->pdata);
}

char *
hs_job_text_dup_reach (const HsStoreDevice *device, gint64 now_us, GTimeZone *zone)
{
  HsReach reach = hs_order_get_reach (device, now_us);
  g_autofree char *power = hs_job_text_dup_time (device->power_at_us, now_us, zone);
  g_autofree char *seen = hs_job_text_dup_time (device->last_seen_us, now_us, zone);

  switch (reach)
    {
    case HS_REACH_NOW:
      return g_strdup ("ready");
    case HS_REACH_ASLEEP:
      return g_strdup_printf ("asleep since %s", power);
    case HS_REACH_OFF:
      return g_strdup_printf ("off since %s", power);
    case HS_REACH_REVOKED:
      return g_strdup ("removed by an administrator");
    case HS_REACH_SILENT:
    default:
      return g_strdup_printf ("not reachable, last seen %s", seen);
    }
}

static gboolean
is_open (const HsStoreCommand *command)
{
  return command != NULL && command->state == HS_STORE_COMMAND_OPEN;
}

HsJobView
hs_job_text_get_view (const HsStoreJob *job, const HsStoreCommand *command, HsReach reach)
{
  switch (job->state)
    {
    case HS_JOB_HELD:
      if (is_open (command))
        return HS_JOB_VIEW_BUSY;
      /* Sealed without a part for the site: it can be deleted from here, not printed. */
      if (job->announce.epoch == 0)
        return HS_JOB_VIEW_UNREACHABLE;
      return reach == HS_REACH_NOW ? HS_JOB_VIEW_WAITING : HS_JOB_VIEW_UNREACHABLE;
    case HS_JOB_RELEASED:
    case HS_JOB_DELIVERING:
      return HS_JOB_VIEW_BUSY;
    case HS_JOB_UNCERTAIN:
      return HS_JOB_VIEW_ATTENTION;
    case HS_JOB_DELIVERED:
      return HS_JOB_VIEW_DONE;
    case HS_JOB_NONE:
    case HS_JOB_RECEIVING:
    case HS_JOB_CANCELLED:
    case HS_JOB_EXPIRED:
    case HS_JOB_FAILED:
    case HS_JOB_N_STATES:
    default:
      return HS_JOB_VIEW_GONE;
    }
}

static char *
dup_open_command (const HsStoreCommand *command, HsReach reach, const char *printer)
{
  if (command->kind == HS_COMMAND_KIND_CANCEL)
    return g_strdup (reach == HS_REACH_NOW ? "Being deleted"
                                           : "Will be deleted when the workstation is back");
  return printer != NULL ? g_strdup_printf ("On its way to %s", printer) : g_strdup ("On its way");
}

/* Why the last release did not lead to paper; NULL if there is nothing of the kind. */
static char *
dup_last_trouble (const HsStoreJob *job, const HsStoreCommand *command)
{
  if (command != NULL && command->state == HS_STORE_COMMAND_LAPSED)
    return g_strdup ("The workstation did not answer in time, so nothing was printed. Release it "
                     "again.");
  if (command != NULL && command->state == HS_STORE_COMMAND_ANSWERED
      && command->result != HS_COMMAND_DONE)
    return g_strdup (command->sentence != NULL
                         ? command->sentence
                         : "The workstation refused. Look at the messages there.");
  return job->sentence != NULL && *job->sentence != '\0' ? g_strdup (job->sentence) : NULL;
}

static char *
dup_done (const HsStoreJob *job, const char *printer)
{
  GString *text = g_string_new ("Printed");

  if (job->result_impressions > 0)
    g_string_append_printf (text, " %u %s", job->result_impressions,
                            job->result_impressions == 1 ? "page" : "pages");
  if (printer != NULL)
    g_string_append_printf (text, " at %s", printer);
  return g_string_free (text, FALSE);
}

char *
hs_job_text_dup_state (const HsStoreJob *job,
                       const HsStoreCommand *command,
                       HsReach reach,
                       const char *printer)
{
  switch (job->state)
    {
    case HS_JOB_HELD:
      {
        char *trouble = is_open (command) ? dup_open_command (command, reach, printer)
                                          : dup_last_trouble (job, command);
        if (trouble == NULL && job->announce.epoch == 0)
          trouble = g_strdup ("Print it at that workstation: only your own key opens it.");
        return trouble != NULL ? trouble : g_strdup ("");
      }
    case HS_JOB_RELEASED:
      return dup_open_command (&(HsStoreCommand){ .kind = HS_COMMAND_KIND_RELEASE }, reach,
                               printer);
    case HS_JOB_DELIVERING:
      return printer != NULL ? g_strdup_printf ("Printing at %s", printer) : g_strdup ("Printing");
    case HS_JOB_UNCERTAIN:
      return g_strdup ("It is not certain whether it printed. Look at the printer, then answer the "
                       "question at the workstation.");
    case HS_JOB_DELIVERED:
      return dup_done (job, printer);
    case HS_JOB_CANCELLED:
      return g_strdup ("Deleted");
    case HS_JOB_EXPIRED:
      return g_strdup ("Deleted, because nobody printed it in time");
    case HS_JOB_FAILED:
      return g_strdup (job->sentence != NULL && *job->sentence != '\0'
                           ? job->sentence
                           : "It could not be printed. Print it again from your program.");
    case HS_JOB_NONE:
    case HS_JOB_RECEIVING:
    case HS_JOB_N_STATES:
    default:
      return g_strdup ("");
    }
}
