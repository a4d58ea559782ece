/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A site that is open. */

#define HS_LOG_AREA "site"

#include "site/site.h"

#include "base/error.h"
#include "base/log.h"
#include "base/safe_text.h"
#include "core/identity.h"
#include "core/wire/printer_list.h"
#include "crypto/random.h"
#include "site/devices/enrolment.h"
#include "site/devices/release_epochs.h"
#include "site/people/erasure.h"
#include "site/people/seats.h"
#include "site/people/sign_in.h"
#include "site/terminals/enrolment.h"
#include "trust/signed.h"

gboolean
hs_site_prune_destroyed_log (HsSite *site, gint64 now_us, GError **error)
{
  /* A week on top, for clocks that were set. */
  gint64 weeks_us = now_us - HS_RELEASE_KEY_LIFE_US - HS_RELEASE_EPOCH_US;

  return hs_destroyed_log_prune (hs_site_secrets_get_destroyed_log (site->secrets),
                                 (guint64)MAX (weeks_us / HS_RELEASE_EPOCH_US, 0),
                                 now_us - HS_SEATS_LIFE_US - HS_RELEASE_EPOCH_US, now_us, error);
}

static gboolean
apply_destroyed_log (HsSite *site, gint64 now_us, GError **error)
{
  guint destroyed = 0;
  guint ended = 0;
  guint erased = 0;
  guint revoked = 0;
  guint blocked = 0;

  if (!hs_store_begin (site->store, error))
    return FALSE;
  if (!hs_release_epochs_apply_log (site, now_us, &destroyed, error)
      || !hs_seats_apply_log (site, now_us, &ended, error)
      || !hs_terminals_apply_log (site, now_us, error)
      || !hs_erasure_apply_log (site, now_us, &erased, error)
      || !hs_enrolment_apply_log (site, now_us, &revoked, error)
      || !hs_sign_in_apply_log (site, now_us, &blocked, error)
      || !hs_site_prune_destroyed_log (site, now_us, error))
    {
      hs_store_roll_back (site->store);
      return FALSE;
    }
  if (revoked + blocked > 0)
    hs_log_warning (
        "this database was older than what was decided since: %u workstations are revoked "
        "and %u people blocked again",
        revoked, blocked);
  return hs_store_commit (site->store, error)
         && (erased == 0 || hs_store_rewrite (site->store, error))
         && (destroyed + ended + revoked == 0 || hs_store_scrub (site->store, error));
}

HsSite *
hs_site_open (const char *folder, gint64 now_us, GError **error)
{
  g_autoptr (HsSite) site = g_new0 (HsSite, 1);

  if ((site->config = hs_site_config_load (folder, error)) == NULL
      || (site->secrets = hs_site_secrets_load (site->config, error)) == NULL
      || (site->store = hs_store_open (folder, error)) == NULL
      || !apply_destroyed_log (site, now_us, error))
    return NULL;
  return g_steal_pointer (&site);
}

void
hs_site_free (HsSite *site)
{
  if (site == NULL)
    return;
  hs_store_free (site->store);
  hs_site_secrets_free (site->secrets);
  hs_site_config_free (site->config);
  hs_bundle_free (site->bundle);
  g_free (site);
}

char *
hs_site_dup_change_path (const char *folder)
{
  return g_build_filename (folder, "changed", NULL);
}

void
hs_site_tell_change (HsSite *site)
{
  g_autofree char *path = hs_site_dup_change_path (site->config->folder);
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT "\n", g_get_real_time ());
  g_autoptr (GError) error = NULL;

  if (!g_file_set_contents (path, text, -1, &error))
    hs_log_warning ("a running server hears of this change later: %s", error->message);
}

const HsBundle *
hs_site_get_bundle (HsSite *site, GError **error)
{
  g_autofree char *jws = NULL;
  g_autofree char *next_jws = NULL;
  guint64 version = 0;

  if (!hs_store_get_document (site->store, HS_STORE_BUNDLE, &jws, &version, error))
    return NULL;
  if (jws == NULL)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_TEMPORARY,
                   "this site has no trust bundle yet; let homespool-trust sign the site's request "
                   "and import it with homespool-site trust");
      return NULL;
    }
  if (site->bundle != NULL && site->bundle_version == version)
    return site->bundle;
  if (!hs_store_get_document (site->store, HS_STORE_BUNDLE_NEXT, &next_jws, NULL, error))
    return NULL;
  HsBundle *bundle = hs_signed_bundle_open_stored (jws, next_jws, error);
  if (bundle == NULL)
    return NULL;
  hs_bundle_free (site->bundle);
  site->bundle = bundle;
  site->bundle_version = version;
  return bundle;
}

gboolean
hs_site_derive_identity (HsSite *site, const char *user_name, HsId *identity, GError **error)
{
  const HsBundle *bundle = hs_site_get_bundle (site, error);

  if (bundle == NULL)
    return FALSE;
  if (hs_identity_derive (&bundle->organisation, user_name, identity))
    return TRUE;
  g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
               "a user name has 1 to %d bytes of UTF-8 text without control characters",
               HS_IDENTITY_NAME_MAX_BYTES);
  return FALSE;
}

/* ── import ──────────────────────────────────────────────────────────────────────────────── */

static gboolean
contains_key (const HsPublicKey *keys, gsize n_keys, const HsPublicKey *key)
{
  for (gsize i = 0; i < n_keys; i++)
    if (hs_public_key_equal (&keys[i], key))
      return TRUE;
  return FALSE;
}

/* A bundle that does not name this site would make every workstation turn away from it. */
static gboolean
check_names_us (HsSite *site, const HsBundle *bundle, GError **error)
{
  g_autofree char *authority = hs_site_secrets_dup_site_authority_pem (site->secrets);
  gboolean has_authority = FALSE;

  for (char **pem = bundle->site_ca; *pem != NULL; pem++)
    {
      g_autoptr (HsCertificate) certificate = hs_certificate_parse_pem (*pem, NULL);
      g_autofree char *text = certificate != NULL ? hs_certificate_dup_pem (certificate) : NULL;
      has_authority = has_authority || g_strcmp0 (text, authority) == 0;
    }
  if (has_authority
      && contains_key (bundle->command_keys, bundle->n_command_keys,
                       hs_site_secrets_get_command_public (site->secrets))
      && contains_key (bundle->entitlement_keys, bundle->n_entitlement_keys,
                       hs_site_secrets_get_entitlement_public (site->secrets)))
    return TRUE;
  g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
               "this bundle does not name this site's authority and keys; sign the file "
               "site-request.json of this data folder with homespool-trust");
  return FALSE;
}

static gboolean
import_bundle (HsSite *site,
               const char *jws,
               const char *next_jws,
               gint64 now_us,
               GString *summary,
               GError **error)
{
  g_autoptr (HsBundle) bundle = NULL;
  g_autofree char *present = NULL;
  guint64 version = 0;

  if (!hs_store_get_document (site->store, HS_STORE_BUNDLE, &present, &version, error))
    return FALSE;
  if (present == NULL)
    bundle = hs_signed_bundle_open_stored (jws, next_jws, error);
  else
    {
      const HsBundle *previous = hs_site_get_bundle (site, error);
      bundle = previous != NULL
                   ? hs_signed_bundle_open_successor (jws, next_jws, previous, now_us, error)
                   : NULL;
    }
  if (bundle == NULL || !check_names_us (site, bundle, error))
    return FALSE;
  char fingerprint[HS_PUBLIC_KEY_FINGERPRINT_BYTES];
  g_string_append_printf (summary,
                          "Imported bundle %" G_GUINT64_FORMAT " of %s.\n"
                          "Its root key is %s: compare this with what homespool-trust shows.\n",
                          bundle->version, bundle->organisation_name,
                          hs_public_key_format_fingerprint (&bundle->root, fingerprint));
  return hs_store_set_document (site->store, HS_STORE_BUNDLE, jws, bundle->version, error)
         && hs_store_set_document (site->store, HS_STORE_BUNDLE_NEXT, next_jws, bundle->version,
                                   error);
}

static gboolean
set_printers (HsSite *site, const HsPrinterList *list, GError **error)
{
  g_autoptr (GPtrArray) printers
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_store_printer_free);

  for (guint i = 0; i < list->printers->len; i++)
    {
      const HsPrinterEntry *entry = g_ptr_array_index (list->printers, i);
      HsStorePrinter *printer = g_new0 (HsStorePrinter, 1);
      printer->uuid = entry->uuid;
      /* Nobody could choose a printer whose name cannot be seen; a list that is signed stays as it is. */
      printer->name = g_strdup (hs_safe_text_is_blank (entry->name) ? entry->uris[0] : entry->name);
      printer->location = g_strdup (entry->location);
      g_ptr_array_add (printers, printer);
    }
  return hs_store_set_printers (site->store, printers, error);
}

static gboolean
import_printers (HsSite *site, const char *jws, gint64 now_us, GString *summary, GError **error)
{
  const HsBundle *bundle = hs_site_get_bundle (site, error);
  g_autoptr (HsPrinterList) previous = NULL;
  g_autoptr (HsPrinterList) list = NULL;
  g_autofree char *present = NULL;

  if (bundle == NULL
      || !hs_store_get_document (site->store, HS_STORE_PRINTERS, &present, NULL, error))
    return FALSE;
  if (present != NULL)
    /* A list whose key was replaced by a newer bundle cannot be compared any more. */
    previous = hs_signed_printers_open_stored (present, bundle, NULL);
  list = hs_signed_printers_open (jws, bundle, previous, now_us, error);
  if (list == NULL || !set_printers (site, list, error))
    return FALSE;
  g_string_append_printf (summary, "Imported printer list %" G_GUINT64_FORMAT ": %u printers.\n",
                          list->version, list->printers->len);
  return hs_store_set_document (site->store, HS_STORE_PRINTERS, jws, list->version, error);
}

static gboolean
tell_devices (HsSite *site, gint64 now_us, GError **error)
{
  g_autoptr (GPtrArray) devices = hs_store_list_devices (site->store, error);

  if (devices == NULL)
    return FALSE;
  for (guint i = 0; i < devices->len; i++)
    {
      const HsStoreDevice *device = g_ptr_array_index (devices, i);
      HsStoreCommand command
          = { .device = device->id, .kind = HS_COMMAND_KIND_BUNDLE, .asked_us = now_us };
      if (device->revoked_us != 0)
        continue;
      if (!hs_random_id (&command.id, error)
          || !hs_store_add_command (site->store, &command, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
hs_site_import (HsSite *site,
                const char *bundle_jws,
                const char *bundle_next_jws,
                const char *printers_jws,
                gint64 now_us,
                char **summary,
                GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (!hs_store_begin (site->store, error))
    return FALSE;
  if ((bundle_jws != NULL
       && !import_bundle (site, bundle_jws, bundle_next_jws, now_us, text, error))
      || (printers_jws != NULL && !import_printers (site, printers_jws, now_us, text, error))
      || !tell_devices (site, now_us, error))
    {
      hs_store_roll_back (site->store);
      return FALSE;
    }
  if (!hs_store_commit (site->store, error))
    return FALSE;
  hs_site_tell_change (site);
  *summary = g_string_free (g_steal_pointer (&text), FALSE);
  return TRUE;
}
