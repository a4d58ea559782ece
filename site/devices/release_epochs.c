/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Release keys of each workstation. */

#include "site/devices/release_epochs.h"

#include "base/error.h"
#include "crypto/jws.h"
#include "crypto/release_share.h"
#include "crypto/x25519.h"

#include <string.h>

guint64
hs_release_epoch_at (gint64 now_us)
{
  return (guint64)(now_us / HS_RELEASE_EPOCH_US) + 1;
}

static HsStoreReleaseKey *
make_key (HsSite *site, const HsId *device, guint64 epoch, GError **error)
{
  g_autoptr (HsStoreReleaseKey) key = g_new0 (HsStoreReleaseKey, 1);
  g_autoptr (HsSecretBytes) s_private = NULL;

  if (hs_site_secrets_is_destroyed (site->secrets, device, epoch))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_EXPIRED, "this week's release key was destroyed");
      return NULL;
    }
  s_private = hs_x25519_generate (key->public_key, error);
  if (s_private == NULL)
    return NULL;
  key->device = *device;
  key->epoch = epoch;
  key->not_before_us = (gint64)(epoch - 1) * HS_RELEASE_EPOCH_US;
  key->not_after_us = (gint64)epoch * HS_RELEASE_EPOCH_US;
  key->wrapped = hs_site_secrets_wrap (site->secrets, device, epoch, s_private, error);
  if (key->wrapped == NULL || !hs_store_add_release_key (site->store, key, error))
    return NULL;
  return g_steal_pointer (&key);
}

static HsStoreReleaseKey *
get_or_make_key (HsSite *site, const HsId *device, guint64 epoch, GError **error)
{
  g_autoptr (GError) reason = NULL;
  HsStoreReleaseKey *key = hs_store_get_release_key (site->store, device, epoch, &reason);

  if (key != NULL)
    return key;
  if (g_error_matches (reason, HS_ERROR, HS_ERROR_NOT_FOUND))
    return make_key (site, device, epoch, error);
  g_propagate_error (error, g_steal_pointer (&reason));
  return NULL;
}

char *
hs_release_epochs_sign_keys (HsSite *site, const HsId *device, gint64 now_us, GError **error)
{
  HsReleaseKeys keys = { .device = *device, .issued_us = now_us };
  guint64 present = hs_release_epoch_at (now_us);

  for (guint64 epoch = present; epoch <= present + 1; epoch++)
    {
      g_autoptr (HsStoreReleaseKey) key = get_or_make_key (site, device, epoch, error);
      if (key == NULL)
        return NULL;
      HsReleaseKey *out = &keys.keys[keys.n_keys++];
      out->epoch = epoch;
      memcpy (out->public_bytes, key->public_key, HS_RELEASE_KEY_BYTES);
      /* Weeks overlap by nothing; issued_us may lie inside the first. */
      out->not_before_us = key->not_before_us;
      out->not_after_us = key->not_after_us;
    }
  g_autoptr (GBytes) payload = hs_release_keys_encode (&keys, error);
  if (payload == NULL)
    return NULL;
  gsize length = 0;
  const guint8 *bytes = g_bytes_get_data (payload, &length);
  return hs_jws_sign (HS_JWS_TYP_RELEASE_KEYS, hs_site_secrets_get_command_seed (site->secrets),
                      bytes, length, error);
}

HsSecretBytes *
hs_release_epochs_compute_share (HsSite *site, const HsStoreJob *job, GError **error)
{
  static const guint8 no_e[HS_JOB_E_BYTES];
  HsReleaseContext context = { .device = job->device, .job = job->announce.job };

  /* What was claimed later had been sealed to no owner. */
  if (job->claimed_us == 0)
    context.owner = job->announce.owner;
  if (memcmp (job->announce.e, no_e, sizeof no_e) == 0)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_NOT_FOUND,
                   "this document was not sealed to the site; its owner can release it at the "
                   "workstation");
      return NULL;
    }
  g_autoptr (HsStoreReleaseKey) key
      = hs_store_get_release_key (site->store, &job->device, job->announce.epoch, error);
  if (key == NULL)
    return NULL;
  if (key->wrapped == NULL)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_EXPIRED,
                   "the site's key for this document was destroyed; its owner can release it at "
                   "the workstation");
      return NULL;
    }
  g_autoptr (HsSecretBytes) s_private = hs_site_secrets_unwrap (
      site->secrets, &job->device, job->announce.epoch, key->wrapped, error);
  if (s_private == NULL)
    return NULL;
  memcpy (context.e_public, job->announce.e, sizeof context.e_public);
  memcpy (context.s_public, key->public_key, sizeof context.s_public);
  return hs_release_share_compute_site (s_private, &context, error);
}

/* ── the end of a key ────────────────────────────────────────────────────────────────────── */

static gboolean
destroy (HsSite *site, const HsStoreReleaseKey *key, gint64 now_us, GError **error)
{
  /* The log comes first: a cut between the two leaves a key that start-up destroys again. The
   * store's transaction is open, which also keeps a second process out of the log. */
  if (!hs_site_secrets_is_destroyed (site->secrets, &key->device, key->epoch)
      && !hs_site_secrets_log_destroyed (site->secrets, &key->device, key->epoch, error))
    return FALSE;
  return hs_store_destroy_release_key (site->store, &key->device, key->epoch, now_us, error);
}

/* The longest life that a job of this organisation can have; the largest there is without a
 * bundle. */
static gint64
longest_life_us (HsSite *site)
{
  const HsBundle *bundle = hs_site_get_bundle (site, NULL);
  guint32 seconds = bundle != NULL ? bundle->policy.retention_s : HS_BUNDLE_MAX_RETENTION_S;

  return (gint64)seconds * G_TIME_SPAN_SECOND + G_TIME_SPAN_DAY;
}

static gboolean
is_needed (
    HsSite *site, const HsStoreReleaseKey *key, gint64 now_us, gboolean *needed, GError **error)
{
  guint waiting = 0;
  gint64 last_us = 0;

  *needed = TRUE;
  if (now_us < key->not_after_us)
    return TRUE;
  if (!hs_store_count_epoch_jobs (site->store, &key->device, key->epoch, now_us, &waiting, error)
      || !hs_store_get_last_record_us (site->store, &key->device, &last_us, error))
    return FALSE;
  gboolean all_announced
      = last_us >= key->not_after_us || now_us > key->not_after_us + longest_life_us (site);
  *needed = waiting > 0 || !all_announced;
  return TRUE;
}

gboolean
hs_release_epochs_tidy (
    HsSite *site, const HsId *device, gint64 now_us, guint *destroyed, GError **error)
{
  g_autoptr (GPtrArray) keys = hs_store_list_release_keys (site->store, device, error);

  *destroyed = 0;
  if (keys == NULL)
    return FALSE;
  for (guint i = 0; i < keys->len; i++)
    {
      const HsStoreReleaseKey *key = g_ptr_array_index (keys, i);
      gboolean needed = TRUE;
      if (!is_needed (site, key, now_us, &needed, error)
          || (!needed && !destroy (site, key, now_us, error)))
        return FALSE;
      if (!needed)
        (*destroyed)++;
    }
  return TRUE;
}

gboolean
hs_release_epochs_destroy_all (
    HsSite *site, const HsId *device, gint64 now_us, guint *destroyed, GError **error)
{
  g_autoptr (GPtrArray) keys = hs_store_list_release_keys (site->store, device, error);

  *destroyed = 0;
  if (keys == NULL)
    return FALSE;
  for (guint i = 0; i < keys->len; i++, (*destroyed)++)
    if (!destroy (site, g_ptr_array_index (keys, i), now_us, error))
      return FALSE;
  return TRUE;
}

gboolean
hs_release_epochs_apply_log (HsSite *site, gint64 now_us, guint *destroyed, GError **error)
{
  g_autoptr (GPtrArray) keys = hs_store_list_release_keys (site->store, NULL, error);

  *destroyed = 0;
  if (keys == NULL)
    return FALSE;
  for (guint i = 0; i < keys->len; i++)
    {
      const HsStoreReleaseKey *key = g_ptr_array_index (keys, i);
      if (now_us <= key->not_after_us + HS_RELEASE_KEY_LIFE_US
          && !hs_site_secrets_is_destroyed (site->secrets, &key->device, key->epoch))
        continue;
      if (!hs_store_destroy_release_key (site->store, &key->device, key->epoch, now_us, error))
        return FALSE;
      (*destroyed)++;
    }
  return TRUE;
}
