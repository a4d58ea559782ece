/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The control API's routes about others who may release: asked of the site with the caller's own
 * sign-in. */

#include "serve/control/control_private.h"

#include "base/error.h"
#include "engine/identity/sessions.h"
#include "engine/site_link/delegating.h"

/* Borrowed; NULL after an error answer was given. */
static const HsSecretBytes *
find_session (HsControlRequest *request)
{
  const HsCaller *caller = &request->caller;
  HsSessions *sessions = request->control->parts.sessions;
  gint64 now_us = g_get_real_time ();
  HsId identity;

  /* On a kiosk the account alone says nothing: whose session it is must be the person who asks. */
  if (hs_sessions_find_identity (sessions, caller->uid, now_us, &identity)
      && (!caller->is_kiosk || hs_id_equal (&identity, &caller->identity)))
    return hs_sessions_find (sessions, caller->uid, now_us);
  hs_control_answer_error (
      request, g_error_new_literal (HS_ERROR, HS_ERROR_DENIED,
                                    "Sign in at the site first, with `homespool sign-in`: who may "
                                    "release your jobs is kept there."));
  return NULL;
}

static void
on_delegated (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsControlRequest *request = user_data;
  GError *error = NULL;
  g_autoptr (HsDelegationReply) reply = hs_site_link_delegate_finish (result, &error);

  if (reply == NULL)
    {
      hs_control_answer_error (request, error);
      return;
    }
  json_t *object = json_object ();
  hs_json_set_id (object, "id", &reply->id);
  hs_json_set_text (object, "name", reply->name, HS_DELEGATION_MAX_NAME_BYTES);
  hs_control_answer (request, object);
}

static gboolean
read_wanted (const json_t *body, HsDelegationRequest *wanted, GError **error)
{
  static const char *const members[] = { "delegate", "job", "expires_us", NULL };

  return hs_json_check_members ("the request", body, members, error)
         && hs_json_get_text (body, "delegate", HS_DELEGATION_MAX_NAME_BYTES, &wanted->delegate,
                              error)
         && hs_json_get_id_or_null (body, "job", &wanted->job, error)
         && hs_json_get_time (body, "expires_us", &wanted->expires_us, error);
}

void
hs_control_delegate (HsControlRequest *request)
{
  g_autoptr (json_t) body = hs_control_take_json (request);
  g_autoptr (HsDelegationRequest) wanted = g_new0 (HsDelegationRequest, 1);
  const HsSecretBytes *session = NULL;
  GError *error = NULL;

  if (body == NULL)
    return;
  if (!read_wanted (body, wanted, &error))
    {
      hs_control_answer_error (request, error);
      return;
    }
  session = find_session (request);
  if (session == NULL)
    return;
  wanted->session = hs_secret_bytes_copy (session);
  hs_site_link_delegate_async (request->control->parts.site_link, wanted, on_delegated, request);
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsControlRequest *request = user_data;
  GError *error = NULL;
  g_autoptr (GPtrArray) given = hs_site_link_list_delegations_finish (result, &error);

  if (given == NULL)
    {
      hs_control_answer_error (request, error);
      return;
    }
  json_t *array = json_array ();
  for (guint i = 0; i < given->len; i++)
    {
      const HsDelegation *delegation = g_ptr_array_index (given, i);
      json_t *item = json_object ();
      hs_json_set_id (item, "id", &delegation->id);
      hs_json_set_text (item, "delegate", delegation->delegate, HS_DELEGATION_MAX_NAME_BYTES);
      hs_json_set_text (item, "name", delegation->name, HS_DELEGATION_MAX_NAME_BYTES);
      hs_json_set_id (item, "job", &delegation->job);
      hs_json_set_integer (item, "expires_us", delegation->expires_us);
      json_array_append_new (array, item);
    }
  json_t *object = json_object ();
  hs_json_set_value (object, "delegations", array);
  hs_control_answer (request, object);
}

void
hs_control_list_delegations (HsControlRequest *request)
{
  const HsSecretBytes *session = find_session (request);

  if (session != NULL)
    hs_site_link_list_delegations_async (request->control->parts.site_link, session, on_listed,
                                         request);
}

static void
on_revoked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsControlRequest *request = user_data;
  GError *error = NULL;

  if (!hs_site_link_revoke_finish (result, &error))
    {
      hs_control_answer_error (request, error);
      return;
    }
  hs_control_answer (request, json_object ());
}

void
hs_control_revoke_delegation (HsControlRequest *request)
{
  const HsSecretBytes *session = find_session (request);
  HsRevocationRequest wanted = { .id = request->id };

  if (session == NULL)
    return;
  wanted.session = (HsSecretBytes *)session;
  hs_site_link_revoke_async (request->control->parts.site_link, &wanted, on_revoked, request);
}
