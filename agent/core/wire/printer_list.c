/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The signed list of printers: contents and rules. */

#include "core/wire/printer_list.h"

#include "base/error.h"
#include "core/wire/url_rule.h"

#include <string.h>

/* ── one entry ───────────────────────────────────────────────────────────────────────────── */

static gboolean
read_pins (const json_t *object, HsPrinterEntry *entry, GError **error)
{
  json_t *array, *item;
  size_t i;

  if (!hs_json_get_array (object, "pins", 0, HS_PRINTER_MAX_PINS, &array, error))
    return FALSE;
  entry->pins = g_new0 (HsPrinterPin, json_array_size (array));
  json_array_foreach (array, i, item)
  {
    HsPublicKey digest; /* the same text form: base64url of 32 bytes */

    if (!hs_public_key_parse (json_string_value (item), &digest))
      {
        g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                     "member \"pins\" must be a list of base64url of 32 bytes");
        return FALSE;
      }
    memcpy (entry->pins[entry->n_pins++].bytes, digest.bytes, sizeof digest.bytes);
  }
  return TRUE;
}

HsPrinterEntry *
hs_printer_entry_decode (const json_t *object, GError **error)
{
  static const char *const members[]
      = { "uuid", "name", "location", "uris", "pins", "allow_plain", NULL };
  g_autoptr (HsPrinterEntry) entry = g_new0 (HsPrinterEntry, 1);

  if (!hs_json_check_members ("printer", object, members, error)
      || !hs_json_get_id (object, "uuid", &entry->uuid, error)
      || !hs_json_get_text (object, "name", HS_PRINTER_MAX_NAME_BYTES, &entry->name, error)
      || !hs_json_get_text_or_null (object, "location", HS_PRINTER_MAX_NAME_BYTES, &entry->location,
                                    error)
      || !hs_json_get_text_list (object, "uris", 1, HS_PRINTER_MAX_URIS, HS_URL_MAX_BYTES, FALSE,
                                 &entry->uris, error)
      || !read_pins (object, entry, error)
      || !hs_json_get_boolean (object, "allow_plain", &entry->allow_plain, error))
    return NULL;
  for (gsize i = 0; entry->uris[i] != NULL; i++)
    if (!hs_url_check_printer (entry->uris[i], entry->allow_plain, error))
      return NULL;
  return g_steal_pointer (&entry);
}

json_t *
hs_printer_entry_encode (const HsPrinterEntry *entry)
{
  json_t *object = json_object ();
  json_t *pins = json_array ();

  hs_json_set_id (object, "uuid", &entry->uuid);
  hs_json_set_text (object, "name", entry->name, HS_PRINTER_MAX_NAME_BYTES);
  hs_json_set_text (object, "location", entry->location, HS_PRINTER_MAX_NAME_BYTES);
  hs_json_set_text_list (object, "uris", (const char *const *)entry->uris);
  for (gsize i = 0; i < entry->n_pins; i++)
    {
      HsPublicKey digest;
      g_autofree char *text = NULL;

      memcpy (digest.bytes, entry->pins[i].bytes, sizeof digest.bytes);
      text = hs_public_key_dup_text (&digest);
      json_array_append_new (pins, json_string (text));
    }
  hs_json_set_value (object, "pins", pins);
  hs_json_set_boolean (object, "allow_plain", entry->allow_plain);
  return object;
}

HsPrinterEntry *
hs_printer_entry_copy (const HsPrinterEntry *entry)
{
  HsPrinterEntry *copy = g_new0 (HsPrinterEntry, 1);

  *copy = *entry;
  copy->name = g_strdup (entry->name);
  copy->location = g_strdup (entry->location);
  copy->uris = g_strdupv (entry->uris);
  copy->pins = g_memdup2 (entry->pins, entry->n_pins * sizeof *entry->pins);
  return copy;
}

void
hs_printer_entry_free (HsPrinterEntry *entry)
{
  if (entry == NULL)
    return;
  g_free (entry->name);
  g_free (entry->location);
  g_strfreev (entry->uris);
  g_free (entry->pins);
  g_free (entry);
}

/* ── the list ────────────────────────────────────────────────────────────────────────────── */

static gboolean
read_printers (const json_t *object, HsPrinterList *list, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (hs_id_hash, hs_id_equal_func);
  json_t *array, *item;
  size_t i;

  if (!hs_json_get_array (object, "printers", 0, HS_PRINTER_LIST_MAX_PRINTERS, &array, error))
    return FALSE;
  json_array_foreach (array, i, item)
  {
    HsPrinterEntry *entry = hs_printer_entry_decode (item, error);

    if (entry == NULL)
      {
        g_prefix_error (error, "printer %" G_GSIZE_FORMAT ": ", i + 1);
        return FALSE;
      }
    g_ptr_array_add (list->printers, entry);
    if (!g_hash_table_add (seen, &entry->uuid))
      {
        g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                     "printer %" G_GSIZE_FORMAT ": its uuid stands in the list already", i + 1);
        return FALSE;
      }
  }
  return TRUE;
}

static gboolean
read_members (const json_t *object, HsPrinterList *list, GError **error)
{
  static const char *const members[] = { "version", "issued_us", "expires_us", "printers", NULL };
  gint64 version;

  if (!hs_json_check_members ("printer list", object, members, error)
      || !hs_json_get_integer (object, "version", 1, HS_JSON_MAX_INTEGER, &version, error)
      || !hs_json_get_time (object, "issued_us", &list->issued_us, error)
      || !hs_json_get_time (object, "expires_us", &list->expires_us, error)
      || !read_printers (object, list, error))
    return FALSE;
  list->version = (guint64)version;
  if (list->expires_us <= list->issued_us)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "it ends before it begins");
      return FALSE;
    }
  return TRUE;
}

HsPrinterList *
hs_printer_list_decode (GBytes *payload, GError **error)
{
  g_autoptr (HsPrinterList) list = hs_printer_list_new ();
  g_autoptr (json_t) object
      = hs_json_parse_bytes ("printer list", payload, HS_PRINTER_LIST_MAX_BYTES, error);

  if (object == NULL)
    return NULL;
  if (!read_members (object, list, error))
    {
      g_prefix_error (error, "the printer list is not valid: ");
      return NULL;
    }
  return g_steal_pointer (&list);
}

GBytes *
hs_printer_list_encode (const HsPrinterList *list, GError **error)
{
  g_autoptr (json_t) object = json_object ();
  g_autoptr (HsPrinterList) again = NULL;
  g_autoptr (GBytes) bytes = NULL;
  json_t *printers = json_array ();

  hs_json_set_integer (object, "version", (gint64)list->version);
  hs_json_set_integer (object, "issued_us", list->issued_us);
  hs_json_set_integer (object, "expires_us", list->expires_us);
  for (guint i = 0; i < list->printers->len; i++)
    json_array_append_new (printers, hs_printer_entry_encode (list->printers->pdata[i]));
  hs_json_set_value (object, "printers", printers);
  bytes = hs_json_encode_bytes (object);
  again = hs_printer_list_decode (bytes, error);
  return again != NULL ? g_steal_pointer (&bytes) : NULL;
}

gboolean
hs_printer_list_is_expired (const HsPrinterList *list, gint64 now_us)
{
  return now_us >= list->expires_us;
}

gboolean
hs_printer_list_check_successor (const HsPrinterList *previous,
                                 const HsPrinterList *next,
                                 gint64 now_us,
                                 GError **error)
{
  if (previous != NULL && next->version <= previous->version)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
                   "the offered printer list has version %" G_GUINT64_FORMAT
                   ", but version %" G_GUINT64_FORMAT
                   " is known already. Nothing is changed; homespool-trust sign makes a newer one.",
                   next->version, previous->version);
      return FALSE;
    }
  if (hs_printer_list_is_expired (next, now_us))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_EXPIRED,
                   "the offered printer list has expired. Sign a new one with homespool-trust, or "
                   "check this machine's clock.");
      return FALSE;
    }
  return TRUE;
}

const HsPrinterEntry *
hs_printer_list_find (const HsPrinterList *list, const HsId *uuid)
{
  for (guint i = 0; i < list->printers->len; i++)
    {
      const HsPrinterEntry *entry = list->printers->pdata[i];
      if (hs_id_equal (&entry->uuid, uuid))
        return entry;
    }
  return NULL;
}

HsPrinterList *
hs_printer_list_new (void)
{
  HsPrinterList *list = g_new0 (HsPrinterList, 1);

  list->printers = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_printer_entry_free);
  return list;
}

void
hs_printer_list_free (HsPrinterList *list)
{
  if (list == NULL)
    return;
  g_ptr_array_unref (list->printers);
  g_free (list);
}
