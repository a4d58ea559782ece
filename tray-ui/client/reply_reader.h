/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Reads one HTTP/1.1 reply of the agent from bytes in any portions: a head, and a body of known
 * length or in chunks. What else HTTP allows, the agent never sends, and it is refused.
 *
 * Pure: the socket is elsewhere.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include <glib.h>

#define HS_REPLY_MAX_HEAD_BYTES (16 * 1024) /* the agent's heads have 300 */

typedef struct HsReplyReader HsReplyReader;

/* Body bytes as they come; never zero of them. */
typedef void (*HsReplyBodyFunc) (const char *bytes, gsize length, gpointer user_data);

HsReplyReader *hs_reply_reader_new (gsize max_body_bytes, HsReplyBodyFunc func, gpointer user_data);
void hs_reply_reader_free (HsReplyReader *reader);

/* Errors: INVALID (not such a reply), NO_SPACE (the body is longer than it may be); the reader is
 * good for nothing then. What follows the end of the reply is passed over. */
gboolean hs_reply_reader_feed (HsReplyReader *reader,
                               const char *bytes,
                               gsize length,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* 0 before the head is whole. */
guint hs_reply_reader_get_status (const HsReplyReader *reader);
gboolean hs_reply_reader_is_complete (const HsReplyReader *reader);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsReplyReader, hs_reply_reader_free)
