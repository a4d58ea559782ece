/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What a site asks the organisation root to sign. */

#include "core/wire/site_request.h"

#include "base/error.h"
#include "core/wire/json_strict.h"
#include "core/wire/site_keys.h"

#include <string.h>

static const char label[] = "homespool.site-request/1";

static gboolean
read_members (const json_t *object, HsSiteRequest *request, GError **error)
{
  static const char *const members[]
      = { "request", "site_urls", "device_urls", "site_ca", "keys", NULL };
  static const char *const labels[] = { label, NULL };
  int index;

  return hs_json_get_keyword (object, "request", labels, &index, error)
         && hs_json_check_members ("site request", object, members, error)
         && hs_site_keys_get_urls (object, "site_urls", &request->site_urls, error)
         && hs_site_keys_get_urls (object, "device_urls", &request->device_urls, error)
         && hs_site_keys_get_certificates (object, "site_ca", 1, &request->site_ca, error)
         && hs_site_keys_get_purposes (object, &request->command_keys, &request->n_command_keys,
                                       &request->entitlement_keys, &request->n_entitlement_keys,
                                       error)
         && hs_site_keys_check_distinct (request->command_keys, request->n_command_keys,
                                         request->entitlement_keys, request->n_entitlement_keys,
                                         error);
}

HsSiteRequest *
hs_site_request_decode (const char *bytes, gsize length, GError **error)
{
  g_autoptr (HsSiteRequest) request = hs_site_request_new ();
  g_autoptr (json_t) object
      = hs_json_parse ("site request", bytes, length, HS_SITE_REQUEST_MAX_BYTES, error);

  if (object == NULL)
    return NULL;
  if (!read_members (object, request, error))
    {
      g_prefix_error (error, "this is not a request of a site: ");
      return NULL;
    }
  return g_steal_pointer (&request);
}

static char *
encode (const HsSiteRequest *request)
{
  g_autoptr (json_t) object = json_object ();

  hs_json_set_lines (object, "request", label);
  hs_json_set_text_list (object, "site_urls", (const char *const *)request->site_urls);
  hs_json_set_text_list (object, "device_urls", (const char *const *)request->device_urls);
  hs_json_set_text_list (object, "site_ca", (const char *const *)request->site_ca);
  hs_site_keys_set_purposes (object, request->command_keys, request->n_command_keys,
                             request->entitlement_keys, request->n_entitlement_keys);
  return hs_json_encode (object);
}

char *
hs_site_request_encode (const HsSiteRequest *request, GError **error)
{
  g_autofree char *text = encode (request);
  g_autoptr (HsSiteRequest) again = hs_site_request_decode (text, strlen (text), error);

  return again != NULL ? g_steal_pointer (&text) : NULL;
}

char *
hs_site_request_dup_fingerprint (const HsSiteRequest *request)
{
  g_autofree char *text = encode (request);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);

  return g_strconcat ("sha256:", digest, NULL);
}

HsSiteRequest *
hs_site_request_new (void)
{
  return g_new0 (HsSiteRequest, 1);
}

void
hs_site_request_free (HsSiteRequest *request)
{
  if (request == NULL)
    return;
  g_strfreev (request->site_urls);
  g_strfreev (request->device_urls);
  g_strfreev (request->site_ca);
  g_free (request->command_keys);
  g_free (request->entitlement_keys);
  g_free (request);
}
