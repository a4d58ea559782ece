/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The poll, and the commands that it brings. A nonce is open from the moment the poll leaves until
 * its reply was read, and only one poll is under way; a command that does not match it is counted
 * and dropped. Genuine ones are carried out one after the other, then what they brought to the
 * outbox is sent, then the next poll leaves: so the site never repeats what was answered. */

#define HS_LOG_AREA "site"

#include "engine/site_link/poll.h"

#include "base/error.h"
#include "base/log.h"
#include "crypto/random.h"
#include "engine/delegation/local_delegations.h"
#include "engine/site_link/reach.h"
#include "engine/site_link/refresh.h"
#include "platform/boot_clock.h"
#include "trust/signed.h"

#include <string.h>

/* A poll that was to wait and came back sooner with nothing useful is not simply sent again; ours. */
#define QUICK_POLL_US (1 * G_TIME_SPAN_SECOND)

static void next_command (HsSiteLink *link);

/* ── the end of a poll ───────────────────────────────────────────────────────────────────── */

static void
end_poll (HsSiteLink *link)
{
  gint64 now_us = hs_boot_clock_now_us ();
  gboolean quick = now_us - link->poll.sent_boot_us < QUICK_POLL_US;

  link->is_polling = FALSE;
  link->poll_at_us = 0;
  if (link->poll_was_useful || !quick || link->poll_wait_s == 0)
    link->useless_polls = 0;
  else
    {
      link->useless_polls++;
      link->poll_at_us = now_us + hs_site_link_backoff_us (link->useless_polls);
    }
  hs_site_link_turn_soon (link);
}

/* ── carrying out ────────────────────────────────────────────────────────────────────────── */

static void
on_engine_answered (GObject *source, GAsyncResult *result, gpointer data)
{
  HsSiteLink *link = data;
  g_autoptr (GError) error = NULL;
  gboolean already = FALSE;
  HsCommandResult outcome;

  if (link->is_running)
    {
      outcome = hs_engine_site_command_finish (link->engine, result, &already, NULL, &error);
      if (outcome == HS_COMMAND_NONE)
        hs_log_warning ("a command could not be recorded, the site will repeat it: %s",
                        error->message);
      else if (!already)
        link->poll_was_useful = TRUE;
      next_command (link);
    }
  hs_site_link_unref (link);
}

static void
record (HsSiteLink *link, const HsId *command, HsCommandResult result, const char *sentence)
{
  hs_engine_site_record_async (link->engine, command, result, sentence, on_engine_answered,
                               hs_site_link_ref (link));
}

/* The engine would find no route either; here the refusal can say why. */
static void
release (HsSiteLink *link, HsReceivedCommand *received)
{
  const HsCommand *command = &received->command;

  if (link->printers == NULL || hs_printer_list_is_expired (link->printers, g_get_real_time ()))
    record (link, &command->id, HS_COMMAND_REFUSED,
            "This workstation has no valid list of printers. An administrator has to sign one.");
  else if (hs_printer_list_find (link->printers, &command->printer) == NULL)
    record (link, &command->id, HS_COMMAND_REFUSED,
            "The printer is not on the list that the printer administrator signed.");
  else
    hs_engine_site_release_async (link->engine, &command->id, &command->job, &command->printer,
                                  g_steal_pointer (&received->share), on_engine_answered,
                                  hs_site_link_ref (link));
}

typedef struct
{
  HsSiteLink *link;
  HsId command;
} RefreshOrder;

static void
on_refreshed (GObject *source, GAsyncResult *result, gpointer data)
{
  RefreshOrder *order = data;
  HsSiteLink *link = order->link;
  g_autoptr (GError) error = NULL;
  gboolean done = g_task_propagate_boolean (G_TASK (result), &error);

  if (link->is_running && done)
    record (link, &order->command, HS_COMMAND_DONE, NULL);
  else if (link->is_running && !g_error_matches (error, HS_ERROR, HS_ERROR_TEMPORARY))
    record (link, &order->command, HS_COMMAND_REFUSED, error->message);
  else if (link->is_running)
    next_command (link); /* the site repeats it */
  hs_site_link_unref (link);
  g_free (order);
}

static void
fetch_bundle (HsSiteLink *link, const HsCommand *command)
{
  RefreshOrder *order = g_new0 (RefreshOrder, 1);
  g_autoptr (GTask) task = g_task_new (NULL, NULL, on_refreshed, order);

  order->link = hs_site_link_ref (link);
  order->command = command->id;
  hs_site_link_await_refresh (link, task);
}

static void
next_command (HsSiteLink *link)
{
  HsReceivedCommand *received = g_queue_pop_head (&link->commands);

  if (received == NULL)
    {
      end_poll (link);
      return;
    }
  switch (received->command.kind)
    {
    case HS_COMMAND_KIND_RELEASE:
      release (link, received);
      break;
    case HS_COMMAND_KIND_CANCEL:
      hs_engine_site_cancel_async (link->engine, &received->command.id, &received->command.job,
                                   on_engine_answered, hs_site_link_ref (link));
      break;
    case HS_COMMAND_KIND_BUNDLE:
      fetch_bundle (link, &received->command);
      break;
    case HS_COMMAND_KIND_SIGN_OUT:
      if (link->parts.sign_out != NULL)
        link->parts.sign_out (link->parts.data);
      record (link, &received->command.id, HS_COMMAND_DONE, NULL);
      break;
    case HS_COMMAND_KIND_NONE:
      next_command (link);
      break;
    }
  hs_received_command_free (received);
}

/* ── the poll ────────────────────────────────────────────────────────────────────────────── */

static void
take (HsSiteLink *link, HsCommandEnvelope *envelope)
{
  HsReceivedCommand *received = g_new0 (HsReceivedCommand, 1);
  g_autoptr (GError) error = NULL;

  if (!hs_signed_command_open (envelope->jws, link->bundle, &link->poll, hs_boot_clock_now_us (),
                               &received->command, &error))
    {
      g_autofree char *sentence
          = g_strdup_printf ("the site sent a command that does not hold: %s", error->message);
      link->refused_commands++;
      hs_site_link_note_problem (link, sentence);
      hs_received_command_free (received);
      return;
    }
  received->share = g_steal_pointer (&envelope->share);
  g_queue_push_tail (&link->commands, received);
}

/* It takes rights away and gives none, so it needs no signature. */
static void
end_delegations (HsSiteLink *link, const GArray *gone)
{
  if (gone == NULL || gone->len == 0)
    return;
  link->poll_was_useful = TRUE;
  hs_log_info ("%u permissions to release were taken back at the site", gone->len);
  hs_engine_end_delegations (link->engine, gone);
}

static void
on_poll (GObject *source, GAsyncResult *result, gpointer data)
{
  HsSiteLink *link = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) gone = NULL;
  g_autoptr (GPtrArray) envelopes = hs_site_client_poll_finish (result, &gone, &error);

  g_clear_object (&link->poll_cancellable);
  if (!link->is_running)
    {
      hs_site_link_unref (link);
      return;
    }
  if (envelopes == NULL)
    {
      hs_site_link_note_failure (link, error);
      link->poll_was_useful = TRUE; /* the failure has its own delay, a broken poll none */
      end_poll (link);
    }
  else if (!link->is_enrolled || hs_bundle_is_expired (link->bundle, g_get_real_time ()))
    end_poll (link);
  else
    {
      hs_site_link_note_success (link);
      end_delegations (link, gone);
      for (guint i = 0; i < envelopes->len; i++)
        take (link, envelopes->pdata[i]);
      /* Nothing of this nonce is taken any more. */
      memset (link->poll.nonce, 0, sizeof link->poll.nonce);
      next_command (link);
    }
  hs_site_link_unref (link);
}

/* The permissions that this poll names; if there are more than it takes, the next ones with the next. */
static GArray *
choose_held (HsSiteLink *link)
{
  GArray *all = hs_engine_list_site_delegations (link->engine);

  if (all->len <= HS_COMMANDS_MAX_HELD)
    return all;
  if (link->held_from >= all->len)
    link->held_from = 0;
  g_array_remove_range (all, 0, link->held_from);
  g_array_set_size (all, MIN (all->len, HS_COMMANDS_MAX_HELD));
  link->held_from += all->len;
  return all;
}

void
hs_site_link_poll (HsSiteLink *link)
{
  g_autoptr (GArray) held = choose_held (link);
  g_autoptr (GError) error = NULL;

  if (!hs_random_bytes (link->poll.nonce, sizeof link->poll.nonce, &error))
    {
      hs_site_link_note_failure (link, error);
      return;
    }
  link->is_polling = TRUE;
  link->poll_was_useful = FALSE;
  link->poll.device = link->device;
  link->poll.sent_boot_us = hs_boot_clock_now_us ();
  link->poll_wait_s = hs_site_link_is_online (link) ? (guint)link->parts.config->poll_wait_s : 0;
  link->poll_cancellable = g_cancellable_new ();
  hs_site_client_poll_async (link->client, link->poll.nonce, link->poll_wait_s, held,
                             link->poll_cancellable, on_poll, hs_site_link_ref (link));
}
