/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* One way to open a sealed job. */

#include "seal/seal_opening.h"

#include "base/error.h"
#include "crypto/sha256.h"
#include "seal/age_cipher.h"
#include "seal/stanza_release.h"
#include "seal/stanza_x25519.h"

#include <string.h>

typedef enum
{
  OPENING_NONE = 0,
  OPENING_KEY,
  OPENING_SHARE,
  OPENING_FILE_KEY,
} OpeningKind;

struct HsSealOpening
{
  OpeningKind kind;
  HsSecretBytes *secret;         /* private key, share or file key */
  HsSecretBytes *machine_secret; /* SHARE only */
  guint32 machine_generation;    /* SHARE only */
  guint8 release_public[HS_X25519_BYTES];
  HsId device;
};

static HsSealOpening *
opening_new (OpeningKind kind, const HsSecretBytes *secret)
{
  HsSealOpening *opening = g_new0 (HsSealOpening, 1);

  opening->kind = kind;
  opening->secret = hs_secret_bytes_copy (secret);
  return opening;
}

HsSealOpening *
hs_seal_opening_new_key (const HsSecretBytes *private_key)
{
  return opening_new (OPENING_KEY, private_key);
}

HsSealOpening *
hs_seal_opening_new_share (const HsSecretBytes *share,
                           const HsSecretBytes *machine_secret,
                           guint32 machine_generation,
                           const guint8 release_public[HS_X25519_BYTES],
                           const HsId *device)
{
  HsSealOpening *opening = opening_new (OPENING_SHARE, share);

  opening->machine_secret = hs_secret_bytes_copy (machine_secret);
  opening->machine_generation = machine_generation;
  memcpy (opening->release_public, release_public, HS_X25519_BYTES);
  opening->device = *device;
  return opening;
}

HsSealOpening *
hs_seal_opening_new_file_key (const HsSecretBytes *file_key)
{
  return opening_new (OPENING_FILE_KEY, file_key);
}

HsSealOpening *
hs_seal_opening_copy (const HsSealOpening *opening)
{
  if (opening->kind == OPENING_SHARE)
    return hs_seal_opening_new_share (opening->secret, opening->machine_secret,
                                      opening->machine_generation, opening->release_public,
                                      &opening->device);
  return opening_new (opening->kind, opening->secret);
}

void
hs_seal_opening_free (HsSealOpening *opening)
{
  if (opening == NULL)
    return;
  hs_secret_bytes_free (opening->secret);
  hs_secret_bytes_free (opening->machine_secret);
  g_free (opening);
}

static HsStanzaOutcome
unwrap_with_share (const HsSealOpening *opening,
                   const HsAgeHeader *header,
                   const HsJob *expected,
                   HsSecretBytes **file_key,
                   GError **error)
{
  HsStanzaReleaseKeys keys = {
    .context = { .device = opening->device,
                 .job = expected->id,
                 .owner = hs_job_get_sealed_owner (expected) },
    .share = opening->secret,
    .machine_secret = opening->machine_secret,
    .machine_generation = opening->machine_generation,
  };

  memcpy (keys.context.e_public, expected->release_e, HS_X25519_BYTES);
  memcpy (keys.context.s_public, opening->release_public, HS_X25519_BYTES);
  return hs_stanza_release_unwrap (header, &keys, file_key, error);
}

static HsStanzaOutcome
unwrap_file_key (const HsSealOpening *opening,
                 const HsAgeHeader *header,
                 const HsJob *expected,
                 HsSecretBytes **file_key,
                 GError **error)
{
  switch (opening->kind)
    {
    case OPENING_KEY:
      return hs_stanza_x25519_unwrap (header, opening->secret, file_key, error);
    case OPENING_SHARE:
      return unwrap_with_share (opening, header, expected, file_key, error);
    case OPENING_FILE_KEY:
      *file_key = hs_secret_bytes_copy (opening->secret);
      return HS_STANZA_OPENED;
    case OPENING_NONE:
      break;
    }
  return HS_STANZA_NOT_MINE;
}

static gboolean
check_header (const HsAgeHeader *header, const HsJob *expected, GError **error)
{
  guint8 digest[HS_JOB_DIGEST_BYTES];
  g_autoptr (GBytes) lines = hs_age_header_get_stanza_lines (header);

  hs_sha256 (g_bytes_get_data (lines, NULL), g_bytes_get_size (lines), digest);
  if (!hs_constant_time_equal (hs_age_header_get_mac (header), expected->header_mac,
                               HS_JOB_MAC_BYTES)
      || !hs_constant_time_equal (digest, expected->stanza_digest, HS_JOB_DIGEST_BYTES))
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_CORRUPT,
                           "the sealed document has another header than its record");
      return FALSE;
    }
  return TRUE;
}

/* The header is the one that the record names, so its bytes are those that were written. What does
 * not fit is then what we were handed: a site that sends a wrong share must not be able to have a
 * job thrown away as damaged. */
static gboolean
is_wrong_in_hand (const HsSealOpening *opening, const GError *error)
{
  return opening->kind != OPENING_KEY && g_error_matches (error, HS_ERROR, HS_ERROR_CORRUPT);
}

static const char *
refusal_of (const HsSealOpening *opening, HsStanzaOutcome outcome)
{
  if (opening->kind == OPENING_SHARE && outcome == HS_STANZA_NOT_MINE)
    return "the site and this workstation cannot open this document together: its release key or "
           "machine secret is another; the owner has to unlock it here";
  if (opening->kind == OPENING_SHARE)
    return "what the site sent to open this document does not fit it: release it again, or have "
           "the owner unlock it here";
  return "this key does not open the document: the owner has to unlock the key that it was sealed "
         "to, or release it at a printer";
}

HsSecretBytes *
hs_seal_opening_unwrap (const HsSealOpening *opening,
                        const HsAgeHeader *header,
                        const HsJob *expected,
                        GError **error)
{
  g_autoptr (HsSecretBytes) file_key = NULL;
  g_autoptr (GError) problem = NULL;

  if (!check_header (header, expected, error))
    return NULL;
  HsStanzaOutcome outcome = unwrap_file_key (opening, header, expected, &file_key, &problem);
  if (outcome == HS_STANZA_OPENED && hs_age_header_verify (header, file_key, &problem))
    return g_steal_pointer (&file_key);
  if (outcome == HS_STANZA_NOT_MINE || is_wrong_in_hand (opening, problem))
    g_set_error_literal (error, HS_ERROR, HS_ERROR_REFUSED, refusal_of (opening, outcome));
  else
    g_propagate_error (error, g_steal_pointer (&problem));
  return NULL;
}
