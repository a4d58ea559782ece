/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Keeps the system's print queue in order, and knows whether its word can be believed.
 *
 * At start it looks at the queue; a queue that is missing, points elsewhere or believes false names
 * is made anew with a new secret, then looked at again. Without a print system it tries again, more
 * and more rarely, so that one installed later is found. While the print system still has jobs of the
 * queue its secret is left alone: it would hand over a job for a second time. The secret itself is given to the queue and
 * forgotten; only a verifier of it is kept.
 *
 * Threads: main context only.  Blocks: never. */

#include "core/print_system_proof.h"
#include "platform/print_queue.h"

typedef struct HsOsQueue HsOsQueue;

/* Where the verifier of the secret is kept over a restart, and who hears of changes. */
typedef struct
{
  gpointer data;
  void (*keep) (gpointer data, GBytes *verifier);

  /* What core/print_system_proof judges by has changed. */
  void (*changed) (gpointer data, const HsPrintSystemTrust *trust);

  /* Shorter for tests; 0 = a minute, growing to an hour, and two seconds. */
  guint absent_first_ms;
  guint absent_most_ms;
  guint format_wait_ms;
} HsOsQueueKeeper;

/* @queue must outlive it. @kept: what the keeper kept; nullable. */
HsOsQueue *hs_os_queue_new (HsPrintQueue *queue, GBytes *kept, const HsOsQueueKeeper *keeper);
void hs_os_queue_free (HsOsQueue *os_queue);

/* Starts to look and repair. The virtual printer must be listening. */
void hs_os_queue_start (HsOsQueue *os_queue);

/* Whether the queue is to take jobs; TRUE at first. It is made so, and put right where a look finds it
 * otherwise. Whoever changes this tells the print system at once, too. */
void hs_os_queue_set_accepting (HsOsQueue *os_queue, gboolean accepting);

/* ── questions ───────────────────────────────────────────────────────────────────────────── */

/* A job came from the print system: looks again in the background if the last look is long ago. */
void hs_os_queue_note_job (HsOsQueue *os_queue);

/* What the last look found. @problem (nullable out): why it could not look; borrowed, NULL if it
 * could. FALSE before the first look has ended. */
gboolean
hs_os_queue_get_facts (const HsOsQueue *os_queue, HsPrintQueueFacts *facts, const char **problem);

/* Looks again now; completes when the facts are new. For doctor. Does not fail. */
void hs_os_queue_look_async (HsOsQueue *os_queue, GAsyncReadyCallback callback, gpointer user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsOsQueue, hs_os_queue_free)
