/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What the other queues of this machine's print system print: its history of jobs, and that it knocks
 * when one is over.
 *
 * The agent has no rights there and would not be told titles and names; the small helper that
 * administers our queue asks for it (homespool-queue on Linux). Jobs of our own queue are never shown.
 * The knock carries nothing and may come from anybody: it only says "look", and comes to the virtual
 * printer's socket (serve/ipp/intake.h). Errors are in G_IO_ERROR.
 *
 * Threads: main context only; callbacks on the main context.  Blocks: never. */

#include <gio/gio.h>

typedef struct HsPrintWatch HsPrintWatch;

typedef enum
{
  HS_PRINTED_ACTIVE = 0, /* not over yet: nothing else is told */
  HS_PRINTED_COMPLETED,
  HS_PRINTED_CANCELED,
  HS_PRINTED_ABORTED,
} HsPrintedState;

typedef enum
{
  HS_PRINTED_COLOUR_UNKNOWN = 0,
  HS_PRINTED_MONOCHROME,
  HS_PRINTED_COLOUR,
} HsPrintedColour;

/* One job of the print system. */
typedef struct
{
  guint32 id; /* its number there, from 1 up */
  HsPrintedState state;
  guint32 impressions; /* as the print system counted; 0 with 0 sheets: it did not */
  guint32 sheets;
  HsPrintedColour colour;
  gint64 created_s; /* UTC, whole seconds */
  gint64 finished_s;
  char *queue;
  char *uuid;  /* "urn:uuid:…"; "" if the print system gives none */
  char *user;  /* what the client said; "" */
  char *title; /* job-name; "" */
} HsPrintedJob;

/* @helper_socket: where the helper answers (HsPaths.queue_socket). */
HsPrintWatch *hs_print_watch_new (const char *helper_socket);
void hs_print_watch_free (HsPrintWatch *watch);

/* Has the print system knock when a job is over, or not any more. Asking again changes nothing. */
void hs_print_watch_set_knocking_async (HsPrintWatch *watch,
                                        gboolean knocks,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data);
/* Errors: NOT_FOUND (no helper, no print system), NOT_SUPPORTED (it lacks our notifier),
 * PERMISSION_DENIED, TIMED_OUT, CANCELLED, FAILED. */
gboolean hs_print_watch_set_knocking_finish (HsPrintWatch *watch,
                                             GAsyncResult *result,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Jobs from number @from (≥ 1) on, in the order of their numbers; a part of them. */
void hs_print_watch_list_async (HsPrintWatch *watch,
                                guint32 from,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
/* *next: where the next part begins; 0: that was all.
 * Returns: (transfer full) (element-type HsPrintedJob). Errors: as above. */
GPtrArray *hs_print_watch_list_finish (HsPrintWatch *watch,
                                       GAsyncResult *result,
                                       guint32 *next,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

void hs_printed_job_free (HsPrintedJob *job);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsPrintWatch, hs_print_watch_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsPrintedJob, hs_printed_job_free)
