/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What the engine and the files of this room share: local_delegations.c (the table, who may see
 * what, the end of a delegation), giving.c (what owners do), granting.c (the grants).
 *
 * Threads: main context only.  Blocks: never. */

#include "engine/delegation/local_delegations.h"
#include "engine/engine_private.h"

struct HsLocalDelegations
{
  HsEngine *engine;
  GHashTable *by_id; /* HsId * (of the value) → HsLocalDelegation * */
  GSource *end;      /* the next one ends; NULL: there is none */
};

/* ── for the engine ──────────────────────────────────────────────────────────────────────── */

HsLocalDelegations *hs_local_delegations_new (HsEngine *engine);
void hs_local_delegations_stop (HsLocalDelegations *delegations);
void hs_local_delegations_free (HsLocalDelegations *delegations);

/* At the start: what the ledger remembers; then, with the jobs here, those that are over are deleted
 * with @batch. */
void hs_local_delegations_load (HsEngine *engine, const HsLedgerContents *contents);
void hs_local_delegations_prune (HsEngine *engine, HsLedgerBatch *batch);

/* May @caller, whose job it is not, release @job? *delegate is then who the caller is. */
gboolean hs_local_delegations_find (HsEngine *engine,
                                    const HsCaller *caller,
                                    const HsJob *job,
                                    HsId *delegate) G_GNUC_WARN_UNUSED_RESULT;

/* A delegation that holds now lets @delegate release @job. */
gboolean hs_local_delegations_cover (HsEngine *engine, const HsJob *job, const HsId *delegate);

/* The key of @owner is here, a job of theirs came, or they gave something: adds what grants lack. */
void hs_local_delegations_look_again (HsEngine *engine, const HsId *owner);

/* ── within the room ─────────────────────────────────────────────────────────────────────── */

/* The setting's name. Returns: (transfer full). */
char *hs_local_delegations_dup_name (const HsId *id);

/* Who @caller is among those that give and get. FALSE: a program that only prints, or nobody. */
gboolean hs_local_delegations_find_person (HsEngine *engine,
                                           const HsCaller *caller,
                                           HsId *identity) G_GNUC_WARN_UNUSED_RESULT;

/* Takes it out of the table at once, and out of the ledger with @batch; so are its grants that no
 * other delegation covers. */
void hs_local_delegations_end (HsEngine *engine, HsLedgerBatch *batch, const HsId *id);

/* The table has changed: when does the next one end? */
void hs_local_delegations_arm (HsLocalDelegations *delegations);
