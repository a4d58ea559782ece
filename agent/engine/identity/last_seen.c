/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A clock that only goes forward. */

#define HS_LOG_AREA "people"

#include "engine/identity/last_seen.h"

#include "base/log.h"
#include "platform/boot_clock.h"
#include "store/ledger_batch.h"

#include <string.h>

#define SETTING "clock/seen"
#define SLACK_US (24 * G_TIME_SPAN_HOUR)

/* A later time of the site is kept; what the boot clock adds is kept along with the rest, at least when
 * it has grown by this. */
#define STEP_US (10 * G_TIME_SPAN_MINUTE)

struct HsLastSeen
{
  HsLedger *ledger;
  gint64 seen_us; /* UTC … */
  gint64 boot_us; /* … at this moment of the boot clock */
};

HsLastSeen *
hs_last_seen_new (HsLedger *ledger, GHashTable *settings)
{
  HsLastSeen *seen = g_new0 (HsLastSeen, 1);
  GBytes *kept = g_hash_table_lookup (settings, SETTING);
  gsize length = 0;
  const char *bytes = kept != NULL ? g_bytes_get_data (kept, &length) : NULL;
  g_autofree char *text = g_strndup (bytes, length);

  seen->ledger = ledger;
  seen->boot_us = hs_boot_clock_now_us ();
  if (text == NULL || !g_ascii_string_to_signed (text, 10, 0, G_MAXINT64, &seen->seen_us, NULL))
    seen->seen_us = 0;
  return seen;
}

void
hs_last_seen_free (HsLastSeen *seen)
{
  g_free (seen);
}

gint64
hs_last_seen_get_us (const HsLastSeen *seen)
{
  return seen->seen_us + hs_boot_clock_now_us () - seen->boot_us;
}

gint64
hs_last_seen_get_now_us (const HsLastSeen *seen)
{
  return MAX (g_get_real_time (), hs_last_seen_get_us (seen));
}

gboolean
hs_last_seen_is_clock_unsure (const HsLastSeen *seen)
{
  return g_get_real_time () < hs_last_seen_get_us (seen) - SLACK_US;
}

void
hs_last_seen_put (HsLastSeen *seen, HsLedgerBatch *batch)
{
  seen->seen_us = hs_last_seen_get_us (seen);
  seen->boot_us = hs_boot_clock_now_us ();
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, seen->seen_us);
  g_autoptr (GBytes) value = g_bytes_new (text, strlen (text));
  hs_ledger_batch_put_setting (batch, SETTING, value);
}

static void
on_kept (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!hs_ledger_commit_finish (user_data, result, &error))
    hs_log_warning ("the time could not be kept: %s", error->message);
}

void
hs_last_seen_note (HsLastSeen *seen, gint64 signed_us)
{
  gint64 before_us = hs_last_seen_get_us (seen);

  if (signed_us <= before_us && before_us - seen->seen_us < STEP_US)
    return;
  HsLedgerBatch *batch = hs_ledger_batch_new ();
  if (signed_us > before_us)
    {
      seen->seen_us = signed_us;
      seen->boot_us = hs_boot_clock_now_us ();
    }
  hs_last_seen_put (seen, batch);
  hs_ledger_commit_async (seen->ledger, batch, on_kept, seen->ledger);
}
