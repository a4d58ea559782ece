/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What an agent does in the lives that end suddenly. */

#include "crash/lives.h"
#include "engine/engine_private.h"
#include "journey/world.h"
#include "support/loop.h"
#include "support/suite.h"

#include <fcntl.h>
#include <unistd.h>

#define MOST_JOBS 60 /* in one folder */
#define REST_MS 40   /* what a life still does after a call that failed */

/* One write() for each line: it is there whole or not at all. Not synced: the kernel lives on. */
static void
promise (const char *folder, const char *what, const HsId *job)
{
  g_autofree char *path = g_build_filename (folder, "promises", NULL);
  char id[HS_ID_TEXT_BYTES];
  g_autofree char *line = g_strdup_printf ("%s %s\n", what, hs_id_format (job, id));
  int fd = open (path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

  HS_ASSERT (fd >= 0 && write (fd, line, strlen (line)) == (ssize_t)strlen (line));
  close (fd);
}

static World *
make_world (const char *folder)
{
  World *world = world_new (folder);

  world->is_enrolled = TRUE;
  world->config->attempts = 100000; /* a busy printer is not the end of a job here */
  return world;
}

/* The stream's id must never change: the site would not know this workstation again. */
static void
promise_stream (World *world)
{
  g_autoptr (HsLedgerContents) contents = hs_ledger_load (world->ledger, NULL);
  HsId stream;

  HS_ASSERT (contents != NULL);
  memcpy (stream.bytes, contents->stream, sizeof stream.bytes);
  promise (world->folder, "stream", &stream);
}

static gboolean
is_at_rest (World *world)
{
  if (world->engine->pending_commits > 0 || world->engine->workers > 0)
    return FALSE;
  for (guint i = 0; i < world->engine->order->len; i++)
    {
      const HsSlot *slot = g_ptr_array_index (world->engine->order, i);
      if (slot->job->state == HS_JOB_RELEASED || slot->job->state == HS_JOB_DELIVERING
          || !g_queue_is_empty (&((HsSlot *)slot)->steps))
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_for_good (World *world)
{
  for (guint i = 0; i < world->engine->order->len; i++)
    if (((HsSlot *)g_ptr_array_index (world->engine->order, i))->job->state == HS_JOB_HELD)
      return FALSE;
  return is_at_rest (world);
}

/* Goes on until nothing is left to do, or a moment after the call that failed. The life then ends
 * without an ending, as by a kill. */
static void
go_on_and_die (World *world, gboolean (*is_over) (World *world), const HsCallReport *report)
{
  gint64 last_us = g_get_monotonic_time () + HS_LOOP_LIMIT_MS * G_TIME_SPAN_MILLISECOND;
  gint64 fired_us = 0;

  while (!is_over (world))
    {
      gint64 now_us = g_get_monotonic_time ();
      if (fired_us == 0 && g_atomic_int_get (&report->fired))
        fired_us = now_us;
      if (fired_us != 0 && now_us - fired_us > REST_MS * G_TIME_SPAN_MILLISECOND)
        break;
      HS_ASSERT (now_us < last_us); /* it hangs */
      hs_loop_turn ();
    }
  _exit (0);
}

/* ── acts, with what is promised by them ─────────────────────────────────────────────────── */

static void
print_one (World *world, gsize length)
{
  HsCaller anna = world_person (WORLD_ANNA_UID);
  g_autoptr (GError) error = NULL;
  HsId job = world_print (world, &anna, length, &error);

  if (!hs_id_is_zero (&job))
    promise (world->folder, "accepted", &job);
  else
    HS_ASSERT (error != NULL);
}

static void
release_one (World *world, const HsId *job)
{
  HsCaller anna = world_person (WORLD_ANNA_UID);
  g_autoptr (GError) error = NULL;

  if (world_release (world, &anna, job, 1, &error))
    promise (world->folder, "released", job);
}

static void
cancel_one (World *world, const HsId *job)
{
  HsCaller anna = world_person (WORLD_ANNA_UID);
  g_autoptr (GError) error = NULL;

  promise (world->folder, "cancelling", job);
  if (world_cancel (world, &anna, job, &error))
    promise (world->folder, "cancelled", job);
}

static void
expire_one (World *world, const HsId *job, gint64 after_us)
{
  HsCaller anna = world_person (WORLD_ANNA_UID);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  promise (world->folder, "expiring", job);
  hs_engine_set_expiry_async (world->engine, &anna, job, g_get_real_time () + after_us, NULL,
                              hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  if (hs_engine_action_finish (world->engine, result, &error))
    promise (world->folder, "expired", job);
}

/* ── the paths, each call of which meets each fault ──────────────────────────────────────── */

static void
prepare_held (const char *folder)
{
  World *world = make_world (folder);

  world_start (world);
  promise_stream (world);
  print_one (world, 100);
  world_free (world);
}

/* Killed while a printer has the document. */
static void
prepare_sent (const char *folder)
{
  World *world = make_world (folder);
  const HsJob *job;

  world_start (world);
  promise_stream (world);
  hs_paper_set_mood (world->paper, HS_PAPER_SILENT);
  print_one (world, 100);
  print_one (world, 100);
  job = ((HsSlot *)g_ptr_array_index (world->engine->order, 0))->job;
  HsId id = job->id;
  release_one (world, &id);
  HS_LOOP_UNTIL (world_job (world, &id)->progress == HS_DELIVERY_SENT);
  _exit (0);
}

/* Starts without a fault; the only job, if there is one. */
static World *
open_world (const char *folder, HsId *job)
{
  World *world = make_world (folder);

  world_start (world);
  if (world->engine->order->len > 0)
    *job = ((HsSlot *)g_ptr_array_index (world->engine->order, 0))->job->id;
  world_settle (world);
  return world;
}

static void
run_accept (const char *folder, guint nth, HsCallFault fault, HsCallReport *report)
{
  HsId job;
  World *world = open_world (folder, &job);

  hs_failing_calls_arm (world->folder, nth, fault, report);
  print_one (world, 70000);
  go_on_and_die (world, is_at_rest, report);
}

static void
run_release (const char *folder, guint nth, HsCallFault fault, HsCallReport *report)
{
  HsId job;
  World *world = open_world (folder, &job);

  hs_failing_calls_arm (world->folder, nth, fault, report);
  release_one (world, &job);
  go_on_and_die (world, is_at_rest, report);
}

static void
run_cancel (const char *folder, guint nth, HsCallFault fault, HsCallReport *report)
{
  HsId job;
  World *world = open_world (folder, &job);

  hs_failing_calls_arm (world->folder, nth, fault, report);
  cancel_one (world, &job);
  go_on_and_die (world, is_at_rest, report);
}

static void
run_expire (const char *folder, guint nth, HsCallFault fault, HsCallReport *report)
{
  HsId job;
  World *world = open_world (folder, &job);

  hs_failing_calls_arm (world->folder, nth, fault, report);
  expire_one (world, &job, 2 * G_TIME_SPAN_MILLISECOND);
  go_on_and_die (world, is_for_good, report);
}

static gint turns_since;

/* A start goes on trying when the ledger does not take a change, and the agent ends itself later: so
 * this life ends a moment after its fault, started or not. */
static gboolean
on_fired (gpointer data)
{
  const HsCallReport *report = data;

  if (g_atomic_int_get (&report->fired) && g_atomic_int_add (&turns_since, 1) > 0)
    _exit (0);
  return G_SOURCE_CONTINUE;
}

static void
run_recover (const char *folder, guint nth, HsCallFault fault, HsCallReport *report)
{
  World *world = make_world (folder);
  g_autoptr (GError) error = NULL;

  g_timeout_add (REST_MS, on_fired, report);
  hs_failing_calls_arm (world->folder, nth, fault, report);
  if (!world_try_start (world, &error))
    _exit (0); /* refused, with a reason; the next start decides */
  go_on_and_die (world, is_at_rest, report);
}

const HsLifePath hs_life_paths[] = {
  { "accept", NULL, run_accept },           { "release", prepare_held, run_release },
  { "cancel", prepare_held, run_cancel },   { "expire", prepare_held, run_expire },
  { "recover", prepare_sent, run_recover }, { 0 },
};

/* ── a life by lot ───────────────────────────────────────────────────────────────────────── */

/* FALSE: there is none in @state. */
static gboolean
choose (World *world, GRand *lot, HsJobState state, HsId *job)
{
  guint count = world->engine->order->len;
  guint first = count == 0 ? 0 : (guint)g_rand_int_range (lot, 0, (gint)count);

  for (guint i = 0; i < count; i++)
    {
      const HsJob *each
          = ((HsSlot *)g_ptr_array_index (world->engine->order, (first + i) % count))->job;
      *job = each->id;
      if (each->state == state)
        return TRUE;
    }
  return FALSE;
}

static void
change_mood (World *world, GRand *lot)
{
  static const HsPaperMood moods[] = { HS_PAPER_WORKS, HS_PAPER_BUSY, HS_PAPER_SILENT };

  hs_paper_finish_silent (world->paper);
  hs_paper_set_mood (world->paper, moods[g_rand_int_range (lot, 0, G_N_ELEMENTS (moods))]);
}

static void
act (World *world, GRand *lot)
{
  static const gsize lengths[] = { 16, 1000, 70000 };
  static const HsJobState cancelled[] = { HS_JOB_HELD, HS_JOB_RELEASED, HS_JOB_DELIVERING };
  gint drawn = g_rand_int_range (lot, 0, 100);
  HsId job;

  if (drawn < 35 && world->engine->order->len < MOST_JOBS)
    print_one (world, lengths[g_rand_int_range (lot, 0, G_N_ELEMENTS (lengths))]);
  else if (drawn < 65 && choose (world, lot, HS_JOB_HELD, &job))
    release_one (world, &job);
  else if (drawn < 78 && choose (world, lot, cancelled[drawn % 3], &job))
    cancel_one (world, &job);
  else if (drawn < 85 && choose (world, lot, HS_JOB_HELD, &job))
    expire_one (world, &job, g_rand_int_range (lot, 1, 5000));
  else if (drawn < 90)
    change_mood (world, lot);
  else
    hs_loop_turn ();
}

/* All that may be printed was, and there is nothing left that anybody could do with it: no call would ever
 * come any more. */
static gboolean
is_lived (World *world)
{
  const GPtrArray *slots = world->engine->order;

  for (guint i = 0; i < slots->len; i++)
    {
      const HsJob *job = ((const HsSlot *)g_ptr_array_index (slots, i))->job;
      if (!hs_job_state_is_final (job->state) && job->state != HS_JOB_UNCERTAIN)
        return FALSE;
    }
  return slots->len >= MOST_JOBS;
}

void
hs_life_live (const char *folder, guint seed, guint nth, HsCallReport *report)
{
  g_autoptr (GRand) lot = g_rand_new_with_seed (seed);
  World *world = make_world (folder);

  hs_failing_calls_arm (world->folder, nth, HS_CALL_FAULT_KILL, report);
  world_start (world);
  while (!is_lived (world))
    {
      act (world, lot);
      while (g_main_context_iteration (NULL, FALSE))
        continue;
    }
}

/* ── afterwards ──────────────────────────────────────────────────────────────────────────── */

static gboolean was_wrong;

static void
wrong (const char *what, const HsId *job)
{
  char id[HS_ID_TEXT_BYTES];

  fprintf (stderr, "%s: %s\n", job == NULL ? "the folder" : hs_id_format (job, id), what);
  was_wrong = TRUE;
}

typedef struct
{
  gboolean accepted, released, cancelling, cancelled, expiring, expired;
} Promised;

/* HsId → Promised */
static GHashTable *
read_promises (const char *folder, HsId *stream)
{
  g_autofree char *path = g_build_filename (folder, "promises", NULL);
  g_autofree char *text = NULL;
  GHashTable *promises = g_hash_table_new_full (hs_id_hash, hs_id_equal_func, g_free, g_free);
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return promises;
  lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL && **line != '\0'; line++)
    {
      char *space = strchr (*line, ' ');
      HsId id;
      Promised *all;

      HS_ASSERT (space != NULL && hs_id_parse (space + 1, &id));
      *space = '\0';
      if (strcmp (*line, "stream") == 0)
        {
          *stream = id;
          continue;
        }
      all = g_hash_table_lookup (promises, &id);
      if (all == NULL)
        {
          all = g_new0 (Promised, 1);
          g_hash_table_insert (promises, g_memdup2 (&id, sizeof id), all);
        }
      all->accepted |= strcmp (*line, "accepted") == 0;
      all->released |= strcmp (*line, "released") == 0;
      all->cancelling |= strcmp (*line, "cancelling") == 0;
      all->cancelled |= strcmp (*line, "cancelled") == 0;
      all->expiring |= strcmp (*line, "expiring") == 0;
      all->expired |= strcmp (*line, "expired") == 0;
    }
  return promises;
}

static void
check_job (World *world, const HsJob *job, const Promised *promised)
{
  guint papers = hs_paper_count (world->paper, &job->id);

  if (papers > 1)
    wrong ("printed twice", &job->id);
  if ((job->state == HS_JOB_DELIVERED) != (papers > 0))
    wrong (papers > 0 ? "printed, and is not said to be" : "is said to be printed, and is not",
           &job->id);
  /* A sync of the log that failed leaves open whether the row is there, and the document was taken
   * back: such a job was never accepted, and says so when it is found. */
  if (job->state == HS_JOB_FAILED && promised != NULL && promised->accepted)
    wrong ("was accepted, and failed", &job->id);
  if (job->state == HS_JOB_UNCERTAIN)
    wrong ("uncertain at a printer that knows", &job->id);
  if (promised == NULL)
    return;
  /* A document that could not be read goes back to its owner, with a sentence. */
  if (promised->released && !promised->cancelling && !promised->expiring && papers == 0
      && (job->state != HS_JOB_HELD || job->failure == NULL))
    wrong ("was released, and did not print", &job->id);
  if (promised->cancelled && !hs_job_state_is_final (job->state))
    wrong ("was cancelled, and is still there", &job->id);
  if (promised->expired && job->state == HS_JOB_HELD)
    wrong ("its time was over, and it is still held", &job->id);
}

static void
check_records (World *world, guint jobs, guint finals)
{
  g_autofree char *outbox = world_outbox (world);
  g_auto (GStrv) kinds = g_strsplit (outbox, " ", -1);
  guint announces = 0, reports = 0;

  for (char **kind = kinds; *kind != NULL; kind++)
    {
      announces += strcmp (*kind, "announce") == 0;
      reports += strcmp (*kind, "report") == 0;
    }
  if (announces != jobs)
    wrong ("has not one announcement for each job", NULL);
  if (reports != finals)
    wrong ("has not one report for each job that is over", NULL);
}

static void
check_stream (World *world, const HsId *stream)
{
  g_autoptr (HsLedgerContents) contents = hs_ledger_load (world->ledger, NULL);

  if (contents == NULL)
    wrong ("cannot be read", NULL);
  else if (!hs_id_is_zero (stream)
           && memcmp (contents->stream, stream->bytes, sizeof stream->bytes) != 0)
    wrong ("has another stream than before", NULL);
}

void
hs_life_check (const char *folder)
{
  World *world = make_world (folder);
  HsId stream = { 0 };
  g_autoptr (GHashTable) promises = read_promises (folder, &stream);
  GHashTableIter each;
  gpointer id = NULL;
  gpointer promised = NULL;
  guint finals = 0;

  world_start (world);
  check_stream (world, &stream);
  HS_LOOP_UNTIL (is_at_rest (world));
  for (guint i = 0; i < world->engine->order->len; i++)
    {
      const HsJob *job = ((HsSlot *)g_ptr_array_index (world->engine->order, i))->job;
      finals += hs_job_state_is_final (job->state) ? 1 : 0;
      check_job (world, job, g_hash_table_lookup (promises, &job->id));
    }
  g_hash_table_iter_init (&each, promises);
  while (g_hash_table_iter_next (&each, &id, &promised))
    if (((Promised *)promised)->accepted && hs_engine_find_slot (world->engine, id) == NULL)
      wrong ("was accepted, and is lost", id);
  if (world_count_files (world, ".part") > 0)
    wrong ("has a document that was never finished", NULL);
  if (world_count_files (world, ".age") != world->engine->order->len - finals)
    wrong ("has not one document for each job that is not over", NULL);
  check_records (world, world->engine->order->len, finals);
  world_check_unseen (world, WORLD_SECRET);
  world_free (world);
  if (was_wrong)
    _exit (3);
}
