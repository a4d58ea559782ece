/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What every body of platform/secret_store.h promises; built with the store in memory and with the
 * system's body, which runs against libsecret's encrypted file and against a real keyring service.
 *
 * HS_TEST_LOCK_COMMAND locks the store, if it can be locked at all; the fake is locked by a call. */

#include "platform/locked_memory.h"
#include "platform/secret_store.h"
#include "support/loop.h"
#include "support/suite.h"

#ifdef HS_TEST_FAKE
#include "platform/fake/secret_store.h"
#endif

static HsSecretStore *store;

static void
set_up (void)
{
  store = hs_secret_store_new ();
}

static void
tear_down (void)
{
  g_clear_pointer (&store, hs_secret_store_free);
}

static HsSecretStoreAnswer
put (const char *name, const void *secret, gsize length, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hs_secret_store_put_async (store, name, "Homespool test", secret, length, NULL,
                             hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  return hs_secret_store_put_finish (store, result, error);
}

static HsSecretStoreAnswer
get (const char *name, HsSecretStoreManner manner, GBytes **secret, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  guint8 *bytes = NULL;
  gsize length = 0;

  hs_secret_store_get_async (store, name, manner, NULL, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  HsSecretStoreAnswer answer = hs_secret_store_get_finish (store, result, &bytes, &length, error);
  if (answer == HS_SECRET_STORE_PRESENT)
    {
      *secret = g_bytes_new (bytes, length);
      hs_locked_memory_free (bytes, length);
    }
  else
    HS_ASSERT (bytes == NULL);
  return answer;
}

static HsSecretStoreAnswer
remove_secret (const char *name, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hs_secret_store_remove_async (store, name, NULL, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  return hs_secret_store_remove_finish (store, result, error);
}

static void
assert_stored (const char *name, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) secret = NULL;

  HS_ASSERT_INT_EQ (get (name, HS_SECRET_STORE_QUIET, &secret, &error), HS_SECRET_STORE_PRESENT);
  HS_ASSERT_BYTES_EQ (g_bytes_get_data (secret, NULL), g_bytes_get_size (secret), expected,
                      strlen (expected));
}

static void
a_secret_that_was_never_put_is_absent (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) secret = NULL;

  HS_ASSERT_INT_EQ (get ("never", HS_SECRET_STORE_QUIET, &secret, &error), HS_SECRET_STORE_ABSENT);
  HS_ASSERT_INT_EQ (get ("never", HS_SECRET_STORE_ASK, &secret, &error), HS_SECRET_STORE_ABSENT);
  HS_ASSERT_NO_ERROR (error);
}

static void
a_secret_comes_back_and_goes (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) secret = NULL;

  HS_ASSERT_INT_EQ (put ("one", "first", 5, &error), HS_SECRET_STORE_PRESENT);
  HS_ASSERT_NO_ERROR (error);
  assert_stored ("one", "first");
  HS_ASSERT_INT_EQ (remove_secret ("one", &error), HS_SECRET_STORE_ABSENT);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_INT_EQ (get ("one", HS_SECRET_STORE_QUIET, &secret, &error), HS_SECRET_STORE_ABSENT);
  HS_ASSERT_INT_EQ (remove_secret ("one", &error), HS_SECRET_STORE_ABSENT);
  HS_ASSERT_NO_ERROR (error);
}

static void
names_keep_secrets_apart_and_a_new_one_replaces (void)
{
  g_autoptr (GError) error = NULL;

  HS_ASSERT_INT_EQ (put ("a", "for a", 5, &error), HS_SECRET_STORE_PRESENT);
  HS_ASSERT_INT_EQ (put ("b", "for b", 5, &error), HS_SECRET_STORE_PRESENT);
  HS_ASSERT_INT_EQ (put ("a", "new for a", 9, &error), HS_SECRET_STORE_PRESENT);
  assert_stored ("a", "new for a");
  assert_stored ("b", "for b");
  HS_ASSERT_INT_EQ (remove_secret ("a", &error), HS_SECRET_STORE_ABSENT);
  assert_stored ("b", "for b");
  HS_ASSERT_INT_EQ (remove_secret ("b", &error), HS_SECRET_STORE_ABSENT);
  HS_ASSERT_NO_ERROR (error);
}

static void
lengths_have_limits (void)
{
  g_autofree char *longest = g_strnfill (HS_SECRET_STORE_MAX_BYTES, 'x');
  g_autofree char *longer = g_strnfill (HS_SECRET_STORE_MAX_BYTES + 1, 'x');
  g_autoptr (GError) error = NULL, second = NULL, third = NULL;

  HS_ASSERT_INT_EQ (put ("long", longest, HS_SECRET_STORE_MAX_BYTES, &error),
                    HS_SECRET_STORE_PRESENT);
  assert_stored ("long", longest);
  HS_ASSERT_INT_EQ (put ("long", longer, HS_SECRET_STORE_MAX_BYTES + 1, &second),
                    HS_SECRET_STORE_FAILED);
  HS_ASSERT (g_error_matches (second, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT));
  HS_ASSERT_INT_EQ (put ("long", "", 0, &third), HS_SECRET_STORE_FAILED);
  HS_ASSERT (g_error_matches (third, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT));
  HS_ASSERT_INT_EQ (remove_secret ("long", &error), HS_SECRET_STORE_ABSENT);
  HS_ASSERT_NO_ERROR (error);
}

static void
a_cancelled_call_says_so (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  guint8 *bytes = NULL;
  gsize length;

  g_cancellable_cancel (cancellable);
  hs_secret_store_get_async (store, "one", HS_SECRET_STORE_QUIET, cancellable, hs_loop_store_result,
                             &result);
  HS_LOOP_UNTIL (result != NULL);
  HS_ASSERT_INT_EQ (hs_secret_store_get_finish (store, result, &bytes, &length, &error),
                    HS_SECRET_STORE_FAILED);
  HS_ASSERT (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
}

/* Locks the store for good. */
static void
lock_store (void)
{
#ifdef HS_TEST_FAKE
  hs_fake_secret_store_set_locked (TRUE);
#else
  const char *command = g_getenv ("HS_TEST_LOCK_COMMAND");
  g_autofree char *output = NULL;
  int status = -1;

  if (command == NULL)
    hs_test_skip ("this store is always open");
  HS_ASSERT (g_spawn_command_line_sync (command, &output, NULL, &status, NULL));
  HS_ASSERT_INT_EQ (status, 0);
#endif
}

static void
a_locked_secret_is_neither_present_nor_absent (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) secret = NULL;

  HS_ASSERT_INT_EQ (put ("locked", "away", 4, &error), HS_SECRET_STORE_PRESENT);
  lock_store ();
  HS_ASSERT_INT_EQ (get ("locked", HS_SECRET_STORE_QUIET, &secret, &error), HS_SECRET_STORE_LOCKED);
  HS_ASSERT_INT_EQ (get ("never", HS_SECRET_STORE_QUIET, &secret, &error), HS_SECRET_STORE_ABSENT);
  HS_ASSERT_INT_EQ (remove_secret ("locked", &error), HS_SECRET_STORE_LOCKED);
  HS_ASSERT_NO_ERROR (error);
}

#ifdef HS_TEST_FAKE
static void
the_fake_does_what_it_is_told (void)
{
  g_autoptr (GError) error = NULL, second = NULL;
  g_autoptr (GBytes) secret = NULL;

  hs_fake_secret_store_reset ();
  HS_ASSERT_INT_EQ (put ("x", "y", 1, &error), HS_SECRET_STORE_PRESENT);
  hs_fake_secret_store_set_locked (TRUE);
  HS_ASSERT_INT_EQ (get ("x", HS_SECRET_STORE_ASK, &secret, &error), HS_SECRET_STORE_LOCKED);
  HS_ASSERT_INT_EQ (put ("x", "z", 1, &error), HS_SECRET_STORE_LOCKED);
  hs_fake_secret_store_set_person_unlocks (TRUE);
  HS_ASSERT_INT_EQ (get ("x", HS_SECRET_STORE_ASK, &secret, &error), HS_SECRET_STORE_PRESENT);
  HS_ASSERT_INT_EQ (hs_fake_secret_store_get_n_asked (), 3);
  hs_fake_secret_store_fail_next (G_IO_ERROR_TIMED_OUT);
  HS_ASSERT_INT_EQ (remove_secret ("x", &second), HS_SECRET_STORE_FAILED);
  HS_ASSERT (g_error_matches (second, G_IO_ERROR, G_IO_ERROR_TIMED_OUT));
  assert_stored ("x", "y");
  hs_fake_secret_store_reset ();
}
#endif

HS_SUITE_WITH ("secret store",
               set_up,
               tear_down,
               { "a secret that was never put is absent", a_secret_that_was_never_put_is_absent },
               { "a secret comes back and goes", a_secret_comes_back_and_goes },
               { "names keep secrets apart and a new one replaces",
                 names_keep_secrets_apart_and_a_new_one_replaces },
               { "lengths have limits", lengths_have_limits },
               { "a cancelled call says so", a_cancelled_call_says_so },
               { "a locked secret is neither present nor absent",
                 a_locked_secret_is_neither_present_nor_absent },
#ifdef HS_TEST_FAKE
               { "the fake does what it is told", the_fake_does_what_it_is_told },
#endif
)
