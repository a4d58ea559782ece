/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The control API's routes about others who may release: given here, to somebody with a key of their
 * own on this workstation, and at the site with the caller's own sign-in; whichever can be had. */

#include "serve/control/control_private.h"

#include "base/error.h"
#include "base/worker.h"
#include "engine/delegation/local_delegations.h"
#include "engine/identity/identities.h"
#include "engine/identity/kiosk.h"
#include "engine/site_link/delegating.h"
#include "engine/site_link/site_link.h"

static gboolean
is_enrolled (HsControlRequest *request)
{
  HsSiteStatus status;

  hs_site_link_get_status (request->control->parts.site_link, &status);
  return status.is_enrolled;
}

/* ── giving ──────────────────────────────────────────────────────────────────────────────── */

typedef struct
{
  HsControlRequest *request;
  HsDelegationRequest *wanted;
  char *own_name;     /* of the owner, for the delegate */
  guint32 uid;        /* of the name on this workstation; HS_PEER_NO_UID: nobody's */
  gboolean is_person; /* the name is somebody's here: */
  HsId person;
  HsDelegationReply *at_site; /* nullable */
} Giving;

static void
giving_free (Giving *giving)
{
  hs_delegation_request_free (giving->wanted);
  hs_delegation_reply_free (giving->at_site);
  g_free (giving->own_name);
  g_free (giving);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Giving, giving_free)

static HsDelegationWish
make_wish (const Giving *giving)
{
  const HsDelegationRequest *wanted = giving->wanted;
  HsDelegationWish wish = { .delegate = giving->person,
                            .job = wanted->job,
                            .expires_us = wanted->expires_us,
                            .delegate_name = wanted->delegate,
                            .owner_name = giving->own_name };

  if (giving->at_site != NULL)
    wish.id = giving->at_site->id;
  return wish;
}

/* Can it be given here? *error says why not. */
static gboolean
check_here (const Giving *giving, GError **error)
{
  HsDelegationWish wish = make_wish (giving);

  if (giving->is_person && giving->own_name != NULL)
    return hs_engine_check_delegation (giving->request->control->parts.engine,
                                       &giving->request->caller, &wish, error);
  g_set_error_literal (error, HS_ERROR, HS_ERROR_NOT_FOUND,
                       "there is nobody of that name on this workstation");
  return FALSE;
}

/* Takes @giving. */
static void
answer_given (Giving *giving, const HsId *id, gboolean is_here)
{
  g_autoptr (Giving) owned = giving;
  json_t *object = json_object ();

  hs_json_set_id (object, "id", id);
  hs_json_set_text (object, "name",
                    giving->at_site != NULL ? giving->at_site->name : giving->wanted->delegate,
                    HS_DELEGATION_MAX_NAME_BYTES);
  hs_json_set_boolean (object, "here", is_here);
  hs_json_set_boolean (object, "site", giving->at_site != NULL);
  hs_control_answer (giving->request, object);
}

static void
on_given_here (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Giving) giving = user_data;
  HsControlRequest *request = giving->request;
  GError *error = NULL;
  HsId id;

  if (hs_engine_delegate_finish (request->control->parts.engine, result, &id, &error))
    answer_given (g_steal_pointer (&giving), &id, TRUE);
  else
    hs_control_answer_error (request, error);
}

/* Takes @giving. */
static void
give_here (Giving *giving)
{
  HsDelegationWish wish = make_wish (giving);

  hs_engine_delegate_async (giving->request->control->parts.engine, &giving->request->caller, &wish,
                            on_given_here, giving);
}

/* The site may say who somebody is, but not whose key that is here: only a person whom this
 * workstation knows by the same name gets a grant, and only if the site means the same one. */
static void
on_given_at_site (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Giving) giving = user_data;
  HsControlRequest *request = giving->request;
  GError *error = NULL;

  giving->at_site = hs_site_link_delegate_finish (result, &error);
  if (giving->at_site == NULL
      && (!g_error_matches (error, HS_ERROR, HS_ERROR_TEMPORARY) || !check_here (giving, NULL)))
    {
      hs_control_answer_error (request, error);
      return;
    }
  g_clear_error (&error);
  if (giving->at_site == NULL
      || (hs_id_equal (&giving->at_site->identity, &giving->person) && check_here (giving, NULL)))
    give_here (g_steal_pointer (&giving));
  else
    {
      HsId id = giving->at_site->id;
      answer_given (g_steal_pointer (&giving), &id, FALSE);
    }
}

static GError *
not_signed_in (void)
{
  return g_error_new_literal (
      HS_ERROR, HS_ERROR_DENIED,
      "Sign in at the site first, with `homespool sign-in`: somebody without "
      "a key on this workstation releases your jobs on the release page.");
}

/* Takes @giving, of which all is known. */
static void
give (Giving *giving)
{
  g_autoptr (Giving) owned = giving;
  HsControlRequest *request = giving->request;
  const HsSecretBytes *session = hs_control_find_session (request, NULL);
  GError *error = NULL;

  if (session != NULL)
    {
      giving->wanted->session = hs_secret_bytes_copy (session);
      hs_site_link_delegate_async (request->control->parts.site_link, giving->wanted,
                                   on_given_at_site, g_steal_pointer (&owned));
    }
  else if (check_here (giving, &error))
    give_here (g_steal_pointer (&owned));
  else if (is_enrolled (request))
    {
      g_clear_error (&error);
      hs_control_answer_error (request, not_signed_in ());
    }
  else
    hs_control_answer_error (request, error);
}

/* ── whose name it is ────────────────────────────────────────────────────────────────────── */

static void
on_learned (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Giving *giving = user_data;
  HsIdentities *identities = giving->request->control->parts.identities;

  giving->is_person = hs_identities_learn_finish (identities, result, NULL)
                      && hs_identities_find (identities, giving->uid, &giving->person);
  give (giving);
}

/* The name service may block. */
static void
find_names (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Giving *giving = data;

  giving->own_name = hs_peer_dup_user_name (giving->request->caller.uid, NULL);
  if (!hs_peer_find_uid (giving->wanted->delegate, &giving->uid, NULL))
    giving->uid = HS_PEER_NO_UID;
  g_task_return_boolean (task, TRUE);
}

static void
on_names (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Giving *giving = user_data;

  if (giving->uid == HS_PEER_NO_UID)
    give (giving);
  else
    hs_identities_learn_async (giving->request->control->parts.identities, giving->uid, on_learned,
                               giving);
}

/* Takes @giving. At a kiosk the names are those of people who signed in there. */
static void
find_person (Giving *giving)
{
  HsKiosk *kiosk = giving->request->control->parts.kiosk;
  g_autoptr (GTask) task = NULL;
  HsKioskStatus status;

  if (!giving->request->caller.is_kiosk)
    {
      task = g_task_new (NULL, NULL, on_names, giving);
      g_task_set_task_data (task, giving, NULL);
      hs_worker_run (task, find_names);
      return;
    }
  hs_kiosk_get_status (kiosk, &status);
  giving->own_name = g_strdup (status.name);
  giving->is_person = hs_kiosk_find_name (kiosk, giving->wanted->delegate, &giving->person);
  give (giving);
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
  g_autoptr (Giving) giving = NULL;
  GError *error = NULL;

  if (body == NULL)
    return;
  giving = g_new0 (Giving, 1);
  giving->request = request;
  giving->wanted = g_new0 (HsDelegationRequest, 1);
  if (read_wanted (body, giving->wanted, &error))
    find_person (g_steal_pointer (&giving));
  else
    hs_control_answer_error (request, error);
}

/* ── showing ─────────────────────────────────────────────────────────────────────────────── */

static json_t *
encode (const HsId *id,
        const char *delegate,
        const char *name,
        const HsId *job,
        gint64 expires_us,
        gboolean is_here,
        gboolean is_at_site)
{
  json_t *item = json_object ();

  hs_json_set_id (item, "id", id);
  hs_json_set_text (item, "delegate", delegate, HS_DELEGATION_MAX_NAME_BYTES);
  hs_json_set_text (item, "name", name, HS_DELEGATION_MAX_NAME_BYTES);
  hs_json_set_id (item, "job", job);
  hs_json_set_integer (item, "expires_us", expires_us);
  hs_json_set_boolean (item, "here", is_here);
  hs_json_set_boolean (item, "site", is_at_site);
  return item;
}

/* The site's delegation of this id, and the place of ours in @here. */
static gboolean
is_here_too (const GPtrArray *here, const HsId *id)
{
  for (guint i = 0; i < here->len; i++)
    if (hs_id_equal (&((const HsLocalDelegation *)g_ptr_array_index (here, i))->id, id))
      return TRUE;
  return FALSE;
}

static gboolean
is_at_site_too (const GPtrArray *at_site, const HsId *id)
{
  for (guint i = 0; at_site != NULL && i < at_site->len; i++)
    if (hs_id_equal (&((const HsDelegation *)g_ptr_array_index (at_site, i))->id, id))
      return TRUE;
  return FALSE;
}

/* @at_site NULL: the site was not asked, or did not answer. */
static void
answer_list (HsControlRequest *request, const GPtrArray *at_site)
{
  HsEngine *engine = request->control->parts.engine;
  g_autoptr (GPtrArray) here = NULL;
  json_t *array = json_array ();
  json_t *object = json_object ();
  HsId owner;

  if (at_site != NULL && hs_control_find_identity (request, &owner))
    hs_engine_follow_delegations (engine, &owner, at_site);
  here = hs_engine_list_delegations (engine, &request->caller);
  for (guint i = 0; at_site != NULL && i < at_site->len; i++)
    {
      const HsDelegation *one = g_ptr_array_index (at_site, i);
      json_array_append_new (array, encode (&one->id, one->delegate, one->name, &one->job,
                                            one->expires_us, is_here_too (here, &one->id), TRUE));
    }
  for (guint i = 0; i < here->len; i++)
    {
      const HsLocalDelegation *one = g_ptr_array_index (here, i);
      g_autofree char *name = hs_engine_dup_delegate_name (engine, one);
      if (!is_at_site_too (at_site, &one->id))
        json_array_append_new (array, encode (&one->id, name, name, &one->job, one->expires_us,
                                              TRUE, one->is_at_site));
    }
  hs_json_set_value (object, "delegations", array);
  hs_json_set_boolean (object, "site_asked", at_site != NULL);
  hs_control_answer (request, object);
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsControlRequest *request = user_data;
  GError *error = NULL;
  g_autoptr (GPtrArray) at_site = hs_site_link_list_delegations_finish (result, &error);

  if (at_site == NULL && !g_error_matches (error, HS_ERROR, HS_ERROR_TEMPORARY))
    {
      hs_control_answer_error (request, error);
      return;
    }
  g_clear_error (&error);
  answer_list (request, at_site);
}

void
hs_control_list_delegations (HsControlRequest *request)
{
  const HsSecretBytes *session = hs_control_find_session (request, NULL);

  if (session != NULL)
    hs_site_link_list_delegations_async (request->control->parts.site_link, session, on_listed,
                                         request);
  else
    answer_list (request, NULL);
}

/* ── taking back ─────────────────────────────────────────────────────────────────────────── */

typedef struct
{
  HsControlRequest *request;
  gboolean was_at_site;
  gboolean was_here;
} TakingBack;

static void
on_revoked_at_site (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree TakingBack *taking_back = user_data;
  GError *error = NULL;

  if (hs_site_link_revoke_finish (result, &error))
    {
      hs_control_answer (taking_back->request, json_object ());
      return;
    }
  if (taking_back->was_here)
    g_prefix_error (&error, "Taken back at this workstation. At the site it still holds: ");
  hs_control_answer_error (taking_back->request, error);
}

static void
on_revoked_here (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree TakingBack *taking_back = user_data;
  HsControlRequest *request = taking_back->request;
  const HsSecretBytes *session = hs_control_find_session (request, NULL);
  HsRevocationRequest wanted = { .session = (HsSecretBytes *)session, .id = request->id };
  GError *error = NULL;

  if (!hs_engine_revoke_delegation_finish (request->control->parts.engine, result, &error))
    {
      if (!g_error_matches (error, HS_ERROR, HS_ERROR_NOT_FOUND) || !is_enrolled (request))
        {
          hs_control_answer_error (request, error);
          return;
        }
      if (session == NULL)
        {
          g_error_free (error);
          hs_control_answer_error (request, not_signed_in ());
          return;
        }
      g_clear_error (&error);
    }
  else if (!taking_back->was_at_site)
    {
      hs_control_answer (request, json_object ());
      return;
    }
  else
    taking_back->was_here = TRUE;
  if (session == NULL)
    {
      hs_control_answer_error (
          request, g_error_new_literal (HS_ERROR, HS_ERROR_DENIED,
                                        "Taken back at this workstation. At the site it still "
                                        "holds: sign in there (homespool sign-in), then take it "
                                        "back once more."));
      return;
    }
  hs_site_link_revoke_async (request->control->parts.site_link, &wanted, on_revoked_at_site,
                             g_steal_pointer (&taking_back));
}

static gboolean
is_known_to_site (HsControlRequest *request)
{
  g_autoptr (GPtrArray) here
      = hs_engine_list_delegations (request->control->parts.engine, &request->caller);

  for (guint i = 0; i < here->len; i++)
    {
      const HsLocalDelegation *one = g_ptr_array_index (here, i);
      if (hs_id_equal (&one->id, &request->id))
        return one->is_at_site;
    }
  return FALSE;
}

/* Here first, which needs nobody. */
void
hs_control_revoke_delegation (HsControlRequest *request)
{
  TakingBack *taking_back = g_new0 (TakingBack, 1);

  taking_back->request = request;
  taking_back->was_at_site = is_known_to_site (request);
  hs_engine_revoke_delegation_async (request->control->parts.engine, &request->caller, &request->id,
                                     on_revoked_here, taking_back);
}
