/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The private keys of homespool-trust, each in a file of its own with mode 0600.
 *
 * A file is one line, "homespool-trust-key/1 PURPOSE SEED" (base64url), or, with a passphrase, an
 * age file (scrypt) that holds that line. The purpose in it keeps one key from standing in for
 * another when files are moved about.
 *
 * Threads: any, no shared state.  Blocks: on disk; with a passphrase also about a second. */

#include "base/public_key.h"
#include "base/secret_bytes.h"

#define HS_TRUST_KEY_ROOT "root"
#define HS_TRUST_KEY_NEXT_ROOT "next-root"
#define HS_TRUST_KEY_PRINTER_ADMIN "printer-admin"

typedef struct HsDurableFolder HsDurableFolder;

/* Makes a key and writes it to "PURPOSE.key" in @folder, replacing an older one. Errors: INTERNAL and
 * those of the disk. */
gboolean hs_trust_key_create (HsDurableFolder *folder,
                              const char *purpose,
                              const HsSecretBytes *passphrase,
                              HsPublicKey *key,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writes an existing @seed; used to turn the next root into the root. */
gboolean hs_trust_key_store (HsDurableFolder *folder,
                             const char *purpose,
                             const HsSecretBytes *seed,
                             const HsSecretBytes *passphrase,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Reads "PURPOSE.key" of the folder at @path. @passphrase is NULL if there is none.
 * Returns: (transfer full): the seed. Errors: NOT_FOUND, DENIED (others may read the file), REFUSED
 * (a passphrase is needed, or it is wrong), CORRUPT. */
HsSecretBytes *hs_trust_key_load (const char *path,
                                  const char *purpose,
                                  const HsSecretBytes *passphrase,
                                  HsPublicKey *key,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
