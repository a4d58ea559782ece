/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A list of printers with a search: where one printed last first, with place and state. For a job, or
 * for several, there are their copies, sides and colour, too; printers that cannot do what is chosen say so and
 * cannot be taken.
 *
 * Signal "chosen" (const char *id). */

#include "tray-ui/window/desk.h"

#include <gtk/gtk.h>

#define HS_TYPE_PRINTER_CHOOSER (hs_printer_chooser_get_type ())
G_DECLARE_FINAL_TYPE (HsPrinterChooser, hs_printer_chooser, HS, PRINTER_CHOOSER, GtkWidget)

GtkWidget *hs_printer_chooser_new (const HsDesk *desk);

/* Empties the search, marks the present printer and puts the focus where one types. @items: (nullable)
 * (element-type HsJobItem): the jobs whose printer is being chosen; none: of all that comes. */
void hs_printer_chooser_begin (HsPrinterChooser *chooser, GPtrArray *items);

/* What is to be changed of @item, one of them; FALSE: nothing. */
gboolean hs_printer_chooser_get_options (HsPrinterChooser *chooser,
                                         HsJobItem *item,
                                         HsPrintOptions *options);
