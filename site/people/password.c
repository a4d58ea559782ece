/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Password verifiers. */

#include "site/people/password.h"

#include "base/base64.h"
#include "base/error.h"
#include "crypto/random.h"
#include "crypto/scrypt.h"

#include <stdlib.h>
#include <string.h>

#define LOG_N 15
#define LOG_N_MIN 10 /* an older verifier may be cheaper; below this it is damaged */
#define LOG_N_MAX 17
#define SALT_BYTES 16
#define HASH_BYTES 32

gboolean
hs_password_check_new (const HsSecretBytes *password, GError **error)
{
  const char *text = (const char *)hs_secret_bytes_peek (password);
  gsize length = hs_secret_bytes_get_length (password);

  if (length > HS_PASSWORD_MAX_BYTES)
    g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "the password is longer than %d bytes",
                 HS_PASSWORD_MAX_BYTES);
  else if (!g_utf8_validate (text, (gssize)length, NULL))
    g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "the password is not UTF-8 text");
  else if (g_utf8_strlen (text, (gssize)length) < HS_PASSWORD_MIN_CHARACTERS)
    g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                 "the password has fewer than %d characters; choose a longer one",
                 HS_PASSWORD_MIN_CHARACTERS);
  else
    return TRUE;
  return FALSE;
}

char *
hs_password_make_verifier (const HsSecretBytes *password, GError **error)
{
  return hs_password_check_new (password, error) ? hs_verifier_make (password, error) : NULL;
}

char *
hs_verifier_make (const HsSecretBytes *secret, GError **error)
{
  guint8 salt[SALT_BYTES];

  if (!hs_random_bytes (salt, sizeof salt, error))
    return NULL;
  g_autoptr (HsSecretBytes) hash = hs_scrypt (secret, salt, sizeof salt, LOG_N, HASH_BYTES, error);
  if (hash == NULL)
    return NULL;
  g_autofree char *salt_text = hs_base64_encode (HS_BASE64_URL, salt, sizeof salt);
  g_autofree char *hash_text
      = hs_base64_encode (HS_BASE64_URL, hs_secret_bytes_peek (hash), HASH_BYTES);
  return g_strdup_printf ("scrypt$%d$%s$%s", LOG_N, salt_text, hash_text);
}

gboolean
hs_password_check (const char *verifier,
                   const HsSecretBytes *password,
                   gboolean *matches,
                   GError **error)
{
  guint8 salt[SALT_BYTES] = { 0 };
  guint8 expected[HASH_BYTES] = { 0 };
  guint64 log_n = LOG_N;

  if (verifier != NULL)
    {
      g_auto (GStrv) parts = g_strsplit (verifier, "$", 5);
      if (g_strv_length (parts) != 4 || !g_str_equal (parts[0], "scrypt")
          || !g_ascii_string_to_unsigned (parts[1], 10, LOG_N_MIN, LOG_N_MAX, &log_n, NULL)
          || hs_base64_decode (HS_BASE64_URL, parts[2], strlen (parts[2]), salt, sizeof salt)
                 != SALT_BYTES
          || hs_base64_decode (HS_BASE64_URL, parts[3], strlen (parts[3]), expected,
                               sizeof expected)
                 != HASH_BYTES)
        {
          g_set_error (error, HS_ERROR, HS_ERROR_CORRUPT,
                       "the stored password is damaged; set a new one with homespool-site user "
                       "passwd");
          return FALSE;
        }
    }
  g_autoptr (HsSecretBytes) hash
      = hs_scrypt (password, salt, sizeof salt, (guint)log_n, HASH_BYTES, error);
  if (hash == NULL)
    return FALSE;
  gboolean equal = hs_constant_time_equal (hs_secret_bytes_peek (hash), expected, HASH_BYTES);
  *matches = equal && verifier != NULL;
  return TRUE;
}
