/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What intake.c and intake_open.c share.
 *
 * Threads: main context only.  Blocks: never. */

#include "engine/engine_private.h"
#include "engine/intake/intake_worker.h"

struct HsIntake
{
  guint references;
  HsEngine *engine;
  HsSlot *slot;        /* NULL once it is over */
  HsIntakeWork *work;  /* ours before the worker starts and after it ended; NULL in between */
  HsByteQueue *queue;  /* NULL until the first byte */
  gboolean is_started; /* a worker was started */
  gboolean is_working; /* and has not answered */
  GTask *finishing;    /* the body was complete */
  GError *failure;     /* why nothing will come of it */

  guint64 pushed_bytes;
  guint64 check_at_bytes; /* when to look at the owner's limits again */
  gint64 last_push_us;    /* monotonic */
  guint idle_source;

  HsIntakeDrainedFunc drained;
  gpointer drained_data;
};

/* @work is (transfer full). */
HsIntake *hs_intake_new (HsEngine *engine, HsSlot *slot, HsIntakeWork *work);

/* May this owner have @job_bytes more in one job? @but (nullable): that job, which is not counted
 * among the others. Errors: NO_SPACE, REFUSED. */
gboolean hs_intake_check_quota (HsEngine *engine,
                                HsOwnerKind kind,
                                const HsId *owner,
                                guint32 uid,
                                const HsSlot *but,
                                guint64 job_bytes,
                                GError **error);
