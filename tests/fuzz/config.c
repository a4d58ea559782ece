/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Configuration files: whatever stands in them, a refusal names file and line, and what is taken
 * over can be written out and read back to the same. */

#include "base/error.h"
#include "core/config.h"
#include "fuzz/fuzz.h"

#include <string.h>

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (HsConfig) config = hs_config_new ();
  g_autoptr (HsConfig) again = hs_config_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strndup ((const char *)data, size);

  if (!hs_config_merge (config, "agent.conf", text, strlen (text), &error))
    {
      FUZZ_CHECK (error->domain == HS_ERROR && strstr (error->message, "agent.conf") != NULL);
      return 0;
    }
  FUZZ_CHECK (error == NULL);
  g_autofree char *shown = hs_config_format (config);
  FUZZ_CHECK (hs_config_merge (again, "shown", shown, strlen (shown), NULL));
  g_autofree char *shown_again = hs_config_format (again);
  FUZZ_CHECK (strcmp (shown, shown_again) == 0);
  return 0;
}
