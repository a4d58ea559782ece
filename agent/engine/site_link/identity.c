/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The key and certificate that this device speaks with. Certificate and the key file's name change in
 * one transaction, so a cut leaves either the old pair or the new one, and at most a key file that
 * nobody names. */

#define HS_LOG_AREA "site"

#include "engine/site_link/identity.h"

#include "base/error.h"
#include "base/log.h"
#include "platform/boot_clock.h"

/* At two thirds of its life, a little earlier for some than for others. A new one is at least half a
 * life away from the next, or a clock that is months ahead would ask for one after the other. */
void
hs_site_link_plan_renewal (HsSiteLink *link, gboolean is_renewed)
{
  gint64 life_us = link->pair->until_us - link->pair->from_us;
  gint64 due_us
      = link->pair->from_us + (gint64)(g_random_double_range (0.60, 0.6667) * (double)life_us);

  link->renew_at_us
      = hs_boot_clock_now_us () + MAX (due_us - g_get_real_time (), is_renewed ? life_us / 2 : 0);
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

      if (hs_device_key_is_file_name (name) && !is_named (link->pair, name)
          && !is_named (link->other, name))
        g_file_delete (file, NULL, NULL);
    }
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
  g_autofree char *certificate = hs_site_link_dup_text (settings, certificate_setting);
  g_autofree char *key_file = hs_site_link_dup_text (settings, key_file_setting);

  if (certificate != NULL && key_file != NULL)
    return hs_device_pair_load (link->parts.state_folder, key_file, certificate, &link->device,
                                error);
  g_set_error (error, HS_ERROR, HS_ERROR_CORRUPT, "the device's certificate is missing");
  return NULL;
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
