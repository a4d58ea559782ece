/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* One line that moves while a job goes to paper. */

#include "cli/progress.h"

#include "base/safe_text.h"
#include "cli/output.h"
#include "platform/terminal.h"

#include <stdio.h>
#include <string.h>

#define BAR_COLUMNS 24

struct HsProgress
{
  gboolean shown;
  gboolean moves; /* standard output is a terminal */
  guint64 size_bytes;
  guint32 pages;
  HsJobState state;
  guint64 sent_bytes;
  guint32 printed_pages;
};

HsProgress *
hs_progress_new (const HsControlJob *job, gboolean shown)
{
  HsProgress *progress = g_new0 (HsProgress, 1);

  progress->shown = shown;
  progress->moves = hs_terminal_has_output ();
  progress->size_bytes = job->size_bytes;
  progress->pages = job->pages * job->copies;
  return progress;
}

static void
print_bar (guint64 done, guint64 whole, const char *words)
{
  guint filled = whole > 0 ? (guint)(MIN (done, whole) * BAR_COLUMNS / whole) : 0;

  fputs ("\r\033[K[", stdout);
  for (guint i = 0; i < BAR_COLUMNS; i++)
    fputs (i < filled ? "█" : "·", stdout);
  printf ("] %s", words);
  fflush (stdout);
}

static void
draw (const HsProgress *progress)
{
  if (!progress->shown || !progress->moves)
    return;
  if (progress->state != HS_JOB_DELIVERING)
    print_bar (0, 1, "Asking the printer …");
  else if (progress->printed_pages > 0 && progress->pages > 0)
    {
      g_autofree char *words
          = g_strdup_printf ("Printing: page %u of %u", progress->printed_pages, progress->pages);
      print_bar (progress->printed_pages, progress->pages, words);
    }
  else if (progress->sent_bytes < progress->size_bytes)
    {
      g_autofree char *sent = hs_output_dup_size (progress->sent_bytes);
      g_autofree char *size = hs_output_dup_size (progress->size_bytes);
      g_autofree char *words = g_strdup_printf ("Sending: %s of %s", sent, size);
      print_bar (progress->sent_bytes, progress->size_bytes, words);
    }
  else
    print_bar (1, 1, "Sent; the printer is printing …");
}

void
hs_progress_take (HsProgress *progress, const json_t *object)
{
  gint64 sent_bytes, printed_pages;

  if (!hs_json_get_integer (object, "sent_bytes", 0, HS_JSON_MAX_INTEGER, &sent_bytes, NULL)
      || !hs_json_get_integer (object, "printed_pages", 0, G_MAXUINT32, &printed_pages, NULL))
    return;
  progress->sent_bytes = (guint64)sent_bytes;
  progress->printed_pages = (guint32)printed_pages;
  draw (progress);
}

void
hs_progress_show_state (HsProgress *progress, const HsControlJob *job)
{
  gboolean is_new = progress->state != job->state;

  progress->state = job->state;
  draw (progress);
  if (progress->shown && !progress->moves && is_new && !hs_job_state_is_final (job->state))
    {
      g_autofree char *sentence = hs_safe_text_dup (job->sentence);
      printf ("%s%s%s\n", hs_job_state_to_keyword (job->state), *sentence != '\0' ? ": " : "",
              sentence);
      fflush (stdout);
    }
}

void
hs_progress_free (HsProgress *progress)
{
  if (progress->shown && progress->moves)
    {
      fputs ("\r\033[K", stdout);
      fflush (stdout);
    }
  g_free (progress);
}
