/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Bodies of the control API: what people send to the agent, and what the command line and the tray
 * read. What is taken can be written and read again to the same. */

#include "core/wire/control_status.h"
#include "core/wire/enrol_token.h"
#include "core/wire/sign_in.h"
#include "fuzz/fuzz.h"

#include <string.h>

#define TRY_VALUE(Type, prefix)                                                                    \
  do                                                                                               \
    {                                                                                              \
      g_autoptr (Type) value = prefix##_decode (object, NULL);                                     \
      if (value != NULL)                                                                           \
        {                                                                                          \
          g_autoptr (json_t) written = prefix##_encode (value);                                    \
          g_autoptr (Type) again = prefix##_decode (written, NULL);                                \
          FUZZ_CHECK (again != NULL);                                                              \
          g_autoptr (json_t) rewritten = prefix##_encode (again);                                  \
          FUZZ_CHECK (json_equal (written, rewritten));                                            \
        }                                                                                          \
    }                                                                                              \
  while (0)

/* What a release asks for is read as it was written, or not at all. */
static void
try_release (const json_t *object)
{
  HsControlRelease release;
  HsPrintOptions again;

  if (!hs_control_release_decode (object, &release, NULL))
    return;
  g_autoptr (json_t) written = hs_print_options_encode (&release.options);
  FUZZ_CHECK (hs_print_options_decode (written, &again, NULL));
  FUZZ_CHECK (hs_print_options_are_equal (&release.options, &again));
  FUZZ_CHECK (release.has_options || json_object_size (written) == 0);
  FUZZ_CHECK (release.options.copies <= HS_COPIES_MAX);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const char *text = (const char *)data;
  g_autoptr (json_t) object = hs_json_parse ("a body", text, size, HS_JSON_MAX_BYTES, NULL);
  HsSignInRequest *sign_in = hs_sign_in_request_decode (text, size, NULL);
  HsEnrolToken *token = hs_enrol_token_parse (text, size, NULL);

  g_clear_pointer (&sign_in, hs_sign_in_request_free);
  g_clear_pointer (&token, hs_enrol_token_free);
  if (object == NULL)
    return 0;
  try_release (object);
  TRY_VALUE (HsControlJob, hs_control_job);
  TRY_VALUE (HsControlStatus, hs_control_status);
  TRY_VALUE (HsControlPrinter, hs_control_printer);
  TRY_VALUE (HsControlCheck, hs_control_check);
  TRY_VALUE (HsControlTraceLine, hs_control_trace_line);
  return 0;
}
