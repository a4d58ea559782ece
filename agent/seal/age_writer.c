/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Writing an age file as a stream.
 *
 * A chunk can only be sealed once it is known whether more follows, so the last full chunk is held
 * back until the next byte or the end comes. Most messages and many documents are short: there is
 * room for a whole chunk only when one comes. */

#include "seal/age_writer.h"

#include "base/error.h"
#include "crypto/random.h"
#include "seal/age_cipher.h"

#include <string.h>

#define SHORT_BYTES 4096

struct HsAgeWriter
{
  GOutputStream *out;
  HsAgePayload *payload;
  HsSecretBytes *held; /* plain bytes of the chunk that is not yet sealed; short or whole */
  gsize held_bytes;
  guint8 *sealed; /* one sealed chunk on its way out; of the size that held has */
  guint64 index;
  guint64 plain_bytes;
  guint64 sealed_bytes;
  gboolean is_over; /* finished or failed */
};

static gboolean
put (HsAgeWriter *writer, const void *bytes, gsize length, GError **error)
{
  if (!g_output_stream_write_all (writer->out, bytes, length, NULL, NULL, error))
    {
      hs_error_convert_gio (error);
      return FALSE;
    }
  writer->sealed_bytes += length;
  return TRUE;
}

static gboolean
put_chunk (HsAgeWriter *writer, const guint8 *plain, gsize length, gboolean is_last, GError **error)
{
  return hs_age_payload_seal (writer->payload, writer->index++, is_last, plain, length,
                              writer->sealed, error)
         && put (writer, writer->sealed, length + HS_AGE_TAG_BYTES, error);
}

HsAgeWriter *
hs_age_writer_new (GOutputStream *out,
                   GBytes *header,
                   const HsSecretBytes *file_key,
                   GError **error)
{
  g_autoptr (HsAgeWriter) writer = g_new0 (HsAgeWriter, 1);
  guint8 nonce[HS_AGE_PAYLOAD_NONCE_BYTES];
  gsize header_length;
  const guint8 *header_bytes = g_bytes_get_data (header, &header_length);

  writer->out = g_object_ref (out);
  if (!hs_random_bytes (nonce, sizeof nonce, error))
    return NULL;
  writer->payload = hs_age_payload_new (file_key, nonce, error);
  if (writer->payload == NULL)
    return NULL;
  if (!put (writer, header_bytes, header_length, error)
      || !put (writer, nonce, sizeof nonce, error))
    return NULL;
  writer->held = hs_secret_bytes_new (SHORT_BYTES);
  writer->sealed = g_malloc (SHORT_BYTES + HS_AGE_TAG_BYTES);
  return g_steal_pointer (&writer);
}

void
hs_age_writer_free (HsAgeWriter *writer)
{
  if (writer == NULL)
    return;
  g_clear_object (&writer->out);
  hs_age_payload_free (writer->payload);
  hs_secret_bytes_free (writer->held);
  g_free (writer->sealed);
  g_free (writer);
}

static gboolean
check_open (HsAgeWriter *writer, GError **error)
{
  if (!writer->is_over)
    return TRUE;
  g_set_error_literal (error, HS_ERROR, HS_ERROR_INTERNAL, "this sealed file takes no more bytes");
  return FALSE;
}

static void
make_room_for_a_chunk (HsAgeWriter *writer)
{
  HsSecretBytes *whole = hs_secret_bytes_new (HS_AGE_CHUNK_BYTES);

  memcpy (hs_secret_bytes_get (whole), hs_secret_bytes_peek (writer->held), writer->held_bytes);
  hs_secret_bytes_free (writer->held);
  writer->held = whole;
  g_free (writer->sealed);
  writer->sealed = g_malloc (HS_AGE_SEALED_CHUNK_BYTES);
}

static gboolean
take (HsAgeWriter *writer, const guint8 *data, gsize length, GError **error)
{
  if (writer->held_bytes + length > hs_secret_bytes_get_length (writer->held)
      && hs_secret_bytes_get_length (writer->held) < HS_AGE_CHUNK_BYTES)
    make_room_for_a_chunk (writer);
  guint8 *held = hs_secret_bytes_get (writer->held);
  while (length > 0)
    {
      if (writer->held_bytes == HS_AGE_CHUNK_BYTES)
        {
          if (!put_chunk (writer, held, HS_AGE_CHUNK_BYTES, FALSE, error))
            return FALSE;
          writer->held_bytes = 0;
        }
      /* A whole chunk that something follows need not be copied first. */
      if (writer->held_bytes == 0 && length > HS_AGE_CHUNK_BYTES)
        {
          if (!put_chunk (writer, data, HS_AGE_CHUNK_BYTES, FALSE, error))
            return FALSE;
          data += HS_AGE_CHUNK_BYTES;
          length -= HS_AGE_CHUNK_BYTES;
          continue;
        }
      gsize piece = MIN (length, HS_AGE_CHUNK_BYTES - writer->held_bytes);
      memcpy (held + writer->held_bytes, data, piece);
      writer->held_bytes += piece;
      data += piece;
      length -= piece;
    }
  return TRUE;
}

gboolean
hs_age_writer_write (HsAgeWriter *writer, const void *data, gsize length, GError **error)
{
  if (!check_open (writer, error))
    return FALSE;
  if (!take (writer, data, length, error))
    {
      writer->is_over = TRUE;
      return FALSE;
    }
  writer->plain_bytes += length;
  return TRUE;
}

gboolean
hs_age_writer_finish (HsAgeWriter *writer, GError **error)
{
  if (!check_open (writer, error))
    return FALSE;
  writer->is_over = TRUE;
  return put_chunk (writer, hs_secret_bytes_peek (writer->held), writer->held_bytes, TRUE, error);
}

guint64
hs_age_writer_get_plain_bytes (const HsAgeWriter *writer)
{
  return writer->plain_bytes;
}

guint64
hs_age_writer_get_sealed_bytes (const HsAgeWriter *writer)
{
  return writer->sealed_bytes;
}
