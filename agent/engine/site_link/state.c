/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The state of the link to the site, and what every part of it needs. */

#include "engine/site_link/state.h"

#include "core/backoff.h"

#include <string.h>

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

void
hs_received_command_free (HsReceivedCommand *received)
{
  hs_secret_bytes_free (received->share);
  g_free (received);
}

static void
drop_commands (HsSiteLink *link)
{
  g_queue_clear_full (&link->commands, (GDestroyNotify)hs_received_command_free);
}

HsSiteLink *
hs_site_link_new_state (const HsSiteLinkParts *parts, void (*turn) (HsSiteLink *link))
{
  HsSiteLink *link = g_new0 (HsSiteLink, 1);

  g_ref_count_init (&link->references);
  link->parts = *parts;
  link->turn = turn;
  link->cancellable = g_cancellable_new ();
  link->refresh_waiters = g_ptr_array_new_with_free_func (g_object_unref);
  link->send_waiters = g_ptr_array_new_with_free_func (g_object_unref);
  g_queue_init (&link->commands);
  return link;
}

HsSiteLink *
hs_site_link_ref (HsSiteLink *link)
{
  g_ref_count_inc (&link->references);
  return link;
}

void
hs_site_link_unref (HsSiteLink *link)
{
  if (!g_ref_count_dec (&link->references))
    return;
  hs_site_link_forget (link);
  g_ptr_array_unref (link->refresh_waiters);
  g_ptr_array_unref (link->send_waiters);
  g_clear_object (&link->cancellable);
  g_clear_object (&link->poll_cancellable);
  g_free (link->problem);
  g_free (link);
}

void
hs_site_link_forget (HsSiteLink *link)
{
  hs_site_link_break_poll (link);
  drop_commands (link);
  link->is_enrolled = FALSE;
  link->device = (HsId){ { 0 } };
  g_clear_pointer (&link->client, hs_site_client_free);
  g_clear_pointer (&link->bundle, hs_bundle_free);
  g_clear_pointer (&link->bundle_text, g_free);
  g_clear_pointer (&link->printers, hs_printer_list_free);
  g_clear_pointer (&link->printers_text, g_free);
  g_clear_pointer (&link->release_keys, hs_release_keys_free);
  g_clear_pointer (&link->release_keys_text, g_free);
  g_clear_pointer (&link->pair, hs_device_pair_free);
  g_clear_pointer (&link->other, hs_device_pair_free);
  link->reach.is_refused = FALSE;
}

GTask *
hs_site_link_new_task (HsSiteLink *link, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);

  g_task_set_task_data (task, hs_site_link_ref (link), (GDestroyNotify)hs_site_link_unref);
  return task;
}

/* ── small parts ─────────────────────────────────────────────────────────────────────────── */

static gboolean
on_turn (gpointer data)
{
  HsSiteLink *link = data;

  link->turn_source = 0;
  link->turn (link);
  return G_SOURCE_REMOVE;
}

void
hs_site_link_turn_soon (HsSiteLink *link)
{
  if (link->is_running && link->turn_source == 0)
    link->turn_source = g_idle_add (on_turn, link);
}

void
hs_site_link_stop_turning (HsSiteLink *link)
{
  if (link->turn_source != 0)
    g_source_remove (link->turn_source);
  link->turn_source = 0;
}

gint64
hs_site_link_jitter_us (gint64 base_us)
{
  return base_us + (gint64)(g_random_double_range (-0.25, 0.25) * (double)base_us);
}

gint64
hs_site_link_backoff_us (guint failures)
{
  return hs_backoff_delay_ms (HS_BACKOFF_SITE, MAX (failures, 1), g_random_int ())
         * G_TIME_SPAN_MILLISECOND;
}

void
hs_site_link_put_text (HsLedgerBatch *batch, const char *setting, const char *text)
{
  g_autoptr (GBytes) bytes = NULL;

  if (text == NULL)
    {
      hs_ledger_batch_delete_setting (batch, setting);
      return;
    }
  bytes = g_bytes_new (text, strlen (text));
  hs_ledger_batch_put_setting (batch, setting, bytes);
}

char *
hs_site_link_dup_text (GHashTable *settings, const char *setting)
{
  GBytes *bytes = g_hash_table_lookup (settings, setting);

  return bytes != NULL ? g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes))
                       : NULL;
}

void
hs_site_link_put_moment (HsLedgerBatch *batch,
                         GHashTable *settings,
                         const char *setting,
                         gint64 at_us)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, at_us);

  hs_site_link_put_text (batch, setting, text);
  if (settings != NULL)
    g_hash_table_replace (settings, g_strdup (setting), g_bytes_new (text, strlen (text)));
}

gint64
hs_site_link_get_moment (GHashTable *settings, const char *setting)
{
  g_autofree char *text = hs_site_link_dup_text (settings, setting);

  return text != NULL ? MAX (g_ascii_strtoll (text, NULL, 10), 1) : 0;
}

void
hs_site_link_probe (HsSiteLink *link, const char *point)
{
  if (link->parts.probe != NULL)
    link->parts.probe (point, link->parts.data);
}

void
hs_site_link_break_poll (HsSiteLink *link)
{
  if (link->poll_cancellable != NULL)
    g_cancellable_cancel (link->poll_cancellable);
}
