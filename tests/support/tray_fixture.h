/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Jobs and printers as the control API shows them, for tests of tray-ui. */

#include "core/wire/control_status.h"

/* Held, 3 pages A4 in colour, created @age_s before NOW, expires 8 h later. (transfer full) */
HsControlJob *hs_tray_fixture_job (const char *id, HsJobState state, gint64 age_s);
HsControlPrinter *hs_tray_fixture_printer (const char *id, const char *name, gboolean used_before);
/* Online, unlocked. */
HsControlStatus *hs_tray_fixture_status (void);

/* Sat 2025-11-22 16:46:40 UTC */
#define HS_TRAY_FIXTURE_NOW (G_GINT64_CONSTANT (1763830000) * G_USEC_PER_SEC)
