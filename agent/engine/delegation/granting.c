/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* How grants come about. The sealed fields of the row have the document's header and file key, so no
 * document is read: the site's share opens them for an owner whose key came late, the owner's key for
 * somebody whom the owner lets release. */

#define HS_LOG_AREA "engine"

#include "base/error.h"
#include "base/log.h"
#include "engine/delegation/local_delegations_private.h"
#include "engine/delivery/grants.h"
#include "seal/age_message.h"
#include "seal/private_fields.h"

/* One grant on its way: the row's sealed fields are read, then it is committed. */
typedef struct
{
  HsEngine *engine;
  HsId job;
  HsId identity;        /* whose key it is for */
  HsSecretBytes *share; /* NULL: the owner's key opens */
  GBytes *sealed;
} Granting;

static void
granting_free (Granting *granting)
{
  hs_secret_bytes_free (granting->share);
  g_clear_pointer (&granting->sealed, g_bytes_unref);
  g_free (granting);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Granting, granting_free)

/* ── wanted? ─────────────────────────────────────────────────────────────────────────────── */

static gboolean
lacks_way (HsEngine *engine, const HsSlot *slot, const HsId *identity)
{
  const HsJob *job = slot->job;

  return slot->has_row && job->state == HS_JOB_HELD && hs_id_equal (&job->owner, identity)
         && hs_opening_has_way (job, "release") && !hs_opening_has_way (job, "owner")
         && !hs_grants_has (engine, &job->id, identity);
}

static gboolean
is_for_delegate (HsSlot *slot, const HsId *identity)
{
  return slot->has_row && slot->job->state == HS_JOB_HELD
         && !hs_id_equal (&slot->job->owner, identity) && hs_opening_has_key (slot)
         && !hs_grants_has (slot->engine, &slot->job->id, identity)
         && hs_local_delegations_cover (slot->engine, slot->job, identity);
}

static gboolean
is_wanted (HsSlot *slot, const Granting *granting)
{
  return granting->share != NULL ? lacks_way (slot->engine, slot, &granting->identity)
                                 : is_for_delegate (slot, &granting->identity);
}

GArray *
hs_engine_list_ungranted (HsEngine *engine, const HsId *identity)
{
  const HsOwnerKeys *keys = &engine->parts.owner_keys;
  GArray *jobs = g_array_new (FALSE, FALSE, sizeof (HsId));

  hs_engine_assert_thread (engine);
  if (hs_id_is_zero (identity) || engine->bundle == NULL || !engine->bundle->policy.owner_stanza
      || keys->find_unlocked (keys->data, identity) == NULL)
    return jobs;
  for (guint i = 0; i < engine->order->len; i++)
    {
      const HsSlot *slot = g_ptr_array_index (engine->order, i);
      if (lacks_way (engine, slot, identity))
        g_array_append_val (jobs, slot->job->id);
    }
  return jobs;
}

/* ── making one ──────────────────────────────────────────────────────────────────────────── */

/* It was taken back while its grant was on the way to the disk. */
static void
take_back (HsEngine *engine, const Granting *granting)
{
  g_autoptr (HsLedgerBatch) batch = hs_ledger_batch_new ();

  hs_grants_remove (engine, batch, &granting->job, &granting->identity);
  hs_engine_commit_quietly (engine, g_steal_pointer (&batch));
}

static void
on_committed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Granting) granting = user_data;
  HsEngine *engine = granting->engine;
  g_autoptr (GError) error = NULL;
  HsSlot *slot = NULL;
  gboolean done = hs_ledger_commit_finish (engine->parts.ledger, result, &error);

  if (done)
    slot = hs_engine_find_slot (engine, &granting->job);
  else
    hs_log_warning ("a grant could not be stored: %s", error->message);
  if (slot != NULL && !hs_job_state_is_final (slot->job->state))
    {
      const HsId owner = slot->job->owner;
      hs_grants_put (engine, &granting->job, &granting->identity, granting->sealed);
      if (engine->phase == HS_ENGINE_RUNNING && granting->share != NULL)
        hs_engine_keys_changed (engine, &owner);
      else if (granting->share == NULL
               && !hs_local_delegations_cover (engine, slot->job, &granting->identity))
        take_back (engine, granting);
      else if (engine->phase == HS_ENGINE_RUNNING)
        hs_engine_notify (engine, slot->job); /* the delegate sees it from now on */
    }
  hs_engine_commit_ends (engine, done);
}

/* To the key that is registered here and to no other. */
static GBytes *
seal_file_key (HsSlot *slot, GBytes *fields, const Granting *granting, GError **error)
{
  const HsOwnerKeys *keys = &slot->engine->parts.owner_keys;
  g_autoptr (HsSealOpening) opening = granting->share != NULL
                                          ? hs_opening_by_share (slot, granting->share)
                                          : hs_opening_by_owner (slot);
  g_autoptr (HsSecretBytes) file_key = NULL;
  guint8 public_key[HS_X25519_BYTES];

  if (opening == NULL || !keys->find_public (keys->data, &granting->identity, public_key))
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_REFUSED, "there is no key to seal it to");
      return NULL;
    }
  file_key = hs_private_fields_unwrap (fields, opening, slot->job, error);
  return file_key != NULL ? hs_age_message_seal (public_key, hs_secret_bytes_peek (file_key),
                                                 HS_GRANT_FILE_KEY_BYTES, error)
                          : NULL;
}

static void
on_fields_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Granting) granting = user_data;
  HsEngine *engine = granting->engine;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) blobs = hs_ledger_read_sealed_finish (engine->parts.ledger, result, &error);
  HsSlot *slot = hs_engine_find_slot (engine, &granting->job);
  GBytes *fields = blobs != NULL ? g_ptr_array_index (blobs, 0) : NULL;
  g_autofree char *name = hs_grants_dup_name (&granting->job, &granting->identity);
  char id[HS_ID_TEXT_BYTES];

  if (slot != NULL && fields != NULL && engine->phase == HS_ENGINE_RUNNING
      && is_wanted (slot, granting))
    granting->sealed = seal_file_key (slot, fields, granting, &error);
  if (granting->sealed == NULL)
    {
      hs_log_info ("job %s: no grant was made: %s", hs_id_format (&granting->job, id),
                   error != NULL ? error->message : "it is over, has one, or has no sealed fields");
      hs_engine_commit_ends (engine, TRUE);
      return;
    }
  HsLedgerBatch *batch = hs_ledger_batch_new ();
  hs_ledger_batch_put_setting (batch, name, granting->sealed);
  hs_engine_probe (engine, "grant");
  hs_ledger_commit_async (engine->parts.ledger, batch, on_committed, g_steal_pointer (&granting));
}

static void
start (HsSlot *slot, const HsId *identity, const HsSecretBytes *share)
{
  HsEngine *engine = slot->engine;
  Granting *granting = g_new0 (Granting, 1);

  granting->engine = engine;
  granting->job = slot->job->id;
  granting->identity = *identity;
  granting->share = share != NULL ? hs_secret_bytes_copy (share) : NULL;
  /* Counted like a commit: the ledger may not be closed before the answer. */
  hs_engine_commit_begins (engine);
  hs_ledger_read_sealed_async (engine->parts.ledger, &granting->job, 1, on_fields_read, granting);
}

void
hs_engine_grant_owner (HsEngine *engine, const HsId *job, const HsSecretBytes *share)
{
  HsSlot *slot = hs_engine_find_slot (engine, job);

  hs_engine_assert_thread (engine);
  if (slot != NULL && engine->phase == HS_ENGINE_RUNNING
      && lacks_way (engine, slot, &slot->job->owner))
    start (slot, &slot->job->owner, share);
}

void
hs_granting_start (HsSlot *slot, const HsId *delegate)
{
  if (slot->engine->phase == HS_ENGINE_RUNNING && is_for_delegate (slot, delegate))
    start (slot, delegate, NULL);
}
