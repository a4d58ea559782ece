/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The long poll of a workstation, stage by stage, with a clock of our own. */

#include "base/base64.h"
#include "core/wire/command.h"
#include "crypto/jws.h"
#include "site/devices/orders.h"
#include "site/devices/release_epochs.h"
#include "site/server/handlers.h"
#include "site/store/delegations.h"
#include "support/site_fixture.h"
#include "support/suite.h"

#include <string.h>

static SiteFixture fixture;
static HsSite *site;
static HsId device, owner, job, printer;
static HsCommandPoll asked; /* the workstation's side; its clock begins at 0 */
static HsCall *poll;

static void
set_up (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) printers = g_ptr_array_new ();
  HsStorePrinter hall = { .uuid = site_fixture_id (9), .name = (char *)"Hall" };

  site_fixture_init (&fixture);
  site = &fixture.site;
  device = site_fixture_id (7);
  owner = site_fixture_id (2);
  job = site_fixture_id (1);
  printer = hall.uuid;
  site_fixture_add_device (&fixture, &device);
  g_ptr_array_add (printers, &hall);
  HS_ASSERT (hs_store_set_printers (site->store, printers, &error));
  g_autofree char *keys = hs_release_epochs_sign_keys (site, &device, SITE_NOW_US, &error);
  g_autoptr (HsAnnounce) announce
      = site_fixture_announce (&job, &owner, 3, hs_release_epoch_at (SITE_NOW_US));
  HS_ASSERT (hs_store_add_job (site->store, announce, &device, SITE_NOW_US, &error));
  HS_ASSERT_NO_ERROR (error);
}

static void
tear_down (void)
{
  g_clear_pointer (&poll, hs_call_free);
  site_fixture_clear (&fixture);
}

static void
run_stage (gint64 at_us)
{
  g_autoptr (GError) error = NULL;

  poll->now_us = at_us;
  poll->wants_wait = FALSE;
  HS_ASSERT (hs_handle_commands (site, poll, &error));
  HS_ASSERT_NO_ERROR (error);
}

/* The workstation asks, and the site is to answer within @wait_s. @held: what permissions it keeps;
 * nullable. */
static void
begin_poll_with (guint wait_s, const char *held)
{
  asked = (HsCommandPoll){ .device = device, .nonce = { 5, 6, 7 } };
  poll = hs_call_new (NULL);
  poll->device = device;
  poll->query = g_strdup_printf ("wait=%u", wait_s);
  poll->nonce = hs_base64_encode (HS_BASE64_URL, asked.nonce, sizeof asked.nonce);
  poll->held = g_strdup (held);
  run_stage (SITE_NOW_US);
}

static void
begin_poll (guint wait_s)
{
  begin_poll_with (wait_s, NULL);
}

static void
order_release (gint64 at_us)
{
  g_autoptr (GError) error = NULL;
  HsId command, whom;

  HS_ASSERT (hs_order_release (site, &owner, &job, &printer, at_us, &command, &whom, &error));
  HS_ASSERT_NO_ERROR (error);
}

/* The one command of the reply. */
static HsCommand
read_command (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) gone = NULL;
  g_autoptr (GPtrArray) envelopes
      = hs_commands_decode (poll->reply->str, poll->reply->len, &gone, &error);
  HsCommand command = { 0 };

  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_INT_EQ (envelopes->len, 1);
  const HsCommandEnvelope *envelope = g_ptr_array_index (envelopes, 0);
  g_autoptr (GBytes) payload
      = hs_jws_peek_payload (envelope->jws, HS_JWS_TYP_COMMAND, HS_COMMAND_MAX_BYTES, &error);
  HS_ASSERT (hs_command_decode (payload, &command, &error));
  return command;
}

static gboolean
holds (const HsCommand *command, gint64 after_us)
{
  return hs_command_check (command, &asked, after_us, NULL);
}

static void
a_command_holds_for_two_minutes_however_long_the_poll_was_open (void)
{
  const gint64 open_us = (HS_COMMANDS_MAX_WAIT_S - 1) * G_TIME_SPAN_SECOND;

  begin_poll (HS_COMMANDS_MAX_WAIT_S);
  HS_ASSERT (poll->wants_wait);
  order_release (SITE_NOW_US + open_us);
  run_stage (SITE_NOW_US + open_us);
  HsCommand command = read_command ();
  HS_ASSERT (holds (&command, open_us));
  HS_ASSERT (holds (&command, open_us + 2 * G_TIME_SPAN_MINUTE));
  HS_ASSERT (!holds (&command, open_us + 2 * G_TIME_SPAN_MINUTE + 2 * G_TIME_SPAN_SECOND));
}

static void
a_command_that_waits_for_a_poll_holds_for_two_minutes (void)
{
  begin_poll (0);
  g_clear_pointer (&poll, hs_call_free);
  order_release (SITE_NOW_US);
  begin_poll (HS_COMMANDS_MAX_WAIT_S);
  HsCommand command = read_command ();
  HS_ASSERT (holds (&command, 2 * G_TIME_SPAN_MINUTE));
  HS_ASSERT (!holds (&command, 2 * G_TIME_SPAN_MINUTE + 2 * G_TIME_SPAN_SECOND));
}

static void
a_site_clock_that_jumps_makes_no_life_longer_than_a_poll (void)
{
  static const gint64 jumps_us[] = { -G_TIME_SPAN_DAY, G_TIME_SPAN_DAY };

  for (gsize i = 0; i < G_N_ELEMENTS (jumps_us); i++)
    {
      g_autoptr (GError) error = NULL;
      HsId whom;

      tear_down ();
      set_up ();
      begin_poll (HS_COMMANDS_MAX_WAIT_S);
      HS_ASSERT (hs_order_cancel (site, &owner, &job, SITE_NOW_US, &whom, &error));
      run_stage (SITE_NOW_US + jumps_us[i]);
      HsCommand command = read_command ();
      HS_ASSERT (holds (&command, 2 * G_TIME_SPAN_MINUTE));
      HS_ASSERT (!holds (&command, (HS_COMMANDS_MAX_WAIT_S + 122) * G_TIME_SPAN_SECOND));
    }
}

static void
a_permission_ends_at_workstations_with_the_account_that_gave_it (void)
{
  HsStoreDelegation given = { .id = site_fixture_id (4),
                              .owner = owner,
                              .delegate = site_fixture_id (3),
                              .created_us = SITE_NOW_US,
                              .expires_us = SITE_NOW_US + G_TIME_SPAN_DAY };
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) held = g_array_new (FALSE, FALSE, sizeof (HsId));
  g_autoptr (GArray) gone = NULL;
  g_autofree char *text = NULL;

  site_fixture_add_user (&fixture, &owner, "anna");
  site_fixture_add_user (&fixture, &given.delegate, "ben");
  HS_ASSERT (hs_store_add_delegation (site->store, &given, &error));
  g_array_append_val (held, given.id);
  text = hs_commands_format_held (held);
  begin_poll_with (HS_COMMANDS_MAX_WAIT_S, text);
  HS_ASSERT (poll->wants_wait);
  HS_ASSERT (hs_store_set_blocked (site->store, &owner, SITE_NOW_US, &error));
  run_stage (SITE_NOW_US);
  HS_ASSERT (!poll->wants_wait);
  g_autoptr (GPtrArray) envelopes
      = hs_commands_decode (poll->reply->str, poll->reply->len, &gone, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_INT_EQ (gone->len, 1);
  HS_ASSERT (hs_id_equal (&g_array_index (gone, HsId, 0), &given.id));
}

HS_SUITE_WITH ("commands for a poll",
               set_up,
               tear_down,
               { "a command holds for two minutes, however long the poll was open",
                 a_command_holds_for_two_minutes_however_long_the_poll_was_open },
               { "a command that waits for a poll holds for two minutes",
                 a_command_that_waits_for_a_poll_holds_for_two_minutes },
               { "a site's clock that jumps makes no life longer than a poll",
                 a_site_clock_that_jumps_makes_no_life_longer_than_a_poll },
               { "a permission ends at workstations with the account that gave it",
                 a_permission_ends_at_workstations_with_the_account_that_gave_it })
