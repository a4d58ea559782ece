/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Which jobs were told already. Kept as text: "1 BEGUN FROM NUMBER…". */

#include "core/local_history.h"

#define VERSION "1"

struct HsLocalHistory
{
  gint64 begun_s;
  gboolean has_looked; /* what ended in the very second of the beginning may be new */
  guint32 from;
  GHashTable *done; /* numbers ≥ from that are done with */

  /* of the look under way */
  GHashTable *over; /* numbers that are over */
  guint32 first_active;
  guint32 last_seen;
};

HsLocalHistory *
hs_local_history_new (gint64 begun_s)
{
  HsLocalHistory *history = g_new0 (HsLocalHistory, 1);

  history->begun_s = begun_s;
  history->from = 1;
  history->done = g_hash_table_new (NULL, NULL);
  history->over = g_hash_table_new (NULL, NULL);
  return history;
}

void
hs_local_history_free (HsLocalHistory *history)
{
  if (history == NULL)
    return;
  g_hash_table_unref (history->done);
  g_hash_table_unref (history->over);
  g_free (history);
}

GBytes *
hs_local_history_encode (const HsLocalHistory *history)
{
  GString *text = g_string_new (VERSION);
  GHashTableIter iter;
  gpointer id = NULL;

  g_string_append_printf (text, " %" G_GINT64_FORMAT " %u", history->begun_s, history->from);
  g_hash_table_iter_init (&iter, history->done);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_string_append_printf (text, " %u", GPOINTER_TO_UINT (id));
  return g_string_free_to_bytes (text);
}

HsLocalHistory *
hs_local_history_decode (GBytes *bytes)
{
  gsize length = 0;
  const char *data = g_bytes_get_data (bytes, &length);
  g_autofree char *text = g_strndup (data != NULL ? data : "", length);
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  g_autoptr (HsLocalHistory) history = hs_local_history_new (0);
  guint count = g_strv_length (words);
  guint64 from = 0;

  if (count < 3 || !g_str_equal (words[0], VERSION)
      || !g_ascii_string_to_signed (words[1], 10, 0, G_MAXINT64, &history->begun_s, NULL)
      || !g_ascii_string_to_unsigned (words[2], 10, 1, G_MAXINT32, &from, NULL))
    return NULL;
  history->from = (guint32)from;
  for (guint i = 3; i < count; i++)
    {
      guint64 id = 0;
      if (!g_ascii_string_to_unsigned (words[i], 10, 1, G_MAXINT32, &id, NULL))
        return NULL;
      g_hash_table_add (history->done, GUINT_TO_POINTER ((guint)id));
    }
  history->has_looked = TRUE;
  return g_steal_pointer (&history);
}

guint32
hs_local_history_get_from (const HsLocalHistory *history)
{
  return MAX (history->from, 2) - 1;
}

void
hs_local_history_begin (HsLocalHistory *history, gboolean anew)
{
  g_hash_table_remove_all (history->over);
  history->first_active = 0;
  history->last_seen = 0;
  if (!anew)
    return;
  history->from = 1;
  g_hash_table_remove_all (history->done);
}

gboolean
hs_local_history_see (HsLocalHistory *history, guint32 id, gboolean is_over, gint64 finished_s)
{
  gpointer key = GUINT_TO_POINTER (id);

  history->last_seen = MAX (history->last_seen, id);
  if (!is_over)
    {
      if (history->first_active == 0 || id < history->first_active)
        history->first_active = id;
      return FALSE;
    }
  g_hash_table_add (history->over, key);
  return finished_s >= history->begun_s + (history->has_looked ? 0 : 1) && id >= history->from
         && !g_hash_table_contains (history->done, key);
}

gboolean
hs_local_history_end (HsLocalHistory *history)
{
  GHashTableIter iter;
  gpointer id = NULL;

  history->has_looked = TRUE;
  if (history->last_seen == 0)
    return history->from == 1;
  history->from = history->first_active != 0 ? history->first_active : history->last_seen + 1;
  g_hash_table_remove_all (history->done);
  g_hash_table_iter_init (&iter, history->over);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (GPOINTER_TO_UINT (id) > history->from)
      g_hash_table_add (history->done, id);
  return TRUE;
}
