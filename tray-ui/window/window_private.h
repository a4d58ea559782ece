/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Shared by the files of the window: window.c (template, life), window_show.c (what is shown when),
 * window_lists.c (the lists and their keys), window_actions.c (what is done). */

#include "tray-ui/window/identity_panel.h"
#include "tray-ui/window/printer_chooser.h"
#include "tray-ui/window/sign_in.h"
#include "tray-ui/window/window.h"

struct _HsWindow
{
  GtkApplicationWindow parent_instance;

  /* Template widgets */
  GtkHeaderBar *header;
  GtkMenuButton *printer_button;
  GtkLabel *printer_name;
  GtkLabel *printer_place;
  GtkStackSwitcher *switcher;
  GtkMenuButton *person_button;
  GtkLabel *person_initials;
  GtkLabel *person_name;
  GtkLabel *countdown;
  GtkRevealer *offline;
  GtkLabel *offline_text;
  GtkRevealer *key;
  GtkLabel *key_text;
  GtkButton *key_button;
  GtkStack *faces; /* "connecting", "missing", "sign-in", "jobs" */
  GtkStack *lists;
  GtkStackPage *open_page;
  GtkStackPage *done_page;
  GtkStack *open_stack; /* "list", "empty" */
  GtkStack *done_stack;
  GtkScrolledWindow *open_scroll;
  GtkListView *open_view;
  GtkListView *done_view;
  GtkRevealer *bar;
  GtkCheckButton *select_all;
  GtkLabel *selected_text;
  GtkButton *delete_selected;
  GtkButton *release_selected;
  GtkWidget *choose_selected;
  GtkRevealer *toast;
  GtkLabel *toast_text;
  GtkButton *toast_undo;
  GtkBox *sign_in_place;
  GtkLabel *vacant_note;

  /* Borrowed references */
  const HsDesk *desk;
  HsPrinterChooser *printer_chooser;
  HsIdentityPanel *identity_panel;
  HsSignIn *sign_in;

  /* Owned references */
  GtkMultiSelection *selection;
  GtkWidget *asked_from; /* weak: had the focus before the list of printers came up; nullable */
  GPtrArray
      *choosing_for; /* ids of the jobs whose printer is being chosen; NULL: of all that comes */
  guint minute_source;
  guint second_source;
  guint toast_source;
  guint lists_source; /* until what changed in a list is shown */
  guint focus_source;
  gint64 last_sign_us; /* monotonic: of the person's last sign of life */
  gboolean is_kiosk;
  gboolean is_setting;
};

/* ── window_show.c ───────────────────────────────────────────────────────────────────────── */

/* Everything, from the agent's state. */
void hs_window_show_all (HsWindow *window);
void hs_window_show_selection (HsWindow *window);
void hs_window_show_deleted (HsWindow *window);
/* Ticks while the window is seen. */
void hs_window_start_clocks (HsWindow *window);
void hs_window_stop_clocks (HsWindow *window);

/* ── window_lists.c ──────────────────────────────────────────────────────────────────────── */

void hs_window_set_up_lists (HsWindow *window);
/* Ids of the selected jobs that @may allows. (transfer full) (element-type utf8) */
GPtrArray *
hs_window_list_selected (HsWindow *window, gboolean (*may) (const HsControlJob *job), guint *pages);

/* ── window_actions.c ────────────────────────────────────────────────────────────────────── */

void hs_window_set_up_actions (GtkWidgetClass *widget_class);
/* The list of printers, at the button that asks for it; the focus comes back to that button. */
void hs_window_pop_up_printers (HsWindow *window);
void hs_window_return_focus (HsWindow *window);
/* The chosen printer, for what it is being chosen for. */
void hs_window_take_printer (HsWindow *window, const char *printer);
