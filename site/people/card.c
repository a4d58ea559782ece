/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Cards. */

#include "site/people/card.h"

#include "base/error.h"

#include <string.h>

gboolean
hs_card_digest (const HsSecretBytes *card_key,
                const HsSecretBytes *typed,
                guint8 digest[HS_HMAC_BYTES],
                GError **error)
{
  const char *text = (const char *)hs_secret_bytes_peek (typed);
  gsize length = hs_secret_bytes_get_length (typed);
  g_autoptr (HsSecretBytes) number = hs_secret_bytes_new (length + 1);
  guint8 *out = hs_secret_bytes_get (number);
  gsize count = 0;
  gboolean is_number = TRUE;

  for (gsize i = 0; i < length; i++)
    if (g_ascii_isalnum (text[i]))
      out[count++] = (guint8)g_ascii_tolower (text[i]);
    else if (strchr (" \t\r\n:.-", text[i]) == NULL || text[i] == '\0')
      is_number = FALSE;
  if (is_number && count >= HS_CARD_MIN_CHARACTERS)
    return hs_hmac_sha256 (card_key, out, count, digest, error);
  g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
               "this is no card number; hold the card to the reader again, or sign in with your "
               "name");
  return FALSE;
}
