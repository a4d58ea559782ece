/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Verify, then decode, then compare with what was known. */

#include "trust/signed.h"

#include "base/error.h"
#include "crypto/jws.h"

#include <string.h>

/* ── bundles ─────────────────────────────────────────────────────────────────────────────── */

/* The root is found in the payload, so the payload is read before its signature is checked. That
 * is safe because nothing of it is used but the root, and the caller compares that root with what
 * it already trusts. */
static HsBundle *
open_bundle (const char *jws, const char *next_jws, GError **error)
{
  g_autoptr (GBytes) peeked
      = hs_jws_peek_payload (jws, HS_JWS_TYP_BUNDLE, HS_BUNDLE_MAX_BYTES, error);
  g_autoptr (HsBundle) bundle = peeked != NULL ? hs_bundle_decode (peeked, error) : NULL;
  g_autoptr (GBytes) payload = NULL;
  g_autoptr (GBytes) next_payload = NULL;

  if (bundle == NULL)
    return NULL;
  payload
      = hs_jws_verify (jws, HS_JWS_TYP_BUNDLE, &bundle->root, 1, HS_BUNDLE_MAX_BYTES, NULL, error);
  if (payload == NULL)
    {
      g_prefix_error (error, "the trust bundle is not signed by the root that it names: ");
      return NULL;
    }
  if (bundle->has_next_root != (next_jws != NULL))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_CORRUPT, "the signature of the next root is %s",
                   next_jws != NULL ? "there, but none is named" : "missing");
      return NULL;
    }
  if (next_jws == NULL)
    return g_steal_pointer (&bundle);
  next_payload = hs_jws_verify (next_jws, HS_JWS_TYP_BUNDLE, &bundle->next_root, 1,
                                HS_BUNDLE_MAX_BYTES, NULL, error);
  if (next_payload == NULL)
    {
      g_prefix_error (error, "the trust bundle is not signed by the next root: ");
      return NULL;
    }
  if (!g_bytes_equal (payload, next_payload))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_CORRUPT,
                   "the two roots have signed different bundles");
      return NULL;
    }
  return g_steal_pointer (&bundle);
}

static gboolean
has_digest (const HsPublicKey *key, const guint8 *digest)
{
  guint8 own[HS_PUBLIC_KEY_DIGEST_BYTES];

  hs_public_key_digest (key, own);
  return memcmp (own, digest, sizeof own) == 0;
}

HsBundle *
hs_signed_bundle_open_first (const char *jws,
                             const char *next_jws,
                             const guint8 root_digest[HS_PUBLIC_KEY_DIGEST_BYTES],
                             gint64 now_us,
                             GError **error)
{
  g_autoptr (HsBundle) bundle = open_bundle (jws, next_jws, error);

  if (bundle == NULL)
    return NULL;
  if (!has_digest (&bundle->root, root_digest)
      && !(bundle->has_next_root && has_digest (&bundle->next_root, root_digest)))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_DENIED,
                   "the site shows a trust bundle of another root than the enrolment token names. "
                   "Either the token is of another organisation, or somebody stands between you "
                   "and the site: nothing secret was sent.");
      return NULL;
    }
  if (hs_bundle_is_expired (bundle, now_us))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_EXPIRED,
                   "the site's trust bundle has expired. Sign a new one with homespool-trust, or "
                   "check this machine's clock.");
      return NULL;
    }
  return g_steal_pointer (&bundle);
}

HsBundle *
hs_signed_bundle_open_successor (
    const char *jws, const char *next_jws, const HsBundle *previous, gint64 now_us, GError **error)
{
  g_autoptr (HsBundle) bundle = open_bundle (jws, next_jws, error);

  if (bundle == NULL || !hs_bundle_check_successor (previous, bundle, now_us, error))
    return NULL;
  return g_steal_pointer (&bundle);
}

HsBundle *
hs_signed_bundle_open_stored (const char *jws, const char *next_jws, GError **error)
{
  return open_bundle (jws, next_jws, error);
}

/* ── what a bundle's keys sign ───────────────────────────────────────────────────────────── */

HsPrinterList *
hs_signed_printers_open_stored (const char *jws, const HsBundle *bundle, GError **error)
{
  g_autoptr (GBytes) payload = hs_jws_verify (jws, HS_JWS_TYP_PRINTERS, &bundle->printer_admin, 1,
                                              HS_PRINTER_LIST_MAX_BYTES, NULL, error);

  if (payload == NULL)
    {
      g_prefix_error (error, "the printer list is not signed by the printer administrator: ");
      return NULL;
    }
  return hs_printer_list_decode (payload, error);
}

HsPrinterList *
hs_signed_printers_open (const char *jws,
                         const HsBundle *bundle,
                         const HsPrinterList *previous,
                         gint64 now_us,
                         GError **error)
{
  g_autoptr (HsPrinterList) list = hs_signed_printers_open_stored (jws, bundle, error);

  if (list == NULL || !hs_printer_list_check_successor (previous, list, now_us, error))
    return NULL;
  return g_steal_pointer (&list);
}

HsReleaseKeys *
hs_signed_release_keys_open (const char *jws,
                             const HsBundle *bundle,
                             const HsReleaseKeys *previous,
                             const HsId *device,
                             GError **error)
{
  g_autoptr (HsReleaseKeys) keys = NULL;
  g_autoptr (GBytes) payload
      = hs_jws_verify (jws, HS_JWS_TYP_RELEASE_KEYS, bundle->command_keys, bundle->n_command_keys,
                       HS_JSON_MAX_BYTES, NULL, error);

  if (payload == NULL)
    {
      g_prefix_error (error, "the release keys are not signed by the site: ");
      return NULL;
    }
  keys = hs_release_keys_decode (payload, error);
  if (keys == NULL || !hs_release_keys_check_successor (previous, keys, device, error))
    return NULL;
  return g_steal_pointer (&keys);
}

gboolean
hs_signed_command_open (const char *jws,
                        const HsBundle *bundle,
                        const HsCommandPoll *poll,
                        gint64 now_boot_us,
                        HsCommand *command,
                        GError **error)
{
  HsCommand read;
  g_autoptr (GBytes) payload
      = hs_jws_verify (jws, HS_JWS_TYP_COMMAND, bundle->command_keys, bundle->n_command_keys,
                       HS_COMMAND_MAX_BYTES, NULL, error);

  if (payload == NULL)
    {
      g_prefix_error (error, "the command is not signed by the site: ");
      return FALSE;
    }
  if (!hs_command_decode (payload, &read, error)
      || !hs_command_check (&read, poll, now_boot_us, error))
    return FALSE;
  *command = read;
  return TRUE;
}

HsEntitlement *
hs_signed_entitlement_open (const char *jws,
                            const HsBundle *bundle,
                            const HsId *device,
                            GError **error)
{
  g_autoptr (HsEntitlement) entitlement = NULL;
  g_autoptr (GBytes) payload
      = hs_jws_verify (jws, HS_JWS_TYP_ENTITLEMENT, bundle->entitlement_keys,
                       bundle->n_entitlement_keys, HS_ENTITLEMENT_MAX_BYTES, NULL, error);

  if (payload == NULL)
    {
      g_prefix_error (error, "the entitlement is not signed by the site: ");
      return NULL;
    }
  entitlement = hs_entitlement_decode (payload, error);
  if (entitlement == NULL)
    return NULL;
  if (!hs_id_equal (&entitlement->device, device))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_DENIED, "the entitlement is for another workstation");
      return NULL;
    }
  return g_steal_pointer (&entitlement);
}
