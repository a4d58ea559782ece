/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "engine/render/helper_talk.h"

#include "base/error.h"
#include "base/secret_bytes.h"
#include "platform/helper_process.h"

/* Poppler with its libraries maps about 150 MiB; a page with large pictures needs a few hundred. */
#define HELPER_MEMORY_BYTES (1024ull * 1024 * 1024)
#define HELPER_CPU_SECONDS 15

typedef struct
{
  HsHelperProcess *helper;
  const HsRenderPlan *plan;
  const HsRenderListener *listener;
  GCancellable *cancellable;
} Talk;

static gboolean
send_task (Talk *talk, const HsRenderMessage *task, GError **error)
{
  guint8 bytes[HS_RENDER_MESSAGE_MAX_BYTES];
  gsize length = hs_render_message_encode (task, bytes);

  return hs_helper_process_send (talk->helper, bytes, length, talk->cancellable, error);
}

/* Fills as much of @buffer as the document has. Returns -1 on an error. */
static gssize
read_range (Talk *talk, guint64 offset, guint8 *buffer, gsize wanted, GError **error)
{
  const HsRenderPlan *plan = talk->plan;
  gsize filled = 0;

  while (filled < wanted)
    {
      gssize got
          = plan->read (plan->document, offset + filled, buffer + filled, wanted - filled, error);
      if (got < 0)
        return -1;
      if (got == 0)
        break;
      filled += (gsize)got;
    }
  return (gssize)filled;
}

/* *document_error: the document could not be read, which is not the helper's fault. */
static gboolean
answer_read (Talk *talk, const HsRenderMessage *wish, GError **document_error, GError **error)
{
  g_autofree guint8 *frame = g_malloc (1 + wish->length_bytes);
  gssize got = read_range (talk, wish->offset_bytes, frame + 1, wish->length_bytes, document_error);

  if (got < 0)
    return FALSE;
  frame[0] = HS_RENDER_DATA;
  gboolean is_sent
      = hs_helper_process_send (talk->helper, frame, 1 + (gsize)got, talk->cancellable, error);
  hs_secret_bytes_wipe (frame, 1 + wish->length_bytes);
  return is_sent;
}

/* FALSE: the talk is over. */
static gboolean
take_frame (Talk *talk, GBytes *frame, GError **document_error, GError **error)
{
  const HsRenderListener *listener = talk->listener;
  HsRenderMessage message;
  gsize length = 0;
  const guint8 *bytes = g_bytes_get_data (frame, &length);

  if (length >= 1 && bytes[0] == HS_RENDER_DATA)
    return listener->hear (listener->data, NULL, bytes + 1, length - 1);
  if (!hs_render_message_decode (bytes, length, &message))
    return FALSE;
  if (message.kind == HS_RENDER_READ)
    return answer_read (talk, &message, document_error, error);
  if (message.kind != HS_RENDER_FAILED)
    return listener->hear (listener->data, &message, NULL, 0);
  if (message.failure == HS_RENDER_FAILURE_SANDBOX)
    g_set_error_literal (document_error, HS_ERROR, HS_ERROR_INTERNAL,
                         "homespool-render cannot confine itself on this system, so it opens no "
                         "document");
  return FALSE;
}

/* Sets *document_error only for what the caller has to know. */
static void
talk_to_end (Talk *talk, const HsRenderMessage *task, GError **document_error)
{
  g_autoptr (GError) error = NULL;
  gboolean goes_on = send_task (talk, task, &error);

  while (goes_on)
    {
      g_autoptr (GBytes) frame
          = hs_helper_process_receive (talk->helper, talk->cancellable, &error);
      goes_on = frame != NULL && take_frame (talk, frame, document_error, &error);
    }
}

gboolean
hs_render_talk (const HsRenderPlan *plan,
                const HsRenderMessage *task,
                const HsRenderListener *listener,
                GCancellable *cancellable,
                GError **error)
{
  const char *const arguments[] = { task->kind == HS_RENDER_DRAW ? "draw" : "count", NULL };
  g_autofree char *program = g_build_filename (plan->helper_folder, "homespool-render", NULL);
  const HsHelperPlan helper_plan = { .program = program,
                                     .arguments = arguments,
                                     .memory_bytes = HELPER_MEMORY_BYTES,
                                     .cpu_seconds = HELPER_CPU_SECONDS,
                                     .time_limit_ms = listener->time_limit_ms,
                                     .gives_way = listener->gives_way };
  g_autoptr (HsHelperProcess) helper = hs_helper_process_start (&helper_plan, error);
  GError *document_error = NULL;

  if (helper == NULL)
    {
      hs_error_convert_gio (error);
      return FALSE;
    }
  Talk talk = { helper, plan, listener, cancellable };
  talk_to_end (&talk, task, &document_error);
  if (document_error != NULL)
    {
      g_propagate_error (error, document_error);
      return FALSE;
    }
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    {
      hs_error_convert_gio (error);
      return FALSE;
    }
  /* Everything else that ended the talk is the document's or the helper's doing. */
  return TRUE;
}
