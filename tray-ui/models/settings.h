/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What the person has chosen, in ~/.config/homespool/tray.conf. Nothing about jobs is ever kept.
 *
 * Signal "changed". A file that cannot be read gives the defaults; one that cannot be written is a
 * choice until the program ends.
 *
 * Threads: main context only.  Blocks: on the file system. */

#include <glib-object.h>

typedef enum
{
  HS_SCHEME_DESKTOP = 0, /* as the desktop says */
  HS_SCHEME_LIGHT,
  HS_SCHEME_DARK,
} HsScheme;

#define HS_TYPE_SETTINGS (hs_settings_get_type ())
G_DECLARE_FINAL_TYPE (HsSettings, hs_settings, HS, SETTINGS, GObject)

/* @path: NULL for the person's own. */
HsSettings *hs_settings_new (const char *path);

HsScheme hs_settings_get_scheme (HsSettings *settings); /* default: DESKTOP */
void hs_settings_set_scheme (HsSettings *settings, HsScheme scheme);

gboolean hs_settings_shows_notifications (HsSettings *settings); /* default: yes */
void hs_settings_set_notifications (HsSettings *settings, gboolean shown);

gboolean hs_settings_shows_titles (HsSettings *settings); /* in notifications; default: no */
void hs_settings_set_titles (HsSettings *settings, gboolean shown);

/* Id of the printer that was chosen last; nullable, borrowed. */
const char *hs_settings_get_printer (HsSettings *settings);
void hs_settings_set_printer (HsSettings *settings, const char *id);
