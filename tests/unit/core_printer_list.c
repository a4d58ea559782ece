/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "base/error.h"
#include "core/wire/printer_list.h"
#include "core/wire/printer_request.h"
#include "support/suite.h"
#include "support/wire_cases.h"

#define U1 "00112233-4455-6677-8899-aabbccddeeff"
#define U2 "00112233-4455-6677-8899-aabbccddee00"
#define PIN "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA"
#define ENTRY(uuid)                                                                                \
  "{\"allow_plain\":false,\"location\":null,\"name\":\"Hall\",\"pins\":[\"" PIN                    \
  "\"],\"uris\":[\"ipps://hall.example/ipp/print\"],\"uuid\":\"" uuid "\"}"

static const char good[] = "{\"expires_us\":2000,\"issued_us\":1000,\"printers\":[" ENTRY (
    U1) "," ENTRY (U2) "],\"version\":3}";
static const char request_text[]
    = "{\"printers\":[" ENTRY (U1) "],\"remove\":[\"" U2
                                   "\"],\"request\":\"homespool.printer-request/1\"}";

static gboolean
decode (const char *bytes, gsize length, GError **error)
{
  g_autoptr (GBytes) payload = g_bytes_new (bytes, length);
  g_autoptr (HsPrinterList) list = hs_printer_list_decode (payload, error);

  return list != NULL;
}

static gboolean
decode_request (const char *bytes, gsize length, GError **error)
{
  g_autoptr (HsPrinterRequest) request = hs_printer_request_decode (bytes, length, error);

  return request != NULL;
}

static HsPrinterList *
decode_text (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) payload = g_bytes_new (text, strlen (text));
  HsPrinterList *list = hs_printer_list_decode (payload, &error);

  HS_ASSERT_NO_ERROR (error);
  return list;
}

static void
a_list_survives_the_wire (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsPrinterList) list = decode_text (good);
  g_autoptr (GBytes) bytes = hs_printer_list_encode (list, &error);
  HsId uuid;

  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_BYTES_EQ (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), good,
                      strlen (good));
  HS_ASSERT (hs_id_parse (U2, &uuid));
  HS_ASSERT (hs_printer_list_find (list, &uuid) == list->printers->pdata[1]);
  uuid.bytes[0] ^= 1;
  HS_ASSERT (hs_printer_list_find (list, &uuid) == NULL);
}

static void
what_every_decoder_must_refuse_is_refused (void)
{
  hs_wire_refuses_the_usual (good, NULL, decode);
  hs_wire_refuses_the_usual (request_text, NULL, decode_request);
}

static void
limits_end_where_they_say (void)
{
  g_autofree char *uris8 = hs_wire_list ("\"ipps://a\"", HS_PRINTER_MAX_URIS);
  g_autofree char *uris9 = hs_wire_list ("\"ipps://a\"", HS_PRINTER_MAX_URIS + 1);
  g_autofree char *pins8 = hs_wire_list ("\"" PIN "\"", HS_PRINTER_MAX_PINS);
  g_autofree char *pins9 = hs_wire_list ("\"" PIN "\"", HS_PRINTER_MAX_PINS + 1);
  g_autofree char *name128 = hs_wire_long_text (HS_PRINTER_MAX_NAME_BYTES);
  g_autofree char *name129 = hs_wire_long_text (HS_PRINTER_MAX_NAME_BYTES + 1);

  hs_wire_accepts_with (good, "printers.0.uris", uris8, decode);
  hs_wire_refuses_with (good, "printers.0.uris", uris9, decode);
  hs_wire_refuses_with (good, "printers.0.uris", "[]", decode);
  hs_wire_accepts_with (good, "printers.0.pins", pins8, decode);
  hs_wire_refuses_with (good, "printers.0.pins", pins9, decode);
  hs_wire_accepts_with (good, "printers.0.pins", "[]", decode);
  hs_wire_accepts_with (good, "printers.0.name", name128, decode);
  hs_wire_refuses_with (good, "printers.0.name", name129, decode);
  hs_wire_accepts_with (good, "printers", "[]", decode);
  hs_wire_refuses_with (good, "expires_us", "1000", decode);
}

static void
a_list_holds_its_two_thousand_printers_and_no_more_than_its_bytes (void)
{
  g_autoptr (HsPrinterList) list = hs_printer_list_new ();
  g_autoptr (HsPrinterList) model = decode_text (good);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;

  list->version = 1;
  list->issued_us = 1;
  list->expires_us = 2;
  for (guint i = 1; i <= 2000; i++)
    {
      HsPrinterEntry *entry = hs_printer_entry_copy (model->printers->pdata[0]);
      entry->uuid.bytes[14] = (guint8)(i >> 8);
      entry->uuid.bytes[15] = (guint8)i;
      g_ptr_array_add (list->printers, entry);
    }
  bytes = hs_printer_list_encode (list, &error);
  HS_ASSERT_NO_ERROR (error);
  for (guint i = 2001; i <= 5000; i++)
    {
      HsPrinterEntry *entry = hs_printer_entry_copy (model->printers->pdata[0]);
      entry->uuid.bytes[14] = (guint8)(i >> 8);
      entry->uuid.bytes[15] = (guint8)i;
      g_ptr_array_add (list->printers, entry);
    }
  HS_ASSERT (hs_printer_list_encode (list, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_NO_SPACE);
}

static void
addresses_are_ipps_unless_signed_otherwise (void)
{
  static const char *const bad[]
      = { "http://a",    "https://a", "file:///etc/passwd", "ipps://",     "ipps://u:p@a/x",
          "ipps://a/#x", "ipps:a",    "socket://a",         "ipps://a:0/", "ipps://a/\\u007f" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *list = g_strdup_printf ("[\"%s\"]", bad[i]);
      hs_wire_refuses_with (good, "printers.0.uris", list, decode);
    }
  hs_wire_refuses_with (good, "printers.0.uris", "[\"ipp://a/x\"]", decode);
  {
    g_autofree char *plain = hs_wire_with (good, "printers.0.allow_plain", "true");
    hs_wire_accepts_with (plain, "printers.0.uris", "[\"ipp://a/x\",\"ipps://a/x?y\"]", decode);
  }
}

static void
a_printer_stands_in_the_list_once (void)
{
  hs_wire_refuses_with (good, "printers.1.uuid", "\"" U1 "\"", decode);
  hs_wire_refuses_with (good, "printers.1.uuid", "\"00000000-0000-0000-0000-000000000000\"",
                        decode);
  hs_wire_refuses_with (request_text, "remove", "[\"" U1 "\"]", decode_request);
  hs_wire_refuses_with (request_text, "remove", "[\"" U2 "\",\"" U2 "\"]", decode_request);
  hs_wire_refuses_with (request_text, "remove", "[\"x\"]", decode_request);
}

static void
only_a_newer_list_follows (void)
{
  g_autoptr (HsPrinterList) now = decode_text (good);
  g_autoptr (HsPrinterList) next = decode_text (good);
  g_autoptr (GError) error = NULL;

  HS_ASSERT (hs_printer_list_check_successor (NULL, now, 1500, &error));
  HS_ASSERT (!hs_printer_list_check_successor (now, next, 1500, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
  g_clear_error (&error);
  next->version = 2;
  HS_ASSERT (!hs_printer_list_check_successor (now, next, 1500, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
  g_clear_error (&error);
  next->version = 4;
  HS_ASSERT (hs_printer_list_check_successor (now, next, 1999, &error));
  HS_ASSERT (!hs_printer_list_check_successor (now, next, 2000, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_EXPIRED);
}

static void
a_request_survives_the_wire (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsPrinterRequest) request
      = hs_printer_request_decode (request_text, strlen (request_text), &error);
  g_autofree char *again = NULL;

  HS_ASSERT_NO_ERROR (error);
  again = hs_printer_request_encode (request, &error);
  HS_ASSERT_STR_EQ (again, request_text);
}

HS_SUITE ("printer list",
          { "a list survives the wire", a_list_survives_the_wire },
          { "what every decoder must refuse is refused",
            what_every_decoder_must_refuse_is_refused },
          { "limits end where they say", limits_end_where_they_say },
          { "a list holds its two thousand printers and no more than its bytes",
            a_list_holds_its_two_thousand_printers_and_no_more_than_its_bytes },
          { "addresses are ipps unless signed otherwise",
            addresses_are_ipps_unless_signed_otherwise },
          { "a printer stands in the list once", a_printer_stands_in_the_list_once },
          { "only a newer list follows", only_a_newer_list_follows },
          { "a request survives the wire", a_request_survives_the_wire })
