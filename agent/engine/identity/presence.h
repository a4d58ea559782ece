/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What happens to the login session of a kiosk's account, and that it signs out: the session ends, or,
 * with people.sign-out-on-lock, its screen is locked or another session comes to the front. Other
 * accounts are the business of engine/host/logins.h.
 *
 * Threads: main context only.  Blocks: never. */

#include "core/config.h"
#include "platform/login_session.h"

typedef struct HsPresence HsPresence;

/* Pointers must outlive the presence. */
typedef struct
{
  HsLoginSessions *login_sessions;
  const HsConfig *config;
  guint32 uid; /* of the kiosk's account */

  /* The person at the kiosk has to be signed out. */
  gpointer data;
  void (*sign_out) (gpointer data, const char *why);
} HsPresenceParts;

/* Begins to watch. */
HsPresence *hs_presence_new (const HsPresenceParts *parts);

/* NULL is allowed. */
void hs_presence_free (HsPresence *presence);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsPresence, hs_presence_free)
