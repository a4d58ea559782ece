/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What every part of the window works with. Borrowed; the application owns it and outlives all. */

#include "tray-ui/client/agent.h"
#include "tray-ui/client/wishes.h"
#include "tray-ui/models/settings.h"

typedef struct
{
  HsAgent *agent;
  HsWishes *wishes;
  HsSettings *settings;
} HsDesk;

/* Where a release goes that names no other printer; NULL: ask. Borrowed. */
const HsControlPrinter *hs_desk_choose_printer (const HsDesk *desk);

/* Name of the printer of @job; NULL: not known. Borrowed. */
const char *hs_desk_get_printer_name (const HsDesk *desk, const HsControlJob *job);

/* Who is printing. (transfer full) */
char *hs_desk_dup_person (const HsDesk *desk);
