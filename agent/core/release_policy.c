/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* May this job be released to this printer, by this way, now? The order of the questions matters:
 * who you are before what the job is, so that a stranger learns nothing. */

#include "core/release_policy.h"

#include "base/error.h"
#include "core/refusal.h"

guint32
hs_release_policy_count_pages (const HsJob *job)
{
  guint64 pages = (guint64)MAX (job->impressions, 1) * hs_job_get_copies (job);

  return (guint32)MIN (pages, G_MAXUINT32);
}

static gboolean
is_raster (const HsJob *job)
{
  return g_strcmp0 (job->format, "image/pwg-raster") == 0
         || g_strcmp0 (job->format, "image/urf") == 0;
}

static gboolean
check_raster (const HsPrintOptions *change, GError **error)
{
  if (change->sides == HS_SIDES_WISH_NONE && change->colour == HS_COLOUR_UNKNOWN)
    return TRUE;
  hs_refusal_set (error,
                  change->sides != HS_SIDES_WISH_NONE ? HS_REFUSAL_PICTURE_SIDES
                                                      : HS_REFUSAL_PICTURE_COLOURS,
                  NULL);
  return FALSE;
}

static HsRefusal
refusal_of_sides (HsSidesWish sides)
{
  if (sides == HS_SIDES_WISH_TWO_LONG)
    return HS_REFUSAL_PRINTER_NOT_TWO_SIDED;
  return sides == HS_SIDES_WISH_TWO_SHORT ? HS_REFUSAL_PRINTER_NOT_SHORT_EDGE
                                          : HS_REFUSAL_PRINTER_NOT_ONE_SIDED;
}

static gboolean
check_abilities (const HsPrintOptions *change, const HsPrintAbilities *abilities, GError **error)
{
  g_autofree char *copies = NULL;

  switch (hs_print_options_find_obstacle (change, abilities))
    {
    case HS_PRINT_OBSTACLE_NONE:
      return TRUE;
    case HS_PRINT_OBSTACLE_COPIES:
      copies = g_strdup_printf ("%u", abilities->copies_max);
      if (abilities->copies_max == 1)
        hs_refusal_set (error, HS_REFUSAL_PRINTER_ONE_COPY, NULL);
      else
        hs_refusal_set (error, HS_REFUSAL_PRINTER_COPIES, "copies", copies, NULL);
      return FALSE;
    case HS_PRINT_OBSTACLE_SIDES:
      hs_refusal_set (error, refusal_of_sides (change->sides), NULL);
      return FALSE;
    case HS_PRINT_OBSTACLE_COLOUR:
      hs_refusal_set (error, HS_REFUSAL_PRINTER_NO_COLOUR, NULL);
      return FALSE;
    case HS_PRINT_OBSTACLE_MONOCHROME:
      hs_refusal_set (error, HS_REFUSAL_PRINTER_NO_MONOCHROME, NULL);
      return FALSE;
    }
  g_return_val_if_reached (FALSE);
}

gboolean
hs_release_policy_settle_options (const HsJob *job,
                                  const HsPrintOptions *wish,
                                  const HsPrintAbilities *abilities,
                                  HsPrintOptions *change,
                                  GError **error)
{
  HsPrintOptions settled = *wish;

  if (settled.copies == MAX (job->copies, 1))
    settled.copies = 0;
  if (settled.sides == (HsSidesWish)job->sides + 1)
    settled.sides = HS_SIDES_WISH_NONE;
  /* Of other formats the job's colour is what was counted, not what the ticket asks for. */
  if (is_raster (job) && settled.colour == job->colour)
    settled.colour = HS_COLOUR_UNKNOWN;
  if (is_raster (job) && !check_raster (&settled, error))
    return FALSE;
  if (!check_abilities (&settled, abilities, error))
    return FALSE;
  *change = settled;
  return TRUE;
}

static HsReleaseVerdict
judge_offline (const HsReleaseQuestion *question)
{
  if (question->offline != HS_OFFLINE_PRINT)
    return HS_RELEASE_OFFLINE_DENIED;
  switch (question->right)
    {
    case HS_OFFLINE_RIGHT_NONE:
      return HS_RELEASE_OFFLINE_NO_RIGHT;
    case HS_OFFLINE_RIGHT_EXPIRED:
      return HS_RELEASE_OFFLINE_EXPIRED;
    case HS_OFFLINE_RIGHT_EXCLUDED:
      return HS_RELEASE_OFFLINE_EXCLUDED;
    case HS_OFFLINE_RIGHT_HELD:
      break;
    }
  if (!question->printer_used_before && !question->any_printer)
    return HS_RELEASE_OFFLINE_NEW_PRINTER;
  if (hs_release_policy_count_pages (question->job) > question->pages_left)
    return HS_RELEASE_OFFLINE_PAGES;
  return HS_RELEASE_YES;
}

HsReleaseVerdict
hs_release_policy_judge (const HsReleaseQuestion *question)
{
  gboolean by_site = question->caller == HS_CALLER_SITE;

  if (!by_site && (question->caller != HS_CALLER_PERSON || !question->caller_is_owner))
    return HS_RELEASE_NOT_OWNER;
  if (question->job->owner_kind != HS_OWNER_PROVEN && question->job->owner_kind != HS_OWNER_CLAIMED)
    return by_site ? HS_RELEASE_OWNER_UNPROVEN : HS_RELEASE_NOT_OWNER;
  if (question->job->state != HS_JOB_HELD)
    return HS_RELEASE_WRONG_STATE;
  if (!question->printer_known)
    return HS_RELEASE_UNKNOWN_PRINTER;
  if (!by_site && question->is_enrolled && !question->site_online)
    {
      HsReleaseVerdict verdict = judge_offline (question);
      if (verdict != HS_RELEASE_YES)
        return verdict;
    }
  if (!question->key_unlocked && !question->has_share)
    return HS_RELEASE_KEY_LOCKED;
  return HS_RELEASE_YES;
}

static HsRefusal
refusal_of_state (HsJobState state)
{
  if (state == HS_JOB_RELEASED || state == HS_JOB_DELIVERING)
    return HS_REFUSAL_JOB_UNDER_WAY;
  if (state == HS_JOB_UNCERTAIN)
    return HS_REFUSAL_JOB_UNCERTAIN;
  return state == HS_JOB_RECEIVING ? HS_REFUSAL_JOB_ARRIVING : HS_REFUSAL_JOB_OVER;
}

gboolean
hs_release_policy_check (HsReleaseVerdict verdict, const HsJob *job, GError **error)
{
  switch (verdict)
    {
    case HS_RELEASE_YES:
      return TRUE;
    case HS_RELEASE_NOT_OWNER:
      hs_refusal_set (error, HS_REFUSAL_JOB_UNKNOWN, NULL);
      return FALSE;
    case HS_RELEASE_WRONG_STATE:
      hs_refusal_set (error, refusal_of_state (job->state), NULL);
      return FALSE;
    case HS_RELEASE_UNKNOWN_PRINTER:
      hs_refusal_set (error, HS_REFUSAL_PRINTER_UNKNOWN, NULL);
      return FALSE;
    case HS_RELEASE_OFFLINE_DENIED:
      hs_refusal_set (error, HS_REFUSAL_OFFLINE_FORBIDDEN, NULL);
      return FALSE;
    case HS_RELEASE_OFFLINE_NEW_PRINTER:
      hs_refusal_set (error, HS_REFUSAL_OFFLINE_NEW_PRINTER, NULL);
      return FALSE;
    case HS_RELEASE_OFFLINE_NO_RIGHT:
      hs_refusal_set (error, HS_REFUSAL_OFFLINE_NO_RIGHT, NULL);
      return FALSE;
    case HS_RELEASE_OFFLINE_EXPIRED:
      hs_refusal_set (error, HS_REFUSAL_OFFLINE_RIGHT_OVER, NULL);
      return FALSE;
    case HS_RELEASE_OFFLINE_EXCLUDED:
      hs_refusal_set (error, HS_REFUSAL_OFFLINE_EXCLUDED, NULL);
      return FALSE;
    case HS_RELEASE_OFFLINE_PAGES:
      hs_refusal_set (error, HS_REFUSAL_OFFLINE_PAGES, NULL);
      return FALSE;
    case HS_RELEASE_KEY_LOCKED:
      hs_refusal_set (error, HS_REFUSAL_KEY_LOCKED, NULL);
      return FALSE;
    case HS_RELEASE_OWNER_UNPROVEN:
      hs_refusal_set (error, HS_REFUSAL_OWNER_UNPROVEN, NULL);
      return FALSE;
    }
  g_return_val_if_reached (FALSE);
}
