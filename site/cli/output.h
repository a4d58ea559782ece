/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Output of any length, written as it is made: to standard output, or to a new file that is there whole
 * or not at all and is readable for its owner only.
 *
 * Threads: main only.  Blocks: on disk. */

#include "site/cli/cli.h"

#include <stdio.h>

typedef struct HsCliOutput HsCliOutput;

/* To --output, or to standard output without it or with "-". */
HsCliOutput *hs_cli_output_open (HsCli *cli, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Without hs_cli_output_finish() a file is not made. */
void hs_cli_output_free (HsCliOutput *output);

void hs_cli_output_text (HsCliOutput *output, const char *text);
void hs_cli_output_number (HsCliOutput *output, guint64 number);

/* One field of RFC 4180, always in quotes; a leading sign that a spreadsheet would take for a formula
 * gets a quote before it. */
void hs_cli_output_csv (HsCliOutput *output, const char *value);

/* One JSON value. */
void hs_cli_output_json (HsCliOutput *output, const json_t *value);

/* Errors: what became of writing. */
gboolean hs_cli_output_finish (HsCliOutput *output, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsCliOutput, hs_cli_output_free)
