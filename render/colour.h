/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Does a PDF need colour? Found by drawing its pages small and looking.
 *
 * Threads: the only thread of the helper.  Blocks: on the agent. */

#include "core/job.h"

typedef struct _PopplerDocument PopplerDocument;

/* COLOUR as soon as one page shows it, MONOCHROME when every page was drawn and none did, else
 * (too many pages, too slow, too close to tell) UNKNOWN. */
HsColour hs_colour_find (PopplerDocument *document, guint32 pages);
