/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Erasing a person, so that it stays: neither a workstation that was off until today nor an older
 * database brings the person back. For that a keyed fingerprint is kept in the database and in the log
 * of what was destroyed. It recognizes a person who is shown to it, and is worth nothing without
 * keys/wrap.key. Somebody who comes back is a new person from then on.
 *
 * Threads and blocking: as site/site.h; each call within a transaction of the store. */

#include "site/site.h"

/* Erases everything about @identity (@name: what was typed to sign in), ends sessions and keys, asks
 * workstations to delete what waits there. *documents: how many; *found: was there anything? Call
 * hs_store_rewrite() after the commit. */
gboolean hs_erasure_erase (HsSite *site,
                           const HsId *identity,
                           const char *name,
                           gint64 now_us,
                           guint *documents,
                           gboolean *found,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Was this person erased after @made_us, when what is told now was made? */
gboolean hs_erasure_covers (HsSite *site,
                            const HsId *identity,
                            gint64 made_us,
                            gboolean *is_covered,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Asks the workstation to delete @job, once. */
gboolean hs_erasure_cancel_job (HsSite *site,
                                const HsId *device,
                                const HsId *job,
                                gint64 now_us,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Erases again whom the log names and the database, an older one, still has. *erased counts. */
gboolean hs_erasure_apply_log (HsSite *site, gint64 now_us, guint *erased, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
