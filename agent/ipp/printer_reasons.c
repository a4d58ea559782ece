/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* printer-state-reasons for people. */

#include "ipp/printer_reasons.h"

#include <string.h>

static const struct
{
  const char *keyword; /* without -report, -warning, -error */
  const char *sentence;
} rows[] = {
  { "media-empty", "it is out of paper; add some" },
  { "media-needed", "it wants paper; load what its panel asks for" },
  { "media-low", "paper is low" },
  { "media-jam", "paper is jammed; clear the jam" },
  { "toner-empty", "toner is used up; change the cartridge" },
  { "toner-low", "toner is low" },
  { "marker-supply-empty", "ink or toner is used up; change the cartridge" },
  { "marker-supply-low", "ink or toner is low" },
  { "marker-waste-full", "its waste container is full; change it" },
  { "marker-waste-almost-full", "its waste container is almost full" },
  { "cover-open", "a cover is open; close it" },
  { "door-open", "a door is open; close it" },
  { "interlock-open", "a cover or door is open; close it" },
  { "input-tray-missing", "a paper tray is missing; put it in" },
  { "output-tray-missing", "an output tray is missing; put it in" },
  { "output-area-full", "its output tray is full; empty it" },
  { "output-area-almost-full", "its output tray is almost full" },
  { "fuser-over-temp", "its fuser is too hot; let it cool" },
  { "fuser-under-temp", "it is warming up" },
  { "opc-life-over", "its drum is worn out; change it" },
  { "opc-near-eol", "its drum is almost worn out" },
  { "developer-empty", "developer is used up; change it" },
  { "spool-area-full", "its memory is full; wait until it has printed more" },
  { "paused", "it is paused; resume it at its panel" },
  { "moving-to-paused", "it is being paused" },
  { "shutdown", "it is switched off or shutting down; switch it on" },
  { "stopped-partly", "a part of it is stopped; look at its panel" },
  { "stopping", "it is stopping" },
  { "timed-out", "it does not reach its engine; look at its panel" },
  { "connecting-to-device", "it is connecting to its engine" },
  { "hold-new-jobs", "it holds new jobs; release them at its panel" },
  { "identify-printer-requested", "it is asked to identify itself" },
  { "other", "it reports a problem; look at its panel" },
};

static const char *const severities[] = { "-report", "-warning", "-error" };

static char *
dup_stem (const char *keyword)
{
  for (gsize i = 0; i < G_N_ELEMENTS (severities); i++)
    if (g_str_has_suffix (keyword, severities[i]))
      return g_strndup (keyword, strlen (keyword) - strlen (severities[i]));
  return g_strdup (keyword);
}

gboolean
hs_printer_reason_is_error (const char *keyword)
{
  return g_str_has_suffix (keyword, "-error");
}

gboolean
hs_printer_reason_is_silent (const char *keyword)
{
  return g_str_equal (keyword, "none") || g_str_has_suffix (keyword, "-report");
}

char *
hs_printer_reason_dup_sentence (const char *keyword)
{
  g_autofree char *stem = dup_stem (keyword);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (g_str_equal (rows[i].keyword, stem))
      return g_strdup (rows[i].sentence);
  return g_strdup_printf ("it reports “%s”; look at its panel", g_strdelimit (stem, "-", ' '));
}
