/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What can be chosen, and what the helpdesk asks for: two small windows. */

#include "tray-ui/window/desk.h"

#include <gtk/gtk.h>

GtkWindow *hs_preferences_new (GtkWindow *parent, const HsDesk *desk);

/* Versions, site, device and policy, to be copied. */
GtkWindow *hs_about_new (GtkWindow *parent, const HsDesk *desk);
