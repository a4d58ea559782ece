/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The workstation, played by the fakes. */

#include "login_desk.h"
#include "platform/fake/login_session.h"
#include "platform/fake/power.h"

#include <string.h>

static gboolean is_open;

void
hs_login_desk_open (void)
{
  if (is_open)
    return;
  is_open = TRUE;
  hs_fake_login_reset ();
  hs_fake_power_reset ();
}

void
hs_login_desk_close (void)
{
  is_open = FALSE;
}

void
hs_login_desk_set_service (gboolean is_there)
{
  hs_fake_login_set_watched (is_there);
  hs_fake_power_get ()->is_absent = !is_there;
  hs_fake_power_tell (HS_POWER_EVENT_CHANGED);
}

void
hs_login_desk_log_in (const char *id, guint32 uid)
{
  hs_fake_login_add (id, uid);
}

void
hs_login_desk_log_out (const char *id)
{
  hs_fake_login_remove (id);
}

void
hs_login_desk_set_locked (const char *id, gboolean locked)
{
  hs_fake_login_set_locked (id, locked);
}

void
hs_login_desk_set_active (const char *id, gboolean active)
{
  hs_fake_login_set_active (id, active);
}

void
hs_login_desk_put_process (guint32 pid, const char *id)
{
  hs_fake_login_put_process (pid, id);
}

void
hs_login_desk_prepare_for_sleep (gboolean soon)
{
  hs_fake_power_tell (soon ? HS_POWER_EVENT_SLEEP_SOON : HS_POWER_EVENT_AWAKE);
}

void
hs_login_desk_prepare_for_shutdown (gboolean soon)
{
  hs_fake_power_tell (soon ? HS_POWER_EVENT_SHUTDOWN_SOON : HS_POWER_EVENT_SHUTDOWN_ENDED);
}

guint
hs_login_desk_count_inhibitors (const char *mode)
{
  const HsFakePower *power = hs_fake_power_get ();

  return (strcmp (mode, "delay") == 0 ? power->is_put_off : power->is_kept_awake) ? 1 : 0;
}
