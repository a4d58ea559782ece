/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "render/open.h"

#include "platform/helper_child.h"

#include <poppler.h>

PopplerDocument *
hs_open_document (HsDocumentStream *stream, guint64 document_bytes, HsRenderFailure *failure)
{
  g_autoptr (GError) error = NULL;
  PopplerDocument *document = poppler_document_new_from_stream (
      G_INPUT_STREAM (stream), (goffset)document_bytes, NULL, NULL, &error);

  if (document == NULL)
    *failure = g_error_matches (error, POPPLER_ERROR, POPPLER_ERROR_ENCRYPTED)
                   ? HS_RENDER_FAILURE_ENCRYPTED
                   : HS_RENDER_FAILURE_DAMAGED;
  return document;
}

gboolean
hs_open_send (const HsRenderMessage *message)
{
  guint8 bytes[HS_RENDER_MESSAGE_MAX_BYTES];
  gsize length = hs_render_message_encode (message, bytes);

  return hs_helper_child_send (bytes, length);
}

gboolean
hs_open_fail (HsRenderFailure failure)
{
  return hs_open_send (&(HsRenderMessage){ .kind = HS_RENDER_FAILED, .failure = failure });
}
