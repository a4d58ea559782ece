/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A kiosk: people sign in at the seat of one OS account, print, and are signed out again.
 *
 * Signing in asks the site, opens the person's key with what the site gives for it (or makes the
 * first one), seats the person and hands out a session token. Signing out wipes all of that, and
 * happens by itself: after idleness, after the last job has left, when the site's session ends, when
 * the process that holds the token ends, and when the parts around say so (lock, logout, sleep).
 *
 * Without the site, a person may sign in by a password of at least 12 characters while the site's last
 * entitlement for them holds; tries are counted (core/attempts.h).
 *
 * Threads: main context only.  Blocks: only hs_kiosk_new(). */

#include "core/wire/sign_in.h"
#include "engine/engine.h"
#include "engine/identity/identities.h"
#include "engine/identity/kiosk_keys.h"
#include "engine/identity/last_seen.h"
#include "engine/identity/offline_rights.h"
#include "engine/identity/seat.h"
#include "engine/identity/sessions.h"
#include "engine/identity/tokens.h"
#include "engine/site_link/people.h"

typedef struct HsKiosk HsKiosk;

/* Pointers must outlive the kiosk. */
typedef struct
{
  const HsConfig *config;
  guint32 uid; /* of people.kiosk-account */
  const char *state_folder;
  const HsSecretBytes *machine_secret;
  HsEngine *engine;
  HsIdentities *identities;
  HsSessions *sessions;
  HsOfflineRights *rights;
  HsLastSeen *last_seen;
  HsSiteLink *site_link;
  HsLedger *ledger;
  const HsLedgerContents *contents; /* for hs_kiosk_new() only */
  HsSeatBarrier barrier;            /* what a person may leave outside the agent */

  /* Nullable; @data is seat_data. */
  void (*seat_changed) (gpointer data, HsSeat *seat);
  gpointer seat_data;

  gpointer data;
  /* @identity leaves: end what is open for it (documents that arrive, event streams). Before the
   * barrier begins. Nullable. */
  void (*left) (gpointer data, const HsId *identity);
} HsKioskParts;

/* How the person's key is, after signing in. */
typedef enum
{
  HS_KIOSK_KEY_IS_OPEN = 0,
  HS_KIOSK_KEY_IS_NEW,
  HS_KIOSK_KEY_NOT_ASKED, /* a card alone: the site releases, no key is opened */
  HS_KIOSK_KEY_IS_OTHER_WAY,
  HS_KIOSK_KEY_IS_LOCKED,
  HS_KIOSK_KEY_IS_DAMAGED,
  HS_KIOSK_KEY_IS_LOST,
  HS_KIOSK_KEY_IS_UNREADABLE,
} HsKioskKeyState;

typedef struct
{
  HsId identity;
  char *name;           /* for people */
  HsSecretBytes *token; /* NUL-terminated */
  gint64 expires_us;    /* UTC: signed out then at the latest */
  HsKioskKeyState key;
  gboolean is_offline;
  gboolean is_clock_unsure;
} HsKioskWelcome;

/* Of the seat, for status. */
typedef struct
{
  gboolean is_taken;
  const char *name;    /* borrowed; NULL if nobody sits there */
  const char *problem; /* borrowed: why nobody can sign in; NULL if all is well */
  gint64 expires_us;
  guint signs_out_after_s; /* of idleness */
} HsKioskStatus;

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

/* Errors: of hs_kiosk_keys_new(). Blocks: on the disk. */
HsKiosk *hs_kiosk_new (const HsKioskParts *parts, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Begins the first barrier. After the engine has started. */
void hs_kiosk_start (HsKiosk *kiosk);

/* Wipes; who sits there was signed out, and sign-ins and barriers under way have completed. NULL is
 * allowed. */
void hs_kiosk_free (HsKiosk *kiosk);

/* ── questions ───────────────────────────────────────────────────────────────────────────── */

HsSeat *hs_kiosk_get_seat (HsKiosk *kiosk);
void hs_kiosk_get_status (HsKiosk *kiosk, HsKioskStatus *status);

/* Who the caller that connected @socket is, by the token @text: FALSE: not signed in. A sign of
 * life of that person. @login_session: nullable. */
gboolean hs_kiosk_check_token (HsKiosk *kiosk,
                               const char *text,
                               GSocket *socket,
                               const char *login_session,
                               HsId *identity) G_GNUC_WARN_UNUSED_RESULT;

/* The person whom this name signed in as when the site last agreed. */
gboolean hs_kiosk_find_name (HsKiosk *kiosk, const char *user, HsId *identity);

/* What to tell the person of their key; NULL if all is well. Static. */
const char *hs_kiosk_key_state_to_sentence (HsKioskKeyState state);

/* ── actions ─────────────────────────────────────────────────────────────────────────────── */

/* Signs in, or once more as the same person. @replaces_key: makes a new key, whatever is there.
 * Takes @holder->process, copies the rest; @request is copied.
 * Errors: of hs_site_link_sign_in_async(), of hs_seat_take(); TEMPORARY (another sign-in is under
 * way; or offline, too many tries), DENIED (offline: wrong, or not known here). */
void hs_kiosk_sign_in_async (HsKiosk *kiosk,
                             const HsSignInRequest *request,
                             gboolean replaces_key,
                             const HsTokenHolder *holder,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
HsKioskWelcome *hs_kiosk_sign_in_finish (HsKiosk *kiosk,
                                         GAsyncResult *result,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hs_kiosk_welcome_free (HsKioskWelcome *welcome);

/* Changes the PIN or password of who is signed in. The key's new wrapping is durable before the site
 * hears of the change, and the old one stays until the site has answered.
 * Errors: DENIED (nobody is signed in, the old one is wrong), REFUSED, INVALID, TEMPORARY, NO_SPACE. */
void hs_kiosk_change_secret_async (HsKiosk *kiosk,
                                   HsSignInMethod method,
                                   const HsSecretBytes *old_secret,
                                   const HsSecretBytes *new_secret,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
gboolean hs_kiosk_change_secret_finish (HsKiosk *kiosk,
                                        GAsyncResult *result,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Wipes key, titles, site session and tokens, and leaves the seat. Nothing if nobody sits there.
 * @why: for the log. */
void hs_kiosk_sign_out (HsKiosk *kiosk, const char *why);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsKiosk, hs_kiosk_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsKioskWelcome, hs_kiosk_welcome_free)
