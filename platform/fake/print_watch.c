/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A print system's history in memory. Answers come in a later turn of the main loop, as from a helper. */

#include "platform/fake/print_watch.h"

#define MOST_AT_ONCE 2 /* few, so that every test of two jobs and more sees a second part */

static HsFakePrintWatch fake;

HsFakePrintWatch *
hs_fake_print_watch_get (void)
{
  return &fake;
}

void
hs_fake_print_watch_reset (void)
{
  g_clear_pointer (&fake.jobs, g_ptr_array_unref);
  fake = (HsFakePrintWatch){ .most_at_once = MOST_AT_ONCE };
  fake.jobs = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_printed_job_free);
}

static HsPrintedJob *
copy_job (const HsPrintedJob *job)
{
  HsPrintedJob *copy = g_memdup2 (job, sizeof *job);

  copy->queue = g_strdup (job->queue != NULL ? job->queue : "");
  copy->uuid = g_strdup (job->uuid != NULL ? job->uuid : "");
  copy->user = g_strdup (job->user != NULL ? job->user : "");
  copy->title = g_strdup (job->title != NULL ? job->title : "");
  return copy;
}

static int
compare_numbers (gconstpointer left, gconstpointer right)
{
  guint32 a = (*(HsPrintedJob *const *)left)->id, b = (*(HsPrintedJob *const *)right)->id;

  return a < b ? -1 : a > b;
}

gboolean
hs_fake_print_watch_put (const HsPrintedJob *job)
{
  for (guint i = fake.jobs->len; i > 0; i--)
    if (((const HsPrintedJob *)fake.jobs->pdata[i - 1])->id == job->id)
      g_ptr_array_remove_index (fake.jobs, i - 1);
  g_ptr_array_add (fake.jobs, copy_job (job));
  g_ptr_array_sort (fake.jobs, compare_numbers);
  return fake.knocks && job->state != HS_PRINTED_ACTIVE;
}

/* ── the contract ────────────────────────────────────────────────────────────────────────── */

HsPrintWatch *
hs_print_watch_new (const char *helper_socket)
{
  return (HsPrintWatch *)&fake;
}

void
hs_print_watch_free (HsPrintWatch *watch)
{
}

void
hs_printed_job_free (HsPrintedJob *job)
{
  if (job == NULL)
    return;
  g_free (job->queue);
  g_free (job->uuid);
  g_free (job->user);
  g_free (job->title);
  g_free (job);
}

static GTask *
new_task (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  if (!fake.fails)
    return task;
  g_task_return_new_error (task, G_IO_ERROR, fake.error_code, "the print system does not answer");
  g_object_unref (task);
  return NULL;
}

void
hs_print_watch_set_knocking_async (HsPrintWatch *watch,
                                   gboolean knocks,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  g_autoptr (GTask) task = new_task (cancellable, callback, user_data);

  if (task == NULL)
    return;
  if (knocks && !fake.knocks)
    fake.n_subscribed++;
  fake.knocks = knocks;
  g_task_return_boolean (task, TRUE);
}

gboolean
hs_print_watch_set_knocking_finish (HsPrintWatch *watch, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Where the next part begins; 0: that was all. */
static guint32
fill_part (GPtrArray *part, guint32 from)
{
  guint count = 0;

  for (guint i = 0; i < fake.jobs->len; i++)
    {
      const HsPrintedJob *job = g_ptr_array_index (fake.jobs, i);
      if (job->id < from)
        continue;
      if (count++ == fake.most_at_once)
        return job->id;
      if (g_str_equal (job->queue, HS_FAKE_PRINT_WATCH_OWN_QUEUE))
        continue;
      const HsPrintedJob only_number = { .id = job->id };
      g_ptr_array_add (part, copy_job (job->state == HS_PRINTED_ACTIVE ? &only_number : job));
    }
  return 0;
}

typedef struct
{
  GPtrArray *jobs;
  guint32 next;
} Part;

static void
part_free (gpointer data)
{
  Part *part = data;

  g_clear_pointer (&part->jobs, g_ptr_array_unref);
  g_free (part);
}

void
hs_print_watch_list_async (HsPrintWatch *watch,
                           guint32 from,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = new_task (cancellable, callback, user_data);

  if (task == NULL)
    return;
  Part *part = g_new0 (Part, 1);
  part->jobs = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_printed_job_free);
  part->next = fill_part (part->jobs, from);
  fake.n_lists++;
  g_task_return_pointer (task, part, part_free);
}

GPtrArray *
hs_print_watch_list_finish (HsPrintWatch *watch,
                            GAsyncResult *result,
                            guint32 *next,
                            GError **error)
{
  Part *part = g_task_propagate_pointer (G_TASK (result), error);

  if (part == NULL)
    return NULL;
  GPtrArray *jobs = g_steal_pointer (&part->jobs);
  *next = part->next;
  part_free (part);
  return jobs;
}
