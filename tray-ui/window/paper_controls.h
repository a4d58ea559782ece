/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Copies, sides and colour of one job, to be chosen before its printer.
 *
 * Signal "changed": the choice is another one. */

#include "tray-ui/words/paper_words.h"

#include <gtk/gtk.h>

#define HS_TYPE_PAPER_CONTROLS (hs_paper_controls_get_type ())
G_DECLARE_FINAL_TYPE (HsPaperControls, hs_paper_controls, HS, PAPER_CONTROLS, GtkWidget)

/* Stands at what @job says and offers what @abilities (of any printer) allow. */
void hs_paper_controls_begin (HsPaperControls *controls,
                              const HsControlJob *job,
                              const HsPrintAbilities *abilities);

HsPaperChoice hs_paper_controls_get (HsPaperControls *controls);
