/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Passwords as the site keeps them: "scrypt$15$salt$hash", salt and hash in base64url.
 *
 * log2 N = 15 takes 32 MiB and about 0.1 s: what two workers at a time can spend on a burst of
 * sign-ins without taking the server's memory. The cost stands in each verifier, so it can rise.
 *
 * Threads: any, no shared state.  Blocks: computes; never on the main loop or the store lane. */

#include "base/secret_bytes.h"

#define HS_PASSWORD_MIN_CHARACTERS 8 /* NIST SP 800-63B section 5.1.1.2 */
#define HS_PASSWORD_MAX_BYTES 1024

/* May this be somebody's new password? Errors: INVALID. */
gboolean hs_password_check_new (const HsSecretBytes *password,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): a verifier. Errors: INVALID (too short, too long, not UTF-8; the
 * message says which), NO_SPACE, INTERNAL. */
char *hs_password_make_verifier (const HsSecretBytes *password,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same for a secret of any shape that has its strength from elsewhere (site/people/pin). */
char *hs_verifier_make (const HsSecretBytes *secret, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* *matches is set without an error whether it does or not. A NULL @verifier takes as long as a real
 * one and never matches: a name that nobody has answers like one that somebody has.
 * Errors: CORRUPT (the verifier is damaged), NO_SPACE, INTERNAL. */
gboolean hs_password_check (const char *verifier,
                            const HsSecretBytes *password,
                            gboolean *matches,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
