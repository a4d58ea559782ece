/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The login session of a kiosk. */

#include "engine/identity/presence.h"

struct HsPresence
{
  HsPresenceParts parts;
  guint watch;
};

static void
on_login (HsLoginSessions *sessions,
          HsLoginEvent event,
          const HsLoginSession *session,
          gpointer user_data)
{
  const HsPresenceParts *parts = &((HsPresence *)user_data)->parts;

  switch (event)
    {
    case HS_LOGIN_REMOVED:
      if (session->uid == parts->uid)
        parts->sign_out (parts->data, "the login session has ended");
      break;
    case HS_LOGIN_LOCKED:
    case HS_LOGIN_INACTIVE:
      if (session->uid == parts->uid && parts->config->sign_out_on_lock)
        parts->sign_out (parts->data, "the screen was locked or left");
      break;
    case HS_LOGIN_NONE:
    case HS_LOGIN_NEW:
    case HS_LOGIN_UNLOCKED:
    case HS_LOGIN_ACTIVE:
    case HS_LOGIN_WATCHED:
    case HS_LOGIN_UNWATCHED:
      break;
    }
}

HsPresence *
hs_presence_new (const HsPresenceParts *parts)
{
  HsPresence *presence = g_new0 (HsPresence, 1);

  presence->parts = *parts;
  presence->watch = hs_login_sessions_watch (parts->login_sessions, on_login, presence);
  return presence;
}

void
hs_presence_free (HsPresence *presence)
{
  if (presence == NULL)
    return;
  hs_login_sessions_unwatch (presence->parts.login_sessions, presence->watch);
  g_free (presence);
}
