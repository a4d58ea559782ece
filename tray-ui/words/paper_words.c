/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What a person can choose of a job's paper. */

#include "tray-ui/words/paper_words.h"

#include <glib/gi18n.h>
#include <string.h>

/* ── the choice ──────────────────────────────────────────────────────────────────────────── */

static HsPaperChoice
read_job (const HsControlJob *job)
{
  HsPaperChoice now = { .copies = CLAMP (job->copies, 1, HS_COPIES_MAX),
                        .sides = HS_SIDES_WISH_ONE,
                        .colour = (HsPaperColour)job->options.colour + 1 };

  (void)hs_print_options_parse_sides (job->sides, &now.sides);
  return now;
}

HsPaperChoice
hs_paper_choice_of_jobs (const GPtrArray *jobs)
{
  HsPaperChoice common = read_job (g_ptr_array_index (jobs, 0));

  for (guint i = 1; i < jobs->len; i++)
    {
      HsPaperChoice one = read_job (g_ptr_array_index (jobs, i));
      if (one.copies != common.copies)
        common.copies = 0;
      if (one.sides != common.sides)
        common.sides = HS_SIDES_WISH_NONE;
      if (one.colour != common.colour)
        common.colour = HS_PAPER_COLOUR_EACH;
    }
  return common;
}

static gboolean
has_colour_choice (const HsControlJob *job)
{
  return job->options.colour != HS_COLOUR_UNKNOWN || strcmp (job->colour, "monochrome") != 0;
}

/* What @choice comes to for @job: nothing of it is left open. */
static HsPaperChoice
settle (const HsPaperChoice *choice, const HsControlJob *job)
{
  HsPaperChoice before = read_job (job);

  return (HsPaperChoice){
    .copies = choice->copies != 0 ? choice->copies : before.copies,
    .sides = choice->sides != HS_SIDES_WISH_NONE ? choice->sides : before.sides,
    .colour = choice->colour != HS_PAPER_COLOUR_EACH && has_colour_choice (job) ? choice->colour
                                                                                : before.colour,
  };
}

/* All of it, for what is not named goes back to how the document was sent; what it is already is no
 * change to the agent. */
gboolean
hs_paper_choice_get_options (const HsPaperChoice *choice,
                             const HsControlJob *job,
                             HsPrintOptions *options)
{
  HsPaperChoice before = read_job (job);
  HsPaperChoice after = settle (choice, job);

  if (after.copies == before.copies && after.sides == before.sides && after.colour == before.colour)
    return FALSE;
  *options = (HsPrintOptions){ .copies = after.copies,
                               .sides = after.sides,
                               .colour = (HsColour)(after.colour - 1) };
  return TRUE;
}

GArray *
hs_paper_choice_list_wishes (const HsPaperChoice *choice, const GPtrArray *jobs)
{
  GArray *wishes = g_array_new (FALSE, TRUE, sizeof (HsPrintOptions));
  HsPrintOptions most = { 0 };
  guint sides = 0, colours = 0; /* bits */

  for (guint i = 0; i < jobs->len; i++)
    {
      const HsControlJob *job = g_ptr_array_index (jobs, i);
      HsPaperChoice before = read_job (job);
      HsPaperChoice after = settle (choice, job);
      if (after.copies != before.copies || job->options.copies != 0)
        most.copies = MAX (most.copies, after.copies);
      if (after.sides != before.sides || job->options.sides != HS_SIDES_WISH_NONE)
        sides |= 1u << after.sides;
      colours |= 1u << after.colour;
    }
  if (most.copies > 0)
    g_array_append_val (wishes, most);
  for (guint i = HS_SIDES_WISH_ONE; i <= HS_SIDES_WISH_TWO_SHORT; i++)
    if ((sides & (1u << i)) != 0)
      g_array_append_val (wishes, ((HsPrintOptions){ .sides = (HsSidesWish)i }));
  for (guint i = HS_PAPER_COLOUR_MONOCHROME; i <= HS_PAPER_COLOUR_COLOUR; i++)
    if ((colours & (1u << i)) != 0)
      g_array_append_val (wishes, ((HsPrintOptions){ .colour = (HsColour)(i - 1) }));
  return wishes;
}

/* ── what is worth offering ──────────────────────────────────────────────────────────────── */

const char *
hs_paper_words_why_not (const GPtrArray *jobs, const char *key)
{
  gboolean is_somebody_elses = FALSE;

  for (guint i = 0; i < jobs->len; i++)
    {
      const HsControlJob *job = g_ptr_array_index (jobs, i);
      if (job->state != HS_JOB_HELD)
        return "";
      is_somebody_elses = is_somebody_elses || job->from != NULL;
    }
  if (is_somebody_elses && jobs->len == 1)
    return _ ("Only its owner changes copies, sides and colour.");
  if (is_somebody_elses)
    return _ ("Somebody else's document is among them: they are printed as they are.");
  /* The site opens them then, and knows of no such wishes. */
  if (g_strcmp0 (key, "unlocked") != 0)
    return _ ("With your key unlocked you choose copies, sides and colour here.");
  return NULL;
}

static gboolean
is_drawn (const HsControlJob *job)
{
  return job->format != NULL
         && (strcmp (job->format, "image/pwg-raster") == 0
             || strcmp (job->format, "image/urf") == 0);
}

const char *
hs_paper_words_drawn (const GPtrArray *jobs)
{
  gboolean is_any = FALSE;

  for (guint i = 0; i < jobs->len; i++)
    is_any = is_any || is_drawn (g_ptr_array_index (jobs, i));
  if (!is_any)
    return NULL;
  return jobs->len == 1
             ? _ ("This document came as pictures of its pages. Only its copies can be changed.")
             : _ ("A document among them came as pictures of its pages. Only their copies can be "
                  "changed.");
}

gboolean
hs_paper_words_may_colour (const GPtrArray *jobs)
{
  for (guint i = 0; i < jobs->len; i++)
    if (!has_colour_choice (g_ptr_array_index (jobs, i)))
      return FALSE;
  return TRUE;
}

gboolean
hs_paper_words_may_monochrome (const GPtrArray *jobs)
{
  for (guint i = 0; i < jobs->len; i++)
    if (has_colour_choice (g_ptr_array_index (jobs, i)))
      return TRUE;
  return FALSE;
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
hs_paper_words_each (void)
{
  /* TRANSLATORS: copies, sides or colour of several jobs that differ in it: each keeps its own */
  return _ ("As it is");
}

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

static char *
say_obstacle (const HsControlPrinter *printer, const HsPrintOptions *options)
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

char *
hs_paper_words_obstacle (const HsControlPrinter *printer, const GArray *wishes)
{
  char *obstacle = NULL;

  for (guint i = 0; obstacle == NULL && i < wishes->len; i++)
    obstacle = say_obstacle (printer, &g_array_index (wishes, HsPrintOptions, i));
  return obstacle;
}
