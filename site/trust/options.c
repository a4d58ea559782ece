/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Options of homespool-trust: reading them. */

#include "site/trust/options.h"

#include "base/error.h"

#include <gio/gio.h>
#include <stdio.h>
#include <string.h>

#define PASSPHRASE_MAX_BYTES 1024

/* ── reading ─────────────────────────────────────────────────────────────────────────────── */

static void
add_every (GOptionContext *context, HsTrustOptions *options)
{
  const GOptionEntry entries[]
      = { { "dir", 'd', 0, G_OPTION_ARG_FILENAME, &options->dir, "Folder of the keys", "DIR" },
          { "passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &options->passphrase_file,
            "File with the passphrase of the keys, - for standard input", "FILE" },
          { NULL } };

  g_option_context_add_main_entries (context, entries, NULL);
}

static void
add_init (GOptionContext *context, HsTrustOptions *options)
{
  const GOptionEntry entries[]
      = { { "name", 0, 0, G_OPTION_ARG_STRING, &options->name, "Name of the organisation", "NAME" },
          { NULL } };

  g_option_context_add_main_entries (context, entries, NULL);
}

/* What a bundle says. */
static void
add_signing (GOptionContext *context, HsTrustOptions *options)
{
  const GOptionEntry entries[]
      = { { "expires", 0, 0, G_OPTION_ARG_INT, &options->expires_days,
            "Days until what is signed expires (90)", "DAYS" },
          { "title-policy", 0, 0, G_OPTION_ARG_STRING, &options->title_policy,
            "What the site learns of titles", "sealed|none|full" },
          { "os-names", 0, 0, G_OPTION_ARG_STRING, &options->os_names,
            "A workstation's user name is the identity", "yes|no" },
          { "offline", 0, 0, G_OPTION_ARG_STRING, &options->offline,
            "What people may do while the site is unreachable", "print|hold|deny" },
          { "offline-any-printer", 0, 0, G_OPTION_ARG_STRING, &options->offline_any_printer,
            "They may then also use printers that the workstation has not used before", "yes|no" },
          { "auto-release", 0, 0, G_OPTION_ARG_STRING, &options->auto_release,
            "What is printed then goes to the person's last printer without asking", "yes|no" },
          { "owner-stanza", 0, 0, G_OPTION_ARG_STRING, &options->owner_stanza,
            "An owner's own key opens a job", "yes|no" },
          { "report-local-printing", 0, 0, G_OPTION_ARG_STRING, &options->report_local,
            "Workstations tell of what their other printers print", "yes|no" },
          { "retention", 0, 0, G_OPTION_ARG_STRING, &options->retention,
            "Life of a held job: a number with s, m, h or d", "TIME" },
          { "quota-jobs", 0, 0, G_OPTION_ARG_INT, &options->quota_jobs, "Held jobs per person",
            "COUNT" },
          { "quota-bytes", 0, 0, G_OPTION_ARG_INT64, &options->quota_bytes, "Held bytes per person",
            "BYTES" },
          { "escrow", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->escrow,
            "A key that opens every document (replaces those of the last bundle)", "NAME=age1…" },
          { "no-escrow", 0, 0, G_OPTION_ARG_NONE, &options->no_escrow, "No escrow any more", NULL },
          { "printer-ca", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->printer_ca,
            "Certificate that may vouch for printers (replaces those of the last bundle)", "FILE" },
          { "no-printer-ca", 0, 0, G_OPTION_ARG_NONE, &options->no_printer_ca,
            "No printer certificate authority any more", NULL },
          { NULL } };

  g_option_context_add_main_entries (context, entries, NULL);
}

static void
add_sign (GOptionContext *context, HsTrustOptions *options)
{
  const GOptionEntry entries[]
      = { { "out", 'o', 0, G_OPTION_ARG_FILENAME, &options->out, "Write what was signed here too",
            "FILE" },
          { "yes", 'y', 0, G_OPTION_ARG_NONE, &options->yes, "Sign without asking", NULL },
          { "pin", 0, 0, G_OPTION_ARG_STRING, &options->pin, "Key of the one printer requested",
            "sha256:HEX" },
          { "certificate", 0, 0, G_OPTION_ARG_FILENAME, &options->certificate,
            "Certificate of the one printer requested: its key is pinned", "FILE" },
          { "allow-plain", 0, 0, G_OPTION_ARG_NONE, &options->allow_plain,
            "Accept printers that are reached without TLS", NULL },
          { NULL } };

  g_option_context_add_main_entries (context, entries, NULL);
}

static void
add_rotate (GOptionContext *context, HsTrustOptions *options)
{
  const GOptionEntry entries[]
      = { { "finish", 0, 0, G_OPTION_ARG_NONE, &options->finish,
            "rotate: the next root takes over now", NULL },
          { "printer-admin", 0, 0, G_OPTION_ARG_NONE, &options->printer_admin,
            "rotate: replace the printer-admin key instead of the root", NULL },
          { NULL } };

  g_option_context_add_main_entries (context, entries, NULL);
}

/* Each command has the options that do something with it. */
gboolean
hs_trust_options_parse (HsTrustOptions *options,
                        HsTrustCommand command,
                        const char *summary,
                        char ***arguments,
                        GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  *options = (HsTrustOptions){ .expires_days = HS_TRUST_NOT_GIVEN,
                               .quota_jobs = HS_TRUST_NOT_GIVEN,
                               .quota_bytes = HS_TRUST_NOT_GIVEN };
  g_option_context_set_summary (context, summary);
  add_every (context, options);
  if (command == HS_TRUST_INIT)
    add_init (context, options);
  if (command == HS_TRUST_SIGN)
    add_sign (context, options);
  if (command == HS_TRUST_ROTATE)
    add_rotate (context, options);
  if (command == HS_TRUST_SIGN || command == HS_TRUST_ROTATE)
    add_signing (context, options);
  return g_option_context_parse_strv (context, arguments, error);
}

void
hs_trust_options_clear (HsTrustOptions *options)
{
  g_free (options->dir);
  g_free (options->out);
  g_free (options->name);
  g_free (options->passphrase_file);
  g_free (options->title_policy);
  g_free (options->os_names);
  g_free (options->offline);
  g_free (options->offline_any_printer);
  g_free (options->auto_release);
  g_free (options->owner_stanza);
  g_free (options->report_local);
  g_free (options->retention);
  g_strfreev (options->escrow);
  g_strfreev (options->printer_ca);
  g_free (options->pin);
  g_free (options->certificate);
  *options = (HsTrustOptions){ 0 };
}

/* ── the passphrase ──────────────────────────────────────────────────────────────────────── */

gboolean
hs_trust_options_read_passphrase (const HsTrustOptions *options,
                                  HsSecretBytes **passphrase,
                                  GError **error)
{
  g_autoptr (HsSecretBytes) room = hs_secret_bytes_new (PASSPHRASE_MAX_BYTES + 1);
  char *text = (char *)hs_secret_bytes_get (room);
  gsize length;
  FILE *file;

  *passphrase = NULL;
  if (options->passphrase_file == NULL)
    return TRUE;
  file = strcmp (options->passphrase_file, "-") == 0 ? stdin
                                                     : fopen (options->passphrase_file, "rb");
  if (file == NULL)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_NOT_FOUND, "cannot open the passphrase file %s",
                   options->passphrase_file);
      return FALSE;
    }
  setvbuf (file, NULL, _IONBF, 0); /* no second copy in a buffer */
  length = fread (text, 1, PASSPHRASE_MAX_BYTES + 1, file);
  if (file != stdin)
    fclose (file);
  while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r'))
    length--;
  if (length == 0 || length > PASSPHRASE_MAX_BYTES)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                   "--passphrase-file must be a file with 1 to 1024 bytes in one line");
      return FALSE;
    }
  *passphrase = hs_secret_bytes_new_copy ((const guint8 *)text, length);
  return TRUE;
}
