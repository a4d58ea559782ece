/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What a person can choose of a job's paper. */

#include "tray-ui/words/paper_words.h"

#include <glib/gi18n.h>
#include <string.h>

static HsSides
read_sides (const HsControlJob *job)
{
  HsSidesWish sides = HS_SIDES_WISH_ONE;

  (void)hs_print_options_parse_sides (job->sides, &sides);
  return (HsSides)(sides - 1);
}

HsPaperChoice
hs_paper_choice_of_job (const HsControlJob *job)
{
  return (HsPaperChoice){ .copies = CLAMP (job->copies, 1, HS_COPIES_MAX),
                          .sides = read_sides (job),
                          .colour = job->options.colour };
}

/* All of it, for what is not named goes back to how the document was sent; what it is already is no
 * change to the agent. */
gboolean
hs_paper_choice_get_options (const HsPaperChoice *choice,
                             const HsControlJob *job,
                             HsPrintOptions *options)
{
  HsPaperChoice before = hs_paper_choice_of_job (job);

  if (choice->copies == before.copies && choice->sides == before.sides
      && choice->colour == before.colour)
    return FALSE;
  *options = (HsPrintOptions){ .copies = choice->copies,
                               .sides = (HsSidesWish)choice->sides + 1,
                               .colour = choice->colour };
  return TRUE;
}

/* ── what is worth offering ──────────────────────────────────────────────────────────────── */

gboolean
hs_paper_words_may_change (const HsControlJob *job)
{
  return job->from == NULL && job->state == HS_JOB_HELD;
}

gboolean
hs_paper_words_is_drawn (const HsControlJob *job)
{
  return job->format != NULL
         && (strcmp (job->format, "image/pwg-raster") == 0
             || strcmp (job->format, "image/urf") == 0);
}

gboolean
hs_paper_words_has_colour_choice (const HsControlJob *job)
{
  return job->options.colour != HS_COLOUR_UNKNOWN || strcmp (job->colour, "monochrome") != 0;
}

void
hs_paper_words_add_abilities (HsPrintAbilities *all, const HsControlPrinter *printer)
{
  static const HsPrintAbilities everything
      = { .copies_max = HS_COPIES_MAX,
          .sides = 1u << HS_SIDES_ONE | 1u << HS_SIDES_TWO_LONG | 1u << HS_SIDES_TWO_SHORT,
          .colour = TRUE,
          .monochrome = TRUE };
  const HsPrintAbilities *one
      = printer->abilities.copies_max == 0 ? &everything : &printer->abilities;

  all->copies_max = MAX (all->copies_max, one->copies_max);
  all->sides |= one->sides;
  all->colour |= one->colour;
  all->monochrome |= one->monochrome;
}

/* ── words ───────────────────────────────────────────────────────────────────────────────── */

const char *
hs_paper_words_sides (HsSides sides)
{
  switch (sides)
    {
    case HS_SIDES_ONE:
      return _ ("One-sided");
    case HS_SIDES_TWO_LONG:
      return _ ("Two-sided");
    case HS_SIDES_TWO_SHORT:
      break;
    }
  /* TRANSLATORS: two-sided, bound at the short edge */
  return _ ("Two-sided, short edge");
}

const char *
hs_paper_words_colour (HsColour colour)
{
  switch (colour)
    {
    case HS_COLOUR_MONOCHROME:
      return _ ("Black and white");
    case HS_COLOUR_COLOUR:
      return _ ("Colour");
    case HS_COLOUR_UNKNOWN:
      break;
    }
  /* TRANSLATORS: a choice of colour: as the document itself says */
  return _ ("As it was sent");
}

char *
hs_paper_words_obstacle (const HsControlPrinter *printer, const HsPrintOptions *options)
{
  const HsPrintAbilities *abilities = &printer->abilities;

  switch (hs_print_options_find_obstacle (options, abilities))
    {
    case HS_PRINT_OBSTACLE_NONE:
      break;
    case HS_PRINT_OBSTACLE_COPIES:
      /* TRANSLATORS: of a printer that cannot make as many as are wanted */
      return g_strdup_printf (
          ngettext ("Makes only %u copy", "Makes only %u copies", abilities->copies_max),
          abilities->copies_max);
    case HS_PRINT_OBSTACLE_SIDES:
      if (options->sides == HS_SIDES_WISH_ONE)
        return g_strdup (_ ("Prints on both sides only"));
      if (abilities->sides == 1u << HS_SIDES_ONE)
        return g_strdup (_ ("Prints on one side only"));
      /* TRANSLATORS: of a printer that prints two-sided, but not bound at the edge that is wanted */
      return g_strdup (_ ("Cannot turn the pages over that edge"));
    case HS_PRINT_OBSTACLE_COLOUR:
      return g_strdup (_ ("Has no colour"));
    case HS_PRINT_OBSTACLE_MONOCHROME:
      return g_strdup (_ ("Prints in colour only"));
    }
  return NULL;
}
