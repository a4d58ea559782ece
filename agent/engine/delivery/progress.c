/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* How far a delivery is, for people who watch. Bytes are counted in the middle of sending, so it is
 * told from a source of its own, and not for every piece. */

#include "engine/delivery/delivery_private.h"

#define LEAST_MS 200 /* between two tellings: five times a second looks smooth */

void
hs_delivery_set_progress_func (gpointer data, HsSendProgressFunc func, gpointer user_data)
{
  HsDelivery *delivery = data;

  delivery->progress_func = func;
  delivery->progress_data = user_data;
}

void
hs_delivery_flush_progress (HsDelivery *delivery)
{
  g_clear_handle_id (&delivery->progress_source, g_source_remove);
  if (!delivery->has_progress || delivery->progress_func == NULL)
    return;
  delivery->has_progress = FALSE;
  delivery->progress_told_us = g_get_monotonic_time ();
  delivery->progress_func (&delivery->progress, delivery->progress_data);
}

static gboolean
on_due (gpointer user_data)
{
  HsDelivery *delivery = user_data;

  delivery->progress_source = 0;
  hs_delivery_flush_progress (delivery);
  return G_SOURCE_REMOVE;
}

static void
note (HsDelivery *delivery)
{
  delivery->has_progress = TRUE;
  if (delivery->progress_source != 0 || delivery->progress_func == NULL)
    return;
  gint64 since_ms = (g_get_monotonic_time () - delivery->progress_told_us) / 1000;
  delivery->progress_source
      = g_timeout_add (since_ms < LEAST_MS ? (guint)(LEAST_MS - since_ms) : 0, on_due, delivery);
}

void
hs_delivery_note_sent (guint64 document_bytes, gpointer user_data)
{
  HsDelivery *delivery = ((HsDeliveryHold *)user_data)->delivery;

  if (delivery == NULL || delivery->progress.sent_bytes == document_bytes)
    return;
  delivery->progress.sent_bytes = document_bytes;
  note (delivery);
}

void
hs_delivery_note_job (HsDelivery *delivery, const HsIppJob *job)
{
  if (!job->counted || job->impressions == delivery->progress.impressions)
    return;
  delivery->progress.impressions = job->impressions;
  note (delivery);
}
