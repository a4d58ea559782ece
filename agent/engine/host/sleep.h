/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What the agent does when the machine sleeps, wakes, shuts down, or changes its network.
 *
 * About to sleep: no delivery begins any more; keys and shares are wiped (keys.lock-on-sleep); the
 * site is told "asleep"; a document that is on its way gets half of the time that the system gives,
 * then it is parked: not a byte more leaves, and on waking the printer is asked what became of it.
 * The system hears "ready" when all of this is done, or when the time is nearly over. Shutting down
 * is the same, told as "down". Awake: the site is told, the poll is sent and released jobs go on, at
 * once and not after the delays that were running.
 *
 * While a document is on its way to a printer the machine is kept from falling asleep by itself.
 *
 * Threads: main context only.  Blocks: never. */

#include "engine/engine_parts.h"
#include "engine/site_link/parts.h"
#include "net/http.h"

typedef struct HsSleep HsSleep;

/* All must outlive it. */
typedef struct
{
  const HsConfig *config;
  HsEngine *engine;
  HsSiteLink *site_link;
  HsHttp *http;

  /* Wipes every unlocked key; called before anything is waited for. */
  gpointer data;
  void (*lock_keys) (gpointer data);
} HsSleepParts;

/* Begins to watch, before the engine starts: it hears of every document that sets out. */
HsSleep *hs_sleep_new (const HsSleepParts *parts);

/* The agent stops, though the machine may go on: the site is told "down". Complete when it knows, or
 * after HS_SLEEP_GOODBYE_MS; cannot fail. Nothing else is told any more. */
#define HS_SLEEP_GOODBYE_MS 1500 /* far below the service manager's patience; ours */
void hs_sleep_stop_async (HsSleep *sleep, GAsyncReadyCallback callback, gpointer user_data);

/* Tells nothing any more. Before the engine is stopped. NULL is allowed. */
void hs_sleep_free (HsSleep *sleep);

/* HsHostHooks.sending_changed. */
void hs_sleep_set_sending (HsSleep *sleep, guint sending);

/* Would sleep be noticed? */
gboolean hs_sleep_is_watched (HsSleep *sleep);

/* What is missing; a sentence; nullable; borrowed. */
const char *hs_sleep_get_problem (HsSleep *sleep);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsSleep, hs_sleep_free)
