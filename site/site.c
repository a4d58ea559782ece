/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A site that is open. */

#define HS_LOG_AREA "site"

#include "site/site.h"

#include "base/error.h"
#include "base/log.h"
#include "core/identity.h"
#include "trust/signed.h"

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
