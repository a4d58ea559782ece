/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A sorted list of job items. A balanced tree finds a place and a row's number in logarithmic time. */

#include "tray-ui/models/job_list.h"

struct _HsJobList
{
  GObject parent_instance;
  GSequence *items;   /* HsJobItem, a reference each */
  GHashTable *places; /* id, borrowed from the item → GSequenceIter */
  GCompareDataFunc compare;
};

static GType
get_item_type (GListModel *model)
{
  return HS_TYPE_JOB_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  return (guint)g_sequence_get_length (HS_JOB_LIST (model)->items);
}

static gpointer
get_item (GListModel *model, guint position)
{
  GSequenceIter *place = g_sequence_get_iter_at_pos (HS_JOB_LIST (model)->items, (int)position);

  return g_sequence_iter_is_end (place) ? NULL : g_object_ref (g_sequence_get (place));
}

static void
init_model (GListModelInterface *interface)
{
  interface->get_item_type = get_item_type;
  interface->get_n_items = get_n_items;
  interface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (HsJobList,
                               hs_job_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, init_model))

static void
hs_job_list_finalize (GObject *object)
{
  HsJobList *self = HS_JOB_LIST (object);

  g_hash_table_unref (self->places);
  g_sequence_free (self->items);
  G_OBJECT_CLASS (hs_job_list_parent_class)->finalize (object);
}

static void
hs_job_list_class_init (HsJobListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_job_list_finalize;
}

static void
hs_job_list_init (HsJobList *self)
{
  self->items = g_sequence_new (g_object_unref);
  self->places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/* ── orders ──────────────────────────────────────────────────────────────────────────────── */

static int
compare_times (gint64 left, gint64 right)
{
  return left == right ? 0 : left > right ? -1 : 1;
}

static int
compare_open (gconstpointer left, gconstpointer right, gpointer user_data)
{
  const HsControlJob *first = hs_job_item_get_job (HS_JOB_ITEM ((gpointer)left));
  const HsControlJob *second = hs_job_item_get_job (HS_JOB_ITEM ((gpointer)right));
  int questions = (second->state == HS_JOB_UNCERTAIN) - (first->state == HS_JOB_UNCERTAIN);
  int times = compare_times (first->created_us, second->created_us);

  return questions != 0 ? questions : times != 0 ? times : g_strcmp0 (first->id, second->id);
}

static int
compare_done (gconstpointer left, gconstpointer right, gpointer user_data)
{
  const HsControlJob *first = hs_job_item_get_job (HS_JOB_ITEM ((gpointer)left));
  const HsControlJob *second = hs_job_item_get_job (HS_JOB_ITEM ((gpointer)right));
  int times = compare_times (first->finished_us, second->finished_us);

  return times != 0 ? times : g_strcmp0 (first->id, second->id);
}

static HsJobList *
list_new (GCompareDataFunc compare)
{
  HsJobList *list = g_object_new (HS_TYPE_JOB_LIST, NULL);

  list->compare = compare;
  return list;
}

HsJobList *
hs_job_list_new_open (void)
{
  return list_new (compare_open);
}

HsJobList *
hs_job_list_new_done (void)
{
  return list_new (compare_done);
}

/* ── questions and actions ───────────────────────────────────────────────────────────────── */

guint
hs_job_list_get_length (HsJobList *list)
{
  return get_n_items (G_LIST_MODEL (list));
}

HsJobItem *
hs_job_list_find (HsJobList *list, const char *id)
{
  GSequenceIter *place = g_hash_table_lookup (list->places, id);

  return place != NULL ? g_sequence_get (place) : NULL;
}

/* Is the row between its neighbours still? */
static gboolean
is_in_order (HsJobList *list, GSequenceIter *place)
{
  gpointer item = g_sequence_get (place);
  GSequenceIter *next = g_sequence_iter_next (place);

  if (!g_sequence_iter_is_begin (place)
      && list->compare (g_sequence_get (g_sequence_iter_prev (place)), item, NULL) > 0)
    return FALSE;
  return g_sequence_iter_is_end (next) || list->compare (item, g_sequence_get (next), NULL) <= 0;
}

void
hs_job_list_put (HsJobList *list, HsJobItem *item)
{
  const char *id = hs_job_item_get_id (item);
  GSequenceIter *place = g_hash_table_lookup (list->places, id);

  if (place != NULL && is_in_order (list, place))
    return;
  g_autoptr (HsJobItem) kept = g_object_ref (item);
  if (place != NULL)
    hs_job_list_remove (list, id);
  place = g_sequence_insert_sorted (list->items, g_object_ref (item), list->compare, NULL);
  g_hash_table_insert (list->places, g_strdup (id), place);
  g_list_model_items_changed (G_LIST_MODEL (list), (guint)g_sequence_iter_get_position (place), 0,
                              1);
}

gboolean
hs_job_list_remove (HsJobList *list, const char *id)
{
  GSequenceIter *place = g_hash_table_lookup (list->places, id);

  if (place == NULL)
    return FALSE;
  guint position = (guint)g_sequence_iter_get_position (place);
  g_hash_table_remove (list->places, id);
  g_sequence_remove (place);
  g_list_model_items_changed (G_LIST_MODEL (list), position, 1, 0);
  return TRUE;
}
