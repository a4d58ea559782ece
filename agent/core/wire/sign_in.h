/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A person signs in through the workstation, and releases: the bodies of POST /v1/device/sign-in
 * and POST /v1/device/release, and the entitlement that a sign-in brings for offline hours.
 *
 * Threads: any, no shared state.  Blocks: never.  Errors of the decoders: INVALID, NO_SPACE. */

#include "base/id.h"
#include "base/secret_bytes.h"

#define HS_SIGN_IN_MAX_PASSWORD_BYTES 1024
#define HS_SIGN_IN_MAX_NAME_BYTES 256
#define HS_SIGN_IN_MAX_SESSION_BYTES 256
#define HS_ENTITLEMENT_MAX_BYTES 2048
#define HS_ENTITLEMENT_MAX_PAGES 100000

/* {user, password} */
typedef struct
{
  char *user;
  HsSecretBytes *password;
} HsSignInRequest;

HsSignInRequest *hs_sign_in_request_decode (const char *bytes,
                                            gsize length,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Returns: (transfer full): it holds the password: wipe it. */
char *hs_sign_in_request_encode (const HsSignInRequest *request);
void hs_sign_in_request_free (HsSignInRequest *request);

/* {identity, name, session, expires_us, entitlement} */
typedef struct
{
  HsId identity;
  char *name;             /* for people */
  HsSecretBytes *session; /* its text: what POST /v1/device/release wants */
  gint64 expires_us;      /* of the session; UTC */
  char *entitlement;      /* JWS; nullable: no offline rights */
} HsSignInReply;

HsSignInReply *
hs_sign_in_reply_decode (const char *bytes, gsize length, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Returns: (transfer full): it holds the session: wipe it. */
char *hs_sign_in_reply_encode (const HsSignInReply *reply);
void hs_sign_in_reply_free (HsSignInReply *reply);

/* {session, job, printer} → {command} */
typedef struct
{
  HsSecretBytes *session;
  HsId job;
  HsId printer;
} HsReleaseRequest;

HsReleaseRequest *hs_release_request_decode (const char *bytes,
                                             gsize length,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Returns: (transfer full): it holds the session: wipe it. */
char *hs_release_request_encode (const HsReleaseRequest *request);
void hs_release_request_free (HsReleaseRequest *request);

gboolean hs_release_reply_decode (const char *bytes, gsize length, HsId *command, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
char *hs_release_reply_encode (const HsId *command);

/* Payload of a homespool-entitlement+jws: {identity, device, recipient, issued_us, expires_us,
 * pages}: what @identity may do on @device while the site cannot be reached. */
typedef struct
{
  HsId identity;
  HsId device;
  char *recipient; /* the person's "age1…" registered here; nullable */
  gint64 issued_us;
  gint64 expires_us;
  guint32 pages; /* 0 to 100,000 */
} HsEntitlement;

HsEntitlement *hs_entitlement_decode (GBytes *payload, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GBytes *hs_entitlement_encode (const HsEntitlement *entitlement,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hs_entitlement_free (HsEntitlement *entitlement);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsSignInRequest, hs_sign_in_request_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsSignInReply, hs_sign_in_reply_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsReleaseRequest, hs_release_request_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsEntitlement, hs_entitlement_free)
