/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* jobs, trace, cancel, resolve. */

#include "base/safe_text.h"
#include "cli/command.h"

#include "base/error.h"
#include "cli/find.h"
#include "cli/output.h"
#include "platform/terminal.h"

#include <stdio.h>
#include <string.h>

static guint
output_width (void)
{
  return hs_terminal_has_output () ? hs_terminal_get_width () : 0;
}

static char *
describe_state (const HsControlJob *job)
{
  return g_strdup_printf ("%s%s%s", hs_job_state_to_keyword (job->state),
                          *job->sentence != '\0' ? ": " : "", job->sentence);
}

/* Somebody else's document, which the caller may release, says whose it is. */
static char *
describe_name (const HsControlJob *job)
{
  return job->from != NULL ? g_strdup_printf ("%s, from %s", job->name, job->from)
                           : g_strdup (job->name);
}

static void
print_jobs (const GPtrArray *jobs, gboolean all)
{
  const char *const titles[] = { "JOB", "NAME", "PAPER", "SIZE", "PRINTED", "STATE", NULL };
  g_autoptr (HsTable) table = hs_table_new (titles, 1);
  gint64 now_us = g_get_real_time ();
  guint shown = 0;

  for (guint i = 0; i < jobs->len; i++)
    {
      const HsControlJob *job = g_ptr_array_index (jobs, i);
      if (!all && hs_job_state_is_final (job->state))
        continue;
      hs_table_add (table, g_strdup (hs_output_job_handle (job)), describe_name (job),
                    hs_output_dup_paper (job), hs_output_dup_size (job->size_bytes),
                    hs_output_dup_time (job->created_us, now_us), describe_state (job));
      shown++;
    }
  if (shown == 0)
    {
      puts (all ? "There are no jobs." : "No jobs are held. Print to the queue Homespool.");
      return;
    }
  g_autofree char *text = hs_table_format (table, output_width ());
  fputs (text, stdout);
}

HsExitCode
hs_command_jobs (HsCommandCall *call)
{
  gboolean all = hs_command_take_flag (call, "--all");
  g_autoptr (GError) error = NULL;

  if (call->arguments[0] != NULL)
    return hs_command_misused ("jobs");
  if (call->json)
    {
      g_autoptr (json_t) reply
          = hs_client_call (call->client, "GET", "/v1/jobs", NULL, NULL, &error);
      if (reply == NULL)
        return hs_command_fail (call, error);
      hs_command_print_json (reply);
      return HS_EXIT_OK;
    }
  g_autoptr (GPtrArray) jobs = hs_find_all_jobs (call->client, &error);
  if (jobs == NULL)
    return hs_command_fail (call, error);
  print_jobs (jobs, all);
  return HS_EXIT_OK;
}

/* The job that the first argument names; its path for calls in *path. */
static HsControlJob *
find_named_job (HsCommandCall *call, const char *suffix, char **path, GError **error)
{
  HsControlJob *job = hs_find_job (call->client, call->arguments[0], error);
  if (job != NULL)
    *path = g_strdup_printf ("/v1/jobs/%s%s", job->id, suffix);
  return job;
}

/* "Can be opened by: your key; workstation and site together; escrow key NAME". */
static gboolean
print_recipients (const json_t *reply, GError **error)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) ways = NULL;

  if (!hs_json_get_text_list (reply, "recipients", 0, 64, 1024, FALSE, &ways, error))
    return FALSE;
  for (char **way = ways; *way != NULL; way++)
    g_ptr_array_add (words, strcmp (*way, "owner") == 0 ? g_strdup ("your key")
                            : strcmp (*way, "release") == 0
                                ? g_strdup ("workstation and site together")
                            : g_str_has_prefix (*way, "escrow:")
                                ? g_strconcat ("escrow key ", *way + strlen ("escrow:"), NULL)
                                : g_strdup (*way));
  if (words->len == 0)
    return TRUE;
  g_ptr_array_add (words, NULL);
  g_autofree char *joined = g_strjoinv ("; ", (char **)words->pdata);
  g_autofree char *safe = hs_safe_text_dup (joined);
  printf ("Can be opened by: %s\n", safe);
  return TRUE;
}

static gboolean
print_trace (const json_t *reply, GError **error)
{
  const char *const titles[] = { "TIME", "EVENT", "THEN", "WHY", NULL };
  g_autoptr (HsTable) table = hs_table_new (titles, 3);
  json_t *lines, *object;
  gsize index;

  if (!hs_json_get_array (reply, "trace", 0, 1000, &lines, error))
    return FALSE;
  json_array_foreach (lines, index, object)
  {
    g_autoptr (HsControlTraceLine) line = hs_control_trace_line_decode (object, error);
    if (line == NULL)
      return FALSE;
    g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (line->at_us / G_USEC_PER_SEC);
    hs_table_add (table, g_date_time_format (time, "%Y-%m-%d %H:%M:%S"), g_strdup (line->event),
                  g_strdup (line->state), g_strdup (line->sentence));
  }
  g_autofree char *text = hs_table_format (table, 0);
  fputs (text, stdout);
  return TRUE;
}

HsExitCode
hs_command_trace (HsCommandCall *call)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  if (call->arguments[0] == NULL || call->arguments[1] != NULL)
    return hs_command_misused ("trace");
  g_autoptr (HsControlJob) job = find_named_job (call, "/trace", &path, &error);
  g_autoptr (json_t) reply
      = job != NULL ? hs_client_call (call->client, "GET", path, NULL, NULL, &error) : NULL;
  if (reply == NULL)
    return hs_command_fail (call, error);
  if (call->json)
    hs_command_print_json (reply);
  else if (!print_recipients (reply, &error) || !print_trace (reply, &error))
    return hs_command_fail (call, error);
  return HS_EXIT_OK;
}

static HsExitCode
post_for_job (HsCommandCall *call, const char *suffix, const json_t *body, const char *done)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  g_autoptr (HsControlJob) job = find_named_job (call, suffix, &path, &error);
  g_autoptr (json_t) reply = job != NULL ? hs_client_post (call->client, path, body, &error) : NULL;

  if (reply == NULL)
    return hs_command_fail (call, error);
  if (call->json)
    hs_command_print_json (reply);
  else
    printf ("%s %s\n", hs_output_job_handle (job), done);
  return HS_EXIT_OK;
}

HsExitCode
hs_command_cancel (HsCommandCall *call)
{
  g_autoptr (json_t) body = json_object ();
  HsExitCode worst = HS_EXIT_OK;

  if (call->arguments[0] == NULL)
    return hs_command_misused ("cancel");
  for (; call->arguments[0] != NULL; call->arguments++)
    {
      HsExitCode code = post_for_job (call, "/cancel", body, "is deleted, or being stopped.");
      worst = worst == HS_EXIT_OK ? code : worst;
    }
  return worst;
}

HsExitCode
hs_command_resolve (HsCommandCall *call)
{
  static const char *const outcomes[] = { "printed", "reprint", "cancel", NULL };
  g_autoptr (json_t) body = json_object ();

  if (call->arguments[0] == NULL || call->arguments[1] == NULL || call->arguments[2] != NULL
      || !g_strv_contains (outcomes, call->arguments[1]))
    return hs_command_misused ("resolve");
  hs_json_set_text (body, "outcome", call->arguments[1], 16);
  return post_for_job (call, "/resolve", body, "is decided.");
}
