/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The site's HTTP interface as functions: bodies in, bodies out, every reply bounded and strictly
 * read. It decides nothing and believes nothing: signed texts are handed on as texts.
 *
 * A client is made of one trust bundle and, once enrolled, one device certificate; a change of
 * either means a new client. All connections are TLS 1.3, verified by the bundle's site CA alone;
 * nothing is followed, and no proxy is used but the configured one. Of several URLs the one that
 * worked last is tried first, then the others in order; what must arrive at most once moves on only
 * if nothing of it was sent. From time to time, jittered, the first one is tried again.
 * Where none of the devices' URLs answers and a domain is given, its DNS service records
 * (_homespool._tcp) name further places to connect to; who answers there must be the site all the same,
 * by name, authority and TLS as at the first URL.
 *
 * Threads: main context only.  Blocks: never.
 * Errors of every finish: TEMPORARY (no answer), REFUSED (the other end is not the site, or does not
 * accept our certificate), CORRUPT (not our protocol), CANCELLED, and what the site itself says
 * (core/wire/wire_error). */

#include "core/wire/command.h"
#include "core/wire/enrolment.h"
#include "core/wire/event_record.h"
#include "core/wire/sign_in.h"
#include "net/http.h"

/* The site may hold a poll so much longer than asked before it counts as dead. */
#define HS_SITE_POLL_GRACE_S 30

typedef struct HsSiteClient HsSiteClient;

/* Copied by hs_site_client_new(). */
typedef struct
{
  const char *const *site_urls;   /* people and enrolment */
  const char *const *device_urls; /* devices */
  const char *const *site_ca;     /* PEM */
  const char *certificate;        /* PEM chain of this device; NULL before enrolment */
  const HsSecretBytes *key;       /* PEM of its private key; NULL before enrolment */
  const char *proxy;              /* NULL or "" = none */
  const char *discover;           /* domain; NULL or "" = none */

  /* A request waits and the site's system acknowledges nothing (HsHttpRequest.on_silent). Nullable; the
   * data outlives every request. */
  void (*on_silent) (gpointer data);
  gpointer on_silent_data;
} HsSiteAccess;

/* ── first contact ───────────────────────────────────────────────────────────────────────── */

/* Fetches the bundle of the site at @url over a connection that trusts nobody and carries nothing
 * secret; the reply means nothing until its root was compared with the token's. */
void hs_site_client_first_contact_async (HsHttp *http,
                                         const char *url,
                                         const char *proxy,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data);
HsBundleReply *hs_site_client_first_contact_finish (GAsyncResult *result,
                                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

/* @http is borrowed and must outlive the client. */
HsSiteClient *hs_site_client_new (HsHttp *http, const HsSiteAccess *access);

/* Requests under way end by themselves; cancel them where that matters. NULL is allowed. */
void hs_site_client_free (HsSiteClient *client);

/* TRUE: the devices' listener answered last at another than its first address. */
gboolean hs_site_client_is_elsewhere (const HsSiteClient *client);

/* Our clock minus the site's, as its last answer said, to within some seconds. FALSE: it has not answered
 * yet, or does not say. */
gboolean hs_site_client_get_clock_offset (const HsSiteClient *client, gint64 *offset_us);

/* ── without a certificate ───────────────────────────────────────────────────────────────── */

void hs_site_client_enrol_async (HsSiteClient *client,
                                 const HsEnrolRequest *request,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
HsEnrolReply *hs_site_client_enrol_finish (GAsyncResult *result,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

void hs_site_client_fetch_bundle_async (HsSiteClient *client,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data);
HsBundleReply *hs_site_client_fetch_bundle_finish (GAsyncResult *result,
                                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ── as a device ─────────────────────────────────────────────────────────────────────────── */

/* Returns: (transfer full): the new certificate as PEM chain. */
void hs_site_client_renew_async (HsSiteClient *client,
                                 const char *csr,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
char *hs_site_client_renew_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): the signed release keys. */
void hs_site_client_fetch_release_keys_async (HsSiteClient *client,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data);
char *hs_site_client_fetch_release_keys_finish (GAsyncResult *result,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* @upload: a body of hs_upload_encode(). Sending it again is harmless. */
void hs_site_client_send_events_async (HsSiteClient *client,
                                       GBytes *upload,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
gboolean hs_site_client_send_events_finish (GAsyncResult *result,
                                            HsUploadAnswer *answer,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Asks for commands; the site may hold the answer for @wait_s (0 to HS_COMMANDS_MAX_WAIT_S). A dead
 * connection is noticed by TCP alone: nothing wakes up meanwhile. @held: ids of permissions that are kept
 * here, at most HS_COMMANDS_MAX_HELD.
 * Returns: (transfer full) (element-type HsCommandEnvelope): may be empty. *gone: (transfer full)
 * (nullable): those of @held that do not hold any more. */
void hs_site_client_poll_async (HsSiteClient *client,
                                const guint8 nonce[HS_COMMAND_NONCE_BYTES],
                                guint wait_s,
                                const GArray *held,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
GPtrArray *hs_site_client_poll_finish (GAsyncResult *result,
                                       GArray **gone,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

void hs_site_client_sign_in_async (HsSiteClient *client,
                                   const HsSignInRequest *request,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
HsSignInReply *hs_site_client_sign_in_finish (GAsyncResult *result,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Binds the key that a person has made on this workstation. *entitlement (nullable): (transfer full):
 * NULL if the policy lets nobody print offline. */
void hs_site_client_bind_key_async (HsSiteClient *client,
                                    const HsEntitlementRequest *request,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
gboolean hs_site_client_bind_key_finish (GAsyncResult *result,
                                         char **entitlement,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A new PIN or password. *pepper (nullable): (transfer full). */
void hs_site_client_change_secret_async (HsSiteClient *client,
                                         const HsSecretRequest *request,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data);
gboolean hs_site_client_change_secret_finish (GAsyncResult *result,
                                              HsSecretBytes **pepper,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Asks the site to release a job of this workstation; the release itself comes by the poll. */
void hs_site_client_release_async (HsSiteClient *client,
                                   const HsReleaseRequest *request,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
gboolean hs_site_client_release_finish (GAsyncResult *result,
                                        HsId *command,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Asks @path (a literal of the interface) with @body, as a device and at most once; the reply as it
 * came, for whoever knows how to read it. Free it with hs_site_client_forget_reply(). */
void hs_site_client_ask_async (HsSiteClient *client,
                               const char *path,
                               GBytes *body,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
GBytes *hs_site_client_ask_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Takes a text with a secret in it; wiped with its last reference. */
GBytes *hs_site_client_take_secret_body (char *text);
/* Wipes and frees. */
void hs_site_client_forget_reply (GBytes *reply);
/* What cannot be read in a reply is the site's fault: makes the error CORRUPT. */
void hs_site_client_blame_site (GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsSiteClient, hs_site_client_free)
