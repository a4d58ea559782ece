/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Text from elsewhere, made fit to be shown. */

#include "base/safe_text.h"

static gboolean
is_safe (gunichar character)
{
  return !g_unichar_iscntrl (character) && !(character >= 0x2028 && character <= 0x202e)
         && !(character >= 0x2066 && character <= 0x2069);
}

static char *
dup_safe (const char *text, gboolean has_lines)
{
  GString *out = g_string_new (NULL);
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at))
    if (is_safe (g_utf8_get_char (at)) || (has_lines && *at == '\n'))
      g_string_append_unichar (out, g_utf8_get_char (at));
  return g_string_free (out, FALSE);
}

char *
hs_safe_text_dup (const char *text)
{
  return dup_safe (text, FALSE);
}

gboolean
hs_safe_text_is_blank (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at))
    if (g_unichar_isgraph (g_utf8_get_char (at)))
      return FALSE;
  return TRUE;
}

char *
hs_safe_text_dup_lines (const char *lines)
{
  return dup_safe (lines, TRUE);
}

void
hs_safe_text_put_lines (const char *lines, FILE *file)
{
  g_autofree char *safe = dup_safe (lines, TRUE);

  fputs (safe, file);
}
