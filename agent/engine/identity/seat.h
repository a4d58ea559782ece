/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The seat of a kiosk: one OS account, at which one person after the other is signed in.
 *
 * It knows who sits there now and who sat there when, and it keeps people apart: whoever leaves
 * leaves something behind (documents in the system's print queue, programs), so a barrier stands
 * before the next one, also before the first after a start:
 *
 *   CLEARING ──barrier confirmed──▶ FREE ──take──▶ TAKEN ──leave──▶ CLEARING
 *
 * An occupancy has an id of its own: the same person, signed in a second time, is another occupancy.
 *
 * Threads: main context only.  Blocks: never. */

#include "base/id.h"

#include <gio/gio.h>

/* How long it is known who sat here: as long as CUPS keeps a job's files unless told otherwise
 * (PreserveJobFiles 86,400 s). */
#define HS_SEAT_HISTORY_US (24 * G_TIME_SPAN_HOUR)

typedef struct HsSeat HsSeat;

typedef enum
{
  HS_SEAT_CLEARING = 0, /* nobody may sit down before the barrier is confirmed */
  HS_SEAT_FREE,
  HS_SEAT_TAKEN,
} HsSeatState;

typedef struct
{
  HsId id;
  HsId identity;
  gint64 from_us;  /* UTC, as the print system's times are */
  gint64 until_us; /* UTC; G_MAXINT64: still here */
} HsSeatOccupancy;

/* Removes what the last occupancy may have left outside the agent. Success means that nothing of it
 * can reach the next one. A failure keeps the seat closed; the next one who wants to sit down has it
 * tried again. clear_async NULL: there is nothing outside. */
typedef struct
{
  gpointer data;
  /* @before: borrowed for the call; NULL: the agent has just started, anything may lie there. */
  void (*clear_async) (gpointer data,
                       const HsSeatOccupancy *before,
                       GAsyncReadyCallback callback,
                       gpointer user_data);
  gboolean (*clear_finish) (gpointer data, GAsyncResult *result, GError **error);
} HsSeatBarrier;

typedef struct
{
  guint32 uid; /* of the kiosk's account */
  HsSeatBarrier barrier;

  /* hs_seat_get_state() has changed; nullable. */
  void (*changed) (gpointer data, HsSeat *seat);
  gpointer changed_data;

  gint64 (*now_us) (void); /* for tests; NULL: the system's clock, UTC */
} HsSeatSetup;

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

/* CLEARING until hs_seat_start() has had the barrier confirmed. */
HsSeat *hs_seat_new (const HsSeatSetup *setup);

/* Who waits is told CANCELLED. A barrier under way may still come back. NULL is allowed. */
void hs_seat_free (HsSeat *seat);

void hs_seat_start (HsSeat *seat);

/* ── questions ───────────────────────────────────────────────────────────────────────────── */

guint32 hs_seat_get_uid (const HsSeat *seat);
HsSeatState hs_seat_get_state (const HsSeat *seat);

/* Who sits here; borrowed until the next change. NULL: nobody. */
const HsSeatOccupancy *hs_seat_get_occupancy (const HsSeat *seat);

/* Why the last barrier failed; borrowed. NULL: it did not. */
const char *hs_seat_get_problem (const HsSeat *seat);

/* The only occupancy that overlaps the time from @from_us to before @until_us (UTC): who made
 * something of which the time is known to the second. FALSE: nobody, or more than one. */
gboolean hs_seat_find_between (const HsSeat *seat,
                               gint64 from_us,
                               gint64 until_us,
                               HsSeatOccupancy *occupancy) G_GNUC_WARN_UNUSED_RESULT;

/* ── actions ─────────────────────────────────────────────────────────────────────────────── */

/* Completes when the seat is not CLEARING any more; tries a barrier that failed again.
 * Errors: TEMPORARY (the barrier failed; the message says why), CANCELLED. */
void hs_seat_wait_async (HsSeat *seat, GAsyncReadyCallback callback, gpointer user_data);
gboolean
hs_seat_wait_finish (HsSeat *seat, GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Seats @identity. Errors: REFUSED (somebody sits there), TEMPORARY (CLEARING), INTERNAL. */
gboolean
hs_seat_take (HsSeat *seat, const HsId *identity, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Nobody sits here any more; the barrier begins. Nothing if nobody did. */
void hs_seat_leave (HsSeat *seat);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsSeat, hs_seat_free)
