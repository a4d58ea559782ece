/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Our queue in the operating system's print system: made, verified, emptied, closed, removed.
 *
 * The agent has no rights there; a small helper (homespool-queue on Linux) with an own uid has
 * them, and does these few things to this one queue and nothing else. Errors are in G_IO_ERROR.
 *
 * Threads: main context only; callbacks on the main context.  Blocks: never. */

#include <gio/gio.h>

/* The secret of our queue as it stands in its device URI: 32 random bytes in base64url. */
#define HS_PRINT_QUEUE_SECRET_CHARS 43

typedef struct HsPrintQueue HsPrintQueue;

/* What a verification found. The print system's word on a user's name can be believed only if the
 * queue exists, has its policy, refuses false names and no log writes the secret. */
typedef struct
{
  gboolean exists;      /* the queue is there, points at our socket and is not shared */
  gboolean has_formats; /* the print system has asked our printer what it can do; false for a moment
                         * after configuring, and for good if our socket did not answer then */
  gboolean has_policy;  /* it demands that people are who they say they are */
  gboolean refuses_false_names; /* tried: a job under another name was refused, and one under the
                                 * own name with another written into it kept the own */
  gboolean is_accepting;        /* printer-is-accepting-jobs */
  gboolean logs_secrets;        /* the print system's log level writes device URIs, or could not be
                                 * found out: do not believe it, and rotate the secret afterwards */
  gboolean tells_others; /* whoever says another name is told other people's jobs, or may have
                                 * themselves told of every job: the titles with them */
} HsPrintQueueFacts;

typedef enum
{
  HS_PRINT_QUEUE_PURGE_NONE = 0,
  HS_PRINT_QUEUE_PURGE_FINISHED, /* every job that the print system is through with */
  HS_PRINT_QUEUE_PURGE_ALL,      /* those that wait or run as well: they are cancelled */
} HsPrintQueuePurge;

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

/* @helper_socket: where the helper answers (HsPaths.queue_socket). */
HsPrintQueue *hs_print_queue_new (const char *helper_socket);
void hs_print_queue_free (HsPrintQueue *queue);

/* ── async pairs ─────────────────────────────────────────────────────────────────────────── */

/* Makes the queue, or repairs all of it, with the new @secret (HS_PRINT_QUEUE_SECRET_CHARS
 * characters of base64url). @accepting: whether it takes jobs from its first moment. The virtual
 * printer must be answering on its socket: the print system asks it what it can do. With a new secret,
 * not while a job of the queue runs (a purge of what is finished tells how many remain): CUPS's backend
 * keeps the old one, is turned away when it asks how its job is, and the print system then hands the
 * job over a second time. */
void hs_print_queue_configure_async (HsPrintQueue *queue,
                                     const char *secret,
                                     gboolean accepting,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
void hs_print_queue_verify_async (HsPrintQueue *queue,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);

/* Removes job @os_job_id of our queue: its document, its control file and its history. A job that
 * still runs is left alone (BUSY: ask again when it has ended; cancelling it would cancel ours). */
void hs_print_queue_purge_job_async (HsPrintQueue *queue,
                                     guint32 os_job_id,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
void hs_print_queue_purge_async (HsPrintQueue *queue,
                                 HsPrintQueuePurge which,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);

/* Cancels and removes every job of the OS user @uid (not root) in our queue, whatever its state. No
 * queue: nothing remains. */
void hs_print_queue_purge_user_async (HsPrintQueue *queue,
                                      guint32 uid,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);

/* Cancels and removes the jobs of our queue that the print system is handing over at this moment, if it made
 * them at @until_us (UTC, looked at in whole seconds) at the latest: the print system removes their
 * documents as soon as its programs let go of them. */
void hs_print_queue_purge_running_async (HsPrintQueue *queue,
                                         gint64 until_us,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data);

/* When the print system made the jobs of our queue that it is handing over at this moment. It tells a
 * printer no number of its jobs, and hands over one at a time. Answered only if each of them is of the
 * OS user @uid (not root). */
void hs_print_queue_find_running_async (HsPrintQueue *queue,
                                        guint32 uid,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data);

void hs_print_queue_set_accepting_async (HsPrintQueue *queue,
                                         gboolean accepting,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data);
void hs_print_queue_remove_async (HsPrintQueue *queue,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);

gboolean hs_print_queue_verify_finish (HsPrintQueue *queue,
                                       GAsyncResult *result,
                                       HsPrintQueueFacts *facts,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* For all kinds of purge. *remaining (nullable): jobs of our queue (and of that user) that are still
 * there. */
gboolean hs_print_queue_purge_finish (HsPrintQueue *queue,
                                      GAsyncResult *result,
                                      guint *remaining,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* From *from_us to before *until_us, UTC; the print system counts whole seconds. Both 0: it hands over
 * no job, or not only that user's. */
gboolean hs_print_queue_find_running_finish (HsPrintQueue *queue,
                                             GAsyncResult *result,
                                             gint64 *from_us,
                                             gint64 *until_us,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* For the others. Errors, all of them: NOT_FOUND (no helper, no print system, no such queue or
 * job), BUSY, PERMISSION_DENIED, TIMED_OUT, CANCELLED, FAILED. */
gboolean hs_print_queue_finish (HsPrintQueue *queue,
                                GAsyncResult *result,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsPrintQueue, hs_print_queue_free)
