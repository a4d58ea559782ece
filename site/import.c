/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A bundle or a printer list, in the place of the one before. */

#include "site/import.h"

#include "base/error.h"
#include "base/safe_text.h"
#include "core/wire/printer_list.h"
#include "crypto/random.h"
#include "trust/signed.h"

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
