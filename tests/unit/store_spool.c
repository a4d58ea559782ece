/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The spool on the disk in memory, which fails and forgets when it is told to. */

#include "base/error.h"
#include "platform/durable_file.h"
#include "platform/fake/durable_file.h"
#include "store/spool.h"
#include "support/suite.h"

#define PATH "/state/spool"
#define RESERVE_BYTES 1000

static HsSpool *spool;

static void
open_spool (void)
{
  g_autoptr (GError) error = NULL;

  spool = hs_spool_open (PATH, RESERVE_BYTES, &error);
  HS_ASSERT_NO_ERROR (error);
}

static void
set_up (void)
{
  hs_fake_disk_reset ();
  spool = hs_spool_open (PATH, RESERVE_BYTES, NULL);
}

static void
tear_down (void)
{
  g_clear_pointer (&spool, hs_spool_free);
}

static HsId
make_id (guint8 number)
{
  HsId id = { { number } };

  return id;
}

static gboolean
put (guint8 number, const char *text, GError **error)
{
  HsId id = make_id (number);
  g_autoptr (HsSpoolPart) part = hs_spool_create (spool, &id, error);

  return part != NULL
         && g_output_stream_write_all (hs_spool_part_get_stream (part), text, strlen (text), NULL,
                                       NULL, error)
         && hs_spool_part_commit (part, error);
}

static guint
count_documents (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) files = hs_spool_list (spool, &error);

  HS_ASSERT_NO_ERROR (error);
  return files->len;
}

static void
put_foreign (const char *name)
{
  g_autoptr (HsDurableFolder) folder = hs_durable_folder_open (PATH, NULL);
  g_autoptr (HsDurableFile) file = hs_durable_file_create (folder, "x", NULL);

  HS_ASSERT (hs_durable_file_commit (file, name, HS_DURABLE_NEW, NULL));
}

static void
a_document_comes_back (void)
{
  g_autoptr (GError) error = NULL;
  HsId id = make_id (1);
  char buffer[16] = "";

  HS_ASSERT (put (1, "sealed", &error));
  g_autoptr (GInputStream) stream = hs_spool_read (spool, &id, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (G_IS_SEEKABLE (stream));
  HS_ASSERT_INT_EQ (g_input_stream_read (stream, buffer, sizeof buffer, NULL, &error), 6);
  HS_ASSERT_STR_EQ (buffer, "sealed");
}

static void
a_committed_document_survives_a_power_cut (void)
{
  HS_ASSERT (put (1, "sealed", NULL));
  hs_spool_free (spool);
  hs_fake_disk_crash ();
  open_spool ();
  HS_ASSERT_INT_EQ (count_documents (), 1);
  HS_ASSERT_INT_EQ (hs_spool_get_total_bytes (spool), 6);
}

static void
part_files_are_removed_at_start (void)
{
  HsId id = make_id (2);

  put_foreign ("02000000-0000-0000-0000-000000000000.part");
  put_foreign ("notes.txt");
  hs_spool_free (spool);
  open_spool ();
  g_autoptr (HsDurableFolder) folder = hs_durable_folder_open (PATH, NULL);
  g_autoptr (GPtrArray) entries = hs_durable_folder_list (folder, NULL);
  HS_ASSERT_INT_EQ (entries->len, 1);
  HS_ASSERT_STR_EQ (((HsDurableEntry *)g_ptr_array_index (entries, 0))->name, "notes.txt");
  HS_ASSERT_INT_EQ (count_documents (), 0);
  g_autoptr (HsSpoolPart) part = hs_spool_create (spool, &id, NULL);
  HS_ASSERT (part != NULL);
}

static void
an_unfinished_document_leaves_nothing (void)
{
  HsId id = make_id (1);
  HsSpoolPart *part = hs_spool_create (spool, &id, NULL);

  HS_ASSERT (g_output_stream_write_all (hs_spool_part_get_stream (part), "x", 1, NULL, NULL, NULL));
  HS_ASSERT_INT_EQ (hs_spool_part_get_length (part), 1);
  HS_ASSERT_INT_EQ (count_documents (), 0);
  hs_spool_part_free (part);
  g_autoptr (HsSpoolPart) again = hs_spool_create (spool, &id, NULL);
  HS_ASSERT (again != NULL);
}

static void
one_job_is_written_once (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) second_error = NULL;
  HsId id = make_id (1);
  g_autoptr (HsSpoolPart) part = hs_spool_create (spool, &id, NULL);

  HS_ASSERT (hs_spool_create (spool, &id, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
  HS_ASSERT (hs_spool_part_commit (part, NULL));
  HS_ASSERT (!put (1, "another", &second_error));
  HS_ASSERT_ERROR (second_error, HS_ERROR_INVALID);
  HS_ASSERT_INT_EQ (count_documents (), 1);
}

static void
orphans_are_the_documents_without_a_row (void)
{
  g_autoptr (GHashTable) known = g_hash_table_new (hs_id_hash, hs_id_equal_func);
  HsId first = make_id (1), second = make_id (2);

  HS_ASSERT (put (1, "a", NULL) && put (2, "bb", NULL));
  g_hash_table_add (known, &first);
  g_autoptr (GArray) orphans = hs_spool_list_orphans (spool, known, NULL);
  HS_ASSERT_INT_EQ (orphans->len, 1);
  HS_ASSERT (hs_id_equal (&g_array_index (orphans, HsSpoolFile, 0).id, &second));
  HS_ASSERT_INT_EQ (g_array_index (orphans, HsSpoolFile, 0).size_bytes, 2);
}

static void
totals_follow_commits_and_removals (void)
{
  HsId id = make_id (1);

  HS_ASSERT (put (1, "aaaa", NULL) && put (2, "bb", NULL));
  HS_ASSERT_INT_EQ (hs_spool_get_total_bytes (spool), 6);
  HS_ASSERT (hs_spool_remove (spool, &id, NULL));
  HS_ASSERT (hs_spool_remove (spool, &id, NULL));
  HS_ASSERT_INT_EQ (hs_spool_get_total_bytes (spool), 2);
  HS_ASSERT_INT_EQ (count_documents (), 1);
}

static void
a_missing_document_is_not_found (void)
{
  g_autoptr (GError) error = NULL;
  HsId id = make_id (1);

  HS_ASSERT (hs_spool_read (spool, &id, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_NOT_FOUND);
}

static void
the_reserve_is_kept_free (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) full = NULL;

  hs_fake_disk_set_free_bytes (RESERVE_BYTES + 10);
  HS_ASSERT (hs_spool_check_room (spool, 10, &error));
  HS_ASSERT (!hs_spool_check_room (spool, 11, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_NO_SPACE);
  hs_fake_disk_set_free_bytes (RESERVE_BYTES - 1);
  HS_ASSERT (!put (1, "x", &full));
  HS_ASSERT_ERROR (full, HS_ERROR_NO_SPACE);
}

static void
a_document_that_grows_into_the_reserve_is_stopped (void)
{
  g_autoptr (GError) error = NULL;
  HsId id = make_id (1);
  g_autofree char *block = g_malloc0 (HS_SPOOL_ROOM_CHECK_BYTES);

  hs_fake_disk_set_free_bytes (RESERVE_BYTES + 2 * HS_SPOOL_ROOM_CHECK_BYTES - 1);
  g_autoptr (HsSpoolPart) part = hs_spool_create (spool, &id, NULL);
  GOutputStream *stream = hs_spool_part_get_stream (part);
  HS_ASSERT (
      g_output_stream_write_all (stream, block, HS_SPOOL_ROOM_CHECK_BYTES, NULL, NULL, NULL));
  HS_ASSERT (
      !g_output_stream_write_all (stream, block, HS_SPOOL_ROOM_CHECK_BYTES, NULL, NULL, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_NO_SPACE);
}

static void
each_failing_step_leaves_nothing (void)
{
  static const HsFakeDiskOperation steps[]
      = { HS_FAKE_DISK_CREATE, HS_FAKE_DISK_WRITE, HS_FAKE_DISK_SYNC_FILE, HS_FAKE_DISK_RENAME,
          HS_FAKE_DISK_SYNC_FOLDER };

  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (GError) error = NULL;
      hs_fake_disk_fail (steps[i], 1, G_IO_ERROR_NO_SPACE);
      HS_ASSERT (!put (1, "sealed", &error));
      HS_ASSERT_ERROR (error, HS_ERROR_NO_SPACE);
      HS_ASSERT_INT_EQ (count_documents (), 0);
      HS_ASSERT_INT_EQ (hs_spool_get_total_bytes (spool), 0);
    }
  HS_ASSERT (put (1, "sealed", NULL));
}

static void
a_failed_write_ends_the_document (void)
{
  g_autoptr (GError) error = NULL;
  HsId id = make_id (1);
  g_autoptr (HsSpoolPart) part = hs_spool_create (spool, &id, NULL);

  hs_fake_disk_fail (HS_FAKE_DISK_WRITE, 1, G_IO_ERROR_FAILED);
  HS_ASSERT (
      !g_output_stream_write_all (hs_spool_part_get_stream (part), "x", 1, NULL, NULL, NULL));
  HS_ASSERT (!hs_spool_part_commit (part, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_INTERNAL);
  HS_ASSERT_INT_EQ (count_documents (), 0);
}

static void
a_stream_outlives_its_document_harmlessly (void)
{
  g_autoptr (GError) error = NULL;
  HsId id = make_id (1);
  HsSpoolPart *part = hs_spool_create (spool, &id, NULL);
  g_autoptr (GOutputStream) stream = g_object_ref (hs_spool_part_get_stream (part));

  hs_spool_part_free (part);
  HS_ASSERT (!g_output_stream_write_all (stream, "x", 1, NULL, NULL, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_INTERNAL);
}

HS_SUITE_WITH (
    "spool",
    set_up,
    tear_down,
    { "a document comes back", a_document_comes_back },
    { "a committed document survives a power cut", a_committed_document_survives_a_power_cut },
    { "part files are removed at start, foreign files are not", part_files_are_removed_at_start },
    { "an unfinished document leaves nothing", an_unfinished_document_leaves_nothing },
    { "one job is written once", one_job_is_written_once },
    { "orphans are the documents without a row", orphans_are_the_documents_without_a_row },
    { "totals follow commits and removals", totals_follow_commits_and_removals },
    { "a missing document is not found", a_missing_document_is_not_found },
    { "the reserve is kept free", the_reserve_is_kept_free },
    { "a document that grows into the reserve is stopped",
      a_document_that_grows_into_the_reserve_is_stopped },
    { "each failing step leaves nothing", each_failing_step_leaves_nothing },
    { "a failed write ends the document", a_failed_write_ends_the_document },
    { "a stream outlives its document harmlessly", a_stream_outlives_its_document_harmlessly })
