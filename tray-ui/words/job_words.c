/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What the window says of a job: facts and questions. */

#include "tray-ui/words/job_words.h"

#include "base/safe_text.h"

#include <glib/gi18n.h>
#include <string.h>

#define MOST_TITLES 8       /* more are not read */
#define MOST_TITLE_CHARS 32 /* two of them and a reason fit below a window */

/* ── facts ───────────────────────────────────────────────────────────────────────────────── */

char *
hs_job_words_pages (const HsControlJob *job)
{
  if (strcmp (job->pages_source, "unknown") == 0)
    return NULL;
  if (strcmp (job->pages_source, "claimed") == 0)
    /* TRANSLATORS: the program that printed said so, nobody has counted */
    return g_strdup_printf (ngettext ("about %u page", "about %u pages", job->pages), job->pages);
  return g_strdup_printf (ngettext ("%u page", "%u pages", job->pages), job->pages);
}

char *
hs_job_words_copies (const HsControlJob *job)
{
  if (job->copies <= 1)
    return NULL;
  return g_strdup_printf (ngettext ("%u copy", "%u copies", job->copies), job->copies);
}

/* "iso_a4_210x297mm" → "A4", "na_letter_8.5x11in" → "Letter": the PWG keyword's own name (PWG 5101.1);
 * what has none of people's use keeps its keyword. */
char *
hs_job_words_media (const HsControlJob *job)
{
  if (job->media == NULL)
    return NULL;
  g_auto (GStrv) parts = g_strsplit (job->media, "_", 3);
  if (g_strv_length (parts) != 3 || *parts[1] == '\0' || strcmp (parts[0], "custom") == 0)
    return hs_safe_text_dup (job->media);
  if (g_str_has_prefix (job->media, "iso_"))
    return g_ascii_strup (parts[1], -1);
  parts[1][0] = g_ascii_toupper (parts[1][0]);
  return g_strdelimit (g_strdup (parts[1]), "-", ' ');
}

const char *
hs_job_words_colour (const HsControlJob *job)
{
  if (strcmp (job->colour, "colour") == 0)
    return _ ("Colour");
  return strcmp (job->colour, "monochrome") == 0 ? _ ("Black and white") : NULL;
}

const char *
hs_job_words_sides (const HsControlJob *job)
{
  if (strcmp (job->sides, "two-sided-long-edge") == 0)
    return _ ("Two-sided");
  if (strcmp (job->sides, "two-sided-short-edge") == 0)
    /* TRANSLATORS: two-sided, bound at the short edge */
    return _ ("Two-sided, short edge");
  return _ ("One-sided");
}

char *
hs_job_words_size (guint64 bytes)
{
  if (bytes < 1000 * 1000)
    return g_strdup_printf (_ ("%u KB"), (guint)((bytes + 999) / 1000));
  if (bytes < 10 * 1000 * 1000)
    return g_strdup_printf (_ ("%.1f MB"), (double)bytes / 1e6);
  return g_strdup_printf (_ ("%.0f MB"), (double)bytes / 1e6);
}

char *
hs_job_words_from (const HsControlJob *job)
{
  if (job->from == NULL)
    return NULL;
  g_autofree char *name = hs_safe_text_dup (job->from);
  /* TRANSLATORS: whose job it is */
  return g_strdup_printf (_ ("From %s"), name);
}

char *
hs_job_words_title (const HsControlJob *job)
{
  g_autofree char *title = hs_safe_text_dup (job->name);

  if (job->titled || !g_str_has_prefix (title, "Document "))
    return g_steal_pointer (&title);
  /* TRANSLATORS: the title is sealed; %s is a short mark such as 1a2b3c */
  return g_strdup_printf (_ ("Document %s"), title + strlen ("Document "));
}

/* ── questions ───────────────────────────────────────────────────────────────────────────── */

static gboolean
has_reason (const HsControlJob *job, const char *reason)
{
  return g_strv_contains ((const char *const *)job->reasons, reason);
}

gboolean
hs_job_words_may_release (const HsControlJob *job)
{
  return job->state == HS_JOB_HELD;
}

gboolean
hs_job_words_may_delete (const HsControlJob *job)
{
  return job->from == NULL && job->state != HS_JOB_NONE && job->state != HS_JOB_UNCERTAIN
         && !hs_job_state_is_final (job->state);
}

gboolean
hs_job_words_may_take_back (const HsControlJob *job)
{
  return job->from == NULL && job->state == HS_JOB_RELEASED;
}

gboolean
hs_job_words_may_answer (const HsControlJob *job)
{
  return job->from == NULL && job->state == HS_JOB_UNCERTAIN;
}

HsJobLook
hs_job_words_look (const HsControlJob *job)
{
  switch (job->state)
    {
    case HS_JOB_HELD:
      return *hs_job_words_trouble (job) != '\0' ? HS_LOOK_TROUBLED : HS_LOOK_WAITING;
    case HS_JOB_UNCERTAIN:
      return HS_LOOK_QUESTION;
    case HS_JOB_DELIVERED:
      return has_reason (job, "completed-with-errors") ? HS_LOOK_BAD : HS_LOOK_GOOD;
    case HS_JOB_CANCELLED:
      return HS_LOOK_GONE;
    case HS_JOB_EXPIRED:
    case HS_JOB_FAILED:
      return HS_LOOK_BAD;
    case HS_JOB_NONE:
    case HS_JOB_RECEIVING:
    case HS_JOB_RELEASED:
    case HS_JOB_DELIVERING:
    case HS_JOB_N_STATES:
      break;
    }
  return HS_LOOK_BUSY;
}

/* ── several ─────────────────────────────────────────────────────────────────────────────── */

char *
hs_job_words_waiting (guint waiting)
{
  if (waiting == 0)
    return g_strdup (_ ("Nothing is waiting"));
  return g_strdup_printf (ngettext ("%u waiting for you", "%u waiting for you", waiting), waiting);
}

char *
hs_job_words_selected (guint jobs, guint pages)
{
  g_autofree char *first
      = g_strdup_printf (ngettext ("%u job selected", "%u jobs selected", jobs), jobs);

  if (pages == 0)
    return g_steal_pointer (&first);
  g_autofree char *second = g_strdup_printf (ngettext ("%u page", "%u pages", pages), pages);
  return g_strdup_printf ("%s · %s", first, second);
}

char *
hs_job_words_release (guint jobs, const char *printer)
{
  if (printer == NULL)
    return g_strdup_printf (ngettext ("Print %u job…", "Print %u jobs…", jobs), jobs);
  g_autofree char *safe = hs_safe_text_dup (printer);
  /* TRANSLATORS: a button: prints so many jobs on the printer that is named */
  return g_strdup_printf (ngettext ("Print %u job on %s", "Print %u jobs on %s", jobs), jobs, safe);
}

char *
hs_job_words_whose (guint jobs, const char *title)
{
  if (title != NULL && jobs == 1)
    return g_strdup (title);
  return g_strdup_printf (ngettext ("%u job", "%u jobs", jobs), jobs);
}

char *
hs_job_words_whose_spoken (guint jobs, const char *title)
{
  if (title != NULL && jobs == 1)
    return g_strdup_printf (_ ("Print %s"), title);
  return g_strdup_printf (ngettext ("Print %u job", "Print %u jobs", jobs), jobs);
}

char *
hs_job_words_titles (const GPtrArray *jobs)
{
  GString *titles = g_string_new (NULL);

  for (guint i = 0; i < MIN (jobs->len, MOST_TITLES); i++)
    {
      g_autofree char *title = hs_job_words_title (g_ptr_array_index (jobs, i));
      g_string_append_printf (titles, i > 0 ? ", %s" : "%s", title);
    }
  if (jobs->len > MOST_TITLES)
    g_string_append (titles, ", …");
  return g_string_free (titles, FALSE);
}

/* So that the reason has room beside it. */
static char *
shorten (const char *title)
{
  if (g_utf8_strlen (title, -1) <= MOST_TITLE_CHARS)
    return g_strdup (title);
  g_autofree char *begin = g_utf8_substring (title, 0, MOST_TITLE_CHARS - 1);
  return g_strconcat (g_strchomp (begin), "…", NULL);
}

char *
hs_job_words_refused (const GPtrArray *titles, const char *why)
{
  g_autofree char *first = shorten (g_ptr_array_index (titles, 0));
  g_autofree char *second = titles->len > 1 ? shorten (g_ptr_array_index (titles, 1)) : NULL;
  guint more = titles->len > 2 ? titles->len - 2 : 0;
  g_autofree char *who = NULL;

  if (more > 0)
    who = g_strdup_printf (ngettext ("“%s”, “%s” and %u more were not released.",
                                     "“%s”, “%s” and %u more were not released.", more),
                           first, second, more);
  else if (second != NULL)
    who = g_strdup_printf (_ ("“%s” and “%s” were not released."), first, second);
  else
    who = g_strdup_printf (_ ("“%s” was not released."), first);
  return g_strdup_printf ("%s %s", who, why != NULL ? why : _ ("Each of them says why."));
}

char *
hs_job_words_deleted (guint jobs, const char *title)
{
  if (title != NULL && jobs == 1)
    return g_strdup_printf (_ ("“%s” is deleted"), title);
  return g_strdup_printf (ngettext ("%u job is deleted", "%u jobs are deleted", jobs), jobs);
}
