/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Letting somebody else release: who may give it to whom, and for how long.
 *
 * The delegate may release the documents and nothing else; deleting them and their titles stay the
 * owner's. What is over or taken back holds no longer from that moment on, also for a release that no
 * workstation has fetched yet (site/store). A name that nobody has is answered as such, for people
 * mistype; each such try is counted, and after HS_DELEGATION_FREE_TRIES the next one has to wait.
 *
 * Threads and blocking: as site/site.h; each call within a transaction of the store. */

#include "site/server/call.h"
#include "site/site.h"
#include "site/store/delegations.h"

#define HS_DELEGATION_FREE_TRIES 5
#define HS_DELEGATION_MAX_DELAY_S 900
#define HS_DELEGATION_MAX_US (366 * G_TIME_SPAN_DAY) /* nothing is given for ever */

/* Opens the gate for one try of @owner and counts it as failed already; commit before
 * hs_delegation_give(). Errors: TEMPORARY: too many tries; *retry_s says how long to wait. */
gboolean hs_delegation_begin (HsSite *site,
                              const HsId *owner,
                              gint64 now_us,
                              guint *retry_s,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Lets the person @name release @job (zero: every document) of @owner until @expires_us. Given again,
 * it only gets the new end. Takes the counted try back.
 * Returns: (transfer full). Errors: NOT_FOUND (no such person, or not a waiting document of @owner),
 * REFUSED (oneself, a blocked account, beyond a guest's end, too many), INVALID (the end). */
HsStoreDelegation *hs_delegation_give (HsSite *site,
                                       const HsId *owner,
                                       const char *name,
                                       const HsId *job,
                                       gint64 expires_us,
                                       gint64 now_us,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Takes it back; *delegate gets whose page changes. Errors: NOT_FOUND. */
gboolean hs_delegation_take_back (HsSite *site,
                                  const HsId *owner,
                                  const HsId *id,
                                  HsId *delegate,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Something of @owner's was taken back: wakes the polls of the workstations that may keep it, too. */
gboolean hs_delegation_wake_workstations (HsSite *site,
                                          HsCall *call,
                                          const HsId *owner,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Wakes the open pages that show @owner's documents: the owner's and the delegates'. */
gboolean hs_delegation_wake (HsSite *site, HsCall *call, const HsId *owner, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
