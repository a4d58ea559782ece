/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What the person asks for. */

#include "tray-ui/client/wishes.h"

struct _HsWishes
{
  GObject parent_instance;
  HsAgent *agent;
  GPtrArray *deleted; /* ids that are put aside */
  char *title;        /* of the only one; nullable */
  guint settle_source;
};

G_DEFINE_FINAL_TYPE (HsWishes, hs_wishes, G_TYPE_OBJECT)

enum
{
  DELETED_CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
hs_wishes_finalize (GObject *object)
{
  HsWishes *self = HS_WISHES (object);

  g_clear_handle_id (&self->settle_source, g_source_remove);
  g_ptr_array_unref (self->deleted);
  g_free (self->title);
  g_object_unref (self->agent);
  G_OBJECT_CLASS (hs_wishes_parent_class)->finalize (object);
}

static void
hs_wishes_class_init (HsWishesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_wishes_finalize;
  signals[DELETED_CHANGED] = g_signal_new ("deleted-changed", HS_TYPE_WISHES, G_SIGNAL_RUN_LAST, 0,
                                           NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hs_wishes_init (HsWishes *self)
{
  self->deleted = g_ptr_array_new_with_free_func (g_free);
}

HsWishes *
hs_wishes_new (HsAgent *agent)
{
  HsWishes *wishes = g_object_new (HS_TYPE_WISHES, NULL);

  wishes->agent = g_object_ref (agent);
  return wishes;
}

/* ── one request about one job ───────────────────────────────────────────────────────────── */

static void
on_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HsJobItem) item = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (json_t) reply = hs_agent_call_finish (HS_AGENT (source), result, &error);

  hs_job_item_set_asked (item, FALSE);
  hs_job_item_set_refusal (item, reply == NULL ? error->message : NULL);
}

/* Takes @body (nullable). */
static void
ask (HsWishes *wishes, HsJobItem *item, const char *verb, json_t *body)
{
  g_autofree char *path = g_strdup_printf ("/v1/jobs/%s/%s", hs_job_item_get_id (item), verb);

  if (hs_job_item_is_asked (item))
    {
      json_decref (body);
      return;
    }
  hs_job_item_set_refusal (item, NULL);
  hs_job_item_set_asked (item, TRUE);
  hs_agent_post_async (wishes->agent, path, body, on_answered, g_object_ref (item));
}

void
hs_wishes_release (HsWishes *wishes, HsJobItem *item, const char *printer, json_t *options)
{
  json_t *body = options != NULL ? options : json_object ();

  hs_json_set_text (body, "printer", printer, 64);
  ask (wishes, item, "release", body);
}

void
hs_wishes_hold (HsWishes *wishes, HsJobItem *item)
{
  ask (wishes, item, "hold", NULL);
}

void
hs_wishes_resolve (HsWishes *wishes, HsJobItem *item, const char *outcome)
{
  json_t *body = json_object ();

  hs_json_set_text (body, "outcome", outcome, 16);
  ask (wishes, item, "resolve", body);
}

/* ── deleting ────────────────────────────────────────────────────────────────────────────── */

typedef struct
{
  HsJobs *jobs;
  char *id;
} Deletion;

static void
on_cancelled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Deletion *deletion = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (json_t) reply = hs_agent_call_finish (HS_AGENT (source), result, &error);
  HsJobItem *item = hs_jobs_find (deletion->jobs, deletion->id);

  /* It is there still, so it has to be seen. */
  if (reply == NULL && item != NULL)
    {
      hs_jobs_bring_back (deletion->jobs, deletion->id);
      hs_job_item_set_refusal (item, error->message);
    }
  g_object_unref (deletion->jobs);
  g_free (deletion->id);
  g_free (deletion);
}

static void
forget_deleted (HsWishes *wishes)
{
  g_clear_handle_id (&wishes->settle_source, g_source_remove);
  g_ptr_array_set_size (wishes->deleted, 0);
  g_clear_pointer (&wishes->title, g_free);
  g_signal_emit (wishes, signals[DELETED_CHANGED], 0);
}

void
hs_wishes_settle (HsWishes *wishes)
{
  if (wishes->deleted->len == 0)
    return;
  for (guint i = 0; i < wishes->deleted->len; i++)
    {
      Deletion *deletion = g_new0 (Deletion, 1);
      deletion->jobs = g_object_ref (hs_agent_get_jobs (wishes->agent));
      deletion->id = g_strdup (g_ptr_array_index (wishes->deleted, i));
      g_autofree char *path = g_strdup_printf ("/v1/jobs/%s/cancel", deletion->id);
      hs_agent_post_async (wishes->agent, path, NULL, on_cancelled, deletion);
    }
  forget_deleted (wishes);
}

static gboolean
on_settle (gpointer user_data)
{
  HsWishes *wishes = user_data;

  wishes->settle_source = 0;
  hs_wishes_settle (wishes);
  return G_SOURCE_REMOVE;
}

void
hs_wishes_delete (HsWishes *wishes, GPtrArray *ids)
{
  HsJobs *jobs = hs_agent_get_jobs (wishes->agent);

  hs_wishes_settle (wishes);
  for (guint i = 0; i < ids->len; i++)
    {
      const char *id = g_ptr_array_index (ids, i);
      HsJobItem *item = hs_jobs_find (jobs, id);
      if (item == NULL || !hs_job_words_may_delete (hs_job_item_get_job (item)))
        continue;
      g_free (wishes->title);
      wishes->title = hs_job_words_title (hs_job_item_get_job (item));
      g_ptr_array_add (wishes->deleted, g_strdup (id));
      hs_jobs_put_aside (jobs, id);
    }
  if (wishes->deleted->len == 0)
    return;
  wishes->settle_source = g_timeout_add_seconds (HS_WISHES_UNDO_S, on_settle, wishes);
  g_signal_emit (wishes, signals[DELETED_CHANGED], 0);
}

void
hs_wishes_undo (HsWishes *wishes)
{
  for (guint i = 0; i < wishes->deleted->len; i++)
    hs_jobs_bring_back (hs_agent_get_jobs (wishes->agent), g_ptr_array_index (wishes->deleted, i));
  forget_deleted (wishes);
}

guint
hs_wishes_get_deleted (HsWishes *wishes, char **title)
{
  if (title != NULL)
    *title = g_strdup (wishes->title);
  return wishes->deleted->len;
}
