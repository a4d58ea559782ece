/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Notifications against a session bus of the test's own, on which the test plays the daemon that shows
 * them. */

#include "support/loop.h"
#include "support/suite.h"
#include "support/tray_fixture.h"
#include "tray-ui/client/agent_private.h"
#include "tray-ui/presence.h"

#define NAME "org.freedesktop.Notifications"
#define PATH "/org/freedesktop/Notifications"

static const char description[]
    = "<node><interface name='" NAME "'>"
      "<method name='Notify'><arg type='s' direction='in'/><arg type='u' direction='in'/>"
      "<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='s' direction='in'/>"
      "<arg type='as' direction='in'/><arg type='a{sv}' direction='in'/><arg type='i' "
      "direction='in'/><arg type='u' direction='out'/></method>"
      "<method name='CloseNotification'><arg type='u' direction='in'/></method>"
      "</interface></node>";

static GTestDBus *bus;
static GDBusConnection *desktop;
static guint last;        /* never given twice: a late word of one is not about another */
static GHashTable *shown; /* set of numbers */

static GApplication *application;
static HsDesk desk;
static HsPresence *presence;

/* ── the daemon ──────────────────────────────────────────────────────────────────────────── */

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
  guint number = 0;

  if (strcmp (method, "CloseNotification") == 0)
    {
      g_variant_get (parameters, "(u)", &number);
      g_hash_table_remove (shown, GUINT_TO_POINTER (number));
      g_dbus_method_invocation_return_value (invocation, NULL);
      g_dbus_connection_emit_signal (connection, NULL, PATH, NAME, "NotificationClosed",
                                     g_variant_new ("(uu)", number, 3), NULL);
      return;
    }
  g_hash_table_add (shown, GUINT_TO_POINTER (++last));
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(u)", last));
}

static void
start_daemon (void)
{
  static const GDBusInterfaceVTable table = { .method_call = on_call };
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (description, NULL);
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
  (void)g_dbus_connection_register_object (desktop, PATH, node->interfaces[0], &table, NULL, NULL,
                                           NULL);
  (void)g_bus_own_name_on_connection (desktop, NAME, G_BUS_NAME_OWNER_FLAGS_NONE, NULL, NULL, NULL,
                                      NULL);
}

/* ── the program ─────────────────────────────────────────────────────────────────────────── */

static gboolean
is_in_front (GApplication *unused)
{
  return FALSE;
}

static void
set_state (HsAgentState state, const char *mode)
{
  HsAgent *agent = desk.agent;

  hs_control_status_free (agent->status);
  agent->status = hs_tray_fixture_status ();
  g_free (agent->status->mode);
  agent->status->mode = g_strdup (mode);
  agent->status->idle_sign_out_s = 120;
  hs_agent_set_state (agent, state);
}

static void
set_up (void)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  /* It stays: GLib 2.74 stumbles over what it believes to be shown when the daemon goes. */
  if (bus == NULL)
    {
      start_daemon ();
      application = g_application_new ("org.homespool.Test", G_APPLICATION_DEFAULT_FLAGS);
      HS_ASSERT (g_application_register (application, NULL, NULL));
    }
  shown = g_hash_table_new (NULL, NULL);
  desk.agent = hs_agent_new ("/nonexistent/control.sock");
  desk.wishes = hs_wishes_new (desk.agent);
  desk.settings = hs_settings_new ("/nonexistent/tray.conf");
  presence = hs_presence_new (application, &desk, is_in_front);
  hs_jobs_begin (hs_agent_get_jobs (desk.agent));
  hs_jobs_take_all (hs_agent_get_jobs (desk.agent), none);
}

static void
tear_down (void)
{
  g_clear_pointer (&presence, hs_presence_free);
  g_clear_object (&desk.wishes);
  g_clear_object (&desk.agent);
  g_clear_object (&desk.settings);
  g_clear_pointer (&shown, g_hash_table_unref);
}

static void
take (const char *id)
{
  hs_jobs_take (hs_agent_get_jobs (desk.agent), hs_tray_fixture_job (id, HS_JOB_HELD, 1));
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);

  *(gboolean *)user_data = reply != NULL;
}

/* So many are shown, and the program knows their numbers: its answers came before the one to this. */
static void
await_shown (guint count)
{
  gboolean is_answered = FALSE;

  HS_LOOP_UNTIL (g_hash_table_size (shown) == count);
  g_dbus_connection_call (g_application_get_dbus_connection (application), NAME, PATH,
                          "org.freedesktop.DBus.Peer", "Ping", NULL, NULL, G_DBUS_CALL_FLAGS_NONE,
                          -1, NULL, on_answered, &is_answered);
  HS_LOOP_UNTIL (is_answered);
}

static void
leave (void)
{
  hs_jobs_forget_all (hs_agent_get_jobs (desk.agent));
  set_state (HS_AGENT_VACANT, "kiosk");
  HS_LOOP_UNTIL (g_hash_table_size (shown) == 0);
}

/* ── what has to hold ────────────────────────────────────────────────────────────────────── */

static void
what_was_told_of_jobs_at_a_kiosk_goes_with_their_person (void)
{
  set_state (HS_AGENT_READY, "kiosk");
  take ("one");
  take ("two");
  await_shown (2);
  leave ();
}

HS_SUITE_WITH ("tray notices",
               set_up,
               tear_down,
               { "what was told of jobs at a kiosk goes with their person",
                 what_was_told_of_jobs_at_a_kiosk_goes_with_their_person })
