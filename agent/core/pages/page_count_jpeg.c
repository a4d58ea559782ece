/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* JPEG (ITU-T T.81): one page. The frame header says size and components, the JFIF or nothing else
 * says the resolution; thumbnails lie inside segments that are passed over. The end marker proves
 * that the picture is whole; what follows it (further pictures of a camera) is not printed. */

#include "core/pages/page_count_private.h"

#include <string.h>

enum
{
  EXPECT_MARKER = 0, /* 0xFF must come */
  MARKER_CODE,       /* after 0xFF */
  LENGTH_HIGH,
  LENGTH_LOW,
  SEGMENT,
  SCAN,      /* entropy-coded data */
  SCAN_CODE, /* after 0xFF in it */
  AT_END,
};

enum
{
  TEM = 0x01,
  SOF0 = 0xC0,
  DHT = 0xC4,
  JPG = 0xC8,
  DAC = 0xCC,
  SOF15 = 0xCF,
  RST0 = 0xD0,
  RST7 = 0xD7,
  SOI = 0xD8,
  EOI = 0xD9,
  SOS = 0xDA,
  APP0 = 0xE0,
};

#define FRAME_HEADER_BYTES 6 /* precision, height, width, components */
#define JFIF_HEADER_BYTES 12 /* "JFIF" 0, version, unit, two densities */

static gboolean
is_frame (guint8 marker)
{
  return marker >= SOF0 && marker <= SOF15 && marker != DHT && marker != JPG && marker != DAC;
}

static gsize
wanted_bytes (guint8 marker)
{
  return is_frame (marker) ? FRAME_HEADER_BYTES : marker == APP0 ? JFIF_HEADER_BYTES : 0;
}

/* Densities are kept in the size fields as dots per inch until the frame comes. */
static void
read_jfif (HsJpegWalk *walk)
{
  const guint8 *bytes = walk->header.bytes;
  guint32 across = (guint32)bytes[8] << 8 | bytes[9];
  guint32 down = (guint32)bytes[10] << 8 | bytes[11];

  if (walk->has_frame || walk->header.length < JFIF_HEADER_BYTES
      || memcmp (bytes, "JFIF", sizeof "JFIF") != 0 || bytes[7] == 0 || bytes[7] > 2)
    return;
  /* Unit 1 is dots per inch, 2 dots per centimetre. */
  walk->facts.width_um = bytes[7] == 1 ? across : across * 254 / 100;
  walk->facts.height_um = bytes[7] == 1 ? down : down * 254 / 100;
}

/* A height of 0 is given later by a DNL segment: allowed, rare, and then the size is not known. */
static gboolean
read_frame (HsJpegWalk *walk)
{
  const guint8 *bytes = walk->header.bytes;
  guint32 height = (guint32)bytes[1] << 8 | bytes[2];
  guint32 width = (guint32)bytes[3] << 8 | bytes[4];
  guint8 components = bytes[5];

  if (walk->header.length < FRAME_HEADER_BYTES || walk->has_frame || width == 0 || components == 0
      || components > 4)
    return FALSE;
  walk->has_frame = TRUE;
  walk->facts.impressions = 1;
  walk->facts.colour_pages = components >= 3 ? 1 : 0;
  walk->facts.width_um = hs_page_pixels_to_um (width, walk->facts.width_um);
  walk->facts.height_um = hs_page_pixels_to_um (height, walk->facts.height_um);
  return TRUE;
}

static gboolean
end_segment (HsJpegWalk *walk)
{
  walk->state = walk->marker == SOS ? SCAN : EXPECT_MARKER;
  if (walk->marker == APP0)
    read_jfif (walk);
  if (walk->marker == SOS && !walk->has_frame)
    return FALSE;
  return !is_frame (walk->marker) || read_frame (walk);
}

static gboolean
begin_marker (HsJpegWalk *walk, guint8 code)
{
  gboolean is_first = walk->marker == 0;

  if (code == 0xFF)
    return !is_first; /* fill byte before a marker, but nothing stands before the first */
  if (code == 0 || is_first != (code == SOI))
    return FALSE;
  walk->marker = code;
  walk->state = EXPECT_MARKER;
  if (code == EOI)
    {
      walk->has_end = TRUE;
      walk->state = AT_END;
    }
  else if (code != SOI && code != TEM && (code < RST0 || code > RST7))
    walk->state = LENGTH_HIGH;
  return TRUE;
}

static gsize
pass_segment (HsJpegWalk *walk, const guint8 *bytes, gsize length)
{
  gsize wanted = wanted_bytes (walk->marker);
  gsize step = MIN (walk->segment_left, length);

  if (walk->header.length < wanted)
    hs_page_header_collect (&walk->header, wanted, bytes, step);
  walk->segment_left -= (guint32)step;
  return step;
}

static gboolean
take_byte (HsJpegWalk *walk, guint8 byte)
{
  switch (walk->state)
    {
    case EXPECT_MARKER:
      walk->state = MARKER_CODE;
      return byte == 0xFF;
    case MARKER_CODE:
      return begin_marker (walk, byte);
    case LENGTH_HIGH:
      walk->segment_left = (guint32)byte << 8;
      walk->state = LENGTH_LOW;
      return TRUE;
    case LENGTH_LOW:
      walk->segment_left |= byte;
      walk->header.length = 0;
      walk->state = SEGMENT;
      if (walk->segment_left < 2)
        return FALSE;
      walk->segment_left -= 2;
      return walk->segment_left > 0 || end_segment (walk);
    case SCAN_CODE:
      /* 0 is a stuffed byte, RSTn goes on with the scan, 0xFF is fill. */
      if (byte == 0 || (byte >= RST0 && byte <= RST7))
        walk->state = SCAN;
      else if (byte != 0xFF)
        return begin_marker (walk, byte);
      return TRUE;
    default:
      return FALSE;
    }
}

gboolean
hs_jpeg_walk_feed (HsJpegWalk *walk, const guint8 *bytes, gsize length)
{
  const guint8 *end = bytes + length;

  while (bytes < end && walk->state != AT_END)
    {
      if (walk->state == SEGMENT)
        {
          bytes += pass_segment (walk, bytes, (gsize)(end - bytes));
          if (walk->segment_left == 0 && !end_segment (walk))
            return FALSE;
        }
      else if (walk->state == SCAN)
        {
          const guint8 *mark = memchr (bytes, 0xFF, (gsize)(end - bytes));
          if (mark == NULL)
            return TRUE;
          bytes = mark + 1;
          walk->state = SCAN_CODE;
        }
      else if (!take_byte (walk, *bytes++))
        return FALSE;
    }
  return TRUE;
}

gboolean
hs_jpeg_walk_finish (HsJpegWalk *walk)
{
  return walk->has_frame && walk->has_end;
}
