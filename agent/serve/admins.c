/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Who is an administrator. */

#include "serve/admins.h"

#include "base/worker.h"

#include "platform/boot_clock.h"
#include "platform/peer.h"

#define MOST_ANSWERS 1000 /* remembered; beyond that all are asked for again */

struct HsAdmins
{
  char *group;
  HsAdminsFunc is_member;
  GHashTable *answers; /* uid → Answer */
};

typedef struct
{
  gboolean is_admin;
  gint64 at_us; /* boot clock */
} Answer;

/* In the worker's hands until it has returned. */
typedef struct
{
  guint32 uid;
  char *group;
  HsAdminsFunc is_member;
  GHashTable *answers;
  GTask *task; /* of the asker */
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->group);
  g_hash_table_unref (question->answers);
  g_object_unref (question->task);
  g_free (question);
}

HsAdmins *
hs_admins_new (const char *group, HsAdminsFunc is_member)
{
  HsAdmins *admins = g_new0 (HsAdmins, 1);

  admins->group = g_strdup (group);
  admins->is_member = is_member != NULL ? is_member : hs_peer_is_member;
  admins->answers = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  return admins;
}

void
hs_admins_free (HsAdmins *admins)
{
  if (admins == NULL)
    return;
  g_free (admins->group);
  g_hash_table_unref (admins->answers);
  g_free (admins);
}

static void
ask_in_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Question *question = data;

  g_task_return_boolean (task, question->is_member (question->uid, question->group));
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer data)
{
  const Question *question = g_task_get_task_data (G_TASK (result));
  Answer *answer = g_new0 (Answer, 1);

  answer->is_admin = g_task_propagate_boolean (G_TASK (result), NULL);
  answer->at_us = hs_boot_clock_now_us ();
  if (g_hash_table_size (question->answers) >= MOST_ANSWERS)
    g_hash_table_remove_all (question->answers);
  g_hash_table_insert (question->answers, GUINT_TO_POINTER (question->uid), answer);
  g_task_return_boolean (question->task, answer->is_admin);
}

void
hs_admins_ask_async (HsAdmins *admins,
                     guint32 uid,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  g_autoptr (GTask) worker = NULL;
  const Answer *known = g_hash_table_lookup (admins->answers, GUINT_TO_POINTER (uid));
  Question *question = NULL;

  if (uid == 0)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  if (known != NULL && hs_boot_clock_now_us () - known->at_us < HS_ADMINS_AGE_US)
    {
      g_task_return_boolean (task, known->is_admin);
      return;
    }
  question = g_new0 (Question, 1);
  question->uid = uid;
  question->group = g_strdup (admins->group);
  question->is_member = admins->is_member;
  question->answers = g_hash_table_ref (admins->answers);
  question->task = g_steal_pointer (&task);
  worker = g_task_new (NULL, NULL, on_answered, NULL);
  g_task_set_task_data (worker, question, question_free);
  hs_worker_run (worker, ask_in_worker);
}

gboolean
hs_admins_ask_finish (GAsyncResult *result)
{
  return g_task_propagate_boolean (G_TASK (result), NULL);
}
