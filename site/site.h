/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A site that is open: its settings, keys, store and trust bundle, as one value that the parts of
 * the site hand around.
 *
 * Time is an argument (microseconds UTC), so that tests decide about it.
 *
 * Threads: the store lane (http: see site/server/server.h), or a command line's main.  Blocks: on disk. */

#include "core/wire/bundle.h"
#include "site/config.h"
#include "site/keys/secrets.h"
#include "site/store/store.h"

typedef struct
{
  HsSiteConfig *config;
  HsSiteSecrets *secrets;
  HsStore *store;
  HsBundle *bundle; /* private: hs_site_get_bundle() */
  guint64 bundle_version;
} HsSite;

/* NULL is allowed. */
void hs_site_free (HsSite *site);

/* The bundle that is imported now; borrowed until the next call.
 * Errors: TEMPORARY if none is imported yet. */
const HsBundle *hs_site_get_bundle (HsSite *site, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The file that a command line writes after a change, and that a running server watches so that who
 * waits hears of it at once. Returns: (transfer full). */
char *hs_site_dup_change_path (const char *folder);

/* Writes it. A failure only means that the news arrive with the next poll. */
void hs_site_tell_change (HsSite *site);

/* The identity of a user name here. Errors: INVALID (no possible name); TEMPORARY (no bundle). */
gboolean hs_site_derive_identity (HsSite *site,
                                  const char *user_name,
                                  HsId *identity,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsSite, hs_site_free)
