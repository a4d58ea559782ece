/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "journey/world.h"

#include "base/error.h"
#include "crypto/hkdf.h"
#include "crypto/random.h"
#include "crypto/release_share.h"
#include "crypto/x25519.h"
#include "seal/row_mac.h"
#include "seal/title_key.h"
#include "support/loop.h"
#include "support/suite.h"
#include "support/temp_dir.h"

#include <string.h>

/* Keys must be the same after a restart and in a child: made of a constant. */
static HsSecretBytes *
make_secret (guint8 seed)
{
  HsSecretBytes *secret = hs_secret_bytes_new (32);

  memset (hs_secret_bytes_get (secret), seed, 32);
  return secret;
}

HsId
world_id (guint number)
{
  HsId id = { 0 };

  id.bytes[0] = 0xc0;
  id.bytes[6] = 0x40;
  id.bytes[8] = 0x80;
  id.bytes[14] = (guint8)(number >> 8);
  id.bytes[15] = (guint8)number;
  return id;
}

HsId
world_identity (guint32 uid)
{
  return world_id (uid);
}

/* ── parts ───────────────────────────────────────────────────────────────────────────────── */

static gboolean
compute_mac (const guint8 *row,
             gsize length,
             guint8 mac[HS_LEDGER_MAC_BYTES],
             gpointer user_data,
             GError **error)
{
  World *world = user_data;

  if (g_atomic_int_get (&world->mac_fails_for_good))
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_INTERNAL, "the disk is broken");
      return FALSE;
    }
  if (g_atomic_int_get (&world->mac_failures_in) > 0
      && g_atomic_int_dec_and_test (&world->mac_failures_in))
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_NO_SPACE, "the disk is full");
      return FALSE;
    }
  return hs_row_mac_compute (world->machine_secret, row, length, mac, error);
}

static int
person_index (const World *world, const HsId *identity)
{
  for (guint i = 0; i < 2; i++)
    if (hs_id_equal (&world->identities[i], identity)
        || (!hs_id_is_zero (identity) && hs_id_equal (&world->former[i], identity)))
      return (int)i;
  return -1;
}

static gboolean
find_identity (gpointer data, guint32 uid, HsId *identity)
{
  if (uid != WORLD_ANNA_UID && uid != WORLD_BEN_UID)
    return FALSE;
  *identity = ((World *)data)->identities[uid - WORLD_ANNA_UID];
  return !hs_id_is_zero (identity);
}

static gboolean
find_public (gpointer data, const HsId *identity, guint8 public_key[HS_X25519_BYTES])
{
  World *world = data;
  int index = person_index (world, identity);

  if (index < 0)
    return FALSE;
  memcpy (public_key, world->public_keys[index], HS_X25519_BYTES);
  return TRUE;
}

static gboolean
find_title_public (gpointer data, const HsId *identity, guint8 title_public[HS_X25519_BYTES])
{
  World *world = data;
  int index = person_index (world, identity);

  return index >= 0 && hs_title_key_derive_public (world->keys[index], title_public, NULL);
}

static const HsSecretBytes *
find_unlocked (gpointer data, const HsId *identity)
{
  World *world = data;
  int index = person_index (world, identity);

  return index < 0 || world->is_locked[index] ? NULL : world->keys[index];
}

static gint64
get_now_us (gpointer data)
{
  return g_get_real_time () + ((World *)data)->clock_offset_us;
}

static void
call_probe (const char *point, gpointer data)
{
  World *world = data;

  if (world->probe != NULL)
    world->probe (point, world->probe_data);
}

static void
on_outbox_grew (gpointer data)
{
  ((World *)data)->outbox_calls++;
}

static void
on_share_wanted (gpointer data, const HsId *job, const HsId *command)
{
  World *world = data;

  world->shares_wanted++;
  world->share_command = *command;
}

static void
on_ledger_broke (gpointer data, const GError *error)
{
  ((World *)data)->times_broken++;
}

static void
purge_async (gpointer data, GAsyncReadyCallback callback, gpointer user_data)
{
  World *world = data;
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);

  world->purges++;
  g_task_return_int (task, world->copies_left);
  if (world->copies_left > 0)
    world->copies_left--;
}

static gboolean
purge_finish (gpointer data, GAsyncResult *result, guint *remaining, GError **error)
{
  *remaining = (guint)g_task_propagate_int (G_TASK (result), error);
  return TRUE;
}

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

World *
world_new (const char *folder)
{
  World *world = g_new0 (World, 1);
  g_autoptr (GError) error = NULL;

  world->owns_folder = folder == NULL;
  world->folder = folder != NULL ? g_strdup (folder) : hs_temp_dir_new ();
  world->config = hs_config_new ();
  world->config->disk_reserve_bytes = 0;
  world->device = world_id (9);
  world->machine_secret = make_secret (0x11);
  world->site_secret = make_secret (0x22);
  HS_ASSERT (hs_x25519_get_public (world->site_secret, world->site_public, &error));
  for (guint i = 0; i < 2; i++)
    {
      world->identities[i] = world_identity (WORLD_ANNA_UID + i);
      world->keys[i] = make_secret ((guint8)(0x33 + i));
      HS_ASSERT (hs_x25519_get_public (world->keys[i], world->public_keys[i], &error));
    }
  world->standing = (HsOfflineStanding){ HS_OFFLINE_RIGHT_HELD, G_MAXINT64, 1000 };
  world->paper = hs_paper_new (world->folder);
  return world;
}

static void
enrol (World *world)
{
  g_autoptr (HsBundle) bundle = hs_bundle_new ();
  HsReleaseKeys keys = { .device = world->device, .n_keys = 1 };

  bundle->policy.quota_jobs = 1000;
  bundle->policy.report_local = TRUE;
  bundle->policy.offline = world->offline;
  keys.keys[0].epoch = 1;
  memcpy (keys.keys[0].public_bytes, world->site_public, HS_X25519_BYTES);
  keys.keys[0].not_after_us = G_MAXINT64;
  hs_engine_set_trust (world->engine, &world->device, bundle, &keys);
  hs_engine_set_site_online (world->engine, TRUE);
}

static void
judge_offline (gpointer data, const HsId *identity, HsOfflineStanding *standing)
{
  *standing = ((World *)data)->standing;
}

static void
charge_offline (gpointer data, HsLedgerBatch *batch, const HsJob *job, guint32 pages)
{
  ((World *)data)->charged += pages;
}

static void
make_engine (World *world)
{
  HsEngineParts parts = { .ledger = world->ledger,
                          .spool = world->spool,
                          .config = world->config,
                          .machine_secret = world->machine_secret,
                          .machine_generation = 1,
                          .count_pdf = world->count_pdf,
                          .deliverer = hs_paper_get_deliverer (world->paper),
                          .now_us = get_now_us,
                          .probe = call_probe,
                          .test_data = world };

  parts.owner_keys = (HsOwnerKeys){ .data = world,
                                    .find_identity = find_identity,
                                    .find_public = find_public,
                                    .find_title_public = find_title_public,
                                    .find_unlocked = find_unlocked };
  parts.offline = (HsOfflineHooks){ world, judge_offline, charge_offline };
  parts.ledger_broke = on_ledger_broke;
  parts.ledger_data = world;
  parts.site = (HsSiteHooks){ .data = world,
                              .outbox_grew = on_outbox_grew,
                              .share_wanted = on_share_wanted };
  if (world->site_hooks.data != NULL)
    parts.site = world->site_hooks;
  parts.host = world->host_hooks;
  if (world->has_print_system)
    parts.copy_purger
        = (HsCopyPurger){ .data = world, .purge_async = purge_async, .purge_finish = purge_finish };
  world->engine = hs_engine_new (&parts);
  if (world->is_enrolled)
    enrol (world);
}

gboolean
world_try_start (World *world, GError **error)
{
  g_autofree char *spool_path = g_build_filename (world->folder, "spool", NULL);
  g_autoptr (GAsyncResult) result = NULL;
  HsLedgerSetup setup = { .folder = world->folder, .mac = compute_mac, .mac_data = world };

  if (!hs_random_bytes (setup.new_stream, sizeof setup.new_stream, error))
    return FALSE;
  world->ledger = hs_ledger_open (&setup, error);
  if (world->ledger == NULL)
    return FALSE;
  world->spool = hs_spool_open (spool_path, world->config->disk_reserve_bytes, error);
  if (world->spool == NULL)
    return FALSE;
  make_engine (world);
  if (world->before_start != NULL)
    world->before_start (world->before_start_data);
  hs_engine_start_async (world->engine, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  return hs_engine_start_finish (world->engine, result, error);
}

void
world_start (World *world)
{
  g_autoptr (GError) error = NULL;

  (void)world_try_start (world, &error);
  HS_ASSERT_NO_ERROR (error);
}

void
world_stop (World *world)
{
  g_autoptr (GAsyncResult) result = NULL;

  if (world->engine != NULL)
    {
      hs_engine_stop_async (world->engine, hs_loop_store_result, &result);
      HS_LOOP_UNTIL (result != NULL);
      HS_ASSERT (hs_engine_stop_finish (world->engine, result, NULL));
    }
  g_clear_pointer (&world->engine, hs_engine_free);
  g_clear_pointer (&world->ledger, hs_ledger_free);
  g_clear_pointer (&world->spool, hs_spool_free);
}

void
world_restart (World *world)
{
  world_stop (world);
  world_start (world);
}

void
world_free (World *world)
{
  world_stop (world);
  hs_paper_free (world->paper);
  hs_config_free (world->config);
  hs_secret_bytes_free (world->machine_secret);
  hs_secret_bytes_free (world->site_secret);
  for (guint i = 0; i < 2; i++)
    hs_secret_bytes_free (world->keys[i]);
  if (world->owns_folder)
    hs_temp_dir_free (world->folder);
  else
    g_free (world->folder);
  g_free (world);
}

/* ── people ──────────────────────────────────────────────────────────────────────────────── */

HsCaller
world_person (guint32 uid)
{
  return (HsCaller){ .kind = HS_CALLER_PERSON, .uid = uid, .believed_uid = G_MAXUINT32 };
}

HsCaller
world_admin (void)
{
  return (HsCaller){ .kind = HS_CALLER_PERSON, .uid = 2000, .is_admin = TRUE };
}

HsCaller
world_print_system (guint number, guint32 uid)
{
  return (HsCaller){ .kind = HS_CALLER_PRINT_SYSTEM,
                     .uid = 7,
                     .maker = world_id (500 + number),
                     .believed_name = uid != 0 ? "somebody" : NULL,
                     .believed_uid = uid };
}

HsCaller
world_stranger (guint number)
{
  return (HsCaller){ .kind = HS_CALLER_STRANGER, .uid = 7, .maker = world_id (700 + number) };
}

void
world_set_locked (World *world, guint32 uid, gboolean locked)
{
  HsId identity = world_identity (uid);

  world->is_locked[uid - WORLD_ANNA_UID] = locked;
  if (world->engine != NULL)
    hs_engine_keys_changed (world->engine, &identity);
}

/* ── doing ───────────────────────────────────────────────────────────────────────────────── */

GBytes *
world_document (gsize length)
{
  GString *text = g_string_new ("%PDF-1.4\n" WORLD_SECRET "\n");

  while (text->len < length)
    g_string_append (text, "% " WORLD_SECRET ", and so is this line of the document\n");
  return g_string_free_to_bytes (text);
}

HsId
world_print_bytes (
    World *world, const HsCaller *caller, GBytes *document, const char *format, GError **error)
{
  HsIntakeOffer offer = { .title = WORLD_SECRET ", a title",
                          .claimed_name = world->claimed_name,
                          .format = format };
  HsIntake *intake = hs_engine_open_intake (world->engine, caller, &offer, error);
  g_autoptr (GAsyncResult) result = NULL;
  const HsJob *job = NULL;
  gsize length = g_bytes_get_size (document);
  HsId id = { 0 };

  if (intake == NULL)
    return id;
  for (gsize offset = 0; offset < length; offset += 30000)
    {
      g_autoptr (GBytes) chunk
          = g_bytes_new_from_bytes (document, offset, MIN (30000, length - offset));
      (void)hs_intake_push (intake, chunk);
    }
  hs_intake_finish_async (intake, NULL, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  job = hs_intake_finish_finish (intake, result, error);
  if (job != NULL)
    id = job->id;
  hs_intake_unref (intake);
  return id;
}

HsId
world_print (World *world, const HsCaller *caller, gsize length, GError **error)
{
  g_autoptr (GBytes) document = world_document (length);

  return world_print_bytes (world, caller, document, "application/pdf", error);
}

HsId
world_must_print (World *world, const HsCaller *caller, gsize length)
{
  g_autoptr (GError) error = NULL;
  HsId job = world_print (world, caller, length, &error);

  HS_ASSERT_NO_ERROR (error);
  return job;
}

static gboolean
finish_action (World *world, GAsyncResult **result, GError **error)
{
  g_autoptr (GAsyncResult) owned = NULL;

  HS_LOOP_UNTIL (*result != NULL);
  owned = *result;
  return hs_engine_action_finish (world->engine, owned, error);
}

gboolean
world_release_with (World *world,
                    const HsCaller *caller,
                    const HsId *job,
                    guint printer,
                    const HsPrintOptions *options,
                    GError **error)
{
  GAsyncResult *result = NULL;
  HsId printer_id = hs_paper_printer (printer);

  hs_engine_release_async (world->engine, caller, job, &printer_id, options, NULL,
                           hs_loop_store_result, &result);
  return finish_action (world, &result, error);
}

gboolean
world_release (World *world, const HsCaller *caller, const HsId *job, guint printer, GError **error)
{
  return world_release_with (world, caller, job, printer, NULL, error);
}

gboolean
world_cancel (World *world, const HsCaller *caller, const HsId *job, GError **error)
{
  GAsyncResult *result = NULL;

  hs_engine_cancel_async (world->engine, caller, job, NULL, hs_loop_store_result, &result);
  return finish_action (world, &result, error);
}

gboolean
world_hold (World *world, const HsCaller *caller, const HsId *job, GError **error)
{
  GAsyncResult *result = NULL;

  hs_engine_hold_async (world->engine, caller, job, NULL, hs_loop_store_result, &result);
  return finish_action (world, &result, error);
}

gboolean
world_claim (
    World *world, const HsCaller *caller, const HsId *identity, const HsId *job, GError **error)
{
  GAsyncResult *result = NULL;

  hs_engine_claim_async (world->engine, caller, identity, job, NULL, hs_loop_store_result, &result);
  return finish_action (world, &result, error);
}

gboolean
world_resolve (
    World *world, const HsCaller *caller, const HsId *job, HsJobEvent event, GError **error)
{
  GAsyncResult *result = NULL;

  hs_engine_resolve_async (world->engine, caller, job, event, NULL, hs_loop_store_result, &result);
  return finish_action (world, &result, error);
}

HsSecretBytes *
world_make_share (World *world, const HsId *job)
{
  const HsJob *value = world_job (world, job);
  HsReleaseContext context
      = { .device = world->device, .job = *job, .owner = hs_job_get_sealed_owner (value) };
  g_autoptr (GError) error = NULL;
  HsSecretBytes *share = NULL;

  memcpy (context.e_public, value->release_e, HS_X25519_BYTES);
  memcpy (context.s_public, world->site_public, HS_X25519_BYTES);
  share = hs_release_share_compute_site (world->site_secret, &context, &error);
  HS_ASSERT_NO_ERROR (error);
  return share;
}

static HsCommandResult
finish_command (World *world, GAsyncResult **result, gboolean *already)
{
  g_autoptr (GAsyncResult) owned = NULL;
  g_autoptr (GError) error = NULL;
  HsCommandResult outcome = HS_COMMAND_NONE;

  HS_LOOP_UNTIL (*result != NULL);
  owned = *result;
  outcome = hs_engine_site_command_finish (world->engine, owned, already, NULL, &error);
  HS_ASSERT_NO_ERROR (error);
  return outcome;
}

HsCommandResult
world_site_release (World *world,
                    const HsId *command,
                    const HsId *job,
                    guint printer,
                    gboolean with_share,
                    gboolean *already)
{
  GAsyncResult *result = NULL;
  HsId printer_id = hs_paper_printer (printer);
  HsSecretBytes *share = with_share ? world_make_share (world, job) : NULL;

  hs_engine_site_release_async (world->engine, command, job, &printer_id, share,
                                hs_loop_store_result, &result);
  return finish_command (world, &result, already);
}

HsCommandResult
world_site_cancel (World *world, const HsId *command, const HsId *job, gboolean *already)
{
  GAsyncResult *result = NULL;

  hs_engine_site_cancel_async (world->engine, command, job, hs_loop_store_result, &result);
  return finish_command (world, &result, already);
}
