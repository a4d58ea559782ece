/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A person at a workstation: the pepper of the key that is kept there, and offline rights.
 *
 * The pepper is random and belongs to one person on one workstation. It goes into the passphrase of
 * the key file there (agent/seal/key_file), so that a stolen workstation cannot try PINs without the
 * site, which counts. In the database it is wrapped by keys/wrap.key. It is destroyed with the
 * workstation or the person; the log of destroyed keys keeps a restored database from bringing it
 * back.
 *
 * Threads and blocking: as site/site.h; each call within a transaction of the store. */

#include "site/site.h"

/* The pepper, made if there is none. Only after a PIN or password was accepted.
 * Returns: (transfer full). Errors: CORRUPT (keys/wrap.key is another). */
HsSecretBytes *hs_seat_get_pepper (HsSite *site,
                                   const HsId *identity,
                                   const HsId *device,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same, but never makes one: *pepper is (transfer full) (nullable). */
gboolean hs_seat_find_pepper (HsSite *site,
                              const HsId *identity,
                              const HsId *device,
                              HsSecretBytes **pepper,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Remembers the key that was made on the workstation. Errors: INVALID: no "age1…" recipient. */
gboolean hs_seat_set_recipient (HsSite *site,
                                const HsId *identity,
                                const HsId *device,
                                const char *recipient,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What the person may do there while the site cannot be reached, bound to the remembered key; never
 * longer than a guest's account. *entitlement is a (transfer full) (nullable) JWS: NULL without such
 * a key, or if the organisation's policy lets nobody print offline. */
gboolean hs_seat_sign_entitlement (HsSite *site,
                                   const HsStoreUser *user,
                                   const HsId *device,
                                   gint64 now_us,
                                   char **entitlement,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Destroys what a person has on all workstations, or all people on one: either may be NULL. *ended
 * counts; call hs_store_scrub() after the commit if it is not zero. */
gboolean hs_seats_end (HsSite *site,
                       const HsId *identity,
                       const HsId *device,
                       guint *ended,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A database in which nothing happened for so long is an old copy, and the log need not name its
 * peppers any more. Longer than anything waits anywhere; ours. */
#define HS_SEATS_LIFE_US (400 * G_TIME_SPAN_DAY)

/* Destroys again what the log names, and everything in a database that is older than
 * HS_SEATS_LIFE_US: after a restore. */
gboolean hs_seats_apply_log (HsSite *site, gint64 now_us, guint *ended, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
