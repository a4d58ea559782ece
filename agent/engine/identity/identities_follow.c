/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* When a workstation joins an organisation, its people get other identities. What was sealed before
 * keeps the local identity that stands in it; the person's key follows, because it is the same key:
 * the local identity and the person's are twins, and what unlocks one unlocks the other. */

#define HS_LOG_AREA "identity"

#include "engine/identity/identities_private.h"

#include "base/error.h"
#include "base/log.h"
#include "core/identity.h"

#include <string.h>

static gboolean
share_key (const HsIdentities *identities, const HsId *one, const HsId *other)
{
  const HsOwnerPublics *left = g_hash_table_lookup (identities->publics, one);
  const HsOwnerPublics *right = g_hash_table_lookup (identities->publics, other);

  return left != NULL && right != NULL
         && memcmp (left->documents, right->documents, HS_X25519_BYTES) == 0;
}

/* People of the organisation who hold the same key by accident or intent are no twins. */
GArray *
hs_identities_list_twins (const HsIdentities *identities, const HsId *identity)
{
  GArray *twins = g_array_new (FALSE, FALSE, sizeof (HsId));
  GHashTableIter iter;
  gpointer person = NULL;
  gpointer local = NULL;

  g_hash_table_iter_init (&iter, identities->followers);
  while (g_hash_table_iter_next (&iter, &person, &local))
    if (!share_key (identities, person, local))
      continue;
    else if (hs_id_equal (person, identity))
      g_array_append_vals (twins, local, 1);
    else if (hs_id_equal (local, identity))
      g_array_append_vals (twins, person, 1);
  return twins;
}

void
hs_identities_note_follower (HsIdentities *identities, guint32 uid, const HsId *identity)
{
  HsId local;

  hs_identity_derive_local (uid, &local);
  if (!hs_id_equal (&local, identity) && share_key (identities, &local, identity))
    g_hash_table_insert (identities->followers, g_memdup2 (identity, sizeof *identity),
                         g_memdup2 (&local, sizeof local));
}

gboolean
hs_identities_find_key (const HsIdentities *identities,
                        guint32 uid,
                        HsId *keeper,
                        guint8 public_key[HS_X25519_BYTES])
{
  HsId local;

  hs_identity_derive_local (uid, &local);
  if (!hs_identities_find (identities, uid, keeper))
    return FALSE;
  if (!hs_identities_get_public (identities, keeper, public_key)
      || share_key (identities, keeper, &local))
    *keeper = g_hash_table_contains (identities->publics, &local) ? local : *keeper;
  return hs_identities_get_public (identities, keeper, public_key);
}

static void
on_followed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree HsIdentityStore *store = data;
  g_autoptr (GError) error = NULL;

  /* It is worked out again at the next start. */
  if (!store->finish (store->data, result, &error))
    hs_log_warning ("a person's key could not be kept under the organisation's identity: %s",
                    error->message);
}

void
hs_identities_follow (HsIdentities *identities, guint32 uid, const HsId *identity)
{
  const HsIdentityStore *store = &identities->setup.store;
  HsLedgerOwnerKey key = { .identity = *identity, .at_us = g_get_real_time () };
  HsId local;

  hs_identity_derive_local (uid, &local);
  hs_identities_note_follower (identities, uid, identity);
  if (g_hash_table_contains (identities->publics, identity)
      || g_hash_table_contains (identities->registering, identity)
      || !hs_identities_get_public (identities, &local, key.public_key))
    return;
  key.has_title_key = hs_identities_get_title_public (identities, &local, key.title_key);
  hs_identities_put_publics (identities, &key);
  hs_identities_note_follower (identities, uid, identity);
  /* Nobody waits for it, so it may outlive the identities. */
  store->put_owner_key_async (store->data, &key, on_followed, g_memdup2 (store, sizeof *store));
}
