/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* System calls that fail, or kill, when they are told to: those that this program and its libraries
 * make on files below one folder.
 *
 * The program that links this file has the functions of libc under their own names, so SQLite and
 * GLib call them too. What libc calls within itself (fopen, opendir) is not seen.
 *
 * Threads: any.  Blocks: as the call does. */

#include <glib.h>

typedef enum
{
  HS_CALL_FAULT_KILL = 0, /* SIGKILL before the call */
  HS_CALL_FAULT_EIO,
  HS_CALL_FAULT_ENOSPC,
  HS_CALL_FAULT_EINTR,
  HS_CALL_FAULT_SHORT, /* reads and writes do half; other calls as usual */
  HS_CALL_N_FAULTS,
} HsCallFault;

/* What happened; lives in memory that parent and children share. */
typedef struct
{
  gint calls;    /* since the arming */
  gint fired;    /* the fault was shown */
  char name[16]; /* of that call */
} HsCallReport;

/* From now on calls on files below @folder are counted in @report; number @nth (from 1; 0 = none)
 * meets @fault. @folder is borrowed and has no link in its path. Files whose name ends in ".log" or
 * is "promises" are the test's own and not counted. */
void hs_failing_calls_arm (const char *folder, guint nth, HsCallFault fault, HsCallReport *report);
void hs_failing_calls_disarm (void);

/* "kill", "EIO", … */
const char *hs_call_fault_to_keyword (HsCallFault fault);
