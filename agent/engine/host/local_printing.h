/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Tells the site what this machine's other printers print, where the organisation wants to know.
 *
 * The print system knocks when a job is over; its history then says what is new. Nothing is polled, a
 * knock that was lost is made up for by the next, and what is told is kept in one transaction with what
 * was told (core/local_history). Whose a job is, is what its client said: an owner is "claimed", and
 * nobody if that name is nobody's here.
 *
 * Threads: main context only.  Blocks: on the name service, for names that are not known yet. */

#include "engine/engine.h"
#include "engine/engine_parts.h"
#include "platform/print_watch.h"

#define HS_LOCAL_PRINTING_SETTING "printing.others"

typedef struct HsLocalPrinting HsLocalPrinting;

/* @watch, @engine must outlive it; @kept: what the ledger has under HS_LOCAL_PRINTING_SETTING;
 * nullable. */
HsLocalPrinting *hs_local_printing_new (HsPrintWatch *watch,
                                        HsEngine *engine,
                                        const HsOwnerKeys *owner_keys,
                                        GBytes *kept);
void hs_local_printing_free (HsLocalPrinting *printing);

/* What the organisation wants; FALSE at first. Call it after the engine knows the bundle. */
void hs_local_printing_set_wanted (HsLocalPrinting *printing, gboolean is_wanted);

/* FALSE: nothing is to be told. *problem (nullable): why it cannot be told at present; borrowed. */
gboolean hs_local_printing_is_wanted (const HsLocalPrinting *printing, const char **problem);

/* Looks at the history: the print system knocked, or answers again. */
void hs_local_printing_look (HsLocalPrinting *printing);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsLocalPrinting, hs_local_printing_free)
