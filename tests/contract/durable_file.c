/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What every body of platform/durable_file.h promises; built once with the system's body and once
 * with the disk in memory. */

#include "support/suite.h"
#include "support/temp_dir.h"

#include "platform/durable_file.h"

static char *path;
static HsDurableFolder *folder;

static void
set_up (void)
{
  path = hs_temp_dir_new ();
  folder = hs_durable_folder_open (path, NULL);
}

static void
tear_down (void)
{
  g_clear_pointer (&folder, hs_durable_folder_free);
  g_clear_pointer (&path, hs_temp_dir_free);
}

static void
assert_io_error (const GError *error, int code)
{
  HS_ASSERT (error != NULL);
  HS_ASSERT (error->domain == G_IO_ERROR);
  HS_ASSERT_INT_EQ (error->code, code);
}

static void
put (const char *name, const char *text, HsDurableCommit how)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsDurableFile) file = hs_durable_file_create (folder, "put.part", &error);

  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (hs_durable_file_write (file, text, strlen (text), &error));
  HS_ASSERT (hs_durable_file_commit (file, name, how, &error));
}

static char *
get (const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) stream = hs_durable_folder_read (folder, name, &error);
  char buffer[256] = "";
  gsize length = 0;

  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (g_input_stream_read_all (stream, buffer, sizeof buffer - 1, &length, NULL, &error));
  return g_strndup (buffer, length);
}

static guint
count_files (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) entries = hs_durable_folder_list (folder, &error);

  HS_ASSERT_NO_ERROR (error);
  return entries->len;
}

static void
a_committed_file_can_be_read (void)
{
  put ("a.age", "sealed", HS_DURABLE_NEW);
  g_autofree char *text = get ("a.age");
  HS_ASSERT_STR_EQ (text, "sealed");
  HS_ASSERT_INT_EQ (count_files (), 1);
}

static void
a_listing_tells_names_and_lengths (void)
{
  put ("a.age", "sealed", HS_DURABLE_NEW);
  g_autoptr (GPtrArray) entries = hs_durable_folder_list (folder, NULL);
  HsDurableEntry *entry = g_ptr_array_index (entries, 0);
  HS_ASSERT_STR_EQ (entry->name, "a.age");
  HS_ASSERT_INT_EQ (entry->size_bytes, 6);
}

static void
an_empty_file_can_be_committed (void)
{
  put ("a.age", "", HS_DURABLE_NEW);
  g_autofree char *text = get ("a.age");
  HS_ASSERT_STR_EQ (text, "");
}

static void
a_large_file_comes_back_whole (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsDurableFile) file = hs_durable_file_create (folder, "a.part", &error);
  g_autofree guint8 *block = g_malloc (1 << 20);

  for (guint i = 0; i < 20; i++)
    {
      memset (block, (int)i, 1 << 20);
      HS_ASSERT (hs_durable_file_write (file, block, 1 << 20, &error));
    }
  HS_ASSERT_INT_EQ (hs_durable_file_get_length (file), 20 << 20);
  HS_ASSERT (hs_durable_file_commit (file, "a.age", HS_DURABLE_NEW, &error));

  g_autoptr (GInputStream) stream = hs_durable_folder_read (folder, "a.age", &error);
  for (guint i = 0; i < 20; i++)
    {
      gsize length = 0;
      HS_ASSERT (g_input_stream_read_all (stream, block, 1 << 20, &length, NULL, &error));
      HS_ASSERT_INT_EQ (length, 1 << 20);
      HS_ASSERT_INT_EQ (block[0], i);
      HS_ASSERT_INT_EQ (block[(1 << 20) - 1], i);
    }
}

static guint8
byte_at (guint64 place)
{
  return (guint8)(place * 31 >> 7);
}

/* Around the edge from which the body may write in another way, and with an end that fills nothing. */
static void
a_large_file_of_odd_pieces_comes_back_whole (void)
{
  static const gsize pieces[] = { 517, 1, 65552, 4096, 700001, 3 };
  g_autoptr (GError) error = NULL;
  g_autoptr (HsDurableFile) file = hs_durable_file_create (folder, "a.part", &error);
  g_autofree guint8 *block = g_malloc (1 << 20);
  guint64 total = 0;

  for (guint i = 0; total < HS_DURABLE_FILE_DIRECT_FROM_BYTES + (3 << 20); i++)
    {
      gsize length = pieces[i % G_N_ELEMENTS (pieces)];
      for (gsize k = 0; k < length; k++)
        block[k] = byte_at (total + k);
      HS_ASSERT (hs_durable_file_write (file, block, length, &error));
      total += length;
      HS_ASSERT_INT_EQ (hs_durable_file_get_length (file), total);
    }
  HS_ASSERT (hs_durable_file_commit (file, "a.age", HS_DURABLE_NEW, &error));

  g_autoptr (GInputStream) stream = hs_durable_folder_read (folder, "a.age", &error);
  guint64 place = 0;
  gsize length = 0;
  do
    {
      HS_ASSERT (g_input_stream_read_all (stream, block, 1 << 20, &length, NULL, &error));
      for (gsize k = 0; k < length; k++)
        HS_ASSERT (block[k] == byte_at (place + k));
      place += length;
    }
  while (length > 0);
  HS_ASSERT_INT_EQ (place, total);
}

static void
an_uncommitted_file_is_removed (void)
{
  g_autoptr (GError) error = NULL;
  HsDurableFile *file = hs_durable_file_create (folder, "a.part", &error);

  HS_ASSERT (hs_durable_file_write (file, "x", 1, &error));
  HS_ASSERT_INT_EQ (count_files (), 1);
  hs_durable_file_free (file);
  HS_ASSERT_INT_EQ (count_files (), 0);
}

static void
a_part_name_in_use_is_refused (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsDurableFile) first = hs_durable_file_create (folder, "a.part", NULL);

  HS_ASSERT (first != NULL);

  HS_ASSERT (hs_durable_file_create (folder, "a.part", &error) == NULL);
  assert_io_error (error, G_IO_ERROR_EXISTS);
  HS_ASSERT_INT_EQ (count_files (), 1);
}

static void
a_new_file_replaces_nothing (void)
{
  g_autoptr (GError) error = NULL;

  put ("a.age", "first", HS_DURABLE_NEW);
  g_autoptr (HsDurableFile) file = hs_durable_file_create (folder, "a.part", NULL);
  HS_ASSERT (hs_durable_file_write (file, "second", 6, NULL));
  HS_ASSERT (!hs_durable_file_commit (file, "a.age", HS_DURABLE_NEW, &error));
  assert_io_error (error, G_IO_ERROR_EXISTS);
  g_autofree char *text = get ("a.age");
  HS_ASSERT_STR_EQ (text, "first");
  HS_ASSERT_INT_EQ (count_files (), 1);
}

static void
a_file_is_replaced_when_asked (void)
{
  put ("a", "first", HS_DURABLE_NEW);
  put ("a", "second", HS_DURABLE_REPLACE);
  g_autofree char *text = get ("a");
  HS_ASSERT_STR_EQ (text, "second");
  HS_ASSERT_INT_EQ (count_files (), 1);
}

static void
a_committed_file_is_closed (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) again = NULL;
  g_autoptr (HsDurableFile) file = hs_durable_file_create (folder, "a.part", NULL);

  HS_ASSERT (hs_durable_file_commit (file, "a.age", HS_DURABLE_NEW, NULL));
  HS_ASSERT (!hs_durable_file_write (file, "x", 1, &error));
  assert_io_error (error, G_IO_ERROR_CLOSED);
  HS_ASSERT (!hs_durable_file_commit (file, "b.age", HS_DURABLE_NEW, &again));
  assert_io_error (again, G_IO_ERROR_CLOSED);
  HS_ASSERT_INT_EQ (count_files (), 1);
}

static void
names_stay_inside_the_folder (void)
{
  static const char *const names[] = { "", ".", "..", "../a", "/etc/a", "a/b" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GError) create = NULL;
      g_autoptr (GError) read = NULL;
      g_autoptr (GError) removal = NULL;
      g_autoptr (GError) commit = NULL;
      HS_ASSERT (hs_durable_file_create (folder, names[i], &create) == NULL);
      assert_io_error (create, G_IO_ERROR_INVALID_FILENAME);
      HS_ASSERT (hs_durable_folder_read (folder, names[i], &read) == NULL);
      assert_io_error (read, G_IO_ERROR_INVALID_FILENAME);
      HS_ASSERT (!hs_durable_folder_remove (folder, names[i], &removal));
      assert_io_error (removal, G_IO_ERROR_INVALID_FILENAME);
      g_autoptr (HsDurableFile) file = hs_durable_file_create (folder, "a.part", NULL);
      HS_ASSERT (!hs_durable_file_commit (file, names[i], HS_DURABLE_NEW, &commit));
      assert_io_error (commit, G_IO_ERROR_INVALID_FILENAME);
    }
}

static void
removing_is_success_when_there_is_nothing (void)
{
  g_autoptr (GError) error = NULL;

  put ("a.age", "x", HS_DURABLE_NEW);
  HS_ASSERT (hs_durable_folder_remove (folder, "a.age", &error));
  HS_ASSERT (hs_durable_folder_remove (folder, "a.age", &error));
  HS_ASSERT (hs_durable_folder_sync (folder, &error));
  HS_ASSERT_INT_EQ (count_files (), 0);
}

static void
a_missing_file_is_not_found (void)
{
  g_autoptr (GError) error = NULL;

  HS_ASSERT (hs_durable_folder_read (folder, "a.age", &error) == NULL);
  assert_io_error (error, G_IO_ERROR_NOT_FOUND);
}

static void
reading_seeks_from_start_place_and_end (void)
{
  g_autoptr (GError) error = NULL;
  char buffer[4] = "";

  put ("a.age", "0123456789", HS_DURABLE_NEW);
  g_autoptr (GInputStream) stream = hs_durable_folder_read (folder, "a.age", &error);
  HS_ASSERT (G_IS_SEEKABLE (stream));
  GSeekable *seekable = G_SEEKABLE (stream);
  HS_ASSERT (g_seekable_can_seek (seekable));
  HS_ASSERT (g_seekable_seek (seekable, -3, G_SEEK_END, NULL, &error));
  HS_ASSERT_INT_EQ (g_seekable_tell (seekable), 7);
  HS_ASSERT_INT_EQ (g_input_stream_read (stream, buffer, 2, NULL, &error), 2);
  HS_ASSERT_BYTES_EQ (buffer, 2, "78", 2);
  HS_ASSERT (g_seekable_seek (seekable, -8, G_SEEK_CUR, NULL, &error));
  HS_ASSERT_INT_EQ (g_input_stream_read (stream, buffer, 2, NULL, &error), 2);
  HS_ASSERT_BYTES_EQ (buffer, 2, "12", 2);
  HS_ASSERT (g_seekable_seek (seekable, 0, G_SEEK_SET, NULL, &error));
  HS_ASSERT_INT_EQ (g_input_stream_read (stream, buffer, 2, NULL, &error), 2);
  HS_ASSERT_BYTES_EQ (buffer, 2, "01", 2);
  HS_ASSERT (!g_seekable_seek (seekable, -1, G_SEEK_SET, NULL, &error));
  assert_io_error (error, G_IO_ERROR_INVALID_ARGUMENT);
}

static void
two_streams_do_not_disturb_each_other (void)
{
  char buffer[2];

  put ("a.age", "0123456789", HS_DURABLE_NEW);
  g_autoptr (GInputStream) first = hs_durable_folder_read (folder, "a.age", NULL);
  g_autoptr (GInputStream) second = hs_durable_folder_read (folder, "a.age", NULL);
  HS_ASSERT_INT_EQ (g_input_stream_read (first, buffer, 2, NULL, NULL), 2);
  HS_ASSERT_INT_EQ (g_input_stream_read (second, buffer, 2, NULL, NULL), 2);
  HS_ASSERT_BYTES_EQ (buffer, 2, "01", 2);
}

static void
a_removed_file_can_be_read_to_its_end (void)
{
  char buffer[16];

  put ("a.age", "0123456789", HS_DURABLE_NEW);
  g_autoptr (GInputStream) stream = hs_durable_folder_read (folder, "a.age", NULL);
  HS_ASSERT (hs_durable_folder_remove (folder, "a.age", NULL));
  HS_ASSERT_INT_EQ (g_input_stream_read (stream, buffer, sizeof buffer, NULL, NULL), 10);
}

static void
free_space_is_known (void)
{
  guint64 free_bytes = 0;

  HS_ASSERT (hs_durable_folder_get_free_bytes (folder, &free_bytes, NULL));
  HS_ASSERT (free_bytes > 0);
}

static void
ensuring_a_file_keeps_an_existing_one (void)
{
  g_autoptr (GError) error = NULL;

  HS_ASSERT (hs_durable_folder_ensure_file (folder, "ledger.db", &error));
  g_autofree char *empty = get ("ledger.db");
  HS_ASSERT_STR_EQ (empty, "");
  put ("other.db", "rows", HS_DURABLE_NEW);
  HS_ASSERT (hs_durable_folder_ensure_file (folder, "other.db", &error));
  g_autofree char *rows = get ("other.db");
  HS_ASSERT_STR_EQ (rows, "rows");
}

static void
what_was_committed_is_there_for_the_next_program (void)
{
  put ("a.age", "sealed", HS_DURABLE_NEW);
  hs_durable_folder_free (folder);
  folder = hs_durable_folder_open (path, NULL);
  g_autofree char *text = get ("a.age");
  HS_ASSERT_STR_EQ (text, "sealed");
}

HS_SUITE_WITH (
    "durable file",
    set_up,
    tear_down,
    { "a committed file can be read", a_committed_file_can_be_read },
    { "a listing tells names and lengths", a_listing_tells_names_and_lengths },
    { "an empty file can be committed", an_empty_file_can_be_committed },
    { "a large file comes back whole", a_large_file_comes_back_whole },
    { "a large file of odd pieces comes back whole", a_large_file_of_odd_pieces_comes_back_whole },
    { "an uncommitted file is removed", an_uncommitted_file_is_removed },
    { "a part name in use is refused", a_part_name_in_use_is_refused },
    { "a new file replaces nothing", a_new_file_replaces_nothing },
    { "a file is replaced when asked", a_file_is_replaced_when_asked },
    { "a committed file is closed", a_committed_file_is_closed },
    { "names stay inside the folder", names_stay_inside_the_folder },
    { "removing is a success when there is nothing", removing_is_success_when_there_is_nothing },
    { "a missing file is not found", a_missing_file_is_not_found },
    { "reading seeks from start, place and end", reading_seeks_from_start_place_and_end },
    { "two streams do not disturb each other", two_streams_do_not_disturb_each_other },
    { "a removed file can be read to its end", a_removed_file_can_be_read_to_its_end },
    { "free space is known", free_space_is_known },
    { "ensuring a file keeps an existing one", ensuring_a_file_keeps_an_existing_one },
    { "what was committed is there for the next program",
      what_was_committed_is_there_for_the_next_program })
