/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Keys as text and in files: identities and recipients as age writes them, and the envelope in
 * which a kiosk identity's key rests.
 *
 * Threads: any, no shared state.  Blocks: never, except for scrypt's computing time. */

#include "base/id.h"
#include "base/secret_bytes.h"
#include "crypto/x25519.h"

#define HS_KEY_FILE_MAX_BYTES 4096 /* of an identity file: one key and some comments */
#define HS_RECIPIENT_TEXT_BYTES 63 /* "age1…", 62 characters and the NUL */
#define HS_IDENTITY_TEXT_BYTES 75  /* "AGE-SECRET-KEY-1…", 74 characters and the NUL */

/* ── recipients (public) ─────────────────────────────────────────────────────────────────── */

const char *hs_recipient_format (const guint8 public_key[HS_X25519_BYTES],
                                 char text[HS_RECIPIENT_TEXT_BYTES]);

/* Returns FALSE and leaves @public_key alone on anything but an X25519 recipient. */
gboolean hs_recipient_parse (const char *text,
                             guint8 public_key[HS_X25519_BYTES]) G_GNUC_WARN_UNUSED_RESULT;

/* ── identity files (secret) ─────────────────────────────────────────────────────────────── */

/* One key as text; the caller wipes @text. @private_key has 32 bytes. */
void hs_identity_format (const HsSecretBytes *private_key, char text[HS_IDENTITY_TEXT_BYTES]);

/* "# public key: age1…" and "AGE-SECRET-KEY-1…", a line each: what `age-keygen` writes and
 * `age -i` reads. Returns: (transfer full). Errors: INVALID (not 32 bytes), INTERNAL. */
HsSecretBytes *hs_key_file_format (const HsSecretBytes *private_key,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Reads a file that holds exactly one X25519 identity; lines that are empty or begin with '#' are
 * skipped. Errors: INVALID (none, several, malformed, or longer than HS_KEY_FILE_MAX_BYTES). */
HsSecretBytes *hs_key_file_parse (const HsSecretBytes *text,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ── kiosk envelopes ─────────────────────────────────────────────────────────────────────── */

/* The passphrase of an envelope: base64url (HKDF (pepper, salt identity, "homespool pin v1" ‖ 00 ‖
 * PIN or password)). Without the pepper, which the site gives out only after it accepted the PIN,
 * a stolen envelope cannot be tried against all PINs.
 * Errors: INVALID (pepper not 32 bytes; PIN empty or longer than 256 bytes), INTERNAL. */
HsSecretBytes *hs_key_file_derive_passphrase (const HsSecretBytes *pepper,
                                              const HsId *identity,
                                              const HsSecretBytes *pin,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The identity file as an age scrypt file. Takes about a second (HS_AGE_SCRYPT_LOG_N).
 * Returns: (transfer full). Errors: INVALID, NO_SPACE (memory), INTERNAL. */
GBytes *hs_key_file_seal (const HsSecretBytes *private_key,
                          const HsSecretBytes *passphrase,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Errors: REFUSED (wrong passphrase), CORRUPT, INVALID, NO_SPACE, INTERNAL. */
HsSecretBytes *hs_key_file_open (GBytes *envelope,
                                 const HsSecretBytes *passphrase,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
