/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What a request asks for, as libcurl's options.
 *
 * Two habits of libcurl shape this file. It repeats a request by itself when a kept connection turns
 * out dead, even a POST, as long as it can rewind the body: so a request marked `once` gets a body
 * that cannot be rewound, or a connection of its own. And removing a transfer that still resolves a
 * name joins the resolver's thread, unless CURLOPT_QUICK_EXIT is set. */

#include "net/http_easy.h"

#include "base/error.h"
#include "platform/tcp_patience.h"

#include <curl/curl.h>
#include <string.h>

#define UPLOAD_BUFFER_BYTES (128L * 1024) /* two chunks of the sealed document */

struct HsHttpEasy
{
  CURL *curl;
  struct curl_slist *headers;
  struct curl_slist *detour;
  HsSecretBytes *key_pem; /* libcurl reads them where they are */
  GBytes *replayable;
};

static gboolean
is_one_line (const char *text)
{
  return text == NULL || strpbrk (text, "\r\n") == NULL;
}

static gboolean
check_trust (const HsHttpRequest *request, gboolean is_tls, GError **error)
{
  gboolean fits = FALSE;

  switch (request->trust)
    {
    case HS_HTTP_TRUST_NONE:
      fits = !is_tls;
      break;
    case HS_HTTP_TRUST_CA:
      fits = is_tls && request->ca_pem != NULL;
      break;
    case HS_HTTP_TRUST_PINS:
      fits = is_tls && request->n_pins > 0;
      break;
    case HS_HTTP_TRUST_PROBE:
    case HS_HTTP_TRUST_ANYBODY:
      fits = is_tls && request->body == NULL && request->stream == NULL && request->headers == NULL
             && request->certificate_pem == NULL
             && (request->method == NULL || strcmp (request->method, "GET") == 0);
      break;
    }
  if (!fits)
    g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID,
                         "no connection was made: nothing says why the other end may be trusted");
  return fits;
}

char *
hs_http_easy_check (const HsHttpRequest *request, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (request->url, G_URI_FLAGS_PARSE_RELAXED, NULL);
  const char *scheme = uri == NULL ? NULL : g_uri_get_scheme (uri);
  gboolean is_tls = g_strcmp0 (scheme, "https") == 0;
  gboolean fits = uri != NULL && (is_tls || g_strcmp0 (scheme, "http") == 0);

  fits = fits && g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0'
         && g_uri_get_userinfo (uri) == NULL && is_one_line (request->content_type);
  for (gsize i = 0; fits && request->headers != NULL && request->headers[i] != NULL; i++)
    fits = is_one_line (request->headers[i]);
  if (!fits)
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID,
                           "no connection was made: the address or a header is malformed");
      return NULL;
    }
  return check_trust (request, is_tls, error) ? g_strdup (g_uri_get_host (uri)) : NULL;
}

static void
add_header (HsHttpEasy *easy, const char *line)
{
  easy->headers = curl_slist_append (easy->headers, line);
}

static void
set_blob (CURL *curl, CURLoption option, const void *data, gsize length, unsigned int flags)
{
  struct curl_blob blob = { (void *)data, length, flags };

  curl_easy_setopt (curl, option, &blob);
}

/* Pins are given to libcurl as well: a second judge of the same question, after the handshake. */
static void
set_pins (CURL *curl, const HsHttpRequest *request)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (gsize i = 0; i < request->n_pins; i++)
    {
      g_autofree char *text = g_base64_encode (request->pins[i], HS_HTTP_SPKI_BYTES);
      g_string_append_printf (list, "%ssha256//%s", i == 0 ? "" : ";", text);
    }
  curl_easy_setopt (curl, CURLOPT_PINNEDPUBLICKEY, list->str);
}

static void
set_client_certificate (HsHttpEasy *easy, const HsHttpRequest *request)
{
  if (request->certificate_pem == NULL || request->key_pem == NULL)
    return;
  easy->key_pem = hs_secret_bytes_copy (request->key_pem);
  set_blob (easy->curl, CURLOPT_SSLCERT_BLOB, request->certificate_pem,
            strlen (request->certificate_pem), CURL_BLOB_COPY);
  set_blob (easy->curl, CURLOPT_SSLKEY_BLOB, hs_secret_bytes_peek (easy->key_pem),
            hs_secret_bytes_get_length (easy->key_pem), CURL_BLOB_NOCOPY);
}

static void
set_trust (CURL *curl, const HsHttpRequest *request)
{
  gboolean by_chain = request->trust == HS_HTTP_TRUST_CA;
  gboolean is_passing
      = request->trust == HS_HTTP_TRUST_ANYBODY || request->trust == HS_HTTP_TRUST_PROBE;

  curl_easy_setopt (curl, CURLOPT_SSLVERSION,
                    (long)(request->tls_version == HS_HTTP_TLS_1_3 ? CURL_SSLVERSION_TLSv1_3
                                                                   : CURL_SSLVERSION_TLSv1_2));
  /* A resumed session would skip the certificate, and with it the rule of crypto/tls_peer. */
  curl_easy_setopt (curl, CURLOPT_SSL_SESSIONID_CACHE, 0L);
  curl_easy_setopt (curl, CURLOPT_CAINFO, NULL);
  curl_easy_setopt (curl, CURLOPT_CAPATH, NULL);
  curl_easy_setopt (curl, CURLOPT_SSL_VERIFYPEER, by_chain ? 1L : 0L);
  curl_easy_setopt (curl, CURLOPT_SSL_VERIFYHOST, by_chain ? 2L : 0L);
  curl_easy_setopt (curl, CURLOPT_FRESH_CONNECT, is_passing ? 1L : 0L);
  curl_easy_setopt (curl, CURLOPT_FORBID_REUSE, is_passing ? 1L : 0L);
  if (by_chain)
    set_blob (curl, CURLOPT_CAINFO_BLOB, request->ca_pem, strlen (request->ca_pem), CURL_BLOB_COPY);
  if (request->trust == HS_HTTP_TRUST_PINS)
    set_pins (curl, request);
}

static void
set_body (HsHttpEasy *easy, const HsHttpRequest *request)
{
  g_autofree char *type = g_strconcat (
      "Content-Type: ",
      request->content_type == NULL ? "application/octet-stream" : request->content_type, NULL);

  if (request->body == NULL && request->stream == NULL)
    {
      if (request->once)
        curl_easy_setopt (easy->curl, CURLOPT_FRESH_CONNECT, 1L);
      return;
    }
  curl_easy_setopt (easy->curl, CURLOPT_POST, 1L);
  add_header (easy, "Expect:");
  add_header (easy, type);
  if (request->stream != NULL)
    add_header (easy, "Transfer-Encoding: chunked");
  else
    curl_easy_setopt (easy->curl, CURLOPT_POSTFIELDSIZE_LARGE,
                      (curl_off_t)g_bytes_get_size (request->body));
  if (request->stream == NULL && !request->once)
    {
      easy->replayable = g_bytes_ref (request->body);
      curl_easy_setopt (easy->curl, CURLOPT_POSTFIELDS, g_bytes_get_data (request->body, NULL));
    }
  else
    curl_easy_setopt (easy->curl, CURLOPT_UPLOAD_BUFFERSIZE, UPLOAD_BUFFER_BYTES);
}

/* Before libcurl connects. Its own keepalive options cannot say how long silence lasts. */
static int
on_socket_made (void *user_data, curl_socket_t socket, curlsocktype purpose)
{
  if (purpose == CURLSOCKTYPE_IPCXN)
    hs_tcp_patience_set ((int)socket, GPOINTER_TO_UINT (user_data), HS_HTTP_PROBE_S);
  return CURL_SOCKOPT_OK;
}

static void
set_manners (CURL *curl, const HsHttpRequest *request)
{
  guint connect_ms = request->connect_timeout_ms;

  curl_easy_setopt (curl, CURLOPT_URL, request->url);
  curl_easy_setopt (curl, CURLOPT_UNIX_SOCKET_PATH, request->unix_path);
  curl_easy_setopt (curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt (curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt (curl, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  curl_easy_setopt (curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
  curl_easy_setopt (curl, CURLOPT_USERAGENT, "Homespool/" HS_VERSION);
  /* An empty string also switches the proxy variables of the environment off. */
  curl_easy_setopt (curl, CURLOPT_PROXY, request->proxy == NULL ? "" : request->proxy);
  curl_easy_setopt (curl, CURLOPT_NOPROXY, "");
  curl_easy_setopt (curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt (curl, CURLOPT_QUICK_EXIT, 1L);
  if (request->silence_ms == 0)
    curl_easy_setopt (curl, CURLOPT_TCP_KEEPALIVE, 1L);
  else
    {
      curl_easy_setopt (curl, CURLOPT_SOCKOPTFUNCTION, on_socket_made);
      curl_easy_setopt (curl, CURLOPT_SOCKOPTDATA, GUINT_TO_POINTER (request->silence_ms));
    }
  curl_easy_setopt (curl, CURLOPT_CONNECTTIMEOUT_MS,
                    (long)(connect_ms == 0 ? HS_HTTP_CONNECT_DEFAULT_MS : connect_ms));
  curl_easy_setopt (curl, CURLOPT_TIMEOUT_MS, (long)request->total_timeout_ms);
}

/* Name and certificate stay those of the URL. */
static void
set_detour (HsHttpEasy *easy, const HsHttpRequest *request)
{
  g_autofree char *rule = NULL;

  if (request->connect_to == NULL)
    return;
  rule = g_strconcat ("::", request->connect_to, NULL);
  easy->detour = curl_slist_append (NULL, rule);
  curl_easy_setopt (easy->curl, CURLOPT_CONNECT_TO, easy->detour);
}

HsHttpEasy *
hs_http_easy_new (const HsHttpRequest *request)
{
  HsHttpEasy *easy = g_new0 (HsHttpEasy, 1);

  easy->curl = curl_easy_init ();
  for (gsize i = 0; request->headers != NULL && request->headers[i] != NULL; i++)
    add_header (easy, request->headers[i]);
  set_manners (easy->curl, request);
  set_trust (easy->curl, request);
  set_client_certificate (easy, request);
  set_body (easy, request);
  set_detour (easy, request);
  if (request->method != NULL)
    curl_easy_setopt (easy->curl, CURLOPT_CUSTOMREQUEST, request->method);
  curl_easy_setopt (easy->curl, CURLOPT_HTTPHEADER, easy->headers);
  return easy;
}

gpointer
hs_http_easy_get (HsHttpEasy *easy)
{
  return easy->curl;
}

gboolean
hs_http_easy_needs_body (HsHttpEasy *easy, const HsHttpRequest *request)
{
  return easy->replayable == NULL && (request->body != NULL || request->stream != NULL);
}

void
hs_http_easy_free (HsHttpEasy *easy)
{
  if (easy == NULL)
    return;
  curl_easy_cleanup (easy->curl);
  curl_slist_free_all (easy->headers);
  curl_slist_free_all (easy->detour);
  g_clear_pointer (&easy->key_pem, hs_secret_bytes_free);
  g_clear_pointer (&easy->replayable, g_bytes_unref);
  g_free (easy);
}
