/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What became of a site command: body of a "command-result" record, {command, result, sentence}.
 * It answers the command for good: the site does not repeat it any more.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "core/wire/json_strict.h"

#define HS_COMMAND_RESULT_MAX_SENTENCE_BYTES 512

typedef enum
{
  HS_COMMAND_NONE = 0,
  HS_COMMAND_DONE,        /* "done": durable here */
  HS_COMMAND_REFUSED,     /* "refused": the sentence says why */
  HS_COMMAND_UNKNOWN_JOB, /* "unknown-job": never here, or final and forgotten */
} HsCommandResult;

/* The wire word of a result; NULL for NONE. */
const char *hs_command_result_to_keyword (HsCommandResult result);

/* @sentence is nullable. Returns: (transfer full): the body. */
json_t *
hs_command_result_encode (const HsId *command, HsCommandResult result, const char *sentence);

/* *sentence is (transfer full) (nullable). Errors: INVALID. */
gboolean hs_command_result_decode (const json_t *body,
                                   HsId *command,
                                   HsCommandResult *result,
                                   char **sentence,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
