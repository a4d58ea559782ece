/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The keys of a kiosk's people at rest. */

#include "engine/identity/kiosk_keys.h"

#include "base/error.h"
#include "base/worker.h"
#include "platform/durable_file.h"
#include "seal/key_file.h"

#include <string.h>

#define FILE_BYTES 4096 /* of a wrapping: about 500 */

static const char *const way_names[] = { "pin", "password", "offline" };

struct HsKioskKeys
{
  HsDurableFolder *folder;
};

/* What a worker owns. */
typedef struct
{
  HsDurableFolder *folder; /* outlives the work */
  HsId identity;
  HsKeyWay way;
  HsSecretBytes *pepper; /* nullable */
  HsSecretBytes *secret;
  HsSecretBytes *key; /* to be wrapped, or what was opened */
  HsKioskWrapManner manner;
  gboolean is_done;
  guint ways;
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  hs_secret_bytes_free (work->pepper);
  hs_secret_bytes_free (work->secret);
  hs_secret_bytes_free (work->key);
  g_free (work);
}

static HsSecretBytes *
copy_secret (const HsSecretBytes *secret)
{
  return secret != NULL ? hs_secret_bytes_copy (secret) : NULL;
}

static GTask *
task_new (HsKioskKeys *keys,
          const HsId *identity,
          HsKeyWay way,
          GAsyncReadyCallback callback,
          gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  Work *work = g_new0 (Work, 1);

  work->folder = keys->folder;
  work->identity = *identity;
  work->way = way;
  g_task_set_task_data (task, work, work_free);
  return task;
}

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

HsKioskKeys *
hs_kiosk_keys_new (const char *state_folder, GError **error)
{
  g_autofree char *path = g_build_filename (state_folder, HS_KIOSK_KEYS_FOLDER, NULL);
  HsDurableFolder *folder = hs_durable_folder_open (path, error);

  if (folder == NULL)
    {
      hs_error_convert_gio (error);
      return NULL;
    }
  HsKioskKeys *keys = g_new0 (HsKioskKeys, 1);
  keys->folder = folder;
  return keys;
}

void
hs_kiosk_keys_free (HsKioskKeys *keys)
{
  if (keys == NULL)
    return;
  hs_durable_folder_free (keys->folder);
  g_free (keys);
}

/* ── names and files, in workers ─────────────────────────────────────────────────────────── */

static char *
name_of (const Work *work, HsKeyWay way, gboolean is_next)
{
  char id[HS_ID_TEXT_BYTES];

  return g_strconcat (hs_id_format (&work->identity, id), ".", way_names[way],
                      is_next ? ".next" : "", ".age", NULL);
}

/* NULL without error: there is no such file. */
static GBytes *
read_file (HsDurableFolder *folder, const char *name, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (GInputStream) stream = hs_durable_folder_read (folder, name, &problem);
  guint8 buffer[FILE_BYTES];
  gsize length = 0;

  if (stream == NULL && g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    return NULL;
  if (stream != NULL
      && g_input_stream_read_all (stream, buffer, sizeof buffer, &length, NULL, &problem))
    return g_bytes_new (buffer, length);
  hs_error_convert_gio (&problem);
  g_propagate_error (error, g_steal_pointer (&problem));
  return NULL;
}

static HsSecretBytes *
make_passphrase (const Work *work, GError **error)
{
  if (work->way == HS_WAY_OFFLINE)
    return hs_secret_bytes_copy (work->secret);
  return hs_key_file_derive_passphrase (work->pepper, &work->identity, work->secret, error);
}

static gboolean
write_file (
    HsDurableFolder *folder, const char *name, GBytes *content, HsDurableCommit how, GError **error)
{
  g_autofree char *part = g_strconcat (name, ".part", NULL);
  gsize length;
  const void *bytes = g_bytes_get_data (content, &length);

  /* Left by a crash: it was never committed. */
  if (!hs_durable_folder_remove (folder, part, error))
    return FALSE;
  g_autoptr (HsDurableFile) file = hs_durable_file_create (folder, part, error);
  return file != NULL && hs_durable_file_write (file, bytes, length, error)
         && hs_durable_file_commit (file, name, how, error);
}

/* ── opening ─────────────────────────────────────────────────────────────────────────────── */

static gboolean
has_any_file (const Work *work, gboolean *found, GError **error)
{
  g_autoptr (GPtrArray) entries = hs_durable_folder_list (work->folder, error);
  char id[HS_ID_TEXT_BYTES];

  if (entries == NULL)
    {
      hs_error_convert_gio (error);
      return FALSE;
    }
  hs_id_format (&work->identity, id);
  *found = FALSE;
  for (guint i = 0; i < entries->len; i++)
    {
      const HsDurableEntry *entry = entries->pdata[i];
      *found |= g_str_has_prefix (entry->name, id) && g_str_has_suffix (entry->name, ".age");
    }
  return TRUE;
}

static HsKioskKeyAnswer
open_one (Work *work, const char *name, const HsSecretBytes *passphrase, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (GBytes) content = read_file (work->folder, name, &problem);

  if (content == NULL && problem == NULL)
    return HS_KIOSK_KEY_ABSENT;
  if (content != NULL)
    work->key = hs_key_file_open (content, passphrase, &problem);
  if (work->key != NULL)
    return HS_KIOSK_KEY_OPEN;
  if (content != NULL && g_error_matches (problem, HS_ERROR, HS_ERROR_REFUSED))
    return HS_KIOSK_KEY_LOCKED;
  if (content != NULL
      && (g_error_matches (problem, HS_ERROR, HS_ERROR_CORRUPT)
          || g_error_matches (problem, HS_ERROR, HS_ERROR_INVALID)))
    return HS_KIOSK_KEY_DAMAGED;
  g_propagate_error (error, g_steal_pointer (&problem));
  return HS_KIOSK_KEY_FAILED;
}

/* After a change of the secret that was cut short, two files are there and one of them opens. That
 * one stays: a person knows one secret, and the site has just accepted it. */
static HsKioskKeyAnswer
open_way (Work *work, GError **error)
{
  g_autofree char *name = name_of (work, work->way, FALSE);
  g_autofree char *next = name_of (work, work->way, TRUE);
  g_autoptr (HsSecretBytes) passphrase = make_passphrase (work, error);
  g_autoptr (GBytes) content = NULL;

  if (passphrase == NULL)
    return HS_KIOSK_KEY_FAILED;
  HsKioskKeyAnswer answer = open_one (work, name, passphrase, error);
  if (answer == HS_KIOSK_KEY_OPEN || answer == HS_KIOSK_KEY_FAILED)
    return answer;
  HsKioskKeyAnswer other = open_one (work, next, passphrase, error);
  if (other == HS_KIOSK_KEY_FAILED)
    return other;
  if (other != HS_KIOSK_KEY_OPEN)
    return answer != HS_KIOSK_KEY_ABSENT ? answer : other;
  content = read_file (work->folder, next, NULL);
  /* The key is open in any case; a disk that fails now leaves both for the next time. */
  if (content != NULL && write_file (work->folder, name, content, HS_DURABLE_REPLACE, NULL)
      && hs_durable_folder_remove (work->folder, next, NULL))
    (void)!hs_durable_folder_sync (work->folder, NULL);
  return HS_KIOSK_KEY_OPEN;
}

static void
do_open (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Work *work = data;
  GError *error = NULL;
  HsKioskKeyAnswer answer = open_way (work, &error);
  gboolean found = FALSE;

  if (answer == HS_KIOSK_KEY_ABSENT && !has_any_file (work, &found, &error))
    answer = HS_KIOSK_KEY_FAILED;
  if (found)
    answer = HS_KIOSK_KEY_OTHER_WAY;
  if (answer == HS_KIOSK_KEY_FAILED)
    g_task_return_error (task, error);
  else
    g_task_return_int (task, answer);
}

static GTask *
locked_task (HsKioskKeys *keys,
             const HsKioskKeyLock *lock,
             GAsyncReadyCallback callback,
             gpointer user_data)
{
  GTask *task = task_new (keys, &lock->identity, lock->way, callback, user_data);
  Work *work = g_task_get_task_data (task);

  work->pepper = copy_secret (lock->pepper);
  work->secret = copy_secret (lock->secret);
  return task;
}

void
hs_kiosk_keys_open_async (HsKioskKeys *keys,
                          const HsKioskKeyLock *lock,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = locked_task (keys, lock, callback, user_data);

  hs_worker_run (task, do_open);
}

HsKioskKeyAnswer
hs_kiosk_keys_open_finish (HsKioskKeys *keys,
                           GAsyncResult *result,
                           HsSecretBytes **key,
                           GError **error)
{
  Work *work = g_task_get_task_data (G_TASK (result));
  gssize answer = g_task_propagate_int (G_TASK (result), error);

  if (answer < 0)
    return HS_KIOSK_KEY_FAILED;
  *key = g_steal_pointer (&work->key);
  return (HsKioskKeyAnswer)answer;
}

/* ── changing ────────────────────────────────────────────────────────────────────────────── */

static gboolean
wrap (const Work *work, GError **error)
{
  g_autofree char *name = name_of (work, work->way, work->manner == HS_WRAP_NEXT);
  g_autoptr (HsSecretBytes) passphrase = make_passphrase (work, error);
  g_autoptr (GBytes) content
      = passphrase != NULL ? hs_key_file_seal (work->key, passphrase, error) : NULL;
  HsDurableCommit how = work->manner == HS_WRAP_NEW ? HS_DURABLE_NEW : HS_DURABLE_REPLACE;

  if (content == NULL)
    return FALSE;
  if (write_file (work->folder, name, content, how, error))
    return TRUE;
  hs_error_convert_gio (error);
  return FALSE;
}

static gboolean
settle (const Work *work, GError **error)
{
  g_autofree char *name = name_of (work, work->way, FALSE);
  g_autofree char *next = name_of (work, work->way, TRUE);
  g_autoptr (GError) problem = NULL;
  g_autoptr (GBytes) content = work->is_done ? read_file (work->folder, next, &problem) : NULL;

  if (problem == NULL
      && (content == NULL || write_file (work->folder, name, content, HS_DURABLE_REPLACE, &problem))
      && hs_durable_folder_remove (work->folder, next, &problem)
      && hs_durable_folder_sync (work->folder, &problem))
    return TRUE;
  hs_error_convert_gio (&problem);
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

static gboolean
remove_ways (const Work *work, GError **error)
{
  for (guint way = 0; way < HS_WAY_COUNT; way++)
    {
      g_autofree char *name = name_of (work, (HsKeyWay)way, FALSE);
      g_autofree char *next = name_of (work, (HsKeyWay)way, TRUE);
      if ((work->ways & 1u << way) == 0)
        continue;
      if (!hs_durable_folder_remove (work->folder, name, error)
          || !hs_durable_folder_remove (work->folder, next, error))
        {
          hs_error_convert_gio (error);
          return FALSE;
        }
    }
  if (hs_durable_folder_sync (work->folder, error))
    return TRUE;
  hs_error_convert_gio (error);
  return FALSE;
}

static void
answer (GTask *task, gboolean done, GError *error)
{
  if (done)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
do_wrap (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  gboolean done = wrap (data, &error);

  answer (task, done, error);
}

static void
do_settle (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  gboolean done = settle (data, &error);

  answer (task, done, error);
}

static void
do_remove (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  gboolean done = remove_ways (data, &error);

  answer (task, done, error);
}

void
hs_kiosk_keys_wrap_async (HsKioskKeys *keys,
                          const HsKioskKeyLock *lock,
                          const HsSecretBytes *key,
                          HsKioskWrapManner manner,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = locked_task (keys, lock, callback, user_data);
  Work *work = g_task_get_task_data (task);

  work->key = hs_secret_bytes_copy (key);
  work->manner = manner;
  hs_worker_run (task, do_wrap);
}

gboolean
hs_kiosk_keys_wrap_finish (HsKioskKeys *keys, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
hs_kiosk_keys_settle_async (HsKioskKeys *keys,
                            const HsId *identity,
                            HsKeyWay way,
                            gboolean is_done,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = task_new (keys, identity, way, callback, user_data);

  ((Work *)g_task_get_task_data (task))->is_done = is_done;
  hs_worker_run (task, do_settle);
}

void
hs_kiosk_keys_remove_async (HsKioskKeys *keys,
                            const HsId *identity,
                            guint ways,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = task_new (keys, identity, HS_WAY_PIN, callback, user_data);

  ((Work *)g_task_get_task_data (task))->ways = ways;
  hs_worker_run (task, do_remove);
}

gboolean
hs_kiosk_keys_change_finish (HsKioskKeys *keys, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
