/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Key files of homespool-trust. */

#include "site/trust/keys.h"

#include "base/base64.h"
#include "base/error.h"
#include "crypto/ed25519.h"
#include "platform/durable_file.h"
#include "platform/paths.h"
#include "seal/age_message.h"

#include <string.h>

#define FILE_MAX_BYTES 4096
static const char label[] = "homespool-trust-key/1 ";
static const char age_label[] = "age-encryption.org/v1\n";

/* ── writing ─────────────────────────────────────────────────────────────────────────────── */

static HsSecretBytes *
format_line (const char *purpose, const HsSecretBytes *seed)
{
  char *text = hs_base64_encode (HS_BASE64_URL, hs_secret_bytes_peek (seed),
                                 hs_secret_bytes_get_length (seed));
  char *line = g_strconcat (label, purpose, " ", text, "\n", NULL);
  HsSecretBytes *secret = hs_secret_bytes_new_copy ((const guint8 *)line, strlen (line));

  hs_secret_bytes_wipe (text, strlen (text));
  hs_secret_bytes_wipe (line, strlen (line));
  g_free (text);
  g_free (line);
  return secret;
}

static gboolean
write_file (
    HsDurableFolder *folder, const char *purpose, const void *data, gsize length, GError **error)
{
  g_autofree char *name = g_strconcat (purpose, ".key", NULL);
  g_autofree char *part_name = g_strconcat (name, ".part", NULL);
  g_autoptr (HsDurableFile) file = NULL;
  gboolean ok = hs_durable_folder_remove (folder, part_name, error);

  if (ok)
    file = hs_durable_file_create (folder, part_name, error);
  ok = file != NULL && hs_durable_file_write (file, data, length, error)
       && hs_durable_file_commit (file, name, HS_DURABLE_REPLACE, error);
  hs_error_convert_gio (error);
  return ok;
}

gboolean
hs_trust_key_store (HsDurableFolder *folder,
                    const char *purpose,
                    const HsSecretBytes *seed,
                    const HsSecretBytes *passphrase,
                    GError **error)
{
  g_autoptr (HsSecretBytes) line = format_line (purpose, seed);
  g_autoptr (GBytes) sealed = NULL;

  if (passphrase == NULL)
    return write_file (folder, purpose, hs_secret_bytes_peek (line),
                       hs_secret_bytes_get_length (line), error);
  sealed = hs_age_message_seal_passphrase (passphrase, HS_AGE_SCRYPT_LOG_N,
                                           hs_secret_bytes_peek (line),
                                           hs_secret_bytes_get_length (line), error);
  return sealed != NULL
         && write_file (folder, purpose, g_bytes_get_data (sealed, NULL), g_bytes_get_size (sealed),
                        error);
}

gboolean
hs_trust_key_create (HsDurableFolder *folder,
                     const char *purpose,
                     const HsSecretBytes *passphrase,
                     HsPublicKey *key,
                     GError **error)
{
  g_autoptr (HsSecretBytes) seed = hs_ed25519_generate (key->bytes, error);

  return seed != NULL && hs_trust_key_store (folder, purpose, seed, passphrase, error);
}

/* ── reading ─────────────────────────────────────────────────────────────────────────────── */

static HsSecretBytes *
parse_line (const HsSecretBytes *line, const char *purpose, GError **error)
{
  g_autofree char *start = g_strconcat (label, purpose, " ", NULL);
  g_autoptr (HsSecretBytes) seed = hs_secret_bytes_new (HS_ED25519_PRIVATE_BYTES);
  const char *text = (const char *)hs_secret_bytes_peek (line);
  gsize length = hs_secret_bytes_get_length (line);

  while (length > 0 && text[length - 1] == '\n')
    length--;
  if (length > strlen (start) && memcmp (text, start, strlen (start)) == 0
      && hs_base64_decode (HS_BASE64_URL, text + strlen (start), length - strlen (start),
                           hs_secret_bytes_get (seed), HS_ED25519_PRIVATE_BYTES)
             == HS_ED25519_PRIVATE_BYTES)
    return g_steal_pointer (&seed);
  g_set_error (error, HS_ERROR, HS_ERROR_CORRUPT, "it does not hold a %s key of homespool-trust",
               purpose);
  return NULL;
}

static HsSecretBytes *
read_file (const char *file_path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (file_path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, error);
  g_autoptr (HsSecretBytes) room = hs_secret_bytes_new (FILE_MAX_BYTES);
  gsize length = 0;

  if (stream == NULL
      || !g_input_stream_read_all (G_INPUT_STREAM (stream), hs_secret_bytes_get (room),
                                   FILE_MAX_BYTES, &length, NULL, error))
    {
      hs_error_convert_gio (error);
      return NULL;
    }
  if (length == 0 || length == FILE_MAX_BYTES)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_CORRUPT, "it is no key file");
      return NULL;
    }
  return hs_secret_bytes_new_copy (hs_secret_bytes_peek (room), length);
}

static HsSecretBytes *
open_file (const char *file_path, const HsSecretBytes *passphrase, GError **error)
{
  g_autoptr (HsSecretBytes) text = read_file (file_path, error);
  gboolean is_sealed;

  if (text == NULL)
    return NULL;
  is_sealed = hs_secret_bytes_get_length (text) > strlen (age_label)
              && memcmp (hs_secret_bytes_peek (text), age_label, strlen (age_label)) == 0;
  if (!is_sealed)
    return g_steal_pointer (&text);
  if (passphrase == NULL)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
                   "it has a passphrase: give it with --passphrase-file");
      return NULL;
    }
  return hs_age_message_open_passphrase (hs_secret_bytes_peek (text),
                                         hs_secret_bytes_get_length (text), passphrase, error);
}

HsSecretBytes *
hs_trust_key_load (const char *path,
                   const char *purpose,
                   const HsSecretBytes *passphrase,
                   HsPublicKey *key,
                   GError **error)
{
  g_autofree char *name = g_strconcat (purpose, ".key", NULL);
  g_autofree char *file_path = g_build_filename (path, name, NULL);
  g_autoptr (HsSecretBytes) line = NULL;
  g_autoptr (HsSecretBytes) seed = NULL;

  if (!hs_paths_check_file (file_path, TRUE, error))
    {
      hs_error_convert_gio (error);
      g_prefix_error (error, "cannot use the key file %s: ", name);
      return NULL;
    }
  line = open_file (file_path, passphrase, error);
  seed = line != NULL ? parse_line (line, purpose, error) : NULL;
  if (seed == NULL || !hs_ed25519_get_public (seed, key->bytes, error))
    {
      g_prefix_error (error, "cannot use the key file %s: ", name);
      return NULL;
    }
  return g_steal_pointer (&seed);
}
