/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* One structured line per event worth an administrator's time.
 *
 * Written through g_log_structured, so systemd's journal gets fields and a terminal gets text.
 * Titles, user names, keys, tokens and addresses of documents never reach a log: callers pass ids.
 * Strings that come from a peer go through hs_log_quote(), which bounds them and removes control
 * characters. The layer that handles an error logs it, once (the engine, a server, main).
 *
 * Threads: any.  Blocks: on the log's own descriptor only. */

#include <glib.h>

/* Each source file defines HS_LOG_AREA before including this header: "engine", "intake", … */
#ifndef HS_LOG_AREA
#define HS_LOG_AREA "homespool"
#endif

#define hs_log_error(...) hs_log_write (G_LOG_LEVEL_CRITICAL, HS_LOG_AREA, __VA_ARGS__)
#define hs_log_warning(...) hs_log_write (G_LOG_LEVEL_WARNING, HS_LOG_AREA, __VA_ARGS__)
#define hs_log_info(...) hs_log_write (G_LOG_LEVEL_MESSAGE, HS_LOG_AREA, __VA_ARGS__)
#define hs_log_debug(...) hs_log_write (G_LOG_LEVEL_DEBUG, HS_LOG_AREA, __VA_ARGS__)

void hs_log_write (GLogLevelFlags level, const char *area, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

/* A peer's string, safe to print: at most 80 bytes of printable ASCII, the rest as '?'.
 * Returns: (transfer full). */
char *hs_log_quote (const char *untrusted);

/* Lines less severe than @level are dropped; default G_LOG_LEVEL_MESSAGE. For main() only. */
void hs_log_set_threshold (GLogLevelFlags level);
