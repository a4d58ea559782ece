/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* pair: shows the link with which a browser reads the person's titles. The title key is made here, of
 * the key in the person's own keyring; the agent has only its public half, and the site nothing. At a
 * kiosk the agent has the person's key, and gives the title key to whoever is signed in. */

#include "cli/command.h"

#include "base/base64.h"
#include "base/error.h"
#include "cli/person_key.h"
#include "cli/qr_code.h"
#include "core/wire/control_status.h"
#include "seal/age_message.h"
#include "seal/key_file.h"
#include "seal/title_key.h"

#include <gio/gio.h>
#include <stdio.h>
#include <string.h>

typedef struct
{
  char *site_url;
  HsId person;
  guint8 registered[HS_X25519_BYTES];
  guint8 titles[HS_X25519_BYTES]; /* what the agent seals titles to */
  gboolean is_kiosk;
} Facts;

static void
facts_clear (Facts *facts)
{
  g_free (facts->site_url);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Facts, facts_clear)

static gboolean
refuse (GError **error, const char *sentence)
{
  g_set_error_literal (error, HS_ERROR, HS_ERROR_REFUSED, sentence);
  return FALSE;
}

/* Is there a release page, and does it show sealed titles? */
static gboolean
find_site (HsCommandCall *call, Facts *facts, GError **error)
{
  g_autoptr (json_t) reply = hs_client_call (call->client, "GET", "/v1/status", NULL, NULL, error);
  g_autoptr (HsControlStatus) status
      = reply != NULL ? hs_control_status_decode (reply, error) : NULL;

  if (status == NULL)
    return FALSE;
  if (status->site_url == NULL)
    return refuse (error, "This workstation belongs to no site, so there is no release page.");
  if (g_strcmp0 (status->title_policy, "sealed") != 0)
    return refuse (error, g_strcmp0 (status->title_policy, "full") == 0
                              ? "Your organisation shows titles on the release page to whoever "
                                "signs in as you: nothing needs to be paired."
                              : "Your organisation keeps titles off the release page: there is "
                                "nothing to pair.");
  facts->is_kiosk = strcmp (status->mode, "kiosk") == 0;
  facts->site_url = g_strdup (status->site_url);
  return TRUE;
}

static gboolean
find_person (HsCommandCall *call, Facts *facts, GError **error)
{
  g_autofree char *registered = NULL;
  g_autofree char *titles = NULL;
  g_autoptr (json_t) reply = hs_client_call (call->client, "GET", "/v1/unlock", NULL, NULL, error);

  if (reply == NULL || !hs_json_get_id_or_null (reply, "identity", &facts->person, error)
      || !hs_json_get_text_or_null (reply, "registered", 128, &registered, error)
      || !hs_json_get_text_or_null (reply, "title_recipient", 128, &titles, error))
    return FALSE;
  if (hs_id_is_zero (&facts->person))
    return refuse (error, "The agent does not know who you are at the site. Run `homespool "
                          "sign-in` first.");
  if (registered == NULL || titles == NULL)
    return refuse (error, "Your titles are not sealed to a key of yours yet. Run `homespool "
                          "unlock` first.");
  if (hs_recipient_parse (registered, facts->registered)
      && hs_recipient_parse (titles, facts->titles))
    return TRUE;
  g_set_error_literal (error, HS_ERROR, HS_ERROR_INTERNAL, "The agent's answer makes no sense.");
  return FALSE;
}

/* The key comes sealed to a key that lives for this call. */
static HsSecretBytes *
ask_title_key (HsCommandCall *call, GError **error)
{
  guint8 own_public[HS_X25519_BYTES];
  char recipient[HS_RECIPIENT_TEXT_BYTES];
  g_autoptr (HsSecretBytes) own = hs_x25519_generate (own_public, error);
  g_autofree char *text = NULL;

  if (own == NULL)
    return NULL;
  (void)hs_recipient_format (own_public, recipient);
  g_autoptr (GBytes) body = g_bytes_new (recipient, strlen (recipient));
  g_autoptr (json_t) reply
      = hs_client_call (call->client, "POST", "/v1/title-key", body, "text/plain", error);
  if (reply == NULL || !hs_json_get_text (reply, "title_key", 4096, &text, error))
    return NULL;
  g_autoptr (GBytes) sealed = hs_base64_decode_bytes (HS_BASE64_URL, text);
  g_autoptr (HsSecretBytes) file = sealed != NULL
                                       ? hs_age_message_open (g_bytes_get_data (sealed, NULL),
                                                              g_bytes_get_size (sealed), own, error)
                                       : NULL;
  if (sealed == NULL)
    (void)refuse (error, "The agent's answer makes no sense.");
  return file != NULL ? hs_key_file_parse (file, error) : NULL;
}

static HsSecretBytes *
make_title_key (const Facts *facts, GError **error)
{
  char uuid[HS_ID_TEXT_BYTES];
  g_autofree char *name = g_strconcat ("identity-", hs_id_format (&facts->person, uuid), NULL);
  g_autoptr (HsSecretBytes) owner = hs_person_key_get (name, facts->registered, error);
  guint8 derived[HS_X25519_BYTES];

  if (owner == NULL || !hs_title_key_derive_public (owner, derived, error))
    return NULL;
  if (memcmp (derived, facts->titles, sizeof derived) == 0)
    return hs_title_key_derive (owner, error);
  g_set_error_literal (error, HS_ERROR, HS_ERROR_CORRUPT,
                       "The agent seals your titles to another key than yours. Run `homespool "
                       "unlock`, then try again.");
  return NULL;
}

static void
write_secret (const HsSecretBytes *text)
{
  fwrite (hs_secret_bytes_peek (text), 1, hs_secret_bytes_get_length (text), stdout);
}

/* By hand, so that no copy of the link is left in ordinary memory: it has only URL characters. */
static void
print_json (const HsSecretBytes *link, const char *host)
{
  g_autoptr (json_t) text = json_string (host);
  g_autofree char *quoted = json_dumps (text, JSON_ENCODE_ANY);

  printf ("{\"host\": %s, \"link\": \"", quoted != NULL ? quoted : "\"\"");
  write_secret (link);
  puts ("\"}");
}

static void
print_link (const HsSecretBytes *link)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsSecretBytes) drawing = NULL;

  puts ("Open this in the browser where you want to read the titles of your documents:\n");
  write_secret (link);
  puts ("\n");
  if (g_get_charset (NULL))
    drawing = hs_qr_code_draw (link, g_log_writer_supports_color (1), &error);
  if (drawing != NULL)
    {
      puts ("or point a phone at this:\n");
      write_secret (drawing);
      puts ("");
    }
  puts ("Whoever has this link can read your titles on the release page once they are signed in as "
        "you. It\nopens no document and does not replace your password. Do not send it to anybody; "
        "clear this screen\nwhen you are done.");
}

HsExitCode
hs_command_pair (HsCommandCall *call)
{
  g_auto (Facts) facts = { .site_url = NULL };
  g_autoptr (HsSecretBytes) title_key = NULL;
  g_autoptr (HsSecretBytes) link = NULL;
  g_autoptr (GError) error = NULL;

  if (call->arguments[0] != NULL)
    return hs_command_misused ("pair");
  if (find_site (call, &facts, &error) && find_person (call, &facts, &error))
    title_key = facts.is_kiosk ? ask_title_key (call, &error) : make_title_key (&facts, &error);
  if (title_key != NULL)
    link = hs_title_key_format_link (title_key, facts.site_url, &facts.person, g_get_host_name (),
                                     &error);
  if (link == NULL)
    return hs_command_fail (call, error);
  if (call->json)
    print_json (link, g_get_host_name ());
  else
    print_link (link);
  return HS_EXIT_OK;
}
