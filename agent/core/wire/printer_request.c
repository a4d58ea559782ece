/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What a site asks the printer administrator to sign. */

#include "core/wire/printer_request.h"

#include "base/error.h"

#include <string.h>

static const char label[] = "homespool.printer-request/1";

static gboolean
note (GHashTable *seen, const HsId *uuid, GError **error)
{
  if (g_hash_table_add (seen, (gpointer)uuid))
    return TRUE;
  g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "a printer is named twice");
  return FALSE;
}

static gboolean
read_printers (const json_t *object, HsPrinterRequest *request, GHashTable *seen, GError **error)
{
  json_t *array, *item;
  size_t i;

  if (!hs_json_get_array (object, "printers", 0, HS_PRINTER_LIST_MAX_PRINTERS, &array, error))
    return FALSE;
  json_array_foreach (array, i, item)
  {
    HsPrinterEntry *entry = hs_printer_entry_decode (item, error);

    if (entry == NULL)
      return FALSE;
    g_ptr_array_add (request->printers, entry);
    if (!note (seen, &entry->uuid, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_removals (const json_t *object, HsPrinterRequest *request, GHashTable *seen, GError **error)
{
  json_t *array, *item;
  size_t i;

  if (!hs_json_get_array (object, "remove", 0, HS_PRINTER_LIST_MAX_PRINTERS, &array, error))
    return FALSE;
  /* The hash table keeps pointers into the array, so it must not move while it grows. */
  g_array_set_size (request->remove, (guint)json_array_size (array));
  json_array_foreach (array, i, item)
  {
    HsId *uuid = &g_array_index (request->remove, HsId, i);

    if (!json_is_string (item) || !hs_id_parse (json_string_value (item), uuid))
      {
        g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "member \"remove\" must list uuids");
        return FALSE;
      }
    if (!note (seen, uuid, error))
      return FALSE;
  }
  return TRUE;
}

HsPrinterRequest *
hs_printer_request_decode (const char *bytes, gsize length, GError **error)
{
  static const char *const members[] = { "request", "printers", "remove", NULL };
  static const char *const labels[] = { label, NULL };
  g_autoptr (HsPrinterRequest) request = hs_printer_request_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new (hs_id_hash, hs_id_equal_func);
  g_autoptr (json_t) object
      = hs_json_parse ("printer request", bytes, length, HS_PRINTER_REQUEST_MAX_BYTES, error);
  int index;

  if (object == NULL)
    return NULL;
  if (!hs_json_get_keyword (object, "request", labels, &index, error)
      || !hs_json_check_members ("printer request", object, members, error)
      || !read_printers (object, request, seen, error)
      || !read_removals (object, request, seen, error))
    {
      g_prefix_error (error, "this is not a request for printers: ");
      return NULL;
    }
  return g_steal_pointer (&request);
}

char *
hs_printer_request_encode (const HsPrinterRequest *request, GError **error)
{
  g_autoptr (json_t) object = json_object ();
  g_autoptr (HsPrinterRequest) again = NULL;
  g_autofree char *text = NULL;
  json_t *printers = json_array ();
  json_t *removals = json_array ();

  for (guint i = 0; i < request->printers->len; i++)
    json_array_append_new (printers, hs_printer_entry_encode (request->printers->pdata[i]));
  for (guint i = 0; i < request->remove->len; i++)
    {
      char uuid[HS_ID_TEXT_BYTES];
      json_array_append_new (
          removals, json_string (hs_id_format (&g_array_index (request->remove, HsId, i), uuid)));
    }
  hs_json_set_lines (object, "request", label);
  hs_json_set_value (object, "printers", printers);
  hs_json_set_value (object, "remove", removals);
  text = hs_json_encode (object);
  again = hs_printer_request_decode (text, strlen (text), error);
  return again != NULL ? g_steal_pointer (&text) : NULL;
}

HsPrinterRequest *
hs_printer_request_new (void)
{
  HsPrinterRequest *request = g_new0 (HsPrinterRequest, 1);

  request->printers = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_printer_entry_free);
  request->remove = g_array_new (FALSE, TRUE, sizeof (HsId));
  return request;
}

void
hs_printer_request_free (HsPrinterRequest *request)
{
  if (request == NULL)
    return;
  g_ptr_array_unref (request->printers);
  g_array_unref (request->remove);
  g_free (request);
}
