/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What the site remembers: people, workstations, jobs (metadata only), commands, reports.
 *
 * The contract of a database; meson links one body (store_sqlite*.c). Everything that is asked and
 * changed for one request happens between begin and commit, on one thread. The store keeps and
 * finds; rules that need more than uniqueness are in the files that use it. It never holds a
 * document, a private key in plain, a password or a secret that opens anything: tokens and sessions
 * are kept as SHA-256, release keys wrapped by a key outside of it, passwords as scrypt verifiers.
 *
 * Value structs are filled by the store and freed with their _free function.
 *
 * Threads: one thread at a time (the server's store lane, or a command line's main).
 * Blocks: on disk.
 * Errors of every function: TEMPORARY (busy with another process), NO_SPACE, CORRUPT, INTERNAL; a
 * function that finds one thing by its key also NOT_FOUND; others are named. */

#include "base/id.h"
#include "core/wire/announce.h"
#include "core/wire/command.h"
#include "core/wire/event_record.h"
#include "core/wire/command_result.h"
#include "core/notices.h"
#include "core/wire/report.h"

#define HS_STORE_DIGEST_BYTES 32
#define HS_STORE_PEPPER_ID_BYTES 16
#define HS_STORE_HOST_MAX_BYTES 253
#define HS_STORE_MAX_LIVE_JOBS 10000 /* of one device; ours: 100 times a busy workstation */

typedef struct HsStore HsStore;

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

/* Makes a new, empty database. Errors: REFUSED if there is one already. */
HsStore *hs_store_create (const char *folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Errors: NOT_FOUND; NOT_SUPPORTED (made by a newer version). Older ones are brought up to date. */
HsStore *hs_store_open (const char *folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hs_store_free (HsStore *store);

/* Nothing nests. After a failed commit nothing was changed. */
gboolean hs_store_begin (HsStore *store, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean hs_store_commit (HsStore *store, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hs_store_roll_back (HsStore *store);

/* A look at one moment, while others write; ended by hs_store_roll_back(). */
gboolean hs_store_begin_look (HsStore *store, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Makes sure that deleted bytes are gone from the files: after a key was destroyed. Errors also:
 * TEMPORARY if somebody looked at the database for too long. */
gboolean hs_store_scrub (HsStore *store, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same for what may have left copies in the gaps of other pages, as rows do that were moved: writes
 * the database anew. Needs memory for the whole of it. */
gboolean hs_store_rewrite (HsStore *store, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A consistent copy while in use. Errors: REFUSED if @path exists. */
gboolean
hs_store_back_up (HsStore *store, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ── people ──────────────────────────────────────────────────────────────────────────────── */

typedef struct
{
  HsId identity;      /* core/identity of organisation and name */
  char *name;         /* what is typed to sign in; unique */
  char *display_name; /* what people see */
  char *verifier;     /* site/people/password; NULL: no password of our own */
  gint64 created_us;
  gboolean is_directory; /* the directory decides about password and existence */
  char *pin;             /* verifier of site/people/pin; nullable */
  guint pin_failures;    /* wrong PINs in a row */
  gint64 guest_until_us; /* the account ends then; 0 = it does not */
  gint64 blocked_us;     /* 0 = not blocked */
} HsStoreUser;

/* Errors: REFUSED if the name is taken. */
gboolean hs_store_add_user (HsStore *store, const HsStoreUser *user, GError **error);
gboolean
hs_store_set_verifier (HsStore *store, const HsId *identity, const char *verifier, GError **error);
/* NULL @pin removes it. The failures start again at 0. */
gboolean hs_store_set_pin (HsStore *store, const HsId *identity, const char *pin, GError **error);
gboolean
hs_store_set_pin_failures (HsStore *store, const HsId *identity, guint count, GError **error);
gboolean
hs_store_set_guest_until (HsStore *store, const HsId *identity, gint64 until_us, GError **error);
gboolean hs_store_set_blocked (HsStore *store, const HsId *identity, gint64 at_us, GError **error);
gboolean hs_store_set_display_name (HsStore *store,
                                    const HsId *identity,
                                    const char *display_name,
                                    GError **error);
HsStoreUser *hs_store_get_user (HsStore *store, const HsId *identity, GError **error);
HsStoreUser *hs_store_get_user_by_name (HsStore *store, const char *name, GError **error);
GPtrArray *hs_store_list_users (HsStore *store, GError **error);

typedef struct
{
  guint8 digest[HS_STORE_DIGEST_BYTES]; /* SHA-256 of the token */
  HsId identity;
  HsId device;           /* through a workstation; zero: a browser or a terminal */
  HsId terminal;         /* through a terminal beside a printer */
  gboolean is_card_only; /* a card without PIN: it releases, and nothing else */
  char *csrf;            /* base64url of 16 random bytes; a browser only */
  char *flash;           /* one sentence to show once; nullable */
  gint64 created_us;
  gint64 expires_us;
} HsStoreSession;

gboolean hs_store_add_session (HsStore *store, const HsStoreSession *session, GError **error);
/* Errors: EXPIRED (and the row is gone). */
HsStoreSession *
hs_store_get_session (HsStore *store, const guint8 *digest, gint64 now_us, GError **error);
gboolean
hs_store_set_session_end (HsStore *store, const guint8 *digest, gint64 expires_us, GError **error);
gboolean
hs_store_set_flash (HsStore *store, const guint8 *digest, const char *flash, GError **error);
gboolean hs_store_remove_session (HsStore *store, const guint8 *digest, GError **error);
/* All sessions of a person, or all that were made through a device. Either may be NULL. */
gboolean
hs_store_remove_sessions (HsStore *store, const HsId *identity, const HsId *device, GError **error);
/* Is the person signed in through @device at @now_us? */
gboolean hs_store_has_session (HsStore *store,
                               const HsId *identity,
                               const HsId *device,
                               gint64 now_us,
                               gboolean *has_session,
                               GError **error);
/* The workstations through which a person is signed in or where a key of the person is, unless they
 * are revoked. Returns: (element-type HsId). */
GArray *hs_store_list_person_devices (HsStore *store, const HsId *identity, GError **error);
gboolean hs_store_remove_expired (HsStore *store, gint64 now_us, GError **error);

/* Cards, by the digest of site/people/card; several a person. */

/* Errors: REFUSED if the card belongs to somebody, also to the same person. */
gboolean hs_store_add_card (HsStore *store,
                            const guint8 *digest,
                            const HsId *identity,
                            gint64 now_us,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Errors: NOT_FOUND. */
HsStoreUser *hs_store_get_user_by_card (HsStore *store, const guint8 *digest, GError **error);
/* One card of the person, or all of them (NULL @digest). *removed counts. */
gboolean hs_store_remove_cards (
    HsStore *store, const HsId *identity, const guint8 *digest, guint *removed, GError **error);
gboolean hs_store_count_cards (HsStore *store, const HsId *identity, guint *count, GError **error);

/* A person at a workstation. */
typedef struct
{
  HsId identity;
  HsId device;
  char *recipient;                         /* "age1…" of the key that was made there; nullable */
  guint8 pepper[HS_STORE_PEPPER_ID_BYTES]; /* its name for the log of destroyed keys */
  GBytes *wrapped;                         /* the pepper, wrapped by site/keys; NULL: none */
} HsStoreSeat;

/* Errors: NOT_FOUND. */
HsStoreSeat *
hs_store_get_seat (HsStore *store, const HsId *identity, const HsId *device, GError **error);
/* Adds or replaces. */
gboolean hs_store_set_seat (HsStore *store, const HsStoreSeat *seat, GError **error);
/* Those of a person, of a workstation, of both, of all: NULL is any. (element-type HsStoreSeat) */
GPtrArray *
hs_store_list_seats (HsStore *store, const HsId *identity, const HsId *device, GError **error);
gboolean
hs_store_remove_seat (HsStore *store, const HsId *identity, const HsId *device, GError **error);

/* Sign-ins per day (UTC) and method ("password", "pin", "card", "page", "terminal", …), without names. */
typedef struct
{
  char *day; /* "2026-11-22" */
  char *method;
  guint64 tries;
  guint64 accepted;
} HsStoreSignIns;

/* Adds @tries and @accepted (each 0 or 1) to the counts of the day of @now_us. */
gboolean hs_store_count_sign_in (
    HsStore *store, const char *method, guint tries, guint accepted, gint64 now_us, GError **error);
/* Days in [from, to). (element-type HsStoreSignIns) */
GPtrArray *hs_store_list_sign_ins (HsStore *store, gint64 from_us, gint64 to_us, GError **error);

/* Failed sign-ins of one subject (site/people/sign_in); no row counts as zero. */
typedef struct
{
  guint count;
  gint64 last_us;
} HsStoreFailures;

gboolean hs_store_get_failures (HsStore *store,
                                const char *subject,
                                HsStoreFailures *failures,
                                GError **error);
gboolean hs_store_set_failures (HsStore *store,
                                const char *subject,
                                const HsStoreFailures *failures,
                                GError **error);

/* ── workstations ────────────────────────────────────────────────────────────────────────── */

typedef struct
{
  HsId id;
  char *host_name; /* as the workstation called itself when it enrolled */
  char *version;   /* of its agent; nullable */
  gint64 enrolled_us;
  gint64 revoked_us;    /* 0 = in use */
  gint64 last_seen_us;  /* last request */
  gint64 poll_until_us; /* a poll is open, or expected to come again, until then */
  gint64 began_anew_us; /* its records did, for it or this site was put back; 0 = never; in lists */
  HsPowerNotice power;  /* NONE until it told */
  gint64 power_at_us;
} HsStoreDevice;

gboolean hs_store_add_device (HsStore *store, const HsStoreDevice *device, GError **error);
HsStoreDevice *hs_store_get_device (HsStore *store, const HsId *id, GError **error);
GPtrArray *hs_store_list_devices (HsStore *store, GError **error);
gboolean hs_store_set_seen (
    HsStore *store, const HsId *device, gint64 seen_us, gint64 poll_until_us, GError **error);
gboolean hs_store_set_power (
    HsStore *store, const HsId *device, HsPowerNotice power, gint64 at_us, GError **error);
gboolean
hs_store_set_version (HsStore *store, const HsId *device, const char *version, GError **error);
gboolean hs_store_set_revoked (HsStore *store, const HsId *device, gint64 at_us, GError **error);

/* Certificates by serial. After a renewal the old one holds until the new one is used. */
gboolean hs_store_add_certificate (HsStore *store,
                                   const HsId *device,
                                   const char *serial,
                                   gint64 not_after_us,
                                   gint64 issued_us,
                                   GError **error);
/* Errors: NOT_FOUND if the device has no such certificate, or a newer one was used already. Using
 * it retires the older ones. */
gboolean
hs_store_use_certificate (HsStore *store, const HsId *device, const char *serial, GError **error);

typedef struct
{
  guint8 digest[HS_STORE_DIGEST_BYTES]; /* SHA-256 of the secret */
  gint64 created_us;
  gint64 expires_us;
  gint64 used_us; /* 0 = not yet */
  HsId device;    /* made by it; zero if unused */
} HsStoreToken;

gboolean hs_store_add_token (HsStore *store, const HsStoreToken *token, GError **error);
GPtrArray *hs_store_list_tokens (HsStore *store, GError **error);
/* Errors: NOT_FOUND, EXPIRED, REFUSED (used before). */
gboolean hs_store_spend_token (HsStore *store,
                               const guint8 *digest,
                               const HsId *device,
                               gint64 now_us,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef struct
{
  HsId device;
  guint64 epoch;
  guint8 public_key[32]; /* S */
  GBytes *wrapped;       /* the private half as site/keys wraps it; NULL = destroyed */
  gint64 not_before_us;
  gint64 not_after_us;
} HsStoreReleaseKey;

gboolean hs_store_add_release_key (HsStore *store, const HsStoreReleaseKey *key, GError **error);
HsStoreReleaseKey *
hs_store_get_release_key (HsStore *store, const HsId *device, guint64 epoch, GError **error);
/* Those that are not destroyed; @device NULL = of all. */
GPtrArray *hs_store_list_release_keys (HsStore *store, const HsId *device, GError **error);
gboolean hs_store_destroy_release_key (
    HsStore *store, const HsId *device, guint64 epoch, gint64 now_us, GError **error);

/* ── jobs ────────────────────────────────────────────────────────────────────────────────── */

typedef struct
{
  HsAnnounce announce; /* as first announced; a sealed title only until the job is final; recipients
                          NULL if an older version took the announcement. owner: of the claimant, once somebody claimed a job that was
                          announced without one */
  gint64 claimed_us;   /* 0 = never: the owner, if any, is the announced one */
  HsId device;
  HsJobState state;
  char **reasons; /* keywords */
  char *sentence; /* nullable */
  gint64 announced_us;
  gint64 changed_us;      /* by the site's clock */
  gint64 share_issued_us; /* 0 = the site's half never left */
  HsId printer;           /* of the report; zero before */
  guint32 result_impressions;
  guint32 result_sheets;
} HsStoreJob;

/* The first announcement of a job wins. Errors: REFUSED (the job is known with another device,
 * owner or E, or E was used for another job), NO_SPACE (too many live jobs of the device). TRUE
 * and nothing changed if it is the same announcement again. */
gboolean hs_store_add_job (HsStore *store,
                           const HsAnnounce *announce,
                           const HsId *device,
                           gint64 now_us,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
HsStoreJob *hs_store_get_job (HsStore *store, const HsId *job, GError **error);

/* Gives a job that was announced without an owner to @identity. Errors: REFUSED (it has one). */
gboolean hs_store_claim_job (HsStore *store,
                             const HsId *job,
                             const HsId *identity,
                             gint64 now_us,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The person's jobs that are not final, and final ones changed since @recent_us, newest first; at
 * most @limit. */
GPtrArray *hs_store_list_jobs (
    HsStore *store, const HsId *owner, gint64 recent_us, guint limit, GError **error);

/* A final state never changes again: then TRUE and nothing happens. */
gboolean hs_store_set_job_state (HsStore *store,
                                 const HsId *job,
                                 HsJobState state,
                                 const char *const *reasons,
                                 const char *sentence,
                                 gint64 now_us,
                                 GError **error);
/* What a release changed, or changed back; nothing if the job is final. */
gboolean hs_store_set_job_paper (HsStore *store,
                                 const HsId *job,
                                 guint32 copies,
                                 HsSides sides,
                                 HsColour colour,
                                 GError **error);
gboolean hs_store_set_share_issued (HsStore *store, const HsId *job, gint64 now_us, GError **error);

/* Jobs of the device and epoch that are not final and not past their end at @now_us. */
gboolean hs_store_count_epoch_jobs (
    HsStore *store, const HsId *device, guint64 epoch, gint64 now_us, guint *count, GError **error);

/* The device's jobs that are not final, oldest first. (element-type HsStoreJob) */
GPtrArray *hs_store_list_device_jobs (HsStore *store, const HsId *device, GError **error);

/* The owners of live jobs on a device. Returns: (element-type HsId). */
GArray *hs_store_list_owners (HsStore *store, const HsId *device, GError **error);

/* ── records ─────────────────────────────────────────────────────────────────────────────── */

/* Where the site stands in a stream; n = 0 if it is new. */
gboolean hs_store_get_stream (HsStore *store,
                              const HsId *device,
                              const guint8 *stream,
                              HsUploadAnswer *chain,
                              GError **error);

/* Keeps one record (@refusal: why it was not applied; nullable) and moves the stream on.
 * Errors: REFUSED if it does not continue the stream. */
gboolean hs_store_add_record (HsStore *store,
                              const HsId *device,
                              const guint8 *stream,
                              const HsEventRecord *record,
                              const char *refusal,
                              gint64 now_us,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The last sign of life in the database: of a workstation, a sign-in, a new person or token; 0: none. */
gboolean
hs_store_get_last_life_us (HsStore *store, gint64 *at_us, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The newest time that the device wrote into a record of any stream, and no later than it came: a clock
 * that was ahead proves nothing of the time until then. 0 = none. */
gboolean
hs_store_get_last_record_us (HsStore *store, const HsId *device, gint64 *at_us, GError **error);

/* Reports are in site/store/reports.h, a person as a whole in site/store/privacy.h. */

/* Forgets records, final jobs and reports older than @before_us. *rows: how many went. */
gboolean hs_store_forget_before (HsStore *store, gint64 before_us, guint64 *rows, GError **error);

/* ── commands ────────────────────────────────────────────────────────────────────────────── */

typedef enum
{
  HS_STORE_COMMAND_OPEN = 1, /* sent with every poll until it is answered */
  HS_STORE_COMMAND_ANSWERED,
  HS_STORE_COMMAND_LAPSED, /* the workstation did not fetch it in time */
} HsStoreCommandState;

typedef struct
{
  HsId id;
  HsId device;
  HsCommandKind kind;
  HsId job;      /* zero if none */
  HsId printer;  /* zero if none */
  HsId asked_by; /* identity; zero: an administrator */
  HsStoreCommandState state;
  gint64 asked_us;
  gint64 sent_us;    /* last sent; 0 = not yet */
  gint64 expires_us; /* lapses then unless it was sent; 0 = never */
  HsCommandResult result;
  char *sentence; /* of the answer; nullable */
} HsStoreCommand;

gboolean hs_store_add_command (HsStore *store, const HsStoreCommand *command, GError **error);
HsStoreCommand *hs_store_get_command (HsStore *store, const HsId *id, GError **error);
/* Open ones in the order of asking, at most @limit. Those that were not sent yet and are past their
 * end, or whose asker may not release that job any more, are lapsed first. */
GPtrArray *hs_store_list_open_commands (
    HsStore *store, const HsId *device, gint64 now_us, guint limit, GError **error);
/* The newest command about a job. *command is (transfer full) (nullable). */
gboolean hs_store_find_job_command (
    HsStore *store, const HsId *job, gint64 now_us, HsStoreCommand **command, GError **error);
gboolean hs_store_set_command_sent (HsStore *store, const HsId *id, gint64 now_us, GError **error);
/* Only a command of @device; the first answer holds. Errors: NOT_FOUND. */
gboolean hs_store_answer_command (HsStore *store,
                                  const HsId *device,
                                  const HsId *id,
                                  HsCommandResult result,
                                  const char *sentence,
                                  GError **error);
/* The printer of the person's newest release; zero if there is none. */
gboolean
hs_store_find_last_printer (HsStore *store, const HsId *identity, HsId *printer, GError **error);
/* Answers every open command about a job that is final now. */
gboolean hs_store_close_job_commands (HsStore *store, const HsId *job, GError **error);

/* ── signed files and printers ───────────────────────────────────────────────────────────── */

typedef enum
{
  HS_STORE_BUNDLE = 1,
  HS_STORE_BUNDLE_NEXT, /* the same bundle signed by the next root */
  HS_STORE_PRINTERS,
} HsStoreDocument;

/* *jws is (transfer full) (nullable). */
gboolean hs_store_get_document (
    HsStore *store, HsStoreDocument kind, char **jws, guint64 *version, GError **error);
/* NULL @jws removes it. */
gboolean hs_store_set_document (
    HsStore *store, HsStoreDocument kind, const char *jws, guint64 version, GError **error);

typedef struct
{
  HsId uuid;
  char *name;
  char *location; /* nullable */
} HsStorePrinter;

/* Replaces the names that people see, from the signed list. (element-type HsStorePrinter) */
gboolean hs_store_set_printers (HsStore *store, const GPtrArray *printers, GError **error);
GPtrArray *hs_store_list_printers (HsStore *store, GError **error);
HsStorePrinter *hs_store_get_printer (HsStore *store, const HsId *uuid, GError **error);

/* ── freeing ─────────────────────────────────────────────────────────────────────────────── */

void hs_store_user_free (HsStoreUser *user);
void hs_store_session_free (HsStoreSession *session);
void hs_store_seat_free (HsStoreSeat *seat);
void hs_store_sign_ins_free (HsStoreSignIns *count);
void hs_store_device_free (HsStoreDevice *device);
void hs_store_release_key_free (HsStoreReleaseKey *key);
void hs_store_job_free (HsStoreJob *job);
void hs_store_command_free (HsStoreCommand *command);
void hs_store_printer_free (HsStorePrinter *printer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsStore, hs_store_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsStoreUser, hs_store_user_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsStoreSession, hs_store_session_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsStoreSeat, hs_store_seat_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsStoreSignIns, hs_store_sign_ins_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsStoreDevice, hs_store_device_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsStoreReleaseKey, hs_store_release_key_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsStoreJob, hs_store_job_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsStoreCommand, hs_store_command_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsStorePrinter, hs_store_printer_free)
