/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The print system, played by the fake. */

#include "platform/fake/print_watch.h"
#include "print_desk.h"

const char *
hs_print_desk_open (void)
{
  hs_fake_print_watch_reset ();
  return "";
}

void
hs_print_desk_close (void)
{
}

void
hs_print_desk_put (const HsPrintedJob *job)
{
  (void)hs_fake_print_watch_put (job);
}

void
hs_print_desk_fail (GIOErrorEnum code)
{
  hs_fake_print_watch_get ()->fails = TRUE;
  hs_fake_print_watch_get ()->error_code = (int)code;
}

guint
hs_print_desk_get_most (void)
{
  return hs_fake_print_watch_get ()->most_at_once;
}

gboolean
hs_print_desk_knocks (void)
{
  return hs_fake_print_watch_get ()->knocks;
}
