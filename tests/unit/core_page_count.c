/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Page counting, over documents that a small encoder here makes with random runs: whole, in every
 * split, byte by byte, cut at every byte, and with each rule broken once. */

#include "core/pages/page_count.h"
#include "support/suite.h"

typedef struct
{
  guint32 width;
  guint32 height;
  guint32 pixel_bits;
  guint32 colour_space;
  gboolean is_duplex;
  gboolean is_tumble;
  guint32 copies;
  guint32 total_pages;
} Page;

static const Page grey = { 37, 23, 8, 18, FALSE, FALSE, 1, 0 };
static const Page rgb = { 19, 300, 24, 19, TRUE, FALSE, 2, 0 };
static const Page bits = { 37, 9, 1, 3, TRUE, TRUE, 0, 0 };

static void
put_32 (guint8 *at, guint32 value)
{
  value = GUINT32_TO_BE (value);
  memcpy (at, &value, sizeof value);
}

/* The lines of one page: random runs, literals, repeats; @fill: control byte 0x80 as well. */
static void
append_lines (GByteArray *out, const Page *page, GRand *random, gboolean fill)
{
  guint32 line_bytes = (page->width * page->pixel_bits + 7) / 8;
  guint32 pixel_bytes = (page->pixel_bits + 7) / 8;
  guint32 lines = page->height;

  while (lines > 0)
    {
      guint32 repeat = (guint32)g_rand_int_range (random, 1, (gint32)MIN (lines, 256) + 1);
      guint8 byte = (guint8)(repeat - 1);
      g_byte_array_append (out, &byte, 1);
      lines -= repeat;
      for (guint32 pixels = line_bytes / pixel_bytes; pixels > 0;)
        {
          guint32 run = (guint32)g_rand_int_range (random, 1, (gint32)MIN (pixels, 128) + 1);
          gint kind = g_rand_int_range (random, 0, fill ? 8 : 7);
          guint8 data[128 * 16];
          for (gsize i = 0; i < sizeof data; i++)
            data[i] = (guint8)g_rand_int (random);
          if (kind == 7)
            {
              byte = 0x80;
              g_byte_array_append (out, &byte, 1);
              break;
            }
          gboolean is_literal = kind > 3 && run > 1;
          byte = (guint8)(is_literal ? 257 - run : run - 1);
          g_byte_array_append (out, &byte, 1);
          g_byte_array_append (out, data, is_literal ? run * pixel_bytes : pixel_bytes);
          pixels -= run;
        }
    }
}

static void
append_pwg_page (GByteArray *out, const Page *page, GRand *random)
{
  guint8 header[1796] = "PwgRaster";

  put_32 (header + 272, page->is_duplex ? 1 : 0);
  put_32 (header + 276, 300);
  put_32 (header + 280, 300);
  put_32 (header + 340, page->copies);
  put_32 (header + 368, page->is_tumble ? 1 : 0);
  put_32 (header + 372, page->width);
  put_32 (header + 376, page->height);
  put_32 (header + 384, 8);
  put_32 (header + 388, page->pixel_bits);
  put_32 (header + 392, (page->width * page->pixel_bits + 7) / 8);
  put_32 (header + 400, page->colour_space);
  put_32 (header + 452, page->total_pages);
  g_byte_array_append (out, header, sizeof header);
  append_lines (out, page, random, FALSE);
}

static GByteArray *
make_pwg (const Page *const *pages, guint count)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (4711);
  GByteArray *out = g_byte_array_new ();

  g_byte_array_append (out, (const guint8 *)"RaS2", 4);
  for (guint i = 0; i < count; i++)
    append_pwg_page (out, pages[i], random);
  return out;
}

static GByteArray *
make_urf (const Page *const *pages, guint count, guint32 declared)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (4712);
  GByteArray *out = g_byte_array_new ();
  guint8 preamble[12] = "UNIRAST";

  put_32 (preamble + 8, declared);
  g_byte_array_append (out, preamble, sizeof preamble);
  for (guint i = 0; i < count; i++)
    {
      guint8 header[32] = { 0 };
      header[0] = (guint8)pages[i]->pixel_bits;
      header[1] = pages[i]->pixel_bits == 24 ? 1 : 0;
      header[2] = !pages[i]->is_duplex ? 1 : pages[i]->is_tumble ? 2 : 3;
      put_32 (header + 12, pages[i]->width);
      put_32 (header + 16, pages[i]->height);
      put_32 (header + 20, 600);
      g_byte_array_append (out, header, sizeof header);
      append_lines (out, pages[i], random, TRUE);
    }
  return out;
}

static HsPageFacts
count_in (const char *format, const guint8 *bytes, gsize length, gsize portion)
{
  g_autoptr (HsPageCount) count = hs_page_count_new (format);
  HsPageFacts facts;

  for (gsize at = 0; at < length; at += portion)
    hs_page_count_feed (count, bytes + at, MIN (portion, length - at));
  hs_page_count_finish (count, &facts);
  return facts;
}

static HsPageFacts
count_whole (const char *format, const GByteArray *document)
{
  return count_in (format, document->data, document->len, document->len);
}

static void
assert_unknown (HsPageFacts facts)
{
  static const HsPageFacts nothing;

  HS_ASSERT_BYTES_EQ (&facts, sizeof facts, &nothing, sizeof nothing);
}

/* ── raster ──────────────────────────────────────────────────────────────────────────────── */

static void
pwg_pages_are_counted (void)
{
  const Page *const pages[] = { &rgb, &grey, &bits, &grey, &rgb };
  g_autoptr (GByteArray) document = make_pwg (pages, 5);
  HsPageFacts facts = count_whole ("image/pwg-raster", document);

  HS_ASSERT (facts.is_known);
  HS_ASSERT_INT_EQ (facts.impressions, 5);
  HS_ASSERT_INT_EQ (facts.colour_pages, 2);
  HS_ASSERT_INT_EQ (facts.colour, HS_COLOUR_COLOUR);
  HS_ASSERT (facts.has_sides);
  HS_ASSERT_INT_EQ (facts.sides, HS_SIDES_TWO_LONG);
  HS_ASSERT_INT_EQ (facts.copies, 2);
  HS_ASSERT_INT_EQ (facts.width_um, 1609);
  HS_ASSERT_INT_EQ (facts.height_um, 25400);
}

static void
one_colourant_is_monochrome (void)
{
  const Page *const pages[] = { &bits, &grey };
  g_autoptr (GByteArray) document = make_pwg (pages, 2);
  HsPageFacts facts = count_whole ("image/pwg-raster", document);

  HS_ASSERT_INT_EQ (facts.impressions, 2);
  HS_ASSERT_INT_EQ (facts.colour, HS_COLOUR_MONOCHROME);
  HS_ASSERT_INT_EQ (facts.sides, HS_SIDES_TWO_SHORT);
}

static void
urf_pages_are_counted (void)
{
  const Page *const pages[] = { &grey, &rgb, &grey };
  g_autoptr (GByteArray) document = make_urf (pages, 3, 0);
  g_autoptr (GByteArray) declared = make_urf (pages, 3, 3);
  HsPageFacts facts = count_whole ("image/urf", document);

  HS_ASSERT (facts.is_known);
  HS_ASSERT_INT_EQ (facts.impressions, 3);
  HS_ASSERT_INT_EQ (facts.colour_pages, 1);
  HS_ASSERT_INT_EQ (facts.sides, HS_SIDES_ONE);
  HS_ASSERT_INT_EQ (facts.width_um, 1566);
  HS_ASSERT_INT_EQ (count_whole ("image/urf", declared).impressions, 3);
}

static void
portions_do_not_matter (void)
{
  const Page *const pages[] = { &rgb, &bits, &grey };
  g_autoptr (GByteArray) pwg = make_pwg (pages, 3);
  g_autoptr (GByteArray) urf = make_urf (pages, 3, 0);

  for (gsize portion = 1; portion < 70; portion++)
    {
      HS_ASSERT_INT_EQ (count_in ("image/pwg-raster", pwg->data, pwg->len, portion).impressions, 3);
      HS_ASSERT_INT_EQ (count_in ("image/urf", urf->data, urf->len, portion).impressions, 3);
    }
  for (gsize split = 1; split < pwg->len; split++)
    {
      g_autoptr (HsPageCount) count = hs_page_count_new ("image/pwg-raster");
      HsPageFacts facts;
      hs_page_count_feed (count, pwg->data, split);
      hs_page_count_feed (count, pwg->data + split, pwg->len - split);
      hs_page_count_finish (count, &facts);
      HS_ASSERT_INT_EQ (facts.impressions, 3);
    }
}

/* Cut at a page's end the rest is whole, and only a declared number can tell. */
static void
a_cut_raster_is_unknown (void)
{
  const Page *const pages[] = { &grey, &bits };
  g_autoptr (GByteArray) pwg = make_pwg (pages, 2);
  g_autoptr (GByteArray) first = make_pwg (pages, 1);
  g_autoptr (GByteArray) urf = make_urf (pages, 2, 2);

  for (gsize length = 0; length < pwg->len; length++)
    {
      HsPageFacts facts = count_in ("image/pwg-raster", pwg->data, length, MAX (length, 1));
      if (length != first->len)
        assert_unknown (facts);
      else
        HS_ASSERT_INT_EQ (facts.impressions, 1);
    }
  for (gsize length = 0; length < urf->len; length++)
    assert_unknown (count_in ("image/urf", urf->data, length, MAX (length, 1)));
}

static void
a_declared_number_must_be_met (void)
{
  const Page *const pages[] = { &grey, &grey };
  Page page = grey;
  const Page *const claims[] = { &page, &grey };
  g_autoptr (GByteArray) urf = make_urf (pages, 2, 3);

  assert_unknown (count_whole ("image/urf", urf));
  page.total_pages = 2;
  g_autoptr (GByteArray) right = make_pwg (claims, 2);
  HS_ASSERT_INT_EQ (count_whole ("image/pwg-raster", right).impressions, 2);
  page.total_pages = 3;
  g_autoptr (GByteArray) wrong = make_pwg (claims, 2);
  assert_unknown (count_whole ("image/pwg-raster", wrong));
}

static void
trailing_bytes_are_damage (void)
{
  const Page *const pages[] = { &grey };
  g_autoptr (GByteArray) document = make_pwg (pages, 1);

  g_byte_array_append (document, (const guint8 *)"\0", 1);
  assert_unknown (count_whole ("image/pwg-raster", document));
}

/* One page of 4 by 3 grey pixels with the given lines. */
static HsPageFacts
count_lines (const char *format, const guint8 *lines, gsize length)
{
  const Page page = { 4, 3, 8, 18, FALSE, FALSE, 1, 0 };
  const Page *const pages[] = { &page };
  gboolean is_urf = g_str_equal (format, "image/urf");
  g_autoptr (GByteArray) document = is_urf ? make_urf (pages, 1, 0) : make_pwg (pages, 1);

  g_byte_array_set_size (document, is_urf ? 12 + 32 : 4 + 1796);
  g_byte_array_append (document, lines, (guint)length);
  return count_whole (format, document);
}

#define PWG_LINES(...)                                                                             \
  count_lines ("image/pwg-raster", (const guint8[]){ __VA_ARGS__ },                                \
               sizeof ((const guint8[]){ __VA_ARGS__ }))
#define URF_LINES(...)                                                                             \
  count_lines ("image/urf", (const guint8[]){ __VA_ARGS__ },                                       \
               sizeof ((const guint8[]){ __VA_ARGS__ }))

static void
the_run_lengths_are_those_of_the_standard (void)
{
  HS_ASSERT (PWG_LINES (2, 3, 0xAA).is_known);
  HS_ASSERT (PWG_LINES (2, 253, 1, 2, 3, 4).is_known);
  HS_ASSERT (PWG_LINES (0, 3, 9, 1, 1, 8, 255, 6, 7).is_known);
  HS_ASSERT (URF_LINES (2, 0x80).is_known);
  HS_ASSERT (URF_LINES (1, 0, 1, 0x80, 0, 3, 9).is_known);
}

static void
runs_and_repeats_must_end_where_they_should (void)
{
  assert_unknown (PWG_LINES (2, 4, 0xAA));            /* a run beyond the line */
  assert_unknown (PWG_LINES (2, 252, 1, 2, 3, 4, 5)); /* literals beyond the line */
  assert_unknown (PWG_LINES (3, 3, 0xAA));            /* lines beyond the page */
  assert_unknown (PWG_LINES (1, 3, 0xAA));            /* a line too few */
  assert_unknown (PWG_LINES (2, 2, 0xAA));            /* a pixel too few */
  assert_unknown (PWG_LINES (2, 0x80));               /* Apple's fill in PWG raster */
}

static void
impossible_headers_are_refused (void)
{
  static const Page bad[] = {
    { 0, 3, 8, 18, FALSE, FALSE, 1, 0 },  { 4, 0, 8, 18, FALSE, FALSE, 1, 0 },
    { 4, 3, 0, 18, FALSE, FALSE, 1, 0 },  { 4, 3, 136, 18, FALSE, FALSE, 1, 0 },
    { 3, 3, 12, 18, FALSE, FALSE, 1, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      Page sane = grey;
      const Page *const pages[] = { &sane };
      g_autoptr (GByteArray) document = make_pwg (pages, 1);
      put_32 (document->data + 4 + 372, bad[i].width);
      put_32 (document->data + 4 + 376, bad[i].height);
      put_32 (document->data + 4 + 388, bad[i].pixel_bits);
      put_32 (document->data + 4 + 392, (bad[i].width * bad[i].pixel_bits + 7) / 8);
      assert_unknown (count_whole ("image/pwg-raster", document));
    }
}

static void
a_header_that_contradicts_itself_is_refused (void)
{
  const Page *const pages[] = { &grey };
  static const gsize offsets[] = { 0, 4 + 0, 4 + 396, 4 + 392 + 3 };

  for (gsize i = 0; i < G_N_ELEMENTS (offsets); i++)
    {
      g_autoptr (GByteArray) document = make_pwg (pages, 1);
      document->data[offsets[i]] ^= 1;
      assert_unknown (count_whole ("image/pwg-raster", document));
    }
}

/* ── JPEG ────────────────────────────────────────────────────────────────────────────────── */

/* SOI, JFIF at 300 dpi, a thumbnail-bearing segment, a frame, a scan with stuffing and a restart,
 * EOI. The component count is at JPEG_COMPONENTS. */
#define JPEG_COMPONENTS (2 + 18 + 8 + 9)
static const guint8 jpeg[]
    = {
        0xFF, 0xD8, /* SOI */
        0xFF, 0xE0, 0,    16,   'J',  'F',  'I',  'F',  0,    1,  2, 1,    1,
        44,   1,    44,   0,    0,                                            /* APP0 */
        0xFF, 0xE1, 0,    6,    0xFF, 0xD8, 0xFF, 0xD9,                       /* APP1 */
        0xFF, 0xC2, 0,    11,   8,    0x04, 0xB0, 0x02, 0x58, 1,  1, 0x11, 0, /* SOF2 */
        0xFF, 0xFF, 0xDA, 0,    8,    1,    1,    0,    0,    63, 0, 1,    2,
        0xFF, 0,    3,    0xFF, 0xD0, 4,    0xFF,                    /* SOS */
        0xFF, 0xC4, 0,    3,    7,                                   /* DHT */
        0xFF, 0xDA, 0,    8,    1,    1,    0,    0,    63,   0,  9, /* SOS */
        0xFF, 0xD9,                                                  /* EOI */
      };

static void
a_jpeg_is_one_page (void)
{
  guint8 colour[sizeof jpeg];
  HsPageFacts facts = count_in ("image/jpeg", jpeg, sizeof jpeg, sizeof jpeg);

  HS_ASSERT (facts.is_known);
  HS_ASSERT_INT_EQ (facts.impressions, 1);
  HS_ASSERT_INT_EQ (facts.colour, HS_COLOUR_MONOCHROME);
  HS_ASSERT_INT_EQ (facts.width_um, 50800);
  HS_ASSERT_INT_EQ (facts.height_um, 101600);
  HS_ASSERT (!facts.has_sides);
  memcpy (colour, jpeg, sizeof jpeg);
  colour[JPEG_COMPONENTS] = 3;
  facts = count_in ("image/jpeg", colour, sizeof colour, sizeof colour);
  HS_ASSERT_INT_EQ (facts.colour, HS_COLOUR_COLOUR);
  HS_ASSERT_INT_EQ (facts.colour_pages, 1);
}

static void
a_jpeg_may_come_in_any_portions (void)
{
  for (gsize portion = 1; portion < sizeof jpeg; portion++)
    HS_ASSERT_INT_EQ (count_in ("image/jpeg", jpeg, sizeof jpeg, portion).width_um, 50800);
}

static void
a_cut_jpeg_is_unknown (void)
{
  for (gsize length = 1; length < sizeof jpeg; length++)
    assert_unknown (count_in ("image/jpeg", jpeg, length, length));
}

static void
what_follows_a_jpeg_is_not_read (void)
{
  guint8 longer[sizeof jpeg + 3];

  memcpy (longer, jpeg, sizeof jpeg);
  memcpy (longer + sizeof jpeg, "\xff\xd8\x01", 3);
  HS_ASSERT_INT_EQ (count_in ("image/jpeg", longer, sizeof longer, 7).impressions, 1);
}

static void
a_strange_jpeg_is_unknown (void)
{
  static const struct
  {
    gsize offset;
    guint8 value;
  } breaks[] = {
    { 1, 0xD9 },            /* no SOI */
    { 1, 0xFF },            /* fill before it */
    { 2, 0 },               /* no marker after SOI */
    { 21, 0xD8 },           /* a second SOI */
    { 5, 1 },               /* a segment shorter than its own length */
    { JPEG_COMPONENTS, 0 }, /* no component */
    { JPEG_COMPONENTS, 5 }, /* too many */
    { 29, 0xE3 },           /* no frame before the scan */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (breaks); i++)
    {
      guint8 broken[sizeof jpeg];
      memcpy (broken, jpeg, sizeof jpeg);
      broken[breaks[i].offset] = breaks[i].value;
      assert_unknown (count_in ("image/jpeg", broken, sizeof broken, sizeof broken));
    }
}

/* ── all ─────────────────────────────────────────────────────────────────────────────────── */

static void
other_formats_have_no_counter (void)
{
  HS_ASSERT (hs_page_count_new ("application/pdf") == NULL);
  HS_ASSERT (hs_page_count_new ("image/png") == NULL);
  HS_ASSERT (hs_page_count_new (NULL) == NULL);
}

static void
noise_is_unknown (void)
{
  static const char *const formats[] = { "image/pwg-raster", "image/urf", "image/jpeg" };
  g_autoptr (GRand) random = g_rand_new_with_seed (99);
  guint8 noise[4096];

  for (guint round = 0; round < 50; round++)
    for (gsize f = 0; f < G_N_ELEMENTS (formats); f++)
      {
        for (gsize i = 0; i < sizeof noise; i++)
          noise[i] = (guint8)g_rand_int (random);
        assert_unknown (count_in (formats[f], noise, sizeof noise, 100));
        assert_unknown (count_in (formats[f], noise, 0, 1));
      }
}

HS_SUITE (
    "page count",
    { "PWG raster pages are counted", pwg_pages_are_counted },
    { "one colourant is monochrome", one_colourant_is_monochrome },
    { "Apple raster pages are counted", urf_pages_are_counted },
    { "portions do not matter", portions_do_not_matter },
    { "a cut raster is unknown", a_cut_raster_is_unknown },
    { "a declared number must be met", a_declared_number_must_be_met },
    { "trailing bytes are damage", trailing_bytes_are_damage },
    { "the run lengths are those of the standard", the_run_lengths_are_those_of_the_standard },
    { "runs and repeats must end where they should", runs_and_repeats_must_end_where_they_should },
    { "impossible headers are refused", impossible_headers_are_refused },
    { "a header that contradicts itself is refused", a_header_that_contradicts_itself_is_refused },
    { "a JPEG is one page", a_jpeg_is_one_page },
    { "a JPEG may come in any portions", a_jpeg_may_come_in_any_portions },
    { "a cut JPEG is unknown", a_cut_jpeg_is_unknown },
    { "what follows a JPEG is not read", what_follows_a_jpeg_is_not_read },
    { "a strange JPEG is unknown", a_strange_jpeg_is_unknown },
    { "other formats have no counter", other_formats_have_no_counter },
    { "noise is unknown", noise_is_unknown })
