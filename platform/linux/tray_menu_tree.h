/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A menu as com.canonical.dbusmenu sees it: a tree of numbered entries, made of a GMenuModel and the state
 * of its actions. No I/O.
 *
 * An entry keeps its number as long as it is in the menu, and no other ever gets it: a panel that shows the
 * menu of a moment ago may still send a click, which has to mean what the person saw or nothing at all. So
 * numbers go by what an entry does, not by where it stands. Of what is in the menu no longer nothing is kept.
 *
 * Threads: one at a time.  Blocks: never. */

#include <gio/gio.h>

#define HS_TRAY_MENU_MOST_DEPTH 4     /* submenus in submenus; what is deeper is left out */
#define HS_TRAY_MENU_MOST_ENTRIES 500 /* of all of them */

typedef struct HsTrayEntry HsTrayEntry;
struct HsTrayEntry
{
  gint32 id;            /* 0: the menu itself */
  GVariant *properties; /* a{sv} */
  char *action;         /* its name in the group; NULL: the entry does nothing */
  GVariant *target;     /* nullable */
  GPtrArray *children;  /* of HsTrayEntry */
};

typedef struct HsTrayNumbers HsTrayNumbers;

/* The numbers that the menu has. */
HsTrayNumbers *hs_tray_numbers_new (void);
void hs_tray_numbers_free (HsTrayNumbers *numbers);

/* Returns: (transfer full): the menu itself. */
HsTrayEntry *hs_tray_entry_read (GMenuModel *menu, GActionGroup *actions, HsTrayNumbers *numbers);
void hs_tray_entry_free (HsTrayEntry *entry);

/* Of the tree below @entry. NULL: there is none of that number. */
HsTrayEntry *hs_tray_entry_find (HsTrayEntry *entry, gint32 id);

/* (ia{sv}av), floating, with @depth levels of children; -1: all. */
GVariant *hs_tray_entry_describe (const HsTrayEntry *entry, gint32 depth);

/* TRUE: the same entries at the same places, whatever their properties. */
gboolean hs_tray_entry_has_shape (const HsTrayEntry *entry, const HsTrayEntry *other);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsTrayNumbers, hs_tray_numbers_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsTrayEntry, hs_tray_entry_free)
