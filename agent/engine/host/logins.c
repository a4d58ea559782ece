/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* People's coming and going, and their keys. */

#define HS_LOG_AREA "login"

#include "engine/host/logins.h"

#include "base/log.h"

struct HsLogins
{
  HsLoginsParts parts;
  guint watch;
  gboolean locks_with_screen;
  gboolean was_watched;
  char *logged_problem;
};

static gboolean
is_in_front (HsLogins *logins, guint32 uid)
{
  g_autoptr (GPtrArray) list = hs_login_sessions_list (logins->parts.login_sessions);

  for (guint i = 0; i < list->len; i++)
    {
      const HsLoginSession *session = g_ptr_array_index (list, i);
      if (session->uid == uid && session->is_active && !session->is_locked)
        return TRUE;
    }
  return FALSE;
}

static void
lock_key (HsLogins *logins, guint32 uid, const char *why)
{
  HsId identity;

  if (!hs_identities_find (logins->parts.identities, uid, &identity)
      || hs_identities_get_key_state (logins->parts.identities, &identity) != HS_KEY_UNLOCKED)
    return;
  hs_identities_lock (logins->parts.identities, &identity);
  hs_log_info ("a person's key was wiped: %s", why);
}

static void
look_at (HsLogins *logins, guint32 uid)
{
  gboolean is_here = hs_login_sessions_has_user (logins->parts.login_sessions, uid);

  if (!is_here && logins->parts.config->lock_on_logout)
    {
      lock_key (logins, uid, "their last login session ended");
      hs_sessions_forget (logins->parts.sessions, uid);
    }
  else if (logins->locks_with_screen && !is_in_front (logins, uid))
    lock_key (logins, uid, "their screen is locked, or they are not in front of it");
}

static void
note_watched (HsLogins *logins, gboolean is_watched)
{
  const char *problem = hs_login_sessions_get_problem (logins->parts.login_sessions);

  if (is_watched && !logins->was_watched)
    hs_log_info ("login sessions are watched");
  else if (!is_watched && g_strcmp0 (problem, logins->logged_problem) != 0)
    {
      hs_log_info ("login sessions are not watched: %s; keys stay unlocked until their limits",
                   problem != NULL ? problem : "nobody tells of them");
      g_free (logins->logged_problem);
      logins->logged_problem = g_strdup (problem);
    }
  logins->was_watched = is_watched;
}

static void
on_login_event (HsLoginSessions *login_sessions,
                HsLoginEvent event,
                const HsLoginSession *session,
                gpointer user_data)
{
  HsLogins *logins = user_data;

  switch (event)
    {
    case HS_LOGIN_REMOVED:
    case HS_LOGIN_LOCKED:
    case HS_LOGIN_INACTIVE:
      look_at (logins, session->uid);
      break;
    case HS_LOGIN_WATCHED:
    case HS_LOGIN_UNWATCHED:
      note_watched (logins, event == HS_LOGIN_WATCHED);
      break;
    case HS_LOGIN_NEW:
    case HS_LOGIN_UNLOCKED:
    case HS_LOGIN_ACTIVE:
    case HS_LOGIN_NONE:
      break;
    }
}

HsLogins *
hs_logins_new (const HsLoginsParts *parts)
{
  HsLogins *logins = g_new0 (HsLogins, 1);

  logins->parts = *parts;
  logins->locks_with_screen = parts->config->sign_out_on_lock
                              && hs_config_get_people_mode (parts->config) != HS_PEOPLE_PERSONAL;
  logins->watch = hs_login_sessions_watch (parts->login_sessions, on_login_event, logins);
  return logins;
}

void
hs_logins_free (HsLogins *logins)
{
  if (logins == NULL)
    return;
  hs_login_sessions_unwatch (logins->parts.login_sessions, logins->watch);
  g_free (logins->logged_problem);
  g_free (logins);
}
