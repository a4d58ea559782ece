/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "engine/identity/kiosk_keys.h"

#include "base/error.h"
#include "crypto/x25519.h"
#include "support/loop.h"
#include "support/suite.h"
#include "support/temp_dir.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

static char *folder;
static HsKioskKeys *keys;
static const HsId anna = { { 7 } };
static HsSecretBytes *pepper, *pin, *other_pin, *password, *key;

static HsSecretBytes *
secret (const char *text)
{
  return hs_secret_bytes_new_copy ((const guint8 *)text, strlen (text));
}

static void
set_up (void)
{
  guint8 public_key[HS_X25519_BYTES];

  folder = hs_temp_dir_new ();
  keys = hs_kiosk_keys_new (folder, NULL);
  HS_ASSERT (keys != NULL);
  pepper = hs_secret_bytes_new (32);
  pin = secret ("4711");
  other_pin = secret ("271828");
  password = secret ("a long password");
  key = hs_x25519_generate (public_key, NULL);
}

static void
tear_down (void)
{
  g_clear_pointer (&keys, hs_kiosk_keys_free);
  g_clear_pointer (&folder, hs_temp_dir_free);
  hs_secret_bytes_free (pepper);
  hs_secret_bytes_free (pin);
  hs_secret_bytes_free (other_pin);
  hs_secret_bytes_free (password);
  hs_secret_bytes_free (key);
}

static char *
path_of (const char *ending)
{
  char id[HS_ID_TEXT_BYTES];

  return g_strconcat (folder, "/keys/", hs_id_format (&anna, id), ending, NULL);
}

static HsKioskKeyAnswer
open_with (HsKeyWay way, const HsSecretBytes *with)
{
  const HsKioskKeyLock lock = { anna, way, way == HS_WAY_OFFLINE ? NULL : pepper, with };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (HsSecretBytes) opened = NULL;
  g_autoptr (GError) error = NULL;

  hs_kiosk_keys_open_async (keys, &lock, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  HsKioskKeyAnswer answer = hs_kiosk_keys_open_finish (keys, result, &opened, &error);
  HS_ASSERT_INT_EQ (answer == HS_KIOSK_KEY_FAILED, error != NULL);
  HS_ASSERT_INT_EQ (answer == HS_KIOSK_KEY_OPEN, opened != NULL);
  if (opened != NULL)
    HS_ASSERT (hs_secret_bytes_equal (opened, key));
  return answer;
}

static gboolean
wrap_with (HsKeyWay way, const HsSecretBytes *with, HsKioskWrapManner manner)
{
  const HsKioskKeyLock lock = { anna, way, way == HS_WAY_OFFLINE ? NULL : pepper, with };
  g_autoptr (GAsyncResult) result = NULL;

  hs_kiosk_keys_wrap_async (keys, &lock, key, manner, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  return hs_kiosk_keys_wrap_finish (keys, result, NULL);
}

static void
not_there_another_way_locked_and_damaged_are_different_answers (void)
{
  g_autofree char *path = path_of (".pin.age");
  struct stat facts;

  HS_ASSERT_INT_EQ (open_with (HS_WAY_PIN, pin), HS_KIOSK_KEY_ABSENT);
  HS_ASSERT (wrap_with (HS_WAY_PIN, pin, HS_WRAP_NEW));
  HS_ASSERT (stat (path, &facts) == 0);
  HS_ASSERT_INT_EQ (facts.st_mode & 0777, 0600);
  HS_ASSERT_INT_EQ (open_with (HS_WAY_PIN, pin), HS_KIOSK_KEY_OPEN);
  HS_ASSERT_INT_EQ (open_with (HS_WAY_PIN, other_pin), HS_KIOSK_KEY_LOCKED);
  HS_ASSERT_INT_EQ (open_with (HS_WAY_PASSWORD, password), HS_KIOSK_KEY_OTHER_WAY);
  HS_ASSERT (!wrap_with (HS_WAY_PIN, other_pin, HS_WRAP_NEW));
  HS_ASSERT_INT_EQ (open_with (HS_WAY_PIN, pin), HS_KIOSK_KEY_OPEN);
  HS_ASSERT (g_file_set_contents (path, "age-encryption.org/v1\nrubbish", -1, NULL));
  HS_ASSERT_INT_EQ (open_with (HS_WAY_PIN, pin), HS_KIOSK_KEY_DAMAGED);
  HS_ASSERT (g_unlink (path) == 0 && g_mkdir (path, 0700) == 0);
  HS_ASSERT_INT_EQ (open_with (HS_WAY_PIN, pin), HS_KIOSK_KEY_FAILED);
}

static void
settle (gboolean is_done)
{
  g_autoptr (GAsyncResult) result = NULL;

  hs_kiosk_keys_settle_async (keys, &anna, HS_WAY_PIN, is_done, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  HS_ASSERT (hs_kiosk_keys_change_finish (keys, result, NULL));
}

static void
while_a_pin_is_changed_both_open_and_then_one (void)
{
  g_autofree char *next = path_of (".pin.next.age");

  HS_ASSERT (wrap_with (HS_WAY_PIN, pin, HS_WRAP_NEW));
  HS_ASSERT (wrap_with (HS_WAY_PIN, other_pin, HS_WRAP_NEXT));
  HS_ASSERT_INT_EQ (open_with (HS_WAY_PIN, pin), HS_KIOSK_KEY_OPEN);
  settle (FALSE);
  HS_ASSERT (!g_file_test (next, G_FILE_TEST_EXISTS));
  HS_ASSERT_INT_EQ (open_with (HS_WAY_PIN, other_pin), HS_KIOSK_KEY_LOCKED);
  HS_ASSERT (wrap_with (HS_WAY_PIN, other_pin, HS_WRAP_NEXT));
  settle (TRUE);
  HS_ASSERT (!g_file_test (next, G_FILE_TEST_EXISTS));
  HS_ASSERT_INT_EQ (open_with (HS_WAY_PIN, pin), HS_KIOSK_KEY_LOCKED);
  HS_ASSERT_INT_EQ (open_with (HS_WAY_PIN, other_pin), HS_KIOSK_KEY_OPEN);
}

static void
a_change_that_was_cut_short_is_settled_by_whichever_opens (void)
{
  g_autofree char *next = path_of (".pin.next.age");

  HS_ASSERT (wrap_with (HS_WAY_PIN, pin, HS_WRAP_NEW));
  HS_ASSERT (wrap_with (HS_WAY_PIN, other_pin, HS_WRAP_NEXT));
  HS_ASSERT_INT_EQ (open_with (HS_WAY_PIN, other_pin), HS_KIOSK_KEY_OPEN);
  HS_ASSERT (!g_file_test (next, G_FILE_TEST_EXISTS));
  HS_ASSERT_INT_EQ (open_with (HS_WAY_PIN, pin), HS_KIOSK_KEY_LOCKED);
}

static void
ways_are_removed_one_by_one (void)
{
  g_autoptr (GAsyncResult) result = NULL;

  HS_ASSERT (wrap_with (HS_WAY_PIN, pin, HS_WRAP_NEW));
  HS_ASSERT (wrap_with (HS_WAY_OFFLINE, password, HS_WRAP_REPLACE));
  HS_ASSERT_INT_EQ (open_with (HS_WAY_OFFLINE, password), HS_KIOSK_KEY_OPEN);
  hs_kiosk_keys_remove_async (keys, &anna, 1u << HS_WAY_OFFLINE, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  HS_ASSERT (hs_kiosk_keys_change_finish (keys, result, NULL));
  HS_ASSERT_INT_EQ (open_with (HS_WAY_OFFLINE, password), HS_KIOSK_KEY_OTHER_WAY);
  HS_ASSERT_INT_EQ (open_with (HS_WAY_PIN, pin), HS_KIOSK_KEY_OPEN);
}

HS_SUITE_WITH ("engine/identity/kiosk_keys",
               set_up,
               tear_down,
               { "not there, another way, locked and damaged are different answers",
                 not_there_another_way_locked_and_damaged_are_different_answers },
               { "while a PIN is changed both open, and then one",
                 while_a_pin_is_changed_both_open_and_then_one },
               { "a change that was cut short is settled by whichever opens",
                 a_change_that_was_cut_short_is_settled_by_whichever_opens },
               { "ways are removed one by one", ways_are_removed_one_by_one })
