/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A workstation with a link to a real site, told what to do on standard input, one command a line;
 * answers one line each: "ok …" or "error KEYWORD: sentence".
 *
 *   enrol FILE              status                     print
 *   lock yes|no             sign-in USER PASSWORD      release SESSION JOB PRINTER
 *   state JOB               count JOB                  check
 *   restart                print-for NAME             claim IDENTITY JOB
 *   keep                   put-back                   unsent
 *
 * keep and put-back: a copy of the whole folder, and back to it, as from an old image of the disk.
 *
 * With FOLDER it lives there and leaves it behind; with POINT it kills itself when its link to the
 * site gets there.
 *
 * usage: workstation ORGANISATION USER [FOLDER [POINT]] */

#include "base/error.h"
#include "core/identity.h"
#include "engine/site_link/people.h"
#include "journey/linked.h"
#include "support/loop.h"
#include "support/suite.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static Linked *linked;
static const char *last_point; /* nullable */

static void
answer_error (const GError *error)
{
  printf ("error %s: %s\n", hs_error_code_to_keyword (error->code), error->message);
}

static void
enrol (const char *path)
{
  g_autofree char *text = NULL;
  g_autoptr (HsEnrolToken) token = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  if (g_file_get_contents (path, &text, &length, &error))
    token = hs_enrol_token_parse (text, length, &error);
  if (token == NULL || !linked_enrol (linked, token, &error))
    answer_error (error);
  else
    printf ("ok\n");
}

static void
tell_status (void)
{
  char device[HS_ID_TEXT_BYTES];
  HsSiteStatus status;

  hs_site_link_get_status (linked->link, &status);
  printf ("ok %s %s %s bundle=%" G_GUINT64_FORMAT " printers=%" G_GUINT64_FORMAT
          " certificate=%" G_GINT64_FORMAT "%s %s\n",
          status.is_enrolled ? "enrolled" : "alone", status.is_online ? "online" : "offline",
          hs_id_format (&status.device, device), status.bundle_version, status.printers_version,
          status.certificate_expires_us, status.must_enrol ? " must-enrol" : "",
          status.problem != NULL ? status.problem : "");
}

static void
print (const HsCaller *caller)
{
  g_autoptr (GError) error = NULL;
  HsId job = world_print (linked->world, caller, 20000, &error);
  char text[HS_ID_TEXT_BYTES];

  if (error != NULL)
    answer_error (error);
  else
    printf ("ok %s\n", hs_id_format (&job, text));
}

static void
sign_in (const char *user, const char *password)
{
  g_autoptr (HsSecretBytes) secret
      = hs_secret_bytes_new_copy ((const guint8 *)password, strlen (password));
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (HsSignInReply) reply = NULL;
  g_autoptr (HsEntitlement) entitlement = NULL;
  g_autoptr (GError) error = NULL;
  char identity[HS_ID_TEXT_BYTES];

  const HsSignInRequest request
      = { .method = HS_SIGN_IN_PASSWORD, .user = (char *)user, .secret = secret };

  hs_site_link_sign_in_async (linked->link, &request, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  reply = hs_site_link_sign_in_finish (linked->link, result, &entitlement, &error);
  if (reply == NULL)
    answer_error (error);
  else
    printf ("ok %s %.*s %s\n", hs_id_format (&reply->identity, identity),
            (int)hs_secret_bytes_get_length (reply->session),
            (const char *)hs_secret_bytes_peek (reply->session),
            entitlement != NULL ? "entitled" : "online-only");
}

static void
release (const char *session, const HsId *job, const char *printer_text)
{
  g_autoptr (HsSecretBytes) secret
      = hs_secret_bytes_new_copy ((const guint8 *)session, strlen (session));
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char text[HS_ID_TEXT_BYTES];
  HsId printer, command;

  HS_ASSERT (hs_id_parse (printer_text, &printer));
  hs_site_link_release_async (linked->link, secret, job, &printer, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  if (hs_site_link_release_finish (linked->link, result, &command, &error))
    printf ("ok %s\n", hs_id_format (&command, text));
  else
    answer_error (error);
}

/* Nobody can prove that it is theirs. */
static void
print_for (const char *name)
{
  HsCaller stranger = world_stranger (1);

  linked->world->claimed_name = name;
  print (&stranger);
  linked->world->claimed_name = NULL;
}

static void
claim (const char *identity_text, const HsId *job)
{
  HsCaller anna = world_person (WORLD_ANNA_UID);
  g_autoptr (GError) error = NULL;
  HsId identity;

  HS_ASSERT (hs_id_parse (identity_text, &identity));
  if (world_claim (linked->world, &anna, &identity, job, &error))
    printf ("ok\n");
  else
    answer_error (error);
}

static void
tell_unsent (void)
{
  HsEngineStatistics statistics;

  hs_engine_get_statistics (linked->world->engine, &statistics);
  printf ("ok %" G_GUINT64_FORMAT "\n", statistics.outbox_records);
}

static void
copy_folder (gboolean keep)
{
  const char *folder = linked->world->folder;
  g_autofree char *copy = g_strconcat (folder, ".kept", NULL);
  g_autofree char *source = g_strconcat (keep ? folder : copy, "/.", NULL);
  const char *command[] = { "cp", "-a", "-T", source, keep ? copy : folder, NULL };
  const char *clear[] = { "rm", "-rf", keep ? copy : folder, NULL };
  g_autoptr (GError) error = NULL;

  linked_stop (linked);
  if (!g_spawn_sync (NULL, (char **)(gpointer)clear, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                     NULL, NULL, &error)
      || !g_spawn_sync (NULL, (char **)(gpointer)command, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
                        NULL, NULL, NULL, &error))
    answer_error (error);
  else
    printf ("ok\n");
  linked_start (linked);
}

static void
on_probe (const char *point, gpointer data)
{
  if (g_strcmp0 (point, last_point) == 0)
    raise (SIGKILL);
}

/* FALSE: an unknown command. */
static gboolean
obey (char **words, guint count)
{
  HsId job = { 0 };
  HsCaller anna = world_person (WORLD_ANNA_UID);
  gboolean is_second = g_str_equal (words[0], "release") || g_str_equal (words[0], "claim");
  const char *job_text = count < 2 ? NULL : is_second ? words[2] : words[1];

  if (count == 2 && g_str_equal (words[0], "enrol"))
    enrol (words[1]);
  else if (g_str_equal (words[0], "status"))
    tell_status ();
  else if (g_str_equal (words[0], "print"))
    print (&anna);
  else if (count == 2 && g_str_equal (words[0], "print-for"))
    print_for (words[1]);
  else if (count == 2 && g_str_equal (words[0], "lock"))
    {
      world_set_locked (linked->world, WORLD_ANNA_UID, g_str_equal (words[1], "yes"));
      printf ("ok\n");
    }
  else if (count == 3 && g_str_equal (words[0], "sign-in"))
    sign_in (words[1], words[2]);
  else if (g_str_equal (words[0], "check"))
    {
      hs_site_link_check_now (linked->link);
      printf ("ok\n");
    }
  else if (g_str_equal (words[0], "restart"))
    {
      linked_stop (linked);
      linked_start (linked);
      printf (linked->load_error == NULL ? "ok\n" : "error corrupt: not loaded\n");
    }
  else if (g_str_equal (words[0], "keep") || g_str_equal (words[0], "put-back"))
    copy_folder (g_str_equal (words[0], "keep"));
  else if (g_str_equal (words[0], "unsent"))
    tell_unsent ();
  else if (job_text == NULL || !hs_id_parse (job_text, &job))
    return FALSE;
  else if (count == 4 && g_str_equal (words[0], "release"))
    release (words[1], &job, words[3]);
  else if (count == 3 && g_str_equal (words[0], "claim"))
    claim (words[1], &job);
  else if (g_str_equal (words[0], "state"))
    printf ("ok %s\n", world_state (linked->world, &job) == HS_JOB_NONE
                           ? "none"
                           : hs_job_state_to_keyword (world_state (linked->world, &job)));
  else if (g_str_equal (words[0], "count"))
    printf ("ok %u\n", hs_paper_count (linked->world->paper, &job));
  else
    return FALSE;
  return TRUE;
}

static gboolean
on_line (GIOChannel *channel, GIOCondition condition, gpointer data)
{
  g_autofree char *line = NULL;
  g_auto (GStrv) words = NULL;

  if (g_io_channel_read_line (channel, &line, NULL, NULL, NULL) != G_IO_STATUS_NORMAL)
    {
      *(gboolean *)data = TRUE;
      return G_SOURCE_REMOVE;
    }
  words = g_strsplit (g_strstrip (line), " ", -1);
  if (!obey (words, g_strv_length (words)))
    printf ("error invalid: what?\n");
  fflush (stdout);
  return G_SOURCE_CONTINUE;
}

int
main (int argc, char **argv)
{
  GIOChannel *input = g_io_channel_unix_new (0);
  gboolean ended = FALSE;
  HsId organisation;

  if (argc < 3 || argc > 5 || !hs_id_parse (argv[1], &organisation))
    return 2;
  linked = linked_new (argc > 3 ? argv[3] : NULL);
  linked->probe = on_probe;
  last_point = argc > 4 ? argv[4] : NULL;
  if (!hs_identity_derive (&organisation, argv[2], &linked->world->identities[0]))
    return 2;
  linked_start (linked);
  g_io_add_watch (input, G_IO_IN | G_IO_HUP, on_line, &ended);
  while (!ended)
    g_main_context_iteration (NULL, TRUE);
  linked_free (linked);
  g_io_channel_unref (input);
  return 0;
}
