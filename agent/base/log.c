/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Structured log lines. */

#include "base/log.h"

#include <string.h>

#define QUOTE_BYTES 80

static GLogLevelFlags threshold = G_LOG_LEVEL_MESSAGE;

void
hs_log_set_threshold (GLogLevelFlags level)
{
  threshold = level;
}

void
hs_log_write (GLogLevelFlags level, const char *area, const char *format, ...)
{
  if (level > threshold)
    return;
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *message = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  /* G_LOG_LEVEL_CRITICAL through g_log would trap under G_DEBUG; the structured path does not. */
  const GLogField fields[] = {
    { "MESSAGE", message, -1 },
    { "GLIB_DOMAIN", "homespool", -1 },
    { "HOMESPOOL_AREA", area, -1 },
    { "PRIORITY",
      level == G_LOG_LEVEL_CRITICAL  ? "3"
      : level == G_LOG_LEVEL_WARNING ? "4"
      : level == G_LOG_LEVEL_MESSAGE ? "6"
                                     : "7",
      -1 },
  };
  g_log_structured_array (level, fields, G_N_ELEMENTS (fields));
}

char *
hs_log_quote (const char *untrusted)
{
  if (untrusted == NULL)
    return g_strdup ("(none)");
  gsize length = strnlen (untrusted, QUOTE_BYTES);
  char *quoted = g_strndup (untrusted, length);

  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isprint (quoted[i]))
      quoted[i] = '?';
  return quoted;
}
