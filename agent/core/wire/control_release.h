/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* POST /v1/jobs/{job}/release: {printer} and, to change what the job's own ticket says, options:
 * {copies, sides, "print-color-mode"}, each of which may be left out. The same object tells in a job
 * what its release changed; a printer tells its abilities as {copies_max, sides, color_modes}.
 *
 * Threads: any, no shared state.  Blocks: never.  Errors of all readers: INVALID. */

#include "core/print_options.h"
#include "core/wire/json_strict.h"

typedef struct
{
  HsId printer;
  gboolean has_options; /* FALSE: nothing is said of them */
  HsPrintOptions options;
} HsControlRelease;

/* Members that are not known are refused, in options too: what is asked for must not be passed over. */
gboolean hs_control_release_decode (const json_t *object,
                                    HsControlRelease *request,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* {}: nothing is changed. Returns: (transfer full). */
json_t *hs_print_options_encode (const HsPrintOptions *options);
gboolean hs_print_options_decode (const json_t *object,
                                  HsPrintOptions *options,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The value of one option as it is typed: "2", "one-sided", "color". FALSE: it is none. */
gboolean hs_print_options_parse_copies (const char *text, guint32 *copies);
gboolean hs_print_options_parse_sides (const char *text, HsSidesWish *sides);
gboolean hs_print_options_parse_colour (const char *text, HsColour *colour);

/* Adds members to a printer's object, or reads them. */
void hs_print_abilities_encode (json_t *object, const HsPrintAbilities *abilities);
gboolean hs_print_abilities_decode (const json_t *object,
                                    HsPrintAbilities *abilities,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
