/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* One function for each target, called by libFuzzer or by corpus_main.c. It must end the program
 * (FUZZ_CHECK) when a promise of the code is broken, and return 0. */

#include <glib.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

#define FUZZ_CHECK(promise)                                                                        \
  do                                                                                               \
    {                                                                                              \
      if (!(promise))                                                                              \
        g_error ("%s:%d: broken promise: %s", __FILE__, __LINE__, #promise);                       \
    }                                                                                              \
  while (0)
