/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Sleep and shutdown, as logind tells and puts them off. An inhibitor is a file descriptor of
 * logind's: closing it lets go.
 *
 * Which of them a service may have is polkit's decision: putting off is everybody's by default,
 * keeping awake is not (docs/decisions/0072). */

#include "platform/power.h"

#include "platform/linux/login_bus.h"

#include <gio/gunixfdlist.h>
#include <unistd.h>

#define WHO "Homespool"
#define WHY_DELAY "Keys are wiped, and the site is told that this workstation cannot be reached"

/* logind's InhibitDelayMaxSec= where it does not say its own: its default, logind.conf(5). */
#define DEFAULT_LIMIT_US (5 * G_TIME_SPAN_SECOND)

/* An inhibitor that is wanted, had, or asked for. */
typedef struct
{
  HsPower *power;
  const char *what;
  const char *mode;
  const char *refused; /* what to say when it is */
  gboolean is_wanted;
  gboolean is_asked;
  gboolean is_refused;
  int fd; /* -1: not had */
} Inhibitor;

struct HsPower
{
  HsLoginBus *bus;
  HsPowerFunc func;
  gpointer user_data;
  gboolean is_watched;
  gboolean sleeps_soon;
  gboolean shuts_down_soon;
  gint64 limit_us;
  char *why; /* it is kept awake */
  Inhibitor delay;
  Inhibitor block;
};

static void
tell (HsPower *power, HsPowerEvent event)
{
  power->func (power, event, power->user_data);
}

/* ── inhibitors ──────────────────────────────────────────────────────────────────────────── */

static void
let_go (Inhibitor *inhibitor)
{
  if (inhibitor->fd >= 0)
    close (inhibitor->fd);
  inhibitor->fd = -1;
}

static void
note_refusal (Inhibitor *inhibitor, gboolean is_refused)
{
  gboolean is_news = inhibitor->is_refused != is_refused;

  inhibitor->is_refused = is_refused;
  if (is_news)
    tell (inhibitor->power, HS_POWER_EVENT_CHANGED);
}

static void
on_inhibited (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Inhibitor *inhibitor = user_data;
  g_autoptr (GUnixFDList) descriptors = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_with_unix_fd_list_finish (
      G_DBUS_CONNECTION (source), &descriptors, result, &error);
  gint32 handle = -1;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* logind has gone, and perhaps what asked as well */
  inhibitor->is_asked = FALSE;
  if (reply != NULL && descriptors != NULL)
    {
      g_variant_get (reply, "(h)", &handle);
      let_go (inhibitor); /* of an earlier logind's */
      inhibitor->fd = g_unix_fd_list_get (descriptors, handle, NULL);
    }
  if (inhibitor->is_wanted)
    note_refusal (inhibitor, inhibitor->fd < 0);
  else
    let_go (inhibitor);
}

static void
ask (Inhibitor *inhibitor)
{
  HsPower *power = inhibitor->power;
  const char *why = inhibitor == &power->block ? power->why : WHY_DELAY;

  inhibitor->is_wanted = TRUE;
  if (inhibitor->is_asked || !hs_login_bus_is_there (power->bus))
    return;
  inhibitor->is_asked = TRUE;
  g_dbus_connection_call_with_unix_fd_list (
      hs_login_bus_get_connection (power->bus), HS_LOGIND_NAME, HS_LOGIND_PATH, HS_LOGIND_MANAGER,
      "Inhibit", g_variant_new ("(ssss)", inhibitor->what, WHO, why, inhibitor->mode),
      G_VARIANT_TYPE ("(h)"), G_DBUS_CALL_FLAGS_NONE, HS_LOGIND_TIMEOUT_MS, NULL,
      hs_login_bus_get_cancellable (power->bus), on_inhibited, inhibitor);
}

static void
stop_wanting (Inhibitor *inhibitor)
{
  inhibitor->is_wanted = FALSE;
  let_go (inhibitor);
}

/* ── what is about to happen ─────────────────────────────────────────────────────────────── */

static void
note_sleep (HsPower *power, gboolean soon)
{
  if (power->sleeps_soon == soon)
    return;
  power->sleeps_soon = soon;
  if (!soon && !power->shuts_down_soon)
    ask (&power->delay);
  tell (power, soon ? HS_POWER_EVENT_SLEEP_SOON : HS_POWER_EVENT_AWAKE);
}

static void
note_shutdown (HsPower *power, gboolean soon)
{
  if (power->shuts_down_soon == soon)
    return;
  power->shuts_down_soon = soon;
  if (!soon && !power->sleeps_soon)
    ask (&power->delay);
  tell (power, soon ? HS_POWER_EVENT_SHUTDOWN_SOON : HS_POWER_EVENT_SHUTDOWN_ENDED);
}

static void
on_prepare (GDBusConnection *connection,
            const char *sender,
            const char *path,
            const char *interface_name,
            const char *signal_name,
            GVariant *parameters,
            gpointer user_data)
{
  gboolean soon = FALSE;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    return;
  g_variant_get (parameters, "(b)", &soon);
  if (g_str_equal (signal_name, "PrepareForSleep"))
    note_sleep (user_data, soon);
  else
    note_shutdown (user_data, soon);
}

/* ── logind comes and goes ───────────────────────────────────────────────────────────────── */

static void
on_manager_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  HsPower *power = user_data;
  guint64 limit_us = DEFAULT_LIMIT_US;
  gboolean soon = FALSE;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  power->is_watched = TRUE; /* the signals come, whatever else it does not say */
  g_autoptr (GVariant) properties = reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;
  if (properties != NULL)
    (void)g_variant_lookup (properties, "InhibitDelayMaxUSec", "t", &limit_us);
  power->limit_us = (gint64)MIN (limit_us, (guint64)G_TIME_SPAN_DAY);
  tell (power, HS_POWER_EVENT_CHANGED);
  /* What happened while we could not hear it. */
  if (properties != NULL && g_variant_lookup (properties, "PreparingForSleep", "b", &soon))
    note_sleep (power, soon);
  if (properties != NULL && g_variant_lookup (properties, "PreparingForShutdown", "b", &soon))
    note_shutdown (power, soon);
}

static void
on_logind_appeared (gpointer user_data)
{
  HsPower *power = user_data;

  power->delay.is_asked = power->block.is_asked = FALSE;
  hs_login_bus_subscribe (power->bus, HS_LOGIND_MANAGER, "PrepareForSleep", HS_LOGIND_PATH, NULL,
                          on_prepare, power);
  hs_login_bus_subscribe (power->bus, HS_LOGIND_MANAGER, "PrepareForShutdown", HS_LOGIND_PATH, NULL,
                          on_prepare, power);
  if (power->delay.is_wanted)
    ask (&power->delay);
  if (power->block.is_wanted)
    ask (&power->block);
  hs_login_bus_call (power->bus, HS_LOGIND_PATH, HS_DBUS_PROPERTIES, "GetAll",
                     g_variant_new ("(s)", HS_LOGIND_MANAGER), "(a{sv})", on_manager_read, power);
}

static void
on_logind_vanished (gpointer user_data)
{
  HsPower *power = user_data;

  power->is_watched = FALSE;
  tell (power, HS_POWER_EVENT_CHANGED);
}

/* ── life, questions, actions ────────────────────────────────────────────────────────────── */

HsPower *
hs_power_new (HsPowerFunc func, gpointer user_data)
{
  static const HsLoginBusFuncs funcs = { on_logind_appeared, on_logind_vanished };
  HsPower *power = g_new0 (HsPower, 1);

  power->func = func;
  power->user_data = user_data;
  power->delay = (Inhibitor){ .power = power,
                              .what = "sleep:shutdown",
                              .mode = "delay",
                              .refused = "the login service (logind) does not let this service put "
                                         "off sleep and shutdown: keys are wiped and the site is "
                                         "told only as far as the time allows",
                              .is_wanted = TRUE,
                              .fd = -1 };
  power->block
      = (Inhibitor){ .power = power,
                     .what = "sleep",
                     .mode = "block",
                     .refused = "the login service (logind) does not let this service keep "
                                "the machine awake: a document that is on its way when it "
                                "falls asleep is cut, and looked after when it wakes",
                     .fd = -1 };
  power->bus = hs_login_bus_new (&funcs, power);
  return power;
}

void
hs_power_free (HsPower *power)
{
  if (power == NULL)
    return;
  hs_login_bus_free (power->bus);
  let_go (&power->delay);
  let_go (&power->block);
  g_free (power->why);
  g_free (power);
}

gboolean
hs_power_is_watched (const HsPower *power)
{
  return power->is_watched;
}

gint64
hs_power_get_limit_us (const HsPower *power)
{
  return power->is_watched && power->delay.fd >= 0 ? power->limit_us : 0;
}

const char *
hs_power_get_problem (const HsPower *power)
{
  if (!power->is_watched)
    return hs_login_bus_get_problem (power->bus);
  return power->delay.is_refused   ? power->delay.refused
         : power->block.is_refused ? power->block.refused
                                   : NULL;
}

void
hs_power_say_ready (HsPower *power)
{
  if (power->sleeps_soon || power->shuts_down_soon)
    stop_wanting (&power->delay);
}

void
hs_power_keep_awake (HsPower *power, gboolean awake, const char *why)
{
  if (awake == power->block.is_wanted)
    return;
  g_free (power->why);
  power->why = g_strdup (why);
  if (awake)
    ask (&power->block);
  else
    stop_wanting (&power->block);
}
