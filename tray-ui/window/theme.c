/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Our own colours. GTK 4.8 has neither variables nor media queries in its CSS, so a palette of named
 * colours is one provider and what uses them another. */

#include "tray-ui/window/theme.h"

#include <string.h>

#define PORTAL "org.freedesktop.portal.Desktop"
#define PORTAL_PATH "/org/freedesktop/portal/desktop"
#define PORTAL_SETTINGS "org.freedesktop.portal.Settings"
#define APPEARANCE "org.freedesktop.appearance"
#define COLOUR_SCHEME "color-scheme"
#define CONTRAST "contrast"
#define PREFERS_DARK 1     /* of color-scheme: 0 no preference, 1 dark, 2 light */
#define PREFERS_CONTRAST 1 /* of contrast: 0 no preference, 1 more */

struct HsTheme
{
  HsSettings *settings;
  GtkCssProvider *style;
  GtkCssProvider *palette;
  GCancellable *cancellable;
  GDBusConnection *bus;
  guint subscription;
  gboolean desktop_is_dark;
  gboolean wants_contrast;
  const char *shown;     /* the palette; NULL: none yet */
  gboolean has_own_look; /* not the one whose name the desktop gave */
  gboolean is_showing;
};

static char *
dup_theme_name (void)
{
  char *name = NULL;

  g_object_get (gtk_settings_get_default (), "gtk-theme-name", &name, NULL);
  return name != NULL ? name : g_strdup ("");
}

/* Desktops without the portal's word say it by the name of their look: "HighContrast",
 * "HighContrastInverse", "Default-hc-dark", "Adwaita-dark". */
static void
read_theme_name (gboolean *has_contrast, gboolean *is_dark)
{
  g_autofree char *name = dup_theme_name ();
  g_autofree char *lower = g_ascii_strdown (name, -1);

  *has_contrast = g_str_has_prefix (lower, "highcontrast") || g_str_has_prefix (lower, "hc")
                  || strstr (lower, "-hc") != NULL;
  *is_dark
      = (*has_contrast && strstr (lower, "inverse") != NULL) || g_str_has_suffix (lower, "-dark");
}

/* GTK draws a look that is dark by its name dark whatever is preferred, and our light colours on top of it
 * would leave light letters on light ground. */
static void
choose_look (HsTheme *theme, gboolean is_dark)
{
  g_autofree char *name = dup_theme_name ();

  g_object_set (gtk_settings_get_default (), "gtk-application-prefer-dark-theme", is_dark, NULL);
  theme->has_own_look = !is_dark && g_str_has_suffix (name, "-dark");
  if (!theme->has_own_look)
    return;
  name[strlen (name) - strlen ("-dark")] = '\0';
  g_object_set (gtk_settings_get_default (), "gtk-theme-name", name, NULL);
}

static void
show (HsTheme *theme)
{
  if (theme->is_showing) /* what we set ourselves is no news */
    return;
  theme->is_showing = TRUE;
  if (theme->has_own_look)
    gtk_settings_reset_property (gtk_settings_get_default (), "gtk-theme-name");
  static const char *const palettes[2][2]
      = { { "/org/homespool/Tray/light.css", "/org/homespool/Tray/dark.css" },
          { "/org/homespool/Tray/light-contrast.css", "/org/homespool/Tray/dark-contrast.css" } };
  HsScheme scheme = hs_settings_get_scheme (theme->settings);
  gboolean has_contrast, is_inverse;
  read_theme_name (&has_contrast, &is_inverse);
  gboolean is_dark = scheme == HS_SCHEME_DARK
                     || (scheme == HS_SCHEME_DESKTOP && (theme->desktop_is_dark || is_inverse));
  const char *palette = palettes[has_contrast || theme->wants_contrast][is_dark];

  choose_look (theme, is_dark);
  if (theme->shown != palette)
    gtk_css_provider_load_from_resource (theme->palette, palette);
  theme->shown = palette;
  theme->is_showing = FALSE;
}

static void
on_settings_changed (HsSettings *settings, HsTheme *theme)
{
  show (theme);
}

/* ── the desktop ─────────────────────────────────────────────────────────────────────────── */

/* The value comes in one or two wrappings, by the portal's version. */
static void
take (HsTheme *theme, const char *key, GVariant *value)
{
  g_autoptr (GVariant) inner = g_variant_ref (value);

  while (g_variant_is_of_type (inner, G_VARIANT_TYPE_VARIANT))
    {
      GVariant *next = g_variant_get_variant (inner);
      g_variant_unref (inner);
      inner = next;
    }
  if (!g_variant_is_of_type (inner, G_VARIANT_TYPE_UINT32))
    return;
  if (strcmp (key, COLOUR_SCHEME) == 0)
    theme->desktop_is_dark = g_variant_get_uint32 (inner) == PREFERS_DARK;
  else if (strcmp (key, CONTRAST) == 0)
    theme->wants_contrast = g_variant_get_uint32 (inner) == PREFERS_CONTRAST;
  show (theme);
}

static void
on_setting_changed (GDBusConnection *bus,
                    const char *sender,
                    const char *path,
                    const char *interface,
                    const char *signal,
                    GVariant *parameters,
                    gpointer user_data)
{
  const char *space, *key;
  g_autoptr (GVariant) value = NULL;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(ssv)")))
    return;
  g_variant_get (parameters, "(&s&sv)", &space, &key, &value);
  if (strcmp (space, APPEARANCE) == 0)
    take (user_data, key, value);
}

static void
take_reply (GObject *source, GAsyncResult *result, const char *key, HsTheme *theme)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  /* Without a portal the desktop has no say; and a call that was stopped has no theme left. */
  if (reply == NULL)
    return;
  g_autoptr (GVariant) value = g_variant_get_child_value (reply, 0);
  take (theme, key, value);
}

static void
on_scheme (GObject *source, GAsyncResult *result, gpointer user_data)
{
  take_reply (source, result, COLOUR_SCHEME, user_data);
}

static void
on_contrast (GObject *source, GAsyncResult *result, gpointer user_data)
{
  take_reply (source, result, CONTRAST, user_data);
}

static void
read_key (HsTheme *theme, const char *key, GAsyncReadyCallback callback)
{
  g_dbus_connection_call (theme->bus, PORTAL, PORTAL_PATH, PORTAL_SETTINGS, "Read",
                          g_variant_new ("(ss)", APPEARANCE, key), G_VARIANT_TYPE ("(v)"),
                          G_DBUS_CALL_FLAGS_NONE, 2000, theme->cancellable, callback, theme);
}

static void
watch_desktop (HsTheme *theme)
{
  GApplication *application = g_application_get_default ();
  GDBusConnection *bus
      = application != NULL ? g_application_get_dbus_connection (application) : NULL;

  if (bus == NULL)
    return;
  theme->bus = g_object_ref (bus);
  theme->subscription = g_dbus_connection_signal_subscribe (
      bus, PORTAL, PORTAL_SETTINGS, "SettingChanged", PORTAL_PATH, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
      on_setting_changed, theme, NULL);
  read_key (theme, COLOUR_SCHEME, on_scheme);
  read_key (theme, CONTRAST, on_contrast);
}

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

HsTheme *
hs_theme_new (HsSettings *settings)
{
  HsTheme *theme = g_new0 (HsTheme, 1);
  GdkDisplay *display = gdk_display_get_default ();

  theme->settings = g_object_ref (settings);
  theme->cancellable = g_cancellable_new ();
  g_object_get (gtk_settings_get_default (), "gtk-application-prefer-dark-theme",
                &theme->desktop_is_dark, NULL);
  theme->palette = gtk_css_provider_new ();
  theme->style = gtk_css_provider_new ();
  gtk_css_provider_load_from_resource (theme->style, "/org/homespool/Tray/style.css");
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (theme->palette),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (theme->style),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION + 1);
  g_signal_connect (settings, "changed", G_CALLBACK (on_settings_changed), theme);
  g_signal_connect_swapped (gtk_settings_get_default (), "notify::gtk-theme-name",
                            G_CALLBACK (show), theme);
  show (theme);
  watch_desktop (theme);
  return theme;
}

void
hs_theme_free (HsTheme *theme)
{
  if (theme == NULL)
    return;
  g_cancellable_cancel (theme->cancellable);
  if (theme->subscription != 0)
    g_dbus_connection_signal_unsubscribe (theme->bus, theme->subscription);
  g_signal_handlers_disconnect_by_data (theme->settings, theme);
  g_signal_handlers_disconnect_by_data (gtk_settings_get_default (), theme);
  g_clear_object (&theme->bus);
  g_object_unref (theme->cancellable);
  g_object_unref (theme->settings);
  g_object_unref (theme->palette);
  g_object_unref (theme->style);
  g_free (theme);
}
