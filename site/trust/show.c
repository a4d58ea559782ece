/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Signed objects and requests as text. Names and URLs have passed the decoders, which leave no
 * control characters in them; what else plays with a terminal main.c leaves out. */

#include "site/trust/show.h"

#include "base/error.h"
#include "crypto/certificate.h"
#include "crypto/jws.h"
#include "trust/signed.h"

#include <string.h>

/* ── small parts ─────────────────────────────────────────────────────────────────────────── */

char *
hs_trust_format_pin (const HsPrinterPin *pin)
{
  GString *text = g_string_new ("sha256:");

  for (gsize i = 0; i < sizeof pin->bytes; i++)
    g_string_append_printf (text, "%02x", pin->bytes[i]);
  return g_string_free (text, FALSE);
}

gboolean
hs_trust_parse_pin (const char *text, HsPrinterPin *pin, GError **error)
{
  const char *place = g_str_has_prefix (text, "sha256:") ? text + strlen ("sha256:") : text;
  HsPrinterPin read;
  gsize i;

  for (i = 0; i < sizeof read.bytes; i++)
    {
      if (i > 0 && *place == ':')
        place++;
      if (!g_ascii_isxdigit (place[0]) || !g_ascii_isxdigit (place[1]))
        break;
      read.bytes[i]
          = (guint8)(g_ascii_xdigit_value (place[0]) << 4 | g_ascii_xdigit_value (place[1]));
      place += 2;
    }
  if (i < sizeof read.bytes || *place != '\0')
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                   "a pin must look like sha256: followed by 64 hex digits, the SHA-256 of the "
                   "printer's public key");
      return FALSE;
    }
  *pin = read;
  return TRUE;
}

static void
show_time (GString *text, const char *label, gint64 time_us, const char *remark)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);
  g_autofree char *formatted
      = time != NULL ? g_date_time_format (time, "%Y-%m-%d %H:%M:%S UTC") : NULL;

  g_string_append_printf (text, "  %-16s %s%s\n", label,
                          formatted != NULL ? formatted : "beyond the calendar", remark);
}

static void
show_key (GString *text, const char *label, const HsPublicKey *key)
{
  char fingerprint[HS_PUBLIC_KEY_FINGERPRINT_BYTES];

  g_string_append_printf (text, "  %-16s %s\n", label,
                          hs_public_key_format_fingerprint (key, fingerprint));
}

static void
show_keys (GString *text, const char *label, const HsPublicKey *keys, gsize n_keys)
{
  for (gsize i = 0; i < n_keys; i++)
    show_key (text, label, &keys[i]);
}

static void
show_list (GString *text, const char *label, char *const *list)
{
  for (gsize i = 0; list != NULL && list[i] != NULL; i++)
    g_string_append_printf (text, "  %-16s %s\n", label, list[i]);
}

static void
show_certificates (GString *text, const char *label, char *const *list)
{
  for (gsize i = 0; list != NULL && list[i] != NULL; i++)
    {
      g_autoptr (GError) problem = NULL;
      g_autoptr (HsCertificate) certificate = hs_certificate_parse_pem (list[i], &problem);
      g_autofree char *fingerprint = NULL;
      HsPrinterPin pin;

      if (certificate == NULL)
        {
          g_string_append_printf (text, "  %-16s cannot be read: %s\n", label, problem->message);
          continue;
        }
      hs_certificate_get_pin (certificate, pin.bytes);
      fingerprint = hs_trust_format_pin (&pin);
      g_string_append_printf (text, "  %-16s key %s\n", label, fingerprint);
      show_time (text, "", hs_certificate_get_not_after_us (certificate), " (end of its life)");
    }
}

static void
show_period (GString *text, gint64 issued_us, gint64 expires_us, gint64 now_us)
{
  show_time (text, "issued", issued_us, "");
  show_time (text, "expires", expires_us, now_us >= expires_us ? " (EXPIRED)" : "");
}

/* ── bundles ─────────────────────────────────────────────────────────────────────────────── */

static const char *
describe_titles (HsTitlePolicy policy)
{
  switch (policy)
    {
    case HS_TITLE_POLICY_NONE:
      return "none: no title leaves a workstation";
    case HS_TITLE_POLICY_FULL:
      return "full: the site learns every title";
    case HS_TITLE_POLICY_SEALED:
      return "sealed: only the person's own browser opens a title";
    }
  return "";
}

static void
show_policy (GString *text, const HsBundlePolicy *policy)
{
  g_string_append_printf (text, "  %-16s %s\n", "titles", describe_titles (policy->title_policy));
  g_string_append_printf (text, "  %-16s %s\n", "OS names",
                          policy->os_names ? "yes: the workstation's user name is the identity"
                                           : "no: people sign in once");
  g_string_append_printf (text, "  %-16s %s\n", "offline",
                          hs_offline_policy_to_keyword (policy->offline));
  if (policy->offline == HS_OFFLINE_PRINT)
    g_string_append_printf (
        text, "  %-16s %s; %s\n", "",
        policy->offline_any_printer ? "every listed printer" : "printers used before",
        policy->auto_release ? "to the last printer without asking" : "the person chooses");
  g_string_append_printf (text, "  %-16s %s\n", "owner stanza",
                          policy->owner_stanza ? "yes: an owner's own key opens a job"
                                               : "no: site and workstation open it together only");
  g_string_append_printf (text, "  %-16s %s\n", "other printers",
                          policy->report_local
                              ? "yes: workstations tell the site what their own printers print"
                              : "no: what their own printers print is not told");
  g_string_append_printf (text, "  %-16s %u s\n", "retention", policy->retention_s);
  g_string_append_printf (text, "  %-16s %u jobs, %" G_GUINT64_FORMAT " bytes per person\n",
                          "quota", policy->quota_jobs, policy->quota_bytes);
}

static void
show_escrow (GString *text, const HsBundle *bundle)
{
  if (bundle->n_escrow == 0)
    g_string_append_printf (text, "  %-16s none\n", "escrow");
  for (gsize i = 0; i < bundle->n_escrow; i++)
    g_string_append_printf (text, "  %-16s %s (%s): CAN OPEN EVERY DOCUMENT\n", "escrow",
                            bundle->escrow[i].name, bundle->escrow[i].recipient);
}

void
hs_trust_show_bundle (GString *text, const HsBundle *bundle, gint64 now_us)
{
  char organisation[HS_ID_TEXT_BYTES];

  g_string_append_printf (text, "Trust bundle, version %" G_GUINT64_FORMAT "\n", bundle->version);
  g_string_append_printf (text, "  %-16s %s (%s)\n", "organisation", bundle->organisation_name,
                          hs_id_format (&bundle->organisation, organisation));
  show_period (text, bundle->issued_us, bundle->expires_us, now_us);
  show_key (text, "root", &bundle->root);
  if (bundle->has_next_root)
    show_key (text, "next root", &bundle->next_root);
  show_key (text, "printer admin", &bundle->printer_admin);
  show_keys (text, "command key", bundle->command_keys, bundle->n_command_keys);
  show_keys (text, "entitlement key", bundle->entitlement_keys, bundle->n_entitlement_keys);
  show_list (text, "site", bundle->site_urls);
  show_list (text, "devices", bundle->device_urls);
  show_certificates (text, "site CA", bundle->site_ca);
  show_certificates (text, "printer CA", bundle->printer_ca);
  show_escrow (text, bundle);
  show_policy (text, &bundle->policy);
}

void
hs_trust_show_site_request (GString *text, const HsSiteRequest *request)
{
  g_autofree char *fingerprint = hs_site_request_dup_fingerprint (request);

  g_string_append_printf (text, "Request of a site\n  %-16s %s\n", "fingerprint", fingerprint);
  show_list (text, "site", request->site_urls);
  show_list (text, "devices", request->device_urls);
  show_certificates (text, "site CA", request->site_ca);
  show_keys (text, "command key", request->command_keys, request->n_command_keys);
  show_keys (text, "entitlement key", request->entitlement_keys, request->n_entitlement_keys);
}

/* ── printers ────────────────────────────────────────────────────────────────────────────── */

static void
show_printer (GString *text, const HsPrinterEntry *entry)
{
  char uuid[HS_ID_TEXT_BYTES];

  g_string_append_printf (text, "  printer          %s (%s)\n", entry->name,
                          hs_id_format (&entry->uuid, uuid));
  if (entry->location != NULL)
    g_string_append_printf (text, "    location       %s\n", entry->location);
  for (gsize i = 0; entry->uris[i] != NULL; i++)
    g_string_append_printf (text, "    address        %s\n", entry->uris[i]);
  for (gsize i = 0; i < entry->n_pins; i++)
    {
      g_autofree char *pin = hs_trust_format_pin (&entry->pins[i]);
      g_string_append_printf (text, "    key            %s\n", pin);
    }
  if (entry->n_pins == 0)
    g_string_append (text, "    key            none listed\n");
  if (entry->allow_plain)
    g_string_append (text, "    plain IPP      ALLOWED: documents cross the network unencrypted\n");
}

void
hs_trust_show_printers (GString *text, const HsPrinterList *printers, gint64 now_us)
{
  g_string_append_printf (text, "Printer list, version %" G_GUINT64_FORMAT ", %u printers\n",
                          printers->version, printers->printers->len);
  show_period (text, printers->issued_us, printers->expires_us, now_us);
  for (guint i = 0; i < printers->printers->len; i++)
    show_printer (text, printers->printers->pdata[i]);
}

void
hs_trust_show_printer_request (GString *text, const HsPrinterRequest *request)
{
  g_string_append_printf (text, "Request for printers: %u to add or change, %u to remove\n",
                          request->printers->len, request->remove->len);
  for (guint i = 0; i < request->printers->len; i++)
    show_printer (text, request->printers->pdata[i]);
  for (guint i = 0; i < request->remove->len; i++)
    {
      char uuid[HS_ID_TEXT_BYTES];
      g_string_append_printf (text, "  remove           %s\n",
                              hs_id_format (&g_array_index (request->remove, HsId, i), uuid));
    }
}

/* ── files ───────────────────────────────────────────────────────────────────────────────── */

/* Without the keys, a bundle is checked by itself and a list not at all; the text says so. */
static gboolean
show_signed (GString *text, const char *content, GError **error)
{
  g_autofree char *jws = NULL, *next_jws = NULL;
  g_autoptr (HsBundle) bundle = NULL;
  g_autoptr (HsPrinterList) printers = NULL;
  g_autoptr (GBytes) payload = NULL;
  gint64 now_us = g_get_real_time ();

  if (!hs_bundle_file_split (content, strlen (content), &jws, &next_jws, error))
    return FALSE;
  payload = hs_jws_peek_payload (jws, HS_JWS_TYP_PRINTERS, HS_PRINTER_LIST_MAX_BYTES, NULL);
  if (payload != NULL)
    {
      printers = hs_printer_list_decode (payload, error);
      if (printers == NULL)
        return FALSE;
      g_string_append (text, "SIGNATURE NOT CHECKED: show it with --dir of the keys instead.\n");
      hs_trust_show_printers (text, printers, now_us);
      return TRUE;
    }
  bundle = hs_signed_bundle_open_stored (jws, next_jws, error);
  if (bundle == NULL)
    return FALSE;
  g_string_append (text, "Signed by the root that it names; compare the root's fingerprint.\n");
  hs_trust_show_bundle (text, bundle, now_us);
  return TRUE;
}

gboolean
hs_trust_show_file (GString *text, const char *path, GError **error)
{
  g_autofree char *content = NULL;
  gsize length;

  if (!g_file_get_contents (path, &content, &length, error))
    {
      hs_error_convert_gio (error);
      return FALSE;
    }
  g_strstrip (content);
  if (strstr (content, "\"homespool.printer-request/") != NULL)
    {
      g_autoptr (HsPrinterRequest) request
          = hs_printer_request_decode (content, strlen (content), error);
      if (request == NULL)
        return FALSE;
      hs_trust_show_printer_request (text, request);
      return TRUE;
    }
  if (content[0] == '{')
    {
      g_autoptr (HsSiteRequest) request = hs_site_request_decode (content, strlen (content), error);
      if (request == NULL)
        return FALSE;
      hs_trust_show_site_request (text, request);
      return TRUE;
    }
  return show_signed (text, content, error);
}
