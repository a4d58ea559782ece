/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The derivations of homespool.release/1.
 *
 * Both labels carry the whole context, so a share or a wrapped key that is moved to another job,
 * owner, device or epoch opens nothing. */

#include "crypto/release_share.h"

#include "base/error.h"
#include "crypto/hkdf.h"
#include "crypto/sha256.h"

#include <string.h>

#define LABEL "homespool.release/1"
#define CONTEXT_BYTES (sizeof LABEL + 3 * HS_ID_BYTES + 2 * HS_X25519_BYTES)

/* LABEL ‖ 00 ‖ device ‖ job ‖ owner ‖ E ‖ S; the zero byte is the label's own end. */
static void
write_context (const HsReleaseContext *context, guint8 out[CONTEXT_BYTES])
{
  guint8 *place = out;

  memcpy (place, LABEL, sizeof LABEL);
  place += sizeof LABEL;
  memcpy (place, context->device.bytes, HS_ID_BYTES);
  place += HS_ID_BYTES;
  memcpy (place, context->job.bytes, HS_ID_BYTES);
  place += HS_ID_BYTES;
  memcpy (place, context->owner.bytes, HS_ID_BYTES);
  place += HS_ID_BYTES;
  memcpy (place, context->e_public, HS_X25519_BYTES);
  place += HS_X25519_BYTES;
  memcpy (place, context->s_public, HS_X25519_BYTES);
}

/* HKDF (material, no salt, purpose ‖ 00 ‖ context, 32). */
static HsSecretBytes *
derive (const HsSecretBytes *material,
        const char *purpose,
        const HsReleaseContext *context,
        GError **error)
{
  guint8 info[16 + CONTEXT_BYTES];
  gsize purpose_length = strlen (purpose) + 1;

  g_return_val_if_fail (purpose_length <= 16, NULL);
  memcpy (info, purpose, purpose_length);
  write_context (context, info + purpose_length);
  return hs_hkdf_sha256 (material, NULL, 0, info, purpose_length + CONTEXT_BYTES, 32, error);
}

static HsSecretBytes *
compute (const HsSecretBytes *private_key,
         const guint8 own_public[HS_X25519_BYTES],
         const guint8 their_public[HS_X25519_BYTES],
         const HsReleaseContext *context,
         GError **error)
{
  guint8 computed_public[HS_X25519_BYTES];

  if (!hs_x25519_get_public (private_key, computed_public, error))
    return NULL;
  if (memcmp (computed_public, own_public, HS_X25519_BYTES) != 0)
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID,
                           "the private release key does not belong to the public one");
      return NULL;
    }
  g_autoptr (HsSecretBytes) shared = hs_x25519_agree (private_key, their_public, error);
  if (shared == NULL)
    return NULL;
  return derive (shared, "share", context, error);
}

HsSecretBytes *
hs_release_share_compute_site (const HsSecretBytes *s_private,
                               const HsReleaseContext *context,
                               GError **error)
{
  return compute (s_private, context->s_public, context->e_public, context, error);
}

HsSecretBytes *
hs_release_share_compute_workstation (const HsSecretBytes *e_private,
                                      const HsReleaseContext *context,
                                      GError **error)
{
  return compute (e_private, context->e_public, context->s_public, context, error);
}

HsSecretBytes *
hs_release_share_derive_wrap_key (const HsSecretBytes *share,
                                  const HsSecretBytes *machine_secret,
                                  const HsReleaseContext *context,
                                  GError **error)
{
  if (hs_secret_bytes_get_length (share) != HS_RELEASE_SHARE_BYTES
      || hs_secret_bytes_get_length (machine_secret) != 32)
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID,
                           "a share and a machine secret have 32 bytes each");
      return NULL;
    }
  g_autoptr (HsSecretBytes) machine_half
      = hs_hkdf_sha256_label (machine_secret, "homespool machine wrap v1", 32, error);
  if (machine_half == NULL)
    return NULL;
  g_autoptr (HsSecretBytes) both = hs_secret_bytes_new (64);
  memcpy (hs_secret_bytes_get (both), hs_secret_bytes_peek (share), 32);
  memcpy (hs_secret_bytes_get (both) + 32, hs_secret_bytes_peek (machine_half), 32);
  return derive (both, "wrap", context, error);
}

void
hs_release_share_get_key_id (const guint8 s_public[HS_X25519_BYTES],
                             guint8 key_id[HS_RELEASE_KEY_ID_BYTES])
{
  guint8 digest[HS_SHA256_BYTES];

  hs_sha256 (s_public, HS_X25519_BYTES, digest);
  memcpy (key_id, digest, HS_RELEASE_KEY_ID_BYTES);
}
