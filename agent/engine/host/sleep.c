/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Sleep, waking and shutdown: which thing comes before which, and how long each may take. */

#define HS_LOG_AREA "power"

#include "engine/host/sleep.h"

#include "base/error.h"
#include "base/log.h"
#include "engine/host/network.h"
#include "engine/site_link/power.h"
#include "engine/site_link/site_link.h"
#include "platform/power.h"

/* Of the time that the system gives: a document on its way has the first half, and what is left at
 * four fifths is left undone, so that the system never has to go on without us. Ours. */
#define DELIVERING_SHARE(limit_us) ((limit_us) / 2)
#define WHOLE_SHARE(limit_us) ((limit_us) / 5 * 4)

/* A printer that takes a document for longer than this does not keep the machine awake: it is out of
 * paper, or waits for a person. Ours. */
#define KEEP_AWAKE_MOST_S (10 * 60)
#define KEEP_AWAKE_WHY "A document is on its way to a printer"

typedef enum
{
  PHASE_AWAKE = 0,
  PHASE_SETTLING, /* about to sleep or to shut down; the system waits */
  PHASE_READY,    /* nothing is left to do */
} Phase;

/* Outlives the HsSleep while the site is being told. */
typedef struct
{
  HsSleep *sleep; /* NULL once it is freed */
  guint round;
} Telling;

struct HsSleep
{
  HsSleepParts parts;
  HsPower *power;
  HsNetwork *network;
  char *logged_problem; /* the last that was logged */
  gboolean was_watched; /* logged last */
  guint sending;        /* documents on their way to printers */
  guint keep_awake_source;

  Phase phase;
  guint round; /* counts sleeps, so that late answers are known as late */
  gboolean is_parked;
  gboolean is_told;
  gboolean site_knows;
  guint park_source;
  guint ready_source;
  GTask *stopping;     /* nullable */
  GPtrArray *tellings; /* of Telling, borrowed: under way */
};

/* ── keeping awake ───────────────────────────────────────────────────────────────────────── */

static gboolean
on_awake_long_enough (gpointer user_data)
{
  HsSleep *sleep = user_data;

  sleep->keep_awake_source = 0;
  hs_power_keep_awake (sleep->power, FALSE, NULL);
  return G_SOURCE_REMOVE;
}

static void
let_sleep (HsSleep *sleep)
{
  g_clear_handle_id (&sleep->keep_awake_source, g_source_remove);
  hs_power_keep_awake (sleep->power, FALSE, NULL);
}

static void
keep_awake (HsSleep *sleep)
{
  g_clear_handle_id (&sleep->keep_awake_source, g_source_remove);
  sleep->keep_awake_source = g_timeout_add_seconds (KEEP_AWAKE_MOST_S, on_awake_long_enough, sleep);
  hs_power_keep_awake (sleep->power, TRUE, KEEP_AWAKE_WHY);
}

/* ── settling ────────────────────────────────────────────────────────────────────────────── */

static void
say_ready (HsSleep *sleep)
{
  g_clear_handle_id (&sleep->park_source, g_source_remove);
  g_clear_handle_id (&sleep->ready_source, g_source_remove);
  sleep->phase = PHASE_READY;
  hs_log_info ("ready to sleep or stop; the site %s",
               sleep->site_knows ? "knows" : "will be told later");
  hs_power_say_ready (sleep->power);
}

static void
check_ready (HsSleep *sleep)
{
  if (sleep->phase == PHASE_SETTLING && sleep->is_parked && sleep->is_told)
    say_ready (sleep);
}

static void
park (HsSleep *sleep)
{
  if (sleep->is_parked)
    return;
  sleep->is_parked = TRUE;
  g_clear_handle_id (&sleep->park_source, g_source_remove);
  if (sleep->sending > 0)
    hs_log_info ("%u documents that were on their way to printers wait until the machine is awake",
                 sleep->sending);
  hs_engine_park (sleep->parts.engine);
}

static gboolean
on_time_to_park (gpointer user_data)
{
  HsSleep *sleep = user_data;

  sleep->park_source = 0;
  park (sleep);
  check_ready (sleep);
  return G_SOURCE_REMOVE;
}

static gboolean
on_time_over (gpointer user_data)
{
  HsSleep *sleep = user_data;

  sleep->ready_source = 0;
  park (sleep);
  say_ready (sleep);
  return G_SOURCE_REMOVE;
}

static void
end_stopping (HsSleep *sleep)
{
  g_autoptr (GTask) task = g_steal_pointer (&sleep->stopping);

  g_clear_handle_id (&sleep->ready_source, g_source_remove);
  if (task != NULL)
    g_task_return_boolean (task, TRUE);
}

static void
on_site_told (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Telling *telling = user_data;
  HsSleep *sleep = telling->sleep;
  g_autoptr (GError) error = NULL;

  if (sleep != NULL)
    {
      gboolean told = hs_site_link_tell_power_finish (sleep->parts.site_link, result, &error);
      g_ptr_array_remove_fast (sleep->tellings, telling);
      if (telling->round == sleep->round)
        {
          sleep->is_told = TRUE;
          sleep->site_knows = told;
          check_ready (sleep);
          end_stopping (sleep);
        }
    }
  g_free (telling);
}

static void
tell_site (HsSleep *sleep, HsPowerNotice notice)
{
  Telling *telling = g_new0 (Telling, 1);

  sleep->round++;
  telling->sleep = sleep;
  telling->round = sleep->round;
  g_ptr_array_add (sleep->tellings, telling);
  hs_site_link_tell_power_async (sleep->parts.site_link, notice, on_site_told, telling);
}

static void
settle (HsSleep *sleep, HsPowerNotice notice)
{
  gboolean forgets = sleep->parts.config->lock_on_sleep;
  gint64 limit_us = hs_power_get_limit_us (sleep->power);

  if (sleep->stopping != NULL)
    return;
  if (sleep->phase != PHASE_AWAKE)
    {
      tell_site (sleep, notice); /* sleep was on its way, and now it is shutdown */
      return;
    }
  sleep->phase = PHASE_SETTLING;
  sleep->is_parked = sleep->is_told = sleep->site_knows = FALSE;
  hs_engine_rest (sleep->parts.engine, forgets);
  if (forgets)
    sleep->parts.lock_keys (sleep->parts.data);
  tell_site (sleep, notice);
  if (sleep->sending == 0 || limit_us == 0)
    park (sleep);
  else
    sleep->park_source
        = g_timeout_add ((guint)(DELIVERING_SHARE (limit_us) / 1000), on_time_to_park, sleep);
  if (limit_us == 0)
    say_ready (sleep); /* nobody waits for us; the site hears what there is time for */
  else
    sleep->ready_source
        = g_timeout_add ((guint)(WHOLE_SHARE (limit_us) / 1000), on_time_over, sleep);
  check_ready (sleep);
}

static gboolean
on_goodbye_over (gpointer user_data)
{
  HsSleep *sleep = user_data;

  sleep->ready_source = 0;
  end_stopping (sleep);
  return G_SOURCE_REMOVE;
}

void
hs_sleep_stop_async (HsSleep *sleep, GAsyncReadyCallback callback, gpointer user_data)
{
  gboolean was_told = sleep->phase != PHASE_AWAKE;

  g_clear_handle_id (&sleep->park_source, g_source_remove);
  g_clear_handle_id (&sleep->ready_source, g_source_remove);
  sleep->stopping = g_task_new (NULL, NULL, callback, user_data);
  sleep->phase = PHASE_READY;
  if (was_told)
    {
      end_stopping (sleep);
      return;
    }
  hs_engine_rest (sleep->parts.engine, FALSE);
  sleep->ready_source = g_timeout_add (HS_SLEEP_GOODBYE_MS, on_goodbye_over, sleep);
  tell_site (sleep, HS_POWER_DOWN);
}

static void
wake (HsSleep *sleep)
{
  if (sleep->phase == PHASE_AWAKE || sleep->stopping != NULL)
    return;
  hs_log_info ("awake");
  g_clear_handle_id (&sleep->park_source, g_source_remove);
  g_clear_handle_id (&sleep->ready_source, g_source_remove);
  sleep->phase = PHASE_AWAKE;
  hs_http_doubt_connections (sleep->parts.http);
  tell_site (sleep, HS_POWER_AWAKE);
  hs_site_link_check_now (sleep->parts.site_link);
  hs_engine_wake (sleep->parts.engine);
}

/* ── what the system tells ───────────────────────────────────────────────────────────────── */

static void
note_problem (HsSleep *sleep)
{
  const char *problem = hs_power_get_problem (sleep->power);
  gboolean is_watched = hs_power_is_watched (sleep->power);

  if (problem != NULL && g_strcmp0 (problem, sleep->logged_problem) != 0)
    {
      if (is_watched)
        hs_log_warning ("%s", problem);
      else
        hs_log_info ("sleep and shutdown are not noticed: %s", problem);
      g_free (sleep->logged_problem);
      sleep->logged_problem = g_strdup (problem);
    }
  if (is_watched && !sleep->was_watched)
    hs_log_info ("sleep and shutdown are noticed");
  sleep->was_watched = is_watched;
}

static void
on_power (HsPower *power, HsPowerEvent event, gpointer user_data)
{
  HsSleep *sleep = user_data;

  switch (event)
    {
    case HS_POWER_EVENT_SLEEP_SOON:
      settle (sleep, HS_POWER_ASLEEP);
      break;
    case HS_POWER_EVENT_SHUTDOWN_SOON:
      settle (sleep, HS_POWER_DOWN);
      break;
    case HS_POWER_EVENT_AWAKE:
    case HS_POWER_EVENT_SHUTDOWN_ENDED:
      wake (sleep);
      break;
    case HS_POWER_EVENT_CHANGED:
      note_problem (sleep);
      break;
    case HS_POWER_EVENT_NONE:
      break;
    }
}

static void
on_network (gboolean is_there, gpointer user_data)
{
  HsSleep *sleep = user_data;

  if (sleep->phase != PHASE_AWAKE)
    return;
  hs_http_doubt_connections (sleep->parts.http);
  hs_site_link_check_now (sleep->parts.site_link);
  /* Out of the network: the site is asked, so that its absence is known at once. Printers wait for a
   * network that is there. */
  if (is_there)
    hs_engine_network_changed (sleep->parts.engine);
}

/* ── life and questions ──────────────────────────────────────────────────────────────────── */

HsSleep *
hs_sleep_new (const HsSleepParts *parts)
{
  HsSleep *sleep = g_new0 (HsSleep, 1);

  sleep->parts = *parts;
  sleep->tellings = g_ptr_array_new ();
  sleep->power = hs_power_new (on_power, sleep);
  sleep->network = hs_network_new (on_network, sleep);
  return sleep;
}

void
hs_sleep_free (HsSleep *sleep)
{
  if (sleep == NULL)
    return;
  for (guint i = 0; i < sleep->tellings->len; i++)
    ((Telling *)g_ptr_array_index (sleep->tellings, i))->sleep = NULL;
  end_stopping (sleep);
  g_clear_handle_id (&sleep->keep_awake_source, g_source_remove);
  g_clear_handle_id (&sleep->park_source, g_source_remove);
  g_clear_handle_id (&sleep->ready_source, g_source_remove);
  hs_network_free (sleep->network);
  hs_power_free (sleep->power);
  g_ptr_array_unref (sleep->tellings);
  g_free (sleep->logged_problem);
  g_free (sleep);
}

void
hs_sleep_set_sending (HsSleep *sleep, guint sending)
{
  gboolean began = sending > sleep->sending;

  sleep->sending = sending;
  if (began && sleep->phase == PHASE_AWAKE)
    keep_awake (sleep);
  else if (sending == 0)
    let_sleep (sleep);
  if (sending == 0 && sleep->phase == PHASE_SETTLING && sleep->park_source != 0)
    {
      /* From within the engine: the rest in a turn of its own. */
      g_source_remove (sleep->park_source);
      sleep->park_source = g_idle_add (on_time_to_park, sleep);
    }
}

gboolean
hs_sleep_is_watched (HsSleep *sleep)
{
  return hs_power_is_watched (sleep->power);
}

const char *
hs_sleep_get_problem (HsSleep *sleep)
{
  return hs_power_get_problem (sleep->power);
}
