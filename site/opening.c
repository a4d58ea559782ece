/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A site is opened. */

#define HS_LOG_AREA "site"

#include "site/opening.h"

#include "base/log.h"
#include "site/devices/enrolment.h"
#include "site/devices/release_epochs.h"
#include "site/people/erasure.h"
#include "site/people/seats.h"
#include "site/people/sign_in.h"
#include "site/terminals/enrolment.h"

gboolean
hs_site_prune_destroyed_log (HsSite *site, gint64 now_us, GError **error)
{
  /* A week on top, for clocks that were set. */
  gint64 weeks_us = now_us - HS_RELEASE_KEY_LIFE_US - HS_RELEASE_EPOCH_US;

  return hs_destroyed_log_prune (hs_site_secrets_get_destroyed_log (site->secrets),
                                 (guint64)MAX (weeks_us / HS_RELEASE_EPOCH_US, 0),
                                 now_us - HS_SEATS_LIFE_US - HS_RELEASE_EPOCH_US, now_us, error);
}

static gboolean
apply_destroyed_log (HsSite *site, gint64 now_us, GError **error)
{
  guint destroyed = 0;
  guint ended = 0;
  guint erased = 0;
  guint revoked = 0;
  guint blocked = 0;

  if (!hs_store_begin (site->store, error))
    return FALSE;
  /* It was loaded before: a command line may have taken a block back since. */
  if (!hs_destroyed_log_refresh (hs_site_secrets_get_destroyed_log (site->secrets), error)
      || !hs_release_epochs_apply_log (site, now_us, &destroyed, error)
      || !hs_seats_apply_log (site, now_us, &ended, error)
      || !hs_terminals_apply_log (site, now_us, error)
      || !hs_erasure_apply_log (site, now_us, &erased, error)
      || !hs_enrolment_apply_log (site, now_us, &revoked, error)
      || !hs_sign_in_apply_log (site, now_us, &blocked, error)
      || !hs_site_prune_destroyed_log (site, now_us, error))
    {
      hs_store_roll_back (site->store);
      return FALSE;
    }
  if (revoked + blocked > 0)
    hs_log_warning (
        "this database was older than what was decided since: %u workstations are revoked "
        "and %u people blocked again",
        revoked, blocked);
  return hs_store_commit (site->store, error)
         && (erased == 0 || hs_store_rewrite (site->store, error))
         && (destroyed + ended + revoked == 0 || hs_store_scrub (site->store, error));
}

HsSite *
hs_site_open (const char *folder, gint64 now_us, GError **error)
{
  g_autoptr (HsSite) site = g_new0 (HsSite, 1);

  if ((site->config = hs_site_config_load (folder, error)) == NULL
      || (site->secrets = hs_site_secrets_load (site->config, error)) == NULL
      || (site->store = hs_store_open (folder, error)) == NULL
      || !apply_destroyed_log (site, now_us, error))
    return NULL;
  return g_steal_pointer (&site);
}
