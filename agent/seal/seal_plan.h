/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Who shall be able to open a job that is about to be sealed.
 *
 * A plan names up to three ways (docs/sealed-format.md): the owner's key; site and workstation
 * together; escrow recipients of the signed trust bundle. It is a value that a worker can own.
 *
 * Threads: any; one owner at a time.  Blocks: never. */

#include "base/id.h"
#include "base/secret_bytes.h"
#include "crypto/x25519.h"

#define HS_SEAL_ESCROW_MAX 8 /* recipients in a bundle; keeps a header below 4 KiB */

typedef struct
{
  char *name; /* as the bundle calls it; shown to the owner and in the job's trace */
  guint8 recipient[HS_X25519_BYTES];
} HsSealEscrow;

typedef struct
{
  HsId device;
  HsId job;
  HsId owner; /* identity; zero if unproven */

  gboolean has_owner_key;
  guint8 owner_public[HS_X25519_BYTES];

  gboolean has_release_key;
  guint8 release_public[HS_X25519_BYTES]; /* S of this epoch */
  guint64 release_epoch;                  /* not 0 */

  HsSecretBytes *machine_secret; /* 32 bytes; needed with a release key; nullable */
  guint32 machine_generation;    /* its generation, from 1 */

  GPtrArray *escrow; /* of HsSealEscrow; may be empty */
} HsSealPlan;

/* An empty plan, which seals nothing yet. */
HsSealPlan *hs_seal_plan_new (const HsId *device, const HsId *job, const HsId *owner);
HsSealPlan *hs_seal_plan_copy (const HsSealPlan *plan);
void hs_seal_plan_free (HsSealPlan *plan);

void hs_seal_plan_set_owner_key (HsSealPlan *plan, const guint8 owner_public[HS_X25519_BYTES]);
void hs_seal_plan_set_release_key (HsSealPlan *plan,
                                   const guint8 release_public[HS_X25519_BYTES],
                                   guint64 release_epoch,
                                   const HsSecretBytes *machine_secret,
                                   guint32 machine_generation);
void hs_seal_plan_add_escrow (HsSealPlan *plan,
                              const char *name,
                              const guint8 recipient[HS_X25519_BYTES]);

/* Would anybody but the escrow holders be able to open the job?
 * Errors: REFUSED: there is neither an owner key nor a release key; the message says what to do. */
gboolean hs_seal_plan_check (const HsSealPlan *plan, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsSealPlan, hs_seal_plan_free)
