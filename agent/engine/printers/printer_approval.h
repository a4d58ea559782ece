/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* An administrator of this workstation gets to know a printer: first its fingerprint is fetched and
 * shown, then, with the fingerprint that was approved, the printer is asked and remembered.
 *
 * The caller (control API) has checked that it is an administrator.
 *
 * Threads: main context only.  Blocks: never. */

#include "engine/printers/printers.h"

/* Fetches the key that answers at @uri (ipps://…); nothing is sent and nothing is trusted. */
void hs_printer_probe_async (HsPrinters *printers,
                             const char *uri,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);

/* Errors: TEMPORARY (it does not answer), INVALID (the address), NOT_SUPPORTED (no TLS 1.2). */
gboolean hs_printer_probe_finish (GAsyncResult *result,
                                  guint8 spki[HS_HTTP_SPKI_BYTES],
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Asks the printer over a connection with exactly the key @pin, and approves it if it answers like a
 * printer. @listed: the uuid of a listed printer, whose own address is used; NULL: an unlisted one at
 * @uri, called @name (NULL: as it calls itself). */
void hs_printer_approve_async (HsPrinters *printers,
                               const HsId *listed,
                               const char *uri,
                               const char *name,
                               const guint8 pin[HS_HTTP_SPKI_BYTES],
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);

/* *uuid: the printer's. Errors: those of hs_printers_approve() and of asking the printer; REFUSED
 * when it shows another key or asks for a login. */
gboolean hs_printer_approve_finish (GAsyncResult *result,
                                    HsId *uuid,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
