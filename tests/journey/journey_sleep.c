/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The machine sleeps, wakes and shuts down while documents are on their way. */

#include "base/error.h"
#include "engine/host/sleep.h"
#include "journey/fake_site.h"
#include "journey/linked.h"
#include "platform/fake/power.h"
#include "support/loop.h"
#include "support/suite.h"

#include <string.h>

typedef struct
{
  Linked *linked;
  World *world; /* of linked */
  FakeSite *site;
  HsSleep *sleep;
  guint locked; /* how often keys were wiped */
} House;

static void
on_sending_changed (gpointer data, guint sending)
{
  House *house = data;

  if (house->sleep != NULL)
    hs_sleep_set_sending (house->sleep, sending);
}

static void
lock_keys (gpointer data)
{
  ((House *)data)->locked++;
}

static guint
count_polls (House *house)
{
  return fake_site_count (house->site, "GET /v1/device/commands");
}

static gboolean
is_online (House *house)
{
  HsSiteStatus status;

  hs_site_link_get_status (house->linked->link, &status);
  return status.is_online;
}

static void
enrol (House *house)
{
  g_autoptr (HsEnrolToken) token = fake_site_make_token (house->site);
  g_autoptr (GError) error = NULL;

  HS_ASSERT (linked_enrol (house->linked, token, &error));
  HS_LOOP_UNTIL (is_online (house) && count_polls (house) > 0);
}

static House *
house_new (void)
{
  House *house = g_new0 (House, 1);
  HsId printer = hs_paper_printer (1);

  hs_fake_power_reset ();
  house->linked = linked_new (NULL);
  house->world = house->linked->world;
  house->world->host_hooks = (HsHostHooks){ house, on_sending_changed };
  house->site = fake_site_new (&house->world->device, house->world->site_public);
  fake_site_add_printer (house->site, &printer, "ipps://127.0.0.1:1/ipp/print");
  fake_site_publish (house->site);
  linked_start (house->linked);
  const HsSleepParts parts = { .config = house->world->config,
                               .engine = house->world->engine,
                               .site_link = house->linked->link,
                               .http = house->linked->http,
                               .data = house,
                               .lock_keys = lock_keys };
  house->sleep = hs_sleep_new (&parts);
  enrol (house);
  return house;
}

static void
house_free (House *house)
{
  g_clear_pointer (&house->sleep, hs_sleep_free);
  linked_free (house->linked);
  fake_site_free (house->site);
  g_free (house);
}

static HsId
print (House *house)
{
  HsCaller anna = world_person (WORLD_ANNA_UID);

  return world_must_print (house->world, &anna, 10000);
}

static void
release (House *house, const HsId *job)
{
  HsCaller anna = world_person (WORLD_ANNA_UID);

  HS_ASSERT (world_release (house->world, &anna, job, 1, NULL));
}

static void
fall_asleep (void)
{
  hs_fake_power_tell (HS_POWER_EVENT_SLEEP_SOON);
  HS_LOOP_UNTIL (!hs_fake_power_get ()->is_put_off);
}

/* ── journeys ────────────────────────────────────────────────────────────────────────────── */

static void
sleep_waits_for_keys_and_site (void)
{
  House *house = house_new ();

  hs_fake_power_tell (HS_POWER_EVENT_SLEEP_SOON);
  HS_ASSERT_INT_EQ (house->locked, 1); /* before anything is waited for */
  HS_ASSERT (hs_fake_power_get ()->is_put_off);
  HS_LOOP_UNTIL (!hs_fake_power_get ()->is_put_off);
  HS_ASSERT_INT_EQ (fake_site_count_records (house->site, "power"), 1);
  house_free (house);
}

static void
keys_stay_if_the_configuration_says_so (void)
{
  House *house = house_new ();

  house->world->config->lock_on_sleep = FALSE;
  fall_asleep ();
  HS_ASSERT_INT_EQ (house->locked, 0);
  HS_ASSERT_INT_EQ (fake_site_count_records (house->site, "power"), 1);
  house_free (house);
}

static void
a_sleeping_workstation_does_not_poll (void)
{
  House *house = house_new ();
  guint polls;
  HsId job;

  fall_asleep ();
  polls = count_polls (house);
  job = print (house); /* a record that goes out: the link still talks */
  HS_LOOP_UNTIL (fake_site_count_records (house->site, "announce") == 1);
  HS_ASSERT_INT_EQ (count_polls (house), polls);
  hs_fake_power_tell (HS_POWER_EVENT_AWAKE);
  HS_LOOP_UNTIL (count_polls (house) > polls);
  HS_LOOP_UNTIL (fake_site_count_records (house->site, "power") == 2);
  HS_ASSERT_INT_EQ (world_state (house->world, &job), HS_JOB_HELD);
  house_free (house);
}

static void
nothing_begins_before_the_machine_is_awake (void)
{
  House *house = house_new ();
  HsId job = print (house);

  fall_asleep ();
  release (house, &job);
  world_settle (house->world);
  HS_ASSERT_INT_EQ (world_state (house->world, &job), HS_JOB_RELEASED);
  HS_ASSERT_INT_EQ (hs_paper_count_made (house->world->paper, &job), 0);
  hs_fake_power_tell (HS_POWER_EVENT_AWAKE);
  world_wait_state (house->world, &job, HS_JOB_DELIVERED);
  HS_ASSERT_INT_EQ (hs_paper_count (house->world->paper, &job), 1);
  house_free (house);
}

static void
what_is_parked_is_asked_after_and_printed_once (void)
{
  House *house = house_new ();
  HsId job = print (house);
  HsEngineStatistics statistics;

  hs_paper_set_mood (house->world->paper, HS_PAPER_SILENT);
  release (house, &job);
  HS_LOOP_UNTIL (world_job (house->world, &job)->progress == HS_DELIVERY_SENT);
  fall_asleep ();
  hs_engine_get_statistics (house->world->engine, &statistics);
  HS_ASSERT_INT_EQ (statistics.deliveries, 0);
  HS_ASSERT_INT_EQ (world_state (house->world, &job), HS_JOB_DELIVERING);
  hs_paper_set_mood (house->world->paper, HS_PAPER_WORKS);
  hs_fake_power_tell (HS_POWER_EVENT_AWAKE);
  world_wait_state (house->world, &job, HS_JOB_DELIVERED);
  HS_ASSERT_INT_EQ (hs_paper_count (house->world->paper, &job), 1);
  HS_ASSERT_INT_EQ (hs_paper_count_made (house->world->paper, &job), 1);
  house_free (house);
}

/* The machine falls asleep after the first change of a job to this, and waits for nobody. */
static HsDeliveryProgress sleep_after;
static guint slept;

static gboolean
on_sleep_due (gpointer user_data)
{
  hs_fake_power_get ()->limit_us = 0;
  hs_fake_power_tell (HS_POWER_EVENT_SLEEP_SOON);
  slept++;
  return G_SOURCE_REMOVE;
}

static void
on_job_changed (HsEngine *engine, const HsJob *job, gpointer user_data)
{
  guint *due = user_data;

  if (job->progress == sleep_after && (*due)++ == 0)
    g_idle_add_full (G_PRIORITY_HIGH, on_sleep_due, NULL, NULL);
}

static void
sleep_at_any_step_prints_once (void)
{
  guint sleeps = 0;

  for (sleep_after = HS_DELIVERY_INTENT; sleep_after <= HS_DELIVERY_SENT; sleep_after++)
    {
      House *house = house_new ();
      HsId job = print (house);
      guint due = 0;

      slept = 0;
      hs_engine_watch (house->world->engine, on_job_changed, &due);
      release (house, &job);
      HS_LOOP_UNTIL (slept > 0 || world_state (house->world, &job) == HS_JOB_DELIVERED);
      world_settle (house->world);
      sleeps += slept;
      hs_fake_power_tell (HS_POWER_EVENT_AWAKE);
      world_wait_state (house->world, &job, HS_JOB_DELIVERED);
      HS_ASSERT_INT_EQ (hs_paper_count (house->world->paper, &job), 1);
      house_free (house);
    }
  HS_ASSERT (sleeps >= 2); /* changes that follow each other are not all told */
}

static void
the_machine_is_kept_awake_while_a_document_is_on_its_way (void)
{
  House *house = house_new ();
  HsId job = print (house);

  HS_ASSERT (!hs_fake_power_get ()->is_kept_awake);
  hs_paper_set_mood (house->world->paper, HS_PAPER_SILENT);
  release (house, &job);
  HS_LOOP_UNTIL (world_job (house->world, &job)->progress == HS_DELIVERY_SENT);
  /* The printer has it: what it does now keeps nobody awake. */
  HS_ASSERT_INT_EQ (hs_fake_power_get ()->times_kept_awake, 1);
  HS_LOOP_UNTIL (!hs_fake_power_get ()->is_kept_awake);
  house_free (house);
}

static void
an_unreachable_site_does_not_hold_the_machine (void)
{
  House *house = house_new ();

  fake_site_set_mood (house->site, FAKE_SITE_BROKEN);
  fall_asleep ();
  HS_ASSERT_INT_EQ (fake_site_count_records (house->site, "power"), 0);
  fake_site_set_mood (house->site, FAKE_SITE_GOOD);
  hs_fake_power_tell (HS_POWER_EVENT_AWAKE);
  HS_LOOP_UNTIL (fake_site_count_records (house->site, "power") == 2); /* both, in order, later */
  house_free (house);
}

static void
shutdown_is_told_and_may_be_called_off (void)
{
  House *house = house_new ();
  guint polls;

  hs_fake_power_tell (HS_POWER_EVENT_SHUTDOWN_SOON);
  HS_LOOP_UNTIL (!hs_fake_power_get ()->is_put_off);
  HS_ASSERT_INT_EQ (fake_site_count_records (house->site, "power"), 1);
  polls = count_polls (house);
  hs_fake_power_tell (HS_POWER_EVENT_SHUTDOWN_ENDED);
  HS_LOOP_UNTIL (count_polls (house) > polls
                 && fake_site_count_records (house->site, "power") == 2);
  house_free (house);
}

static void
a_stopping_agent_says_goodbye (void)
{
  House *house = house_new ();
  g_autoptr (GAsyncResult) result = NULL;

  hs_sleep_stop_async (house->sleep, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  HS_ASSERT_INT_EQ (fake_site_count_records (house->site, "power"), 1);
  house_free (house);
}

static void
a_changed_network_is_used_at_once (void)
{
  House *house = house_new ();
  guint polls;

  fake_site_set_mood (house->site, FAKE_SITE_BROKEN);
  print (house);
  HS_LOOP_UNTIL (!is_online (house));
  fake_site_set_mood (house->site, FAKE_SITE_GOOD);
  polls = count_polls (house);
  g_signal_emit_by_name (g_network_monitor_get_default (), "network-changed", TRUE);
  HS_LOOP_UNTIL (is_online (house) && count_polls (house) > polls);
  house_free (house);
}

HS_SUITE ("sleep",
          { "sleep waits until keys are wiped and the site knows", sleep_waits_for_keys_and_site },
          { "keys stay if the configuration says so", keys_stay_if_the_configuration_says_so },
          { "a workstation that is about to sleep does not poll",
            a_sleeping_workstation_does_not_poll },
          { "nothing begins before the machine is awake",
            nothing_begins_before_the_machine_is_awake },
          { "what was parked is asked after, and printed once",
            what_is_parked_is_asked_after_and_printed_once },
          { "sleep after any step of a delivery prints once", sleep_at_any_step_prints_once },
          { "the machine is kept awake until the printer has the document",
            the_machine_is_kept_awake_while_a_document_is_on_its_way },
          { "an unreachable site does not hold the machine",
            an_unreachable_site_does_not_hold_the_machine },
          { "shutdown is told, and may be called off", shutdown_is_told_and_may_be_called_off },
          { "a stopping agent says goodbye", a_stopping_agent_says_goodbye },
          { "a changed network is used at once", a_changed_network_is_used_at_once })
