/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The control API's routes about the agent: status, doctor, enrolment. */

#include "serve/control/control_private.h"

#include "base/error.h"
#include "core/wire/control_status.h"
#include "engine/doctor.h"
#include "engine/host/sleep.h"
#include "engine/identity/identities.h"
#include "engine/identity/kiosk.h"
#include "engine/identity/offline_rights.h"
#include "engine/site_link/enrol.h"
#include "engine/site_link/put_back.h"
#include "engine/site_link/site_link.h"
#include "platform/login_session.h"

/* ── status ──────────────────────────────────────────────────────────────────────────────── */

static void
count_jobs (HsControlRequest *request, HsControlStatus *status)
{
  g_autoptr (GPtrArray) jobs
      = hs_engine_list_jobs (request->control->parts.engine, &request->caller);

  for (guint i = 0; i < jobs->len; i++)
    {
      const HsJob *job = g_ptr_array_index (jobs, i);
      status->held += job->state == HS_JOB_HELD;
      status->printing += job->state == HS_JOB_RELEASED || job->state == HS_JOB_DELIVERING;
      status->uncertain += job->state == HS_JOB_UNCERTAIN;
    }
}

static char **
dup_escrow_names (const HsBundle *bundle)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (gsize i = 0; bundle != NULL && i < bundle->n_escrow; i++)
    g_ptr_array_add (names, g_strdup (bundle->escrow[i].name));
  g_ptr_array_add (names, NULL);
  return (char **)g_ptr_array_steal (names, NULL);
}

static const char *
key_word (HsControlRequest *request, HsId *identity)
{
  static const char *const words[] = { "absent", "locked", "unlocked" };
  HsIdentities *identities = request->control->parts.identities;

  if (!hs_control_find_identity (request, identity))
    return words[HS_KEY_ABSENT];
  return words[hs_identities_get_key_state (identities, identity)];
}

/* Only who sits there is told more than that somebody does. */
static void
show_seat (HsControlRequest *request, HsControlStatus *status)
{
  HsKiosk *kiosk = request->control->parts.kiosk;
  HsKioskStatus seat = { 0 };

  status->mode = g_strdup (request->control->people_mode);
  if (kiosk == NULL || !(request->caller.is_kiosk || request->caller.is_admin))
    return;
  hs_kiosk_get_status (kiosk, &seat);
  status->seat_problem = g_strdup (seat.problem);
  if (!request->caller.is_kiosk)
    return;
  status->is_seat_taken = seat.is_taken;
  status->idle_sign_out_s = seat.signs_out_after_s;
  if (hs_id_is_zero (&request->caller.identity))
    return;
  status->seat_name = g_strdup (seat.name);
  status->seat_until_us = seat.expires_us;
}

static void
show_offline (HsControlRequest *request,
              const HsBundle *bundle,
              const HsId *identity,
              HsControlStatus *status)
{
  HsOfflineHooks hooks = hs_offline_rights_get_hooks (request->control->parts.rights);
  HsOfflineStanding standing = { 0 };

  if (bundle == NULL)
    return;
  status->offline_policy = g_strdup (hs_offline_policy_to_keyword (bundle->policy.offline));
  if (bundle->policy.offline != HS_OFFLINE_PRINT || hs_id_is_zero (identity))
    return;
  hooks.judge (hooks.data, identity, &standing);
  if (standing.right != HS_OFFLINE_RIGHT_HELD)
    return;
  status->offline_until_us = standing.until_us;
  status->offline_pages = standing.pages_left;
}

void
hs_control_show_status (HsControlRequest *request)
{
  const HsControlParts *parts = &request->control->parts;
  const HsBundle *bundle = hs_site_link_get_bundle (parts->site_link);
  g_autoptr (HsControlStatus) status = g_new0 (HsControlStatus, 1);
  HsEngineStatistics statistics;
  HsSiteStatus site = { 0 };
  HsId identity = { { 0 } };

  hs_engine_get_statistics (parts->engine, &statistics);
  hs_site_link_get_status (parts->site_link, &site);
  status->version = g_strdup (HS_VERSION);
  status->ready = statistics.ready;
  status->uid = request->caller.uid;
  status->is_admin = request->caller.is_admin;
  count_jobs (request, status);
  status->enrolled = site.is_enrolled;
  status->organisation = g_strdup (site.organisation);
  status->device = site.is_enrolled ? hs_id_dup_text (&site.device) : NULL;
  status->site_online = site.is_online;
  status->site_state = g_strdup (hs_reach_to_keyword (site.reach));
  status->site_since_us = site.since_us;
  status->site_problem = g_strdup (site.problem);
  status->rolled_back_us = site.rolled_back_us;
  status->copied_us = site.copied_us;
  status->outbox_records = (guint32)MIN (statistics.outbox_records, G_MAXUINT32);
  status->key = g_strdup (key_word (request, &identity));
  status->identity = hs_id_is_zero (&identity) ? NULL : hs_id_dup_text (&identity);
  show_seat (request, status);
  show_offline (request, bundle, &identity, status);
  status->escrow = dup_escrow_names (bundle);
  if (bundle != NULL)
    {
      status->site_url = g_strdup (bundle->site_urls[0]);
      status->title_policy = g_strdup (hs_title_policy_to_keyword (bundle->policy.title_policy));
    }
  status->watches_logins
      = parts->login_sessions != NULL && hs_login_sessions_is_watched (parts->login_sessions);
  status->watches_sleep = parts->sleep != NULL && hs_sleep_is_watched (parts->sleep);
  hs_control_answer (request, hs_control_status_encode (status));
}

/* ── doctor ──────────────────────────────────────────────────────────────────────────────── */

static void
on_examined (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsControlRequest *request = user_data;
  g_autoptr (GPtrArray) checks = hs_doctor_examine_finish (request->control->parts.doctor, result);
  json_t *array = json_array ();

  for (guint i = 0; i < checks->len; i++)
    json_array_append_new (array, hs_control_check_encode (g_ptr_array_index (checks, i)));
  json_t *object = json_object ();
  hs_json_set_value (object, "checks", array);
  hs_control_answer (request, object);
}

void
hs_control_run_doctor (HsControlRequest *request)
{
  HsId identity = { { 0 } };

  hs_doctor_examine_async (request->control->parts.doctor, key_word (request, &identity),
                           on_examined, request);
}

static void
on_acknowledged (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsControlRequest *request = user_data;
  GError *error = NULL;

  if (hs_site_link_acknowledge_put_back_finish (result, &error))
    hs_control_answer (request, json_object ());
  else
    hs_control_answer_error (request, error);
}

/* Most checks say how things are now, and end with what they warn of. One says what happened. */
void
hs_control_acknowledge (HsControlRequest *request)
{
  static const char *const checks[] = { "rollback", NULL };
  g_autoptr (json_t) body = hs_control_take_json (request);
  GError *error = NULL;
  int check;

  if (body == NULL)
    return;
  if (hs_json_get_keyword (body, "check", checks, &check, &error))
    hs_site_link_acknowledge_put_back_async (request->control->parts.site_link, on_acknowledged,
                                             request);
  else
    hs_control_answer_error (request, error);
}

/* ── enrolment ───────────────────────────────────────────────────────────────────────────── */

static void
on_enrolled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsControlRequest *request = user_data;
  HsSiteLink *link = request->control->parts.site_link;
  HsSiteStatus site = { 0 };
  GError *error = NULL;

  if (!hs_site_link_enrol_finish (link, result, &error))
    {
      hs_control_answer_error (request, error);
      return;
    }
  hs_site_link_get_status (link, &site);
  json_t *object = json_object ();
  hs_json_set_text (object, "organisation", site.organisation, 1024);
  hs_json_set_id (object, "device", &site.device);
  hs_control_answer (request, object);
}

void
hs_control_enrol (HsControlRequest *request)
{
  GError *error = NULL;
  gsize length;
  const char *text = g_bytes_get_data (hs_control_get_body (request), &length);
  HsEnrolToken *token = hs_enrol_token_parse (text, length, &error);

  if (token == NULL)
    {
      hs_control_answer_error (request, error);
      return;
    }
  hs_site_link_enrol_async (request->control->parts.site_link, token, g_get_host_name (),
                            on_enrolled, request);
  hs_enrol_token_free (token);
}
