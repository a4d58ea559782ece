/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Joining and staying: the bodies of GET /v1/bundle, POST /v1/enrol, POST /v1/device/renew and
 * GET /v1/device/release-keys.
 *
 * Threads: any, no shared state.  Blocks: never.  Errors of the decoders: INVALID, NO_SPACE. */

#include "base/id.h"
#include "base/secret_bytes.h"

#define HS_ENROLMENT_MAX_PEM_BYTES (16 * 1024)
#define HS_ENROLMENT_MAX_HOST_NAME_BYTES 253        /* RFC 1035 */
#define HS_BUNDLE_REPLY_MAX_BYTES (2 * 1024 * 1024) /* two bundles and a printer list, as JWS */

/* {bundle, bundle_next, printers}: JWS texts. */
typedef struct
{
  char *bundle;
  char *bundle_next; /* the same payload signed by the next root; nullable */
  char *printers;    /* nullable: no list was signed yet */
} HsBundleReply;

HsBundleReply *
hs_bundle_reply_decode (const char *bytes, gsize length, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *hs_bundle_reply_encode (const HsBundleReply *reply);
void hs_bundle_reply_free (HsBundleReply *reply);

/* {secret, csr, host_name} */
typedef struct
{
  HsSecretBytes *secret; /* of the token */
  char *csr;             /* PEM */
  char *host_name;       /* shown to administrators */
} HsEnrolRequest;

HsEnrolRequest *
hs_enrol_request_decode (const char *bytes, gsize length, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Returns: (transfer full): it holds the secret: wipe it. */
char *hs_enrol_request_encode (const HsEnrolRequest *request);
void hs_enrol_request_free (HsEnrolRequest *request);

/* {device, certificate, release_keys} */
typedef struct
{
  HsId device;
  char *certificate;  /* PEM chain, the device's own first */
  char *release_keys; /* JWS */
} HsEnrolReply;

HsEnrolReply *
hs_enrol_reply_decode (const char *bytes, gsize length, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *hs_enrol_reply_encode (const HsEnrolReply *reply);
void hs_enrol_reply_free (HsEnrolReply *reply);

/* {csr}, {certificate}, {release_keys}: one text each. @name is the member.
 * Returns: (transfer full). */
char *hs_single_text_decode (const char *name,
                             const char *bytes,
                             gsize length,
                             gsize max_bytes,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *hs_single_text_encode (const char *name, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsBundleReply, hs_bundle_reply_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsEnrolRequest, hs_enrol_request_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsEnrolReply, hs_enrol_reply_free)
