/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The system's print queue on a kiosk, where one OS account prints for one person after the other.
 *
 * Three things keep what one person printed from the next:
 *   the door     the queue takes jobs only while somebody sits there, so `lp` fails at once otherwise
 *   the barrier  before the seat is free again the door is closed and every job of the account is
 *                purged; as long as that is not confirmed, the seat stays closed
 *   the origin   a job belongs to whoever sat there when the print system made it; one that outlived
 *                its person is nobody's
 * Without a print system that is looked after (queue.manage = false) nothing is outside the agent, and
 * no job of the print system is believed.
 *
 * Threads: main context only.  Blocks: never. */

#include "engine/identity/seat.h"
#include "engine/intake/os_queue.h"

typedef struct HsKioskQueue HsKioskQueue;

/* Pointers must outlive it. */
typedef struct
{
  HsPrintQueue *queue; /* nullable: the print system is not looked after */
  HsOsQueue *os_queue; /* the same */
  guint32 uid;         /* of the kiosk's account */

  /* Shorter for tests; 0 = 100 ms, growing to two seconds, between the tries of one barrier; five
   * seconds, growing to a minute, between barriers that failed; a second before what was refused is
   * purged. */
  guint try_first_ms;
  guint try_most_ms;
  guint again_first_ms;
  guint again_most_ms;
  guint sweep_ms;
} HsKioskQueueParts;

/* The queue is to be closed from now on. */
HsKioskQueue *hs_kiosk_queue_new (const HsKioskQueueParts *parts);

/* The agent is stopping: os_queue and the seat are not touched any more. A barrier under way goes on. */
void hs_kiosk_queue_stop (HsKioskQueue *kiosk_queue);

/* A barrier under way fails as CANCELLED. Calls may come back later. NULL is allowed. */
void hs_kiosk_queue_free (HsKioskQueue *kiosk_queue);

/* For the seat's setup. The barrier tries a few times; then it fails with TEMPORARY and has the seat
 * begin another one after a while, more and more rarely. */
HsSeatBarrier hs_kiosk_queue_get_barrier (HsKioskQueue *kiosk_queue);

/* The seat that was made with that barrier; before it starts. */
void hs_kiosk_queue_set_seat (HsKioskQueue *kiosk_queue, HsSeat *seat);

/* HsSeatSetup.changed; @data is the kiosk queue. */
void hs_kiosk_queue_on_seat_changed (gpointer data, HsSeat *seat);

/* @kiosk_queue NULL: as without a print system. Who made the job that the print system hands over at this moment, for an account that is the
 * kiosk's: it still sits at @seat. Completes with the occupancy.
 * Errors: DENIED (it was made by nobody who sits there now, or that cannot be told; it is purged from
 * the print system when that has cancelled it), TEMPORARY (the
 * print system could not be asked). */
void hs_kiosk_queue_find_maker_async (HsKioskQueue *kiosk_queue,
                                      const HsSeat *seat,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
gboolean hs_kiosk_queue_find_maker_finish (GAsyncResult *result,
                                           HsSeatOccupancy *occupancy,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsKioskQueue, hs_kiosk_queue_free)
