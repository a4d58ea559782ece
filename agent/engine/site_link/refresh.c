/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A refresh has two halves. The first fetches bundle and printer list, which anybody may fetch, and
 * is the only thing that still happens while the bundle is expired. The second fetches the release
 * keys, as a device, with what the first half has brought. What they brought is adopted only when it
 * is durable. */

#define HS_LOG_AREA "site"

#include "engine/site_link/refresh.h"

#include "base/error.h"
#include "base/log.h"
#include "engine/site_link/reach.h"
#include "engine/site_link/trust.h"
#include "platform/boot_clock.h"
#include "trust/signed.h"

#include <string.h>

/* What a reply brought, verified, on its way into the ledger. */
typedef struct
{
  HsSiteLink *link;
  HsBundle *bundle; /* nullable: unchanged */
  char *bundle_text;
  gboolean printers_changed;
  HsPrinterList *printers; /* nullable */
  char *printers_text;
  HsReleaseKeys *release_keys; /* nullable: unchanged */
  char *release_keys_text;
  GError *problem; /* something in the reply did not hold; the rest is used */
} Refresh;

static void
refresh_free (Refresh *refresh)
{
  hs_bundle_free (refresh->bundle);
  g_free (refresh->bundle_text);
  hs_printer_list_free (refresh->printers);
  g_free (refresh->printers_text);
  hs_release_keys_free (refresh->release_keys);
  g_free (refresh->release_keys_text);
  g_clear_error (&refresh->problem);
  hs_site_link_unref (refresh->link);
  g_free (refresh);
}

static void
end_refresh (Refresh *refresh, const GError *error)
{
  HsSiteLink *link = refresh->link;
  g_autoptr (GPtrArray) waiters = g_steal_pointer (&link->refresh_waiters);
  g_autoptr (GError) expired = NULL;
  gint64 now_us = hs_boot_clock_now_us ();

  link->refresh_waiters = g_ptr_array_new_with_free_func (g_object_unref);
  link->is_refreshing = FALSE;
  if (error == NULL)
    error = refresh->problem;
  if (error == NULL && link->is_running && hs_bundle_is_expired (link->bundle, g_get_real_time ()))
    {
      g_set_error (&expired, HS_ERROR, HS_ERROR_EXPIRED,
                   "the trust bundle has expired and the site has no newer one. Sign one with "
                   "homespool-trust.");
      error = expired;
    }
  if (error != NULL)
    link->refresh_at_us = now_us + hs_site_link_backoff_us (++link->refresh_failures);
  else
    {
      link->refresh_failures = 0;
      link->refresh_at_us = now_us + hs_site_link_jitter_us (HS_REFRESH_US);
    }
  for (guint i = 0; i < waiters->len; i++)
    {
      if (error != NULL)
        g_task_return_error (waiters->pdata[i], g_error_copy (error));
      else
        g_task_return_boolean (waiters->pdata[i], TRUE);
    }
  if (link->is_running && error != NULL)
    hs_site_link_note_problem (link, error->message);
  else if (link->is_running && hs_site_link_is_online (link))
    hs_site_link_note_problem (link, NULL);
  if (link->is_running && error == NULL && link->parts.refreshed != NULL)
    link->parts.refreshed (link->parts.data);
  hs_site_link_turn_soon (link);
  refresh_free (refresh);
}

/* ── second half: release keys ───────────────────────────────────────────────────────────── */

static void
on_keys_kept (GObject *source, GAsyncResult *result, gpointer data)
{
  Refresh *refresh = data;
  HsSiteLink *link = refresh->link;
  g_autoptr (GError) error = NULL;

  if (link->is_running && link->is_enrolled
      && hs_ledger_commit_finish (link->ledger, result, &error))
    {
      hs_release_keys_free (link->release_keys);
      link->release_keys = g_steal_pointer (&refresh->release_keys);
      g_free (link->release_keys_text);
      link->release_keys_text = g_steal_pointer (&refresh->release_keys_text);
      hs_site_link_tell_engine (link);
    }
  end_refresh (refresh, error);
}

static void
on_keys_fetched (GObject *source, GAsyncResult *result, gpointer data)
{
  Refresh *refresh = data;
  HsSiteLink *link = refresh->link;
  g_autoptr (GError) error = NULL;
  HsLedgerBatch *batch;

  refresh->release_keys_text = hs_site_client_fetch_release_keys_finish (result, &error);
  if (!link->is_running || !link->is_enrolled || refresh->release_keys_text == NULL
      || g_strcmp0 (refresh->release_keys_text, link->release_keys_text) == 0)
    {
      end_refresh (refresh, error);
      return;
    }
  refresh->release_keys = hs_signed_release_keys_open (refresh->release_keys_text, link->bundle,
                                                       link->release_keys, &link->device, &error);
  if (refresh->release_keys == NULL)
    {
      end_refresh (refresh, error);
      return;
    }
  batch = hs_ledger_batch_new ();
  hs_site_link_put_text (batch, HS_SETTING_RELEASE_KEYS, refresh->release_keys_text);
  hs_ledger_commit_async (link->ledger, batch, on_keys_kept, refresh);
}

static void
fetch_keys (Refresh *refresh)
{
  HsSiteLink *link = refresh->link;

  if (!link->is_running || !link->is_enrolled
      || hs_bundle_is_expired (link->bundle, g_get_real_time ()))
    end_refresh (refresh, NULL);
  else
    hs_site_client_fetch_release_keys_async (link->client, link->cancellable, on_keys_fetched,
                                             refresh);
}

/* ── first half: bundle and printers ─────────────────────────────────────────────────────── */

/* A list follows the one before it, but it has to hold under the bundle of today: after a change of
 * the printer-admin key the old list ends, whatever its date. */
static void
open_printers (Refresh *refresh, const HsBundle *bundle, const char *text, gint64 now_us)
{
  HsSiteLink *link = refresh->link;
  gboolean same = g_strcmp0 (text, link->printers_text) == 0;

  if (same && refresh->bundle == NULL && link->printers != NULL)
    return;
  if (text != NULL && same)
    refresh->printers = hs_signed_printers_open_stored (text, bundle, &refresh->problem);
  else if (text != NULL)
    refresh->printers
        = hs_signed_printers_open (text, bundle, link->printers, now_us, &refresh->problem);
  if (refresh->printers != NULL)
    {
      refresh->printers_changed = TRUE;
      refresh->printers_text = g_strdup (text);
      return;
    }
  if (refresh->bundle == NULL || link->printers_text == NULL)
    return; /* what is known stays */
  refresh->printers_changed = TRUE;
  refresh->printers = hs_signed_printers_open_stored (link->printers_text, bundle, NULL);
  if (refresh->printers != NULL)
    refresh->printers_text = g_strdup (link->printers_text);
}

static void
open_reply (Refresh *refresh, const HsBundleReply *reply)
{
  HsSiteLink *link = refresh->link;
  g_autofree char *text = hs_bundle_file_join (reply->bundle, reply->bundle_next);
  gint64 now_us = g_get_real_time ();

  if (strcmp (text, link->bundle_text) != 0)
    {
      refresh->bundle = hs_signed_bundle_open_successor (reply->bundle, reply->bundle_next,
                                                         link->bundle, now_us, &refresh->problem);
      if (refresh->bundle != NULL)
        refresh->bundle_text = g_steal_pointer (&text);
    }
  /* A list beside a bundle that does not hold is not looked at. */
  if (refresh->problem == NULL)
    open_printers (refresh, refresh->bundle != NULL ? refresh->bundle : link->bundle,
                   reply->printers, now_us);
}

static void
adopt (Refresh *refresh)
{
  HsSiteLink *link = refresh->link;
  gboolean new_bundle = refresh->bundle != NULL;

  if (new_bundle)
    {
      hs_bundle_free (link->bundle);
      link->bundle = g_steal_pointer (&refresh->bundle);
      g_free (link->bundle_text);
      link->bundle_text = g_steal_pointer (&refresh->bundle_text);
      hs_log_info ("trust bundle %" G_GUINT64_FORMAT " holds now", link->bundle->version);
    }
  if (refresh->printers_changed)
    {
      hs_printer_list_free (link->printers);
      link->printers = g_steal_pointer (&refresh->printers);
      g_free (link->printers_text);
      link->printers_text = g_steal_pointer (&refresh->printers_text);
      hs_log_info ("printer list %" G_GUINT64_FORMAT " holds now",
                   link->printers != NULL ? link->printers->version : 0);
    }
  if (new_bundle)
    {
      hs_site_link_renew_client (link);
      /* A poll of the old client would bring commands under keys that may be gone. */
      hs_site_link_break_poll (link);
    }
  hs_site_link_tell_trust_again (link);
}

static void
on_bundle_kept (GObject *source, GAsyncResult *result, gpointer data)
{
  Refresh *refresh = data;
  HsSiteLink *link = refresh->link;
  g_autoptr (GError) error = NULL;

  if (!link->is_running || !link->is_enrolled
      || !hs_ledger_commit_finish (link->ledger, result, &error))
    {
      end_refresh (refresh, error);
      return;
    }
  adopt (refresh);
  fetch_keys (refresh);
}

static void
on_bundle_fetched (GObject *source, GAsyncResult *result, gpointer data)
{
  Refresh *refresh = data;
  HsSiteLink *link = refresh->link;
  g_autoptr (GError) error = NULL;
  g_autoptr (HsBundleReply) reply = hs_site_client_fetch_bundle_finish (result, &error);
  HsLedgerBatch *batch;

  if (!link->is_running || !link->is_enrolled || reply == NULL)
    {
      end_refresh (refresh, error);
      return;
    }
  open_reply (refresh, reply);
  if (refresh->bundle == NULL && !refresh->printers_changed)
    {
      fetch_keys (refresh);
      return;
    }
  batch = hs_ledger_batch_new ();
  if (refresh->bundle != NULL)
    hs_site_link_put_text (batch, HS_SETTING_BUNDLE, refresh->bundle_text);
  if (refresh->printers_changed)
    hs_site_link_put_text (batch, HS_SETTING_PRINTERS, refresh->printers_text);
  hs_ledger_commit_async (link->ledger, batch, on_bundle_kept, refresh);
}

void
hs_site_link_refresh (HsSiteLink *link)
{
  Refresh *refresh = g_new0 (Refresh, 1);

  link->is_refreshing = TRUE;
  refresh->link = hs_site_link_ref (link);
  hs_site_client_fetch_bundle_async (link->client, link->cancellable, on_bundle_fetched, refresh);
}

void
hs_site_link_await_refresh (HsSiteLink *link, GTask *task)
{
  g_ptr_array_add (link->refresh_waiters, g_object_ref (task));
  link->refresh_at_us = 0;
  hs_site_link_turn_soon (link);
}
