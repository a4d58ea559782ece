/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "core/wire/event_record.h"
#include "engine/engine_private.h"
#include "journey/world.h"
#include "support/loop.h"
#include "support/suite.h"

#include <string.h>

const HsJob *
world_job (World *world, const HsId *job)
{
  HsSlot *slot = hs_engine_find_slot (world->engine, job);

  return slot != NULL ? slot->job : NULL;
}

HsJobState
world_state (World *world, const HsId *job)
{
  const HsJob *value = world_job (world, job);

  return value != NULL ? value->state : HS_JOB_NONE;
}

void
world_wait_state (World *world, const HsId *job, HsJobState state)
{
  HS_LOOP_UNTIL (world_state (world, job) == state);
}

gboolean
world_is_settled (World *world)
{
  HsEngine *engine = world->engine;

  if (engine->pending_commits > 0 || engine->workers > 0)
    return FALSE;
  for (guint i = 0; i < engine->order->len; i++)
    {
      HsSlot *slot = g_ptr_array_index (engine->order, i);
      if (!g_queue_is_empty (&slot->steps))
        return FALSE;
    }
  return TRUE;
}

void
world_settle (World *world)
{
  HS_LOOP_UNTIL (world_is_settled (world));
}

guint
world_count_files (World *world, const char *suffix)
{
  g_autofree char *path = g_build_filename (world->folder, "spool", NULL);
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  guint found = 0;

  for (const char *name; folder != NULL && (name = g_dir_read_name (folder)) != NULL;)
    if (g_str_has_suffix (name, suffix))
      found++;
  return found;
}

static void
check_folder (const char *path, const void *secret, gsize secret_length)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);

  for (const char *name; folder != NULL && (name = g_dir_read_name (folder)) != NULL;)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);
      g_autofree char *bytes = NULL;
      gsize length = 0;

      if (g_file_test (file, G_FILE_TEST_IS_DIR))
        check_folder (file, secret, secret_length);
      else if (g_file_get_contents (file, &bytes, &length, NULL)
               && memmem (bytes, length, secret, secret_length) != NULL)
        hs_test_fail (__FILE__, __LINE__, "%s shows a secret in plain", name);
    }
}

void
world_check_unseen (World *world, const char *text)
{
  check_folder (world->folder, text, strlen (text));
}

void
world_check_bytes_unseen (World *world, const void *secret, gsize length)
{
  check_folder (world->folder, secret, length);
}

char *
world_outbox (World *world)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) records = NULL;
  g_autoptr (GError) error = NULL;
  GString *kinds = g_string_new (NULL);
  guint8 previous[HS_RECORD_HASH_BYTES] = { 0 };

  world_settle (world);
  hs_ledger_read_outbox_async (world->ledger, 0, 1000, 1024 * 1024, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  records = hs_ledger_read_outbox_finish (world->ledger, result, &error);
  HS_ASSERT_NO_ERROR (error);
  for (guint i = 0; i < records->len; i++)
    {
      const HsOutboxRecord *stored = g_ptr_array_index (records, i);
      g_autoptr (HsEventRecord) record = hs_event_record_decode (stored->bytes, &error);
      HS_ASSERT_NO_ERROR (error);
      HS_ASSERT_INT_EQ (record->n, i + 1);
      HS_ASSERT_BYTES_EQ (record->previous, sizeof previous, previous, sizeof previous);
      memcpy (previous, record->hash, sizeof previous);
      g_string_append_printf (kinds, "%s%s", i > 0 ? " " : "",
                              hs_record_kind_to_keyword (record->kind));
    }
  return g_string_free (kinds, FALSE);
}
