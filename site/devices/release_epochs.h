/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Release keys of each workstation: made ahead, used for shares, destroyed for good.
 *
 * Epochs are weeks counted from 1970-01-01 (epoch = days / 7 + 1), the same for all workstations. A
 * key is destroyed when no document can need it any more: its week is over, no announced job of it
 * is waiting, and either the workstation has sent a record written after that week (its outbox is in
 * order, so nothing older is still to come; what came earlier was not written later, whatever its
 * clock said) or the longest life of a job has passed; and at once when the workstation is revoked.
 *
 * Threads and blocking: as site/site.h; each call within a transaction of the store. */

#include "core/wire/release_keys.h"
#include "site/site.h"

#define HS_RELEASE_EPOCH_US (7 * G_TIME_SPAN_DAY)

/* So long after its week no document can need a key any more, whatever the policy was: a database that
 * still has one is an old copy. */
#define HS_RELEASE_KEY_LIFE_US (HS_BUNDLE_MAX_RETENTION_S * G_TIME_SPAN_SECOND + G_TIME_SPAN_DAY)

guint64 hs_release_epoch_at (gint64 now_us);

/* The keys of the present epoch and the next, made if missing, signed.
 * Returns: (transfer full): a homespool-release-keys+jws. */
char *hs_release_epochs_sign_keys (HsSite *site, const HsId *device, gint64 now_us, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* The site's half for one job: from the job's first announcement and nothing else.
 * Errors: EXPIRED (the key is destroyed), NOT_FOUND (the job has none), INVALID (E is no point). */
HsSecretBytes *hs_release_epochs_compute_share (HsSite *site,
                                                const HsStoreJob *job,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Destroys every key that nothing needs any more; @device NULL = of all. *destroyed counts; call
 * hs_store_scrub() after the commit if it is not zero. */
gboolean hs_release_epochs_tidy (HsSite *site,
                                 const HsId *device,
                                 gint64 now_us,
                                 guint *destroyed,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Destroys all keys of a revoked workstation. */
gboolean hs_release_epochs_destroy_all (HsSite *site,
                                        const HsId *device,
                                        gint64 now_us,
                                        guint *destroyed,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Destroys again what the log names, and what is older than HS_RELEASE_KEY_LIFE_US, which the log need
 * not name any more: after a restore. */
gboolean hs_release_epochs_apply_log (HsSite *site, gint64 now_us, guint *destroyed, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
