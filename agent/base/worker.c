/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Work in another thread that leaves nothing on that thread's stack. */

#include "base/worker.h"

#include "base/secret_bytes.h"

static GQuark
func_quark (void)
{
  return g_quark_from_static_string ("hs-worker-func");
}

/* Not inlined, so that its frame lies where those of the work lay. */
__attribute__ ((noinline)) static void
wipe_stack (void)
{
  __attribute__ ((uninitialized)) guint8 dead[HS_WORKER_STACK_BYTES];

  hs_secret_bytes_wipe (dead, sizeof dead);
}

/* The task may be over for its owner, and gone, when @func returns. */
static void
run (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GTaskThreadFunc func = g_object_get_qdata (G_OBJECT (task), func_quark ());

  func (task, source, data, cancellable);
  wipe_stack ();
}

typedef struct
{
  HsWorkerFunc func;
  gpointer data;
} Work;

static void
start (gpointer task, gpointer pool_data)
{
  g_autofree Work *work = task;

  work->func (work->data);
  wipe_stack ();
}

/* Not for one user alone: its threads come from those that GLib keeps for a while. */
static gpointer
make_pool (gpointer data)
{
  return g_thread_pool_new (start, NULL, -1, FALSE, NULL);
}

void
hs_worker_start (HsWorkerFunc func, gpointer data)
{
  static GOnce once = G_ONCE_INIT;
  g_autoptr (GError) error = NULL;
  Work *work = g_new (Work, 1);

  work->func = func;
  work->data = data;
  if (!g_thread_pool_push (g_once (&once, make_pool, NULL), work, &error))
    g_error ("no thread for the work: %s", error->message);
}

void
hs_worker_run (GTask *task, GTaskThreadFunc func)
{
  g_object_set_qdata (G_OBJECT (task), func_quark (), (gpointer)(void (*) (void))func);
  g_task_run_in_thread (task, run);
}
