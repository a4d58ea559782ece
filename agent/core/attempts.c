/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Tries at a secret that this machine checks by itself. */

#include "core/attempts.h"

gint64
hs_attempts_get_wait_us (const HsAttempts *attempts, gint64 now_us)
{
  gint64 wait_us = HS_ATTEMPTS_FIRST_WAIT_US;

  if (attempts->failed < HS_ATTEMPTS_FREE)
    return 0;
  for (guint32 i = HS_ATTEMPTS_FREE; i < attempts->failed && wait_us < HS_ATTEMPTS_LONGEST_WAIT_US;
       i++)
    wait_us *= 2;
  wait_us = MIN (wait_us, HS_ATTEMPTS_LONGEST_WAIT_US);
  /* A last try in the future is a clock gone back: the whole wait again. */
  if (now_us < attempts->last_us)
    return wait_us;
  return MAX (attempts->last_us + wait_us - now_us, 0);
}

char *
hs_attempts_format (const HsAttempts *attempts)
{
  return g_strdup_printf ("%u %" G_GINT64_FORMAT, attempts->failed, attempts->last_us);
}

HsAttempts
hs_attempts_parse (const char *text, gsize length, gint64 now_us)
{
  g_autofree char *copy = g_strndup (text, length);
  g_auto (GStrv) words = g_strsplit (copy, " ", 3);
  guint64 failed;
  gint64 last_us;

  if (g_strv_length (words) == 2
      && g_ascii_string_to_unsigned (words[0], 10, 0, G_MAXUINT32, &failed, NULL)
      && g_ascii_string_to_signed (words[1], 10, 0, G_MAXINT64, &last_us, NULL))
    return (HsAttempts){ .failed = (guint32)failed, .last_us = last_us };
  return (HsAttempts){ .failed = HS_ATTEMPTS_FREE, .last_us = now_us };
}
