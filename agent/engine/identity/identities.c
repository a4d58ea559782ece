/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Who an OS user is. */

#include "engine/identity/identities_private.h"

#include "base/error.h"
#include "base/worker.h"
#include "core/identity.h"
#include "core/refusal.h"
#include "platform/boot_clock.h"
#include "platform/peer.h"

#include <string.h>

/* One answer of the name service. */
typedef struct
{
  gboolean is_somebody; /* FALSE: there is no such user, or the name is none */
  HsId identity;
  gint64 at_us; /* boot clock */
} Name;

static gpointer
key_of (guint32 uid)
{
  return GUINT_TO_POINTER (uid);
}

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

HsIdentities *
hs_identities_new (const HsIdentitiesSetup *setup, GError **error)
{
  g_autoptr (HsIdentities) identities = g_new0 (HsIdentities, 1);
  guint8 own_public[HS_X25519_BYTES];

  identities->setup = *setup;
  if (identities->setup.dup_user_name == NULL)
    identities->setup.dup_user_name = hs_peer_dup_user_name;
  identities->mappings = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  identities->names = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  identities->publics = g_hash_table_new_full (hs_id_hash, hs_id_equal_func, g_free, g_free);
  identities->followers = g_hash_table_new_full (hs_id_hash, hs_id_equal_func, g_free, g_free);
  identities->registering = g_hash_table_new_full (hs_id_hash, hs_id_equal_func, g_free, g_free);
  identities->keyring = hs_keyring_new (setup->idle_limit_us, setup->absolute_limit_us);
  identities->own_private = hs_x25519_generate (own_public, error);
  if (identities->own_private == NULL)
    return NULL;
  hs_recipient_format (own_public, identities->own_recipient);
  return g_steal_pointer (&identities);
}

void
hs_identities_free (HsIdentities *identities)
{
  if (identities == NULL)
    return;
  if (identities->expiry != NULL)
    g_source_destroy (identities->expiry);
  g_clear_pointer (&identities->expiry, g_source_unref);
  hs_keyring_free (identities->keyring);
  hs_secret_bytes_free (identities->own_private);
  g_hash_table_unref (identities->mappings);
  g_hash_table_unref (identities->names);
  g_hash_table_unref (identities->publics);
  g_hash_table_unref (identities->followers);
  g_hash_table_unref (identities->registering);
  g_free (identities);
}

void
hs_identities_load (HsIdentities *identities,
                    const GPtrArray *mappings,
                    const GPtrArray *owner_keys)
{
  for (guint i = 0; i < mappings->len; i++)
    {
      const HsLedgerIdentity *mapping = g_ptr_array_index (mappings, i);
      g_hash_table_insert (identities->mappings, key_of (mapping->uid),
                           g_memdup2 (&mapping->identity, sizeof (HsId)));
    }
  for (guint i = 0; i < owner_keys->len; i++)
    hs_identities_put_publics (identities, g_ptr_array_index (owner_keys, i));
}

void
hs_identities_set_bundle (HsIdentities *identities, const HsBundle *bundle)
{
  HsId organisation = bundle != NULL ? bundle->organisation : (HsId){ { 0 } };

  /* What was derived holds for one organisation only. */
  if (!hs_id_equal (&organisation, &identities->organisation))
    g_hash_table_remove_all (identities->names);
  identities->organisation = organisation;
  identities->has_bundle = bundle != NULL;
  identities->os_names = bundle != NULL && bundle->policy.os_names;
}

/* ── questions ───────────────────────────────────────────────────────────────────────────── */

gboolean
hs_identities_find (const HsIdentities *identities, guint32 uid, HsId *identity)
{
  if (!identities->has_bundle)
    {
      hs_identity_derive_local (uid, identity);
      return TRUE;
    }
  if (identities->os_names)
    {
      const Name *name = g_hash_table_lookup (identities->names, key_of (uid));
      if (name == NULL || !name->is_somebody)
        return FALSE;
      *identity = name->identity;
      return TRUE;
    }
  const HsId *mapped = g_hash_table_lookup (identities->mappings, key_of (uid));
  if (mapped == NULL)
    return FALSE;
  *identity = *mapped;
  return TRUE;
}

/* ── learning names ──────────────────────────────────────────────────────────────────────── */

typedef struct
{
  guint32 uid;
  HsId organisation;
  char *(*dup_user_name) (guint32 uid, GError **error);
  Name found;
} LearnWork;

static gboolean
do_learn (LearnWork *work, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autofree char *name = work->dup_user_name (work->uid, &problem);

  if (name == NULL && !g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    {
      hs_refusal_set (error, HS_REFUSAL_NAME_SERVICE_SILENT, NULL);
      return FALSE;
    }
  work->found.is_somebody
      = name != NULL && hs_identity_derive (&work->organisation, name, &work->found.identity);
  return TRUE;
}

/* In a worker, which owns its LearnWork. */
static void
learn_name (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (do_learn (data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
take_name (HsIdentities *identities, LearnWork *work)
{
  work->found.at_us = hs_boot_clock_now_us ();
  g_hash_table_insert (identities->names, key_of (work->uid),
                       g_memdup2 (&work->found, sizeof (Name)));
  if (work->found.is_somebody)
    hs_identities_follow (identities, work->uid, &work->found.identity);
}

/* Does the answer of the name service for @uid matter, and is it missing or old? */
static gboolean
must_learn (const HsIdentities *identities, guint32 uid)
{
  const Name *known = g_hash_table_lookup (identities->names, key_of (uid));

  return identities->os_names && uid >= HS_IDENTITIES_FIRST_PERSON_UID && uid != HS_PEER_NO_UID
         && (known == NULL || hs_boot_clock_now_us () - known->at_us >= HS_IDENTITIES_NAME_AGE_US);
}

static LearnWork
make_work (const HsIdentities *identities, guint32 uid)
{
  return (LearnWork){ .uid = uid,
                      .organisation = identities->organisation,
                      .dup_user_name = identities->setup.dup_user_name };
}

gboolean
hs_identities_learn (HsIdentities *identities, guint32 uid, GError **error)
{
  LearnWork work = make_work (identities, uid);

  if (!must_learn (identities, uid))
    return TRUE;
  if (!do_learn (&work, error))
    return FALSE;
  take_name (identities, &work);
  return TRUE;
}

static void
on_name_learnt (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  HsIdentities *identities = g_task_get_task_data (task);
  LearnWork *work = g_task_get_task_data (G_TASK (result));
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    g_task_return_error (task, error);
  else
    {
      /* A bundle that came meanwhile may be another organisation's. */
      if (hs_id_equal (&work->organisation, &identities->organisation))
        take_name (identities, work);
      g_task_return_boolean (task, TRUE);
    }
  g_object_unref (task);
}

void
hs_identities_learn_async (HsIdentities *identities,
                           guint32 uid,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  g_task_set_task_data (task, identities, NULL);
  if (!must_learn (identities, uid))
    {
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
      return;
    }
  LearnWork work = make_work (identities, uid);
  g_autoptr (GTask) worker = g_task_new (NULL, NULL, on_name_learnt, task);
  g_task_set_task_data (worker, g_memdup2 (&work, sizeof work), g_free);
  hs_worker_run (worker, learn_name);
}

gboolean
hs_identities_learn_finish (HsIdentities *identities, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ── signing in and out ──────────────────────────────────────────────────────────────────── */

typedef struct
{
  HsIdentities *identities;
  guint32 uid;
  gboolean is_sign_in;
  HsId identity;
} MapCall;

/* Whoever was here before is gone. */
static void
lock_before (HsIdentities *identities, guint32 uid, const HsId *identity)
{
  const HsId *before = g_hash_table_lookup (identities->mappings, key_of (uid));

  if (before != NULL && (identity == NULL || !hs_id_equal (before, identity)))
    hs_identities_lock (identities, before);
}

static void
on_mapped (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  MapCall *call = g_task_get_task_data (task);
  HsIdentities *identities = call->identities;
  GError *error = NULL;

  if (!identities->setup.store.finish (identities->setup.store.data, result, &error))
    g_task_return_error (task, error);
  else
    {
      /* Until now an unlock was still that person's. */
      lock_before (identities, call->uid, call->is_sign_in ? &call->identity : NULL);
      if (call->is_sign_in)
        {
          g_hash_table_insert (identities->mappings, key_of (call->uid),
                               g_memdup2 (&call->identity, sizeof (HsId)));
          hs_identities_tell (identities, &call->identity); /* who the OS user is, is known now */
        }
      else
        g_hash_table_remove (identities->mappings, key_of (call->uid));
      g_task_return_boolean (task, TRUE);
    }
  g_object_unref (task);
}

void
hs_identities_map_async (HsIdentities *identities,
                         guint32 uid,
                         const HsId *identity,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  MapCall *call = g_new0 (MapCall, 1);
  const HsIdentityStore *store = &identities->setup.store;

  call->identities = identities;
  call->uid = uid;
  call->is_sign_in = identity != NULL;
  g_task_set_task_data (task, call, g_free);
  lock_before (identities, uid, identity); /* from now on, durable or not */
  if (identity != NULL)
    {
      call->identity = *identity;
      HsLedgerIdentity mapping = { .uid = uid, .identity = *identity, .at_us = g_get_real_time () };
      store->put_identity_async (store->data, &mapping, on_mapped, task);
    }
  else
    store->delete_identity_async (store->data, uid, on_mapped, task);
}

gboolean
hs_identities_map_finish (HsIdentities *identities, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
