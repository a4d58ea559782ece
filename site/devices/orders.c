/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Commands to workstations. */

#define HS_LOG_AREA "orders"

#include "site/devices/orders.h"

#include "base/error.h"
#include "base/log.h"
#include "core/refusal.h"
#include "crypto/jws.h"
#include "crypto/random.h"
#include "site/devices/release_epochs.h"
#include "site/store/delegations.h"

#define LIFE_S 120 /* from the answer; one under way when the workstation sleeps is then over */

G_STATIC_ASSERT (HS_COMMANDS_MAX_WAIT_S + LIFE_S <= HS_COMMAND_MAX_LIFE_S);

HsReach
hs_order_get_reach (const HsStoreDevice *device, gint64 now_us)
{
  if (device->revoked_us != 0)
    return HS_REACH_REVOKED;
  if (now_us < device->poll_until_us)
    return HS_REACH_NOW;
  if (device->power == HS_POWER_ASLEEP)
    return HS_REACH_ASLEEP;
  return device->power == HS_POWER_DOWN ? HS_REACH_OFF : HS_REACH_SILENT;
}

/* The person's own, or one that its owner lets them release (*is_own FALSE). */
static HsStoreJob *
get_job_for (HsSite *site,
             const HsId *identity,
             const HsId *id,
             gint64 now_us,
             gboolean *is_own,
             GError **error)
{
  g_autoptr (HsStoreJob) job = hs_store_get_job (site->store, id, error);
  gboolean is_delegated = FALSE;

  if (job == NULL)
    return NULL;
  *is_own = !hs_id_is_zero (identity) && hs_id_equal (&job->announce.owner, identity);
  if (*is_own)
    return g_steal_pointer (&job);
  if (!hs_id_is_zero (identity)
      && !hs_store_is_delegated (site->store, id, identity, now_us, &is_delegated, error))
    return NULL;
  if (is_delegated)
    return g_steal_pointer (&job);
  /* As if it were not there: nobody learns of other people's documents. */
  g_set_error (error, HS_ERROR, HS_ERROR_NOT_FOUND, "there is no such document any more");
  return NULL;
}

static gboolean
check_releasable (HsSite *site, const HsStoreJob *job, gint64 now_us, GError **error)
{
  g_autoptr (HsStoreDevice) device = hs_store_get_device (site->store, &job->device, error);

  if (device == NULL)
    return FALSE;
  if (job->state != HS_JOB_HELD)
    hs_refusal_set (error, HS_REFUSAL_RELEASE_NOT_WAITING, NULL);
  else if (now_us >= job->announce.expires_at_us)
    g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
                 "this document waited too long and is being deleted; print it again");
  else if (job->announce.epoch == 0)
    hs_refusal_set (error, HS_REFUSAL_RELEASE_OWNER_KEY_ONLY, "device", device->host_name, NULL);
  else if (hs_order_get_reach (device, now_us) != HS_REACH_NOW)
    hs_refusal_set (error, HS_REFUSAL_RELEASE_SITE_GONE, "device", device->host_name, NULL);
  else
    return TRUE;
  return FALSE;
}

static gboolean
is_open (const HsStoreCommand *command, HsCommandKind kind)
{
  return command != NULL && command->state == HS_STORE_COMMAND_OPEN && command->kind == kind;
}

gboolean
hs_order_release (HsSite *site,
                  const HsId *identity,
                  const HsId *job_id,
                  const HsId *printer_id,
                  gint64 now_us,
                  HsId *command_id,
                  HsId *device,
                  GError **error)
{
  gboolean is_own = FALSE;
  g_autoptr (HsStoreJob) job = get_job_for (site, identity, job_id, now_us, &is_own, error);
  g_autoptr (HsStorePrinter) printer = NULL;
  g_autoptr (HsStoreCommand) previous = NULL;

  if (job == NULL || (printer = hs_store_get_printer (site->store, printer_id, error)) == NULL
      || !check_releasable (site, job, now_us, error)
      || !hs_store_find_job_command (site->store, job_id, now_us, &previous, error))
    return FALSE;
  if (is_open (previous, HS_COMMAND_KIND_CANCEL))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_REFUSED, "this document is being deleted");
      return FALSE;
    }
  if (is_open (previous, HS_COMMAND_KIND_RELEASE))
    {
      if (!hs_id_equal (&previous->printer, printer_id))
        {
          hs_refusal_set (error, HS_REFUSAL_RELEASE_ELSEWHERE, NULL);
          return FALSE;
        }
      *command_id = previous->id;
      *device = job->device;
      return TRUE;
    }
  HsStoreCommand command = { .device = job->device,
                             .kind = HS_COMMAND_KIND_RELEASE,
                             .job = *job_id,
                             .printer = *printer_id,
                             .asked_by = *identity,
                             .asked_us = now_us,
                             .expires_us = now_us + HS_ORDER_FETCH_US };
  if (!hs_random_id (&command.id, error) || !hs_store_add_command (site->store, &command, error))
    return FALSE;
  *command_id = command.id;
  *device = job->device;
  return TRUE;
}

gboolean
hs_order_cancel (HsSite *site,
                 const HsId *identity,
                 const HsId *job_id,
                 gint64 now_us,
                 HsId *device,
                 GError **error)
{
  gboolean is_own = FALSE;
  g_autoptr (HsStoreJob) job = get_job_for (site, identity, job_id, now_us, &is_own, error);
  g_autoptr (HsStoreCommand) previous = NULL;

  if (job != NULL && !is_own)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
                   "you may print this document for its owner; only the owner deletes it");
      return FALSE;
    }
  if (job == NULL || !hs_store_find_job_command (site->store, job_id, now_us, &previous, error))
    return FALSE;
  if (hs_job_state_is_final (job->state))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_REFUSED, "this document is not waiting any more");
      return FALSE;
    }
  *device = job->device;
  if (is_open (previous, HS_COMMAND_KIND_CANCEL))
    return TRUE;
  HsStoreCommand command = { .device = job->device,
                             .kind = HS_COMMAND_KIND_CANCEL,
                             .job = *job_id,
                             .asked_by = *identity,
                             .asked_us = now_us };
  return hs_random_id (&command.id, error) && hs_store_add_command (site->store, &command, error);
}

/* ── writing for one poll ────────────────────────────────────────────────────────────────── */

/* *share stays NULL when the site has none to give: the workstation can still open the document
 * with its owner's key, or will answer why not. */
static gboolean
compute_share (HsSite *site,
               const HsStoreCommand *command,
               gint64 now_us,
               HsSecretBytes **share,
               GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (HsStoreJob) job = NULL;
  char id[HS_ID_TEXT_BYTES];

  if (command->kind != HS_COMMAND_KIND_RELEASE)
    return TRUE;
  job = hs_store_get_job (site->store, &command->job, error);
  if (job == NULL)
    return FALSE;
  *share = hs_release_epochs_compute_share (site, job, &reason);
  if (*share != NULL)
    return hs_store_set_share_issued (site->store, &command->job, now_us, error);
  hs_log_info ("command %s goes without a share: %s", hs_id_format (&command->id, id),
               reason->message);
  return TRUE;
}

/* What is written late into a poll lives as long as what is written at once. A clock that jumps
 * meanwhile makes it neither shorter nor longer than that of a whole poll. */
static guint32
life_of (gint64 asked_us, gint64 now_us)
{
  gint64 open_s = (now_us - asked_us) / G_TIME_SPAN_SECOND;

  return LIFE_S + (guint32)CLAMP (open_s, 0, HS_COMMANDS_MAX_WAIT_S);
}

static HsCommandEnvelope *
write_one (HsSite *site,
           const HsStoreCommand *command,
           const guint8 *nonce,
           gint64 asked_us,
           gint64 now_us,
           GError **error)
{
  HsCommand wire = { .device = command->device,
                     .id = command->id,
                     .kind = command->kind,
                     .job = command->job,
                     .printer = command->printer,
                     .life_s = life_of (asked_us, now_us) };
  g_autoptr (HsSecretBytes) share = NULL;

  memcpy (wire.nonce, nonce, sizeof wire.nonce);
  g_autoptr (GBytes) payload = hs_command_encode (&wire, error);
  if (payload == NULL || !compute_share (site, command, now_us, &share, error))
    return NULL;
  gsize length = 0;
  const guint8 *bytes = g_bytes_get_data (payload, &length);
  g_autofree char *jws = hs_jws_sign (
      HS_JWS_TYP_COMMAND, hs_site_secrets_get_command_seed (site->secrets), bytes, length, error);
  if (jws == NULL || !hs_store_set_command_sent (site->store, &command->id, now_us, error))
    return NULL;
  return hs_command_envelope_new (jws, share);
}

GPtrArray *
hs_order_write (HsSite *site,
                const HsId *device,
                const guint8 nonce[HS_COMMAND_NONCE_BYTES],
                gint64 asked_us,
                gint64 now_us,
                GError **error)
{
  g_autoptr (GPtrArray) open
      = hs_store_list_open_commands (site->store, device, now_us, HS_COMMANDS_MAX_COMMANDS, error);
  g_autoptr (GPtrArray) envelopes
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_command_envelope_free);

  if (open == NULL)
    return NULL;
  for (guint i = 0; i < open->len; i++)
    {
      HsCommandEnvelope *envelope
          = write_one (site, g_ptr_array_index (open, i), nonce, asked_us, now_us, error);
      if (envelope == NULL)
        return NULL;
      g_ptr_array_add (envelopes, envelope);
    }
  return g_steal_pointer (&envelopes);
}
