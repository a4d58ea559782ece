/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* status, doctor. */

#include "base/safe_text.h"
#include "cli/command.h"

#include "cli/door.h"
#include "cli/output.h"
#include "cli/person_key.h"
#include "platform/secret_store.h"

#include <stdio.h>
#include <string.h>

static const char *
site_words (const HsControlStatus *status)
{
  if (!status->site_online)
    return "not reachable";
  return strcmp (status->site_state, "degraded") == 0 ? "connected with difficulty" : "connected";
}

static void
print_offline (const HsControlStatus *status)
{
  g_autofree char *until = hs_output_dup_time (status->offline_until_us, g_get_real_time ());

  if (g_strcmp0 (status->offline_policy, "deny") == 0)
    puts ("Offline    nothing is taken or printed while the site cannot be reached");
  else if (g_strcmp0 (status->offline_policy, "print") != 0)
    puts ("Offline    jobs wait while the site cannot be reached");
  else if (status->offline_until_us == 0)
    puts (
        "Offline    you may not print without the site: `homespool sign-in` and `homespool unlock` "
        "while it is there change that");
  else
    printf ("Offline    you may print %u pages without the site until %s\n", status->offline_pages,
            until);
}

static void
print_site (const HsControlStatus *status)
{
  g_autofree char *since = hs_output_dup_time (status->site_since_us, g_get_real_time ());
  g_autofree char *name
      = hs_safe_text_dup (status->organisation != NULL ? status->organisation : "?");
  g_autofree char *problem
      = hs_safe_text_dup (status->site_problem != NULL ? status->site_problem : "");

  if (!status->enrolled)
    {
      if (status->copied_us != 0)
        puts (
            "Site       this workstation is a copy of another one, whose place at the site is not "
            "used here. An administrator enrols it itself with `homespool enrol`; what was open "
            "is asked about: `homespool jobs`.");
      else
        puts (
            "Site       not enrolled: jobs can be printed from here only. An administrator enrols "
            "with `homespool enrol`.");
      return;
    }
  printf ("Site       %s: %s%s%s%s%s\n", name, site_words (status), *since != '\0' ? " since " : "",
          since, *problem != '\0' ? ": " : "", problem);
  print_offline (status);
  if (status->outbox_records > 0)
    printf ("Reports    %u wait for the site\n", status->outbox_records);
}

static void
print_put_back (const HsControlStatus *status)
{
  g_autofree char *since = hs_output_dup_time (status->rolled_back_us, g_get_real_time ());

  if (status->rolled_back_us != 0)
    printf (
        "Put back   this workstation is an older copy of itself, as is known since %s; what was "
        "open then is asked about: `homespool jobs`, then `homespool resolve`. %s\n",
        since,
        status->is_admin ? "You end this line with `homespool doctor --acknowledge rollback`"
                         : "An administrator ends this line");
}

static void
print_seat (const HsControlStatus *status)
{
  g_autofree char *name = hs_safe_text_dup (status->seat_name != NULL ? status->seat_name : "");
  g_autofree char *until = hs_output_dup_time (status->seat_until_us, g_get_real_time ());

  if (status->seat_name != NULL)
    printf ("Signed in  %s, until %s at the latest, or %u s after the last sign of life\n", name,
            until, status->idle_sign_out_s);
  else
    printf ("Signed in  %s\n", status->is_seat_taken
                                   ? "somebody, in another window: `homespool sign-out` ends that"
                                   : "nobody: `homespool sign-in USER`, then print");
}

static void
print_key (const HsControlStatus *status)
{
  if (status->seat_problem != NULL)
    printf ("Sign-in    closed, see `homespool doctor`: %s\n", status->seat_problem);
  if (strcmp (status->mode, "kiosk") == 0 && status->idle_sign_out_s > 0)
    {
      print_seat (status);
      if (status->seat_name == NULL)
        return;
    }
  if (strcmp (status->key, "unlocked") == 0)
    puts ("Your key   unlocked: you can release from here");
  else if (strcmp (status->key, "locked") == 0)
    puts ("Your key   locked: run `homespool unlock` to release from here and to see titles");
  else
    puts ("Your key   none yet: `homespool unlock` makes one");
}

HsExitCode
hs_command_status (HsCommandCall *call)
{
  g_autoptr (GError) error = NULL;

  if (call->arguments[0] != NULL)
    return hs_command_misused ("status");
  g_autoptr (json_t) reply = hs_client_call (call->client, "GET", "/v1/status", NULL, NULL, &error);
  g_autoptr (HsControlStatus) status
      = reply != NULL ? hs_control_status_decode (reply, &error) : NULL;
  if (status == NULL)
    return hs_command_fail (call, error);
  if (call->json)
    {
      hs_command_print_json (reply);
      return HS_EXIT_OK;
    }
  printf ("Agent      %s%s\n", status->version, status->ready ? "" : ", starting");
  print_site (status);
  print_put_back (status);
  print_key (status);
  printf ("Your jobs  %u held, %u printing", status->held, status->printing);
  if (status->uncertain > 0)
    printf (", %u to be decided: `homespool jobs`", status->uncertain);
  putchar ('\n');
  if (status->escrow[0] != NULL)
    {
      g_autofree char *names = g_strjoinv (", ", status->escrow);
      g_autofree char *safe = hs_safe_text_dup (names);
      printf ("Escrow     your organisation can also open jobs with: %s\n", safe);
    }
  return HS_EXIT_OK;
}

static gboolean
print_check (const json_t *object, HsCheckVerdict *worst, GError **error)
{
  static const char *const marks[] = { "ok     ", "note   ", "WARNING", "FAILED " };
  g_autoptr (HsControlCheck) check = hs_control_check_decode (object, error);

  if (check == NULL)
    return FALSE;
  g_autofree char *sentence = hs_safe_text_dup (check->sentence);
  g_autofree char *next = hs_safe_text_dup (check->next);
  printf ("%s  %-13s %s\n", marks[check->verdict], check->name, sentence);
  if (*next != '\0')
    printf ("         %-13s → %s\n", "", next);
  *worst = MAX (*worst, check->verdict);
  return TRUE;
}

static void
add_check (json_t *checks, HsControlCheck *check)
{
  json_array_append_new (checks, hs_control_check_encode (check));
  hs_control_check_free (check);
}

/* Whoever has to unlock the key needs a keyring that is open. */
static void
add_key_check (HsCommandCall *call, json_t *checks)
{
  g_auto (HsDoor) door = { .key_name = NULL };
  g_autoptr (GError) problem = NULL;

  if (!hs_door_find (call, &door, NULL) || door.is_kiosk)
    return;
  switch (hs_person_key_look (door.key_name, &problem))
    {
    case HS_SECRET_STORE_PRESENT:
      add_check (checks, hs_control_check_new ("keyring", HS_CHECK_OK, "",
                                               "Your keyring is open and has your key."));
      break;
    case HS_SECRET_STORE_LOCKED:
      add_check (checks,
                 hs_control_check_new ("keyring", HS_CHECK_NOTE,
                                       "Unlock it (it opens with your desktop session); "
                                       "`homespool unlock` asks for its password.",
                                       "Your keyring is locked, so your key stays locked, too."));
      break;
    case HS_SECRET_STORE_ABSENT:
      if (door.is_registered)
        add_check (checks,
                   hs_control_check_new (
                       "keyring", HS_CHECK_WARNING,
                       "Log in as you did when you printed. If the key is lost, `homespool "
                       "key rotate` makes a new one.",
                       "Your keyring has no key, but this workstation knows one of yours."));
      break;
    case HS_SECRET_STORE_FAILED:
      add_check (checks,
                 hs_control_check_new ("keyring", HS_CHECK_NOTE,
                                       "Run this in your desktop session, or start a "
                                       "keyring such as gnome-keyring.",
                                       "Your keyring cannot be reached: %s", problem->message));
      break;
    }
}

static gboolean
is_key_open (const json_t *checks)
{
  const json_t *object;
  gsize index;

  json_array_foreach (checks, index, object)
  {
    g_autoptr (HsControlCheck) check = hs_control_check_decode (object, NULL);
    if (check != NULL && strcmp (check->name, "your-key") == 0)
      return check->verdict == HS_CHECK_OK;
  }
  return TRUE;
}

/* What the agent cannot see: the person's own keyring. */
static void
add_keyring_checks (HsCommandCall *call, json_t *checks)
{
  g_autofree char *path = hs_secret_store_find_clear ();

  if (!is_key_open (checks))
    add_key_check (call, checks);
  if (path == NULL)
    return;
  add_check (checks,
             hs_control_check_new (
                 "keyring", HS_CHECK_WARNING,
                 "Give the keyring a password (in Passwords and Keys, also called Seahorse: "
                 "Change Password), then make a new key: `homespool key rotate`.",
                 "Your keyring has a blank password: your key stands in clear in %s, and "
                 "whoever has the disk opens your documents.",
                 path));
}

static HsExitCode
acknowledge (HsCommandCall *call, const char *check)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (json_t) body = json_object ();

  hs_json_set_text (body, "check", check, 64);
  g_autoptr (json_t) reply = hs_client_post (call->client, "/v1/doctor/acknowledge", body, &error);
  if (reply == NULL)
    return hs_command_fail (call, error);
  if (call->json)
    hs_command_print_json (reply);
  else
    puts ("Neither status nor doctor speak of it any more.");
  return HS_EXIT_OK;
}

HsExitCode
hs_command_doctor (HsCommandCall *call)
{
  g_autofree char *acknowledged = hs_command_take_value (call, "--acknowledge");
  g_autoptr (GError) error = NULL;
  HsCheckVerdict worst = HS_CHECK_OK;
  json_t *checks, *object;
  gsize index;

  if (call->arguments[0] == NULL && g_strcmp0 (acknowledged, "rollback") == 0)
    return acknowledge (call, acknowledged);
  if (call->arguments[0] != NULL || acknowledged != NULL)
    return hs_command_misused ("doctor");
  g_autoptr (json_t) reply = hs_client_call (call->client, "GET", "/v1/doctor", NULL, NULL, &error);
  if (reply == NULL || !hs_json_get_array (reply, "checks", 0, 1000, &checks, &error))
    return hs_command_fail (call, error);
  add_keyring_checks (call, checks);
  if (call->json)
    hs_command_print_json (reply);
  json_array_foreach (checks, index, object)
  {
    if (call->json)
      {
        g_autoptr (HsControlCheck) check = hs_control_check_decode (object, &error);
        worst = check != NULL ? MAX (worst, check->verdict) : HS_CHECK_FAILED;
      }
    else if (!print_check (object, &worst, &error))
      return hs_command_fail (call, error);
  }
  return worst == HS_CHECK_FAILED ? HS_EXIT_FAILED : HS_EXIT_OK;
}
