/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The program's icon beside the clock, with a menu.
 *
 * A desktop may show no such icons, or begin and cease to while the program runs: then nothing is seen,
 * and the icon appears by itself when there is a place for it. So it is never the only way to anything.
 *
 * Linux: org.kde.StatusNotifierItem with com.canonical.dbusmenu on the session bus.
 *
 * Threads: main context only; callbacks on the main context.  Blocks: never. */

#include <gio/gio.h>

typedef struct HsTrayIcon HsTrayIcon;

typedef struct
{
  const char *id;          /* of the program, the same in all languages: "homespool" */
  const char *title;       /* what people call it */
  const char *icon_folder; /* where icons are that no theme has; nullable */

  /* The menu, with its sections and submenus. Its actions are those of @actions, with "app." before
   * their names; an entry whose action is missing or disabled is grey. Both are followed while they
   * change. An icon attribute of an entry is a themed name. */
  GMenuModel *menu;
  GActionGroup *actions;

  /* A click on the icon itself; nullable. */
  void (*activated) (gpointer user_data);

  /* The icon is shown, or no longer; nullable. */
  void (*shown) (gboolean is_shown, gpointer user_data);

  gpointer user_data;
} HsTrayIconSetup;

/* @setup is copied, its objects are referenced. */
HsTrayIcon *hs_tray_icon_new (const HsTrayIconSetup *setup);

/* NULL is allowed. No callback comes any more. */
void hs_tray_icon_free (HsTrayIcon *icon);

/* What it looks like: @icon_name of the theme, or of the icon folder; @text says the same to who points at
 * it or has it read out. @wants_attention: the desktop may make it blink, or show it where it was
 * hidden. The same once more changes nothing. */
void hs_tray_icon_set (HsTrayIcon *icon,
                       const char *icon_name,
                       const char *text,
                       gboolean wants_attention);

/* FALSE: nobody sees it. */
gboolean hs_tray_icon_is_shown (const HsTrayIcon *icon);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsTrayIcon, hs_tray_icon_free)
