/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The way to the site. Online and offline: what answers and failures of the site say, and the sentence for it. */

#define HS_LOG_AREA "site"

#include "engine/site_link/reach.h"

#include "base/error.h"
#include "base/log.h"
#include "core/refusal.h"
#include "platform/boot_clock.h"

/* ── online and offline ──────────────────────────────────────────────────────────────────── */

void
hs_site_link_tell_status (HsSiteLink *link)
{
  if (link->is_running && link->parts.status_changed != NULL)
    link->parts.status_changed (link->parts.data);
}

void
hs_site_link_note_problem (HsSiteLink *link, const char *sentence)
{
  if (g_strcmp0 (link->problem, sentence) == 0)
    return;
  if (sentence != NULL)
    {
      g_autofree char *quoted = hs_log_quote (sentence);
      hs_log_warning ("%s", quoted);
    }
  g_free (link->problem);
  link->problem = g_strdup (sentence);
  hs_site_link_tell_status (link);
}

gboolean
hs_site_link_is_online (const HsSiteLink *link)
{
  return hs_reachability_is_online (&link->reach);
}

static void
tell_reach (HsSiteLink *link)
{
  hs_log_info ("the site is %s", hs_reach_to_keyword (link->reach.state));
  hs_engine_set_site_online (link->engine, hs_site_link_is_online (link));
  hs_site_link_tell_status (link);
}

/* While it was away it may have been put back to an older state: where it stands is asked before
 * anything else, with an upload of nothing if there is nothing new. */
static void
doubt_site (HsSiteLink *link)
{
  link->has_uploaded = FALSE;
  link->has_news = TRUE;
}

void
hs_site_link_note_success (HsSiteLink *link)
{
  gboolean is_elsewhere = hs_site_client_is_elsewhere (link->client);

  if (link->reach.failures > 0 || link->reach.is_silent || !hs_site_link_is_online (link))
    hs_site_link_note_problem (link, NULL);
  if (hs_reachability_note_success (&link->reach, is_elsewhere, g_get_real_time ()))
    tell_reach (link);
}

gboolean
hs_site_link_is_certificate_over (const HsSiteLink *link)
{
  return link->pair != NULL && g_get_real_time () > link->pair->until_us;
}

static char *
dup_expired_sentence (HsSiteLink *link)
{
  g_autoptr (GDateTime) end
      = g_date_time_new_from_unix_utc (link->pair->until_us / G_TIME_SPAN_SECOND);
  g_autofree char *day = end != NULL ? g_date_time_format (end, "%F") : g_strdup ("its last day");

  return g_strdup_printf (
      "this workstation's certificate ended on %s and could not be renewed in time; if the clock "
      "is right, an administrator enrols it again (homespool-site token, then homespool enrol); "
      "what waits here is kept",
      day);
}

/* An expired certificate fails in the handshake, where nobody can say why. It is tried all the same:
 * the clock may be wrong. */
void
hs_site_link_note_cause (HsSiteLink *link, const char *message)
{
  g_autofree char *expired
      = hs_site_link_is_certificate_over (link) ? dup_expired_sentence (link) : NULL;

  hs_site_link_note_problem (link, expired != NULL ? expired : message);
}

void
hs_site_link_note_failure (HsSiteLink *link, const GError *error)
{
  if (g_error_matches (error, HS_ERROR, HS_ERROR_CANCELLED))
    return;
  doubt_site (link);
  hs_site_link_note_cause (link, error->message);
  if (hs_reachability_note_failure (
          &link->reach, g_error_matches (error, HS_ERROR, HS_ERROR_DENIED) && link->other == NULL,
          g_get_real_time (), hs_boot_clock_now_us (), g_random_int ()))
    tell_reach (link);
}

void
hs_site_link_note_apart (HsSiteLink *link)
{
  doubt_site (link);
  if (hs_reachability_drop (&link->reach, g_get_real_time ()))
    tell_reach (link);
}

/* ── the client ──────────────────────────────────────────────────────────────────────────── */

/* Whatever it was that waits, the link asks by itself, too: its own request ends the doubt, or turns it
 * into an outage. */
static void
on_silent (gpointer data)
{
  HsSiteLink *link = data;

  if (!link->is_running || !link->is_enrolled || link->reach.is_silent
      || !hs_site_link_is_online (link))
    return;
  doubt_site (link);
  hs_site_link_note_problem (link, "nothing that is sent to the site arrives there at the moment; "
                                   "it is asked again");
  if (hs_reachability_note_silence (&link->reach, g_get_real_time ()))
    tell_reach (link);
  hs_site_link_turn_soon (link);
}

void
hs_site_link_renew_client (HsSiteLink *link)
{
  HsSiteAccess access = { 0 };

  g_clear_pointer (&link->client, hs_site_client_free);
  if (link->bundle == NULL)
    return;
  access.site_urls = (const char *const *)link->bundle->site_urls;
  access.device_urls = (const char *const *)link->bundle->device_urls;
  access.site_ca = (const char *const *)link->bundle->site_ca;
  access.certificate = link->pair != NULL ? link->pair->certificate : NULL;
  access.key = link->pair != NULL ? link->pair->key : NULL;
  access.proxy = link->parts.config->proxy;
  access.discover = link->parts.config->discover;
  access.on_silent = on_silent;
  access.on_silent_data = link;
  link->client = hs_site_client_new (link->parts.http, &access);
}

gboolean
hs_site_link_can_ask (HsSiteLink *link, GTask *task)
{
  if (!link->is_running || !link->is_enrolled)
    g_task_return_error (task, hs_refusal_new (HS_REFUSAL_NO_SITE, NULL));
  else if (hs_bundle_is_expired (link->bundle, g_get_real_time ()))
    g_task_return_error (task, hs_refusal_new (HS_REFUSAL_BUNDLE_EXPIRED, NULL));
  else
    return TRUE;
  return FALSE;
}
