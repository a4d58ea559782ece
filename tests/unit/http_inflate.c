/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "http/inflate.h"

#include "base/error.h"
#include "support/suite.h"

static GBytes *
pack (GZlibCompressorFormat format, const void *data, gsize length)
{
  g_autoptr (GConverter) compressor = G_CONVERTER (g_zlib_compressor_new (format, 9));
  gsize capacity = length / 2 + 65536, used, written;
  guint8 *out = g_malloc (capacity);

  HS_ASSERT_INT_EQ (g_converter_convert (compressor, data, length, out, capacity,
                                         G_CONVERTER_INPUT_AT_END, &used, &written, NULL),
                    G_CONVERTER_FINISHED);
  return g_bytes_new_take (out, written);
}

static void
append (GBytes *piece, gpointer out)
{
  g_byte_array_append (out, g_bytes_get_data (piece, NULL), (guint)g_bytes_get_size (piece));
}

static void
count (GBytes *piece, gpointer total)
{
  HS_ASSERT (g_bytes_get_size (piece) <= 64 * 1024);
  *(guint64 *)total += g_bytes_get_size (piece);
}

static gboolean
push_in_portions (HsInflate *inflate,
                  GBytes *packed,
                  gsize portion,
                  HsInflateFunc func,
                  gpointer out,
                  GError **error)
{
  for (gsize at = 0; at < g_bytes_get_size (packed); at += portion)
    {
      g_autoptr (GBytes) part
          = g_bytes_new_from_bytes (packed, at, MIN (portion, g_bytes_get_size (packed) - at));
      if (!hs_inflate_push (inflate, part, func, out, error))
        return FALSE;
    }
  return TRUE;
}

static void
both_codings_unpack_in_any_portions (void)
{
  static const gsize portions[] = { 1, 7, 1000, 1 << 20 };
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < 40000; i++)
    g_string_append_printf (text, "%u ", i * 2654435761u);
  for (guint format = 0; format < 2; format++)
    for (gsize i = 0; i < G_N_ELEMENTS (portions); i++)
      {
        g_autoptr (GBytes) packed
            = pack (format == 0 ? G_ZLIB_COMPRESSOR_FORMAT_GZIP : G_ZLIB_COMPRESSOR_FORMAT_ZLIB,
                    text->str, text->len);
        g_autoptr (HsInflate) inflate = hs_inflate_new (format == 0 ? "gzip" : "deflate", 0);
        g_autoptr (GByteArray) out = g_byte_array_new ();
        g_autoptr (GError) error = NULL;
        HS_ASSERT (push_in_portions (inflate, packed, portions[i], append, out, &error));
        HS_ASSERT (hs_inflate_finish (inflate, &error));
        HS_ASSERT_BYTES_EQ (out->data, out->len, text->str, text->len);
      }
  HS_ASSERT (hs_inflate_new ("br", 0) == NULL);
}

static void
a_bomb_is_refused_while_it_is_small (void)
{
  gsize length = 256 * 1024 * 1024;
  g_autofree guint8 *zeros = g_malloc0 (length);
  g_autoptr (GBytes) packed = pack (G_ZLIB_COMPRESSOR_FORMAT_GZIP, zeros, length);
  g_autoptr (HsInflate) inflate = hs_inflate_new ("gzip", 0);
  g_autoptr (GError) error = NULL;
  guint64 total = 0;

  HS_ASSERT (!push_in_portions (inflate, packed, 4096, count, &total, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_NO_SPACE);
  HS_ASSERT (total <= HS_INFLATE_FREE_BYTES);
}

static void
the_cap_on_the_output_holds (void)
{
  g_autofree guint8 *zeros = g_malloc0 (200000);
  g_autoptr (GBytes) packed = pack (G_ZLIB_COMPRESSOR_FORMAT_ZLIB, zeros, 200000);
  g_autoptr (GError) error = NULL;
  guint64 total = 0;

  g_autoptr (HsInflate) enough = hs_inflate_new ("deflate", 200000);
  HS_ASSERT (hs_inflate_push (enough, packed, count, &total, &error));
  g_autoptr (HsInflate) too_little = hs_inflate_new ("deflate", 199999);
  HS_ASSERT (!hs_inflate_push (too_little, packed, count, &total, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_NO_SPACE);
}

static void
damage_cuts_and_appendices_are_found (void)
{
  g_autoptr (GBytes) packed = pack (G_ZLIB_COMPRESSOR_FORMAT_GZIP, "hello hello hello", 17);
  gsize length;
  const guint8 *data = g_bytes_get_data (packed, &length);
  guint64 total = 0;

  for (gsize cut = 0; cut < length; cut++)
    {
      g_autoptr (HsInflate) inflate = hs_inflate_new ("gzip", 0);
      g_autoptr (GBytes) part = g_bytes_new (data, cut);
      g_autoptr (GError) error = NULL;
      HS_ASSERT (hs_inflate_push (inflate, part, count, &total, &error));
      HS_ASSERT (!hs_inflate_finish (inflate, &error));
      HS_ASSERT_ERROR (error, HS_ERROR_CORRUPT);
    }
  for (gsize at = length - 8; at < length; at++)
    {
      g_autofree guint8 *bad = g_memdup2 (data, length);
      bad[at] ^= 1;
      g_autoptr (HsInflate) inflate = hs_inflate_new ("gzip", 0);
      g_autoptr (GBytes) bytes = g_bytes_new (bad, length);
      g_autoptr (GError) error = NULL;
      HS_ASSERT (!hs_inflate_push (inflate, bytes, count, &total, &error));
      HS_ASSERT_ERROR (error, HS_ERROR_CORRUPT);
    }
  g_autofree guint8 *longer = g_malloc0 (length + 1);
  memcpy (longer, data, length);
  g_autoptr (HsInflate) inflate = hs_inflate_new ("gzip", 0);
  g_autoptr (GBytes) bytes = g_bytes_new (longer, length + 1);
  g_autoptr (GError) error = NULL;
  HS_ASSERT (!hs_inflate_push (inflate, bytes, count, &total, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_CORRUPT);
}

HS_SUITE ("inflate",
          { "both codings unpack in any portions", both_codings_unpack_in_any_portions },
          { "a bomb is refused while it is small", a_bomb_is_refused_while_it_is_small },
          { "the cap on the output holds", the_cap_on_the_output_holds },
          { "damage, cuts and appendices are found", damage_cuts_and_appendices_are_found })
