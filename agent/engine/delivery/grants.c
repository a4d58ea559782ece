/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Grants of waiting jobs, and how an owner whose key came late gets them: the site's share opens the
 * sealed fields of the row, which have the document's header and file key, so no document is read. */

#define HS_LOG_AREA "engine"

#include "engine/delivery/grants.h"

#include "base/error.h"
#include "base/log.h"
#include "seal/age_message.h"
#include "seal/private_fields.h"

#include <string.h>

#define FILE_KEY_BYTES 16

struct HsGrants
{
  GHashTable *sealed; /* the setting's name → GBytes */
};

HsGrants *
hs_grants_new (void)
{
  HsGrants *grants = g_new0 (HsGrants, 1);

  grants->sealed
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
  return grants;
}

void
hs_grants_free (HsGrants *grants)
{
  if (grants == NULL)
    return;
  g_hash_table_unref (grants->sealed);
  g_free (grants);
}

static char *
dup_name (const HsId *job, const HsId *identity)
{
  char job_text[HS_ID_TEXT_BYTES];
  char identity_text[HS_ID_TEXT_BYTES];

  return g_strconcat (HS_GRANT_SETTING, hs_id_format (job, job_text), "/",
                      hs_id_format (identity, identity_text), NULL);
}

void
hs_grants_load (HsGrants *grants, const HsLedgerContents *contents)
{
  GHashTableIter settings;
  gpointer name = NULL;
  gpointer value = NULL;

  g_hash_table_iter_init (&settings, contents->settings);
  while (g_hash_table_iter_next (&settings, &name, &value))
    if (g_str_has_prefix (name, HS_GRANT_SETTING))
      g_hash_table_replace (grants->sealed, g_strdup (name), g_bytes_ref (value));
}

static GBytes *
find (HsEngine *engine, const HsId *job, const HsId *identity)
{
  g_autofree char *name = dup_name (job, identity);

  return g_hash_table_lookup (engine->grants->sealed, name);
}

gboolean
hs_grants_may_open (HsEngine *engine, const HsId *job, const HsId *identity)
{
  const HsOwnerKeys *keys = &engine->parts.owner_keys;

  return find (engine, job, identity) != NULL && keys->find_unlocked (keys->data, identity) != NULL;
}

HsSecretBytes *
hs_grants_open (HsEngine *engine, const HsId *job, const HsId *identity)
{
  const HsOwnerKeys *keys = &engine->parts.owner_keys;
  GBytes *sealed = find (engine, job, identity);
  const HsSecretBytes *key = sealed != NULL ? keys->find_unlocked (keys->data, identity) : NULL;
  g_autoptr (HsSecretBytes) file_key = NULL;
  g_autoptr (GError) error = NULL;
  char id[HS_ID_TEXT_BYTES];

  if (key == NULL)
    return NULL;
  file_key = hs_age_message_open (g_bytes_get_data (sealed, NULL), g_bytes_get_size (sealed), key,
                                  &error);
  if (file_key != NULL && hs_secret_bytes_get_length (file_key) == FILE_KEY_BYTES)
    return g_steal_pointer (&file_key);
  hs_log_warning ("job %s: its grant does not open: %s", hs_id_format (job, id),
                  error != NULL ? error->message : "it holds no file key");
  return NULL;
}

static gboolean
is_of (const char *name, const HsId *job)
{
  char text[HS_ID_TEXT_BYTES];

  return g_str_has_prefix (name + strlen (HS_GRANT_SETTING), hs_id_format (job, text));
}

void
hs_grants_add_deletion (HsEngine *engine, HsLedgerBatch *batch, const HsId *job)
{
  GHashTableIter iter;
  gpointer name = NULL;

  g_hash_table_iter_init (&iter, engine->grants->sealed);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (is_of (name, job))
      hs_ledger_batch_delete_setting (batch, name);
}

void
hs_grants_forget (HsEngine *engine, const HsId *job)
{
  GHashTableIter iter;
  gpointer name = NULL;

  g_hash_table_iter_init (&iter, engine->grants->sealed);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (is_of (name, job))
      g_hash_table_iter_remove (&iter);
}

void
hs_grants_prune (HsEngine *engine, HsLedgerBatch *batch)
{
  GHashTableIter iter;
  gpointer name = NULL;

  g_hash_table_iter_init (&iter, engine->grants->sealed);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    {
      g_autofree char *text
          = g_strndup ((char *)name + strlen (HS_GRANT_SETTING), HS_ID_TEXT_BYTES - 1);
      HsSlot *slot = NULL;
      HsId job;
      if (hs_id_parse (text, &job))
        slot = hs_engine_find_slot (engine, &job);
      if (slot != NULL && !hs_job_state_is_final (slot->job->state))
        continue;
      hs_ledger_batch_delete_setting (batch, name);
      g_hash_table_iter_remove (&iter);
    }
}

/* ── for an owner whose key came late ────────────────────────────────────────────────────── */

static gboolean
lacks_way (HsEngine *engine, const HsSlot *slot, const HsId *identity)
{
  const HsJob *job = slot->job;

  return slot->has_row && job->state == HS_JOB_HELD && hs_id_equal (&job->owner, identity)
         && hs_opening_has_way (job, "release") && !hs_opening_has_way (job, "owner")
         && find (engine, &job->id, identity) == NULL;
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

/* One grant on its way: the row's sealed fields are read, then it is committed. */
typedef struct
{
  HsEngine *engine;
  HsId job;
  HsSecretBytes *share;
  char *name;
  GBytes *sealed;
} Granting;

static void
granting_free (Granting *granting)
{
  hs_secret_bytes_free (granting->share);
  g_free (granting->name);
  g_clear_pointer (&granting->sealed, g_bytes_unref);
  g_free (granting);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Granting, granting_free)

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
      g_hash_table_replace (engine->grants->sealed, g_steal_pointer (&granting->name),
                            g_steal_pointer (&granting->sealed));
      if (engine->phase == HS_ENGINE_RUNNING)
        hs_engine_keys_changed (engine, &owner);
    }
  hs_engine_commit_ends (engine, done);
}

/* The file key, by the share, sealed to the owner's key that is registered here and to no other. */
static GBytes *
seal_file_key (HsSlot *slot, GBytes *fields, const HsSecretBytes *share, GError **error)
{
  HsEngine *engine = slot->engine;
  const HsOwnerKeys *keys = &engine->parts.owner_keys;
  g_autoptr (HsSealOpening) opening = hs_opening_by_share (slot, share);
  g_autoptr (HsSecretBytes) file_key = NULL;
  guint8 public_key[HS_X25519_BYTES];

  if (opening == NULL || !keys->find_public (keys->data, &slot->job->owner, public_key))
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_REFUSED, "there is no key to seal it to");
      return NULL;
    }
  file_key = hs_private_fields_unwrap (fields, opening, slot->job, error);
  return file_key != NULL ? hs_age_message_seal (public_key, hs_secret_bytes_peek (file_key),
                                                 FILE_KEY_BYTES, error)
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
  char id[HS_ID_TEXT_BYTES];

  if (slot != NULL && fields != NULL && engine->phase == HS_ENGINE_RUNNING
      && lacks_way (engine, slot, &slot->job->owner))
    granting->sealed = seal_file_key (slot, fields, granting->share, &error);
  if (granting->sealed == NULL)
    {
      hs_log_info ("job %s: no grant was made: %s", hs_id_format (&granting->job, id),
                   error != NULL ? error->message : "it is over, or has no sealed fields");
      hs_engine_commit_ends (engine, TRUE);
      return;
    }
  granting->name = dup_name (&granting->job, &slot->job->owner);
  HsLedgerBatch *batch = hs_ledger_batch_new ();
  hs_ledger_batch_put_setting (batch, granting->name, granting->sealed);
  hs_ledger_commit_async (engine->parts.ledger, batch, on_committed, g_steal_pointer (&granting));
}

void
hs_engine_grant_owner (HsEngine *engine, const HsId *job, const HsSecretBytes *share)
{
  HsSlot *slot = hs_engine_find_slot (engine, job);
  Granting *granting = NULL;

  hs_engine_assert_thread (engine);
  if (slot == NULL || engine->phase != HS_ENGINE_RUNNING
      || !lacks_way (engine, slot, &slot->job->owner))
    return;
  granting = g_new0 (Granting, 1);
  granting->engine = engine;
  granting->job = *job;
  granting->share = hs_secret_bytes_copy (share);
  /* Counted like a commit: the ledger may not be closed before the answer. */
  hs_engine_commit_begins (engine);
  hs_ledger_read_sealed_async (engine->parts.ledger, &granting->job, 1, on_fields_read, granting);
}
