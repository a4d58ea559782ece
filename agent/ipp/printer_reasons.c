/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* printer-state-reasons for people. */

#include "ipp/printer_reasons.h"

#include <glib/gi18n.h> /* N_ marks for the catalogue of who shows them; nothing is translated here */
#include <string.h>

static const struct
{
  const char *keyword; /* without -report, -warning, -error */
  const char *sentence;
} rows[] = {
  { "media-empty", N_ ("it is out of paper; add some") },
  { "media-needed", N_ ("it wants paper; load what its panel asks for") },
  { "media-low", N_ ("paper is low") },
  { "media-jam", N_ ("paper is jammed; clear the jam") },
  { "toner-empty", N_ ("toner is used up; change the cartridge") },
  { "toner-low", N_ ("toner is low") },
  { "marker-supply-empty", N_ ("ink or toner is used up; change the cartridge") },
  { "marker-supply-low", N_ ("ink or toner is low") },
  { "marker-waste-full", N_ ("its waste container is full; change it") },
  { "marker-waste-almost-full", N_ ("its waste container is almost full") },
  { "cover-open", N_ ("a cover is open; close it") },
  { "door-open", N_ ("a door is open; close it") },
  { "interlock-open", N_ ("a cover or door is open; close it") },
  { "input-tray-missing", N_ ("a paper tray is missing; put it in") },
  { "output-tray-missing", N_ ("an output tray is missing; put it in") },
  { "output-area-full", N_ ("its output tray is full; empty it") },
  { "output-area-almost-full", N_ ("its output tray is almost full") },
  { "fuser-over-temp", N_ ("its fuser is too hot; let it cool") },
  { "fuser-under-temp", N_ ("it is warming up") },
  { "opc-life-over", N_ ("its drum is worn out; change it") },
  { "opc-near-eol", N_ ("its drum is almost worn out") },
  { "developer-empty", N_ ("developer is used up; change it") },
  { "spool-area-full", N_ ("its memory is full; wait until it has printed more") },
  { "paused", N_ ("it is paused; resume it at its panel") },
  { "moving-to-paused", N_ ("it is being paused") },
  { "shutdown", N_ ("it is switched off or shutting down; switch it on") },
  { "stopped-partly", N_ ("a part of it is stopped; look at its panel") },
  { "stopping", N_ ("it is stopping") },
  { "timed-out", N_ ("it does not reach its engine; look at its panel") },
  { "connecting-to-device", N_ ("it is connecting to its engine") },
  { "hold-new-jobs", N_ ("it holds new jobs; release them at its panel") },
  { "identify-printer-requested", N_ ("it is asked to identify itself") },
  { "other", N_ ("it reports a problem; look at its panel") },
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
