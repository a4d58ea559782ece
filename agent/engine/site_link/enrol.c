/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Joining a site.
 *
 * The order of joining is the security of it: the bundle comes over a connection that trusts nobody
 * and says nothing, its root is compared with the token's, and only a new connection, verified by
 * the bundle's CA, carries the token's secret. */

#define HS_LOG_AREA "site"

#include "engine/site_link/enrol.h"

#include "base/error.h"
#include "base/log.h"
#include "crypto/random.h"
#include "engine/site_link/copied.h"
#include "engine/site_link/identity.h"
#include "engine/site_link/own_records.h"
#include "engine/site_link/reach.h"
#include "engine/site_link/trust.h"
#include "engine/site_link/unknown_jobs.h"
#include "platform/boot_clock.h"
#include "trust/signed.h"

#include <string.h>

typedef struct
{
  HsSiteLink *link;
  HsEnrolToken *token;
  char *host_name;
  HsBundleReply *bundle_reply;
  HsBundle *bundle;
  HsPrinterList *printers; /* nullable */
  HsReleaseKeys *release_keys;
  HsEnrolReply *reply;
  HsDeviceKey *key;
  HsSiteClient *client;
  HsDevicePair *pair;
  guint8 stream[HS_STREAM_BYTES];
} Enrolment;

static void
enrolment_free (gpointer data)
{
  Enrolment *enrolment = data;

  enrolment->link->is_enrolling = FALSE;
  hs_site_client_free (enrolment->client);
  hs_enrol_token_free (enrolment->token);
  g_free (enrolment->host_name);
  hs_bundle_reply_free (enrolment->bundle_reply);
  hs_bundle_free (enrolment->bundle);
  hs_printer_list_free (enrolment->printers);
  hs_release_keys_free (enrolment->release_keys);
  hs_enrol_reply_free (enrolment->reply);
  hs_device_key_free (enrolment->key);
  hs_device_pair_free (enrolment->pair);
  hs_site_link_unref (enrolment->link);
  g_free (enrolment);
}

/* TRUE, and the task has its answer, when the link was stopped meanwhile. */
static gboolean
was_stopped (HsSiteLink *link, GTask *task)
{
  if (link->is_running)
    return FALSE;
  g_task_return_new_error (task, HS_ERROR, HS_ERROR_CANCELLED, "the agent is stopping");
  return TRUE;
}

static void
begin_life (HsSiteLink *link, Enrolment *enrolment)
{
  /* An enrolment that nobody takes any more is replaced. */
  if (link->is_enrolled)
    hs_site_link_forget (link);
  link->device = enrolment->reply->device;
  link->organisation = enrolment->bundle->organisation;
  link->copied_us = 0;
  link->bundle = g_steal_pointer (&enrolment->bundle);
  link->bundle_text
      = hs_bundle_file_join (enrolment->bundle_reply->bundle, enrolment->bundle_reply->bundle_next);
  link->printers = g_steal_pointer (&enrolment->printers);
  link->printers_text
      = link->printers != NULL ? g_strdup (enrolment->bundle_reply->printers) : NULL;
  link->release_keys = g_steal_pointer (&enrolment->release_keys);
  link->release_keys_text = g_strdup (enrolment->reply->release_keys);
  hs_site_link_adopt_pair (link, g_steal_pointer (&enrolment->pair));
  memcpy (link->stream, enrolment->stream, sizeof link->stream);
  link->acknowledged = 0;
  hs_engine_stream_began (link->engine, 1);
  link->has_news = TRUE;
  link->has_uploaded = FALSE;
  link->must_announce = TRUE;
  link->must_announce_history = FALSE;
  hs_reachability_look_again (&link->reach);
  link->refresh_failures = link->renew_failures = 0;
  link->poll_at_us = 0;
  link->refresh_at_us = hs_boot_clock_now_us () + hs_site_link_jitter_us (HS_REFRESH_US);
  link->is_enrolled = TRUE;
  hs_site_link_renew_client (link);
  hs_site_link_note_problem (link, NULL);
  hs_site_link_tell_trust_again (link);
  hs_site_link_turn_soon (link);
}

static void
on_enrolment_kept (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Enrolment *enrolment = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (was_stopped (enrolment->link, task))
    return;
  if (!hs_ledger_commit_finish (enrolment->link->ledger, result, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  begin_life (enrolment->link, enrolment);
  hs_log_info ("this workstation is enrolled");
  g_task_return_boolean (task, TRUE);
}

static gboolean
check_reply (Enrolment *enrolment, GError **error)
{
  const HsEnrolReply *reply = enrolment->reply;

  enrolment->release_keys = hs_signed_release_keys_open (reply->release_keys, enrolment->bundle,
                                                         NULL, &reply->device, error);
  if (enrolment->release_keys == NULL)
    return FALSE;
  enrolment->pair = hs_device_pair_new (enrolment->key, reply->certificate, &reply->device, error);
  return enrolment->pair != NULL
         && hs_random_bytes (enrolment->stream, sizeof enrolment->stream, error);
}

static void
on_enrolled (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Enrolment *enrolment = g_task_get_task_data (task);
  HsSiteLink *link = enrolment->link;
  g_autoptr (GError) error = NULL;
  g_autofree char *bundle_text = NULL;
  char device[HS_ID_TEXT_BYTES];
  HsLedgerBatch *batch;

  enrolment->reply = hs_site_client_enrol_finish (result, &error);
  if (was_stopped (link, task))
    return;
  if (enrolment->reply == NULL || !check_reply (enrolment, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  bundle_text
      = hs_bundle_file_join (enrolment->bundle_reply->bundle, enrolment->bundle_reply->bundle_next);
  batch = hs_ledger_batch_new ();
  hs_site_link_put_text (batch, HS_SETTING_DEVICE,
                         hs_id_format (&enrolment->reply->device, device));
  hs_site_link_put_text (batch, HS_SETTING_BUNDLE, bundle_text);
  hs_site_link_put_text (batch, HS_SETTING_PRINTERS,
                         enrolment->printers != NULL ? enrolment->bundle_reply->printers : NULL);
  hs_site_link_put_text (batch, HS_SETTING_RELEASE_KEYS, enrolment->reply->release_keys);
  hs_site_link_put_text (batch, HS_SETTING_CERTIFICATE, enrolment->reply->certificate);
  hs_site_link_put_text (batch, HS_SETTING_KEY_FILE, enrolment->key->name);
  hs_site_link_strike_copied (batch);
  hs_ledger_batch_delete_setting (batch, HS_SETTING_CERTIFICATE_BEFORE);
  hs_ledger_batch_delete_setting (batch, HS_SETTING_KEY_FILE_BEFORE);
  /* Records of an earlier enrolment are not this site's business. */
  hs_ledger_batch_start_stream (batch, enrolment->stream);
  hs_site_link_note_missing (batch, FALSE);
  hs_site_link_append (link, batch, HS_RECORD_AGENT,
                       hs_agent_notice_encode (HS_AGENT_STARTED, HS_VERSION));
  hs_ledger_commit_async (link->ledger, batch, on_enrolment_kept, g_steal_pointer (&task));
}

static void
on_enrolment_key (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Enrolment *enrolment = g_task_get_task_data (task);
  HsSiteLink *link = enrolment->link;
  g_autoptr (GError) error = NULL;
  HsSiteAccess access = { .site_urls = (const char *const *)enrolment->bundle->site_urls,
                          .device_urls = (const char *const *)enrolment->bundle->device_urls,
                          .site_ca = (const char *const *)enrolment->bundle->site_ca,
                          .proxy = link->parts.config->proxy };
  HsEnrolRequest request = { 0 };

  enrolment->key = hs_device_key_make_finish (result, &error);
  if (was_stopped (link, task))
    return;
  if (enrolment->key == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  request.secret = enrolment->token->secret;
  request.csr = enrolment->key->csr;
  request.host_name = enrolment->host_name;
  enrolment->client = hs_site_client_new (link->parts.http, &access);
  hs_site_client_enrol_async (enrolment->client, &request, link->cancellable, on_enrolled,
                              g_steal_pointer (&task));
}

/* What is held here was printed by people of one organisation: another one is told nothing of it. */
static gboolean
check_organisation (const HsSiteLink *link, const HsBundle *bundle, GError **error)
{
  if (hs_id_is_zero (&link->organisation)
      || hs_id_equal (&link->organisation, &bundle->organisation))
    return TRUE;
  g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
               "the token is of another organisation (%s) than this workstation, which may still "
               "hold documents of the first one. To move it, let people print or delete what they "
               "hold, stop the agent, remove its state folder and enrol again",
               bundle->organisation_name);
  return FALSE;
}

static void
on_first_bundle (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Enrolment *enrolment = g_task_get_task_data (task);
  HsSiteLink *link = enrolment->link;
  gint64 now_us = g_get_real_time ();
  g_autoptr (GError) error = NULL;

  enrolment->bundle_reply = hs_site_client_first_contact_finish (result, &error);
  if (was_stopped (link, task))
    return;
  if (enrolment->bundle_reply != NULL)
    enrolment->bundle = hs_signed_bundle_open_first (enrolment->bundle_reply->bundle,
                                                     enrolment->bundle_reply->bundle_next,
                                                     enrolment->token->root_digest, now_us, &error);
  if (enrolment->bundle != NULL && check_organisation (link, enrolment->bundle, &error)
      && enrolment->bundle_reply->printers != NULL)
    enrolment->printers = hs_signed_printers_open (enrolment->bundle_reply->printers,
                                                   enrolment->bundle, NULL, now_us, &error);
  /* An expired list is no reason to stay outside: the next one will come. */
  if (g_error_matches (error, HS_ERROR, HS_ERROR_EXPIRED) && enrolment->bundle != NULL)
    g_clear_error (&error);
  if (error != NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  hs_device_key_make_async (link->parts.state_folder, on_enrolment_key, g_steal_pointer (&task));
}

void
hs_site_link_enrol_async (HsSiteLink *link,
                          const HsEnrolToken *token,
                          const char *host_name,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  Enrolment *enrolment;

  if (was_stopped (link, task))
    return;
  if (link->is_enrolling
      || (link->is_enrolled && !link->reach.is_refused && !hs_site_link_is_certificate_over (link)))
    {
      g_task_return_new_error (task, HS_ERROR, HS_ERROR_REFUSED,
                               "this workstation belongs to a site already, which takes its "
                               "certificate; revoke it there first");
      return;
    }
  if (g_get_real_time () >= token->expires_us)
    {
      g_task_return_new_error (task, HS_ERROR, HS_ERROR_EXPIRED,
                               "the enrolment token has expired. Ask the site's administrator for "
                               "a new one, or check this machine's clock.");
      return;
    }
  link->is_enrolling = TRUE;
  enrolment = g_new0 (Enrolment, 1);
  enrolment->link = hs_site_link_ref (link);
  enrolment->host_name = g_strdup (host_name);
  enrolment->token = g_new0 (HsEnrolToken, 1);
  enrolment->token->url = g_strdup (token->url);
  memcpy (enrolment->token->root_digest, token->root_digest, sizeof token->root_digest);
  enrolment->token->secret = hs_secret_bytes_copy (token->secret);
  g_task_set_task_data (task, enrolment, enrolment_free);
  hs_site_client_first_contact_async (link->parts.http, enrolment->token->url,
                                      link->parts.config->proxy, link->cancellable, on_first_bundle,
                                      g_steal_pointer (&task));
}

gboolean
hs_site_link_enrol_finish (HsSiteLink *link, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
