/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Identities: see the header for the formula. */

#include "core/identity.h"

#include <string.h>

static const char label[] = "homespool.identity/1"; /* hashed with its final NUL */

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

gboolean
hs_identity_derive (const HsId *organisation, const char *user_name, HsId *identity)
{
  g_autoptr (GChecksum) checksum = NULL;
  guint8 digest[32];
  gsize length = sizeof digest;

  if (!hs_identity_is_name (user_name))
    return FALSE;
  checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_checksum_update (checksum, (const guchar *)label, sizeof label);
  g_checksum_update (checksum, organisation->bytes, sizeof organisation->bytes);
  g_checksum_update (checksum, (const guchar *)"", 1);
  g_checksum_update (checksum, (const guchar *)user_name, (gssize)strlen (user_name));
  g_checksum_get_digest (checksum, digest, &length);
  memcpy (identity->bytes, digest, sizeof identity->bytes);
  identity->bytes[6] = (identity->bytes[6] & 0x0f) | 0x80; /* version 8 */
  identity->bytes[8] = (identity->bytes[8] & 0x3f) | 0x80; /* variant 10 */
  return TRUE;
}
