/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The site's HTTP interface: each pair adds a path and a body to a request, and reads the reply. */

#include "net/site_client.h"

#include "base/base64.h"
#include "base/error.h"
#include "core/wire/wire_error.h"
#include "net/site_errand.h"

#include <string.h>

#define BUNDLE_TOTAL_MS (5 * 60 * 1000) /* a printer list over a slow line; ours */

/* ── first contact ───────────────────────────────────────────────────────────────────────── */

static void
on_first_contact (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HsHttpReply) reply = hs_http_send_finish (result, NULL, &error);
  guint status = reply != NULL ? hs_http_reply_get_status (reply) : 0;

  if (reply != NULL && status != 200)
    hs_wire_error_decode (status, "", 0, &error);
  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, g_bytes_ref (hs_http_reply_get_body (reply)),
                           (GDestroyNotify)g_bytes_unref);
}

void
hs_site_client_first_contact_async (HsHttp *http,
                                    const char *url,
                                    const char *proxy,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  g_autofree char *full_url = hs_site_errand_join_url (url, "/v1/bundle");
  HsHttpRequest request = {
    .method = "GET",
    .url = full_url,
    .trust = HS_HTTP_TRUST_ANYBODY,
    .tls_version = HS_HTTP_TLS_1_3,
    .proxy = proxy != NULL && proxy[0] != '\0' ? proxy : NULL,
    .total_timeout_ms = BUNDLE_TOTAL_MS,
    .max_body_bytes = HS_BUNDLE_REPLY_MAX_BYTES,
  };

  hs_http_send_async (http, &request, cancellable, on_first_contact,
                      g_task_new (NULL, cancellable, callback, user_data));
}

static HsBundleReply *
read_bundle_reply (GAsyncResult *result, GError **error)
{
  const char *text;
  gsize length;
  g_autoptr (GBytes) body = hs_site_errand_finish (result, &text, &length, error);
  HsBundleReply *reply;

  if (body == NULL)
    return NULL;
  reply = hs_bundle_reply_decode (text, length, error);
  if (reply == NULL)
    hs_site_errand_blame_site (error);
  return reply;
}

HsBundleReply *
hs_site_client_first_contact_finish (GAsyncResult *result, GError **error)
{
  return read_bundle_reply (result, error);
}

/* ── without a certificate ───────────────────────────────────────────────────────────────── */

void
hs_site_client_enrol_async (HsSiteClient *client,
                            const HsEnrolRequest *request,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  const HsSiteErrand errand
      = { .method = "POST",
          .path = "/v1/enrol",
          .body = hs_site_errand_take_secret_body (hs_enrol_request_encode (request)),
          .once = TRUE,
          .max_body_bytes = 4 * HS_JSON_MAX_BYTES };

  hs_site_errand_start (client, FALSE, &errand, cancellable, callback, user_data);
}

HsEnrolReply *
hs_site_client_enrol_finish (GAsyncResult *result, GError **error)
{
  const char *text;
  gsize length;
  g_autoptr (GBytes) body = hs_site_errand_finish (result, &text, &length, error);
  HsEnrolReply *reply;

  if (body == NULL)
    return NULL;
  reply = hs_enrol_reply_decode (text, length, error);
  if (reply == NULL)
    hs_site_errand_blame_site (error);
  return reply;
}

void
hs_site_client_fetch_bundle_async (HsSiteClient *client,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  const HsSiteErrand errand = { .method = "GET",
                                .path = "/v1/bundle",
                                .total_timeout_ms = BUNDLE_TOTAL_MS,
                                .max_body_bytes = HS_BUNDLE_REPLY_MAX_BYTES };

  hs_site_errand_start (client, FALSE, &errand, cancellable, callback, user_data);
}

HsBundleReply *
hs_site_client_fetch_bundle_finish (GAsyncResult *result, GError **error)
{
  return read_bundle_reply (result, error);
}

/* ── as a device ─────────────────────────────────────────────────────────────────────────── */

static char *
read_single_text (GAsyncResult *result, const char *name, gsize max_bytes, GError **error)
{
  const char *text;
  gsize length;
  g_autoptr (GBytes) body = hs_site_errand_finish (result, &text, &length, error);
  char *value;

  if (body == NULL)
    return NULL;
  value = hs_single_text_decode (name, text, length, max_bytes, error);
  if (value == NULL)
    hs_site_errand_blame_site (error);
  return value;
}

void
hs_site_client_renew_async (HsSiteClient *client,
                            const char *csr,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  const HsSiteErrand errand
      = { .method = "POST",
          .path = "/v1/device/renew",
          .body = hs_site_errand_take_body (hs_single_text_encode ("csr", csr)),
          .once = TRUE };

  hs_site_errand_start (client, TRUE, &errand, cancellable, callback, user_data);
}

char *
hs_site_client_renew_finish (GAsyncResult *result, GError **error)
{
  return read_single_text (result, "certificate", HS_ENROLMENT_MAX_PEM_BYTES, error);
}

void
hs_site_client_fetch_release_keys_async (HsSiteClient *client,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data)
{
  const HsSiteErrand errand = { .method = "GET",
                                .path = "/v1/device/release-keys",
                                .max_body_bytes = 4 * HS_JSON_MAX_BYTES };

  hs_site_errand_start (client, TRUE, &errand, cancellable, callback, user_data);
}

char *
hs_site_client_fetch_release_keys_finish (GAsyncResult *result, GError **error)
{
  return read_single_text (result, "release_keys", 2 * HS_JSON_MAX_BYTES, error);
}

void
hs_site_client_send_events_async (HsSiteClient *client,
                                  GBytes *upload,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  const HsSiteErrand errand
      = { .method = "POST", .path = "/v1/device/events", .body = g_bytes_ref (upload) };

  hs_site_errand_start (client, TRUE, &errand, cancellable, callback, user_data);
}

gboolean
hs_site_client_send_events_finish (GAsyncResult *result, HsUploadAnswer *answer, GError **error)
{
  const char *text;
  gsize length;
  g_autoptr (GBytes) body = hs_site_errand_finish (result, &text, &length, error);

  if (body == NULL)
    return FALSE;
  if (hs_upload_answer_decode (text, length, answer, error))
    return TRUE;
  hs_site_errand_blame_site (error);
  return FALSE;
}

void
hs_site_client_poll_async (HsSiteClient *client,
                           const guint8 nonce[HS_COMMAND_NONCE_BYTES],
                           guint wait_s,
                           const GArray *held,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autofree char *nonce_text = hs_base64_encode (HS_BASE64_URL, nonce, HS_COMMAND_NONCE_BYTES);
  g_autofree char *path = g_strdup_printf ("/v1/device/commands?wait=%u", wait_s);
  g_autofree char *names = held->len > 0 ? hs_commands_format_held (held) : NULL;
  const HsSiteErrand errand
      = { .method = "GET",
          .path = g_intern_string (path), /* a handful of different ones */
          .header = g_strconcat ("Homespool-Nonce: ", nonce_text, NULL),
          .header_2
          = names != NULL ? g_strconcat (HS_COMMANDS_HELD_HEADER ": ", names, NULL) : NULL,
          .idle_timeout_ms = G_MAXUINT,
          .total_timeout_ms = (wait_s + HS_SITE_POLL_GRACE_S) * 1000,
          .max_body_bytes = HS_COMMANDS_MAX_BYTES };

  hs_site_errand_start (client, TRUE, &errand, cancellable, callback, user_data);
}

GPtrArray *
hs_site_client_poll_finish (GAsyncResult *result, GArray **gone, GError **error)
{
  const char *text;
  gsize length;
  g_autoptr (GBytes) body = hs_site_errand_finish (result, &text, &length, error);
  GPtrArray *envelopes;

  if (body == NULL)
    return NULL;
  envelopes = hs_commands_decode (text, length, gone, error);
  hs_site_errand_wipe_reply (body);
  if (envelopes == NULL)
    hs_site_errand_blame_site (error);
  return envelopes;
}

/* ── what people ask ─────────────────────────────────────────────────────────────────────── */

/* What a person asks, with a secret in it: @body is taken and wiped, and arrives at most once. */
static void
post_secret (HsSiteClient *client,
             const char *path,
             char *body,
             GCancellable *cancellable,
             GAsyncReadyCallback callback,
             gpointer user_data)
{
  const HsSiteErrand errand = {
    .method = "POST", .path = path, .body = hs_site_errand_take_secret_body (body), .once = TRUE
  };

  hs_site_errand_start (client, TRUE, &errand, cancellable, callback, user_data);
}

/* A reply that cannot be read is the site's fault. */
static gboolean
blame_unless (gboolean is_good, GError **error)
{
  if (!is_good)
    hs_site_errand_blame_site (error);
  return is_good;
}

void
hs_site_client_sign_in_async (HsSiteClient *client,
                              const HsSignInRequest *request,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  post_secret (client, "/v1/device/sign-in", hs_sign_in_request_encode (request), cancellable,
               callback, user_data);
}

HsSignInReply *
hs_site_client_sign_in_finish (GAsyncResult *result, GError **error)
{
  const char *text;
  gsize length;
  g_autoptr (GBytes) body = hs_site_errand_finish (result, &text, &length, error);
  HsSignInReply *reply;

  if (body == NULL)
    return NULL;
  reply = hs_sign_in_reply_decode (text, length, error);
  hs_site_errand_wipe_reply (body);
  if (reply == NULL)
    hs_site_errand_blame_site (error);
  return reply;
}

void
hs_site_client_bind_key_async (HsSiteClient *client,
                               const HsEntitlementRequest *request,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  post_secret (client, "/v1/device/entitlement", hs_entitlement_request_encode (request),
               cancellable, callback, user_data);
}

gboolean
hs_site_client_bind_key_finish (GAsyncResult *result, char **entitlement, GError **error)
{
  const char *text;
  gsize length;
  g_autoptr (GBytes) body = hs_site_errand_finish (result, &text, &length, error);

  if (body == NULL)
    return FALSE;
  return blame_unless (hs_entitlement_reply_decode (text, length, entitlement, error), error);
}

void
hs_site_client_change_secret_async (HsSiteClient *client,
                                    const HsSecretRequest *request,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  post_secret (client, "/v1/device/secret", hs_secret_request_encode (request), cancellable,
               callback, user_data);
}

gboolean
hs_site_client_change_secret_finish (GAsyncResult *result, HsSecretBytes **pepper, GError **error)
{
  const char *text;
  gsize length;
  g_autoptr (GBytes) body = hs_site_errand_finish (result, &text, &length, error);

  if (body == NULL)
    return FALSE;
  gboolean is_good = hs_secret_reply_decode (text, length, pepper, error);
  hs_site_errand_wipe_reply (body);
  return blame_unless (is_good, error);
}

void
hs_site_client_release_async (HsSiteClient *client,
                              const HsReleaseRequest *request,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  post_secret (client, "/v1/device/release", hs_release_request_encode (request), cancellable,
               callback, user_data);
}

gboolean
hs_site_client_release_finish (GAsyncResult *result, HsId *command, GError **error)
{
  const char *text;
  gsize length;
  g_autoptr (GBytes) body = hs_site_errand_finish (result, &text, &length, error);

  if (body == NULL)
    return FALSE;
  return blame_unless (hs_release_reply_decode (text, length, command, error), error);
}

/* ── what others read ────────────────────────────────────────────────────────────────────── */

void
hs_site_client_ask_async (HsSiteClient *client,
                          const char *path,
                          GBytes *body,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  const HsSiteErrand errand
      = { .method = "POST", .path = path, .body = g_bytes_ref (body), .once = TRUE };

  hs_site_errand_start (client, TRUE, &errand, cancellable, callback, user_data);
}

GBytes *
hs_site_client_ask_finish (GAsyncResult *result, GError **error)
{
  const char *text;
  gsize length;

  return hs_site_errand_finish (result, &text, &length, error);
}

GBytes *
hs_site_client_take_secret_body (char *text)
{
  return hs_site_errand_take_secret_body (text);
}

void
hs_site_client_forget_reply (GBytes *reply)
{
  hs_site_errand_wipe_reply (reply);
  g_bytes_unref (reply);
}

void
hs_site_client_blame_site (GError **error)
{
  hs_site_errand_blame_site (error);
}
