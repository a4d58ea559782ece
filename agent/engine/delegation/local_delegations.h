/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Whom the owners of jobs on this workstation let release them here, also while the site cannot be
 * reached: somebody with a key of their own on this workstation.
 *
 * A delegation is a setting of the ledger (core/wire/local_delegation.h). For each waiting job that
 * it covers the engine adds a grant (engine/delivery/grants.h) as soon as the owner's key is unlocked.
 * The delegate then sees the job without its title, and may release it and nothing else. Taking a
 * delegation back, and its end, delete it and its grants; what was opened cannot be taken back.
 *
 * Threads: main context only.  Blocks: never. */

#include "core/wire/local_delegation.h"
#include "engine/engine.h"

#define HS_LOCAL_DELEGATIONS_MAX 100 /* of one owner; ours: as at the site */

/* ── for owners ──────────────────────────────────────────────────────────────────────────── */

typedef struct
{
  HsId id;                   /* zero: the site does not know of it; a new one is made */
  HsId delegate;             /* an identity of this workstation */
  HsId job;                  /* zero: all */
  gint64 expires_us;         /* UTC */
  const char *delegate_name; /* for the owner */
  const char *owner_name;    /* for the delegate */
} HsDelegationWish;

/* Could hs_engine_delegate_async() make such a thing now? *error says why not: REFUSED (the policy
 * lets no key open documents; oneself), NOT_FOUND (no such job, or one of the two has no key here),
 * INVALID (the time), NO_SPACE (too many). */
gboolean hs_engine_check_delegation (HsEngine *engine,
                                     const HsCaller *caller,
                                     const HsDelegationWish *wish,
                                     GError **error);

/* Completes when it is durable, with its id. Errors: as above, INTERNAL, and the ledger's. */
void hs_engine_delegate_async (HsEngine *engine,
                               const HsCaller *caller,
                               const HsDelegationWish *wish,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean hs_engine_delegate_finish (HsEngine *engine,
                                    GAsyncResult *result,
                                    HsId *id,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Of @caller, those that have not ended. Returns: (transfer container) (element-type
 * HsLocalDelegation): borrowed until the next turn of the main loop. */
GPtrArray *hs_engine_list_delegations (HsEngine *engine, const HsCaller *caller);

/* The delegate's name. Returns: (transfer full) (nullable): the owner's key is locked. */
char *hs_engine_dup_delegate_name (HsEngine *engine, const HsLocalDelegation *delegation);

/* Takes one back; from this moment on it lets nobody do anything. Errors: NOT_FOUND (the caller has
 * no such one), and the ledger's: then it may be there again after a restart. */
void hs_engine_revoke_delegation_async (HsEngine *engine,
                                        const HsCaller *caller,
                                        const HsId *id,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data);
gboolean hs_engine_revoke_delegation_finish (HsEngine *engine,
                                             GAsyncResult *result,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* @owner has delegations that the site should know of. */
gboolean hs_engine_has_site_delegations (HsEngine *engine, const HsId *owner);

/* The site knows these ids of @owner's (element-type HsDelegation): others that it once knew were
 * taken back there, and end here. */
void hs_engine_follow_delegations (HsEngine *engine, const HsId *owner, const GPtrArray *at_site);

/* All that the site should know of, whoever gave them, in a lasting order.
 * Returns: (transfer full) (element-type HsId). */
GArray *hs_engine_list_site_delegations (HsEngine *engine);

/* The site says that these (element-type HsId) do not hold any more: they end here. What the site knows
 * nothing of stays. */
void hs_engine_end_delegations (HsEngine *engine, const GArray *gone);

/* ── for delegates ───────────────────────────────────────────────────────────────────────── */

/* Jobs of others that @caller may release now, oldest first.
 * Returns: (transfer container) (element-type HsJob): borrowed as in hs_engine_list_jobs(). */
GPtrArray *hs_engine_list_delegated_jobs (HsEngine *engine, const HsCaller *caller);

/* Does @caller know of @job only because its owner lets them release it? *from (nullable) is then
 * (transfer full) the owner's name, NULL while the caller's key is locked. */
gboolean
hs_engine_is_delegated (HsEngine *engine, const HsCaller *caller, const HsJob *job, char **from);
