/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* homespool-site user, erase, report. */

#include "site/cli/cli.h"

#include "base/error.h"
#include "core/wire/json_strict.h"
#include "crypto/random.h"
#include "site/people/password.h"
#include "site/people/seats.h"
#include "site/people/sign_in.h"

/* ── user ────────────────────────────────────────────────────────────────────────────────── */

static gboolean
add_user (HsSite *site, HsCli *cli, gboolean *scrub, GError **error)
{
  const char *name = hs_cli_need (cli->names, "--name NAME", error);
  HsStoreUser user = { .created_us = g_get_real_time () };

  if (name == NULL || !hs_site_derive_identity (site, name, &user.identity, error))
    return FALSE;
  if (cli->guest != (cli->until != NULL))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                   "a guest needs --guest and --until, for example --guest --until 2d");
      return FALSE;
    }
  if (cli->until != NULL
      && !hs_cli_parse_until (cli->until, user.created_us, &user.guest_until_us, error))
    return FALSE;
  g_autofree char *verifier = hs_password_make_verifier (cli->secret, error);
  if (verifier == NULL)
    return FALSE;
  user.name = (char *)name;
  user.display_name = cli->display_name != NULL ? cli->display_name : (char *)name;
  user.verifier = verifier;
  return hs_store_add_user (site->store, &user, error);
}

gboolean
hs_cli_user_add (HsCli *cli, GError **error)
{
  if (!hs_cli_read_secret (cli, cli->password_file, "--password-file", "Password: ", error)
      || !hs_cli_change (cli, add_user, error))
    return FALSE;
  g_print ("Added. The person can sign in on the release page now.\n");
  return TRUE;
}

static gboolean
set_password (HsSite *site, HsCli *cli, gboolean *scrub, GError **error)
{
  const char *name = hs_cli_need (cli->names, "--name NAME", error);
  g_autoptr (HsStoreUser) user = NULL;

  if (name == NULL || (user = hs_store_get_user_by_name (site->store, name, error)) == NULL
      || !hs_cli_refuse_directory (user, error))
    return FALSE;
  g_autofree char *verifier = hs_password_make_verifier (cli->secret, error);
  return verifier != NULL && hs_store_set_verifier (site->store, &user->identity, verifier, error)
         && hs_sign_in_end_sessions (site, &user->identity, g_get_real_time (), error);
}

gboolean
hs_cli_user_passwd (HsCli *cli, GError **error)
{
  if (!hs_cli_read_secret (cli, cli->password_file, "--password-file", "New password: ", error)
      || !hs_cli_change (cli, set_password, error))
    return FALSE;
  g_print ("The password is set, and all sessions of this person are ended.\n");
  return TRUE;
}

/* ── erase ───────────────────────────────────────────────────────────────────────────────── */

/* Asks the workstations to delete what waits there for the person. */
static gboolean
cancel_jobs (HsSite *site, const HsId *identity, guint *count, GError **error)
{
  gint64 now_us = g_get_real_time ();
  g_autoptr (GPtrArray) jobs
      = hs_store_list_jobs (site->store, identity, now_us, G_MAXINT32, error);

  *count = 0;
  if (jobs == NULL)
    return FALSE;
  for (guint i = 0; i < jobs->len; i++)
    {
      const HsStoreJob *job = g_ptr_array_index (jobs, i);
      HsStoreCommand command = { .device = job->device,
                                 .kind = HS_COMMAND_KIND_CANCEL,
                                 .job = job->announce.job,
                                 .asked_us = now_us };
      if (hs_job_state_is_final (job->state))
        continue;
      if (!hs_random_id (&command.id, error)
          || !hs_store_add_command (site->store, &command, error))
        return FALSE;
      (*count)++;
    }
  return TRUE;
}

static gboolean
erase_user (HsSite *site, HsCli *cli, gboolean *scrub, GError **error)
{
  const char *name = hs_cli_need (cli->names, "--name NAME", error);
  g_autoptr (HsStoreUser) user
      = name != NULL ? hs_store_get_user_by_name (site->store, name, error) : NULL;
  guint cancelled = 0;
  guint ended = 0;

  if (user == NULL || !cancel_jobs (site, &user->identity, &cancelled, error)
      || !hs_sign_in_end_sessions (site, &user->identity, g_get_real_time (), error)
      || !hs_seats_end (site, &user->identity, NULL, &ended, error)
      || !hs_store_remove_user (site->store, &user->identity, error))
    return FALSE;
  *scrub = TRUE;
  g_print ("The person's name, password, PIN, cards and sessions are erased.\n"
           "%u documents are being deleted from workstations, as soon as each is reachable.\n"
           "Reports keep the counts under a number that no longer leads to the name.\n"
           "A document sealed to the person's own key stays readable with that key until its "
           "workstation has deleted it.\n",
           cancelled);
  return TRUE;
}

static gboolean
erase_before (HsSite *site, HsCli *cli, gboolean *scrub, GError **error)
{
  gint64 before_us = 0;
  guint64 rows = 0;

  if (!hs_cli_parse_day (cli->before, "--before", &before_us, error)
      || !hs_store_forget_before (site->store, before_us, &rows, error))
    return FALSE;
  *scrub = TRUE;
  g_print ("%" G_GUINT64_FORMAT " records, reports and finished documents older than %s are "
           "erased.\n",
           rows, cli->before);
  return TRUE;
}

gboolean
hs_cli_erase (HsCli *cli, GError **error)
{
  if ((cli->before != NULL) == (cli->names != NULL))
    {
      g_set_error (
          error, HS_ERROR, HS_ERROR_INVALID,
          "say what to erase: --name NAME (a person) or --before 2026-01-01 (old records)");
      return FALSE;
    }
  return hs_cli_change (cli, cli->before != NULL ? erase_before : erase_user, error);
}

/* ── report ──────────────────────────────────────────────────────────────────────────────── */

/* RFC 4180; a leading sign that a spreadsheet would take for a formula gets a quote before it. */
static void
append_csv (GString *text, const char *value)
{
  g_string_append_c (text, '"');
  if (*value != '\0' && strchr ("=+-@\t\r", *value) != NULL)
    g_string_append_c (text, '\'');
  for (; *value != '\0'; value++)
    {
      if (*value == '"')
        g_string_append_c (text, '"');
      g_string_append_c (text, *value);
    }
  g_string_append (text, "\",");
}

static char *
format_csv (const GPtrArray *lines)
{
  GString *text
      = g_string_new ("day,person,printer,colour,jobs,impressions,sheets,jobs_without_counts,"
                      "released_by\r\n");

  for (guint i = 0; i < lines->len; i++)
    {
      const HsStoreReportLine *line = g_ptr_array_index (lines, i);
      append_csv (text, line->day);
      append_csv (text, line->person);
      append_csv (text, line->printer);
      g_string_append_printf (text,
                              "%s,%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT
                              ",%" G_GUINT64_FORMAT ",",
                              line->colour ? "yes" : "no", line->jobs, line->impressions,
                              line->sheets, line->uncounted);
      append_csv (text, line->by != NULL ? line->by : "");
      /* The last column has no comma behind it. */
      g_string_truncate (text, text->len - 1);
      g_string_append (text, "\r\n");
    }
  return g_string_free (text, FALSE);
}

static char *
format_json (const GPtrArray *lines)
{
  g_autoptr (json_t) list = json_array ();

  for (guint i = 0; i < lines->len; i++)
    {
      const HsStoreReportLine *line = g_ptr_array_index (lines, i);
      json_t *object = json_object ();
      hs_json_set_text (object, "day", line->day, 16);
      hs_json_set_text (object, "person", line->person, 256);
      hs_json_set_text (object, "released_by", line->by, 256);
      hs_json_set_text (object, "printer", line->printer, 256);
      hs_json_set_boolean (object, "colour", line->colour);
      hs_json_set_integer (object, "jobs", (gint64)line->jobs);
      hs_json_set_integer (object, "impressions", (gint64)line->impressions);
      hs_json_set_integer (object, "sheets", (gint64)line->sheets);
      hs_json_set_integer (object, "jobs_without_counts", (gint64)line->uncounted);
      json_array_append_new (list, object);
    }
  g_autofree char *text = hs_json_encode (list);
  return g_strconcat (text, "\n", NULL);
}

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

gboolean
hs_cli_report (HsCli *cli, GError **error)
{
  gint64 from_us = 0;
  gint64 to_us = G_MAXINT64;

  if ((cli->from != NULL && !hs_cli_parse_day (cli->from, "--from", &from_us, error))
      || (cli->to != NULL && !hs_cli_parse_day (cli->to, "--to", &to_us, error)))
    return FALSE;
  g_autoptr (HsSite) site = hs_cli_open (cli, error);
  if (site == NULL)
    return FALSE;
  g_autoptr (GPtrArray) lines = cli->sign_ins
                                    ? hs_store_list_sign_ins (site->store, from_us, to_us, error)
                                    : hs_store_list_report (site->store, from_us, to_us, error);
  if (lines == NULL)
    return FALSE;
  g_autofree char *text = cli->sign_ins ? format_sign_ins (lines, cli->json)
                          : cli->json   ? format_json (lines)
                                        : format_csv (lines);
  return hs_cli_write (cli, text, error);
}
