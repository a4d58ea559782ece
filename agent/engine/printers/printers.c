/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The printers that jobs may go to.
 *
 * The list and the records are kept apart: the list says what may be used, a record only adds what
 * this workstation knows or decided. So an expired or replaced list never takes anything from a
 * record, and a record alone never makes a listed printer trusted in another way than the list says.
 */

#define HS_LOG_AREA "printers"

#include "engine/printers/printers.h"

#include "base/error.h"
#include "base/log.h"
#include "base/safe_text.h"
#include "crypto/sha256.h"
#include "engine/printers/printer_record.h"

#include <string.h>

#define KEEP_AGAIN_US G_TIME_SPAN_DAY /* a memory of a printer in use is written once a day */

struct HsPrinters
{
  HsHttp *http;
  HsPrintersKeeper keeper;
  HsPrinterPatience patience;
  HsPrinterList *list; /* nullable */
  char *ca_pem;        /* all authorities in one text; nullable */
  GHashTable *records; /* HsId * (in the record) → HsPrinterRecord * */
};

/* ── life ──────────────────────────────────────────────────────────────────────────────────── */

HsPrinters *
hs_printers_new (HsHttp *http, const HsPrintersKeeper *keeper, const HsPrinterPatience *patience)
{
  HsPrinters *printers = g_new0 (HsPrinters, 1);

  printers->http = http;
  printers->keeper = *keeper;
  printers->patience = *patience;
  printers->records = g_hash_table_new_full (hs_id_hash, hs_id_equal_func, NULL,
                                             (GDestroyNotify)hs_printer_record_free);
  return printers;
}

void
hs_printers_free (HsPrinters *printers)
{
  if (printers == NULL)
    return;
  g_hash_table_unref (printers->records);
  g_clear_pointer (&printers->list, hs_printer_list_free);
  g_free (printers->ca_pem);
  g_free (printers);
}

static void
keep (HsPrinters *printers, const HsPrinterRecord *record)
{
  g_autoptr (GBytes) facts = hs_printer_record_encode (record);

  if (printers->keeper.keep != NULL)
    printers->keeper.keep (printers->keeper.data, &record->uuid, facts);
}

void
hs_printers_restore (HsPrinters *printers, const HsId *printer, GBytes *facts)
{
  g_autoptr (GError) error = NULL;
  HsPrinterRecord *record = hs_printer_record_decode (printer, facts, &error);
  char text[HS_ID_TEXT_BYTES];

  if (record == NULL)
    {
      hs_log_warning ("what was known of printer %s is forgotten: %s", hs_id_format (printer, text),
                      error->message);
      if (printers->keeper.keep != NULL)
        printers->keeper.keep (printers->keeper.data, printer, NULL);
      return;
    }
  g_hash_table_replace (printers->records, &record->uuid, record);
}

void
hs_printers_set_list (HsPrinters *printers, const HsPrinterList *list, const char *const *ca)
{
  g_clear_pointer (&printers->list, hs_printer_list_free);
  g_clear_pointer (&printers->ca_pem, g_free);
  if (ca != NULL && ca[0] != NULL)
    printers->ca_pem = g_strjoinv ("\n", (char **)ca);
  if (list == NULL)
    return;
  printers->list = hs_printer_list_new ();
  printers->list->version = list->version;
  printers->list->issued_us = list->issued_us;
  printers->list->expires_us = list->expires_us;
  for (guint i = 0; i < list->printers->len; i++)
    g_ptr_array_add (printers->list->printers,
                     hs_printer_entry_copy (g_ptr_array_index (list->printers, i)));
}

/* ── questions ─────────────────────────────────────────────────────────────────────────────── */

static const HsPrinterEntry *
find_entry (HsPrinters *printers, const HsId *uuid)
{
  return printers->list == NULL ? NULL : hs_printer_list_find (printers->list, uuid);
}

static HsPrinterRecord *
find_record (HsPrinters *printers, const HsId *uuid)
{
  return g_hash_table_lookup (printers->records, uuid);
}

static gboolean
is_tls (const char *uri)
{
  return g_ascii_strncasecmp (uri, "ipps:", 5) == 0;
}

/* The first address that would be used: one with TLS before one without. */
static const char *
choose_uri (const HsPrinterEntry *entry)
{
  for (gsize i = 0; entry->uris[i] != NULL; i++)
    if (is_tls (entry->uris[i]))
      return entry->uris[i];
  return entry->uris[0];
}

/* Its address where a name would show nothing. */
static const char *
choose_name (const HsPrinterEntry *entry, const HsPrinterRecord *record)
{
  const char *name = entry != NULL ? entry->name : record->name;

  if (name != NULL && !hs_safe_text_is_blank (name))
    return name;
  return entry != NULL ? choose_uri (entry) : record->uri;
}

static HsPrinterTrust
choose_trust (HsPrinters *printers, const HsPrinterEntry *entry, const HsPrinterRecord *record)
{
  if (entry != NULL && !is_tls (choose_uri (entry)))
    return entry->allow_plain ? HS_PRINTER_TRUST_PLAIN : HS_PRINTER_TRUST_NONE;
  if (entry != NULL && entry->n_pins > 0)
    return HS_PRINTER_TRUST_PINS;
  if (entry != NULL && printers->ca_pem != NULL)
    return HS_PRINTER_TRUST_AUTHORITY;
  return record != NULL && record->is_approved ? HS_PRINTER_TRUST_APPROVAL : HS_PRINTER_TRUST_NONE;
}

static HsPrinterPlace
find_place_of (HsPrinters *printers, const HsPrinterRecord *record)
{
  guint8 here[HS_PLACE_BYTES];

  if (record == NULL || record->n_places == 0 || printers->keeper.find_place == NULL
      || !printers->keeper.find_place (printers->keeper.data, here))
    return HS_PRINTER_PLACE_UNKNOWN;
  for (gsize i = 0; i < record->n_places; i++)
    if (memcmp (record->places[i], here, HS_PLACE_BYTES) == 0)
      return HS_PRINTER_PLACE_HERE;
  return HS_PRINTER_PLACE_ELSEWHERE;
}

gboolean
hs_printers_find (HsPrinters *printers, const HsId *uuid, HsPrinterView *view)
{
  const HsPrinterEntry *entry = find_entry (printers, uuid);
  const HsPrinterRecord *record = find_record (printers, uuid);
  gboolean is_local = record != NULL && record->is_approved && record->uri != NULL;

  if (entry == NULL && !is_local)
    return FALSE;
  *view = (HsPrinterView){
    .uuid = *uuid,
    .name = choose_name (entry, record),
    .location = entry != NULL ? entry->location : NULL,
    .uri = entry != NULL ? choose_uri (entry) : record->uri,
    .trust = choose_trust (printers, entry, record),
    .is_listed = entry != NULL,
    .used_before = record != NULL && (record->used_at_us > 0 || record->is_approved),
    .used_at_us = record == NULL ? 0 : record->used_at_us,
    .place = find_place_of (printers, record),
    .capabilities = record == NULL ? NULL : record->capabilities,
    .seen_at_us = record == NULL ? 0 : record->seen_at_us,
  };
  return TRUE;
}

static int
compare_names (gconstpointer left, gconstpointer right)
{
  const HsPrinterView *a = *(const HsPrinterView *const *)left;
  const HsPrinterView *b = *(const HsPrinterView *const *)right;

  return g_strcmp0 (a->name, b->name);
}

static void
add_view (HsPrinters *printers, GPtrArray *views, const HsId *uuid)
{
  HsPrinterView view;

  if (hs_printers_find (printers, uuid, &view))
    g_ptr_array_add (views, g_memdup2 (&view, sizeof view));
}

GPtrArray *
hs_printers_list (HsPrinters *printers)
{
  GPtrArray *views = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter records;
  gpointer record = NULL;

  for (guint i = 0; printers->list != NULL && i < printers->list->printers->len; i++)
    {
      const HsPrinterEntry *entry = g_ptr_array_index (printers->list->printers, i);
      add_view (printers, views, &entry->uuid);
    }
  g_hash_table_iter_init (&records, printers->records);
  while (g_hash_table_iter_next (&records, NULL, &record))
    if (find_entry (printers, &((HsPrinterRecord *)record)->uuid) == NULL)
      add_view (printers, views, &((HsPrinterRecord *)record)->uuid);
  g_ptr_array_sort (views, compare_names);
  return views;
}

static void
add_route (GPtrArray *routes,
           const char *uri,
           HsHttpTrust trust,
           const char *ca_pem,
           const guint8 (*pins)[HS_HTTP_SPKI_BYTES],
           gsize n_pins)
{
  g_ptr_array_add (routes, hs_printer_route_new (uri, trust, ca_pem, pins, n_pins));
}

/* All that a listed printer's entry, the authority and an approval allow, in the order of trust. */
static void
add_listed_routes (HsPrinters *printers,
                   GPtrArray *routes,
                   const HsPrinterEntry *entry,
                   const HsPrinterRecord *record)
{
  for (gsize i = 0; entry->uris[i] != NULL; i++)
    {
      const char *uri = entry->uris[i];

      if (!is_tls (uri))
        continue;
      if (entry->n_pins > 0)
        {
          add_route (routes, uri, HS_HTTP_TRUST_PINS, NULL,
                     (const guint8 (*)[HS_HTTP_SPKI_BYTES])entry->pins, entry->n_pins);
          continue;
        }
      if (printers->ca_pem != NULL)
        add_route (routes, uri, HS_HTTP_TRUST_CA, printers->ca_pem, NULL, 0);
      if (record != NULL && record->is_approved)
        add_route (routes, uri, HS_HTTP_TRUST_PINS, NULL, &record->pin, 1);
    }
  /* Plain text is the address of a printer that has no other, never a way around a broken key. */
  for (gsize i = 0; entry->allow_plain && !is_tls (choose_uri (entry)) && entry->uris[i] != NULL;
       i++)
    add_route (routes, entry->uris[i], HS_HTTP_TRUST_NONE, NULL, NULL, 0);
}

GPtrArray *
hs_printers_dup_routes (HsPrinters *printers, const HsId *uuid, gint64 now_us, GError **error)
{
  g_autoptr (GPtrArray) routes
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_printer_route_free);
  const HsPrinterEntry *entry = find_entry (printers, uuid);
  const HsPrinterRecord *record = find_record (printers, uuid);

  if (entry != NULL && hs_printer_list_is_expired (printers->list, now_us))
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_EXPIRED,
                           "the organisation's list of printers is out of date; connect to the "
                           "site once, or tell your administrator");
      return NULL;
    }
  if (entry != NULL)
    add_listed_routes (printers, routes, entry, record);
  else if (record != NULL && record->is_approved && record->uri != NULL)
    add_route (routes, record->uri, HS_HTTP_TRUST_PINS, NULL, &record->pin, 1);
  else
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_NOT_FOUND,
                           "this printer is neither on the organisation's list nor approved here; "
                           "choose another printer");
      return NULL;
    }
  if (routes->len == 0)
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_REFUSED,
                           "nobody has confirmed this printer's key yet; an administrator can "
                           "compare and approve its fingerprint with “homespool printers approve”");
      return NULL;
    }
  return g_steal_pointer (&routes);
}

HsCapabilities *
hs_printers_dup_fresh (HsPrinters *printers, const HsId *uuid)
{
  const HsPrinterRecord *record = find_record (printers, uuid);
  gint64 limit_us = g_get_monotonic_time () - HS_PRINTERS_FRESH_MS * G_TIME_SPAN_MILLISECOND;

  if (record == NULL || record->capabilities == NULL || record->asked_us == 0
      || record->asked_us < limit_us)
    return NULL;
  return hs_capabilities_ref (record->capabilities);
}

HsHttp *
hs_printers_get_http (HsPrinters *printers)
{
  return printers->http;
}

const HsPrinterPatience *
hs_printers_get_patience (HsPrinters *printers)
{
  return &printers->patience;
}

/* ── actions ───────────────────────────────────────────────────────────────────────────────── */

static HsPrinterRecord *
need_record (HsPrinters *printers, const HsId *uuid)
{
  HsPrinterRecord *record = find_record (printers, uuid);

  if (record == NULL)
    {
      record = hs_printer_record_new (uuid);
      g_hash_table_replace (printers->records, &record->uuid, record);
    }
  return record;
}

void
hs_printers_note (HsPrinters *printers,
                  const HsId *uuid,
                  HsCapabilities *capabilities,
                  const guint8 *spki)
{
  HsPrinterRecord *record = need_record (printers, uuid);
  gint64 now_us = g_get_real_time ();
  gboolean is_new = record->capabilities == NULL || now_us - record->kept_at_us > KEEP_AGAIN_US
                    || now_us < record->kept_at_us
                    || (spki != NULL && memcmp (spki, record->spki, HS_HTTP_SPKI_BYTES) != 0);

  hs_capabilities_ref (capabilities);
  g_clear_pointer (&record->capabilities, hs_capabilities_unref);
  record->capabilities = capabilities;
  record->asked_us = g_get_monotonic_time ();
  record->seen_at_us = now_us;
  if (spki != NULL)
    memcpy (record->spki, spki, HS_HTTP_SPKI_BYTES);
  if (!is_new)
    return;
  record->kept_at_us = now_us;
  keep (printers, record);
}

/* The place comes to the front; the oldest one falls off the end. */
static void
note_place (HsPrinterRecord *record, const guint8 here[HS_PLACE_BYTES])
{
  gsize found = 0;

  while (found < record->n_places && memcmp (record->places[found], here, HS_PLACE_BYTES) != 0)
    found++;
  if (found == record->n_places)
    {
      if (record->n_places < HS_PRINTER_RECORD_PLACES)
        record->n_places++;
      found = record->n_places - 1;
    }
  memmove (record->places[1], record->places[0], found * HS_PLACE_BYTES);
  memcpy (record->places[0], here, HS_PLACE_BYTES);
}

void
hs_printers_note_used (HsPrinters *printers, const HsId *uuid)
{
  HsPrinterRecord *record = need_record (printers, uuid);
  guint8 here[HS_PLACE_BYTES];

  record->used_at_us = record->kept_at_us = g_get_real_time ();
  if (printers->keeper.find_place != NULL
      && printers->keeper.find_place (printers->keeper.data, here))
    note_place (record, here);
  keep (printers, record);
}

void
hs_printers_doubt (HsPrinters *printers, const HsId *uuid)
{
  HsPrinterRecord *record = find_record (printers, uuid);

  if (record != NULL)
    record->asked_us = 0;
}

/* An unlisted printer is named by its key, not by the printer-uuid that it claims: that may be the
 * one of a listed printer. UUID version 8 (RFC 9562 section 5.8). */
static void
make_uuid (const guint8 pin[HS_HTTP_SPKI_BYTES], HsId *uuid)
{
  static const char label[] = "homespool.printer/1"; /* with its final NUL */
  g_autoptr (HsSha256) sha256 = hs_sha256_new ();
  guint8 digest[HS_SHA256_BYTES];

  hs_sha256_update (sha256, label, sizeof label);
  hs_sha256_update (sha256, pin, HS_HTTP_SPKI_BYTES);
  hs_sha256_finish (sha256, digest);
  memcpy (uuid->bytes, digest, HS_ID_BYTES);
  uuid->bytes[6] = (guint8)((uuid->bytes[6] & 0x0f) | 0x80);
  uuid->bytes[8] = (guint8)((uuid->bytes[8] & 0x3f) | 0x80);
}

gboolean
hs_printers_approve (HsPrinters *printers,
                     HsId *uuid,
                     const char *name,
                     const char *uri,
                     const guint8 pin[HS_HTTP_SPKI_BYTES],
                     gint64 now_us,
                     GError **error)
{
  const HsPrinterEntry *entry = find_entry (printers, uuid);
  g_autofree char *url = NULL;
  HsPrinterRecord *record;

  if (entry != NULL && entry->n_pins > 0)
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_REFUSED,
                           "the organisation's list names this printer's key; only a new list can "
                           "change it");
      return FALSE;
    }
  if (entry == NULL)
    {
      url = hs_printer_uri_to_url (uri, error);
      if (url == NULL)
        return FALSE;
      if (!is_tls (uri))
        {
          g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID,
                               "only a printer with an ipps:// address can be approved");
          return FALSE;
        }
      make_uuid (pin, uuid);
    }
  record = need_record (printers, uuid);
  record->is_approved = TRUE;
  record->approved_at_us = now_us;
  memcpy (record->pin, pin, HS_HTTP_SPKI_BYTES);
  g_free (record->name);
  g_free (record->uri);
  record->name = entry != NULL ? NULL : g_strdup (name);
  record->uri = entry != NULL ? NULL : g_strdup (uri);
  record->kept_at_us = now_us;
  keep (printers, record);
  return TRUE;
}

gboolean
hs_printers_disapprove (HsPrinters *printers, const HsId *uuid)
{
  HsPrinterRecord *record = find_record (printers, uuid);

  if (record == NULL || !record->is_approved)
    return FALSE;
  if (printers->keeper.keep != NULL)
    printers->keeper.keep (printers->keeper.data, uuid, NULL);
  g_hash_table_remove (printers->records, uuid);
  return TRUE;
}
