/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Who is an administrator: root, and members of one group. The name service is asked in a worker,
 * for it may ask a directory server, and its answer holds for HS_ADMINS_AGE_US: so long somebody who
 * was taken out of the group can still be one.
 *
 * Threads: main context only.  Blocks: never. */

#include <gio/gio.h>

#define HS_ADMINS_AGE_US (30 * G_TIME_SPAN_SECOND) /* ours */

typedef struct HsAdmins HsAdmins;

/* For tests; hs_peer_is_member() otherwise. Called in a worker. */
typedef gboolean (*HsAdminsFunc) (guint32 uid, const char *group);

/* @is_member NULL: the system's name service. */
HsAdmins *hs_admins_new (const char *group, HsAdminsFunc is_member);

/* Questions under way still get their answer. NULL is allowed. */
void hs_admins_free (HsAdmins *admins);

void hs_admins_ask_async (HsAdmins *admins,
                          guint32 uid,
                          GAsyncReadyCallback callback,
                          gpointer user_data);
gboolean hs_admins_ask_finish (GAsyncResult *result);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsAdmins, hs_admins_free)
