/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "core/pages/format_sniff.h"
#include "support/suite.h"

#define SNIFF(text) hs_format_sniff (text, sizeof (text) - 1)

static void
the_four_formats_are_known (void)
{
  HS_ASSERT_STR_EQ (SNIFF ("%PDF-1.7\n"), "application/pdf");
  HS_ASSERT_STR_EQ (SNIFF ("RaS2PwgRaster\0rest"), "image/pwg-raster");
  HS_ASSERT_STR_EQ (SNIFF ("UNIRAST\0\0\0\0\1"), "image/urf");
  HS_ASSERT_STR_EQ (SNIFF ("\xff\xd8\xff\xe0"), "image/jpeg");
}

static void
nothing_else_is (void)
{
  HS_ASSERT (SNIFF ("") == NULL);
  HS_ASSERT (hs_format_sniff (NULL, 0) == NULL);
  HS_ASSERT (SNIFF ("\x89PNG\r\n\x1a\n") == NULL);
  HS_ASSERT (SNIFF ("%!PS-Adobe-3.0\n%PDF-1.4") == NULL);
  HS_ASSERT (SNIFF ("\033%-12345X@PJL\n%PDF-1.4") == NULL);
  HS_ASSERT (SNIFF ("RaS2CupsRaster\0rest") == NULL);
  HS_ASSERT (SNIFF ("RaS3PwgRaster\0rest") == NULL);
  HS_ASSERT (SNIFF ("UNIRASTx") == NULL);
  HS_ASSERT (SNIFF ("plain text % PDF-") == NULL);
}

static void
a_beginning_that_is_too_short_is_not_yet_known (void)
{
  HS_ASSERT (SNIFF ("%PDF") == NULL);
  HS_ASSERT (SNIFF ("RaS2") == NULL);
  HS_ASSERT (SNIFF ("RaS2PwgRaster") == NULL);
  HS_ASSERT (SNIFF ("UNIRAST") == NULL);
  HS_ASSERT (SNIFF ("\xff\xd8") == NULL);
}

/* PDF 1.7, implementation note 13: the header may stand anywhere in the first 1,024 bytes. */
static void
a_pdf_may_begin_late_but_not_too_late (void)
{
  guint8 bytes[2048];

  for (gsize offset = 0; offset <= 1100; offset++)
    {
      memset (bytes, '%', sizeof bytes);
      bytes[1] = 'x';
      memcpy (bytes + offset, "%PDF-", 5);
      const char *found = hs_format_sniff (bytes, sizeof bytes);
      HS_ASSERT_STR_EQ (found, offset <= 1024 ? "application/pdf" : NULL);
    }
}

HS_SUITE ("format sniffing",
          { "the four formats are known", the_four_formats_are_known },
          { "nothing else is", nothing_else_is },
          { "a beginning that is too short is not yet known",
            a_beginning_that_is_too_short_is_not_yet_known },
          { "a PDF may begin late but not too late", a_pdf_may_begin_late_but_not_too_late })
