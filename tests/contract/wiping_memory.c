/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A heap and a stack that leave nothing behind. What was freed is looked at as somebody else would,
 * through /proc, for the program itself may not touch it any more. */

#include "platform/wiping_memory.h"

#include "support/own_memory.h"
#include "support/suite.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#define MARK "left behind, word for word"

/* How many bytes that are not zero stand at @place now; 0 as well where no memory is any more. */
static gsize
count_left (guintptr place, gsize length)
{
  guint8 seen[4096];
  gsize left = 0;

  for (gsize done = 0; done < length;)
    {
      gsize got = hs_own_memory_read (place + done, seen, MIN (sizeof seen, length - done));
      if (got == 0)
        break;
      for (gsize i = 0; i < got; i++)
        left += seen[i] != 0;
      done += got;
    }
  return left;
}

/* The heap writes its own list into the first bytes of what is free. */
#define HEAD_BYTES (4 * sizeof (gpointer))

static gsize
count_left_in_heap (guintptr place, gsize length)
{
  return length > HEAD_BYTES ? count_left (place + HEAD_BYTES, length - HEAD_BYTES) : 0;
}

static void
what_is_freed_is_zero (void)
{
  static const gsize lengths[] = { 40, 64, 200, 1000, 1500, 8192, 70000, 1 << 20 };

  HS_ASSERT (hs_wiping_heap_is_active ());
  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      guint8 *block = malloc (lengths[i]);
      guint8 *fence = malloc (16); /* so that the block is not joined to what lies behind it */
      gsize held = malloc_usable_size (block);
      guintptr place = (guintptr)block;
      memset (block, 0x5a, held);
      HS_ASSERT_INT_EQ (count_left (place, held), held); /* the look sees what is there */
      free (block);
      HS_ASSERT_INT_EQ (count_left_in_heap (place, held), 0);
      free (fence);
    }
}

static void
what_libraries_free_is_zero (void)
{
  GString *text = g_string_new (NULL);
  char *copy = g_strdup (MARK MARK MARK);
  guintptr place = (guintptr)copy;
  guintptr places[64];
  guint moves = 0;

  g_free (copy);
  HS_ASSERT_INT_EQ (count_left_in_heap (place, sizeof MARK MARK MARK), 0);
  for (guint i = 0; i < 400; i++)
    {
      if (moves == 0 || places[moves - 1] != (guintptr)text->str)
        places[moves++] = (guintptr)text->str;
      g_string_append (text, MARK);
      HS_ASSERT (moves < G_N_ELEMENTS (places));
    }
  HS_ASSERT (moves > 3);
  for (guint i = 0; i + 1 < moves; i++)
    if (places[i] != (guintptr)text->str)
      HS_ASSERT_INT_EQ (count_left_in_heap (places[i], 64), 0);
  g_string_free (text, TRUE);
}

static void
what_shrinks_leaves_no_tail (void)
{
  char *block = malloc (4000);
  guintptr place = (guintptr)block;

  memset (block, 0x5a, 4000);
  block = realloc (block, 100);
  HS_ASSERT_INT_EQ (block[99], 0x5a);
  /* The rest is a block of its own now, with the list of the heap at its head. */
  HS_ASSERT_INT_EQ (count_left (place + 256, 4000 - 256), 0);
  free (block);
}

static void
what_grows_keeps_its_bytes (void)
{
  char *block = NULL;

  for (gsize length = 1; length < (4 << 20); length = length * 3 + 1)
    {
      block = realloc (block, length);
      HS_ASSERT (block != NULL);
      for (gsize i = 0; i < length / 3; i++)
        HS_ASSERT_INT_EQ (block[i], 0x5a);
      memset (block, 0x5a, length);
    }
  HS_ASSERT (realloc (block, 0) == NULL);
  free (NULL);
  block = aligned_alloc (4096, 8192);
  memset (block, 0x5a, 8192);
  free (block);
  block = realloc (NULL, 10);
  HS_ASSERT (block != NULL);
  free (block);
}

static gpointer
use_heap (gpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < 20000; i++)
    {
      g_autofree char *piece = g_strdup_printf ("%u " MARK, i);
      g_string_append (text, piece);
      if (text->len > 5000)
        g_string_set_size (text, 0);
    }
  return NULL;
}

static void
threads_use_it_at_once (void)
{
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("heap", use_heap, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    HS_ASSERT (g_thread_join (threads[i]) == NULL);
}

/* ── stack ───────────────────────────────────────────────────────────────────────────────── */

static guintptr in_the_stack;

__attribute__ ((noinline)) static void
write_down (guint depth)
{
  volatile char words[1024];

  for (gsize i = 0; i < sizeof words; i++)
    words[i] = 0x5a;
  if (depth > 0)
    write_down (depth - 1);
  else
    in_the_stack = (guintptr)words;
  HS_ASSERT_INT_EQ (words[0], 0x5a);
}

static gboolean
on_idle (gpointer data)
{
  write_down (16);
  return G_SOURCE_REMOVE;
}

static gboolean
on_time (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_REMOVE;
}

static void
the_stack_is_wiped_when_the_loop_has_nothing_to_do (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  GPollFunc before = g_main_context_get_poll_func (NULL);

  write_down (16);
  HS_ASSERT (count_left (in_the_stack, 1024) > 900); /* without it everything stays */
  hs_wiping_stack_begin ();
  g_idle_add (on_idle, NULL);
  g_timeout_add (10 * HS_WIPING_STACK_QUIET_MS, on_time, loop);
  g_main_loop_run (loop);
  HS_ASSERT (count_left (in_the_stack, 1024) < 100); /* what the loop itself wrote since */
  g_main_context_set_poll_func (NULL, before);
}

HS_SUITE ("wiping memory",
          { "what is freed is zero", what_is_freed_is_zero },
          { "what libraries free is zero", what_libraries_free_is_zero },
          { "what shrinks leaves no tail", what_shrinks_leaves_no_tail },
          { "what grows keeps its bytes", what_grows_keeps_its_bytes },
          { "threads use it at once", threads_use_it_at_once },
          { "the stack is wiped when the loop has nothing to do",
            the_stack_is_wiped_when_the_loop_has_nothing_to_do })
