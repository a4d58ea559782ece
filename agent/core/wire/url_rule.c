/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* URLs in signed objects. GUri parses; what it tolerates and we do not is refused before or after. */

#include "core/wire/url_rule.h"

#include "base/error.h"

#include <string.h>

static gboolean
is_plain_ascii (const char *text)
{
  for (const char *place = text; *place != '\0'; place++)
    if (!g_ascii_isgraph (*place) || strchr ("\"<>\\^`{|}", *place) != NULL)
      return FALSE;
  return TRUE;
}

static GUri *
parse (const char *text)
{
  g_autoptr (GUri) uri = NULL;

  if (text == NULL || strlen (text) > HS_URL_MAX_BYTES || !is_plain_ascii (text))
    return NULL;
  uri = g_uri_parse (text, G_URI_FLAGS_NONE, NULL);
  if (uri == NULL || g_uri_get_host (uri) == NULL || g_uri_get_host (uri)[0] == '\0'
      || g_uri_get_userinfo (uri) != NULL || g_uri_get_fragment (uri) != NULL
      || g_uri_get_port (uri) == 0)
    return NULL;
  return g_steal_pointer (&uri);
}

/* GUri would turn "/.." into "/", so the text itself is looked at. */
static gboolean
has_path (const char *url)
{
  const char *slash = strchr (url + strlen ("https://"), '/');

  return slash != NULL && slash[1] != '\0';
}

gboolean
hs_url_check_site (const char *url, GError **error)
{
  g_autoptr (GUri) uri = parse (url);

  if (uri == NULL || !g_str_has_prefix (url, "https://") || g_uri_get_query (uri) != NULL
      || has_path (url))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                   "a site's URL must look like https://host:port, without path or user name");
      return FALSE;
    }
  return TRUE;
}

gboolean
hs_url_check_printer (const char *uri_text, gboolean allow_plain, GError **error)
{
  g_autoptr (GUri) uri = parse (uri_text);
  gboolean plain = uri != NULL && strcmp (g_uri_get_scheme (uri), "ipp") == 0;

  if (uri == NULL || (!plain && strcmp (g_uri_get_scheme (uri), "ipps") != 0))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                   "a printer's URI must look like ipps://host/path, without user name");
      return FALSE;
    }
  if (plain && !allow_plain)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                   "a printer's URI must begin with ipps:// unless plain IPP is allowed for it");
      return FALSE;
    }
  return TRUE;
}
