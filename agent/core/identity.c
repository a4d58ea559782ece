/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Identities: see the header for the formula. */

#include "core/identity.h"

#include <string.h>

/* Hashed with their final NUL. */
static const char label[] = "homespool.identity/1";
static const char local_label[] = "homespool.local-identity/1";

gboolean
hs_identity_is_name (const char *user_name)
{
  if (user_name == NULL || user_name[0] == '\0' || strlen (user_name) > HS_IDENTITY_NAME_MAX_BYTES
      || !g_utf8_validate (user_name, -1, NULL))
    return FALSE;
  for (const char *place = user_name; *place != '\0'; place = g_utf8_next_char (place))
    if (g_unichar_iscntrl (g_utf8_get_char (place)))
      return FALSE;
  return TRUE;
}

static void
finish (GChecksum *checksum, HsId *identity)
{
  guint8 digest[32];
  gsize length = sizeof digest;

  g_checksum_get_digest (checksum, digest, &length);
  memcpy (identity->bytes, digest, sizeof identity->bytes);
  identity->bytes[6] = (identity->bytes[6] & 0x0f) | 0x80; /* version 8 */
  identity->bytes[8] = (identity->bytes[8] & 0x3f) | 0x80; /* variant 10 */
}

gboolean
hs_identity_derive (const HsId *organisation, const char *user_name, HsId *identity)
{
  g_autoptr (GChecksum) checksum = NULL;

  if (!hs_identity_is_name (user_name))
    return FALSE;
  checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_checksum_update (checksum, (const guchar *)label, sizeof label);
  g_checksum_update (checksum, organisation->bytes, sizeof organisation->bytes);
  g_checksum_update (checksum, (const guchar *)"", 1);
  g_checksum_update (checksum, (const guchar *)user_name, (gssize)strlen (user_name));
  finish (checksum, identity);
  return TRUE;
}

void
hs_identity_derive_local (guint32 uid, HsId *identity)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint32 number = GUINT32_TO_BE (uid);

  g_checksum_update (checksum, (const guchar *)local_label, sizeof local_label);
  g_checksum_update (checksum, (const guchar *)&number, sizeof number);
  finish (checksum, identity);
}

gboolean
hs_identity_is_local (const HsId *identity, guint32 uid)
{
  HsId local;

  hs_identity_derive_local (uid, &local);
  return hs_id_equal (identity, &local);
}
