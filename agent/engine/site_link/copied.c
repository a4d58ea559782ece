/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Two machines with one certificate would take each other's commands and records. The copy forgets what
 * names the first machine; since when that is so stands in the ledger until it is enrolled itself. */

#define HS_LOG_AREA "site"

#include "engine/site_link/copied.h"

#include "base/log.h"
#include "engine/site_link/identity.h"
#include "engine/site_link/state.h"

#include <string.h>

#define SETTING "site/copied" /* µs of UTC in decimal */

void
hs_site_link_note_copied (HsLedgerBatch *batch, GHashTable *settings, gint64 at_us)
{
  static const char *const of_the_other[]
      = { HS_SETTING_DEVICE,   HS_SETTING_RELEASE_KEYS,       HS_SETTING_CERTIFICATE,
          HS_SETTING_KEY_FILE, HS_SETTING_CERTIFICATE_BEFORE, HS_SETTING_KEY_FILE_BEFORE };
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, at_us);

  if (!g_hash_table_contains (settings, HS_SETTING_DEVICE))
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (of_the_other); i++)
    {
      hs_ledger_batch_delete_setting (batch, of_the_other[i]);
      g_hash_table_remove (settings, of_the_other[i]);
    }
  hs_site_link_put_text (batch, SETTING, text);
  g_hash_table_replace (settings, g_strdup (SETTING), g_bytes_new (text, strlen (text)));
}

void
hs_site_link_load_copied (HsSiteLink *link, GHashTable *settings)
{
  g_autofree char *text = hs_site_link_dup_text (settings, SETTING);

  if (text == NULL)
    return;
  /* Whatever stands there, it was noted once. */
  link->copied_us = MAX (g_ascii_strtoll (text, NULL, 10), 1);
  hs_log_warning ("this workstation is a copy of another one, and has to be enrolled itself");
  hs_site_link_remove_other_keys (link);
}

void
hs_site_link_strike_copied (HsLedgerBatch *batch)
{
  hs_ledger_batch_delete_setting (batch, SETTING);
}
