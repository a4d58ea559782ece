/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "platform/linux/path_watch.h"

struct HsPathWatch
{
  char *path;
  HsPathWatchFunc appeared;
  gpointer user_data;
  GFileMonitor *monitor; /* of the folder */
  char *folder;          /* the nearest one that exists */
  guint look_source;     /* looks again, outside the call that asked for it */
};

static char *
find_folder (const char *path)
{
  char *folder = g_path_get_dirname (path);

  while (!g_file_test (folder, G_FILE_TEST_IS_DIR))
    {
      g_autofree char *below = folder;

      folder = g_path_get_dirname (below);
    }
  return folder;
}

static void look (HsPathWatch *watch);

static gboolean
on_look (gpointer user_data)
{
  HsPathWatch *watch = user_data;

  watch->look_source = 0;
  look (watch);
  return G_SOURCE_REMOVE;
}

static void
look_soon (HsPathWatch *watch)
{
  if (watch->look_source == 0)
    watch->look_source = g_idle_add (on_look, watch);
}

static void
on_changed (GFileMonitor *monitor,
            GFile *file,
            GFile *other_file,
            GFileMonitorEvent event,
            gpointer user_data)
{
  if (event == G_FILE_MONITOR_EVENT_CREATED || event == G_FILE_MONITOR_EVENT_DELETED
      || event == G_FILE_MONITOR_EVENT_MOVED_IN || event == G_FILE_MONITOR_EVENT_RENAMED)
    look_soon (user_data);
}

static void
stop_monitor (HsPathWatch *watch)
{
  if (watch->monitor == NULL)
    return;
  g_signal_handlers_disconnect_by_data (watch->monitor, watch);
  g_file_monitor_cancel (watch->monitor);
  g_clear_object (&watch->monitor);
  g_clear_pointer (&watch->folder, g_free);
}

/* What is made between the choice of the folder and the start of its monitor is seen by the look that
 * follows each start. */
static gboolean
start_monitor (HsPathWatch *watch, GError **error)
{
  g_autofree char *folder = find_folder (watch->path);
  g_autoptr (GFile) file = g_file_new_for_path (folder);
  GFileMonitor *monitor = NULL;

  if (g_strcmp0 (folder, watch->folder) == 0)
    return TRUE;
  monitor = g_file_monitor_directory (file, G_FILE_MONITOR_WATCH_MOVES, NULL, error);
  if (monitor == NULL)
    return FALSE;
  stop_monitor (watch);
  watch->monitor = monitor;
  watch->folder = g_steal_pointer (&folder);
  g_signal_connect (watch->monitor, "changed", G_CALLBACK (on_changed), watch);
  look_soon (watch);
  return TRUE;
}

/* A monitor that cannot be moved on stays where it was: what it still sees is better than nothing. */
static void
look (HsPathWatch *watch)
{
  if (g_file_test (watch->path, G_FILE_TEST_EXISTS))
    watch->appeared (watch->user_data);
  else
    start_monitor (watch, NULL);
}

HsPathWatch *
hs_path_watch_new (const char *path, HsPathWatchFunc appeared, gpointer user_data, GError **error)
{
  g_autoptr (HsPathWatch) watch = g_new0 (HsPathWatch, 1);

  watch->path = g_strdup (path);
  watch->appeared = appeared;
  watch->user_data = user_data;
  return start_monitor (watch, error) ? g_steal_pointer (&watch) : NULL;
}

void
hs_path_watch_free (HsPathWatch *watch)
{
  if (watch == NULL)
    return;
  stop_monitor (watch);
  g_clear_handle_id (&watch->look_source, g_source_remove);
  g_free (watch->path);
  g_free (watch);
}
