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

gboolean
hs_enrolment_revoke (HsSite *site, const HsId *device, gint64 now_us, char **report, GError **error)
{
  g_autoptr (HsStoreDevice) row = hs_store_get_device (site->store, device, error);
  guint destroyed = 0;
  guint live = 0;
  guint issued = 0;
  guint ended = 0;

  if (row == NULL || !hs_store_count_live_jobs (site->store, device, &live, &issued, error)
      || !hs_store_set_revoked (site->store, device, now_us, error)
      || !hs_store_remove_sessions (site->store, NULL, device, error)
      || !hs_release_epochs_destroy_all (site, device, now_us, &destroyed, error)
      || !hs_seats_end (site, NULL, device, &ended, error))
    return FALSE;
  *report = g_strdup_printf (
      "%s is revoked: it can ask nothing of this site any more.\n"
      "%u of its release keys are destroyed. Of %u documents that were waiting there, %u can never "
      "be opened with the site's help again; for %u the site's half had left before.\n"
      "A document that was also sealed to its owner's own key or to an escrow recipient stays "
      "readable to them on that workstation.\n"
      "Of %u people the peppers there are destroyed: key files of that workstation cannot be "
      "opened "
      "with a PIN or password any more.\n",
      row->host_name, destroyed, live, live - issued, issued, ended);
  return TRUE;
}
