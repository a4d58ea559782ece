/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Outbox records and the chain that they form. A hash is always taken over our own canonical bytes,
 * also on the reading side, so that two spellings of one record cannot exist. */

#include "core/wire/event_record.h"

#include "base/error.h"

#include <string.h>

static const char *const kind_keywords[] = { "announce",       "state", "report",
                                             "erased",         "power", "agent",
                                             "command-result", "claim", "local", NULL };

const char *
hs_record_kind_to_keyword (HsRecordKind kind)
{
  return kind > HS_RECORD_NONE && kind < HS_RECORD_N_KINDS
             ? kind_keywords[kind - HS_RECORD_ANNOUNCE]
             : NULL;
}

/* ── writing ─────────────────────────────────────────────────────────────────────────────── */

static gboolean
is_hash_text (const char *text)
{
  return text != NULL && strlen (text) == 2 * HS_RECORD_HASH_BYTES
         && strspn (text, "0123456789abcdef") == 2 * HS_RECORD_HASH_BYTES;
}

GBytes *
hs_event_record_encode (guint64 n,
                        const char *previous,
                        HsRecordKind kind,
                        gint64 at_us,
                        gboolean offline,
                        const json_t *body,
                        GError **error)
{
  g_autoptr (json_t) object = json_object ();
  g_autoptr (GBytes) bytes = NULL;

  if (!is_hash_text (previous) || hs_record_kind_to_keyword (kind) == NULL || n == 0)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "a record needs number, kind and hash");
      return NULL;
    }
  hs_json_set_integer (object, "n", (gint64)n);
  hs_json_set_lines (object, "prev", previous);
  hs_json_set_lines (object, "kind", hs_record_kind_to_keyword (kind));
  hs_json_set_integer (object, "at_us", at_us);
  hs_json_set_boolean (object, "offline", offline);
  hs_json_set_value (object, "body", json_incref ((json_t *)body));
  bytes = hs_json_encode_bytes (object);
  if (g_bytes_get_size (bytes) > HS_RECORD_MAX_BYTES)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_NO_SPACE, "a record is longer than %d bytes",
                   HS_RECORD_MAX_BYTES);
      return NULL;
    }
  return g_steal_pointer (&bytes);
}

void
hs_record_hash (GBytes *record, guint8 hash[HS_RECORD_HASH_BYTES])
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize length, hash_length = HS_RECORD_HASH_BYTES;
  const guint8 *data = g_bytes_get_data (record, &length);

  g_checksum_update (checksum, data, (gssize)length);
  g_checksum_get_digest (checksum, hash, &hash_length);
}

/* ── reading ─────────────────────────────────────────────────────────────────────────────── */

HsEventRecord *
hs_event_record_decode_value (const json_t *object, GError **error)
{
  static const char *const members[] = { "n", "prev", "kind", "at_us", "offline", "body", NULL };
  g_autoptr (HsEventRecord) record = g_new0 (HsEventRecord, 1);
  g_autoptr (GBytes) canonical = NULL;
  json_t *body;
  gint64 n;
  int kind;

  if (!hs_json_check_members ("record", object, members, error)
      || !hs_json_get_integer (object, "n", 1, HS_JSON_MAX_INTEGER, &n, error)
      || !hs_json_get_hex (object, "prev", record->previous, sizeof record->previous, error)
      || !hs_json_get_keyword (object, "kind", kind_keywords, &kind, error)
      || !hs_json_get_time (object, "at_us", &record->at_us, error)
      || !hs_json_get_boolean (object, "offline", &record->offline, error)
      || !hs_json_get_object (object, "body", &body, error))
    return NULL;
  canonical = hs_json_encode_bytes (object);
  if (g_bytes_get_size (canonical) > HS_RECORD_MAX_BYTES)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_NO_SPACE, "a record is longer than %d bytes",
                   HS_RECORD_MAX_BYTES);
      return NULL;
    }
  hs_record_hash (canonical, record->hash);
  record->n = (guint64)n;
  record->kind = (HsRecordKind)(HS_RECORD_ANNOUNCE + kind);
  record->body = json_incref (body);
  return g_steal_pointer (&record);
}

HsEventRecord *
hs_event_record_decode (GBytes *bytes, GError **error)
{
  g_autoptr (json_t) object = hs_json_parse_bytes ("record", bytes, HS_RECORD_MAX_BYTES, error);

  return object != NULL ? hs_event_record_decode_value (object, error) : NULL;
}

void
hs_event_record_free (HsEventRecord *record)
{
  if (record == NULL)
    return;
  json_decref (record->body);
  g_free (record);
}

/* ── uploads ─────────────────────────────────────────────────────────────────────────────── */

/* The records are canonical already, so the upload is joined as text: what was hashed is what
 * leaves. */
GBytes *
hs_upload_encode (const guint8 stream[HS_STREAM_BYTES], const GPtrArray *records, gsize *n_taken)
{
  GString *text = g_string_new ("{\"records\":[");
  gsize taken = 0;
  gsize length;
  char *data;

  while (taken < records->len && taken < HS_UPLOAD_MAX_RECORDS)
    {
      gsize size;
      const char *bytes = g_bytes_get_data (records->pdata[taken], &size);

      /* 64: the end of the object with the stream's 32 digits. */
      if (taken > 0 && text->len + size + 64 > HS_UPLOAD_MAX_BYTES)
        break;
      if (taken > 0)
        g_string_append_c (text, ',');
      g_string_append_len (text, bytes, (gssize)size);
      taken++;
    }
  g_string_append (text, "],\"stream\":\"");
  for (gsize i = 0; i < HS_STREAM_BYTES; i++)
    g_string_append_printf (text, "%02x", stream[i]);
  g_string_append (text, "\"}");
  *n_taken = taken;
  length = text->len;
  data = g_string_free (text, FALSE);
  return g_bytes_new_take (data, length);
}

static gboolean
check_follows (const GPtrArray *records, const HsEventRecord *record, GError **error)
{
  const HsEventRecord *before = records->len > 0 ? records->pdata[records->len - 1] : NULL;

  if (before != NULL
      && (record->n != before->n + 1
          || memcmp (record->previous, before->hash, sizeof before->hash) != 0))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "the records do not follow each other");
      return FALSE;
    }
  return TRUE;
}

GPtrArray *
hs_upload_decode (const char *bytes, gsize length, guint8 stream[HS_STREAM_BYTES], GError **error)
{
  static const char *const members[] = { "stream", "records", NULL };
  g_autoptr (GPtrArray) records
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_event_record_free);
  g_autoptr (json_t) object = hs_json_parse ("upload", bytes, length, HS_UPLOAD_MAX_BYTES, error);
  guint8 read_stream[HS_STREAM_BYTES];
  json_t *array, *item;
  size_t i;

  if (object == NULL || !hs_json_check_members ("upload", object, members, error)
      || !hs_json_get_hex (object, "stream", read_stream, sizeof read_stream, error)
      || !hs_json_get_array (object, "records", 0, HS_UPLOAD_MAX_RECORDS, &array, error))
    return NULL;
  json_array_foreach (array, i, item)
  {
    g_autoptr (HsEventRecord) record = hs_event_record_decode_value (item, error);

    if (record == NULL || !check_follows (records, record, error))
      return NULL;
    g_ptr_array_add (records, g_steal_pointer (&record));
  }
  memcpy (stream, read_stream, sizeof read_stream);
  return g_steal_pointer (&records);
}

GBytes *
hs_upload_answer_encode (const HsUploadAnswer *answer)
{
  g_autoptr (json_t) object = json_object ();

  hs_json_set_hex (object, "stream", answer->stream, sizeof answer->stream);
  hs_json_set_integer (object, "n", (gint64)answer->n);
  hs_json_set_hex (object, "hash", answer->hash, sizeof answer->hash);
  return hs_json_encode_bytes (object);
}

gboolean
hs_upload_answer_decode (const char *bytes, gsize length, HsUploadAnswer *answer, GError **error)
{
  static const char *const members[] = { "stream", "n", "hash", NULL };
  g_autoptr (json_t) object = hs_json_parse ("answer", bytes, length, 4096, error);
  HsUploadAnswer read = { { 0 } };
  gint64 n;

  if (object == NULL || !hs_json_check_members ("answer", object, members, error)
      || !hs_json_get_hex (object, "stream", read.stream, sizeof read.stream, error)
      || !hs_json_get_integer (object, "n", 0, HS_JSON_MAX_INTEGER, &n, error)
      || !hs_json_get_hex (object, "hash", read.hash, sizeof read.hash, error))
    return FALSE;
  read.n = (guint64)n;
  *answer = read;
  return TRUE;
}
