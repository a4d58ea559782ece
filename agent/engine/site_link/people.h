/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* People at this workstation sign in at the site, keep keys and secrets there, and release through it.
 *
 * Threads: main context only.  Blocks: never. */

#include "core/wire/sign_in.h"
#include "engine/site_link/parts.h"

/* Signs a person in at the site. *entitlement (nullable) is verified for this device.
 * Errors: DENIED (name, secret or card), TEMPORARY (offline, too many tries), REFUSED (not enrolled;
 * PIN locked; card unknown). */
void hs_site_link_sign_in_async (HsSiteLink *link,
                                 const HsSignInRequest *request,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
HsSignInReply *hs_site_link_sign_in_finish (HsSiteLink *link,
                                            GAsyncResult *result,
                                            HsEntitlement **entitlement,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Has the site bind the key that the person of @session made here. The entitlement is verified and
 * names @recipient; NULL without error: the policy lets nobody print offline. *text (nullable): as
 * it was signed. Errors: as for the sign-in. */
void hs_site_link_bind_key_async (HsSiteLink *link,
                                  const HsSecretBytes *session,
                                  const char *recipient,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);

/* The same for a person who may not be signed in: @session NULL: the workstation's own word. */
void hs_site_link_renew_entitlement_async (HsSiteLink *link,
                                           const HsSecretBytes *session,
                                           const HsId *identity,
                                           const char *recipient,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data);
HsEntitlement *hs_site_link_bind_key_finish (HsSiteLink *link,
                                             GAsyncResult *result,
                                             char **text,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A new PIN or password. *pepper (nullable): (transfer full).
 * Errors: DENIED (the old one is wrong), INVALID (the new one is none), REFUSED, TEMPORARY. */
void hs_site_link_change_secret_async (HsSiteLink *link,
                                       const HsSecretRequest *request,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
gboolean hs_site_link_change_secret_finish (HsSiteLink *link,
                                            GAsyncResult *result,
                                            HsSecretBytes **pepper,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* An entitlement that was kept, verified again for this workstation and by the present bundle.
 * Errors: of hs_signed_entitlement_open(); REFUSED (not enrolled, or the bundle has expired). */
HsEntitlement *hs_site_link_open_entitlement (HsSiteLink *link,
                                              const char *text,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Asks the site to release a job here; the command comes by the poll. */
void hs_site_link_release_async (HsSiteLink *link,
                                 const HsSecretBytes *session,
                                 const HsId *job,
                                 const HsId *printer,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
gboolean hs_site_link_release_finish (HsSiteLink *link,
                                      GAsyncResult *result,
                                      HsId *command,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
