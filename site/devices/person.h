/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Who asks through a workstation: the session in the body of a request.
 *
 * Threads and blocking: as site/site.h; each call within a transaction of the store. */

#include "site/server/call.h"

/* The session of a person who is signed in through this very workstation. Errors: DENIED (401). */
HsStoreSession *hs_device_find_session (HsSite *site,
                                        HsCall *call,
                                        const HsSecretBytes *token,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The person behind it, for what a found card must not be enough for. Errors: DENIED, REFUSED (a card
 * alone). */
HsStoreUser *hs_device_find_person (HsSite *site,
                                    HsCall *call,
                                    const HsSecretBytes *token,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
