/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What doctor says: facts in, one check with a sentence and a next step each out.
 *
 * The facts are gathered by engine/doctor; here is only the judgement, so that each sentence has a
 * test. A check is FAILED when people cannot print, WARNING when printing works with less safety
 * than promised, NOTE when it is worth knowing.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "core/wire/control_status.h"

typedef enum
{
  HS_SECRET_BACKEND_HARDWARE,   /* bound to this machine: systemd credential with TPM, DPAPI, … */
  HS_SECRET_BACKEND_CREDENTIAL, /* handed over by the service manager, encrypted on disk */
  HS_SECRET_BACKEND_FILE,       /* a 0400 file beside the spool */
} HsSecretBackend;

typedef struct
{
  gint64 now_us; /* UTC */

  /* the system's print queue */
  gboolean queue_managed; /* queue.manage */
  char *queue_problem;    /* why it could not be looked at; nullable */
  gboolean queue_exists;
  gboolean queue_has_policy;
  gboolean queue_refuses_false_names;
  gboolean queue_accepts;
  gboolean queue_logs_secrets;
  gboolean queue_tells_others; /* the print system tells everybody of everybody's jobs */
  gboolean is_shared;          /* people.mode is not personal */

  /* what the other queues print */
  gboolean local_printing_wanted; /* the root signed that the site is told of it */
  char *local_printing_problem;   /* why that does not work; nullable */

  /* the seat of a kiosk */
  gboolean is_kiosk;
  gboolean seat_taken;
  char *seat_problem;      /* why nobody can sign in; nullable */
  gboolean ends_leftovers; /* the programs that a person leaves running are ended */

  /* the sockets */
  char *intake_problem; /* why the virtual printer does not listen; nullable */
  gboolean loopback_tcp;

  /* the disk */
  guint64 free_bytes;
  guint64 reserve_bytes;
  gint64 ledger_failing_since_us; /* 0 = the last commit succeeded */
  guint documents_without_ledger; /* sealed documents of a ledger that was lost */
  gint64 rolled_back_us; /* UTC; the ledger was found to be an old copy; 0 = no, or acknowledged */
  gint64 copied_us;    /* UTC; the ledger was made on another machine; 0 = no, or enrolled since */
  gboolean is_strict;  /* queue.strict */
  char *print_server;  /* where applications print to; NULL: to the print system */
  char *intake_socket; /* where the virtual printer listens */
  gboolean swap_in_clear; /* there is swap that is not encrypted */
  gboolean tmp_on_disk;   /* /tmp is not in memory */

  /* the keys */
  HsSecretBackend secret_backend;
  gboolean memory_locked;  /* that of keys */
  gboolean process_locked; /* and all the rest */
  char *key;               /* the caller's: "absent", "locked" or "unlocked" */

  /* the machine around us */
  gboolean logins_watched;
  char *logins_problem; /* why not; nullable */
  gboolean sleep_watched;
  char *sleep_problem; /* why not, or what is not allowed; nullable */

  /* the site */
  gboolean enrolled;
  gboolean site_online;
  gboolean site_degraded; /* online, but not as it should be */
  gint64 site_since_us;
  char *site_problem;             /* nullable */
  gint64 certificate_expires_us;  /* of this device; 0 = not known */
  gint64 bundle_expires_us;       /* 0 = not known */
  gint64 printer_list_expires_us; /* 0 = none */
  gint64 clock_offset_us;         /* our clock minus the site's; meaningful if clock_known */
  gboolean clock_known;
  guint64 outbox_records;

  GPtrArray *printers; /* HsControlPrinter, each just asked; nullable */
} HsDoctorFacts;

HsDoctorFacts *hs_doctor_facts_new (void);
void hs_doctor_facts_free (HsDoctorFacts *facts);

/* Returns: (transfer full) (element-type HsControlCheck): in the order in which a person reads. */
GPtrArray *hs_doctor_judge (const HsDoctorFacts *facts);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsDoctorFacts, hs_doctor_facts_free)
