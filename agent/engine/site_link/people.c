/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* People at this workstation sign in at the site and release through it. Nothing here waits for a
 * retry: who asks is standing by. */

#include "engine/site_link/people.h"

#include "base/error.h"
#include "engine/site_link/outbox.h"
#include "engine/site_link/reach.h"
#include "trust/signed.h"

/* ── sign-in ─────────────────────────────────────────────────────────────────────────────── */

static void
on_signed_in (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HsSignInReply) reply = hs_site_client_sign_in_finish (result, &error);

  if (reply == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, g_steal_pointer (&reply), (GDestroyNotify)hs_sign_in_reply_free);
}

void
hs_site_link_sign_in_async (HsSiteLink *link,
                            const HsSignInRequest *request,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = hs_site_link_new_task (link, callback, user_data);

  if (hs_site_link_can_ask (link, task))
    hs_site_client_sign_in_async (link->client, request, link->cancellable, on_signed_in,
                                  g_steal_pointer (&task));
}

HsSignInReply *
hs_site_link_sign_in_finish (HsSiteLink *link,
                             GAsyncResult *result,
                             HsEntitlement **entitlement,
                             GError **error)
{
  g_autoptr (HsSignInReply) reply = g_task_propagate_pointer (G_TASK (result), error);
  g_autoptr (HsEntitlement) opened = NULL;

  if (reply == NULL)
    return NULL;
  if (reply->entitlement != NULL && link->is_enrolled)
    {
      opened = hs_signed_entitlement_open (reply->entitlement, link->bundle, &link->device, error);
      if (opened == NULL)
        return NULL;
      if (!hs_id_equal (&opened->identity, &reply->identity))
        {
          g_set_error (error, HS_ERROR, HS_ERROR_CORRUPT,
                       "the site's entitlement is for another person");
          return NULL;
        }
    }
  if (entitlement != NULL)
    *entitlement = g_steal_pointer (&opened);
  return g_steal_pointer (&reply);
}

/* ── keys and secrets ────────────────────────────────────────────────────────────────────── */

static void
on_key_bound (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  char *entitlement = NULL;

  if (hs_site_client_bind_key_finish (result, &entitlement, &error))
    g_task_return_pointer (task, entitlement, g_free);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
hs_site_link_bind_key_async (HsSiteLink *link,
                             const HsSecretBytes *session,
                             const char *recipient,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  hs_site_link_renew_entitlement_async (link, session, &(HsId){ 0 }, recipient, callback,
                                        user_data);
}

void
hs_site_link_renew_entitlement_async (HsSiteLink *link,
                                      const HsSecretBytes *session,
                                      const HsId *identity,
                                      const char *recipient,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
  g_autoptr (GTask) task = hs_site_link_new_task (link, callback, user_data);
  const HsEntitlementRequest request = { .session = (HsSecretBytes *)session,
                                         .identity = *identity,
                                         .recipient = (char *)recipient };

  if (hs_site_link_can_ask (link, task))
    hs_site_client_bind_key_async (link->client, &request, link->cancellable, on_key_bound,
                                   g_steal_pointer (&task));
}

HsEntitlement *
hs_site_link_open_entitlement (HsSiteLink *link, const char *text, GError **error)
{
  if (link->is_enrolled && !hs_bundle_is_expired (link->bundle, g_get_real_time ()))
    return hs_signed_entitlement_open (text, link->bundle, &link->device, error);
  g_set_error_literal (error, HS_ERROR, HS_ERROR_REFUSED,
                       "what the site gave this workstation does not hold any more");
  return NULL;
}

HsEntitlement *
hs_site_link_bind_key_finish (HsSiteLink *link, GAsyncResult *result, char **text, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autofree char *entitlement = g_task_propagate_pointer (G_TASK (result), &problem);
  HsEntitlement *opened = NULL;

  if (problem != NULL)
    g_propagate_error (error, g_steal_pointer (&problem));
  else if (entitlement != NULL)
    opened = hs_site_link_open_entitlement (link, entitlement, error);
  if (text != NULL)
    *text = opened != NULL ? g_steal_pointer (&entitlement) : NULL;
  return opened;
}

static void
on_secret_changed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  HsSecretBytes *pepper = NULL;

  if (hs_site_client_change_secret_finish (result, &pepper, &error))
    g_task_return_pointer (task, pepper, (GDestroyNotify)hs_secret_bytes_free);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
hs_site_link_change_secret_async (HsSiteLink *link,
                                  const HsSecretRequest *request,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_autoptr (GTask) task = hs_site_link_new_task (link, callback, user_data);

  if (hs_site_link_can_ask (link, task))
    hs_site_client_change_secret_async (link->client, request, link->cancellable, on_secret_changed,
                                        g_steal_pointer (&task));
}

gboolean
hs_site_link_change_secret_finish (HsSiteLink *link,
                                   GAsyncResult *result,
                                   HsSecretBytes **pepper,
                                   GError **error)
{
  g_autoptr (GError) problem = NULL;

  *pepper = g_task_propagate_pointer (G_TASK (result), &problem);
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* ── release ─────────────────────────────────────────────────────────────────────────────── */

/* A document that was printed a moment ago may be released before the site has heard of it: its
 * announcement waits for its pages, or is under way. The site is then told first, and asked again. */
typedef struct
{
  HsSiteLink *link;
  HsReleaseRequest request; /* owns the session */
  gboolean has_told;
} Asking;

static void ask_release (GTask *task);

static void
asking_free (gpointer data)
{
  Asking *asking = data;

  hs_secret_bytes_free (asking->request.session);
  hs_site_link_unref (asking->link);
  g_free (asking);
}

static void
on_told (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  GError *error = NULL;

  if (hs_site_link_tell_finish (result, &error))
    ask_release (task);
  else
    {
      g_task_return_error (task, error);
      g_object_unref (task);
    }
}

static void
on_released (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  Asking *asking = g_task_get_task_data (task);
  GError *error = NULL;
  HsId command;

  if (hs_site_client_release_finish (result, &command, &error))
    g_task_return_pointer (task, g_memdup2 (&command, sizeof command), g_free);
  else if (g_error_matches (error, HS_ERROR, HS_ERROR_NOT_FOUND) && !asking->has_told
           && asking->link->is_running)
    {
      g_error_free (error);
      asking->has_told = TRUE;
      hs_engine_announce_now (asking->link->engine, &asking->request.job);
      hs_ledger_hurry (asking->link->ledger);
      hs_site_link_tell_async (asking->link, hs_ledger_batch_new (), on_told, task);
      return;
    }
  else
    g_task_return_error (task, error);
  g_object_unref (task);
}

static void
ask_release (GTask *task)
{
  Asking *asking = g_task_get_task_data (task);
  HsSiteLink *link = asking->link;

  if (hs_site_link_can_ask (link, task))
    hs_site_client_release_async (link->client, &asking->request, link->cancellable, on_released,
                                  task);
  else
    g_object_unref (task);
}

void
hs_site_link_release_async (HsSiteLink *link,
                            const HsSecretBytes *session,
                            const HsId *job,
                            const HsId *printer,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  Asking *asking = g_new0 (Asking, 1);

  asking->link = hs_site_link_ref (link);
  asking->request = (HsReleaseRequest){ .session = hs_secret_bytes_copy (session),
                                        .job = *job,
                                        .printer = *printer };
  g_task_set_task_data (task, asking, asking_free);
  ask_release (task);
}

gboolean
hs_site_link_release_finish (HsSiteLink *link, GAsyncResult *result, HsId *command, GError **error)
{
  g_autofree HsId *answer = g_task_propagate_pointer (G_TASK (result), error);

  if (answer == NULL)
    return FALSE;
  *command = *answer;
  return TRUE;
}
