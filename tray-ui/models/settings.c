/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What the person has chosen. */

#include "tray-ui/models/settings.h"

#include <glib/gstdio.h>
#include <string.h>

#define GROUP "tray"

static const char *const schemes[] = { "desktop", "light", "dark" };

struct _HsSettings
{
  GObject parent_instance;
  char *path;
  HsScheme scheme;
  gboolean shows_notifications;
  gboolean shows_titles;
  char *printer;
};

G_DEFINE_FINAL_TYPE (HsSettings, hs_settings, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
hs_settings_finalize (GObject *object)
{
  HsSettings *self = HS_SETTINGS (object);

  g_free (self->path);
  g_free (self->printer);
  G_OBJECT_CLASS (hs_settings_parent_class)->finalize (object);
}

static void
hs_settings_class_init (HsSettingsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_settings_finalize;
  signals[CHANGED] = g_signal_new ("changed", HS_TYPE_SETTINGS, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
hs_settings_init (HsSettings *self)
{
  self->shows_notifications = TRUE;
}

static gboolean
read_switch (GKeyFile *file, const char *key, gboolean otherwise)
{
  g_autoptr (GError) error = NULL;
  gboolean value = g_key_file_get_boolean (file, GROUP, key, &error);

  return error == NULL ? value : otherwise;
}

static void
load (HsSettings *settings)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();

  if (!g_key_file_load_from_file (file, settings->path, G_KEY_FILE_NONE, NULL))
    return;
  g_autofree char *scheme = g_key_file_get_string (file, GROUP, "scheme", NULL);
  for (gsize i = 0; scheme != NULL && i < G_N_ELEMENTS (schemes); i++)
    if (strcmp (scheme, schemes[i]) == 0)
      settings->scheme = (HsScheme)i;
  settings->shows_notifications = read_switch (file, "notifications", TRUE);
  settings->shows_titles = read_switch (file, "titles", FALSE);
  settings->printer = g_key_file_get_string (file, GROUP, "printer", NULL);
}

static void
save (HsSettings *settings)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *folder = g_path_get_dirname (settings->path);

  g_key_file_set_string (file, GROUP, "scheme", schemes[settings->scheme]);
  g_key_file_set_boolean (file, GROUP, "notifications", settings->shows_notifications);
  g_key_file_set_boolean (file, GROUP, "titles", settings->shows_titles);
  if (settings->printer != NULL)
    g_key_file_set_string (file, GROUP, "printer", settings->printer);
  if (g_mkdir_with_parents (folder, 0700) == 0)
    (void)!g_key_file_save_to_file (file, settings->path, NULL);
  g_signal_emit (settings, signals[CHANGED], 0);
}

HsSettings *
hs_settings_new (const char *path)
{
  HsSettings *settings = g_object_new (HS_TYPE_SETTINGS, NULL);

  settings->path
      = path != NULL ? g_strdup (path)
                     : g_build_filename (g_get_user_config_dir (), "homespool", "tray.conf", NULL);
  load (settings);
  return settings;
}

HsScheme
hs_settings_get_scheme (HsSettings *settings)
{
  return settings->scheme;
}

void
hs_settings_set_scheme (HsSettings *settings, HsScheme scheme)
{
  if (settings->scheme == scheme)
    return;
  settings->scheme = scheme;
  save (settings);
}

gboolean
hs_settings_shows_notifications (HsSettings *settings)
{
  return settings->shows_notifications;
}

void
hs_settings_set_notifications (HsSettings *settings, gboolean shown)
{
  if (settings->shows_notifications == shown)
    return;
  settings->shows_notifications = shown;
  save (settings);
}

gboolean
hs_settings_shows_titles (HsSettings *settings)
{
  return settings->shows_titles;
}

void
hs_settings_set_titles (HsSettings *settings, gboolean shown)
{
  if (settings->shows_titles == shown)
    return;
  settings->shows_titles = shown;
  save (settings);
}

const char *
hs_settings_get_printer (HsSettings *settings)
{
  return settings->printer;
}

void
hs_settings_set_printer (HsSettings *settings, const char *id)
{
  if (g_strcmp0 (settings->printer, id) == 0)
    return;
  g_free (settings->printer);
  settings->printer = g_strdup (id);
  save (settings);
}
