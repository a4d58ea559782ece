/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* age files of strangers.
 *
 * The first byte chooses. Even: the rest is an age file for a known key. Odd: the rest is a script
 * that seals a payload chunk by chunk with right and wrong sizes, numbers and "last" flags, or puts
 * junk in between; a model says what the reader may give out, since no fuzzer finds valid tags by
 * itself.
 *
 * A step of a script is three bytes: operation, and a big-endian number.
 *   0 a chunk of that many bytes (from 65,530: a full one), not the last
 *   1 the same, the last          2 repeat the chunk number before
 *   3 so many bytes of junk       4 cut so many bytes off the end */

#include "fuzz/fuzz.h"
#include "seal/age_cipher.h"
#include "seal/age_message.h"
#include "seal/age_reader.h"

#include <string.h>

#define MOST_STEPS 12

static HsSecretBytes *
known_secret (gsize length)
{
  HsSecretBytes *secret = hs_secret_bytes_new (length);

  for (gsize i = 0; i < length; i++)
    hs_secret_bytes_get (secret)[i] = (guint8)(i + 1);
  return secret;
}

static void
open_stranger (const guint8 *data, gsize size)
{
  g_autoptr (HsSecretBytes) key = known_secret (32);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsSecretBytes) plain = hs_age_message_open (data, size, key, &error);

  FUZZ_CHECK ((plain == NULL) == (error != NULL));
  if (plain != NULL)
    FUZZ_CHECK (hs_secret_bytes_get_length (plain) <= HS_AGE_MESSAGE_MAX_BYTES);
}

typedef struct
{
  GByteArray *sealed;
  gsize plain_bytes; /* of all chunks that were sealed */
  guint64 index;
  gboolean is_sound; /* so far a reader must accept it */
  gboolean is_ended; /* the last chunk was written */
} Script;

/* The plain bytes of chunk number @index. */
static int
letter_of (guint64 index)
{
  return (int)('a' + index % 26);
}

static void
add_chunk (Script *script, HsAgePayload *payload, gsize number, gboolean is_last)
{
  gsize length = number >= 65530 ? HS_AGE_CHUNK_BYTES : number;
  g_autofree guint8 *plain = g_malloc (length + 1);
  g_autofree guint8 *sealed = g_malloc (length + HS_AGE_TAG_BYTES);

  memset (plain, letter_of (script->index), length);
  FUZZ_CHECK (hs_age_payload_seal (payload, script->index, is_last, plain, length, sealed, NULL));
  g_byte_array_append (script->sealed, sealed, (guint)(length + HS_AGE_TAG_BYTES));
  script->plain_bytes += length;
  if (script->is_ended || (!is_last && length != HS_AGE_CHUNK_BYTES)
      || (is_last && length == 0 && script->index > 0))
    script->is_sound = FALSE;
  script->is_ended = script->is_ended || is_last;
  script->index++;
}

static void
run_step (Script *script, HsAgePayload *payload, const guint8 *step)
{
  gsize number = (gsize)step[1] << 8 | step[2];

  switch (step[0] % 5)
    {
    case 0:
    case 1:
      add_chunk (script, payload, number, step[0] % 5 == 1);
      break;
    case 2:
      script->is_sound = script->is_sound && script->index == 0;
      script->index -= script->index > 0 ? 1 : 0;
      break;
    case 3:
      script->is_sound = script->is_sound && number == 0;
      for (gsize i = 0; i < number; i++)
        g_byte_array_append (script->sealed, (const guint8 *)"j", 1);
      break;
    default:
      number = MIN (number, script->sealed->len);
      script->is_sound = script->is_sound && number == 0;
      g_byte_array_set_size (script->sealed, (guint)(script->sealed->len - number));
      break;
    }
}

/* Reads in portions that the input chooses. Returns TRUE if the end came without an error. */
static gboolean
read_all (GBytes *file, const HsSecretBytes *file_key, gsize portion, GByteArray *out)
{
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_bytes (file);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsAgeReader) reader = hs_age_reader_new (in, &error);
  g_autofree guint8 *buffer = g_malloc (portion);
  gssize got;

  FUZZ_CHECK (reader != NULL);
  FUZZ_CHECK (hs_age_reader_start (reader, file_key, &error));
  while ((got = hs_age_reader_read (reader, buffer, portion, &error)) > 0)
    g_byte_array_append (out, buffer, (guint)got);
  FUZZ_CHECK ((got < 0) == (error != NULL));
  return got == 0;
}

static void
run_script (const guint8 *data, gsize size)
{
  static const guint8 nonce[HS_AGE_PAYLOAD_NONCE_BYTES] = { 5 };
  g_autoptr (HsSecretBytes) file_key = known_secret (HS_AGE_FILE_KEY_BYTES);
  g_autoptr (HsAgeStanza) stanza = hs_age_stanza_new (nonce, 1, "known", NULL);
  const HsAgeStanza *stanzas[] = { stanza };
  g_autoptr (GBytes) header = hs_age_header_seal (stanzas, 1, file_key, NULL);
  g_autoptr (HsAgePayload) payload = hs_age_payload_new (file_key, nonce, NULL);
  g_autoptr (GByteArray) sealed = g_byte_array_new (), out = g_byte_array_new ();
  Script script = { .sealed = sealed, .is_sound = TRUE };
  gsize portion = size > 0 ? 1 + (gsize)data[0] * 300 : 1000;

  for (gsize place = 1; place + 3 <= size && place < 1 + 3 * MOST_STEPS; place += 3)
    run_step (&script, payload, data + place);
  GByteArray *file = g_byte_array_new ();
  g_byte_array_append (file, g_bytes_get_data (header, NULL), (guint)g_bytes_get_size (header));
  g_byte_array_append (file, nonce, sizeof nonce);
  g_byte_array_append (file, sealed->data, sealed->len);
  g_autoptr (GBytes) whole = g_byte_array_free_to_bytes (file);
  gboolean is_accepted = read_all (whole, file_key, portion, out);
  /* Whatever came out is the right chunk at the right place; a sound file gives all of it. */
  FUZZ_CHECK (out->len <= script.plain_bytes);
  for (gsize i = 0; i < out->len; i++)
    FUZZ_CHECK (out->data[i] == letter_of (i / HS_AGE_CHUNK_BYTES));
  if (script.is_sound && script.is_ended)
    FUZZ_CHECK (is_accepted && out->len == script.plain_bytes);
  /* Without a last chunk, no end. */
  if (!script.is_ended)
    FUZZ_CHECK (!is_accepted);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  if (size == 0)
    return 0;
  if (data[0] % 2 == 0)
    open_stranger (data + 1, size - 1);
  else
    run_script (data + 1, size - 1);
  return 0;
}
