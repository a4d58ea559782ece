/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What the window says of a job: sentences, progress, and the whole row for a screen reader. */

#include "base/safe_text.h"
#include "tray-ui/words/job_words.h"

#include "tray-ui/words/time_words.h"

#include <glib/gi18n.h>
#include <string.h>

static gboolean
has_reason (const HsControlJob *job, const char *reason)
{
  return g_strv_contains ((const char *const *)job->reasons, reason);
}

const char *
hs_job_words_state (const HsControlJob *job)
{
  switch (job->state)
    {
    case HS_JOB_RECEIVING:
      return _ ("Arriving");
    case HS_JOB_RELEASED:
      return has_reason (job, "printer-busy") ? _ ("Printer is busy") : _ ("About to print");
    case HS_JOB_DELIVERING:
      return _ ("Printing");
    case HS_JOB_UNCERTAIN:
      return _ ("Did it print?");
    case HS_JOB_DELIVERED:
      return has_reason (job, "completed-with-errors") ? _ ("Printed with errors") : _ ("Printed");
    case HS_JOB_CANCELLED:
      return _ ("Deleted");
    case HS_JOB_EXPIRED:
      return _ ("Expired");
    case HS_JOB_FAILED:
      return _ ("Failed");
    case HS_JOB_HELD:
      return hs_job_words_look (job) == HS_LOOK_TROUBLED ? _ ("Not printed") : NULL;
    case HS_JOB_NONE:
    case HS_JOB_N_STATES:
      break;
    }
  return NULL;
}

/* The agent's own sentences are in the catalogue. One with what a printer said in it is not: then the
 * reason behind it speaks, in the person's language, and the job's story (details) has every word. */
static const char *
translate_trouble (const HsControlJob *job)
{
  const char *translated = _ (job->sentence);
  HsJobReasons reasons = HS_REASON_NONE;

  if (translated != job->sentence)
    return translated;
  for (gsize i = 0; job->reasons[i] != NULL; i++)
    reasons |= hs_job_reason_from_keyword (job->reasons[i]);
  const char *general = hs_job_reasons_to_sentence (reasons);
  translated = *general != '\0' ? _ (general) : general;
  return translated != general ? translated : job->sentence;
}

const char *
hs_job_words_trouble (const HsControlJob *job)
{
  static const char *const quiet[] = { "incoming",  "outgoing",          "printing",    "fetchable",
                                       "completed", "cancelled-by-user", "held-by-user" };

  if (*job->sentence == '\0')
    return "";
  for (gsize i = 0; i < G_N_ELEMENTS (quiet); i++)
    if (g_strv_length (job->reasons) == 1 && has_reason (job, quiet[i]))
      return "";
  /* What every held job says needs no saying; only one that nothing but the own key opens does. */
  if (job->state == HS_JOB_HELD && g_strv_length (job->reasons) == 1
      && has_reason (job, "release-wait")
      && strcmp (job->sentence, hs_job_reasons_to_sentence (HS_REASON_RELEASE_WAIT)) == 0)
    return "";
  return translate_trouble (job);
}

static char *
say_printed (const HsControlJob *job, const char *printer, gint64 now_us)
{
  g_autofree char *clock = hs_time_words_clock (job->finished_us, now_us);
  g_autofree char *where
      = printer != NULL ? g_strdup_printf (_ ("%s on %s"), clock, printer) : g_strdup (clock);

  if (!job->result_counted || job->result_sheets == 0)
    return g_steal_pointer (&where);
  g_autofree char *sheets = g_strdup_printf (ngettext ("%u sheet", "%u sheets", job->result_sheets),
                                             job->result_sheets);
  return g_strdup_printf ("%s · %s", where, sheets);
}

static char *
say_held (const HsControlJob *job, gint64 now_us)
{
  g_autofree char *age = hs_time_words_ago (job->created_us, now_us);

  if (job->expires_us == 0)
    return g_strdup_printf (_ ("Printed to the queue %s"), age);
  g_autofree char *left = hs_time_words_until (job->expires_us, now_us);
  /* TRANSLATORS: "4 min ago · expires in 7 h 56 min" */
  return g_strdup_printf (_ ("%s · expires %s"), age, left);
}

char *
hs_job_words_line (const HsControlJob *job, const char *printer, gint64 now_us)
{
  g_autofree char *safe = printer != NULL ? hs_safe_text_dup (printer) : NULL;

  switch (job->state)
    {
    case HS_JOB_HELD:
      return say_held (job, now_us);
    case HS_JOB_RELEASED:
    case HS_JOB_DELIVERING:
      return safe != NULL ? g_strdup_printf (_ ("On its way to %s"), safe)
                          : g_strdup (_ ("On its way to the printer"));
    case HS_JOB_UNCERTAIN:
      return safe != NULL ? g_strdup_printf (_ ("It was sent to %s"), safe)
                          : g_strdup (_ ("It was sent to the printer"));
    case HS_JOB_DELIVERED:
      return say_printed (job, safe, now_us);
    case HS_JOB_CANCELLED:
    case HS_JOB_EXPIRED:
    case HS_JOB_FAILED:
      return hs_time_words_clock (job->finished_us, now_us);
    case HS_JOB_RECEIVING:
      return g_strdup (_ ("The document is arriving"));
    case HS_JOB_NONE:
    case HS_JOB_N_STATES:
      break;
    }
  return g_strdup ("");
}

/* ── progress ────────────────────────────────────────────────────────────────────────────── */

static guint64
count_pages (const HsControlJob *job)
{
  return (guint64)job->pages * MAX (job->copies, 1);
}

double
hs_job_words_fraction (const HsControlJob *job, const HsJobProgress *progress)
{
  guint64 pages = count_pages (job);

  if (progress->printed_pages > 0 && pages > 0)
    return MIN (1.0, (double)progress->printed_pages / (double)pages);
  if (progress->printed_pages == 0 && progress->sent_bytes > 0 && job->size_bytes > 0
      && progress->sent_bytes < job->size_bytes)
    return (double)progress->sent_bytes / (double)job->size_bytes;
  return -1;
}

char *
hs_job_words_progress (const HsControlJob *job, const HsJobProgress *progress)
{
  guint64 pages = count_pages (job);

  if (job->state != HS_JOB_DELIVERING)
    return g_strdup (hs_job_words_state (job));
  if (progress->printed_pages > 0 && pages > 0)
    return g_strdup_printf (_ ("Printing page %u of %u"),
                            (guint)MIN (progress->printed_pages, pages),
                            (guint)MIN (pages, G_MAXUINT));
  if (progress->printed_pages == 0 && progress->sent_bytes > 0
      && progress->sent_bytes < job->size_bytes)
    return g_strdup_printf (_ ("Sending %u %%"),
                            (guint)(progress->sent_bytes * 100 / job->size_bytes));
  return g_strdup (_ ("Printing"));
}

/* ── the whole row ───────────────────────────────────────────────────────────────────────── */

char *
hs_job_words_spoken (const HsControlJob *job, const char *printer, gint64 now_us)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  char *texts[] = { hs_job_words_title (job),
                    hs_job_words_from (job),
                    g_strdup (hs_job_words_state (job)),
                    hs_job_words_pages (job),
                    hs_job_words_copies (job),
                    g_strdup (hs_job_words_colour (job)),
                    g_strdup (hs_job_words_sides (job)),
                    hs_job_words_media (job),
                    hs_job_words_line (job, printer, now_us),
                    g_strdup (hs_job_words_trouble (job)) };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    if (texts[i] != NULL && *texts[i] != '\0')
      g_ptr_array_add (parts, texts[i]);
    else
      g_free (texts[i]);
  g_ptr_array_add (parts, NULL);
  return g_strjoinv (", ", (char **)parts->pdata);
}
