/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The key that opens a person's titles and nothing else. */

#include "seal/title_key.h"

#include "base/error.h"
#include "crypto/hkdf.h"
#include "seal/key_file.h"

#include <string.h>

#define LABEL "homespool title v1"

static gboolean
check_key (const HsSecretBytes *key, GError **error)
{
  if (hs_secret_bytes_get_length (key) == HS_X25519_BYTES)
    return TRUE;
  g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID, "a private key has 32 bytes");
  return FALSE;
}

HsSecretBytes *
hs_title_key_derive (const HsSecretBytes *owner_private, GError **error)
{
  if (!check_key (owner_private, error))
    return NULL;
  return hs_hkdf_sha256_label (owner_private, LABEL, HS_X25519_BYTES, error);
}

gboolean
hs_title_key_derive_public (const HsSecretBytes *owner_private,
                            guint8 title_public[HS_X25519_BYTES],
                            GError **error)
{
  g_autoptr (HsSecretBytes) title_key = hs_title_key_derive (owner_private, error);

  return title_key != NULL && hs_x25519_get_public (title_key, title_public, error);
}

/* ── links ───────────────────────────────────────────────────────────────────────────────── */

static char *
dup_cut_host (const char *host)
{
  g_autofree char *valid = g_utf8_make_valid (host, -1);
  gsize length = strlen (valid);

  while (length > HS_TITLE_KEY_MAX_HOST_BYTES)
    length = (gsize)(g_utf8_find_prev_char (valid, valid + length) - valid);
  valid[length] = '\0';
  return g_uri_escape_string (valid, NULL, FALSE);
}

/* The text is put together in secret memory; nothing else ever holds all of it. */
HsSecretBytes *
hs_title_key_format_link (const HsSecretBytes *title_key,
                          const char *site_url,
                          const HsId *person,
                          const char *host,
                          GError **error)
{
  char identity[HS_IDENTITY_TEXT_BYTES], uuid[HS_ID_TEXT_BYTES];
  g_autofree char *escaped = dup_cut_host (host);
  gsize site_length = strlen (site_url);

  if (!check_key (title_key, error))
    return NULL;
  while (site_length > 0 && site_url[site_length - 1] == '/')
    site_length--;
  g_autofree char *before = g_strdup_printf ("%.*s/#title-key=", (int)site_length, site_url);
  g_autofree char *after
      = g_strdup_printf ("&person=%s&host=%s", hs_id_format (person, uuid), escaped);
  hs_identity_format (title_key, identity);
  gsize key_length = strlen (identity);
  HsSecretBytes *link = hs_secret_bytes_new (strlen (before) + key_length + strlen (after));
  guint8 *place = hs_secret_bytes_get (link);
  memcpy (place, before, strlen (before));
  memcpy (place + strlen (before), identity, key_length);
  memcpy (place + strlen (before) + key_length, after, strlen (after));
  hs_secret_bytes_wipe (identity, sizeof identity);
  return link;
}
