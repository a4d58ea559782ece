/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Copies, sides and colour: what a release may change of a job's own ticket, and what of it a
 * printer can do. Everything else of a ticket is printed as it was sent.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include <glib.h>

#define HS_COPIES_MAX 9999 /* of one job; ours */

typedef enum
{
  HS_COLOUR_UNKNOWN = 0,
  HS_COLOUR_MONOCHROME,
  HS_COLOUR_COLOUR,
} HsColour;

typedef enum
{
  HS_SIDES_ONE = 0,   /* sides = one-sided */
  HS_SIDES_TWO_LONG,  /* two-sided-long-edge */
  HS_SIDES_TWO_SHORT, /* two-sided-short-edge */
} HsSides;

/* Sides that may be left as they are: NONE, or HsSides plus 1. */
typedef enum
{
  HS_SIDES_WISH_NONE = 0,
  HS_SIDES_WISH_ONE,
  HS_SIDES_WISH_TWO_LONG,
  HS_SIDES_WISH_TWO_SHORT,
} HsSidesWish;

/* Zero of each: as the job itself says. */
typedef struct
{
  guint32 copies; /* 1 to HS_COPIES_MAX */
  HsSidesWish sides;
  HsColour colour; /* print-color-mode */
} HsPrintOptions;

/* What a printer said of itself. */
typedef struct
{
  guint32 copies_max; /* 0 = the printer was never asked: nothing here is known */
  guint sides;        /* bits: 1 << HsSides */
  gboolean colour;    /* can be told to print in colour */
  gboolean monochrome;
} HsPrintAbilities;

gboolean hs_print_options_are_none (const HsPrintOptions *options);
gboolean hs_print_options_are_equal (const HsPrintOptions *left, const HsPrintOptions *right);

/* For a job's story: "2 copies, one-sided, black and white". Returns: (transfer full): "" for none. */
char *hs_print_options_dup_text (const HsPrintOptions *options);

/* Which of @options the printer cannot do. */
typedef enum
{
  HS_PRINT_OBSTACLE_NONE = 0, /* it can, or nothing is known of it */
  HS_PRINT_OBSTACLE_COPIES,
  HS_PRINT_OBSTACLE_SIDES,
  HS_PRINT_OBSTACLE_COLOUR,
  HS_PRINT_OBSTACLE_MONOCHROME,
} HsPrintObstacle;

HsPrintObstacle hs_print_options_find_obstacle (const HsPrintOptions *options,
                                                const HsPrintAbilities *abilities);

/* The same in words, with what to do: "it has no colour; choose black and white, or another printer".
 * Returns: (transfer full) (nullable): NULL if there is none. */
char *hs_print_options_dup_refusal (const HsPrintOptions *options,
                                    const HsPrintAbilities *abilities);
