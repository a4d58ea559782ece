/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The three stages of a sign-in, for pages and workstations alike: gate and count (store lane), look
 * at the password (scrypt lane), take the failure back or refuse (store lane).
 *
 * Threads: as site/server/call.h. */

#include "site/server/call.h"

/* Takes @password. On success the request goes on in the scrypt lane and then to @finish, which
 * calls hs_password_stage_finish(). Uses call->state.
 * Errors: TEMPORARY with status 429 and retry_s: too many failures. */
gboolean hs_password_stage_begin (HsSite *site,
                                  HsCall *call,
                                  const char *name,
                                  HsSecretBytes *password,
                                  HsCallStage finish,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): who signed in. Errors: DENIED with status 401: wrong name or password. */
HsStoreUser *
hs_password_stage_finish (HsSite *site, HsCall *call, GError **error) G_GNUC_WARN_UNUSED_RESULT;
