/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What a test may do to the print queue in memory that platform/fake/print_queue.c offers. There is
 * one for the process.
 *
 * Threads: main context only.  Blocks: never. */

#include "platform/print_queue.h"

typedef struct
{
  HsPrintQueueFacts facts;        /* what a look finds */
  HsPrintQueueFacts after_making; /* what it finds once the queue was configured */
  int error_code; /* a GIOErrorEnum that every call fails with; G_IO_ERROR_FAILED is 0,
                                    so @fails says whether */
  gboolean fails;
  guint jobs; /* that the print system still has */

  /* Of one user. Each purge removes one of them if @is_slow, else all. */
  guint user_jobs;
  gboolean is_slow;
  guint32 purged_uid;     /* whom the last purge of a user was about */
  gint64 running_from_us; /* of the job that is handed over; both 0: there is none */
  gint64 running_until_us;

  guint n_looks;
  guint n_made;
  guint n_user_purges;
  guint n_finished_purges;
  guint n_running_purges;
  gint64 purged_until_us;                       /* of the last of those */
  char secret[HS_PRINT_QUEUE_SECRET_CHARS + 1]; /* of the last configuration */
} HsFakePrintQueue;

/* All zero at first: there is a print system, and no queue. */
HsFakePrintQueue *hs_fake_print_queue_get (void);
