/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Lives of an agent in one folder that end suddenly, and what has to be true afterwards.
 *
 * A life is a child process with the journeys' workstation (journey/world.h): the real engine,
 * ledger, spool and seal, and a printer that keeps its own memory. Whatever somebody was told, the
 * child writes into the file "promises" before it goes on; another child then opens the folder as a
 * start would and compares.
 *
 * Threads: the parent has one.  Blocks: until the child has ended. */

#include "crash/failing_calls.h"

typedef struct
{
  const char *name;
  /* What is there before: with the calls as usual. NULL: an empty folder. */
  void (*prepare) (const char *folder);
  /* What is tried, in a process of its own, with a call that fails. */
  void (*run) (const char *folder, guint nth, HsCallFault fault, HsCallReport *report);
} HsLifePath;

/* accept, release, cancel, expire, recover; the last has no name. */
extern const HsLifePath hs_life_paths[];

/* Prints, releases, cancels, lets expire, by lot, until it is killed or nothing is left to do. */
void hs_life_live (const char *folder, guint seed, guint nth, HsCallReport *report);

/* Opens @folder, lets everything come to an end and says on standard error what is wrong. Ends the
 * process with 3 then. */
void hs_life_check (const char *folder);
