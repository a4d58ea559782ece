/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What options of homespool-trust change in what is signed. */

#include "site/trust/options.h"

#include "base/error.h"
#include "base/safe_text.h"
#include "crypto/certificate.h"
#include "site/trust/show.h"

#include <gio/gio.h>
#include <string.h>

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
  gboolean has_jobs = options->quota_jobs != HS_TRUST_NOT_GIVEN;
  gboolean has_bytes = options->quota_bytes != HS_TRUST_NOT_GIVEN;

  if (has_jobs && (options->quota_jobs < 1 || options->quota_jobs > HS_BUNDLE_MAX_QUOTA_JOBS))
    return refuse (error, "quota-jobs", "from 1 to 10000");
  if (has_bytes && (options->quota_bytes < 1 || options->quota_bytes > HS_BUNDLE_MAX_QUOTA_BYTES))
    return refuse (error, "quota-bytes", "from 1 to 1099511627776");
  if (has_jobs)
    policy->quota_jobs = (guint32)options->quota_jobs;
  if (has_bytes)
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

gboolean
hs_trust_options_refuse_policy (const HsTrustOptions *options, GError **error)
{
  const struct
  {
    const char *name;
    gboolean is_given;
  } policies[] = { { "title-policy", options->title_policy != NULL },
                   { "os-names", options->os_names != NULL },
                   { "offline", options->offline != NULL },
                   { "offline-any-printer", options->offline_any_printer != NULL },
                   { "auto-release", options->auto_release != NULL },
                   { "owner-stanza", options->owner_stanza != NULL },
                   { "report-local-printing", options->report_local != NULL },
                   { "retention", options->retention != NULL },
                   { "quota-jobs", options->quota_jobs != HS_TRUST_NOT_GIVEN },
                   { "quota-bytes", options->quota_bytes != HS_TRUST_NOT_GIVEN },
                   { "escrow", options->escrow != NULL },
                   { "no-escrow", options->no_escrow },
                   { "printer-ca", options->printer_ca != NULL },
                   { "no-printer-ca", options->no_printer_ca } };

  for (gsize i = 0; i < G_N_ELEMENTS (policies); i++)
    if (policies[i].is_given)
      return refuse (error, policies[i].name,
                     "given when the bundle is signed: without a request, or with that of a site");
  return TRUE;
}

/* ── printers ────────────────────────────────────────────────────────────────────────────── */

gboolean
hs_trust_options_refuse_pins (const HsTrustOptions *options, GError **error)
{
  const char *given = options->pin != NULL           ? "pin"
                      : options->certificate != NULL ? "certificate"
                      : options->allow_plain         ? "allow-plain"
                                                     : NULL;

  return given == NULL || refuse (error, given, "given with a request for printers");
}

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

/* ── its life ────────────────────────────────────────────────────────────────────────────── */

gboolean
hs_trust_options_get_life (const HsTrustOptions *options, gint64 *life_us, GError **error)
{
  int days = options->expires_days != HS_TRUST_NOT_GIVEN ? options->expires_days
                                                         : HS_TRUST_DEFAULT_LIFE_DAYS;

  if (days < 1 || days > HS_TRUST_MAX_LIFE_DAYS)
    return refuse (error, "expires", "from 1 to 3650 days");
  *life_us = days * G_TIME_SPAN_DAY;
  return TRUE;
}
