/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Secrets of a person in memory, for tests. Answers come from the main loop, as the real ones do. */

#include "platform/secret_store.h"

#include "platform/fake/secret_store.h"
#include "platform/locked_memory.h"

#include <string.h>

struct HsSecretStore
{
  char unused;
};

static struct
{
  GHashTable *secrets; /* name → GBytes */
  gboolean is_locked;
  gboolean person_unlocks;
  int next_error;
  guint n_asked;
} fake;

static GHashTable *
get_secrets (void)
{
  if (fake.secrets == NULL)
    fake.secrets
        = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
  return fake.secrets;
}

void
hs_fake_secret_store_reset (void)
{
  g_clear_pointer (&fake.secrets, g_hash_table_unref);
  memset (&fake, 0, sizeof fake);
}

void
hs_fake_secret_store_set_locked (gboolean is_locked)
{
  fake.is_locked = is_locked;
}

void
hs_fake_secret_store_set_person_unlocks (gboolean unlocks)
{
  fake.person_unlocks = unlocks;
}

void
hs_fake_secret_store_fail_next (int io_error_code)
{
  fake.next_error = io_error_code;
}

guint
hs_fake_secret_store_get_n_asked (void)
{
  return fake.n_asked;
}

HsSecretStore *
hs_secret_store_new (void)
{
  return g_new0 (HsSecretStore, 1);
}

void
hs_secret_store_free (HsSecretStore *store)
{
  g_free (store);
}

/* TRUE if the store is open, if need be because the person was asked. */
static gboolean
is_open (HsSecretStoreManner manner)
{
  if (fake.is_locked && manner == HS_SECRET_STORE_ASK)
    {
      fake.n_asked++;
      fake.is_locked = !fake.person_unlocks;
    }
  return !fake.is_locked;
}

/* Takes the failure that was ordered, or a cancellation. */
static gboolean
fails (GTask *task)
{
  int code = fake.next_error;

  fake.next_error = 0;
  if (g_task_return_error_if_cancelled (task))
    return TRUE;
  if (code == 0)
    return FALSE;
  g_task_return_new_error (task, G_IO_ERROR, code, "the store was told to fail");
  return TRUE;
}

static HsSecretStoreAnswer
finish (GAsyncResult *result, GError **error)
{
  gssize value = g_task_propagate_int (G_TASK (result), error);

  return value < 0 ? HS_SECRET_STORE_FAILED : (HsSecretStoreAnswer)value;
}

void
hs_secret_store_get_async (HsSecretStore *store,
                           const char *name,
                           HsSecretStoreManner manner,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  GBytes *secret = g_hash_table_lookup (get_secrets (), name);

  if (fails (task))
    return;
  if (secret == NULL)
    g_task_return_int (task, HS_SECRET_STORE_ABSENT);
  else if (!is_open (manner))
    g_task_return_int (task, HS_SECRET_STORE_LOCKED);
  else
    {
      g_task_set_task_data (task, g_bytes_ref (secret), (GDestroyNotify)g_bytes_unref);
      g_task_return_int (task, HS_SECRET_STORE_PRESENT);
    }
}

HsSecretStoreAnswer
hs_secret_store_get_finish (
    HsSecretStore *store, GAsyncResult *result, guint8 **secret, gsize *length, GError **error)
{
  HsSecretStoreAnswer value = finish (result, error);

  if (value == HS_SECRET_STORE_PRESENT)
    {
      const void *bytes = g_bytes_get_data (g_task_get_task_data (G_TASK (result)), length);
      *secret = hs_locked_memory_alloc (*length);
      memcpy (*secret, bytes, *length);
    }
  return value;
}

void
hs_secret_store_put_async (HsSecretStore *store,
                           const char *name,
                           const char *label,
                           const guint8 *secret,
                           gsize length,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  if (fails (task))
    return;
  if (length == 0 || length > HS_SECRET_STORE_MAX_BYTES)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                             "a secret has 1 to 4096 bytes");
  else if (!is_open (HS_SECRET_STORE_ASK))
    g_task_return_int (task, HS_SECRET_STORE_LOCKED);
  else
    {
      g_hash_table_replace (get_secrets (), g_strdup (name), g_bytes_new (secret, length));
      g_task_return_int (task, HS_SECRET_STORE_PRESENT);
    }
}

HsSecretStoreAnswer
hs_secret_store_put_finish (HsSecretStore *store, GAsyncResult *result, GError **error)
{
  return finish (result, error);
}

void
hs_secret_store_remove_async (HsSecretStore *store,
                              const char *name,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  if (fails (task))
    return;
  if (g_hash_table_contains (get_secrets (), name) && fake.is_locked)
    g_task_return_int (task, HS_SECRET_STORE_LOCKED);
  else
    {
      g_hash_table_remove (get_secrets (), name);
      g_task_return_int (task, HS_SECRET_STORE_ABSENT);
    }
}

HsSecretStoreAnswer
hs_secret_store_remove_finish (HsSecretStore *store, GAsyncResult *result, GError **error)
{
  return finish (result, error);
}

char *
hs_secret_store_find_clear (void)
{
  return NULL; /* in memory */
}
