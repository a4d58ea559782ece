/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The people who are signed in at the site from this workstation: what the site gave them, in locked
 * memory, until it expires, they sign out or the agent ends.
 *
 * Threads: main context only.  Blocks: never. */

#include "base/id.h"
#include "base/secret_bytes.h"

typedef struct HsSessions HsSessions;

HsSessions *hs_sessions_new (void);
void hs_sessions_free (HsSessions *sessions);

/* The session of @identity at the OS user @uid; replaces an older one. Copies @session. */
void hs_sessions_put (HsSessions *sessions,
                      guint32 uid,
                      const HsId *identity,
                      const HsSecretBytes *session,
                      gint64 expires_us);

/* Borrowed until the next change; NULL if there is none that still holds at @now_us (UTC). */
const HsSecretBytes *hs_sessions_find (HsSessions *sessions, guint32 uid, gint64 now_us);

/* The same by person, wherever they signed in here. */
const HsSecretBytes *
hs_sessions_find_of (HsSessions *sessions, const HsId *identity, gint64 now_us);

/* Who is signed in there. FALSE: nobody. */
gboolean
hs_sessions_find_identity (HsSessions *sessions, guint32 uid, gint64 now_us, HsId *identity);

void hs_sessions_forget (HsSessions *sessions, guint32 uid);
void hs_sessions_forget_all (HsSessions *sessions);

/* How often @uid was signed out here, alone or with all, whether or not there was a session. Another
 * number at the end of a sign-in than at its begin: it must not be put. */
guint hs_sessions_count_ends (HsSessions *sessions, guint32 uid);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsSessions, hs_sessions_free)
