/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "journey/paper.h"

#include "base/error.h"

#include <stdio.h>
#include <string.h>

struct HsPaper
{
  char *log_path;
  char *last; /* the document that came out last */
  HsPaperMood mood;
  GPtrArray *deliveries; /* Delivery, running */
  guint most;
  guint most_at_one;
};

typedef struct
{
  HsPaper *paper;
  HsId job;
  HsId printer;
  HsPrintOptions changed;
  HsDeliveryProgress progress; /* what was committed before a restart */
  guint32 printer_job_id;
  HsDocumentSource *source; /* nullable */
  HsByteQueue *queue;       /* nullable */
  GString *document;
  HsDeliveryNewsFunc func;
  gpointer user_data;
  HsJobEvent last_told;
  gboolean cancel_wanted;
  gboolean is_committing; /* what it told last is not durable yet */
  guint idle;
} Delivery;

/* ── the printer's memory ────────────────────────────────────────────────────────────────── */

static void
remember (HsPaper *paper, const char *what, const HsId *job)
{
  char id[HS_ID_TEXT_BYTES];
  FILE *log = fopen (paper->log_path, "a");

  g_assert_nonnull (log);
  fprintf (log, "%s %s\n", what, hs_id_format (job, id));
  fclose (log);
}

static guint
count (HsPaper *paper, const char *what, const HsId *job)
{
  char id[HS_ID_TEXT_BYTES];
  g_autofree char *line = g_strdup_printf ("%s %s", what, hs_id_format (job, id));
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  guint found = 0;

  if (!g_file_get_contents (paper->log_path, &text, NULL, NULL))
    return 0;
  lines = g_strsplit (text, "\n", -1);
  for (char **each = lines; *each != NULL; each++)
    if (strcmp (*each, line) == 0)
      found++;
  return found;
}

HsPaper *
hs_paper_new (const char *folder)
{
  HsPaper *paper = g_new0 (HsPaper, 1);

  paper->log_path = g_build_filename (folder, "printer.log", NULL);
  paper->deliveries = g_ptr_array_new ();
  return paper;
}

void
hs_paper_free (HsPaper *paper)
{
  g_ptr_array_unref (paper->deliveries);
  g_free (paper->log_path);
  g_free (paper->last);
  g_free (paper);
}

void
hs_paper_set_mood (HsPaper *paper, HsPaperMood mood)
{
  paper->mood = mood;
}

HsId
hs_paper_printer (guint number)
{
  HsId id = { 0 };

  id.bytes[0] = 0x50;
  id.bytes[15] = (guint8)number;
  return id;
}

guint
hs_paper_count (HsPaper *paper, const HsId *job)
{
  return count (paper, "paper", job);
}

guint
hs_paper_count_made (HsPaper *paper, const HsId *job)
{
  return count (paper, "made", job);
}

/* As it stands in the printer's memory. Returns: (transfer full). */
static char *
name_made (const HsPrintOptions *changed)
{
  return g_strdup_printf ("made-as-%u-%u-%u", changed->copies, changed->sides, changed->colour);
}

guint
hs_paper_count_made_as (HsPaper *paper, const HsId *job, const HsPrintOptions *changed)
{
  g_autofree char *what = name_made (changed);

  return count (paper, what, job);
}

guint
hs_paper_get_most (HsPaper *paper)
{
  return paper->most;
}

guint
hs_paper_get_most_at_one (HsPaper *paper)
{
  return paper->most_at_one;
}

GArray *
hs_paper_list (HsPaper *paper)
{
  GArray *jobs = g_array_new (FALSE, FALSE, sizeof (HsId));
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (paper->log_path, &text, NULL, NULL))
    return jobs;
  lines = g_strsplit (text, "\n", -1);
  for (char **each = lines; *each != NULL; each++)
    {
      HsId id;
      if (g_str_has_prefix (*each, "paper ") && hs_id_parse (*each + strlen ("paper "), &id))
        g_array_append_val (jobs, id);
    }
  return jobs;
}

char *
hs_paper_dup_last (HsPaper *paper)
{
  return g_strdup (paper->last);
}

/* ── telling ─────────────────────────────────────────────────────────────────────────────── */

static void
tell (Delivery *delivery, HsDeliveryNews news)
{
  delivery->last_told = news.event;
  delivery->is_committing = TRUE;
  delivery->func (&news, delivery->user_data);
}

static void
tell_event (Delivery *delivery, HsJobEvent event)
{
  tell (delivery, (HsDeliveryNews){ .event = event });
}

static void
print (Delivery *delivery)
{
  remember (delivery->paper, "paper", &delivery->job);
  g_free (delivery->paper->last);
  delivery->paper->last = g_strdup (delivery->document->str);
}

static void
tell_printed (Delivery *delivery)
{
  tell (delivery, (HsDeliveryNews){ .event = HS_EVENT_PRINTED,
                                    .reasons = HS_REASON_NONE,
                                    .impressions = 1,
                                    .sheets = 1,
                                    .counted = TRUE });
}

static void
tell_not_printed (Delivery *delivery, HsJobReasons reasons)
{
  if (count (delivery->paper, "made", &delivery->job)
      > count (delivery->paper, "cancelled", &delivery->job))
    remember (delivery->paper, "cancelled", &delivery->job);
  tell (delivery, (HsDeliveryNews){ .event = HS_EVENT_NOT_PRINTED,
                                    .reasons = reasons,
                                    .sentence = "The printer gave the job up." });
}

/* ── sending ─────────────────────────────────────────────────────────────────────────────── */

static void
on_document (HsByteQueue *queue, gpointer user_data)
{
  Delivery *delivery = user_data;

  for (;;)
    {
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (GError) error = NULL;
      HsByteQueuePull pulled = hs_byte_queue_pull (queue, &bytes, &error);

      if (pulled == HS_BYTE_QUEUE_EMPTY)
        return;
      if (pulled == HS_BYTE_QUEUE_BYTES)
        {
          g_string_append_len (delivery->document, g_bytes_get_data (bytes, NULL),
                               (gssize)g_bytes_get_size (bytes));
          continue;
        }
      hs_byte_queue_set_notify (queue, NULL, NULL);
      if (pulled == HS_BYTE_QUEUE_END)
        {
          remember (delivery->paper, "received", &delivery->job);
          print (delivery);
          tell_event (delivery, HS_EVENT_SENT);
          return;
        }
      remember (delivery->paper, "cancelled", &delivery->job);
      tell (delivery, (HsDeliveryNews){
                          .event = HS_EVENT_NOT_PRINTED,
                          .damaged_for_good = g_error_matches (error, HS_ERROR, HS_ERROR_CORRUPT),
                          .reasons = g_error_matches (error, HS_ERROR, HS_ERROR_CORRUPT)
                                         ? HS_REASON_DAMAGED
                                         : HS_REASON_KEY_LOCKED,
                          .sentence = error->message });
      return;
    }
}

static void
send_document (Delivery *delivery)
{
  delivery->queue = hs_document_source_open (delivery->source);
  hs_byte_queue_set_notify (delivery->queue, on_document, delivery);
}

/* The last thing told is durable: does what it announced. */
static gboolean
on_go_on (gpointer user_data)
{
  Delivery *delivery = user_data;

  delivery->idle = 0;
  if (delivery->cancel_wanted
      && (delivery->last_told == HS_EVENT_SEND_INTENT
          || delivery->last_told == HS_EVENT_PRINTER_ACCEPTED))
    {
      tell_not_printed (delivery, HS_REASON_NONE);
      return G_SOURCE_REMOVE;
    }
  if (delivery->last_told == HS_EVENT_SEND_INTENT)
    {
      g_autofree char *made = name_made (&delivery->changed);
      remember (delivery->paper, made, &delivery->job);
      remember (delivery->paper, "made", &delivery->job);
      tell (delivery, (HsDeliveryNews){ .event = HS_EVENT_PRINTER_ACCEPTED, .printer_job_id = 7 });
    }
  else if (delivery->last_told == HS_EVENT_PRINTER_ACCEPTED)
    tell_event (delivery, HS_EVENT_SENDING);
  else if (delivery->last_told == HS_EVENT_SENDING)
    send_document (delivery);
  else if (delivery->last_told == HS_EVENT_SENT && delivery->paper->mood != HS_PAPER_SILENT)
    tell_printed (delivery);
  return G_SOURCE_REMOVE;
}

static void
committed (gpointer data)
{
  Delivery *delivery = data;

  g_assert_cmpuint (delivery->idle, ==, 0);
  delivery->is_committing = FALSE;
  delivery->idle = g_idle_add (on_go_on, delivery);
}

/* ── beginning ───────────────────────────────────────────────────────────────────────────── */

static void
begin_afresh (Delivery *delivery)
{
  if (delivery->paper->mood == HS_PAPER_BUSY)
    tell (delivery, (HsDeliveryNews){ .event = HS_EVENT_PRINTER_BUSY,
                                      .reasons = HS_REASON_PRINTER_BUSY,
                                      .sentence = "The printer is busy." });
  else if (delivery->paper->mood == HS_PAPER_REFUSES)
    tell (delivery, (HsDeliveryNews){ .event = HS_EVENT_PRINTER_REFUSED,
                                      .reasons = HS_REASON_PRINTER_STOPPED,
                                      .sentence = "The printer has no paper." });
  else
    tell_event (delivery, HS_EVENT_SEND_INTENT);
}

/* After a restart: what the printer knows decides, and nothing is sent. */
static void
ask_printer (Delivery *delivery)
{
  HsPaper *paper = delivery->paper;
  gboolean was_made
      = count (paper, "made", &delivery->job) > count (paper, "cancelled", &delivery->job);

  if (paper->mood == HS_PAPER_FORGETS)
    tell (delivery, (HsDeliveryNews){ .event = HS_EVENT_OUTCOME_UNKNOWN,
                                      .sentence = "The printer does not know the job." });
  else if (paper->mood == HS_PAPER_SILENT)
    return;
  else if (count (paper, "paper", &delivery->job) > 0)
    tell_printed (delivery);
  else if (was_made)
    tell_not_printed (delivery, HS_REASON_PRINTER_UNREACHABLE);
  else
    tell (delivery, (HsDeliveryNews){ .event = HS_EVENT_PRINTER_BUSY,
                                      .sentence = "The printer never got the job." });
}

static gboolean
on_begin (gpointer user_data)
{
  Delivery *delivery = user_data;

  delivery->idle = 0;
  if (delivery->cancel_wanted && delivery->progress == HS_DELIVERY_NONE)
    tell_not_printed (delivery, HS_REASON_NONE);
  else if (delivery->progress == HS_DELIVERY_NONE)
    begin_afresh (delivery);
  else
    ask_printer (delivery);
  return G_SOURCE_REMOVE;
}

static void
note_most (HsPaper *paper, const HsId *printer)
{
  guint at_one = 0;

  for (guint i = 0; i < paper->deliveries->len; i++)
    {
      const Delivery *other = g_ptr_array_index (paper->deliveries, i);
      if (hs_id_equal (&other->printer, printer))
        at_one++;
    }
  paper->most = MAX (paper->most, paper->deliveries->len);
  paper->most_at_one = MAX (paper->most_at_one, at_one);
}

static gpointer
begin (gpointer data,
       const HsJob *job,
       HsDocumentSource *source,
       HsDeliveryNewsFunc func,
       gpointer user_data)
{
  Delivery *delivery = g_new0 (Delivery, 1);

  delivery->paper = data;
  delivery->job = job->id;
  delivery->printer = job->printer;
  delivery->changed = job->changed;
  delivery->progress = job->progress;
  delivery->printer_job_id = job->printer_job_id;
  delivery->source = source;
  delivery->document = g_string_new (NULL);
  delivery->func = func;
  delivery->user_data = user_data;
  delivery->idle = g_idle_add (on_begin, delivery);
  g_ptr_array_add (delivery->paper->deliveries, delivery);
  note_most (delivery->paper, &delivery->printer);
  return delivery;
}

static void
stop (gpointer data)
{
  Delivery *delivery = data;

  /* A document that is on its way is let through: the printer's end of it counts. */
  delivery->cancel_wanted = TRUE;
  if (delivery->last_told == HS_EVENT_SENT && delivery->paper->mood == HS_PAPER_SILENT
      && delivery->idle == 0 && !delivery->is_committing)
    delivery->idle = g_idle_add (on_go_on, delivery);
}

static void
free_delivery (gpointer data)
{
  Delivery *delivery = data;

  g_clear_handle_id (&delivery->idle, g_source_remove);
  if (delivery->queue != NULL)
    {
      hs_byte_queue_set_notify (delivery->queue, NULL, NULL);
      hs_byte_queue_close (delivery->queue);
      hs_byte_queue_unref (delivery->queue);
    }
  g_clear_pointer (&delivery->source, hs_document_source_unref);
  g_string_free (delivery->document, TRUE);
  g_ptr_array_remove (delivery->paper->deliveries, delivery);
  g_free (delivery);
}

static gboolean
knows_printer (gpointer data, const HsId *printer, gboolean *used_before)
{
  *used_before = printer->bytes[15] <= 5;
  return printer->bytes[0] == 0x50 && printer->bytes[15] >= 1 && printer->bytes[15] <= 9;
}

static void
get_abilities (gpointer data, const HsId *printer, HsPrintAbilities *abilities)
{
  *abilities = (HsPrintAbilities){ 0 };
  if (printer->bytes[15] <= 5)
    *abilities = (HsPrintAbilities){ .copies_max = 99,
                                     .sides = 1u << HS_SIDES_ONE | 1u << HS_SIDES_TWO_LONG,
                                     .monochrome = TRUE };
}

/* ── taking back ─────────────────────────────────────────────────────────────────────────── */

static gboolean
on_take_back_cut (GCancellable *cancellable, gpointer data)
{
  g_autoptr (GTask) task = data;

  g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

/* A silent printer says nothing of it either, until the agent stops. */
static void
take_back_async (gpointer data,
                 const HsJob *job,
                 GCancellable *cancellable,
                 GAsyncReadyCallback callback,
                 gpointer user_data)
{
  HsPaper *paper = data;
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GSource) cut = g_cancellable_source_new (cancellable);

  remember (paper, job->left_job_id == 7 ? "asked-back" : "asked-back-by-name", &job->id);
  if (paper->mood != HS_PAPER_SILENT)
    {
      remember (paper, "taken-back", &job->id);
      g_task_return_pointer (task, g_strdup ("The printer: taken back."), g_free);
      return;
    }
  g_source_set_callback (cut, G_SOURCE_FUNC (on_take_back_cut), g_steal_pointer (&task), NULL);
  g_source_attach (cut, NULL);
}

static char *
take_back_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

guint
hs_paper_count_asked_back (HsPaper *paper, const HsId *job)
{
  return count (paper, "asked-back", job);
}

guint
hs_paper_count_taken_back (HsPaper *paper, const HsId *job)
{
  return count (paper, "taken-back", job);
}

HsDeliverer
hs_paper_get_deliverer (HsPaper *paper)
{
  return (HsDeliverer){ .data = paper,
                        .knows_printer = knows_printer,
                        .get_abilities = get_abilities,
                        .begin = begin,
                        .committed = committed,
                        .stop = stop,
                        .free = free_delivery,
                        .take_back_async = take_back_async,
                        .take_back_finish = take_back_finish };
}

void
hs_paper_finish_silent (HsPaper *paper)
{
  paper->mood = HS_PAPER_WORKS;
  for (guint i = 0; i < paper->deliveries->len; i++)
    {
      Delivery *delivery = g_ptr_array_index (paper->deliveries, i);
      if (delivery->last_told == HS_EVENT_SENT && delivery->idle == 0 && !delivery->is_committing)
        delivery->idle = g_idle_add (on_go_on, delivery);
    }
}
