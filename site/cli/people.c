/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* homespool-site user add, passwd, list. */

#include "site/cli/cli.h"

#include "base/error.h"
#include "site/cli/days.h"
#include "site/people/password.h"
#include "site/people/sign_in.h"

/* ── user ────────────────────────────────────────────────────────────────────────────────── */

static gboolean
add_user (HsSite *site, HsCli *cli, gboolean *scrub, GError **error)
{
  const char *name = hs_cli_need (cli->names, "--name NAME", error);
  HsStoreUser user = { .created_us = g_get_real_time () };

  if (name == NULL || !hs_site_derive_identity (site, name, &user.identity, error)
      || !hs_sign_in_check_free (site, &user.identity, error)
      || !hs_cli_check_display_name (cli->display_name, error))
    return FALSE;
  if (cli->guest != (cli->until != NULL))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                   "a guest needs --guest and --until, for example --guest --until 2d");
      return FALSE;
    }
  if (cli->until != NULL
      && !hs_cli_parse_until (cli->until, user.created_us, &user.guest_until_us, error))
    return FALSE;
  g_autofree char *verifier = hs_password_make_verifier (cli->secret, error);
  if (verifier == NULL)
    return FALSE;
  user.name = (char *)name;
  user.display_name = cli->display_name != NULL ? cli->display_name : (char *)name;
  user.verifier = verifier;
  return hs_store_add_user (site->store, &user, error);
}

gboolean
hs_cli_user_add (HsCli *cli, GError **error)
{
  if (hs_cli_need (cli->names, "--name NAME", error) == NULL
      || !hs_cli_read_secret (cli, cli->password_file, "--password-file", "Password: ", error)
      || !hs_cli_change (cli, add_user, error))
    return FALSE;
  g_print ("Added. The person can sign in on the release page now.\n");
  return TRUE;
}

static gboolean
set_password (HsSite *site, HsCli *cli, gboolean *scrub, GError **error)
{
  const char *name = hs_cli_need (cli->names, "--name NAME", error);
  g_autoptr (HsStoreUser) user = NULL;

  if (name == NULL || (user = hs_store_get_user_by_name (site->store, name, error)) == NULL
      || !hs_cli_refuse_directory (user, error))
    return FALSE;
  g_autofree char *verifier = hs_password_make_verifier (cli->secret, error);
  return verifier != NULL && hs_store_set_verifier (site->store, &user->identity, verifier, error)
         && hs_sign_in_end_sessions (site, &user->identity, g_get_real_time (), error);
}

gboolean
hs_cli_user_passwd (HsCli *cli, GError **error)
{
  if (hs_cli_need (cli->names, "--name NAME", error) == NULL
      || !hs_cli_read_secret (cli, cli->password_file, "--password-file", "New password: ", error)
      || !hs_cli_change (cli, set_password, error))
    return FALSE;
  g_print ("The password is set, and all sessions of this person are ended.\n");
  return TRUE;
}
