/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Signed texts of strangers: none is accepted, whatever it looks like, and each is refused with a
 * reason of ours. The key is made of a constant whose private half is used nowhere. */

#include "base/error.h"
#include "fuzz/fuzz.h"
#include "trust/signed.h"
#include "crypto/jws.h"

#include <string.h>

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);
  g_autoptr (HsBundle) bundle = hs_bundle_new ();
  g_autoptr (GError) error = NULL;
  const HsCommandPoll poll = { 0 };
  guint8 digest[HS_PUBLIC_KEY_DIGEST_BYTES] = { 0 };
  HsPublicKey key;
  HsCommand command;

  memset (key.bytes, 0x5a, sizeof key.bytes);
  FUZZ_CHECK (hs_jws_verify (text, HS_JWS_TYP_COMMAND, &key, 1, 4096, NULL, &error) == NULL);
  FUZZ_CHECK (error != NULL && error->domain == HS_ERROR);
  bundle->command_keys = g_memdup2 (&key, sizeof key);
  bundle->n_command_keys = 1;
  bundle->printer_admin = key;
  FUZZ_CHECK (!hs_signed_command_open (text, bundle, &poll, 0, &command, NULL));
  FUZZ_CHECK (hs_signed_printers_open (text, bundle, NULL, 0, NULL) == NULL);
  /* A bundle may well be signed by the root that it names; that root is never the one looked for. */
  FUZZ_CHECK (hs_signed_bundle_open_first (text, NULL, digest, 0, NULL) == NULL);
  return 0;
}
