/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The person's own key, in the person's own keyring. */

#include "cli/person_key.h"

#include "base/error.h"
#include "platform/locked_memory.h"
#include "seal/key_file.h"

#include <string.h>

#define LOOK_S 5 /* a keyring that hangs does not keep doctor; ours */

static void
on_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref (result);
}

static GAsyncResult *
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

static HsSecretStoreAnswer
look_up (HsSecretStore *store,
         const char *name,
         HsSecretStoreManner manner,
         GCancellable *cancellable,
         HsSecretBytes **file,
         GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  guint8 *secret = NULL;
  gsize length = 0;

  hs_secret_store_get_async (store, name, manner, cancellable, on_ready, &result);
  HsSecretStoreAnswer answer
      = hs_secret_store_get_finish (store, wait_for (&result), &secret, &length, error);
  if (answer == HS_SECRET_STORE_PRESENT)
    {
      *file = hs_secret_bytes_new_copy (secret, length);
      hs_locked_memory_free (secret, length);
    }
  return answer;
}

static HsSecretBytes *
refuse_locked (GError **error)
{
  g_set_error_literal (error, HS_ERROR, HS_ERROR_DENIED,
                       "Your keyring is locked. Unlock it (it opens with your desktop session), "
                       "then try again.");
  return NULL;
}

static HsSecretBytes *
refuse_unreachable (const GError *reason, GError **error)
{
  g_set_error (error, HS_ERROR, HS_ERROR_DENIED,
               "Your keyring cannot be reached (%s). Run this in your desktop session, or start a "
               "keyring such as gnome-keyring.",
               reason->message);
  return NULL;
}

/* Returns @file for convenience (nothing is transferred), NULL on error. */
static const HsSecretBytes *
store_file (HsSecretStore *store, const char *name, const HsSecretBytes *file, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) failure = NULL;

  hs_secret_store_put_async (store, name, "Homespool: key of your print jobs",
                             hs_secret_bytes_peek (file), hs_secret_bytes_get_length (file), NULL,
                             on_ready, &result);
  switch (hs_secret_store_put_finish (store, wait_for (&result), &failure))
    {
    case HS_SECRET_STORE_PRESENT:
      return file;
    case HS_SECRET_STORE_LOCKED:
      return refuse_locked (error);
    case HS_SECRET_STORE_FAILED:
    case HS_SECRET_STORE_ABSENT:
      refuse_unreachable (failure, error);
      break;
    }
  return NULL;
}

static HsSecretBytes *
make_key (HsSecretStore *store, const char *name, GError **error)
{
  guint8 public_key[HS_X25519_BYTES];
  g_autoptr (HsSecretBytes) key = hs_x25519_generate (public_key, error);
  g_autoptr (HsSecretBytes) file = key != NULL ? hs_key_file_format (key, error) : NULL;

  return file != NULL && store_file (store, name, file, error) != NULL ? g_steal_pointer (&key)
                                                                       : NULL;
}

static HsSecretBytes *
read_key (const HsSecretBytes *file, const guint8 *registered, GError **error)
{
  guint8 public_key[HS_X25519_BYTES];
  g_autoptr (HsSecretBytes) key = hs_key_file_parse (file, error);

  if (key == NULL || !hs_x25519_get_public (key, public_key, error))
    {
      g_prefix_error (error, "the key in your keyring cannot be used: ");
      return NULL;
    }
  if (registered == NULL || memcmp (public_key, registered, HS_X25519_BYTES) == 0)
    return g_steal_pointer (&key);
  g_set_error_literal (error, HS_ERROR, HS_ERROR_REFUSED,
                       "The key in your keyring is not the one that this workstation knows. Your "
                       "jobs can still be released on the release page; ask your administrator.");
  return NULL;
}

/* A change of keys that ended between the agent and the keyring: the agent knows the next one. */
static HsSecretBytes *
find_next (HsSecretStore *store, const char *name, const guint8 *registered)
{
  g_autofree char *next = g_strconcat (name, ".next", NULL);
  g_autoptr (HsSecretBytes) file = NULL;

  if (registered == NULL
      || look_up (store, next, HS_SECRET_STORE_ASK, NULL, &file, NULL) != HS_SECRET_STORE_PRESENT)
    return NULL;
  g_autoptr (HsSecretBytes) key = read_key (file, registered, NULL);
  if (key == NULL || store_file (store, name, file, NULL) == NULL)
    return NULL;
  return g_steal_pointer (&key);
}

HsSecretBytes *
hs_person_key_make_next (const char *name, GError **error)
{
  g_autoptr (HsSecretStore) store = hs_secret_store_new ();
  g_autofree char *next = g_strconcat (name, ".next", NULL);

  return make_key (store, next, error);
}

gboolean
hs_person_key_take_next (const char *name, GError **error)
{
  g_autoptr (HsSecretStore) store = hs_secret_store_new ();
  g_autofree char *next = g_strconcat (name, ".next", NULL);
  g_autoptr (HsSecretBytes) file = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  if (look_up (store, next, HS_SECRET_STORE_ASK, NULL, &file, error) != HS_SECRET_STORE_PRESENT
      || store_file (store, name, file, error) == NULL)
    {
      g_clear_error (error);
      g_set_error_literal (
          error, HS_ERROR, HS_ERROR_DENIED,
          "Your new key is in use, but your keyring could not put it in its place. "
          "Run `homespool unlock` once the keyring is open: it repairs that.");
      return FALSE;
    }
  hs_secret_store_remove_async (store, next, NULL, on_ready, &result);
  (void)!hs_secret_store_remove_finish (store, wait_for (&result), NULL);
  return TRUE;
}

HsSecretBytes *
hs_person_key_get (const char *name, const guint8 *registered, GError **error)
{
  g_autoptr (HsSecretStore) store = hs_secret_store_new ();
  g_autoptr (HsSecretBytes) file = NULL;
  g_autoptr (GError) failure = NULL;
  HsSecretBytes *key = NULL;

  HsSecretStoreAnswer answer = look_up (store, name, HS_SECRET_STORE_ASK, NULL, &file, &failure);
  g_autoptr (HsSecretBytes) next = NULL;
  switch (answer)
    {
    case HS_SECRET_STORE_PRESENT:
      key = read_key (file, registered, &failure);
      next = key == NULL ? find_next (store, name, registered) : NULL;
      if (key == NULL && next == NULL)
        g_propagate_error (error, g_steal_pointer (&failure));
      return key != NULL ? key : g_steal_pointer (&next);
    case HS_SECRET_STORE_LOCKED:
      return refuse_locked (error);
    case HS_SECRET_STORE_ABSENT:
      if (registered == NULL)
        return make_key (store, name, error);
      g_set_error_literal (error, HS_ERROR, HS_ERROR_REFUSED,
                           "Your keyring has no key, but this workstation knows one of yours. Log "
                           "in as you did when you printed, or release your jobs on the release "
                           "page. If the key is lost, `homespool key rotate` makes a new one.");
      return NULL;
    case HS_SECRET_STORE_FAILED:
      break;
    }
  return refuse_unreachable (failure, error);
}

/* ── for doctor ──────────────────────────────────────────────────────────────────────────── */

static gboolean
on_limit (gpointer user_data)
{
  g_cancellable_cancel (user_data);
  return G_SOURCE_REMOVE;
}

HsSecretStoreAnswer
hs_person_key_look (const char *name, GError **error)
{
  g_autoptr (HsSecretStore) store = hs_secret_store_new ();
  g_autoptr (HsSecretBytes) file = NULL; /* looked at by nobody */
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  guint limit = g_timeout_add_seconds (LOOK_S, on_limit, cancellable);
  HsSecretStoreAnswer answer
      = look_up (store, name, HS_SECRET_STORE_QUIET, cancellable, &file, error);

  if (!g_cancellable_is_cancelled (cancellable))
    {
      g_source_remove (limit);
      return answer;
    }
  g_clear_error (error);
  g_set_error (error, HS_ERROR, HS_ERROR_TEMPORARY, "it did not answer within %d seconds", LOOK_S);
  return HS_SECRET_STORE_FAILED;
}
