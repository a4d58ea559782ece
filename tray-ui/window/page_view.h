/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The first page of a job: drawn from its facts at once, and as it is as soon as the agent has sent a
 * picture of it; a sentence where there is none.
 *
 * The picture is in memory only. It is asked for while the person's key is unlocked, and dropped when
 * that is locked, when the person signs out, and with the widget. */

#include "tray-ui/window/desk.h"

#include <gtk/gtk.h>

#define HS_TYPE_PAGE_VIEW (hs_page_view_get_type ())
G_DECLARE_FINAL_TYPE (HsPageView, hs_page_view, HS, PAGE_VIEW, GtkWidget)

/* @desk is borrowed, @item referenced. Once for each view. */
void hs_page_view_show (HsPageView *view, const HsDesk *desk, HsJobItem *item);

/* The agent's picture is shown. */
gboolean hs_page_view_has_page (HsPageView *view);
