/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The printer that misbehaves, from within: printer_double.c answers, printer_double_look.c is what a
 * test tells it and asks of it.
 *
 * Threads: any; the mutex guards.  Blocks: never. */

#include "support/printer_double.h"

#define HS_DOUBLE_MAX_OPERATION 0x40
#define HS_DOUBLE_FIRST_ID 101

typedef struct
{
  HsPrinterFault fault;
  guint64 value;
  guint times;
} HsDoubleFault;

struct HsPrinterDouble
{
  HsHttpDouble *server;
  HsTestIdentity *identity;
  HsTestIdentity *own_identity; /* the first one */
  char *uri;
  HsPrinterDoubleWitness witness; /* nullable */

  GMutex mutex; /* guards what follows */
  HsPrinterManners manners;
  HsDoubleFault faults[HS_DOUBLE_MAX_OPERATION];
  guint asked[HS_DOUBLE_MAX_OPERATION];
  GString *log;
  GArray *jobs;   /* element-type HsPrinterDoubleJob */
  GArray *papers; /* element-type HsPrinterDoublePaper */
  guint prints;
  int next_id;
};

/* With the mutex held: the document came out. */
void hs_printer_double_complete (HsPrinterDouble *printer, HsPrinterDoubleJob *job);
