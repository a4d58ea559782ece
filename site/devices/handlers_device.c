/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What workstations ask for themselves. */

#include "site/server/handlers.h"

#include "base/base64.h"
#include "base/error.h"
#include "core/wire/enrolment.h"
#include "site/devices/enrolment.h"
#include "site/devices/event_intake.h"
#include "site/devices/orders.h"
#include "site/devices/release_epochs.h"
#include "site/people/delegations.h"

#include <string.h>

#define RESEND_US (5 * G_TIME_SPAN_SECOND) /* an unanswered command is repeated after this long */

static gboolean
wake_all (HsSite *site, HsCall *call, GHashTable *touched, GError **error)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, touched);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (!hs_delegation_wake (site, call, key, error))
      return FALSE;
  return TRUE;
}

static gboolean
wake_owners (HsSite *site, HsCall *call, GError **error)
{
  g_autoptr (GArray) owners = hs_store_list_owners (site->store, &call->device, error);

  if (owners == NULL)
    return FALSE;
  for (guint i = 0; i < owners->len; i++)
    if (!hs_delegation_wake (site, call, &g_array_index (owners, HsId, i), error))
      return FALSE;
  return TRUE;
}

/* ── joining and staying ─────────────────────────────────────────────────────────────────── */

gboolean
hs_handle_bundle (HsSite *site, HsCall *call, GError **error)
{
  HsBundleReply reply = { NULL, NULL, NULL };
  g_autofree char *bundle = NULL;
  g_autofree char *bundle_next = NULL;
  g_autofree char *printers = NULL;

  if (hs_site_get_bundle (site, error) == NULL
      || !hs_store_get_document (site->store, HS_STORE_BUNDLE, &bundle, NULL, error)
      || !hs_store_get_document (site->store, HS_STORE_BUNDLE_NEXT, &bundle_next, NULL, error)
      || !hs_store_get_document (site->store, HS_STORE_PRINTERS, &printers, NULL, error))
    return FALSE;
  reply.bundle = bundle;
  reply.bundle_next = bundle_next;
  reply.printers = printers;
  g_autofree char *json = hs_bundle_reply_encode (&reply);
  hs_call_reply_json (call, json);
  return TRUE;
}

gboolean
hs_handle_enrol (HsSite *site, HsCall *call, GError **error)
{
  g_autoptr (HsEnrolRequest) enrol = hs_enrol_request_decode (call->body, call->body_length, error);
  g_autoptr (HsEnrolReply) reply
      = enrol != NULL ? hs_enrolment_join (site, enrol, call->now_us, error) : NULL;

  if (reply == NULL)
    return FALSE;
  g_autofree char *json = hs_enrol_reply_encode (reply);
  hs_call_reply_json (call, json);
  return TRUE;
}

gboolean
hs_handle_renew (HsSite *site, HsCall *call, GError **error)
{
  g_autofree char *csr = hs_single_text_decode ("csr", call->body, call->body_length,
                                                HS_ENROLMENT_MAX_PEM_BYTES, error);
  g_autofree char *pem
      = csr != NULL ? hs_enrolment_renew (site, &call->device, csr, call->now_us, error) : NULL;

  if (pem == NULL)
    return FALSE;
  g_autofree char *json = hs_single_text_encode ("certificate", pem);
  hs_call_reply_json (call, json);
  return TRUE;
}

gboolean
hs_handle_release_keys (HsSite *site, HsCall *call, GError **error)
{
  g_autofree char *jws = hs_release_epochs_sign_keys (site, &call->device, call->now_us, error);

  if (jws == NULL)
    return FALSE;
  g_autofree char *json = hs_single_text_encode ("release_keys", jws);
  hs_call_reply_json (call, json);
  return TRUE;
}

/* ── records ─────────────────────────────────────────────────────────────────────────────── */

gboolean
hs_handle_events (HsSite *site, HsCall *call, GError **error)
{
  guint8 stream[HS_STREAM_BYTES];
  g_autoptr (GHashTable) touched = hs_event_intake_new_touched ();
  g_autoptr (GPtrArray) records = hs_upload_decode (call->body, call->body_length, stream, error);
  HsUploadAnswer answer;
  guint destroyed = 0;

  if (records == NULL
      || !hs_event_intake_take (site, &call->device, stream, records, call->now_us, &answer,
                                touched, error)
      || !hs_release_epochs_tidy (site, &call->device, call->now_us, &destroyed, error)
      || !wake_all (site, call, touched, error))
    return FALSE;
  call->wants_scrub = destroyed > 0;
  /* An answer may have come for a command that a held poll is about to repeat. */
  g_autoptr (GBytes) json = hs_upload_answer_encode (&answer);
  gsize length = 0;
  const char *text = g_bytes_get_data (json, &length);
  hs_call_reply (call, 200, "application/json", text, (gssize)length);
  return TRUE;
}

/* ── the long poll ───────────────────────────────────────────────────────────────────────── */

typedef struct
{
  guint8 nonce[HS_COMMAND_NONCE_BYTES];
  gint64 asked_us; /* when it came */
  gint64 until_us; /* what this poll wrote as poll_until_us */
  GArray *held;    /* HsId of permissions that the workstation keeps; NULL: it named none */
  GArray *gone;    /* those of them that do not hold any more; NULL as above */
} Poll;

static void
poll_free (gpointer data)
{
  Poll *poll = data;

  g_clear_pointer (&poll->held, g_array_unref);
  g_clear_pointer (&poll->gone, g_array_unref);
  g_free (poll);
}

static gboolean
parse_held (HsCall *call, Poll *poll, GError **error)
{
  if (call->held == NULL)
    return TRUE;
  poll->held = hs_commands_parse_held (call->held, error);
  poll->gone = g_array_new (FALSE, FALSE, sizeof (HsId));
  return poll->held != NULL;
}

/* The ids are random: nobody learns anything by asking for others than their own. */
static gboolean
find_gone (HsSite *site, HsCall *call, Poll *poll, GError **error)
{
  if (poll->held == NULL)
    return TRUE;
  g_array_set_size (poll->gone, 0);
  for (guint i = 0; i < poll->held->len; i++)
    {
      const HsId id = g_array_index (poll->held, HsId, i);
      gboolean is_held = FALSE;
      if (!hs_store_has_delegation (site->store, &id, call->now_us, &is_held, error))
        return FALSE;
      if (!is_held)
        g_array_append_val (poll->gone, id);
    }
  return TRUE;
}

static gboolean
parse_poll (HsCall *call, Poll *poll, GError **error)
{
  g_autofree char *wait = hs_form_dup_field (call->query, "wait");
  guint64 wait_s = 0;

  if (wait != NULL
      && !g_ascii_string_to_unsigned (wait, 10, 0, HS_COMMANDS_MAX_WAIT_S, &wait_s, NULL))
    g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "wait is a number of seconds from 0 to %d",
                 HS_COMMANDS_MAX_WAIT_S);
  else if (call->nonce == NULL
           || hs_base64_decode (HS_BASE64_URL, call->nonce, strlen (call->nonce), poll->nonce,
                                sizeof poll->nonce)
                  != sizeof poll->nonce)
    g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                 "the header Homespool-Nonce has to hold 16 random bytes in base64url");
  else
    {
      call->deadline_us = call->now_us + (gint64)wait_s * G_TIME_SPAN_SECOND;
      return TRUE;
    }
  return FALSE;
}

static gboolean
set_until (HsSite *site, HsCall *call, gint64 until_us, GError **error)
{
  Poll *poll = call->state;

  poll->until_us = until_us;
  return hs_store_set_seen (site->store, &call->device, call->now_us, until_us, error);
}

/* A workstation that polls is awake, whatever it said before. */
static gboolean
begin_poll (HsSite *site, HsCall *call, GError **error)
{
  g_autoptr (HsStoreDevice) device = NULL;
  Poll *poll = g_new0 (Poll, 1);

  poll->asked_us = call->now_us;
  call->state = poll;
  call->free_state = poll_free;
  if (!parse_poll (call, poll, error) || !parse_held (call, poll, error)
      || (device = hs_store_get_device (site->store, &call->device, error)) == NULL)
    return FALSE;
  if (device->power != HS_POWER_AWAKE
      && !hs_store_set_power (site->store, &call->device, HS_POWER_AWAKE, call->now_us, error))
    return FALSE;
  if (hs_order_get_reach (device, call->now_us) != HS_REACH_NOW && !wake_owners (site, call, error))
    return FALSE;
  return set_until (site, call, call->deadline_us + HS_POLL_GRACE_US, error);
}

/* When the first of the open commands is to be sent (again); G_MAXINT64 if there is none. */
static gint64
next_sending_us (const GPtrArray *open)
{
  gint64 first_us = G_MAXINT64;

  for (guint i = 0; i < open->len; i++)
    {
      const HsStoreCommand *command = g_ptr_array_index (open, i);
      gint64 due_us = command->sent_us == 0 ? 0 : command->sent_us + RESEND_US;
      first_us = MIN (first_us, due_us);
    }
  return first_us;
}

static gboolean
answer_poll (HsSite *site, HsCall *call, gboolean with_commands, GError **error)
{
  const Poll *poll = call->state;
  g_autoptr (GPtrArray) envelopes
      = with_commands
            ? hs_order_write (site, &call->device, poll->nonce, poll->asked_us, call->now_us, error)
            : g_ptr_array_new_with_free_func ((GDestroyNotify)hs_command_envelope_free);

  if (envelopes == NULL
      || (!call->is_superseded && !set_until (site, call, call->now_us + HS_POLL_GRACE_US, error)))
    return FALSE;
  hs_call_reply_wiped (call, hs_commands_encode (envelopes, poll->gone));
  return TRUE;
}

gboolean
hs_handle_commands (HsSite *site, HsCall *call, GError **error)
{
  if (call->state == NULL && !begin_poll (site, call, error))
    return FALSE;
  Poll *poll = call->state;
  if (call->is_superseded)
    return answer_poll (site, call, FALSE, error);
  if (!find_gone (site, call, poll, error))
    return FALSE;
  g_autoptr (GPtrArray) open = hs_store_list_open_commands (
      site->store, &call->device, call->now_us, HS_COMMANDS_MAX_COMMANDS, error);
  if (open == NULL)
    return FALSE;
  gint64 sending_us = next_sending_us (open);
  if (sending_us <= call->now_us || call->now_us >= call->deadline_us
      || (poll->gone != NULL && poll->gone->len > 0))
    return answer_poll (site, call, sending_us <= call->now_us, error);
  call->wants_wait = TRUE;
  call->is_sole = TRUE;
  call->wait_key = call->device;
  call->wait_until_us = MIN (sending_us, call->deadline_us);
  return TRUE;
}

gboolean
hs_handle_poll_lost (HsSite *site, HsCall *call, GError **error)
{
  const Poll *poll = call->state;
  g_autoptr (HsStoreDevice) device = hs_store_get_device (site->store, &call->device, error);

  if (device == NULL)
    return FALSE;
  /* The workstation may have begun another poll by now: that one counts. */
  if (poll == NULL || device->poll_until_us != poll->until_us)
    return TRUE;
  return hs_store_set_seen (site->store, &call->device, device->last_seen_us, call->now_us, error)
         && wake_owners (site, call, error);
}
