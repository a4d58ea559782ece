/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The workstation, played by a message bus of its own and python-dbusmock's logind. Everything that
 * is asked of the mock is done when a function returns; what it then tells is on its way. */

#include "login_desk_logind.h"
#include "support/loop.h"
#include "support/suite.h"
#include "support/temp_dir.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#define LOGIND "org.freedesktop.login1"
#define ROOT "/org/freedesktop/login1"
#define MANAGER LOGIND ".Manager"
#define SESSION LOGIND ".Session"
#define MOCK "org.freedesktop.DBus.Mock"

static const char config_format[]
    = "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN\" "
      "\"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">"
      "<busconfig><type>system</type><listen>%s</listen><auth>EXTERNAL</auth>"
      "<policy context=\"default\"><allow user=\"*\"/><allow own=\"*\"/><allow "
      "send_destination=\"*\"/>"
      "<allow send_type=\"signal\"/><allow eavesdrop=\"false\"/>%s</policy></busconfig>";

static char *folder;
static char *address;
static char *refused; /* a policy rule; nullable */
static GPid bus_pid;
static GPid logind_pid;
static GDBusConnection *tester;

/* ── programs ────────────────────────────────────────────────────────────────────────────── */

static void
die_with_the_test (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static GPid
spawn (const char *const *arguments)
{
  g_autoptr (GError) error = NULL;
  GPid pid = 0;

  if (!g_spawn_async (NULL, (char **)arguments, NULL,
                      G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL
                          | G_SPAWN_STDERR_TO_DEV_NULL,
                      die_with_the_test, NULL, &pid, &error))
    hs_test_skip (error->message);
  return pid;
}

static void
end (GPid *pid)
{
  if (*pid == 0)
    return;
  kill (*pid, SIGKILL);
  waitpid (*pid, NULL, 0);
  *pid = 0;
}

static gboolean
connect_tester (void)
{
  g_clear_object (&tester);
  tester = g_dbus_connection_new_for_address_sync (
      address,
      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
          | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
      NULL, NULL, NULL);
  return tester != NULL;
}

static gboolean
is_logind_there (void)
{
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
      tester, LOGIND, ROOT, "org.freedesktop.DBus.Properties", "GetAll",
      g_variant_new ("(s)", MANAGER), NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, NULL);

  return reply != NULL;
}

static void
start_bus (void)
{
  g_autofree char *path = g_build_filename (folder, "bus.conf", NULL);
  g_autofree char *text = g_strdup_printf (config_format, address, refused != NULL ? refused : "");
  g_autofree char *option = g_strconcat ("--config-file=", path, NULL);
  const char *const arguments[] = { "dbus-daemon", option, "--nofork", "--nopidfile", NULL };

  HS_ASSERT (g_file_set_contents (path, text, -1, NULL));
  bus_pid = spawn (arguments);
  HS_LOOP_UNTIL (connect_tester ());
}

static void
start_logind (void)
{
  const char *const arguments[]
      = { "/usr/bin/python3", "-m", "dbusmock", "--system", "--template", "logind", NULL };

  logind_pid = spawn (arguments);
  HS_LOOP_UNTIL (is_logind_there ());
}

static gboolean
is_installed (void)
{
  g_autofree char *bus = g_find_program_in_path ("dbus-daemon");
  const char *const arguments[] = { "/usr/bin/python3", "-c", "import dbusmock", NULL };
  int status = 1;

  return bus != NULL
         && g_spawn_sync (NULL, (char **)arguments, NULL,
                          G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL, NULL,
                          &status, NULL)
         && status == 0;
}

void
hs_login_desk_open (void)
{
  if (folder != NULL)
    return;
  if (!is_installed ())
    hs_test_skip ("dbus-daemon or python3-dbusmock is not installed");
  folder = hs_temp_dir_new ();
  address = g_strdup_printf ("unix:path=%s/bus", folder);
  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", address, TRUE);
  start_bus ();
  start_logind ();
}

void
hs_login_desk_close (void)
{
  g_clear_object (&tester);
  end (&logind_pid);
  end (&bus_pid);
  g_clear_pointer (&refused, g_free);
  g_clear_pointer (&address, g_free);
  g_clear_pointer (&folder, hs_temp_dir_free);
}

void
hs_login_desk_set_service (gboolean is_there)
{
  if (is_there)
    start_logind ();
  else
    end (&logind_pid);
}

void
hs_login_desk_set_bus (gboolean is_there)
{
  if (is_there)
    {
      start_bus ();
      start_logind ();
      return;
    }
  g_clear_object (&tester);
  end (&logind_pid);
  end (&bus_pid);
}

void
hs_login_desk_clear_away_bus (void)
{
  HS_ASSERT (g_unlink (address + strlen ("unix:path=")) == 0);
}

void
hs_login_desk_refuse (const char *member)
{
  hs_login_desk_set_bus (FALSE);
  refused = g_strdup_printf ("<deny send_destination=\"" LOGIND "\" send_interface=\"" MANAGER
                             "\" send_member=\"%s\"/>",
                             member);
  hs_login_desk_set_bus (TRUE);
}

/* ── asking the mock ─────────────────────────────────────────────────────────────────────── */

static GVariant *
ask (const char *path, const char *interface_name, const char *method, GVariant *arguments)
{
  g_autoptr (GError) error = NULL;
  GVariant *reply
      = g_dbus_connection_call_sync (tester, LOGIND, path, interface_name, method, arguments, NULL,
                                     G_DBUS_CALL_FLAGS_NONE, HS_LOOP_LIMIT_MS, NULL, &error);

  if (reply == NULL)
    hs_test_fail (__FILE__, __LINE__, "the mock does not take %s: %s", method, error->message);
  return reply;
}

static void
have (const char *path, const char *method, GVariant *arguments)
{
  g_variant_unref (ask (path, MOCK, method, arguments));
}

static char *
path_of (const char *id)
{
  return g_strconcat (ROOT "/session/", id, NULL);
}

/* @arguments: of the signal; floating, or NULL. */
static void
emit (const char *name, const char *signature, GVariant *first, GVariant *second)
{
  g_auto (GVariantBuilder) arguments = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("av"));

  g_variant_builder_add (&arguments, "v", first);
  if (second != NULL)
    g_variant_builder_add (&arguments, "v", second);
  have (ROOT, "EmitSignal", g_variant_new ("(sssav)", MANAGER, name, signature, &arguments));
}

static void
tell_of (const char *signal_name, const char *id)
{
  g_autofree char *path = path_of (id);

  emit (signal_name, "so", g_variant_new_string (id), g_variant_new_object_path (path));
}

static void
set_property (const char *id, const char *name, GVariant *value)
{
  g_autofree char *path = path_of (id);
  g_auto (GVariantBuilder) properties = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{sv}"));

  g_variant_builder_add (&properties, "{sv}", name, value);
  have (path, "UpdateProperties", g_variant_new ("(sa{sv})", SESSION, &properties));
}

void
hs_login_desk_log_in_as (
    const char *id, guint32 uid, const char *class_name, guint32 leader, const char *state)
{
  have (ROOT, "AddSession", g_variant_new ("(ssusb)", id, "seat0", uid, "somebody", TRUE));
  set_property (id, "Class", g_variant_new_string (class_name));
  set_property (id, "Leader", g_variant_new_uint32 (leader));
  set_property (id, "State", g_variant_new_string (state));
  tell_of ("SessionNew", id);
}

void
hs_login_desk_log_in (const char *id, guint32 uid)
{
  hs_login_desk_log_in_as (id, uid, "user", 0, "active");
}

void
hs_login_desk_lose_silently (const char *id)
{
  g_autofree char *path = path_of (id);

  have (ROOT, "RemoveObject", g_variant_new ("(s)", path));
}

void
hs_login_desk_log_out (const char *id)
{
  hs_login_desk_lose_silently (id);
  tell_of ("SessionRemoved", id);
}

void
hs_login_desk_set_locked (const char *id, gboolean locked)
{
  set_property (id, "LockedHint", g_variant_new_boolean (locked));
}

void
hs_login_desk_set_active (const char *id, gboolean active)
{
  set_property (id, "Active", g_variant_new_boolean (active));
}

static void
add_method (const char *name, const char *in, const char *out, const char *code)
{
  have (ROOT, "AddMethod", g_variant_new ("(sssss)", MANAGER, name, in, out, code));
}

void
hs_login_desk_put_process (guint32 pid, const char *id)
{
  g_autofree char *code
      = id == NULL ? g_strdup ("raise dbus.exceptions.DBusException('none', "
                               "name='org.freedesktop.login1.NoSessionForPID')")
                   : g_strdup_printf ("assert args[0] == %u\nret = '" ROOT "/session/%s'", pid, id);

  add_method ("GetSessionByPID", "u", "o", code);
  if (id == NULL)
    add_method ("GetUserByPID", "u", "o",
                "raise dbus.exceptions.DBusException('none', "
                "name='org.freedesktop.login1.NoUserForPID')");
}

void
hs_login_desk_put_in_user_manager (guint32 pid, guint32 uid, const char *session)
{
  g_autofree char *code
      = g_strdup_printf ("assert args[0] == %u\nret = '" ROOT "/user/%u'", pid, uid);
  g_autofree char *user = g_strdup_printf (ROOT "/user/%u", uid);
  g_autofree char *path = path_of (session);

  hs_login_desk_put_process (pid, NULL);
  add_method ("GetUserByPID", "u", "o", code);
  g_variant_unref (ask (
      user, "org.freedesktop.DBus.Properties", "Set",
      g_variant_new ("(ssv)", LOGIND ".User", "Display", g_variant_new ("(so)", session, path))));
}

void
hs_login_desk_lie (const char *id)
{
  g_autofree char *path = path_of (id);

  HS_ASSERT (g_dbus_connection_emit_signal (tester, NULL, ROOT, MANAGER, "PrepareForSleep",
                                            g_variant_new ("(b)", TRUE), NULL));
  HS_ASSERT (g_dbus_connection_emit_signal (tester, NULL, ROOT, MANAGER, "SessionRemoved",
                                            g_variant_new ("(so)", id, path), NULL));
  HS_ASSERT (g_dbus_connection_flush_sync (tester, NULL, NULL));
}

/* ── power ───────────────────────────────────────────────────────────────────────────────── */

static void
prepare_for (const char *signal_name, const char *property, gboolean soon)
{
  g_auto (GVariantBuilder) properties = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{sv}"));

  g_variant_builder_add (&properties, "{sv}", property, g_variant_new_boolean (soon));
  have (ROOT, "UpdateProperties", g_variant_new ("(sa{sv})", MANAGER, &properties));
  emit (signal_name, "b", g_variant_new_boolean (soon), NULL);
}

void
hs_login_desk_prepare_for_sleep (gboolean soon)
{
  prepare_for ("PrepareForSleep", "PreparingForSleep", soon);
}

void
hs_login_desk_prepare_for_shutdown (gboolean soon)
{
  prepare_for ("PrepareForShutdown", "PreparingForShutdown", soon);
}

guint
hs_login_desk_count_inhibitors (const char *mode)
{
  g_autoptr (GVariant) reply = ask (ROOT, MANAGER, "ListInhibitors", NULL);
  g_autoptr (GVariantIter) iter = NULL;
  const char *found = NULL;
  guint count = 0;

  g_variant_get (reply, "(a(ssssuu))", &iter);
  while (g_variant_iter_loop (iter, "(&s&s&s&suu)", NULL, NULL, NULL, &found, NULL, NULL))
    if (g_str_equal (found, mode))
      count++;
  return count;
}
