/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The site's own keys. Two authorities, so that a device certificate can never pass for the server:
 * workstations trust the site authority only, the devices' listener the device authority only. */

#include "site/keys/secrets.h"

#include "base/error.h"
#include "crypto/aead.h"
#include "crypto/ed25519.h"
#include "crypto/hkdf.h"
#include "crypto/random.h"
#include "crypto/x25519.h"
#include "site/keys/destroyed_log.h"
#include "site/keys/key_file.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#define SEALED_MAX_BYTES 64
#define AUTHORITY_DAYS 3650
#define SERVER_DAYS 397 /* CA/Browser Forum baseline requirements 6.3.2: browsers take no more */
#define BACKDATE_US (10 * G_TIME_SPAN_MINUTE) /* for workstations whose clock is late */

struct HsSiteSecrets
{
  HsSecretBytes *command_seed;
  HsSecretBytes *entitlement_seed;
  HsSecretBytes *wrap_key;
  HsSecretBytes *pin_key;
  HsSecretBytes *card_key;
  HsSecretBytes *person_key;
  HsPublicKey command_public;
  HsPublicKey entitlement_public;
  HsCertificate *site_authority;
  HsCertificate *device_authority;
  HsCertificateKey *device_authority_key;
  HsDestroyedLog *destroyed;
};

static gboolean
store_certificate (const HsSiteConfig *config,
                   const char *name,
                   const HsCertificate *certificate,
                   GError **error)
{
  g_autofree char *path = hs_site_config_dup_key_path (config->folder, name);
  g_autofree char *pem = hs_certificate_dup_pem (certificate);

  if (g_file_set_contents_full (
          path, pem, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0644, error))
    return TRUE;
  hs_error_convert_gio (error);
  return FALSE;
}

static HsCertificate *
load_certificate (const HsSiteConfig *config, const char *name, GError **error)
{
  g_autofree char *path = hs_site_config_dup_key_path (config->folder, name);
  g_autofree char *pem = NULL;

  if (!g_file_get_contents (path, &pem, NULL, error))
    {
      hs_error_convert_gio (error);
      return NULL;
    }
  HsCertificate *certificate = hs_certificate_parse_pem (pem, error);
  if (certificate == NULL)
    g_prefix_error (error, "%s: ", path);
  return certificate;
}

static HsCertificateKey *
load_key (const HsSiteConfig *config, const char *name, GError **error)
{
  g_autofree char *path = hs_site_config_dup_key_path (config->folder, name);

  return hs_certificate_key_load (path, error);
}

static HsSecretBytes *
load_secret (const HsSiteConfig *config, const char *name, GError **error)
{
  g_autofree char *path = hs_site_config_dup_key_path (config->folder, name);

  return hs_key_file_load (path, error);
}

/* ── making ──────────────────────────────────────────────────────────────────────────────── */

static gboolean
create_authority (
    const HsSiteConfig *config, const char *name, const char *title, gint64 now_us, GError **error)
{
  g_autofree char *key_name = g_strconcat (name, ".key", NULL);
  g_autofree char *pem_name = g_strconcat (name, ".pem", NULL);
  g_autofree char *key_path = hs_site_config_dup_key_path (config->folder, key_name);
  g_autoptr (HsCertificateKey) key = hs_certificate_key_new (error);
  g_autoptr (HsCertificate) authority = NULL;

  if (key == NULL)
    return FALSE;
  authority = hs_certificate_make_authority (key, title, now_us - BACKDATE_US,
                                             now_us + AUTHORITY_DAYS * G_TIME_SPAN_DAY, error);
  return authority != NULL && hs_certificate_key_store (key, key_path, error)
         && store_certificate (config, pem_name, authority, error);
}

static gboolean
create_secret (const HsSiteConfig *config, const char *name, GError **error)
{
  g_autofree char *path = hs_site_config_dup_key_path (config->folder, name);
  g_autoptr (HsSecretBytes) secret = hs_random_secret (HS_KEY_FILE_BYTES, error);

  return secret != NULL && hs_key_file_store (path, secret, error);
}

static gboolean
create_server (const HsSiteConfig *config, gint64 now_us, GError **error)
{
  g_autofree char *key_path = hs_site_config_dup_key_path (config->folder, "server.key");
  g_autoptr (HsCertificateKey) authority_key = load_key (config, "site-ca.key", error);
  g_autoptr (HsCertificate) authority = NULL;
  g_autoptr (HsCertificateKey) key = NULL;
  g_autoptr (HsCertificate) certificate = NULL;

  if (authority_key == NULL)
    return FALSE;
  authority = load_certificate (config, "site-ca.pem", error);
  if (authority == NULL)
    return FALSE;
  key = hs_certificate_key_new (error);
  if (key == NULL)
    return FALSE;
  certificate = hs_certificate_issue_server (
      authority, authority_key, key, (const char *const *)config->names, now_us - BACKDATE_US,
      now_us + SERVER_DAYS * G_TIME_SPAN_DAY, error);
  return certificate != NULL && hs_certificate_key_store (key, key_path, error)
         && store_certificate (config, "server.pem", certificate, error);
}

gboolean
hs_site_secrets_create (const HsSiteConfig *config, gint64 now_us, GError **error)
{
  g_autofree char *folder = g_build_filename (config->folder, "keys", NULL);

  if (g_file_test (folder, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
                   "%s exists already; a site is made in an empty folder", folder);
      return FALSE;
    }
  if (g_mkdir (folder, 0700) != 0)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_DENIED, "%s cannot be made", folder);
      return FALSE;
    }
  return create_authority (config, "site-ca", "Homespool site authority", now_us, error)
         && create_authority (config, "device-ca", "Homespool device authority", now_us, error)
         && create_secret (config, "command.key", error)
         && create_secret (config, "entitlement.key", error)
         && create_secret (config, "wrap.key", error) && create_server (config, now_us, error);
}

/* The names are compared through a small file, so that nobody has to read them back from X.509. */
static gboolean
names_changed (const HsSiteConfig *config, const char *joined)
{
  g_autofree char *path = hs_site_config_dup_key_path (config->folder, "server.names");
  g_autofree char *text = NULL;

  return !g_file_get_contents (path, &text, NULL, NULL) || !g_str_equal (text, joined);
}

gboolean
hs_site_secrets_renew_server (const HsSiteConfig *config,
                              gint64 now_us,
                              gboolean *renewed,
                              GError **error)
{
  g_autofree char *path = hs_site_config_dup_key_path (config->folder, "server.names");
  g_autofree char *joined = g_strjoinv ("\n", config->names);
  g_autoptr (HsCertificate) present = load_certificate (config, "server.pem", NULL);
  g_autoptr (HsCertificateKey) key = load_key (config, "server.key", NULL);
  gboolean is_due = present == NULL || key == NULL || !hs_certificate_has_key (present, key)
                    || names_changed (config, joined);

  if (present != NULL)
    {
      gint64 begin_us = hs_certificate_get_not_before_us (present);
      gint64 end_us = hs_certificate_get_not_after_us (present);
      is_due = is_due || now_us > begin_us + (end_us - begin_us) / 3 * 2;
    }
  if (renewed != NULL)
    *renewed = is_due;
  if (!is_due)
    return TRUE;
  if (!create_server (config, now_us, error))
    return FALSE;
  if (g_file_set_contents (path, joined, -1, error))
    return TRUE;
  hs_error_convert_gio (error);
  return FALSE;
}

/* ── loading ─────────────────────────────────────────────────────────────────────────────── */

HsSiteSecrets *
hs_site_secrets_load (const HsSiteConfig *config, GError **error)
{
  g_autoptr (HsSiteSecrets) secrets = g_new0 (HsSiteSecrets, 1);
  g_autofree char *path = NULL;

  if ((secrets->command_seed = load_secret (config, "command.key", error)) == NULL
      || (secrets->entitlement_seed = load_secret (config, "entitlement.key", error)) == NULL
      || (secrets->wrap_key = load_secret (config, "wrap.key", error)) == NULL
      || (secrets->pin_key
          = hs_hkdf_sha256_label (secrets->wrap_key, "homespool site pin v1", 32, error))
             == NULL
      || (secrets->card_key
          = hs_hkdf_sha256_label (secrets->wrap_key, "homespool site card v1", 32, error))
             == NULL
      || (secrets->person_key
          = hs_hkdf_sha256_label (secrets->wrap_key, "homespool site erased person v1", 32, error))
             == NULL
      || (secrets->site_authority = load_certificate (config, "site-ca.pem", error)) == NULL
      || (secrets->device_authority = load_certificate (config, "device-ca.pem", error)) == NULL
      || (secrets->device_authority_key = load_key (config, "device-ca.key", error)) == NULL)
    return NULL;
  if (!hs_ed25519_get_public (secrets->command_seed, secrets->command_public.bytes, error)
      || !hs_ed25519_get_public (secrets->entitlement_seed, secrets->entitlement_public.bytes,
                                 error))
    return NULL;
  path = hs_site_config_dup_key_path (config->folder, "destroyed.log");
  secrets->destroyed = hs_destroyed_log_load (path, error);
  return secrets->destroyed != NULL ? g_steal_pointer (&secrets) : NULL;
}

void
hs_site_secrets_free (HsSiteSecrets *secrets)
{
  if (secrets == NULL)
    return;
  hs_secret_bytes_free (secrets->command_seed);
  hs_secret_bytes_free (secrets->entitlement_seed);
  hs_secret_bytes_free (secrets->wrap_key);
  hs_secret_bytes_free (secrets->pin_key);
  hs_secret_bytes_free (secrets->card_key);
  hs_secret_bytes_free (secrets->person_key);
  hs_certificate_free (secrets->site_authority);
  hs_certificate_free (secrets->device_authority);
  hs_certificate_key_free (secrets->device_authority_key);
  hs_destroyed_log_free (secrets->destroyed);
  g_free (secrets);
}

const HsSecretBytes *
hs_site_secrets_get_command_seed (const HsSiteSecrets *secrets)
{
  return secrets->command_seed;
}

const HsSecretBytes *
hs_site_secrets_get_entitlement_seed (const HsSiteSecrets *secrets)
{
  return secrets->entitlement_seed;
}

const HsSecretBytes *
hs_site_secrets_get_pin_key (const HsSiteSecrets *secrets)
{
  return secrets->pin_key;
}

const HsSecretBytes *
hs_site_secrets_get_card_key (const HsSiteSecrets *secrets)
{
  return secrets->card_key;
}

const HsSecretBytes *
hs_site_secrets_get_person_key (const HsSiteSecrets *secrets)
{
  return secrets->person_key;
}

const HsPublicKey *
hs_site_secrets_get_command_public (const HsSiteSecrets *secrets)
{
  return &secrets->command_public;
}

const HsPublicKey *
hs_site_secrets_get_entitlement_public (const HsSiteSecrets *secrets)
{
  return &secrets->entitlement_public;
}

const HsCertificate *
hs_site_secrets_get_device_authority (const HsSiteSecrets *secrets)
{
  return secrets->device_authority;
}

const HsCertificateKey *
hs_site_secrets_get_device_authority_key (const HsSiteSecrets *secrets)
{
  return secrets->device_authority_key;
}

char *
hs_site_secrets_dup_site_authority_pem (const HsSiteSecrets *secrets)
{
  return hs_certificate_dup_pem (secrets->site_authority);
}

/* ── wrapping ────────────────────────────────────────────────────────────────────────────── */

static char *
dup_key_name (const HsId *device, guint64 epoch)
{
  char uuid[HS_ID_TEXT_BYTES];

  return g_strdup_printf ("%s %" G_GUINT64_FORMAT, hs_id_format (device, uuid), epoch);
}

/* Sealed form: 12 random bytes, then the sealed secret; the name is authenticated. */
GBytes *
hs_site_secrets_seal (const HsSiteSecrets *secrets,
                      const char *name,
                      const HsSecretBytes *secret,
                      GError **error)
{
  gsize length = hs_secret_bytes_get_length (secret);
  guint8 sealed[HS_AEAD_NONCE_BYTES + SEALED_MAX_BYTES + HS_AEAD_TAG_BYTES];
  g_autoptr (HsAead) aead = hs_aead_new (secrets->wrap_key, error);

  g_return_val_if_fail (length <= SEALED_MAX_BYTES, NULL);
  if (aead == NULL || !hs_random_bytes (sealed, HS_AEAD_NONCE_BYTES, error)
      || !hs_aead_seal (aead, sealed, name, strlen (name), hs_secret_bytes_peek (secret), length,
                        sealed + HS_AEAD_NONCE_BYTES, error))
    return NULL;
  return g_bytes_new (sealed, HS_AEAD_NONCE_BYTES + length + HS_AEAD_TAG_BYTES);
}

HsSecretBytes *
hs_site_secrets_open (const HsSiteSecrets *secrets,
                      const char *name,
                      GBytes *sealed,
                      GError **error)
{
  gsize length = 0;
  const guint8 *bytes = g_bytes_get_data (sealed, &length);
  g_autoptr (HsAead) aead = hs_aead_new (secrets->wrap_key, error);

  if (aead == NULL)
    return NULL;
  if (length <= HS_AEAD_NONCE_BYTES + HS_AEAD_TAG_BYTES
      || length > HS_AEAD_NONCE_BYTES + SEALED_MAX_BYTES + HS_AEAD_TAG_BYTES)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_CORRUPT, "a stored key has a wrong length");
      return NULL;
    }
  g_autoptr (HsSecretBytes) secret
      = hs_secret_bytes_new (length - HS_AEAD_NONCE_BYTES - HS_AEAD_TAG_BYTES);
  if (!hs_aead_open (aead, bytes, name, strlen (name), bytes + HS_AEAD_NONCE_BYTES,
                     length - HS_AEAD_NONCE_BYTES, hs_secret_bytes_get (secret), error))
    {
      g_prefix_error (error, "a stored key cannot be opened with keys/wrap.key: ");
      return NULL;
    }
  return g_steal_pointer (&secret);
}

GBytes *
hs_site_secrets_wrap (const HsSiteSecrets *secrets,
                      const HsId *device,
                      guint64 epoch,
                      const HsSecretBytes *s_private,
                      GError **error)
{
  g_autofree char *name = dup_key_name (device, epoch);

  return hs_site_secrets_seal (secrets, name, s_private, error);
}

HsSecretBytes *
hs_site_secrets_unwrap (const HsSiteSecrets *secrets,
                        const HsId *device,
                        guint64 epoch,
                        GBytes *wrapped,
                        GError **error)
{
  g_autofree char *name = dup_key_name (device, epoch);

  return hs_site_secrets_open (secrets, name, wrapped, error);
}

/* ── destroyed keys ──────────────────────────────────────────────────────────────────────── */

gboolean
hs_site_secrets_log_name (const HsSiteSecrets *secrets, const char *name, GError **error)
{
  return hs_destroyed_log_add (secrets->destroyed, name, g_get_real_time (), error);
}

gboolean
hs_site_secrets_has_name (const HsSiteSecrets *secrets, const char *name)
{
  return hs_destroyed_log_has (secrets->destroyed, name);
}

HsDestroyedLog *
hs_site_secrets_get_destroyed_log (const HsSiteSecrets *secrets)
{
  return secrets->destroyed;
}

gboolean
hs_site_secrets_log_destroyed (const HsSiteSecrets *secrets,
                               const HsId *device,
                               guint64 epoch,
                               GError **error)
{
  g_autofree char *name = dup_key_name (device, epoch);

  return hs_site_secrets_log_name (secrets, name, error);
}

gboolean
hs_site_secrets_is_destroyed (const HsSiteSecrets *secrets, const HsId *device, guint64 epoch)
{
  g_autofree char *name = dup_key_name (device, epoch);

  return hs_site_secrets_has_name (secrets, name);
}
