/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Small age files in memory. */

#include "seal/age_message.h"

#include "base/error.h"
#include "seal/age_cipher.h"
#include "seal/age_reader.h"
#include "seal/age_writer.h"
#include "seal/stanza_scrypt.h"
#include "seal/stanza_x25519.h"

#include <string.h>

/* ── sealing ─────────────────────────────────────────────────────────────────────────────── */

static GBytes *
seal_under (const HsAgeStanza *stanza,
            const HsSecretBytes *file_key,
            const guint8 *plain,
            gsize length,
            GError **error)
{
  if (length > HS_AGE_MESSAGE_MAX_BYTES)
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID, "a message is longer than 64 KiB");
      return NULL;
    }
  g_autoptr (GBytes) header = hs_age_header_seal (&stanza, 1, file_key, error);
  if (header == NULL)
    return NULL;
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  g_autoptr (HsAgeWriter) writer = hs_age_writer_new (out, header, file_key, error);
  if (writer == NULL || !hs_age_writer_write (writer, plain, length, error)
      || !hs_age_writer_finish (writer, error) || !g_output_stream_close (out, NULL, error))
    return NULL;
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (out));
}

GBytes *
hs_age_message_seal (const guint8 recipient[HS_X25519_BYTES],
                     const guint8 *plain,
                     gsize length,
                     GError **error)
{
  g_autoptr (HsSecretBytes) file_key = hs_age_file_key_new (error);
  g_autoptr (HsAgeStanza) stanza
      = file_key == NULL ? NULL : hs_stanza_x25519_wrap (recipient, file_key, error);

  return stanza == NULL ? NULL : seal_under (stanza, file_key, plain, length, error);
}

GBytes *
hs_age_message_seal_passphrase (
    const HsSecretBytes *passphrase, guint log_n, const guint8 *plain, gsize length, GError **error)
{
  g_autoptr (HsSecretBytes) file_key = hs_age_file_key_new (error);
  g_autoptr (HsAgeStanza) stanza
      = file_key == NULL ? NULL : hs_stanza_scrypt_wrap (passphrase, log_n, file_key, error);

  return stanza == NULL ? NULL : seal_under (stanza, file_key, plain, length, error);
}

/* ── opening ─────────────────────────────────────────────────────────────────────────────── */

/* Fills @out. Returns how many bytes, or -1; one byte more than fits is an error. */
static gssize
read_bounded (HsAgeReader *reader, HsSecretBytes *out, GError **error)
{
  gsize capacity = hs_secret_bytes_get_length (out);
  gsize place = 0;
  guint8 beyond;
  gssize got = 1;

  while (got > 0 && place < capacity)
    {
      got = hs_age_reader_read (reader, hs_secret_bytes_get (out) + place, capacity - place, error);
      if (got > 0)
        place += (gsize)got;
    }
  if (got > 0)
    got = hs_age_reader_read (reader, &beyond, 1, error);
  if (got < 0)
    return -1;
  if (got > 0 || place == 0)
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_CORRUPT,
                           "a sealed message must hold 1 byte to 64 KiB");
      return -1;
    }
  return (gssize)place;
}

static HsSecretBytes *
open_with (HsAgeReader *reader,
           HsStanzaOutcome outcome,
           const HsSecretBytes *file_key,
           const char *not_mine,
           GError **error)
{
  if (outcome == HS_STANZA_NOT_MINE)
    g_set_error_literal (error, HS_ERROR, HS_ERROR_REFUSED, not_mine);
  if (outcome != HS_STANZA_OPENED || !hs_age_reader_start (reader, file_key, error))
    return NULL;
  g_autoptr (HsSecretBytes) whole = hs_secret_bytes_new (HS_AGE_MESSAGE_MAX_BYTES);
  gssize length = read_bounded (reader, whole, error);
  if (length < 0)
    return NULL;
  return hs_secret_bytes_new_copy (hs_secret_bytes_peek (whole), (gsize)length);
}

static HsAgeReader *
read_header (const guint8 *sealed, gsize length, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (sealed, length);
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_bytes (bytes);

  return hs_age_reader_new (in, error);
}

HsSecretBytes *
hs_age_message_open (const guint8 *sealed,
                     gsize length,
                     const HsSecretBytes *private_key,
                     GError **error)
{
  g_autoptr (HsAgeReader) reader = read_header (sealed, length, error);
  g_autoptr (HsSecretBytes) file_key = NULL;

  if (reader == NULL)
    return NULL;
  HsStanzaOutcome outcome
      = hs_stanza_x25519_unwrap (hs_age_reader_get_header (reader), private_key, &file_key, error);
  return open_with (reader, outcome, file_key, "the message is sealed to another key", error);
}

HsSecretBytes *
hs_age_message_open_passphrase (const guint8 *sealed,
                                gsize length,
                                const HsSecretBytes *passphrase,
                                GError **error)
{
  g_autoptr (HsAgeReader) reader = read_header (sealed, length, error);
  g_autoptr (HsSecretBytes) file_key = NULL;

  if (reader == NULL)
    return NULL;
  HsStanzaOutcome outcome
      = hs_stanza_scrypt_unwrap (hs_age_reader_get_header (reader), passphrase, &file_key, error);
  return open_with (reader, outcome, file_key, "the passphrase or PIN is not the right one", error);
}
