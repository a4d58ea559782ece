/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The virtual printer: an IPP Everywhere printer on local sockets.
 *
 * It finds out who is asking (the kernel decides, never the request), translates requests into calls
 * of the engine, and streams documents into it. It decides nothing itself.
 *
 *   connection (this file) → exchange (one request and its reply) → dispatch (checks, table)
 *   → printer, job and document operations
 *
 * Threads: main context only.  Blocks: never. */

#include "core/print_system_proof.h"
#include "engine/engine.h"
#include "engine/identity/seat.h"
#include "engine/intake/kiosk_queue.h"
#include "http/http_limits.h"

typedef struct HsIppIntake HsIppIntake;

/* Somebody asked the printer to show itself (Identify-Printer); @uid is who. */
typedef void (*HsIppIdentifyFunc) (guint32 uid, gpointer user_data);

/* Which printer a Release-Job means, which names none: the near or the last one, where the rules
 * allow to guess. FALSE: the client is told how to name one. */
typedef gboolean (*HsIppChoosePrinterFunc) (const HsCaller *caller,
                                            const HsJob *job,
                                            HsId *printer,
                                            gpointer user_data);

/* Strings are copied. */
typedef struct
{
  HsEngine *engine; /* outlives the intake */
  HsHttpLimits limits;
  HsId uuid;                             /* printer-uuid; never changes on this workstation */
  const char *name;                      /* printer-name, also the queue's name: "homespool" */
  const char *info;                      /* printer-info: "Homespool on pc-17" */
  const char *location;                  /* nullable */
  const char *organization;              /* nullable */
  guint timeout_s;                       /* multiple-operation-time-out: config.create_timeout_s */
  const HsSeat *seat;                    /* of a kiosk; outlives the intake; nullable */
  HsKioskQueue *kiosk_queue;             /* of a kiosk; outlives the intake; nullable: the print
                                          * system brings nothing in for the kiosk's account */
  guint32 print_system_uid;              /* the user that the print system's backends run as ("lp");
                             * HS_PEER_NO_UID if this host has none */
  gboolean is_strict;                    /* the print system brings nothing in at all */
  HsIppIdentifyFunc identify;            /* nullable */
  HsIppChoosePrinterFunc choose_printer; /* nullable: Release-Job only repeats a known printer */
  void (*printed) (gpointer user_data); /* nullable: the print system knocks: a job of some queue of
                                          * its own is over (platform/print_watch) */
  gpointer user_data;                   /* for all three */
} HsIppIntakeOptions;

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

/* Serves @sockets (element-type GSocket), which listen already: platform/listen gives them.
 * Errors: INVALID. */
HsIppIntake *hs_ipp_intake_new (const HsIppIntakeOptions *options,
                                GPtrArray *sockets,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Closes everything; documents that were arriving are aborted. NULL is allowed. */
void hs_ipp_intake_free (HsIppIntake *intake);

/* ── what changes while it runs ──────────────────────────────────────────────────────────── */

/* What is known of our queue (engine/intake/os_queue). Until then the print system is a stranger. */
void hs_ipp_intake_set_queue (HsIppIntake *intake, const HsPrintSystemTrust *trust);

/* A barrier (kiosk sign-out, shutting down): new jobs are refused with @why, a sentence; jobs whose
 * documents are arriving go on. TRUE at first. */
void hs_ipp_intake_set_accepting (HsIppIntake *intake, gboolean is_accepting, const char *why);

/* Ends the documents that are arriving now, as if their clients had hung up: those of @owner (a
 * person who leaves a kiosk), or all with NULL. */
void hs_ipp_intake_end_arrivals (HsIppIntake *intake, const HsId *owner);

/* Documents arriving now. */
guint hs_ipp_intake_count_arrivals (HsIppIntake *intake);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsIppIntake, hs_ipp_intake_free)
