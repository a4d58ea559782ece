/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What this workstation knows of one printer, as bytes: a GVariant, which checks itself. */

#include "engine/printers/printer_record.h"

#include "base/error.h"

#include <string.h>

/* version, approved, pin, approved at, name, uri, capabilities, key, seen at, used at, places */
#define FORMAT "(ybayxmsmsayayxxay)"
#define VERSION 2

/* Without the last two: what was asked counted as used. */
#define FIRST_FORMAT "(ybayxmsmsayayx)"
#define FIRST_VERSION 1

HsPrinterRecord *
hs_printer_record_new (const HsId *uuid)
{
  HsPrinterRecord *record = g_new0 (HsPrinterRecord, 1);

  record->uuid = *uuid;
  return record;
}

void
hs_printer_record_free (HsPrinterRecord *record)
{
  if (record == NULL)
    return;
  g_free (record->name);
  g_free (record->uri);
  g_clear_pointer (&record->capabilities, hs_capabilities_unref);
  g_free (record);
}

static GVariant *
make_array (const void *bytes, gsize length)
{
  return g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, bytes, length, 1);
}

static GVariant *
make_capabilities (const HsCapabilities *capabilities)
{
  GBytes *bytes = capabilities == NULL ? NULL : hs_capabilities_get_bytes (capabilities);

  if (bytes == NULL || g_bytes_get_size (bytes) > HS_PRINTER_RECORD_MAX_CAPABILITIES_BYTES)
    return make_array (NULL, 0);
  return make_array (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

GBytes *
hs_printer_record_encode (const HsPrinterRecord *record)
{
  g_autoptr (GVariant) row = g_variant_ref_sink (g_variant_new (
      "(yb@ayxmsms@ay@ayxx@ay)", VERSION, record->is_approved,
      make_array (record->pin, HS_HTTP_SPKI_BYTES), record->approved_at_us, record->name,
      record->uri, make_capabilities (record->capabilities),
      make_array (record->spki, HS_HTTP_SPKI_BYTES), record->seen_at_us, record->used_at_us,
      make_array (record->places, record->n_places * HS_PLACE_BYTES)));

  return g_variant_get_data_as_bytes (row);
}

static gboolean
take_key (GVariant *array, guint8 key[HS_HTTP_SPKI_BYTES])
{
  gsize length = 0;
  const guint8 *bytes = g_variant_get_fixed_array (array, &length, 1);

  if (length != HS_HTTP_SPKI_BYTES)
    return FALSE;
  memcpy (key, bytes, length);
  return TRUE;
}

static void
take_places (GVariant *array, HsPrinterRecord *record)
{
  gsize length = 0;
  const guint8 *bytes = g_variant_get_fixed_array (array, &length, 1);

  if (length > sizeof record->places || length % HS_PLACE_BYTES != 0)
    return;
  if (length > 0)
    memcpy (record->places, bytes, length);
  record->n_places = length / HS_PLACE_BYTES;
}

static gboolean
is_first_version (GBytes *bytes)
{
  gsize length = 0;
  const guint8 *first = g_bytes_get_data (bytes, &length);

  return length > 0 && first[0] == FIRST_VERSION;
}

HsPrinterRecord *
hs_printer_record_decode (const HsId *uuid, GBytes *bytes, GError **error)
{
  gboolean is_first = is_first_version (bytes);
  g_autoptr (GVariant) row = g_variant_ref_sink (g_variant_new_from_bytes (
      is_first ? G_VARIANT_TYPE (FIRST_FORMAT) : G_VARIANT_TYPE (FORMAT), bytes, FALSE));
  g_autoptr (GVariant) places = NULL;
  g_autoptr (HsPrinterRecord) record = hs_printer_record_new (uuid);
  g_autoptr (GVariant) pin = NULL;
  g_autoptr (GVariant) capabilities = NULL;
  g_autoptr (GVariant) spki = NULL;
  guint8 version = 0;

  if (g_variant_is_normal_form (row) && is_first)
    g_variant_get (row, "(yb@ayxmsms@ay@ayx)", &version, &record->is_approved, &pin,
                   &record->approved_at_us, &record->name, &record->uri, &capabilities, &spki,
                   &record->seen_at_us);
  else if (g_variant_is_normal_form (row))
    g_variant_get (row, "(yb@ayxmsms@ay@ayxx@ay)", &version, &record->is_approved, &pin,
                   &record->approved_at_us, &record->name, &record->uri, &capabilities, &spki,
                   &record->seen_at_us, &record->used_at_us, &places);
  if (version != (is_first ? FIRST_VERSION : VERSION) || !take_key (pin, record->pin)
      || !take_key (spki, record->spki))
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_CORRUPT, "the record cannot be read");
      return NULL;
    }
  if (places != NULL)
    take_places (places, record);
  if (is_first && g_variant_n_children (capabilities) > 0)
    record->used_at_us = record->seen_at_us;
  if (g_variant_n_children (capabilities) > 0)
    {
      g_autoptr (GBytes) reply = g_variant_get_data_as_bytes (capabilities);

      record->capabilities = hs_capabilities_decode (reply, error);
      if (record->capabilities == NULL)
        return NULL;
    }
  return g_steal_pointer (&record);
}
