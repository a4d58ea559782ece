/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "engine/identity/identities.h"

#include "base/error.h"
#include "core/identity.h"
#include "seal/age_message.h"
#include "seal/key_file.h"
#include "seal/title_key.h"
#include "support/loop.h"
#include "support/suite.h"

/* A store that holds its answers back until it is told to give them. */
typedef struct
{
  GPtrArray *waiting; /* GTask */
  gboolean answers_at_once;
  gboolean fails;
  HsLedgerOwnerKey key;
  HsLedgerIdentity mapping;
  guint n_keys, n_mappings, n_deleted;
} Store;

static Store store;
static HsIdentities *identities;
static GArray *changes;
static guint n_names_asked; /* touched by workers, one at a time */
static gboolean name_service_is_down;

static void
take (GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);

  g_ptr_array_add (store.waiting, task);
}

static void
give_answers (void)
{
  while (store.waiting->len > 0)
    {
      g_autoptr (GTask) task = g_ptr_array_steal_index (store.waiting, 0);
      if (store.fails)
        g_task_return_new_error (task, HS_ERROR, HS_ERROR_NO_SPACE, "the disk is full");
      else
        g_task_return_boolean (task, TRUE);
    }
}

static void
put_owner_key_async (gpointer data,
                     const HsLedgerOwnerKey *key,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
  store.key = *key;
  store.n_keys++;
  take (callback, user_data);
}

static void
put_identity_async (gpointer data,
                    const HsLedgerIdentity *mapping,
                    GAsyncReadyCallback callback,
                    gpointer user_data)
{
  store.mapping = *mapping;
  store.n_mappings++;
  take (callback, user_data);
}

static void
delete_identity_async (gpointer data, guint32 uid, GAsyncReadyCallback callback, gpointer user_data)
{
  store.n_deleted++;
  take (callback, user_data);
}

static gboolean
finish (gpointer data, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
on_changed (gpointer data, const HsId *identity)
{
  g_array_append_val (changes, *identity);
}

static char *
dup_user_name (guint32 uid, GError **error)
{
  n_names_asked++;
  if (name_service_is_down)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "down");
      return NULL;
    }
  if (uid == 1001)
    return g_strdup ("alice");
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "nobody");
  return NULL;
}

static void
set_up_with_limit (gint64 idle_limit_us)
{
  HsIdentitiesSetup setup = { .store = { .put_owner_key_async = put_owner_key_async,
                                         .put_identity_async = put_identity_async,
                                         .delete_identity_async = delete_identity_async,
                                         .finish = finish },
                              .idle_limit_us = idle_limit_us,
                              .absolute_limit_us = 10 * idle_limit_us,
                              .changed = on_changed,
                              .dup_user_name = dup_user_name };
  memset (&store, 0, sizeof store);
  store.waiting = g_ptr_array_new_with_free_func (g_object_unref);
  changes = g_array_new (FALSE, FALSE, sizeof (HsId));
  n_names_asked = 0;
  name_service_is_down = FALSE;
  identities = hs_identities_new (&setup, NULL);
}

static void
set_up (void)
{
  set_up_with_limit (G_TIME_SPAN_HOUR);
}

static void
tear_down (void)
{
  g_clear_pointer (&identities, hs_identities_free);
  g_clear_pointer (&store.waiting, g_ptr_array_unref);
  g_clear_pointer (&changes, g_array_unref);
}

static void
enrol (gboolean os_names, guint8 organisation)
{
  g_autoptr (HsBundle) bundle = hs_bundle_new ();

  bundle->organisation.bytes[0] = organisation;
  bundle->policy.os_names = os_names;
  hs_identities_set_bundle (identities, bundle);
}

static gboolean
learn (guint32 uid, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hs_identities_learn_async (identities, uid, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  return hs_identities_learn_finish (identities, result, error);
}

static gboolean
map (guint32 uid, const HsId *identity, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hs_identities_map_async (identities, uid, identity, hs_loop_store_result, &result);
  give_answers ();
  HS_LOOP_UNTIL (result != NULL);
  return hs_identities_map_finish (identities, result, error);
}

/* The key file of @key, sealed to @recipient. */
static GBytes *
seal_key (const HsSecretBytes *key, const char *recipient)
{
  guint8 public_key[HS_X25519_BYTES];
  g_autoptr (HsSecretBytes) text = hs_key_file_format (key, NULL);

  HS_ASSERT (hs_recipient_parse (recipient, public_key));
  return hs_age_message_seal (public_key, hs_secret_bytes_peek (text),
                              hs_secret_bytes_get_length (text), NULL);
}

static void
begin_unlock (guint32 uid, const HsSecretBytes *key, HsUnlockManner manner, GAsyncResult **result)
{
  g_autoptr (GBytes) sealed = seal_key (key, hs_identities_get_recipient (identities));
  gsize length;
  const guint8 *bytes = g_bytes_get_data (sealed, &length);

  hs_identities_unlock_async (identities, uid, bytes, length, manner, hs_loop_store_result, result);
}

static gboolean
unlock (guint32 uid, const HsSecretBytes *key, HsUnlockManner manner, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  HsId identity;

  begin_unlock (uid, key, manner, &result);
  give_answers ();
  HS_LOOP_UNTIL (result != NULL);
  return hs_identities_unlock_finish (identities, result, &identity, error);
}

static void
assert_state (guint32 uid, HsKeyState state)
{
  HsId identity;

  HS_ASSERT (hs_identities_find (identities, uid, &identity));
  HS_ASSERT_INT_EQ (hs_identities_get_key_state (identities, &identity), state);
}

/* ── who somebody is ─────────────────────────────────────────────────────────────────────── */

static void
alone_every_user_has_a_local_identity (void)
{
  HsId first, second, again;

  HS_ASSERT (hs_identities_find (identities, 1001, &first));
  HS_ASSERT (hs_identities_find (identities, 1002, &second));
  HS_ASSERT (hs_identities_find (identities, 1001, &again));
  HS_ASSERT (hs_id_equal (&first, &again) && !hs_id_equal (&first, &second));
  HS_ASSERT_INT_EQ (first.bytes[6] >> 4, 8);
}

static void
os_names_give_the_organisations_identity (void)
{
  HsId found, expected;
  HsId organisation = { { 5 } };

  enrol (TRUE, 5);
  HS_ASSERT (!hs_identities_find (identities, 1001, &found));
  HS_ASSERT (learn (1001, NULL));
  HS_ASSERT (hs_identity_derive (&organisation, "alice", &expected));
  HS_ASSERT (hs_identities_find (identities, 1001, &found));
  HS_ASSERT (hs_id_equal (&found, &expected));
  HS_ASSERT (learn (1001, NULL));
  HS_ASSERT_INT_EQ (n_names_asked, 1);
  /* Another organisation calls the same person otherwise. */
  enrol (TRUE, 6);
  HS_ASSERT (!hs_identities_find (identities, 1001, &found));
}

static void
unknown_and_system_users_are_nobody (void)
{
  static const guint32 system_uids[] = { 0, 7, HS_IDENTITIES_FIRST_PERSON_UID - 1, G_MAXUINT32 };
  HsId found;
  g_autoptr (GError) error = NULL;

  enrol (TRUE, 5);
  for (gsize i = 0; i < G_N_ELEMENTS (system_uids); i++)
    {
      HS_ASSERT (learn (system_uids[i], &error));
      HS_ASSERT (!hs_identities_find (identities, system_uids[i], &found));
    }
  HS_ASSERT_INT_EQ (n_names_asked, 0);
  HS_ASSERT (learn (4711, &error));
  HS_ASSERT (!hs_identities_find (identities, 4711, &found));
}

static void
a_name_service_that_is_down_is_asked_again (void)
{
  g_autoptr (GError) error = NULL;
  HsId found;

  enrol (TRUE, 5);
  name_service_is_down = TRUE;
  HS_ASSERT (!learn (1001, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_TEMPORARY);
  HS_ASSERT (!hs_identities_find (identities, 1001, &found));
  name_service_is_down = FALSE;
  HS_ASSERT (learn (1001, NULL));
  HS_ASSERT (hs_identities_find (identities, 1001, &found));
}

static void
without_os_names_whoever_signed_in_counts (void)
{
  HsId alice = { { 1 } }, bob = { { 2 } }, found;
  g_autoptr (GError) error = NULL;

  enrol (FALSE, 5);
  HS_ASSERT (learn (1001, NULL));
  HS_ASSERT (!hs_identities_find (identities, 1001, &found));
  HS_ASSERT (map (1001, &alice, NULL));
  HS_ASSERT (hs_identities_find (identities, 1001, &found) && hs_id_equal (&found, &alice));
  HS_ASSERT (!hs_identities_find (identities, 1002, &found));
  HS_ASSERT (map (1001, &bob, NULL));
  HS_ASSERT (hs_identities_find (identities, 1001, &found) && hs_id_equal (&found, &bob));
  HS_ASSERT (map (1001, NULL, NULL));
  HS_ASSERT (!hs_identities_find (identities, 1001, &found));
  HS_ASSERT_INT_EQ (store.n_deleted, 1);
  store.fails = TRUE;
  HS_ASSERT (!map (1001, &alice, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_NO_SPACE);
  HS_ASSERT (!hs_identities_find (identities, 1001, &found));
}

static void
what_the_ledger_holds_is_taken (void)
{
  HsLedgerIdentity mapping = { .uid = 1001, .identity = { { 1 } } };
  HsLedgerOwnerKey key = { .identity = { { 1 } } };
  g_autoptr (GPtrArray) mappings = g_ptr_array_new (), keys = g_ptr_array_new ();
  guint8 public_key[HS_X25519_BYTES];
  HsId found;

  memset (key.public_key, 9, sizeof key.public_key);
  g_ptr_array_add (mappings, &mapping);
  g_ptr_array_add (keys, &key);
  hs_identities_load (identities, mappings, keys);
  enrol (FALSE, 5);
  HS_ASSERT (hs_identities_find (identities, 1001, &found));
  HS_ASSERT (hs_identities_get_public (identities, &found, public_key));
  HS_ASSERT_BYTES_EQ (public_key, sizeof public_key, key.public_key, sizeof public_key);
  assert_state (1001, HS_KEY_LOCKED);
}

/* ── keys ────────────────────────────────────────────────────────────────────────────────── */

static void
the_first_key_is_registered_and_unlocked (void)
{
  guint8 public_key[HS_X25519_BYTES], registered[HS_X25519_BYTES];
  g_autoptr (HsSecretBytes) key = hs_x25519_generate (public_key, NULL);
  g_autoptr (GError) error = NULL;
  HsOwnerKeys table = hs_identities_get_owner_keys (identities);
  HsId identity;

  assert_state (1001, HS_KEY_ABSENT);
  HS_ASSERT (!unlock (1001, key, HS_UNLOCK_REGISTERED, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_NOT_FOUND);
  HS_ASSERT (unlock (1001, key, HS_UNLOCK_FIRST, NULL));
  assert_state (1001, HS_KEY_UNLOCKED);
  assert_state (1002, HS_KEY_ABSENT);
  HS_ASSERT_BYTES_EQ (store.key.public_key, 32, public_key, 32);
  HS_ASSERT (table.find_identity (table.data, 1001, &identity));
  HS_ASSERT (table.find_public (table.data, &identity, registered));
  HS_ASSERT_BYTES_EQ (registered, 32, public_key, 32);
  HS_ASSERT (hs_secret_bytes_equal (table.find_unlocked (table.data, &identity), key));
  HS_ASSERT_INT_EQ (changes->len, 1);
  /* Again it is only unlocked. */
  HS_ASSERT (unlock (1001, key, HS_UNLOCK_REGISTERED, NULL));
  HS_ASSERT_INT_EQ (store.n_keys, 1);
}

static void
another_key_is_refused_unless_it_replaces (void)
{
  guint8 public_key[HS_X25519_BYTES];
  g_autoptr (HsSecretBytes) key = hs_x25519_generate (public_key, NULL);
  g_autoptr (HsSecretBytes) other = hs_x25519_generate (public_key, NULL);
  static const HsUnlockManner manners[] = { HS_UNLOCK_REGISTERED, HS_UNLOCK_FIRST };

  HS_ASSERT (unlock (1001, key, HS_UNLOCK_FIRST, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (manners); i++)
    {
      g_autoptr (GError) error = NULL;
      HS_ASSERT (!unlock (1001, other, manners[i], &error));
      HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
    }
  HS_ASSERT_INT_EQ (store.n_keys, 1);
  HS_ASSERT (unlock (1001, other, HS_UNLOCK_REPLACE, NULL));
  HS_ASSERT_INT_EQ (store.n_keys, 2);
  HS_ASSERT_BYTES_EQ (store.key.public_key, 32, public_key, 32);
}

static void
titles_are_sealed_to_the_registered_key_even_while_it_is_locked (void)
{
  guint8 public_key[HS_X25519_BYTES], derived[HS_X25519_BYTES], known[HS_X25519_BYTES];
  g_autoptr (HsSecretBytes) key = hs_x25519_generate (public_key, NULL);
  g_autoptr (HsSecretBytes) other = hs_x25519_generate (public_key, NULL);
  HsOwnerKeys table = hs_identities_get_owner_keys (identities);
  HsId identity;

  HS_ASSERT (unlock (1001, key, HS_UNLOCK_FIRST, NULL));
  HS_ASSERT (table.find_identity (table.data, 1001, &identity));
  hs_identities_lock_all (identities);
  HS_ASSERT (hs_title_key_derive_public (key, derived, NULL));
  HS_ASSERT (table.find_title_public (table.data, &identity, known));
  HS_ASSERT_BYTES_EQ (known, 32, derived, 32);
  HS_ASSERT (store.key.has_title_key);
  HS_ASSERT_BYTES_EQ (store.key.title_key, 32, derived, 32);
  /* Another key, other titles. */
  HS_ASSERT (unlock (1001, other, HS_UNLOCK_REPLACE, NULL));
  HS_ASSERT (hs_title_key_derive_public (other, derived, NULL));
  HS_ASSERT (table.find_title_public (table.data, &identity, known));
  HS_ASSERT_BYTES_EQ (known, 32, derived, 32);
}

static void
a_key_from_before_there_were_title_keys_gets_one_when_unlocked (void)
{
  g_autoptr (GPtrArray) mappings = g_ptr_array_new (), keys = g_ptr_array_new ();
  HsLedgerOwnerKey older = { .identity = { { 1 } } };
  guint8 derived[HS_X25519_BYTES], known[HS_X25519_BYTES];
  g_autoptr (HsSecretBytes) key = hs_x25519_generate (older.public_key, NULL);

  HS_ASSERT (hs_identities_find (identities, 1001, &older.identity));
  g_ptr_array_add (keys, &older);
  hs_identities_load (identities, mappings, keys);
  HS_ASSERT (!hs_identities_get_title_public (identities, &older.identity, known));
  HS_ASSERT (unlock (1001, key, HS_UNLOCK_REGISTERED, NULL));
  HS_ASSERT_INT_EQ (store.n_keys, 1);
  HS_ASSERT (hs_title_key_derive_public (key, derived, NULL));
  HS_ASSERT (hs_identities_get_title_public (identities, &older.identity, known));
  HS_ASSERT_BYTES_EQ (known, 32, derived, 32);
  HS_ASSERT (unlock (1001, key, HS_UNLOCK_REGISTERED, NULL));
  HS_ASSERT_INT_EQ (store.n_keys, 1);
}

static void
a_key_counts_only_once_it_is_durable (void)
{
  guint8 public_key[HS_X25519_BYTES];
  g_autoptr (HsSecretBytes) key = hs_x25519_generate (public_key, NULL);
  g_autoptr (GAsyncResult) first = NULL;
  g_autoptr (GError) error = NULL, second = NULL;
  HsId identity;

  begin_unlock (1001, key, HS_UNLOCK_FIRST, &first);
  assert_state (1001, HS_KEY_ABSENT);
  HS_ASSERT_INT_EQ (store.n_keys, 1);
  /* A second registration of the same person does not overtake. */
  g_autoptr (GAsyncResult) racing = NULL;
  begin_unlock (1001, key, HS_UNLOCK_FIRST, &racing);
  HS_LOOP_UNTIL (racing != NULL);
  HS_ASSERT (!hs_identities_unlock_finish (identities, racing, &identity, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_TEMPORARY);
  store.fails = TRUE;
  give_answers ();
  HS_LOOP_UNTIL (first != NULL);
  HS_ASSERT (!hs_identities_unlock_finish (identities, first, &identity, &second));
  HS_ASSERT_ERROR (second, HS_ERROR_NO_SPACE);
  assert_state (1001, HS_KEY_ABSENT);
  HS_ASSERT_INT_EQ (changes->len, 0);
  store.fails = FALSE;
  HS_ASSERT (unlock (1001, key, HS_UNLOCK_FIRST, NULL));
}

static void
nobody_has_no_key (void)
{
  guint8 public_key[HS_X25519_BYTES];
  g_autoptr (HsSecretBytes) key = hs_x25519_generate (public_key, NULL);
  g_autoptr (GError) error = NULL;

  enrol (FALSE, 5);
  HS_ASSERT (!unlock (1001, key, HS_UNLOCK_FIRST, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
  HS_ASSERT (strstr (error->message, "sign-in") != NULL);
  HS_ASSERT_INT_EQ (store.n_keys, 0);
}

static void
assert_unlock_fails (const guint8 *bytes, gsize length, HsErrorCode code)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  HsId identity;

  hs_identities_unlock_async (identities, 1001, bytes, length, HS_UNLOCK_FIRST,
                              hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  HS_ASSERT (!hs_identities_unlock_finish (identities, result, &identity, &error));
  HS_ASSERT_ERROR (error, (int)code);
}

static void
what_is_not_a_key_for_this_start_is_refused (void)
{
  guint8 public_key[HS_X25519_BYTES];
  char other[HS_RECIPIENT_TEXT_BYTES];
  g_autoptr (HsSecretBytes) key = hs_x25519_generate (public_key, NULL);
  g_autoptr (GBytes) stale = seal_key (key, hs_recipient_format (public_key, other));
  g_autofree guint8 *long_bytes = g_malloc0 (HS_UNLOCK_MAX_BYTES + 1);
  gsize length;
  const guint8 *bytes = g_bytes_get_data (stale, &length);

  assert_unlock_fails (bytes, length, HS_ERROR_TEMPORARY);
  assert_unlock_fails (bytes, length - 1, HS_ERROR_TEMPORARY);
  assert_unlock_fails ((const guint8 *)"AGE-SECRET-KEY-1", 16, HS_ERROR_CORRUPT);
  assert_unlock_fails (long_bytes, HS_UNLOCK_MAX_BYTES, HS_ERROR_CORRUPT);
  assert_unlock_fails (long_bytes, HS_UNLOCK_MAX_BYTES + 1, HS_ERROR_INVALID);
  HS_ASSERT (hs_recipient_parse (hs_identities_get_recipient (identities), public_key));
  g_autoptr (GBytes) no_key = hs_age_message_seal (public_key, (const guint8 *)"hello", 5, NULL);
  bytes = g_bytes_get_data (no_key, &length);
  assert_unlock_fails (bytes, length, HS_ERROR_INVALID);
  HS_ASSERT_INT_EQ (store.n_keys, 0);
}

static void
signing_out_and_sleeping_lock (void)
{
  guint8 public_key[HS_X25519_BYTES];
  g_autoptr (HsSecretBytes) key = hs_x25519_generate (public_key, NULL);
  HsId alice = { { 1 } }, bob = { { 2 } };

  enrol (FALSE, 5);
  HS_ASSERT (map (1001, &alice, NULL));
  HS_ASSERT (unlock (1001, key, HS_UNLOCK_FIRST, NULL));
  HS_ASSERT_INT_EQ (hs_identities_get_key_state (identities, &alice), HS_KEY_UNLOCKED);
  /* The next person on a shared account finds no key of the last one. */
  HS_ASSERT (map (1001, &bob, NULL));
  HS_ASSERT_INT_EQ (hs_identities_get_key_state (identities, &alice), HS_KEY_LOCKED);
  HS_ASSERT (unlock (1001, key, HS_UNLOCK_FIRST, NULL));
  hs_identities_lock_all (identities);
  HS_ASSERT_INT_EQ (hs_identities_get_key_state (identities, &bob), HS_KEY_LOCKED);
  HS_ASSERT_INT_EQ (changes->len, 6); /* two sign-ins, two unlocked, two locked */
  HS_ASSERT (unlock (1001, key, HS_UNLOCK_REGISTERED, NULL));
  HS_ASSERT (map (1001, NULL, NULL));
  HS_ASSERT_INT_EQ (hs_identities_get_key_state (identities, &bob), HS_KEY_LOCKED);
}

static HsId
local_of (guint32 uid)
{
  HsId local;

  hs_identity_derive_local (uid, &local);
  return local;
}

static void
with_os_names_a_key_from_before_the_enrolment_follows_at_once (void)
{
  guint8 public_key[HS_X25519_BYTES], found[HS_X25519_BYTES];
  g_autoptr (HsSecretBytes) key = hs_x25519_generate (public_key, NULL);
  HsId local = local_of (1001), alice, keeper;
  HsOwnerKeys keys = hs_identities_get_owner_keys (identities);

  HS_ASSERT (unlock (1001, key, HS_UNLOCK_FIRST, NULL));
  enrol (TRUE, 5);
  HS_ASSERT (learn (1001, NULL));
  HS_ASSERT (hs_identities_find (identities, 1001, &alice));
  HS_ASSERT (!hs_id_equal (&alice, &local));
  HS_ASSERT (hs_identities_get_public (identities, &alice, found));
  HS_ASSERT (memcmp (found, public_key, sizeof found) == 0);
  give_answers ();
  HS_ASSERT (hs_id_equal (&store.key.identity, &alice));
  /* Unlocked is unlocked, for what was sealed before and after; and so is locked. */
  HS_ASSERT (keys.find_unlocked (keys.data, &local) != NULL);
  HS_ASSERT (keys.find_unlocked (keys.data, &alice) != NULL);
  /* In the keyring it bears the name that it was put there with. */
  HS_ASSERT (hs_identities_find_key (identities, 1001, &keeper, found));
  HS_ASSERT (hs_id_equal (&keeper, &local));
  hs_identities_lock (identities, &alice);
  HS_ASSERT (keys.find_unlocked (keys.data, &local) == NULL);
  HS_ASSERT_INT_EQ (hs_identities_get_key_state (identities, &alice), HS_KEY_LOCKED);
}

static void
with_sign_ins_a_key_from_before_the_enrolment_follows_whoever_has_it (void)
{
  guint8 public_key[HS_X25519_BYTES], found[HS_X25519_BYTES];
  g_autoptr (HsSecretBytes) key = hs_x25519_generate (public_key, NULL);
  g_autoptr (HsSecretBytes) other = hs_x25519_generate (found, NULL);
  HsId local = local_of (1001), alice = { { 1 } }, bob = { { 2 } };
  HsOwnerKeys keys = hs_identities_get_owner_keys (identities);

  HS_ASSERT (unlock (1001, key, HS_UNLOCK_FIRST, NULL));
  hs_identities_lock_all (identities);
  enrol (FALSE, 5);
  HS_ASSERT (map (1001, &bob, NULL));
  HS_ASSERT (!hs_identities_get_public (identities, &bob, found));
  HS_ASSERT (!unlock (1001, other, HS_UNLOCK_REGISTERED, NULL));
  HS_ASSERT (unlock (1001, other, HS_UNLOCK_FIRST, NULL));
  HS_ASSERT (keys.find_unlocked (keys.data, &local) == NULL);
  HS_ASSERT (map (1001, &alice, NULL));
  HS_ASSERT (unlock (1001, key, HS_UNLOCK_REGISTERED, NULL));
  HS_ASSERT (keys.find_unlocked (keys.data, &local) != NULL);
  HS_ASSERT (keys.find_unlocked (keys.data, &bob) == NULL);
}

/* The first unlock of a person waits for the disk; meanwhile the machine goes to sleep. */
static void
a_key_that_is_locked_while_it_is_registered_stays_locked (void)
{
  for (int all = 0; all <= 1; all++)
    {
      guint8 public_key[HS_X25519_BYTES];
      g_autoptr (HsSecretBytes) key = hs_x25519_generate (public_key, NULL);
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;
      HsId identity, local = local_of (1001);

      tear_down ();
      set_up ();
      begin_unlock (1001, key, HS_UNLOCK_FIRST, &result);
      if (all)
        hs_identities_lock_all (identities);
      else
        hs_identities_lock (identities, &local);
      give_answers ();
      HS_LOOP_UNTIL (result != NULL);
      HS_ASSERT (!hs_identities_unlock_finish (identities, result, &identity, &error));
      HS_ASSERT_ERROR (error, HS_ERROR_TEMPORARY);
      assert_state (1001, HS_KEY_LOCKED);
      HS_ASSERT (unlock (1001, key, HS_UNLOCK_REGISTERED, NULL));
    }
}

/* Until the disk has the next person, the OS user is still the one before. */
static void
whoever_is_signed_out_leaves_no_key_unlocked (void)
{
  guint8 public_key[HS_X25519_BYTES];
  g_autoptr (HsSecretBytes) key = hs_x25519_generate (public_key, NULL);
  HsId alice = { { 1 } }, bob = { { 2 } };

  enrol (FALSE, 5);
  for (int someone_follows = 0; someone_follows <= 1; someone_follows++)
    {
      g_autoptr (GAsyncResult) mapped = NULL, unlocked = NULL;

      HS_ASSERT (map (1001, &alice, NULL));
      HS_ASSERT (unlock (1001, key, HS_UNLOCK_FIRST, NULL));
      hs_identities_map_async (identities, 1001, someone_follows ? &bob : NULL,
                               hs_loop_store_result, &mapped);
      begin_unlock (1001, key, HS_UNLOCK_REGISTERED, &unlocked);
      give_answers ();
      HS_LOOP_UNTIL (mapped != NULL && unlocked != NULL);
      HS_ASSERT (hs_identities_map_finish (identities, mapped, NULL));
      HS_ASSERT_INT_EQ (hs_identities_get_key_state (identities, &alice), HS_KEY_LOCKED);
    }
}

static void
an_idle_key_goes_by_itself_and_is_told (void)
{
  guint8 public_key[HS_X25519_BYTES];
  g_autoptr (HsSecretBytes) key = hs_x25519_generate (public_key, NULL);

  tear_down ();
  set_up_with_limit (50 * G_TIME_SPAN_MILLISECOND);
  HS_ASSERT (unlock (1001, key, HS_UNLOCK_FIRST, NULL));
  HS_ASSERT_INT_EQ (changes->len, 1);
  HS_LOOP_UNTIL (changes->len == 2);
  assert_state (1001, HS_KEY_LOCKED);
}

HS_SUITE_WITH (
    "identities",
    set_up,
    tear_down,
    { "alone, every user has a local identity", alone_every_user_has_a_local_identity },
    { "OS names give the organisation's identity", os_names_give_the_organisations_identity },
    { "unknown and system users are nobody", unknown_and_system_users_are_nobody },
    { "a name service that is down is asked again", a_name_service_that_is_down_is_asked_again },
    { "without OS names whoever signed in counts", without_os_names_whoever_signed_in_counts },
    { "what the ledger holds is taken", what_the_ledger_holds_is_taken },
    { "with OS names a key from before the enrolment follows at once",
      with_os_names_a_key_from_before_the_enrolment_follows_at_once },
    { "with sign-ins a key from before the enrolment follows whoever has it",
      with_sign_ins_a_key_from_before_the_enrolment_follows_whoever_has_it },
    { "the first key is registered and unlocked", the_first_key_is_registered_and_unlocked },
    { "another key is refused unless it replaces", another_key_is_refused_unless_it_replaces },
    { "titles are sealed to the registered key even while it is locked",
      titles_are_sealed_to_the_registered_key_even_while_it_is_locked },
    { "a key from before there were title keys gets one when unlocked",
      a_key_from_before_there_were_title_keys_gets_one_when_unlocked },
    { "a key counts only once it is durable", a_key_counts_only_once_it_is_durable },
    { "nobody has no key", nobody_has_no_key },
    { "what is not a key for this start is refused", what_is_not_a_key_for_this_start_is_refused },
    { "signing out and sleeping lock", signing_out_and_sleeping_lock },
    { "a key that is locked while it is registered stays locked",
      a_key_that_is_locked_while_it_is_registered_stays_locked },
    { "whoever is signed out leaves no key unlocked",
      whoever_is_signed_out_leaves_no_key_unlocked },
    { "an idle key goes by itself and is told", an_idle_key_goes_by_itself_and_is_told })
