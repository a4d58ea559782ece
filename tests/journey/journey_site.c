/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A workstation and its site: joining, records, commands, and everything that a site could try
 * which somebody has broken into and whose keys, CA and database are all in the wrong hands. */

#include "base/error.h"
#include "engine/site_link/power.h"
#include "journey/fake_site.h"
#include "journey/linked.h"
#include "support/loop.h"
#include "support/suite.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

typedef struct
{
  Linked *linked;
  World *world;     /* of linked */
  HsSiteLink *link; /* of linked */
  HsPrinters *printers;
  FakeSite *site;
} House;

/* ── the house ───────────────────────────────────────────────────────────────────────────── */

static void
start_house (House *house)
{
  linked_start (house->linked);
  house->link = house->linked->link;
}

static void
stop_house (House *house)
{
  linked_stop (house->linked);
}

static House *
house_new (void)
{
  House *house = g_new0 (House, 1);
  HsId printer = hs_paper_printer (1);

  house->linked = linked_new (NULL);
  house->world = house->linked->world;
  house->printers = house->linked->printers;
  house->site = fake_site_new (&house->world->device, house->world->site_public);
  fake_site_add_printer (house->site, &printer, "ipps://127.0.0.1:1/ipp/print");
  fake_site_publish (house->site);
  start_house (house);
  return house;
}

static void
house_free (House *house)
{
  linked_free (house->linked);
  fake_site_free (house->site);
  g_free (house);
}

static HsSiteStatus
status_of (House *house)
{
  HsSiteStatus status;

  hs_site_link_get_status (house->link, &status);
  return status;
}

static gboolean
enrol_with (House *house, const HsEnrolToken *token, GError **error)
{
  return linked_enrol (house->linked, token, error);
}

static void
enrol (House *house)
{
  g_autoptr (HsEnrolToken) token = fake_site_make_token (house->site);
  g_autoptr (GError) error = NULL;

  HS_ASSERT (enrol_with (house, token, &error) == (error == NULL));
  HS_ASSERT_NO_ERROR (error);
  HS_LOOP_UNTIL (status_of (house).is_online
                 && fake_site_count (house->site, "GET /v1/device/commands") > 0);
}

static House *
enrolled_house (void)
{
  House *house = house_new ();

  enrol (house);
  return house;
}

/* The kinds that the site has; waits until @expected (part) is there. */
static void
wait_record (House *house, const char *expected)
{
  gboolean there = FALSE;

  HS_LOOP_UNTIL (there || ({
                   g_autofree char *records = fake_site_dup_records (house->site);
                   there = strstr (records, expected) != NULL;
                 }));
}

static HsId
print (House *house)
{
  HsCaller anna = world_person (WORLD_ANNA_UID);

  return world_must_print (house->world, &anna, 10000);
}

/* Gives @command with every poll until one more @answer has come. */
static void
order (House *house, FakeSiteCommand command, const char *answer)
{
  guint before = fake_site_count_records (house->site, answer);

  command.repeat = TRUE;
  fake_site_order (house->site, &command);
  hs_site_link_check_now (house->link);
  HS_LOOP_UNTIL (fake_site_count_records (house->site, answer) > before);
  fake_site_forget_orders (house->site);
}

static guint64
count_unsent (House *house)
{
  HsEngineStatistics statistics;

  hs_engine_get_statistics (house->world->engine, &statistics);
  return statistics.outbox_records;
}

static void
check_never_printed (House *house)
{
  g_autoptr (GArray) jobs = hs_paper_list (house->world->paper);

  world_settle (house->world);
  HS_ASSERT_INT_EQ (jobs->len, 0);
}

/* ── joining ─────────────────────────────────────────────────────────────────────────────── */

static void
a_workstation_joins_and_still_belongs_after_a_restart (void)
{
  House *house = house_new ();
  HsSiteStatus status;
  g_autoptr (HsEnrolToken) token = fake_site_make_token (house->site);
  g_autoptr (GError) error = NULL;

  HS_ASSERT (!status_of (house).is_enrolled);
  enrol (house);
  status = status_of (house);
  HS_ASSERT (hs_id_equal (&status.device, &house->world->device));
  HS_ASSERT_INT_EQ (status.bundle_version, 1);
  HS_ASSERT_INT_EQ (status.printers_version, 1);
  HS_ASSERT (hs_site_link_get_release_keys (house->link) != NULL);
  HS_ASSERT (!enrol_with (house, token, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
  stop_house (house);
  start_house (house);
  HS_ASSERT_NO_ERROR (house->linked->load_error);
  HS_ASSERT (status_of (house).is_enrolled);
  HS_LOOP_UNTIL (status_of (house).is_online);
  HS_ASSERT_INT_EQ (fake_site_count (house->site, "POST /v1/enrol"), 1);
  house_free (house);
}

/* Returns: (transfer full): the path of the device's key. */
static char *
dup_key_path (House *house)
{
  g_autoptr (GDir) folder = g_dir_open (house->world->folder, 0, NULL);
  char *path = NULL;
  const char *name;

  while ((name = g_dir_read_name (folder)) != NULL)
    if (g_str_has_suffix (name, ".key"))
      {
        HS_ASSERT (path == NULL);
        path = g_build_filename (house->world->folder, name, NULL);
      }
  HS_ASSERT (path != NULL);
  return path;
}

static void
set_key_mode (House *house, int mode)
{
  g_autofree char *path = dup_key_path (house);

  HS_ASSERT (g_chmod (path, mode) == 0);
}

static void
the_devices_key_is_its_owners_only_and_needed (void)
{
  House *house = enrolled_house ();
  g_autofree char *path = dup_key_path (house);
  struct stat facts;

  HS_ASSERT (g_stat (path, &facts) == 0);
  HS_ASSERT_INT_EQ (facts.st_mode & 0777, 0600);
  stop_house (house);
  set_key_mode (house, 0644);
  start_house (house);
  HS_ASSERT (house->linked->load_error != NULL && !status_of (house).is_enrolled);
  stop_house (house);
  set_key_mode (house, 0600);
  start_house (house);
  HS_ASSERT_NO_ERROR (house->linked->load_error);
  house_free (house);
}

static void
a_root_that_the_token_does_not_name_gets_nothing (void)
{
  House *house = house_new ();
  g_autoptr (HsEnrolToken) token = fake_site_make_token (house->site);
  g_autoptr (GError) error = NULL;

  token->root_digest[7] ^= 1;
  HS_ASSERT (!enrol_with (house, token, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_DENIED);
  HS_ASSERT_INT_EQ (fake_site_count (house->site, "POST"), 0);
  HS_ASSERT (!status_of (house).is_enrolled);
  house_free (house);
}

static void
a_man_in_the_middle_with_the_true_bundle_gets_no_secret (void)
{
  House *house = house_new ();
  g_autoptr (HsEnrolToken) token = fake_site_make_token (house->site);
  g_autoptr (GError) error = NULL;

  fake_site_impersonate (house->site);
  HS_ASSERT (!enrol_with (house, token, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
  HS_ASSERT_INT_EQ (fake_site_count (house->site, "GET /v1/bundle"), 1);
  HS_ASSERT_INT_EQ (fake_site_count (house->site, "POST"), 0);
  house_free (house);
}

static void
an_expired_or_unknown_token_is_refused (void)
{
  House *house = house_new ();
  g_autoptr (HsEnrolToken) late = fake_site_make_token (house->site);
  g_autoptr (HsEnrolToken) unknown = fake_site_make_token (house->site);
  g_autoptr (GError) error = NULL;

  late->expires_us = g_get_real_time () - 1;
  HS_ASSERT (!enrol_with (house, late, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_EXPIRED);
  HS_ASSERT_INT_EQ (fake_site_count (house->site, ""), 0);
  g_clear_error (&error);
  hs_secret_bytes_get (unknown->secret)[0] ^= 1;
  HS_ASSERT (!enrol_with (house, unknown, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_DENIED);
  HS_ASSERT (!status_of (house).is_enrolled);
  enrol (house);
  house_free (house);
}

/* ── records ─────────────────────────────────────────────────────────────────────────────── */

static void
records_reach_the_site_in_order_and_once (void)
{
  House *house = enrolled_house ();
  HsCaller anna = world_person (WORLD_ANNA_UID);
  g_autofree char *records = NULL;
  HsId job = print (house);

  wait_record (house, "agent:started announce");
  HS_ASSERT (world_release (house->world, &anna, &job, 1, NULL));
  wait_record (house, "report erased");
  records = fake_site_dup_records (house->site);
  HS_ASSERT_STR_EQ (records,
                    "agent:started announce state:released state:delivering report erased");
  HS_LOOP_UNTIL (count_unsent (house) == 0);
  HS_ASSERT (!fake_site_has_seen (house->site, WORLD_SECRET, strlen (WORLD_SECRET)));
  house_free (house);
}

static void
what_happened_without_the_site_goes_out_when_it_is_back (void)
{
  House *house = enrolled_house ();
  HsCaller anna = world_person (WORLD_ANNA_UID);
  HsId job;

  fake_site_set_mood (house->site, FAKE_SITE_BROKEN);
  job = print (house);
  HS_LOOP_UNTIL (!status_of (house).is_online);
  HS_ASSERT (status_of (house).problem != NULL);
  HS_ASSERT (world_release (house->world, &anna, &job, 1, NULL));
  world_wait_state (house->world, &job, HS_JOB_DELIVERED);
  fake_site_set_mood (house->site, FAKE_SITE_GOOD);
  hs_site_link_check_now (house->link);
  wait_record (house, "announce state:released state:delivering report erased");
  HS_LOOP_UNTIL (status_of (house).is_online && status_of (house).problem == NULL);
  house_free (house);
}

static void
a_site_that_knows_more_makes_open_jobs_uncertain (void)
{
  House *house = enrolled_house ();
  HsId job = print (house);

  wait_record (house, "announce");
  world_settle (house->world);
  /* As if this ledger were an old copy: the site has 1000 records of it. */
  fake_site_pretend_records (house->site, 1000);
  hs_site_link_tell_power_async (house->link, HS_POWER_AWAKE, NULL, NULL);
  world_wait_state (house->world, &job, HS_JOB_UNCERTAIN);
  wait_record (house, "agent:rolled-back power");
  HS_ASSERT (status_of (house).rolled_back_us > 0);
  check_never_printed (house);
  house_free (house);
}

/* Once, and once more before it counts as gone. */
static void
a_site_that_takes_no_record_is_not_asked_without_end (void)
{
  House *house = enrolled_house ();
  guint before;

  fake_site_set_mood (house->site, FAKE_SITE_TAKES_NONE);
  before = fake_site_count (house->site, "POST /v1/device/events");
  print (house);
  HS_LOOP_UNTIL (!status_of (house).is_online);
  HS_ASSERT_INT_EQ (fake_site_count (house->site, "POST /v1/device/events"), before + 2);
  fake_site_set_mood (house->site, FAKE_SITE_GOOD);
  wait_record (house, "announce");
  house_free (house);
}

/* ── commands ────────────────────────────────────────────────────────────────────────────── */

static void
a_release_prints_once_however_often_it_comes (void)
{
  House *house = enrolled_house ();
  HsId job = print (house);
  g_autoptr (HsSecretBytes) share = NULL;
  FakeSiteCommand release = { .kind = HS_COMMAND_KIND_RELEASE,
                              .id = world_id (501),
                              .job = job,
                              .printer = hs_paper_printer (1),
                              .repeat = TRUE };
  guint polls;

  world_set_locked (house->world, WORLD_ANNA_UID, TRUE); /* only the share opens it */
  share = world_make_share (house->world, &job);
  release.share = share;
  fake_site_order (house->site, &release);
  wait_record (house, "report erased");
  HS_ASSERT_INT_EQ (hs_paper_count (house->world->paper, &job), 1);
  polls = fake_site_count (house->site, "GET /v1/device/commands");
  HS_LOOP_UNTIL (fake_site_count (house->site, "GET /v1/device/commands") > polls);
  fake_site_forget_orders (house->site);
  world_settle (house->world);
  HS_ASSERT_INT_EQ (hs_paper_count (house->world->paper, &job), 1);
  HS_ASSERT_INT_EQ (status_of (house).refused_commands, 0);
  world_check_bytes_unseen (house->world, hs_secret_bytes_peek (share), 32);
  house_free (house);
}

static void
a_site_that_only_repeats_is_asked_ever_more_rarely (void)
{
  House *house = enrolled_house ();
  FakeSiteCommand cancel = {
    .kind = HS_COMMAND_KIND_CANCEL, .id = world_id (502), .job = world_id (600), .repeat = TRUE
  };
  guint polls;

  fake_site_order (house->site, &cancel);
  wait_record (house, "command-result:unknown-job");
  polls = fake_site_count (house->site, "GET /v1/device/commands");
  HS_LOOP_UNTIL (fake_site_count (house->site, "GET /v1/device/commands") >= polls + 2);
  {
    gint64 until_us = g_get_monotonic_time () + 200 * G_TIME_SPAN_MILLISECOND;
    guint now = fake_site_count (house->site, "GET /v1/device/commands");
    /* The delays have grown to half a second at least, so this time passes with one poll at most. */
    while (g_get_monotonic_time () < until_us)
      hs_loop_turn ();
    HS_ASSERT (fake_site_count (house->site, "GET /v1/device/commands") <= now + 1);
  }
  house_free (house);
}

static void
cancel_and_sign_out_are_carried_out_and_answered (void)
{
  House *house = enrolled_house ();
  HsId job = print (house);
  FakeSiteCommand cancel = { .kind = HS_COMMAND_KIND_CANCEL, .id = world_id (503), .job = job };
  FakeSiteCommand sign_out = { .kind = HS_COMMAND_KIND_SIGN_OUT, .id = world_id (504) };

  fake_site_order (house->site, &cancel);
  world_wait_state (house->world, &job, HS_JOB_CANCELLED);
  fake_site_order (house->site, &sign_out);
  HS_LOOP_UNTIL (house->linked->signed_out == 1);
  wait_record (house, "command-result:done");
  check_never_printed (house);
  house_free (house);
}

static void
a_command_that_is_not_ours_of_now_is_dropped (void)
{
  House *house = enrolled_house ();
  HsId job = print (house);
  FakeSiteCommand base
      = { .kind = HS_COMMAND_KIND_RELEASE, .job = job, .printer = hs_paper_printer (1) };
  FakeSiteCommand bad[5];
  guint before;

  wait_record (house, "announce");
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      bad[i] = base;
      bad[i].id = world_id (510 + i);
    }
  bad[0].key = FAKE_SITE_KEY_ENTITLEMENT;
  bad[1].key = FAKE_SITE_KEY_NEW;
  bad[2].key = FAKE_SITE_KEY_ROOT;
  bad[3].old_nonce = TRUE;
  bad[4].other_device = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      before = (guint)status_of (house).refused_commands;
      fake_site_order (house->site, &bad[i]);
      HS_LOOP_UNTIL (status_of (house).refused_commands == before + 1);
      hs_site_link_check_now (house->link);
    }
  HS_ASSERT (status_of (house).problem != NULL);
  HS_ASSERT_INT_EQ (world_state (house->world, &job), HS_JOB_HELD);
  check_never_printed (house);
  house_free (house);
}

/* ── the site in the wrong hands ─────────────────────────────────────────────────────────── */

/* A machine that would take documents: counts who comes. */
static void
count_visitor (HsHttpExchange *exchange, gpointer data)
{
  hs_http_exchange_drop (exchange);
}

static void
with_all_that_the_site_has_no_printer_is_added (void)
{
  House *house = enrolled_house ();
  HsHttpDouble *trap = hs_http_double_new (count_visitor, NULL);
  g_autofree char *uri
      = g_strdup_printf ("ipp://127.0.0.1:%u/ipp/print", hs_http_double_get_port (trap));
  g_autofree char *tls_uri
      = g_strdup_printf ("ipps://127.0.0.1:%u/ipp/print", hs_http_double_get_port (trap));
  static const FakeSiteKey keys[]
      = { FAKE_SITE_KEY_COMMAND, FAKE_SITE_KEY_ENTITLEMENT, FAKE_SITE_KEY_NEW };
  HsId attacker = world_id (700), job = print (house);
  g_autoptr (HsSecretBytes) share = NULL;
  HsPrinterEntry *entry;

  wait_record (house, "announce");
  share = world_make_share (house->world, &job);
  fake_site_add_printer (house->site, &attacker, uri);
  entry = fake_site_get_printers (house->site)->printers->pdata[1];
  entry->allow_plain = TRUE;
  /* The listed printer's address is turned to the trap too. */
  entry = fake_site_get_printers (house->site)->printers->pdata[0];
  g_free (entry->uris[0]);
  entry->uris[0] = g_strdup (tls_uri);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      FakeSiteCommand look = { .kind = HS_COMMAND_KIND_BUNDLE, .id = world_id (710 + i) };
      FakeSiteCommand release = { .kind = HS_COMMAND_KIND_RELEASE,
                                  .id = world_id (720 + i),
                                  .job = job,
                                  .printer = attacker,
                                  .share = share };
      g_autoptr (GPtrArray) routes = NULL;
      g_autoptr (GError) error = NULL;

      /* With its own bundle, which makes another key the printer administrator's. */
      fake_site_get_bundle (house->site)->printer_admin.bytes[0] ^= 1;
      fake_site_publish_forged (house->site, keys[i], keys[i]);
      fake_site_get_bundle (house->site)->printer_admin.bytes[0] ^= 1;
      order (house, look, "command-result:refused");
      HS_ASSERT (status_of (house).problem != NULL);
      order (house, release, "command-result:refused");
      HS_ASSERT_INT_EQ (status_of (house).bundle_version, 1);
      HS_ASSERT_INT_EQ (status_of (house).printers_version, 1);
      routes = hs_printers_dup_routes (house->printers, &attacker, g_get_real_time (), &error);
      HS_ASSERT (routes == NULL);
      HS_ASSERT_ERROR (error, HS_ERROR_NOT_FOUND);
    }
  /* The true bundle beside a forged list. */
  fake_site_publish_forged (house->site, FAKE_SITE_KEY_ROOT, FAKE_SITE_KEY_COMMAND);
  {
    FakeSiteCommand look = { .kind = HS_COMMAND_KIND_BUNDLE, .id = world_id (730) };
    order (house, look, "command-result:refused");
    HS_ASSERT (status_of (house).bundle_version > 1);
    HS_ASSERT_INT_EQ (status_of (house).printers_version, 1);
  }
  HS_ASSERT_INT_EQ (hs_http_double_count_connections (trap), 0);
  HS_ASSERT_INT_EQ (world_state (house->world, &job), HS_JOB_HELD);
  check_never_printed (house);
  hs_http_double_free (trap);
  house_free (house);
}

static void
with_all_that_the_site_has_no_recipient_is_added (void)
{
  House *house = enrolled_house ();
  static const FakeSiteKey keys[] = { FAKE_SITE_KEY_COMMAND, FAKE_SITE_KEY_ENTITLEMENT,
                                      FAKE_SITE_KEY_NEW, FAKE_SITE_KEY_PRINTER_ADMIN };
  HsBundle *bundle = fake_site_get_bundle (house->site);

  bundle->escrow = g_new0 (HsBundleEscrow, 1);
  bundle->n_escrow = 1;
  bundle->escrow->name = g_strdup ("Attacker");
  bundle->escrow->recipient
      = g_strdup ("age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p");
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      FakeSiteCommand look = { .kind = HS_COMMAND_KIND_BUNDLE, .id = world_id (740 + i) };
      g_autofree char *recipients = NULL;
      HsId job;

      fake_site_publish_forged (house->site, keys[i], FAKE_SITE_KEY_PRINTER_ADMIN);
      order (house, look, "command-result:refused");
      job = print (house);
      recipients = g_strjoinv (" ", world_job (house->world, &job)->recipients);
      HS_ASSERT_STR_EQ (recipients, "owner release");
    }
  /* What only the organisation can do, it can. */
  fake_site_publish (house->site);
  {
    FakeSiteCommand look = { .kind = HS_COMMAND_KIND_BUNDLE, .id = world_id (750) };
    g_autofree char *recipients = NULL;
    HsId job;

    order (house, look, "command-result:done");
    job = print (house);
    recipients = g_strjoinv (" ", world_job (house->world, &job)->recipients);
    HS_ASSERT_STR_EQ (recipients, "owner release escrow:Attacker");
  }
  house_free (house);
}

/* ── misbehaviour and ends ───────────────────────────────────────────────────────────────── */

static void
whatever_a_site_answers_the_workstation_goes_on (void)
{
  static const FakeSiteMood moods[] = { FAKE_SITE_RUBBISH, FAKE_SITE_ENDLESS, FAKE_SITE_REDIRECTS,
                                        FAKE_SITE_DROPS,   FAKE_SITE_BROKEN,  FAKE_SITE_REVOKED };
  House *house = enrolled_house ();

  for (guint i = 0; i < G_N_ELEMENTS (moods); i++)
    {
      HsId job;

      fake_site_set_mood (house->site, moods[i]);
      hs_site_link_check_now (house->link);
      job = print (house);
      HS_LOOP_UNTIL (!status_of (house).is_online);
      HS_ASSERT (status_of (house).problem != NULL);
      HS_ASSERT_INT_EQ (world_state (house->world, &job), HS_JOB_HELD);
      HS_ASSERT (status_of (house).is_enrolled);
      fake_site_set_mood (house->site, FAKE_SITE_GOOD);
      hs_site_link_check_now (house->link);
      HS_LOOP_UNTIL (status_of (house).is_online);
    }
  HS_ASSERT_INT_EQ (fake_site_count (house->site, "GET /v1/elsewhere"), 0);
  house_free (house);
}

static void
with_an_expired_bundle_only_a_newer_one_is_fetched (void)
{
  House *house = house_new ();
  FakeSiteCommand release
      = { .kind = HS_COMMAND_KIND_RELEASE, .id = world_id (801), .printer = hs_paper_printer (1) };
  g_autoptr (GPtrArray) routes = NULL;
  HsId printer = hs_paper_printer (1);
  guint devices, bundles;

  fake_site_get_bundle (house->site)->expires_us = g_get_real_time () + 3 * G_USEC_PER_SEC;
  fake_site_publish (house->site);
  enrol (house);
  release.job = print (house);
  HS_LOOP_UNTIL (status_of (house).bundle_expired && !status_of (house).is_online);
  routes = hs_printers_dup_routes (house->printers, &printer, g_get_real_time (), NULL);
  HS_ASSERT (routes == NULL);
  bundles = fake_site_count (house->site, "GET /v1/bundle");
  fake_site_order (house->site, &release);
  devices = fake_site_count (house->site, "GET /v1/device") + fake_site_count (house->site, "POST");
  HS_LOOP_UNTIL (fake_site_count (house->site, "GET /v1/bundle") > bundles);
  HS_ASSERT_INT_EQ (fake_site_count (house->site, "GET /v1/device")
                        + fake_site_count (house->site, "POST"),
                    devices);
  check_never_printed (house);
  fake_site_forget_orders (house->site);
  fake_site_get_bundle (house->site)->expires_us = g_get_real_time () + G_TIME_SPAN_DAY;
  fake_site_publish (house->site);
  hs_site_link_check_now (house->link);
  HS_LOOP_UNTIL (status_of (house).is_online && !status_of (house).bundle_expired);
  house_free (house);
}

static void
a_second_url_leads_around_a_dead_one (void)
{
  House *house = house_new ();
  HsBundle *bundle = fake_site_get_bundle (house->site);
  g_autofree char *urls = g_strdup_printf ("https://127.0.0.1:1 %s", bundle->device_urls[0]);

  g_strfreev (bundle->device_urls);
  bundle->device_urls = g_strsplit (urls, " ", -1);
  fake_site_publish (house->site);
  enrol (house);
  print (house);
  wait_record (house, "announce");
  house_free (house);
}

/* Lets the site refuse the workstation, which then may be enrolled anew. */
static void
exclude (House *house)
{
  fake_site_set_mood (house->site, FAKE_SITE_REVOKED);
  hs_site_link_check_now (house->link);
  HS_LOOP_UNTIL (status_of (house).must_enrol);
}

/* To another site of the organisation without a restart: nothing of the first one's list is used. */
static void
who_joins_another_site_has_its_printers_alone (void)
{
  House *house = enrolled_house ();
  HsId first = hs_paper_printer (1), second = hs_paper_printer (2);
  FakeSite *other = fake_site_new (&house->world->device, house->world->site_public);
  g_autoptr (HsEnrolToken) token = NULL;
  g_autoptr (GError) error = NULL;
  HsPrinterView view;

  fake_site_add_printer (other, &second, "ipps://127.0.0.1:1/ipp/print");
  fake_site_publish (other);
  HS_LOOP_UNTIL (hs_printers_find (house->printers, &first, &view));
  exclude (house);
  token = fake_site_make_token (other);
  HS_ASSERT (enrol_with (house, token, &error));
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (hs_printers_find (house->printers, &second, &view));
  HS_ASSERT (!hs_printers_find (house->printers, &first, &view));
  HS_LOOP_UNTIL (status_of (house).is_online && !status_of (house).must_enrol);
  house_free (house);
  fake_site_free (other);
}

static void
another_organisation_is_told_nothing_of_what_lies_here (void)
{
  House *house = enrolled_house ();
  FakeSite *other = fake_site_new (&house->world->device, house->world->site_public);
  g_autoptr (HsEnrolToken) token = NULL;

  fake_site_get_bundle (other)->organisation.bytes[0] ^= 1;
  fake_site_publish (other);
  print (house);
  exclude (house);
  token = fake_site_make_token (other);
  /* Whether it still speaks with the key that the first one knew, or cannot read it. */
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;

      HS_ASSERT (!enrol_with (house, token, &error));
      HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
      HS_ASSERT (strstr (error->message, "another organisation") != NULL);
      if (i > 0)
        break;
      stop_house (house);
      set_key_mode (house, 0644);
      start_house (house);
      HS_ASSERT (house->linked->load_error != NULL);
    }
  HS_ASSERT_INT_EQ (fake_site_count (other, "POST"), 0);
  house_free (house);
  fake_site_free (other);
}

HS_SUITE ("site",
          { "a workstation joins and still belongs after a restart",
            a_workstation_joins_and_still_belongs_after_a_restart },
          { "the device's key is its owner's only, and needed",
            the_devices_key_is_its_owners_only_and_needed },
          { "a root that the token does not name gets nothing",
            a_root_that_the_token_does_not_name_gets_nothing },
          { "a man in the middle with the true bundle gets no secret",
            a_man_in_the_middle_with_the_true_bundle_gets_no_secret },
          { "an expired or unknown token is refused", an_expired_or_unknown_token_is_refused },
          { "records reach the site in order and once", records_reach_the_site_in_order_and_once },
          { "what happened without the site goes out when it is back",
            what_happened_without_the_site_goes_out_when_it_is_back },
          { "a site that knows more makes open jobs uncertain",
            a_site_that_knows_more_makes_open_jobs_uncertain },
          { "a site that takes no record is not asked without end",
            a_site_that_takes_no_record_is_not_asked_without_end },
          { "a release prints once, however often it comes",
            a_release_prints_once_however_often_it_comes },
          { "a site that only repeats is asked ever more rarely",
            a_site_that_only_repeats_is_asked_ever_more_rarely },
          { "cancel and sign-out are carried out and answered",
            cancel_and_sign_out_are_carried_out_and_answered },
          { "a command that is not ours of now is dropped",
            a_command_that_is_not_ours_of_now_is_dropped },
          { "with all that the site has no printer is added",
            with_all_that_the_site_has_no_printer_is_added },
          { "with all that the site has no recipient is added",
            with_all_that_the_site_has_no_recipient_is_added },
          { "whatever a site answers, the workstation goes on",
            whatever_a_site_answers_the_workstation_goes_on },
          { "with an expired bundle only a newer one is fetched",
            with_an_expired_bundle_only_a_newer_one_is_fetched },
          { "a second URL leads around a dead one", a_second_url_leads_around_a_dead_one },
          { "who joins another site has its printers alone",
            who_joins_another_site_has_its_printers_alone },
          { "another organisation is told nothing of what lies here",
            another_organisation_is_told_nothing_of_what_lies_here })
