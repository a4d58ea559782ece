/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Shared by the bodies of platform/peer.h on Linux. */

#include "platform/peer.h"

/* The uid that stands for "a user this process cannot see" (/proc/sys/kernel/overflowuid). */
guint32 hs_peer_get_overflow_uid (void);

/* The owner of the far end of the connected loopback TCP socket @descriptor.
 * Errors: like hs_peer_identify(). */
gboolean hs_peer_find_tcp_owner (int descriptor, guint32 *uid, GError **error);

/* Sets *error from an errno value: "<what>: <reason>". Returns FALSE. */
gboolean hs_platform_fail (GError **error, int error_number, const char *what);
