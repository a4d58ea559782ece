/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* PINs: 4 to 12 digits, worth something only because tries are counted and a key is missing.
 *
 * The verifier is scrypt (site/people/password) over HMAC-SHA-256 (PIN key, identity ‖ PIN). Ten
 * thousand PINs are tried in minutes, whatever scrypt costs; without the PIN key, which is not in
 * the database, nothing can be tried at all.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "base/id.h"
#include "base/secret_bytes.h"

#define HS_PIN_MAX_FAILURES 5 /* then an administrator resets it, as design 5 says */

/* May this be somebody's new PIN? Errors: INVALID: not 4 to 12 digits, or one of those that everybody
 * tries first (one digit repeated, digits in a row). */
gboolean hs_pin_check_new (const HsSecretBytes *pin, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What hs_password_check() and hs_verifier_make() take for a PIN. @pin may be anything.
 * Returns: (transfer full). Errors: INTERNAL. */
HsSecretBytes *hs_pin_bind (const HsSecretBytes *pin_key,
                            const HsId *identity,
                            const HsSecretBytes *pin,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
