/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The MAC of a ledger row. */

#include "seal/row_mac.h"

#include "base/error.h"
#include "crypto/hkdf.h"
#include "crypto/hmac.h"

#define LABEL "homespool row mac v1"
#define MACHINE_SECRET_BYTES 32

gboolean
hs_row_mac_compute (const HsSecretBytes *machine_secret,
                    const guint8 *row,
                    gsize row_length,
                    guint8 mac[HS_ROW_MAC_BYTES],
                    GError **error)
{
  if (hs_secret_bytes_get_length (machine_secret) != MACHINE_SECRET_BYTES)
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID, "a machine secret has 32 bytes");
      return FALSE;
    }
  g_autoptr (HsSecretBytes) key
      = hs_hkdf_sha256_label (machine_secret, LABEL, HS_HMAC_BYTES, error);
  return key != NULL && hs_hmac_sha256 (key, row, row_length, mac, error);
}

gboolean
hs_row_mac_verify (const HsSecretBytes *machine_secret,
                   const guint8 *row,
                   gsize row_length,
                   const guint8 mac[HS_ROW_MAC_BYTES],
                   GError **error)
{
  guint8 computed[HS_ROW_MAC_BYTES];

  if (!hs_row_mac_compute (machine_secret, row, row_length, computed, error))
    return FALSE;
  if (hs_constant_time_equal (computed, mac, HS_ROW_MAC_BYTES))
    return TRUE;
  g_set_error_literal (error, HS_ERROR, HS_ERROR_CORRUPT,
                       "a record was changed outside Homespool, or by another machine");
  return FALSE;
}
