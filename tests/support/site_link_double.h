/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What engine/identity/offline_rights asks the site link, answered in memory: it links instead of
 * engine/site_link. What the site signs is really signed, and opened by trust/signed.h.
 *
 * Threads: main context only.  Blocks: never. */

#include "base/secret_bytes.h"
#include "core/wire/sign_in.h"
#include "engine/site_link/site_link.h"

typedef struct
{
  HsSiteStatus status; /* what hs_site_link_get_status() gives */
  HsBundle *bundle;    /* nullable: not enrolled */
  HsId device;
  HsSecretBytes *entitlement_key;

  /* The question that waits for its answer. */
  GTask *task; /* nullable */
  HsId asked_identity;
  char *asked_recipient;
  gboolean asked_with_session;
  guint n_asked;
} HsSiteLinkDouble;

/* Enrolled and online; the policy is to print. */
void hs_site_link_double_init (HsSiteLinkDouble *site);
void hs_site_link_double_clear (HsSiteLinkDouble *site);
HsSiteLink *hs_site_link_double_get_link (HsSiteLinkDouble *site);

/* As the site would sign it. Returns: (transfer full). */
char *hs_site_link_double_sign (const HsSiteLinkDouble *site, const HsEntitlement *entitlement);

/* Answers the question: with @text (nullable: the policy lets nobody), or fails with @error (transfer
 * full). */
void hs_site_link_double_answer (HsSiteLinkDouble *site, const char *text, GError *error);
