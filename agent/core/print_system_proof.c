/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The proofs of the print system. Digests are compared, not secrets, so even the comparison's time
 * says nothing about one. */

#include "core/print_system_proof.h"

#include "base/secret_bytes.h"

#include <string.h>

void
hs_print_system_make_verifier (const char *secret, guint8 verifier[HS_PRINT_SYSTEM_VERIFIER_BYTES])
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize length = HS_PRINT_SYSTEM_VERIFIER_BYTES;

  g_checksum_update (checksum, (const guchar *)secret, (gssize)strlen (secret));
  g_checksum_get_digest (checksum, verifier, &length);
}

HsCallerKind
hs_print_system_judge (const HsPrintSystemTrust *trust, const HsPrintSystemClaim *claim)
{
  guint8 shown[HS_PRINT_SYSTEM_VERIFIER_BYTES];

  if (!claim->is_unix_socket || !claim->is_print_system_uid || claim->secret == NULL
      || !trust->has_verifier || !trust->is_policy_verified)
    return HS_CALLER_STRANGER;
  hs_print_system_make_verifier (claim->secret, shown);
  return hs_constant_time_equal (shown, trust->verifier, sizeof shown) ? HS_CALLER_PRINT_SYSTEM
                                                                       : HS_CALLER_STRANGER;
}
