/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A QR code, black on white whatever the colours around it are, as large as it is given room. */

#include "base/secret_bytes.h"

#include <gtk/gtk.h>

#define HS_TYPE_QR_VIEW (hs_qr_view_get_type ())
G_DECLARE_FINAL_TYPE (HsQrView, hs_qr_view, HS, QR_VIEW, GtkWidget)

GtkWidget *hs_qr_view_new (void);

/* NULL: nothing. Errors: INVALID (no text for a QR code). */
gboolean hs_qr_view_set_text (HsQrView *view, const HsSecretBytes *text, GError **error);
