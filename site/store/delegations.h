/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What the site remembers of who may release whose documents; a part of site/store/store.h, which
 * says how the store is used. The rules are in site/people/delegations.h.
 *
 * Threads, blocking and errors: as site/store/store.h. */

#include "site/store/store.h"

typedef struct
{
  HsId id;
  HsId owner;
  HsId delegate;
  HsId job; /* zero: all of the owner's */
  gint64 created_us;
  gint64 expires_us;
  char *name;         /* of the delegate; not written */
  char *display_name; /* likewise */
} HsStoreDelegation;

gboolean
hs_store_add_delegation (HsStore *store, const HsStoreDelegation *delegation, GError **error);
/* Errors: NOT_FOUND, also for another owner's. */
HsStoreDelegation *
hs_store_get_delegation (HsStore *store, const HsId *owner, const HsId *id, GError **error);
/* Those that hold at @now_us, in the order of giving. (element-type HsStoreDelegation) */
GPtrArray *
hs_store_list_delegations (HsStore *store, const HsId *owner, gint64 now_us, GError **error);
gboolean
hs_store_remove_delegation (HsStore *store, const HsId *owner, const HsId *id, GError **error);
/* Is there one of this id that holds at @now_us? None does while its owner's account is blocked or over. */
gboolean hs_store_has_delegation (
    HsStore *store, const HsId *id, gint64 now_us, gboolean *is_held, GError **error);
/* May @delegate release @job at @now_us? Never while the owner's account is blocked or over. */
gboolean hs_store_is_delegated (HsStore *store,
                                const HsId *job,
                                const HsId *delegate,
                                gint64 now_us,
                                gboolean *is_delegated,
                                GError **error);
/* Whose list changes with the owner's documents. Returns: (element-type HsId). */
GArray *hs_store_list_delegates (HsStore *store, const HsId *owner, GError **error);

/* Other people's waiting jobs that @delegate may release at @now_us, newest first; at most @limit. */
GPtrArray *hs_store_list_delegated_jobs (
    HsStore *store, const HsId *delegate, gint64 now_us, guint limit, GError **error);

void hs_store_delegation_free (HsStoreDelegation *delegation);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsStoreDelegation, hs_store_delegation_free)
