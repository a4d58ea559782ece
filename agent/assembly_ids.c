/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What names this installation in its ledger: the machine on which that was made, and the virtual
 * printer's uuid. A copied disk must neither take the other machine's place at the site, nor print
 * what that one may have printed. */

#define HS_LOG_AREA "agent"

#include "assembly_private.h"

#include "base/log.h"
#include "crypto/random.h"
#include "engine/engine.h"
#include "engine/site_link/copied.h"
#include "platform/machine_id.h"

#include <string.h>

#define SETTING_PRINTER_UUID "virtual-printer.uuid"
#define SETTING_MACHINE "machine" /* the hash of machine_id.h */

/* ── the machine ─────────────────────────────────────────────────────────────────────────── */

/* The batch is handed to the ledger before anything else of this start, so it is durable before
 * whatever follows from it; if it cannot be, the next start finds the same, and does it again. */
static void
note_copied (HsAssembly *assembly, GBytes *id)
{
  HsLedgerBatch *batch = hs_ledger_batch_new ();

  hs_log_warning ("the ledger was made on another machine: open jobs are asked about");
  hs_ledger_batch_put_setting (batch, SETTING_MACHINE, id);
  hs_engine_note_doubt (batch, assembly->contents->settings);
  hs_site_link_note_copied (batch, assembly->contents->settings, g_get_real_time ());
  hs_assembly_keep (assembly, batch);
}

void
hs_assembly_check_machine (HsAssembly *assembly)
{
  GBytes *kept = g_hash_table_lookup (assembly->contents->settings, SETTING_MACHINE);
  guint8 id[HS_MACHINE_ID_BYTES];
  g_autoptr (GBytes) present = NULL;

  if (!hs_machine_id_read (assembly->paths->machine_id, id))
    return;
  present = g_bytes_new (id, sizeof id);
  if (kept == NULL)
    hs_assembly_keep_setting (assembly, SETTING_MACHINE, present);
  else if (!g_bytes_equal (kept, present))
    note_copied (assembly, present);
}

/* ── the virtual printer ─────────────────────────────────────────────────────────────────── */

gboolean
hs_assembly_find_printer_uuid (HsAssembly *assembly, HsId *uuid, GError **error)
{
  GBytes *kept = g_hash_table_lookup (assembly->contents->settings, SETTING_PRINTER_UUID);

  if (kept != NULL && g_bytes_get_size (kept) == HS_ID_BYTES)
    {
      memcpy (uuid->bytes, g_bytes_get_data (kept, NULL), HS_ID_BYTES);
      return TRUE;
    }
  if (!hs_random_id (uuid, error))
    return FALSE;
  g_autoptr (GBytes) bytes = g_bytes_new (uuid->bytes, HS_ID_BYTES);
  hs_assembly_keep_setting (assembly, SETTING_PRINTER_UUID, bytes);
  return TRUE;
}
