/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Opening a sealed document.
 *
 * The length is known, so every chunk is addressed by its number and opened with the one "last"
 * flag that it may have; nothing needs to be read ahead. */

#include "seal/seal_reader.h"

#include "base/error.h"
#include "seal/age_cipher.h"
#include "seal/age_reader.h"

#include <string.h>

#define NO_CHUNK G_MAXUINT64

struct HsSealReader
{
  GInputStream *in;
  HsAgePayload *payload;
  guint64 chunks_start; /* where the first chunk begins in the file */
  guint64 chunks_bytes; /* sealed length of all chunks */
  guint64 n_chunks;
  guint64 size_bytes; /* plain */
  guint64 place;      /* of the next read */
  guint8 *sealed;
  HsSecretBytes *plain;
  gsize plain_bytes;
  guint64 plain_index; /* chunk that @plain holds, or NO_CHUNK */
  gboolean has_failed;
};

static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, HS_ERROR, HS_ERROR_CORRUPT, message);
  return FALSE;
}

static gboolean
go_to (GInputStream *in, guint64 place, GError **error)
{
  if (g_seekable_seek (G_SEEKABLE (in), (goffset)place, G_SEEK_SET, NULL, error))
    return TRUE;
  hs_error_convert_gio (error);
  return FALSE;
}

static gboolean
check_length (GInputStream *in, const HsJob *expected, GError **error)
{
  if (!g_seekable_seek (G_SEEKABLE (in), 0, G_SEEK_END, NULL, error))
    {
      hs_error_convert_gio (error);
      return FALSE;
    }
  if ((guint64)g_seekable_tell (G_SEEKABLE (in)) != expected->sealed_bytes)
    return refuse (error, "the sealed document has another length than its record");
  return go_to (in, 0, error);
}

static gboolean
read_exactly (HsSealReader *reader, guint64 place, guint8 *out, gsize length, GError **error)
{
  gsize got = 0;

  if ((guint64)g_seekable_tell (G_SEEKABLE (reader->in)) != place
      && !go_to (reader->in, place, error))
    return FALSE;
  if (!g_input_stream_read_all (reader->in, out, length, &got, NULL, error))
    {
      hs_error_convert_gio (error);
      return FALSE;
    }
  if (got < length)
    return refuse (error, "the sealed document became shorter while it was read");
  return TRUE;
}

static gboolean
load_chunk (HsSealReader *reader, guint64 index, GError **error)
{
  guint64 start = index * HS_AGE_SEALED_CHUNK_BYTES;
  gsize length = (gsize)MIN (reader->chunks_bytes - start, HS_AGE_SEALED_CHUNK_BYTES);

  if (reader->plain_index == index)
    return TRUE;
  reader->plain_index = NO_CHUNK;
  if (!read_exactly (reader, reader->chunks_start + start, reader->sealed, length, error)
      || !hs_age_payload_open (reader->payload, index, index + 1 == reader->n_chunks,
                               reader->sealed, length, hs_secret_bytes_get (reader->plain), error))
    {
      g_prefix_error (error, "the sealed document is damaged: ");
      return FALSE;
    }
  reader->plain_index = index;
  reader->plain_bytes = length - HS_AGE_TAG_BYTES;
  return TRUE;
}

/* Works out the chunks from the file's length and opens the last one. */
static gboolean
prepare_chunks (HsSealReader *reader, guint64 header_bytes, const HsJob *expected, GError **error)
{
  reader->chunks_start = header_bytes + HS_AGE_PAYLOAD_NONCE_BYTES;
  if (expected->sealed_bytes < reader->chunks_start + HS_AGE_TAG_BYTES)
    return refuse (error, "the sealed document is cut short");
  reader->chunks_bytes = expected->sealed_bytes - reader->chunks_start;
  reader->n_chunks
      = (reader->chunks_bytes + HS_AGE_SEALED_CHUNK_BYTES - 1) / HS_AGE_SEALED_CHUNK_BYTES;
  guint64 last_bytes = reader->chunks_bytes - (reader->n_chunks - 1) * HS_AGE_SEALED_CHUNK_BYTES;
  if (last_bytes < HS_AGE_TAG_BYTES + (reader->n_chunks > 1 ? 1 : 0))
    return refuse (error, "the sealed document has a length that none can have");
  reader->size_bytes = reader->chunks_bytes - reader->n_chunks * HS_AGE_TAG_BYTES;
  if (reader->size_bytes != expected->size_bytes)
    return refuse (error, "the document has another length than its record");
  return load_chunk (reader, reader->n_chunks - 1, error);
}

static gboolean
prepare (HsSealReader *reader, const HsSealOpening *opening, const HsJob *expected, GError **error)
{
  guint8 nonce[HS_AGE_PAYLOAD_NONCE_BYTES];

  if (!check_length (reader->in, expected, error))
    return FALSE;
  g_autoptr (HsAgeReader) age = hs_age_reader_new (reader->in, error);
  if (age == NULL)
    return FALSE;
  const HsAgeHeader *header = hs_age_reader_get_header (age);
  g_autoptr (HsSecretBytes) file_key = hs_seal_opening_unwrap (opening, header, expected, error);
  if (file_key == NULL)
    return FALSE;
  g_autoptr (GBytes) header_bytes = hs_age_header_get_bytes (header);
  gsize header_length = g_bytes_get_size (header_bytes);
  if (!read_exactly (reader, header_length, nonce, sizeof nonce, error))
    return FALSE;
  reader->payload = hs_age_payload_new (file_key, nonce, error);
  return reader->payload != NULL && prepare_chunks (reader, header_length, expected, error);
}

HsSealReader *
hs_seal_reader_new (GInputStream *in,
                    const HsSealOpening *opening,
                    const HsJob *expected,
                    GError **error)
{
  g_autoptr (HsSealReader) reader = g_new0 (HsSealReader, 1);

  reader->in = g_object_ref (in);
  reader->sealed = g_malloc (HS_AGE_SEALED_CHUNK_BYTES);
  reader->plain = hs_secret_bytes_new (HS_AGE_CHUNK_BYTES);
  reader->plain_index = NO_CHUNK;
  if (!prepare (reader, opening, expected, error))
    return NULL;
  return g_steal_pointer (&reader);
}

void
hs_seal_reader_free (HsSealReader *reader)
{
  if (reader == NULL)
    return;
  g_clear_object (&reader->in);
  hs_age_payload_free (reader->payload);
  g_free (reader->sealed);
  hs_secret_bytes_free (reader->plain);
  g_free (reader);
}

guint64
hs_seal_reader_get_size (const HsSealReader *reader)
{
  return reader->size_bytes;
}

gssize
hs_seal_reader_read (HsSealReader *reader, void *buffer, gsize capacity, GError **error)
{
  guint8 *out = buffer;
  gsize given = 0;

  if (reader->has_failed)
    {
      refuse (error, "the sealed document is damaged");
      return -1;
    }
  while (given < capacity && reader->place < reader->size_bytes)
    {
      gsize within = (gsize)(reader->place % HS_AGE_CHUNK_BYTES);
      if (!load_chunk (reader, reader->place / HS_AGE_CHUNK_BYTES, error))
        {
          reader->has_failed = TRUE;
          return -1;
        }
      gsize piece = MIN (capacity - given, reader->plain_bytes - within);
      memcpy (out + given, hs_secret_bytes_peek (reader->plain) + within, piece);
      given += piece;
      reader->place += piece;
    }
  return (gssize)given;
}

gssize
hs_seal_reader_read_at (
    HsSealReader *reader, guint64 offset_bytes, void *buffer, gsize capacity, GError **error)
{
  reader->place = MIN (offset_bytes, reader->size_bytes);
  return hs_seal_reader_read (reader, buffer, capacity, error);
}
