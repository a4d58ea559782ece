/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The icon against a session bus of the test's own, on which the test plays the desktop: the watcher, and
 * the panel that reads the icon and its menu. */

#include "platform/tray_icon.h"
#include "support/loop.h"
#include "support/suite.h"

#define WATCHER "org.kde.StatusNotifierWatcher"
#define WATCHER_PATH "/StatusNotifierWatcher"
#define ITEM "org.kde.StatusNotifierItem"
#define MENU "com.canonical.dbusmenu"
#define PROPERTIES "org.freedesktop.DBus.Properties"

static const char watcher_description[]
    = "<node><interface name='" WATCHER "'>"
      "<method name='RegisterStatusNotifierItem'><arg type='s' direction='in'/></method>"
      "<property name='IsStatusNotifierHostRegistered' type='b' access='read'/>"
      "<signal name='StatusNotifierHostRegistered'/></interface></node>";

static GTestDBus *bus;
static GDBusConnection *desktop;
static guint watcher_object, watcher_name, signals;
static gboolean has_panel;
static char *item; /* the name that registered last */
static guint n_registered;
static GString *heard; /* signals of the icon and its menu */

static HsTrayIcon *icon;
static GMenu *menu, *jobs;
static GSimpleActionGroup *actions;
static GString *done;
static guint n_activated;

/* ── the desktop ─────────────────────────────────────────────────────────────────────────── */

static void
on_watcher_call (GDBusConnection *connection,
                 const char *sender,
                 const char *path,
                 const char *interface_name,
                 const char *method,
                 GVariant *parameters,
                 GDBusMethodInvocation *invocation,
                 gpointer user_data)
{
  g_free (item);
  g_variant_get (parameters, "(s)", &item);
  n_registered++;
  g_dbus_method_invocation_return_value (invocation, NULL);
}

static GVariant *
on_watcher_get (GDBusConnection *connection,
                const char *sender,
                const char *path,
                const char *interface_name,
                const char *property,
                GError **error,
                gpointer user_data)
{
  return g_variant_new_boolean (has_panel);
}

static void
on_signal (GDBusConnection *connection,
           const char *sender,
           const char *path,
           const char *interface_name,
           const char *signal_name,
           GVariant *parameters,
           gpointer user_data)
{
  if (strcmp (interface_name, ITEM) == 0 || strcmp (interface_name, MENU) == 0)
    g_string_append_printf (heard, "%s ", signal_name);
}

static void
start_watcher (void)
{
  watcher_name = g_bus_own_name_on_connection (desktop, WATCHER, G_BUS_NAME_OWNER_FLAGS_NONE, NULL,
                                               NULL, NULL, NULL);
}

static void
stop_watcher (void)
{
  g_bus_unown_name (watcher_name);
  watcher_name = 0;
}

static void
on_reply (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref (result);
}

/* NULL: it was refused. */
static GVariant *
ask (const char *path, const char *interface_name, const char *method, GVariant *arguments)
{
  g_autoptr (GAsyncResult) result = NULL;

  g_dbus_connection_call (desktop, item, path, interface_name, method, arguments, NULL,
                          G_DBUS_CALL_FLAGS_NONE, -1, NULL, on_reply, &result);
  HS_LOOP_UNTIL (result != NULL);
  return g_dbus_connection_call_finish (desktop, result, NULL);
}

static char *
dup_text (const char *property)
{
  g_autoptr (GVariant) reply
      = ask ("/StatusNotifierItem", PROPERTIES, "Get", g_variant_new ("(ss)", ITEM, property));
  g_autoptr (GVariant) value = NULL;

  HS_ASSERT (reply != NULL);
  g_variant_get (reply, "(v)", &value);
  return g_variant_print (value, FALSE);
}

static void
expect_text (const char *property, const char *expected)
{
  g_autofree char *text = dup_text (property);

  HS_ASSERT_STR_EQ (text, expected);
}

static GVariant *
get_layout (void)
{
  g_autoptr (GVariant) reply
      = ask ("/MenuBar", MENU, "GetLayout", g_variant_new ("(iias)", 0, -1, NULL));

  HS_ASSERT (reply != NULL && g_variant_is_of_type (reply, G_VARIANT_TYPE ("(u(ia{sv}av))")));
  return g_variant_get_child_value (reply, 1);
}

/* "Open *Hold [One Two] -Quit": * is checked, - is grey, | is a separator. */
static void
add_story (GVariant *entry, GString *story)
{
  g_autoptr (GVariant) properties = g_variant_get_child_value (entry, 1);
  g_autoptr (GVariant) children = g_variant_get_child_value (entry, 2);
  const char *label = NULL, *type = NULL;
  gboolean is_enabled = TRUE;
  gint32 is_on = 0;

  g_variant_lookup (properties, "label", "&s", &label);
  g_variant_lookup (properties, "type", "&s", &type);
  g_variant_lookup (properties, "enabled", "b", &is_enabled);
  g_variant_lookup (properties, "toggle-state", "i", &is_on);
  if (type != NULL)
    g_string_append (story, "| ");
  else if (label != NULL)
    g_string_append_printf (story, "%s%s%s ", is_on ? "*" : "", is_enabled ? "" : "-", label);
  if (g_variant_n_children (children) == 0)
    return;
  g_string_append (story, "[");
  for (gsize i = 0; i < g_variant_n_children (children); i++)
    {
      g_autoptr (GVariant) boxed = g_variant_get_child_value (children, i);
      g_autoptr (GVariant) child = g_variant_get_variant (boxed);
      add_story (child, story);
    }
  g_string_append (story, "] ");
}

static void
expect_menu (const char *expected)
{
  g_autoptr (GVariant) layout = get_layout ();
  g_autoptr (GString) story = g_string_new (NULL);

  add_story (layout, story);
  HS_ASSERT_STR_EQ (story->str, expected);
}

/* 0: there is none. */
static gint32
find (GVariant *entry, const char *wanted)
{
  g_autoptr (GVariant) properties = g_variant_get_child_value (entry, 1);
  g_autoptr (GVariant) children = g_variant_get_child_value (entry, 2);
  const char *label = NULL;
  gint32 id = 0;

  g_variant_get_child (entry, 0, "i", &id);
  if (g_variant_lookup (properties, "label", "&s", &label) && strcmp (label, wanted) == 0)
    return id;
  id = 0;
  for (gsize i = 0; i < g_variant_n_children (children) && id == 0; i++)
    {
      g_autoptr (GVariant) boxed = g_variant_get_child_value (children, i);
      g_autoptr (GVariant) child = g_variant_get_variant (boxed);
      id = find (child, wanted);
    }
  return id;
}

static gint32
number_of (const char *label)
{
  g_autoptr (GVariant) layout = get_layout ();

  return find (layout, label);
}

/* FALSE: there is no such entry any more. */
static gboolean
click (gint32 id)
{
  g_autoptr (GVariant) reply
      = ask ("/MenuBar", MENU, "Event",
             g_variant_new ("(isvu)", id, "clicked", g_variant_new_int32 (0), (guint32)0));

  return reply != NULL;
}

/* ── the program ─────────────────────────────────────────────────────────────────────────── */

static void
on_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_string_append_printf (done, "%s%s%s ", g_action_get_name (G_ACTION (action)),
                          parameter != NULL ? ":" : "",
                          parameter != NULL ? g_variant_get_string (parameter, NULL) : "");
}

static void
on_activated (gpointer user_data)
{
  n_activated++;
}

static void
make_menu (void)
{
  static const GActionEntry entries[]
      = { { .name = "open", .activate = on_action },
          { .name = "release", .activate = on_action, .parameter_type = "s" },
          { .name = "quiet", .state = "false" },
          { .name = "quit", .activate = on_action } };
  g_autoptr (GMenu) first = g_menu_new ();
  g_autoptr (GMenu) last = g_menu_new ();

  actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (actions), entries, G_N_ELEMENTS (entries), NULL);
  menu = g_menu_new ();
  jobs = g_menu_new ();
  g_menu_append (first, "Open", "app.open");
  g_menu_append_submenu (first, "Release", G_MENU_MODEL (jobs));
  g_menu_append (first, "Quiet", "app.quiet");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (first));
  g_menu_append (last, "Nothing", "app.nothing");
  g_menu_append (last, "Quit", "app.quit");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (last));
  g_menu_append (jobs, "One", "app.release::one");
  g_menu_append (jobs, "Two", "app.release::two");
}

static void
begin (void)
{
  HsTrayIconSetup setup = { .id = "homespool", .title = "Homespool", .activated = on_activated };

  setup.menu = G_MENU_MODEL (menu);
  setup.actions = G_ACTION_GROUP (actions);
  icon = hs_tray_icon_new (&setup);
}

static void
begin_shown (void)
{
  has_panel = TRUE;
  start_watcher ();
  begin ();
  HS_LOOP_UNTIL (hs_tray_icon_is_shown (icon));
  g_string_truncate (heard, 0);
}

static void
set_up (void)
{
  static const GDBusInterfaceVTable table
      = { .method_call = on_watcher_call, .get_property = on_watcher_get };
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (watcher_description, NULL);
  g_autofree char *program = g_find_program_in_path ("dbus-daemon");

  if (program == NULL)
    hs_test_skip ("dbus-daemon is not installed");
  bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (bus);
  desktop = g_dbus_connection_new_for_address_sync (
      g_test_dbus_get_bus_address (bus),
      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
          | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
      NULL, NULL, NULL);
  HS_ASSERT (desktop != NULL);
  watcher_object = g_dbus_connection_register_object (desktop, WATCHER_PATH, node->interfaces[0],
                                                      &table, NULL, NULL, NULL);
  signals = g_dbus_connection_signal_subscribe (desktop, NULL, NULL, NULL, NULL, NULL,
                                                G_DBUS_SIGNAL_FLAGS_NONE, on_signal, NULL, NULL);
  has_panel = FALSE;
  n_registered = n_activated = 0;
  heard = g_string_new (NULL);
  done = g_string_new (NULL);
  make_menu ();
}

static void
tear_down (void)
{
  g_clear_pointer (&icon, hs_tray_icon_free);
  if (watcher_name != 0)
    stop_watcher ();
  if (desktop != NULL)
    {
      g_dbus_connection_signal_unsubscribe (desktop, signals);
      g_dbus_connection_unregister_object (desktop, watcher_object);
    }
  g_clear_object (&desktop);
  g_clear_object (&menu);
  g_clear_object (&jobs);
  g_clear_object (&actions);
  g_clear_pointer (&item, g_free);
  if (heard != NULL)
    g_string_free (g_steal_pointer (&heard), TRUE);
  if (done != NULL)
    g_string_free (g_steal_pointer (&done), TRUE);
  if (bus != NULL)
    g_test_dbus_down (bus);
  g_clear_object (&bus);
}

/* ── what has to hold ────────────────────────────────────────────────────────────────────── */

static void
an_icon_is_shown_where_a_panel_is (void)
{
  begin_shown ();
  expect_text ("Id", "'homespool'");
  expect_text ("Title", "'Homespool'");
  expect_text ("Status", "'Active'");
  expect_text ("Menu", "'/MenuBar'");
}

static void
without_a_panel_it_waits_for_one (void)
{
  begin ();
  start_watcher ();
  HS_LOOP_UNTIL (n_registered == 1);
  expect_text ("Status", "'Active'");
  HS_ASSERT (!hs_tray_icon_is_shown (icon));
  has_panel = TRUE;
  g_dbus_connection_emit_signal (desktop, NULL, WATCHER_PATH, WATCHER,
                                 "StatusNotifierHostRegistered", NULL, NULL);
  HS_LOOP_UNTIL (hs_tray_icon_is_shown (icon));
}

static void
a_panel_may_restart (void)
{
  begin_shown ();
  stop_watcher ();
  HS_LOOP_UNTIL (!hs_tray_icon_is_shown (icon));
  start_watcher ();
  HS_LOOP_UNTIL (hs_tray_icon_is_shown (icon));
  HS_ASSERT_INT_EQ (n_registered, 2);
}

static void
what_it_looks_like_is_told_when_it_changes (void)
{
  begin_shown ();
  hs_tray_icon_set (icon, "homespool-held", "3 jobs wait", TRUE);
  hs_tray_icon_set (icon, "homespool-held", "3 jobs wait", TRUE);
  expect_text ("IconName", "'homespool-held'");
  expect_text ("Status", "'NeedsAttention'");
  expect_text ("ToolTip", "('homespool-held', [], 'Homespool', '3 jobs wait')");
  HS_ASSERT_STR_EQ (heard->str, "NewIcon NewAttentionIcon NewToolTip NewStatus ");
}

static void
a_click_opens_the_program (void)
{
  begin_shown ();
  g_autoptr (GVariant) reply
      = ask ("/StatusNotifierItem", ITEM, "Activate", g_variant_new ("(ii)", 1, 1));
  HS_ASSERT (reply != NULL);
  HS_ASSERT_INT_EQ (n_activated, 1);
}

static void
the_menu_has_sections_submenus_and_states (void)
{
  begin_shown ();
  expect_menu ("[Open Release [One Two ] Quiet | -Nothing Quit ] ");
  g_action_group_change_action_state (G_ACTION_GROUP (actions), "quiet",
                                      g_variant_new_boolean (TRUE));
  HS_LOOP_UNTIL (strstr (heard->str, "ItemsPropertiesUpdated") != NULL);
  HS_ASSERT (strstr (heard->str, "LayoutUpdated") == NULL);
  expect_menu ("[Open Release [One Two ] *Quiet | -Nothing Quit ] ");
}

static void
a_click_does_what_it_says (void)
{
  begin_shown ();
  HS_ASSERT (click (number_of ("Two")));
  HS_ASSERT (click (number_of ("Quit")));
  HS_ASSERT_STR_EQ (done->str, "release:two quit ");
}

static void
a_grey_entry_does_nothing (void)
{
  begin_shown ();
  gint32 quit = number_of ("Quit");
  g_simple_action_set_enabled (
      G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (actions), "quit")), FALSE);
  HS_LOOP_UNTIL (strstr (heard->str, "ItemsPropertiesUpdated") != NULL);
  HS_ASSERT (click (quit));
  HS_ASSERT (click (number_of ("Nothing")));
  HS_ASSERT_STR_EQ (done->str, "");
}

static void
a_late_click_means_what_was_seen (void)
{
  begin_shown ();
  gint32 one = number_of ("One"), two = number_of ("Two");
  g_menu_remove (jobs, 0);
  g_menu_prepend (jobs, "Three", "app.release::three");
  HS_LOOP_UNTIL (strstr (heard->str, "LayoutUpdated") != NULL);
  HS_ASSERT_INT_EQ (number_of ("Two"), two);
  HS_ASSERT (!click (one));
  HS_ASSERT (click (two));
  HS_ASSERT_STR_EQ (done->str, "release:two ");
}

/* Titles and the names of people are in a menu. */
static void
what_left_the_menu_is_let_go (void)
{
  g_autoptr (GMenu) of_one = g_menu_new ();
  GMenu *watched = of_one;

  begin_shown ();
  g_menu_append (of_one, "Print", "app.release::four");
  g_menu_append_submenu (jobs, "Four", G_MENU_MODEL (of_one));
  HS_LOOP_UNTIL (strstr (heard->str, "LayoutUpdated") != NULL);
  gint32 four = number_of ("Four");
  g_string_truncate (heard, 0);
  g_object_add_weak_pointer (G_OBJECT (watched), (gpointer *)&watched);
  g_clear_object (&of_one);
  g_menu_remove (jobs, 2);
  HS_LOOP_UNTIL (strstr (heard->str, "LayoutUpdated") != NULL);
  HS_ASSERT (watched == NULL);
  g_menu_append (jobs, "Four", NULL);
  HS_LOOP_UNTIL (number_of ("Four") != 0);
  HS_ASSERT (number_of ("Four") != four);
}

static void
what_came_into_the_menu_later_is_followed (void)
{
  g_autoptr (GMenu) of_one = g_menu_new ();

  begin_shown ();
  g_menu_append_submenu (jobs, "Four", G_MENU_MODEL (of_one));
  HS_LOOP_UNTIL (number_of ("Four") != 0);
  g_menu_append (of_one, "Print", "app.release::four");
  HS_LOOP_UNTIL (number_of ("Print") != 0);
}

static void
a_new_text_is_no_new_entry (void)
{
  begin_shown ();
  gint32 two = number_of ("Two");
  g_menu_remove (jobs, 1);
  g_menu_append (jobs, "Two (5 pages)", "app.release::two");
  HS_LOOP_UNTIL (heard->len > 0);
  HS_ASSERT_INT_EQ (number_of ("Two (5 pages)"), two);
  HS_ASSERT_STR_EQ (heard->str, "ItemsPropertiesUpdated ");
}

static void
several_clicks_at_once_are_taken (void)
{
  begin_shown ();
  g_autoptr (GVariant) reply = ask (
      "/MenuBar", MENU, "EventGroup",
      g_variant_new_parsed ("([(%i, 'clicked', <0>, uint32 0), (9999, 'clicked', <0>, uint32 0)],)",
                            number_of ("Open")));
  g_autofree char *text = reply != NULL ? g_variant_print (reply, FALSE) : NULL;
  HS_ASSERT_STR_EQ (text, "([9999],)");
  HS_ASSERT_STR_EQ (done->str, "open ");
}

static void
properties_are_given_for_some_or_all (void)
{
  begin_shown ();
  g_autoptr (GVariant) all
      = ask ("/MenuBar", MENU, "GetGroupProperties", g_variant_new ("(aias)", NULL, NULL));
  g_autoptr (GVariant) entries = g_variant_get_child_value (all, 0);
  HS_ASSERT_INT_EQ (g_variant_n_children (entries), 9);
  g_autoptr (GVariant) some
      = ask ("/MenuBar", MENU, "GetProperty", g_variant_new ("(is)", number_of ("Quit"), "label"));
  g_autofree char *text = g_variant_print (some, FALSE);
  HS_ASSERT_STR_EQ (text, "(<'Quit'>,)");
  HS_ASSERT (ask ("/MenuBar", MENU, "GetProperty", g_variant_new ("(is)", 9999, "label")) == NULL);
}

HS_SUITE_WITH (
    "tray icon",
    set_up,
    tear_down,
    { "an icon is shown where a panel is", an_icon_is_shown_where_a_panel_is },
    { "without a panel it waits for one", without_a_panel_it_waits_for_one },
    { "a panel may restart", a_panel_may_restart },
    { "what it looks like is told when it changes, once",
      what_it_looks_like_is_told_when_it_changes },
    { "a click opens the program", a_click_opens_the_program },
    { "the menu has sections, submenus and states", the_menu_has_sections_submenus_and_states },
    { "a click on an entry does what the entry says", a_click_does_what_it_says },
    { "a grey entry does nothing", a_grey_entry_does_nothing },
    { "a late click means what was seen, or nothing", a_late_click_means_what_was_seen },
    { "what left the menu is let go", what_left_the_menu_is_let_go },
    { "what came into the menu later is followed", what_came_into_the_menu_later_is_followed },
    { "an entry with a new text is the same entry", a_new_text_is_no_new_entry },
    { "several clicks at once are taken", several_clicks_at_once_are_taken },
    { "properties are given for some entries or for all", properties_are_given_for_some_or_all })
