/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Sleep and shutdown: told before they happen, put off until the agent is ready, and sleep kept away
 * while a document is on its way to a printer.
 *
 * The system bounds how long it can be put off (logind: InhibitDelayMaxSec, 5 s unless configured).
 * A system that cannot tell is not an error: hs_power_is_watched() is FALSE, hs_power_get_problem()
 * says why, and the watch begins when the system's power service appears. A system that does not let
 * us put it off is no error either.
 *
 * Threads: main context only; callbacks on the main context.  Blocks: never. */

#include <glib.h>

typedef struct HsPower HsPower;

typedef enum
{
  HS_POWER_EVENT_NONE = 0,
  HS_POWER_EVENT_SLEEP_SOON,    /* it is put off until hs_power_say_ready() or the limit */
  HS_POWER_EVENT_AWAKE,         /* it slept and is awake, or did not sleep after all */
  HS_POWER_EVENT_SHUTDOWN_SOON, /* put off like sleep; a restart of the machine is told the same way */
  HS_POWER_EVENT_SHUTDOWN_ENDED, /* it was called off */
  HS_POWER_EVENT_CHANGED,        /* the answer to one of the questions below has changed */
} HsPowerEvent;

/* May call everything below but hs_power_free(). */
typedef void (*HsPowerFunc) (HsPower *power, HsPowerEvent event, gpointer user_data);

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

/* Begins to look for the power service. CHANGED follows when it was found, or that there is none. */
HsPower *hs_power_new (HsPowerFunc func, gpointer user_data);

/* Puts nothing off any more. NULL is allowed. */
void hs_power_free (HsPower *power);

/* ── questions ───────────────────────────────────────────────────────────────────────────── */

/* Sleep and shutdown would be told. */
gboolean hs_power_is_watched (const HsPower *power);

/* How long the system waits for hs_power_say_ready(), in microseconds; 0: not at all, an event then
 * leaves just the time until the machine stops. */
gint64 hs_power_get_limit_us (const HsPower *power);

/* What is missing, for the log and doctor: a sentence, valid until the next event; NULL if nothing is,
 * or as long as the service is looked for. */
const char *hs_power_get_problem (const HsPower *power);

/* ── actions ─────────────────────────────────────────────────────────────────────────────── */

/* After SLEEP_SOON or SHUTDOWN_SOON: nothing is left to do, go on. Once is enough; more, or without
 * such an event, is harmless. It is put off again from AWAKE or SHUTDOWN_ENDED on. */
void hs_power_say_ready (HsPower *power);

/* TRUE keeps the machine from sleeping by itself until FALSE: what is on its way takes seconds to
 * minutes. @why: one line for the list of those who keep it awake; no title, no name; NULL with
 * FALSE. Shutdown is not kept away, and a person who insists can still have it sleep. Where the
 * system does not allow it, the problem says so. */
void hs_power_keep_awake (HsPower *power, gboolean awake, const char *why);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsPower, hs_power_free)
