/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What the person asks for. */

#include "tray-ui/client/wishes.h"

#include "tray-ui/words/refusal_words.h"

#include <string.h>

#define MOST_UNDER_WAY 4 /* each is a connection of its own */

struct _HsWishes
{
  GObject parent_instance;
  HsAgent *agent;
  GPtrArray *deleted; /* ids that are put aside */
  char *title;        /* of the only one; nullable */
  guint settle_source;

  /* Calls */
  GQueue waiting; /* Errand */
  guint under_way;
  guint people; /* who have left */

  /* Releases since nothing was under way */
  guint releases;
  GPtrArray *refused; /* titles */
  char *why;          /* of the first one that was refused; nullable */
  gboolean is_why_common;
};

G_DEFINE_FINAL_TYPE (HsWishes, hs_wishes, G_TYPE_OBJECT)

enum
{
  DELETED_CHANGED,
  REFUSED,
  IDLE,
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
  g_queue_clear (&self->waiting); /* empty: an errand holds us */
  g_ptr_array_unref (self->refused);
  g_free (self->why);
  g_signal_handlers_disconnect_by_data (self->agent, self);
  g_object_unref (self->agent);
  G_OBJECT_CLASS (hs_wishes_parent_class)->finalize (object);
}

static void
hs_wishes_class_init (HsWishesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_wishes_finalize;
  signals[DELETED_CHANGED] = g_signal_new ("deleted-changed", HS_TYPE_WISHES, G_SIGNAL_RUN_LAST, 0,
                                           NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[REFUSED] = g_signal_new ("refused", HS_TYPE_WISHES, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[IDLE] = g_signal_new ("idle", HS_TYPE_WISHES, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 0);
}

static void
hs_wishes_init (HsWishes *self)
{
  self->deleted = g_ptr_array_new_with_free_func (g_free);
  self->refused = g_ptr_array_new_with_free_func (g_free);
  g_queue_init (&self->waiting);
}

/* ── calls, a few at a time and in their order ───────────────────────────────────────────── */

typedef enum
{
  ERRAND_RELEASE,
  ERRAND_CANCEL,
  ERRAND_OTHER,
} ErrandKind;

typedef struct
{
  HsWishes *wishes; /* owned: what was asked for is done */
  ErrandKind kind;
  guint person; /* who asked: as many had left before */
  HsJobItem *item;
  char *verb;
  json_t *body; /* nullable */
} Errand;

static void
errand_free (Errand *errand)
{
  g_object_unref (errand->wishes);
  g_object_unref (errand->item);
  g_free (errand->verb);
  json_decref (errand->body);
  g_free (errand);
}

static void
note_refusal (HsWishes *wishes, HsJobItem *item, const char *why)
{
  g_ptr_array_add (wishes->refused, hs_job_words_title (hs_job_item_get_job (item)));
  wishes->is_why_common
      = wishes->why == NULL || (wishes->is_why_common && strcmp (wishes->why, why) == 0);
  if (wishes->why == NULL)
    wishes->why = g_strdup (why);
}

/* Whoever has asked for one thing sees at it what became of it; of many some are out of sight. */
static void
end_round (HsWishes *wishes)
{
  g_autofree char *sentence = NULL;

  if (wishes->releases > 1 && wishes->refused->len > 0)
    sentence = hs_job_words_refused (wishes->refused, wishes->is_why_common ? wishes->why : NULL);
  wishes->releases = 0;
  g_ptr_array_set_size (wishes->refused, 0);
  g_clear_pointer (&wishes->why, g_free);
  if (sentence != NULL)
    g_signal_emit (wishes, signals[REFUSED], 0, sentence);
  g_signal_emit (wishes, signals[IDLE], 0);
}

static void
take_answer (Errand *errand, const GError *error)
{
  HsJobs *jobs = hs_agent_get_jobs (errand->wishes->agent);
  g_autofree char *why = error != NULL ? hs_refusal_words_dup (error) : NULL;

  hs_job_item_set_asked (errand->item, FALSE);
  /* It is there still, so it has to be seen. */
  if (error != NULL && errand->kind == ERRAND_CANCEL)
    hs_jobs_bring_back (jobs, hs_job_item_get_id (errand->item));
  hs_job_item_set_refusal (errand->item, why);
  if (error != NULL && errand->kind == ERRAND_RELEASE && errand->person == errand->wishes->people)
    note_refusal (errand->wishes, errand->item, why);
}

static void start_calls (HsWishes *wishes);

static void
on_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Errand *errand = user_data;
  g_autoptr (HsWishes) wishes = g_object_ref (errand->wishes);
  g_autoptr (GError) error = NULL;
  g_autoptr (json_t) reply = hs_agent_call_finish (HS_AGENT (source), result, &error);

  take_answer (errand, error);
  errand_free (errand);
  wishes->under_way--;
  start_calls (wishes);
  if (!hs_wishes_is_busy (wishes))
    end_round (wishes);
}

static void
start_calls (HsWishes *wishes)
{
  while (wishes->under_way < MOST_UNDER_WAY && !g_queue_is_empty (&wishes->waiting))
    {
      Errand *errand = g_queue_pop_head (&wishes->waiting);
      g_autofree char *path
          = g_strdup_printf ("/v1/jobs/%s/%s", hs_job_item_get_id (errand->item), errand->verb);
      wishes->under_way++;
      hs_agent_post_async (wishes->agent, path, g_steal_pointer (&errand->body), on_answered,
                           errand);
    }
}

/* Takes @body (nullable). */
static void
ask (HsWishes *wishes, ErrandKind kind, HsJobItem *item, const char *verb, json_t *body)
{
  Errand *errand;

  if (hs_job_item_is_asked (item))
    {
      json_decref (body);
      return;
    }
  errand = g_new0 (Errand, 1);
  errand->wishes = g_object_ref (wishes);
  errand->kind = kind;
  errand->person = wishes->people;
  errand->item = g_object_ref (item);
  errand->verb = g_strdup (verb);
  errand->body = body;
  wishes->releases += kind == ERRAND_RELEASE;
  hs_job_item_set_refusal (item, NULL);
  hs_job_item_set_asked (item, TRUE);
  g_queue_push_tail (&wishes->waiting, errand);
  start_calls (wishes);
}

gboolean
hs_wishes_is_busy (HsWishes *wishes)
{
  return wishes->under_way > 0 || !g_queue_is_empty (&wishes->waiting);
}

/* ── one request about one job ───────────────────────────────────────────────────────────── */

void
hs_wishes_release (HsWishes *wishes, HsJobItem *item, const char *printer, json_t *options)
{
  json_t *body = options != NULL ? options : json_object ();

  hs_json_set_text (body, "printer", printer, 64);
  ask (wishes, ERRAND_RELEASE, item, "release", body);
}

void
hs_wishes_hold (HsWishes *wishes, HsJobItem *item)
{
  ask (wishes, ERRAND_OTHER, item, "hold", NULL);
}

void
hs_wishes_resolve (HsWishes *wishes, HsJobItem *item, const char *outcome)
{
  json_t *body = json_object ();

  hs_json_set_text (body, "outcome", outcome, 16);
  ask (wishes, ERRAND_OTHER, item, "resolve", body);
}

/* ── deleting ────────────────────────────────────────────────────────────────────────────── */

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
      HsJobItem *item = hs_jobs_find (hs_agent_get_jobs (wishes->agent),
                                      g_ptr_array_index (wishes->deleted, i));
      if (item != NULL)
        ask (wishes, ERRAND_CANCEL, item, "cancel", NULL);
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

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

/* At a kiosk its person has gone: what was not sent yet would go with the next one's session, and what is
 * answered late would name documents to them. */
static void
forget_person (HsWishes *wishes)
{
  Errand *errand;

  wishes->people++;
  while ((errand = g_queue_pop_head (&wishes->waiting)) != NULL)
    errand_free (errand);
  wishes->releases = 0;
  g_ptr_array_set_size (wishes->refused, 0);
  g_clear_pointer (&wishes->why, g_free);
  if (wishes->deleted->len > 0)
    forget_deleted (wishes);
}

static void
on_agent_changed (HsAgent *agent, HsWishes *wishes)
{
  if (hs_agent_get_state (agent) == HS_AGENT_VACANT)
    forget_person (wishes);
}

HsWishes *
hs_wishes_new (HsAgent *agent)
{
  HsWishes *wishes = g_object_new (HS_TYPE_WISHES, NULL);

  wishes->agent = g_object_ref (agent);
  g_signal_connect (agent, "changed", G_CALLBACK (on_agent_changed), wishes);
  return wishes;
}
