/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What people print while the site cannot be reached goes to the printer that they used last, without
 * asking, if the organisation's policy says so.
 *
 * Only documents that came while the site was away: what waited before was meant to be released by
 * hand. A document that cannot go yet (the owner's key is locked) stays held, says why, and goes when
 * that has changed. It is tried until it was released once; what comes back from a printer is the
 * person's.
 *
 * Threads: main context only.  Blocks: never. */

#include "engine/engine.h"
#include "engine/printers/printers.h"
#include "engine/site_link/parts.h"

typedef struct HsAutoRelease HsAutoRelease;

/* Pointers must outlive it. */
typedef struct
{
  HsEngine *engine;
  HsPrinters *printers;
  HsSiteLink *site_link;
  guint32 kiosk_uid; /* G_MAXUINT32: this is no kiosk */
} HsAutoReleaseParts;

HsAutoRelease *hs_auto_release_new (const HsAutoReleaseParts *parts);

/* Before the engine. NULL is allowed. */
void hs_auto_release_free (HsAutoRelease *release);

/* The site was lost, a key was unlocked, a printer became known: looks at all that waits, soon. */
void hs_auto_release_look (HsAutoRelease *release);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsAutoRelease, hs_auto_release_free)
