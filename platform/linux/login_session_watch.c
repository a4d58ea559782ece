/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What logind says of login sessions.
 *
 * One way of learning for everything: whenever something is said of a session, all its properties
 * are read, and the differences are told. logind answers in the order in which things happened, so
 * an answer never is older than the signal before it. */

#include "platform/linux/login_session_private.h"

#define CLASS_OF_PEOPLE "user" /* and user-early, user-light: not greeter, background, manager */

/* A session to look at, and who waits for it. */
typedef struct
{
  HsLoginSessions *sessions;
  char *path;
  gboolean is_listed; /* part of the list */
  GTask *task;        /* nullable: whose answer is this session's id */
} Look;

/* ── taking logind's word ────────────────────────────────────────────────────────────────── */

static gboolean
lookup_flag (GVariant *properties, const char *name)
{
  gboolean value = FALSE;

  (void)g_variant_lookup (properties, name, "b", &value);
  return value;
}

static gboolean
has_prefix (GVariant *properties, const char *name, const char *prefix)
{
  const char *value = "";

  (void)g_variant_lookup (properties, name, "&s", &value);
  return g_str_has_prefix (value, prefix);
}

static HsSeenSession *
add_session (HsLoginSessions *sessions, const char *path, GVariant *properties)
{
  HsLoginSession seen = { .is_active = lookup_flag (properties, "Active"),
                          .is_locked = lookup_flag (properties, "LockedHint"),
                          .is_remote = lookup_flag (properties, "Remote") };
  guint32 leader = 0;
  g_autoptr (GVariant) user = g_variant_lookup_value (properties, "User", G_VARIANT_TYPE ("(uo)"));

  if (user == NULL || !g_variant_lookup (properties, "Id", "&s", &seen.id))
    return NULL; /* not a session as logind has described them since its first day */
  g_variant_get_child (user, 0, "u", &seen.uid);
  (void)g_variant_lookup (properties, "Leader", "u", &leader);
  return hs_login_sessions_add (sessions, path, &seen, leader);
}

static void
update_session (HsSeenSession *session, GVariant *properties)
{
  gboolean is_active = lookup_flag (properties, "Active");
  gboolean is_locked = lookup_flag (properties, "LockedHint");
  gboolean activity_changed = is_active != session->seen.is_active;
  gboolean lock_changed = is_locked != session->seen.is_locked;

  session->seen.is_active = is_active;
  session->seen.is_locked = is_locked;
  if (activity_changed)
    hs_login_sessions_tell (session->sessions, is_active ? HS_LOGIN_ACTIVE : HS_LOGIN_INACTIVE,
                            &session->seen);
  if (lock_changed)
    hs_login_sessions_tell (session->sessions, is_locked ? HS_LOGIN_LOCKED : HS_LOGIN_UNLOCKED,
                            &session->seen);
}

/* Returns: the session, if it is a person's and has not ended. */
static HsSeenSession *
take_properties (HsLoginSessions *sessions, const char *path, GVariant *properties)
{
  HsSeenSession *session = g_hash_table_lookup (sessions->by_path, path);

  if (session != NULL && session->has_ended)
    return NULL;
  if (has_prefix (properties, "State", "closing")
      || !has_prefix (properties, "Class", CLASS_OF_PEOPLE))
    {
      if (session != NULL)
        hs_seen_session_end (session);
      return NULL;
    }
  if (session == NULL)
    return add_session (sessions, path, properties);
  update_session (session, properties);
  return session;
}

/* ── looking ─────────────────────────────────────────────────────────────────────────────── */

static void
finish_list (HsLoginSessions *sessions)
{
  g_autoptr (GPtrArray) gone = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, sessions->by_path);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (!((HsSeenSession *)value)->was_listed)
      g_ptr_array_add (gone, g_strdup (((HsSeenSession *)value)->path));
  for (guint i = 0; i < gone->len; i++)
    hs_login_sessions_forget (sessions, gone->pdata[i]);
  sessions->is_watched = TRUE;
  hs_login_sessions_tell (sessions, HS_LOGIN_WATCHED, NULL);
}

static void
count_answer (HsLoginSessions *sessions)
{
  if (--sessions->awaited == 0)
    finish_list (sessions);
}

static void
look_free (Look *look)
{
  g_clear_object (&look->task);
  g_free (look->path);
  g_free (look);
}

static void
answer_look (Look *look, const HsSeenSession *session)
{
  if (look->task == NULL)
    return;
  if (session != NULL)
    g_task_return_pointer (look->task, g_strdup (session->id), g_free);
  else
    g_task_return_new_error (look->task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                             "the process is in no login session of a person");
}

static void
on_looked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Look *look = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  HsSeenSession *session = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      /* logind has gone, and perhaps what asks as well. */
      if (look->task != NULL)
        g_task_return_error (look->task, g_steal_pointer (&error));
      look_free (look);
      return;
    }
  if (reply != NULL)
    {
      g_autoptr (GVariant) properties = g_variant_get_child_value (reply, 0);
      session = take_properties (look->sessions, look->path, properties);
    }
  else
    {
      hs_login_bus_convert_error (&error);
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
        hs_login_sessions_forget (look->sessions,
                                  look->path); /* it ended before it could be looked at */
    }
  answer_look (look, session);
  if (look->is_listed)
    {
      HsSeenSession *listed = g_hash_table_lookup (look->sessions->by_path, look->path);
      if (listed != NULL)
        listed->was_listed = TRUE;
      count_answer (look->sessions);
    }
  look_free (look);
}

/* @task: (transfer full) (nullable). */
void
hs_login_sessions_look_at (HsLoginSessions *sessions,
                           const char *path,
                           gboolean is_listed,
                           GTask *task)
{
  Look *look = g_new0 (Look, 1);

  look->sessions = sessions;
  look->path = g_strdup (path);
  look->is_listed = is_listed;
  look->task = task;
  hs_login_bus_call (sessions->bus, path, HS_DBUS_PROPERTIES, "GetAll",
                     g_variant_new ("(s)", HS_LOGIND_SESSION), "(a{sv})", on_looked, look);
}

/* ── signals ─────────────────────────────────────────────────────────────────────────────── */

/* Of SessionNew and SessionRemoved, borrowed; NULL: they are not as logind sends them. */
static const char *
get_session_path (GVariant *parameters)
{
  const char *path = NULL;

  if (g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(so)")))
    g_variant_get (parameters, "(&s&o)", NULL, &path);
  return path;
}

static void
on_session_new (GDBusConnection *connection,
                const char *sender,
                const char *path,
                const char *interface_name,
                const char *signal_name,
                GVariant *parameters,
                gpointer user_data)
{
  const char *session_path = get_session_path (parameters);

  if (session_path != NULL)
    hs_login_sessions_look_at (user_data, session_path, FALSE, NULL);
}

static void
on_session_removed (GDBusConnection *connection,
                    const char *sender,
                    const char *path,
                    const char *interface_name,
                    const char *signal_name,
                    GVariant *parameters,
                    gpointer user_data)
{
  const char *session_path = get_session_path (parameters);

  if (session_path != NULL)
    hs_login_sessions_forget (user_data, session_path);
}

static gboolean
concerns_us (GVariant *parameters)
{
  static const char *const names[] = { "Active", "LockedHint", "State", "Class", NULL };
  g_autoptr (GVariant) changed = g_variant_get_child_value (parameters, 1);
  g_autoptr (GVariant) invalidated = g_variant_get_child_value (parameters, 2);
  g_autofree const char **gone = g_variant_get_strv (invalidated, NULL);

  for (gsize i = 0; names[i] != NULL; i++)
    {
      g_autoptr (GVariant) value = g_variant_lookup_value (changed, names[i], NULL);
      if (value != NULL || g_strv_contains (gone, names[i]))
        return TRUE;
    }
  return FALSE;
}

static void
on_properties_changed (GDBusConnection *connection,
                       const char *sender,
                       const char *path,
                       const char *interface_name,
                       const char *signal_name,
                       GVariant *parameters,
                       gpointer user_data)
{
  if (g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(sa{sv}as)")) && concerns_us (parameters))
    hs_login_sessions_look_at (user_data, path, FALSE, NULL);
}

/* ── logind comes and goes ───────────────────────────────────────────────────────────────── */

static void
on_listed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  HsLoginSessions *sessions = user_data;
  g_autoptr (GVariantIter) iter = NULL;
  const char *path = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (reply != NULL)
    {
      g_variant_get (reply, "(a(susso))", &iter);
      while (g_variant_iter_loop (iter, "(&su&s&s&o)", NULL, NULL, NULL, NULL, &path))
        {
          sessions->awaited++;
          hs_login_sessions_look_at (sessions, path, TRUE, NULL);
        }
      count_answer (sessions);
      return;
    }
  /* It does not answer: what it says by itself still comes. */
  sessions->awaited = 0;
  hs_login_sessions_tell (sessions, HS_LOGIN_UNWATCHED, NULL);
}

void
hs_login_sessions_begin (gpointer user_data)
{
  HsLoginSessions *sessions = user_data;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, sessions->by_path);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    ((HsSeenSession *)value)->was_listed = FALSE;
  hs_login_bus_subscribe (sessions->bus, HS_LOGIND_MANAGER, "SessionNew", HS_LOGIND_PATH, NULL,
                          on_session_new, sessions);
  hs_login_bus_subscribe (sessions->bus, HS_LOGIND_MANAGER, "SessionRemoved", HS_LOGIND_PATH, NULL,
                          on_session_removed, sessions);
  hs_login_bus_subscribe (sessions->bus, HS_DBUS_PROPERTIES, "PropertiesChanged", NULL,
                          HS_LOGIND_SESSION, on_properties_changed, sessions);
  sessions->awaited = 1; /* the list itself */
  hs_login_bus_call (sessions->bus, HS_LOGIND_PATH, HS_LOGIND_MANAGER, "ListSessions", NULL,
                     "(a(susso))", on_listed, sessions);
}

void
hs_login_sessions_lose (gpointer user_data)
{
  HsLoginSessions *sessions = user_data;

  sessions->is_watched = FALSE;
  sessions->awaited = 0;
  hs_login_sessions_tell (sessions, HS_LOGIN_UNWATCHED, NULL);
}
