/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The heap that wipes, over glibc's: free() and realloc() of the program come before those of the C
 * library for every library in the process, as its manual allows; they wipe and hand on.
 *
 * glibc's own filling of freed memory (M_PERTURB) is not enough: blocks of the cache of each thread,
 * which most small ones are, are left as they were, and each new block is filled as well. */

#include "platform/wiping_memory.h"

#include <string.h>

/* ── stack ───────────────────────────────────────────────────────────────────────────────── */

static GPollFunc wait;

__attribute__ ((noinline)) static void
wipe_below (void)
{
  __attribute__ ((uninitialized)) guint8 dead[HS_WIPING_STACK_BYTES];

  explicit_bzero (dead, sizeof dead);
}

/* While a document streams in there is always more within a moment, and wiping each time would cost
 * a third of its speed: so it is done once nothing has come for a while. */
static gint
wipe_and_wait (GPollFD *fds, guint n_fds, gint timeout_ms)
{
  if (timeout_ms >= 0 && timeout_ms <= HS_WIPING_STACK_QUIET_MS)
    return wait (fds, n_fds, timeout_ms);
  gint ready = wait (fds, n_fds, HS_WIPING_STACK_QUIET_MS);
  if (ready != 0)
    return ready;
  wipe_below ();
  return wait (fds, n_fds, timeout_ms < 0 ? -1 : timeout_ms - HS_WIPING_STACK_QUIET_MS);
}

void
hs_wiping_stack_begin (void)
{
  wait = g_main_context_get_poll_func (NULL);
  g_main_context_set_poll_func (NULL, wipe_and_wait);
}

/* ── heap ────────────────────────────────────────────────────────────────────────────────── */

#ifdef HS_HEAP_IS_TAKEN

gboolean
hs_wiping_heap_is_active (void)
{
  return FALSE;
}

#else

#include <malloc.h>
#include <stdlib.h>
#include <unistd.h>

/* glibc's own, by the names that it exports for whoever stands in front of them. */
extern void *__libc_malloc (size_t length);
extern void *__libc_calloc (size_t count, size_t length);
extern void __libc_free (void *memory);
extern void *__libc_realloc (void *memory, size_t length);

gboolean
hs_wiping_heap_is_active (void)
{
  return TRUE;
}

/* GLib ends the process as well; it would only ask for memory to say so. */
static void *
not_null (void *memory, size_t length)
{
  static const char last_words[] = "homespool: memory is used up; ending\n";

  if (memory != NULL || length > HS_WIPING_HEAP_MUST_BYTES)
    return memory;
  (void)!write (STDERR_FILENO, last_words, sizeof last_words - 1);
  _exit (HS_WIPING_HEAP_EXIT_CODE);
}

void *
malloc (size_t length)
{
  return not_null (__libc_malloc (length), length);
}

void *
calloc (size_t count, size_t length)
{
  gboolean is_large = count > 0 && length > HS_WIPING_HEAP_MUST_BYTES / count;

  return not_null (__libc_calloc (count, length), is_large ? G_MAXSIZE : count * length);
}

void
free (void *memory)
{
  if (memory == NULL)
    return;
  explicit_bzero (memory, malloc_usable_size (memory));
  __libc_free (memory);
}

/* What grows moves, for only then can the old place be wiped. */
void *
realloc (void *memory, size_t length)
{
  if (memory == NULL)
    return malloc (length);

  size_t held = malloc_usable_size (memory);
  if (length <= held)
    {
      explicit_bzero ((char *)memory + length, held - length);
      return __libc_realloc (memory, length);
    }
  void *grown = malloc (length);
  if (grown == NULL)
    return NULL;
  memcpy (grown, memory, held);
  free (memory);
  return grown;
}

#endif
