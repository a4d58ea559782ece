/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A lane. */

#include "site/server/lane.h"

struct HsLane
{
  GThreadPool *pool;
  GMainContext *context;
  guint max_waiting;
};

typedef struct
{
  HsLaneFunc work;
  HsLaneFunc done;
  gpointer data;
} Piece;

static gboolean
come_back (gpointer user_data)
{
  Piece *piece = user_data;

  piece->done (piece->data);
  return G_SOURCE_REMOVE;
}

static void
run (gpointer user_data, gpointer lane_data)
{
  HsLane *lane = lane_data;
  Piece *piece = user_data;
  g_autoptr (GSource) source = NULL;

  piece->work (piece->data);
  /* Not g_main_context_invoke(): that may call back in this thread. */
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, come_back, piece, g_free);
  g_source_attach (source, lane->context);
}

HsLane *
hs_lane_new (guint threads, guint max_waiting)
{
  HsLane *lane = g_new0 (HsLane, 1);

  lane->context = g_main_context_ref_thread_default ();
  lane->max_waiting = max_waiting;
  lane->pool = g_thread_pool_new (run, lane, (int)threads, TRUE, NULL);
  return lane;
}

gboolean
hs_lane_push (HsLane *lane, HsLaneFunc work, HsLaneFunc done, gpointer data)
{
  if (lane->max_waiting != 0 && g_thread_pool_unprocessed (lane->pool) >= lane->max_waiting)
    return FALSE;
  Piece *piece = g_new0 (Piece, 1);
  piece->work = work;
  piece->done = done;
  piece->data = data;
  g_thread_pool_push (lane->pool, piece, NULL);
  return TRUE;
}

void
hs_lane_free (HsLane *lane)
{
  if (lane == NULL)
    return;
  g_thread_pool_free (lane->pool, FALSE, TRUE);
  g_main_context_unref (lane->context);
  g_free (lane);
}
