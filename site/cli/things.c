/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* homespool-site token, device, printer. */

#include "site/cli/cli.h"
#include "site/cli/sticker_page.h"

#include "base/base64.h"
#include "base/error.h"
#include "base/safe_text.h"
#include "core/wire/printer_request.h"
#include "crypto/random.h"
#include "site/devices/enrolment.h"
#include "site/people/job_text.h"

#include <string.h>

#define MAX_TOKEN_HOURS (24 * 30)

/* ── token ───────────────────────────────────────────────────────────────────────────────── */

static gboolean
make_token (HsSite *site, HsCli *cli, gboolean *scrub, GError **error)
{
  gint64 life_us = cli->hours != 0 ? cli->hours * G_TIME_SPAN_HOUR : HS_ENROL_TOKEN_LIFE_US;

  if (cli->hours < 0 || cli->hours > MAX_TOKEN_HOURS)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "--hours is from 1 to %d", MAX_TOKEN_HOURS);
      return FALSE;
    }
  char *line = hs_enrolment_make_token (site, life_us, g_get_real_time (), error);
  return line != NULL && hs_cli_write_secret_line (cli, line, error);
}

gboolean
hs_cli_token (HsCli *cli, GError **error)
{
  if (!hs_cli_change (cli, make_token, error))
    return FALSE;
  if (cli->output != NULL && !g_str_equal (cli->output, "-"))
    g_print ("The token is in %s. It enrols one workstation:\n"
             "  homespool enrol --token-file %s\n",
             cli->output, cli->output);
  return TRUE;
}

/* ── device ──────────────────────────────────────────────────────────────────────────────── */

gboolean
hs_cli_device_list (HsCli *cli, GError **error)
{
  g_autoptr (HsSite) site = hs_cli_open (cli, error);
  g_autoptr (GPtrArray) devices = site != NULL ? hs_store_list_devices (site->store, error) : NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  gint64 now_us = g_get_real_time ();

  if (devices == NULL)
    return FALSE;
  for (guint i = 0; i < devices->len; i++)
    {
      const HsStoreDevice *device = g_ptr_array_index (devices, i);
      g_autofree char *enrolled = hs_cli_dup_time (device->enrolled_us);
      g_autofree char *reach = hs_job_text_dup_reach (device, now_us, zone);
      char id[HS_ID_TEXT_BYTES];
      g_string_append_printf (text, "%s  %s  enrolled %s  %s", hs_id_format (&device->id, id),
                              device->host_name, enrolled, reach);
      if (device->began_anew_us != 0)
        {
          g_autofree char *anew = hs_cli_dup_time (device->began_anew_us);
          g_string_append_printf (text, "  records began anew %s: it or this site was put back",
                                  anew);
        }
      g_string_append_c (text, '\n');
    }
  return hs_cli_write_list (
      cli, text->str,
      "No workstation has enrolled yet; homespool-site token makes a token for one.", error);
}

static gboolean
revoke_device (HsSite *site, HsCli *cli, gboolean *scrub, GError **error)
{
  const char *text = hs_cli_need (
      cli->rest, "the workstation's uuid (homespool-site device list shows it)", error);
  g_autofree char *report = NULL;
  HsId device;

  if (text == NULL)
    return FALSE;
  if (!hs_id_parse (text, &device))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                   "give the uuid as homespool-site device list shows it");
      return FALSE;
    }
  if (!hs_enrolment_revoke (site, &device, g_get_real_time (), &report, error))
    return FALSE;
  *scrub = TRUE;
  g_print ("%s", report);
  return TRUE;
}

gboolean
hs_cli_device_revoke (HsCli *cli, GError **error)
{
  return hs_cli_change (cli, revoke_device, error);
}

/* ── printer ─────────────────────────────────────────────────────────────────────────────── */

/* "sha256:" and 64 hex digits, or base64url. */
static gboolean
parse_pin (const char *text, HsPrinterPin *pin, GError **error)
{
  const char *hex = g_str_has_prefix (text, "sha256:") ? text + strlen ("sha256:") : NULL;

  if (hex == NULL
      && hs_base64_decode (HS_BASE64_URL, text, strlen (text), pin->bytes, sizeof pin->bytes)
             == HS_PRINTER_PIN_BYTES)
    return TRUE;
  gboolean ok = hex != NULL && strlen (hex) == 2 * HS_PRINTER_PIN_BYTES;
  for (gsize i = 0; ok && i < HS_PRINTER_PIN_BYTES; i++)
    {
      ok = g_ascii_isxdigit (hex[2 * i]) && g_ascii_isxdigit (hex[2 * i + 1]);
      if (ok)
        pin->bytes[i] = (guint8)(g_ascii_xdigit_value (hex[2 * i]) << 4
                                 | g_ascii_xdigit_value (hex[2 * i + 1]));
    }
  if (!ok)
    g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                 "--pin is sha256: and 64 hex digits: the SHA-256 of the printer's public key");
  return ok;
}

static HsPrinterEntry *
make_entry (HsCli *cli, GError **error)
{
  const char *name = hs_cli_need (cli->names, "--name NAME", error);
  guint n_pins = cli->pins != NULL ? g_strv_length (cli->pins) : 0;
  HsPrinterEntry *entry = g_new0 (HsPrinterEntry, 1);
  gboolean ok = name != NULL;

  entry->name = g_strdup (name);
  entry->location = g_strdup (cli->location);
  entry->uris = cli->uris != NULL ? g_strdupv (cli->uris) : g_new0 (char *, 1);
  entry->allow_plain = cli->allow_plain;
  entry->pins = g_new0 (HsPrinterPin, n_pins + 1);
  entry->n_pins = n_pins;
  for (guint i = 0; ok && i < n_pins; i++)
    ok = parse_pin (cli->pins[i], &entry->pins[i], error);
  if (ok && hs_safe_text_is_blank (name))
    {
      g_set_error (
          error, HS_ERROR, HS_ERROR_INVALID,
          "nobody could see the name that --name gives; call the printer as people know it");
      ok = FALSE;
    }
  if (ok && cli->uris == NULL)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                   "say where the printer is: --uri ipps://printer.example.org/ipp/print");
      ok = FALSE;
    }
  if (ok && cli->uuid != NULL && !hs_id_parse (cli->uuid, &entry->uuid))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "--uuid is a uuid in lower case");
      ok = FALSE;
    }
  if (ok && cli->uuid == NULL)
    ok = hs_random_id (&entry->uuid, error);
  if (ok)
    return entry;
  hs_printer_entry_free (entry);
  return NULL;
}

static gboolean
write_request (HsCli *cli, const HsPrinterRequest *request, GError **error)
{
  g_autofree char *line = hs_printer_request_encode (request, error);

  if (line == NULL)
    return FALSE;
  g_autofree char *text = g_strconcat (line, "\n", NULL);
  if (!hs_cli_write (cli, text, error))
    return FALSE;
  if (cli->output != NULL && !g_str_equal (cli->output, "-"))
    g_print ("The request is in %s; no workstation knows of it before it is signed:\n"
             "  homespool-trust sign --dir ROOT %s\n"
             "  homespool-site trust --data DIR --file printers.jws\n",
             cli->output, cli->output);
  return TRUE;
}

gboolean
hs_cli_printer_add (HsCli *cli, GError **error)
{
  g_autoptr (HsPrinterRequest) request = hs_printer_request_new ();
  HsPrinterEntry *entry = make_entry (cli, error);

  if (entry == NULL)
    return FALSE;
  g_ptr_array_add (request->printers, entry);
  return write_request (cli, request, error);
}

gboolean
hs_cli_printer_remove (HsCli *cli, GError **error)
{
  const char *text
      = hs_cli_need (cli->rest, "the printer's uuid (homespool-site printer list shows it)", error);
  g_autoptr (HsPrinterRequest) request = hs_printer_request_new ();
  HsId uuid;

  if (text == NULL)
    return FALSE;
  if (!hs_id_parse (text, &uuid))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                   "give the uuid as homespool-site printer list shows it");
      return FALSE;
    }
  g_array_append_val (request->remove, uuid);
  return write_request (cli, request, error);
}

gboolean
hs_cli_printer_list (HsCli *cli, GError **error)
{
  g_autoptr (HsSite) site = hs_cli_open (cli, error);
  g_autoptr (GPtrArray) printers
      = site != NULL ? hs_store_list_printers (site->store, error) : NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  if (printers == NULL)
    return FALSE;
  for (guint i = 0; i < printers->len; i++)
    {
      const HsStorePrinter *printer = g_ptr_array_index (printers, i);
      char uuid[HS_ID_TEXT_BYTES];
      g_string_append_printf (text, "%s  %s%s%s  %s/p/%s\n", hs_id_format (&printer->uuid, uuid),
                              printer->name, printer->location != NULL ? ", " : "",
                              printer->location != NULL ? printer->location : "",
                              site->config->people_urls[0], uuid);
    }
  return hs_cli_write_list (
      cli, text->str, "No printer list was imported yet; homespool-site printer add begins one.",
      error);
}

gboolean
hs_cli_printer_sticker (HsCli *cli, GError **error)
{
  const char *text = hs_cli_need (cli->rest, "the printer's uuid or name", error);
  g_autoptr (HsSite) site = text != NULL ? hs_cli_open (cli, error) : NULL;
  g_autoptr (HsStorePrinter) printer
      = site != NULL ? hs_cli_find_printer (site, text, error) : NULL;
  HsStickerSize size = HS_STICKER_A6;
  char uuid[HS_ID_TEXT_BYTES];

  if (printer == NULL)
    return FALSE;
  if (cli->size != NULL && !hs_sticker_size_parse (cli->size, &size))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "--size is a6, a7 or label");
      return FALSE;
    }
  g_autofree char *url = g_strdup_printf ("%s/p/%s", site->config->people_urls[0],
                                          hs_id_format (&printer->uuid, uuid));
  g_autoptr (GBytes) pdf = hs_sticker_draw (printer, url, size, error);
  if (pdf == NULL || !hs_cli_write_bytes (cli, pdf, 0644, error))
    return FALSE;
  g_print ("The sticker for %s is in %s. Its code leads to\n  %s\n", printer->name, cli->output,
           url);
  return TRUE;
}
