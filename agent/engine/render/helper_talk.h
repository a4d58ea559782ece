/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The agent's side of every talk with homespool-render: starts the helper, gives it a task, and serves the
 * ranges of the document that it asks for. What it finds goes to whoever wanted to know.
 *
 * The helper is not trusted: what it says may be wrong for a hostile document, but it can neither hold
 * the agent up nor read anything beyond the document it was given.
 *
 * Threads: a worker's.  Blocks: as said. */

#include "core/pages/render_message.h"

#include <gio/gio.h>

/* Gives @capacity bytes at most from @offset_bytes of the plain document: how many, 0 at the end,
 * -1 on an error. The shape of hs_seal_reader_read_at(). Called in the thread that talks. */
typedef gssize (*HsDocumentReadFunc) (
    gpointer document, guint64 offset_bytes, void *buffer, gsize capacity, GError **error);

typedef struct
{
  const char *helper_folder; /* HsPaths.helper_folder */
  guint64 size_bytes;        /* of the plain document */
  HsDocumentReadFunc read;
  gpointer document;
} HsRenderPlan;

typedef struct
{
  guint time_limit_ms;
  gboolean gives_way; /* nobody waits: whoever else wants the processor comes first */

  /* A message that is neither READ nor FAILED; @message is NULL for DATA, whose bytes are then in
   * @bytes. FALSE ends the talk: it was the last word, or against the rules. */
  gboolean (*hear) (gpointer data,
                    const HsRenderMessage *message,
                    const guint8 *bytes,
                    gsize length);
  gpointer data;
} HsRenderListener;

/* Talks until the helper has said its last word, or ended, or broke the rules: what was heard by then
 * stands. An encrypted, damaged or hostile document is not an error.
 * Blocks: time_limit_ms at most, and while @plan reads.
 * Errors: NOT_FOUND (homespool-render is not installed), CANCELLED, INTERNAL (it cannot be started, or
 * cannot confine itself), and what @plan's read reports. */
gboolean hs_render_talk (const HsRenderPlan *plan,
                         const HsRenderMessage *task,
                         const HsRenderListener *listener,
                         GCancellable *cancellable,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
