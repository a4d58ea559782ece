/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Who is at the other end of a connection to the virtual printer.
 *
 * The print system opens several connections for one job, all from one process: they share a maker
 * id, by which the engine knows what that process may touch.
 *
 * Threads: main context only.  Blocks: never. */

#include "core/caller.h"
#include "platform/peer.h"

typedef struct HsIppMakers HsIppMakers;

typedef struct
{
  HsPeer peer;
  HsId maker;               /* zero unless it is the print system */
  gboolean is_print_system; /* root, or the uid of the print system, on a Unix socket */
  char *named;              /* whom the print system named last on this connection; nullable */
  guint32 named_uid;        /* that person's uid; HS_PEER_NO_UID if there is no such person */
} HsIppGuest;

/* @print_system_uid: HS_PEER_NO_UID if there is none. */
HsIppMakers *hs_ipp_makers_new (guint32 print_system_uid);
void hs_ipp_makers_free (HsIppMakers *makers);

/* Asks the kernel. Returns: (transfer full). Errors: DENIED, INTERNAL. */
HsIppGuest *hs_ipp_guest_new (HsIppMakers *makers, GSocket *socket, GError **error);
void hs_ipp_guest_free (HsIppGuest *guest);

/* Asks the kernel again: is it still the same? FALSE for a TCP peer that has gone or changed. */
gboolean hs_ipp_guest_is_still_there (const HsIppGuest *guest, GSocket *socket);

/* Is the process that made the connection still there? FALSE for whoever is not the print system. */
gboolean hs_ipp_makers_is_alive (const HsIppMakers *makers, const HsIppGuest *guest);

/* What the guest is without a further proof: a person, or (for the print system) nobody yet. */
HsCaller hs_ipp_guest_get_caller (const HsIppGuest *guest);

/* The password of an "Authorization: Basic" header. Returns: (transfer full) (nullable): wipe it. */
char *hs_ipp_guest_dup_password (const char *authorization);
