/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The control API's routes about printers. Approving one takes two calls: probe shows the
 * fingerprint of the key that answers, approve brings back the fingerprint that a person compared. */

#include "serve/control/control_private.h"

#include "base/error.h"
#include "base/safe_text.h"
#include "core/wire/control_status.h"
#include "engine/doctor.h"
#include "engine/printers/printer_approval.h"
#include "engine/site_link/site_link.h"

#define URI_CHARS 1024 /* RFC 8011 section 5.1.6: 1023 octets */
#define NAME_CHARS 128 /* longer than RFC 8011's 127 octets is of no use to anybody */
#define FINGERPRINT_CHARS 128

void
hs_control_list_printers (HsControlRequest *request)
{
  g_autoptr (GPtrArray) printers = hs_doctor_list_printers (request->control->parts.printers);
  json_t *array = json_array ();

  for (guint i = 0; i < printers->len; i++)
    json_array_append_new (array, hs_control_printer_encode (g_ptr_array_index (printers, i)));
  json_t *object = json_object ();
  hs_json_set_value (object, "printers", array);
  hs_control_answer (request, object);
}

/* ── which printer ───────────────────────────────────────────────────────────────────────── */

typedef struct
{
  gboolean is_listed;
  HsId id;
  char *uri;
  char *name;
  guint8 pin[HS_HTTP_SPKI_BYTES];
} Wish; /* what is asked for; pin and name only where one is approved */

static void
wish_clear (Wish *wish)
{
  g_free (wish->uri);
  g_free (wish->name);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Wish, wish_clear)

/* A listed printer is named by its id, any other by its address. */
static gboolean
read_printer (const json_t *body, Wish *wish, GError **error)
{
  wish->is_listed = json_object_get (body, "id") != NULL;
  return wish->is_listed ? hs_json_get_id (body, "id", &wish->id, error)
                         : hs_json_get_text (body, "uri", URI_CHARS, &wish->uri, error);
}

/* ── probing ─────────────────────────────────────────────────────────────────────────────── */

static void
on_probed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsControlRequest *request = user_data;
  guint8 spki[HS_HTTP_SPKI_BYTES];
  GError *error = NULL;

  if (!hs_printer_probe_finish (result, spki, &error))
    {
      hs_control_answer_error (request, error);
      return;
    }
  g_autofree char *fingerprint = hs_http_format_spki (spki);
  json_t *object = json_object ();
  hs_json_set_text (object, "fingerprint", fingerprint, FINGERPRINT_CHARS);
  hs_control_answer (request, object);
}

void
hs_control_probe_printer (HsControlRequest *request)
{
  HsPrinters *printers = request->control->parts.printers;
  g_autoptr (json_t) body = hs_control_take_json (request);
  g_auto (Wish) wish = { 0 };
  GError *error = NULL;
  HsPrinterView view;

  if (body == NULL)
    return;
  if (!read_printer (body, &wish, &error))
    hs_control_answer_error (request, error);
  else if (!wish.is_listed)
    hs_printer_probe_async (printers, wish.uri, NULL, on_probed, request);
  else if (hs_printers_find (printers, &wish.id, &view))
    hs_printer_probe_async (printers, view.uri, NULL, on_probed, request);
  else
    hs_control_answer_error (
        request, g_error_new_literal (HS_ERROR, HS_ERROR_NOT_FOUND, "There is no such printer."));
}

/* ── approving ───────────────────────────────────────────────────────────────────────────── */

static void
on_approved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsControlRequest *request = user_data;
  const HsControlParts *parts = &request->control->parts;
  GError *error = NULL;
  HsId uuid;

  if (!hs_printer_approve_finish (result, &uuid, &error))
    {
      hs_control_answer_error (request, error);
      return;
    }
  hs_engine_printers_changed (parts->engine);
  json_t *object = json_object ();
  HsPrinterView view;
  hs_json_set_id (object, "id", &uuid);
  hs_json_set_text (object, "name",
                    hs_printers_find (parts->printers, &uuid, &view) ? view.name : NULL, 1024);
  hs_control_answer (request, object);
}

static gboolean
read_wish (const json_t *body, Wish *wish, GError **error)
{
  g_autofree char *fingerprint = NULL;

  if (!read_printer (body, wish, error))
    return FALSE;
  if (json_object_get (body, "name") != NULL
      && !hs_json_get_text_or_null (body, "name", NAME_CHARS, &wish->name, error))
    return FALSE;
  if (wish->name != NULL && hs_safe_text_is_blank (wish->name))
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID,
                           "Nobody could see this name. Call the printer as people know it, or "
                           "leave the name out: then it is called by its model.");
      return FALSE;
    }
  if (!hs_json_get_text (body, "fingerprint", FINGERPRINT_CHARS, &fingerprint, error))
    return FALSE;
  if (hs_http_parse_spki (fingerprint, wish->pin))
    return TRUE;
  g_set_error_literal (
      error, HS_ERROR, HS_ERROR_INVALID,
      "The fingerprint is 32 pairs of hexadecimal digits with colons between them, "
      "as probing the printer shows it.");
  return FALSE;
}

/* While the site is away its policy says whether printers may be added. */
static gboolean
check_offline (HsControlRequest *request, GError **error)
{
  HsSiteLink *link = request->control->parts.site_link;
  const HsBundle *bundle = hs_site_link_get_bundle (link);
  HsSiteStatus site = { 0 };

  hs_site_link_get_status (link, &site);
  if (bundle == NULL || site.is_online || bundle->policy.offline_any_printer)
    return TRUE;
  g_set_error_literal (
      error, HS_ERROR, HS_ERROR_REFUSED,
      "The site server cannot be reached, and your organisation lets no printer be "
      "added without it. Approve it when the site is back.");
  return FALSE;
}

void
hs_control_approve_printer (HsControlRequest *request)
{
  g_autoptr (json_t) body = hs_control_take_json (request);
  g_auto (Wish) wish = { 0 };
  GError *error = NULL;

  if (body == NULL)
    return;
  if (!read_wish (body, &wish, &error) || !check_offline (request, &error))
    hs_control_answer_error (request, error);
  else
    hs_printer_approve_async (request->control->parts.printers, wish.is_listed ? &wish.id : NULL,
                              wish.uri, wish.name, wish.pin, NULL, on_approved, request);
}

void
hs_control_disapprove_printer (HsControlRequest *request)
{
  const HsControlParts *parts = &request->control->parts;

  if (!hs_printers_disapprove (parts->printers, &request->id))
    {
      hs_control_answer_error (request, g_error_new_literal (HS_ERROR, HS_ERROR_NOT_FOUND,
                                                             "No such printer was approved here."));
      return;
    }
  hs_engine_printers_changed (parts->engine);
  hs_control_answer (request, json_object ());
}
