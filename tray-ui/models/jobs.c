/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* All jobs that the agent tells of. */

#include "tray-ui/models/jobs.h"

struct _HsJobs
{
  GObject parent_instance;
  GHashTable *items; /* id → HsJobItem */
  GHashTable *aside; /* set of ids */
  GHashTable
      *touched; /* set of ids that events told of since the snapshot was asked for; NULL: none */
  HsJobList *open;
  HsJobList *done;
  gboolean is_known; /* a snapshot was taken */
};

G_DEFINE_FINAL_TYPE (HsJobs, hs_jobs, G_TYPE_OBJECT)

enum
{
  MOVED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
hs_jobs_finalize (GObject *object)
{
  HsJobs *self = HS_JOBS (object);

  g_hash_table_unref (self->items);
  g_hash_table_unref (self->aside);
  g_clear_pointer (&self->touched, g_hash_table_unref);
  g_object_unref (self->open);
  g_object_unref (self->done);
  G_OBJECT_CLASS (hs_jobs_parent_class)->finalize (object);
}

static void
hs_jobs_class_init (HsJobsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_jobs_finalize;
  signals[MOVED] = g_signal_new ("moved", HS_TYPE_JOBS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 2, HS_TYPE_JOB_ITEM, G_TYPE_INT);
}

static void
hs_jobs_init (HsJobs *self)
{
  self->items = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->aside = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->open = hs_job_list_new_open ();
  self->done = hs_job_list_new_done ();
}

HsJobs *
hs_jobs_new (void)
{
  return g_object_new (HS_TYPE_JOBS, NULL);
}

/* ── questions ───────────────────────────────────────────────────────────────────────────── */

HsJobList *
hs_jobs_get_open (HsJobs *jobs)
{
  return jobs->open;
}

HsJobList *
hs_jobs_get_done (HsJobs *jobs)
{
  return jobs->done;
}

HsJobItem *
hs_jobs_find (HsJobs *jobs, const char *id)
{
  return g_hash_table_lookup (jobs->items, id);
}

guint
hs_jobs_count (HsJobs *jobs, HsJobState state)
{
  GHashTableIter iter;
  gpointer item;
  guint count = 0;

  g_hash_table_iter_init (&iter, jobs->items);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    count += hs_job_item_get_job (item)->state == state;
  return count;
}

GPtrArray *
hs_jobs_list_recent_printers (HsJobs *jobs)
{
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);
  GListModel *lists[] = { G_LIST_MODEL (jobs->open), G_LIST_MODEL (jobs->done) };

  for (gsize l = 0; l < G_N_ELEMENTS (lists); l++)
    for (guint i = 0; i < g_list_model_get_n_items (lists[l]); i++)
      {
        g_autoptr (HsJobItem) item = g_list_model_get_item (lists[l], i);
        const char *printer = hs_job_item_get_job (item)->printer;
        if (printer != NULL && !g_ptr_array_find_with_equal_func (ids, printer, g_str_equal, NULL))
          g_ptr_array_add (ids, g_strdup (printer));
      }
  return ids;
}

/* ── lists ───────────────────────────────────────────────────────────────────────────────── */

static void
place (HsJobs *jobs, HsJobItem *item)
{
  const HsControlJob *job = hs_job_item_get_job (item);
  gboolean is_done = hs_job_state_is_final (job->state);

  if (is_done)
    g_hash_table_remove (jobs->aside, job->id);
  if (is_done || g_hash_table_contains (jobs->aside, job->id))
    hs_job_list_remove (jobs->open, job->id);
  else
    hs_job_list_put (jobs->open, item);
  if (is_done)
    hs_job_list_put (jobs->done, item);
  else
    hs_job_list_remove (jobs->done, job->id);
}

static void
take (HsJobs *jobs, HsControlJob *job)
{
  HsJobItem *item = hs_jobs_find (jobs, job->id);
  HsJobState before = HS_JOB_NONE;

  if (item == NULL)
    {
      item = hs_job_item_new (job);
      g_hash_table_insert (jobs->items, g_strdup (job->id), item);
    }
  else
    {
      before = hs_job_item_get_job (item)->state;
      hs_job_item_take (item, job);
    }
  place (jobs, item);
  if (jobs->is_known && before != hs_job_item_get_job (item)->state)
    g_signal_emit (jobs, signals[MOVED], 0, item, (int)before);
}

static void
drop (HsJobs *jobs, const char *id)
{
  hs_job_list_remove (jobs->open, id);
  hs_job_list_remove (jobs->done, id);
  g_hash_table_remove (jobs->aside, id);
  g_hash_table_remove (jobs->items, id);
}

/* ── what the agent says ─────────────────────────────────────────────────────────────────── */

void
hs_jobs_begin (HsJobs *jobs)
{
  g_clear_pointer (&jobs->touched, g_hash_table_unref);
  jobs->touched = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static gboolean
is_touched (HsJobs *jobs, const char *id)
{
  return jobs->touched != NULL && g_hash_table_contains (jobs->touched, id);
}

void
hs_jobs_take_all (HsJobs *jobs, GPtrArray *all)
{
  g_autoptr (GHashTable) named = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) lost = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer id;

  g_ptr_array_set_free_func (all, NULL);
  for (guint i = 0; i < all->len; i++)
    {
      HsControlJob *job = g_ptr_array_index (all, i);
      g_hash_table_add (named, g_strdup (job->id));
      if (is_touched (jobs, job->id))
        hs_control_job_free (job);
      else
        take (jobs, job);
    }
  g_ptr_array_set_size (all, 0);
  g_hash_table_iter_init (&iter, jobs->items);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (!g_hash_table_contains (named, id) && !is_touched (jobs, id))
      g_ptr_array_add (lost, g_strdup (id));
  for (guint i = 0; i < lost->len; i++)
    drop (jobs, g_ptr_array_index (lost, i));
  g_clear_pointer (&jobs->touched, g_hash_table_unref);
  jobs->is_known = TRUE;
}

void
hs_jobs_take (HsJobs *jobs, HsControlJob *job)
{
  if (jobs->touched != NULL)
    g_hash_table_add (jobs->touched, g_strdup (job->id));
  take (jobs, job);
}

void
hs_jobs_forget (HsJobs *jobs, const char *id)
{
  if (jobs->touched != NULL)
    g_hash_table_add (jobs->touched, g_strdup (id));
  drop (jobs, id);
}

void
hs_jobs_forget_all (HsJobs *jobs)
{
  g_autoptr (GPtrArray) empty = g_ptr_array_new ();

  g_clear_pointer (&jobs->touched, g_hash_table_unref);
  hs_jobs_take_all (jobs, empty);
  jobs->is_known = FALSE;
}

void
hs_jobs_forget_done (HsJobs *jobs)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < hs_job_list_get_length (jobs->done); i++)
    {
      g_autoptr (HsJobItem) item = g_list_model_get_item (G_LIST_MODEL (jobs->done), i);
      if (hs_job_item_get_job (item)->titled)
        g_ptr_array_add (ids, g_strdup (hs_job_item_get_id (item)));
    }
  for (guint i = 0; i < ids->len; i++)
    drop (jobs, g_ptr_array_index (ids, i));
}

void
hs_jobs_set_progress (HsJobs *jobs, const char *id, const HsJobProgress *progress)
{
  HsJobItem *item = hs_jobs_find (jobs, id);

  if (item != NULL)
    hs_job_item_set_progress (item, progress);
}

/* ── what the person does ────────────────────────────────────────────────────────────────── */

void
hs_jobs_put_aside (HsJobs *jobs, const char *id)
{
  g_hash_table_add (jobs->aside, g_strdup (id));
  hs_job_list_remove (jobs->open, id);
}

void
hs_jobs_bring_back (HsJobs *jobs, const char *id)
{
  HsJobItem *item = hs_jobs_find (jobs, id);

  g_hash_table_remove (jobs->aside, id);
  if (item != NULL)
    place (jobs, item);
}

gboolean
hs_jobs_is_aside (HsJobs *jobs, const char *id)
{
  return g_hash_table_contains (jobs->aside, id);
}

void
hs_jobs_refresh (HsJobs *jobs)
{
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, jobs->items);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    hs_job_item_refresh (item);
}
