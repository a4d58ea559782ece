/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What main() wires together to make an engine.
 *
 * Threads: main context only.  Blocks: never. */

#include "core/wire/bundle.h"
#include "core/config.h"
#include "core/release_policy.h"
#include "core/wire/release_keys.h"
#include "crypto/x25519.h"
#include "engine/delivery/deliverer.h"
#include "engine/engine.h"
#include "engine/render/page_counter.h"

#define HS_ENGINE_MOST_FAILURES 5 /* with the delays between them at least 15 s; ours */

typedef struct HsLedger HsLedger;
typedef struct HsLedgerBatch HsLedgerBatch;
typedef struct HsSpool HsSpool;

/* What the engine tells the link to the site. All may be NULL. */
typedef struct
{
  gpointer data;

  /* Records became durable: send them. */
  void (*outbox_grew) (gpointer data);

  /* A released job lost its share with a restart: ask the site to repeat @command. */
  void (*share_wanted) (gpointer data, const HsId *job, const HsId *command);

  /* A permission is kept here of which the site knows as well: the next poll names it. */
  void (*delegation_kept) (gpointer data);
} HsSiteHooks;

/* What the engine tells whoever looks after sleep. May be NULL. */
typedef struct
{
  gpointer data;

  /* So many documents are on their way to printers now. Told from within the engine: such a function
   * calls nothing of the engine. */
  void (*sending_changed) (gpointer data, guint sending);
} HsHostHooks;

/* How a person stands while the site cannot be reached. */
typedef struct
{
  HsOfflineRight right;
  gint64 until_us;    /* UTC; with HELD */
  guint32 pages_left; /* with HELD */
} HsOfflineStanding;

/* What the site allows people without it; engine/identity/offline_rights fills it. Without judge nobody
 * has rights. */
typedef struct
{
  gpointer data;
  void (*judge) (gpointer data, const HsId *identity, HsOfflineStanding *standing);

  /* So many pages of a job that was released while the site was away are printed; in the transaction
   * that ends the job. Twice for a job, when its transaction is tried again, is once. */
  void (*charge) (gpointer data, HsLedgerBatch *batch, const HsJob *job, guint32 pages);
} HsOfflineHooks;

/* Whom an OS user is, and which keys are here; engine/identity/identities and seal/keyring fill it. */
typedef struct
{
  gpointer data;

  /* FALSE: this OS user has no identity (yet). */
  gboolean (*find_identity) (gpointer data, guint32 uid, HsId *identity);

  /* The public key that the documents of @identity are sealed to. FALSE: none is registered. */
  gboolean (*find_public) (gpointer data, const HsId *identity, guint8 public_key[HS_X25519_BYTES]);

  /* The public key that the titles of @identity are sealed to. FALSE: none is known. */
  gboolean (*find_title_public) (gpointer data,
                                 const HsId *identity,
                                 guint8 title_public[HS_X25519_BYTES]);

  /* The private key of @identity, if it was unlocked here. Borrowed for the moment; nullable. */
  const HsSecretBytes *(*find_unlocked) (gpointer data, const HsId *identity);
} HsOwnerKeys;

/* Removes the copies that the print system keeps of jobs it is through with; platform/print_queue
 * fills it. *remaining: jobs that it still has. A NULL purge: there is no print system. */
typedef struct
{
  gpointer data;
  void (*purge_async) (gpointer data, GAsyncReadyCallback callback, gpointer user_data);
  gboolean (*purge_finish) (gpointer data, GAsyncResult *result, guint *remaining, GError **error);
} HsCopyPurger;

/* hs_page_counter_count(), or what a journey puts in its place. Called in an intake's worker. */
typedef gboolean (*HsPageCountFunc) (const HsRenderPlan *plan,
                                     GCancellable *cancellable,
                                     HsPageFacts *facts,
                                     GError **error);

/* Pointers must outlive the engine. */
struct HsEngineParts
{
  HsLedger *ledger;
  HsSpool *spool;
  HsOwnerKeys owner_keys;
  HsOfflineHooks offline;
  const HsConfig *config;
  const HsSecretBytes *machine_secret;
  guint32 machine_generation;
  HsCopyPurger copy_purger;
  HsPageCountFunc count_pdf; /* nullable: pages of PDFs stay unknown */
  const char *helper_folder; /* HsPaths.helper_folder; with count_pdf */
  HsDeliverer deliverer;
  HsSiteHooks site;
  HsHostHooks host;

  /* The ledger has refused HS_ENGINE_MOST_FAILURES commits in a row for a reason that waiting does
   * not mend (not: a full disk); told once. Only a new start opens it again. Nullable. */
  void (*ledger_broke) (gpointer data, const GError *error);
  gpointer ledger_data;

  /* For journeys; NULL otherwise. @now_us: UTC, instead of the system's clock. @probe: called at
   * each point where a crash would matter. */
  gint64 (*now_us) (gpointer data);
  void (*probe) (const char *point, gpointer data);
  gpointer test_data;
};

/* This workstation belongs to a site, with this bundle and these release keys; all are copied. Call
 * before start with what the ledger holds, and again with each change; NULL bundle: not enrolled. */
void hs_engine_set_trust (HsEngine *engine,
                          const HsId *device,
                          const HsBundle *bundle,
                          const HsReleaseKeys *release_keys);
