/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A workstation on a disk whose power is cut: the real intake, seal, spool, ledger and engine, and
 * a printer that stands beside it and keeps its power. It writes what it told people beside the
 * printer, in lines that power_cut.py compares with what is left on the disk.
 *
 *   power_jobs run FOLDER BESIDE COUNT SEED   prints COUNT documents and releases or cancels some
 *       BESIDE/told: "held ID", "released ID", "delivered ID", "cancelled ID", each when it is so
 *       for good and somebody may build on it.
 *   power_jobs check FOLDER BESIDE            starts on what is left, lets it finish what it began,
 *       and says "job ID STATE PAPER DOCUMENT" for each job: how often paper came out for it, and
 *       whether its document is "whole", "gone" or "bad". At last "end".
 *
 * HS_CRASH_FAULT builds it with a mistake that the driver must find; see faults.c. */

#include "crash/faults.h"
#include "engine/engine_private.h"
#include "journey/world.h"
#include "seal/seal_reader.h"
#include "support/loop.h"
#include "support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Documents below and above one chunk of the seal, and one that takes several writes. */
static const guint sizes_bytes[] = { 300, 20000, 66000, 300000 };

typedef struct
{
  World *world;
  char *told_path;
  GArray *released; /* HsId: told, and not yet delivered */
} Workstation;

static Workstation *
workstation_new (const char *folder, const char *beside)
{
  Workstation *self = g_new0 (Workstation, 1);

  self->world = world_new (folder);
  hs_paper_free (self->world->paper);
  self->world->paper = hs_paper_new (beside);
  self->world->is_enrolled = TRUE;
  self->told_path = g_build_filename (beside, "told", NULL);
  self->released = g_array_new (FALSE, FALSE, sizeof (HsId));
  world_start (self->world);
  return self;
}

static void
workstation_free (Workstation *self)
{
  world_free (self->world);
  g_array_unref (self->released);
  g_free (self->told_path);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Workstation, workstation_free)

/* ── running ─────────────────────────────────────────────────────────────────────────────── */

static void
tell (Workstation *self, const char *word, const HsId *job)
{
  char id[HS_ID_TEXT_BYTES];
  FILE *told = fopen (self->told_path, "a");

  g_assert_nonnull (told);
  fprintf (told, "%s %s\n", word, hs_id_format (job, id));
  fclose (told);
}

/* Begins and ends as world_document() does, and says its own length, so that a part of it is not
 * taken for the whole. */
static GBytes *
make_document (gsize length)
{
  g_autoptr (GBytes) body = world_document (length);
  GString *text = g_string_new_len (g_bytes_get_data (body, NULL), (gssize)g_bytes_get_size (body));

  g_string_append_printf (text, "%%%%length %06" G_GSIZE_FORMAT "\n", text->len);
  return g_string_free_to_bytes (text);
}

static void
tell_delivered (Workstation *self)
{
  for (guint i = self->released->len; i > 0; i--)
    {
      HsId *job = &g_array_index (self->released, HsId, i - 1);
      const HsSlot *slot = hs_engine_find_slot (self->world->engine, job);
      if (slot == NULL || !slot->is_archived)
        continue;
      tell (self, "delivered", job);
      g_array_remove_index (self->released, i - 1);
    }
}

static void
live (Workstation *self, guint count, GRand *dice)
{
  HsCaller anna = world_person (WORLD_ANNA_UID);

  for (guint i = 0; i < count; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) document
          = make_document (sizes_bytes[g_rand_int_range (dice, 0, G_N_ELEMENTS (sizes_bytes))]);
      HsId job = world_print_bytes (self->world, &anna, document, "application/pdf", &error);
      int what = g_rand_int_range (dice, 0, 3);

      g_assert_no_error (error);
      tell (self, "held", &job);
      if (what == 0 && world_release (self->world, &anna, &job, 1, &error))
        {
          tell (self, "released", &job);
          g_array_append_val (self->released, job);
        }
      else if (what == 1 && world_cancel (self->world, &anna, &job, &error))
        tell (self, "cancelled", &job);
      g_assert_no_error (error);
      tell_delivered (self);
    }
  while (self->released->len > 0)
    {
      hs_loop_turn ();
      tell_delivered (self);
    }
}

/* ── checking ────────────────────────────────────────────────────────────────────────────── */

static gboolean
is_whole (HsSealReader *reader)
{
  gsize size = hs_seal_reader_get_size (reader), length = 0;
  g_autofree char *text = g_malloc (size + 1);
  g_autofree char *end = NULL;
  gssize part;

  while (length < size
         && (part = hs_seal_reader_read (reader, text + length, size - length, NULL)) > 0)
    length += (gsize)part;
  text[length] = '\0';
  if (length != size || size < 17)
    return FALSE;
  end = g_strdup_printf ("%%%%length %06" G_GSIZE_FORMAT "\n", size - 16);
  return g_str_has_prefix (text, "%PDF-1.4\n" WORLD_SECRET) && g_str_has_suffix (text, end);
}

static const char *
judge_document (World *world, const HsJob *job)
{
  g_autoptr (GInputStream) in = hs_spool_read (world->spool, &job->id, NULL);
  g_autoptr (HsSealOpening) opening = hs_seal_opening_new_key (world->keys[0]);
  g_autoptr (HsSealReader) reader = NULL;

  if (in == NULL)
    return "gone";
  reader = hs_seal_reader_new (in, opening, job, NULL);
  return reader != NULL && is_whole (reader) ? "whole" : "bad";
}

/* A release that waits for its next attempt is where it will be for a while. */
static gboolean
is_on_its_way (World *world)
{
  for (guint i = 0; i < world->engine->order->len; i++)
    {
      const HsJob *job = ((HsSlot *)g_ptr_array_index (world->engine->order, i))->job;
      if (job->state == HS_JOB_DELIVERING || (job->state == HS_JOB_RELEASED && job->attempts == 0))
        return TRUE;
    }
  return FALSE;
}

static void
check (Workstation *self)
{
  World *world = self->world;

  /* Both at one moment: the next attempt may begin while the rest settles. */
  HS_LOOP_UNTIL (!is_on_its_way (world) && world_is_settled (world));
  for (guint i = 0; i < world->engine->order->len; i++)
    {
      const HsJob *job = ((HsSlot *)g_ptr_array_index (world->engine->order, i))->job;
      char id[HS_ID_TEXT_BYTES];

      printf ("job %s %s %u %s\n", hs_id_format (&job->id, id),
              hs_job_state_to_keyword (job->state), hs_paper_count (world->paper, &job->id),
              judge_document (world, job));
    }
  printf ("end\n");
}

int
main (int argc, char **argv)
{
  g_autoptr (Workstation) self = NULL;

  if (argc != 4 && argc != 6)
    return 2;
  self = workstation_new (argv[2], argv[3]);
  if (argc == 4)
    check (self);
  else
    {
      g_autoptr (GRand) dice = g_rand_new_with_seed ((guint32)atoi (argv[5]));
      live (self, (guint)atoi (argv[4]), dice);
    }
  return 0;
}
