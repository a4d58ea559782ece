/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The reply while it arrives: header lines and body, each bounded. For net/http alone; others read
 * a finished reply through net/http.h.
 *
 * Threads: main context only.  Blocks: never. */

#include "net/http.h"

/* @max_body_bytes: the most that hs_http_reply_add_body() takes. */
HsHttpReply *hs_http_reply_new (gsize max_body_bytes);

/* One line as it came, with its line end. A status line forgets the headers of an interim reply.
 * Returns FALSE when the header lines together are too many. */
gboolean hs_http_reply_add_line (HsHttpReply *reply, const char *line, gsize length);

/* Returns FALSE when the body would become too large. */
gboolean hs_http_reply_add_body (HsHttpReply *reply, const guint8 *bytes, gsize length);

/* The body is complete. */
void hs_http_reply_close (HsHttpReply *reply);
