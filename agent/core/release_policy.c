/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* May this job be released to this printer, by this way, now? The order of the questions matters:
 * who you are before what the job is, so that a stranger learns nothing. */

#include "core/release_policy.h"

#include "base/error.h"

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
  g_set_error (
      error, HS_ERROR, HS_ERROR_REFUSED,
      "This document was sent as a picture of each page, made for the %s that it has. Only "
      "its copies can be changed; print it again from the program for other %s.",
      change->sides != HS_SIDES_WISH_NONE ? "sides" : "colours",
      change->sides != HS_SIDES_WISH_NONE ? "sides" : "colours");
  return FALSE;
}

gboolean
hs_release_policy_settle_options (const HsJob *job,
                                  const HsPrintOptions *wish,
                                  const HsPrintAbilities *abilities,
                                  HsPrintOptions *change,
                                  GError **error)
{
  HsPrintOptions settled = *wish;
  g_autofree char *refusal = NULL;

  if (settled.copies == MAX (job->copies, 1))
    settled.copies = 0;
  if (settled.sides == (HsSidesWish)job->sides + 1)
    settled.sides = HS_SIDES_WISH_NONE;
  /* Of other formats the job's colour is what was counted, not what the ticket asks for. */
  if (is_raster (job) && settled.colour == job->colour)
    settled.colour = HS_COLOUR_UNKNOWN;
  if (is_raster (job) && !check_raster (&settled, error))
    return FALSE;
  refusal = hs_print_options_dup_refusal (&settled, abilities);
  if (refusal != NULL)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
                   "This printer cannot print the job as you want it: %s.", refusal);
      return FALSE;
    }
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

static const char *
sentence_for_state (HsJobState state)
{
  if (state == HS_JOB_RELEASED || state == HS_JOB_DELIVERING)
    return "The job is already on its way to a printer. Wait for it, or cancel it first.";
  if (state == HS_JOB_UNCERTAIN)
    return "It is not known whether this job printed. Look at the printer and say whether it did, "
           "then release it again.";
  if (state == HS_JOB_RECEIVING)
    return "The document is still arriving. Try again in a moment.";
  return "The job is over: it was printed, deleted or has expired. Print it again.";
}

gboolean
hs_release_policy_check (HsReleaseVerdict verdict, const HsJob *job, GError **error)
{
  switch (verdict)
    {
    case HS_RELEASE_YES:
      return TRUE;
    case HS_RELEASE_NOT_OWNER:
      g_set_error_literal (error, HS_ERROR, HS_ERROR_NOT_FOUND,
                           "There is no such job. `homespool jobs` lists yours.");
      return FALSE;
    case HS_RELEASE_WRONG_STATE:
      g_set_error_literal (error, HS_ERROR, HS_ERROR_REFUSED, sentence_for_state (job->state));
      return FALSE;
    case HS_RELEASE_UNKNOWN_PRINTER:
      g_set_error_literal (error, HS_ERROR, HS_ERROR_NOT_FOUND,
                           "This printer is not on your organisation's list. `homespool printers` "
                           "shows the list; ask your administrator to add a printer.");
      return FALSE;
    case HS_RELEASE_OFFLINE_DENIED:
      g_set_error_literal (error, HS_ERROR, HS_ERROR_REFUSED,
                           "The site server cannot be reached, and your organisation does not "
                           "print without it. The job stays here; try again later.");
      return FALSE;
    case HS_RELEASE_OFFLINE_NEW_PRINTER:
      g_set_error_literal (error, HS_ERROR, HS_ERROR_REFUSED,
                           "The site server cannot be reached, and this workstation has not used "
                           "this printer before. Choose one that it has used.");
      return FALSE;
    case HS_RELEASE_OFFLINE_NO_RIGHT:
      g_set_error_literal (
          error, HS_ERROR, HS_ERROR_REFUSED,
          "The site server cannot be reached, and it has given you no permission "
          "to print without it. The job stays here. When the site is back, run "
          "`homespool sign-in` and `homespool unlock` once: from then on you can.");
      return FALSE;
    case HS_RELEASE_OFFLINE_EXPIRED:
      g_set_error_literal (error, HS_ERROR, HS_ERROR_REFUSED,
                           "The site server cannot be reached, and its permission for you to print "
                           "without it has run out. The job stays here until the site is back.");
      return FALSE;
    case HS_RELEASE_OFFLINE_EXCLUDED:
      g_set_error_literal (error, HS_ERROR, HS_ERROR_REFUSED,
                           "The site server does not accept this workstation any more, so nothing "
                           "is printed from here. Ask your administrator to enrol it again.");
      return FALSE;
    case HS_RELEASE_OFFLINE_PAGES:
      g_set_error_literal (error, HS_ERROR, HS_ERROR_REFUSED,
                           "This document has more pages than you may still print while the site "
                           "server cannot be reached (`homespool status` shows how many). Print "
                           "fewer pages, or wait until the site is back.");
      return FALSE;
    case HS_RELEASE_KEY_LOCKED:
      g_set_error_literal (error, HS_ERROR, HS_ERROR_DENIED,
                           "Your key is locked. Run `homespool unlock`, or release the job on the "
                           "release page or at the printer.");
      return FALSE;
    case HS_RELEASE_OWNER_UNPROVEN:
      g_set_error_literal (error, HS_ERROR, HS_ERROR_DENIED,
                           "Nobody has proven to own this job. Sign in on the workstation where it "
                           "was printed and claim it with `homespool claim`.");
      return FALSE;
    }
  g_return_val_if_reached (FALSE);
}
