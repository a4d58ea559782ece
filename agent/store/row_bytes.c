/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Canonical bytes of a row. */

#include "store/row_bytes.h"

#include <string.h>

void
hs_row_bytes_begin (GByteArray *row, const char *table)
{
  static const char label[] = "homespool.row/1";

  g_byte_array_set_size (row, 0);
  g_byte_array_append (row, (const guint8 *)label, sizeof label);
  g_byte_array_append (row, (const guint8 *)table, (guint)strlen (table) + 1);
}

void
hs_row_bytes_add_number (GByteArray *row, gint64 value)
{
  guint64 ordered = GUINT64_TO_BE ((guint64)value);

  g_byte_array_append (row, (const guint8 *)&ordered, sizeof ordered);
}

void
hs_row_bytes_add_bytes (GByteArray *row, const void *bytes, gsize length)
{
  guint32 ordered = bytes != NULL ? GUINT32_TO_BE ((guint32)length) : G_MAXUINT32;

  g_byte_array_append (row, (const guint8 *)&ordered, sizeof ordered);
  if (bytes != NULL)
    g_byte_array_append (row, bytes, (guint)length);
}

void
hs_row_bytes_add_text (GByteArray *row, const char *text)
{
  hs_row_bytes_add_bytes (row, text, text != NULL ? strlen (text) : 0);
}
