/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Waiting for an event with a limit, instead of sleeping. */

#include <gio/gio.h>

#define HS_LOOP_LIMIT_MS 30000

/* Iterates the default main context until @done returns TRUE; fails the test after @limit_ms. */
#define HS_LOOP_UNTIL(condition)                                                                   \
  do                                                                                               \
    {                                                                                              \
      gint64 loop_limit = g_get_monotonic_time () + HS_LOOP_LIMIT_MS * G_TIME_SPAN_MILLISECOND;    \
      while (!(condition))                                                                         \
        {                                                                                          \
          if (g_get_monotonic_time () > loop_limit)                                                \
            hs_test_fail (__FILE__, __LINE__, "never became true: %s", #condition);                \
          hs_loop_turn ();                                                                         \
        }                                                                                          \
    }                                                                                              \
  while (0)

/* One turn of the default main context that lasts at most 50 ms. */
void hs_loop_turn (void);

/* A GAsyncReadyCallback that stores a reference of the result in the GAsyncResult * at @place. */
void hs_loop_store_result (GObject *source, GAsyncResult *result, gpointer place);
