/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Our own colours, light and dark: as the person chose, else as the desktop's portal says and keeps
 * saying. Made with the first window, so that a program without one pays for none of it. */

#include "tray-ui/models/settings.h"

#include <gtk/gtk.h>

typedef struct HsTheme HsTheme;

HsTheme *hs_theme_new (HsSettings *settings);
void hs_theme_free (HsTheme *theme);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsTheme, hs_theme_free)
