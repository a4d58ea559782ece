/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Which key a person's documents are sealed to, and taking and forgetting the private half. */

#include "engine/identity/identities_private.h"

#include "base/error.h"
#include "core/identity.h"
#include "core/refusal.h"
#include "platform/boot_clock.h"
#include "seal/age_message.h"
#include "seal/title_key.h"

#include <string.h>

/* ── what is remembered ───────────────────────────────────────────────────────────────────── */

void
hs_identities_put_publics (HsIdentities *identities, const HsLedgerOwnerKey *key)
{
  HsOwnerPublics *publics = g_new0 (HsOwnerPublics, 1);

  memcpy (publics->documents, key->public_key, HS_X25519_BYTES);
  memcpy (publics->titles, key->title_key, HS_X25519_BYTES);
  publics->has_titles = key->has_title_key;
  g_hash_table_insert (identities->publics, g_memdup2 (&key->identity, sizeof (HsId)), publics);
}

/* ── questions ───────────────────────────────────────────────────────────────────────────── */

gboolean
hs_identities_get_public (const HsIdentities *identities,
                          const HsId *identity,
                          guint8 public_key[HS_X25519_BYTES])
{
  const HsOwnerPublics *known = g_hash_table_lookup (identities->publics, identity);

  if (known == NULL)
    return FALSE;
  memcpy (public_key, known->documents, HS_X25519_BYTES);
  return TRUE;
}

gboolean
hs_identities_get_title_public (const HsIdentities *identities,
                                const HsId *identity,
                                guint8 title_public[HS_X25519_BYTES])
{
  const HsOwnerPublics *known = g_hash_table_lookup (identities->publics, identity);

  if (known == NULL || !known->has_titles)
    return FALSE;
  memcpy (title_public, known->titles, HS_X25519_BYTES);
  return TRUE;
}

HsKeyState
hs_identities_get_key_state (const HsIdentities *identities, const HsId *identity)
{
  g_autoptr (GArray) twins = hs_identities_list_twins (identities, identity);
  gint64 now_us = hs_boot_clock_now_us ();
  gboolean is_here = hs_keyring_has (identities->keyring, identity, now_us);

  if (!g_hash_table_contains (identities->publics, identity))
    return HS_KEY_ABSENT;
  for (guint i = 0; i < twins->len && !is_here; i++)
    is_here = hs_keyring_has (identities->keyring, &g_array_index (twins, HsId, i), now_us);
  return is_here ? HS_KEY_UNLOCKED : HS_KEY_LOCKED;
}

const char *
hs_identities_get_recipient (const HsIdentities *identities)
{
  return identities->own_recipient;
}

/* ── the engine's table ──────────────────────────────────────────────────────────────────── */

static gboolean
find_identity (gpointer data, guint32 uid, HsId *identity)
{
  return hs_identities_find (data, uid, identity);
}

static gboolean
find_public (gpointer data, const HsId *identity, guint8 public_key[HS_X25519_BYTES])
{
  return hs_identities_get_public (data, identity, public_key);
}

static gboolean
find_title_public (gpointer data, const HsId *identity, guint8 title_public[HS_X25519_BYTES])
{
  return hs_identities_get_title_public (data, identity, title_public);
}

static const HsSecretBytes *
find_unlocked (gpointer data, const HsId *identity)
{
  HsIdentities *identities = data;
  gint64 now_us = hs_boot_clock_now_us ();
  const HsSecretBytes *key = hs_keyring_use (identities->keyring, identity, now_us);
  g_autoptr (GArray) twins = NULL;

  if (key != NULL)
    return key;
  twins = hs_identities_list_twins (identities, identity);
  for (guint i = 0; i < twins->len && key == NULL; i++)
    key = hs_keyring_use (identities->keyring, &g_array_index (twins, HsId, i), now_us);
  return key;
}

HsOwnerKeys
hs_identities_get_owner_keys (HsIdentities *identities)
{
  return (HsOwnerKeys){ .data = identities,
                        .find_identity = find_identity,
                        .find_public = find_public,
                        .find_title_public = find_title_public,
                        .find_unlocked = find_unlocked };
}

/* ── forgetting ──────────────────────────────────────────────────────────────────────────── */

void
hs_identities_tell (HsIdentities *identities, const HsId *identity)
{
  g_autoptr (GArray) twins = hs_identities_list_twins (identities, identity);

  if (identities->setup.changed == NULL)
    return;
  identities->setup.changed (identities->setup.changed_data, identity);
  for (guint i = 0; i < twins->len; i++)
    identities->setup.changed (identities->setup.changed_data, &g_array_index (twins, HsId, i));
}

static void
tell_all (HsIdentities *identities, const GArray *gone)
{
  for (guint i = 0; i < gone->len; i++)
    hs_identities_tell (identities, &g_array_index (gone, HsId, i));
}

static gboolean
on_expiry (gpointer data)
{
  HsIdentities *identities = data;
  g_autoptr (GArray) gone = hs_keyring_expire (identities->keyring, hs_boot_clock_now_us ());

  g_clear_pointer (&identities->expiry, g_source_unref);
  hs_identities_arm (identities);
  tell_all (identities, gone);
  return G_SOURCE_REMOVE;
}

/* A use moves a key's end away; the timer then comes once too early and is set anew, which is
 * cheaper than moving it at each use. */
void
hs_identities_arm (HsIdentities *identities)
{
  gint64 next_us = hs_keyring_get_next_us (identities->keyring);

  if (identities->expiry != NULL && identities->expiry_us <= next_us && next_us != G_MAXINT64)
    return;
  if (identities->expiry != NULL)
    g_source_destroy (identities->expiry);
  g_clear_pointer (&identities->expiry, g_source_unref);
  if (next_us == G_MAXINT64)
    return;
  identities->expiry = hs_boot_clock_source_new (next_us);
  identities->expiry_us = next_us;
  g_source_set_callback (identities->expiry, on_expiry, identities, NULL);
  g_source_attach (identities->expiry, NULL);
}

/* A key on its way to being registered is not to be unlocked after that. */
static void
stop_registering (HsIdentities *identities, const HsId *identity)
{
  gboolean *is_locked = g_hash_table_lookup (identities->registering, identity);

  if (is_locked != NULL)
    *is_locked = TRUE;
}

static gboolean
forget (HsIdentities *identities, const HsId *identity)
{
  stop_registering (identities, identity);
  return hs_keyring_forget (identities->keyring, identity);
}

void
hs_identities_lock (HsIdentities *identities, const HsId *identity)
{
  HsId whose = *identity; /* the caller's may lie in what is changed */
  g_autoptr (GArray) twins = hs_identities_list_twins (identities, &whose);
  gboolean was_here = forget (identities, &whose);

  for (guint i = 0; i < twins->len; i++)
    was_here |= forget (identities, &g_array_index (twins, HsId, i));
  if (!was_here)
    return;
  hs_identities_arm (identities);
  hs_identities_tell (identities, &whose);
}

void
hs_identities_lock_all (HsIdentities *identities)
{
  g_autoptr (GArray) gone = hs_keyring_forget_all (identities->keyring);
  GHashTableIter iter;
  gpointer identity = NULL;

  g_hash_table_iter_init (&iter, identities->registering);
  while (g_hash_table_iter_next (&iter, &identity, NULL))
    stop_registering (identities, identity);
  hs_identities_arm (identities);
  tell_all (identities, gone);
}

/* ── unlocking ───────────────────────────────────────────────────────────────────────────── */

typedef struct
{
  HsIdentities *identities;
  guint32 uid;
  HsId identity;
  HsSecretBytes *key;
  HsLedgerOwnerKey publics; /* of that key */
} UnlockCall;

static void
unlock_call_free (gpointer data)
{
  UnlockCall *call = data;

  hs_secret_bytes_free (call->key);
  g_free (call);
}

HsSecretBytes *
hs_identities_open_message (HsIdentities *identities,
                            const guint8 *sealed,
                            gsize length,
                            GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (length > HS_UNLOCK_MAX_BYTES)
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID,
                           "what was sent is longer than a sealed message can be");
      return NULL;
    }
  HsSecretBytes *plain = hs_age_message_open (sealed, length, identities->own_private, &problem);
  if (g_error_matches (problem, HS_ERROR, HS_ERROR_REFUSED))
    hs_refusal_set (error, HS_REFUSAL_KEY_STALE, NULL);
  else if (plain == NULL)
    g_propagate_error (error, g_steal_pointer (&problem));
  return plain;
}

static HsSecretBytes *
open_key (HsIdentities *identities, const guint8 *sealed, gsize length, GError **error)
{
  g_autoptr (HsSecretBytes) text = hs_identities_open_message (identities, sealed, length, error);

  return text != NULL ? hs_key_file_parse (text, error) : NULL;
}

static gboolean
identify (HsIdentities *identities, guint32 uid, HsId *identity, GError **error)
{
  if (hs_identities_find (identities, uid, identity))
    return TRUE;
  hs_refusal_set (
      error, identities->os_names ? HS_REFUSAL_KEY_NOBODY : HS_REFUSAL_KEY_BEFORE_SIGN_IN, NULL);
  return FALSE;
}

/* May this key be taken, and does it have to be registered first? */
static gboolean
judge (UnlockCall *call, HsUnlockManner manner, gboolean *must_register, GError **error)
{
  const HsOwnerPublics *known = g_hash_table_lookup (call->identities->publics, &call->identity);
  guint8 before[HS_X25519_BYTES];
  HsId local;

  if (known != NULL)
    {
      gboolean is_same = memcmp (known->documents, call->publics.public_key, HS_X25519_BYTES) == 0;
      /* The same key again, too, if it was registered without its title key. */
      *must_register = !is_same || !known->has_titles
                       || memcmp (known->titles, call->publics.title_key, HS_X25519_BYTES) != 0;
      if (is_same || manner == HS_UNLOCK_REPLACE)
        return TRUE;
      hs_refusal_set (error, HS_REFUSAL_KEY_OTHER, NULL);
      return FALSE;
    }
  *must_register = TRUE;
  /* The key of the same OS user from before the workstation joined an organisation counts as known. */
  hs_identity_derive_local (call->uid, &local);
  if (manner != HS_UNLOCK_REGISTERED
      || (hs_identities_get_public (call->identities, &local, before)
          && memcmp (before, call->publics.public_key, HS_X25519_BYTES) == 0))
    return TRUE;
  hs_refusal_set (error, HS_REFUSAL_KEY_UNREGISTERED, NULL);
  return FALSE;
}

static void
take_key (GTask *task, UnlockCall *call)
{
  HsIdentities *identities = call->identities;
  GError *error = NULL;

  if (!hs_keyring_put (identities->keyring, &call->identity, call->key, hs_boot_clock_now_us (),
                       &error))
    {
      g_task_return_error (task, error);
      return;
    }
  hs_identities_note_follower (identities, call->uid, &call->identity);
  hs_identities_arm (identities);
  hs_identities_tell (identities, &call->identity);
  g_task_return_boolean (task, TRUE);
}

static void
on_registered (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  UnlockCall *call = g_task_get_task_data (task);
  HsIdentities *identities = call->identities;
  gboolean is_locked
      = *(const gboolean *)g_hash_table_lookup (identities->registering, &call->identity);
  GError *error = NULL;

  g_hash_table_remove (identities->registering, &call->identity);
  if (!identities->setup.store.finish (identities->setup.store.data, result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  hs_identities_put_publics (identities, &call->publics);
  if (is_locked)
    g_task_return_new_error (
        task, HS_ERROR, HS_ERROR_TEMPORARY,
        "Your key was registered, and locked again at the same moment, because "
        "you were signed out or the computer went to sleep. Unlock it again.");
  else
    take_key (task, call);
}

static void
register_key (GTask *task, UnlockCall *call)
{
  HsIdentities *identities = call->identities;
  const HsIdentityStore *store = &identities->setup.store;

  if (g_hash_table_contains (identities->registering, &call->identity))
    {
      g_task_return_error (task, hs_refusal_new (HS_REFUSAL_KEY_BEING_REGISTERED, NULL));
      return;
    }
  g_hash_table_insert (identities->registering, g_memdup2 (&call->identity, sizeof (HsId)),
                       g_new0 (gboolean, 1));
  store->put_owner_key_async (store->data, &call->publics, on_registered, g_object_ref (task));
}

static gboolean
find_publics (UnlockCall *call, GError **error)
{
  call->publics = (HsLedgerOwnerKey){ .identity = call->identity,
                                      .at_us = g_get_real_time (),
                                      .has_title_key = TRUE };
  return hs_x25519_get_public (call->key, call->publics.public_key, error)
         && hs_title_key_derive_public (call->key, call->publics.title_key, error);
}

void
hs_identities_unlock_async (HsIdentities *identities,
                            guint32 uid,
                            const guint8 *sealed,
                            gsize length,
                            HsUnlockManner manner,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  UnlockCall *call = g_new0 (UnlockCall, 1);
  gboolean must_register = FALSE;
  GError *error = NULL;

  call->identities = identities;
  call->uid = uid;
  g_task_set_task_data (task, call, unlock_call_free);
  if (identify (identities, uid, &call->identity, &error))
    call->key = open_key (identities, sealed, length, &error);
  if (call->key == NULL || !find_publics (call, &error)
      || !judge (call, manner, &must_register, &error))
    g_task_return_error (task, error);
  else if (must_register)
    register_key (task, call);
  else
    take_key (task, call);
}

void
hs_identities_put_key_async (HsIdentities *identities,
                             const HsId *identity,
                             const HsSecretBytes *key,
                             HsUnlockManner manner,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  UnlockCall *call = g_new0 (UnlockCall, 1);
  gboolean must_register = FALSE;
  GError *error = NULL;

  call->identities = identities;
  call->identity = *identity;
  call->key = hs_secret_bytes_copy (key);
  g_task_set_task_data (task, call, unlock_call_free);
  if (!find_publics (call, &error) || !judge (call, manner, &must_register, &error))
    g_task_return_error (task, error);
  else if (must_register)
    register_key (task, call);
  else
    take_key (task, call);
}

const HsSecretBytes *
hs_identities_use_key (HsIdentities *identities, const HsId *identity)
{
  return find_unlocked (identities, identity);
}

gboolean
hs_identities_unlock_finish (HsIdentities *identities,
                             GAsyncResult *result,
                             HsId *identity,
                             GError **error)
{
  UnlockCall *call = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  *identity = call->identity;
  return TRUE;
}
