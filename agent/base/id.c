/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A UUID. */

#include "base/id.h"

#include <string.h>

static gboolean
is_dash_place (gsize place)
{
  return place == 8 || place == 13 || place == 18 || place == 23;
}

gboolean
hs_id_parse (const char *text, HsId *id)
{
  HsId parsed = { { 0 } };
  gsize nibbles = 0;

  if (text == NULL || strlen (text) != HS_ID_TEXT_BYTES - 1)
    return FALSE;
  for (gsize i = 0; i < HS_ID_TEXT_BYTES - 1; i++)
    {
      if (is_dash_place (i))
        {
          if (text[i] != '-')
            return FALSE;
          continue;
        }
      if (!g_ascii_isxdigit (text[i]) || g_ascii_isupper (text[i]))
        return FALSE;
      parsed.bytes[nibbles / 2]
          |= (guint8)(g_ascii_xdigit_value (text[i]) << (nibbles % 2 == 0 ? 4 : 0));
      nibbles++;
    }
  *id = parsed;
  return TRUE;
}

const char *
hs_id_format (const HsId *id, char text[HS_ID_TEXT_BYTES])
{
  static const char digits[] = "0123456789abcdef";
  gsize nibbles = 0;

  for (gsize i = 0; i < HS_ID_TEXT_BYTES - 1; i++)
    {
      if (is_dash_place (i))
        {
          text[i] = '-';
          continue;
        }
      guint8 byte = id->bytes[nibbles / 2];
      text[i] = digits[nibbles % 2 == 0 ? byte >> 4 : byte & 0x0f];
      nibbles++;
    }
  text[HS_ID_TEXT_BYTES - 1] = '\0';
  return text;
}

char *
hs_id_dup_text (const HsId *id)
{
  char text[HS_ID_TEXT_BYTES];
  return g_strdup (hs_id_format (id, text));
}

gboolean
hs_id_equal (const HsId *a, const HsId *b)
{
  return memcmp (a->bytes, b->bytes, HS_ID_BYTES) == 0;
}

gboolean
hs_id_is_zero (const HsId *id)
{
  static const HsId zero;
  return hs_id_equal (id, &zero);
}

guint
hs_id_hash (gconstpointer id)
{
  guint32 word;
  memcpy (&word, ((const HsId *)id)->bytes, sizeof word);
  return word;
}

gboolean
hs_id_equal_func (gconstpointer a, gconstpointer b)
{
  return hs_id_equal (a, b);
}
