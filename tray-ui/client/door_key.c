/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The person's key in the keyring: the one that the agent knows. */

#include "tray-ui/client/door_private.h"

#include "platform/locked_memory.h"

#include <string.h>

typedef struct
{
  HsSecretStore *store;
  HsSecretStoreManner manner;
  char *name;
  gboolean is_registered;
  guint8 registered[HS_X25519_BYTES];
  gboolean is_next;    /* the key beside the first is being looked for */
  HsSecretBytes *file; /* found */
} Search;

static void
search_free (gpointer data)
{
  Search *search = data;

  hs_secret_store_free (search->store);
  g_free (search->name);
  hs_secret_bytes_free (search->file);
  g_free (search);
}

static gboolean
is_registered_key (const Search *search, const HsSecretBytes *file)
{
  guint8 public_key[HS_X25519_BYTES];
  g_autoptr (HsSecretBytes) key = hs_key_file_parse (file, NULL);

  return key != NULL && hs_x25519_get_public (key, public_key, NULL)
         && (!search->is_registered
             || memcmp (public_key, search->registered, HS_X25519_BYTES) == 0);
}

static void look_up (GTask *task);

static void
finish (GTask *task, HsDoorKey outcome)
{
  g_task_return_int (task, outcome);
  g_object_unref (task);
}

static void
on_looked_up (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Search *search = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  guint8 *secret = NULL;
  gsize length = 0;

  switch (hs_secret_store_get_finish (search->store, result, &secret, &length, &error))
    {
    case HS_SECRET_STORE_PRESENT:
      search->file = hs_secret_bytes_new_copy (secret, length);
      hs_locked_memory_free (secret, length);
      if (is_registered_key (search, search->file))
        {
          finish (task, HS_DOOR_KEY_FOUND);
          return;
        }
      g_clear_pointer (&search->file, hs_secret_bytes_free);
      if (search->is_next)
        break;
      /* A change of keys that ended half-way left the new one beside the old one. */
      search->is_next = TRUE;
      look_up (task);
      return;
    case HS_SECRET_STORE_LOCKED:
      finish (task, HS_DOOR_KEY_LOCKED);
      return;
    case HS_SECRET_STORE_ABSENT:
      finish (task, search->is_next ? HS_DOOR_KEY_OTHER : HS_DOOR_KEY_ABSENT);
      return;
    case HS_SECRET_STORE_FAILED:
      finish (task, HS_DOOR_KEY_FAILED);
      return;
    }
  finish (task, HS_DOOR_KEY_OTHER);
}

static void
look_up (GTask *task)
{
  Search *search = g_task_get_task_data (task);
  g_autofree char *next = g_strconcat (search->name, ".next", NULL);

  hs_secret_store_get_async (search->store, search->is_next ? next : search->name, search->manner,
                             NULL, on_looked_up, task);
}

void
hs_door_find_key_async (const HsDoorFacts *facts,
                        HsSecretStoreManner manner,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  Search *search = g_new0 (Search, 1);

  g_task_set_source_tag (task, hs_door_find_key_async);
  search->store = hs_secret_store_new ();
  search->manner = manner;
  search->name = g_strdup (facts->key_name);
  search->is_registered = facts->is_registered;
  memcpy (search->registered, facts->registered, HS_X25519_BYTES);
  g_task_set_task_data (task, search, search_free);
  look_up (task);
}

HsDoorKey
hs_door_find_key_finish (GAsyncResult *result, HsSecretBytes **file)
{
  Search *search = g_task_get_task_data (G_TASK (result));
  HsDoorKey outcome = (HsDoorKey)g_task_propagate_int (G_TASK (result), NULL);

  *file = g_steal_pointer (&search->file);
  return outcome;
}
