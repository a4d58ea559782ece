/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* homespool-site user list, pin, card, guest, block, unblock. */

#include "site/cli/cli.h"

#include "base/error.h"
#include "site/cli/days.h"
#include "site/people/card.h"
#include "site/people/password.h"
#include "site/people/pin.h"
#include "site/people/sign_in.h"

static HsStoreUser *
find_user (HsSite *site, HsCli *cli, GError **error)
{
  const char *name = hs_cli_need (cli->names, "--name NAME", error);

  return name != NULL ? hs_store_get_user_by_name (site->store, name, error) : NULL;
}

gboolean
hs_cli_refuse_directory (const HsStoreUser *user, GError **error)
{
  if (!user->is_directory)
    return TRUE;
  g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
               "the password of this person belongs to the directory; change it there");
  return FALSE;
}

/* ── list ────────────────────────────────────────────────────────────────────────────────── */

/* The state of each method, without any secret. */
static void
append_methods (
    GString *text, const HsStoreUser *user, guint n_cards, gint64 now_us, gboolean is_guest_over)
{
  g_autofree char *until = hs_cli_dup_time (user->guest_until_us);

  if (user->is_directory)
    g_string_append (text, "directory");
  else
    g_string_append (text, user->verifier != NULL ? "password" : "no password");
  if (user->pin != NULL)
    g_string_append (text, user->pin_failures >= HS_PIN_MAX_FAILURES ? ", PIN locked" : ", PIN");
  if (n_cards > 0)
    g_string_append_printf (text, ", %u %s", n_cards, n_cards == 1 ? "card" : "cards");
  if (user->guest_until_us != 0)
    g_string_append_printf (text, ", guest %s %s", is_guest_over ? "ended" : "until", until);
  if (user->blocked_us != 0)
    g_string_append (text, ", blocked");
}

gboolean
hs_cli_user_list (HsCli *cli, GError **error)
{
  g_autoptr (HsSite) site = hs_cli_open (cli, error);
  g_autoptr (GPtrArray) users = site != NULL ? hs_store_list_users (site->store, error) : NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  gint64 now_us = g_get_real_time ();

  if (users == NULL)
    return FALSE;
  for (guint i = 0; i < users->len; i++)
    {
      const HsStoreUser *user = g_ptr_array_index (users, i);
      char identity[HS_ID_TEXT_BYTES];
      guint n_cards = 0;
      if (!hs_store_count_cards (site->store, &user->identity, &n_cards, error))
        return FALSE;
      g_string_append_printf (text, "%s  %s  %s  ", hs_id_format (&user->identity, identity),
                              user->name, user->display_name);
      append_methods (text, user, n_cards, now_us, now_us >= user->guest_until_us);
      g_string_append_c (text, '\n');
    }
  return hs_cli_write_list (
      cli, text->str, "There are no people yet; homespool-site user add makes an account.", error);
}

/* ── PIN ─────────────────────────────────────────────────────────────────────────────────── */

static gboolean
set_new_pin (HsSite *site, HsCli *cli, const HsStoreUser *user, GError **error)
{
  g_autoptr (HsSecretBytes) bound = hs_pin_check_new (cli->secret, error)
                                        ? hs_pin_bind (hs_site_secrets_get_pin_key (site->secrets),
                                                       &user->identity, cli->secret, error)
                                        : NULL;

  g_autofree char *verifier = bound != NULL ? hs_verifier_make (bound, error) : NULL;
  return verifier != NULL && hs_store_set_pin (site->store, &user->identity, verifier, error);
}

static gboolean
change_pin (HsSite *site, HsCli *cli, gboolean *scrub, GError **error)
{
  g_autoptr (HsStoreUser) user = find_user (site, cli, error);

  if (user == NULL)
    return FALSE;
  if (cli->reset && user->pin == NULL)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_NOT_FOUND,
                   "this person has no PIN; set one without --reset");
      return FALSE;
    }
  if (cli->reset)
    return hs_store_set_pin_failures (site->store, &user->identity, 0, error);
  if (cli->remove)
    return hs_store_set_pin (site->store, &user->identity, NULL, error);
  return set_new_pin (site, cli, user, error);
}

gboolean
hs_cli_user_pin (HsCli *cli, GError **error)
{
  if (cli->reset + cli->remove + (cli->pin_file != NULL) > 1)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                   "give one of --pin-file, --reset and --remove");
      return FALSE;
    }
  if ((!cli->reset && !cli->remove
       && !hs_cli_read_secret (cli, cli->pin_file, "--pin-file", "New PIN: ", error))
      || !hs_cli_change (cli, change_pin, error))
    return FALSE;
  g_print ("%s\n", cli->reset    ? "The PIN can be used again; it is the same as before."
                   : cli->remove ? "The PIN is removed."
                                 : "The PIN is set. A key that a kiosk keeps under an older PIN "
                                   "opens with that one only.");
  return TRUE;
}

/* ── cards ───────────────────────────────────────────────────────────────────────────────── */

static gboolean
remove_cards (HsSite *site, const HsStoreUser *user, const guint8 *digest, GError **error)
{
  guint removed = 0;

  if (!hs_store_remove_cards (site->store, &user->identity, digest, &removed, error))
    return FALSE;
  if (digest != NULL && removed == 0)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_NOT_FOUND, "this person has no such card");
      return FALSE;
    }
  g_print ("%u %s removed.\n", removed, removed == 1 ? "card is" : "cards are");
  return TRUE;
}

static gboolean
change_card (HsSite *site, HsCli *cli, gboolean *scrub, GError **error)
{
  g_autoptr (HsStoreUser) user = find_user (site, cli, error);
  guint8 digest[HS_STORE_DIGEST_BYTES];

  if (user == NULL)
    return FALSE;
  if (cli->all)
    return remove_cards (site, user, NULL, error);
  if (!hs_card_digest (hs_site_secrets_get_card_key (site->secrets), cli->secret, digest, error))
    return FALSE;
  if (cli->remove)
    return remove_cards (site, user, digest, error);
  if (!hs_store_add_card (site->store, digest, &user->identity, g_get_real_time (), error))
    return FALSE;
  g_print ("The card is registered.\n");
  return TRUE;
}

gboolean
hs_cli_user_card (HsCli *cli, GError **error)
{
  if (cli->all && !cli->remove)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "--all goes with --remove");
      return FALSE;
    }
  return (cli->all
          || hs_cli_read_secret (cli, cli->card_file, "--card-file",
                                 "Hold the card to the reader: ", error))
         && hs_cli_change (cli, change_card, error);
}

/* ── guests and blocked people ───────────────────────────────────────────────────────────── */

static gboolean
change_guest (HsSite *site, HsCli *cli, gboolean *scrub, GError **error)
{
  g_autoptr (HsStoreUser) user = find_user (site, cli, error);
  gint64 now_us = g_get_real_time ();
  gint64 until_us = 0;

  if (user == NULL)
    return FALSE;
  if (cli->until == NULL)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                   "say how long the guest stays, with --until 2d, --until 2026-11-22 or --until "
                   "never");
      return FALSE;
    }
  if (user->guest_until_us == 0 && !cli->guest)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
                   "this account has no end: its person is no guest. With --guest it becomes one "
                   "and ends then; to end it now, block it with homespool-site user block");
      return FALSE;
    }
  if (g_str_equal (cli->until, "never"))
    return hs_store_set_guest_until (site->store, &user->identity, 0, error)
           && hs_sign_in_end_sessions (site, &user->identity, now_us, error);
  /* Open sessions end with the old date; a shorter stay must end them too. */
  return hs_cli_parse_until (cli->until, now_us, &until_us, error)
         && hs_store_set_guest_until (site->store, &user->identity, until_us, error)
         && hs_sign_in_end_sessions (site, &user->identity, now_us, error);
}

gboolean
hs_cli_user_guest (HsCli *cli, GError **error)
{
  if (!hs_cli_change (cli, change_guest, error))
    return FALSE;
  g_print (g_str_equal (cli->until, "never")
               ? "The account has no end any more; all sessions are ended.\n"
               : "The guest's end is changed, and all sessions are ended.\n");
  return TRUE;
}

static gboolean
block (HsSite *site, HsCli *cli, gboolean *scrub, GError **error)
{
  g_autoptr (HsStoreUser) user = find_user (site, cli, error);
  gint64 now_us = g_get_real_time ();

  return user != NULL && hs_sign_in_log_blocked (site, &user->identity, TRUE, error)
         && hs_store_set_blocked (site->store, &user->identity, now_us, error)
         && hs_sign_in_end_sessions (site, &user->identity, now_us, error);
}

gboolean
hs_cli_user_block (HsCli *cli, GError **error)
{
  if (!hs_cli_change (cli, block, error))
    return FALSE;
  g_print ("The person is blocked and signed out; workstations hear of it as soon as each is "
           "reachable, and take back the right to sign in without the site.\n");
  return TRUE;
}

/* Somebody of the directory whom an older database does not know, and who is kept out all the same. */
static gboolean
unblock_unknown (HsSite *site, const char *name, gboolean *found, GError **error)
{
  HsId identity;

  return hs_site_derive_identity (site, name, &identity, error)
         && hs_sign_in_is_log_blocked (site, &identity, found, error)
         && hs_sign_in_log_blocked (site, &identity, FALSE, error);
}

static gboolean
unblock (HsSite *site, HsCli *cli, gboolean *scrub, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (HsStoreUser) user = find_user (site, cli, &reason);
  gboolean found = FALSE;

  if (g_error_matches (reason, HS_ERROR, HS_ERROR_NOT_FOUND)
      && !unblock_unknown (site, cli->names[0], &found, error))
    return FALSE;
  if (found)
    return TRUE;
  if (user == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }
  return hs_store_set_blocked (site->store, &user->identity, 0, error)
         && hs_sign_in_log_blocked (site, &user->identity, FALSE, error);
}

gboolean
hs_cli_user_unblock (HsCli *cli, GError **error)
{
  if (!hs_cli_change (cli, unblock, error))
    return FALSE;
  g_print ("The person can sign in again.\n");
  return TRUE;
}
