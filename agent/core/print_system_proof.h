/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* When the print system's word on a user's name is believed.
 *
 * All of these must hold: it comes on our Unix socket, the kernel names its user, it knows the
 * secret of our own queue, and that queue was seen to refuse false names. Any one missing makes a
 * stranger: every local user can make a queue of the print system that points at our socket, so the
 * print system's uid alone proves nothing.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "core/caller.h"

#define HS_PRINT_SYSTEM_VERIFIER_BYTES 32 /* SHA-256 */

/* What we know of our queue; plain value, all zero = nothing. */
typedef struct
{
  gboolean has_verifier;
  guint8 verifier[HS_PRINT_SYSTEM_VERIFIER_BYTES]; /* of the secret in the queue's device URI */
  gboolean is_policy_verified; /* HsPrintQueueFacts: exists, has_policy, refuses_false_names and not
                                * logs_secrets */
} HsPrintSystemTrust;

/* What a connection shows. */
typedef struct
{
  gboolean is_unix_socket;
  gboolean is_print_system_uid; /* root, or the user of the print system's backends */
  const char *secret;           /* password of its HTTP Basic proof; nullable */
} HsPrintSystemClaim;

/* The secret is 256 random bits, so a plain digest keeps it: the agent stores this and not the
 * secret itself. */
void hs_print_system_make_verifier (const char *secret,
                                    guint8 verifier[HS_PRINT_SYSTEM_VERIFIER_BYTES]);

/* HS_CALLER_PRINT_SYSTEM or HS_CALLER_STRANGER. Takes the same time for every wrong secret of a
 * length. */
HsCallerKind hs_print_system_judge (const HsPrintSystemTrust *trust,
                                    const HsPrintSystemClaim *claim);
