/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Grants: the file key of a waiting job, sealed to a key that is no recipient of the job: the owner's,
 * which was made later, or that of somebody whom the owner lets release (engine/delegation).
 *
 * A grant is the setting "grant/<job>/<identity>" of the ledger, under the row's MAC: an age file with
 * the 16 bytes of the file key, for the public key of @identity that is registered here. It dies with
 * the job: it is deleted in the transaction that makes the job final, and unused grants at a start.
 * What was opened with one cannot be taken back.
 *
 * Threads: main context only.  Blocks: never. */

#include "engine/engine_private.h"

#define HS_GRANT_SETTING "grant/"
#define HS_GRANT_FILE_KEY_BYTES 16 /* of age */

HsGrants *hs_grants_new (void);
void hs_grants_free (HsGrants *grants);

/* Takes up what the ledger remembers. */
void hs_grants_load (HsGrants *grants, const HsLedgerContents *contents);

/* The setting's name. Returns: (transfer full). */
char *hs_grants_dup_name (const HsId *job, const HsId *identity);

/* Is there one? */
gboolean hs_grants_has (HsEngine *engine, const HsId *job, const HsId *identity);

/* One that is durable. @sealed: a reference is taken. */
void hs_grants_put (HsEngine *engine, const HsId *job, const HsId *identity, GBytes *sealed);

/* Takes one out at once, and out of the ledger with @batch. */
void
hs_grants_remove (HsEngine *engine, HsLedgerBatch *batch, const HsId *job, const HsId *identity);

/* Is there one, and the key for it unlocked here? */
gboolean hs_grants_may_open (HsEngine *engine, const HsId *job, const HsId *identity);

/* The file key. Returns: (transfer full): NULL if there is no grant, no unlocked key, or they do not fit. */
HsSecretBytes *hs_grants_open (HsEngine *engine, const HsId *job, const HsId *identity);

/* The file key of a job that was released, by whichever grant opens here. Returns: as above. */
HsSecretBytes *hs_grants_open_any (HsEngine *engine, const HsId *job);

/* Deletes the grants of @job with @batch; forget them when it is durable. */
void hs_grants_add_deletion (HsEngine *engine, HsLedgerBatch *batch, const HsId *job);
void hs_grants_forget (HsEngine *engine, const HsId *job);

/* Deletes grants whose job left while the agent was down. */
void hs_grants_prune (HsEngine *engine, HsLedgerBatch *batch);

/* Lets @delegate open @slot's job, if a delegation covers it, the owner's key is unlocked here and
 * there is no grant yet (engine/delegation/granting.c). */
void hs_granting_start (HsSlot *slot, const HsId *delegate);
