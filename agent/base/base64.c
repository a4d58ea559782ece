/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Canonical base64 without padding. GLib's decoder skips what it does not know and keeps padding,
 * so it cannot serve where one value must have one text. */

#include "base/base64.h"

#include <string.h>

static const char standard_digits[]
    = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static int
digit_value (HsBase64Alphabet alphabet, char digit)
{
  if (digit >= 'A' && digit <= 'Z')
    return digit - 'A';
  if (digit >= 'a' && digit <= 'z')
    return digit - 'a' + 26;
  if (digit >= '0' && digit <= '9')
    return digit - '0' + 52;
  if (digit == (alphabet == HS_BASE64_URL ? '-' : '+'))
    return 62;
  if (digit == (alphabet == HS_BASE64_URL ? '_' : '/'))
    return 63;
  return -1;
}

gsize
hs_base64_encoded_length (gsize length)
{
  return length / 3 * 4 + (length % 3 == 0 ? 0 : length % 3 + 1);
}

char *
hs_base64_encode (HsBase64Alphabet alphabet, const guint8 *bytes, gsize length)
{
  const char *digits = alphabet == HS_BASE64_URL ? url_digits : standard_digits;
  char *text = g_malloc (hs_base64_encoded_length (length) + 1);
  gsize place = 0;
  guint32 bits = 0;
  guint held = 0;

  for (gsize i = 0; i < length; i++)
    {
      bits = bits << 8 | bytes[i];
      held += 8;
      while (held >= 6)
        {
          held -= 6;
          text[place++] = digits[bits >> held & 0x3f];
        }
    }
  if (held > 0)
    text[place++] = digits[bits << (6 - held) & 0x3f];
  text[place] = '\0';
  return text;
}

gssize
hs_base64_decode (
    HsBase64Alphabet alphabet, const char *text, gsize length, guint8 *out, gsize capacity)
{
  gsize place = 0;
  guint32 bits = 0;
  guint held = 0;

  if (length % 4 == 1)
    return -1;
  for (gsize i = 0; i < length; i++)
    {
      int value = digit_value (alphabet, text[i]);
      if (value < 0)
        return -1;
      bits = bits << 6 | (guint32)value;
      held += 6;
      if (held < 8)
        continue;
      held -= 8;
      if (place == capacity)
        return -1;
      out[place++] = (guint8)(bits >> held & 0xff);
    }
  if ((bits & ((1u << held) - 1)) != 0)
    return -1;
  return (gssize)place;
}

GBytes *
hs_base64_decode_bytes (HsBase64Alphabet alphabet, const char *text)
{
  gsize length = strlen (text);
  gsize capacity = length / 4 * 3 + 3;
  g_autofree guint8 *bytes = g_malloc (capacity);
  gssize decoded = hs_base64_decode (alphabet, text, length, bytes, capacity);

  if (decoded < 0)
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&bytes), (gsize)decoded);
}
