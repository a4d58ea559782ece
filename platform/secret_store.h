/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Small secrets of a person, kept by that person's own desktop: the key that opens their documents.
 *
 * Used by the tray and the command line in the person's session, never by the service. There, not
 * there, and there but locked are three different answers: who takes "locked" for "not there" makes
 * a second key and loses the first one's documents.
 *
 * Secrets are handed out in platform/locked_memory. Names are ASCII, 1 to 200 characters; the store
 * keeps ours apart from everybody else's. Errors are G_IO_ERROR.
 *
 * Threads: main context only; callbacks come there.  Blocks: never; a store may ask the person and
 * take as long as the person does, so pass a cancellable. */

#include <gio/gio.h>

#define HS_SECRET_STORE_MAX_BYTES 4096 /* a key file has 150; stores are no file systems */

typedef enum
{
  HS_SECRET_STORE_FAILED = 0, /* error is set: no store, no session bus, cancelled */
  HS_SECRET_STORE_PRESENT,
  HS_SECRET_STORE_ABSENT,
  HS_SECRET_STORE_LOCKED, /* it is there, or may be, and the person has to unlock the store first */
} HsSecretStoreAnswer;

/* May the store put a window before the person to have itself unlocked? */
typedef enum
{
  HS_SECRET_STORE_QUIET,
  HS_SECRET_STORE_ASK,
} HsSecretStoreManner;

typedef struct HsSecretStore HsSecretStore;

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

HsSecretStore *hs_secret_store_new (void);

/* Calls that are under way still complete. NULL is allowed. */
void hs_secret_store_free (HsSecretStore *store);

/* ── actions ─────────────────────────────────────────────────────────────────────────────── */

void hs_secret_store_get_async (HsSecretStore *store,
                                const char *name,
                                HsSecretStoreManner manner,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);

/* On PRESENT *secret gets @length bytes: free them with hs_locked_memory_free (secret, length). */
HsSecretStoreAnswer hs_secret_store_get_finish (HsSecretStore *store,
                                                GAsyncResult *result,
                                                guint8 **secret,
                                                gsize *length,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Stores 1 to HS_SECRET_STORE_MAX_BYTES, in place of an older secret of that name. @label: what the
 * person sees in the store's own program. A locked store asks the person. */
void hs_secret_store_put_async (HsSecretStore *store,
                                const char *name,
                                const char *label,
                                const guint8 *secret,
                                gsize length,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);

/* PRESENT: it is stored. LOCKED: the person did not unlock the store. Never ABSENT.
 * Errors: INVALID_ARGUMENT (the length), and the store's. */
HsSecretStoreAnswer hs_secret_store_put_finish (HsSecretStore *store,
                                                GAsyncResult *result,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Removes it without asking the person. */
void hs_secret_store_remove_async (HsSecretStore *store,
                                   const char *name,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);

/* ABSENT: it is gone, or was never there. LOCKED: it is still there. Never PRESENT. */
HsSecretStoreAnswer hs_secret_store_remove_finish (HsSecretStore *store,
                                                   GAsyncResult *result,
                                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ── questions ───────────────────────────────────────────────────────────────────────────── */

/* The file in which one of our secrets of this person stands in clear, because its store has a blank
 * password; as far as that can be seen: some stores keep their files to themselves, and no store tells
 * whether a password is a good one.
 * Returns: (transfer full) (nullable). Blocks: on the disk. */
char *hs_secret_store_find_clear (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsSecretStore, hs_secret_store_free)
