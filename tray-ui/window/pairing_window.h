/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Pairing a browser, so that it reads the titles of this person: a code for a phone, and a link.
 *
 * It closes by itself, when the key is locked and when the person signs out: what stands in it is as
 * good as the person's titles. What it put on the clipboard goes with it. */

#include "tray-ui/window/desk.h"

#include <gtk/gtk.h>

GtkWindow *hs_pairing_window_new (GtkWindow *parent, const HsDesk *desk);
