/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The parts of the agent, and what they hear from one another.
 *
 * Threads: main context only.  Blocks: never, apart from hs_assembly_get_owner_keys(). */

#include "assembly.h"
#include "engine/doctor.h"
#include "engine/engine_parts.h"
#include "engine/host/local_printing.h"
#include "engine/host/logins.h"
#include "engine/host/sleep.h"
#include "engine/identity/identities.h"
#include "engine/identity/kiosk.h"
#include "engine/identity/last_seen.h"
#include "engine/identity/offline_rights.h"
#include "engine/identity/presence.h"
#include "engine/identity/leftovers.h"
#include "engine/intake/kiosk_queue.h"
#include "engine/intake/os_queue.h"
#include "engine/host/place.h"
#include "engine/printers/auto_release.h"
#include "engine/printers/printers.h"
#include "engine/identity/sessions.h"
#include "engine/site_link/site_link.h"
#include "seal/machine_secret.h"
#include "serve/control/control.h"
#include "serve/ipp/intake.h"
#include "store/ledger.h"
#include "store/spool.h"

#define HS_ASSEMBLY_QUEUE_SETTING "queue.verifier"

struct HsAssembly
{
  const HsPaths *paths;
  const HsConfig *config;

  HsMachineSecret *secret;
  HsLedger *ledger;
  HsSpool *spool;
  HsLedgerContents *contents; /* as of the start; NULL once started */

  HsHttp *http;
  HsPrinters *printers;
  HsIdentities *identities;
  HsSessions *sessions;
  HsLastSeen *last_seen;
  HsOfflineRights *rights;
  HsPresence *presence;
  guint32 kiosk_uid;         /* HS_PEER_NO_UID: this is no kiosk */
  HsKiosk *kiosk;            /* the same: NULL */
  HsPrintQueue *print_queue; /* NULL if queue.manage is false */
  HsOsQueue *os_queue;       /* the same */
  HsPrintWatch *print_watch;
  HsLocalPrinting *local_printing;
  HsKioskQueue *kiosk_queue; /* NULL if this is no kiosk */
  HsLeftovers *leftovers;    /* the same */
  HsPlaces *places;
  HsAutoRelease *auto_release;
  HsSiteLink *site_link;
  HsEngine *engine;
  HsDoctor *doctor;

  HsLoginSessions *login_sessions;
  HsLogins *logins;
  HsSleep *sleep;

  HsIppIntake *intake;
  HsControl *control;
  gboolean was_online;                                /* for the log */
  void (*broke) (gpointer data, const GError *error); /* nullable */
  gpointer broke_data;
};

/* assembly_secret.c: finds or makes the machine secret, and remembers which one the ledger was written
 * with. Errors: CORRUPT (also: lost), those of seal/machine_secret.h and the ledger. */
gboolean hs_assembly_load_secret (HsAssembly *assembly, GError **error);
void hs_assembly_keep_generation (HsAssembly *assembly);

/* assembly_ids.c: a ledger that was made on another machine puts its open jobs in doubt, and does not
 * know its site. After the ledger's contents are there, before anything uses them. */
void hs_assembly_check_machine (HsAssembly *assembly);

/* printer-uuid never changes, or the print system takes it for another printer. Errors: of the random
 * numbers. */
gboolean hs_assembly_find_printer_uuid (HsAssembly *assembly,
                                        HsId *uuid,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Keeps @batch (taken) in the ledger; a failure is logged, for nobody waits for it. */
void hs_assembly_keep (HsAssembly *assembly, HsLedgerBatch *batch);
void hs_assembly_keep_setting (HsAssembly *assembly, const char *name, GBytes *value);

/* Whom an OS user is. Unlike hs_identities_find() it asks the name service when it has to: a job
 * without owner because a question was still under way would be worse than a short wait. */
HsOwnerKeys hs_assembly_get_owner_keys (HsAssembly *assembly);

HsCopyPurger hs_assembly_get_purger (HsAssembly *assembly);

/* assembly_kiosk.c. Errors: INVALID (the configured account is none). Blocks: on the name service. */
gboolean hs_assembly_find_kiosk (HsAssembly *assembly, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* After the engine, whose jobs it watches. Errors: of hs_kiosk_new(). */
gboolean hs_assembly_make_kiosk (HsAssembly *assembly, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* While the ledger's contents are still there, and the end of it. */
void hs_assembly_make_local_printing (HsAssembly *assembly);
void hs_assembly_end_local_printing (HsAssembly *assembly);

/* ── hooks of the parts; @data is the assembly ───────────────────────────────────────────── */

void hs_assembly_keep_printer (gpointer data, const HsId *printer, GBytes *facts);
gboolean hs_assembly_find_place (gpointer data, guint8 place[HS_PLACE_BYTES]);
void hs_assembly_keep_queue (gpointer data, GBytes *verifier);
gboolean
hs_assembly_choose_printer (const HsCaller *caller, const HsJob *job, HsId *printer, gpointer data);
void hs_assembly_on_identify (guint32 uid, gpointer data);
void hs_assembly_on_printed (gpointer data);
void hs_assembly_on_queue_changed (gpointer data, const HsPrintSystemTrust *trust);
void hs_assembly_on_key_changed (gpointer data, const HsId *identity);
void
hs_assembly_on_trust_changed (gpointer data, const HsBundle *bundle, const HsPrinterList *printers);
/* The site has ended somebody's sessions. */
void hs_assembly_on_site_sign_out (gpointer data);
void hs_assembly_on_sign_out (gpointer data);
void hs_assembly_on_ledger_broke (gpointer data, const GError *error);
void hs_assembly_on_leave (gpointer data, const char *why);
void hs_assembly_on_left (gpointer data, const HsId *identity);
void hs_assembly_on_status_changed (gpointer data);
void hs_assembly_on_sending_changed (gpointer data, guint sending);
void hs_assembly_lock_keys (gpointer data);
void hs_assembly_on_refreshed (gpointer data);
