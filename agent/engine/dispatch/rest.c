/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Deliveries around the machine's sleep. What is parked is in the same place as after a restart of
 * the agent: the ledger knows what was committed, and on waking the printer is asked what became of
 * it. A cut document is cancelled there first. */

#define HS_LOG_AREA "delivery"

#include "engine/dispatch/dispatch_private.h"

/* Calls @each with every errand. */
static void
for_each_errand (HsDispatch *dispatch, void (*each) (HsErrand *errand))
{
  GHashTableIter lines;
  gpointer line = NULL;

  g_hash_table_iter_init (&lines, dispatch->lines);
  while (g_hash_table_iter_next (&lines, NULL, &line))
    for (guint i = 0; i < ((HsLine *)line)->errands->len; i++)
      each (g_ptr_array_index (((HsLine *)line)->errands, i));
}

/* From the first question on, until the printer has the whole document. What it does with it then is
 * its own affair, and may take days. */
static gboolean
is_on_its_way (const HsErrand *errand)
{
  return errand->delivery != NULL && errand->slot->job->progress < HS_DELIVERY_SENT;
}

void
hs_dispatch_count_sending (HsDispatch *dispatch)
{
  const HsHostHooks *host = &dispatch->engine->parts.host;
  GHashTableIter lines;
  gpointer line = NULL;
  guint sending = 0;

  g_hash_table_iter_init (&lines, dispatch->lines);
  while (g_hash_table_iter_next (&lines, NULL, &line))
    for (guint i = 0; i < ((HsLine *)line)->errands->len; i++)
      sending += is_on_its_way (g_ptr_array_index (((HsLine *)line)->errands, i)) ? 1 : 0;
  if (sending == dispatch->sending)
    return;
  dispatch->sending = sending;
  if (host->sending_changed != NULL)
    host->sending_changed (host->data, sending);
}

void
hs_dispatch_rest (HsDispatch *dispatch)
{
  dispatch->is_resting = TRUE;
}

static void
park (HsErrand *errand)
{
  errand->was_parked = errand->is_settling;
  hs_errand_end_delivery (errand);
}

void
hs_dispatch_park (HsDispatch *dispatch)
{
  for_each_errand (dispatch, park);
}

static void
stop_waiting (HsErrand *errand)
{
  g_clear_handle_id (&errand->retry_source, g_source_remove);
}

static void
stop_waiting_for_network (HsErrand *errand)
{
  if (errand->slot->job->reasons & HS_REASON_PRINTER_UNREACHABLE)
    stop_waiting (errand);
}

void
hs_dispatch_wake (HsDispatch *dispatch)
{
  dispatch->is_resting = FALSE;
  for_each_errand (dispatch, stop_waiting);
  hs_dispatch_look_again (dispatch);
}

void
hs_dispatch_network_changed (HsDispatch *dispatch)
{
  for_each_errand (dispatch, stop_waiting_for_network);
  hs_dispatch_look_again (dispatch);
}
