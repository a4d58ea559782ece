/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The device's key and certificate: made, checked, kept, renewed. A private key is durable in its own
 * file before it is spoken of; certificate and the key file's name change in one transaction, so a
 * cut leaves either the old pair or the new one, and at most a key file that nobody names. */

#define HS_LOG_AREA "site"

#include "engine/site_link/site_link_private.h"

#include "base/error.h"
#include "base/log.h"
#include "crypto/certificate_key.h"
#include "crypto/random.h"
#include "platform/boot_clock.h"

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
  g_task_run_in_thread (task, make_key);
}

static gboolean
is_key_file (const char *name)
{
  return g_str_has_prefix (name, KEY_FILE_PREFIX) && g_str_has_suffix (name, KEY_FILE_SUFFIX);
}

/* Removes every key file but the present one: left over from an enrolment or renewal that was cut,
 * or replaced. */
void
hs_site_link_remove_other_keys (HsSiteLink *link)
{
  g_autoptr (GDir) folder = g_dir_open (link->parts.state_folder, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (link->parts.state_folder, name, NULL);
      g_autoptr (GFile) file = g_file_new_for_path (path);

      if (is_key_file (name) && g_strcmp0 (name, link->key_file) != 0)
        g_file_delete (file, NULL, NULL);
    }
}

/* ── certificates ────────────────────────────────────────────────────────────────────────── */

/* The chain's first certificate has to be for @device and for the key that we hold. */
gboolean
hs_device_key_check_certificate (const char *pem,
                                 const HsSecretBytes *key_pem,
                                 const HsId *device,
                                 gint64 *from_us,
                                 gint64 *until_us,
                                 GError **error)
{
  g_autoptr (HsCertificate) certificate = hs_certificate_parse_pem (pem, error);
  g_autoptr (HsCertificateKey) key
      = certificate != NULL ? hs_certificate_key_parse (key_pem, error) : NULL;
  HsId named;

  if (key == NULL)
    return FALSE;
  if (!hs_certificate_has_key (certificate, key)
      || !hs_certificate_serves (certificate, HS_CERTIFICATE_FOR_CLIENTS)
      || !hs_certificate_get_device (certificate, &named) || !hs_id_equal (&named, device))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_CORRUPT,
                   "the site gave a certificate that is not for this workstation and its key");
      return FALSE;
    }
  *from_us = hs_certificate_get_not_before_us (certificate);
  *until_us = hs_certificate_get_not_after_us (certificate);
  return TRUE;
}

/* At two thirds of its life, a little earlier for some than for others. */
static void
plan_renewal (HsSiteLink *link)
{
  gint64 life_us = link->certificate_until_us - link->certificate_from_us;
  gint64 due_us = link->certificate_from_us
                  + (gint64)(g_random_double_range (0.60, 0.6667) * (double)life_us);

  link->renew_at_us = hs_boot_clock_now_us () + MAX (due_us - hs_site_link_now_us (link), 0);
}

void
hs_site_link_adopt_identity (
    HsSiteLink *link, HsDeviceKey *made, const char *certificate, gint64 from_us, gint64 until_us)
{
  g_free (link->certificate);
  link->certificate = g_strdup (certificate);
  g_free (link->key_file);
  link->key_file = g_strdup (made->name);
  hs_secret_bytes_free (link->key);
  link->key = hs_secret_bytes_copy (made->pem);
  link->certificate_from_us = from_us;
  link->certificate_until_us = until_us;
  plan_renewal (link);
  hs_site_link_remove_other_keys (link);
}

gboolean
hs_site_link_load_identity (HsSiteLink *link, GHashTable *settings, GError **error)
{
  GBytes *certificate = g_hash_table_lookup (settings, HS_SETTING_CERTIFICATE);
  GBytes *key_file = g_hash_table_lookup (settings, HS_SETTING_KEY_FILE);
  g_autoptr (HsCertificateKey) key = NULL;
  g_autofree char *path = NULL;

  if (certificate == NULL || key_file == NULL)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_CORRUPT, "the device's certificate is missing");
      return FALSE;
    }
  link->certificate
      = g_strndup (g_bytes_get_data (certificate, NULL), g_bytes_get_size (certificate));
  link->key_file = g_strndup (g_bytes_get_data (key_file, NULL), g_bytes_get_size (key_file));
  if (!is_key_file (link->key_file) || strchr (link->key_file, G_DIR_SEPARATOR) != NULL)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_CORRUPT, "the device's key file has a strange name");
      return FALSE;
    }
  path = g_build_filename (link->parts.state_folder, link->key_file, NULL);
  key = hs_certificate_key_load (path, error);
  if (key == NULL)
    return FALSE;
  link->key = hs_certificate_key_dup_pem (key);
  if (!hs_device_key_check_certificate (link->certificate, link->key, &link->device,
                                        &link->certificate_from_us, &link->certificate_until_us,
                                        error))
    return FALSE;
  plan_renewal (link);
  hs_site_link_remove_other_keys (link);
  return TRUE;
}

/* ── renewal ─────────────────────────────────────────────────────────────────────────────── */

typedef struct
{
  HsSiteLink *link;
  HsDeviceKey *key;
  char *certificate;
  gint64 from_us, until_us;
} Renewal;

static void
end_renewal (Renewal *renewal, const GError *error)
{
  HsSiteLink *link = renewal->link;

  link->is_renewing = FALSE;
  if (link->is_running && error != NULL)
    {
      g_autofree char *sentence
          = g_strdup_printf ("the device certificate could not be renewed: %s", error->message);
      hs_site_link_note_problem (link, sentence);
      link->renew_at_us
          = hs_boot_clock_now_us () + hs_site_link_backoff_us (++link->renew_failures);
    }
  hs_site_link_turn_soon (link);
  hs_device_key_free (renewal->key);
  g_free (renewal->certificate);
  hs_site_link_unref (link);
  g_free (renewal);
}

static void
on_renewal_kept (GObject *source, GAsyncResult *result, gpointer data)
{
  Renewal *renewal = data;
  HsSiteLink *link = renewal->link;
  g_autoptr (GError) error = NULL;

  if (link->is_running && link->is_enrolled
      && hs_ledger_commit_finish (link->ledger, result, &error))
    {
      hs_site_link_adopt_identity (link, renewal->key, renewal->certificate, renewal->from_us,
                                   renewal->until_us);
      link->renew_failures = 0;
      hs_site_link_renew_client (link);
      hs_site_link_break_poll (link);
      hs_log_info ("the device certificate was renewed");
    }
  end_renewal (renewal, error);
}

static void
on_renewed (GObject *source, GAsyncResult *result, gpointer data)
{
  Renewal *renewal = data;
  HsSiteLink *link = renewal->link;
  g_autoptr (GError) error = NULL;
  HsLedgerBatch *batch;

  renewal->certificate = hs_site_client_renew_finish (result, &error);
  if (!link->is_running || !link->is_enrolled || renewal->certificate == NULL
      || !hs_device_key_check_certificate (renewal->certificate, renewal->key->pem, &link->device,
                                           &renewal->from_us, &renewal->until_us, &error))
    {
      end_renewal (renewal, error);
      return;
    }
  batch = hs_ledger_batch_new ();
  hs_site_link_put_text (batch, HS_SETTING_CERTIFICATE, renewal->certificate);
  hs_site_link_put_text (batch, HS_SETTING_KEY_FILE, renewal->key->name);
  hs_ledger_commit_async (link->ledger, batch, on_renewal_kept, renewal);
}

static void
on_renewal_key (GObject *source, GAsyncResult *result, gpointer data)
{
  Renewal *renewal = data;
  HsSiteLink *link = renewal->link;
  g_autoptr (GError) error = NULL;
  HsDeviceKey *made = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), &error) || !link->is_running
      || !link->is_enrolled)
    {
      end_renewal (renewal, error);
      return;
    }
  renewal->key = g_new0 (HsDeviceKey, 1);
  renewal->key->name = g_strdup (made->name);
  renewal->key->pem = hs_secret_bytes_copy (made->pem);
  hs_site_client_renew_async (link->client, made->csr, link->cancellable, on_renewed, renewal);
}

void
hs_site_link_renew (HsSiteLink *link)
{
  Renewal *renewal = g_new0 (Renewal, 1);

  link->is_renewing = TRUE;
  renewal->link = hs_site_link_ref (link);
  hs_device_key_make_async (link, on_renewal_key, renewal);
}
