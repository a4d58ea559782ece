/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The disk in memory. Every folder has two tables of names: what a program sees now, and what would
 * be left after a power cut; every file knows how many of its bytes are synced. */

#include "platform/durable_file.h"
#include "platform/fake/durable_file.h"

#include <string.h>

#define DEFAULT_FREE_BYTES (G_GUINT64_CONSTANT (1) << 30)

typedef struct
{
  int references;
  GByteArray *bytes;
  guint synced;
} Node;

typedef struct
{
  GHashTable *now;     /* char * → Node */
  GHashTable *durable; /* char * → Node */
} Tree;

struct HsDurableFolder
{
  Tree *tree; /* belongs to the disk */
};

struct HsDurableFile
{
  Tree *tree;
  Node *node; /* NULL = dead or committed */
  char *part_name;
  guint64 length;
};

static GMutex lock;
static GHashTable *disk; /* path → Tree */
static guint64 free_left = DEFAULT_FREE_BYTES;
static guint counts[HS_FAKE_DISK_N_OPERATIONS];
static guint fail_at[HS_FAKE_DISK_N_OPERATIONS];
static int fail_code[HS_FAKE_DISK_N_OPERATIONS];

static Node *
node_ref (Node *node)
{
  node->references++;
  return node;
}

static void
node_unref (Node *node)
{
  if (--node->references > 0)
    return;
  g_byte_array_unref (node->bytes);
  g_free (node);
}

static GHashTable *
names_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)node_unref);
}

static GHashTable *
names_copy (GHashTable *names)
{
  GHashTable *copy = names_new ();
  GHashTableIter iter;
  gpointer name, node;

  g_hash_table_iter_init (&iter, names);
  while (g_hash_table_iter_next (&iter, &name, &node))
    g_hash_table_insert (copy, g_strdup (name), node_ref (node));
  return copy;
}

static void
tree_free (Tree *tree)
{
  g_hash_table_unref (tree->now);
  g_hash_table_unref (tree->durable);
  g_free (tree);
}

static GHashTable *
get_disk (void)
{
  if (disk == NULL)
    disk = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)tree_free);
  return disk;
}

/* TRUE when this call is the one that must fail. */
static gboolean
fails (HsFakeDiskOperation operation, const char *name, GError **error)
{
  guint count = ++counts[operation];

  if (fail_at[operation] == 0 || count != fail_at[operation])
    return FALSE;
  fail_at[operation] = 0;
  g_set_error (error, G_IO_ERROR, fail_code[operation], "%s: the disk was told to fail", name);
  return TRUE;
}

static gboolean
check_name (const char *name, GError **error)
{
  if (name[0] != '\0' && strchr (name, '/') == NULL && strcmp (name, ".") != 0
      && strcmp (name, "..") != 0)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME, "not the name of a file");
  return FALSE;
}

/* ── what tests do ───────────────────────────────────────────────────────────────────────── */

void
hs_fake_disk_reset (void)
{
  g_mutex_lock (&lock);
  g_hash_table_remove_all (get_disk ());
  free_left = DEFAULT_FREE_BYTES;
  memset (counts, 0, sizeof counts);
  memset (fail_at, 0, sizeof fail_at);
  g_mutex_unlock (&lock);
}

void
hs_fake_disk_fail (HsFakeDiskOperation operation, guint nth, int io_error_code)
{
  g_mutex_lock (&lock);
  fail_at[operation] = nth == 0 ? 0 : counts[operation] + nth;
  fail_code[operation] = io_error_code;
  g_mutex_unlock (&lock);
}

guint
hs_fake_disk_get_count (HsFakeDiskOperation operation)
{
  g_mutex_lock (&lock);
  guint count = counts[operation];
  g_mutex_unlock (&lock);
  return count;
}

void
hs_fake_disk_crash (void)
{
  GHashTableIter trees;
  gpointer value;

  g_mutex_lock (&lock);
  g_hash_table_iter_init (&trees, get_disk ());
  while (g_hash_table_iter_next (&trees, NULL, &value))
    {
      Tree *tree = value;
      GHashTableIter nodes;
      g_hash_table_iter_init (&nodes, tree->durable);
      while (g_hash_table_iter_next (&nodes, NULL, &value))
        g_byte_array_set_size (((Node *)value)->bytes, ((Node *)value)->synced);
      g_hash_table_unref (tree->now);
      tree->now = names_copy (tree->durable);
    }
  g_mutex_unlock (&lock);
}

void
hs_fake_disk_set_free_bytes (guint64 free_bytes)
{
  g_mutex_lock (&lock);
  free_left = free_bytes;
  g_mutex_unlock (&lock);
}

gboolean
hs_fake_disk_flip_bit (const char *folder, const char *name, guint64 offset_bytes)
{
  g_mutex_lock (&lock);
  Tree *tree = g_hash_table_lookup (get_disk (), folder);
  Node *node = tree != NULL ? g_hash_table_lookup (tree->now, name) : NULL;
  gboolean found = node != NULL && offset_bytes < node->bytes->len;
  if (found)
    node->bytes->data[offset_bytes] ^= 1;
  g_mutex_unlock (&lock);
  return found;
}

/* ── folders ─────────────────────────────────────────────────────────────────────────────── */

HsDurableFolder *
hs_durable_folder_open (const char *path, GError **error)
{
  HsDurableFolder *folder = g_new0 (HsDurableFolder, 1);

  g_mutex_lock (&lock);
  folder->tree = g_hash_table_lookup (get_disk (), path);
  if (folder->tree == NULL)
    {
      folder->tree = g_new0 (Tree, 1);
      folder->tree->now = names_new ();
      folder->tree->durable = names_new ();
      g_hash_table_insert (get_disk (), g_strdup (path), folder->tree);
    }
  g_mutex_unlock (&lock);
  return folder;
}

void
hs_durable_folder_free (HsDurableFolder *folder)
{
  g_free (folder);
}

void
hs_durable_entry_free (HsDurableEntry *entry)
{
  if (entry == NULL)
    return;
  g_free (entry->name);
  g_free (entry);
}

GPtrArray *
hs_durable_folder_list (HsDurableFolder *folder, GError **error)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_durable_entry_free);
  GHashTableIter iter;
  gpointer name, node;

  g_mutex_lock (&lock);
  g_hash_table_iter_init (&iter, folder->tree->now);
  while (g_hash_table_iter_next (&iter, &name, &node))
    {
      HsDurableEntry *entry = g_new0 (HsDurableEntry, 1);
      entry->name = g_strdup (name);
      entry->size_bytes = ((Node *)node)->bytes->len;
      g_ptr_array_add (entries, entry);
    }
  g_mutex_unlock (&lock);
  return entries;
}

gboolean
hs_durable_folder_get_free_bytes (HsDurableFolder *folder, guint64 *free_bytes, GError **error)
{
  g_mutex_lock (&lock);
  *free_bytes = free_left;
  g_mutex_unlock (&lock);
  return TRUE;
}

static Node *
node_new (void)
{
  Node *node = g_new0 (Node, 1);

  node->references = 1;
  node->bytes = g_byte_array_new ();
  return node;
}

gboolean
hs_durable_folder_ensure_file (HsDurableFolder *folder, const char *name, GError **error)
{
  if (!check_name (name, error))
    return FALSE;
  g_mutex_lock (&lock);
  if (!g_hash_table_contains (folder->tree->now, name))
    g_hash_table_insert (folder->tree->now, g_strdup (name), node_new ());
  g_mutex_unlock (&lock);
  return hs_durable_folder_sync (folder, error);
}

gboolean
hs_durable_folder_sync (HsDurableFolder *folder, GError **error)
{
  g_mutex_lock (&lock);
  gboolean failed = fails (HS_FAKE_DISK_SYNC_FOLDER, "the folder", error);
  if (!failed)
    {
      g_hash_table_unref (folder->tree->durable);
      folder->tree->durable = names_copy (folder->tree->now);
    }
  g_mutex_unlock (&lock);
  return !failed;
}

gboolean
hs_durable_folder_remove (HsDurableFolder *folder, const char *name, GError **error)
{
  if (!check_name (name, error))
    return FALSE;
  g_mutex_lock (&lock);
  gboolean failed = fails (HS_FAKE_DISK_REMOVE, name, error);
  Node *node = failed ? NULL : g_hash_table_lookup (folder->tree->now, name);
  if (node != NULL)
    {
      free_left += node->bytes->len;
      g_hash_table_remove (folder->tree->now, name);
    }
  g_mutex_unlock (&lock);
  return !failed;
}

GInputStream *
hs_durable_folder_read (HsDurableFolder *folder, const char *name, GError **error)
{
  GInputStream *stream = NULL;

  if (!check_name (name, error))
    return NULL;
  g_mutex_lock (&lock);
  if (!fails (HS_FAKE_DISK_READ, name, error))
    {
      Node *node = g_hash_table_lookup (folder->tree->now, name);
      if (node == NULL)
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "there is no %s", name);
      else
        {
          g_autoptr (GBytes) bytes = g_bytes_new (node->bytes->data, node->bytes->len);
          stream = g_memory_input_stream_new_from_bytes (bytes);
        }
    }
  g_mutex_unlock (&lock);
  return stream;
}

/* ── writing ─────────────────────────────────────────────────────────────────────────────── */

HsDurableFile *
hs_durable_file_create (HsDurableFolder *folder, const char *part_name, GError **error)
{
  HsDurableFile *file = NULL;

  if (!check_name (part_name, error))
    return NULL;
  g_mutex_lock (&lock);
  if (fails (HS_FAKE_DISK_CREATE, part_name, error))
    ;
  else if (g_hash_table_contains (folder->tree->now, part_name))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, "there is a %s already", part_name);
  else
    {
      file = g_new0 (HsDurableFile, 1);
      file->tree = folder->tree;
      file->node = node_new ();
      file->part_name = g_strdup (part_name);
      g_hash_table_insert (folder->tree->now, g_strdup (part_name), node_ref (file->node));
    }
  g_mutex_unlock (&lock);
  return file;
}

/* Ends a file that can no longer be trusted; with the lock held. */
static void
discard (HsDurableFile *file)
{
  if (file->node == NULL)
    return;
  free_left += file->node->bytes->len;
  g_hash_table_remove (file->tree->now, file->part_name);
  g_clear_pointer (&file->node, node_unref);
}

static gboolean
check_alive (HsDurableFile *file, GError **error)
{
  if (file->node != NULL)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "%s has ended already", file->part_name);
  return FALSE;
}

static gboolean
append (HsDurableFile *file, const void *data, gsize length, GError **error)
{
  if (!check_alive (file, error))
    return FALSE;
  if (fails (HS_FAKE_DISK_WRITE, file->part_name, error))
    return FALSE;
  if (length > free_left)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "cannot write to %s: the disk is full",
                   file->part_name);
      return FALSE;
    }
  g_byte_array_append (file->node->bytes, data, (guint)length);
  file->length += length;
  free_left -= length;
  return TRUE;
}

gboolean
hs_durable_file_write (HsDurableFile *file, const void *data, gsize length, GError **error)
{
  g_mutex_lock (&lock);
  gboolean written = append (file, data, length, error);
  if (!written)
    discard (file);
  g_mutex_unlock (&lock);
  return written;
}

guint64
hs_durable_file_get_length (const HsDurableFile *file)
{
  return file->length;
}

static gboolean
sync_and_rename (HsDurableFile *file, const char *name, HsDurableCommit how, GError **error)
{
  if (fails (HS_FAKE_DISK_SYNC_FILE, file->part_name, error))
    return FALSE;
  file->node->synced = file->node->bytes->len;
  if (fails (HS_FAKE_DISK_RENAME, name, error))
    return FALSE;
  if (how == HS_DURABLE_NEW && g_hash_table_contains (file->tree->now, name))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, "there is a %s already", name);
      return FALSE;
    }
  g_hash_table_insert (file->tree->now, g_strdup (name), node_ref (file->node));
  g_hash_table_remove (file->tree->now, file->part_name);
  return TRUE;
}

gboolean
hs_durable_file_commit (HsDurableFile *file, const char *name, HsDurableCommit how, GError **error)
{
  HsDurableFolder folder = { file->tree };

  if (!check_name (name, error))
    return FALSE;
  g_mutex_lock (&lock);
  gboolean renamed = check_alive (file, error) && sync_and_rename (file, name, how, error);
  if (renamed)
    g_clear_pointer (&file->node, node_unref);
  else
    discard (file);
  g_mutex_unlock (&lock);
  if (!renamed)
    return FALSE;
  if (hs_durable_folder_sync (&folder, error))
    return TRUE;
  if (how == HS_DURABLE_NEW)
    {
      g_mutex_lock (&lock);
      free_left += file->length;
      g_hash_table_remove (file->tree->now, name);
      g_mutex_unlock (&lock);
    }
  return FALSE;
}

void
hs_durable_file_free (HsDurableFile *file)
{
  if (file == NULL)
    return;
  g_mutex_lock (&lock);
  discard (file);
  g_mutex_unlock (&lock);
  g_free (file->part_name);
  g_free (file);
}
