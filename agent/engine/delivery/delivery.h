/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* One attempt to bring one job to one printer, and finding out afterwards what became of it.
 *
 * In this order: the document is opened and proves itself whole, the printer is asked what it can
 * and whether it is well, Validate-Job; SEND_INTENT; Create-Job; PRINTER_ACCEPTED; SENDING;
 * Send-Document; SENT; Get-Job-Attributes until the printer's last word. Each event is durable
 * before the next thing is sent. A printer without Create-Job gets Print-Job after SENDING and no
 * PRINTER_ACCEPTED: SENT then carries its job-id.
 *
 * While the printer works, SENT may be told again: with the sentence of what holds the printer up.
 *
 * After an interruption nothing is sent again before it is certain what the printer has: a job
 * whose id is not known is looked for by its name (hs_job_dup_public_name()), a cut document is
 * cancelled at the printer and its end confirmed. What cannot be decided is OUTCOME_UNKNOWN.
 *
 * Threads: main context only.  Blocks: never. */

#include "engine/delivery/deliverer.h"
#include "engine/printers/printers.h"

/* The table that the engine works with. @printers is borrowed and must outlive every delivery. */
HsDeliverer hs_delivery_make_deliverer (HsPrinters *printers);
