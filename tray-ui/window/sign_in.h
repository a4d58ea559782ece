/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Signing in: name and password, name and PIN (with keys for fingers), or a card, with a PIN where the
 * person wants the own key opened. What is typed is wiped as soon as it was sent.
 *
 * Signal "done": signed in. */

#include "tray-ui/window/desk.h"

#include <gtk/gtk.h>

#define HS_TYPE_SIGN_IN (hs_sign_in_get_type ())
G_DECLARE_FINAL_TYPE (HsSignIn, hs_sign_in, HS, SIGN_IN, GtkWidget)

GtkWidget *hs_sign_in_new (const HsDesk *desk);

/* Empties the fields and puts the focus into the first. */
void hs_sign_in_begin (HsSignIn *sign_in);

/* The agent's state is another: shows what can be done now. */
void hs_sign_in_refresh (HsSignIn *sign_in);

/* The same in a window of its own over @parent. */
GtkWindow *hs_sign_in_window_new (GtkWindow *parent, const HsDesk *desk);
