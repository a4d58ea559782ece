/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What a release may change, as JSON. */

#include "core/wire/control_release.h"

#include "base/error.h"

#include <string.h>

#define LIST_ITEMS 16
#define KEYWORD_BYTES 64

/* In the order of HsSides, and of HsColour without UNKNOWN. */
static const char *const sides_keywords[]
    = { "one-sided", "two-sided-long-edge", "two-sided-short-edge", NULL };
static const char *const colour_keywords[] = { "monochrome", "color", NULL };

/* ── values ──────────────────────────────────────────────────────────────────────────────── */

/* Place of @text among @keywords; -1: not there. */
static int
find_keyword (const char *const *keywords, const char *text)
{
  for (int i = 0; keywords[i] != NULL; i++)
    if (strcmp (keywords[i], text) == 0)
      return i;
  return -1;
}

gboolean
hs_print_options_parse_copies (const char *text, guint32 *copies)
{
  guint64 number = 0;

  if (!g_ascii_string_to_unsigned (text, 10, 1, HS_COPIES_MAX, &number, NULL))
    return FALSE;
  *copies = (guint32)number;
  return TRUE;
}

gboolean
hs_print_options_parse_sides (const char *text, HsSidesWish *sides)
{
  int found = find_keyword (sides_keywords, text);

  if (found < 0)
    return FALSE;
  *sides = (HsSidesWish)(found + 1);
  return TRUE;
}

gboolean
hs_print_options_parse_colour (const char *text, HsColour *colour)
{
  int found = find_keyword (colour_keywords, text);

  if (found < 0)
    return FALSE;
  *colour = (HsColour)(found + 1);
  return TRUE;
}

/* ── options ─────────────────────────────────────────────────────────────────────────────── */

json_t *
hs_print_options_encode (const HsPrintOptions *options)
{
  json_t *object = json_object ();

  if (options->copies != 0)
    hs_json_set_integer (object, "copies", options->copies);
  if (options->sides != HS_SIDES_WISH_NONE)
    hs_json_set_lines (object, "sides", sides_keywords[options->sides - 1]);
  if (options->colour != HS_COLOUR_UNKNOWN)
    hs_json_set_lines (object, "print-color-mode", colour_keywords[options->colour - 1]);
  return object;
}

gboolean
hs_print_options_decode (const json_t *object, HsPrintOptions *options, GError **error)
{
  static const char *const members[] = { "copies", "sides", "print-color-mode", NULL };
  gint64 copies = 0;
  int sides = -1;
  int colour = -1;

  if (!hs_json_check_members ("options", object, members, error)
      || (json_object_get (object, "copies") != NULL
          && !hs_json_get_integer (object, "copies", 1, HS_COPIES_MAX, &copies, error))
      || (json_object_get (object, "sides") != NULL
          && !hs_json_get_keyword (object, "sides", sides_keywords, &sides, error))
      || (json_object_get (object, "print-color-mode") != NULL
          && !hs_json_get_keyword (object, "print-color-mode", colour_keywords, &colour, error)))
    return FALSE;
  *options = (HsPrintOptions){ .copies = (guint32)copies,
                               .sides = (HsSidesWish)(sides + 1),
                               .colour = (HsColour)(colour + 1) };
  return TRUE;
}

gboolean
hs_control_release_decode (const json_t *object, HsControlRelease *request, GError **error)
{
  static const char *const members[] = { "printer", "options", NULL };
  HsControlRelease read = { 0 };
  json_t *options = NULL;

  if (!hs_json_check_members ("release", object, members, error)
      || !hs_json_get_id (object, "printer", &read.printer, error))
    return FALSE;
  read.has_options = json_object_get (object, "options") != NULL;
  if (read.has_options
      && (!hs_json_get_object (object, "options", &options, error)
          || !hs_print_options_decode (options, &read.options, error)))
    return FALSE;
  *request = read;
  return TRUE;
}

/* ── abilities ───────────────────────────────────────────────────────────────────────────── */

void
hs_print_abilities_encode (json_t *object, const HsPrintAbilities *abilities)
{
  const char *sides[G_N_ELEMENTS (sides_keywords)] = { NULL };
  const char *modes[G_N_ELEMENTS (colour_keywords)] = { NULL };
  guint n_sides = 0;
  guint n_modes = 0;

  for (guint i = 0; sides_keywords[i] != NULL; i++)
    if (abilities->sides & (1u << i))
      sides[n_sides++] = sides_keywords[i];
  if (abilities->monochrome)
    modes[n_modes++] = colour_keywords[HS_COLOUR_MONOCHROME - 1];
  if (abilities->colour)
    modes[n_modes++] = colour_keywords[HS_COLOUR_COLOUR - 1];
  hs_json_set_integer (object, "copies_max", abilities->copies_max);
  hs_json_set_text_list (object, "sides", sides);
  hs_json_set_text_list (object, "color_modes", modes);
}

gboolean
hs_print_abilities_decode (const json_t *object, HsPrintAbilities *abilities, GError **error)
{
  g_auto (GStrv) sides = NULL;
  g_auto (GStrv) modes = NULL;
  HsPrintAbilities read = { 0 };
  gint64 copies_max = 0;

  if (!hs_json_get_integer (object, "copies_max", 0, HS_COPIES_MAX, &copies_max, error)
      || !hs_json_get_text_list (object, "sides", 0, LIST_ITEMS, KEYWORD_BYTES, FALSE, &sides,
                                 error)
      || !hs_json_get_text_list (object, "color_modes", 0, LIST_ITEMS, KEYWORD_BYTES, FALSE, &modes,
                                 error))
    return FALSE;
  read.copies_max = (guint32)copies_max;
  for (guint i = 0; sides_keywords[i] != NULL; i++)
    if (g_strv_contains ((const char *const *)sides, sides_keywords[i]))
      read.sides |= 1u << i;
  read.monochrome
      = g_strv_contains ((const char *const *)modes, colour_keywords[HS_COLOUR_MONOCHROME - 1]);
  read.colour = g_strv_contains ((const char *const *)modes, colour_keywords[HS_COLOUR_COLOUR - 1]);
  *abilities = read;
  return TRUE;
}
