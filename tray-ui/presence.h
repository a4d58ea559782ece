/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What the desktop shows of the program without a window: the icon beside the clock with its menu, and
 * notifications with what can be done about them. Neither is the only way to anything: where the desktop
 * has no place for an icon, the window is there all the same.
 *
 * Notifications come while the window is not in front, and bear titles only where the person wants
 * them and nobody else looks on. */

#include "tray-ui/window/desk.h"

#include <gio/gio.h>

typedef struct HsPresence HsPresence;

/* @application has the actions that are named in application.h. @is_in_front says whether the person
 * sees the window. All are borrowed. */
HsPresence *hs_presence_new (GApplication *application,
                             const HsDesk *desk,
                             gboolean (*is_in_front) (GApplication *application));
void hs_presence_free (HsPresence *presence);

/* The person signs out or locks the key here and now: that is no news. FALSE: it did not work. */
void hs_presence_expect_sign_out (HsPresence *presence, gboolean is_leaving);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsPresence, hs_presence_free)
