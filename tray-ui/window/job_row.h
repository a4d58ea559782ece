/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* One job as a card. It shows an item and sends what is clicked to the actions of the window:
 * win.release::ID, win.choose::ID, win.delete::ID, win.details::ID, win.hold::ID,
 * win.resolve::(ID, outcome). Its check box is the list's selection. */

#include "tray-ui/window/desk.h"

#include <gtk/gtk.h>

#define HS_TYPE_JOB_ROW (hs_job_row_get_type ())
G_DECLARE_FINAL_TYPE (HsJobRow, hs_job_row, HS, JOB_ROW, GtkWidget)

/* @selection: nullable: rows of the list cannot be selected. */
GtkWidget *hs_job_row_new (const HsDesk *desk, GtkSelectionModel *selection);

/* Shows the item of @list_item until hs_job_row_unbind(). */
void hs_job_row_bind (HsJobRow *row, GtkListItem *list_item);
void hs_job_row_unbind (HsJobRow *row);

/* Borrowed; NULL while nothing is bound. */
/* The button that asks for a printer. Borrowed. */
GtkWidget *hs_job_row_get_choose (HsJobRow *row);
HsJobItem *hs_job_row_get_item (HsJobRow *row);
