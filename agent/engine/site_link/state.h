/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What the files of the link to the site share: its state, which each of them reads and changes, and
 * the small parts that all need. It knows none of them; what changes something says so with
 * hs_site_link_turn_soon(), and site_link.c looks what is to be done next.
 *
 *   device_pair  key and certificate of a device
 *   state        this
 *   reach        the way to the site: its client, online and offline
 *   trust        bundle, printers, release keys: kept and told
 *   identity     which key and certificate are ours
 *   refresh      bundle, printers, release keys: fetched anew
 *   renewal      a new key and certificate in time, the old ones until these were used
 *   put_back     this ledger was found to be an older copy of itself
 *   copied       this ledger was made on another machine
 *   unknown_jobs jobs that the site does not know
 *   rollback     a new stream of records, because ledger and site do not fit together
 *   own_records  what the link itself has to tell
 *   outbox       records: sent, acknowledged
 *   power        sleep and waking, told to the site
 *   poll         the poll and what it brings
 *   enrol        joining
 *   people       sign-in, keys and release through the site
 *   delegating   who else may release
 *   site_link    life, questions, what to do next
 *
 * Included by this folder only.
 *
 * Threads: main context only.  Blocks: never. */

#include "core/reachability.h"
#include "core/wire/command.h"
#include "core/wire/release_keys.h"
#include "engine/engine.h"
#include "engine/site_link/device_pair.h"
#include "engine/site_link/parts.h"
#include "net/site_client.h"
#include "store/ledger.h"

/* Settings of the ledger. */
#define HS_SETTING_BUNDLE "site/bundle"     /* the bundle file: one or two JWS, a line each */
#define HS_SETTING_PRINTERS "site/printers" /* JWS */
#define HS_SETTING_RELEASE_KEYS "site/release-keys"             /* JWS */
#define HS_SETTING_DEVICE "site/device"                         /* uuid */
#define HS_SETTING_CERTIFICATE "site/certificate"               /* PEM chain */
#define HS_SETTING_KEY_FILE "site/key-file"                     /* name in the state folder */
#define HS_SETTING_CERTIFICATE_BEFORE "site/certificate-before" /* until the new one was used */
#define HS_SETTING_KEY_FILE_BEFORE "site/key-file-before"

/* Refreshes of bundle, printers and release keys, jittered. Ours. */
#define HS_REFRESH_US (12 * G_TIME_SPAN_HOUR)

/* A command that the poll brought and that is still to be carried out. */
typedef struct
{
  HsCommand command;
  HsSecretBytes *share; /* nullable */
} HsReceivedCommand;

void hs_received_command_free (HsReceivedCommand *received);

struct HsSiteLink
{
  grefcount references; /* the owner's, and one for each operation under way */
  HsSiteLinkParts parts;
  HsEngine *engine;
  HsLedger *ledger;
  gboolean is_running;
  GCancellable *cancellable; /* ends everything under way */
  void (*turn) (HsSiteLink *link);
  guint turn_source;

  /* Who we are. */
  gint64 rolled_back_us; /* UTC; 0 = no, or an administrator knows: put_back.c */
  gint64 copied_us;      /* UTC; 0 = no, or enrolled since: copied.c */
  gboolean is_enrolled;
  gboolean is_enrolling;
  HsId organisation; /* what lies here belongs to; zero: to none yet. Not forgotten */
  HsId device;
  HsBundle *bundle;
  char *bundle_text; /* as kept */
  HsPrinterList *printers;
  char *printers_text;
  HsReleaseKeys *release_keys;
  char *release_keys_text;
  HsDevicePair *pair;  /* what the client speaks with */
  HsDevicePair *other; /* kept until the site has taken the pair; nullable */
  HsSiteClient *client;
  gboolean told_bundle;   /* what trust_changed was told last */
  gboolean told_printers; /* likewise */

  /* The site, as far as it can be seen. */
  HsReachability reach; /* its clock is CLOCK_BOOTTIME, as that of all *_at_us here */
  char *problem;
  GSource *alarm;
  gint64 alarm_at_us;

  /* Outbox. */
  guint8 stream[HS_STREAM_BYTES];
  guint64 acknowledged;
  gboolean has_news; /* there may be records that the site has not */
  gboolean is_uploading;
  GPtrArray *send_waiters; /* GTask: complete when the site has everything, or cannot be asked */
  gboolean
      has_uploaded; /* since the site was last out of reach: its word on this ledger is known */
  gboolean must_announce; /* HS_SETTING_ANNOUNCE stands */
  gboolean must_announce_history;
  gboolean is_announcing;

  /* Poll. */
  gboolean is_polling; /* until every command of the reply was answered */
  GCancellable *poll_cancellable;
  HsCommandPoll poll;
  guint poll_wait_s;
  guint held_from; /* which permissions the next poll names, if there are too many for one */
  GQueue commands; /* HsReceivedCommand */
  gboolean poll_was_useful;
  gboolean is_resting; /* the machine is about to sleep: it polls no more */
  guint useless_polls; /* in a row */
  gint64 poll_at_us;
  guint64 refused_commands;

  /* Trust. */
  gboolean is_refreshing;
  gint64 refresh_at_us;
  guint refresh_failures;
  GPtrArray *refresh_waiters; /* GTask: bundle commands that wait for the refresh */
  gboolean is_renewing;
  gint64 renew_at_us;
  guint renew_failures;
  gboolean is_proving; /* finding out whether the site takes the pair */
  gint64 prove_at_us;
  guint prove_failures;
  gboolean fell_back; /* the pair is the older one again */
};

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

/* @turn looks what is to be done next. Returns: (transfer full). */
HsSiteLink *hs_site_link_new_state (const HsSiteLinkParts *parts, void (*turn) (HsSiteLink *link));
HsSiteLink *hs_site_link_ref (HsSiteLink *link);
void hs_site_link_unref (HsSiteLink *link);

/* A task that keeps @link, which is its data. */
GTask *hs_site_link_new_task (HsSiteLink *link, GAsyncReadyCallback callback, gpointer user_data);

/* ── small parts ─────────────────────────────────────────────────────────────────────────── */

/* Something changed: looks, in a later turn of the main loop, what is to be done next. */
void hs_site_link_turn_soon (HsSiteLink *link);
void hs_site_link_stop_turning (HsSiteLink *link);

/* @base_us, longer or shorter by up to a quarter. */
gint64 hs_site_link_jitter_us (gint64 base_us);

/* Delay after @failures in a row. */
gint64 hs_site_link_backoff_us (guint failures);

/* @text NULL: the setting is deleted. */
void hs_site_link_put_text (HsLedgerBatch *batch, const char *setting, const char *text);

/* NULL: it is not there. */
char *hs_site_link_dup_text (GHashTable *settings, const char *setting);

/* When something was noted, in µs of UTC; in @settings (nullable), too, from which a link is about to load. */
void hs_site_link_put_moment (HsLedgerBatch *batch,
                              GHashTable *settings,
                              const char *setting,
                              gint64 at_us);

/* 0: it was not. Whatever else stands there, it was. */
gint64 hs_site_link_get_moment (GHashTable *settings, const char *setting);

void hs_site_link_probe (HsSiteLink *link, const char *point);

/* Ends the poll under way, if it waits at the site; another one follows. */
void hs_site_link_break_poll (HsSiteLink *link);

/* This workstation belongs to no site any more, as far as memory goes. */
void hs_site_link_forget (HsSiteLink *link);
