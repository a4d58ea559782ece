/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* How a workstation joins and stays. */

#include "site/devices/enrolment.h"

#include "base/error.h"
#include "core/wire/enrol_token.h"
#include "crypto/random.h"
#include "crypto/sha256.h"
#include "site/devices/release_epochs.h"
#include "site/people/seats.h"

#include <string.h>

#define SECRET_BYTES 32
#define BACKDATE_US (10 * G_TIME_SPAN_MINUTE) /* for workstations whose clock is late */

char *
hs_enrolment_make_token (HsSite *site, gint64 life_us, gint64 now_us, GError **error)
{
  const HsBundle *bundle = hs_site_get_bundle (site, error);
  g_autoptr (HsEnrolToken) token = g_new0 (HsEnrolToken, 1);
  HsStoreToken row = { .created_us = now_us, .expires_us = now_us + life_us };

  if (bundle == NULL)
    return NULL;
  token->url = g_strdup (site->config->people_urls[0]);
  token->expires_us = row.expires_us;
  token->secret = hs_random_secret (SECRET_BYTES, error);
  hs_public_key_digest (&bundle->root, token->root_digest);
  if (token->secret == NULL)
    return NULL;
  hs_sha256 (hs_secret_bytes_peek (token->secret), SECRET_BYTES, row.digest);
  if (!hs_store_add_token (site->store, &row, error))
    return NULL;
  return hs_enrol_token_format (token);
}

static char *
issue (HsSite *site, const HsId *device, const char *request_pem, gint64 now_us, GError **error)
{
  g_autoptr (HsCertificate) certificate = hs_certificate_issue_device (
      hs_site_secrets_get_device_authority (site->secrets),
      hs_site_secrets_get_device_authority_key (site->secrets), request_pem, device,
      now_us - BACKDATE_US, now_us + site->config->certificate_days * G_TIME_SPAN_DAY, error);

  if (certificate == NULL
      || !hs_store_add_certificate (site->store, device, hs_certificate_get_serial (certificate),
                                    hs_certificate_get_not_after_us (certificate), now_us, error))
    return NULL;
  return hs_certificate_dup_pem (certificate);
}

HsEnrolReply *
hs_enrolment_join (HsSite *site, const HsEnrolRequest *request, gint64 now_us, GError **error)
{
  g_autoptr (HsEnrolReply) reply = g_new0 (HsEnrolReply, 1);
  guint8 digest[HS_STORE_DIGEST_BYTES];
  HsStoreDevice device
      = { .host_name = request->host_name, .enrolled_us = now_us, .last_seen_us = now_us };

  if (hs_site_get_bundle (site, error) == NULL || !hs_random_id (&device.id, error))
    return NULL;
  hs_sha256 (hs_secret_bytes_peek (request->secret), hs_secret_bytes_get_length (request->secret),
             digest);
  if (!hs_store_spend_token (site->store, digest, &device.id, now_us, error)
      || !hs_store_add_device (site->store, &device, error))
    return NULL;
  reply->device = device.id;
  reply->certificate = issue (site, &device.id, request->csr, now_us, error);
  if (reply->certificate == NULL)
    return NULL;
  reply->release_keys = hs_release_epochs_sign_keys (site, &device.id, now_us, error);
  return reply->release_keys != NULL ? g_steal_pointer (&reply) : NULL;
}

char *
hs_enrolment_renew (
    HsSite *site, const HsId *device, const char *request_pem, gint64 now_us, GError **error)
{
  return issue (site, device, request_pem, now_us, error);
}

gboolean
hs_enrolment_check (HsSite *site, const HsId *device, const char *serial, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (HsStoreDevice) row = hs_store_get_device (site->store, device, &reason);

  if (row != NULL && row->revoked_us != 0)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_DENIED,
                   "this workstation was revoked; an administrator can give it a new enrolment "
                   "token");
      return FALSE;
    }
  if (row != NULL && hs_store_use_certificate (site->store, device, serial, &reason))
    return TRUE;
  /* Not known, or an older certificate: the same answer, so that nothing can be learnt from it. */
  if (g_error_matches (reason, HS_ERROR, HS_ERROR_NOT_FOUND))
    g_set_error (error, HS_ERROR, HS_ERROR_DENIED,
                 "this certificate does not hold here any more; enrol the workstation again");
  else
    g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

/* ── the end ─────────────────────────────────────────────────────────────────────────────── */

static gboolean
has_way (const HsStoreJob *job, const char *way)
{
  return job->announce.recipients != NULL
         && g_strv_contains ((const char *const *)job->announce.recipients, way);
}

/* Who can still open it on that workstation, without the site. */
static char *
dup_other_ways (const HsStoreJob *job)
{
  GString *text = g_string_new (NULL);

  if (job->announce.recipients == NULL)
    return g_string_free (
        g_string_append (text, "it is not known here whether another key opens it"), FALSE);
  if (has_way (job, "owner"))
    g_string_append (text, "its owner's key still opens it there");
  for (char **way = job->announce.recipients; *way != NULL; way++)
    if (g_str_has_prefix (*way, "escrow:"))
      g_string_append_printf (text, "%sso does the escrow key %s", text->len > 0 ? ", and " : "",
                              *way + strlen ("escrow:"));
  if (text->len == 0)
    g_string_append (text, "no other key opens it");
  else if (g_str_has_prefix (text->str, "so does "))
    {
      g_string_erase (text, 0, (gssize)strlen ("so does "));
      g_string_append (text, " still opens it there");
    }
  return g_string_free (text, FALSE);
}

static void
tell_job (HsSite *site, const HsStoreJob *job, GString *report)
{
  g_autoptr (HsStoreUser) owner = hs_id_is_zero (&job->announce.owner)
                                      ? NULL
                                      : hs_store_get_user (site->store, &job->announce.owner, NULL);
  g_autofree char *others = dup_other_ways (job);
  const char *site_half = job->announce.epoch == 0 ? "never needed this site"
                          : job->share_issued_us != 0
                              ? "the site's half had left before: who kept it and has the "
                                "workstation's disk and machine secret opens it"
                              : "the site's half is destroyed and was never given out";
  char id[HS_ID_TEXT_BYTES];

  g_string_append_printf (report, "  %s  %s: %s; %s.\n", hs_id_format (&job->announce.job, id),
                          owner != NULL ? owner->name : "of nobody proven", site_half, others);
}

static char *
dup_report (
    HsSite *site, const HsStoreDevice *device, const GPtrArray *jobs, guint destroyed, guint ended)
{
  GString *report = g_string_new (NULL);
  guint with_site = 0;
  guint issued = 0;

  for (guint i = 0; i < jobs->len; i++)
    {
      const HsStoreJob *job = g_ptr_array_index (jobs, i);
      with_site += job->announce.epoch != 0;
      issued += job->announce.epoch != 0 && job->share_issued_us != 0;
    }
  g_string_append_printf (
      report,
      "%s is revoked: it can ask nothing of this site any more.\n"
      "%u of its release keys are destroyed. Of %u documents that were waiting there, %u can never "
      "be opened with the site's help again; for %u the site's half had left before.\n"
      "Of %u people the peppers there are destroyed: key files of that workstation cannot be "
      "opened with a PIN or password any more.\n",
      device->host_name, destroyed, jobs->len, with_site - issued, issued, ended);
  for (guint i = 0; i < jobs->len; i++)
    tell_job (site, g_ptr_array_index (jobs, i), report);
  return g_string_free (report, FALSE);
}

static char *
dup_log_name (const HsId *device)
{
  char id[HS_ID_TEXT_BYTES];

  return g_strconcat ("revoked ", hs_id_format (device, id), NULL);
}

/* A database that is put back knows of no revocation since. */
gboolean
hs_enrolment_apply_log (HsSite *site, gint64 now_us, guint *revoked, GError **error)
{
  g_autoptr (GPtrArray) devices = hs_store_list_devices (site->store, error);

  for (guint i = 0; devices != NULL && i < devices->len; i++)
    {
      const HsStoreDevice *device = g_ptr_array_index (devices, i);
      g_autofree char *name = dup_log_name (&device->id);
      g_autofree char *report = NULL;
      if (device->revoked_us != 0 || !hs_site_secrets_has_name (site->secrets, name))
        continue;
      if (!hs_enrolment_revoke (site, &device->id, now_us, &report, error))
        return FALSE;
      (*revoked)++;
    }
  return devices != NULL;
}

gboolean
hs_enrolment_revoke (HsSite *site, const HsId *device, gint64 now_us, char **report, GError **error)
{
  g_autoptr (HsStoreDevice) row = hs_store_get_device (site->store, device, error);
  g_autoptr (GPtrArray) jobs
      = row != NULL ? hs_store_list_device_jobs (site->store, device, error) : NULL;
  g_autofree char *name = dup_log_name (device);
  guint destroyed = 0;
  guint ended = 0;

  if (jobs == NULL
      || (!hs_site_secrets_has_name (site->secrets, name)
          && !hs_site_secrets_log_name (site->secrets, name, error))
      || !hs_store_set_revoked (site->store, device, now_us, error)
      || !hs_store_remove_sessions (site->store, NULL, device, error)
      || !hs_release_epochs_destroy_all (site, device, now_us, &destroyed, error)
      || !hs_seats_end (site, NULL, device, &ended, error))
    return FALSE;
  *report = dup_report (site, row, jobs, destroyed, ended);
  return TRUE;
}
