/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* release, with what it changes, and following a job to the paper. */

#include "base/safe_text.h"
#include "cli/command.h"

#include "base/error.h"
#include "cli/find.h"
#include "cli/output.h"
#include "cli/progress.h"

#include <stdio.h>
#include <string.h>

typedef struct
{
  const char *id;
  HsProgress *progress;
  HsControlJob *last;
  gboolean awaits_site; /* the site was asked: it is still held until the site's command comes */
} Follow;

static gboolean
is_over (const HsControlJob *job)
{
  return hs_job_state_is_final (job->state) || job->state == HS_JOB_UNCERTAIN
         || job->state == HS_JOB_HELD;
}

static gboolean
on_event (const json_t *object, gpointer user_data)
{
  Follow *follow = user_data;
  g_autofree char *event = NULL;
  g_autofree char *id = NULL;

  if (!hs_json_get_text (object, "event", 64, &event, NULL))
    return TRUE;
  if (strcmp (event, "progress") == 0 && hs_json_get_text (object, "id", 64, &id, NULL)
      && strcmp (id, follow->id) == 0)
    {
      hs_progress_take (follow->progress, object);
      return TRUE;
    }
  json_t *value;
  if (strcmp (event, "job") != 0 || !hs_json_get_object (object, "job", &value, NULL))
    return TRUE;
  g_autoptr (HsControlJob) job = hs_control_job_decode (value, NULL);
  if (job == NULL || strcmp (job->id, follow->id) != 0)
    return TRUE;
  hs_progress_show_state (follow->progress, job);
  hs_control_job_free (follow->last);
  follow->last = g_steal_pointer (&job);
  gboolean is_first = follow->awaits_site;
  follow->awaits_site = FALSE;
  return (is_first && follow->last->state == HS_JOB_HELD) || !is_over (follow->last);
}

static HsExitCode
tell_end (HsCommandCall *call, const HsControlJob *job)
{
  g_autofree char *sentence = hs_safe_text_dup (job->sentence);

  if (call->json)
    {
      g_autoptr (json_t) object = hs_control_job_encode (job);
      hs_command_print_json (object);
    }
  switch (job->state)
    {
    case HS_JOB_DELIVERED:
      if (!call->json && job->result_counted)
        printf ("Printed: %u pages on %u sheets.\n", job->result_pages, job->result_sheets);
      else if (!call->json)
        puts ("Printed.");
      return HS_EXIT_OK;
    case HS_JOB_UNCERTAIN:
      if (!call->json)
        fprintf (stderr, "homespool: %s Then: homespool resolve %s printed|reprint|cancel\n",
                 sentence, hs_output_job_handle (job));
      return HS_EXIT_UNCERTAIN;
    case HS_JOB_NONE:
    case HS_JOB_RECEIVING:
    case HS_JOB_HELD:
    case HS_JOB_RELEASED:
    case HS_JOB_DELIVERING:
    case HS_JOB_CANCELLED:
    case HS_JOB_EXPIRED:
    case HS_JOB_FAILED:
    case HS_JOB_N_STATES:
      break;
    }
  if (!call->json)
    fprintf (stderr, "homespool: not printed: %s\n", sentence);
  return HS_EXIT_FAILED;
}

/* Follows the job until it is over. The state of now is asked for first: it may have ended while we
 * connected. */
static HsExitCode
follow_job (HsCommandCall *call, const HsControlJob *released, gboolean awaits_site)
{
  g_autofree char *path = g_strdup_printf ("/v1/events?job=%s", released->id);
  Follow follow = { .id = released->id, .awaits_site = awaits_site };
  g_autoptr (GError) error = NULL;

  follow.progress = hs_progress_new (released, !call->json);
  gboolean followed = hs_client_stream (call->client, path, on_event, &follow, &error);
  hs_progress_free (follow.progress);
  g_autoptr (HsControlJob) last = follow.last;
  if (!followed)
    return hs_command_fail (call, error);
  return tell_end (call, last);
}

/* What is typed: the keywords of IPP, as the control API has them. FALSE: it is none, and was told. */
static gboolean
take_options (HsCommandCall *call, HsPrintOptions *options)
{
  g_autofree char *copies = hs_command_take_value (call, "--copies");
  g_autofree char *sides = hs_command_take_value (call, "--sides");
  g_autofree char *colour = hs_command_take_value (call, "--color");
  const char *wrong = NULL;

  if (copies != NULL && !hs_print_options_parse_copies (copies, &options->copies))
    wrong = "--copies is a number from 1 to 9999";
  else if (sides != NULL && !hs_print_options_parse_sides (sides, &options->sides))
    wrong = "--sides is one-sided, two-sided-long-edge or two-sided-short-edge";
  else if (colour != NULL && !hs_print_options_parse_colour (colour, &options->colour))
    wrong = "--color is color or monochrome";
  if (wrong != NULL)
    fprintf (stderr, "homespool: %s.\n", wrong);
  return wrong == NULL;
}

static void
tell_released (const HsControlJob *job, const HsControlPrinter *printer, const json_t *reply)
{
  json_t *object = json_object_get (reply, "options");
  HsPrintOptions options = { 0 };
  g_autofree char *text = NULL;

  if (object != NULL && hs_print_options_decode (object, &options, NULL))
    text = hs_print_options_dup_text (&options);
  g_autofree char *safe = hs_safe_text_dup (printer->name);
  printf ("%s is released to %s%s%s.\n", hs_output_job_handle (job), safe,
          text != NULL && *text != '\0' ? ": " : "", text != NULL ? text : "");
}

HsExitCode
hs_command_release (HsCommandCall *call)
{
  gboolean wait = hs_command_take_flag (call, "--wait");
  HsPrintOptions options = { 0 };
  g_autofree char *typed_printer = hs_command_take_value (call, "--printer");
  g_autoptr (json_t) body = json_object ();
  g_autoptr (GError) error = NULL;

  if (!take_options (call, &options))
    return HS_EXIT_USAGE;
  if (typed_printer == NULL || call->arguments[0] == NULL || call->arguments[1] != NULL)
    return hs_command_misused ("release");
  g_autoptr (HsControlJob) job = hs_find_job (call->client, call->arguments[0], &error);
  g_autoptr (HsControlPrinter) printer
      = job != NULL ? hs_find_printer (call->client, typed_printer, &error) : NULL;
  if (printer == NULL)
    return hs_command_fail (call, error);
  g_autofree char *path = g_strdup_printf ("/v1/jobs/%s/release", job->id);
  hs_json_set_text (body, "printer", printer->id, 64);
  if (!hs_print_options_are_none (&options))
    hs_json_set_value (body, "options", hs_print_options_encode (&options));
  g_autoptr (json_t) reply = hs_client_post (call->client, path, body, &error);
  if (reply == NULL)
    return hs_command_fail (call, error);
  if (options.copies != 0)
    job->copies = options.copies; /* of which the progress shows the pages */
  if (wait)
    return follow_job (call, job, json_object_get (reply, "command") != NULL);
  if (call->json)
    hs_command_print_json (reply);
  else
    tell_released (job, printer, reply);
  return HS_EXIT_OK;
}
