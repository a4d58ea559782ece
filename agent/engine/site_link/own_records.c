/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What the link itself has to tell: that the agent started, sleeps, or begins a new stream. */

#include "engine/site_link/own_records.h"

#include "engine/event_draft.h"
#include "engine/site_link/reach.h"

void
hs_site_link_append (HsSiteLink *link, HsLedgerBatch *batch, HsRecordKind kind, json_t *body)
{
  hs_event_draft_append (batch, kind, g_get_real_time (), !hs_site_link_is_online (link), body);
}
