/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Who is printing: name, key, sign in, switch, sign out; and the way to preferences and About. */

#include "tray-ui/window/desk.h"

#include <gtk/gtk.h>

#define HS_TYPE_IDENTITY_PANEL (hs_identity_panel_get_type ())
G_DECLARE_FINAL_TYPE (HsIdentityPanel, hs_identity_panel, HS, IDENTITY_PANEL, GtkWidget)

GtkWidget *hs_identity_panel_new (const HsDesk *desk);
void hs_identity_panel_refresh (HsIdentityPanel *panel);
