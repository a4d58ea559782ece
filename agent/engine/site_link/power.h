/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Sleep and waking, told to the site.
 *
 * Threads: main context only.  Blocks: never. */

#include "core/notices.h"
#include "engine/site_link/parts.h"

/* Writes a power record. Complete when the site has it, or at once if this workstation is not
 * enrolled. From anything but AWAKE on no poll is sent, for a site takes a workstation that polls to
 * be awake; what waits in the outbox still goes. Errors: TEMPORARY (the site cannot be reached now:
 * it gets the record later), CANCELLED (the link was stopped), the ledger's. */
void hs_site_link_tell_power_async (HsSiteLink *link,
                                    HsPowerNotice power,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
gboolean hs_site_link_tell_power_finish (HsSiteLink *link,
                                         GAsyncResult *result,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
