/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Letting somebody else release: the bodies of POST /v1/device/delegations, …/list and …/revoke, and
 * of POST /v1/device/shares.
 *
 * Each request carries the session of the person who asks, at the workstation that sends it.
 *
 * Threads: any, no shared state.  Blocks: never.  Errors of the decoders: INVALID, NO_SPACE. */

#include "base/id.h"
#include "base/secret_bytes.h"

#define HS_DELEGATION_MAX_NAME_BYTES 256 /* as for signing in */
#define HS_DELEGATIONS_MAX 100           /* of one person; ours: a page of them */
#define HS_SHARES_MAX_JOBS 100           /* of one request; ours: more than a person has waiting */

/* {session, delegate, job, expires_us} → {id, identity, name} */
typedef struct
{
  HsSecretBytes *session;
  char *delegate; /* the name that this person signs in with */
  HsId job;       /* zero: every document of the owner (null on the wire) */
  gint64 expires_us;
} HsDelegationRequest;

HsDelegationRequest *hs_delegation_request_decode (const char *bytes,
                                                   gsize length,
                                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Returns: (transfer full): it holds the session: wipe it. */
char *hs_delegation_request_encode (const HsDelegationRequest *request);
void hs_delegation_request_free (HsDelegationRequest *request);

typedef struct
{
  HsId id;
  HsId identity; /* of the delegate */
  char *name;    /* of the delegate, for people */
} HsDelegationReply;

HsDelegationReply *hs_delegation_reply_decode (const char *bytes,
                                               gsize length,
                                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *hs_delegation_reply_encode (const HsDelegationReply *reply);
void hs_delegation_reply_free (HsDelegationReply *reply);

/* {session} → {delegations: [{id, delegate, name, job, expires_us}]}: what the person gave. */
HsSecretBytes *hs_delegations_request_decode (const char *bytes,
                                              gsize length,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Returns: (transfer full): it holds the session: wipe it. */
char *hs_delegations_request_encode (const HsSecretBytes *session);

typedef struct
{
  HsId id;
  char *delegate; /* sign-in name */
  char *name;     /* for people */
  HsId job;       /* zero: all */
  gint64 expires_us;
} HsDelegation;

/* Returns: (transfer full) (element-type HsDelegation). */
GPtrArray *
hs_delegations_decode (const char *bytes, gsize length, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *hs_delegations_encode (const GPtrArray *delegations);
void hs_delegation_free (HsDelegation *delegation);

/* {session, id} → {} */
typedef struct
{
  HsSecretBytes *session;
  HsId id;
} HsRevocationRequest;

HsRevocationRequest *hs_revocation_request_decode (const char *bytes,
                                                   gsize length,
                                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Returns: (transfer full): it holds the session: wipe it. */
char *hs_revocation_request_encode (const HsRevocationRequest *request);
void hs_revocation_request_free (HsRevocationRequest *request);

/* {session, jobs: [uuid]} → {shares: [{job, share}]}: the site's halves for documents that were
 * sealed before their owner had a key here. What the site does not give is left out. */
typedef struct
{
  HsSecretBytes *session;
  GArray *jobs; /* HsId, 1 to HS_SHARES_MAX_JOBS */
} HsSharesRequest;

HsSharesRequest *hs_shares_request_decode (const char *bytes,
                                           gsize length,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Returns: (transfer full): it holds the session: wipe it. */
char *hs_shares_request_encode (const HsSharesRequest *request);
void hs_shares_request_free (HsSharesRequest *request);

typedef struct
{
  HsId job;
  HsSecretBytes *share; /* HS_COMMAND_SHARE_BYTES of core/wire/command.h */
} HsJobShare;

/* Takes @share. */
HsJobShare *hs_job_share_new (const HsId *job, HsSecretBytes *share);
void hs_job_share_free (HsJobShare *share);

/* Returns: (transfer full) (element-type HsJobShare). */
GPtrArray *
hs_shares_decode (const char *bytes, gsize length, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Returns: (transfer full): it holds shares: wipe it. */
char *hs_shares_encode (const GPtrArray *shares);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsDelegationRequest, hs_delegation_request_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsDelegationReply, hs_delegation_reply_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsDelegation, hs_delegation_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsRevocationRequest, hs_revocation_request_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsSharesRequest, hs_shares_request_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsJobShare, hs_job_share_free)
