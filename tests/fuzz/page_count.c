/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Raster and JPEG of strangers: the answer does not depend on the portions they come in, "unknown"
 * says nothing else, and a known count is not more than the bytes can hold. The first byte chooses
 * the format, the second the portion. */

#include "core/pages/format_sniff.h"
#include "core/pages/page_count.h"
#include "fuzz/fuzz.h"

#include <string.h>

static HsPageFacts
count (const char *format, const guint8 *data, gsize size, gsize portion)
{
  g_autoptr (HsPageCount) count = hs_page_count_new (format);
  HsPageFacts facts;

  for (gsize at = 0; at < size; at += portion)
    hs_page_count_feed (count, data + at, MIN (portion, size - at));
  hs_page_count_finish (count, &facts);
  return facts;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const char *const formats[] = { "image/pwg-raster", "image/urf", "image/jpeg" };
  static const gsize smallest_page[] = { 1796 + 3, 32 + 2, 1 };
  static const HsPageFacts nothing;

  if (size < 2)
    return 0;
  gsize kind = data[0] % G_N_ELEMENTS (formats);
  gsize portion = 1 + data[1];
  data += 2;
  size -= 2;
  HsPageFacts whole = count (formats[kind], data, size, MAX (size, 1));
  HsPageFacts split = count (formats[kind], data, size, portion);
  FUZZ_CHECK (memcmp (&whole, &split, sizeof whole) == 0);
  FUZZ_CHECK (whole.is_known || memcmp (&whole, &nothing, sizeof whole) == 0);
  FUZZ_CHECK (!whole.is_known || whole.impressions >= 1);
  FUZZ_CHECK ((guint64)whole.impressions * smallest_page[kind] <= size);
  FUZZ_CHECK (whole.colour_pages <= whole.impressions);
  /* What was counted is what it is sniffed to be. */
  FUZZ_CHECK (!whole.is_known || g_strcmp0 (hs_format_sniff (data, size), formats[kind]) == 0);
  return 0;
}
