/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* sign-in, sign-out, pin, password. At a kiosk the agent answers with a session token, which serves
 * the shell that this was started from. */

#include "base/safe_text.h"
#include "cli/door.h"

#include "base/error.h"
#include "cli/output.h"
#include "cli/session_file.h"
#include "core/wire/sign_in.h"
#include "platform/terminal.h"

#include <stdio.h>
#include <string.h>

/* ── asking ──────────────────────────────────────────────────────────────────────────────── */

/* From the terminal without echo, or a line of standard input. */
static HsSecretBytes *
ask_secret (const char *prompt, GError **error)
{
  char line[HS_SIGN_IN_MAX_SECRET_BYTES + 1];
  gssize length = hs_terminal_read_secret (prompt, line, sizeof line, error);

  hs_error_convert_gio (error);
  if (length < 0)
    return NULL;
  HsSecretBytes *secret
      = length > 0 ? hs_secret_bytes_new_copy ((const guint8 *)line, (gsize)length) : NULL;
  hs_secret_bytes_wipe (line, sizeof line);
  if (secret == NULL)
    g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID, "Nothing was entered.");
  return secret;
}

static json_t *
post_text (HsCommandCall *call, const HsDoor *door, const char *path, char *text, GError **error)
{
  json_t *reply = hs_door_post (call, door, path, (const guint8 *)text, strlen (text), error);

  hs_secret_bytes_wipe (text, strlen (text));
  g_free (text);
  return reply;
}

/* Fills in what the person types. */
static gboolean
ask_request (HsSignInRequest *request, gboolean wants_pin, GError **error)
{
  if (request->method == HS_SIGN_IN_CARD)
    {
      request->card = ask_secret ("Hold your card to the reader: ", error);
      if (request->card == NULL)
        return FALSE;
      request->secret = wants_pin ? ask_secret ("PIN: ", error) : NULL;
      return !wants_pin || request->secret != NULL;
    }
  g_autofree char *prompt = g_strdup_printf (
      "%s of %s at the site: ", request->method == HS_SIGN_IN_PIN ? "PIN" : "Password",
      request->user);
  request->secret = ask_secret (prompt, error);
  return request->secret != NULL;
}

static HsSignInRequest *
make_request (HsCommandCall *call, gboolean is_kiosk, GError **error)
{
  g_autoptr (HsSignInRequest) request = g_new0 (HsSignInRequest, 1);
  gboolean wants_card = hs_command_take_flag (call, "--card");
  gboolean wants_pin = hs_command_take_flag (call, "--pin");
  const char *user = call->arguments[0];

  request->method = wants_card ? HS_SIGN_IN_CARD : wants_pin ? HS_SIGN_IN_PIN : HS_SIGN_IN_PASSWORD;
  if (user != NULL && wants_card)
    g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID,
                         "A card says whose it is: leave USER out.");
  else if (user == NULL && !wants_card && is_kiosk)
    g_set_error_literal (
        error, HS_ERROR, HS_ERROR_INVALID,
        "Many people use this workstation: say who you are, homespool sign-in USER.");
  else
    {
      request->user = wants_card ? NULL : g_strdup (user != NULL ? user : g_get_user_name ());
      if (ask_request (request, wants_pin, error))
        return g_steal_pointer (&request);
    }
  return NULL;
}

/* ── signing in ──────────────────────────────────────────────────────────────────────────── */

static gboolean
keep_session (HsCommandCall *call, const json_t *reply, GError **error)
{
  g_autofree char *token = NULL;

  if (!hs_json_get_text (reply, "session", 128, &token, error))
    return FALSE;
  hs_client_set_session (call->client, token);
  gboolean kept = hs_session_file_write (call->paths->control_socket, token, error);
  hs_secret_bytes_wipe (token, strlen (token));
  return kept;
}

/* Without the token nobody could use the seat, or sign out of it. */
static void
leave_seat (HsCommandCall *call)
{
  g_autoptr (json_t) body = json_object ();

  json_decref (hs_client_post (call->client, "/v1/sign-out", body, NULL));
}

static json_t *
sign_in (HsCommandCall *call,
         const HsDoor *door,
         const HsSignInRequest *request,
         gboolean replaces_key,
         GError **error)
{
  g_autofree char *path
      = g_strconcat ("/v1/sign-in?bind=parent", replaces_key ? "&key=replace" : "", NULL);
  g_autoptr (json_t) reply
      = post_text (call, door, path, hs_sign_in_request_encode (request), error);

  if (reply == NULL)
    return NULL;
  if (!door->is_kiosk || keep_session (call, reply, error))
    return g_steal_pointer (&reply);
  leave_seat (call);
  return NULL;
}

static gboolean
print_welcome (const json_t *reply, GError **error)
{
  g_autofree char *name = NULL;
  g_autofree char *sentence = NULL;
  gboolean is_offline, is_clock_unsure;
  gint64 idle_s;

  if (!hs_json_get_text (reply, "name", HS_SIGN_IN_MAX_NAME_BYTES + 1, &name, error)
      || !hs_json_get_text_or_null (reply, "sentence", 1024, &sentence, error)
      || !hs_json_get_boolean (reply, "offline", &is_offline, error)
      || !hs_json_get_boolean (reply, "clock_unsure", &is_clock_unsure, error)
      || !hs_json_get_integer (reply, "signs_out_after_s", 0, G_MAXINT32, &idle_s, error))
    return FALSE;
  g_autofree char *safe = hs_safe_text_dup (name);
  printf ("You are signed in as %s%s, until you sign out, do nothing for %" G_GINT64_FORMAT
          " s, or close this window.\n",
          safe, is_offline ? " without the site" : "", idle_s);
  if (is_clock_unsure)
    puts ("The clock of this workstation has been set back; tell your administrator.");
  if (sentence != NULL)
    {
      g_autofree char *safe_sentence = hs_safe_text_dup (sentence);
      puts (safe_sentence);
    }
  return TRUE;
}

HsExitCode
hs_command_sign_in (HsCommandCall *call)
{
  g_auto (HsDoor) door = { .key_name = NULL };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; call->arguments[i] != NULL; i++)
    if ((*call->arguments[i] == '-' && strcmp (call->arguments[i], "--pin") != 0
         && strcmp (call->arguments[i], "--card") != 0)
        || i > 2)
      return hs_command_misused ("sign-in");
  if (!hs_door_find (call, &door, &error))
    return hs_command_fail (call, error);
  g_autoptr (HsSignInRequest) request = make_request (call, door.is_kiosk, &error);
  g_autoptr (json_t) reply = request != NULL ? sign_in (call, &door, request, FALSE, &error) : NULL;
  if (reply == NULL)
    return hs_command_fail (call, error);
  if (call->json)
    hs_command_print_json (reply);
  else if (!door.is_kiosk)
    puts ("You are signed in.");
  else if (!print_welcome (reply, &error))
    return hs_command_fail (call, error);
  return HS_EXIT_OK;
}

json_t *
hs_command_sign_in_anew (HsCommandCall *call, const HsDoor *door, GError **error)
{
  g_autoptr (HsSignInRequest) request = make_request (call, TRUE, error);

  return request != NULL ? sign_in (call, door, request, TRUE, error) : NULL;
}

HsExitCode
hs_command_sign_out (HsCommandCall *call)
{
  g_autoptr (json_t) body = json_object ();
  g_autoptr (GError) error = NULL;

  if (call->arguments[0] != NULL)
    return hs_command_misused ("sign-out");
  g_autoptr (json_t) reply = hs_client_post (call->client, "/v1/sign-out", body, &error);
  hs_session_file_remove (call->paths->control_socket);
  if (reply == NULL)
    return hs_command_fail (call, error);
  if (call->json)
    hs_command_print_json (reply);
  else
    puts ("You are signed out and your key is locked.");
  return HS_EXIT_OK;
}

/* ── a new secret ────────────────────────────────────────────────────────────────────────── */

static HsExitCode
change (HsCommandCall *call, HsSignInMethod method, const char *word)
{
  g_autofree char *old_prompt = g_strdup_printf ("Old %s: ", word);
  g_autofree char *new_prompt = g_strdup_printf ("New %s: ", word);
  g_autofree char *again_prompt = g_strdup_printf ("New %s again: ", word);
  g_auto (HsDoor) door = { .key_name = NULL };
  g_autoptr (GError) error = NULL;

  if (!hs_door_find (call, &door, &error))
    return hs_command_fail (call, error);
  g_autoptr (HsSecretBytes) old_secret = ask_secret (old_prompt, &error);
  g_autoptr (HsSecretBytes) new_secret
      = old_secret != NULL ? ask_secret (new_prompt, &error) : NULL;
  g_autoptr (HsSecretBytes) again = new_secret != NULL ? ask_secret (again_prompt, &error) : NULL;
  if (again != NULL && !hs_secret_bytes_equal (new_secret, again))
    g_set_error (&error, HS_ERROR, HS_ERROR_INVALID,
                 "The two new ones differ; your %s is as it was.", word);
  if (error != NULL)
    return hs_command_fail (call, error);
  /* The agent knows the site's session; the member only has to be there. */
  g_autoptr (HsSecretBytes) session = hs_secret_bytes_new_copy ((const guint8 *)"-", 1);
  const HsSecretRequest request = {
    .session = session, .method = method, .old_secret = old_secret, .new_secret = new_secret
  };
  g_autoptr (json_t) reply
      = post_text (call, &door, "/v1/secret", hs_secret_request_encode (&request), &error);
  if (reply == NULL)
    return hs_command_fail (call, error);
  if (call->json)
    hs_command_print_json (reply);
  else
    printf ("Your %s is changed.\n", word);
  return HS_EXIT_OK;
}

HsExitCode
hs_command_pin (HsCommandCall *call)
{
  return call->arguments[0] != NULL ? hs_command_misused ("pin")
                                    : change (call, HS_SIGN_IN_PIN, "PIN");
}

HsExitCode
hs_command_password (HsCommandCall *call)
{
  return call->arguments[0] != NULL ? hs_command_misused ("password")
                                    : change (call, HS_SIGN_IN_PASSWORD, "password");
}
