/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* One small function for each effect of the table. An effect runs after its step is durable, and
 * again after a crash: each of them may find its work done already.
 *
 * Three kinds. A lasting effect stands in the job's row until it reports that it is done, and is
 * replayed from there. A recorded effect is work for the outbox and was done by the transaction
 * itself; running it only wakes the link to the site. (ANNOUNCE of a job whose pages are still to be
 * counted stands in the row too, and goes along with a later transaction: outcome.c.) The others
 * follow from the state: RESTARTED asks for them again. */

#include "engine/engine_private.h"

typedef struct
{
  HsJobEffects effect;
  gboolean is_lasting;
  const char *probe;
  void (*run) (HsSlot *slot);
} Effect;

static void
run_abort_intake (HsSlot *slot)
{
  if (slot->intake != NULL)
    hs_intake_drop (slot->intake);
}

static void
run_purge_os_copy (HsSlot *slot)
{
  hs_os_copies_purge (slot->engine->os_copies, slot);
}

static void
run_deliver (HsSlot *slot)
{
  hs_dispatch_deliver (slot->engine->dispatch, slot);
}

static void
run_retry_later (HsSlot *slot)
{
  hs_dispatch_deliver_later (slot->engine->dispatch, slot);
}

static void
run_stop_delivery (HsSlot *slot)
{
  hs_dispatch_stop (slot->engine->dispatch, slot);
}

static void
run_take_back (HsSlot *slot)
{
  hs_dispatch_take_back (slot->engine->dispatch, slot);
}

/* In this order: what ends comes before what begins. */
static const Effect effects[] = {
  { HS_EFFECT_ABORT_INTAKE, FALSE, "abort intake", run_abort_intake },
  { HS_EFFECT_STOP_DELIVERY, FALSE, "stop delivery", run_stop_delivery },
  { HS_EFFECT_DELIVER, FALSE, "deliver", run_deliver },
  { HS_EFFECT_RETRY_LATER, FALSE, "retry later", run_retry_later },
  { HS_EFFECT_DESTROY, TRUE, "destroy", hs_destruction_begin },
  { HS_EFFECT_TAKE_BACK, TRUE, "take back", run_take_back },
  { HS_EFFECT_PURGE_OS_COPY, TRUE, "purge the system's copy", run_purge_os_copy },
  /* Part of the transaction itself (records.c), or of the loop (loop/steps.c). */
  { HS_EFFECT_ANNOUNCE, FALSE, "announce", NULL },
  { HS_EFFECT_REPORT, FALSE, "report", NULL },
  { HS_EFFECT_NOTIFY, FALSE, "notify", NULL },
};

HsJobEffects
hs_effects_get_lasting (HsJobEffects asked)
{
  HsJobEffects lasting = HS_EFFECT_NONE;

  for (gsize i = 0; i < G_N_ELEMENTS (effects); i++)
    if (effects[i].is_lasting)
      lasting |= asked & effects[i].effect;
  return lasting;
}

void
hs_effects_run (HsSlot *slot, HsJobEffects asked)
{
  for (gsize i = 0; i < G_N_ELEMENTS (effects); i++)
    {
      if ((asked & effects[i].effect) == 0 || effects[i].run == NULL)
        continue;
      hs_engine_probe (slot->engine, effects[i].probe);
      effects[i].run (slot);
    }
}
