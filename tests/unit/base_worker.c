/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What work in another thread leaves on its stack. The stack is looked at from outside, through /proc:
 * while its thread is kept for the next task, it stays mapped. */

#include "base/worker.h"

#include "support/loop.h"
#include "support/own_memory.h"
#include "support/suite.h"

#define WORDS_BYTES 1024

static guintptr place;

static gsize
count_left (void)
{
  guint8 seen[WORDS_BYTES];
  gsize left = 0;

  HS_ASSERT_INT_EQ (hs_own_memory_read (place, seen, sizeof seen), sizeof seen);
  for (gsize i = 0; i < sizeof seen; i++)
    left += seen[i] == 0x5a;
  return left;
}

__attribute__ ((noinline)) static void
write_down (guint depth)
{
  volatile char words[WORDS_BYTES];

  for (gsize i = 0; i < sizeof words; i++)
    words[i] = 0x5a;
  if (depth > 0)
    write_down (depth - 1);
  else
    place = (guintptr)words;
  HS_ASSERT_INT_EQ (words[0], 0x5a);
}

static void
work (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  write_down (16);
  g_task_return_boolean (task, TRUE);
}

static void
run_and_wait (void (*run) (GTask *task, GTaskThreadFunc func))
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GTask) task = g_task_new (NULL, NULL, hs_loop_store_result, &result);

  run (task, work);
  HS_LOOP_UNTIL (result != NULL);
}

static void
what_a_worker_left_on_its_stack_is_wiped_behind_it (void)
{
  run_and_wait (g_task_run_in_thread);
  HS_ASSERT (count_left () > WORDS_BYTES / 2); /* without it everything stays */
  run_and_wait (hs_worker_run);
  HS_LOOP_UNTIL (count_left () < WORDS_BYTES / 10);
}

static void
write_and_tell (gpointer data)
{
  write_down (16);
  g_atomic_int_set ((int *)data, 1);
}

static void
what_a_started_worker_left_is_wiped_too (void)
{
  int is_written = 0;

  hs_worker_start (write_and_tell, &is_written);
  HS_LOOP_UNTIL (g_atomic_int_get (&is_written) == 1);
  HS_LOOP_UNTIL (count_left () < WORDS_BYTES / 10);
}

/* ── many at once ────────────────────────────────────────────────────────────────────────── */

#define MANY 24

typedef struct
{
  GMutex lock;
  GCond changed;
  int here;
  int gone;
} Meeting;

/* Waits until all are here. */
static void
meet (gpointer data)
{
  Meeting *meeting = data;

  g_mutex_lock (&meeting->lock);
  meeting->here++;
  g_cond_broadcast (&meeting->changed);
  while (meeting->here < MANY)
    g_cond_wait (&meeting->changed, &meeting->lock);
  meeting->gone++;
  g_mutex_unlock (&meeting->lock);
}

static int
count_gone (Meeting *meeting)
{
  g_mutex_lock (&meeting->lock);
  int gone = meeting->gone;
  g_mutex_unlock (&meeting->lock);
  return gone;
}

static void
started_workers_do_not_wait_for_each_other (void)
{
  static Meeting meeting;

  for (guint i = 0; i < MANY; i++)
    hs_worker_start (meet, &meeting);
  HS_LOOP_UNTIL (count_gone (&meeting) == MANY);
}

HS_SUITE ("workers",
          { "what a worker left on its stack is wiped behind it",
            what_a_worker_left_on_its_stack_is_wiped_behind_it },
          { "what a started worker left is wiped, too", what_a_started_worker_left_is_wiped_too },
          { "started workers do not wait for each other",
            started_workers_do_not_wait_for_each_other })
