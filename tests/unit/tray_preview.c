/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "tray-ui/client/preview.h"
#include "support/suite.h"

static gboolean
parse (
    const char *head, gsize pixels, guint side_px, guint *width_px, guint *height_px, gsize *offset)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  g_byte_array_append (bytes, (const guint8 *)head, (guint)strlen (head));
  for (gsize i = 0; i < pixels; i++)
    g_byte_array_append (bytes, (const guint8 *)"\377", 1);
  return hs_preview_parse_head (bytes->data, bytes->len, side_px, width_px, height_px, offset);
}

static void
a_page_is_as_large_as_its_head_says (void)
{
  guint width = 0, height = 0;
  gsize offset = 0;

  HS_ASSERT (parse ("P6\n3 4\n255\n", 36, 400, &width, &height, &offset));
  HS_ASSERT_INT_EQ (width, 3);
  HS_ASSERT_INT_EQ (height, 4);
  HS_ASSERT_INT_EQ (offset, 11);
  HS_ASSERT (parse ("P6\n400 1\n255\n", 1200, 400, &width, &height, &offset));
  HS_ASSERT_INT_EQ (width, 400);
}

static void
whatever_else_comes_is_no_picture (void)
{
  static const struct
  {
    const char *head;
    gsize pixels;
  } rows[] = { { "", 0 },
               { "P6", 0 },
               { "P6\n", 0 },
               { "P6\n3", 0 },
               { "P6\n3 4", 0 },
               { "P6\n3 4\n255", 0 },
               { "P5\n3 4\n255\n", 36 },
               { "P6\n0 4\n255\n", 0 },
               { "P6\n3 0\n255\n", 0 },
               { "P6\n-3 4\n255\n", 36 },
               { "P6\n401 1\n255\n", 1203 },
               { "P6\n1 401\n255\n", 1203 },
               { "P6\n99999999999999999999 1\n255\n", 3 },
               { "P6\n3 4\n65535\n", 72 },
               { "P6\n3 4\n254\n", 36 },
               { "P6\n3  4\n255\n", 36 },
               { "P6\n3 4 255\n", 36 },
               { "P6\n# said\n3 4\n255\n", 36 },
               { "P6\n3 4\n255\n", 35 },
               { "P6\n3 4\n255\n", 37 } };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      guint width = 7, height = 7;
      gsize offset = 7;
      HS_ASSERT (!parse (rows[i].head, rows[i].pixels, 400, &width, &height, &offset));
      HS_ASSERT (width == 7 && height == 7 && offset == 7);
    }
}

HS_SUITE ("tray preview",
          { "a page is as large as its head says", a_page_is_as_large_as_its_head_says },
          { "whatever else comes is no picture", whatever_else_comes_is_no_picture })
