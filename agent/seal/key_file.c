/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Keys as text and in files. */

#include "seal/key_file.h"

#include "base/base64.h"
#include "base/error.h"
#include "core/bech32.h"
#include "crypto/hkdf.h"
#include "seal/age_message.h"

#include <string.h>

#define PIN_LABEL "homespool pin v1"
#define PIN_MAX_BYTES 256 /* a pass phrase, not a document */
#define PEPPER_BYTES 32

/* ── recipients ──────────────────────────────────────────────────────────────────────────── */

const char *
hs_recipient_format (const guint8 public_key[HS_X25519_BYTES], char text[HS_RECIPIENT_TEXT_BYTES])
{
  gboolean fits = hs_bech32_encode (HS_BECH32_RECIPIENT_PREFIX, public_key, HS_X25519_BYTES, text,
                                    HS_RECIPIENT_TEXT_BYTES);

  g_return_val_if_fail (fits, NULL);
  return text;
}

gboolean
hs_recipient_parse (const char *text, guint8 public_key[HS_X25519_BYTES])
{
  guint8 parsed[HS_X25519_BYTES];

  if (hs_bech32_decode (HS_BECH32_RECIPIENT_PREFIX, text, strlen (text), parsed, sizeof parsed)
      != HS_X25519_BYTES)
    return FALSE;
  memcpy (public_key, parsed, sizeof parsed);
  return TRUE;
}

/* ── identity files ──────────────────────────────────────────────────────────────────────── */

void
hs_identity_format (const HsSecretBytes *private_key, char text[HS_IDENTITY_TEXT_BYTES])
{
  gboolean fits
      = hs_secret_bytes_get_length (private_key) == HS_X25519_BYTES
        && hs_bech32_encode (HS_BECH32_IDENTITY_PREFIX, hs_secret_bytes_peek (private_key),
                             HS_X25519_BYTES, text, HS_IDENTITY_TEXT_BYTES);

  g_return_if_fail (fits);
}

HsSecretBytes *
hs_key_file_format (const HsSecretBytes *private_key, GError **error)
{
  static const char comment[] = "# public key: ";
  guint8 public_key[HS_X25519_BYTES];
  char recipient[HS_RECIPIENT_TEXT_BYTES];
  char identity[HS_IDENTITY_TEXT_BYTES];

  if (!hs_x25519_get_public (private_key, public_key, error))
    return NULL;
  hs_recipient_format (public_key, recipient);
  hs_identity_format (private_key, identity);
  gsize comment_length = sizeof comment - 1;
  gsize recipient_length = strlen (recipient);
  gsize identity_length = strlen (identity);
  HsSecretBytes *text
      = hs_secret_bytes_new (comment_length + recipient_length + 1 + identity_length + 1);
  char *place = (char *)hs_secret_bytes_get (text);
  memcpy (place, comment, comment_length);
  place += comment_length;
  memcpy (place, recipient, recipient_length);
  place += recipient_length;
  *place++ = '\n';
  memcpy (place, identity, identity_length);
  place += identity_length;
  *place = '\n';
  hs_secret_bytes_wipe (identity, sizeof identity);
  return text;
}

static HsSecretBytes *
parse_line (const char *line, gsize length)
{
  g_autoptr (HsSecretBytes) private_key = hs_secret_bytes_new (HS_X25519_BYTES);

  if (hs_bech32_decode (HS_BECH32_IDENTITY_PREFIX, line, length, hs_secret_bytes_get (private_key),
                        HS_X25519_BYTES)
      != HS_X25519_BYTES)
    return NULL;
  return g_steal_pointer (&private_key);
}

HsSecretBytes *
hs_key_file_parse (const HsSecretBytes *text, GError **error)
{
  const char *place = (const char *)hs_secret_bytes_peek (text);
  gsize left = hs_secret_bytes_get_length (text);
  g_autoptr (HsSecretBytes) found = NULL;
  gboolean valid = left <= HS_KEY_FILE_MAX_BYTES;

  while (valid && left > 0)
    {
      const char *end = memchr (place, '\n', left);
      gsize line = end == NULL ? left : (gsize)(end - place);
      gsize step = end == NULL ? left : line + 1;
      if (line > 0 && place[line - 1] == '\r')
        line--;
      if (line > 0 && place[0] != '#')
        {
          valid = found == NULL;
          if (valid)
            found = parse_line (place, line);
          valid = valid && found != NULL;
        }
      place += step;
      left -= step;
    }
  if (valid && found != NULL)
    return g_steal_pointer (&found);
  g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID,
                       "a key file must hold exactly one line AGE-SECRET-KEY-1…");
  return NULL;
}

/* ── kiosk envelopes ─────────────────────────────────────────────────────────────────────── */

HsSecretBytes *
hs_key_file_derive_passphrase (const HsSecretBytes *pepper,
                               const HsId *identity,
                               const HsSecretBytes *pin,
                               GError **error)
{
  gsize pin_length = hs_secret_bytes_get_length (pin);

  if (hs_secret_bytes_get_length (pepper) != PEPPER_BYTES || pin_length > PIN_MAX_BYTES)
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID,
                           "a PIN or password has at most 256 bytes, a pepper 32");
      return NULL;
    }
  g_autoptr (HsSecretBytes) info = hs_secret_bytes_new (sizeof PIN_LABEL + pin_length);
  memcpy (hs_secret_bytes_get (info), PIN_LABEL, sizeof PIN_LABEL); /* with its zero byte */
  memcpy (hs_secret_bytes_get (info) + sizeof PIN_LABEL, hs_secret_bytes_peek (pin), pin_length);
  g_autoptr (HsSecretBytes) key
      = hs_hkdf_sha256 (pepper, identity->bytes, HS_ID_BYTES, hs_secret_bytes_peek (info),
                        hs_secret_bytes_get_length (info), 32, error);
  if (key == NULL)
    return NULL;
  char *text = hs_base64_encode (HS_BASE64_URL, hs_secret_bytes_peek (key), 32);
  HsSecretBytes *passphrase = hs_secret_bytes_new_copy ((const guint8 *)text, strlen (text));
  hs_secret_bytes_wipe (text, strlen (text));
  g_free (text);
  return passphrase;
}

GBytes *
hs_key_file_seal (const HsSecretBytes *private_key, const HsSecretBytes *passphrase, GError **error)
{
  g_autoptr (HsSecretBytes) text = hs_key_file_format (private_key, error);

  if (text == NULL)
    return NULL;
  return hs_age_message_seal_passphrase (passphrase, HS_AGE_SCRYPT_LOG_N,
                                         hs_secret_bytes_peek (text),
                                         hs_secret_bytes_get_length (text), error);
}

HsSecretBytes *
hs_key_file_open (GBytes *envelope, const HsSecretBytes *passphrase, GError **error)
{
  gsize length;
  const guint8 *bytes = g_bytes_get_data (envelope, &length);
  g_autoptr (HsSecretBytes) text
      = hs_age_message_open_passphrase (bytes, length, passphrase, error);

  return text == NULL ? NULL : hs_key_file_parse (text, error);
}
