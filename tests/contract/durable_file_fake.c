/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The disk in memory fails where it is told to, and forgets what was not synced. */

#include "support/suite.h"

#include "platform/durable_file.h"
#include "platform/fake/durable_file.h"

#define PATH "/spool"

static HsDurableFolder *folder;

static void
set_up (void)
{
  hs_fake_disk_reset ();
  folder = hs_durable_folder_open (PATH, NULL);
}

static void
tear_down (void)
{
  g_clear_pointer (&folder, hs_durable_folder_free);
}

static gboolean
put (const char *name, GError **error)
{
  g_autoptr (HsDurableFile) file = hs_durable_file_create (folder, "put.part", error);

  return file != NULL && hs_durable_file_write (file, "sealed", 6, error)
         && hs_durable_file_commit (file, name, HS_DURABLE_NEW, error);
}

static guint
count_files (void)
{
  g_autoptr (GPtrArray) entries = hs_durable_folder_list (folder, NULL);

  return entries->len;
}

static void
each_step_can_fail_and_leaves_nothing (void)
{
  static const HsFakeDiskOperation steps[]
      = { HS_FAKE_DISK_CREATE, HS_FAKE_DISK_WRITE, HS_FAKE_DISK_SYNC_FILE, HS_FAKE_DISK_RENAME,
          HS_FAKE_DISK_SYNC_FOLDER };

  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (GError) error = NULL;
      hs_fake_disk_fail (steps[i], 1, G_IO_ERROR_NO_SPACE);
      HS_ASSERT (!put ("a.age", &error));
      HS_ASSERT (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE));
      HS_ASSERT_INT_EQ (count_files (), 0);
    }
  HS_ASSERT (put ("a.age", NULL));
}

static void
the_nth_call_fails_and_no_other (void)
{
  hs_fake_disk_fail (HS_FAKE_DISK_WRITE, 2, G_IO_ERROR_FAILED);
  HS_ASSERT (put ("a.age", NULL));
  HS_ASSERT (!put ("b.age", NULL));
  HS_ASSERT (put ("c.age", NULL));
  HS_ASSERT_INT_EQ (hs_fake_disk_get_count (HS_FAKE_DISK_WRITE), 3);
}

static void
a_power_cut_keeps_what_was_committed (void)
{
  HS_ASSERT (put ("a.age", NULL));
  hs_fake_disk_crash ();
  HS_ASSERT_INT_EQ (count_files (), 1);
}

static void
a_power_cut_forgets_a_file_that_was_not_committed (void)
{
  g_autoptr (HsDurableFile) file = hs_durable_file_create (folder, "a.part", NULL);

  HS_ASSERT (hs_durable_file_write (file, "x", 1, NULL));
  hs_fake_disk_crash ();
  HS_ASSERT_INT_EQ (count_files (), 0);
}

static void
a_power_cut_cuts_a_file_whose_bytes_were_not_synced (void)
{
  g_autoptr (HsDurableFile) file = hs_durable_file_create (folder, "a.part", NULL);

  HS_ASSERT (hs_durable_file_write (file, "x", 1, NULL));
  HS_ASSERT (hs_durable_folder_sync (folder, NULL));
  hs_fake_disk_crash ();
  g_autoptr (GPtrArray) entries = hs_durable_folder_list (folder, NULL);
  HS_ASSERT_INT_EQ (entries->len, 1);
  HS_ASSERT_INT_EQ (((HsDurableEntry *)g_ptr_array_index (entries, 0))->size_bytes, 0);
}

static void
a_power_cut_brings_back_an_unsynced_removal (void)
{
  HS_ASSERT (put ("a.age", NULL));
  HS_ASSERT (put ("b.age", NULL));
  HS_ASSERT (hs_durable_folder_remove (folder, "a.age", NULL));
  HS_ASSERT (hs_durable_folder_sync (folder, NULL));
  HS_ASSERT (hs_durable_folder_remove (folder, "b.age", NULL));
  hs_fake_disk_crash ();
  HS_ASSERT_INT_EQ (count_files (), 1);
}

static void
a_full_disk_refuses_and_a_removal_gives_room (void)
{
  g_autoptr (GError) error = NULL;

  hs_fake_disk_set_free_bytes (10);
  HS_ASSERT (put ("a.age", NULL));
  HS_ASSERT (!put ("b.age", &error));
  HS_ASSERT (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE));
  HS_ASSERT (hs_durable_folder_remove (folder, "a.age", NULL));
  HS_ASSERT (put ("b.age", NULL));
}

static void
a_flipped_bit_is_read_back (void)
{
  char buffer[6];

  HS_ASSERT (put ("a.age", NULL));
  HS_ASSERT (hs_fake_disk_flip_bit (PATH, "a.age", 0));
  HS_ASSERT (!hs_fake_disk_flip_bit (PATH, "a.age", 6));
  g_autoptr (GInputStream) stream = hs_durable_folder_read (folder, "a.age", NULL);
  HS_ASSERT_INT_EQ (g_input_stream_read (stream, buffer, 6, NULL, NULL), 6);
  HS_ASSERT_BYTES_EQ (buffer, 6, "realed", 6);
}

HS_SUITE_WITH ("disk in memory",
               set_up,
               tear_down,
               { "each step can fail and leaves nothing", each_step_can_fail_and_leaves_nothing },
               { "the nth call fails and no other", the_nth_call_fails_and_no_other },
               { "a power cut keeps what was committed", a_power_cut_keeps_what_was_committed },
               { "a power cut forgets a file that was not committed",
                 a_power_cut_forgets_a_file_that_was_not_committed },
               { "a power cut cuts a file whose bytes were not synced",
                 a_power_cut_cuts_a_file_whose_bytes_were_not_synced },
               { "a power cut brings back an unsynced removal",
                 a_power_cut_brings_back_an_unsynced_removal },
               { "a full disk refuses and a removal gives room",
                 a_full_disk_refuses_and_a_removal_gives_room },
               { "a flipped bit is read back", a_flipped_bit_is_read_back })
