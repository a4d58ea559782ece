/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* On whose behalf a request is that comes from an account which many people share. */

#include "base/error.h"
#include "core/refusal.h"
#include "serve/ipp/intake_private.h"

/* A question to the print system, and what comes after it. */
typedef struct
{
  HsIppExchange *exchange;
  void (*go_on) (HsIppExchange *exchange);
} Asking;

gboolean
hs_ipp_kiosk_is (const HsIppExchange *exchange, guint32 uid)
{
  const HsSeat *seat = exchange->server->options.seat;

  return seat != NULL && uid == hs_seat_get_uid (seat);
}

/* It sees what was printed since that person sat down: it may have been left there by the one before. */
void
hs_ipp_kiosk_settle (HsIppExchange *exchange)
{
  exchange->caller.is_kiosk = hs_ipp_kiosk_is (exchange, exchange->caller.uid);
  if (!exchange->caller.is_kiosk)
    return;
  const HsSeatOccupancy *occupancy = hs_seat_get_occupancy (exchange->server->options.seat);
  if (occupancy == NULL)
    return;
  exchange->caller.identity = occupancy->identity;
  exchange->caller.maker = occupancy->id;
  exchange->occupancy = occupancy->id;
}

/* The print system hands over one job of a queue after the other, so the answer is about this one as
 * long as the process that asks us is there: had it been killed meanwhile, the next job might be. */
static void
on_maker_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Asking *asking = user_data;
  HsIppExchange *exchange = asking->exchange;
  g_autoptr (GError) error = NULL;
  HsSeatOccupancy occupancy;
  gboolean is_found = hs_kiosk_queue_find_maker_finish (result, &occupancy, &error);

  if (exchange->guest != NULL)
    {
      if (is_found && !hs_ipp_makers_is_alive (exchange->server->makers, exchange->guest))
        {
          is_found = FALSE;
          g_set_error_literal (&error, HS_ERROR, HS_ERROR_DENIED,
                               "The print system has given this job up.");
        }
      if (is_found)
        {
          exchange->caller.identity = occupancy.identity;
          exchange->occupancy = occupancy.id;
        }
      else
        hs_ipp_exchange_fail (exchange, error);
      asking->go_on (exchange);
    }
  hs_ipp_exchange_unref (exchange);
}

void
hs_ipp_kiosk_find_maker (HsIppExchange *exchange, void (*go_on) (HsIppExchange *exchange))
{
  const HsIppIntakeOptions *options = &exchange->server->options;
  Asking *asking = g_new0 (Asking, 1);

  *asking = (Asking){ hs_ipp_exchange_ref (exchange), go_on };
  hs_kiosk_queue_find_maker_async (options->kiosk_queue, options->seat, on_maker_found, asking);
}

gboolean
hs_ipp_kiosk_check (HsIppExchange *exchange)
{
  const HsSeat *seat = exchange->server->options.seat;
  g_autoptr (GError) error = NULL;

  if (hs_id_is_zero (&exchange->occupancy))
    return TRUE;
  const HsSeatOccupancy *present = hs_seat_get_occupancy (seat);
  if (present != NULL && hs_id_equal (&present->id, &exchange->occupancy))
    return TRUE;
  hs_refusal_set (&error, HS_REFUSAL_SIGNED_OUT_MEANWHILE, NULL);
  hs_ipp_exchange_fail (exchange, error);
  return FALSE;
}
