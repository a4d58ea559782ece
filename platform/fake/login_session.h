/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Login sessions in memory: what a test lets happen on a workstation that has one screen.
 *
 * Threads: main context only.  Blocks: never. */

#include "platform/login_session.h"

/* Nobody is logged in, sessions are watched, and ending one is allowed. */
void hs_fake_login_reset (void);

/* There is a session service, or none; told as WATCHED and UNWATCHED. */
void hs_fake_login_set_watched (gboolean watched);
void hs_fake_login_set_may_end (gboolean may_end);

void hs_fake_login_add (const char *id, guint32 uid);
void hs_fake_login_remove (const char *id);
void hs_fake_login_set_locked (const char *id, gboolean locked);
void hs_fake_login_set_active (const char *id, gboolean active);

/* Process @pid is in session @id from now on; NULL: in none. */
void hs_fake_login_put_process (gint64 pid, const char *id);
