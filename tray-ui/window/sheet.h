/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A small picture of a job's paper: one sheet or a pile, upright or across, in colour or grey; the
 * first page itself once somebody has a preview of it. Decoration: a screen reader passes it over. */

#include "core/wire/control_job.h"

#include <gtk/gtk.h>

#define HS_TYPE_SHEET (hs_sheet_get_type ())
G_DECLARE_FINAL_TYPE (HsSheet, hs_sheet, HS, SHEET, GtkWidget)

GtkWidget *hs_sheet_new (void);
void hs_sheet_set_job (HsSheet *sheet, const HsControlJob *job);
/* The first page; NULL: draw lines. In memory only. */
void hs_sheet_set_preview (HsSheet *sheet, GdkTexture *texture);
/* Width of the paper in pixels; the default is a row's. */
void hs_sheet_set_width (HsSheet *sheet, int width);
