/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The link to the site: life, and what to do next. Every operation ends in hs_site_link_turn_soon(),
 * and one function looks at everything and starts what is due; so no operation has to know which
 * other ones exist. */

#define HS_LOG_AREA "site"

#include "engine/site_link/site_link.h"

#include "base/log.h"
#include "engine/site_link/copied.h"
#include "engine/site_link/identity.h"
#include "engine/site_link/outbox.h"
#include "engine/site_link/own_records.h"
#include "engine/site_link/poll.h"
#include "engine/site_link/put_back.h"
#include "engine/site_link/reach.h"
#include "engine/site_link/refresh.h"
#include "engine/site_link/renewal.h"
#include "engine/site_link/state.h"
#include "engine/site_link/trust.h"
#include "engine/site_link/unknown_jobs.h"
#include "platform/boot_clock.h"

#include <string.h>

/* The first refresh comes within a minute of the start: a company starts its machines in one hour. Ours. */
#define FIRST_REFRESH_US (1 * G_TIME_SPAN_MINUTE)

static void turn (HsSiteLink *link);

/* ── what to do next ─────────────────────────────────────────────────────────────────────── */

static gboolean
on_alarm (gpointer data)
{
  HsSiteLink *link = data;

  g_clear_pointer (&link->alarm, g_source_unref);
  turn (link);
  return G_SOURCE_REMOVE;
}

static void
stop_alarm (HsSiteLink *link)
{
  if (link->alarm == NULL)
    return;
  g_source_destroy (link->alarm);
  g_clear_pointer (&link->alarm, g_source_unref);
}

static void
set_alarm (HsSiteLink *link, gint64 at_us)
{
  if (link->alarm != NULL && link->alarm_at_us == at_us)
    return;
  stop_alarm (link);
  if (at_us == G_MAXINT64)
    return;
  link->alarm = hs_boot_clock_source_new (at_us);
  link->alarm_at_us = at_us;
  g_source_set_callback (link->alarm, on_alarm, link, NULL);
  g_source_attach (link->alarm, g_main_context_get_thread_default ());
}

/* When, on the clock that nobody can set, @wall_us will be. */
static gint64
boot_time_of (gint64 wall_us)
{
  return hs_boot_clock_now_us () + MAX (wall_us - g_get_real_time (), 0);
}

static gint64
next_moment (HsSiteLink *link, gboolean expired)
{
  gint64 now_us = hs_boot_clock_now_us ();
  gint64 at_us = G_MAXINT64;

  if (link->reach.retry_at_us > now_us)
    at_us = link->reach.retry_at_us;
  else if (!expired)
    {
      if (link->other != NULL && !link->is_proving)
        at_us = MIN (at_us, link->prove_at_us);
      if (link->other == NULL && !link->is_renewing)
        at_us = MIN (at_us, link->renew_at_us);
      if (!link->is_polling && !link->is_resting)
        at_us = MIN (at_us, MAX (link->poll_at_us, now_us));
    }
  if (!link->is_refreshing && link->reach.retry_at_us <= now_us)
    at_us = MIN (at_us, link->refresh_at_us);
  /* The ends of bundle and list change what the printers may be told. */
  if (link->told_bundle)
    at_us = MIN (at_us, boot_time_of (link->bundle->expires_us));
  if (link->told_printers)
    at_us = MIN (at_us, boot_time_of (link->printers->expires_us));
  return at_us;
}

/* The first upload comes before the first poll: its answer says whether this ledger is an old copy,
 * and until that is known no command is taken. */
static void
start_what_is_due (HsSiteLink *link)
{
  gint64 now_us = hs_boot_clock_now_us ();

  if (link->has_news && !link->is_uploading)
    hs_site_link_upload (link);
  if (link->must_announce && !link->is_announcing)
    hs_site_link_announce (link);
  if (link->other != NULL && !link->is_proving && link->prove_at_us <= now_us)
    hs_site_link_prove (link);
  if (link->other == NULL && !link->is_renewing && link->renew_at_us <= now_us)
    hs_site_link_renew (link);
  if (!link->is_polling && !link->is_resting && !link->is_uploading && !link->has_news
      && link->has_uploaded && link->poll_at_us <= now_us)
    hs_site_link_poll (link);
}

static void
turn (HsSiteLink *link)
{
  gint64 now_us = hs_boot_clock_now_us ();
  gboolean expired;

  if (!link->is_running || !link->is_enrolled)
    {
      stop_alarm (link);
      hs_site_link_answer_waiters (link);
      return;
    }
  expired = hs_bundle_is_expired (link->bundle, g_get_real_time ());
  hs_site_link_tell_trust (link);
  if (link->reach.retry_at_us <= now_us)
    {
      if (expired)
        {
          hs_site_link_break_poll (link);
          hs_site_link_note_apart (link);
          if (link->refresh_failures == 0)
            link->refresh_at_us = 0;
        }
      if (!link->is_refreshing && link->refresh_at_us <= now_us)
        hs_site_link_refresh (link);
      if (!expired)
        start_what_is_due (link);
    }
  set_alarm (link, next_moment (link, expired));
  hs_site_link_answer_waiters (link);
}

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

HsSiteLink *
hs_site_link_new (const HsSiteLinkParts *parts)
{
  return hs_site_link_new_state (parts, turn);
}

static void
on_outbox_grew (gpointer data)
{
  HsSiteLink *link = data;

  link->has_news = TRUE;
  hs_site_link_turn_soon (link);
}

/* A share is asked for by polling again: the site repeats every command that was not answered. */
static void
on_share_wanted (gpointer data, const HsId *job, const HsId *command)
{
  HsSiteLink *link = data;

  hs_site_link_break_poll (link);
  hs_site_link_turn_soon (link);
}

/* The poll that is under way does not name it. */
static void
on_delegation_kept (gpointer data)
{
  HsSiteLink *link = data;

  hs_site_link_break_poll (link);
  hs_site_link_turn_soon (link);
}

HsSiteHooks
hs_site_link_get_hooks (HsSiteLink *link)
{
  return (HsSiteHooks){ .data = link,
                        .outbox_grew = on_outbox_grew,
                        .share_wanted = on_share_wanted,
                        .delegation_kept = on_delegation_kept };
}

gboolean
hs_site_link_load (HsSiteLink *link,
                   HsEngine *engine,
                   HsLedger *ledger,
                   const HsLedgerContents *contents,
                   GError **error)
{
  g_return_val_if_fail (link->engine == NULL, FALSE);
  link->engine = engine;
  link->ledger = ledger;
  memcpy (link->stream, contents->stream, sizeof link->stream);
  link->acknowledged = contents->outbox_acknowledged.n;
  hs_site_link_load_put_back (link, contents->settings);
  if (g_hash_table_lookup (contents->settings, HS_SETTING_DEVICE) == NULL)
    {
      hs_site_link_load_organisation (link, contents->settings);
      hs_site_link_load_copied (link, contents->settings);
      return TRUE;
    }
  if (!hs_site_link_load_trust (link, contents->settings, error)
      || !hs_site_link_load_identity (link, contents->settings, error))
    {
      hs_site_link_forget (link);
      g_prefix_error (error, "the enrolment of this workstation cannot be used; enrol it again: ");
      return FALSE;
    }
  link->is_enrolled = TRUE;
  hs_site_link_load_missing (link, contents->settings);
  hs_site_link_renew_client (link);
  hs_site_link_tell_engine (link);
  return TRUE;
}

static void
on_started_record (GObject *source, GAsyncResult *result, gpointer data)
{
  HsSiteLink *link = data;
  g_autoptr (GError) error = NULL;

  if (link->is_running)
    {
      if (!hs_ledger_commit_finish (link->ledger, result, &error))
        hs_log_error ("the start could not be recorded: %s", error->message);
      link->has_news = TRUE;
      hs_site_link_turn_soon (link);
    }
  hs_site_link_unref (link);
}

void
hs_site_link_start (HsSiteLink *link)
{
  HsLedgerBatch *batch;

  link->is_running = TRUE;
  if (!link->is_enrolled)
    return;
  link->refresh_at_us = hs_boot_clock_now_us () + g_random_int_range (0, (gint32)FIRST_REFRESH_US);
  hs_site_link_tell_trust (link);
  batch = hs_ledger_batch_new ();
  hs_site_link_append (link, batch, HS_RECORD_AGENT,
                       hs_agent_notice_encode (HS_AGENT_STARTED, HS_VERSION));
  hs_ledger_commit_async (link->ledger, batch, on_started_record, hs_site_link_ref (link));
}

void
hs_site_link_stop (HsSiteLink *link)
{
  if (!link->is_running)
    return;
  link->is_running = FALSE;
  stop_alarm (link);
  hs_site_link_stop_turning (link);
  g_cancellable_cancel (link->cancellable);
  hs_site_link_break_poll (link);
  hs_site_link_answer_waiters (link);
}

void
hs_site_link_free (HsSiteLink *link)
{
  if (link == NULL)
    return;
  hs_site_link_stop (link);
  hs_site_link_unref (link);
}

/* ── questions and small actions ─────────────────────────────────────────────────────────── */

void
hs_site_link_get_status (HsSiteLink *link, HsSiteStatus *status)
{
  *status = (HsSiteStatus){ .is_enrolled = link->is_enrolled,
                            .reach = link->reach.state,
                            .is_online = hs_site_link_is_online (link),
                            .since_us = link->reach.since_us,
                            .device = link->device,
                            .problem = link->problem,
                            .rolled_back_us = link->rolled_back_us,
                            .copied_us = link->copied_us,
                            .refused_commands = link->refused_commands };
  if (!link->is_enrolled)
    return;
  if (link->reach.state == HS_REACH_DEGRADED && link->problem == NULL)
    status->problem = "The first address of the site does not answer; another one is used.";
  status->is_excluded = link->reach.is_refused;
  status->organisation = link->bundle->organisation_name;
  status->site_url = link->bundle->site_urls[0];
  status->bundle_version = link->bundle->version;
  status->bundle_expires_us = link->bundle->expires_us;
  status->bundle_expired = hs_bundle_is_expired (link->bundle, g_get_real_time ());
  status->certificate_expires_us = link->pair->until_us;
  status->must_enrol = link->reach.is_refused || hs_site_link_is_certificate_over (link);
  if (link->client != NULL)
    status->knows_clock = hs_site_client_get_clock_offset (link->client, &status->clock_offset_us);
  if (link->printers != NULL)
    {
      status->printers_version = link->printers->version;
      status->printers_expires_us = link->printers->expires_us;
    }
  if (link->release_keys != NULL)
    status->release_key_expires_us
        = link->release_keys->keys[link->release_keys->n_keys - 1].not_after_us;
}

const HsBundle *
hs_site_link_get_bundle (HsSiteLink *link)
{
  return link->is_enrolled ? link->bundle : NULL;
}

const HsReleaseKeys *
hs_site_link_get_release_keys (HsSiteLink *link)
{
  return link->is_enrolled ? link->release_keys : NULL;
}

void
hs_site_link_check_now (HsSiteLink *link)
{
  hs_reachability_look_again (&link->reach);
  link->poll_at_us = 0;
  hs_site_link_break_poll (link);
  hs_site_link_turn_soon (link);
}
