/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Copies, sides and colour of one job, or of several, to be chosen before the printer.
 *
 * Signal "changed": the choice is another one. */

#include "tray-ui/words/paper_words.h"

#include <gtk/gtk.h>

#define HS_TYPE_PAPER_CONTROLS (hs_paper_controls_get_type ())
G_DECLARE_FINAL_TYPE (HsPaperControls, hs_paper_controls, HS, PAPER_CONTROLS, GtkWidget)

/* Stands at what @jobs say, "as it is" where they differ, and offers what all of them and @abilities
 * (of any printer) allow. @jobs: (element-type HsControlJob), not empty. */
void hs_paper_controls_begin (HsPaperControls *controls,
                              const GPtrArray *jobs,
                              const HsPrintAbilities *abilities);

HsPaperChoice hs_paper_controls_get (HsPaperControls *controls);
