/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A menu on the bus, as com.canonical.dbusmenu: panels read it and send back what was clicked.
 *
 * Threads: main context only.  Blocks: never. */

#include <gio/gio.h>

typedef struct HsTrayMenu HsTrayMenu;

/* Holds references to @menu and @actions, and follows both. */
HsTrayMenu *hs_tray_menu_new (GMenuModel *menu, GActionGroup *actions);
void hs_tray_menu_free (HsTrayMenu *menu);

/* At @path of @connection, until the menu is freed or withdrawn. Errors: G_IO_ERROR_EXISTS. */
gboolean hs_tray_menu_export (HsTrayMenu *menu,
                              GDBusConnection *connection,
                              const char *path,
                              GError **error);
void hs_tray_menu_withdraw (HsTrayMenu *menu);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsTrayMenu, hs_tray_menu_free)
