/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* How long the window works for one change among 2,000 jobs: the models, the rows and the next frame.
 * Prints milliseconds: the median and the longest of 60 changes. Needs a display. */

#include "tray-ui/window/window.h"
#include "support/tray_fixture.h"

#include <stdio.h>
#include <time.h>

#define JOBS 2000
#define CHANGES 60

/* Of the processor, for machines are shared. */
static gint64
get_work_us (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (gint64)time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

static gint64 frame_began_us;
static gint64 frame_us;
static guint frames;

static void
on_before (GdkFrameClock *clock, gpointer user_data)
{
  frame_began_us = get_work_us ();
}

static void
on_after (GdkFrameClock *clock, gpointer user_data)
{
  frame_us = get_work_us () - frame_began_us;
  frames++;
}

static HsControlJob *
make_job (guint number, HsJobState state)
{
  g_autofree char *id = g_strdup_printf ("job-%05u", number);
  HsControlJob *job = hs_tray_fixture_job (id, state, number);

  job->created_us = g_get_real_time () - (gint64)number * G_USEC_PER_SEC;
  job->expires_us = job->created_us + (gint64)8 * 3600 * G_USEC_PER_SEC;
  return job;
}

static int
compare (gconstpointer left, gconstpointer right)
{
  gint64 first = *(const gint64 *)left, second = *(const gint64 *)right;
  return first < second ? -1 : first > second;
}

static void
await_frame (void)
{
  guint before = frames;
  gint64 limit = g_get_monotonic_time () + G_USEC_PER_SEC;

  while (frames == before && g_get_monotonic_time () < limit)
    g_main_context_iteration (NULL, FALSE);
}

int
main (void)
{
  gtk_init ();
  g_autofree char *settings_path = g_build_filename (g_get_tmp_dir (), "no-such-settings", NULL);
  g_autoptr (HsAgent) agent = hs_agent_new ("/nonexistent/control.sock");
  g_autoptr (HsWishes) wishes = hs_wishes_new (agent);
  g_autoptr (HsSettings) settings = hs_settings_new (settings_path);
  const HsDesk desk = { agent, wishes, settings };
  HsJobs *jobs = hs_agent_get_jobs (agent);
  gint64 times_us[CHANGES];

  for (guint i = 0; i < JOBS; i++)
    hs_jobs_take (jobs, make_job (i, HS_JOB_HELD));
  HsWindow *window = hs_window_new (NULL, &desk);
  gtk_window_present (GTK_WINDOW (window));
  while (!gtk_widget_get_mapped (GTK_WIDGET (window)))
    g_main_context_iteration (NULL, TRUE);
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (window));
  g_signal_connect (clock, "before-paint", G_CALLBACK (on_before), NULL);
  g_signal_connect (clock, "after-paint", G_CALLBACK (on_after), NULL);
  for (guint i = 0; i < 20; i++)
    await_frame ();
  for (guint i = 0; i < CHANGES; i++)
    {
      /* In turn: one changes, one goes, one comes. */
      gint64 start_us = get_work_us ();
      if (i % 3 == 1)
        hs_jobs_forget (jobs, "job-00003");
      else
        hs_jobs_take (jobs, make_job (3, i % 3 == 0 ? HS_JOB_RELEASED : HS_JOB_HELD));
      times_us[i] = get_work_us () - start_us;
      frame_us = 0;
      await_frame ();
      times_us[i] += frame_us;
    }
  qsort (times_us, CHANGES, sizeof times_us[0], compare);
  printf ("%.2f %.2f\n", (double)times_us[CHANGES / 2] / 1e3, (double)times_us[CHANGES - 1] / 1e3);
  gtk_window_destroy (GTK_WINDOW (window));
  return 0;
}
