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
__attribute__ ((noinline)) void
hs_worker_wipe_stack (void)
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
  hs_worker_wipe_stack ();
}

void
hs_worker_run (GTask *task, GTaskThreadFunc func)
{
  g_object_set_qdata (G_OBJECT (task), func_quark (), (gpointer)(void (*) (void))func);
  g_task_run_in_thread (task, run);
}
