/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* How a terminal joins and stays: a tablet's browser or a card reader beside one printer.
 *
 * A terminal shows two things: a client certificate of its own kind, and a token that holds with
 * this very certificate only. A card reader sends a request for a certificate together with a
 * one-time secret. A browser cannot: its key and certificate are made here and carried to the tablet
 * as one file, whose code is spent there once for the token, which becomes a cookie.
 *
 * In the second half of its certificate's life it can have a new one, each in its way. The older one holds until
 * the new one is used with the token; the token stays.
 *
 * Threads and blocking: as site/site.h; each call within a transaction of the store. */

#include "core/wire/terminal.h"
#include "site/site.h"
#include "site/store/terminals.h"

#define HS_TERMINAL_SECRET_LIFE_US (G_TIME_SPAN_DAY)

/* Adds a terminal to the printer @terminal names, with name and rule. Returns: (transfer full): the
 * line with the one-time secret; wipe it. Errors: NOT_FOUND (printer), TEMPORARY (no bundle). */
char *hs_terminal_add (HsSite *site, HsStoreTerminal *terminal, gint64 now_us, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* The same for a browser: *file gets the PKCS#12 file. Returns: (transfer full): the code that opens
 * the file and pairs the browser; wipe it. */
char *hs_terminal_add_browser (HsSite *site,
                               HsStoreTerminal *terminal,
                               gint64 now_us,
                               GBytes **file,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Spends the secret of a line: certificate and token. Errors: NOT_FOUND, EXPIRED (the secret),
 * INVALID (the request). */
HsTerminalEnrolReply *hs_terminal_join (HsSite *site,
                                        const HsTerminalEnrolRequest *request,
                                        gint64 now_us,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Spends the code of the browser @id. Returns: (transfer full): the token; wipe it.
 * Errors: DENIED (another code), EXPIRED. */
char *hs_terminal_pair (HsSite *site,
                        const HsId *id,
                        const HsSecretBytes *code,
                        gint64 now_us,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A further certificate for the terminal @id: for the key of the request @csr, or, with NULL, in a file for a
 * browser. Returns: (transfer full). Errors: REFUSED (too early), INVALID (the request). */
HsTerminalRenewal *hs_terminal_renew (HsSite *site,
                                      const HsId *id,
                                      const char *csr,
                                      gint64 now_us,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* When the page of a tablet begins to ask for a renewal, UTC microseconds. */
gint64 hs_terminal_get_reminder_us (HsSite *site, const HsStoreTerminal *terminal);

/* May the holder of this certificate, and with @needs_token of @token (nullable), speak for the terminal @id?
 * With the token, the first use of a renewed certificate ends the older one. Errors: DENIED. */
gboolean hs_terminal_check (HsSite *site,
                            const HsId *id,
                            const guint8 fingerprint[HS_STORE_DIGEST_BYTES],
                            gboolean needs_token,
                            const char *token,
                            gint64 now_us,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Ends a terminal and its sessions; the log of destroyed keys keeps a restored database from bringing
 * it back. Errors: NOT_FOUND. */
gboolean hs_terminal_revoke (HsSite *site, const HsId *id, gint64 now_us, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Revokes again what the log names: after a restore. */
gboolean
hs_terminals_apply_log (HsSite *site, gint64 now_us, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Does @token belong to @terminal? */
gboolean hs_terminal_has_token (const HsStoreTerminal *terminal, const char *token);
