/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What the files of the link to the site share, and nobody else includes.
 *
 *   site_link.c           life, questions, online and offline, what to do next
 *   trust.c     bundle, printers, release keys: kept, adopted, refreshed
 *   outbox.c    records: written, sent, acknowledged; rollback
 *   unknown_jobs.c  jobs that the site does not know
 *   put_back.c  this ledger was found to be an older copy of itself
 *   poll.c  the poll and what it brings
 *   enrol.c     joining and leaving
 *   identity.c  key and certificate of this device
 *   renewal.c   a new key and certificate in time, the old ones until these were used
 *   people.c    sign-in and release through the site
 *
 * Threads: main context only.  Blocks: never. */

#include "core/reachability.h"
#include "core/wire/command.h"
#include "core/wire/event_record.h"
#include "crypto/certificate.h"
#include "engine/site_link/site_link.h"
#include "net/site_client.h"

/* Settings of the ledger. */
#define HS_SETTING_BUNDLE "site/bundle"     /* the bundle file: one or two JWS, a line each */
#define HS_SETTING_PRINTERS "site/printers" /* JWS */
#define HS_SETTING_RELEASE_KEYS "site/release-keys"             /* JWS */
#define HS_SETTING_DEVICE "site/device"                         /* uuid */
#define HS_SETTING_CERTIFICATE "site/certificate"               /* PEM chain */
#define HS_SETTING_KEY_FILE "site/key-file"                     /* name in the state folder */
#define HS_SETTING_CERTIFICATE_BEFORE "site/certificate-before" /* until the new one was used */
#define HS_SETTING_KEY_FILE_BEFORE "site/key-file-before"
#define HS_SETTING_ANNOUNCE                                                                        \
  "site/announce-again" /* the site may lack: "jobs", "jobs and history" */

/* Refreshes of bundle, printers and release keys: every 12 hours, and within a minute of the start
 * (a company starts its machines in one hour); both jittered. Ours. */
#define HS_REFRESH_US (12 * G_TIME_SPAN_HOUR)
#define HS_FIRST_REFRESH_US (1 * G_TIME_SPAN_MINUTE)

/* A poll that was to wait and came back sooner with nothing useful is not simply sent again; ours. */
#define HS_QUICK_POLL_US (1 * G_TIME_SPAN_SECOND)

/* A certificate of this device and its key. */
typedef struct
{
  char *certificate; /* PEM chain */
  char *key_file;    /* name in the state folder */
  HsSecretBytes *key;
  gint64 from_us;
  gint64 until_us;
} HsDevicePair;

struct HsSiteLink
{
  grefcount references; /* the owner's, and one for each operation under way */
  HsSiteLinkParts parts;
  HsEngine *engine;
  HsLedger *ledger;
  gboolean is_running;
  GCancellable *cancellable; /* ends everything under way */
  guint turn_source;

  /* Who we are. */
  gint64 rolled_back_us; /* UTC; 0 = no, or an administrator knows: put_back.c */
  gboolean is_enrolled;
  gboolean is_enrolling;
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

/* ── site_link.c ─────────────────────────────────────────────────────────────────────────── */

HsSiteLink *hs_site_link_ref (HsSiteLink *link);
void hs_site_link_unref (HsSiteLink *link);

/* Something changed: looks, in a later turn of the main loop, what is to be done next. */
void hs_site_link_turn_soon (HsSiteLink *link);

/* UTC. */
gint64 hs_site_link_now_us (HsSiteLink *link);

/* @base_us, longer or shorter by up to a quarter. */
gint64 hs_site_link_jitter_us (gint64 base_us);

/* Delay after @failures in a row. */
gint64 hs_site_link_backoff_us (guint failures);

/* Makes a client of what is known now; the old one's requests end by themselves. */
void hs_site_link_renew_client (HsSiteLink *link);

/* ── reach.c ─────────────────────────────────────────────────────────────────────────────── */

/* An exchange with the site went well, or not (@error is borrowed). */
void hs_site_link_note_success (HsSiteLink *link);
void hs_site_link_note_failure (HsSiteLink *link, const GError *error);
/* A request waits while the network loses what is sent; of HsSiteAccess. */
void hs_site_link_on_silent (gpointer link);
/* Nothing is asked of the site any more, by our own decision. */
void hs_site_link_note_apart (HsSiteLink *link);
gboolean hs_site_link_is_online (const HsSiteLink *link);

/* A sentence for status and log about something that does not mean "offline"; NULL: all is well. */
void hs_site_link_note_problem (HsSiteLink *link, const char *sentence);
/* The same for a failure that an ended certificate would explain, and does if it has ended. */
void hs_site_link_note_cause (HsSiteLink *link, const char *message);
void hs_site_link_tell_status (HsSiteLink *link);

/* ── trust.c ───────────────────────────────────────────────────────────────────── */

/* FALSE with @error: what is kept cannot be used. */
gboolean hs_site_link_load_trust (HsSiteLink *link, GHashTable *settings, GError **error);

/* Tells the parts, if what may be used now differs from what they were told. */
void hs_site_link_tell_trust (HsSiteLink *link);
void hs_site_link_tell_engine (HsSiteLink *link);

void hs_site_link_refresh (HsSiteLink *link);

/* Completes @task (borrowed) when the refresh that is under way, or the next one, has ended; with
 * its error if it failed. */
void hs_site_link_await_refresh (HsSiteLink *link, GTask *task);

void hs_site_link_put_text (HsLedgerBatch *batch, const char *setting, const char *text);
void hs_site_link_forget_trust (HsSiteLink *link);

/* ── outbox.c ──────────────────────────────────────────────────────────────────── */

/* Adds a record to @batch. Takes @body. */
void hs_site_link_append (HsSiteLink *link, HsLedgerBatch *batch, HsRecordKind kind, json_t *body);
void hs_site_link_upload (HsSiteLink *link);

/* Completes when the site has every record that was handed to the ledger until now. Errors: TEMPORARY
 * (the site cannot be reached), CANCELLED, the ledger's. */
void
hs_site_link_tell_all_async (HsSiteLink *link, GAsyncReadyCallback callback, gpointer user_data);
gboolean hs_site_link_tell_all_finish (GAsyncResult *result,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Completes those of send_waiters that wait for nothing any more. */
void hs_site_link_answer_waiters (HsSiteLink *link);

/* ── unknown_jobs.c ──────────────────────────────────────────────────────────────────────── */

/* The batch that begins a stream notes that the site may lack jobs: done, if need be after a
 * restart, by hs_site_link_announce(). */
void hs_site_link_note_missing (HsLedgerBatch *batch, gboolean with_history);
void hs_site_link_load_missing (HsSiteLink *link, GHashTable *settings);
void hs_site_link_announce (HsSiteLink *link);

/* ── put_back.c ──────────────────────────────────────────────────────────────────────────── */

/* @batch begins a stream because this ledger is an older copy of itself. */
void hs_site_link_note_put_back (HsLedgerBatch *batch, gint64 at_us);
void hs_site_link_load_put_back (HsSiteLink *link, GHashTable *settings);

/* ── poll.c ────────────────────────────────────────────────────────────────────── */

void hs_site_link_poll (HsSiteLink *link);

/* Ends the poll under way, if it waits at the site; another one follows. */
void hs_site_link_break_poll (HsSiteLink *link);
void hs_site_link_drop_commands (HsSiteLink *link);

/* ── identity.c ────────────────────────────────────────────────────────────────── */

/* A new key in a new file. */
typedef struct
{
  char *folder;
  char *name; /* inside the folder */
  HsSecretBytes *pem;
  char *csr; /* PEM */
} HsDeviceKey;

void hs_device_key_free (HsDeviceKey *key);

/* Makes one in a worker, because it is written durably. The result is a GTask that returns a
 * boolean; its task data is the HsDeviceKey. */
void hs_device_key_make_async (HsSiteLink *link, GAsyncReadyCallback callback, gpointer user_data);

void hs_device_pair_free (HsDevicePair *pair);

/* Takes @key's name and key and @certificate, whose first one has to be for @device and that key.
 * Returns: (transfer full). Errors: CORRUPT, INVALID. */
HsDevicePair *hs_device_pair_new (const HsDeviceKey *key,
                                  const char *certificate,
                                  const HsId *device,
                                  GError **error);

/* From now on this is who we are. Takes @pair; key files of others go. */
void hs_site_link_adopt_pair (HsSiteLink *link, HsDevicePair *pair);
void hs_site_link_remove_other_keys (HsSiteLink *link);

/* Reads certificates and keys; sets the time of renewal. */
gboolean hs_site_link_load_identity (HsSiteLink *link, GHashTable *settings, GError **error);

/* TRUE if our certificate's time is over. */
gboolean hs_site_link_is_certificate_over (HsSiteLink *link);

void hs_site_link_probe (HsSiteLink *link, const char *point);

/* ── renewal.c ─────────────────────────────────────────────────────────────────── */

/* When the pair is to be renewed; @is_renewed: it was just now. */
void hs_site_link_plan_renewal (HsSiteLink *link, gboolean is_renewed);

void hs_site_link_renew (HsSiteLink *link);

/* Uses the new pair once, and forgets the older one; or falls back to that, if the site does not
 * know the new one. */
void hs_site_link_prove (HsSiteLink *link);

/* ── people.c ────────────────────────────────────────────────────────────────────────────── */

/* A task that keeps @link. */
GTask *hs_site_link_new_task (HsSiteLink *link, GAsyncReadyCallback callback, gpointer user_data);

/* FALSE, and the task has its answer, when nobody can be asked. */
gboolean hs_site_link_can_ask (HsSiteLink *link, GTask *task);
