/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* From received text to a trusted value, and back: each signed object is opened with the only key
 * that may sign it, then decoded, then held against the one before it. There is no other way in.
 *
 *   root ── bundle ─┬─ printer-admin key ── printer list
 *                   ├─ command keys ─────── commands, release keys
 *                   └─ entitlement keys ─── entitlements
 *
 * Threads: any, no shared state.  Blocks: never.
 * Errors of every open function: CORRUPT (not signed as it must be), DENIED (signed by somebody
 * else, or for somebody else), INVALID (contents), NO_SPACE (too long), and those named below. */

#include "core/wire/bundle.h"
#include "core/wire/command.h"
#include "core/wire/printer_list.h"
#include "core/wire/release_keys.h"
#include "core/wire/sign_in.h"

/* ── bundles ─────────────────────────────────────────────────────────────────────────────── */

/* First contact: the bundle of the root whose key hashes to @root_digest (of the token). @next_jws
 * (nullable) is the signature of the next root and must be there if and only if one is named.
 * Errors also: EXPIRED. */
HsBundle *hs_signed_bundle_open_first (const char *jws,
                                       const char *next_jws,
                                       const guint8 root_digest[HS_PUBLIC_KEY_DIGEST_BYTES],
                                       gint64 now_us,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A newer bundle in the place of @previous. Errors also: EXPIRED, REFUSED (not newer, another
 * organisation, an unannounced root). */
HsBundle *hs_signed_bundle_open_successor (const char *jws,
                                           const char *next_jws,
                                           const HsBundle *previous,
                                           gint64 now_us,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* One of our own files, accepted earlier: signatures only, whatever its age. */
HsBundle *hs_signed_bundle_open_stored (const char *jws,
                                        const char *next_jws,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ── what a bundle's keys sign ───────────────────────────────────────────────────────────── */

/* A newer list in the place of @previous (nullable). Errors also: EXPIRED, REFUSED. */
HsPrinterList *hs_signed_printers_open (const char *jws,
                                        const HsBundle *bundle,
                                        const HsPrinterList *previous,
                                        gint64 now_us,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* One of our own files: signature only, whatever its age. */
HsPrinterList *hs_signed_printers_open_stored (const char *jws,
                                               const HsBundle *bundle,
                                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* For @device, in the place of @previous (nullable). Errors also: REFUSED (older). */
HsReleaseKeys *hs_signed_release_keys_open (const char *jws,
                                            const HsBundle *bundle,
                                            const HsReleaseKeys *previous,
                                            const HsId *device,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A command for this poll: signature, device, nonce and life. Errors also: EXPIRED. */
gboolean hs_signed_command_open (const char *jws,
                                 const HsBundle *bundle,
                                 const HsCommandPoll *poll,
                                 gint64 now_boot_us,
                                 HsCommand *command,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* For @device. Its times are the caller's to judge. */
HsEntitlement *hs_signed_entitlement_open (const char *jws,
                                           const HsBundle *bundle,
                                           const HsId *device,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
