/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Mistakes planted on purpose. A driver that does not find each of them proves nothing.
 *
 * Threads: any, constant.  Blocks: never. */

typedef enum
{
  HS_CRASH_NO_FAULT = 0,
  HS_CRASH_NO_FILE_SYNC,      /* a document is renamed with its bytes still in memory */
  HS_CRASH_NO_FOLDER_SYNC,    /* a rename is believed before the folder is synced */
  HS_CRASH_ACK_BEFORE_COMMIT, /* the client is told before the ledger's sync has returned */
  HS_CRASH_ROW_BEFORE_FILE,   /* the row is committed before its document is durable */
} HsCrashFault;

/* The mistake of this build. */
extern const HsCrashFault hs_crash_fault;
