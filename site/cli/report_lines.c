/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The lines of a report. Each becomes a row of cells, the same for every format. */

#include "site/cli/report_lines.h"

#include "base/safe_text.h"
#include "core/wire/json_strict.h"

#include <string.h>

#define MAX_CELLS 16
#define MAX_TEXT_BYTES 256

typedef struct
{
  const char *name;  /* in CSV and JSON */
  const char *title; /* in a table */
  gboolean is_number;
  const char *text; /* NULL: none */
  guint64 number;
} Cell;

typedef struct
{
  Cell cells[MAX_CELLS];
  gsize n_cells;
} Row;

struct HsReportWriter
{
  HsCliOutput *output;
  HsReportShape shape;
  const char *period;
  gboolean has_begun;
  guint64 n_lines;
  HsStoreReportLine sums;
  int widths[MAX_CELLS];
};

static void
add_text (Row *row, const char *name, const char *title, const char *text)
{
  row->cells[row->n_cells++] = (Cell){ .name = name, .title = title, .text = text };
}

static void
add_number (Row *row, const char *name, const char *title, guint64 number)
{
  row->cells[row->n_cells++]
      = (Cell){ .name = name, .title = title, .is_number = TRUE, .number = number };
}

static const char *
name_colour (HsColour colour)
{
  switch (colour)
    {
    case HS_COLOUR_COLOUR:
      return "yes";
    case HS_COLOUR_MONOCHROME:
      return "no";
    case HS_COLOUR_UNKNOWN:
      return "unknown";
    }
  return "";
}

static const char *
name_owner (const HsStoreReportLine *line)
{
  if (line->is_claimed)
    return "claimed";
  return *line->person != '\0' ? "proven" : "";
}

static guint64
percent (guint64 part, guint64 whole)
{
  return whole > 0 ? (100 * part + whole / 2) / whole : 0;
}

/* @line NULL: a row of titles only. */
static void
make_row (const HsReportShape *shape, const char *period, const HsStoreReportLine *line, Row *row)
{
  static const HsStoreReportLine empty = { .person = "", .printer = "" };
  const HsStoreReportLine *of = line != NULL ? line : &empty;

  row->n_cells = 0;
  if (shape->period != NULL)
    add_text (row, shape->period, shape->period, period != NULL ? period : "");
  if (shape->by_person)
    add_text (row, "person", "person", of->person);
  if (shape->by_printer)
    add_text (row, "printer", "printer", of->printer);
  add_text (row, "kind", "kind", of->is_local ? "local" : "released");
  if (shape->by_person)
    add_text (row, "owner", "owner", name_owner (of));
  add_text (row, "colour", "colour", name_colour (of->colour));
  add_number (row, "jobs", "jobs", of->jobs);
  add_number (row, "impressions", "impressions", of->impressions);
  add_number (row, "sheets", "sheets", of->sheets);
  add_number (row, "jobs_without_counts", "uncounted", of->uncounted);
  add_number (row, "offline_jobs", "offline", of->offline_jobs);
  add_number (row, "offline_impressions", "offline impressions", of->offline_impressions);
  add_number (row, "offline_percent", "offline %", percent (of->offline_jobs, of->jobs));
  if (shape->by_person)
    add_text (row, "released_by", "released by", of->by != NULL ? of->by : "");
}

HsReportWriter *
hs_report_writer_new (HsCliOutput *output, const HsReportShape *shape)
{
  HsReportWriter *writer = g_new0 (HsReportWriter, 1);
  Row row;

  writer->output = output;
  writer->shape = *shape;
  writer->sums.person = writer->sums.printer = "";
  make_row (shape, NULL, NULL, &row);
  for (gsize i = 0; i < row.n_cells; i++)
    writer->widths[i] = (int)g_utf8_strlen (row.cells[i].title, -1);
  writer->has_begun = shape->format != HS_REPORT_TABLE;
  return writer;
}

void
hs_report_writer_free (HsReportWriter *writer)
{
  g_free (writer);
}

gboolean
hs_report_writer_wants_widths (const HsReportWriter *writer)
{
  return writer->shape.format == HS_REPORT_TABLE;
}

void
hs_report_writer_set_period (HsReportWriter *writer, const char *name)
{
  writer->period = name;
}

/* ── table ───────────────────────────────────────────────────────────────────────────────── */

static char *
dup_shown (const Cell *cell)
{
  return hs_safe_text_dup (cell->is_number ? "" : cell->text);
}

static void
measure (HsReportWriter *writer, const Row *row)
{
  for (gsize i = 0; i < row->n_cells; i++)
    {
      g_autofree char *digits = g_strdup_printf ("%" G_GUINT64_FORMAT, row->cells[i].number);
      g_autofree char *safe = dup_shown (&row->cells[i]);
      const char *text = row->cells[i].is_number ? digits : safe;
      writer->widths[i] = MAX (writer->widths[i], (int)g_utf8_strlen (text, -1));
    }
}

/* @text is padded by characters, which is what people count. */
static void
write_padded (HsReportWriter *writer, const char *text, int width, gboolean is_right)
{
  int missing = width - (int)g_utf8_strlen (text, -1);
  g_autofree char *spaces = g_strnfill ((gsize)MAX (missing, 0), ' ');

  hs_cli_output_text (writer->output, is_right ? spaces : text);
  hs_cli_output_text (writer->output, is_right ? text : spaces);
}

static void
write_table_row (HsReportWriter *writer, const Row *row, gboolean is_head)
{
  for (gsize i = 0; i < row->n_cells; i++)
    {
      const Cell *cell = &row->cells[i];
      g_autofree char *digits = g_strdup_printf ("%" G_GUINT64_FORMAT, cell->number);
      g_autofree char *safe = dup_shown (cell);
      const char *text = is_head ? cell->title : cell->is_number ? digits : safe;
      if (i > 0)
        hs_cli_output_text (writer->output, "  ");
      /* Nothing is written behind the last word of a line. */
      write_padded (writer, text, i + 1 == row->n_cells && !cell->is_number ? 0 : writer->widths[i],
                    cell->is_number);
    }
  hs_cli_output_text (writer->output, "\n");
}

static void
add_to_sums (HsStoreReportLine *sums, const HsStoreReportLine *line)
{
  sums->jobs += line->jobs;
  sums->impressions += line->impressions;
  sums->sheets += line->sheets;
  sums->uncounted += line->uncounted;
  sums->offline_jobs += line->offline_jobs;
  sums->offline_impressions += line->offline_impressions;
}

/* The first word says what it is; sums have no kind or colour. */
static void
make_sums (const HsReportWriter *writer, Row *row)
{
  make_row (&writer->shape, "", &writer->sums, row);
  for (gsize i = 0; i < row->n_cells; i++)
    if (!row->cells[i].is_number)
      row->cells[i].text = i == 0 ? "all" : "";
}

/* ── CSV and JSON ────────────────────────────────────────────────────────────────────────── */

static void
write_csv_row (HsReportWriter *writer, const Row *row, gboolean is_head)
{
  for (gsize i = 0; i < row->n_cells; i++)
    {
      const Cell *cell = &row->cells[i];
      if (i > 0)
        hs_cli_output_text (writer->output, ",");
      if (is_head)
        hs_cli_output_text (writer->output, cell->name);
      else if (cell->is_number)
        hs_cli_output_number (writer->output, cell->number);
      else
        hs_cli_output_csv (writer->output, cell->text);
    }
  hs_cli_output_text (writer->output, "\r\n");
}

static void
write_json_row (HsReportWriter *writer, const Row *row)
{
  g_autoptr (json_t) object = json_object ();

  for (gsize i = 0; i < row->n_cells; i++)
    if (row->cells[i].is_number)
      hs_json_set_integer (object, row->cells[i].name, (gint64)row->cells[i].number);
    else
      hs_json_set_text (object, row->cells[i].name, row->cells[i].text, MAX_TEXT_BYTES);
  hs_cli_output_text (writer->output, writer->n_lines > 0 ? ",\n" : "\n");
  hs_cli_output_json (writer->output, object);
}

static void
write_json_head (HsReportWriter *writer, const char *time_zone, const char *from, const char *to)
{
  g_autoptr (json_t) zone = json_string (time_zone);
  g_autoptr (json_t) first = from != NULL ? json_string (from) : json_null ();
  g_autoptr (json_t) after = to != NULL ? json_string (to) : json_null ();
  g_autoptr (json_t) head = json_pack ("{sssOsOsO}", "schema", "homespool-report/1", "time_zone",
                                       zone, "from", first, "to", after);
  g_autofree char *text = hs_json_encode (head);

  /* The lines follow as one more member, before the brace that closes the head. */
  text[strlen (text) - 1] = '\0';
  hs_cli_output_text (writer->output, text);
  hs_cli_output_text (writer->output, ",\"lines\":[");
}

/* ── all of them ─────────────────────────────────────────────────────────────────────────── */

void
hs_report_writer_begin (HsReportWriter *writer,
                        const char *time_zone,
                        const char *from,
                        const char *to)
{
  Row row;

  make_row (&writer->shape, NULL, NULL, &row);
  writer->has_begun = TRUE;
  switch (writer->shape.format)
    {
    case HS_REPORT_TABLE:
      write_table_row (writer, &row, TRUE);
      break;
    case HS_REPORT_CSV:
      write_csv_row (writer, &row, TRUE);
      break;
    case HS_REPORT_JSON:
      write_json_head (writer, time_zone, from, to);
      break;
    }
}

gboolean
hs_report_writer_take (const HsStoreReportLine *line, gpointer data, GError **error)
{
  HsReportWriter *writer = data;
  Row row;

  make_row (&writer->shape, writer->period, line, &row);
  if (!writer->has_begun)
    {
      /* The sums are the widest numbers. */
      add_to_sums (&writer->sums, line);
      measure (writer, &row);
      make_sums (writer, &row);
      measure (writer, &row);
      return TRUE;
    }
  switch (writer->shape.format)
    {
    case HS_REPORT_TABLE:
      write_table_row (writer, &row, FALSE);
      break;
    case HS_REPORT_CSV:
      write_csv_row (writer, &row, FALSE);
      break;
    case HS_REPORT_JSON:
      write_json_row (writer, &row);
      break;
    }
  writer->n_lines++;
  return TRUE;
}

void
hs_report_writer_end (HsReportWriter *writer)
{
  Row row;

  if (writer->shape.format == HS_REPORT_TABLE)
    {
      make_sums (writer, &row);
      write_table_row (writer, &row, FALSE);
    }
  if (writer->shape.format == HS_REPORT_JSON)
    hs_cli_output_text (writer->output, "\n]}\n");
}
