/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* PINs. */

#include "site/people/pin.h"

#include "base/error.h"
#include "core/wire/sign_in.h"
#include "crypto/hmac.h"

#include <string.h>

static gboolean
is_run (const char *digits, gsize length, int step)
{
  for (gsize i = 1; i < length; i++)
    if (digits[i] - digits[i - 1] != step)
      return FALSE;
  return TRUE;
}

gboolean
hs_pin_check_new (const HsSecretBytes *pin, GError **error)
{
  const char *digits = (const char *)hs_secret_bytes_peek (pin);
  gsize length = hs_secret_bytes_get_length (pin);
  gboolean is_number = length >= HS_PIN_MIN_DIGITS && length <= HS_PIN_MAX_DIGITS;

  for (gsize i = 0; is_number && i < length; i++)
    is_number = g_ascii_isdigit (digits[i]);
  if (!is_number)
    g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "a PIN has %d to %d digits", HS_PIN_MIN_DIGITS,
                 HS_PIN_MAX_DIGITS);
  else if (is_run (digits, length, 0) || is_run (digits, length, 1) || is_run (digits, length, -1))
    g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                 "this PIN is one that everybody tries first; choose digits that do not repeat or "
                 "count");
  else
    return TRUE;
  return FALSE;
}

HsSecretBytes *
hs_pin_bind (const HsSecretBytes *pin_key,
             const HsId *identity,
             const HsSecretBytes *pin,
             GError **error)
{
  gsize length = hs_secret_bytes_get_length (pin);
  g_autoptr (HsSecretBytes) message = hs_secret_bytes_new (sizeof identity->bytes + length);
  g_autoptr (HsSecretBytes) bound = hs_secret_bytes_new (HS_HMAC_BYTES);
  guint8 *bytes = hs_secret_bytes_get (message);

  memcpy (bytes, identity->bytes, sizeof identity->bytes);
  memcpy (bytes + sizeof identity->bytes, hs_secret_bytes_peek (pin), length);
  if (!hs_hmac_sha256 (pin_key, bytes, hs_secret_bytes_get_length (message),
                       hs_secret_bytes_get (bound), error))
    return NULL;
  return g_steal_pointer (&bound);
}
