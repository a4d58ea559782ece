/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A bounded first-in-first-out queue of bytes between the main context and one worker thread.
 *
 * Used in both directions: intake pushes a body for its sealing worker (the main side never waits:
 * it pauses its source when the queue is full), delivery pulls a document that its opening worker
 * fills (the worker waits when the queue is full). One side pushes, the other pulls.
 *
 * Either side ends it: the pusher says complete or failed, the puller says closed. The side that
 * lives on the main context is told by its notify function, which runs on the main context, when
 * there is room again (pusher) or when bytes or the end have come (puller).
 *
 * Threads: any; one pusher and one puller.  Blocks: only the functions whose names end in _wait. */

#include <gio/gio.h>

typedef struct HsByteQueue HsByteQueue;

/* @limit_bytes: pushing goes on until at least this much is queued, so the bound is the limit plus
 * one chunk. @context: where notifications run; NULL = the default main context. */
HsByteQueue *hs_byte_queue_new (gsize limit_bytes, GMainContext *context);
HsByteQueue *hs_byte_queue_ref (HsByteQueue *queue);
void hs_byte_queue_unref (HsByteQueue *queue);

/* @notify runs on the context each time the queue turns from full to half empty (for a pusher there)
 * or from empty to non-empty or ended (for a puller there); coalesced. NULL stops notifications; a
 * call that is already on its way is then dropped, if this is called on the context's thread. */
typedef void (*HsByteQueueNotify) (HsByteQueue *queue, gpointer user_data);
void hs_byte_queue_set_notify (HsByteQueue *queue, HsByteQueueNotify notify, gpointer user_data);

/* ── the pusher ──────────────────────────────────────────────────────────────────────────── */

/* Takes the bytes in any case (drops them if the puller closed). Returns FALSE when the queue is
 * now full: stop pushing until notified. */
gboolean hs_byte_queue_push (HsByteQueue *queue, GBytes *bytes);

/* Like push, but waits for room first. Returns FALSE if the puller closed. */
gboolean hs_byte_queue_push_wait (HsByteQueue *queue, GBytes *bytes);

/* No more bytes: all is well / it went wrong (@error is copied). The first end counts. */
void hs_byte_queue_complete (HsByteQueue *queue);
void hs_byte_queue_fail (HsByteQueue *queue, const GError *error);

/* ── the puller ──────────────────────────────────────────────────────────────────────────── */

typedef enum
{
  HS_BYTE_QUEUE_BYTES,  /* *bytes is set */
  HS_BYTE_QUEUE_EMPTY,  /* nothing now, more may come; never returned by the waiting form */
  HS_BYTE_QUEUE_END,    /* complete: all bytes were pulled */
  HS_BYTE_QUEUE_FAILED, /* *error is set; queued bytes before the failure were pulled first */
} HsByteQueuePull;

HsByteQueuePull hs_byte_queue_pull (HsByteQueue *queue, GBytes **bytes, GError **error);
HsByteQueuePull hs_byte_queue_pull_wait (HsByteQueue *queue, GBytes **bytes, GError **error);

/* The puller wants nothing more: queued bytes are dropped, a waiting pusher returns. */
void hs_byte_queue_close (HsByteQueue *queue);
gboolean hs_byte_queue_is_closed (HsByteQueue *queue);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsByteQueue, hs_byte_queue_unref)
