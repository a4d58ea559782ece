/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* unlock, key: the person's own key. What is secret goes to the agent as an age file that only the
 * agent's present run can open. */

#include "cli/command.h"

#include "base/error.h"
#include "cli/door.h"
#include "cli/person_key.h"
#include "core/wire/control_job.h"
#include "seal/key_file.h"

#include <gio/gio.h>
#include <stdio.h>
#include <string.h>

HsExitCode
hs_command_unlock (HsCommandCall *call)
{
  g_auto (HsDoor) door = { .key_name = NULL };
  g_autoptr (GError) error = NULL;

  if (call->arguments[0] != NULL)
    return hs_command_misused ("unlock");
  if (!hs_door_find (call, &door, &error))
    return hs_command_fail (call, error);
  if (door.is_kiosk)
    {
      g_set_error_literal (&error, HS_ERROR, HS_ERROR_REFUSED,
                           "At a kiosk your key opens when you sign in with PIN or password: "
                           "`homespool sign-in USER`.");
      return hs_command_fail (call, error);
    }
  g_autoptr (HsSecretBytes) key
      = hs_person_key_get (door.key_name, door.is_registered ? door.registered : NULL, &error);
  g_autoptr (HsSecretBytes) file = key != NULL ? hs_key_file_format (key, &error) : NULL;
  g_autoptr (json_t) reply
      = file != NULL ? hs_door_post (call, &door, "/v1/unlock", hs_secret_bytes_peek (file),
                                     hs_secret_bytes_get_length (file), &error)
                     : NULL;
  if (reply == NULL)
    return hs_command_fail (call, error);
  if (call->json)
    hs_command_print_json (reply);
  else if (door.is_registered)
    puts ("Your key is unlocked.");
  else
    puts ("Your key was made, kept in your keyring, and is unlocked. From now on your jobs are "
          "sealed to it.");
  return HS_EXIT_OK;
}

/* ── a new key ───────────────────────────────────────────────────────────────────────────── */

/* Jobs that only the old key opens would be lost with it. */
static gboolean
check_jobs (HsCommandCall *call, GError **error)
{
  g_autoptr (json_t) reply = hs_client_call (call->client, "GET", "/v1/jobs", NULL, NULL, error);
  json_t *jobs, *object;
  guint lost = 0;
  gsize index;

  if (reply == NULL || !hs_json_get_array (reply, "jobs", 0, 100000, &jobs, error))
    return FALSE;
  json_array_foreach (jobs, index, object)
  {
    g_autoptr (HsControlJob) job = hs_control_job_decode (object, error);
    if (job == NULL)
      return FALSE;
    lost += job->finished_us == 0
            && !g_strv_contains ((const char *const *)job->recipients, "release");
  }
  if (lost == 0)
    return TRUE;
  g_set_error (
      error, HS_ERROR, HS_ERROR_REFUSED,
      "%u of your jobs can only be opened with your present key and would be lost. Print or "
      "delete them first, or say `homespool key rotate --now`.",
      lost);
  return FALSE;
}

/* In the keyring the new key waits beside the old one until the agent has registered it. */
static json_t *
rotate_in_keyring (HsCommandCall *call, const HsDoor *door, GError **error)
{
  g_autoptr (HsSecretBytes) key = hs_person_key_make_next (door->key_name, error);
  g_autoptr (HsSecretBytes) file = key != NULL ? hs_key_file_format (key, error) : NULL;
  g_autoptr (json_t) reply = file != NULL ? hs_door_post (call, door, "/v1/unlock?key=replace",
                                                          hs_secret_bytes_peek (file),
                                                          hs_secret_bytes_get_length (file), error)
                                          : NULL;

  if (reply == NULL || !hs_person_key_take_next (door->key_name, error))
    return NULL;
  return g_steal_pointer (&reply);
}

HsExitCode
hs_command_key (HsCommandCall *call)
{
  gboolean now = hs_command_take_flag (call, "--now");
  g_auto (HsDoor) door = { .key_name = NULL };
  g_autoptr (GError) error = NULL;

  if (g_strcmp0 (call->arguments[0], "rotate") != 0)
    return hs_command_misused ("key");
  call->arguments++; /* what follows says who, at a kiosk */
  if (!hs_door_find (call, &door, &error) || (!now && !check_jobs (call, &error)))
    return hs_command_fail (call, error);
  g_autoptr (json_t) reply = door.is_kiosk ? hs_command_sign_in_anew (call, &door, &error)
                                           : rotate_in_keyring (call, &door, &error);
  if (reply == NULL)
    return hs_command_fail (call, error);
  if (call->json)
    hs_command_print_json (reply);
  else
    puts ("You have a new key. Jobs that were printed before are released through the site.");
  return HS_EXIT_OK;
}
