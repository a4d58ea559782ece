/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Who shall be able to open a job. */

#include "seal/seal_plan.h"

#include "base/error.h"

#include <string.h>

static void
escrow_free (gpointer data)
{
  HsSealEscrow *escrow = data;

  g_free (escrow->name);
  g_free (escrow);
}

HsSealPlan *
hs_seal_plan_new (const HsId *device, const HsId *job, const HsId *owner)
{
  HsSealPlan *plan = g_new0 (HsSealPlan, 1);

  plan->device = *device;
  plan->job = *job;
  plan->owner = *owner;
  plan->escrow = g_ptr_array_new_with_free_func (escrow_free);
  return plan;
}

HsSealPlan *
hs_seal_plan_copy (const HsSealPlan *plan)
{
  HsSealPlan *copy = hs_seal_plan_new (&plan->device, &plan->job, &plan->owner);

  if (plan->has_owner_key)
    hs_seal_plan_set_owner_key (copy, plan->owner_public);
  if (plan->has_release_key)
    hs_seal_plan_set_release_key (copy, plan->release_public, plan->release_epoch,
                                  plan->machine_secret, plan->machine_generation);
  for (guint i = 0; i < plan->escrow->len; i++)
    {
      const HsSealEscrow *escrow = g_ptr_array_index (plan->escrow, i);
      hs_seal_plan_add_escrow (copy, escrow->name, escrow->recipient);
    }
  return copy;
}

void
hs_seal_plan_free (HsSealPlan *plan)
{
  if (plan == NULL)
    return;
  hs_secret_bytes_free (plan->machine_secret);
  g_ptr_array_unref (plan->escrow);
  g_free (plan);
}

void
hs_seal_plan_set_owner_key (HsSealPlan *plan, const guint8 owner_public[HS_X25519_BYTES])
{
  plan->has_owner_key = TRUE;
  memcpy (plan->owner_public, owner_public, HS_X25519_BYTES);
}

void
hs_seal_plan_set_release_key (HsSealPlan *plan,
                              const guint8 release_public[HS_X25519_BYTES],
                              guint64 release_epoch,
                              const HsSecretBytes *machine_secret,
                              guint32 machine_generation)
{
  plan->has_release_key = TRUE;
  memcpy (plan->release_public, release_public, HS_X25519_BYTES);
  plan->release_epoch = release_epoch;
  hs_secret_bytes_free (plan->machine_secret);
  plan->machine_secret = hs_secret_bytes_copy (machine_secret);
  plan->machine_generation = machine_generation;
}

void
hs_seal_plan_add_escrow (HsSealPlan *plan,
                         const char *name,
                         const guint8 recipient[HS_X25519_BYTES])
{
  HsSealEscrow *escrow = g_new (HsSealEscrow, 1);

  escrow->name = g_strdup (name);
  memcpy (escrow->recipient, recipient, HS_X25519_BYTES);
  g_ptr_array_add (plan->escrow, escrow);
}

gboolean
hs_seal_plan_check (const HsSealPlan *plan, GError **error)
{
  if (plan->escrow->len > HS_SEAL_ESCROW_MAX)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
                   "the trust bundle names more than %d escrow recipients; ask your administrator",
                   HS_SEAL_ESCROW_MAX);
      return FALSE;
    }
  if (plan->has_owner_key || plan->has_release_key)
    return TRUE;
  g_set_error_literal (
      error, HS_ERROR, HS_ERROR_REFUSED,
      "nobody could ever open this document: start Homespool in your desktop session or run "
      "\"homespool unlock\" once, or ask your administrator to enrol this workstation");
  return FALSE;
}
