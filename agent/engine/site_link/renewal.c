/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The device's certificate is renewed with a new key in good time. The older pair stays until the new
 * one was used: the site retires the older one at that moment and not before, so one of the two is
 * good at any time, whatever was cut in between, and also if the site lost what it had just given. */

#define HS_LOG_AREA "site"

#include "engine/site_link/renewal.h"

#include "base/error.h"
#include "base/log.h"
#include "engine/site_link/identity.h"
#include "engine/site_link/reach.h"
#include "platform/boot_clock.h"

/* ── a new pair ──────────────────────────────────────────────────────────────────────────── */

typedef struct
{
  HsSiteLink *link;
  HsDeviceKey *key;
  HsDevicePair *pair; /* the new one */
} Renewal;

static void
end_renewal (Renewal *renewal, const GError *error)
{
  HsSiteLink *link = renewal->link;

  link->is_renewing = FALSE;
  if (link->is_running && error != NULL)
    {
      g_autofree char *sentence
          = g_strdup_printf ("the device certificate could not be renewed: %s", error->message);
      hs_site_link_note_cause (link, sentence);
      link->renew_at_us
          = hs_boot_clock_now_us () + hs_site_link_backoff_us (++link->renew_failures);
    }
  hs_site_link_turn_soon (link);
  hs_device_key_free (renewal->key);
  hs_device_pair_free (renewal->pair);
  hs_site_link_unref (link);
  g_free (renewal);
}

static void
on_renewal_kept (GObject *source, GAsyncResult *result, gpointer data)
{
  Renewal *renewal = data;
  HsSiteLink *link = renewal->link;
  g_autoptr (GError) error = NULL;

  if (link->is_running && link->is_enrolled
      && hs_ledger_commit_finish (link->ledger, result, &error))
    {
      hs_device_pair_free (link->other);
      link->other = link->pair;
      link->pair = g_steal_pointer (&renewal->pair);
      link->prove_at_us = 0;
      link->prove_failures = 0;
      link->fell_back = FALSE;
      hs_site_link_plan_renewal (link, TRUE);
      hs_site_link_renew_client (link);
      hs_site_link_break_poll (link);
      hs_log_info ("the device certificate was renewed");
      hs_site_link_probe (link, "new certificate kept");
    }
  end_renewal (renewal, error);
}

static void
put_pairs (HsLedgerBatch *batch, const HsDevicePair *pair, const HsDevicePair *other)
{
  hs_site_link_put_text (batch, HS_SETTING_CERTIFICATE, pair->certificate);
  hs_site_link_put_text (batch, HS_SETTING_KEY_FILE, pair->key_file);
  hs_site_link_put_text (batch, HS_SETTING_CERTIFICATE_BEFORE, other->certificate);
  hs_site_link_put_text (batch, HS_SETTING_KEY_FILE_BEFORE, other->key_file);
}

static void
on_renewed (GObject *source, GAsyncResult *result, gpointer data)
{
  Renewal *renewal = data;
  HsSiteLink *link = renewal->link;
  g_autoptr (GError) error = NULL;
  g_autofree char *certificate = hs_site_client_renew_finish (result, &error);
  HsLedgerBatch *batch;

  if (link->is_running && link->is_enrolled && certificate != NULL)
    renewal->pair = hs_device_pair_new (renewal->key, certificate, &link->device, &error);
  if (renewal->pair == NULL)
    {
      end_renewal (renewal, error);
      return;
    }
  hs_site_link_probe (link, "new certificate received");
  batch = hs_ledger_batch_new ();
  put_pairs (batch, renewal->pair, link->pair);
  hs_ledger_commit_async (link->ledger, batch, on_renewal_kept, renewal);
  hs_site_link_probe (link, "new certificate being kept");
}

static void
on_renewal_key (GObject *source, GAsyncResult *result, gpointer data)
{
  Renewal *renewal = data;
  HsSiteLink *link = renewal->link;
  g_autoptr (GError) error = NULL;

  renewal->key = hs_device_key_make_finish (result, &error);
  if (renewal->key == NULL || !link->is_running || !link->is_enrolled)
    {
      end_renewal (renewal, error);
      return;
    }
  hs_site_link_probe (link, "new key stored");
  hs_site_client_renew_async (link->client, renewal->key->csr, link->cancellable, on_renewed,
                              renewal);
}

void
hs_site_link_renew (HsSiteLink *link)
{
  Renewal *renewal = g_new0 (Renewal, 1);

  link->is_renewing = TRUE;
  renewal->link = hs_site_link_ref (link);
  hs_device_key_make_async (link->parts.state_folder, on_renewal_key, renewal);
}

/* ── its first use ───────────────────────────────────────────────────────────────────────── */

typedef struct
{
  HsSiteLink *link;
  char *key_file; /* of the pair that is proved */
} Proof;

static void
end_proof (Proof *proof)
{
  proof->link->is_proving = FALSE;
  hs_site_link_turn_soon (proof->link);
  hs_site_link_unref (proof->link);
  g_free (proof->key_file);
  g_free (proof);
}

/* FALSE: the link stopped, or this workstation was enrolled anew meanwhile. */
static gboolean
is_still_asked (const Proof *proof)
{
  const HsSiteLink *link = proof->link;

  return link->is_running && link->is_enrolled && link->other != NULL
         && g_str_equal (link->pair->key_file, proof->key_file);
}

static void
try_later (HsSiteLink *link)
{
  link->prove_at_us = hs_boot_clock_now_us () + hs_site_link_backoff_us (++link->prove_failures);
}

static void
on_forgotten (GObject *source, GAsyncResult *result, gpointer data)
{
  Proof *proof = data;
  HsSiteLink *link = proof->link;
  g_autoptr (GError) error = NULL;
  gboolean kept = hs_ledger_commit_finish (link->ledger, result, &error);

  if (is_still_asked (proof) && kept)
    {
      g_clear_pointer (&link->other, hs_device_pair_free);
      hs_site_link_remove_other_keys (link);
      if (!link->fell_back)
        link->renew_failures = 0;
      hs_site_link_probe (link, "older certificate forgotten");
    }
  else if (is_still_asked (proof))
    try_later (link);
  end_proof (proof);
}

static void
on_fell_back (GObject *source, GAsyncResult *result, gpointer data)
{
  Proof *proof = data;
  HsSiteLink *link = proof->link;
  g_autoptr (GError) error = NULL;
  gboolean kept = hs_ledger_commit_finish (link->ledger, result, &error);

  if (is_still_asked (proof) && kept)
    {
      HsDevicePair *newer = link->pair;

      hs_log_warning ("the site does not take the new certificate; the one before it is tried");
      link->pair = link->other;
      link->other = newer;
      link->fell_back = TRUE;
      link->prove_at_us = 0;
      link->renew_at_us
          = hs_boot_clock_now_us () + hs_site_link_backoff_us (++link->renew_failures);
      hs_reachability_look_again (&link->reach);
      hs_site_link_renew_client (link);
      hs_site_link_break_poll (link);
    }
  else if (is_still_asked (proof))
    try_later (link);
  end_proof (proof);
}

static void
on_proved (GObject *source, GAsyncResult *result, gpointer data)
{
  Proof *proof = data;
  HsSiteLink *link = proof->link;
  g_autoptr (GError) error = NULL;
  g_autofree char *keys = hs_site_client_fetch_release_keys_finish (result, &error);
  gboolean was_denied = g_error_matches (error, HS_ERROR, HS_ERROR_DENIED);
  HsLedgerBatch *batch;

  if (!is_still_asked (proof))
    {
      end_proof (proof);
      return;
    }
  /* Both are refused: this is not about a renewal. */
  if (keys == NULL && (!was_denied || link->fell_back))
    {
      if (was_denied)
        {
          link->reach.is_refused = TRUE;
          hs_site_link_note_problem (link, error->message);
        }
      try_later (link);
      end_proof (proof);
      return;
    }
  batch = hs_ledger_batch_new ();
  if (keys != NULL)
    {
      hs_site_link_probe (link, "new certificate used");
      hs_ledger_batch_delete_setting (batch, HS_SETTING_CERTIFICATE_BEFORE);
      hs_ledger_batch_delete_setting (batch, HS_SETTING_KEY_FILE_BEFORE);
    }
  else
    put_pairs (batch, link->other, link->pair);
  hs_ledger_commit_async (link->ledger, batch, keys != NULL ? on_forgotten : on_fell_back, proof);
}

void
hs_site_link_prove (HsSiteLink *link)
{
  Proof *proof = g_new0 (Proof, 1);

  link->is_proving = TRUE;
  proof->link = hs_site_link_ref (link);
  proof->key_file = g_strdup (link->pair->key_file);
  hs_site_client_fetch_release_keys_async (link->client, link->cancellable, on_proved, proof);
}
