/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A workstation in one folder: the real ledger, spool, seal and engine, with a printer of our own
 * (journey/paper.h) and a site that only holds its half of the release keys.
 *
 * Opening the same folder again is a restart. Anna (uid 1000) and Ben (uid 1001) have keys, which
 * are unlocked until a journey locks them.
 *
 * Threads: main context only.  Blocks: runs the main loop until what was asked is done. */

#include "core/config.h"
#include "engine/engine.h"
#include "engine/engine_parts.h"
#include "journey/paper.h"
#include "store/ledger.h"
#include "store/spool.h"

#define WORLD_ANNA_UID 1000
#define WORLD_BEN_UID 1001

/* In every document of a journey; must never be seen on the disk. */
#define WORLD_SECRET "the moon is made of paper"

/* HsPrintOptions with which the owner's job of crash_child is released. */
#define WORLD_OTHER_WISH                                                                           \
  {                                                                                                \
    .copies = 3, .sides = HS_SIDES_WISH_TWO_LONG, .colour = HS_COLOUR_MONOCHROME                   \
  }

typedef struct
{
  char *folder;
  gboolean owns_folder;
  HsConfig *config;
  HsLedger *ledger;
  HsSpool *spool;
  HsPaper *paper;
  HsEngine *engine;

  HsSecretBytes *machine_secret;
  HsSecretBytes *site_secret; /* s: what the site would hold */
  guint8 site_public[HS_X25519_BYTES];
  HsId device;
  HsId identities[2];     /* of Anna and Ben: world_identity(), unless a journey says other */
  HsId former[2];         /* the same people before the enrolment, with the same keys; zero: none */
  HsSecretBytes *keys[2]; /* theirs */
  guint8 public_keys[2][HS_X25519_BYTES];
  gboolean is_locked[2];
  gboolean is_enrolled;
  HsOfflinePolicy offline;    /* of the bundle */
  HsOfflineStanding standing; /* of everybody while the site is away */
  guint32 charged;            /* pages, as told */
  const char *claimed_name;   /* requesting-user-name of what is printed; nullable */

  HsPageCountFunc count_pdf; /* nullable */
  gboolean has_print_system; /* whose copies are purged: */
  guint purges;
  guint copies_left;      /* what the next purge says; counts down */
  gint64 clock_offset_us; /* added to the wall clock */
  guint64 outbox_calls;
  guint shares_wanted;
  HsId share_command; /* of the last share wanted */

  gint mac_fails_for_good; /* atomic: every commit fails, and not for want of space */
  guint times_broken;      /* that was told */
  gint mac_failures_in;    /* atomic: the n-th commit from now fails; 0 = none */

  void (*probe) (const char *point, gpointer data);
  gpointer probe_data;

  /* A link to a site, for journeys that have one: its hooks (data NULL: none), and what happens
   * between the making of the engine and its start. */
  HsSiteHooks site_hooks;
  HsHostHooks host_hooks;
  void (*before_start) (gpointer data);
  gpointer before_start_data;
} World;

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

/* @folder NULL: a new one, removed at the end. Nothing is opened yet: a journey may change config,
 * is_enrolled and probe first. */
World *world_new (const char *folder);
void world_start (World *world);

/* FALSE and @error instead of a failed test. */
gboolean world_try_start (World *world, GError **error);
void world_stop (World *world);
void world_restart (World *world);
void world_free (World *world);

/* ── people ──────────────────────────────────────────────────────────────────────────────── */

HsCaller world_person (guint32 uid);
HsCaller world_admin (void);

/* The print system, in the connection group @number, on behalf of @uid (0: nobody could prove). */
HsCaller world_print_system (guint number, guint32 uid);
HsCaller world_stranger (guint number);

HsId world_identity (guint32 uid);
void world_set_locked (World *world, guint32 uid, gboolean locked);

/* ── doing ───────────────────────────────────────────────────────────────────────────────── */

/* A small PDF with WORLD_SECRET in it, about @length bytes. */
GBytes *world_document (gsize length);

/* Prints a document to the end. Returns the job's id, zero with @error set on refusal. */
HsId world_print (World *world, const HsCaller *caller, gsize length, GError **error);
/* The same; the test fails if it is refused. */
HsId world_must_print (World *world, const HsCaller *caller, gsize length);
HsId world_print_bytes (
    World *world, const HsCaller *caller, GBytes *document, const char *format, GError **error);

gboolean world_release (
    World *world, const HsCaller *caller, const HsId *job, guint printer, GError **error);
/* With what it changes; NULL: nothing is said of that. */
gboolean world_release_with (World *world,
                             const HsCaller *caller,
                             const HsId *job,
                             guint printer,
                             const HsPrintOptions *options,
                             GError **error);
gboolean world_cancel (World *world, const HsCaller *caller, const HsId *job, GError **error);
gboolean world_hold (World *world, const HsCaller *caller, const HsId *job, GError **error);
gboolean world_claim (
    World *world, const HsCaller *caller, const HsId *identity, const HsId *job, GError **error);
gboolean world_resolve (
    World *world, const HsCaller *caller, const HsId *job, HsJobEvent event, GError **error);

/* The site's share for @job, as its release command would carry it. */
HsSecretBytes *world_make_share (World *world, const HsId *job);
HsCommandResult world_site_release (World *world,
                                    const HsId *command,
                                    const HsId *job,
                                    guint printer,
                                    gboolean with_share,
                                    gboolean *already);
HsCommandResult
world_site_cancel (World *world, const HsId *command, const HsId *job, gboolean *already);

/* ── looking ─────────────────────────────────────────────────────────────────────────────── */

/* As an administrator's eye: HS_JOB_NONE if there is no such job. */
HsJobState world_state (World *world, const HsId *job);
const HsJob *world_job (World *world, const HsId *job);
void world_wait_state (World *world, const HsId *job, HsJobState state);

/* The engine has nothing in the ledger's hands and no worker. */
gboolean world_is_settled (World *world);
/* Runs until that is so. */
void world_settle (World *world);

/* Files in the spool whose name ends in @suffix. */
guint world_count_files (World *world, const char *suffix);

/* Fails the test if @text stands in any file below the folder, printer.log excepted. */
void world_check_unseen (World *world, const char *text);
void world_check_bytes_unseen (World *world, const void *secret, gsize length);

/* The kinds of the outbox records in order, as keywords joined by spaces; checks the chain. */
char *world_outbox (World *world);

HsId world_id (guint number);
