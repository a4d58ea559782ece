/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Bodies about letting somebody else release, and about shares. Whatever held a session or a share is
 * wiped before it is freed. */

#include "core/wire/delegation.h"

#include "base/error.h"
#include "core/wire/command.h"
#include "core/wire/json_secret.h"
#include "core/wire/sign_in.h"

/* ── giving ──────────────────────────────────────────────────────────────────────────────── */

HsDelegationRequest *
hs_delegation_request_decode (const char *bytes, gsize length, GError **error)
{
  static const char *const members[] = { "session", "delegate", "job", "expires_us", NULL };
  g_autoptr (HsDelegationRequest) request = g_new0 (HsDelegationRequest, 1);
  g_autoptr (HsSecretJson) object
      = hs_json_parse ("delegation request", bytes, length, HS_JSON_MAX_BYTES, error);

  if (object == NULL || !hs_json_take_session (object, &request->session, error)
      || !hs_json_check_members ("delegation request", object, members, error)
      || !hs_json_get_text (object, "delegate", HS_DELEGATION_MAX_NAME_BYTES, &request->delegate,
                            error)
      || !hs_json_get_id_or_null (object, "job", &request->job, error)
      || !hs_json_get_time (object, "expires_us", &request->expires_us, error))
    return NULL;
  return g_steal_pointer (&request);
}

char *
hs_delegation_request_encode (const HsDelegationRequest *request)
{
  g_autoptr (HsSecretJson) object = json_object ();

  hs_json_set_secret_text (object, "session", request->session);
  hs_json_set_text (object, "delegate", request->delegate, HS_DELEGATION_MAX_NAME_BYTES);
  hs_json_set_id (object, "job", &request->job);
  hs_json_set_integer (object, "expires_us", request->expires_us);
  return hs_json_encode (object);
}

void
hs_delegation_request_free (HsDelegationRequest *request)
{
  if (request == NULL)
    return;
  hs_secret_bytes_free (request->session);
  g_free (request->delegate);
  g_free (request);
}

HsDelegationReply *
hs_delegation_reply_decode (const char *bytes, gsize length, GError **error)
{
  static const char *const members[] = { "id", "identity", "name", NULL };
  g_autoptr (HsDelegationReply) reply = g_new0 (HsDelegationReply, 1);
  g_autoptr (json_t) object
      = hs_json_parse ("delegation reply", bytes, length, HS_JSON_MAX_BYTES, error);

  if (object == NULL || !hs_json_check_members ("delegation reply", object, members, error)
      || !hs_json_get_id (object, "id", &reply->id, error)
      || !hs_json_get_id (object, "identity", &reply->identity, error)
      || !hs_json_get_text (object, "name", HS_DELEGATION_MAX_NAME_BYTES, &reply->name, error))
    return NULL;
  return g_steal_pointer (&reply);
}

char *
hs_delegation_reply_encode (const HsDelegationReply *reply)
{
  g_autoptr (json_t) object = json_object ();

  hs_json_set_id (object, "id", &reply->id);
  hs_json_set_id (object, "identity", &reply->identity);
  hs_json_set_text (object, "name", reply->name, HS_DELEGATION_MAX_NAME_BYTES);
  return hs_json_encode (object);
}

void
hs_delegation_reply_free (HsDelegationReply *reply)
{
  if (reply == NULL)
    return;
  g_free (reply->name);
  g_free (reply);
}

/* ── what was given ──────────────────────────────────────────────────────────────────────── */

HsSecretBytes *
hs_delegations_request_decode (const char *bytes, gsize length, GError **error)
{
  static const char *const members[] = { "session", NULL };
  g_autoptr (HsSecretBytes) session = NULL;
  g_autoptr (HsSecretJson) object
      = hs_json_parse ("delegations request", bytes, length, HS_JSON_MAX_BYTES, error);

  if (object == NULL || !hs_json_take_session (object, &session, error)
      || !hs_json_check_members ("delegations request", object, members, error))
    return NULL;
  return g_steal_pointer (&session);
}

char *
hs_delegations_request_encode (const HsSecretBytes *session)
{
  g_autoptr (HsSecretJson) object = json_object ();

  hs_json_set_secret_text (object, "session", session);
  return hs_json_encode (object);
}

static HsDelegation *
decode_delegation (const json_t *object, GError **error)
{
  static const char *const members[] = { "id", "delegate", "name", "job", "expires_us", NULL };
  g_autoptr (HsDelegation) delegation = g_new0 (HsDelegation, 1);

  if (!hs_json_check_members ("delegation", object, members, error)
      || !hs_json_get_id (object, "id", &delegation->id, error)
      || !hs_json_get_text (object, "delegate", HS_DELEGATION_MAX_NAME_BYTES, &delegation->delegate,
                            error)
      || !hs_json_get_text (object, "name", HS_DELEGATION_MAX_NAME_BYTES, &delegation->name, error)
      || !hs_json_get_id_or_null (object, "job", &delegation->job, error)
      || !hs_json_get_time (object, "expires_us", &delegation->expires_us, error))
    return NULL;
  return g_steal_pointer (&delegation);
}

GPtrArray *
hs_delegations_decode (const char *bytes, gsize length, GError **error)
{
  static const char *const members[] = { "delegations", NULL };
  g_autoptr (GPtrArray) delegations
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_delegation_free);
  g_autoptr (json_t) object
      = hs_json_parse ("delegations", bytes, length, HS_JSON_MAX_BYTES, error);
  json_t *array = NULL;

  if (object == NULL || !hs_json_check_members ("delegations", object, members, error)
      || !hs_json_get_array (object, "delegations", 0, HS_DELEGATIONS_MAX, &array, error))
    return NULL;
  for (size_t i = 0; i < json_array_size (array); i++)
    {
      HsDelegation *delegation = decode_delegation (json_array_get (array, i), error);
      if (delegation == NULL)
        return NULL;
      g_ptr_array_add (delegations, delegation);
    }
  return g_steal_pointer (&delegations);
}

char *
hs_delegations_encode (const GPtrArray *delegations)
{
  g_autoptr (json_t) object = json_object ();
  json_t *array = json_array ();

  for (guint i = 0; i < delegations->len; i++)
    {
      const HsDelegation *delegation = g_ptr_array_index (delegations, i);
      json_t *item = json_object ();
      hs_json_set_id (item, "id", &delegation->id);
      hs_json_set_text (item, "delegate", delegation->delegate, HS_DELEGATION_MAX_NAME_BYTES);
      hs_json_set_text (item, "name", delegation->name, HS_DELEGATION_MAX_NAME_BYTES);
      hs_json_set_id (item, "job", &delegation->job);
      hs_json_set_integer (item, "expires_us", delegation->expires_us);
      json_array_append_new (array, item);
    }
  hs_json_set_value (object, "delegations", array);
  return hs_json_encode (object);
}

void
hs_delegation_free (HsDelegation *delegation)
{
  if (delegation == NULL)
    return;
  g_free (delegation->delegate);
  g_free (delegation->name);
  g_free (delegation);
}

/* ── taking back ─────────────────────────────────────────────────────────────────────────── */

HsRevocationRequest *
hs_revocation_request_decode (const char *bytes, gsize length, GError **error)
{
  static const char *const members[] = { "session", "id", NULL };
  g_autoptr (HsRevocationRequest) request = g_new0 (HsRevocationRequest, 1);
  g_autoptr (HsSecretJson) object
      = hs_json_parse ("revocation request", bytes, length, HS_JSON_MAX_BYTES, error);

  if (object == NULL || !hs_json_take_session (object, &request->session, error)
      || !hs_json_check_members ("revocation request", object, members, error)
      || !hs_json_get_id (object, "id", &request->id, error))
    return NULL;
  return g_steal_pointer (&request);
}

char *
hs_revocation_request_encode (const HsRevocationRequest *request)
{
  g_autoptr (HsSecretJson) object = json_object ();

  hs_json_set_secret_text (object, "session", request->session);
  hs_json_set_id (object, "id", &request->id);
  return hs_json_encode (object);
}

void
hs_revocation_request_free (HsRevocationRequest *request)
{
  if (request == NULL)
    return;
  hs_secret_bytes_free (request->session);
  g_free (request);
}

/* ── shares ──────────────────────────────────────────────────────────────────────────────── */

HsSharesRequest *
hs_shares_request_decode (const char *bytes, gsize length, GError **error)
{
  static const char *const members[] = { "session", "jobs", NULL };
  g_autoptr (HsSharesRequest) request = g_new0 (HsSharesRequest, 1);
  g_autoptr (HsSecretJson) object
      = hs_json_parse ("shares request", bytes, length, HS_JSON_MAX_BYTES, error);

  request->jobs = g_array_new (FALSE, FALSE, sizeof (HsId));
  if (object == NULL || !hs_json_take_session (object, &request->session, error)
      || !hs_json_check_members ("shares request", object, members, error)
      || !hs_json_get_id_list (object, "jobs", 1, HS_SHARES_MAX_JOBS, request->jobs, error))
    return NULL;
  return g_steal_pointer (&request);
}

char *
hs_shares_request_encode (const HsSharesRequest *request)
{
  g_autoptr (HsSecretJson) object = json_object ();

  hs_json_set_secret_text (object, "session", request->session);
  hs_json_set_id_list (object, "jobs", request->jobs);
  return hs_json_encode (object);
}

void
hs_shares_request_free (HsSharesRequest *request)
{
  if (request == NULL)
    return;
  hs_secret_bytes_free (request->session);
  g_array_unref (request->jobs);
  g_free (request);
}

HsJobShare *
hs_job_share_new (const HsId *job, HsSecretBytes *share)
{
  HsJobShare *made = g_new0 (HsJobShare, 1);

  made->job = *job;
  made->share = share;
  return made;
}

void
hs_job_share_free (HsJobShare *share)
{
  if (share == NULL)
    return;
  hs_secret_bytes_free (share->share);
  g_free (share);
}

static HsJobShare *
decode_share (json_t *object, GError **error)
{
  static const char *const members[] = { "job", "share", NULL };
  g_autoptr (HsJobShare) share = g_new0 (HsJobShare, 1);

  if (!hs_json_check_members ("share", object, members, error)
      || !hs_json_get_id (object, "job", &share->job, error)
      || !hs_json_take_secret (object, "share", HS_COMMAND_SHARE_BYTES, HS_COMMAND_SHARE_BYTES,
                               &share->share, error))
    return NULL;
  return g_steal_pointer (&share);
}

static GPtrArray *
decode_shares (const json_t *object, GError **error)
{
  static const char *const members[] = { "shares", NULL };
  g_autoptr (GPtrArray) shares = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_job_share_free);
  json_t *array = NULL;

  if (!hs_json_check_members ("shares", object, members, error)
      || !hs_json_get_array (object, "shares", 0, HS_SHARES_MAX_JOBS, &array, error))
    return NULL;
  for (size_t i = 0; i < json_array_size (array); i++)
    {
      HsJobShare *share = decode_share (json_array_get (array, i), error);
      if (share == NULL)
        return NULL;
      g_ptr_array_add (shares, share);
    }
  return g_steal_pointer (&shares);
}

GPtrArray *
hs_shares_decode (const char *bytes, gsize length, GError **error)
{
  g_autoptr (HsSecretJson) object
      = hs_json_parse ("shares", bytes, length, HS_JSON_MAX_BYTES, error);

  return object != NULL ? decode_shares (object, error) : NULL;
}

char *
hs_shares_encode (const GPtrArray *shares)
{
  g_autoptr (HsSecretJson) object = json_object ();
  json_t *array = json_array ();

  for (guint i = 0; i < shares->len; i++)
    {
      const HsJobShare *share = g_ptr_array_index (shares, i);
      json_t *item = json_object ();
      hs_json_set_id (item, "job", &share->job);
      hs_json_set_secret (item, "share", share->share);
      json_array_append_new (array, item);
    }
  hs_json_set_value (object, "shares", array);
  return hs_json_encode (object);
}
