/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Bytes written as hexadecimal digits. */

#include "support/hex.h"

GBytes *
hs_hex_bytes (const char *digits)
{
  GByteArray *bytes = g_byte_array_new ();

  for (; *digits != '\0'; digits++)
    {
      if (g_ascii_isspace (*digits))
        continue;
      g_assert (g_ascii_isxdigit (digits[0]) && g_ascii_isxdigit (digits[1]));
      guint8 byte
          = (guint8)(g_ascii_xdigit_value (digits[0]) << 4 | g_ascii_xdigit_value (digits[1]));
      g_byte_array_append (bytes, &byte, 1);
      digits++;
    }
  return g_byte_array_free_to_bytes (bytes);
}

void
hs_hex_fill (const char *digits, guint8 *out, gsize length)
{
  g_autoptr (GBytes) bytes = hs_hex_bytes (digits);

  g_assert (g_bytes_get_size (bytes) == length);
  for (gsize i = 0; i < length; i++)
    out[i] = ((const guint8 *)g_bytes_get_data (bytes, NULL))[i];
}
