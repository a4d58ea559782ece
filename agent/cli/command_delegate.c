/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* delegate: let somebody else release one's jobs, see what was given, take it back. */

#include "base/safe_text.h"
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

static const char *
describe_place (gboolean is_here, gboolean is_at_site)
{
  if (is_here && is_at_site)
    return "at this workstation, also without the site, and on the release page";
  return is_here ? "at this workstation, also without the site" : "on the release page";
}

/* @typed NULL: all jobs. */
static HsExitCode
give (HsCommandCall *call, const char *to, const char *typed, gint64 until_us)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsControlJob) job = typed != NULL ? hs_find_job (call->client, typed, &error) : NULL;
  g_autoptr (json_t) body = json_object ();
  g_autofree char *name = NULL;
  gboolean is_here = FALSE, is_at_site = FALSE;

  if (typed != NULL && job == NULL)
    return hs_command_fail (call, error);
  hs_json_set_text (body, "delegate", to, HS_DELEGATION_MAX_NAME_BYTES);
  hs_json_set_lines (body, "job", job != NULL ? job->id : NULL);
  hs_json_set_integer (body, "expires_us", until_us);
  g_autoptr (json_t) reply = hs_client_post (call->client, "/v1/delegations", body, &error);
  if (reply == NULL
      || !hs_json_get_text (reply, "name", HS_DELEGATION_MAX_NAME_BYTES, &name, &error)
      || !hs_json_get_boolean (reply, "here", &is_here, &error)
      || !hs_json_get_boolean (reply, "site", &is_at_site, &error))
    return hs_command_fail (call, error);
  if (call->json)
    {
      hs_command_print_json (reply);
      return HS_EXIT_OK;
    }
  g_autofree char *safe = hs_safe_text_dup (name);
  g_autofree char *until = hs_output_dup_time (until_us, g_get_real_time ());
  printf ("%s may release %s until %s, %s. `homespool delegate --list` shows it.\n", safe,
          job != NULL ? hs_output_job_handle (job) : "your jobs", until,
          describe_place (is_here, is_at_site));
  return HS_EXIT_OK;
}

typedef struct
{
  char *delegate;
  char *name;
  HsId id;
  HsId job;
  gint64 expires_us;
  gboolean is_here;
  gboolean is_at_site;
} Given;

static void
given_clear (Given *given)
{
  g_free (given->delegate);
  g_free (given->name);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Given, given_clear)

/* What the site did not tell has a name only while the own key is unlocked. */
static gboolean
add_row (HsTable *table, const json_t *object, GError **error)
{
  g_auto (Given) given = { 0 };
  char job[HS_ID_TEXT_BYTES];

  if (!hs_json_get_id (object, "id", &given.id, error)
      || !hs_json_get_text_or_null (object, "delegate", HS_DELEGATION_MAX_NAME_BYTES,
                                    &given.delegate, error)
      || !hs_json_get_text_or_null (object, "name", HS_DELEGATION_MAX_NAME_BYTES, &given.name,
                                    error)
      || !hs_json_get_id_or_null (object, "job", &given.job, error)
      || !hs_json_get_time (object, "expires_us", &given.expires_us, error)
      || !hs_json_get_boolean (object, "here", &given.is_here, error)
      || !hs_json_get_boolean (object, "site", &given.is_at_site, error))
    return FALSE;
  const char *whole = hs_id_format (&given.job, job);
  const char *handle = whole + strlen (whole) - 6;
  hs_table_add (table, given.delegate != NULL ? hs_safe_text_dup (given.delegate) : g_strdup ("?"),
                given.name != NULL ? hs_safe_text_dup (given.name)
                                   : g_strdup ("unlock your key to see it"),
                g_strdup (hs_id_is_zero (&given.job) ? "all" : handle),
                hs_output_dup_time (given.expires_us, g_get_real_time ()),
                g_strdup (given.is_here && given.is_at_site ? "here, page"
                          : given.is_here                   ? "here"
                                                            : "page"),
                hs_id_dup_text (&given.id));
  return TRUE;
}

static HsExitCode
list (HsCommandCall *call)
{
  const char *const titles[] = { "TO", "NAME", "JOB", "UNTIL", "WHERE", "ID", NULL };
  gboolean site_asked = FALSE;
  json_t *given, *object;
  gsize index;
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
  if (!hs_json_get_boolean (reply, "site_asked", &site_asked, &error)
      || !hs_json_get_array (reply, "delegations", 0, 2 * HS_DELEGATIONS_MAX, &given, &error))
    return hs_command_fail (call, error);
  json_array_foreach (given, index, object)
  {
    if (!add_row (table, object, &error))
      return hs_command_fail (call, error);
  }
  if (!site_asked)
    fputs ("The site was not asked; `homespool sign-in` shows what it knows, too.\n", stderr);
  if (json_array_size (given) == 0)
    {
      puts (site_asked ? "Nobody else may release your jobs."
                       : "Nobody else may release your jobs at this workstation.");
      return HS_EXIT_OK;
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
    {
      hs_command_fail (call, error);
      return HS_EXIT_USAGE;
    }
  if (all)
    return give (call, to, NULL, until_us);
  for (; *call->arguments != NULL; call->arguments++)
    {
      HsExitCode code = give (call, to, *call->arguments, until_us);
      worst = worst == HS_EXIT_OK ? code : worst;
    }
  return worst;
}
