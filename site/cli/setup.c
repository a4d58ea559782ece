/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* homespool-site init, serve, trust, backup, restore, routes. */

#define HS_LOG_AREA "site"

#include "site/cli/cli.h"

#include "base/error.h"
#include "base/log.h"
#include "core/wire/printer_list.h"
#include "core/wire/site_request.h"
#include "crypto/jws.h"
#include "platform/locked_memory.h"
#include "platform/service.h"
#include "site/import.h"
#include "site/server/routes.h"
#include "site/server/server.h"

#include <glib/gstdio.h>
#include <gio/gio.h>
#include <stdio.h>
#include <string.h>

#define REQUEST_FILE "site-request.json"
#define SIGNED_MAX_BYTES (8 * 1024 * 1024)

/* ── init ────────────────────────────────────────────────────────────────────────────────── */

static void
set_list (char ***place, char **given, const char *fallback)
{
  g_strfreev (*place);
  *place
      = given != NULL ? g_strdupv (given) : g_strdupv ((char **)(const char *[]){ fallback, NULL });
}

/* Where the site is reached if nobody says otherwise: @name, at the port that it listens on. */
static char *
make_url (const char *name, char *const *listen, const char *usual_port)
{
  const char *colon = listen != NULL ? strrchr (listen[0], ':') : NULL;
  const char *port = colon != NULL && colon[1] != '\0' ? colon + 1 : usual_port;

  return g_strdup_printf ("https://%s%s%s", name, g_str_equal (port, "443") ? "" : ":",
                          g_str_equal (port, "443") ? "" : port);
}

static HsSiteConfig *
make_config (HsCli *cli, GError **error)
{
  g_autoptr (HsSiteConfig) config = NULL;

  if (cli->data == NULL || cli->names == NULL)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                   "give a new folder and the name of this host: homespool-site init --data DIR "
                   "--name print.example.org");
      return NULL;
    }
  config = hs_site_config_new (cli->data);
  g_autofree char *url = make_url (cli->names[0], cli->listen, "443");
  g_autofree char *devices_url = make_url (cli->names[0], cli->devices_listen, "8443");
  set_list (&config->names, cli->names, NULL);
  set_list (&config->people_listen, cli->listen, "[::]:443");
  set_list (&config->devices_listen, cli->devices_listen, "[::]:8443");
  set_list (&config->people_urls, cli->urls, url);
  set_list (&config->devices_urls, cli->devices_urls, devices_url);
  return g_steal_pointer (&config);
}

/* The public half of the site, for the administrator to sign elsewhere. */
static gboolean
write_request (const HsSiteConfig *config, char **path, char **fingerprint, GError **error)
{
  g_autoptr (HsSiteSecrets) secrets = hs_site_secrets_load (config, error);
  g_autoptr (HsSiteRequest) request = hs_site_request_new ();

  if (secrets == NULL)
    return FALSE;
  request->site_urls = g_strdupv (config->people_urls);
  request->device_urls = g_strdupv (config->devices_urls);
  request->site_ca = g_new0 (char *, 2);
  request->site_ca[0] = hs_site_secrets_dup_site_authority_pem (secrets);
  request->n_command_keys = 1;
  request->command_keys
      = g_memdup2 (hs_site_secrets_get_command_public (secrets), sizeof (HsPublicKey));
  request->n_entitlement_keys = 1;
  request->entitlement_keys
      = g_memdup2 (hs_site_secrets_get_entitlement_public (secrets), sizeof (HsPublicKey));
  g_autofree char *line = hs_site_request_encode (request, error);
  if (line == NULL)
    return FALSE;
  g_autofree char *text = g_strconcat (line, "\n", NULL);
  *path = g_build_filename (config->folder, REQUEST_FILE, NULL);
  *fingerprint = hs_site_request_dup_fingerprint (request);
  if (g_file_set_contents (*path, text, -1, error))
    return TRUE;
  hs_error_convert_gio (error);
  return FALSE;
}

gboolean
hs_cli_init (HsCli *cli, GError **error)
{
  g_autoptr (HsSiteConfig) config = make_config (cli, error);
  g_autoptr (HsStore) store = NULL;
  g_autofree char *path = NULL;
  g_autofree char *fingerprint = NULL;
  gint64 now_us = g_get_real_time ();

  if (config == NULL)
    return FALSE;
  if (g_mkdir_with_parents (config->folder, 0700) != 0)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_DENIED, "the folder %s cannot be made",
                   config->folder);
      return FALSE;
    }
  /* The store refuses a folder that holds a site; nothing is overwritten before it has agreed. */
  store = hs_store_create (config->folder, error);
  if (store == NULL || !hs_site_config_store (config, error)
      || !hs_site_secrets_create (config, now_us, error)
      || !hs_site_secrets_renew_server (config, now_us, NULL, error)
      || !write_request (config, &path, &fingerprint, error))
    return FALSE;
  g_print ("A new site is in %s.\n"
           "Request for the organisation root: %s\n"
           "Its fingerprint: %s\n"
           "Next: carry the request to where the root is kept and run\n"
           "  homespool-trust sign --dir ROOT %s\n"
           "compare the fingerprint, bring the signed bundle back and run\n"
           "  homespool-site trust --data %s --file bundle.jws\n"
           "Keep %s/keys out of the backups of the database.\n",
           config->folder, path, fingerprint, REQUEST_FILE, config->folder, config->folder);
  return TRUE;
}

/* ── serve ───────────────────────────────────────────────────────────────────────────────── */

static void
on_stop (HsService *service, gpointer user_data)
{
  hs_service_say_stopping (service);
  g_main_loop_quit (user_data);
}

/* Users, bundle and printers are read for each request; only addresses need a new start. */
static void
on_reload (HsService *service, gpointer user_data)
{
  hs_service_say_ready (service);
}

gboolean
hs_cli_serve (HsCli *cli, GError **error)
{
  const char *problem = NULL;
  gboolean renewed = FALSE;

  if (!hs_locked_memory_harden_process (&problem))
    hs_log_warning ("memory is protected in part only: %s", problem);
  g_autoptr (HsSite) site = hs_cli_open (cli, error);
  if (site == NULL
      || !hs_site_secrets_renew_server (site->config, g_get_real_time (), &renewed, error))
    return FALSE;
  if (renewed)
    hs_log_info ("the server has a new certificate");
  if (hs_site_get_bundle (site, NULL) == NULL)
    hs_log_warning ("there is no trust bundle yet: nobody can enrol or sign in before "
                    "homespool-site trust has imported one");
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (HsSiteServer) server = hs_site_server_new (g_steal_pointer (&site), error);
  if (server == NULL)
    return FALSE;
  g_autoptr (HsService) service = hs_service_new (on_stop, on_reload, loop);
  g_autofree char *addresses = hs_site_server_dup_addresses (server);
  g_print ("homespool-site ready %s\n", addresses);
  fflush (stdout);
  hs_service_say_ready (service);
  g_main_loop_run (loop);
  return TRUE;
}

gboolean
hs_cli_routes (HsCli *cli, GError **error)
{
  g_autofree char *text = hs_site_routes_format ();

  return hs_cli_write (cli, text, error);
}

/* ── trust ───────────────────────────────────────────────────────────────────────────────── */

typedef struct
{
  char *bundle;
  char *bundle_next;
  char *printers;
} Signed;

static void
clear_signed (Signed *files)
{
  g_free (files->bundle);
  g_free (files->bundle_next);
  g_free (files->printers);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Signed, clear_signed)

/* A signed file has one JWS a line: a bundle and perhaps its second signature, or a printer list. */
static gboolean
sort_line (Signed *files, const char *line, GError **error)
{
  g_autoptr (GBytes) bundle
      = hs_jws_peek_payload (line, HS_JWS_TYP_BUNDLE, HS_BUNDLE_MAX_BYTES, NULL);
  g_autoptr (GBytes) printers
      = hs_jws_peek_payload (line, HS_JWS_TYP_PRINTERS, HS_PRINTER_LIST_MAX_BYTES, NULL);

  if (bundle != NULL && files->bundle == NULL)
    files->bundle = g_strdup (line);
  else if (bundle != NULL && files->bundle_next == NULL)
    files->bundle_next = g_strdup (line);
  else if (printers != NULL && files->printers == NULL)
    files->printers = g_strdup (line);
  else
    {
      g_set_error (
          error, HS_ERROR, HS_ERROR_INVALID,
          "this is no bundle or printer list that homespool-trust signed, or there are too "
          "many; give bundle.jws, printers.jws or both");
      return FALSE;
    }
  return TRUE;
}

static gboolean
read_signed (Signed *files, const char *path, GError **error)
{
  g_autofree char *text = NULL;
  gsize length = 0;

  if (!g_file_get_contents (path, &text, &length, error))
    {
      hs_error_convert_gio (error);
      return FALSE;
    }
  if (length > SIGNED_MAX_BYTES)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "%s is too large for a signed file", path);
      return FALSE;
    }
  g_auto (GStrv) lines = g_strsplit (text, "\n", 8);
  for (char **line = lines; *line != NULL; line++)
    if (*g_strstrip (*line) != '\0' && !sort_line (files, *line, error))
      {
        g_prefix_error (error, "%s: ", path);
        return FALSE;
      }
  return TRUE;
}

gboolean
hs_cli_trust (HsCli *cli, GError **error)
{
  g_auto (Signed) files = { NULL, NULL, NULL };
  g_autofree char *summary = NULL;

  if (cli->files == NULL)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                   "give what homespool-trust signed: --file bundle.jws, --file printers.jws");
      return FALSE;
    }
  for (char **path = cli->files; *path != NULL; path++)
    if (!read_signed (&files, *path, error))
      return FALSE;
  g_autoptr (HsSite) site = hs_cli_open (cli, error);
  if (site == NULL
      || !hs_site_import (site, files.bundle, files.bundle_next, files.printers, g_get_real_time (),
                          &summary, error))
    return FALSE;
  g_print ("%s", summary);
  return TRUE;
}

/* ── backup and restore ──────────────────────────────────────────────────────────────────── */

gboolean
hs_cli_backup (HsCli *cli, GError **error)
{
  g_autoptr (HsSite) site = hs_cli_open (cli, error);

  if (site == NULL)
    return FALSE;
  if (cli->output == NULL)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                   "say where the copy goes: --output site-backup.db");
      return FALSE;
    }
  if (!hs_store_back_up (site->store, cli->output, error))
    return FALSE;
  g_print (
      "The database is copied to %s. It opens no document without keys/wrap.key, which belongs "
      "in another place.\n",
      cli->output);
  return TRUE;
}

/* The database is put in place as a whole; then opening it destroys again what the log names. */
gboolean
hs_cli_restore (HsCli *cli, GError **error)
{
  const char *source = hs_cli_need (cli->files, "--file BACKUP", error);

  if (source == NULL)
    return FALSE;
  if (cli->data == NULL)
    return hs_cli_open (cli, error) != NULL;
  g_autofree char *target = g_build_filename (cli->data, "site.db", NULL);
  /* A log that was left behind would be written into the backup: it is of another database. */
  g_autofree char *old_log = g_strconcat (target, "-wal", NULL);
  if (g_file_test (target, G_FILE_TEST_EXISTS) || g_file_test (old_log, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
                   "%s or its -wal file exists; stop the site, move it and its -wal and -shm files "
                   "away, then restore",
                   target);
      return FALSE;
    }
  g_autoptr (GFile) from = g_file_new_for_path (source);
  g_autoptr (GFile) to = g_file_new_for_path (target);
  if (!g_file_copy (from, to, G_FILE_COPY_NONE, NULL, NULL, NULL, error))
    {
      hs_error_convert_gio (error);
      return FALSE;
    }
  g_chmod (target, 0600);
  g_autofree char *log = g_build_filename (cli->data, "keys", "destroyed.log", NULL);
  g_autoptr (HsSite) site = hs_cli_open (cli, error);
  if (site == NULL)
    {
      g_unlink (target);
      return FALSE;
    }
  g_print (
      "The database is restored. Release keys and peppers that were destroyed since are destroyed "
      "again, workstations and terminals that were revoked are revoked, and people who were "
      "blocked are blocked, as far as %s/keys/destroyed.log was not lost. What else was decided "
      "since the backup is not known any more: cards, PINs, passwords and delegations. "
      "Workstations go on from where they are; a document announced after the backup is "
      "released at its own workstation.\n",
      cli->data);
  if (!g_file_test (log, G_FILE_TEST_EXISTS))
    g_print (
        "WARNING: there is no %s. Everything that was revoked or blocked since the backup holds "
        "again: look through `homespool-site device list`, `terminal list` and `user list`, and "
        "revoke and block anew.\n",
        log);
  return TRUE;
}
