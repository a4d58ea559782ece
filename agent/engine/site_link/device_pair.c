/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A private key is durable in its own file before it is spoken of. */

#include "engine/site_link/device_pair.h"

#include "base/error.h"
#include "base/worker.h"
#include "crypto/certificate.h"
#include "crypto/certificate_key.h"
#include "crypto/random.h"

#include <string.h>

#define KEY_FILE_PREFIX "device-"
#define KEY_FILE_SUFFIX ".key"

/* ── keys ────────────────────────────────────────────────────────────────────────────────── */

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

gboolean
hs_device_key_is_file_name (const char *name)
{
  return g_str_has_prefix (name, KEY_FILE_PREFIX) && g_str_has_suffix (name, KEY_FILE_SUFFIX)
         && strchr (name, G_DIR_SEPARATOR) == NULL;
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
hs_device_key_make_async (const char *folder, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  HsDeviceKey *made = g_new0 (HsDeviceKey, 1);
  guint8 number[8] = { 0 };
  g_autoptr (GError) error = NULL;
  GString *name = g_string_new (KEY_FILE_PREFIX);

  g_task_set_task_data (task, made, (GDestroyNotify)hs_device_key_free);
  made->folder = g_strdup (folder);
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

HsDeviceKey *
hs_device_key_make_finish (GAsyncResult *result, GError **error)
{
  const HsDeviceKey *made = g_task_get_task_data (G_TASK (result));
  HsDeviceKey *key;

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  key = g_new0 (HsDeviceKey, 1);
  key->folder = g_strdup (made->folder);
  key->name = g_strdup (made->name);
  key->pem = hs_secret_bytes_copy (made->pem);
  key->csr = g_strdup (made->csr);
  return key;
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

HsDevicePair *
hs_device_pair_load (const char *folder,
                     const char *name,
                     const char *certificate,
                     const HsId *device,
                     GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (HsCertificateKey) key = NULL;
  g_autoptr (HsDeviceKey) found = g_new0 (HsDeviceKey, 1);

  if (!hs_device_key_is_file_name (name))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_CORRUPT, "the device's key file has a strange name");
      return NULL;
    }
  key = hs_certificate_key_load (path, error);
  if (key == NULL)
    return NULL;
  found->name = g_strdup (name);
  found->pem = hs_certificate_key_dup_pem (key);
  return hs_device_pair_new (found, certificate, device, error);
}
