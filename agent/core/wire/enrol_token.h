/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The enrolment token: what an administrator carries from the site to a workstation, in a file.
 *
 * One line: "HSE1." and base64url of the canonical JSON {expires_us, root, secret, url}. It names
 * the root by its SHA-256, so first contact needs no other trust, and holds the one-time secret.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "base/public_key.h"
#include "base/secret_bytes.h"

#define HS_ENROL_TOKEN_MAX_BYTES 2048
#define HS_ENROL_TOKEN_SECRET_MIN_BYTES 16 /* 128 bits */
#define HS_ENROL_TOKEN_SECRET_MAX_BYTES 64

typedef struct
{
  char *url;                                      /* https://host:port of the people's listener */
  guint8 root_digest[HS_PUBLIC_KEY_DIGEST_BYTES]; /* SHA-256 of the raw root public key */
  HsSecretBytes *secret;                          /* spent by the first enrolment */
  gint64 expires_us;                              /* UTC */
} HsEnrolToken;

/* White space around the line is allowed. Errors: INVALID. */
HsEnrolToken *
hs_enrol_token_parse (const char *text, gsize length, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): the line, without a line feed. It is a secret: wipe it. */
char *hs_enrol_token_format (const HsEnrolToken *token);

void hs_enrol_token_free (HsEnrolToken *token);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsEnrolToken, hs_enrol_token_free)
