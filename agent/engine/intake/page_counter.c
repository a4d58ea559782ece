/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The agent's side of counting a PDF: serves ranges to the helper until it has an answer. The
 * helper is not trusted: a count may be wrong for a hostile document, but it can neither hold the
 * agent up nor read anything beyond the document it was given. */

#include "engine/intake/page_counter.h"

#include "base/error.h"
#include "base/secret_bytes.h"
#include "core/pages/render_message.h"
#include "platform/helper_process.h"

/* Poppler with its libraries maps about 150 MiB; a page with large pictures needs a few hundred. */
#define HELPER_MEMORY_BYTES (1024ull * 1024 * 1024)
#define HELPER_CPU_SECONDS 15

typedef struct
{
  HsHelperProcess *helper;
  const HsPageCounterPlan *plan;
  GCancellable *cancellable;
  HsPageFacts *facts;
} Count;

static gboolean
send_task (Count *count, GError **error)
{
  const HsRenderMessage task
      = { .kind = HS_RENDER_COUNT, .document_bytes = count->plan->size_bytes };
  guint8 bytes[HS_RENDER_MESSAGE_MAX_BYTES];
  gsize length = hs_render_message_encode (&task, bytes);

  return hs_helper_process_send (count->helper, bytes, length, count->cancellable, error);
}

/* Fills as much of @buffer as the document has. Returns -1 on an error. */
static gssize
read_range (Count *count, guint64 offset, guint8 *buffer, gsize wanted, GError **error)
{
  const HsPageCounterPlan *plan = count->plan;
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
answer_read (Count *count, const HsRenderMessage *wish, GError **document_error, GError **error)
{
  g_autofree guint8 *frame = g_malloc (1 + wish->length_bytes);
  gssize got
      = read_range (count, wish->offset_bytes, frame + 1, wish->length_bytes, document_error);

  if (got < 0)
    return FALSE;
  frame[0] = HS_RENDER_DATA;
  gboolean is_sent
      = hs_helper_process_send (count->helper, frame, 1 + (gsize)got, count->cancellable, error);
  hs_secret_bytes_wipe (frame, 1 + wish->length_bytes);
  return is_sent;
}

static void
note_pages (HsPageFacts *facts, const HsRenderMessage *message)
{
  facts->is_known = TRUE;
  facts->impressions = message->pages;
  facts->width_um = message->width_um;
  facts->height_um = message->height_um;
}

/* Talks until the helper has said its last word, or ended, or broke the rules: what was known by
 * then stands. Sets *document_error or *error only for what the caller has to know. */
static void
talk (Count *count, GError **document_error, GError **error)
{
  if (!send_task (count, error))
    return;
  for (;;)
    {
      HsRenderMessage message;
      g_autoptr (GBytes) frame
          = hs_helper_process_receive (count->helper, count->cancellable, error);

      if (frame == NULL
          || !hs_render_message_decode (g_bytes_get_data (frame, NULL), g_bytes_get_size (frame),
                                        &message))
        return;
      switch (message.kind)
        {
        case HS_RENDER_READ:
          if (!answer_read (count, &message, document_error, error))
            return;
          break;
        case HS_RENDER_PAGES:
          if (count->facts->is_known)
            return;
          note_pages (count->facts, &message);
          break;
        case HS_RENDER_COLOUR:
          if (count->facts->is_known)
            count->facts->colour = message.colour;
          return;
        case HS_RENDER_FAILED:
          if (message.failure == HS_RENDER_FAILURE_SANDBOX)
            g_set_error_literal (document_error, HS_ERROR, HS_ERROR_INTERNAL,
                                 "homespool-render cannot confine itself on this system, so it "
                                 "opens no document");
          return;
        case HS_RENDER_COUNT:
        case HS_RENDER_DATA:
        case HS_RENDER_NONE:
        default:
          return;
        }
    }
}

gboolean
hs_page_counter_count (const HsPageCounterPlan *plan,
                       GCancellable *cancellable,
                       HsPageFacts *facts,
                       GError **error)
{
  static const char *const arguments[] = { "count", NULL };
  g_autofree char *program = g_build_filename (plan->helper_folder, "homespool-render", NULL);
  const HsHelperPlan helper_plan = { .program = program,
                                     .arguments = arguments,
                                     .memory_bytes = HELPER_MEMORY_BYTES,
                                     .cpu_seconds = HELPER_CPU_SECONDS,
                                     .time_limit_ms = HS_PAGE_COUNTER_TIME_LIMIT_MS,
                                     .gives_way = TRUE };
  g_autoptr (GError) document_error = NULL;
  g_autoptr (GError) talk_error = NULL;
  HsPageFacts found = { 0 };

  *facts = found;
  g_autoptr (HsHelperProcess) helper = hs_helper_process_start (&helper_plan, error);
  if (helper == NULL)
    {
      hs_error_convert_gio (error);
      return FALSE;
    }
  Count count = { helper, plan, cancellable, &found };
  talk (&count, &document_error, &talk_error);
  if (document_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&document_error));
      return FALSE;
    }
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    {
      hs_error_convert_gio (error);
      return FALSE;
    }
  /* Everything else that ended the talk is the document's or the helper's doing: unknown. */
  *facts = found;
  return TRUE;
}

/* ── async ───────────────────────────────────────────────────────────────────────────────── */

typedef struct
{
  HsPageCounterPlan plan;
  char *helper_folder;
  GDestroyNotify document_free;
  HsPageFacts facts;
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  if (work->document_free != NULL)
    work->document_free (work->plan.document);
  g_free (work->helper_folder);
  g_free (work);
}

static void
run_work (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Work *work = data;
  GError *error = NULL;

  if (hs_page_counter_count (&work->plan, cancellable, &work->facts, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
hs_page_counter_count_async (const HsPageCounterPlan *plan,
                             GDestroyNotify document_free,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Work *work = g_new0 (Work, 1);

  work->plan = *plan;
  work->helper_folder = g_strdup (plan->helper_folder);
  work->plan.helper_folder = work->helper_folder;
  work->document_free = document_free;
  g_task_set_source_tag (task, hs_page_counter_count_async);
  g_task_set_check_cancellable (task, FALSE); /* the count itself says CANCELLED, in our codes */
  g_task_set_task_data (task, work, work_free);
  g_task_run_in_thread (task, run_work);
}

gboolean
hs_page_counter_count_finish (GAsyncResult *result, HsPageFacts *facts, GError **error)
{
  Work *work = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  *facts = work->facts;
  return TRUE;
}
