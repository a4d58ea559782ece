/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Reading an age file as a stream. */

#include "seal/age_reader.h"

#include "base/error.h"
#include "seal/age_cipher.h"

#include <string.h>

#define AHEAD_BYTES 1
#define WINDOW_BYTES (HS_AGE_SEALED_CHUNK_BYTES + AHEAD_BYTES)
#define HEADER_STEP_BYTES 1024 /* most headers fit the first step */

struct HsAgeReader
{
  GInputStream *in;
  HsAgeHeader *header;
  HsAgePayload *payload; /* NULL until started */
  guint8 *window;        /* sealed bytes that were read and not yet opened */
  gsize window_bytes;
  gboolean in_ended;
  HsSecretBytes *plain; /* one opened chunk */
  gsize plain_bytes;
  gsize plain_place;
  guint64 index;
  gboolean is_over; /* the last chunk was opened, or failure is set */
  GError *failure;
};

/* Reads until the window holds @wanted bytes or the stream ends. */
static gboolean
fill (HsAgeReader *reader, gsize wanted, GError **error)
{
  gsize got = 0;

  if (reader->in_ended || reader->window_bytes >= wanted)
    return TRUE;
  gsize missing = wanted - reader->window_bytes;
  if (!g_input_stream_read_all (reader->in, reader->window + reader->window_bytes, missing, &got,
                                NULL, error))
    {
      hs_error_convert_gio (error);
      return FALSE;
    }
  reader->window_bytes += got;
  reader->in_ended = got < missing;
  return TRUE;
}

static void
drop (HsAgeReader *reader, gsize length)
{
  reader->window_bytes -= length;
  memmove (reader->window, reader->window + length, reader->window_bytes);
}

static gboolean
read_header (HsAgeReader *reader, GError **error)
{
  for (gsize wanted = HEADER_STEP_BYTES;; wanted = MIN (2 * wanted, HS_AGE_HEADER_MAX_BYTES))
    {
      if (!fill (reader, wanted, error))
        return FALSE;
      HsAgeHeaderOutcome outcome
          = hs_age_header_decode (reader->window, reader->window_bytes, &reader->header, error);
      if (outcome == HS_AGE_HEADER_INVALID)
        return FALSE;
      if (outcome == HS_AGE_HEADER_COMPLETE)
        break;
      if (reader->in_ended)
        {
          g_set_error_literal (error, HS_ERROR, HS_ERROR_CORRUPT, "the age header is cut short");
          return FALSE;
        }
    }
  g_autoptr (GBytes) bytes = hs_age_header_get_bytes (reader->header);
  drop (reader, g_bytes_get_size (bytes));
  return TRUE;
}

HsAgeReader *
hs_age_reader_new (GInputStream *in, GError **error)
{
  g_autoptr (HsAgeReader) reader = g_new0 (HsAgeReader, 1);

  reader->in = g_object_ref (in);
  reader->window = g_malloc (WINDOW_BYTES);
  if (!read_header (reader, error))
    return NULL;
  return g_steal_pointer (&reader);
}

void
hs_age_reader_free (HsAgeReader *reader)
{
  if (reader == NULL)
    return;
  g_clear_object (&reader->in);
  hs_age_header_free (reader->header);
  hs_age_payload_free (reader->payload);
  g_free (reader->window);
  hs_secret_bytes_free (reader->plain);
  g_clear_error (&reader->failure);
  g_free (reader);
}

const HsAgeHeader *
hs_age_reader_get_header (const HsAgeReader *reader)
{
  return reader->header;
}

gboolean
hs_age_reader_start (HsAgeReader *reader, const HsSecretBytes *file_key, GError **error)
{
  if (!hs_age_header_verify (reader->header, file_key, error)
      || !fill (reader, HS_AGE_PAYLOAD_NONCE_BYTES, error))
    return FALSE;
  if (reader->window_bytes < HS_AGE_PAYLOAD_NONCE_BYTES)
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_CORRUPT,
                           "the age file ends before its payload");
      return FALSE;
    }
  reader->payload = hs_age_payload_new (file_key, reader->window, error);
  if (reader->payload == NULL)
    return FALSE;
  drop (reader, HS_AGE_PAYLOAD_NONCE_BYTES);
  reader->plain = hs_secret_bytes_new (HS_AGE_CHUNK_BYTES);
  return TRUE;
}

static gboolean
fail (HsAgeReader *reader, const char *message)
{
  reader->is_over = TRUE;
  if (reader->failure == NULL)
    reader->failure = g_error_new_literal (HS_ERROR, HS_ERROR_CORRUPT, message);
  return FALSE;
}

/* Opens what the window holds as chunk number index. */
static gboolean
open_as (HsAgeReader *reader, gsize length, gboolean is_last)
{
  g_autoptr (GError) error = NULL;

  if (hs_age_payload_open (reader->payload, reader->index, is_last, reader->window, length,
                           hs_secret_bytes_get (reader->plain), &error))
    {
      reader->plain_bytes = length - HS_AGE_TAG_BYTES;
      reader->plain_place = 0;
      return TRUE;
    }
  if (!g_error_matches (error, HS_ERROR, HS_ERROR_CORRUPT) && reader->failure == NULL)
    reader->failure = g_steal_pointer (&error);
  return FALSE;
}

/* More follows, so the chunk must not be the last. */
static gboolean
next_inner_chunk (HsAgeReader *reader)
{
  if (!open_as (reader, HS_AGE_SEALED_CHUNK_BYTES, FALSE))
    {
      if (!open_as (reader, HS_AGE_SEALED_CHUNK_BYTES, TRUE))
        return fail (reader, "a chunk of the sealed document was changed");
      fail (reader, "something follows the end of the sealed document");
      return TRUE;
    }
  drop (reader, HS_AGE_SEALED_CHUNK_BYTES);
  reader->index++;
  return TRUE;
}

/* Nothing follows, so the chunk must be the last; only the first may be empty. */
static gboolean
next_last_chunk (HsAgeReader *reader)
{
  gsize length = reader->window_bytes;

  if (open_as (reader, length, TRUE))
    {
      if (reader->plain_bytes == 0 && reader->index > 0)
        return fail (reader, "the sealed document ends with an empty chunk");
      reader->is_over = TRUE;
      return TRUE;
    }
  if (length == HS_AGE_SEALED_CHUNK_BYTES && open_as (reader, length, FALSE))
    {
      fail (reader, "the sealed document is cut short");
      return TRUE;
    }
  return fail (reader, "a chunk of the sealed document was changed or cut short");
}

static gboolean
next_chunk (HsAgeReader *reader)
{
  g_autoptr (GError) error = NULL;

  if (!fill (reader, WINDOW_BYTES, &error))
    {
      reader->is_over = TRUE;
      reader->failure = g_steal_pointer (&error);
      return FALSE;
    }
  return reader->window_bytes == WINDOW_BYTES ? next_inner_chunk (reader)
                                              : next_last_chunk (reader);
}

gssize
hs_age_reader_read (HsAgeReader *reader, void *buffer, gsize capacity, GError **error)
{
  g_return_val_if_fail (reader->payload != NULL, -1);
  if (reader->plain_place == reader->plain_bytes && !reader->is_over)
    (void)next_chunk (reader);
  gsize piece = MIN (capacity, reader->plain_bytes - reader->plain_place);
  if (piece == 0 && capacity > 0 && reader->failure != NULL)
    {
      g_propagate_error (error, g_error_copy (reader->failure));
      return -1;
    }
  memcpy (buffer, hs_secret_bytes_peek (reader->plain) + reader->plain_place, piece);
  reader->plain_place += piece;
  return (gssize)piece;
}
