/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "base/byte_pool.h"
#include "support/suite.h"

#define BUFFER_BYTES 4096

static gpointer
let_go (gpointer data)
{
  g_bytes_unref (data);
  return NULL;
}

static void
a_buffer_is_used_again_when_its_bytes_are_let_go (void)
{
  g_autoptr (HsBytePool) pool = hs_byte_pool_new (BUFFER_BYTES);
  guint8 *first = hs_byte_pool_take (pool);
  guint8 *second = hs_byte_pool_take (pool);
  GBytes *bytes = NULL;

  HS_ASSERT (first != second);
  memset (first, 'a', BUFFER_BYTES);
  bytes = hs_byte_pool_pack (pool, first, 3);
  HS_ASSERT_INT_EQ (g_bytes_get_size (bytes), 3);
  HS_ASSERT (g_bytes_get_data (bytes, NULL) == first);
  g_thread_join (g_thread_new ("let go", let_go, bytes));
  HS_ASSERT (hs_byte_pool_take (pool) == first);
  g_bytes_unref (hs_byte_pool_pack (pool, first, 0));
  g_bytes_unref (hs_byte_pool_pack (pool, second, 0));
}

static void
a_buffer_that_is_still_read_is_not_given_out (void)
{
  g_autoptr (HsBytePool) pool = hs_byte_pool_new (BUFFER_BYTES);
  guint8 *first = hs_byte_pool_take (pool);
  g_autoptr (GBytes) bytes = hs_byte_pool_pack (pool, first, BUFFER_BYTES);
  g_autoptr (GBytes) part = g_bytes_new_from_bytes (bytes, 10, 10);
  guint8 *second = NULL;

  g_clear_pointer (&bytes, g_bytes_unref);
  second = hs_byte_pool_take (pool);
  HS_ASSERT (second != first);
  g_bytes_unref (hs_byte_pool_pack (pool, second, 0));
}

static void
bytes_outlive_their_pool (void)
{
  HsBytePool *pool = hs_byte_pool_new (BUFFER_BYTES);
  guint8 *buffer = hs_byte_pool_take (pool);

  memcpy (buffer, "document", 8);
  g_autoptr (GBytes) bytes = hs_byte_pool_pack (pool, buffer, 8);
  hs_byte_pool_unref (pool);
  HS_ASSERT (memcmp (g_bytes_get_data (bytes, NULL), "document", 8) == 0);
}

HS_SUITE ("byte pool",
          { "a buffer is used again when its bytes are let go",
            a_buffer_is_used_again_when_its_bytes_are_let_go },
          { "a buffer that is still read is not given out",
            a_buffer_that_is_still_read_is_not_given_out },
          { "bytes outlive their pool", bytes_outlive_their_pool })
