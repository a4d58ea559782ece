/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* One job in the lists. */

#include "tray-ui/models/job_item.h"

struct _HsJobItem
{
  GObject parent_instance;
  HsControlJob *job;
  HsJobProgress progress;
  char *refusal;
  gboolean is_asked;
};

G_DEFINE_FINAL_TYPE (HsJobItem, hs_job_item, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
hs_job_item_finalize (GObject *object)
{
  HsJobItem *self = HS_JOB_ITEM (object);

  hs_control_job_free (self->job);
  g_free (self->refusal);
  G_OBJECT_CLASS (hs_job_item_parent_class)->finalize (object);
}

static void
hs_job_item_class_init (HsJobItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_job_item_finalize;
  signals[CHANGED] = g_signal_new ("changed", HS_TYPE_JOB_ITEM, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
hs_job_item_init (HsJobItem *self)
{
}

HsJobItem *
hs_job_item_new (HsControlJob *job)
{
  HsJobItem *item = g_object_new (HS_TYPE_JOB_ITEM, NULL);

  item->job = job;
  return item;
}

const HsControlJob *
hs_job_item_get_job (HsJobItem *item)
{
  return item->job;
}

const char *
hs_job_item_get_id (HsJobItem *item)
{
  return item->job->id;
}

const HsJobProgress *
hs_job_item_get_progress (HsJobItem *item)
{
  return &item->progress;
}

/* What the wire says of both: every field that is shown is in it. */
static gboolean
is_same (const HsControlJob *left, const HsControlJob *right)
{
  g_autoptr (json_t) first = hs_control_job_encode (left);
  g_autoptr (json_t) second = hs_control_job_encode (right);

  return json_equal (first, second);
}

/* The agent forgets the title of what is over. Who has just read it here may go on reading it; it lives
 * in this list's memory only. A title that a locked key hides stays hidden. */
static void
keep_title (const HsControlJob *before, HsControlJob *job)
{
  if (!before->titled || job->titled || !hs_job_state_is_final (job->state))
    return;
  g_free (job->name);
  job->name = g_strdup (before->name);
  job->titled = TRUE;
}

gboolean
hs_job_item_take (HsJobItem *item, HsControlJob *job)
{
  g_autoptr (HsControlJob) before = item->job;
  gboolean has_moved = before->state != job->state;

  item->job = job;
  keep_title (before, job);
  if (job->state != HS_JOB_DELIVERING)
    item->progress = (HsJobProgress){ 0 };
  if (is_same (before, job))
    return FALSE;
  if (has_moved)
    g_clear_pointer (&item->refusal, g_free);
  g_signal_emit (item, signals[CHANGED], 0);
  return TRUE;
}

void
hs_job_item_set_progress (HsJobItem *item, const HsJobProgress *progress)
{
  item->progress = *progress;
  g_signal_emit (item, signals[CHANGED], 0);
}

const char *
hs_job_item_get_refusal (HsJobItem *item)
{
  return item->refusal;
}

void
hs_job_item_set_refusal (HsJobItem *item, const char *sentence)
{
  if (g_strcmp0 (item->refusal, sentence) == 0)
    return;
  g_free (item->refusal);
  item->refusal = g_strdup (sentence);
  g_signal_emit (item, signals[CHANGED], 0);
}

gboolean
hs_job_item_is_asked (HsJobItem *item)
{
  return item->is_asked;
}

void
hs_job_item_set_asked (HsJobItem *item, gboolean is_asked)
{
  if (item->is_asked == is_asked)
    return;
  item->is_asked = is_asked;
  g_signal_emit (item, signals[CHANGED], 0);
}

void
hs_job_item_refresh (HsJobItem *item)
{
  g_signal_emit (item, signals[CHANGED], 0);
}
