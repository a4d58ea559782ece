/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "seal/machine_secret.h"

#include "base/error.h"
#include "support/suite.h"
#include "support/temp_dir.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

static char *top;
static char *state;
static char *credentials;

static void
begin (void)
{
  top = hs_temp_dir_new ();
  state = g_build_filename (top, "state", NULL);
  credentials = g_build_filename (top, "credentials", NULL);
  g_mkdir (credentials, 0700);
}

static void
end (void)
{
  g_clear_pointer (&state, g_free);
  g_clear_pointer (&credentials, g_free);
  g_clear_pointer (&top, hs_temp_dir_free);
}

static HsMachineSecret *
load (const char *credentials_folder, guint32 known)
{
  g_autoptr (GError) error = NULL;
  HsMachineSecret *secret = hs_machine_secret_load (credentials_folder, state, known, &error);

  HS_ASSERT_NO_ERROR (error);
  return secret;
}

static void
write_text (const char *folder, const char *text)
{
  g_autofree char *path = g_build_filename (folder, HS_MACHINE_SECRET_NAME, NULL);

  g_mkdir (folder, 0700);
  g_unlink (path);
  HS_ASSERT (g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

#define LINE(generation)                                                                           \
  "homespool-machine-secret/1 " generation " AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

static void
the_first_start_makes_one_and_the_second_finds_it (void)
{
  begin ();
  g_autoptr (HsMachineSecret) made = load (NULL, 0);
  HS_ASSERT_INT_EQ (made->outcome, HS_MACHINE_SECRET_MADE);
  HS_ASSERT_INT_EQ (made->place, HS_MACHINE_SECRET_FILE);
  HS_ASSERT_INT_EQ (made->generation, 1);
  for (guint32 known = 0; known <= 1; known++)
    {
      g_autoptr (HsMachineSecret) found = load (NULL, known);
      HS_ASSERT_INT_EQ (found->outcome, HS_MACHINE_SECRET_LOADED);
      HS_ASSERT_INT_EQ (found->generation, 1);
      HS_ASSERT (hs_secret_bytes_equal (found->bytes, made->bytes));
    }
  GStatBuf facts;
  g_autofree char *path = g_build_filename (state, HS_MACHINE_SECRET_NAME, NULL);
  HS_ASSERT (g_stat (path, &facts) == 0);
  HS_ASSERT_INT_EQ (facts.st_mode & 0077, 0);
  end ();
}

static void
a_lost_one_is_reported_and_not_replaced (void)
{
  begin ();
  g_autoptr (HsMachineSecret) lost = load (NULL, 1);
  HS_ASSERT_INT_EQ (lost->outcome, HS_MACHINE_SECRET_LOST);
  HS_ASSERT (lost->bytes == NULL);
  g_autofree char *path = g_build_filename (state, HS_MACHINE_SECRET_NAME, NULL);
  HS_ASSERT (!g_file_test (path, G_FILE_TEST_EXISTS));
  /* An older one, from a backup of the disk, is no better than none. */
  write_text (state, LINE ("2"));
  g_autoptr (HsMachineSecret) older = load (NULL, 3);
  HS_ASSERT_INT_EQ (older->outcome, HS_MACHINE_SECRET_LOST);
  HS_ASSERT (older->bytes == NULL);
  end ();
}

static void
a_newer_one_is_taken_and_reported (void)
{
  begin ();
  write_text (state, LINE ("4"));
  g_autoptr (HsMachineSecret) newer = load (NULL, 3);
  HS_ASSERT_INT_EQ (newer->outcome, HS_MACHINE_SECRET_NEWER);
  HS_ASSERT_INT_EQ (newer->generation, 4);
  HS_ASSERT_INT_EQ (hs_secret_bytes_peek (newer->bytes)[31], 31);
  end ();
}

static void
a_credential_comes_before_the_file (void)
{
  begin ();
  g_autoptr (HsMachineSecret) file = load (credentials, 0);
  HS_ASSERT_INT_EQ (file->place, HS_MACHINE_SECRET_FILE);
  write_text (credentials, LINE ("1") "\n");
  g_autoptr (HsMachineSecret) credential = load (credentials, 1);
  HS_ASSERT_INT_EQ (credential->place, HS_MACHINE_SECRET_CREDENTIAL);
  HS_ASSERT (!hs_secret_bytes_equal (file->bytes, credential->bytes));
  HS_ASSERT (
      g_strcmp0 (hs_machine_secret_to_sentence (file), hs_machine_secret_to_sentence (credential))
      != 0);
  end ();
}

static void
what_cannot_be_read_stays_as_it_is (void)
{
  static const char *const bad[] = {
    "",
    "\n",
    LINE ("0"),
    LINE ("01"),
    LINE ("-1"),
    LINE ("4294967296"),
    LINE (""),
    LINE ("1") "A",
    LINE ("1") "\n\n",
    LINE ("1") " ",
    "homespool-machine-secret/2 1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
    "homespool-machine-secret/1 1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9", /* trailing bits */
    "homespool-machine-secret/1 1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh",
    "homespool-machine-secret/1 1",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    for (guint place = 0; place < 2; place++)
      {
        g_autoptr (GError) error = NULL;
        g_autofree char *text = NULL;
        begin ();
        const char *folder = place == 0 ? state : credentials;
        g_autofree char *path = g_build_filename (folder, HS_MACHINE_SECRET_NAME, NULL);
        write_text (folder, bad[i]);
        if (hs_machine_secret_load (credentials, state, 0, &error) != NULL)
          hs_test_fail (__FILE__, __LINE__, "taken: %s", bad[i]);
        HS_ASSERT_ERROR (error, HS_ERROR_CORRUPT);
        HS_ASSERT (g_file_get_contents (path, &text, NULL, NULL));
        HS_ASSERT_STR_EQ (text, bad[i]);
        end ();
      }
}

static void
a_file_that_others_can_read_or_a_link_is_refused (void)
{
  g_autoptr (GError) error = NULL, second = NULL;

  begin ();
  write_text (state, LINE ("1"));
  g_autofree char *path = g_build_filename (state, HS_MACHINE_SECRET_NAME, NULL);
  g_chmod (path, 0640);
  HS_ASSERT (hs_machine_secret_load (NULL, state, 1, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_DENIED);
  g_unlink (path);
  write_text (credentials, LINE ("1"));
  g_autofree char *target = g_build_filename (credentials, HS_MACHINE_SECRET_NAME, NULL);
  g_autoptr (GFile) link = g_file_new_for_path (path);
  HS_ASSERT (g_file_make_symbolic_link (link, target, NULL, NULL));
  HS_ASSERT (hs_machine_secret_load (NULL, state, 1, &second) == NULL);
  HS_ASSERT (second != NULL);
  end ();
}

static void
replacing_keeps_the_old_one_aside (void)
{
  g_autoptr (GError) error = NULL;

  begin ();
  write_text (state, LINE ("2"));
  g_autoptr (HsMachineSecret) made = hs_machine_secret_replace (state, 3, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_INT_EQ (made->generation, 3);
  g_autoptr (HsMachineSecret) found = load (NULL, 3);
  HS_ASSERT_INT_EQ (found->outcome, HS_MACHINE_SECRET_LOADED);
  HS_ASSERT (hs_secret_bytes_equal (found->bytes, made->bytes));
  g_autofree char *aside = g_build_filename (state, HS_MACHINE_SECRET_NAME ".2", NULL);
  HS_ASSERT (g_file_test (aside, G_FILE_TEST_EXISTS));
  write_text (state, "damaged");
  g_autoptr (HsMachineSecret) again = hs_machine_secret_replace (state, 4, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_INT_EQ (again->generation, 4);
  end ();
}

/* What doctor and the start say; each says something of its own. */
static void
every_outcome_has_its_sentence (void)
{
  static const HsMachineSecret cases[] = {
    { .outcome = HS_MACHINE_SECRET_LOST, .place = HS_MACHINE_SECRET_NOWHERE },
    { .outcome = HS_MACHINE_SECRET_NEWER, .place = HS_MACHINE_SECRET_FILE },
    { .outcome = HS_MACHINE_SECRET_LOADED, .place = HS_MACHINE_SECRET_CREDENTIAL },
    { .outcome = HS_MACHINE_SECRET_MADE, .place = HS_MACHINE_SECRET_FILE },
    { .outcome = HS_MACHINE_SECRET_NONE, .place = HS_MACHINE_SECRET_NOWHERE },
  };
  static const char *const words[]
      = { "is lost", "was exchanged", "service manager", "disk encryption", "no machine secret" };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    HS_ASSERT (strstr (hs_machine_secret_to_sentence (&cases[i]), words[i]) != NULL);
}

static void
a_folder_that_cannot_be_written_or_is_none_is_an_error_with_its_name (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) second = NULL;
  g_autofree char *nowhere = NULL;

  begin ();
  nowhere = g_build_filename (top, "no such folder", "below", NULL);
  HS_ASSERT (hs_machine_secret_load (NULL, nowhere, 0, &error) == NULL);
  HS_ASSERT (error->domain == HS_ERROR);
  HS_ASSERT (hs_machine_secret_replace (nowhere, 2, &second) == NULL);
  HS_ASSERT (second->domain == HS_ERROR);
  end ();
}

static void
a_damaged_one_is_kept_aside_when_it_is_replaced (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsMachineSecret) secret = NULL;
  g_autofree char *kept = NULL;

  begin ();
  write_text (state, "nothing that could be a secret\n");
  secret = hs_machine_secret_replace (state, 4, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_INT_EQ (secret->generation, 4);
  kept = g_build_filename (state, HS_MACHINE_SECRET_NAME ".damaged", NULL);
  HS_ASSERT (g_file_test (kept, G_FILE_TEST_EXISTS));
  end ();
}

HS_SUITE ("machine secret",
          { "the first start makes one and the second finds it",
            the_first_start_makes_one_and_the_second_finds_it },
          { "a lost one is reported and not replaced", a_lost_one_is_reported_and_not_replaced },
          { "a newer one is taken and reported", a_newer_one_is_taken_and_reported },
          { "a credential comes before the file", a_credential_comes_before_the_file },
          { "what cannot be read stays as it is", what_cannot_be_read_stays_as_it_is },
          { "a file that others can read or a link is refused",
            a_file_that_others_can_read_or_a_link_is_refused },
          { "replacing keeps the old one aside", replacing_keeps_the_old_one_aside },
          { "every outcome has its sentence", every_outcome_has_its_sentence },
          { "a folder that cannot be written or is none is an error with its name",
            a_folder_that_cannot_be_written_or_is_none_is_an_error_with_its_name },
          { "a damaged one is kept aside when it is replaced",
            a_damaged_one_is_kept_aside_when_it_is_replaced })
