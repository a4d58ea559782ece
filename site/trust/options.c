/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Options of homespool-trust. */

#include "site/trust/options.h"

#include "base/error.h"
#include "base/safe_text.h"
#include "crypto/certificate.h"
#include "site/trust/show.h"

#include <gio/gio.h>
#include <stdio.h>
#include <string.h>

#define PASSPHRASE_MAX_BYTES 1024

/* ── reading ─────────────────────────────────────────────────────────────────────────────── */

gboolean
hs_trust_options_parse (HsTrustOptions *options,
                        const char *summary,
                        char ***arguments,
                        GError **error)
{
  const GOptionEntry entries[]
      = { { "dir", 'd', 0, G_OPTION_ARG_FILENAME, &options->dir, "Folder of the keys", "DIR" },
          { "out", 'o', 0, G_OPTION_ARG_FILENAME, &options->out, "Write what was signed here too",
            "FILE" },
          { "name", 0, 0, G_OPTION_ARG_STRING, &options->name, "Name of the organisation", "NAME" },
          { "passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &options->passphrase_file,
            "File with the passphrase of the keys, - for standard input", "FILE" },
          { "yes", 'y', 0, G_OPTION_ARG_NONE, &options->yes, "Sign without asking", NULL },
          { "expires", 0, 0, G_OPTION_ARG_INT, &options->expires_days,
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
          { "pin", 0, 0, G_OPTION_ARG_STRING, &options->pin, "Key of the one printer requested",
            "sha256:HEX" },
          { "certificate", 0, 0, G_OPTION_ARG_FILENAME, &options->certificate,
            "Certificate of the one printer requested: its key is pinned", "FILE" },
          { "allow-plain", 0, 0, G_OPTION_ARG_NONE, &options->allow_plain,
            "Accept printers that are reached without TLS", NULL },
          { "finish", 0, 0, G_OPTION_ARG_NONE, &options->finish,
            "rotate: the next root takes over now", NULL },
          { "printer-admin", 0, 0, G_OPTION_ARG_NONE, &options->printer_admin,
            "rotate: replace the printer-admin key instead of the root", NULL },
          { NULL } };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_summary (context, summary);
  g_option_context_add_main_entries (context, entries, NULL);
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

/* ── values ──────────────────────────────────────────────────────────────────────────────── */

static gboolean
refuse (GError **error, const char *option, const char *expected)
{
  g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "--%s must be %s", option, expected);
  return FALSE;
}

static gboolean
read_truth (const char *option, const char *text, gboolean *out, GError **error)
{
  if (text == NULL)
    return TRUE;
  if (strcmp (text, "yes") != 0 && strcmp (text, "no") != 0)
    return refuse (error, option, "yes or no");
  *out = strcmp (text, "yes") == 0;
  return TRUE;
}

static gboolean
read_retention (const char *text, guint32 *retention_s, GError **error)
{
  static const struct
  {
    const char *unit;
    guint64 seconds;
  } units[] = { { "", 1 }, { "s", 1 }, { "m", 60 }, { "h", 3600 }, { "d", 24 * 3600 } };
  char *end = NULL;
  guint64 number;

  if (text == NULL)
    return TRUE;
  number = g_ascii_isdigit (text[0]) ? g_ascii_strtoull (text, &end, 10) : 0;
  for (gsize i = 0; end != NULL && i < G_N_ELEMENTS (units); i++)
    if (strcmp (end, units[i].unit) == 0 && number <= HS_BUNDLE_MAX_RETENTION_S
        && number * units[i].seconds >= 60
        && number * units[i].seconds <= HS_BUNDLE_MAX_RETENTION_S)
      {
        *retention_s = (guint32)(number * units[i].seconds);
        return TRUE;
      }
  return refuse (error, "retention", "from 60s to 90d, like 24h");
}

static gboolean
read_title_policy (const char *text, HsTitlePolicy *policy, GError **error)
{
  if (text == NULL)
    return TRUE;
  for (int i = HS_TITLE_POLICY_NONE; i <= HS_TITLE_POLICY_SEALED; i++)
    if (strcmp (text, hs_title_policy_to_keyword ((HsTitlePolicy)i)) == 0)
      {
        *policy = (HsTitlePolicy)i;
        return TRUE;
      }
  return refuse (error, "title-policy", "sealed, none or full");
}

static gboolean
read_offline (const char *text, HsOfflinePolicy *policy, GError **error)
{
  if (text == NULL)
    return TRUE;
  for (int i = HS_OFFLINE_HOLD; i <= HS_OFFLINE_DENY; i++)
    if (strcmp (text, hs_offline_policy_to_keyword ((HsOfflinePolicy)i)) == 0)
      {
        *policy = (HsOfflinePolicy)i;
        return TRUE;
      }
  return refuse (error, "offline", "print, hold or deny");
}

static gboolean
read_quota (const HsTrustOptions *options, HsBundlePolicy *policy, GError **error)
{
  if (options->quota_jobs < 0 || options->quota_jobs > HS_BUNDLE_MAX_QUOTA_JOBS)
    return refuse (error, "quota-jobs", "from 1 to 10000");
  if (options->quota_bytes < 0 || options->quota_bytes > HS_BUNDLE_MAX_QUOTA_BYTES)
    return refuse (error, "quota-bytes", "from 1 to 1099511627776");
  if (options->quota_jobs > 0)
    policy->quota_jobs = (guint32)options->quota_jobs;
  if (options->quota_bytes > 0)
    policy->quota_bytes = (guint64)options->quota_bytes;
  return TRUE;
}

/* ── escrow and printer CA ───────────────────────────────────────────────────────────────── */

static void
forget_escrow (HsBundle *bundle)
{
  for (gsize i = 0; i < bundle->n_escrow; i++)
    {
      g_free (bundle->escrow[i].name);
      g_free (bundle->escrow[i].recipient);
    }
  g_clear_pointer (&bundle->escrow, g_free);
  bundle->n_escrow = 0;
}

static gboolean
apply_escrow (const HsTrustOptions *options, HsBundle *bundle, GError **error)
{
  if (options->no_escrow || options->escrow != NULL)
    forget_escrow (bundle);
  if (options->escrow == NULL)
    return TRUE;
  if (options->no_escrow)
    return refuse (error, "escrow", "given without --no-escrow");
  bundle->escrow = g_new0 (HsBundleEscrow, g_strv_length (options->escrow));
  for (gsize i = 0; options->escrow[i] != NULL; i++)
    {
      const char *equals = strchr (options->escrow[i], '=');

      if (equals == NULL || equals == options->escrow[i] || !hs_bundle_is_recipient (equals + 1))
        return refuse (error, "escrow", "NAME=age1…, an age X25519 recipient");
      bundle->escrow[bundle->n_escrow].name
          = g_strndup (options->escrow[i], (gsize)(equals - options->escrow[i]));
      bundle->escrow[bundle->n_escrow++].recipient = g_strdup (equals + 1);
    }
  return TRUE;
}

/* Reads one certificate and writes it anew, so that nothing but the certificate is signed. */
static char *
read_certificate (const char *path, HsPrinterPin *pin, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (HsCertificate) certificate = NULL;

  if (g_file_get_contents (path, &text, NULL, error))
    certificate = hs_certificate_parse_pem (text, error);
  if (certificate == NULL)
    {
      hs_error_convert_gio (error);
      g_prefix_error (error, "cannot read the certificate %s: ", path);
      return NULL;
    }
  if (pin != NULL)
    hs_certificate_get_pin (certificate, pin->bytes);
  return hs_certificate_dup_pem (certificate);
}

static gboolean
apply_printer_ca (const HsTrustOptions *options, HsBundle *bundle, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_free);

  if (!options->no_printer_ca && options->printer_ca == NULL)
    return TRUE;
  if (options->no_printer_ca && options->printer_ca != NULL)
    return refuse (error, "printer-ca", "given without --no-printer-ca");
  for (gsize i = 0; options->printer_ca != NULL && options->printer_ca[i] != NULL; i++)
    {
      char *pem = read_certificate (options->printer_ca[i], NULL, error);

      if (pem == NULL)
        return FALSE;
      g_ptr_array_add (list, pem);
    }
  g_ptr_array_add (list, NULL);
  g_strfreev (bundle->printer_ca);
  bundle->printer_ca = (char **)g_ptr_array_free (g_steal_pointer (&list), FALSE);
  return TRUE;
}

gboolean
hs_trust_options_apply_policy (const HsTrustOptions *options, HsBundle *bundle, GError **error)
{
  HsBundlePolicy *policy = &bundle->policy;

  return read_title_policy (options->title_policy, &policy->title_policy, error)
         && read_truth ("os-names", options->os_names, &policy->os_names, error)
         && read_offline (options->offline, &policy->offline, error)
         && read_truth ("offline-any-printer", options->offline_any_printer,
                        &policy->offline_any_printer, error)
         && read_truth ("auto-release", options->auto_release, &policy->auto_release, error)
         && read_truth ("owner-stanza", options->owner_stanza, &policy->owner_stanza, error)
         && read_truth ("report-local-printing", options->report_local, &policy->report_local,
                        error)
         && read_retention (options->retention, &policy->retention_s, error)
         && read_quota (options, policy, error) && apply_escrow (options, bundle, error)
         && apply_printer_ca (options, bundle, error);
}

/* ── printers ────────────────────────────────────────────────────────────────────────────── */

static gboolean
pin_the_printer (const HsTrustOptions *options, HsPrinterRequest *request, GError **error)
{
  g_autofree char *pem = NULL;
  HsPrinterEntry *entry;
  HsPrinterPin pin;

  if (options->pin == NULL && options->certificate == NULL)
    return TRUE;
  if (options->pin != NULL && options->certificate != NULL)
    return refuse (error, "pin", "given without --certificate");
  if (request->printers->len != 1)
    return refuse (error, options->pin != NULL ? "pin" : "certificate",
                   "used with a request for one printer; sign several one by one");
  if (options->pin != NULL && !hs_trust_parse_pin (options->pin, &pin, error))
    return FALSE;
  if (options->certificate != NULL)
    {
      pem = read_certificate (options->certificate, &pin, error);
      if (pem == NULL)
        return FALSE;
    }
  entry = request->printers->pdata[0];
  g_free (entry->pins);
  entry->pins = g_memdup2 (&pin, sizeof pin);
  entry->n_pins = 1;
  return TRUE;
}

static gboolean
has_tls_address (const HsPrinterEntry *entry)
{
  for (gsize i = 0; entry->uris[i] != NULL; i++)
    if (g_str_has_prefix (entry->uris[i], "ipps:"))
      return TRUE;
  return FALSE;
}

gboolean
hs_trust_options_apply_pins (const HsTrustOptions *options,
                             gboolean has_printer_ca,
                             HsPrinterRequest *request,
                             GError **error)
{
  if (!pin_the_printer (options, request, error))
    return FALSE;
  for (guint i = 0; i < request->printers->len; i++)
    {
      const HsPrinterEntry *entry = request->printers->pdata[i];

      if (hs_safe_text_is_blank (entry->name))
        {
          g_set_error (
              error, HS_ERROR, HS_ERROR_REFUSED,
              "nobody could see the name of the printer at %s; let the site ask again with "
              "a name",
              entry->uris[0]);
          return FALSE;
        }
      if (entry->allow_plain && !options->allow_plain)
        {
          g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
                       "\"%s\" would be reached without TLS; if you accept that documents cross "
                       "the network unencrypted, add --allow-plain",
                       entry->name);
          return FALSE;
        }
      if (entry->n_pins == 0 && has_tls_address (entry) && !has_printer_ca)
        {
          g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
                       "no workstation could trust \"%s\": it has no key listed and the bundle "
                       "has no printer CA. Give its key with --pin or --certificate.",
                       entry->name);
          return FALSE;
        }
    }
  return TRUE;
}

/* ── the rest ────────────────────────────────────────────────────────────────────────────── */

gboolean
hs_trust_options_get_life (const HsTrustOptions *options, gint64 *life_us, GError **error)
{
  int days = options->expires_days != 0 ? options->expires_days : HS_TRUST_DEFAULT_LIFE_DAYS;

  if (days < 1 || days > HS_TRUST_MAX_LIFE_DAYS)
    return refuse (error, "expires", "from 1 to 3650 days");
  *life_us = days * G_TIME_SPAN_DAY;
  return TRUE;
}

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
    return refuse (error, "passphrase-file", "a file with 1 to 1024 bytes in one line");
  *passphrase = hs_secret_bytes_new_copy ((const guint8 *)text, length);
  return TRUE;
}
