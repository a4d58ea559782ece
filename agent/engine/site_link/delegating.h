/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What a signed-in person asks the site about others who may release, and the shares for documents
 * that were sealed before this person had a key here. Nothing is kept here.
 *
 * Errors of every finish: TEMPORARY (offline, too many tries), DENIED (sign in again), REFUSED,
 * NOT_FOUND, INVALID: in the site's words; REFUSED (not enrolled), CORRUPT (not our protocol).
 *
 * Threads: main context only.  Blocks: never. */

#include "core/wire/delegation.h"
#include "engine/site_link/parts.h"

void hs_site_link_delegate_async (HsSiteLink *link,
                                  const HsDelegationRequest *request,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
HsDelegationReply *hs_site_link_delegate_finish (GAsyncResult *result,
                                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full) (element-type HsDelegation). */
void hs_site_link_list_delegations_async (HsSiteLink *link,
                                          const HsSecretBytes *session,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data);
GPtrArray *hs_site_link_list_delegations_finish (GAsyncResult *result,
                                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

void hs_site_link_revoke_async (HsSiteLink *link,
                                const HsRevocationRequest *request,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
gboolean hs_site_link_revoke_finish (GAsyncResult *result,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full) (element-type HsJobShare): may lack some. */
void hs_site_link_fetch_shares_async (HsSiteLink *link,
                                      const HsSharesRequest *request,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
GPtrArray *hs_site_link_fetch_shares_finish (GAsyncResult *result,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
