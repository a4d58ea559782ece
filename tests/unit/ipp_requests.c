/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Requests to printers, byte by byte and attribute by attribute. */

#include "ipp/requests.h"

#include "ipp/message.h"
#include "support/hex.h"
#include "support/suite.h"

static const HsIppTarget target = { "ipps://p/i", FALSE };
static const HsIppOffer offer = { "Document 1a2b3c", "application/pdf", NULL, 1025, 7 };

/* "0:attributes-charset=utf-8 …": group and value of every attribute, in order. */
static char *
describe (GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ipp_t) message = hs_ipp_message_decode (bytes, &error);
  GString *text = g_string_new (NULL);

  HS_ASSERT_NO_ERROR (error);
  g_string_append_printf (text, "%s", ippOpString (ippGetOperation (message)));
  for (ipp_attribute_t *attribute = ippFirstAttribute (message); attribute != NULL;
       attribute = ippNextAttribute (message))
    {
      char value[256];
      ippAttributeString (attribute, value, sizeof value);
      g_string_append_printf (text, "|%d %s=%s", ippGetGroupTag (attribute), ippGetName (attribute),
                              value);
    }
  return g_string_free (text, FALSE);
}

#define HEAD "|1 attributes-charset=utf-8|1 attributes-natural-language=en|1 printer-uri=ipps://p/i"

static void
expect (GBytes *bytes, const char *description)
{
  g_autofree char *text = describe (bytes);

  HS_ASSERT_STR_EQ (text, description);
  g_bytes_unref (bytes);
}

static void
the_bytes_are_those_of_rfc_8010 (void)
{
  g_autoptr (GBytes) expected
      = hs_hex_bytes ("0200 0008 00000001 01"
                      "47 0012 617474726962757465732d63686172736574 0005 7574662d38"
                      "48 001b 617474726962757465732d6e61747572616c2d6c616e6775616765 0002 656e"
                      "45 000b 7072696e7465722d757269 000a 697070733a2f2f702f69"
                      "21 0006 6a6f622d6964 0004 0000002a"
                      "42 0014 72657175657374696e672d757365722d6e616d65 0009 686f6d6573706f6f6c"
                      "03");
  g_autoptr (GBytes) bytes = hs_ipp_request_cancel_job (&target, 42);

  HS_ASSERT_BYTES_EQ (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                      g_bytes_get_data (expected, NULL), g_bytes_get_size (expected));
}

static void
an_old_printer_is_asked_in_version_1_1 (void)
{
  const HsIppTarget old = { "ipps://p/i", TRUE };
  g_autoptr (GBytes) bytes = hs_ipp_request_get_printer (&old);
  const guint8 *data = g_bytes_get_data (bytes, NULL);

  HS_ASSERT_INT_EQ (data[0], 1);
  HS_ASSERT_INT_EQ (data[1], 1);
}

static void
each_operation_carries_its_own (void)
{
  expect (hs_ipp_request_get_printer (&target),
          "Get-Printer-Attributes" HEAD "|1 requesting-user-name=homespool"
          "|1 requested-attributes=all");
  expect (hs_ipp_request_validate_job (&target, &offer),
          "Validate-Job" HEAD "|1 requesting-user-name=homespool|1 job-name=Document 1a2b3c"
          "|1 document-format=application/pdf|1 job-k-octets=2|1 job-impressions=7");
  expect (hs_ipp_request_create_job (&target, &offer),
          "Create-Job" HEAD "|1 requesting-user-name=homespool|1 job-name=Document 1a2b3c"
          "|1 job-k-octets=2|1 job-impressions=7");
  expect (hs_ipp_request_print_job (&target, &offer),
          "Print-Job" HEAD "|1 requesting-user-name=homespool|1 job-name=Document 1a2b3c"
          "|1 document-format=application/pdf|1 job-k-octets=2|1 job-impressions=7");
  expect (hs_ipp_request_send_document (&target, 9, &offer),
          "Send-Document" HEAD "|1 job-id=9|1 requesting-user-name=homespool"
          "|1 document-format=application/pdf|1 last-document=true");
  expect (hs_ipp_request_get_jobs (&target, TRUE, 50),
          "Get-Jobs" HEAD "|1 requesting-user-name=homespool|1 limit=50|1 which-jobs=completed"
          "|1 requested-attributes=job-id,job-name,job-state,job-state-reasons,"
          "job-impressions-completed,job-media-sheets-completed");
}

HS_SUITE ("ipp requests",
          { "the bytes are those of RFC 8010", the_bytes_are_those_of_rfc_8010 },
          { "an old printer is asked in version 1.1", an_old_printer_is_asked_in_version_1_1 },
          { "each operation carries its own attributes in order", each_operation_carries_its_own })
