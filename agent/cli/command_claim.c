/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* claim: jobs that nobody has proven to own and that name the person who is signed in. */

#include "cli/command.h"

#include "base/error.h"
#include "cli/find.h"
#include "cli/output.h"
#include "platform/terminal.h"

#include <stdio.h>

static void
print_claimable (const GPtrArray *jobs)
{
  const char *const titles[] = { "JOB", "PAPER", "SIZE", "PRINTED", "UNTIL", NULL };
  g_autoptr (HsTable) table = hs_table_new (titles, 0);
  gint64 now_us = g_get_real_time ();

  if (jobs->len == 0)
    {
      puts ("No job here waits for you to claim it.");
      return;
    }
  for (guint i = 0; i < jobs->len; i++)
    {
      const HsControlJob *job = g_ptr_array_index (jobs, i);
      hs_table_add (table, g_strdup (hs_output_job_handle (job)), hs_output_dup_paper (job),
                    hs_output_dup_size (job->size_bytes),
                    hs_output_dup_time (job->created_us, now_us),
                    hs_output_dup_time (job->expires_us, now_us));
    }
  g_autofree char *text
      = hs_table_format (table, hs_terminal_has_output () ? hs_terminal_get_width () : 0);
  fputs (text, stdout);
  puts (
      "They name you, but anybody could have typed your name. `homespool claim JOB` says that one "
      "is yours.");
}

static HsExitCode
list (HsCommandCall *call)
{
  g_autoptr (GError) error = NULL;

  if (call->json)
    {
      g_autoptr (json_t) reply
          = hs_client_call (call->client, "GET", "/v1/claimable", NULL, NULL, &error);
      if (reply == NULL)
        return hs_command_fail (call, error);
      hs_command_print_json (reply);
      return HS_EXIT_OK;
    }
  g_autoptr (GPtrArray) jobs = hs_find_all_claimable_jobs (call->client, &error);
  if (jobs == NULL)
    return hs_command_fail (call, error);
  print_claimable (jobs);
  return HS_EXIT_OK;
}

static HsExitCode
claim_one (HsCommandCall *call, const char *typed)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (json_t) body = json_object ();
  g_autoptr (HsControlJob) job = hs_find_claimable_job (call->client, typed, &error);

  if (job == NULL)
    return hs_command_fail (call, error);
  g_autofree char *path = g_strdup_printf ("/v1/jobs/%s/claim", job->id);
  g_autoptr (json_t) reply = hs_client_post (call->client, path, body, &error);
  if (reply == NULL)
    return hs_command_fail (call, error);
  if (call->json)
    hs_command_print_json (reply);
  else
    printf ("%s is yours. Release it here or on the release page.\n", hs_output_job_handle (job));
  return HS_EXIT_OK;
}

HsExitCode
hs_command_claim (HsCommandCall *call)
{
  HsExitCode worst = HS_EXIT_OK;

  if (call->arguments[0] == NULL)
    return list (call);
  for (; call->arguments[0] != NULL; call->arguments++)
    {
      HsExitCode code = claim_one (call, call->arguments[0]);
      worst = worst == HS_EXIT_OK ? code : worst;
    }
  return worst;
}
