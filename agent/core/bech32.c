/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Bech32 (BIP 173): five bits a character, a six-character checksum that covers the prefix too. */

#include "core/bech32.h"

#include "base/secret_bytes.h"

#include <string.h>

#define CHECKSUM_CHARACTERS 6

static const char digits[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/* The generator polynomial of BIP 173, one step. */
static guint32
checksum_step (guint32 sum, guint8 value)
{
  static const guint32 generator[] = { 0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3 };
  guint8 top = (guint8)(sum >> 25);

  sum = (sum & 0x1ffffff) << 5 ^ value;
  for (guint i = 0; i < G_N_ELEMENTS (generator); i++)
    if (top >> i & 1)
      sum ^= generator[i];
  return sum;
}

static guint32
checksum_prefix (const char *prefix)
{
  guint32 sum = 1;

  for (const char *c = prefix; *c != '\0'; c++)
    sum = checksum_step (sum, (guint8)g_ascii_tolower (*c) >> 5);
  sum = checksum_step (sum, 0);
  for (const char *c = prefix; *c != '\0'; c++)
    sum = checksum_step (sum, (guint8)g_ascii_tolower (*c) & 0x1f);
  return sum;
}

static gboolean
is_upper (const char *prefix)
{
  return g_ascii_isupper (prefix[0]);
}

static int
digit_value (char c, gboolean upper)
{
  if (upper ? g_ascii_islower (c) : g_ascii_isupper (c))
    return -1;
  const char *place = c == '\0' ? NULL : strchr (digits, g_ascii_tolower (c));
  return place == NULL ? -1 : (int)(place - digits);
}

gboolean
hs_bech32_encode (const char *prefix, const guint8 *bytes, gsize length, char *out, gsize capacity)
{
  gsize prefix_length = strlen (prefix);
  gsize values = length * 8 / 5 + (length * 8 % 5 != 0);
  gsize total = prefix_length + 1 + values + CHECKSUM_CHARACTERS;

  if (length > HS_BECH32_MAX_CHARACTERS || total > HS_BECH32_MAX_CHARACTERS || total + 1 > capacity)
    return FALSE;
  guint32 sum = checksum_prefix (prefix);
  char *place = out + prefix_length;
  memcpy (out, prefix, prefix_length);
  *place++ = '1';
  for (gsize i = 0; i < values; i++)
    {
      guint8 value = 0;
      for (gsize bit = i * 5; bit < i * 5 + 5; bit++)
        value = (guint8)(value << 1 | (bit < length * 8 ? bytes[bit / 8] >> (7 - bit % 8) & 1 : 0));
      sum = checksum_step (sum, value);
      *place++ = digits[value];
    }
  for (guint i = 0; i < CHECKSUM_CHARACTERS; i++)
    sum = checksum_step (sum, 0);
  sum ^= 1;
  for (guint i = 0; i < CHECKSUM_CHARACTERS; i++)
    *place++ = digits[sum >> 5 * (CHECKSUM_CHARACTERS - 1 - i) & 0x1f];
  *place = '\0';
  for (char *c = out + prefix_length; is_upper (prefix) && *c != '\0'; c++)
    *c = g_ascii_toupper (*c);
  return TRUE;
}

gssize
hs_bech32_decode (const char *prefix, const char *text, gsize length, guint8 *out, gsize capacity)
{
  gsize prefix_length = strlen (prefix);
  gsize start = prefix_length + 1;

  if (length > HS_BECH32_MAX_CHARACTERS || length < start + CHECKSUM_CHARACTERS
      || memcmp (text, prefix, prefix_length) != 0 || text[prefix_length] != '1')
    return -1;
  gsize values = length - start - CHECKSUM_CHARACTERS;
  guint8 decoded[HS_BECH32_MAX_CHARACTERS] = { 0 };
  guint32 sum = checksum_prefix (prefix);
  guint32 bits = 0;
  guint held = 0;
  gsize place = 0;
  gboolean valid = TRUE;
  for (gsize i = 0; i < values + CHECKSUM_CHARACTERS; i++)
    {
      int value = digit_value (text[start + i], is_upper (prefix));
      if (value < 0)
        {
          valid = FALSE;
          break;
        }
      sum = checksum_step (sum, (guint8)value);
      if (i >= values)
        continue;
      bits = bits << 5 | (guint32)value;
      held += 5;
      if (held >= 8)
        {
          held -= 8;
          decoded[place++] = (guint8)(bits >> held);
        }
    }
  /* What is left over is padding: fewer than five bits, all zero. */
  valid = valid && sum == 1 && held < 5 && (bits & ((1u << held) - 1)) == 0 && place <= capacity;
  if (valid)
    memcpy (out, decoded, place);
  hs_secret_bytes_wipe (decoded, sizeof decoded);
  return valid ? (gssize)place : -1;
}
