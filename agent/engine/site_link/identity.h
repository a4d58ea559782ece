/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Which key and certificate this device speaks with.
 *
 * Threads: main context only.  Blocks: on the key files. */

#include "engine/site_link/state.h"

/* Reads certificates and keys; sets the time of renewal. Errors: CORRUPT, DENIED: neither pair can be
 * used. */
gboolean hs_site_link_load_identity (HsSiteLink *link,
                                     GHashTable *settings,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* From now on this is who we are. Takes @pair; key files of others go. */
void hs_site_link_adopt_pair (HsSiteLink *link, HsDevicePair *pair);
void hs_site_link_remove_other_keys (HsSiteLink *link);

/* When the pair is to be renewed; @is_renewed: it was just now. */
void hs_site_link_plan_renewal (HsSiteLink *link, gboolean is_renewed);
