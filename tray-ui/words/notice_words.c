/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What a notification says. */

#include "tray-ui/words/notice_words.h"

#include "tray-ui/words/agent_words.h"

#include <glib/gi18n.h>
#include <string.h>

HsNotice
hs_notice_words_choose (const HsControlJob *job, HsJobState before)
{
  if (job->from != NULL)
    return HS_NOTICE_NONE; /* its owner is told */
  switch (job->state)
    {
    case HS_JOB_HELD:
      if (before == HS_JOB_NONE || before == HS_JOB_RECEIVING)
        return HS_NOTICE_HELD;
      return (before == HS_JOB_RELEASED || before == HS_JOB_DELIVERING)
                     && hs_job_words_look (job) == HS_LOOK_TROUBLED
                 ? HS_NOTICE_RETURNED
                 : HS_NOTICE_NONE;
    case HS_JOB_DELIVERED:
      return before == HS_JOB_UNCERTAIN ? HS_NOTICE_NONE : HS_NOTICE_PRINTED;
    case HS_JOB_UNCERTAIN:
      return HS_NOTICE_QUESTION;
    case HS_JOB_FAILED:
    case HS_JOB_EXPIRED:
      return HS_NOTICE_FAILED;
    case HS_JOB_NONE:
    case HS_JOB_RECEIVING:
    case HS_JOB_RELEASED:
    case HS_JOB_DELIVERING:
    case HS_JOB_CANCELLED:
    case HS_JOB_N_STATES:
      break;
    }
  return HS_NOTICE_NONE;
}

const char *
hs_notice_words_title (HsNotice notice)
{
  switch (notice)
    {
    case HS_NOTICE_HELD:
      return _ ("A print job waits for you");
    case HS_NOTICE_PRINTED:
      return _ ("Printed");
    case HS_NOTICE_RETURNED:
      return _ ("It was not printed and waits again");
    case HS_NOTICE_QUESTION:
      return _ ("Did it print?");
    case HS_NOTICE_FAILED:
      return _ ("A print job has failed");
    case HS_NOTICE_NONE:
      break;
    }
  return "";
}

static char *
join_facts (const HsControlJob *job)
{
  g_autofree char *pages = hs_job_words_pages (job);
  g_autofree char *media = hs_job_words_media (job);

  if (pages != NULL && media != NULL)
    return g_strdup_printf ("%s · %s", pages, media);
  return g_strdup (pages != NULL ? pages : media != NULL ? media : _ ("One document"));
}

char *
hs_notice_words_body (HsNotice notice,
                      const HsControlJob *job,
                      const char *printer,
                      gboolean shows_title,
                      gint64 now_us)
{
  g_autofree char *what = shows_title ? hs_job_words_title (job) : join_facts (job);
  g_autofree char *line = hs_job_words_line (job, printer, now_us);
  const char *trouble = hs_job_words_trouble (job);

  if (notice == HS_NOTICE_HELD)
    return g_steal_pointer (&what);
  return g_strdup_printf ("%s\n%s", what, *trouble != '\0' ? trouble : line);
}

/* ── the site and the person ─────────────────────────────────────────────────────────────── */

static HsNews
follow_site (HsNewsState *state, const HsControlStatus *status)
{
  gboolean is_online = status->site_online;
  gboolean was_known = state->knows_site;

  /* Not enrolled, or not tried yet: nobody knows. */
  if (!status->enrolled || status->site_since_us == 0)
    return HS_NEWS_NONE;
  gboolean is_another = was_known && state->is_online != is_online;
  state->knows_site = TRUE;
  state->is_online = is_online;
  if (!is_another)
    return HS_NEWS_NONE;
  return is_online ? HS_NEWS_ONLINE : HS_NEWS_OFFLINE;
}

HsNews
hs_news_words_follow (HsNewsState *state, const HsControlStatus *status)
{
  HsNews news = HS_NEWS_NONE;

  if (status == NULL)
    {
      *state = (HsNewsState){ 0 };
      return HS_NEWS_NONE;
    }
  gboolean is_kiosk = strcmp (status->mode, "kiosk") == 0;
  gboolean is_unlocked = !is_kiosk && strcmp (status->key, "unlocked") == 0;
  gboolean is_signed_in = is_kiosk && status->seat_name != NULL;
  news |= follow_site (state, status);
  if (state->is_unlocked && !is_unlocked)
    news |= HS_NEWS_LOCKED;
  if (state->is_signed_in && !is_signed_in)
    news |= HS_NEWS_SIGNED_OUT;
  state->is_unlocked = is_unlocked;
  state->is_signed_in = is_signed_in;
  return news;
}

const char *
hs_news_words_title (HsNews news)
{
  switch (news)
    {
    case HS_NEWS_OFFLINE:
      return _ ("The site cannot be reached");
    case HS_NEWS_ONLINE:
      return _ ("The site is back");
    case HS_NEWS_LOCKED:
      return _ ("Your key was locked");
    case HS_NEWS_SIGNED_OUT:
      return _ ("Signed out");
    case HS_NEWS_NONE:
      break;
    }
  return "";
}

char *
hs_news_words_body (HsNews news, const HsControlStatus *status, gint64 now_us)
{
  switch (news)
    {
    case HS_NEWS_OFFLINE:
      return hs_agent_words_offline (status, now_us);
    case HS_NEWS_ONLINE:
      return g_strdup (_ ("What was printed meanwhile is reported by itself."));
    case HS_NEWS_LOCKED:
      return g_strdup (_ ("Until you unlock it titles are hidden, and jobs cannot be printed from "
                          "here."));
    case HS_NEWS_SIGNED_OUT:
      return g_strdup (_ ("Who wants to print here signs in first."));
    case HS_NEWS_NONE:
      break;
    }
  return g_strdup ("");
}
