/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What every part of the window works with. */

#include "tray-ui/window/desk.h"

#include "base/safe_text.h"

#include <string.h>

const HsControlPrinter *
hs_desk_choose_printer (const HsDesk *desk)
{
  return hs_printer_list_choose (hs_agent_get_printers (desk->agent),
                                 hs_settings_get_printer (desk->settings));
}

const char *
hs_desk_get_printer_name (const HsDesk *desk, const HsControlJob *job)
{
  return hs_printer_list_get_name (hs_agent_get_printers (desk->agent), job->printer);
}

char *
hs_desk_dup_person (const HsDesk *desk)
{
  const HsControlStatus *status = hs_agent_get_status (desk->agent);
  const char *real = g_get_real_name ();

  if (status != NULL && status->seat_name != NULL)
    return hs_safe_text_dup (status->seat_name);
  /* GLib says "Unknown" where the account has no name. */
  return hs_safe_text_dup (*real != '\0' && strcmp (real, "Unknown") != 0 ? real
                                                                          : g_get_user_name ());
}
