/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Secrets of a person on Linux: the freedesktop Secret Service (GNOME Keyring, KWallet, KeePassXC)
 * through libsecret, or libsecret's own encrypted file where it is told to use that.
 *
 * Looking is done by a search that unlocks nothing, since only an item that was found can say that
 * it is locked; a plain lookup answers "nothing" for a locked one. Secrets travel encrypted on the
 * bus; libsecret keeps its copies in locked memory. */

#include "platform/secret_store.h"

#include "platform/locked_memory.h"

#include <libsecret/secret.h>
#include <string.h>

#define CONTENT_TYPE "text/plain" /* what every store keeps byte for byte and can show */

struct HsSecretStore
{
  char unused;
};

static const SecretSchema schema = {
  "org.homespool.Key",
  SECRET_SCHEMA_NONE,
  { { "name", SECRET_SCHEMA_ATTRIBUTE_STRING }, { NULL, 0 } },
};

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

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

/* ── what all calls share ────────────────────────────────────────────────────────────────── */

static GHashTable *
attributes_for (const char *name)
{
  GHashTable *attributes = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);

  g_hash_table_insert (attributes, (gpointer) "name", g_strdup (name));
  return attributes;
}

static void
answer (GTask *task, HsSecretStoreAnswer value)
{
  g_task_return_int (task, value);
  g_object_unref (task);
}

/* That the person did not unlock it is an answer; the rest stay errors, such as NOT_FOUND, which is a
 * session bus that is not there. */
static void
answer_error (GTask *task, GError *error)
{
  if (g_error_matches (error, SECRET_ERROR, SECRET_ERROR_IS_LOCKED))
    {
      g_error_free (error);
      answer (task, HS_SECRET_STORE_LOCKED);
      return;
    }
  if (error->domain != G_IO_ERROR)
    {
      GError *ours = g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED,
                                  "the desktop's secret store does not answer: %s", error->message);
      g_error_free (error);
      error = ours;
    }
  g_task_return_error (task, error);
  g_object_unref (task);
}

static HsSecretStoreAnswer
finish (GAsyncResult *result, GError **error)
{
  gssize value = g_task_propagate_int (G_TASK (result), error);

  return value < 0 ? HS_SECRET_STORE_FAILED : (HsSecretStoreAnswer)value;
}

/* ── get ─────────────────────────────────────────────────────────────────────────────────── */

typedef struct
{
  char *name;
  HsSecretStoreManner manner;
  gboolean has_asked; /* the store was asked to unlock; a second refusal is final */
  guint8 *secret;     /* from locked memory; NULL once handed out */
  gsize length;
} GetCall;

static void
get_call_free (gpointer data)
{
  GetCall *call = data;

  if (call->secret != NULL)
    hs_locked_memory_free (call->secret, call->length);
  g_free (call->name);
  g_free (call);
}

static void search (GTask *task, SecretSearchFlags flags);

static void
on_retrieved (GObject *item, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  GetCall *call = g_task_get_task_data (task);
  GError *error = NULL;
  SecretValue *value
      = secret_retrievable_retrieve_secret_finish (SECRET_RETRIEVABLE (item), result, &error);
  gsize length = 0;

  if (error != NULL)
    {
      answer_error (task, error);
      return;
    }
  const char *bytes = value != NULL ? secret_value_get (value, &length) : NULL;
  if (bytes == NULL || length == 0 || length > HS_SECRET_STORE_MAX_BYTES)
    {
      g_clear_pointer (&value, secret_value_unref);
      answer_error (task, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                                               "the desktop's secret store gave a secret that is "
                                               "not one of ours"));
      return;
    }
  call->secret = hs_locked_memory_alloc (length);
  call->length = length;
  memcpy (call->secret, bytes, length);
  secret_value_unref (value);
  answer (task, HS_SECRET_STORE_PRESENT);
}

static void
on_found (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  GetCall *call = g_task_get_task_data (task);
  GError *error = NULL;
  GList *found = secret_password_search_finish (result, &error);

  if (error != NULL)
    {
      answer_error (task, error);
      return;
    }
  if (found == NULL)
    {
      answer (task, HS_SECRET_STORE_ABSENT);
      return;
    }
  /* Only items of a service can be locked one by one; those of the file are open if found. */
  if (SECRET_IS_ITEM (found->data) && secret_item_get_locked (found->data))
    {
      if (call->manner == HS_SECRET_STORE_ASK && !call->has_asked)
        {
          call->has_asked = TRUE;
          search (task, SECRET_SEARCH_UNLOCK);
        }
      else
        answer (task, HS_SECRET_STORE_LOCKED);
    }
  else
    secret_retrievable_retrieve_secret (found->data, g_task_get_cancellable (task), on_retrieved,
                                        task);
  g_list_free_full (found, g_object_unref);
}

static void
search (GTask *task, SecretSearchFlags flags)
{
  GetCall *call = g_task_get_task_data (task);
  g_autoptr (GHashTable) attributes = attributes_for (call->name);

  secret_password_searchv (&schema, attributes, flags, g_task_get_cancellable (task), on_found,
                           task);
}

void
hs_secret_store_get_async (HsSecretStore *store,
                           const char *name,
                           HsSecretStoreManner manner,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  GetCall *call = g_new0 (GetCall, 1);

  call->name = g_strdup (name);
  call->manner = manner;
  g_task_set_task_data (task, call, get_call_free);
  search (task, SECRET_SEARCH_NONE);
}

HsSecretStoreAnswer
hs_secret_store_get_finish (
    HsSecretStore *store, GAsyncResult *result, guint8 **secret, gsize *length, GError **error)
{
  GetCall *call = g_task_get_task_data (G_TASK (result));
  HsSecretStoreAnswer value = finish (result, error);

  if (value == HS_SECRET_STORE_PRESENT)
    {
      *secret = g_steal_pointer (&call->secret);
      *length = call->length;
    }
  return value;
}

/* ── put ─────────────────────────────────────────────────────────────────────────────────── */

static void
on_stored (GObject *source, GAsyncResult *result, gpointer data)
{
  GError *error = NULL;

  if (secret_password_store_finish (result, &error))
    answer (data, HS_SECRET_STORE_PRESENT);
  else if (error == NULL) /* the person dismissed the store's window */
    answer (data, HS_SECRET_STORE_LOCKED);
  else
    answer_error (data, error);
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
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GHashTable) attributes = attributes_for (name);

  if (length == 0 || length > HS_SECRET_STORE_MAX_BYTES)
    {
      answer_error (task, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                                               "a secret has 1 to 4096 bytes"));
      return;
    }
  SecretValue *value = secret_value_new ((const char *)secret, (gssize)length, CONTENT_TYPE);
  secret_password_storev_binary (&schema, attributes, SECRET_COLLECTION_DEFAULT, label, value,
                                 cancellable, on_stored, task);
  secret_value_unref (value);
}

HsSecretStoreAnswer
hs_secret_store_put_finish (HsSecretStore *store, GAsyncResult *result, GError **error)
{
  return finish (result, error);
}

/* ── remove ──────────────────────────────────────────────────────────────────────────────── */

static void
on_removed (GObject *source, GAsyncResult *result, gpointer data)
{
  GError *error = NULL;

  secret_password_clear_finish (result, &error);
  if (error == NULL)
    answer (data, HS_SECRET_STORE_ABSENT);
  else
    answer_error (data, error);
}

static void
on_found_to_remove (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  GError *error = NULL;
  GList *found = secret_password_search_finish (result, &error);

  if (error != NULL)
    answer_error (task, error);
  else if (found == NULL)
    answer (task, HS_SECRET_STORE_ABSENT);
  else if (SECRET_IS_ITEM (found->data) && secret_item_get_locked (found->data))
    answer (task, HS_SECRET_STORE_LOCKED);
  else
    {
      g_autoptr (GHashTable) attributes = attributes_for (g_task_get_task_data (task));
      secret_password_clearv (&schema, attributes, g_task_get_cancellable (task), on_removed, task);
    }
  g_list_free_full (found, g_object_unref);
}

void
hs_secret_store_remove_async (HsSecretStore *store,
                              const char *name,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GHashTable) attributes = attributes_for (name);

  g_task_set_task_data (task, g_strdup (name), g_free);
  secret_password_searchv (&schema, attributes, SECRET_SEARCH_NONE, cancellable, on_found_to_remove,
                           task);
}

HsSecretStoreAnswer
hs_secret_store_remove_finish (HsSecretStore *store, GAsyncResult *result, GError **error)
{
  return finish (result, error);
}

/* ── a blank password ────────────────────────────────────────────────────────────────────── */

/* GNOME Keyring writes a keyring without a password as a text of this beginning, attributes and
 * secrets in clear; one with a password begins with "GnomeKeyring". The memory is wiped: it may hold
 * what others keep there. */
static gboolean
is_in_clear (const char *path)
{
  static const char beginning[] = "[keyring]";
  g_autofree char *text = NULL;
  gsize length = 0;
  gboolean found = FALSE;

  if (!g_file_get_contents (path, &text, &length, NULL))
    return FALSE;
  found = g_str_has_prefix (text, beginning)
          && g_strstr_len (text, (gssize)length, schema.name) != NULL;
  explicit_bzero (text, length);
  return found;
}

char *
hs_secret_store_find_clear (void)
{
  g_autofree char *folder = g_build_filename (g_get_user_data_dir (), "keyrings", NULL);
  g_autoptr (GDir) names = g_dir_open (folder, 0, NULL);
  const char *name = NULL;

  while (names != NULL && (name = g_dir_read_name (names)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      if (g_str_has_suffix (name, ".keyring") && is_in_clear (path))
        return g_steal_pointer (&path);
    }
  return NULL;
}
