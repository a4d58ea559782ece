/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Two machines with one certificate would take each other's commands and records. The copy forgets what
 * names the first machine; since when that is so stands in the ledger until it is enrolled itself. */

#define HS_LOG_AREA "site"

#include "engine/site_link/copied.h"

#include "base/log.h"
#include "engine/site_link/identity.h"
#include "engine/site_link/state.h"

#define SETTING "site/copied" /* a moment */

void
hs_site_link_note_copied (HsLedgerBatch *batch, GHashTable *settings, gint64 at_us)
{
  static const char *const of_the_other[]
      = { HS_SETTING_DEVICE,   HS_SETTING_RELEASE_KEYS,       HS_SETTING_CERTIFICATE,
          HS_SETTING_KEY_FILE, HS_SETTING_CERTIFICATE_BEFORE, HS_SETTING_KEY_FILE_BEFORE };

  if (!g_hash_table_contains (settings, HS_SETTING_DEVICE))
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (of_the_other); i++)
    {
      hs_ledger_batch_delete_setting (batch, of_the_other[i]);
      g_hash_table_remove (settings, of_the_other[i]);
    }
  hs_site_link_put_moment (batch, settings, SETTING, at_us);
}

void
hs_site_link_load_copied (HsSiteLink *link, GHashTable *settings)
{
  link->copied_us = hs_site_link_get_moment (settings, SETTING);
  if (link->copied_us == 0)
    return;
  hs_log_warning ("this workstation is a copy of another one, and has to be enrolled itself");
  hs_site_link_remove_other_keys (link);
}

void
hs_site_link_strike_copied (HsLedgerBatch *batch)
{
  hs_ledger_batch_delete_setting (batch, SETTING);
}
