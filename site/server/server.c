/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The site's two HTTPS listeners. */

#define HS_LOG_AREA "site"

#include "site/server/server.h"

#include "base/error.h"
#include "base/log.h"
#include "core/wire/command.h"
#include "http/server.h"
#include "site/server/certificate.h"
#include "site/server/exchange.h"
#include "site/server/routes.h"

#include <string.h>

#define TIDY_S 3600
#define PEOPLE_BODY_BYTES (64 * 1024)
#define DEVICES_BODY_BYTES (256 * 1024) /* an upload of records, HS_UPLOAD_MAX_BYTES */
#define COOKIE "__Host-homespool="
#define TERMINAL_COOKIE "__Host-homespool-terminal="
#define BEARER "Bearer "
#define SESSION_HEADER "Homespool-Session"
#define NONCE_HEADER "Homespool-Nonce"
#define TOKEN_MAX_BYTES 128

/* One of the two listeners, as handlers see it. */
typedef struct
{
  HsSiteServer *server;
  HsSiteListener kind;
  HsHttpServer *http;
} Door;

struct HsSiteServer
{
  HsTraffic *traffic;
  Door people;
  Door devices;
  HsCertificate *device_authority;
  HsServerCertificate *certificate;
  GString *addresses;
  guint tidy_timer;
  GFileMonitor *changes; /* of hs_site_dup_change_path() */
};

void
hs_site_server_prepare (void)
{
  /* GIO's TLS takes the priority string at its first use and has no other way to set it. */
  g_setenv ("G_TLS_GNUTLS_PRIORITY", "NORMAL:-VERS-ALL:+VERS-TLS1.3", TRUE);
}

/* ── who is there ────────────────────────────────────────────────────────────────────────── */

static char *
dup_address (SoupServerMessage *message)
{
  GSocket *socket = hs_http_connection_get_socket (hs_http_connection_of (message));
  g_autoptr (GSocketAddress) address = g_socket_get_remote_address (socket, NULL);

  if (!G_IS_INET_SOCKET_ADDRESS (address))
    return g_strdup ("unknown");
  return g_inet_address_to_string (
      g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)));
}

/* GIO has checked the chain up to the device authority, but takes any certificate of it for a
 * client; what makes a certificate a workstation's or a terminal's is asked here, and the store knows
 * if it still holds. */
static HsCertificate *
get_certificate (HsSiteServer *server, SoupServerMessage *message)
{
  GTlsConnection *tls = hs_http_connection_get_tls (hs_http_connection_of (message));
  GTlsCertificate *peer = tls != NULL ? g_tls_connection_get_peer_certificate (tls) : NULL;
  g_autoptr (GByteArray) der = NULL;
  g_autoptr (HsCertificate) certificate = NULL;
  gint64 now_us = g_get_real_time ();

  if (peer != NULL)
    g_object_get (peer, "certificate", &der, NULL);
  if (der != NULL)
    certificate = hs_certificate_parse_der (der->data, der->len, NULL);
  if (certificate != NULL && hs_certificate_is_issued_by (certificate, server->device_authority)
      && hs_certificate_serves (certificate, HS_CERTIFICATE_FOR_CLIENTS)
      && now_us >= hs_certificate_get_not_before_us (certificate)
      && now_us <= hs_certificate_get_not_after_us (certificate))
    return g_steal_pointer (&certificate);
  return NULL;
}

static gboolean
identify (HsSiteServer *server, SoupServerMessage *message, HsCall *call, GError **error)
{
  g_autoptr (HsCertificate) certificate = get_certificate (server, message);
  gboolean wants_terminal = call->route->access == HS_SITE_ACCESS_TERMINAL
                            || call->route->access == HS_SITE_ACCESS_TERMINAL_FACE;

  if (certificate != NULL && !wants_terminal
      && hs_certificate_get_device (certificate, &call->device))
    {
      call->serial = g_strdup (hs_certificate_get_serial (certificate));
      return TRUE;
    }
  if (certificate != NULL && wants_terminal
      && hs_certificate_get_terminal (certificate, &call->terminal))
    {
      hs_certificate_get_fingerprint (certificate, call->fingerprint);
      return TRUE;
    }
  if (wants_terminal)
    g_set_error (error, HS_ERROR, HS_ERROR_DENIED,
                 "this is not the certificate of a terminal, or its time is over; an administrator "
                 "can add it again");
  else
    g_set_error (error, HS_ERROR, HS_ERROR_DENIED,
                 "this is not the certificate of a workstation, or its time is over; enrol again");
  return FALSE;
}

/* Our cookie out of the Cookie header; libsoup's parser would also take names apart that are not
 * ours. @cookie ends with '='. */
static char *
dup_cookie (SoupMessageHeaders *headers, const char *cookie)
{
  const char *text = soup_message_headers_get_list (headers, "Cookie");
  g_auto (GStrv) parts = g_strsplit (text != NULL ? text : "", ";", 64);

  for (char **part = parts; *part != NULL; part++)
    {
      const char *pair = g_strstrip (*part);
      if (g_str_has_prefix (pair, cookie) && strlen (pair) < TOKEN_MAX_BYTES)
        return g_strdup (pair + strlen (cookie));
    }
  return NULL;
}

/* A program sends a terminal's token as a bearer's, a tablet's page as a cookie. */
static char *
dup_token (HsSiteListener kind, SoupMessageHeaders *headers)
{
  const char *text = soup_message_headers_get_one (headers, "Authorization");

  if (kind == HS_SITE_LISTENER_PEOPLE)
    return dup_cookie (headers, COOKIE);
  if (text != NULL && g_str_has_prefix (text, BEARER) && strlen (text) < TOKEN_MAX_BYTES)
    return g_strdup (text + strlen (BEARER));
  return dup_cookie (headers, TERMINAL_COOKIE);
}

/* ── one request ─────────────────────────────────────────────────────────────────────────── */

static void
answer_file (SoupServerMessage *message, const HsSiteRoute *route)
{
  g_autofree char *path = g_strconcat ("/site/", route->file, NULL);
  g_autoptr (GBytes) bytes = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  gsize length = 0;
  const char *data = bytes != NULL ? g_bytes_get_data (bytes, &length) : "";

  hs_traffic_add_headers (message);
  /* A site can be built without age.js. */
  if (bytes == NULL)
    {
      soup_server_message_set_status (message, 404, NULL);
      return;
    }
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Cache-Control",
                                "public, max-age=300");
  soup_server_message_set_status (message, 200, NULL);
  soup_server_message_set_response (message, route->content_type, SOUP_MEMORY_COPY, data, length);
}

static void
refuse (
    SoupServerMessage *message, Door *door, guint status, HsErrorCode code, const char *sentence)
{
  g_autoptr (GError) reason = g_error_new_literal (HS_ERROR, code, sentence);
  const char *accept
      = soup_message_headers_get_list (soup_server_message_get_request_headers (message), "Accept");
  gboolean is_page = door->kind == HS_SITE_LISTENER_PEOPLE && accept != NULL
                     && strstr (accept, "text/html") != NULL;

  hs_traffic_refuse (message, is_page, status, reason);
}

static HsCall *
make_request (Door *door, SoupServerMessage *message, const HsSiteRoute *route, char *argument)
{
  HsCall *call = hs_call_new (route);
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  g_autoptr (GBytes) body
      = soup_message_body_flatten (soup_server_message_get_request_body (message));
  gsize length = 0;
  const char *bytes = g_bytes_get_data (body, &length);

  g_free (call->body);
  call->body = g_malloc0 (length + 1);
  if (length > 0)
    memcpy (call->body, bytes, length);
  call->body_length = length;
  call->argument = argument;
  call->query = g_strdup (g_uri_get_query (soup_server_message_get_uri (message)));
  call->token = dup_token (door->kind, headers);
  call->seat = g_strdup (soup_message_headers_get_one (headers, SESSION_HEADER));
  call->origin = g_strdup (soup_message_headers_get_one (headers, "Origin"));
  call->host = g_strdup (soup_message_headers_get_one (headers, "Host"));
  call->nonce = g_strdup (soup_message_headers_get_one (headers, NONCE_HEADER));
  call->held = g_strdup (soup_message_headers_get_one (headers, HS_COMMANDS_HELD_HEADER));
  g_free (call->address);
  call->address = dup_address (message);
  return call;
}

static void
on_request (SoupServer *soup,
            SoupServerMessage *message,
            const char *path,
            GHashTable *query,
            gpointer user_data)
{
  Door *door = user_data;
  const HsSiteRoute *route = NULL;
  g_autofree char *argument = NULL;
  g_autoptr (GError) error = NULL;
  SoupMessageBody *body = soup_server_message_get_request_body (message);

  if (!hs_http_message_is_whole (message))
    {
      refuse (message, door, 400, HS_ERROR_INVALID, "the request was cut off");
      return;
    }
  switch (hs_site_routes_find (door->kind, soup_server_message_get_method (message), path, &route,
                               &argument))
    {
    case HS_SITE_MATCH_NO_PATH:
      refuse (message, door, 404, HS_ERROR_NOT_FOUND, "this address does not exist here");
      return;
    case HS_SITE_MATCH_NO_METHOD:
      refuse (message, door, 405, HS_ERROR_NOT_SUPPORTED, "this address takes another method");
      return;
    case HS_SITE_MATCH_FOUND:
    default:
      break;
    }
  if ((guint64)body->length > route->max_body_bytes)
    refuse (message, door, 413, HS_ERROR_NO_SPACE, "the request is too large");
  else if (route->file != NULL)
    answer_file (message, route);
  else
    {
      g_autoptr (HsCall) call = make_request (door, message, route, g_steal_pointer (&argument));
      if (door->kind == HS_SITE_LISTENER_DEVICES && !identify (door->server, message, call, &error))
        hs_traffic_refuse (message, route->is_page, 403, error);
      else
        hs_traffic_take (door->server->traffic, message, g_steal_pointer (&call));
    }
}

/* ── listening ───────────────────────────────────────────────────────────────────────────── */

static GSocket *
bind_socket (const char *text, GError **error)
{
  g_autofree char *host = NULL;
  guint16 port = 0;

  if (!hs_site_config_split_address (text, &host, &port, error))
    return NULL;
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string (host, port);
  g_autoptr (GSocket) socket = g_socket_new (g_socket_address_get_family (address),
                                             G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);
  if (socket == NULL)
    {
      hs_error_convert_gio (error);
      return NULL;
    }
  g_socket_set_listen_backlog (socket, 256);
  if (!g_socket_bind (socket, address, TRUE, error) || !g_socket_listen (socket, error))
    {
      hs_error_convert_gio (error);
      g_prefix_error (error, "cannot listen on %s: ", text);
      return NULL;
    }
  return g_steal_pointer (&socket);
}

static gboolean
note_address (HsSiteServer *server, Door *door, GSocket *socket, GError **error)
{
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (socket, error);

  if (address == NULL)
    {
      hs_error_convert_gio (error);
      return FALSE;
    }
  g_autofree char *text = g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (address));
  g_string_append_printf (server->addresses, "%s%s=%s", server->addresses->len > 0 ? " " : "",
                          door->kind == HS_SITE_LISTENER_PEOPLE ? "people" : "devices", text);
  return TRUE;
}

static gboolean
open_door (HsSiteServer *server,
           Door *door,
           HsSiteListener kind,
           char **listen,
           const HsHttpTls *tls,
           GError **error)
{
  HsHttpLimits limits;
  gboolean is_people = kind == HS_SITE_LISTENER_PEOPLE;

  hs_http_limits_init (&limits);
  limits.accumulate_bodies = TRUE;
  limits.body_bytes = is_people ? PEOPLE_BODY_BYTES : DEVICES_BODY_BYTES;
  /* Every workstation holds a poll; many people or workstations may come from one address. */
  limits.connections = is_people ? 1024 : 8192;
  limits.connections_per_key = is_people ? 256 : 4096;
  door->server = server;
  door->kind = kind;
  door->http = hs_http_server_new (&limits, NULL, NULL);
  soup_server_add_handler (hs_http_server_get_soup (door->http), NULL, on_request, door, NULL);
  for (char **text = listen; *text != NULL; text++)
    {
      g_autoptr (GSocket) socket = bind_socket (*text, error);
      if (socket == NULL || !hs_http_server_listen (door->http, socket, tls, error)
          || !note_address (server, door, socket, error))
        return FALSE;
    }
  return TRUE;
}

static void
on_certificate (GTlsCertificate *certificate, gpointer user_data)
{
  HsSiteServer *server = user_data;

  hs_http_server_set_certificate (server->people.http, certificate);
  hs_http_server_set_certificate (server->devices.http, certificate);
}

static gboolean
open_doors (HsSiteServer *server, const HsSiteConfig *config, GError **error)
{
  g_autofree char *authority = hs_site_config_dup_key_path (config->folder, "device-ca.pem");
  g_autoptr (GTlsDatabase) authorities = NULL;

  server->certificate = hs_server_certificate_new (config, on_certificate, server, error);
  if (server->certificate != NULL)
    authorities = g_tls_file_database_new (authority, error);
  if (authorities == NULL)
    {
      hs_error_convert_gio (error);
      g_prefix_error (error, "cannot prepare TLS: ");
      return FALSE;
    }
  GTlsCertificate *certificate = hs_server_certificate_get (server->certificate);
  const HsHttpTls people_tls = { certificate, NULL, G_TLS_AUTHENTICATION_NONE };
  const HsHttpTls devices_tls = { certificate, authorities, G_TLS_AUTHENTICATION_REQUIRED };
  return open_door (server, &server->people, HS_SITE_LISTENER_PEOPLE, config->people_listen,
                    &people_tls, error)
         && open_door (server, &server->devices, HS_SITE_LISTENER_DEVICES, config->devices_listen,
                       &devices_tls, error);
}

static gboolean
on_tidy (gpointer user_data)
{
  HsSiteServer *server = user_data;

  hs_traffic_tidy (server->traffic);
  return G_SOURCE_CONTINUE;
}

static void
on_change (
    GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event, gpointer user_data)
{
  HsSiteServer *server = user_data;

  hs_traffic_wake_all (server->traffic);
}

static void
watch_changes (HsSiteServer *server, const char *folder)
{
  g_autofree char *path = hs_site_dup_change_path (folder);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;

  server->changes = g_file_monitor_file (file, G_FILE_MONITOR_WATCH_MOVES, NULL, &error);
  if (server->changes != NULL)
    g_signal_connect (server->changes, "changed", G_CALLBACK (on_change), server);
  else
    hs_log_warning ("what command lines change is heard of with the next poll only: %s",
                    error->message);
}

HsSiteServer *
hs_site_server_new (HsSite *site, GError **error)
{
  g_autoptr (HsSiteServer) server = g_new0 (HsSiteServer, 1);
  const HsSiteConfig *config = site->config;
  g_autofree char *authority
      = hs_certificate_dup_pem (hs_site_secrets_get_device_authority (site->secrets));

  server->addresses = g_string_new (NULL);
  server->traffic = hs_traffic_new (site);
  /* A value of its own: the site belongs to the store lane from here on. */
  server->device_authority = hs_certificate_parse_pem (authority, error);
  if (server->device_authority == NULL || !open_doors (server, config, error))
    return NULL;
  watch_changes (server, config->folder);
  hs_traffic_tidy (server->traffic);
  server->tidy_timer = g_timeout_add_seconds (TIDY_S, on_tidy, server);
  return g_steal_pointer (&server);
}

void
hs_site_server_free (HsSiteServer *server)
{
  if (server == NULL)
    return;
  g_clear_handle_id (&server->tidy_timer, g_source_remove);
  g_clear_object (&server->changes);
  hs_server_certificate_free (server->certificate);
  hs_traffic_free (server->traffic);
  hs_http_server_free (server->people.http);
  hs_http_server_free (server->devices.http);
  hs_certificate_free (server->device_authority);
  g_string_free (server->addresses, TRUE);
  g_free (server);
}

char *
hs_site_server_dup_addresses (HsSiteServer *server)
{
  return g_strdup (server->addresses->str);
}
