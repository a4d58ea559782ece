/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "platform/linux/tray_menu.h"

#include "platform/linux/tray_menu_tree.h"

#include <string.h>

#define INTERFACE "com.canonical.dbusmenu"
#define VERSION 3 /* of the interface */

static const char description[]
    = "<node><interface name='" INTERFACE "'>"
      "<property name='Version' type='u' access='read'/>"
      "<property name='TextDirection' type='s' access='read'/>"
      "<property name='Status' type='s' access='read'/>"
      "<property name='IconThemePath' type='as' access='read'/>"
      "<method name='GetLayout'><arg type='i' direction='in'/><arg type='i' direction='in'/>"
      "<arg type='as' direction='in'/><arg type='u' direction='out'/>"
      "<arg type='(ia{sv}av)' direction='out'/></method>"
      "<method name='GetGroupProperties'><arg type='ai' direction='in'/><arg type='as' "
      "direction='in'/>"
      "<arg type='a(ia{sv})' direction='out'/></method>"
      "<method name='GetProperty'><arg type='i' direction='in'/><arg type='s' direction='in'/>"
      "<arg type='v' direction='out'/></method>"
      "<method name='Event'><arg type='i' direction='in'/><arg type='s' direction='in'/>"
      "<arg type='v' direction='in'/><arg type='u' direction='in'/></method>"
      "<method name='EventGroup'><arg type='a(isvu)' direction='in'/><arg type='ai' "
      "direction='out'/>"
      "</method>"
      "<method name='AboutToShow'><arg type='i' direction='in'/><arg type='b' "
      "direction='out'/></method>"
      "<method name='AboutToShowGroup'><arg type='ai' direction='in'/><arg type='ai' "
      "direction='out'/>"
      "<arg type='ai' direction='out'/></method>"
      "<signal name='ItemsPropertiesUpdated'><arg type='a(ia{sv})'/><arg type='a(ias)'/></signal>"
      "<signal name='LayoutUpdated'><arg type='u'/><arg type='i'/></signal>"
      "</interface></node>";

struct HsTrayMenu
{
  GMenuModel *model;
  GActionGroup *actions;
  GPtrArray *followed; /* of GMenuModel: each that can tell of a change */
  HsTrayNumbers *numbers;
  HsTrayEntry *root;
  guint32 revision;
  GDBusConnection *connection; /* NULL: not exported */
  char *path;
  guint registration;
  guint read_source;
};

static void follow_anew (HsTrayMenu *menu);

/* ── following ───────────────────────────────────────────────────────────────────────────── */

static void
emit (HsTrayMenu *menu, const char *signal_name, GVariant *arguments)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (arguments);

  if (menu->connection != NULL)
    g_dbus_connection_emit_signal (menu->connection, NULL, menu->path, INTERFACE, signal_name,
                                   owned, NULL);
}

/* What a panel knows of an entry and the entry lost is taken back by name. */
static void
add_changes (const HsTrayEntry *before,
             const HsTrayEntry *now,
             GVariantBuilder *changed,
             GVariantBuilder *removed)
{
  GVariantIter names;
  const char *name = NULL;
  gboolean has_lost = FALSE;
  g_auto (GVariantBuilder) lost = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("as"));

  if (!g_variant_equal (before->properties, now->properties))
    {
      g_variant_iter_init (&names, before->properties);
      while (g_variant_iter_next (&names, "{&sv}", &name, NULL))
        {
          g_autoptr (GVariant) still = g_variant_lookup_value (now->properties, name, NULL);
          if (still != NULL)
            continue;
          g_variant_builder_add (&lost, "s", name);
          has_lost = TRUE;
        }
      g_variant_builder_add (changed, "(i@a{sv})", now->id, now->properties);
      if (has_lost)
        g_variant_builder_add (removed, "(ias)", now->id, &lost);
    }
  for (guint i = 0; i < now->children->len; i++)
    add_changes (g_ptr_array_index (before->children, i), g_ptr_array_index (now->children, i),
                 changed, removed);
}

static void
read_again (HsTrayMenu *menu)
{
  g_autoptr (HsTrayEntry) before = g_steal_pointer (&menu->root);
  g_auto (GVariantBuilder) changed = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(ia{sv})"));
  g_auto (GVariantBuilder) removed = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(ias)"));

  follow_anew (menu);
  menu->root = hs_tray_entry_read (menu->model, menu->actions, menu->numbers);
  if (before == NULL)
    return;
  if (hs_tray_entry_has_shape (before, menu->root))
    {
      add_changes (before, menu->root, &changed, &removed);
      emit (menu, "ItemsPropertiesUpdated",
            g_variant_new ("(a(ia{sv})a(ias))", &changed, &removed));
      return;
    }
  menu->revision++;
  emit (menu, "LayoutUpdated", g_variant_new ("(ui)", menu->revision, 0));
}

static gboolean
on_read (gpointer user_data)
{
  HsTrayMenu *menu = user_data;

  menu->read_source = 0;
  read_again (menu);
  return G_SOURCE_REMOVE;
}

/* Changes come in bursts; one reading follows a burst. */
static void
read_soon (HsTrayMenu *menu)
{
  if (menu->read_source == 0)
    menu->read_source = g_idle_add (on_read, menu);
}

static void
on_items_changed (GMenuModel *model, int position, int removed, int added, gpointer user_data)
{
  read_soon (user_data);
}

static void
follow (HsTrayMenu *menu, GMenuModel *model)
{
  if (g_ptr_array_find (menu->followed, model, NULL))
    return;
  g_ptr_array_add (menu->followed, g_object_ref (model));
  g_signal_connect (model, "items-changed", G_CALLBACK (on_items_changed), menu);
  for (int i = 0; i < g_menu_model_get_n_items (model); i++)
    for (int link = 0; link < 2; link++)
      {
        g_autoptr (GMenuModel) below = g_menu_model_get_item_link (
            model, i, link == 0 ? G_MENU_LINK_SECTION : G_MENU_LINK_SUBMENU);
        if (below != NULL)
          follow (menu, below);
      }
}

static void
unfollow_all (HsTrayMenu *menu)
{
  for (guint i = 0; i < menu->followed->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (menu->followed, i), menu);
  g_ptr_array_set_size (menu->followed, 0);
}

/* What the menu has no longer is let go: names of people and titles are in it. */
static void
follow_anew (HsTrayMenu *menu)
{
  unfollow_all (menu);
  follow (menu, menu->model);
}

static void
follow_actions (HsTrayMenu *menu)
{
  static const char *const signals[]
      = { "action-added", "action-removed", "action-enabled-changed", "action-state-changed" };

  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    g_signal_connect_swapped (menu->actions, signals[i], G_CALLBACK (read_soon), menu);
}

/* ── what panels ask ─────────────────────────────────────────────────────────────────────── */

static void
return_unknown (GDBusMethodInvocation *invocation)
{
  g_dbus_method_invocation_return_error_literal (
      invocation, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS, "there is no such entry any more");
}

static void
get_layout (HsTrayMenu *menu, GVariant *parameters, GDBusMethodInvocation *invocation)
{
  gint32 id = 0, depth = 0;
  const HsTrayEntry *entry = NULL;

  g_variant_get (parameters, "(iias)", &id, &depth, NULL);
  entry = hs_tray_entry_find (menu->root, id);
  if (entry == NULL)
    return_unknown (invocation);
  else
    g_dbus_method_invocation_return_value (
        invocation,
        g_variant_new ("(u@(ia{sv}av))", menu->revision, hs_tray_entry_describe (entry, depth)));
}

static void
add_all (HsTrayEntry *entry, GVariantBuilder *properties)
{
  g_variant_builder_add (properties, "(i@a{sv})", entry->id, entry->properties);
  for (guint i = 0; i < entry->children->len; i++)
    add_all (g_ptr_array_index (entry->children, i), properties);
}

/* No ids: all. */
static void
get_group_properties (HsTrayMenu *menu, GVariant *parameters, GDBusMethodInvocation *invocation)
{
  g_autoptr (GVariantIter) ids = NULL;
  g_auto (GVariantBuilder) properties = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(ia{sv})"));
  gint32 id = 0;

  g_variant_get (parameters, "(aias)", &ids, NULL);
  if (g_variant_iter_n_children (ids) == 0)
    add_all (menu->root, &properties);
  while (g_variant_iter_next (ids, "i", &id))
    {
      const HsTrayEntry *entry = hs_tray_entry_find (menu->root, id);
      if (entry != NULL)
        g_variant_builder_add (&properties, "(i@a{sv})", id, entry->properties);
    }
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(a(ia{sv}))", &properties));
}

static void
get_property (HsTrayMenu *menu, GVariant *parameters, GDBusMethodInvocation *invocation)
{
  gint32 id = 0;
  const char *name = NULL;
  const HsTrayEntry *entry = NULL;
  g_autoptr (GVariant) value = NULL;

  g_variant_get (parameters, "(i&s)", &id, &name);
  entry = hs_tray_entry_find (menu->root, id);
  if (entry != NULL)
    value = g_variant_lookup_value (entry->properties, name, NULL);
  if (value == NULL)
    return_unknown (invocation);
  else
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(v)", value));
}

/* FALSE: no such entry. Of what happens to entries only a click matters. */
static gboolean
take_event (HsTrayMenu *menu, gint32 id, const char *event)
{
  const HsTrayEntry *entry = hs_tray_entry_find (menu->root, id);
  gboolean is_enabled = TRUE;

  if (entry == NULL)
    return FALSE;
  g_variant_lookup (entry->properties, "enabled", "b", &is_enabled);
  if (strcmp (event, "clicked") == 0 && is_enabled && entry->action != NULL)
    g_action_group_activate_action (menu->actions, entry->action, entry->target);
  return TRUE;
}

static void
take_one (HsTrayMenu *menu, GVariant *parameters, GDBusMethodInvocation *invocation)
{
  gint32 id = 0;
  const char *event = NULL;

  g_variant_get (parameters, "(i&svu)", &id, &event, NULL, NULL);
  if (take_event (menu, id, event))
    g_dbus_method_invocation_return_value (invocation, NULL);
  else
    return_unknown (invocation);
}

static void
take_group (HsTrayMenu *menu, GVariant *parameters, GDBusMethodInvocation *invocation)
{
  g_autoptr (GVariantIter) events = NULL;
  g_auto (GVariantBuilder) unknown = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("ai"));
  gint32 id = 0;
  const char *event = NULL;

  g_variant_get (parameters, "(a(isvu))", &events);
  while (g_variant_iter_next (events, "(i&svu)", &id, &event, NULL, NULL))
    if (!take_event (menu, id, event))
      g_variant_builder_add (&unknown, "i", id);
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(ai)", &unknown));
}

/* What is about to be shown has been told already: nothing needs to be asked for again. */
static void
about_to_show (HsTrayMenu *menu, GVariant *parameters, GDBusMethodInvocation *invocation)
{
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(b)", FALSE));
}

static void
about_to_show_group (HsTrayMenu *menu, GVariant *parameters, GDBusMethodInvocation *invocation)
{
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(aiai)", NULL, NULL));
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
  static const struct
  {
    const char *name;
    void (*run) (HsTrayMenu *menu, GVariant *parameters, GDBusMethodInvocation *invocation);
  } methods[] = {
    { "GetLayout", get_layout },
    { "GetGroupProperties", get_group_properties },
    { "GetProperty", get_property },
    { "Event", take_one },
    { "EventGroup", take_group },
    { "AboutToShow", about_to_show },
    { "AboutToShowGroup", about_to_show_group },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (methods); i++)
    if (strcmp (method, methods[i].name) == 0)
      methods[i].run (user_data, parameters, invocation);
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
  if (strcmp (property, "Version") == 0)
    return g_variant_new_uint32 (VERSION);
  if (strcmp (property, "IconThemePath") == 0)
    return g_variant_new_strv (NULL, 0);
  return g_variant_new_string (strcmp (property, "Status") == 0 ? "normal" : "ltr");
}

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

HsTrayMenu *
hs_tray_menu_new (GMenuModel *model, GActionGroup *actions)
{
  HsTrayMenu *menu = g_new0 (HsTrayMenu, 1);

  menu->model = g_object_ref (model);
  menu->actions = g_object_ref (actions);
  menu->followed = g_ptr_array_new_with_free_func (g_object_unref);
  menu->numbers = hs_tray_numbers_new ();
  menu->revision = 1;
  read_again (menu);
  follow_actions (menu);
  return menu;
}

void
hs_tray_menu_free (HsTrayMenu *menu)
{
  if (menu == NULL)
    return;
  hs_tray_menu_withdraw (menu);
  unfollow_all (menu);
  g_signal_handlers_disconnect_by_data (menu->actions, menu);
  g_clear_handle_id (&menu->read_source, g_source_remove);
  g_ptr_array_unref (menu->followed);
  hs_tray_entry_free (menu->root);
  hs_tray_numbers_free (menu->numbers);
  g_object_unref (menu->actions);
  g_object_unref (menu->model);
  g_free (menu);
}

gboolean
hs_tray_menu_export (HsTrayMenu *menu,
                     GDBusConnection *connection,
                     const char *path,
                     GError **error)
{
  static const GDBusInterfaceVTable table = { .method_call = on_call, .get_property = on_get };
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (description, NULL);

  menu->registration = g_dbus_connection_register_object (connection, path, node->interfaces[0],
                                                          &table, menu, NULL, error);
  if (menu->registration == 0)
    return FALSE;
  menu->connection = g_object_ref (connection);
  menu->path = g_strdup (path);
  return TRUE;
}

void
hs_tray_menu_withdraw (HsTrayMenu *menu)
{
  if (menu->connection == NULL)
    return;
  g_dbus_connection_unregister_object (menu->connection, menu->registration);
  g_clear_object (&menu->connection);
  g_clear_pointer (&menu->path, g_free);
}
