/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The owners' keys that are unlocked here, in locked memory, for a limited time.
 *
 * It reads no clock and owns no timer: the caller passes the time (hs_boot_clock_now_us(), so that
 * sleep counts) and asks when to come back.
 *
 * Threads: main context only.  Blocks: never. */

#include "base/id.h"
#include "base/secret_bytes.h"

#define HS_KEYRING_MAX_KEYS 256 /* people at one workstation at a time; a bound, not a goal */

typedef struct HsKeyring HsKeyring;

/* @idle_limit_us: forgotten so long after the last use; @absolute_limit_us: so long after it was
 * put, in any case. Both > 0. */
HsKeyring *hs_keyring_new (gint64 idle_limit_us, gint64 absolute_limit_us);

/* Wipes every key. NULL is allowed. */
void hs_keyring_free (HsKeyring *keyring);

/* ── questions ───────────────────────────────────────────────────────────────────────────── */

/* Is the key here and not over its limits? Does not count as use. */
gboolean hs_keyring_has (const HsKeyring *keyring, const HsId *identity, gint64 now_us);

/* When hs_keyring_expire() has something to do; G_MAXINT64 if never. A use moves it. */
gint64 hs_keyring_get_next_us (const HsKeyring *keyring);

/* ── actions ─────────────────────────────────────────────────────────────────────────────── */

/* Copies @key (32 bytes); replaces one that was there, and both limits start anew.
 * Errors: NO_SPACE (HS_KEYRING_MAX_KEYS). */
gboolean hs_keyring_put (HsKeyring *keyring,
                         const HsId *identity,
                         const HsSecretBytes *key,
                         gint64 now_us,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The key, borrowed until the keyring is next changed; the idle limit starts anew. NULL if it is not
 * here or over its limits (it is then wiped at the next hs_keyring_expire()). */
const HsSecretBytes *hs_keyring_use (HsKeyring *keyring, const HsId *identity, gint64 now_us);

/* Wipes one key. Returns FALSE if it was not there. */
gboolean hs_keyring_forget (HsKeyring *keyring, const HsId *identity);

/* Wipes what is over its limits, or everything. Returns: (transfer full) (element-type HsId): whose
 * keys went; may be empty. */
GArray *hs_keyring_expire (HsKeyring *keyring, gint64 now_us);
GArray *hs_keyring_forget_all (HsKeyring *keyring);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsKeyring, hs_keyring_free)
