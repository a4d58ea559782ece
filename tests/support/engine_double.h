/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A small engine in memory: it takes documents, hashes and forgets them, and answers what
 * engine/engine.h promises to servers. It links instead of the engine, so that servers are tested
 * without a spool, a ledger or keys. */

#include "engine/engine.h"

typedef struct
{
  guint64 most_bytes;      /* a document of more is refused NO_SPACE while it arrives; 0 = any */
  gboolean refuses_offers; /* every offer is REFUSED */
  gboolean is_slow;        /* pushes fill a small queue, which drains in a later turn */
  gboolean hashes_nothing; /* for measuring the server alone */
  gboolean stalls;         /* the queue fills and never drains */
  guint print_after_ms;    /* a held job prints by itself after this; 0 = it stays held */
} HsEngineDoubleRules;

HsEngine *hs_engine_double_new (const HsEngineDoubleRules *rules);
void hs_engine_double_free (HsEngine *engine);

/* Makes @count held jobs of user @uid. */
void hs_engine_double_fill (HsEngine *engine, guint32 uid, guint count);

/* One line for each job: "job 17 held owner=1000 kind=proven name=alice size=5 sha256=…\n".
 * Returns: (transfer full). */
char *hs_engine_double_format (HsEngine *engine);

/* As if the disk had no room left. */
void hs_engine_double_set_full (HsEngine *engine, gboolean is_full);

/* Documents that are arriving, and intakes that were aborted. */
guint hs_engine_double_count_open (HsEngine *engine);
guint hs_engine_double_count_aborted (HsEngine *engine);
