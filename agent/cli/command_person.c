/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* sign-in, sign-out, unlock. What is secret goes to the agent as an age file that only the agent's
 * present run can open. */

#include "cli/command.h"

#include "base/error.h"
#include "cli/person_key.h"
#include "core/wire/sign_in.h"
#include "platform/terminal.h"
#include "seal/age_message.h"
#include "seal/key_file.h"

#include <gio/gio.h>
#include <stdio.h>
#include <string.h>

typedef struct
{
  guint8 recipient[HS_X25519_BYTES];
  gboolean is_registered;
  guint8 registered[HS_X25519_BYTES];
  char *key_name; /* in the keyring */
} Door;

static void
door_clear (Door *door)
{
  g_free (door->key_name);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Door, door_clear)

/* Asks the agent how it is to be spoken to in private. */
static gboolean
find_door (HsCommandCall *call, Door *door, GError **error)
{
  g_autofree char *recipient = NULL;
  g_autofree char *identity = NULL;
  g_autofree char *registered = NULL;
  g_autoptr (json_t) reply = hs_client_call (call->client, "GET", "/v1/unlock", NULL, NULL, error);

  if (reply == NULL || !hs_json_get_text (reply, "recipient", 128, &recipient, error)
      || !hs_json_get_text_or_null (reply, "key_identity", 64, &identity, error)
      || !hs_json_get_text_or_null (reply, "registered", 128, &registered, error))
    return FALSE;
  door->is_registered = registered != NULL;
  door->key_name = g_strconcat ("identity-", identity != NULL ? identity : "local", NULL);
  if (hs_recipient_parse (recipient, door->recipient)
      && (registered == NULL || hs_recipient_parse (registered, door->registered)))
    return TRUE;
  g_set_error_literal (error, HS_ERROR, HS_ERROR_INTERNAL, "The agent's answer makes no sense.");
  return FALSE;
}

static json_t *
post_sealed (HsCommandCall *call,
             const Door *door,
             const char *path,
             const guint8 *plain,
             gsize length,
             GError **error)
{
  g_autoptr (GBytes) sealed = hs_age_message_seal (door->recipient, plain, length, error);

  if (sealed == NULL)
    return NULL;
  return hs_client_call (call->client, "POST", path, sealed, "application/age", error);
}

HsExitCode
hs_command_unlock (HsCommandCall *call)
{
  g_auto (Door) door = { .key_name = NULL };
  g_autoptr (GError) error = NULL;

  if (call->arguments[0] != NULL)
    return hs_command_misused ("unlock");
  if (!find_door (call, &door, &error))
    return hs_command_fail (call, error);
  g_autoptr (HsSecretBytes) key
      = hs_person_key_get (door.key_name, door.is_registered ? door.registered : NULL, &error);
  g_autoptr (HsSecretBytes) file = key != NULL ? hs_key_file_format (key, &error) : NULL;
  g_autoptr (json_t) reply
      = file != NULL ? post_sealed (call, &door, "/v1/unlock", hs_secret_bytes_peek (file),
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

/* The password, from the terminal without echo or from standard input. */
static HsSecretBytes *
ask_password (const char *user, GError **error)
{
  char line[HS_SIGN_IN_MAX_SECRET_BYTES + 1];
  g_autofree char *prompt = g_strdup_printf ("Password of %s at the site: ", user);
  gssize length = hs_terminal_read_secret (prompt, line, sizeof line, error);

  hs_error_convert_gio (error);
  if (length < 0)
    return NULL;
  HsSecretBytes *password
      = length > 0 ? hs_secret_bytes_new_copy ((const guint8 *)line, (gsize)length) : NULL;
  hs_secret_bytes_wipe (line, sizeof line);
  if (password == NULL)
    g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID, "The password is empty.");
  return password;
}

HsExitCode
hs_command_sign_in (HsCommandCall *call)
{
  const char *user = call->arguments[0] != NULL ? call->arguments[0] : g_get_user_name ();
  g_auto (Door) door = { .key_name = NULL };
  g_autoptr (GError) error = NULL;

  if (call->arguments[0] != NULL && call->arguments[1] != NULL)
    return hs_command_misused ("sign-in");
  if (!find_door (call, &door, &error))
    return hs_command_fail (call, error);
  g_autoptr (HsSecretBytes) password = ask_password (user, &error);
  if (password == NULL)
    return hs_command_fail (call, error);
  const HsSignInRequest request
      = { .method = HS_SIGN_IN_PASSWORD, .user = (char *)user, .secret = password };
  char *text = hs_sign_in_request_encode (&request);
  g_autoptr (json_t) reply
      = post_sealed (call, &door, "/v1/sign-in", (const guint8 *)text, strlen (text), &error);
  hs_secret_bytes_wipe (text, strlen (text));
  g_free (text);
  if (reply == NULL)
    return hs_command_fail (call, error);
  if (call->json)
    hs_command_print_json (reply);
  else
    puts ("You are signed in.");
  return HS_EXIT_OK;
}

HsExitCode
hs_command_sign_out (HsCommandCall *call)
{
  g_autoptr (json_t) body = json_object ();
  g_autoptr (GError) error = NULL;

  if (call->arguments[0] != NULL)
    return hs_command_misused ("sign-out");
  g_autoptr (json_t) reply = hs_client_post (call->client, "/v1/sign-out", body, &error);
  if (reply == NULL)
    return hs_command_fail (call, error);
  if (call->json)
    hs_command_print_json (reply);
  else
    puts ("You are signed out and your key is locked.");
  return HS_EXIT_OK;
}
