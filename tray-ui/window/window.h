/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The window: what waits, what is over, who prints and where. At a kiosk it fills the screen, is made
 * for fingers, and begins with signing in.
 *
 * Closing it deletes what waits for deletion, and hides it: the program goes on. */

#include "tray-ui/window/desk.h"

#include <gtk/gtk.h>

#define HS_TYPE_WINDOW (hs_window_get_type ())
G_DECLARE_FINAL_TYPE (HsWindow, hs_window, HS, WINDOW, GtkApplicationWindow)

/* @desk is borrowed. */
HsWindow *hs_window_new (GtkApplication *application, const HsDesk *desk);

/* Shows the list with @id (nullable) in it, chosen. */
void hs_window_show_job (HsWindow *window, const char *id);

/* A sentence at the lower edge for a while. */
void hs_window_tell (HsWindow *window, const char *sentence);
