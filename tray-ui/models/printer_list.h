/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The printers that can be chosen, in the order in which they are likely to be wanted: where one
 * printed last, then those that this workstation has used, then the others by name.
 *
 * Threads: main context only.  Blocks: never. */

#include "core/wire/control_status.h"

#include <gio/gio.h>

#define HS_TYPE_PRINTER_ITEM (hs_printer_item_get_type ())
G_DECLARE_FINAL_TYPE (HsPrinterItem, hs_printer_item, HS, PRINTER_ITEM, GObject)

/* Borrowed. */
const HsControlPrinter *hs_printer_item_get (HsPrinterItem *item);

/* One of the recently used ones. */
gboolean hs_printer_item_is_recent (HsPrinterItem *item);

#define HS_TYPE_PRINTER_LIST (hs_printer_list_get_type ())
G_DECLARE_FINAL_TYPE (HsPrinterList, hs_printer_list, HS, PRINTER_LIST, GObject)

HsPrinterList *hs_printer_list_new (void);

/* (element-type HsControlPrinter), whose members are taken; @recent: (element-type utf8) ids, the
 * latest first. The list changes only if something differs. */
void hs_printer_list_take_all (HsPrinterList *list, GPtrArray *all, GPtrArray *recent);

/* Borrowed; NULL if there is none. */
const HsControlPrinter *hs_printer_list_find (HsPrinterList *list, const char *id);
const char *hs_printer_list_get_name (HsPrinterList *list, const char *id); /* @id: nullable */
guint hs_printer_list_get_length (HsPrinterList *list);
/* Where a release goes that names no other: @preferred (nullable) if it is there, else the first one
 * that was used before, else the only one. NULL: ask. */
const HsControlPrinter *hs_printer_list_choose (HsPrinterList *list, const char *preferred);
