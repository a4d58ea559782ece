/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Memory for secrets on Linux: mmap, mlock, MADV_DONTDUMP, MADV_WIPEONFORK.
 * memfd_secret is deliberately not used: it blocks hibernation and is filtered by systemd's
 * @system-service set.
 *
 * Small allocations are packed into 64 KiB slabs by 64-byte cells with a bitmap; secrets are few
 * and mostly 32 bytes, so first fit is enough. */

#include "platform/locked_memory.h"

#include <linux/capability.h>
#include <malloc.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SLAB_BYTES (64 * 1024)
#define CELL_BYTES 64
#define CELLS (SLAB_BYTES / CELL_BYTES)

/* Empty slabs that are kept: a document on its way needs a whole one, and the next one comes soon. */
#define SPARE_SLABS 2

/* glibc gives a heap to each thread that finds the others busy, eight for each processor; what a locked
 * one once took is never given back. Two are enough for our few threads, and keep 1.5 MiB. */
#define MOST_HEAPS 2

typedef struct Slab Slab;
struct Slab
{
  Slab *next;
  guint8 *memory;
  gsize taken;        /* cells */
  guint8 used[CELLS]; /* 1 = taken */
};

static GMutex pool_lock;
static Slab *pool;
static gboolean all_locked = TRUE;
static gboolean process_locked;

static Slab *
slab_new (void)
{
  Slab *slab = g_new0 (Slab, 1);
  void *memory
      = mmap (NULL, SLAB_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  if (memory == MAP_FAILED)
    g_error ("no memory for secrets");
  if (mlock (memory, SLAB_BYTES) != 0)
    all_locked = FALSE;
  (void)madvise (memory, SLAB_BYTES, MADV_DONTDUMP);
  (void)madvise (memory, SLAB_BYTES, MADV_WIPEONFORK);
  slab->memory = memory;
  slab->next = pool;
  pool = slab;
  return slab;
}

static gpointer
slab_take (Slab *slab, gsize cells)
{
  gsize run = 0;

  for (gsize i = 0; i < CELLS; i++)
    {
      run = slab->used[i] ? 0 : run + 1;
      if (run < cells)
        continue;
      memset (slab->used + i + 1 - cells, 1, cells);
      slab->taken += cells;
      return slab->memory + (i + 1 - cells) * CELL_BYTES;
    }
  return NULL;
}

/* Gives empty slabs back, but for the spare ones. */
static void
trim_pool (void)
{
  guint empty = 0;
  Slab **place = &pool;

  while (*place != NULL)
    {
      Slab *slab = *place;
      if (slab->taken > 0 || ++empty <= SPARE_SLABS)
        {
          place = &slab->next;
          continue;
        }
      *place = slab->next;
      (void)munmap (slab->memory, SLAB_BYTES);
      g_free (slab);
    }
}

static gsize
cells_for (gsize length)
{
  return (length + CELL_BYTES - 1) / CELL_BYTES;
}

gpointer
hs_locked_memory_alloc (gsize length)
{
  g_return_val_if_fail (length >= 1 && length <= SLAB_BYTES, NULL);
  g_mutex_lock (&pool_lock);
  gpointer memory = NULL;
  for (Slab *slab = pool; slab != NULL && memory == NULL; slab = slab->next)
    memory = slab_take (slab, cells_for (length));
  if (memory == NULL)
    memory = slab_take (slab_new (), cells_for (length));
  g_mutex_unlock (&pool_lock);
  return memory;
}

void
hs_locked_memory_free (gpointer memory, gsize length)
{
  if (memory == NULL)
    return;
  g_mutex_lock (&pool_lock);
  for (Slab *slab = pool; slab != NULL; slab = slab->next)
    {
      guint8 *start = memory;
      if (start < slab->memory || start >= slab->memory + SLAB_BYTES)
        continue;
      gsize cells = cells_for (length);
      explicit_bzero (memory, cells * CELL_BYTES);
      memset (slab->used + (start - slab->memory) / CELL_BYTES, 0, cells);
      slab->taken -= cells;
      if (slab->taken == 0)
        trim_pool ();
      break;
    }
  g_mutex_unlock (&pool_lock);
}

gboolean
hs_locked_memory_is_locked (void)
{
  g_mutex_lock (&pool_lock);
  gboolean locked = all_locked;
  g_mutex_unlock (&pool_lock);
  return locked;
}

gboolean
hs_locked_memory_is_process_locked (void)
{
  return process_locked;
}

/* The limit does not bind who may lock anything. */
static gboolean
may_lock_anything (void)
{
  struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
  struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = { 0 };
  struct rlimit limit;

  if (getrlimit (RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur == RLIM_INFINITY)
    return TRUE;
  return syscall (SYS_capget, &header, sets) == 0
         && (sets[CAP_TO_INDEX (CAP_IPC_LOCK)].effective & CAP_TO_MASK (CAP_IPC_LOCK)) != 0;
}

gboolean
hs_locked_memory_harden_process (const char **problem)
{
  const struct rlimit no_core = { 0, 0 };

  if (setrlimit (RLIMIT_CORE, &no_core) != 0 || prctl (PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
    {
      *problem = "core dumps of this process cannot be turned off";
      return FALSE;
    }
  (void)mallopt (M_ARENA_MAX, MOST_HEAPS);
  /* Below a limit that the process fits into today every later mapping counts: the first thread or
   * document that does not fit any more would end it. */
  process_locked = may_lock_anything () && mlockall (MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0;
  if (!process_locked)
    {
      *problem = "memory cannot be locked, for the limit of locked memory is too small; set "
                 "LimitMEMLOCK=infinity in the service";
      return FALSE;
    }
  return TRUE;
}
