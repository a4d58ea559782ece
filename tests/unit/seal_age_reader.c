/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* age streams that were cut, changed, continued or put together by somebody who has the key. */

#include "base/error.h"
#include "seal/age_cipher.h"
#include "seal/age_reader.h"
#include "support/suite.h"

static HsSecretBytes *file_key;
static GByteArray *file; /* header, nonce, chunks */
static gsize header_bytes;
static HsAgePayload *payload;
static guint8 plain[HS_AGE_CHUNK_BYTES];

static void
set_up (void)
{
  static const guint8 nonce[HS_AGE_PAYLOAD_NONCE_BYTES] = { 4 };
  g_autoptr (HsAgeStanza) stanza = hs_age_stanza_new (nonce, 3, "of-the-test", NULL);
  const HsAgeStanza *stanzas[] = { stanza };
  g_autoptr (GBytes) header = NULL;

  file_key = hs_age_file_key_new (NULL);
  header = hs_age_header_seal (stanzas, 1, file_key, NULL);
  header_bytes = g_bytes_get_size (header);
  file = g_byte_array_new ();
  g_byte_array_append (file, g_bytes_get_data (header, NULL), (guint)header_bytes);
  g_byte_array_append (file, nonce, sizeof nonce);
  payload = hs_age_payload_new (file_key, nonce, NULL);
  memset (plain, 'p', sizeof plain);
}

static void
tear_down (void)
{
  g_clear_pointer (&file_key, hs_secret_bytes_free);
  g_clear_pointer (&file, g_byte_array_unref);
  g_clear_pointer (&payload, hs_age_payload_free);
}

static void
add_chunk (guint64 index, gboolean is_last, gsize length)
{
  static guint8 sealed[HS_AGE_SEALED_CHUNK_BYTES];

  HS_ASSERT (hs_age_payload_seal (payload, index, is_last, plain, length, sealed, NULL));
  g_byte_array_append (file, sealed, (guint)(length + HS_AGE_TAG_BYTES));
}

static HsAgeReader *
open_file (void)
{
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_data (file->data, file->len, NULL);
  g_autoptr (GError) error = NULL;
  HsAgeReader *reader = hs_age_reader_new (in, &error);

  HS_ASSERT_NO_ERROR (error);
  return reader;
}

/* Reads to the end or the failure; the bytes that came before. */
static gsize
read_all (GError **error)
{
  g_autoptr (HsAgeReader) reader = open_file ();
  guint8 buffer[5000];
  gsize total = 0;
  gssize got;

  HS_ASSERT (hs_age_reader_start (reader, file_key, error));
  while ((got = hs_age_reader_read (reader, buffer, sizeof buffer, error)) > 0)
    total += (gsize)got;
  /* What failed once fails for ever. */
  if (got < 0)
    HS_ASSERT_INT_EQ (hs_age_reader_read (reader, buffer, 1, NULL), -1);
  return total;
}

static void
expect_whole (gsize length)
{
  g_autoptr (GError) error = NULL;

  HS_ASSERT_INT_EQ (read_all (&error), length);
  HS_ASSERT_NO_ERROR (error);
}

static void
expect_corrupt_after (gsize length)
{
  g_autoptr (GError) error = NULL;

  HS_ASSERT_INT_EQ (read_all (&error), length);
  HS_ASSERT_ERROR (error, HS_ERROR_CORRUPT);
}

/* ── whole ─────────────────────────────────────────────────────────────────────────────────── */

static void
an_empty_document_is_one_empty_chunk (void)
{
  add_chunk (0, TRUE, 0);
  expect_whole (0);
}

static void
a_last_chunk_may_be_full (void)
{
  add_chunk (0, FALSE, HS_AGE_CHUNK_BYTES);
  add_chunk (1, TRUE, HS_AGE_CHUNK_BYTES);
  expect_whole (2 * HS_AGE_CHUNK_BYTES);
}

/* ── damaged ───────────────────────────────────────────────────────────────────────────────── */

static void
no_chunk_at_all_is_corrupt (void)
{
  expect_corrupt_after (0);
}

static void
a_cut_before_the_payload_is_corrupt (void)
{
  g_autoptr (HsAgeReader) reader = NULL;
  g_autoptr (GError) error = NULL;

  g_byte_array_set_size (file, (guint)header_bytes + HS_AGE_PAYLOAD_NONCE_BYTES - 1);
  reader = open_file ();
  HS_ASSERT (!hs_age_reader_start (reader, file_key, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_CORRUPT);
}

static void
a_cut_at_a_chunk_is_corrupt (void)
{
  add_chunk (0, FALSE, HS_AGE_CHUNK_BYTES);
  expect_corrupt_after (HS_AGE_CHUNK_BYTES);
}

static void
a_cut_within_a_chunk_is_corrupt (void)
{
  add_chunk (0, FALSE, HS_AGE_CHUNK_BYTES);
  add_chunk (1, TRUE, 100);
  g_byte_array_set_size (file, file->len - 1);
  expect_corrupt_after (HS_AGE_CHUNK_BYTES);
}

static void
a_changed_chunk_is_corrupt (void)
{
  add_chunk (0, FALSE, HS_AGE_CHUNK_BYTES);
  add_chunk (1, TRUE, 100);
  file->data[header_bytes + HS_AGE_PAYLOAD_NONCE_BYTES + 17] ^= 1;
  expect_corrupt_after (0);
}

static void
chunks_in_another_order_are_corrupt (void)
{
  add_chunk (1, FALSE, HS_AGE_CHUNK_BYTES);
  add_chunk (0, FALSE, HS_AGE_CHUNK_BYTES);
  add_chunk (2, TRUE, 1);
  expect_corrupt_after (0);
}

static void
something_behind_a_full_last_chunk_is_corrupt (void)
{
  add_chunk (0, TRUE, HS_AGE_CHUNK_BYTES);
  g_byte_array_append (file, plain, 1);
  expect_corrupt_after (HS_AGE_CHUNK_BYTES);
}

static void
an_empty_last_chunk_behind_others_is_corrupt (void)
{
  add_chunk (0, FALSE, HS_AGE_CHUNK_BYTES);
  add_chunk (1, TRUE, 0);
  expect_corrupt_after (HS_AGE_CHUNK_BYTES);
}

static void
another_files_key_opens_nothing (void)
{
  g_autoptr (HsSecretBytes) other = hs_age_file_key_new (NULL);
  g_autoptr (HsAgeReader) reader = open_file ();
  g_autoptr (GError) error = NULL;

  HS_ASSERT (!hs_age_reader_start (reader, other, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_CORRUPT);
}

/* ── headers and streams ───────────────────────────────────────────────────────────────────── */

static void
expect_no_reader (const char *bytes, gsize length)
{
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_data (bytes, (gssize)length, NULL);
  g_autoptr (GError) error = NULL;

  HS_ASSERT (hs_age_reader_new (in, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_CORRUPT);
}

static void
a_cut_header_is_corrupt (void)
{
  for (gsize length = 0; length < header_bytes; length++)
    expect_no_reader ((const char *)file->data, length);
}

static void
a_header_without_end_is_corrupt (void)
{
  g_autoptr (GString) text = g_string_new ("age-encryption.org/v1\n-> x");

  while (text->len < 3 * HS_AGE_HEADER_MAX_BYTES)
    g_string_append (text, " argument");
  expect_no_reader (text->str, text->len);
}

/* A stream that cannot be read any more says so; it is not taken for a damaged document. */
static void
a_stream_that_fails_is_not_called_corrupt (void)
{
  g_autoptr (GInputStream) in = NULL;
  g_autoptr (HsAgeReader) reader = NULL;
  g_autoptr (GError) error = NULL;
  guint8 buffer[10];

  add_chunk (0, FALSE, HS_AGE_CHUNK_BYTES);
  add_chunk (1, TRUE, 1);
  in = g_memory_input_stream_new_from_data (file->data, file->len, NULL);
  reader = hs_age_reader_new (in, &error);
  HS_ASSERT (hs_age_reader_start (reader, file_key, &error));
  g_input_stream_close (in, NULL, NULL);
  HS_ASSERT_INT_EQ (hs_age_reader_read (reader, buffer, sizeof buffer, &error), -1);
  HS_ASSERT_ERROR (error, HS_ERROR_INTERNAL);
}

static void
a_stream_that_fails_at_once_has_no_header (void)
{
  g_autoptr (GInputStream) in = g_memory_input_stream_new ();
  g_autoptr (GError) error = NULL;

  g_input_stream_close (in, NULL, NULL);
  HS_ASSERT (hs_age_reader_new (in, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_INTERNAL);
}

HS_SUITE_WITH ("age reader",
               set_up,
               tear_down,
               { "an empty document is one empty chunk", an_empty_document_is_one_empty_chunk },
               { "a last chunk may be full", a_last_chunk_may_be_full },
               { "no chunk at all is corrupt", no_chunk_at_all_is_corrupt },
               { "a cut before the payload is corrupt", a_cut_before_the_payload_is_corrupt },
               { "a cut at a chunk is corrupt", a_cut_at_a_chunk_is_corrupt },
               { "a cut within a chunk is corrupt", a_cut_within_a_chunk_is_corrupt },
               { "a changed chunk is corrupt", a_changed_chunk_is_corrupt },
               { "chunks in another order are corrupt", chunks_in_another_order_are_corrupt },
               { "something behind a full last chunk is corrupt",
                 something_behind_a_full_last_chunk_is_corrupt },
               { "an empty last chunk behind others is corrupt",
                 an_empty_last_chunk_behind_others_is_corrupt },
               { "another file's key opens nothing", another_files_key_opens_nothing },
               { "a cut header is corrupt", a_cut_header_is_corrupt },
               { "a header without end is corrupt", a_header_without_end_is_corrupt },
               { "a stream that fails is not called corrupt",
                 a_stream_that_fails_is_not_called_corrupt },
               { "a stream that fails at once has no header",
                 a_stream_that_fails_at_once_has_no_header })
