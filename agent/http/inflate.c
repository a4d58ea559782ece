/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Unpacking gzip and deflate bodies in pieces. */

#include "http/inflate.h"

#include "base/error.h"

#define PIECE_BYTES (64 * 1024)

struct HsInflate
{
  GConverter *decompressor;
  guint64 limit_bytes;
  guint64 taken_bytes;
  guint64 given_bytes;
  gboolean is_over; /* the packed stream has ended */
};

HsInflate *
hs_inflate_new (const char *coding, guint64 limit_bytes)
{
  GZlibCompressorFormat format;

  if (g_ascii_strcasecmp (coding, "gzip") == 0 || g_ascii_strcasecmp (coding, "x-gzip") == 0)
    format = G_ZLIB_COMPRESSOR_FORMAT_GZIP;
  else if (g_ascii_strcasecmp (coding, "deflate") == 0)
    format = G_ZLIB_COMPRESSOR_FORMAT_ZLIB;
  else
    return NULL;

  HsInflate *inflate = g_new0 (HsInflate, 1);
  inflate->decompressor = G_CONVERTER (g_zlib_decompressor_new (format));
  inflate->limit_bytes = limit_bytes;
  return inflate;
}

void
hs_inflate_free (HsInflate *inflate)
{
  if (inflate == NULL)
    return;
  g_object_unref (inflate->decompressor);
  g_free (inflate);
}

static gboolean
is_within_caps (HsInflate *inflate, GError **error)
{
  if (inflate->limit_bytes > 0 && inflate->given_bytes > inflate->limit_bytes)
    g_set_error_literal (error, HS_ERROR, HS_ERROR_NO_SPACE,
                         "the document is larger than allowed when unpacked");
  else if (inflate->given_bytes > HS_INFLATE_FREE_BYTES
           && inflate->given_bytes / HS_INFLATE_RATIO > inflate->taken_bytes)
    g_set_error_literal (
        error, HS_ERROR, HS_ERROR_NO_SPACE,
        "the document unpacks to far more than a document would; send it unpacked");
  else
    return TRUE;
  return FALSE;
}

/* One step of the decompressor. Returns FALSE with *error unset when it needs more input. */
static gboolean
convert (HsInflate *inflate,
         const guint8 *bytes,
         gsize length,
         gsize *used,
         GByteArray *out,
         GError **error)
{
  g_autoptr (GError) problem = NULL;
  gsize written = 0;

  *used = 0;
  GConverterResult result
      = g_converter_convert (inflate->decompressor, bytes, length, out->data, PIECE_BYTES,
                             G_CONVERTER_NO_FLAGS, used, &written, &problem);
  out->len = (guint)written;
  if (result == G_CONVERTER_FINISHED)
    inflate->is_over = TRUE;
  if (result != G_CONVERTER_ERROR)
    return TRUE;
  if (!g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT))
    g_set_error_literal (error, HS_ERROR, HS_ERROR_CORRUPT,
                         "the document's compression is damaged; print it again");
  return FALSE;
}

gboolean
hs_inflate_push (
    HsInflate *inflate, GBytes *bytes, HsInflateFunc func, gpointer user_data, GError **error)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  /* Output can remain inside when the input is used up: the decompressor says when it is dry. */
  while (!inflate->is_over)
    {
      g_autoptr (GByteArray) out = g_byte_array_sized_new (PIECE_BYTES);
      g_autoptr (GError) problem = NULL;
      gsize used;

      if (!convert (inflate, data, length, &used, out, &problem))
        {
          if (problem == NULL)
            break;
          g_propagate_error (error, g_steal_pointer (&problem));
          return FALSE;
        }
      data += used;
      length -= used;
      inflate->taken_bytes += used;
      inflate->given_bytes += out->len;
      if (!is_within_caps (inflate, error))
        return FALSE;
      if (out->len > 0)
        {
          g_autoptr (GBytes) piece = g_byte_array_free_to_bytes (g_steal_pointer (&out));
          func (piece, user_data);
        }
    }
  if (inflate->is_over && length > 0)
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_CORRUPT,
                           "something follows the end of the compressed document");
      return FALSE;
    }
  return TRUE;
}

gboolean
hs_inflate_finish (HsInflate *inflate, GError **error)
{
  if (inflate->is_over)
    return TRUE;
  g_set_error_literal (error, HS_ERROR, HS_ERROR_CORRUPT,
                       "the compressed document is cut; print it again");
  return FALSE;
}
