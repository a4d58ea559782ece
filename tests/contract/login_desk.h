/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A workstation at which people log in and out, and that falls asleep, as a test wants: played by
 * the fakes, or by a bus of its own with python-dbusmock's logind on it. */

#include <glib.h>

/* Nobody is logged in; once it is open, nothing happens. Skips the test where something to play it
 * with is not installed, so it belongs into the test and not into its set-up. */
void hs_login_desk_open (void);
void hs_login_desk_close (void);

/* The session service comes and goes; it is there after hs_login_desk_open(). */
void hs_login_desk_set_service (gboolean is_there);

void hs_login_desk_log_in (const char *id, guint32 uid);
void hs_login_desk_log_out (const char *id);
void hs_login_desk_set_locked (const char *id, gboolean locked);
void hs_login_desk_set_active (const char *id, gboolean active);

/* Process @pid is in session @id; NULL: in none, and there is no desktop of its user. */
void hs_login_desk_put_process (guint32 pid, const char *id);

void hs_login_desk_prepare_for_sleep (gboolean soon);
void hs_login_desk_prepare_for_shutdown (gboolean soon);

/* How many put sleep off ("delay"), or keep the machine awake ("block"). */
guint hs_login_desk_count_inhibitors (const char *mode);
