/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A job by itself: its paper, its facts, who can open it, and what happened to it, which can be copied
 * for the helpdesk without its title. */

#include "tray-ui/window/desk.h"

#include <gtk/gtk.h>

GtkWindow *hs_details_new (GtkWindow *parent, const HsDesk *desk, HsJobItem *item);
