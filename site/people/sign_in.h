/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Signing in: the gate before the password, and the session after it.
 *
 * Failures are counted per person and per place before the password is looked at, so that many
 * tries at once are counted too; from a limit on each further try has to wait, twice as long every
 * time. A name that nobody has is treated like one that somebody has. The place is an address; at a
 * terminal, where many people stand before one address, it is the terminal, and all terminals of the
 * site together.
 *
 * Threads and blocking: as site/site.h; each call within a transaction of the store. */

#include "site/site.h"

#define HS_SIGN_IN_FREE_TRIES_PERSON 5
#define HS_SIGN_IN_FREE_TRIES_ADDRESS 20 /* a whole office may come from one address */
#define HS_SIGN_IN_MAX_DELAY_PERSON_S 60 /* nobody may lock somebody else out for long */
#define HS_SIGN_IN_MAX_DELAY_ADDRESS_S 900
/* A terminal sees many people who mistype, so its failures are forgotten one by one, and together they
 * leave an attacker 720 tries a day at one, 2,880 at all; ours. */
#define HS_SIGN_IN_FREE_TRIES_TERMINAL 10
#define HS_SIGN_IN_MAX_DELAY_TERMINAL_S 300
#define HS_SIGN_IN_FORGET_TERMINAL_S 120
#define HS_SIGN_IN_FREE_TRIES_SITE 100
#define HS_SIGN_IN_MAX_DELAY_SITE_S 60
#define HS_SIGN_IN_FORGET_SITE_S 30
#define HS_SESSION_TERMINAL_IDLE_US (60 * G_TIME_SPAN_SECOND)
#define HS_SESSION_TERMINAL_US (10 * G_TIME_SPAN_MINUTE) /* its end, however busy the person is */
#define HS_SESSION_BROWSER_US (12 * G_TIME_SPAN_HOUR)
#define HS_SESSION_DEVICE_US (12 * G_TIME_SPAN_HOUR)
#define HS_SESSION_TOKEN_BYTES 32

/* Where somebody signs in. */
typedef struct
{
  const char *address;  /* text, IPv6 counts by /64 */
  const HsId *terminal; /* NULL: none; else it counts instead of the address */
} HsSignInPlace;

/* Opens the gate for one try and counts it as failed already. @name NULL: a card alone, where there is
 * nothing to guess about a person.
 * Errors: TEMPORARY: too many tries; *retry_s says how long to
 * wait. */
gboolean hs_sign_in_begin (HsSite *site,
                           const char *name,
                           const HsSignInPlace *place,
                           gint64 now_us,
                           guint *retry_s,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Counts one try of a PIN as wrong already, for good: time does not take it back. @user NULL, or one
 * without PIN, is counted alike by @name. Errors: REFUSED: the PIN is locked. */
gboolean hs_sign_in_begin_pin (HsSite *site,
                               const HsStoreUser *user,
                               const char *name,
                               gint64 now_us,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What was shown was right: takes the counted failures back. @name as at
 * the gate. */
gboolean hs_sign_in_succeed (HsSite *site,
                             const char *name,
                             const HsSignInPlace *place,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Takes one counted try back: what was shown could not be looked at. */
gboolean hs_sign_in_take_back (HsSite *site,
                               const char *name,
                               const HsSignInPlace *place,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What the person's failures are counted under, at the gate and of a PIN. Both are (transfer full). */
void hs_sign_in_name_subjects (const char *name, char *subjects[2]);

/* Forgets the failures that were counted under the person's name. */
gboolean hs_sign_in_forget_failures (HsSite *site,
                                     const char *name,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* May this person sign in now? Errors: REFUSED (blocked), EXPIRED (a guest whose time is over). */
gboolean hs_sign_in_check_account (const HsStoreUser *user,
                                   gint64 now_us,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Makes a session; @device (nullable) for one through a workstation. It ends with a guest's account.
 * *session gets the row. Returns: (transfer full): the token, base64url: a secret. */
char *hs_sign_in_make_session (HsSite *site,
                               const HsStoreUser *user,
                               const HsId *device,
                               gboolean is_card_only,
                               gint64 now_us,
                               HsStoreSession **session,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same for one at a terminal, which ends after HS_SESSION_TERMINAL_IDLE_US without use. */
char *hs_sign_in_make_terminal_session (HsSite *site,
                                        const HsStoreUser *user,
                                        const HsId *terminal,
                                        gboolean is_card_only,
                                        gint64 now_us,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The session of a token at this very terminal, used now. Errors: DENIED: none, another terminal's,
 * or over. */
HsStoreSession *hs_sign_in_use_terminal_session (HsSite *site,
                                                 const char *token,
                                                 const HsId *terminal,
                                                 gint64 now_us,
                                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The session of a token. Errors: NOT_FOUND, EXPIRED. */
HsStoreSession *hs_sign_in_find_session (HsSite *site,
                                         const char *token,
                                         gint64 now_us,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Ends all sessions of a person, and tells the workstations where they are, or have a key, to sign
 * everybody out. */
gboolean hs_sign_in_end_sessions (HsSite *site, const HsId *identity, gint64 now_us, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Notes outside of the database, and of every backup, that @identity is blocked, or is not any more.
 * Errors: as hs_destroyed_log_add(). */
gboolean hs_sign_in_log_blocked (HsSite *site,
                                 const HsId *identity,
                                 gboolean is_blocked,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Is @identity noted as blocked there? An account that is made for it begins blocked: the database may be
 * from before the person had one. Errors: as hs_destroyed_log_refresh(). */
gboolean hs_sign_in_is_log_blocked (HsSite *site,
                                    const HsId *identity,
                                    gboolean *is_blocked,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Before an administrator gives @identity an account: who had its name may be noted as blocked, and the next
 * start would block whoever has it then. Errors: REFUSED, says how that is ended. */
gboolean hs_sign_in_check_free (HsSite *site,
                                const HsId *identity,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* At the opening, within a transaction: blocks again whom an older database does not know to be
 * blocked. *blocked grows by their number. */
gboolean hs_sign_in_apply_log (HsSite *site, gint64 now_us, guint *blocked, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* The seconds that must pass after the last of @count failures. */
guint hs_sign_in_delay_s (guint count, guint free_tries, guint max_delay_s);
