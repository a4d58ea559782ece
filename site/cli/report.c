/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* homespool-site report. Days begin at midnight of one time zone; the lines of a day are handed on
 * before the next day is looked at, so that years of jobs need no more memory than one day. */

#include "site/cli/report_lines.h"

#include "base/error.h"
#include "core/wire/json_strict.h"
#include "site/cli/days.h"

#include <string.h>

typedef enum
{
  PERIOD_ALL = 0,
  PERIOD_DAY,
  PERIOD_MONTH,
} Period;

typedef struct
{
  HsSite *site;
  GTimeZone *zone;
  Period period;
  HsStoreReportQuery query;
  HsId person;
  HsReportWriter *writer;
} Report;

/* ── the command line ────────────────────────────────────────────────────────────────────── */

static GTimeZone *
open_zone (const char *name, GError **error)
{
  GTimeZone *zone = name != NULL ? g_time_zone_new_identifier (name) : g_time_zone_new_local ();

  if (zone == NULL)
    g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                 "--time-zone is a name like Europe/Berlin or UTC, as timedatectl list-timezones "
                 "shows them");
  return zone;
}

/* An empty report would look like one of a time in which nobody printed. */
static gboolean
check_order (gint64 from_us, gint64 to_us, GError **error)
{
  if (from_us < to_us)
    return TRUE;
  g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
               "--to is the first day that is not counted, so it comes after --from");
  return FALSE;
}

static gboolean
read_by (const char *text, Report *report, GError **error)
{
  g_auto (GStrv) words = g_strsplit (text != NULL ? text : "day,person,printer", ",", -1);

  for (char **word = words; *word != NULL || word == words; word++)
    {
      const char *is = *word != NULL ? *word : "";
      gboolean is_day = g_str_equal (is, "day");
      gboolean is_month = g_str_equal (is, "month");
      gboolean is_person = g_str_equal (is, "person");
      gboolean is_known = is_day || is_month || is_person || g_str_equal (is, "printer");
      if (!is_known || ((is_day || is_month) && report->period != PERIOD_ALL))
        {
          g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                       "--by is a list of day or month, person and printer, like month,person");
          return FALSE;
        }
      if (is_day || is_month)
        report->period = is_day ? PERIOD_DAY : PERIOD_MONTH;
      else if (is_person)
        report->query.by_person = TRUE;
      else
        report->query.by_printer = TRUE;
    }
  return TRUE;
}

static gboolean
read_kind (const char *text, HsReportKind *kind, GError **error)
{
  if (text == NULL)
    return TRUE;
  if (g_str_equal (text, "released"))
    *kind = HS_REPORT_RELEASED;
  else if (g_str_equal (text, "local"))
    *kind = HS_REPORT_LOCAL;
  else
    {
      g_set_error (
          error, HS_ERROR, HS_ERROR_INVALID,
          "--kind is released (documents that waited here) or local (printed past us, on a "
          "workstation's own printer)");
      return FALSE;
    }
  return TRUE;
}

/* "" is nobody. */
static gboolean
find_person (Report *report, const char *name, GError **error)
{
  if (name == NULL)
    return TRUE;
  report->query.person = &report->person;
  if (*name == '\0')
    return TRUE;
  g_autoptr (HsStoreUser) user = hs_store_get_user_by_name (report->site->store, name, error);
  if (user == NULL)
    return FALSE;
  report->person = user->identity;
  return TRUE;
}

/* ── walking ─────────────────────────────────────────────────────────────────────────────── */

/* The day or month in which @at_us lies: its name, and where it ends. */
static char *
dup_period (const Report *report, gint64 at_us, gint64 *begin_us, gint64 *end_us)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (at_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) moment = g_date_time_to_timezone (utc, report->zone);
  gboolean is_day = report->period == PERIOD_DAY;
  /* Counted without clocks. */
  g_autoptr (GDateTime) begin
      = g_date_time_new_utc (g_date_time_get_year (moment), g_date_time_get_month (moment),
                             is_day ? g_date_time_get_day_of_month (moment) : 1, 0, 0, 0);
  g_autoptr (GDateTime) end
      = is_day ? g_date_time_add_days (begin, 1) : g_date_time_add_months (begin, 1);

  *begin_us = MIN (hs_cli_begin_of_day (report->zone, begin), at_us);
  *end_us = MAX (hs_cli_begin_of_day (report->zone, end), at_us + 1);
  return g_date_time_format (moment, is_day ? "%Y-%m-%d" : "%Y-%m");
}

static gboolean
walk_period (Report *report, const char *name, gint64 from_us, gint64 to_us, GError **error)
{
  HsStoreReportQuery query = report->query;

  query.from_us = from_us;
  query.to_us = to_us;
  hs_report_writer_set_period (report->writer, name);
  return hs_store_walk_report (report->site->store, &query, hs_report_writer_take, report->writer,
                               error);
}

static gboolean
walk (Report *report, GError **error)
{
  gint64 from_us = report->query.from_us;
  gint64 first_us = 0;

  if (report->period == PERIOD_ALL)
    return walk_period (report, NULL, from_us, report->query.to_us, error);
  while (TRUE)
    {
      gint64 begin_us = 0;
      gint64 end_us = 0;
      if (!hs_store_find_first_report (report->site->store, from_us, report->query.to_us, &first_us,
                                       error))
        return FALSE;
      if (first_us == 0)
        return TRUE;
      g_autofree char *name = dup_period (report, first_us, &begin_us, &end_us);
      end_us = MIN (end_us, report->query.to_us);
      if (!walk_period (report, name, MAX (begin_us, from_us), end_us, error))
        return FALSE;
      from_us = end_us;
    }
}

/* One look at one moment, so that what is measured for a table is what is written into it. */
static gboolean
run (Report *report, HsCli *cli, GError **error)
{
  if (!hs_store_begin_look (report->site->store, error))
    return FALSE;
  gboolean ok = !hs_report_writer_wants_widths (report->writer) || walk (report, error);
  if (ok)
    {
      hs_report_writer_begin (report->writer, g_time_zone_get_identifier (report->zone), cli->from,
                              cli->to);
      ok = walk (report, error);
    }
  hs_store_roll_back (report->site->store);
  return ok;
}

static HsReportFormat
choose_format (const HsCli *cli)
{
  return cli->json ? HS_REPORT_JSON : cli->csv ? HS_REPORT_CSV : HS_REPORT_TABLE;
}

static gboolean
report_jobs (HsCli *cli, GError **error)
{
  g_autoptr (HsSite) site = NULL;
  g_autoptr (GTimeZone) zone = open_zone (cli->time_zone, error);
  Report report = { .zone = zone };

  report.query.to_us = G_MAXINT64;
  report.query.printer = cli->printer;
  if (zone == NULL || !hs_cli_read_day (cli->from, "--from", zone, &report.query.from_us, error)
      || !hs_cli_read_day (cli->to, "--to", zone, &report.query.to_us, error)
      || !check_order (report.query.from_us, report.query.to_us, error)
      || !read_by (cli->by, &report, error) || !read_kind (cli->kind, &report.query.kind, error)
      || (site = report.site = hs_cli_open (cli, error)) == NULL
      || !find_person (&report, cli->person, error))
    return FALSE;
  g_autoptr (HsCliOutput) output = hs_cli_output_open (cli, error);
  if (output == NULL)
    return FALSE;
  HsReportShape shape = { .format = choose_format (cli),
                          .period = report.period == PERIOD_DAY     ? "day"
                                    : report.period == PERIOD_MONTH ? "month"
                                                                    : NULL,
                          .by_person = report.query.by_person,
                          .by_printer = report.query.by_printer };
  g_autoptr (HsReportWriter) writer = report.writer = hs_report_writer_new (output, &shape);
  if (!run (&report, cli, error))
    return FALSE;
  hs_report_writer_end (writer);
  return hs_cli_output_finish (output, error);
}

/* ── sign-ins ────────────────────────────────────────────────────────────────────────────── */

/* Counts without names: how many tried, and how many were let in. */
static char *
format_sign_ins (const GPtrArray *lines, gboolean json)
{
  g_autoptr (json_t) list = json_array ();
  g_autoptr (GString) csv = g_string_new ("day,method,tries,accepted,failed\r\n");

  for (guint i = 0; i < lines->len; i++)
    {
      const HsStoreSignIns *line = g_ptr_array_index (lines, i);
      json_t *object = json_object ();
      hs_json_set_text (object, "day", line->day, 16);
      hs_json_set_text (object, "method", line->method, 16);
      hs_json_set_integer (object, "tries", (gint64)line->tries);
      hs_json_set_integer (object, "accepted", (gint64)line->accepted);
      json_array_append_new (list, object);
      g_string_append_printf (
          csv, "%s,%s,%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT "\r\n",
          line->day, line->method, line->tries, line->accepted, line->tries - line->accepted);
    }
  if (!json)
    return g_string_free (g_steal_pointer (&csv), FALSE);
  g_autofree char *text = hs_json_encode (list);
  return g_strconcat (text, "\n", NULL);
}

static gboolean
report_sign_ins (HsCli *cli, GError **error)
{
  gint64 from_us = 0;
  gint64 to_us = G_MAXINT64;

  if (cli->time_zone != NULL || cli->by != NULL || cli->kind != NULL || cli->person != NULL
      || cli->printer != NULL)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                   "sign-ins are counted per day in UTC and method, without names: only --from, "
                   "--to, --csv and --json go with --sign-ins");
      return FALSE;
    }
  if ((cli->from != NULL && !hs_cli_parse_day (cli->from, "--from", &from_us, error))
      || (cli->to != NULL && !hs_cli_parse_day (cli->to, "--to", &to_us, error))
      || !check_order (from_us, to_us, error))
    return FALSE;
  g_autoptr (HsSite) site = hs_cli_open (cli, error);
  g_autoptr (GPtrArray) lines
      = site != NULL ? hs_store_list_sign_ins (site->store, from_us, to_us, error) : NULL;
  if (lines == NULL)
    return FALSE;
  g_autofree char *text = format_sign_ins (lines, cli->json);
  return hs_cli_write (cli, text, error);
}

gboolean
hs_cli_report (HsCli *cli, GError **error)
{
  if (cli->json && cli->csv)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "give --csv or --json, not both");
      return FALSE;
    }
  return cli->sign_ins ? report_sign_ins (cli, error) : report_jobs (cli, error);
}
