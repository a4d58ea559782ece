/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The story of one job. In the ledger it is text, "time event state reasons printer remark" with
 * tabs between: readable with the sqlite3 shell when nothing else works any more, and independent
 * of the order of our enums. */

#include "engine/trace.h"

#include <string.h>

#define FIELDS 6

typedef struct
{
  HsTraceLine line;
  char *remark; /* owned; line.remark points to it */
} Entry;

struct HsTrace
{
  GPtrArray *entries; /* of Entry */
  guint left_out;     /* lines dropped between the head and the rest */
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->remark);
  g_free (entry);
}

HsTrace *
hs_trace_new (void)
{
  HsTrace *trace = g_new0 (HsTrace, 1);

  trace->entries = g_ptr_array_new_with_free_func (entry_free);
  return trace;
}

static char *
remark_dup (const char *remark)
{
  char *copy = NULL;

  if (remark == NULL)
    return g_strdup ("");
  if (strlen (remark) <= HS_TRACE_REMARK_BYTES)
    copy = g_utf8_make_valid (remark, -1);
  else
    {
      g_autofree char *valid = g_utf8_make_valid (remark, HS_TRACE_REMARK_BYTES);
      copy = g_steal_pointer (&valid);
    }
  g_strdelimit (copy, "\t\n\r", ' ');
  return copy;
}

static void
append (HsTrace *trace, const HsTraceLine *line)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->line = *line;
  entry->remark = remark_dup (line->remark);
  entry->line.remark = entry->remark;
  g_ptr_array_add (trace->entries, entry);
}

HsTrace *
hs_trace_copy (const HsTrace *trace)
{
  HsTrace *copy = hs_trace_new ();

  for (guint i = 0; i < trace->entries->len; i++)
    append (copy, &((Entry *)g_ptr_array_index (trace->entries, i))->line);
  copy->left_out = trace->left_out;
  return copy;
}

void
hs_trace_free (HsTrace *trace)
{
  if (trace == NULL)
    return;
  g_ptr_array_unref (trace->entries);
  g_free (trace);
}

/* The oldest line behind the head makes room; the first line behind the head says how many went. */
static void
leave_one_out (HsTrace *trace)
{
  Entry *mark = NULL;

  if (trace->left_out == 0)
    trace->left_out++; /* the mark itself takes a place */
  trace->left_out++;
  g_ptr_array_remove_index (trace->entries, HS_TRACE_HEAD_LINES);
  mark = g_ptr_array_index (trace->entries, HS_TRACE_HEAD_LINES);
  g_free (mark->remark);
  mark->remark = g_strdup_printf ("%u lines left out", trace->left_out);
  mark->line.event = HS_EVENT_NONE;
  mark->line.printer = (HsId){ 0 };
  mark->line.remark = mark->remark;
}

void
hs_trace_add (HsTrace *trace, const HsTraceLine *line)
{
  append (trace, line);
  if (trace->entries->len > HS_TRACE_LINES)
    leave_one_out (trace);
}

guint
hs_trace_get_length (const HsTrace *trace)
{
  return trace->entries->len;
}

HsTraceLine
hs_trace_get_line (const HsTrace *trace, guint index)
{
  g_return_val_if_fail (index < trace->entries->len, (HsTraceLine){ .remark = "" });
  return ((Entry *)g_ptr_array_index (trace->entries, index))->line;
}

GBytes *
hs_trace_encode (const HsTrace *trace)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%u\n", trace->left_out);
  for (guint i = 0; i < trace->entries->len; i++)
    {
      const HsTraceLine *line = &((Entry *)g_ptr_array_index (trace->entries, i))->line;
      g_autofree const char **reasons = hs_job_reasons_dup_keywords (line->reasons);
      g_autofree char *list = g_strjoinv (",", (char **)reasons);
      char printer[HS_ID_TEXT_BYTES];

      g_string_append_printf (text, "%" G_GINT64_FORMAT "\t%s\t%s\t%s\t%s\t%s\n", line->at_us,
                              hs_job_event_to_keyword (line->event),
                              hs_job_state_to_keyword (line->state), list,
                              hs_id_format (&line->printer, printer), line->remark);
    }
  return g_string_free_to_bytes (text);
}

static HsJobEvent
event_from_keyword (const char *keyword)
{
  for (guint event = 0; event < HS_EVENT_N_EVENTS; event++)
    if (g_strcmp0 (hs_job_event_to_keyword ((HsJobEvent)event), keyword) == 0)
      return (HsJobEvent)event;
  return HS_EVENT_NONE;
}

static gboolean
line_decode (const char *text, HsTraceLine *line, char **remark)
{
  g_auto (GStrv) fields = g_strsplit (text, "\t", FIELDS);
  g_auto (GStrv) reasons = NULL;

  if (g_strv_length (fields) != FIELDS)
    return FALSE;
  *line = (HsTraceLine){ 0 };
  line->at_us = g_ascii_strtoll (fields[0], NULL, 10);
  line->event = event_from_keyword (fields[1]);
  line->state = hs_job_state_from_keyword (fields[2]);
  reasons = g_strsplit (fields[3], ",", -1);
  for (char **keyword = reasons; *keyword != NULL; keyword++)
    line->reasons |= hs_job_reason_from_keyword (*keyword);
  if (!hs_id_parse (fields[4], &line->printer))
    return FALSE;
  *remark = g_strdup (fields[5]);
  return TRUE;
}

HsTrace *
hs_trace_decode (GBytes *bytes)
{
  HsTrace *trace = hs_trace_new ();
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (bytes == NULL)
    return trace;
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  lines = g_strsplit (text, "\n", HS_TRACE_LINES + 2);
  if (lines[0] == NULL)
    return trace;
  trace->left_out = (guint)g_ascii_strtoull (lines[0], NULL, 10);
  for (char **each = lines + 1; *each != NULL && trace->entries->len < HS_TRACE_LINES; each++)
    {
      HsTraceLine line;
      g_autofree char *remark = NULL;

      if (!line_decode (*each, &line, &remark))
        continue;
      line.remark = remark;
      append (trace, &line);
    }
  return trace;
}
