/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* This ledger was made on another machine: a disk was copied.
 *
 * Threads: main context only.  Blocks: never. */

#include "engine/site_link/parts.h"
#include "store/ledger.h"

/* Adds to @batch, and to @settings as they were loaded, that this workstation does not belong to the site:
 * who does is the machine that the copy was made of. Which organisation it was stays known. Nothing happens
 * if no site is known. Before hs_site_link_load(). */
void hs_site_link_note_copied (HsLedgerBatch *batch, GHashTable *settings, gint64 at_us);

/* ── for this folder ─────────────────────────────────────────────────────────────────────── */

/* Key files of the other machine go. */
void hs_site_link_load_copied (HsSiteLink *link, GHashTable *settings);

/* @batch enrols this machine. */
void hs_site_link_strike_copied (HsLedgerBatch *batch);
