/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The spool folder. Names are made from ids and read back into ids, so nothing that a client sends
 * ever becomes part of a path. */

#include "store/spool.h"

#include "base/error.h"
#include "platform/durable_file.h"

#define SEALED_SUFFIX ".age"
#define PART_SUFFIX ".part"

struct HsSpool
{
  HsDurableFolder *folder;
  guint64 reserve_bytes;
  _Atomic (guint64) total_bytes; /* workers commit, anybody removes */
};

#define SPOOL_TYPE_STREAM (spool_stream_get_type ())
G_DECLARE_FINAL_TYPE (SpoolStream, spool_stream, SPOOL, STREAM, GOutputStream)

struct _SpoolStream
{
  GOutputStream parent;
  HsSpoolPart *part; /* borrowed; NULL once the part is gone */
};

struct HsSpoolPart
{
  HsSpool *spool;
  HsId id;
  HsDurableFile *file;
  SpoolStream *stream;
  guint64 checked_bytes; /* length at the last look at the free space */
};

static char *
dup_name (const HsId *id, const char *suffix)
{
  char text[HS_ID_TEXT_BYTES];

  return g_strconcat (hs_id_format (id, text), suffix, NULL);
}

/* TRUE and the id if @name is "<uuid><suffix>". */
static gboolean
parse_name (const char *name, const char *suffix, HsId *id)
{
  char text[HS_ID_TEXT_BYTES];

  if (strlen (name) != HS_ID_TEXT_BYTES - 1 + strlen (suffix)
      || strcmp (name + HS_ID_TEXT_BYTES - 1, suffix) != 0)
    return FALSE;
  g_strlcpy (text, name, sizeof text);
  return hs_id_parse (text, id);
}

/* ── where the bytes go ──────────────────────────────────────────────────────────────────── */

G_DEFINE_FINAL_TYPE (SpoolStream, spool_stream, G_TYPE_OUTPUT_STREAM)

static gssize
stream_write (GOutputStream *stream,
              const void *buffer,
              gsize count,
              GCancellable *cancellable,
              GError **error)
{
  HsSpoolPart *part = SPOOL_STREAM (stream)->part;

  if (part == NULL || part->file == NULL)
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_INTERNAL, "this document has ended already");
      return -1;
    }
  /* The disk is asked now and then, not for each chunk; the reserve is larger than that step. */
  if (hs_durable_file_get_length (part->file) + count - part->checked_bytes
      >= HS_SPOOL_ROOM_CHECK_BYTES)
    {
      if (!hs_spool_check_room (part->spool, count, error))
        return -1;
      part->checked_bytes = hs_durable_file_get_length (part->file) + count;
    }
  if (!hs_durable_file_write (part->file, buffer, count, error))
    {
      hs_error_convert_gio (error);
      return -1;
    }
  return (gssize)count;
}

static void
spool_stream_class_init (SpoolStreamClass *class)
{
  G_OUTPUT_STREAM_CLASS (class)->write_fn = stream_write;
}

static void
spool_stream_init (SpoolStream *self)
{
}

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

/* Removes part files and adds up the documents. */
static gboolean
clean_up (HsSpool *spool, GError **error)
{
  g_autoptr (GPtrArray) entries = hs_durable_folder_list (spool->folder, error);
  HsId id;

  if (entries == NULL)
    return FALSE;
  for (guint i = 0; i < entries->len; i++)
    {
      const HsDurableEntry *entry = g_ptr_array_index (entries, i);
      if (parse_name (entry->name, SEALED_SUFFIX, &id))
        spool->total_bytes += entry->size_bytes;
      else if (parse_name (entry->name, PART_SUFFIX, &id)
               && !hs_durable_folder_remove (spool->folder, entry->name, error))
        return FALSE;
    }
  return TRUE;
}

HsSpool *
hs_spool_open (const char *path, guint64 reserve_bytes, GError **error)
{
  g_autoptr (HsSpool) spool = g_new0 (HsSpool, 1);

  spool->reserve_bytes = reserve_bytes;
  spool->folder = hs_durable_folder_open (path, error);
  if (spool->folder == NULL || !clean_up (spool, error))
    {
      hs_error_convert_gio (error);
      g_prefix_error (error, "cannot open the spool: ");
      return NULL;
    }
  return g_steal_pointer (&spool);
}

void
hs_spool_free (HsSpool *spool)
{
  if (spool == NULL)
    return;
  hs_durable_folder_free (spool->folder);
  g_free (spool);
}

/* ── questions ───────────────────────────────────────────────────────────────────────────── */

gboolean
hs_spool_check_room (HsSpool *spool, guint64 size_bytes, GError **error)
{
  guint64 free_bytes;

  if (!hs_durable_folder_get_free_bytes (spool->folder, &free_bytes, error))
    {
      hs_error_convert_gio (error);
      return FALSE;
    }
  if (free_bytes >= spool->reserve_bytes && free_bytes - spool->reserve_bytes >= size_bytes)
    return TRUE;
  g_autofree char *free_text = g_format_size_full (free_bytes, G_FORMAT_SIZE_IEC_UNITS);
  g_autofree char *reserve_text
      = g_format_size_full (spool->reserve_bytes, G_FORMAT_SIZE_IEC_UNITS);
  g_set_error (error, HS_ERROR, HS_ERROR_NO_SPACE,
               "the disk of the spool has %s left, and %s stay reserved; release or delete held "
               "jobs, or make room on the disk",
               free_text, reserve_text);
  return FALSE;
}

guint64
hs_spool_get_total_bytes (HsSpool *spool)
{
  return spool->total_bytes;
}

GArray *
hs_spool_list (HsSpool *spool, GError **error)
{
  return hs_spool_list_orphans (spool, NULL, error);
}

GArray *
hs_spool_list_orphans (HsSpool *spool, GHashTable *known, GError **error)
{
  g_autoptr (GPtrArray) entries = hs_durable_folder_list (spool->folder, error);

  if (entries == NULL)
    {
      hs_error_convert_gio (error);
      return NULL;
    }
  GArray *files = g_array_new (FALSE, FALSE, sizeof (HsSpoolFile));
  for (guint i = 0; i < entries->len; i++)
    {
      const HsDurableEntry *entry = g_ptr_array_index (entries, i);
      HsSpoolFile file = { .size_bytes = entry->size_bytes };
      if (parse_name (entry->name, SEALED_SUFFIX, &file.id)
          && (known == NULL || !g_hash_table_contains (known, &file.id)))
        g_array_append_val (files, file);
    }
  return files;
}

/* ── actions ─────────────────────────────────────────────────────────────────────────────── */

HsSpoolPart *
hs_spool_create (HsSpool *spool, const HsId *id, GError **error)
{
  g_autofree char *name = dup_name (id, PART_SUFFIX);

  if (!hs_spool_check_room (spool, 0, error))
    return NULL;
  HsDurableFile *file = hs_durable_file_create (spool->folder, name, error);
  if (file == NULL)
    {
      /* Ids are random: the same one twice is a mistake of the caller, not of the disk. */
      if (error != NULL && g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_EXISTS))
        {
          g_clear_error (error);
          g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "%s is being written already", name);
        }
      hs_error_convert_gio (error);
      return NULL;
    }
  HsSpoolPart *part = g_new0 (HsSpoolPart, 1);
  part->spool = spool;
  part->id = *id;
  part->file = file;
  part->stream = g_object_new (SPOOL_TYPE_STREAM, NULL);
  part->stream->part = part;
  return part;
}

GOutputStream *
hs_spool_part_get_stream (HsSpoolPart *part)
{
  return G_OUTPUT_STREAM (part->stream);
}

guint64
hs_spool_part_get_length (const HsSpoolPart *part)
{
  return hs_durable_file_get_length (part->file);
}

gboolean
hs_spool_part_commit (HsSpoolPart *part, GError **error)
{
  g_autofree char *name = dup_name (&part->id, SEALED_SUFFIX);

  if (!hs_durable_file_commit (part->file, name, HS_DURABLE_NEW, error))
    {
      if (error != NULL && g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_EXISTS))
        {
          g_clear_error (error);
          g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "there is a document %s already", name);
        }
      hs_error_convert_gio (error);
      return FALSE;
    }
  part->spool->total_bytes += hs_durable_file_get_length (part->file);
  return TRUE;
}

void
hs_spool_part_free (HsSpoolPart *part)
{
  if (part == NULL)
    return;
  part->stream->part = NULL;
  g_object_unref (part->stream);
  hs_durable_file_free (part->file);
  g_free (part);
}

GInputStream *
hs_spool_read (HsSpool *spool, const HsId *id, GError **error)
{
  g_autofree char *name = dup_name (id, SEALED_SUFFIX);
  GInputStream *stream = hs_durable_folder_read (spool->folder, name, error);

  if (stream == NULL)
    hs_error_convert_gio (error);
  return stream;
}

/* Length of a document, 0 if there is none. */
static guint64
length_of (HsSpool *spool, const char *name)
{
  g_autoptr (GInputStream) stream = hs_durable_folder_read (spool->folder, name, NULL);

  if (stream == NULL || !g_seekable_seek (G_SEEKABLE (stream), 0, G_SEEK_END, NULL, NULL))
    return 0;
  return (guint64)g_seekable_tell (G_SEEKABLE (stream));
}

gboolean
hs_spool_remove (HsSpool *spool, const HsId *id, GError **error)
{
  g_autofree char *name = dup_name (id, SEALED_SUFFIX);
  guint64 length = length_of (spool, name);

  if (!hs_durable_folder_remove (spool->folder, name, error))
    {
      hs_error_convert_gio (error);
      return FALSE;
    }
  spool->total_bytes -= length;
  return TRUE;
}
