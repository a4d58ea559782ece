/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What people at a workstation ask about others who may release for them, and for the shares of
 * documents that were sealed before their owner had a key there. */

#include "site/server/handlers.h"

#include "base/error.h"
#include "core/wire/delegation.h"
#include "site/devices/person.h"
#include "site/devices/release_epochs.h"
#include "site/people/delegations.h"

/* ── giving and taking back ──────────────────────────────────────────────────────────────── */

static gboolean
give (HsSite *site, HsCall *call, GError **error)
{
  g_autoptr (HsDelegationRequest) wanted
      = hs_delegation_request_decode (call->body, call->body_length, error);
  g_autoptr (HsStoreUser) owner
      = wanted != NULL ? hs_device_find_person (site, call, wanted->session, error) : NULL;
  g_autoptr (HsStoreDelegation) given
      = owner != NULL ? hs_delegation_give (site, &owner->identity, wanted->delegate, &wanted->job,
                                            wanted->expires_us, call->now_us, error)
                      : NULL;

  if (given == NULL || !hs_delegation_wake (site, call, &owner->identity, error))
    return FALSE;
  const HsDelegationReply reply
      = { .id = given->id, .identity = given->delegate, .name = given->display_name };
  g_autofree char *json = hs_delegation_reply_encode (&reply);
  hs_call_reply_json (call, json);
  return TRUE;
}

gboolean
hs_handle_device_delegate (HsSite *site, HsCall *call, GError **error)
{
  g_autoptr (HsDelegationRequest) wanted
      = hs_delegation_request_decode (call->body, call->body_length, error);
  g_autoptr (HsStoreUser) owner
      = wanted != NULL ? hs_device_find_person (site, call, wanted->session, error) : NULL;

  if (owner == NULL)
    return FALSE;
  if (!hs_delegation_begin (site, &owner->identity, call->now_us, &call->retry_s, error))
    {
      if (call->retry_s > 0)
        call->error_status = 429;
      return FALSE;
    }
  call->next = give;
  call->next_lane = HS_CALL_LANE_STORE;
  return TRUE;
}

gboolean
hs_handle_device_delegations (HsSite *site, HsCall *call, GError **error)
{
  g_autoptr (HsSecretBytes) token
      = hs_delegations_request_decode (call->body, call->body_length, error);
  g_autoptr (HsStoreUser) owner
      = token != NULL ? hs_device_find_person (site, call, token, error) : NULL;
  g_autoptr (GPtrArray) given
      = owner != NULL
            ? hs_store_list_delegations (site->store, &owner->identity, call->now_us, error)
            : NULL;
  g_autoptr (GPtrArray) shown = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_delegation_free);

  if (given == NULL)
    return FALSE;
  for (guint i = 0; i < given->len && i < HS_DELEGATIONS_MAX; i++)
    {
      const HsStoreDelegation *row = g_ptr_array_index (given, i);
      HsDelegation *item = g_new0 (HsDelegation, 1);
      item->id = row->id;
      item->delegate = g_strdup (row->name);
      item->name = g_strdup (row->display_name);
      item->job = row->job;
      item->expires_us = row->expires_us;
      g_ptr_array_add (shown, item);
    }
  g_autofree char *json = hs_delegations_encode (shown);
  hs_call_reply_json (call, json);
  return TRUE;
}

gboolean
hs_handle_device_revoke (HsSite *site, HsCall *call, GError **error)
{
  g_autoptr (HsRevocationRequest) wanted
      = hs_revocation_request_decode (call->body, call->body_length, error);
  g_autoptr (HsStoreUser) owner
      = wanted != NULL ? hs_device_find_person (site, call, wanted->session, error) : NULL;
  HsId delegate;

  if (owner == NULL
      || !hs_delegation_take_back (site, &owner->identity, &wanted->id, &delegate, error)
      || !hs_delegation_wake (site, call, &owner->identity, error)
      || !hs_delegation_wake_workstations (site, call, &owner->identity, error))
    return FALSE;
  hs_call_wake (call, &delegate);
  hs_call_reply_json (call, "{}");
  return TRUE;
}

/* ── shares ──────────────────────────────────────────────────────────────────────────────── */

/* NULL without an error: not one that this person gets here. */
static gboolean
add_share (HsSite *site,
           HsCall *call,
           const HsId *owner,
           const HsId *id,
           GPtrArray *shares,
           GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (HsStoreJob) job = hs_store_get_job (site->store, id, &reason);
  HsSecretBytes *share = NULL;

  if (job == NULL && !g_error_matches (reason, HS_ERROR, HS_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }
  if (job == NULL || !hs_id_equal (&job->announce.owner, owner)
      || !hs_id_equal (&job->device, &call->device) || job->state != HS_JOB_HELD
      || call->now_us >= job->announce.expires_at_us)
    return TRUE;
  share = hs_release_epochs_compute_share (site, job, NULL);
  if (share == NULL)
    return TRUE;
  g_ptr_array_add (shares, hs_job_share_new (id, share));
  return hs_store_set_share_issued (site->store, id, call->now_us, error);
}

gboolean
hs_handle_device_shares (HsSite *site, HsCall *call, GError **error)
{
  g_autoptr (HsSharesRequest) wanted
      = hs_shares_request_decode (call->body, call->body_length, error);
  g_autoptr (HsStoreUser) owner
      = wanted != NULL ? hs_device_find_person (site, call, wanted->session, error) : NULL;
  g_autoptr (GPtrArray) shares = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_job_share_free);
  const HsBundle *bundle = NULL;

  if (owner == NULL || (bundle = hs_site_get_bundle (site, error)) == NULL)
    return FALSE;
  if (!bundle->policy.owner_stanza)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
                   "the organisation's policy lets no owner's key open documents");
      return FALSE;
    }
  for (guint i = 0; i < wanted->jobs->len; i++)
    if (!add_share (site, call, &owner->identity, &g_array_index (wanted->jobs, HsId, i), shares,
                    error))
      return FALSE;
  hs_call_reply_wiped (call, hs_shares_encode (shares));
  return TRUE;
}
