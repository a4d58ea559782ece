/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Gathers what core/doctor judges: asks the parts of the agent, the print system and each printer.
 *
 * Threads: main context only.  Blocks: on the system's information files. */

#include "core/doctor.h"
#include "engine/engine.h"
#include "engine/host/local_printing.h"
#include "engine/host/sleep.h"
#include "engine/identity/seat.h"
#include "engine/intake/os_queue.h"
#include "engine/printers/printers.h"
#include "engine/site_link/parts.h"
#include "platform/login_session.h"

typedef struct HsDoctor HsDoctor;

/* All must outlive the doctor. */
typedef struct
{
  const HsConfig *config;
  HsEngine *engine;
  HsOsQueue *os_queue; /* nullable: the queue is not looked after */
  const HsSeat *seat;  /* nullable: this is no kiosk; else with: */
  const char *sweep_socket;
  HsPrinters *printers;
  HsSiteLink *site_link;
  HsLoginSessions *login_sessions; /* nullable: not watched */
  HsSleep *sleep;                  /* the same */
  const char *spool_folder;
  const char *intake_socket; /* where the virtual printer listens */
  HsSecretBackend secret_backend;
} HsDoctorParts;

HsDoctor *hs_doctor_new (const HsDoctorParts *parts);
void hs_doctor_free (HsDoctor *doctor);

/* Why the virtual printer does not listen: a sentence, copied. NULL: it does. */
void hs_doctor_set_intake_problem (HsDoctor *doctor, const char *problem);

/* Who tells the site what other queues print; borrowed, NULL when it is over. */
void hs_doctor_set_local_printing (HsDoctor *doctor, const HsLocalPrinting *printing);

/* Examines everything now. What does not answer within ten seconds is told of as that. @key: the state
 * of the caller's key, a static word. */
void hs_doctor_examine_async (HsDoctor *doctor,
                              const char *key,
                              GAsyncReadyCallback callback,
                              gpointer user_data);

/* Returns: (transfer full) (element-type HsControlCheck): never NULL. */
GPtrArray *hs_doctor_examine_finish (HsDoctor *doctor, GAsyncResult *result);

/* The printers as they were last seen, for people.
 * Returns: (transfer full) (element-type HsControlPrinter). */
GPtrArray *hs_doctor_list_printers (HsPrinters *printers);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsDoctor, hs_doctor_free)
