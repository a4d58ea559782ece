/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* org.kde.StatusNotifierItem: the program owns a name on the session bus and tells the desktop's watcher of
 * it, each time that one appears. The desktop reads the properties and follows the signals. */

#include "platform/tray_icon.h"

#include "platform/linux/tray_menu.h"

#include <string.h>
#include <unistd.h>

#define INTERFACE "org.kde.StatusNotifierItem"
#define PATH "/StatusNotifierItem"
#define MENU_PATH "/MenuBar"
#define WATCHER "org.kde.StatusNotifierWatcher"
#define WATCHER_PATH "/StatusNotifierWatcher"

static const char description[]
    = "<node><interface name='" INTERFACE "'>"
      "<property name='Category' type='s' access='read'/>"
      "<property name='Id' type='s' access='read'/>"
      "<property name='Title' type='s' access='read'/>"
      "<property name='Status' type='s' access='read'/>"
      "<property name='WindowId' type='u' access='read'/>"
      "<property name='IconName' type='s' access='read'/>"
      "<property name='IconThemePath' type='s' access='read'/>"
      "<property name='IconPixmap' type='a(iiay)' access='read'/>"
      "<property name='AttentionIconName' type='s' access='read'/>"
      "<property name='ToolTip' type='(sa(iiay)ss)' access='read'/>"
      "<property name='ItemIsMenu' type='b' access='read'/>"
      "<property name='Menu' type='o' access='read'/>"
      "<method name='ContextMenu'><arg type='i' direction='in'/><arg type='i' "
      "direction='in'/></method>"
      "<method name='Activate'><arg type='i' direction='in'/><arg type='i' "
      "direction='in'/></method>"
      "<method name='SecondaryActivate'><arg type='i' direction='in'/><arg type='i' "
      "direction='in'/>"
      "</method>"
      "<method name='Scroll'><arg type='i' direction='in'/><arg type='s' direction='in'/></method>"
      "<signal name='NewTitle'/><signal name='NewIcon'/><signal name='NewAttentionIcon'/>"
      "<signal name='NewToolTip'/><signal name='NewStatus'><arg type='s'/></signal>"
      "</interface></node>";

struct HsTrayIcon
{
  char *id;
  char *title;
  char *icon_folder;
  void (*activated) (gpointer user_data);
  void (*shown) (gboolean is_shown, gpointer user_data);
  gpointer user_data;

  HsTrayMenu *menu;
  char *icon_name;
  char *text;
  gboolean wants_attention;

  char *name; /* ours on the bus */
  guint name_owner;
  guint watcher_watch;
  guint host_signals;
  GCancellable *cancellable; /* calls to the watcher of now */
  GDBusConnection *connection;
  guint registration;
  gboolean is_shown;
};

/* ── shown or not ────────────────────────────────────────────────────────────────────────── */

static void
set_shown (HsTrayIcon *icon, gboolean is_shown)
{
  if (icon->is_shown == is_shown)
    return;
  icon->is_shown = is_shown;
  if (icon->shown != NULL)
    icon->shown (is_shown, icon->user_data);
}

static void
on_has_host (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autoptr (GVariant) value = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* the icon is freed, or the watcher has gone */
  if (reply != NULL)
    g_variant_get (reply, "(v)", &value);
  set_shown (user_data, value != NULL && g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN)
                            && g_variant_get_boolean (value));
}

/* A watcher may run without anything that shows icons. */
static void
ask_for_host (HsTrayIcon *icon)
{
  g_dbus_connection_call (
      icon->connection, WATCHER, WATCHER_PATH, "org.freedesktop.DBus.Properties", "Get",
      g_variant_new ("(ss)", WATCHER, "IsStatusNotifierHostRegistered"), G_VARIANT_TYPE ("(v)"),
      G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, icon->cancellable, on_has_host, icon);
}

static void
on_host_signal (GDBusConnection *connection,
                const char *sender,
                const char *path,
                const char *interface_name,
                const char *signal_name,
                GVariant *parameters,
                gpointer user_data)
{
  ask_for_host (user_data);
}

static void
on_registered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply != NULL)
    ask_for_host (user_data);
}

static void
register_item (HsTrayIcon *icon)
{
  g_dbus_connection_call (icon->connection, WATCHER, WATCHER_PATH, WATCHER,
                          "RegisterStatusNotifierItem", g_variant_new ("(s)", icon->name), NULL,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, icon->cancellable, on_registered,
                          icon);
}

static void
on_watcher_appeared (GDBusConnection *connection,
                     const char *name,
                     const char *owner,
                     gpointer user_data)
{
  HsTrayIcon *icon = user_data;

  g_clear_object (&icon->cancellable);
  icon->cancellable = g_cancellable_new ();
  icon->host_signals
      = g_dbus_connection_signal_subscribe (connection, owner, WATCHER, NULL, WATCHER_PATH, NULL,
                                            G_DBUS_SIGNAL_FLAGS_NONE, on_host_signal, icon, NULL);
  register_item (icon);
}

static void
forget_watcher (HsTrayIcon *icon)
{
  if (icon->cancellable != NULL)
    g_cancellable_cancel (icon->cancellable);
  g_clear_object (&icon->cancellable);
  if (icon->host_signals != 0)
    g_dbus_connection_signal_unsubscribe (icon->connection, icon->host_signals);
  icon->host_signals = 0;
}

static void
on_watcher_vanished (GDBusConnection *connection, const char *name, gpointer user_data)
{
  forget_watcher (user_data);
  set_shown (user_data, FALSE);
}

/* ── what the desktop asks ───────────────────────────────────────────────────────────────── */

static const char *
get_status (const HsTrayIcon *icon)
{
  return icon->wants_attention ? "NeedsAttention" : "Active";
}

static void
on_call (GDBusConnection *connection,
         const char *sender,
         const char *path,
         const char *interface_name,
         const char *method,
         GVariant *parameters,
         GDBusMethodInvocation *invocation,
         gpointer user_data)
{
  HsTrayIcon *icon = user_data;

  /* Desktops draw the menu themselves; one that asks us to gets the window. Scrolling does nothing. */
  if (strcmp (method, "Scroll") != 0 && icon->activated != NULL)
    icon->activated (icon->user_data);
  g_dbus_method_invocation_return_value (invocation, NULL);
}

static GVariant *
on_get (GDBusConnection *connection,
        const char *sender,
        const char *path,
        const char *interface_name,
        const char *property,
        GError **error,
        gpointer user_data)
{
  const HsTrayIcon *icon = user_data;
  const struct
  {
    const char *name;
    const char *value;
  } texts[] = {
    { "Category", "ApplicationStatus" },
    { "Id", icon->id },
    { "Title", icon->title },
    { "Status", get_status (icon) },
    { "IconName", icon->icon_name },
    { "AttentionIconName", icon->icon_name },
    { "IconThemePath", icon->icon_folder },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    if (strcmp (property, texts[i].name) == 0)
      return g_variant_new_string (texts[i].value);
  if (strcmp (property, "ToolTip") == 0)
    return g_variant_new ("(sa(iiay)ss)", icon->icon_name, NULL, icon->title, icon->text);
  if (strcmp (property, "IconPixmap") == 0)
    return g_variant_new ("a(iiay)", NULL);
  if (strcmp (property, "Menu") == 0)
    return g_variant_new_object_path (MENU_PATH);
  return strcmp (property, "WindowId") == 0 ? g_variant_new_uint32 (0)
                                            : g_variant_new_boolean (FALSE);
}

static void
on_bus (GDBusConnection *connection, const char *name, gpointer user_data)
{
  static const GDBusInterfaceVTable table = { .method_call = on_call, .get_property = on_get };
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (description, NULL);
  HsTrayIcon *icon = user_data;

  icon->connection = g_object_ref (connection);
  icon->registration = g_dbus_connection_register_object (connection, PATH, node->interfaces[0],
                                                          &table, icon, NULL, NULL);
  hs_tray_menu_export (icon->menu, connection, MENU_PATH, NULL);
}

static void
on_name (GDBusConnection *connection, const char *name, gpointer user_data)
{
  HsTrayIcon *icon = user_data;

  if (icon->watcher_watch != 0)
    return; /* the name was lost for a moment */
  icon->watcher_watch
      = g_bus_watch_name_on_connection (connection, WATCHER, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                        on_watcher_appeared, on_watcher_vanished, icon, NULL);
}

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

HsTrayIcon *
hs_tray_icon_new (const HsTrayIconSetup *setup)
{
  static guint n_icons;
  HsTrayIcon *icon = g_new0 (HsTrayIcon, 1);

  icon->id = g_strdup (setup->id);
  icon->title = g_strdup (setup->title);
  icon->icon_folder = g_strdup (setup->icon_folder != NULL ? setup->icon_folder : "");
  icon->activated = setup->activated;
  icon->shown = setup->shown;
  icon->user_data = setup->user_data;
  icon->menu = hs_tray_menu_new (setup->menu, setup->actions);
  icon->icon_name = g_strdup (setup->id);
  icon->text = g_strdup (setup->title);
  icon->name = g_strdup_printf (INTERFACE "-%d-%u", (int)getpid (), ++n_icons);
  icon->name_owner
      = g_bus_own_name (G_BUS_TYPE_SESSION, icon->name, G_BUS_NAME_OWNER_FLAGS_DO_NOT_QUEUE, on_bus,
                        on_name, NULL, icon, NULL);
  return icon;
}

void
hs_tray_icon_free (HsTrayIcon *icon)
{
  if (icon == NULL)
    return;
  g_clear_handle_id (&icon->watcher_watch, g_bus_unwatch_name);
  forget_watcher (icon);
  g_bus_unown_name (icon->name_owner);
  if (icon->registration != 0)
    g_dbus_connection_unregister_object (icon->connection, icon->registration);
  hs_tray_menu_free (icon->menu);
  g_clear_object (&icon->connection);
  g_free (icon->id);
  g_free (icon->title);
  g_free (icon->icon_folder);
  g_free (icon->icon_name);
  g_free (icon->text);
  g_free (icon->name);
  g_free (icon);
}

static void
emit (HsTrayIcon *icon, const char *signal_name, GVariant *arguments)
{
  g_autoptr (GVariant) owned = arguments != NULL ? g_variant_ref_sink (arguments) : NULL;

  if (icon->connection != NULL)
    g_dbus_connection_emit_signal (icon->connection, NULL, PATH, INTERFACE, signal_name, owned,
                                   NULL);
}

void
hs_tray_icon_set (HsTrayIcon *icon,
                  const char *icon_name,
                  const char *text,
                  gboolean wants_attention)
{
  if (strcmp (icon->icon_name, icon_name) != 0)
    {
      g_free (icon->icon_name);
      icon->icon_name = g_strdup (icon_name);
      emit (icon, "NewIcon", NULL);
      emit (icon, "NewAttentionIcon", NULL);
    }
  if (strcmp (icon->text, text) != 0)
    {
      g_free (icon->text);
      icon->text = g_strdup (text);
      emit (icon, "NewToolTip", NULL);
    }
  if (icon->wants_attention != wants_attention)
    {
      icon->wants_attention = wants_attention;
      emit (icon, "NewStatus", g_variant_new ("(s)", get_status (icon)));
    }
}

gboolean
hs_tray_icon_is_shown (const HsTrayIcon *icon)
{
  return icon->is_shown;
}
