/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The table of routes, and the checks that stand before every handler. */

#include "site/server/routes.h"

#include "base/error.h"
#include "core/wire/event_record.h"
#include "site/devices/enrolment.h"
#include "site/server/handlers.h"
#include "site/people/sign_in.h"
#include "site/terminals/enrolment.h"

#include <string.h>

#define KIB 1024

#define PEOPLE HS_SITE_LISTENER_PEOPLE
#define DEVICES HS_SITE_LISTENER_DEVICES
#define ANYONE HS_SITE_ACCESS_ANYONE
#define DEVICE HS_SITE_ACCESS_DEVICE
#define TERMINAL_FACE HS_SITE_ACCESS_TERMINAL_FACE
#define TERMINAL HS_SITE_ACCESS_TERMINAL
#define VISITOR HS_SITE_ACCESS_VISITOR
#define PERSON HS_SITE_ACCESS_PERSON

static const HsSiteRoute routes[] = {
  { PEOPLE, "GET", "/v1/bundle", ANYONE, FALSE, FALSE, 0, hs_handle_bundle },
  { PEOPLE, "POST", "/v1/enrol", ANYONE, FALSE, FALSE, 32 * KIB, hs_handle_enrol },
  { PEOPLE, "POST", "/v1/terminal/enrol", ANYONE, FALSE, FALSE, 32 * KIB,
    hs_handle_terminal_enrol },

  { PEOPLE, "GET", "/", VISITOR, FALSE, TRUE, 0, hs_handle_page },
  { PEOPLE, "GET", "/p/{printer}", VISITOR, FALSE, TRUE, 0, hs_handle_page },
  { PEOPLE, "GET", "/jobs", PERSON, FALSE, FALSE, 0, hs_handle_jobs },
  { PEOPLE, "POST", "/sign-in", ANYONE, TRUE, TRUE, 8 * KIB, hs_handle_sign_in },
  { PEOPLE, "POST", "/sign-out", PERSON, TRUE, TRUE, 8 * KIB, hs_handle_sign_out },
  { PEOPLE, "POST", "/release", PERSON, TRUE, TRUE, 64 * KIB, hs_handle_release },
  { PEOPLE, "POST", "/delete", PERSON, TRUE, TRUE, 64 * KIB, hs_handle_delete },
  { PEOPLE, "POST", "/delegations", PERSON, TRUE, TRUE, 8 * KIB, hs_handle_delegate },
  { PEOPLE, "POST", "/delegations/revoke", PERSON, TRUE, TRUE, 8 * KIB, hs_handle_undelegate },
  { PEOPLE, "GET", "/static/release.css", ANYONE, FALSE, FALSE, 0, NULL, "release.css",
    "text/css; charset=utf-8" },
  { PEOPLE, "GET", "/static/release.js", ANYONE, FALSE, FALSE, 0, NULL, "release.js",
    "text/javascript; charset=utf-8" },
  { PEOPLE, "GET", "/static/titles.js", ANYONE, FALSE, FALSE, 0, NULL, "titles.js",
    "text/javascript; charset=utf-8" },
  { PEOPLE, "GET", "/static/age.js", ANYONE, FALSE, FALSE, 0, NULL, "age.js",
    "text/javascript; charset=utf-8" },
  { PEOPLE, "GET", "/static/homespool.svg", ANYONE, FALSE, FALSE, 0, NULL, "homespool.svg",
    "image/svg+xml" },

  { DEVICES, "GET", "/v1/bundle", DEVICE, FALSE, FALSE, 0, hs_handle_bundle },
  { DEVICES, "POST", "/v1/device/renew", DEVICE, FALSE, FALSE, 32 * KIB, hs_handle_renew },
  { DEVICES, "GET", "/v1/device/release-keys", DEVICE, FALSE, FALSE, 0, hs_handle_release_keys },
  { DEVICES, "POST", "/v1/device/events", DEVICE, FALSE, FALSE, HS_UPLOAD_MAX_BYTES,
    hs_handle_events },
  { DEVICES, "GET", "/v1/device/commands", DEVICE, FALSE, FALSE, 0, hs_handle_commands },
  { DEVICES, "POST", "/v1/device/sign-in", DEVICE, FALSE, FALSE, 8 * KIB,
    hs_handle_device_sign_in },
  { DEVICES, "POST", "/v1/device/entitlement", DEVICE, FALSE, FALSE, 8 * KIB,
    hs_handle_device_entitlement },
  { DEVICES, "POST", "/v1/device/secret", DEVICE, FALSE, FALSE, 8 * KIB, hs_handle_device_secret },
  { DEVICES, "POST", "/v1/device/card", DEVICE, FALSE, FALSE, 8 * KIB, hs_handle_device_card },
  { DEVICES, "POST", "/v1/device/release", DEVICE, FALSE, FALSE, 8 * KIB,
    hs_handle_device_release },

  { DEVICES, "GET", "/t/", TERMINAL_FACE, FALSE, TRUE, 0, hs_handle_terminal_page },
  { DEVICES, "GET", "/static/release.css", ANYONE, FALSE, FALSE, 0, NULL, "release.css",
    "text/css; charset=utf-8" },
  { DEVICES, "GET", "/static/terminal.css", ANYONE, FALSE, FALSE, 0, NULL, "terminal.css",
    "text/css; charset=utf-8" },
  { DEVICES, "GET", "/static/terminal.js", ANYONE, FALSE, FALSE, 0, NULL, "terminal.js",
    "text/javascript; charset=utf-8" },
  { DEVICES, "GET", "/static/homespool.svg", ANYONE, FALSE, FALSE, 0, NULL, "homespool.svg",
    "image/svg+xml" },
  { DEVICES, "POST", "/v1/terminal/pair", TERMINAL_FACE, FALSE, FALSE, 8 * KIB,
    hs_handle_terminal_pair },
  { DEVICES, "POST", "/v1/terminal/renew", TERMINAL, FALSE, FALSE, 32 * KIB,
    hs_handle_terminal_renew },
  { DEVICES, "POST", "/v1/terminal/sign-in", TERMINAL, FALSE, FALSE, 8 * KIB,
    hs_handle_terminal_sign_in },
  { DEVICES, "GET", "/v1/terminal/jobs", TERMINAL, FALSE, FALSE, 0, hs_handle_terminal_jobs },
  { DEVICES, "POST", "/v1/terminal/release", TERMINAL, FALSE, FALSE, 32 * KIB,
    hs_handle_terminal_release },
  { DEVICES, "POST", "/v1/terminal/delete", TERMINAL, FALSE, FALSE, 32 * KIB,
    hs_handle_terminal_delete },
  { DEVICES, "POST", "/v1/terminal/sign-out", TERMINAL, FALSE, FALSE, 8 * KIB,
    hs_handle_terminal_sign_out },
  { DEVICES, "POST", "/v1/device/delegations", DEVICE, FALSE, FALSE, 8 * KIB,
    hs_handle_device_delegate },
  { DEVICES, "POST", "/v1/device/delegations/list", DEVICE, FALSE, FALSE, 8 * KIB,
    hs_handle_device_delegations },
  { DEVICES, "POST", "/v1/device/delegations/revoke", DEVICE, FALSE, FALSE, 8 * KIB,
    hs_handle_device_revoke },
  { DEVICES, "POST", "/v1/device/shares", DEVICE, FALSE, FALSE, 8 * KIB, hs_handle_device_shares },
};

/* Compares by segments; *argument gets what stands in the place of {…}. */
static gboolean
path_matches (const char *pattern, const char *path, char **argument)
{
  const char *brace = strchr (pattern, '{');

  *argument = NULL;
  if (brace == NULL)
    return g_str_equal (pattern, path);
  gsize prefix = (gsize)(brace - pattern);
  if (strncmp (pattern, path, prefix) != 0 || path[prefix] == '\0'
      || strchr (path + prefix, '/') != NULL)
    return FALSE;
  *argument = g_strdup (path + prefix);
  return TRUE;
}

HsSiteMatch
hs_site_routes_find (HsSiteListener listener,
                     const char *method,
                     const char *path,
                     const HsSiteRoute **route,
                     char **argument)
{
  const char *wanted = g_str_equal (method, "HEAD") ? "GET" : method;
  HsSiteMatch match = HS_SITE_MATCH_NO_PATH;

  for (gsize i = 0; i < G_N_ELEMENTS (routes); i++)
    {
      g_autofree char *found = NULL;
      if (routes[i].listener != listener || !path_matches (routes[i].path, path, &found))
        continue;
      match = HS_SITE_MATCH_NO_METHOD;
      if (!g_str_equal (routes[i].method, wanted))
        continue;
      *route = &routes[i];
      *argument = g_steal_pointer (&found);
      return HS_SITE_MATCH_FOUND;
    }
  return match;
}

char *
hs_site_routes_format (void)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (routes); i++)
    g_string_append_printf (text, "%s %s %s\n",
                            routes[i].listener == HS_SITE_LISTENER_PEOPLE ? "people" : "devices",
                            routes[i].method, routes[i].path);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* ── checks ──────────────────────────────────────────────────────────────────────────────── */

/* SameSite=Strict already keeps our cookie out of other sites' requests; this also stops a foreign
 * page from signing somebody in, and does not depend on the cookie. */
static gboolean
check_origin (const HsCall *call, GError **error)
{
  g_autofree char *ours = g_strconcat ("https://", call->host, NULL);

  if (call->host != NULL && g_strcmp0 (call->origin, ours) == 0)
    return TRUE;
  g_set_error (error, HS_ERROR, HS_ERROR_DENIED,
               "this form was sent from another page; open the release page and try again");
  return FALSE;
}

static gboolean
check_csrf (const HsCall *call, GError **error)
{
  g_autofree char *csrf = hs_form_dup_field (call->body, "csrf");
  const char *expected = call->session->csrf;

  if (csrf != NULL && expected != NULL && strlen (csrf) == strlen (expected)
      && hs_constant_time_equal (csrf, expected, strlen (expected)))
    return TRUE;
  g_set_error (error, HS_ERROR, HS_ERROR_DENIED,
               "this page is out of date; open the release page again");
  return FALSE;
}

static gboolean
find_session (HsSite *site, HsCall *call, GError **error)
{
  g_autoptr (GError) reason = NULL;

  if (call->token != NULL)
    call->session = hs_sign_in_find_session (site, call->token, call->now_us, &reason);
  /* A session through a workstation is no browser's session. */
  if (call->session != NULL && call->session->csrf == NULL)
    g_clear_pointer (&call->session, hs_store_session_free);
  if (call->session != NULL || call->route->access == HS_SITE_ACCESS_VISITOR)
    return TRUE;
  call->error_status = 401;
  g_set_error (error, HS_ERROR, HS_ERROR_DENIED, "sign in first; your session may be over");
  return FALSE;
}

/* A program sends no Origin; a browser does, and then it has to be our own page's. */
static gboolean
check_terminal (HsSite *site, const HsCall *call, GError **error)
{
  return (call->origin == NULL || check_origin (call, error))
         && hs_terminal_check (site, &call->terminal, call->fingerprint,
                               call->route->access == HS_SITE_ACCESS_TERMINAL, call->token,
                               call->now_us, error);
}

gboolean
hs_site_routes_check (HsSite *site, HsCall *call, GError **error)
{
  const HsSiteRoute *route = call->route;

  if (route->is_form && !check_origin (call, error))
    return FALSE;
  switch (route->access)
    {
    case HS_SITE_ACCESS_ANYONE:
      return TRUE;
    case HS_SITE_ACCESS_DEVICE:
      return hs_enrolment_check (site, &call->device, call->serial, error);
    case HS_SITE_ACCESS_TERMINAL_FACE:
    case HS_SITE_ACCESS_TERMINAL:
      return check_terminal (site, call, error);
    case HS_SITE_ACCESS_VISITOR:
    case HS_SITE_ACCESS_PERSON:
      return find_session (site, call, error) && (!route->is_form || check_csrf (call, error));
    default:
      return FALSE;
    }
}
