/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Answers to site commands. */

#include "core/wire/command_result.h"

static const char *const keywords[] = { "done", "refused", "unknown-job", NULL };

const char *
hs_command_result_to_keyword (HsCommandResult result)
{
  return result == HS_COMMAND_NONE ? NULL : keywords[result - HS_COMMAND_DONE];
}

json_t *
hs_command_result_encode (const HsId *command, HsCommandResult result, const char *sentence)
{
  json_t *body = json_object ();

  hs_json_set_id (body, "command", command);
  hs_json_set_lines (body, "result", hs_command_result_to_keyword (result));
  hs_json_set_text (body, "sentence", sentence, HS_COMMAND_RESULT_MAX_SENTENCE_BYTES);
  return body;
}

gboolean
hs_command_result_decode (
    const json_t *body, HsId *command, HsCommandResult *result, char **sentence, GError **error)
{
  static const char *const members[] = { "command", "result", "sentence", NULL };
  int keyword;
  HsId id;

  if (!hs_json_check_members ("command result", body, members, error)
      || !hs_json_get_id (body, "command", &id, error)
      || !hs_json_get_keyword (body, "result", keywords, &keyword, error)
      || !hs_json_get_text_or_null (body, "sentence", HS_COMMAND_RESULT_MAX_SENTENCE_BYTES,
                                    sentence, error))
    return FALSE;
  *command = id;
  *result = (HsCommandResult)(HS_COMMAND_DONE + keyword);
  return TRUE;
}
