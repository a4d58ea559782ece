/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What only the workstation with a bus can do. */

#include "login_desk.h"

/* The bus itself ends, or begins (then with a logind on it). */
void hs_login_desk_set_bus (gboolean is_there);

/* A bus that ended leaves its socket behind, as one does that crashed; this takes the socket away. */
void hs_login_desk_clear_away_bus (void);

/* From here on the bus refuses every call of @member of logind's manager, as polkit would. */
void hs_login_desk_refuse (const char *member);

/* Like hs_login_desk_log_in(), with the session's class, leader and state. */
void hs_login_desk_log_in_as (
    const char *id, guint32 uid, const char *class_name, guint32 leader, const char *state);

/* logind forgets the session, and nobody tells. */
void hs_login_desk_lose_silently (const char *id);

/* @session is the desktop of @uid, and @pid a process of that user's service manager. */
void hs_login_desk_put_in_user_manager (guint32 pid, guint32 uid, const char *session);

/* Another program on the bus says that @id has ended, and that the machine falls asleep. */
void hs_login_desk_lie (const char *id);
