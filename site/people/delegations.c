/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Who may let whom release. */

#include "site/people/delegations.h"

#include "base/error.h"
#include "core/identity.h"
#include "core/wire/delegation.h"
#include "crypto/random.h"
#include "site/people/sign_in.h"

static char *
dup_subject (const HsId *owner)
{
  char text[HS_ID_TEXT_BYTES];

  return g_strconcat ("delegate:", hs_id_format (owner, text), NULL);
}

gboolean
hs_delegation_begin (HsSite *site, const HsId *owner, gint64 now_us, guint *retry_s, GError **error)
{
  g_autofree char *subject = dup_subject (owner);
  HsStoreFailures failures;

  *retry_s = 0;
  if (!hs_store_get_failures (site->store, subject, &failures, error))
    return FALSE;
  gint64 open_us
      = failures.last_us
        + hs_sign_in_delay_s (failures.count, HS_DELEGATION_FREE_TRIES, HS_DELEGATION_MAX_DELAY_S)
              * G_TIME_SPAN_SECOND;
  if (now_us < open_us)
    {
      *retry_s = (guint)((open_us - now_us) / G_TIME_SPAN_SECOND) + 1;
      g_set_error (error, HS_ERROR, HS_ERROR_TEMPORARY,
                   "too many names that nobody has; wait %u seconds and try again", *retry_s);
      return FALSE;
    }
  failures.count++;
  failures.last_us = now_us;
  return hs_store_set_failures (site->store, subject, &failures, error);
}

static gboolean
take_try_back (HsSite *site, const HsId *owner, GError **error)
{
  g_autofree char *subject = dup_subject (owner);
  HsStoreFailures failures;

  if (!hs_store_get_failures (site->store, subject, &failures, error))
    return FALSE;
  if (failures.count > 0)
    failures.count--;
  return hs_store_set_failures (site->store, subject, &failures, error);
}

static HsStoreUser *
find_delegate (HsSite *site, const char *name, GError **error)
{
  g_autoptr (GError) reason = NULL;
  HsStoreUser *user
      = hs_identity_is_name (name) ? hs_store_get_user_by_name (site->store, name, &reason) : NULL;

  if (user != NULL)
    return user;
  if (reason == NULL || g_error_matches (reason, HS_ERROR, HS_ERROR_NOT_FOUND))
    g_set_error (error, HS_ERROR, HS_ERROR_NOT_FOUND,
                 "nobody of that name has an account here; check the user name, the one that is "
                 "typed to sign in");
  else
    g_propagate_error (error, g_steal_pointer (&reason));
  return NULL;
}

static gboolean
check_delegate (const HsStoreUser *user, const HsId *owner, gint64 expires_us, GError **error)
{
  if (hs_id_equal (&user->identity, owner))
    g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
                 "you may release your own documents already; name somebody else");
  else if (user->blocked_us != 0)
    g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
                 "that account cannot be used at present; name somebody else");
  else if (user->guest_until_us != 0 && expires_us > user->guest_until_us)
    g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
                 "that is a guest whose account ends earlier; choose an earlier end");
  else
    return TRUE;
  return FALSE;
}

static gboolean
check_job (HsSite *site, const HsId *owner, const HsId *id, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (HsStoreJob) job = NULL;

  if (hs_id_is_zero (id))
    return TRUE;
  job = hs_store_get_job (site->store, id, &reason);
  if (job != NULL && hs_id_equal (&job->announce.owner, owner)
      && !hs_job_state_is_final (job->state))
    return TRUE;
  if (reason != NULL && !g_error_matches (reason, HS_ERROR, HS_ERROR_NOT_FOUND))
    g_propagate_error (error, g_steal_pointer (&reason));
  else
    g_set_error (error, HS_ERROR, HS_ERROR_NOT_FOUND,
                 "the site knows no such waiting document of yours; if it was just printed, try "
                 "again in a moment");
  return FALSE;
}

/* One row for each person and job. */
static gboolean
make_room (HsSite *site, const HsStoreDelegation *wanted, gint64 now_us, GError **error)
{
  g_autoptr (GPtrArray) given
      = hs_store_list_delegations (site->store, &wanted->owner, now_us, error);
  guint count = 0;

  if (given == NULL)
    return FALSE;
  for (guint i = 0; i < given->len; i++)
    {
      const HsStoreDelegation *other = g_ptr_array_index (given, i);
      gboolean is_same = hs_id_equal (&other->delegate, &wanted->delegate)
                         && hs_id_equal (&other->job, &wanted->job);
      if (is_same && !hs_store_remove_delegation (site->store, &wanted->owner, &other->id, error))
        return FALSE;
      count += !is_same;
    }
  if (count < HS_DELEGATIONS_MAX)
    return TRUE;
  g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
               "you have given %d such permissions; take some back first", HS_DELEGATIONS_MAX);
  return FALSE;
}

HsStoreDelegation *
hs_delegation_give (HsSite *site,
                    const HsId *owner,
                    const char *name,
                    const HsId *job,
                    gint64 expires_us,
                    gint64 now_us,
                    GError **error)
{
  g_autoptr (HsStoreDelegation) delegation = g_new0 (HsStoreDelegation, 1);
  g_autoptr (HsStoreUser) user = find_delegate (site, name, error);

  if (user == NULL)
    return NULL;
  if (expires_us <= now_us || expires_us > now_us + HS_DELEGATION_MAX_US)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "choose an end in the future, within a year");
      return NULL;
    }
  delegation->owner = *owner;
  delegation->delegate = user->identity;
  delegation->job = *job;
  delegation->created_us = now_us;
  delegation->expires_us = expires_us;
  delegation->name = g_strdup (user->name);
  delegation->display_name = g_strdup (user->display_name);
  if (!check_delegate (user, owner, expires_us, error) || !check_job (site, owner, job, error)
      || !make_room (site, delegation, now_us, error) || !hs_random_id (&delegation->id, error)
      || !hs_store_add_delegation (site->store, delegation, error)
      || !take_try_back (site, owner, error))
    return NULL;
  return g_steal_pointer (&delegation);
}

gboolean
hs_delegation_take_back (
    HsSite *site, const HsId *owner, const HsId *id, HsId *delegate, GError **error)
{
  g_autoptr (HsStoreDelegation) delegation
      = hs_store_get_delegation (site->store, owner, id, error);

  if (delegation == NULL)
    return FALSE;
  *delegate = delegation->delegate;
  return hs_store_remove_delegation (site->store, owner, id, error);
}

gboolean
hs_delegation_wake (HsSite *site, HsCall *call, const HsId *owner, GError **error)
{
  g_autoptr (GArray) delegates = hs_store_list_delegates (site->store, owner, error);

  if (delegates == NULL)
    return FALSE;
  hs_call_wake (call, owner);
  for (guint i = 0; i < delegates->len; i++)
    hs_call_wake (call, &g_array_index (delegates, HsId, i));
  return TRUE;
}

gboolean
hs_delegation_wake_workstations (HsSite *site, HsCall *call, const HsId *owner, GError **error)
{
  g_autoptr (GPtrArray) seats = hs_store_list_seats (site->store, owner, NULL, error);

  for (guint i = 0; seats != NULL && i < seats->len; i++)
    hs_call_wake (call, &((const HsStoreSeat *)g_ptr_array_index (seats, i))->device);
  return seats != NULL;
}
