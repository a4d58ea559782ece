/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What main() wires together to make an engine.
 *
 * Threads: main context only.  Blocks: never. */

#include "core/bundle.h"
#include "core/config.h"
#include "core/release_keys.h"
#include "engine/deliverer.h"
#include "engine/engine.h"

typedef struct HsIdentities HsIdentities;
typedef struct HsKeyring HsKeyring;
typedef struct HsLedger HsLedger;
typedef struct HsPrintQueue HsPrintQueue;
typedef struct HsSpool HsSpool;

/* What the engine tells the link to the site. All may be NULL. */
typedef struct
{
  gpointer data;

  /* Records became durable: send them. */
  void (*outbox_grew) (gpointer data);

  /* A released job lost its share with a restart: ask the site to repeat @command. */
  void (*share_wanted) (gpointer data, const HsId *job, const HsId *command);
} HsSiteHooks;

/* Pointers must outlive the engine. */
struct HsEngineParts
{
  HsLedger *ledger;
  HsSpool *spool;
  HsIdentities *identities;
  HsKeyring *keyring;
  const HsConfig *config;
  const HsSecretBytes *machine_secret;
  guint32 machine_generation;
  HsPrintQueue *print_queue; /* nullable: there are no copies of the print system to purge */
  HsDeliverer deliverer;
  HsSiteHooks site;

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
