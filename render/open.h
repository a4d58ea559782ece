/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What every task of the helper begins and ends with.
 *
 * Threads: the only thread of the helper.  Blocks: on the agent. */

#include "core/pages/render_message.h"
#include "render/document_stream.h"

typedef struct _PopplerDocument PopplerDocument;

/* NULL: *failure says why. Returns: (transfer full): g_object_unref(). */
PopplerDocument *
hs_open_document (HsDocumentStream *stream, guint64 document_bytes, HsRenderFailure *failure);

/* FALSE when the agent is gone. */
gboolean hs_open_send (const HsRenderMessage *message) G_GNUC_WARN_UNUSED_RESULT;
gboolean hs_open_fail (HsRenderFailure failure) G_GNUC_WARN_UNUSED_RESULT;
