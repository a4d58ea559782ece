/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The tray's window without an agent: fed by hand, looked at as a screen reader and a finger would. */

#include "support/suite.h"
#include "support/tray_fixture.h"
#include "tray-ui/window/window_private.h"

typedef struct
{
  GtkApplication *application;
  HsDesk desk;
  HsWindow *window;
} HsWindowFixture;

/* GTK, the program's own look and a person's choices in a folder that goes. Once. */
void hs_window_fixture_set_up (void);

/* A window that shows @jobs (taken; HsControlJob), as READY with a status that @change (nullable) had in
 * its hands. */
HsWindowFixture *hs_window_fixture_new (GPtrArray *jobs, void (*change) (HsControlStatus *status));
void hs_window_fixture_free (HsWindowFixture *fixture);
/* Another status, and what the window makes of it. */
void hs_window_fixture_set_status (HsWindowFixture *fixture,
                                   HsAgentState state,
                                   void (*change) (HsControlStatus *status));

GPtrArray *hs_window_fixture_jobs (void); /* three that wait, one of them with a long title */

/* All widgets below @root that are mapped. (transfer container) */
GPtrArray *hs_window_fixture_list (gpointer root, GType type);
/* The mapped one of that type with the accessible name or label @name; NULL: none. */
GtkWidget *hs_window_fixture_find (gpointer root, GType type, const char *name);
/* Its border's box, in the coordinates of its window. */
graphene_rect_t hs_window_fixture_bounds (GtkWidget *widget);
/* "": nothing a screen reader could say. (transfer full) */
char *hs_window_fixture_name (GtkWidget *widget);

/* Layout and drawing are over. */
void hs_window_fixture_settle (HsWindowFixture *fixture);

/* What @widget looks like now. Returns: (transfer full). */
GdkTexture *hs_window_fixture_render (GtkWidget *widget);
/* With HOMESPOOL_UI_PICTURES=FOLDER: a picture of the window there, to be looked at. */
void hs_window_fixture_shoot (HsWindowFixture *fixture, const char *name);
void hs_window_fixture_shoot_part (GtkWidget *widget, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsWindowFixture, hs_window_fixture_free)
