/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What the link itself has to tell the site.
 *
 * Threads: main context only.  Blocks: never. */

#include "core/notices.h"
#include "core/wire/event_record.h"
#include "engine/site_link/state.h"

/* Adds a record to @batch. Takes @body. */
void hs_site_link_append (HsSiteLink *link, HsLedgerBatch *batch, HsRecordKind kind, json_t *body);
