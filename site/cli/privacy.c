/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* homespool-site erase, export, rectify: what people have a right to. */

#include "site/cli/output.h"

#include "base/error.h"
#include "core/wire/json_strict.h"
#include "site/cli/days.h"
#include "site/people/erasure.h"
#include "site/people/seats.h"
#include "site/people/sign_in.h"
#include "site/store/privacy.h"

static const char *
need_user (HsCli *cli, GError **error)
{
  return hs_cli_need (cli->rest, "the user name, as homespool-site user list shows it,", error);
}

/* ── erase ───────────────────────────────────────────────────────────────────────────────── */

typedef struct
{
  guint count;
  HsStoreDevice *device;
} Place;

static void
place_free (gpointer data)
{
  Place *place = data;

  hs_store_device_free (place->device);
  g_free (place);
}

/* The workstations where documents of the person wait. Returns: (element-type Place). */
static GPtrArray *
list_places (HsSite *site, const HsId *identity, GError **error)
{
  g_autoptr (GPtrArray) jobs
      = hs_store_list_jobs (site->store, identity, G_MAXINT64, G_MAXINT32, error);
  g_autoptr (GPtrArray) places = g_ptr_array_new_with_free_func (place_free);

  for (guint i = 0; jobs != NULL && i < jobs->len; i++)
    {
      const HsStoreJob *job = g_ptr_array_index (jobs, i);
      Place *place = NULL;
      for (guint j = 0; j < places->len && place == NULL; j++)
        if (hs_id_equal (&((Place *)g_ptr_array_index (places, j))->device->id, &job->device))
          place = g_ptr_array_index (places, j);
      if (place == NULL)
        {
          HsStoreDevice *device = hs_store_get_device (site->store, &job->device, error);
          if (device == NULL)
            return NULL;
          place = g_new0 (Place, 1);
          place->device = device;
          g_ptr_array_add (places, place);
        }
      place->count++;
    }
  return jobs != NULL ? g_steal_pointer (&places) : NULL;
}

static void
print_places (const GPtrArray *places)
{
  for (guint i = 0; i < places->len; i++)
    {
      const Place *place = g_ptr_array_index (places, i);
      g_autofree char *seen = hs_cli_dup_time (place->device->last_seen_us);
      if (place->device->revoked_us != 0)
        g_print ("%u sealed documents stay on %s, which was revoked: delete them there, or its "
                 "disk.\n",
                 place->count, place->device->host_name);
      else
        g_print ("%u documents are deleted from %s as soon as it is reachable (last seen %s).\n",
                 place->count, place->device->host_name, seen);
    }
}

/* Also somebody without an account: workstations tell of people who never signed in here. */
static gboolean
find_identity (
    HsSite *site, const char *name, HsId *identity, gboolean *is_directory, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (HsStoreUser) user = hs_store_get_user_by_name (site->store, name, &reason);

  *is_directory = user != NULL && user->is_directory;
  if (user != NULL)
    {
      *identity = user->identity;
      return TRUE;
    }
  if (g_error_matches (reason, HS_ERROR, HS_ERROR_NOT_FOUND))
    return hs_site_derive_identity (site, name, identity, error);
  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

static gboolean
commit_or_not (HsSite *site, gboolean is_good, GError **error)
{
  if (is_good)
    return hs_store_commit (site->store, error);
  hs_store_roll_back (site->store);
  return FALSE;
}

static gboolean
erase_user (HsCli *cli, GError **error)
{
  const char *name = need_user (cli, error);
  g_autoptr (HsSite) site = name != NULL ? hs_cli_open (cli, error) : NULL;
  g_autoptr (GPtrArray) places = NULL;
  gboolean is_directory = FALSE;
  gboolean found = FALSE;
  guint documents = 0;
  HsId identity;

  if (site == NULL || !hs_store_begin (site->store, error))
    return FALSE;
  gboolean is_good
      = find_identity (site, name, &identity, &is_directory, error)
        && (places = list_places (site, &identity, error)) != NULL
        && hs_erasure_erase (site, &identity, name, g_get_real_time (), &documents, &found, error);
  if (!commit_or_not (site, is_good, error))
    return FALSE;
  hs_site_tell_change (site);
  /* Also if nothing was found: the last time may have been cut before this. */
  if (!hs_store_rewrite (site->store, error))
    return FALSE;
  if (!found)
    {
      g_print ("There is nothing about this person here.\n");
      return TRUE;
    }
  g_print ("Everything about the person is erased, also from what the database deleted before.\n"
           "Reports keep the counts with an empty name.\n");
  print_places (places);
  if (is_directory)
    g_print ("The directory still has the person: a sign-in makes a new account. Remove the person "
             "there too.\n");
  g_print ("Backups of before still hold the person; a restored one is erased again as long as "
           "keys/destroyed.log is kept.\n");
  return TRUE;
}

static gboolean
erase_before (HsCli *cli, GError **error)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  gint64 before_us = 0;
  guint64 rows = 0;

  if (!hs_cli_read_day (cli->before, "--before", zone, &before_us, error))
    return FALSE;
  g_autoptr (HsSite) site = hs_cli_open (cli, error);
  if (site == NULL || !hs_store_begin (site->store, error)
      || !commit_or_not (site, hs_store_forget_before (site->store, before_us, &rows, error), error)
      || !hs_store_rewrite (site->store, error))
    return FALSE;
  g_print ("%" G_GUINT64_FORMAT " records, reports and finished documents older than %s are "
           "erased.\n",
           rows, cli->before);
  return TRUE;
}

gboolean
hs_cli_erase (HsCli *cli, GError **error)
{
  if ((cli->before != NULL) != (cli->rest != NULL))
    return cli->before != NULL ? erase_before (cli, error) : erase_user (cli, error);
  g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
               "say what to erase: a user name, or --before 2026-01-01 (everybody's old records)");
  return FALSE;
}

/* ── export ──────────────────────────────────────────────────────────────────────────────── */

typedef struct
{
  HsCliOutput *output;
  guint64 rows; /* of this part */
  guint64 total;
} Export;

static gboolean
write_row (const json_t *row, gpointer user_data, GError **error)
{
  Export *export = user_data;

  hs_cli_output_text (export->output, export->rows++ > 0 ? ",\n" : "\n");
  hs_cli_output_json (export->output, row);
  export->total++;
  return TRUE;
}

static gboolean
write_parts (HsSite *site, const HsId *identity, const char *name, Export *export, GError **error)
{
  char *subjects[2];
  gboolean is_good = TRUE;

  hs_sign_in_name_subjects (name, subjects);
  for (int part = 0; part < HS_PERSON_N_PARTS && is_good; part++)
    {
      hs_cli_output_text (export->output, ",\n\"");
      hs_cli_output_text (export->output,
                          hs_store_person_part_to_keyword ((HsStorePersonPart)part));
      hs_cli_output_text (export->output, "\":[");
      export->rows = 0;
      is_good = hs_store_walk_person (site->store, (HsStorePersonPart)part, identity,
                                      (const char *const *)subjects, write_row, export, error);
      hs_cli_output_text (export->output, "]");
    }
  g_free (subjects[0]);
  g_free (subjects[1]);
  return is_good;
}

static void
write_head (HsSite *site, const HsId *identity, const char *name, HsCliOutput *output)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *at = g_date_time_format (now, "%FT%TZ");
  g_autoptr (json_t) head = json_object ();
  const HsBundle *bundle = hs_site_get_bundle (site, NULL);

  hs_json_set_lines (head, "schema", "homespool-export/1");
  hs_json_set_lines (head, "made", at);
  hs_json_set_lines (head, "organisation", bundle != NULL ? bundle->organisation_name : NULL);
  hs_json_set_lines (head, "user_name", name);
  hs_json_set_id (head, "identity", identity);
  g_autofree char *text = hs_json_encode (head);
  /* The parts follow as more members, before the brace that closes the head. */
  text[strlen (text) - 1] = '\0';
  hs_cli_output_text (output, text);
}

gboolean
hs_cli_export (HsCli *cli, GError **error)
{
  const char *name = need_user (cli, error);
  g_autoptr (HsSite) site = name != NULL ? hs_cli_open (cli, error) : NULL;
  gboolean is_directory = FALSE;
  Export export = { 0 };
  HsId identity;

  if (site == NULL || !find_identity (site, name, &identity, &is_directory, error))
    return FALSE;
  g_autoptr (HsCliOutput) output = export.output = hs_cli_output_open (cli, error);
  if (output == NULL || !hs_store_begin_look (site->store, error))
    return FALSE;
  write_head (site, &identity, name, output);
  gboolean is_good = write_parts (site, &identity, name, &export, error);
  hs_store_roll_back (site->store);
  hs_cli_output_text (output, "\n}\n");
  if (!is_good || !hs_cli_output_finish (output, error))
    return FALSE;
  if (export.total == 0)
    g_printerr ("There is nothing about this person here.\n");
  return TRUE;
}

/* ── rectify ─────────────────────────────────────────────────────────────────────────────── */

static gboolean
check_directory (const HsStoreUser *user, GError **error)
{
  if (!user->is_directory)
    return TRUE;
  g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
               "names of this person come from the directory: correct them there, the next sign-in "
               "brings them here");
  return FALSE;
}

/* The identity follows from the name, on workstations too; a document that waits is sealed for the old
 * one and could not be released any more. */
static gboolean
rename_user (HsSite *site, const HsStoreUser *user, const char *name, GError **error)
{
  g_autoptr (GPtrArray) places = list_places (site, &user->identity, error);
  gint64 now_us = g_get_real_time ();
  guint ended = 0;
  HsId identity;

  if (places == NULL || !hs_site_derive_identity (site, name, &identity, error)
      || !hs_sign_in_check_free (site, &identity, error))
    return FALSE;
  if (places->len > 0)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
                   "documents of this person wait on %u workstations under the present user name; "
                   "let them be printed or deleted first",
                   places->len);
      return FALSE;
    }
  return hs_sign_in_end_sessions (site, &user->identity, now_us, error)
         && hs_seats_end (site, &user->identity, NULL, &ended, error)
         && hs_sign_in_forget_failures (site, user->name, error)
         && (user->blocked_us == 0 || hs_sign_in_log_blocked (site, &identity, TRUE, error))
         && hs_store_move_person (site->store, &user->identity, &identity, name, error);
}

static gboolean
disown (HsSite *site, const HsStoreUser *user, const char *text, GError **error)
{
  HsId job;

  if (hs_id_parse (text, &job))
    return hs_store_disown_report (site->store, &user->identity, &job, error);
  g_set_error (
      error, HS_ERROR, HS_ERROR_INVALID,
      "--not-mine is the number (uuid) of a printed job, as homespool-site export shows it");
  return FALSE;
}

static gboolean
rectify (HsSite *site, HsCli *cli, gboolean *scrub, GError **error)
{
  const char *name = need_user (cli, error);
  g_autoptr (HsStoreUser) user
      = name != NULL ? hs_store_get_user_by_name (site->store, name, error) : NULL;

  if (user == NULL)
    return FALSE;
  if ((cli->display_name != NULL || cli->user_name != NULL) && !check_directory (user, error))
    return FALSE;
  if ((cli->not_mine != NULL && !disown (site, user, cli->not_mine, error))
      || (cli->display_name != NULL
          && !hs_store_set_display_name (site->store, &user->identity, cli->display_name, error))
      || (cli->user_name != NULL && !rename_user (site, user, cli->user_name, error)))
    return FALSE;
  *scrub = TRUE;
  return TRUE;
}

gboolean
hs_cli_rectify (HsCli *cli, GError **error)
{
  if (cli->display_name == NULL && cli->user_name == NULL && cli->not_mine == NULL)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                   "say what to correct: --display-name NAME, --user-name NAME or --not-mine JOB");
      return FALSE;
    }
  if (!hs_cli_check_display_name (cli->display_name, error) || !hs_cli_change (cli, rectify, error))
    return FALSE;
  g_print ("Corrected.\n");
  if (cli->user_name != NULL)
    g_print (
        "The person signs in as %s with the same password and cards from now on. A PIN is to be "
        "set again, and keys at kiosks are made anew at the next sign-in there. Name the "
        "accounts on workstations alike.\n",
        cli->user_name);
  return TRUE;
}
