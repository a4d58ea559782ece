/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "core/pages/render_message.h"
#include "support/suite.h"

static const HsRenderMessage examples[] = {
  { .kind = HS_RENDER_COUNT, .document_bytes = 0x0102030405060708 },
  { .kind = HS_RENDER_READ, .offset_bytes = G_MAXINT64, .length_bytes = HS_RENDER_READ_MAX_BYTES },
  { .kind = HS_RENDER_PAGES, .pages = 7, .width_um = 210000, .height_um = 297000 },
  { .kind = HS_RENDER_COLOUR, .colour = HS_COLOUR_MONOCHROME },
  { .kind = HS_RENDER_FAILED, .failure = HS_RENDER_FAILURE_ENCRYPTED },
  { .kind = HS_RENDER_DRAW, .document_bytes = 5, .side_px = HS_RENDER_MOST_SIDE_PX },
  { .kind = HS_RENDER_PICTURE, .width_px = 1, .height_px = HS_RENDER_MOST_SIDE_PX },
};

static void
messages_come_back_as_they_were (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (examples); i++)
    {
      guint8 bytes[HS_RENDER_MESSAGE_MAX_BYTES];
      gsize length = hs_render_message_encode (&examples[i], bytes);
      HsRenderMessage back;

      HS_ASSERT (hs_render_message_decode (bytes, length, &back));
      HS_ASSERT_BYTES_EQ (&back, sizeof back, &examples[i], sizeof examples[i]);
    }
}

static void
a_wrong_length_is_refused (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (examples); i++)
    {
      guint8 bytes[HS_RENDER_MESSAGE_MAX_BYTES + 1] = { 0 };
      gsize right = hs_render_message_encode (&examples[i], bytes);
      HsRenderMessage back;

      for (gsize length = 0; length <= sizeof bytes; length++)
        HS_ASSERT (hs_render_message_decode (bytes, length, &back) == (length == right));
    }
}

static void
assert_refused (const HsRenderMessage *message)
{
  static const HsRenderMessage nothing;
  guint8 bytes[HS_RENDER_MESSAGE_MAX_BYTES];
  gsize length = hs_render_message_encode (message, bytes);
  HsRenderMessage back = *message;

  HS_ASSERT (!hs_render_message_decode (bytes, length, &back));
  HS_ASSERT_BYTES_EQ (&back, sizeof back, &nothing, sizeof nothing);
}

static void
values_out_of_range_are_refused (void)
{
  static const HsRenderMessage bad[] = {
    { .kind = HS_RENDER_NONE },
    { .kind = HS_RENDER_DATA },
    { .kind = HS_RENDER_DRAW, .side_px = HS_RENDER_LEAST_SIDE_PX - 1 },
    { .kind = HS_RENDER_DRAW, .side_px = HS_RENDER_MOST_SIDE_PX + 1 },
    { .kind = HS_RENDER_PICTURE, .width_px = 0, .height_px = 5 },
    { .kind = HS_RENDER_PICTURE, .width_px = 5, .height_px = HS_RENDER_MOST_SIDE_PX + 1 },
    { .kind = (HsRenderKind)9 },
    { .kind = (HsRenderKind)255 },
    { .kind = HS_RENDER_COUNT, .document_bytes = 1ull << 63 },
    { .kind = HS_RENDER_READ, .offset_bytes = 1ull << 63, .length_bytes = 1 },
    { .kind = HS_RENDER_READ, .length_bytes = 0 },
    { .kind = HS_RENDER_READ, .length_bytes = HS_RENDER_READ_MAX_BYTES + 1 },
    { .kind = HS_RENDER_PAGES, .pages = 0 },
    { .kind = HS_RENDER_PAGES, .pages = 1u << 31 },
    { .kind = HS_RENDER_PAGES, .pages = 1, .width_um = 1u << 31 },
    { .kind = HS_RENDER_COLOUR, .colour = (HsColour)3 },
    { .kind = HS_RENDER_FAILED, .failure = HS_RENDER_FAILURE_NONE },
    { .kind = HS_RENDER_FAILED, .failure = HS_RENDER_N_FAILURES },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    assert_refused (&bad[i]);
}

HS_SUITE ("render message",
          { "messages come back as they were", messages_come_back_as_they_were },
          { "a wrong length is refused", a_wrong_length_is_refused },
          { "values out of range are refused", values_out_of_range_are_refused })
