/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Notifications on their way. The server is asked before each one: another may have taken its place,
 * and they are few. */

#include "tray-ui/notices.h"

#include "platform/notice_server.h"

typedef struct
{
  HsNotices *notices; /* gone when @cancellable is cancelled */
  char *id;
  GNotification *notification;
  char *body;
  GCancellable *cancellable;
} Letter;

struct HsNotices
{
  GApplication *application;
  GHashTable *waiting; /* id → the Letter whose answer is awaited; it belongs to its question */
};

static void
free_letter (Letter *letter)
{
  g_free (letter->id);
  g_object_unref (letter->notification);
  g_free (letter->body);
  g_object_unref (letter->cancellable);
  g_free (letter);
}

static void
on_asked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GApplication *application = G_APPLICATION (source);
  Letter *letter = user_data;
  gboolean reads_markup = FALSE;

  if (hs_notice_server_ask_finish (application, result, &reads_markup, NULL))
    {
      g_autofree char *escaped = reads_markup ? g_markup_escape_text (letter->body, -1) : NULL;

      g_notification_set_body (letter->notification, reads_markup ? escaped : letter->body);
      g_application_send_notification (application, letter->id, letter->notification);
      g_hash_table_remove (letter->notices->waiting, letter->id);
    }
  free_letter (letter);
}

static void
drop (HsNotices *notices, const char *id)
{
  Letter *letter = g_hash_table_lookup (notices->waiting, id);

  if (letter == NULL)
    return;
  g_hash_table_remove (notices->waiting, id);
  g_cancellable_cancel (letter->cancellable);
}

void
hs_notices_send (HsNotices *notices, const char *id, GNotification *notification, const char *body)
{
  Letter *letter = g_new0 (Letter, 1);

  drop (notices, id);
  letter->notices = notices;
  letter->id = g_strdup (id);
  letter->notification = g_object_ref (notification);
  letter->body = g_strdup (body);
  letter->cancellable = g_cancellable_new ();
  g_hash_table_insert (notices->waiting, g_strdup (id), letter);
  hs_notice_server_ask_async (notices->application, letter->cancellable, on_asked, letter);
}

void
hs_notices_withdraw (HsNotices *notices, const char *id)
{
  drop (notices, id);
  g_application_withdraw_notification (notices->application, id);
}

HsNotices *
hs_notices_new (GApplication *application)
{
  HsNotices *notices = g_new0 (HsNotices, 1);

  notices->application = application;
  notices->waiting = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return notices;
}

void
hs_notices_free (HsNotices *notices)
{
  GHashTableIter iter;
  gpointer letter;

  if (notices == NULL)
    return;
  g_hash_table_iter_init (&iter, notices->waiting);
  while (g_hash_table_iter_next (&iter, NULL, &letter))
    g_cancellable_cancel (((Letter *)letter)->cancellable);
  g_hash_table_unref (notices->waiting);
  g_free (notices);
}
