/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* delegate: let somebody else release one's jobs, see what was given, take it back. */

#include "cli/command.h"

#include "base/error.h"
#include "cli/find.h"
#include "cli/output.h"
#include "core/wire/delegation.h"
#include "platform/terminal.h"

#include <stdio.h>
#include <string.h>

#define DEFAULT_US (2 * G_TIME_SPAN_DAY)

/* "2d" or "8h" from now. NULL @text: two days. */
static gboolean
parse_until (const char *text, gint64 *until_us, GError **error)
{
  gsize length = text != NULL ? strlen (text) : 0;
  gint64 unit_us = length < 2                ? 0
                   : text[length - 1] == 'd' ? G_TIME_SPAN_DAY
                   : text[length - 1] == 'h' ? G_TIME_SPAN_HOUR
                                             : 0;
  g_autofree char *digits = unit_us != 0 ? g_strndup (text, length - 1) : NULL;
  guint64 count = 0;

  *until_us = g_get_real_time () + DEFAULT_US;
  if (text == NULL)
    return TRUE;
  if (digits != NULL && g_ascii_string_to_unsigned (digits, 10, 1, 9000, &count, NULL))
    {
      *until_us = g_get_real_time () + (gint64)count * unit_us;
      return TRUE;
    }
  g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID,
                       "--until is a time from now like 2d or 8h.");
  return FALSE;
}

/* @typed NULL: all jobs. */
static HsExitCode
give (HsCommandCall *call, const char *to, const char *typed, gint64 until_us)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsControlJob) job = typed != NULL ? hs_find_job (call->client, typed, &error) : NULL;
  g_autoptr (json_t) body = json_object ();
  g_autofree char *name = NULL;

  if (typed != NULL && job == NULL)
    return hs_command_fail (call, error);
  hs_json_set_text (body, "delegate", to, HS_DELEGATION_MAX_NAME_BYTES);
  hs_json_set_lines (body, "job", job != NULL ? job->id : NULL);
  hs_json_set_integer (body, "expires_us", until_us);
  g_autoptr (json_t) reply = hs_client_post (call->client, "/v1/delegations", body, &error);
  if (reply == NULL
      || !hs_json_get_text (reply, "name", HS_DELEGATION_MAX_NAME_BYTES, &name, &error))
    return hs_command_fail (call, error);
  if (call->json)
    {
      hs_command_print_json (reply);
      return HS_EXIT_OK;
    }
  g_autofree char *safe = hs_output_dup_safe (name);
  g_autofree char *until = hs_output_dup_time (until_us, g_get_real_time ());
  printf (
      "%s may release %s until %s, on the release page. `homespool delegate --list` shows it.\n",
      safe, job != NULL ? hs_output_job_handle (job) : "your jobs", until);
  return HS_EXIT_OK;
}

static HsExitCode
list (HsCommandCall *call)
{
  const char *const titles[] = { "TO", "NAME", "JOB", "UNTIL", "ID", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (HsTable) table = hs_table_new (titles, 1);
  g_autoptr (json_t) reply
      = hs_client_call (call->client, "GET", "/v1/delegations", NULL, NULL, &error);

  if (reply == NULL)
    return hs_command_fail (call, error);
  if (call->json)
    {
      hs_command_print_json (reply);
      return HS_EXIT_OK;
    }
  g_autofree char *text = hs_json_encode (reply);
  g_autoptr (GPtrArray) given = hs_delegations_decode (text, strlen (text), &error);
  if (given == NULL)
    return hs_command_fail (call, error);
  if (given->len == 0)
    {
      puts ("Nobody else may release your jobs.");
      return HS_EXIT_OK;
    }
  for (guint i = 0; i < given->len; i++)
    {
      const HsDelegation *one = g_ptr_array_index (given, i);
      char job[HS_ID_TEXT_BYTES];
      const char *handle = hs_id_format (&one->job, job) + strlen (job) - 6;
      hs_table_add (table, hs_output_dup_safe (one->delegate), hs_output_dup_safe (one->name),
                    g_strdup (hs_id_is_zero (&one->job) ? "all" : handle),
                    hs_output_dup_time (one->expires_us, g_get_real_time ()),
                    hs_id_dup_text (&one->id));
    }
  g_autofree char *shown
      = hs_table_format (table, hs_terminal_has_output () ? hs_terminal_get_width () : 0);
  fputs (shown, stdout);
  return HS_EXIT_OK;
}

static HsExitCode
take_back (HsCommandCall *call, const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (json_t) body = json_object ();
  g_autofree char *path = g_strdup_printf ("/v1/delegations/%s/revoke", id);
  HsId parsed;

  if (!hs_id_parse (id, &parsed))
    {
      g_set_error_literal (&error, HS_ERROR, HS_ERROR_NOT_FOUND,
                           "Give the ID that `homespool delegate --list` shows.");
      return hs_command_fail (call, error);
    }
  g_autoptr (json_t) reply = hs_client_post (call->client, path, body, &error);
  if (reply == NULL)
    return hs_command_fail (call, error);
  if (call->json)
    hs_command_print_json (reply);
  else
    puts ("Taken back. What was printed stays printed.");
  return HS_EXIT_OK;
}

HsExitCode
hs_command_delegate (HsCommandCall *call)
{
  g_autofree char *to = hs_command_take_value (call, "--to");
  g_autofree char *until = hs_command_take_value (call, "--until");
  g_autofree char *id = hs_command_take_value (call, "--revoke");
  gboolean lists = hs_command_take_flag (call, "--list");
  gboolean all = hs_command_take_flag (call, "--all");
  gboolean has_jobs = call->arguments[0] != NULL;
  g_autoptr (GError) error = NULL;
  HsExitCode worst = HS_EXIT_OK;
  gint64 until_us = 0;

  if ((to != NULL) + lists + (id != NULL) != 1 || (to == NULL && (all || has_jobs || until != NULL))
      || (to != NULL && all == has_jobs))
    return hs_command_misused ("delegate");
  if (lists)
    return list (call);
  if (id != NULL)
    return take_back (call, id);
  if (!parse_until (until, &until_us, &error))
    return hs_command_fail (call, error);
  if (all)
    return give (call, to, NULL, until_us);
  for (; *call->arguments != NULL; call->arguments++)
    {
      HsExitCode code = give (call, to, *call->arguments, until_us);
      worst = worst == HS_EXIT_OK ? code : worst;
    }
  return worst;
}
