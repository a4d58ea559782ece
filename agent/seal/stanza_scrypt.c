/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* age's scrypt stanza. */

#include "seal/stanza_scrypt.h"

#include "base/base64.h"
#include "base/error.h"
#include "crypto/random.h"
#include "crypto/scrypt.h"

#include <string.h>

#define SALT_BYTES 16
#define LABEL "age-encryption.org/v1/scrypt"
#define LABEL_BYTES (sizeof LABEL - 1)

/* scrypt (passphrase, LABEL ‖ salt). */
static HsSecretBytes *
derive_wrap_key (const HsSecretBytes *passphrase,
                 const guint8 salt[SALT_BYTES],
                 guint log_n,
                 GError **error)
{
  guint8 labelled[LABEL_BYTES + SALT_BYTES];

  memcpy (labelled, LABEL, LABEL_BYTES);
  memcpy (labelled + LABEL_BYTES, salt, SALT_BYTES);
  return hs_scrypt (passphrase, labelled, sizeof labelled, log_n, 32, error);
}

HsAgeStanza *
hs_stanza_scrypt_wrap (const HsSecretBytes *passphrase,
                       guint log_n,
                       const HsSecretBytes *file_key,
                       GError **error)
{
  guint8 salt[SALT_BYTES];
  guint8 body[HS_STANZA_BODY_BYTES];

  if (log_n > HS_STANZA_SCRYPT_LOG_N_MAX)
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID,
                           "a scrypt work factor above 18 could not be read again");
      return NULL;
    }
  if (!hs_random_bytes (salt, sizeof salt, error))
    return NULL;
  g_autoptr (HsSecretBytes) wrap_key = derive_wrap_key (passphrase, salt, log_n, error);
  if (wrap_key == NULL || !hs_stanza_wrap_file_key (wrap_key, file_key, body, error))
    return NULL;
  g_autofree char *salt_text = hs_base64_encode (HS_BASE64_STANDARD, salt, sizeof salt);
  g_autofree char *work_text = g_strdup_printf ("%u", log_n);
  return hs_age_stanza_new (body, sizeof body, HS_STANZA_SCRYPT, salt_text, work_text, NULL);
}

/* A decimal number without sign or leading zero; 0 if it is none or more than 99. */
static guint
parse_work_factor (const char *text)
{
  guint number = 0;

  if (text[0] == '0' || strlen (text) > 2)
    return 0;
  for (const char *c = text; *c != '\0'; c++)
    {
      if (!g_ascii_isdigit (*c))
        return 0;
      number = number * 10 + (guint)(*c - '0');
    }
  return number;
}

static HsStanzaOutcome
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, HS_ERROR, HS_ERROR_CORRUPT, message);
  return HS_STANZA_FAILED;
}

static HsStanzaOutcome
unwrap_one (const HsAgeStanza *stanza,
            const HsSecretBytes *passphrase,
            HsSecretBytes **file_key,
            GError **error)
{
  guint8 salt[SALT_BYTES];

  if (hs_age_stanza_count_arguments (stanza) != 3
      || !hs_stanza_decode_argument (stanza->arguments[1], salt, sizeof salt)
      || g_bytes_get_size (stanza->body) != HS_STANZA_BODY_BYTES)
    return refuse (error, "a scrypt stanza is malformed");
  guint log_n = parse_work_factor (stanza->arguments[2]);
  if (log_n == 0 || log_n > HS_STANZA_SCRYPT_LOG_N_MAX)
    return refuse (error, "a scrypt stanza asks for a work factor that is not 1 to 18");
  g_autoptr (HsSecretBytes) wrap_key = derive_wrap_key (passphrase, salt, log_n, error);
  if (wrap_key == NULL)
    return HS_STANZA_FAILED;
  return hs_stanza_try_file_key (wrap_key, stanza, file_key, error);
}

HsStanzaOutcome
hs_stanza_scrypt_unwrap (const HsAgeHeader *header,
                         const HsSecretBytes *passphrase,
                         HsSecretBytes **file_key,
                         GError **error)
{
  guint count = hs_age_header_get_n_stanzas (header);

  *file_key = NULL;
  for (guint i = 0; i < count; i++)
    {
      const HsAgeStanza *stanza = hs_age_header_get_stanza (header, i);
      if (strcmp (hs_age_stanza_get_type (stanza), HS_STANZA_SCRYPT) != 0)
        continue;
      /* The format: a passphrase is not mixed with recipients, since whoever knows it could forge
       * a file that looks as if it came from one of them. */
      if (count != 1)
        return refuse (error, "a scrypt stanza is not the only one");
      return unwrap_one (stanza, passphrase, file_key, error);
    }
  return HS_STANZA_NOT_MINE;
}
