/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The private fields of a job.
 *
 * Plain layout: the byte 1, then title, user name and ticket, each as a big-endian 32-bit length
 * and its bytes; length ffffffff = absent. */

#include "seal/private_fields.h"

#include "base/error.h"
#include "seal/age_reader.h"
#include "seal/age_writer.h"

#include <string.h>

#define LAYOUT_VERSION 1
#define N_FIELDS 3
#define ABSENT G_MAXUINT32
#define PLAIN_MAX_BYTES (1 + N_FIELDS * (4 + HS_PRIVATE_FIELD_MAX_BYTES))

static gboolean
put_field (HsAgeWriter *writer, const void *bytes, gsize length, GError **error)
{
  guint32 prefix = GUINT32_TO_BE (bytes == NULL ? ABSENT : (guint32)length);

  if (length > HS_PRIVATE_FIELD_MAX_BYTES)
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID,
                           "a title, user name or ticket is longer than 64 KiB");
      return FALSE;
    }
  return hs_age_writer_write (writer, &prefix, sizeof prefix, error)
         && (bytes == NULL || hs_age_writer_write (writer, bytes, length, error));
}

static gboolean
put_text (HsAgeWriter *writer, const char *text, GError **error)
{
  return put_field (writer, text, text == NULL ? 0 : strlen (text), error);
}

GBytes *
hs_private_fields_seal (const HsSealFacts *facts, const HsJob *job, GError **error)
{
  static const guint8 version = LAYOUT_VERSION;
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  g_autoptr (HsAgeWriter) writer = hs_age_writer_new (out, facts->header, facts->file_key, error);
  gsize ticket_length = 0;
  const void *ticket = job->ticket == NULL ? NULL : g_bytes_get_data (job->ticket, &ticket_length);

  if (job->ticket != NULL && ticket == NULL)
    ticket = ""; /* an empty GBytes has no data, and is not absent */
  if (writer == NULL || !hs_age_writer_write (writer, &version, 1, error)
      || !put_text (writer, job->title, error) || !put_text (writer, job->user_name, error)
      || !put_field (writer, ticket, ticket_length, error) || !hs_age_writer_finish (writer, error)
      || !g_output_stream_close (out, NULL, error))
    return NULL;
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (out));
}

/* Steps over one field. Returns FALSE if it is cut; *bytes is NULL if it is absent. */
static gboolean
take_field (const guint8 **place, gsize *left, const guint8 **bytes, gsize *length)
{
  guint32 prefix;

  if (*left < sizeof prefix)
    return FALSE;
  memcpy (&prefix, *place, sizeof prefix);
  *place += sizeof prefix;
  *left -= sizeof prefix;
  *bytes = NULL;
  *length = 0;
  if (GUINT32_FROM_BE (prefix) == ABSENT)
    return TRUE;
  *length = GUINT32_FROM_BE (prefix);
  if (*length > HS_PRIVATE_FIELD_MAX_BYTES || *length > *left)
    return FALSE;
  *bytes = *place;
  *place += *length;
  *left -= *length;
  return TRUE;
}

static char *
dup_text (const guint8 *bytes, gsize length)
{
  return bytes == NULL ? NULL : g_strndup ((const char *)bytes, length);
}

static gboolean
apply (const guint8 *plain, gsize length, HsJob *job)
{
  const guint8 *bytes[N_FIELDS];
  gsize lengths[N_FIELDS];

  if (length < 1 || plain[0] != LAYOUT_VERSION)
    return FALSE;
  plain++;
  length--;
  for (guint i = 0; i < N_FIELDS; i++)
    if (!take_field (&plain, &length, &bytes[i], &lengths[i]))
      return FALSE;
  if (length != 0)
    return FALSE;
  hs_job_forget_private (job);
  job->title = dup_text (bytes[0], lengths[0]);
  job->user_name = dup_text (bytes[1], lengths[1]);
  job->ticket = bytes[2] == NULL ? NULL : g_bytes_new (bytes[2], lengths[2]);
  return TRUE;
}

/* Reads the whole payload, at most @capacity bytes. Returns -1 on an error. */
static gssize
read_all (HsAgeReader *reader, guint8 *buffer, gsize capacity, GError **error)
{
  gsize place = 0;

  while (TRUE)
    {
      gssize got = hs_age_reader_read (reader, buffer + place, capacity - place, error);
      if (got < 0)
        return -1;
      if (got == 0)
        return (gssize)place;
      place += (gsize)got;
    }
}

HsSecretBytes *
hs_private_fields_unwrap (GBytes *blob,
                          const HsSealOpening *opening,
                          const HsJob *job,
                          GError **error)
{
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_bytes (blob);
  g_autoptr (HsAgeReader) reader = hs_age_reader_new (in, error);

  if (reader == NULL)
    return NULL;
  return hs_seal_opening_unwrap (opening, hs_age_reader_get_header (reader), job, error);
}

gboolean
hs_private_fields_open (GBytes *blob, const HsSealOpening *opening, HsJob *job, GError **error)
{
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_bytes (blob);
  g_autoptr (HsAgeReader) reader = hs_age_reader_new (in, error);

  if (reader == NULL)
    return FALSE;
  g_autoptr (HsSecretBytes) file_key
      = hs_seal_opening_unwrap (opening, hs_age_reader_get_header (reader), job, error);
  if (file_key == NULL || !hs_age_reader_start (reader, file_key, error))
    return FALSE;
  /* One byte more than the longest, so that a longer one does not fit the layout. */
  gsize capacity = PLAIN_MAX_BYTES + 1;
  g_autofree guint8 *plain = g_malloc (capacity);
  gssize length = read_all (reader, plain, capacity, error);
  gboolean applied = length >= 0 && apply (plain, (gsize)length, job);
  hs_secret_bytes_wipe (plain, capacity);
  if (length >= 0 && !applied)
    g_set_error_literal (error, HS_ERROR, HS_ERROR_CORRUPT,
                         "the private fields of the job's record are malformed");
  return applied;
}
