/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What people's coming and going at this workstation means for their keys.
 *
 *   the last login session ends    the key is wiped, the sign-in at the site forgotten
 *                                  (keys.lock-on-logout)
 *   nobody of them is in front     the key is wiped (people.mode shared and kiosk, with
 *                                  people.sign-out-on-lock): the screen is locked, or somebody
 *                                  else's session is before it
 *
 * Who an OS user is stays known: only keys and sign-ins go. The people of a kiosk's account are not
 * its business.
 *
 * Threads: main context only.  Blocks: never. */

#include "core/config.h"
#include "engine/identity/identities.h"
#include "engine/identity/sessions.h"
#include "platform/login_session.h"

typedef struct HsLogins HsLogins;

/* All must outlive it. */
typedef struct
{
  const HsConfig *config;
  HsLoginSessions *login_sessions;
  HsIdentities *identities;
  HsSessions *sessions; /* sign-ins at the site */
} HsLoginsParts;

HsLogins *hs_logins_new (const HsLoginsParts *parts);

/* NULL is allowed. */
void hs_logins_free (HsLogins *logins);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsLogins, hs_logins_free)
