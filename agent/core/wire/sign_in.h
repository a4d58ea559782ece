/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A person signs in through the workstation, changes a secret, releases: the bodies of POST
 * /v1/device/sign-in, /v1/device/entitlement, /v1/device/secret and /v1/device/release, and the
 * entitlement for offline hours.
 *
 * Threads: any, no shared state.  Blocks: never.  Errors of the decoders: INVALID, NO_SPACE. */

#include "base/id.h"
#include "base/secret_bytes.h"

#define HS_SIGN_IN_MAX_SECRET_BYTES 1024 /* a password; a PIN is shorter */
#define HS_SIGN_IN_MAX_CARD_BYTES 64     /* what a reader types: 16 hex digits are usual */
#define HS_SIGN_IN_MAX_NAME_BYTES 256
#define HS_SIGN_IN_MAX_SESSION_BYTES 256
#define HS_PIN_MIN_DIGITS 4
#define HS_PIN_MAX_DIGITS 12
#define HS_PEPPER_BYTES 32
#define HS_ENTITLEMENT_MAX_BYTES 2048
#define HS_ENTITLEMENT_MAX_PAGES 100000

typedef enum
{
  HS_SIGN_IN_PASSWORD = 1, /* user and password */
  HS_SIGN_IN_PIN,          /* user and PIN */
  HS_SIGN_IN_CARD,         /* card; with a PIN it also opens keys */
} HsSignInMethod;

/* {method, user, card, secret, kiosk}. Password and PIN: user and secret, no card. Card: the card,
 * no user; the secret is the PIN or NULL. */
typedef struct
{
  HsSignInMethod method;
  char *user;            /* nullable */
  HsSecretBytes *card;   /* as the reader typed it; the site normalises; nullable */
  HsSecretBytes *secret; /* password or PIN; nullable */
  gboolean is_kiosk;     /* asks for the pepper; a workstation says so, never a person */
} HsSignInRequest;

HsSignInRequest *hs_sign_in_request_decode (const char *bytes,
                                            gsize length,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Returns: (transfer full): it holds secrets: wipe it. */
char *hs_sign_in_request_encode (const HsSignInRequest *request);
void hs_sign_in_request_free (HsSignInRequest *request);

/* {identity, name, session, expires_us, entitlement, pepper, guest_until_us} */
typedef struct
{
  HsId identity;
  char *name;             /* for people */
  HsSecretBytes *session; /* its text: what the other requests want */
  gint64 expires_us;      /* of the session; UTC */
  char *entitlement;      /* JWS; nullable: none, or no key of this person is known here yet */
  HsSecretBytes *pepper;  /* HS_PEPPER_BYTES; nullable: not a kiosk, or a card without PIN */
  gint64 guest_until_us;  /* the account ends then; 0 = it does not (null on the wire) */
} HsSignInReply;

HsSignInReply *
hs_sign_in_reply_decode (const char *bytes, gsize length, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Returns: (transfer full): it holds the session and the pepper: wipe it. */
char *hs_sign_in_reply_encode (const HsSignInReply *reply);
void hs_sign_in_reply_free (HsSignInReply *reply);

/* {session, recipient} or {identity, recipient} → {entitlement}: binds the person's key that was made
 * on this workstation. The site remembers it, so that later sign-ins bring an entitlement at once. By
 * identity the workstation speaks for a person who is not signed in: where the organisation takes its
 * word for who its OS users are, or for a key that was bound here by a session before. */
typedef struct
{
  HsSecretBytes *session; /* nullable, with an identity */
  HsId identity;          /* zero with a session */
  char *recipient;        /* "age1…" */
} HsEntitlementRequest;

HsEntitlementRequest *hs_entitlement_request_decode (const char *bytes,
                                                     gsize length,
                                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Returns: (transfer full): it holds the session: wipe it. */
char *hs_entitlement_request_encode (const HsEntitlementRequest *request);
void hs_entitlement_request_free (HsEntitlementRequest *request);

/* *entitlement is (transfer full) (nullable): the policy lets nobody print offline. */
gboolean hs_entitlement_reply_decode (const char *bytes,
                                      gsize length,
                                      char **entitlement,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *hs_entitlement_reply_encode (const char *entitlement);

/* {session, method, old, new} → {pepper}: a new PIN or password; the old one is checked. */
typedef struct
{
  HsSecretBytes *session;
  HsSignInMethod method; /* password or PIN */
  HsSecretBytes *old_secret;
  HsSecretBytes *new_secret;
} HsSecretRequest;

HsSecretRequest *hs_secret_request_decode (const char *bytes,
                                           gsize length,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Returns: (transfer full): it holds secrets: wipe it. */
char *hs_secret_request_encode (const HsSecretRequest *request);
void hs_secret_request_free (HsSecretRequest *request);

/* *pepper is (transfer full) (nullable): the one of this person on this workstation, which stays the
 * same; NULL where none was given before. */
gboolean hs_secret_reply_decode (const char *bytes,
                                 gsize length,
                                 HsSecretBytes **pepper,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Returns: (transfer full): it holds the pepper: wipe it. */
char *hs_secret_reply_encode (const HsSecretBytes *pepper);

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
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsEntitlementRequest, hs_entitlement_request_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsSecretRequest, hs_secret_request_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsReleaseRequest, hs_release_request_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsEntitlement, hs_entitlement_free)
