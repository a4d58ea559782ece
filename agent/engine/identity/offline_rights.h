/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What each person may do while the site cannot be reached: the site's signed entitlement, how many
 * of its pages are used, and how it is renewed while the site is there.
 *
 * An entitlement is bound to person, workstation and registered key. It is compared with a clock that
 * nobody can turn back (engine/identity/last_seen.h). Pages are counted in the transaction in which a
 * job ends; a newer entitlement begins with all of its pages.
 *
 * Threads: main context only.  Blocks: never. */

#include "core/wire/sign_in.h"
#include "engine/engine_parts.h"
#include "engine/identity/identities.h"
#include "engine/identity/last_seen.h"
#include "engine/identity/sessions.h"
#include "engine/site_link/parts.h"

/* An entitlement that is older is renewed when its person uses the workstation online; ours: a day of
 * absence at the site costs one of the usual seven. */
#define HS_OFFLINE_RENEW_US (24 * G_TIME_SPAN_HOUR)

typedef struct HsOfflineRights HsOfflineRights;

/* Pointers must outlive the rights. */
typedef struct
{
  HsIdentities *identities;
  HsSessions *sessions;
  HsSiteLink *site_link;
  HsLastSeen *last_seen;
  HsLedger *ledger;
} HsOfflineRightsParts;

/* @settings: of the ledger's contents; borrowed for the call. */
HsOfflineRights *hs_offline_rights_new (const HsOfflineRightsParts *parts, GHashTable *settings);

/* What is under way with the site must have ended. NULL is allowed. */
void hs_offline_rights_free (HsOfflineRights *rights);

/* The table for the engine. */
HsOfflineHooks hs_offline_rights_get_hooks (HsOfflineRights *rights);

/* The entitlement of @identity that holds now for the registered key, (transfer full); NULL: none,
 * *error says why (DENIED, EXPIRED). */
HsEntitlement *hs_offline_rights_find (HsOfflineRights *rights,
                                       const HsId *identity,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* To be remembered when the site is asked for an entitlement, and given back with its answer. */
guint hs_offline_rights_get_round (const HsOfflineRights *rights);

/* Remembers what the site gave; NULL: it gives nothing. @text was verified. FALSE: the site ended sessions
 * since it was asked, and whoever was blocked may have got this a moment before: it is asked anew, and
 * nothing is remembered. */
gboolean hs_offline_rights_put (HsOfflineRights *rights,
                                guint round,
                                const HsId *identity,
                                const char *text);

/* @identity uses this workstation: asks the site for an entitlement if the present one is old. Nobody
 * waits for it. */
void hs_offline_rights_look (HsOfflineRights *rights, const HsId *identity);

/* The same for everybody whose key is unlocked or who had an entitlement: the site is back. */
void hs_offline_rights_look_all (HsOfflineRights *rights);

/* The site has ended somebody's sessions and does not say whose: forgets what everybody has, and asks
 * for it anew. Who was blocked is refused. */
void hs_offline_rights_renew_all (HsOfflineRights *rights);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsOfflineRights, hs_offline_rights_free)
