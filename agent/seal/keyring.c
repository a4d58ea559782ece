/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The owners' keys that are unlocked here. */

#include "seal/keyring.h"

#include "base/error.h"
#include "core/refusal.h"

typedef struct
{
  HsId identity;
  HsSecretBytes *key;
  gint64 put_us;
  gint64 used_us;
} Entry;

struct HsKeyring
{
  gint64 idle_limit_us;
  gint64 absolute_limit_us;
  GHashTable *entries; /* const HsId * (inside the Entry) → Entry */
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  hs_secret_bytes_free (entry->key);
  g_free (entry);
}

HsKeyring *
hs_keyring_new (gint64 idle_limit_us, gint64 absolute_limit_us)
{
  HsKeyring *keyring = g_new (HsKeyring, 1);

  keyring->idle_limit_us = idle_limit_us;
  keyring->absolute_limit_us = absolute_limit_us;
  keyring->entries = g_hash_table_new_full (hs_id_hash, hs_id_equal_func, NULL, entry_free);
  return keyring;
}

void
hs_keyring_free (HsKeyring *keyring)
{
  if (keyring == NULL)
    return;
  g_hash_table_unref (keyring->entries);
  g_free (keyring);
}

static gint64
get_end_us (const HsKeyring *keyring, const Entry *entry)
{
  return MIN (entry->used_us + keyring->idle_limit_us, entry->put_us + keyring->absolute_limit_us);
}

static Entry *
find_valid (const HsKeyring *keyring, const HsId *identity, gint64 now_us)
{
  Entry *entry = g_hash_table_lookup (keyring->entries, identity);

  return entry != NULL && now_us < get_end_us (keyring, entry) ? entry : NULL;
}

gboolean
hs_keyring_has (const HsKeyring *keyring, const HsId *identity, gint64 now_us)
{
  return find_valid (keyring, identity, now_us) != NULL;
}

gint64
hs_keyring_get_next_us (const HsKeyring *keyring)
{
  gint64 next_us = G_MAXINT64;
  GHashTableIter iterator;
  gpointer entry;

  g_hash_table_iter_init (&iterator, keyring->entries);
  while (g_hash_table_iter_next (&iterator, NULL, &entry))
    next_us = MIN (next_us, get_end_us (keyring, entry));
  return next_us;
}

gboolean
hs_keyring_put (HsKeyring *keyring,
                const HsId *identity,
                const HsSecretBytes *key,
                gint64 now_us,
                GError **error)
{
  if (!g_hash_table_contains (keyring->entries, identity)
      && g_hash_table_size (keyring->entries) == HS_KEYRING_MAX_KEYS)
    {
      hs_refusal_set (error, HS_REFUSAL_KEYRING_FULL, "people", G_STRINGIFY (HS_KEYRING_MAX_KEYS),
                      NULL);
      return FALSE;
    }
  Entry *entry = g_new (Entry, 1);
  entry->identity = *identity;
  entry->key = hs_secret_bytes_copy (key);
  entry->put_us = now_us;
  entry->used_us = now_us;
  /* Replace, not insert: the table's key lies inside the entry. */
  g_hash_table_replace (keyring->entries, &entry->identity, entry);
  return TRUE;
}

const HsSecretBytes *
hs_keyring_use (HsKeyring *keyring, const HsId *identity, gint64 now_us)
{
  Entry *entry = find_valid (keyring, identity, now_us);

  if (entry == NULL)
    return NULL;
  entry->used_us = MAX (entry->used_us, now_us);
  return entry->key;
}

gboolean
hs_keyring_forget (HsKeyring *keyring, const HsId *identity)
{
  return g_hash_table_remove (keyring->entries, identity);
}

GArray *
hs_keyring_expire (HsKeyring *keyring, gint64 now_us)
{
  GArray *gone = g_array_new (FALSE, FALSE, sizeof (HsId));
  GHashTableIter iterator;
  gpointer data;

  g_hash_table_iter_init (&iterator, keyring->entries);
  while (g_hash_table_iter_next (&iterator, NULL, &data))
    {
      const Entry *entry = data;
      if (now_us < get_end_us (keyring, entry))
        continue;
      g_array_append_val (gone, entry->identity);
      g_hash_table_iter_remove (&iterator);
    }
  return gone;
}

GArray *
hs_keyring_forget_all (HsKeyring *keyring)
{
  return hs_keyring_expire (keyring, G_MAXINT64);
}
