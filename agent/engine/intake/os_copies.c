/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The copy that we did not make: the print system keeps the plain document and its history after it
 * gave us the job. It is through with a job a moment after our answer, so the purge waits a little,
 * serves all jobs that came meanwhile, and is repeated while something is left. */

#define HS_LOG_AREA "intake"

#include "engine/engine_private.h"

#include "base/log.h"
#include "core/backoff.h"

#define FIRST_DELAY_MS 2000

/* Six tries in about four minutes; then the copy is left to the print system's own limit, and the
 * log says so. Doctor looks at the queue itself. */
#define PURGE_BACKOFF ((HsBackoff){ 5000, 120000 })
#define MOST_TRIES 6

/* The print system keeps names of purged jobs in a file until it writes that file twice more. It does
 * so some time after we made it want to: at once or, as CUPS is shipped, within 30 s. */
static const guint sweep_delays_ms[] = { 45000, 3000 };

struct HsOsCopies
{
  HsEngine *engine;
  GHashTable *waiting; /* HsId * of jobs whose copy is still to be purged */
  GHashTable *asked;   /* those of them that the running purge is for; nullable */
  guint source;
  guint tries;
  guint sweeps; /* still to be made */
  gboolean is_stopped;
};

static void schedule (HsOsCopies *copies, guint delay_ms);

static GHashTable *
make_set (void)
{
  return g_hash_table_new_full (hs_id_hash, hs_id_equal_func, g_free, NULL);
}

HsOsCopies *
hs_os_copies_new (HsEngine *engine)
{
  HsOsCopies *copies = g_new0 (HsOsCopies, 1);

  copies->engine = engine;
  copies->waiting = make_set ();
  return copies;
}

void
hs_os_copies_stop (HsOsCopies *copies)
{
  copies->is_stopped = TRUE;
  g_clear_handle_id (&copies->source, g_source_remove);
}

void
hs_os_copies_free (HsOsCopies *copies)
{
  hs_os_copies_stop (copies);
  g_hash_table_unref (copies->waiting);
  g_clear_pointer (&copies->asked, g_hash_table_unref);
  g_free (copies);
}

static void
report_done (HsOsCopies *copies)
{
  GHashTableIter jobs;
  gpointer id = NULL;

  if (g_hash_table_size (copies->asked) > 0)
    copies->sweeps = G_N_ELEMENTS (sweep_delays_ms);
  g_hash_table_iter_init (&jobs, copies->asked);
  while (g_hash_table_iter_next (&jobs, &id, NULL))
    {
      HsSlot *slot = hs_engine_find_slot (copies->engine, id);
      g_hash_table_remove (copies->waiting, id);
      if (slot != NULL)
        hs_slot_report_done (slot, HS_EFFECT_PURGE_OS_COPY);
    }
  copies->tries = 0;
}

static void
on_purged (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsOsCopies *copies = user_data;
  HsEngine *engine = copies->engine;
  const HsCopyPurger *purger = &engine->parts.copy_purger;
  g_autoptr (GError) error = NULL;
  guint remaining = 0;
  gboolean succeeded = purger->purge_finish (purger->data, result, &remaining, &error);

  if (!copies->is_stopped)
    {
      if (!succeeded && copies->tries >= MOST_TRIES)
        hs_log_warning ("the print system keeps copies of printed documents: %s", error->message);
      if ((succeeded && remaining == 0) || copies->tries >= MOST_TRIES)
        report_done (copies);
      if (g_hash_table_size (copies->waiting) > 0)
        schedule (copies, copies->tries == 0 ? FIRST_DELAY_MS
                                             : hs_backoff_delay_ms (PURGE_BACKOFF, copies->tries,
                                                                    g_random_int ()));
      else if (copies->sweeps > 0)
        schedule (copies, sweep_delays_ms[--copies->sweeps]);
    }
  g_clear_pointer (&copies->asked, g_hash_table_unref);
  hs_engine_worker_ends (engine);
}

static gboolean
on_time (gpointer user_data)
{
  HsOsCopies *copies = user_data;
  const HsCopyPurger *purger = &copies->engine->parts.copy_purger;
  GHashTableIter jobs;
  gpointer id = NULL;

  copies->source = 0;
  copies->asked = make_set ();
  g_hash_table_iter_init (&jobs, copies->waiting);
  while (g_hash_table_iter_next (&jobs, &id, NULL))
    g_hash_table_add (copies->asked, g_memdup2 (id, sizeof (HsId)));
  copies->tries++;
  hs_engine_worker_begins (copies->engine);
  purger->purge_async (purger->data, on_purged, copies);
  return G_SOURCE_REMOVE;
}

static void
schedule (HsOsCopies *copies, guint delay_ms)
{
  if (copies->source == 0 && !copies->is_stopped)
    copies->source = g_timeout_add (delay_ms, on_time, copies);
}

gboolean
hs_os_copies_may_have (const HsOsCopies *copies, const HsJob *job)
{
  return copies->engine->parts.copy_purger.purge_async != NULL && !hs_id_is_zero (&job->maker);
}

/* An earlier start of the agent may have listed the effect where there is no copy now. */
void
hs_os_copies_purge (HsOsCopies *copies, HsSlot *slot)
{
  if (!hs_os_copies_may_have (copies, slot->job))
    {
      hs_slot_report_done (slot, HS_EFFECT_PURGE_OS_COPY);
      return;
    }
  g_hash_table_add (copies->waiting, g_memdup2 (&slot->job->id, sizeof slot->job->id));
  if (copies->asked == NULL)
    schedule (copies, FIRST_DELAY_MS);
}
