/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What helpers and their callers say to each other over sockets: what is read can be written back
 * byte for byte, and what cannot be read leaves nothing behind. */

#include "core/pages/render_message.h"
#include "fuzz/fuzz.h"
#include "platform/linux/print_queue_wire.h"

#include <string.h>

static void
try_render (const guint8 *data, gsize size)
{
  static const HsRenderMessage nothing;
  HsRenderMessage message;
  guint8 back[HS_RENDER_MESSAGE_MAX_BYTES];

  if (hs_render_message_decode (data, size, &message))
    {
      FUZZ_CHECK (hs_render_message_encode (&message, back) == size);
      FUZZ_CHECK (memcmp (back, data, size) == 0);
    }
  else
    FUZZ_CHECK (memcmp (&message, &nothing, sizeof nothing) == 0);
}

static void
try_queue (const guint8 *data, gsize size)
{
  HsQueueRequest request;
  HsQueueReply reply;
  guint8 back[HS_QUEUE_REPLY_MAX_BYTES];

  if (size == HS_QUEUE_REQUEST_BYTES && hs_queue_request_decode (data, &request))
    {
      /* A secret goes into a URI: nothing but its alphabet may come through. */
      for (const char *at = request.secret; *at != '\0'; at++)
        FUZZ_CHECK (g_ascii_isalnum (*at) || *at == '-' || *at == '_');
      gsize length = strlen (request.secret);
      FUZZ_CHECK (length == (request.verb == HS_QUEUE_CONFIGURE ? HS_PRINT_QUEUE_SECRET_CHARS : 0));
    }
  if (hs_queue_reply_decode (data, size, &reply)
      && strlen (reply.sentence) + HS_QUEUE_REPLY_HEAD_BYTES == size)
    {
      FUZZ_CHECK (hs_queue_reply_encode (&reply, back) == size);
      FUZZ_CHECK (memcmp (back, data, size) == 0);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  try_render (data, size);
  try_queue (data, size);
  return 0;
}
