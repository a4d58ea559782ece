/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The program: one per session, started hidden or with its window, reachable by its desktop file, by
 * D-Bus activation and by a second start.
 *
 * Actions (app.*): show, show-job::ID, release::ID, release-all, delete::ID, details::ID, unlock, sign-in, sign-out,
 * preferences, about, quit. */

#include <gtk/gtk.h>

#define HS_APPLICATION_ID "org.homespool.Tray"

#define HS_TYPE_APPLICATION (hs_application_get_type ())
G_DECLARE_FINAL_TYPE (HsApplication, hs_application, HS, APPLICATION, GtkApplication)

HsApplication *hs_application_new (void);
