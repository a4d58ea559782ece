/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Waiting for an event with a limit. */

#include "support/loop.h"

static gboolean
on_turn_over (gpointer over)
{
  *(gboolean *)over = TRUE;
  return G_SOURCE_REMOVE;
}

void
hs_loop_turn (void)
{
  gboolean over = FALSE;
  guint timer = g_timeout_add (50, on_turn_over, &over);

  g_main_context_iteration (NULL, TRUE);
  if (!over)
    g_source_remove (timer);
}

void
hs_loop_store_result (GObject *source, GAsyncResult *result, gpointer place)
{
  *(GAsyncResult **)place = g_object_ref (result);
}
