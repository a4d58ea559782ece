/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The device's key and certificate: made, checked, kept. A private key is durable in its own file
 * before it is spoken of; certificate and the key file's name change in one transaction, so a cut
 * leaves either the old pair or the new one, and at most a key file that nobody names. */

#define HS_LOG_AREA "site"

#include "engine/site_link/site_link_private.h"

#include "base/error.h"
#include "base/log.h"
#include "base/worker.h"
#include "crypto/certificate_key.h"
#include "crypto/random.h"

#include <string.h>

#define KEY_FILE_PREFIX "device-"
#define KEY_FILE_SUFFIX ".key"

/* ── key files ───────────────────────────────────────────────────────────────────────────── */

void
hs_device_key_free (HsDeviceKey *key)
{
  if (key == NULL)
    return;
  g_free (key->folder);
  g_free (key->name);
  hs_secret_bytes_free (key->pem);
  g_free (key->csr);
  g_free (key);
}

static void
make_key (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  HsDeviceKey *made = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (made->folder, made->name, NULL);
  g_autoptr (HsCertificateKey) key = hs_certificate_key_new (&error);

  if (key == NULL || !hs_certificate_key_store (key, path, &error)
      || (made->csr = hs_certificate_key_make_request (key, &error)) == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  made->pem = hs_certificate_key_dup_pem (key);
  g_task_return_boolean (task, TRUE);
}

void
hs_device_key_make_async (HsSiteLink *link, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  HsDeviceKey *made = g_new0 (HsDeviceKey, 1);
  guint8 number[8] = { 0 };
  g_autoptr (GError) error = NULL;
  GString *name = g_string_new (KEY_FILE_PREFIX);

  g_task_set_task_data (task, made, (GDestroyNotify)hs_device_key_free);
  made->folder = g_strdup (link->parts.state_folder);
  if (!hs_random_bytes (number, sizeof number, &error))
    {
      g_string_free (name, TRUE);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  for (gsize i = 0; i < sizeof number; i++)
    g_string_append_printf (name, "%02x", number[i]);
  g_string_append (name, KEY_FILE_SUFFIX);
  made->name = g_string_free (name, FALSE);
  hs_worker_run (task, make_key);
}

static gboolean
is_key_file (const char *name)
{
  return g_str_has_prefix (name, KEY_FILE_PREFIX) && g_str_has_suffix (name, KEY_FILE_SUFFIX);
}

static gboolean
is_named (const HsDevicePair *pair, const char *name)
{
  return pair != NULL && g_str_equal (pair->key_file, name);
}

/* Removes every key file that no pair names: left over from an enrolment or renewal that was cut, or
 * replaced. */
void
hs_site_link_remove_other_keys (HsSiteLink *link)
{
  g_autoptr (GDir) folder = g_dir_open (link->parts.state_folder, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (link->parts.state_folder, name, NULL);
      g_autoptr (GFile) file = g_file_new_for_path (path);

      if (is_key_file (name) && !is_named (link->pair, name) && !is_named (link->other, name))
        g_file_delete (file, NULL, NULL);
    }
}

/* ── pairs ───────────────────────────────────────────────────────────────────────────────── */

void
hs_device_pair_free (HsDevicePair *pair)
{
  if (pair == NULL)
    return;
  g_free (pair->certificate);
  g_free (pair->key_file);
  hs_secret_bytes_free (pair->key);
  g_free (pair);
}

HsDevicePair *
hs_device_pair_new (const HsDeviceKey *key,
                    const char *certificate_pem,
                    const HsId *device,
                    GError **error)
{
  g_autoptr (HsCertificate) certificate = hs_certificate_parse_pem (certificate_pem, error);
  g_autoptr (HsCertificateKey) parsed
      = certificate != NULL ? hs_certificate_key_parse (key->pem, error) : NULL;
  HsDevicePair *pair;
  HsId named;

  if (parsed == NULL)
    return NULL;
  if (!hs_certificate_has_key (certificate, parsed)
      || !hs_certificate_serves (certificate, HS_CERTIFICATE_FOR_CLIENTS)
      || !hs_certificate_get_device (certificate, &named) || !hs_id_equal (&named, device))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_CORRUPT,
                   "the site gave a certificate that is not for this workstation and its key");
      return NULL;
    }
  pair = g_new0 (HsDevicePair, 1);
  pair->certificate = g_strdup (certificate_pem);
  pair->key_file = g_strdup (key->name);
  pair->key = hs_secret_bytes_copy (key->pem);
  pair->from_us = hs_certificate_get_not_before_us (certificate);
  pair->until_us = hs_certificate_get_not_after_us (certificate);
  return pair;
}

gboolean
hs_site_link_is_certificate_over (HsSiteLink *link)
{
  return link->pair != NULL && hs_site_link_now_us (link) > link->pair->until_us;
}

void
hs_site_link_adopt_pair (HsSiteLink *link, HsDevicePair *pair)
{
  hs_device_pair_free (link->pair);
  link->pair = pair;
  g_clear_pointer (&link->other, hs_device_pair_free);
  hs_site_link_plan_renewal (link, FALSE);
  hs_site_link_remove_other_keys (link);
}

/* NULL with @error: it is missing or cannot be used. */
static HsDevicePair *
load_pair (HsSiteLink *link,
           GHashTable *settings,
           const char *certificate_setting,
           const char *key_file_setting,
           GError **error)
{
  GBytes *certificate = g_hash_table_lookup (settings, certificate_setting);
  GBytes *key_file = g_hash_table_lookup (settings, key_file_setting);
  g_autoptr (HsCertificateKey) key = NULL;
  g_autofree char *text = NULL;
  g_autofree char *path = NULL;
  HsDeviceKey *found;
  HsDevicePair *pair;

  if (certificate == NULL || key_file == NULL)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_CORRUPT, "the device's certificate is missing");
      return NULL;
    }
  found = g_new0 (HsDeviceKey, 1);
  found->name = g_strndup (g_bytes_get_data (key_file, NULL), g_bytes_get_size (key_file));
  text = g_strndup (g_bytes_get_data (certificate, NULL), g_bytes_get_size (certificate));
  path = g_build_filename (link->parts.state_folder, found->name, NULL);
  if (!is_key_file (found->name) || strchr (found->name, G_DIR_SEPARATOR) != NULL)
    g_set_error (error, HS_ERROR, HS_ERROR_CORRUPT, "the device's key file has a strange name");
  else
    key = hs_certificate_key_load (path, error);
  if (key != NULL)
    found->pem = hs_certificate_key_dup_pem (key);
  pair = key != NULL ? hs_device_pair_new (found, text, &link->device, error) : NULL;
  hs_device_key_free (found);
  return pair;
}

gboolean
hs_site_link_load_identity (HsSiteLink *link, GHashTable *settings, GError **error)
{
  g_autoptr (GError) reason = NULL;

  link->pair = load_pair (link, settings, HS_SETTING_CERTIFICATE, HS_SETTING_KEY_FILE, &reason);
  link->other
      = load_pair (link, settings, HS_SETTING_CERTIFICATE_BEFORE, HS_SETTING_KEY_FILE_BEFORE, NULL);
  if (link->pair == NULL && link->other != NULL)
    {
      hs_log_warning ("the new certificate cannot be used (%s); the one before it is tried",
                      reason->message);
      link->pair = g_steal_pointer (&link->other);
    }
  if (link->pair == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }
  hs_site_link_plan_renewal (link, FALSE);
  hs_site_link_remove_other_keys (link);
  return TRUE;
}

void
hs_site_link_probe (HsSiteLink *link, const char *point)
{
  if (link->parts.probe != NULL)
    link->parts.probe (point, link->parts.data);
}
