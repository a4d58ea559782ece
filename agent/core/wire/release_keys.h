/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The site's X25519 release keys of one device, one for each epoch of 7 days.
 *
 * Payload of a homespool-release-keys+jws (signed by a command key): canonical JSON {device,
 * issued_us, keys: [{epoch, public, not_before_us, not_after_us}]}: the present epoch and the next.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "base/id.h"

#define HS_RELEASE_KEYS_MAX 4
#define HS_RELEASE_KEY_BYTES 32

typedef struct
{
  guint64 epoch;                             /* 1, 2, 3 … */
  guint8 public_bytes[HS_RELEASE_KEY_BYTES]; /* S */
  gint64 not_before_us;                      /* UTC */
  gint64 not_after_us;                       /* UTC */
} HsReleaseKey;

typedef struct
{
  HsId device;
  gint64 issued_us;                       /* UTC */
  HsReleaseKey keys[HS_RELEASE_KEYS_MAX]; /* by rising epoch */
  gsize n_keys;                           /* 1 to 4 */
} HsReleaseKeys;

/* Reads a payload whose signature has been checked. Errors: INVALID, NO_SPACE. */
HsReleaseKeys *hs_release_keys_decode (GBytes *payload, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GBytes *hs_release_keys_encode (const HsReleaseKeys *keys,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* May @next take the place of @previous (nullable)? For @device, issued no earlier, and the
 * newest epoch is not behind. Errors: DENIED (another device), REFUSED (older). */
gboolean hs_release_keys_check_successor (const HsReleaseKeys *previous,
                                          const HsReleaseKeys *next,
                                          const HsId *device,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The key to seal with now: borrowed; NULL if none is valid at @now_us. */
const HsReleaseKey *hs_release_keys_find (const HsReleaseKeys *keys, gint64 now_us);

void hs_release_keys_free (HsReleaseKeys *keys);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsReleaseKeys, hs_release_keys_free)
