/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Notifications against a session bus of the test's own, on which the test plays the daemon that shows
 * them. */

#include "platform/notice_server.h"
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
      "<method name='GetCapabilities'><arg type='as' direction='out'/></method>"
      "<method name='CloseNotification'><arg type='u' direction='in'/></method>"
      "</interface></node>";

static GTestDBus *bus;
static GDBusConnection *desktop;
static guint last;        /* never given twice: a late word of one is not about another */
static GHashTable *shown; /* set of numbers */
static gboolean reads_markup;
static char *body; /* of what was shown last */

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
  if (strcmp (method, "GetCapabilities") == 0)
    {
      const char *capabilities[] = { "body", reads_markup ? "body-markup" : NULL, NULL };
      g_dbus_method_invocation_return_value (invocation, g_variant_new ("(^as)", capabilities));
      return;
    }
  g_free (body);
  g_variant_get (parameters, "(susssasa{sv}i)", NULL, NULL, NULL, NULL, &body, NULL, NULL, NULL);
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

/* The agent has told what there is: nothing. What comes now is news. */
static void
begin (void)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  hs_jobs_begin (hs_agent_get_jobs (desk.agent));
  hs_jobs_take_all (hs_agent_get_jobs (desk.agent), none);
}

static void
set_up (void)
{
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
  begin ();
}

static void
tear_down (void)
{
  g_clear_pointer (&presence, hs_presence_free);
  g_clear_object (&desk.wishes);
  g_clear_object (&desk.agent);
  g_clear_object (&desk.settings);
  g_clear_pointer (&shown, g_hash_table_unref);
  g_clear_pointer (&body, g_free);
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

/* A job comes whose title the person wants to see. */
static void
take_titled (const char *id, const char *title)
{
  HsControlJob *job = hs_tray_fixture_job (id, HS_JOB_HELD, 1);

  hs_settings_set_titles (desk.settings, TRUE);
  set_state (HS_AGENT_READY, "personal");
  g_free (job->name);
  job->name = g_strdup (title);
  hs_jobs_take (hs_agent_get_jobs (desk.agent), job);
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

static void
on_owned (GDBusConnection *connection, const char *name, gpointer user_data)
{
  *(gboolean *)user_data = TRUE;
}

static void
on_asked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  HS_ASSERT (hs_notice_server_ask_finish (application, result, user_data, &error));
}

static void
a_server_that_reads_markup_reads_none_in_a_title (void)
{
  reads_markup = TRUE;
  take_titled ("one", "<b>Tom</b> & Jerry");
  await_shown (1);
  HS_ASSERT_STR_EQ (body, "&lt;b&gt;Tom&lt;/b&gt; &amp; Jerry");
}

static void
a_server_that_reads_no_markup_gets_a_title_as_it_is (void)
{
  reads_markup = FALSE;
  take_titled ("one", "<b>Tom</b> & Jerry");
  await_shown (1);
  HS_ASSERT_STR_EQ (body, "<b>Tom</b> & Jerry");
}

/* GLib prefers this server where there is one; the test's cannot show what goes to it. */
static void
a_body_for_the_gtk_server_is_never_escaped (void)
{
  gboolean is_answered = FALSE;
  gboolean is_read = TRUE;
  guint owner
      = g_bus_own_name_on_connection (desktop, "org.gtk.Notifications", G_BUS_NAME_OWNER_FLAGS_NONE,
                                      on_owned, NULL, &is_answered, NULL);

  reads_markup = TRUE;
  HS_LOOP_UNTIL (is_answered);
  hs_notice_server_ask_async (application, NULL, on_asked, &is_read);
  HS_LOOP_UNTIL (!is_read);
  g_bus_unown_name (owner);
}

static void
what_is_taken_back_before_it_was_sent_is_never_shown (void)
{
  set_state (HS_AGENT_READY, "kiosk");
  take ("one");
  hs_jobs_forget_all (hs_agent_get_jobs (desk.agent));
  set_state (HS_AGENT_VACANT, "kiosk");
  begin ();
  set_state (HS_AGENT_READY, "kiosk");
  take ("two");
  await_shown (1);
  leave ();
}

HS_SUITE_WITH ("tray notices",
               set_up,
               tear_down,
               { "what was told of jobs at a kiosk goes with their person",
                 what_was_told_of_jobs_at_a_kiosk_goes_with_their_person },
               { "what is taken back before it was sent is never shown",
                 what_is_taken_back_before_it_was_sent_is_never_shown },
               { "a server that reads markup reads none in a title",
                 a_server_that_reads_markup_reads_none_in_a_title },
               { "a server that reads no markup gets a title as it is",
                 a_server_that_reads_no_markup_gets_a_title_as_it_is },
               { "a body for the GTK server is never escaped",
                 a_body_for_the_gtk_server_is_never_escaped })
