/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Copies, sides and colour. */

#include "core/print_options.h"

gboolean
hs_print_options_are_none (const HsPrintOptions *options)
{
  return options->copies == 0 && options->sides == HS_SIDES_WISH_NONE
         && options->colour == HS_COLOUR_UNKNOWN;
}

gboolean
hs_print_options_are_equal (const HsPrintOptions *left, const HsPrintOptions *right)
{
  return left->copies == right->copies && left->sides == right->sides
         && left->colour == right->colour;
}

static const char *
word_sides (HsSidesWish sides)
{
  switch (sides)
    {
    case HS_SIDES_WISH_NONE:
      break;
    case HS_SIDES_WISH_ONE:
      return "one-sided";
    case HS_SIDES_WISH_TWO_LONG:
      return "two-sided";
    case HS_SIDES_WISH_TWO_SHORT:
      return "two-sided over the short edge";
    }
  return NULL;
}

char *
hs_print_options_dup_text (const HsPrintOptions *options)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);

  if (options->copies != 0)
    g_ptr_array_add (
        parts, g_strdup_printf (options->copies == 1 ? "%u copy" : "%u copies", options->copies));
  if (options->sides != HS_SIDES_WISH_NONE)
    g_ptr_array_add (parts, g_strdup (word_sides (options->sides)));
  if (options->colour != HS_COLOUR_UNKNOWN)
    g_ptr_array_add (
        parts, g_strdup (options->colour == HS_COLOUR_COLOUR ? "in colour" : "black and white"));
  g_ptr_array_add (parts, NULL);
  return g_strjoinv (", ", (char **)parts->pdata);
}

HsPrintObstacle
hs_print_options_find_obstacle (const HsPrintOptions *options, const HsPrintAbilities *abilities)
{
  if (abilities->copies_max == 0)
    return HS_PRINT_OBSTACLE_NONE;
  if (options->copies > abilities->copies_max)
    return HS_PRINT_OBSTACLE_COPIES;
  if (options->sides != HS_SIDES_WISH_NONE
      && (abilities->sides & (1u << ((guint)options->sides - 1))) == 0)
    return HS_PRINT_OBSTACLE_SIDES;
  if (options->colour == HS_COLOUR_COLOUR && !abilities->colour)
    return HS_PRINT_OBSTACLE_COLOUR;
  if (options->colour == HS_COLOUR_MONOCHROME && !abilities->monochrome)
    return HS_PRINT_OBSTACLE_MONOCHROME;
  return HS_PRINT_OBSTACLE_NONE;
}

char *
hs_print_options_dup_refusal (const HsPrintOptions *options, const HsPrintAbilities *abilities)
{
  switch (hs_print_options_find_obstacle (options, abilities))
    {
    case HS_PRINT_OBSTACLE_NONE:
      break;
    case HS_PRINT_OBSTACLE_COPIES:
      if (abilities->copies_max == 1)
        return g_strdup ("it makes one copy at a time; choose one copy, or another printer");
      return g_strdup_printf (
          "it makes %u copies at the most; choose fewer copies, or another printer",
          abilities->copies_max);
    case HS_PRINT_OBSTACLE_SIDES:
      return g_strdup_printf ("it cannot print %s; choose other sides, or another printer",
                              word_sides (options->sides));
    case HS_PRINT_OBSTACLE_COLOUR:
      return g_strdup ("it has no colour; choose black and white, or another printer");
    case HS_PRINT_OBSTACLE_MONOCHROME:
      return g_strdup (
          "it cannot be told to print in black and white; choose colour, or another printer");
    }
  return NULL;
}
