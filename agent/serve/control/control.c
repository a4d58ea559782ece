/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The control API: who asks, which route, and how an answer leaves. */

#define HS_LOG_AREA "control"

#include "serve/control/control_private.h"

#include "base/error.h"
#include "base/log.h"
#include "core/refusal.h"
#include "core/wire/wire_error.h"
#include "engine/identity/identities.h"
#include "engine/identity/kiosk.h"
#include "engine/identity/sessions.h"
#include "platform/peer.h"

#include <string.h>

#define SILENCE_MS (10 * 60 * 1000) /* of a tray between two calls on one connection */

typedef struct
{
  const char *method;
  const char *path; /* {job}, {printer} and {delegation} stand for a uuid */
  gboolean is_for_admin;
  HsControlHandler handler;
  gboolean is_personal;       /* at a kiosk: for who is signed in */
  gboolean is_for_empty_seat; /* and, with less in it, for who shows a token of nobody's: none */
} Route;

static const Route routes[] = {
  { "GET", "/v1/status", FALSE, hs_control_show_status },
  { "GET", "/v1/jobs", FALSE, hs_control_list_jobs, TRUE },
  { "GET", "/v1/jobs/{job}", FALSE, hs_control_show_job, TRUE },
  { "GET", "/v1/jobs/{job}/trace", FALSE, hs_control_show_trace, TRUE },
  { "GET", "/v1/jobs/{job}/preview", FALSE, hs_control_show_preview, TRUE },
  { "POST", "/v1/jobs/{job}/release", FALSE, hs_control_release, TRUE },
  { "POST", "/v1/jobs/{job}/cancel", FALSE, hs_control_cancel, TRUE },
  { "POST", "/v1/jobs/{job}/hold", FALSE, hs_control_hold_job, TRUE },
  { "POST", "/v1/jobs/{job}/resolve", FALSE, hs_control_resolve, TRUE },
  { "POST", "/v1/jobs/{job}/claim", FALSE, hs_control_claim, TRUE },
  { "GET", "/v1/claimable", FALSE, hs_control_list_claimable, TRUE },
  { "GET", "/v1/delegations", FALSE, hs_control_list_delegations },
  { "POST", "/v1/delegations", FALSE, hs_control_delegate },
  { "POST", "/v1/delegations/{delegation}/revoke", FALSE, hs_control_revoke_delegation },
  { "GET", "/v1/printers", FALSE, hs_control_list_printers },
  { "GET", "/v1/identities", FALSE, hs_control_list_identities },
  { "GET", "/v1/unlock", FALSE, hs_control_show_unlock },
  { "POST", "/v1/unlock", FALSE, hs_control_unlock },
  { "POST", "/v1/title-key", FALSE, hs_control_give_title_key },
  { "POST", "/v1/sign-in", FALSE, hs_control_sign_in },
  { "POST", "/v1/sign-out", FALSE, hs_control_sign_out },
  { "POST", "/v1/secret", FALSE, hs_control_change_secret, TRUE },
  { "GET", "/v1/events", FALSE, hs_control_stream_events, TRUE, TRUE },
  { "GET", "/v1/doctor", FALSE, hs_control_run_doctor },
  { "POST", "/v1/doctor/acknowledge", TRUE, hs_control_acknowledge },
  { "GET", "/v1/overview", TRUE, hs_control_list_overview },
  { "POST", "/v1/printers/probe", TRUE, hs_control_probe_printer },
  { "POST", "/v1/printers/approve", TRUE, hs_control_approve_printer },
  { "POST", "/v1/printers/{printer}/disapprove", TRUE, hs_control_disapprove_printer },
  { "POST", "/v1/enrol", TRUE, hs_control_enrol },
};

/* ── who is there ────────────────────────────────────────────────────────────────────────── */

static gboolean
on_admit (GSocket *socket, HsHttpGuest *guest, gpointer user_data, GError **error)
{
  HsPeer peer;

  if (!hs_peer_identify (socket, &peer, error))
    return FALSE;
  guest->key = g_strdup_printf ("uid %u", peer.uid);
  guest->data = g_memdup2 (&peer, sizeof peer);
  guest->free_data = g_free;
  return TRUE;
}

static HsCaller
caller_of (HsControl *control, SoupServerMessage *message)
{
  const HsPeer *peer = hs_http_connection_get_guest (hs_http_connection_of (message));

  HsKiosk *kiosk = control->parts.kiosk;

  return (HsCaller){ .kind = HS_CALLER_PERSON,
                     .uid = peer->uid,
                     .believed_uid = HS_PEER_NO_UID,
                     .is_kiosk
                     = kiosk != NULL && peer->uid == hs_seat_get_uid (hs_kiosk_get_seat (kiosk)) };
}

GSocket *
hs_control_get_socket (HsControlRequest *request)
{
  return hs_http_connection_get_socket (hs_http_connection_of (request->message));
}

gboolean
hs_control_find_identity (HsControlRequest *request, HsId *identity)
{
  const HsCaller *caller = &request->caller;

  if (!caller->is_kiosk)
    return hs_identities_find (request->control->parts.identities, caller->uid, identity);
  *identity = caller->identity;
  return !hs_id_is_zero (identity);
}

const HsSecretBytes *
hs_control_find_session (HsControlRequest *request, HsId *identity)
{
  const HsCaller *caller = &request->caller;
  HsSessions *sessions = request->control->parts.sessions;
  gint64 now_us = g_get_real_time ();
  HsId owner;

  /* On a kiosk the account alone says nothing: whose session it is must be the person who asks. */
  if (!hs_sessions_find_identity (sessions, caller->uid, now_us, &owner)
      || (caller->is_kiosk && !hs_id_equal (&owner, &caller->identity)))
    return NULL;
  if (identity != NULL)
    *identity = owner;
  return hs_sessions_find (sessions, caller->uid, now_us);
}

/* ── answering ───────────────────────────────────────────────────────────────────────────── */

/* Requests wait for the site, for workers and for the name service, and those may answer when the owner
 * has ended us: the agent goes on for a while, to say goodbye and to stop its engine. */
static void
unref_control (HsControl *control)
{
  if (--control->references > 0)
    return;
  hs_admins_free (control->admins);
  g_free (control->admin_group);
  g_free (control->people_mode);
  g_free (control);
}

void
hs_control_let_go (HsControlRequest *request)
{
  /* The message outlives its answer. */
  soup_message_headers_remove (soup_server_message_get_request_headers (request->message),
                               HS_CONTROL_TOKEN_HEADER);
  hs_http_message_unpause (request->message);
  g_object_unref (request->message);
  g_free (request->only);
  g_free (request->key);
  g_free (request->bind);
  g_free (request->side);
  g_free (request->login_session);
  unref_control (request->control);
  g_free (request);
}

static void
set_answer_of (SoupServerMessage *message, guint status, const char *type, char *body, gsize length)
{
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Cache-Control",
                                "no-store");
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, type, SOUP_MEMORY_TAKE, body, length);
}

static void
set_answer (SoupServerMessage *message, guint status, char *body)
{
  set_answer_of (message, status, "application/json", body, strlen (body));
}

static void
set_error (SoupServerMessage *message, GError *error)
{
  guint status = error->domain == HS_ERROR ? hs_wire_error_to_status (error->code)
                                           : SOUP_STATUS_INTERNAL_SERVER_ERROR;

  if (status == SOUP_STATUS_INTERNAL_SERVER_ERROR)
    hs_log_warning ("a control request failed: %s", error->message);
  set_answer (message, status, hs_wire_error_encode (error));
  g_error_free (error);
}

void
hs_control_answer (HsControlRequest *request, json_t *object)
{
  g_autoptr (json_t) owned = object;
  set_answer (request->message, SOUP_STATUS_OK, hs_json_encode (owned));
  hs_control_let_go (request);
}

void
hs_control_answer_bytes (HsControlRequest *request, const char *type, char *bytes, gsize length)
{
  set_answer_of (request->message, SOUP_STATUS_OK, type, bytes, length);
  hs_control_let_go (request);
}

void
hs_control_answer_error (HsControlRequest *request, GError *error)
{
  set_error (request->message, error);
  hs_control_let_go (request);
}

GBytes *
hs_control_get_body (HsControlRequest *request)
{
  SoupMessageBody *body = soup_server_message_get_request_body (request->message);
  g_autoptr (GBytes) bytes = soup_message_body_flatten (body);
  /* The body keeps the flattened buffer. */
  return bytes;
}

json_t *
hs_control_take_json (HsControlRequest *request)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (request->message);
  GError *error = NULL;

  if (g_strcmp0 (soup_message_headers_get_content_type (headers, NULL), "application/json") != 0)
    {
      hs_control_answer_error (request, g_error_new_literal (HS_ERROR, HS_ERROR_INVALID,
                                                             "Send the body as application/json."));
      return NULL;
    }
  json_t *object = hs_json_parse_bytes ("the request", hs_control_get_body (request),
                                        HS_CONTROL_BODY_BYTES, &error);
  if (object == NULL)
    hs_control_answer_error (request, error);
  return object;
}

/* ── routing ─────────────────────────────────────────────────────────────────────────────── */

/* Fills *id where the path has one. */
static gboolean
path_fits (const char *pattern, const char *path, HsId *id)
{
  const char *hole = strchr (pattern, '{');
  char text[HS_ID_TEXT_BYTES] = { 0 };

  if (hole == NULL)
    return strcmp (pattern, path) == 0;
  gsize before = (gsize)(hole - pattern);
  if (strncmp (pattern, path, before) != 0 || strlen (path) < before + HS_ID_TEXT_BYTES - 1)
    return FALSE;
  memcpy (text, path + before, HS_ID_TEXT_BYTES - 1);
  return hs_id_parse (text, id)
         && strcmp (path + before + HS_ID_TEXT_BYTES - 1, strchr (hole, '}') + 1) == 0;
}

static GError *
check_origin (SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *host = soup_message_headers_get_one (headers, "Host");

  if (soup_message_headers_get_one (headers, "Origin") != NULL
      || (host != NULL && strcmp (host, "localhost") != 0 && strcmp (host, "homespool") != 0))
    return g_error_new_literal (HS_ERROR, HS_ERROR_DENIED,
                                "This socket serves local programs; use the host name localhost "
                                "and no Origin header.");
  if (!hs_http_message_is_whole (message))
    return g_error_new_literal (HS_ERROR, HS_ERROR_INVALID, "The request was cut off.");
  return NULL;
}

static const Route *
find_route (const char *method, const char *path, HsId *id, gboolean *path_known)
{
  const Route *found = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (routes); i++)
    {
      if (!path_fits (routes[i].path, path, id))
        continue;
      *path_known = TRUE;
      if (strcmp (routes[i].method, method) == 0)
        found = &routes[i];
    }
  return found;
}

typedef struct
{
  HsControlRequest *request;
  const Route *route;
} Visit;

static void
run_handler (HsControlRequest *request, const Route *route)
{
  if (request->control->server != NULL)
    route->handler (request);
  else
    hs_control_answer_error (
        request, g_error_new_literal (HS_ERROR, HS_ERROR_CANCELLED, "The agent is stopping."));
}

static void
on_kiosk_settled (HsControlRequest *request, gpointer user_data)
{
  g_autofree Visit *visit = user_data;

  if (visit->route->is_personal && hs_id_is_zero (&request->caller.identity)
      && (!visit->route->is_for_empty_seat || hs_control_has_token (request)))
    hs_control_answer_error (request, hs_refusal_new (HS_REFUSAL_SIGN_IN_FIRST, NULL));
  else
    run_handler (request, visit->route);
}

/* The identities know this user now, or will not: then the user is nobody, and sees nothing. */
static void
on_learnt (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Visit *visit = user_data;
  g_autoptr (GError) error = NULL;
  HsControlRequest *request = visit->request;

  if (!hs_identities_learn_finish (request->control->parts.identities, result, &error))
    hs_log_warning ("who a local user is could not be found out: %s", error->message);
  if (request->caller.is_kiosk)
    hs_control_settle_kiosk (request, on_kiosk_settled, g_steal_pointer (&visit));
  else
    run_handler (request, visit->route);
}

static const char *
find_word (GHashTable *query, const char *name)
{
  return query != NULL ? g_hash_table_lookup (query, name) : NULL;
}

static void
on_admin_known (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Visit *visit = user_data;
  HsControlRequest *request = visit->request;
  HsControl *control = request->control;

  request->caller.is_admin = hs_admins_ask_finish (result);
  if (!visit->route->is_for_admin || request->caller.is_admin)
    {
      hs_identities_learn_async (control->parts.identities, request->caller.uid, on_learnt, visit);
      return;
    }
  g_free (visit);
  hs_control_answer_error (request,
                           g_error_new (HS_ERROR, HS_ERROR_DENIED,
                                        "Only root and members of the group %s may do this.",
                                        control->admin_group));
}

static void
start_visit (HsControl *control,
             SoupServerMessage *message,
             const Route *route,
             const HsId *id,
             const HsCaller *caller,
             GHashTable *query)
{
  HsControlRequest *request = g_new0 (HsControlRequest, 1);
  Visit *visit = g_new0 (Visit, 1);

  control->references++;
  request->control = control;
  request->message = g_object_ref (message);
  request->caller = *caller;
  request->id = *id;
  request->peer = *(const HsPeer *)hs_http_connection_get_guest (hs_http_connection_of (message));
  request->only = g_strdup (find_word (query, "job"));
  request->key = g_strdup (find_word (query, "key"));
  request->bind = g_strdup (find_word (query, "bind"));
  request->side = g_strdup (find_word (query, "side"));
  visit->request = request;
  visit->route = route;
  hs_http_message_pause (message, NULL, NULL);
  hs_admins_ask_async (control->admins, caller->uid, on_admin_known, visit);
}

static void
on_request (SoupServer *soup,
            SoupServerMessage *message,
            const char *path,
            GHashTable *query,
            gpointer user_data)
{
  HsControl *control = user_data;
  gboolean path_known = FALSE;
  HsId id = { { 0 } };
  HsCaller caller = { 0 };
  const Route *route
      = find_route (soup_server_message_get_method (message), path, &id, &path_known);

  GError *error = check_origin (message);
  if (error == NULL && route == NULL)
    error = path_known ? g_error_new_literal (HS_ERROR, HS_ERROR_NOT_SUPPORTED,
                                              "This path does not take that method.")
                       : g_error_new_literal (HS_ERROR, HS_ERROR_NOT_FOUND,
                                              "There is no such path; docs/control-api.md lists "
                                              "them.");
  if (error != NULL)
    {
      set_error (message, error);
      return;
    }
  caller = caller_of (control, message);
  start_visit (control, message, route, &id, &caller, query);
}

char *
hs_control_format_routes (void)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (routes); i++)
    g_string_append_printf (text, "%s %s%s\n", routes[i].method, routes[i].path,
                            routes[i].is_for_admin ? " (administrator)" : "");
  return g_string_free (text, FALSE);
}

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

static void
on_job_changed (HsEngine *engine, const HsJob *job, gpointer user_data)
{
  hs_control_tell_streams (user_data, job);
}

static void
on_progress (HsEngine *engine, const HsJob *job, const HsSendProgress *progress, gpointer user_data)
{
  hs_control_tell_progress (user_data, job, progress);
}

HsControl *
hs_control_new (const HsControlParts *parts, GSocket *listening, GError **error)
{
  g_autoptr (HsControl) control = g_new0 (HsControl, 1);
  HsHttpLimits limits;

  control->references = 1;
  control->parts = *parts;
  control->admin_group = g_strdup (parts->admin_group);
  control->admins = hs_admins_new (parts->admin_group, NULL);
  control->people_mode = g_strdup (parts->people_mode);
  hs_http_limits_init (&limits);
  limits.accumulate_bodies = TRUE;
  limits.body_bytes = HS_CONTROL_BODY_BYTES;
  limits.silence_ms = SILENCE_MS;
  control->server = hs_http_server_new (&limits, on_admit, control);
  soup_server_add_handler (hs_http_server_get_soup (control->server), NULL, on_request, control,
                           NULL);
  control->watch = hs_engine_watch (parts->engine, on_job_changed, control);
  control->progress_watch = hs_engine_watch_progress (parts->engine, on_progress, control);
  if (!hs_http_server_listen (control->server, listening, NULL, error))
    return NULL;
  return g_steal_pointer (&control);
}

void
hs_control_identify (HsControl *control, guint32 uid)
{
  hs_control_tell_identify (control, uid);
}

void
hs_control_free (HsControl *control)
{
  if (control == NULL)
    return;
  if (control->watch != 0)
    {
      hs_engine_unwatch (control->parts.engine, control->watch);
      hs_engine_unwatch (control->parts.engine, control->progress_watch);
    }
  hs_control_end_streams (control);
  g_clear_pointer (&control->server, hs_http_server_free);
  unref_control (control);
}
