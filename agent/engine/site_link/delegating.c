/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Questions of a signed-in person that travel with the session in their body. */

#include "engine/site_link/delegating.h"

#include "engine/site_link/reach.h"

static void
on_answered (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  GBytes *reply = hs_site_client_ask_finish (result, &error);

  if (reply != NULL)
    g_task_return_pointer (task, reply, (GDestroyNotify)hs_site_client_forget_reply);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/* Takes @body, which holds the session. */
static void
ask (HsSiteLink *link,
     const char *path,
     char *body,
     GAsyncReadyCallback callback,
     gpointer user_data)
{
  g_autoptr (GTask) task = hs_site_link_new_task (link, callback, user_data);
  g_autoptr (GBytes) secret = hs_site_client_take_secret_body (body);

  if (hs_site_link_can_ask (link, task))
    hs_site_client_ask_async (link->client, path, secret, link->cancellable, on_answered,
                              g_steal_pointer (&task));
}

/* The reply is forgotten, wiped, whatever @decode makes of it. */
static gpointer
read_reply (GAsyncResult *result,
            gpointer (*decode) (const char *bytes, gsize length, GError **error),
            GError **error)
{
  GBytes *reply = g_task_propagate_pointer (G_TASK (result), error);
  gpointer value = NULL;

  if (reply == NULL)
    return NULL;
  gsize length = 0;
  const char *text = g_bytes_get_data (reply, &length);
  value = decode (text != NULL ? text : "", length, error);
  if (value == NULL)
    hs_site_client_blame_site (error);
  hs_site_client_forget_reply (reply);
  return value;
}

static gpointer
decode_given (const char *bytes, gsize length, GError **error)
{
  return hs_delegation_reply_decode (bytes, length, error);
}

static gpointer
decode_list (const char *bytes, gsize length, GError **error)
{
  return hs_delegations_decode (bytes, length, error);
}

static gpointer
decode_shares (const char *bytes, gsize length, GError **error)
{
  return hs_shares_decode (bytes, length, error);
}

void
hs_site_link_delegate_async (HsSiteLink *link,
                             const HsDelegationRequest *request,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  ask (link, "/v1/device/delegations", hs_delegation_request_encode (request), callback, user_data);
}

HsDelegationReply *
hs_site_link_delegate_finish (GAsyncResult *result, GError **error)
{
  return read_reply (result, decode_given, error);
}

void
hs_site_link_list_delegations_async (HsSiteLink *link,
                                     const HsSecretBytes *session,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  ask (link, "/v1/device/delegations/list", hs_delegations_request_encode (session), callback,
       user_data);
}

GPtrArray *
hs_site_link_list_delegations_finish (GAsyncResult *result, GError **error)
{
  return read_reply (result, decode_list, error);
}

void
hs_site_link_revoke_async (HsSiteLink *link,
                           const HsRevocationRequest *request,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  ask (link, "/v1/device/delegations/revoke", hs_revocation_request_encode (request), callback,
       user_data);
}

gboolean
hs_site_link_revoke_finish (GAsyncResult *result, GError **error)
{
  GBytes *reply = g_task_propagate_pointer (G_TASK (result), error);

  g_clear_pointer (&reply, hs_site_client_forget_reply);
  return !g_task_had_error (G_TASK (result));
}

void
hs_site_link_fetch_shares_async (HsSiteLink *link,
                                 const HsSharesRequest *request,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  ask (link, "/v1/device/shares", hs_shares_request_encode (request), callback, user_data);
}

GPtrArray *
hs_site_link_fetch_shares_finish (GAsyncResult *result, GError **error)
{
  return read_reply (result, decode_shares, error);
}
