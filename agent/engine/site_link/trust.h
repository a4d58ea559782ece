/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Bundle, printer list and release keys: kept, and told to engine and printers.
 *
 * Threads: main context only.  Blocks: never. */

#include "engine/site_link/state.h"

/* Errors: CORRUPT and those of hs_signed_bundle_open_stored(): what is kept cannot be used. */
gboolean hs_site_link_load_trust (HsSiteLink *link,
                                  GHashTable *settings,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Of a workstation that is not enrolled: to which organisation it belonged, if that is known. */
void hs_site_link_load_organisation (HsSiteLink *link, GHashTable *settings);

void hs_site_link_tell_engine (HsSiteLink *link);

/* Tells the parts, if what may be used now differs from what they were told. */
void hs_site_link_tell_trust (HsSiteLink *link);

/* Tells engine and parts after a change of contents, not only of validity. */
void hs_site_link_tell_trust_again (HsSiteLink *link);
