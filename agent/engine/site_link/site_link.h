/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The link to the site: joins it, keeps what makes it trusted, sends the outbox, takes commands.
 *
 * It decides whether a command is genuine; whether it is obeyed is the engine's decision. What came
 * from the site is used only through trust/signed.h. While the bundle is expired a newer one is
 * fetched and nothing else. Without site it retries after growing, jittered delays; with it, one
 * request waits at the site and nothing wakes up here.
 *
 * Kept in the ledger (names in engine/site_link/state.h): bundle, printer list, release keys,
 * device certificate. Kept in the state folder, 0600: the device's private key.
 *
 * Threads: main context only.  Blocks: never, but for reading the key file in hs_site_link_load(). */

#include "core/reachability.h"
#include "core/wire/release_keys.h"
#include "engine/engine_parts.h"
#include "engine/site_link/parts.h"
#include "store/ledger.h"

typedef struct
{
  gboolean is_enrolled;
  HsReach reach;
  gboolean is_online;   /* online or degraded */
  gboolean is_excluded; /* the site takes no certificate of ours */
  gint64 since_us;      /* UTC: of reach; 0 = not tried yet */
  HsId device;          /* zero if not enrolled */
  const char *organisation;
  const char *site_url; /* the first of the bundle */
  const char *problem;  /* a sentence: why it is offline, or what the site did wrong; nullable */
  guint64 bundle_version;
  gint64 bundle_expires_us;
  gboolean bundle_expired;
  guint64 printers_version; /* 0 = no list */
  gint64 printers_expires_us;
  gint64 certificate_expires_us;
  gint64 rolled_back_us; /* UTC; since when it is known that the ledger is an older copy of itself,
                          * for the site knew more; 0 = no, or it was acknowledged */
  gint64 copied_us; /* UTC; since when it is known that this ledger was made on another machine;
                          * 0 = no, or enrolled since */
  gboolean
      must_enrol; /* the site refuses our certificate, or it has expired: only enrolling helps */
  gint64 release_key_expires_us; /* of the newest; 0 = none */
  gboolean knows_clock;
  gint64 clock_offset_us;   /* our clock minus the site's, if known */
  guint64 refused_commands; /* since the start: forged, late, or for somebody else */
} HsSiteStatus;

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

HsSiteLink *hs_site_link_new (const HsSiteLinkParts *parts);

/* What the engine wants to be told of: put it into HsEngineParts.site. */
HsSiteHooks hs_site_link_get_hooks (HsSiteLink *link);

/* Takes up what @ledger remembers (@contents) and tells @engine whom to trust; both are borrowed. Once, before the
 * engine starts. Errors: CORRUPT, DENIED (key file): this workstation has to be enrolled again;
 * the link is usable for that. */
gboolean hs_site_link_load (HsSiteLink *link,
                            HsEngine *engine,
                            HsLedger *ledger,
                            const HsLedgerContents *contents,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Begins to talk, after the engine has started. */
void hs_site_link_start (HsSiteLink *link);

/* Ends requests under way; no callback of the parts runs any more. Before the engine is freed. */
void hs_site_link_stop (HsSiteLink *link);

/* NULL is allowed. */
void hs_site_link_free (HsSiteLink *link);

/* ── questions ───────────────────────────────────────────────────────────────────────────── */

/* Strings are borrowed until the next turn of the main loop. */
void hs_site_link_get_status (HsSiteLink *link, HsSiteStatus *status);

/* Borrowed; NULL while not enrolled. The bundle may be expired. */
const HsBundle *hs_site_link_get_bundle (HsSiteLink *link);
const HsReleaseKeys *hs_site_link_get_release_keys (HsSiteLink *link);

/* The machine woke up, or the network changed: do not wait for a delay to end, and do not believe
 * an old connection. */
void hs_site_link_check_now (HsSiteLink *link);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsSiteLink, hs_site_link_free)
