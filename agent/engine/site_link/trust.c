/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What is trusted: kept in the ledger, adopted only when durable. */

#define HS_LOG_AREA "site"

#include "engine/site_link/trust.h"

#include "base/error.h"
#include "base/log.h"
#include "engine/engine_parts.h"
#include "engine/site_link/reach.h"
#include "trust/signed.h"

#include <string.h>

/* ── kept ────────────────────────────────────────────────────────────────────────────────── */

static gboolean
load_bundle (HsSiteLink *link, GHashTable *settings, GError **error)
{
  g_autofree char *jws = NULL, *next_jws = NULL;

  link->bundle_text = hs_site_link_dup_text (settings, HS_SETTING_BUNDLE);
  if (link->bundle_text == NULL)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_CORRUPT, "the trust bundle is missing");
      return FALSE;
    }
  if (!hs_bundle_file_split (link->bundle_text, strlen (link->bundle_text), &jws, &next_jws, error))
    return FALSE;
  link->bundle = hs_signed_bundle_open_stored (jws, next_jws, error);
  if (link->bundle == NULL)
    return FALSE;
  link->organisation = link->bundle->organisation;
  return TRUE;
}

static gboolean
load_device (HsSiteLink *link, GHashTable *settings, GError **error)
{
  g_autofree char *text = hs_site_link_dup_text (settings, HS_SETTING_DEVICE);

  if (text != NULL && hs_id_parse (text, &link->device))
    return TRUE;
  g_set_error (error, HS_ERROR, HS_ERROR_CORRUPT, "the device's uuid is missing");
  return FALSE;
}

void
hs_site_link_load_organisation (HsSiteLink *link, GHashTable *settings)
{
  if (load_bundle (link, settings, NULL))
    hs_site_link_forget (link);
}

gboolean
hs_site_link_load_trust (HsSiteLink *link, GHashTable *settings, GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (!load_device (link, settings, error) || !load_bundle (link, settings, error))
    return FALSE;
  /* Without these two the workstation still belongs to the site, and can fetch them again. */
  link->printers_text = hs_site_link_dup_text (settings, HS_SETTING_PRINTERS);
  if (link->printers_text != NULL)
    link->printers = hs_signed_printers_open_stored (link->printers_text, link->bundle, &problem);
  if (problem != NULL)
    hs_log_warning ("the kept printer list cannot be used: %s", problem->message);
  g_clear_error (&problem);
  link->release_keys_text = hs_site_link_dup_text (settings, HS_SETTING_RELEASE_KEYS);
  if (link->release_keys_text != NULL)
    link->release_keys = hs_signed_release_keys_open (link->release_keys_text, link->bundle, NULL,
                                                      &link->device, &problem);
  if (problem != NULL)
    hs_log_warning ("the kept release keys cannot be used: %s", problem->message);
  return TRUE;
}

/* ── told ────────────────────────────────────────────────────────────────────────────────── */

void
hs_site_link_tell_engine (HsSiteLink *link)
{
  if (link->engine != NULL)
    hs_engine_set_trust (link->engine, &link->device, link->bundle, link->release_keys);
}

static void
tell (HsSiteLink *link, gboolean has_bundle, gboolean has_printers)
{
  link->told_bundle = has_bundle;
  link->told_printers = has_printers;
  if (link->is_running && link->parts.trust_changed != NULL)
    link->parts.trust_changed (link->parts.data, has_bundle ? link->bundle : NULL,
                               has_printers ? link->printers : NULL);
  hs_site_link_tell_status (link);
}

void
hs_site_link_tell_trust (HsSiteLink *link)
{
  gint64 now_us = g_get_real_time ();
  gboolean has_bundle = link->is_enrolled && !hs_bundle_is_expired (link->bundle, now_us);
  gboolean has_printers = has_bundle && link->printers != NULL
                          && !hs_printer_list_is_expired (link->printers, now_us);

  if (has_bundle == link->told_bundle && has_printers == link->told_printers)
    return;
  if (link->told_bundle && !has_bundle && link->is_enrolled)
    hs_log_warning (
        "the trust bundle has expired: nothing but a newer one is fetched. Sign one with "
        "homespool-trust.");
  tell (link, has_bundle, has_printers);
}

/* After a change of contents, not only of validity. */
void
hs_site_link_tell_trust_again (HsSiteLink *link)
{
  gint64 now_us = g_get_real_time ();
  gboolean has_bundle = !hs_bundle_is_expired (link->bundle, now_us);

  hs_site_link_tell_engine (link);
  tell (link, has_bundle,
        has_bundle && link->printers != NULL
            && !hs_printer_list_is_expired (link->printers, now_us));
}
