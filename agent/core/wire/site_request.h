/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What a site asks the organisation root to sign: its public material, nothing secret.
 *
 * `homespool-site init` writes it, `homespool-trust sign` reads it: the canonical JSON {request:
 * "homespool.site-request/1", site_urls, device_urls, site_ca, keys {command, entitlement}}, one
 * line. It is not signed; the administrator compares the fingerprint (SHA-256 of the canonical
 * bytes) that both programs show.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "base/public_key.h"

#define HS_SITE_REQUEST_MAX_BYTES (64 * 1024)

typedef struct
{
  char **site_urls;          /* 1 to 8; https:// */
  char **device_urls;        /* 1 to 8; https:// */
  char **site_ca;            /* PEM; 1 to 8 */
  HsPublicKey *command_keys; /* 1 to 4 */
  gsize n_command_keys;
  HsPublicKey *entitlement_keys; /* 1 to 4 */
  gsize n_entitlement_keys;
} HsSiteRequest;

/* Errors: INVALID, NO_SPACE. */
HsSiteRequest *
hs_site_request_decode (const char *bytes, gsize length, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): the line, without a line feed.
 * Errors: INVALID, NO_SPACE when hs_site_request_decode() would refuse it. */
char *hs_site_request_encode (const HsSiteRequest *request,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* "sha256:" and 64 hex digits over the canonical bytes. Returns: (transfer full). */
char *hs_site_request_dup_fingerprint (const HsSiteRequest *request);

HsSiteRequest *hs_site_request_new (void);
void hs_site_request_free (HsSiteRequest *request);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsSiteRequest, hs_site_request_free)
