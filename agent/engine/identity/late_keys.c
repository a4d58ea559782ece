/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Shares for keys that came late, and what was taken back meanwhile. */

#define HS_LOG_AREA "engine"

#include "engine/identity/late_keys.h"

#include "base/error.h"
#include "base/log.h"
#include "engine/delegation/local_delegations.h"
#include "engine/site_link/delegating.h"

typedef struct
{
  HsEngine *engine;
  HsId owner;
} Following;

static void
on_shares (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsEngine *engine = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) shares = hs_site_link_fetch_shares_finish (result, &error);

  if (shares == NULL && g_error_matches (error, HS_ERROR, HS_ERROR_CANCELLED))
    return; /* the agent ends */
  if (shares == NULL)
    hs_log_info ("jobs that were sealed before their owner had a key stay so: %s", error->message);
  for (guint i = 0; shares != NULL && i < shares->len; i++)
    {
      const HsJobShare *share = g_ptr_array_index (shares, i);
      hs_engine_grant_owner (engine, &share->job, share->share);
    }
}

static void
on_delegations (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Following *following = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) at_site = hs_site_link_list_delegations_finish (result, &error);

  if (at_site != NULL)
    hs_engine_follow_delegations (following->engine, &following->owner, at_site);
  else if (!g_error_matches (error, HS_ERROR, HS_ERROR_CANCELLED))
    hs_log_info ("what was taken back at the site could not be asked: %s", error->message);
}

void
hs_late_keys_look (HsEngine *engine, HsSiteLink *link, HsSessions *sessions, guint32 uid)
{
  gint64 now_us = g_get_real_time ();
  const HsSecretBytes *session = hs_sessions_find (sessions, uid, now_us);
  HsSharesRequest request = { .session = (HsSecretBytes *)session };
  HsId identity;

  if (session == NULL || !hs_sessions_find_identity (sessions, uid, now_us, &identity))
    return;
  if (hs_engine_has_site_delegations (engine, &identity))
    {
      Following *following = g_new0 (Following, 1);
      following->engine = engine;
      following->owner = identity;
      hs_site_link_list_delegations_async (link, session, on_delegations, following);
    }
  g_autoptr (GArray) jobs = hs_engine_list_ungranted (engine, &identity);
  if (jobs->len == 0)
    return;
  g_array_set_size (jobs, MIN (jobs->len, HS_SHARES_MAX_JOBS));
  request.jobs = jobs;
  hs_site_link_fetch_shares_async (link, &request, on_shares, engine);
}
