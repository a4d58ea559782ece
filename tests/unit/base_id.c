/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "base/id.h"
#include "support/suite.h"

static void
text_and_bytes_are_the_same_id (void)
{
  const char *text = "00112233-4455-6677-8899-aabbccddeeff";
  char back[HS_ID_TEXT_BYTES];
  HsId id;

  HS_ASSERT (hs_id_parse (text, &id));
  HS_ASSERT_INT_EQ (id.bytes[0], 0x00);
  HS_ASSERT_INT_EQ (id.bytes[15], 0xff);
  HS_ASSERT_STR_EQ (hs_id_format (&id, back), text);
}

static void
anything_but_the_one_text_form_is_refused (void)
{
  static const char *const bad[] = { "",
                                     "00112233-4455-6677-8899-aabbccddeef",
                                     "00112233-4455-6677-8899-aabbccddeeff0",
                                     "00112233-4455-6677-8899-AABBCCDDEEFF",
                                     "00112233445566778899aabbccddeeff0000",
                                     "g0112233-4455-6677-8899-aabbccddeeff",
                                     "0011223-34455-6677-8899-aabbccddeeff" };
  HsId id = { { 7 } };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    HS_ASSERT (!hs_id_parse (bad[i], &id));
  HS_ASSERT (!hs_id_parse (NULL, &id));
  HS_ASSERT_INT_EQ (id.bytes[0], 7);
}

HS_SUITE ("id",
          { "text and bytes are the same id", text_and_bytes_are_the_same_id },
          { "anything but the one text form is refused",
            anything_but_the_one_text_form_is_refused })
