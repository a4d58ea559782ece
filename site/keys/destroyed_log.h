/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What was destroyed for good, one name a line, in DIR/keys/destroyed.log, which no backup holds: a
 * database that is put back cannot bring it to life again.
 *
 *   DEVICE EPOCH                 a release key
 *   pepper ID DAY                a pepper, and the day on which it was destroyed (older lines also name
 *                                person and workstation)
 *   terminal ID                  a revoked terminal
 *   person MICROSECONDS FINGERPRINT  an erased person, and when (site/people/erasure.h)
 *   revoked DEVICE               a revoked workstation
 *   blocked PERSON               a blocked person, until they are unblocked
 *
 * The log does not grow for ever. A name goes when whatever older database still has the secret would
 * lose it at its opening without the log: release keys so long after their week
 * (site/devices/release_epochs.h), peppers of databases so old (site/people/seats.h). The others are
 * few and stay.
 *
 * Threads: one owner at a time; processes by the store's transaction.  Blocks: on disk. */

#include <glib.h>

typedef struct HsDestroyedLog HsDestroyedLog;

/* @path need not exist, but if it does it has to be readable.
 * Errors: INTERNAL as below. */
HsDestroyedLog *hs_destroyed_log_load (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hs_destroyed_log_free (HsDestroyedLog *log);

/* Reads it again, for another process may have changed it: within a transaction of the store nobody
 * does. Errors: INTERNAL as below; the names stay as they were. */
gboolean hs_destroyed_log_refresh (HsDestroyedLog *log, GError **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean hs_destroyed_log_has (const HsDestroyedLog *log, const char *name);

/* Returns: (transfer full): all names that begin with @prefix. */
char **hs_destroyed_log_list (const HsDestroyedLog *log, const char *prefix);

/* Adds @name (without a day) durably. The file belongs to whom its folder belongs, also when root
 * writes it. Errors: as hs_error_convert_gio(); INTERNAL if a log that is there cannot be read, and
 * then nothing is written. */
gboolean hs_destroyed_log_add (HsDestroyedLog *log, const char *name, gint64 now_us, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Takes @name out again, durably; nothing if it is not there. Errors: as hs_error_convert_gio(). */
gboolean hs_destroyed_log_remove (HsDestroyedLog *log,
                                  const char *name,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Forgets release keys of weeks before @first_epoch and peppers destroyed before @first_us, durably;
 * a pepper without a day gets today's. Writes only if something changes.
 * Errors: as hs_error_convert_gio(). */
gboolean hs_destroyed_log_prune (HsDestroyedLog *log,
                                 guint64 first_epoch,
                                 gint64 first_us,
                                 gint64 now_us,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsDestroyedLog, hs_destroyed_log_free)
