/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* homespool-trust: the organisation root's tool. It runs on the administrator's own machine, opens
 * no connection and is never installed on the site.
 *
 *   init     a new folder with keys
 *   sign     answers the request of a site, or for printers; without one, renews what was signed
 *   rotate   replaces the root in two steps, or the printer-admin key in one
 *   show     says what a file or the folder holds */

#include "base/error.h"
#include "base/safe_text.h"
#include "site/trust/folder.h"
#include "site/trust/options.h"
#include "site/trust/show.h"

#include <gio/gio.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#define EXIT_USAGE 2

static const char usage[]
    = "usage: homespool-trust init --dir DIR --name NAME\n"
      "       homespool-trust sign --dir DIR [REQUEST] [policy options] [--out FILE]\n"
      "       homespool-trust rotate --dir DIR [--finish | --printer-admin]\n"
      "       homespool-trust show (--dir DIR | FILE…)\n"
      "Add --help to a command for its options.\n";

/* ── small parts ─────────────────────────────────────────────────────────────────────────── */

static gboolean
read_text (const char *path, char **text, gsize *length, GError **error)
{
  if (g_file_get_contents (path, text, length, error))
    return TRUE;
  hs_error_convert_gio (error);
  return FALSE;
}

/* Copies a signed file to where --out says. */
static gboolean
write_out (const HsTrustOptions *options,
           const HsTrustFolder *trust,
           const char *name,
           GError **error)
{
  g_autofree char *path = g_build_filename (trust->path, name, NULL);
  g_autofree char *text = NULL;
  gsize length;

  if (options->out == NULL)
    {
      g_print ("Signed: %s\n", path);
      return TRUE;
    }
  if (!read_text (path, &text, &length, error))
    return FALSE;
  if (strcmp (options->out, "-") == 0)
    {
      fwrite (text, 1, length, stdout);
      return TRUE;
    }
  if (!g_file_set_contents (options->out, text, (gssize)length, error))
    {
      hs_error_convert_gio (error);
      return FALSE;
    }
  g_print ("Signed: %s\n", options->out);
  return TRUE;
}

/* Shows what will be signed and asks. With --out -, standard output is for the signed text. */
static gboolean
confirm (const HsTrustOptions *options, const GString *text, GError **error)
{
  char answer[16] = "";

  hs_safe_text_put_lines (text->str, stderr);
  if (options->yes)
    return TRUE;
  fputs ("Sign this? [y/N] ", stderr);
  fflush (stderr);
  if (fgets (answer, sizeof answer, stdin) != NULL && (answer[0] == 'y' || answer[0] == 'Y'))
    return TRUE;
  g_set_error (error, HS_ERROR, HS_ERROR_CANCELLED, "nothing was signed");
  return FALSE;
}

static HsTrustFolder *
open_folder (const HsTrustOptions *options, GError **error)
{
  g_autoptr (HsSecretBytes) passphrase = NULL;

  if (options->dir == NULL)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "say where the keys are: --dir DIR");
      return NULL;
    }
  if (!hs_trust_options_read_passphrase (options, &passphrase, error))
    return NULL;
  return hs_trust_folder_open (options->dir, passphrase, error);
}

/* ── init ────────────────────────────────────────────────────────────────────────────────── */

static gboolean
run_init (const HsTrustOptions *options, char **files, GError **error)
{
  g_autoptr (HsSecretBytes) passphrase = NULL;
  g_autoptr (HsTrustFolder) trust = NULL;
  char fingerprint[HS_PUBLIC_KEY_FINGERPRINT_BYTES];

  if (options->dir == NULL || options->name == NULL || hs_safe_text_is_blank (options->name)
      || strlen (options->name) > HS_BUNDLE_MAX_NAME_BYTES || files[0] != NULL)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                   "init needs --dir DIR and --name NAME (at most %d bytes)",
                   HS_BUNDLE_MAX_NAME_BYTES);
      return FALSE;
    }
  if (!hs_trust_options_read_passphrase (options, &passphrase, error))
    return FALSE;
  trust = hs_trust_folder_create (options->dir, options->name, passphrase, error);
  if (trust == NULL)
    return FALSE;
  g_print ("Keys of \"%s\" are in %s. Keep this folder offline, and a copy of it safe: whoever has "
           "it decides what every workstation trusts.\n",
           trust->name, trust->path);
  g_print ("  root             %s\n", hs_public_key_format_fingerprint (&trust->root, fingerprint));
  g_print ("  printer admin    %s\n",
           hs_public_key_format_fingerprint (&trust->printer_admin, fingerprint));
  g_print ("Next: homespool-site init makes a request; sign it with homespool-trust sign.\n");
  return TRUE;
}

/* ── sign ────────────────────────────────────────────────────────────────────────────────── */

static HsBundle *
make_bundle (const HsTrustFolder *trust, const HsSiteRequest *request)
{
  HsBundle *bundle = trust->bundle != NULL ? hs_bundle_copy (trust->bundle) : hs_bundle_new ();

  if (request == NULL)
    return bundle;
  g_strfreev (bundle->site_urls);
  g_strfreev (bundle->device_urls);
  g_strfreev (bundle->site_ca);
  g_free (bundle->command_keys);
  g_free (bundle->entitlement_keys);
  bundle->site_urls = g_strdupv (request->site_urls);
  bundle->device_urls = g_strdupv (request->device_urls);
  bundle->site_ca = g_strdupv (request->site_ca);
  bundle->command_keys
      = g_memdup2 (request->command_keys, request->n_command_keys * sizeof (HsPublicKey));
  bundle->n_command_keys = request->n_command_keys;
  bundle->entitlement_keys
      = g_memdup2 (request->entitlement_keys, request->n_entitlement_keys * sizeof (HsPublicKey));
  bundle->n_entitlement_keys = request->n_entitlement_keys;
  return bundle;
}

static gboolean
sign_bundle (const HsTrustOptions *options,
             HsTrustFolder *trust,
             const HsSiteRequest *request,
             GError **error)
{
  g_autoptr (HsBundle) bundle = make_bundle (trust, request);
  g_autoptr (GString) text = g_string_new (NULL);
  gint64 now_us = g_get_real_time ();
  gint64 life_us;

  if (!hs_trust_options_get_life (options, &life_us, error)
      || !hs_trust_options_apply_policy (options, bundle, error))
    return FALSE;
  if (request != NULL)
    {
      hs_trust_show_site_request (text, request);
      g_string_append (text, "Compare the fingerprint with what homespool-site showed.\n");
      if (!confirm (options, text, error))
        return FALSE;
    }
  if (!hs_trust_folder_sign_bundle (trust, bundle, now_us, life_us, error))
    return FALSE;
  g_steal_pointer (&bundle);
  g_string_truncate (text, 0);
  hs_trust_show_bundle (text, trust->bundle, now_us);
  hs_safe_text_put_lines (text->str, stderr);
  return TRUE;
}

/* The newest list with what @request adds, replaces and removes. */
static HsPrinterList *
make_printers (const HsTrustFolder *trust, const HsPrinterRequest *request)
{
  HsPrinterList *list = hs_printer_list_new ();

  for (guint i = 0; trust->printers != NULL && i < trust->printers->printers->len; i++)
    {
      const HsPrinterEntry *entry = trust->printers->printers->pdata[i];
      gboolean keep = TRUE;

      for (guint k = 0; request != NULL && k < request->printers->len; k++)
        keep = keep
               && !hs_id_equal (&((HsPrinterEntry *)request->printers->pdata[k])->uuid,
                                &entry->uuid);
      for (guint k = 0; request != NULL && k < request->remove->len; k++)
        keep = keep && !hs_id_equal (&g_array_index (request->remove, HsId, k), &entry->uuid);
      if (keep)
        g_ptr_array_add (list->printers, hs_printer_entry_copy (entry));
    }
  for (guint i = 0; request != NULL && i < request->printers->len; i++)
    g_ptr_array_add (list->printers, hs_printer_entry_copy (request->printers->pdata[i]));
  return list;
}

static gboolean
sign_printers (const HsTrustOptions *options,
               HsTrustFolder *trust,
               HsPrinterRequest *request,
               GError **error)
{
  g_autoptr (HsPrinterList) list = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean has_printer_ca = trust->bundle != NULL && trust->bundle->printer_ca != NULL
                            && trust->bundle->printer_ca[0] != NULL;
  gint64 life_us;

  if (!hs_trust_options_get_life (options, &life_us, error))
    return FALSE;
  if (request != NULL)
    {
      if (!hs_trust_options_apply_pins (options, has_printer_ca, request, error))
        return FALSE;
      hs_trust_show_printer_request (text, request);
      g_string_append (text, "Compare each key with what the printer itself shows.\n");
      if (!confirm (options, text, error))
        return FALSE;
    }
  list = make_printers (trust, request);
  if (!hs_trust_folder_sign_printers (trust, list, g_get_real_time (), life_us, error))
    return FALSE;
  fprintf (stderr, "Printer list, version %" G_GUINT64_FORMAT ", %u printers\n", list->version,
           list->printers->len);
  g_steal_pointer (&list);
  return TRUE;
}

static gboolean
answer_request (const HsTrustOptions *options,
                HsTrustFolder *trust,
                const char *path,
                GError **error)
{
  g_autoptr (HsSiteRequest) site_request = NULL;
  g_autoptr (HsPrinterRequest) printer_request = NULL;
  g_autofree char *text = NULL;
  gsize length;

  if (!read_text (path, &text, &length, error))
    return FALSE;
  while (length > 0 && g_ascii_isspace (text[length - 1]))
    length--;
  /* The two kinds have different labels; the label decides whose errors are shown. */
  if (g_strstr_len (text, (gssize)length, "\"homespool.printer-request/") != NULL)
    {
      printer_request = hs_printer_request_decode (text, length, error);
      return printer_request != NULL && hs_trust_options_refuse_policy (options, error)
             && hs_trust_folder_check_printer_admin (trust, error)
             && sign_printers (options, trust, printer_request, error)
             && write_out (options, trust, HS_TRUST_PRINTERS_FILE, error);
    }
  site_request = hs_site_request_decode (text, length, error);
  return site_request != NULL && hs_trust_options_refuse_pins (options, error)
         && sign_bundle (options, trust, site_request, error)
         && write_out (options, trust, HS_TRUST_BUNDLE_FILE, error);
}

/* Signs anew what there is. */
static gboolean
renew (const HsTrustOptions *options, HsTrustFolder *trust, GError **error)
{
  if (trust->bundle == NULL)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
                   "nothing was signed yet: give the request that homespool-site init made");
      return FALSE;
    }
  if (!hs_trust_options_refuse_pins (options, error))
    return FALSE;
  /* The list first: see rotate --printer-admin. */
  if (trust->printers != NULL && !sign_printers (options, trust, NULL, error))
    return FALSE;
  if (!sign_bundle (options, trust, NULL, error))
    return FALSE;
  g_print ("Signed: %s in %s\n",
           trust->printers != NULL ? "bundle.jws and printers.jws" : "bundle.jws", trust->path);
  return TRUE;
}

static gboolean
run_sign (const HsTrustOptions *options, char **files, GError **error)
{
  g_autoptr (HsTrustFolder) trust = NULL;

  if (files[0] != NULL && files[1] != NULL)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "sign answers one request at a time");
      return FALSE;
    }
  if (files[0] == NULL && options->out != NULL)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                   "--out goes with a request; a renewal writes both files in the folder");
      return FALSE;
    }
  trust = open_folder (options, error);
  if (trust == NULL)
    return FALSE;
  return files[0] != NULL ? answer_request (options, trust, files[0], error)
                          : renew (options, trust, error);
}

/* ── rotate ──────────────────────────────────────────────────────────────────────────────── */

/* Before a key is replaced: a wrong option must not leave the rest undone. */
static gboolean
check_options (const HsTrustOptions *options, const HsTrustFolder *trust, GError **error)
{
  g_autoptr (HsBundle) scratch = make_bundle (trust, NULL);
  gint64 life_us;

  return hs_trust_options_get_life (options, &life_us, error)
         && hs_trust_options_apply_policy (options, scratch, error);
}

static gboolean
run_rotate (const HsTrustOptions *options, char **files, GError **error)
{
  g_autoptr (HsTrustFolder) trust = NULL;

  if (files[0] != NULL || (options->finish && options->printer_admin))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                   "rotate takes no file, and either --finish or --printer-admin");
      return FALSE;
    }
  trust = open_folder (options, error);
  if (trust == NULL || !check_options (options, trust, error))
    return FALSE;
  if (options->printer_admin)
    {
      /* The list is signed before the bundle: cut in between, the folder can still be read. */
      if (!hs_trust_folder_replace_printer_admin (trust, error))
        return FALSE;
      if (trust->bundle == NULL)
        return TRUE;
    }
  else if (options->finish ? !hs_trust_folder_finish_rotation (trust, error)
                           : !hs_trust_folder_begin_rotation (trust, error))
    return FALSE;
  if (!renew (options, trust, error))
    return FALSE;
  if (!options->finish && !options->printer_admin)
    g_print ("Give the new bundle to the site. When every workstation has fetched it, end with "
             "homespool-trust rotate --finish. A workstation that was off all the time must be "
             "enrolled again.\n");
  return TRUE;
}

/* ── show ────────────────────────────────────────────────────────────────────────────────── */

static gboolean
show_folder (GString *text, const HsTrustOptions *options, GError **error)
{
  g_autoptr (HsTrustFolder) trust = open_folder (options, error);
  char fingerprint[HS_PUBLIC_KEY_FINGERPRINT_BYTES];
  gint64 now_us = g_get_real_time ();

  if (trust == NULL)
    return FALSE;
  g_string_append_printf (text, "Keys of \"%s\" in %s\n  %-16s %s\n", trust->name, trust->path,
                          "root", hs_public_key_format_fingerprint (&trust->root, fingerprint));
  if (trust->next_root_seed != NULL)
    g_string_append_printf (text, "  %-16s %s\n", "next root",
                            hs_public_key_format_fingerprint (&trust->next_root, fingerprint));
  g_string_append_printf (text, "  %-16s %s\n", "printer admin",
                          hs_public_key_format_fingerprint (&trust->printer_admin, fingerprint));
  if (trust->bundle != NULL)
    hs_trust_show_bundle (text, trust->bundle, now_us);
  if (trust->printers != NULL)
    hs_trust_show_printers (text, trust->printers, now_us);
  return TRUE;
}

static gboolean
run_show (const HsTrustOptions *options, char **files, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if ((files[0] == NULL) == (options->dir == NULL))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "show takes --dir DIR or files");
      return FALSE;
    }
  if (options->dir != NULL && !show_folder (text, options, error))
    return FALSE;
  for (gsize i = 0; files[i] != NULL; i++)
    if (!hs_trust_show_file (text, files[i], error))
      {
        g_prefix_error (error, "%s: ", files[i]);
        return FALSE;
      }
  hs_safe_text_put_lines (text->str, stdout);
  return TRUE;
}

/* ── main ────────────────────────────────────────────────────────────────────────────────── */

static const struct
{
  const char *name;
  HsTrustCommand command;
  const char *summary;
  gboolean (*run) (const HsTrustOptions *options, char **files, GError **error);
} commands[] = {
  { "init", HS_TRUST_INIT, "init: makes a new folder with keys.", run_init },
  { "sign", HS_TRUST_SIGN, "sign: answers a request; without one, renews bundle and printer list.",
    run_sign },
  { "rotate", HS_TRUST_ROTATE, "rotate: replaces the root (two steps) or the printer-admin key.",
    run_rotate },
  { "show", HS_TRUST_SHOW, "show: says what a file or the folder holds.", run_show },
};

static void
print (const char *text)
{
  hs_safe_text_put_lines (text, stdout);
}

static void
print_error (const char *text)
{
  hs_safe_text_put_lines (text, stderr);
}

int
main (int argc, char **argv)
{
  g_auto (GStrv) arguments = NULL;
  g_autoptr (GError) error = NULL;
  HsTrustOptions options = { 0 };
  gboolean ok;

  setlocale (LC_ALL, "");
  g_set_print_handler (print);
  g_set_printerr_handler (print_error);
  for (gsize i = 0; argc >= 2 && i < G_N_ELEMENTS (commands); i++)
    {
      if (strcmp (argv[1], commands[i].name) != 0)
        continue;
      g_autofree char *program = g_strdup_printf ("homespool-trust %s", commands[i].name);
      g_set_prgname (program);
      arguments = g_strdupv (argv + 1);
      if (!hs_trust_options_parse (&options, commands[i].command, commands[i].summary, &arguments,
                                   &error))
        {
          g_printerr ("homespool-trust: %s\n", error->message);
          return EXIT_USAGE;
        }
      ok = commands[i].run (&options, arguments + 1, &error);
      hs_trust_options_clear (&options);
      if (ok)
        return 0;
      g_printerr ("homespool-trust: %s\n", error->message);
      return g_error_matches (error, HS_ERROR, HS_ERROR_INVALID) ? EXIT_USAGE : 1;
    }
  if (argc == 2 && strcmp (argv[1], "--version") == 0)
    {
      g_print ("homespool-trust %s\n", HS_VERSION);
      return 0;
    }
  if (argc == 2 && strcmp (argv[1], "--help") == 0)
    {
      fputs (usage, stdout);
      return 0;
    }
  if (argc > 1)
    g_printerr ("homespool-trust: there is no command \"%s\"\n", argv[1]);
  fputs (usage, stderr);
  return EXIT_USAGE;
}
