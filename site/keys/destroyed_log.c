/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What was destroyed for good. */

#include "site/keys/destroyed_log.h"

#include "base/error.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#define PEPPER "pepper "
#define DAY_BYTES (sizeof "2026-01-01" - 1)

struct HsDestroyedLog
{
  char *path;
  GHashTable *names; /* set of names, without days */
};

static gboolean
has_day (const char *line)
{
  const char *last = strrchr (line, ' ');

  return last != NULL && strlen (last + 1) == DAY_BYTES && last[5] == '-' && last[8] == '-';
}

static char *
dup_name (const char *line)
{
  gboolean is_dated = g_str_has_prefix (line, PEPPER) && has_day (line);

  return is_dated ? g_strndup (line, strlen (line) - DAY_BYTES - 1) : g_strdup (line);
}

static char *
dup_dated (const char *name, gint64 now_us)
{
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_utc (now_us / G_TIME_SPAN_SECOND);
  g_autofree char *day = g_date_time_format (now, "%F");

  return g_strconcat (name, " ", day, NULL);
}

/* Read again each time: a command line may have added lines since. A log that is there and cannot be
 * read is never taken for an empty one: what was destroyed would live again, and the next line would
 * be written over all others. */
static char **
read_lines (const HsDestroyedLog *log, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autofree char *text = NULL;

  if (g_file_get_contents (log->path, &text, NULL, &reason))
    return g_strsplit (text, "\n", -1);
  if (g_error_matches (reason, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return g_new0 (char *, 1);
  g_set_error (error, HS_ERROR, HS_ERROR_INTERNAL,
               "%s; without it the site would not know what was destroyed for good: make it a file "
               "that belongs to the site's user",
               reason->message);
  return NULL;
}

/* Whoever runs the command, the log stays the site's: a line that root adds makes a new file. */
static gboolean
give_to_folder_owner (const HsDestroyedLog *log, GError **error)
{
  g_autofree char *folder_path = g_path_get_dirname (log->path);
  g_autoptr (GFile) file = g_file_new_for_path (log->path);
  GStatBuf folder;
  GStatBuf present;

  if (g_stat (folder_path, &folder) != 0 || g_stat (log->path, &present) != 0
      || (folder.st_uid == present.st_uid && folder.st_gid == present.st_gid)
      || present.st_uid != 0)
    return TRUE;
  return g_file_set_attribute_uint32 (file, G_FILE_ATTRIBUTE_UNIX_GID, folder.st_gid,
                                      G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, NULL, error)
         && g_file_set_attribute_uint32 (file, G_FILE_ATTRIBUTE_UNIX_UID, folder.st_uid,
                                         G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, NULL, error);
}

/* Written as a whole, so that a cut leaves the old log or the new one. */
static gboolean
write_text (const HsDestroyedLog *log, const GString *text, GError **error)
{
  if (g_file_set_contents_full (log->path, text->str, (gssize)text->len,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                error)
      && give_to_folder_owner (log, error))
    return TRUE;
  hs_error_convert_gio (error);
  return FALSE;
}

HsDestroyedLog *
hs_destroyed_log_load (const char *path, GError **error)
{
  g_autoptr (HsDestroyedLog) log = g_new0 (HsDestroyedLog, 1);

  log->path = g_strdup (path);
  log->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return hs_destroyed_log_refresh (log, error) ? g_steal_pointer (&log) : NULL;
}

gboolean
hs_destroyed_log_refresh (HsDestroyedLog *log, GError **error)
{
  g_auto (GStrv) lines = read_lines (log, error);

  if (lines == NULL)
    return FALSE;
  g_hash_table_remove_all (log->names);
  for (char **line = lines; *line != NULL; line++)
    if (**line != '\0')
      g_hash_table_add (log->names, dup_name (*line));
  return TRUE;
}

void
hs_destroyed_log_free (HsDestroyedLog *log)
{
  if (log == NULL)
    return;
  g_hash_table_unref (log->names);
  g_free (log->path);
  g_free (log);
}

gboolean
hs_destroyed_log_has (const HsDestroyedLog *log, const char *name)
{
  return g_hash_table_contains (log->names, name);
}

char **
hs_destroyed_log_list (const HsDestroyedLog *log, const char *prefix)
{
  GHashTableIter iter;
  gpointer name = NULL;
  GPtrArray *names = g_ptr_array_new ();

  g_hash_table_iter_init (&iter, log->names);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (g_str_has_prefix (name, prefix))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_add (names, NULL);
  return (char **)g_ptr_array_free (names, FALSE);
}

gboolean
hs_destroyed_log_add (HsDestroyedLog *log, const char *name, gint64 now_us, GError **error)
{
  g_auto (GStrv) lines = read_lines (log, error);
  g_autofree char *added
      = g_str_has_prefix (name, PEPPER) ? dup_dated (name, now_us) : g_strdup (name);
  g_autoptr (GString) text = g_string_new (NULL);

  if (lines == NULL)
    return FALSE;
  for (char **line = lines; *line != NULL; line++)
    if (**line != '\0')
      g_string_append_printf (text, "%s\n", *line);
  g_string_append_printf (text, "%s\n", added);
  if (!write_text (log, text, error))
    return FALSE;
  g_hash_table_add (log->names, g_strdup (name));
  return TRUE;
}

gboolean
hs_destroyed_log_remove (HsDestroyedLog *log, const char *name, GError **error)
{
  g_auto (GStrv) lines = read_lines (log, error);
  g_autoptr (GString) text = g_string_new (NULL);

  if (lines == NULL)
    return FALSE;
  if (!g_hash_table_contains (log->names, name))
    return TRUE;
  for (char **line = lines; *line != NULL; line++)
    if (**line != '\0' && strcmp (*line, name) != 0)
      g_string_append_printf (text, "%s\n", *line);
  if (!write_text (log, text, error))
    return FALSE;
  g_hash_table_remove (log->names, name);
  return TRUE;
}

/* What a line becomes: NULL if it is to be forgotten. What cannot be read stays. */
static char *
dup_kept (const char *line, guint64 first_epoch, gint64 first_us, gint64 now_us)
{
  const char *last = strrchr (line, ' ');
  guint64 epoch = 0;

  if (g_str_has_prefix (line, PEPPER) && !has_day (line))
    return dup_dated (line, now_us);
  if (g_str_has_prefix (line, PEPPER))
    {
      g_autofree char *text = g_strconcat (last + 1, "T00:00:00Z", NULL);
      g_autoptr (GDateTime) day = g_date_time_new_from_iso8601 (text, NULL);
      gboolean is_old = day != NULL && g_date_time_to_unix (day) * G_TIME_SPAN_SECOND < first_us;
      return is_old ? NULL : g_strdup (line);
    }
  if (last != NULL && g_ascii_string_to_unsigned (last + 1, 10, 0, G_MAXUINT64, &epoch, NULL)
      && epoch < first_epoch)
    return NULL;
  return g_strdup (line);
}

gboolean
hs_destroyed_log_prune (
    HsDestroyedLog *log, guint64 first_epoch, gint64 first_us, gint64 now_us, GError **error)
{
  g_auto (GStrv) lines = read_lines (log, error);
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean is_changed = FALSE;

  if (lines == NULL)
    return FALSE;
  for (char **line = lines; *line != NULL; line++)
    {
      g_autofree char *kept = NULL;
      if (**line == '\0')
        continue;
      kept = dup_kept (*line, first_epoch, first_us, now_us);
      is_changed = is_changed || g_strcmp0 (kept, *line) != 0;
      if (kept != NULL)
        g_string_append_printf (text, "%s\n", kept);
    }
  if (!is_changed)
    return TRUE;
  if (!write_text (log, text, error))
    return FALSE;
  for (char **line = lines; *line != NULL; line++)
    {
      g_autofree char *kept = dup_kept (*line, first_epoch, first_us, now_us);
      g_autofree char *name = dup_name (*line);
      if (kept == NULL)
        g_hash_table_remove (log->names, name);
    }
  return TRUE;
}
