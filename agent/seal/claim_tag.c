/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The mark of a claimed name. */

#include "seal/claim_tag.h"

#include "base/error.h"
#include "crypto/hkdf.h"
#include "crypto/hmac.h"
#include "seal/machine_secret.h"

#include <string.h>

#define LABEL "homespool claim v1"

G_STATIC_ASSERT (HS_CLAIM_TAG_BYTES == HS_HMAC_BYTES);

gboolean
hs_claim_tag_compute (const HsSecretBytes *machine_secret,
                      const HsId *job,
                      const HsId *identity,
                      guint8 tag[HS_CLAIM_TAG_BYTES],
                      GError **error)
{
  guint8 named[2 * HS_ID_BYTES];

  if (hs_secret_bytes_get_length (machine_secret) != HS_MACHINE_SECRET_BYTES)
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID, "a machine secret has 32 bytes");
      return FALSE;
    }
  memcpy (named, job->bytes, HS_ID_BYTES);
  memcpy (named + HS_ID_BYTES, identity->bytes, HS_ID_BYTES);
  g_autoptr (HsSecretBytes) key
      = hs_hkdf_sha256_label (machine_secret, LABEL, HS_HMAC_BYTES, error);
  return key != NULL && hs_hmac_sha256 (key, named, sizeof named, tag, error);
}

gboolean
hs_claim_tag_names (const HsSecretBytes *machine_secret,
                    const HsId *job,
                    const HsId *identity,
                    const guint8 tag[HS_CLAIM_TAG_BYTES])
{
  static const guint8 nobody[HS_CLAIM_TAG_BYTES];
  guint8 computed[HS_CLAIM_TAG_BYTES];

  return memcmp (tag, nobody, sizeof nobody) != 0 && !hs_id_is_zero (identity)
         && hs_claim_tag_compute (machine_secret, job, identity, computed, NULL)
         && hs_constant_time_equal (computed, tag, sizeof computed);
}
