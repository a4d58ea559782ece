/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A 32-byte secret in a file of its own: one line of base64url, mode 0600.
 *
 * For the site's signing seeds and its wrap key, which live beside the database, never in it. They
 * are read at start, so a file that others may read is refused rather than trusted.
 *
 * Threads: any.  Blocks: on disk. */

#include "base/secret_bytes.h"

#define HS_KEY_FILE_BYTES 32

/* Errors: NOT_FOUND; DENIED if group or others may read it; CORRUPT. */
HsSecretBytes *hs_key_file_load (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writes a new file, durably. Errors: REFUSED if it exists; as hs_error_convert_gio(). */
gboolean hs_key_file_store (const char *path,
                            const HsSecretBytes *secret,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
