/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "base/error.h"
#include "core/wire/bundle.h"
#include "core/wire/site_request.h"
#include "support/suite.h"
#include "support/wire_cases.h"

/* base64url of 32 bytes: 43 characters whose last carries two zero bits. */
#define K1 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define K2 "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA"
#define K3 "CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCA"
#define K4 "DDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDA"
#define K5 "EEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEA"
#define PEM "-----BEGIN CERTIFICATE-----\\nAAAA\\n-----END CERTIFICATE-----\\n"
#define RECIPIENT "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"

static const char good[]
    = "{\"device_urls\":[\"https://site.example:8443\"],"
      "\"escrow\":[{\"name\":\"Safe\",\"recipient\":\"" RECIPIENT "\"}],\"expires_us\":2000,"
      "\"issued_us\":1000,\"keys\":{\"command\":[\"" K2 "\"],\"entitlement\":[\"" K3 "\"]},"
      "\"next_root\":null,\"organisation\":{\"name\":\"Example\","
      "\"uuid\":\"00112233-4455-6677-8899-aabbccddeeff\"},\"policy\":{\"offline\":\"print\","
      "\"os_names\":true,\"owner_stanza\":false,\"quota_bytes\":1000,\"quota_jobs\":5,"
      "\"retention_s\":3600,\"title_policy\":\"full\"},\"printer_admin\":\"" K4 "\","
      "\"printer_ca\":[],\"root\":\"" K1 "\",\"site_ca\":[\"" PEM "\"],"
      "\"site_urls\":[\"https://site.example\",\"https://other.example/\"],\"version\":3}";

static HsBundle *
decode_text (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  HsBundle *bundle = hs_bundle_decode (bytes, &error);

  HS_ASSERT_NO_ERROR (error);
  return bundle;
}

static gboolean
decode (const char *bytes, gsize length, GError **error)
{
  g_autoptr (GBytes) payload = g_bytes_new (bytes, length);
  g_autoptr (HsBundle) bundle = hs_bundle_decode (payload, error);

  return bundle != NULL;
}

static void
a_bundle_survives_the_wire (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsBundle) bundle = decode_text (good);
  g_autoptr (HsBundle) copy = hs_bundle_copy (bundle);
  g_autoptr (GBytes) bytes = hs_bundle_encode (copy, &error);

  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_BYTES_EQ (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), good,
                      strlen (good));
  HS_ASSERT_INT_EQ (bundle->version, 3);
  HS_ASSERT_STR_EQ (bundle->site_urls[1], "https://other.example/");
  HS_ASSERT_INT_EQ (bundle->policy.offline, HS_OFFLINE_PRINT);
  HS_ASSERT_INT_EQ (bundle->policy.title_policy, HS_TITLE_POLICY_FULL);
  HS_ASSERT (bundle->policy.os_names && !bundle->policy.owner_stanza);
  HS_ASSERT (!bundle->has_next_root);
}

/* A program from before there was this policy refuses a member that it does not know. */
static void
a_policy_about_other_printers_is_there_only_if_it_is_on (void)
{
  g_autoptr (HsBundle) bundle = decode_text (good);

  HS_ASSERT (!bundle->policy.report_local);
  bundle->policy.report_local = TRUE;
  g_autoptr (GBytes) bytes = hs_bundle_encode (bundle, NULL);
  g_autoptr (HsBundle) read = hs_bundle_decode (bytes, NULL);
  HS_ASSERT (read != NULL && read->policy.report_local);
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  hs_wire_refuses_with (text, "policy.report_local_printing", "1", decode);
}

static void
what_every_decoder_must_refuse_is_refused (void)
{
  hs_wire_refuses_the_usual (good, NULL, decode);
}

static void
limits_end_where_they_say (void)
{
  g_autofree char *urls8 = hs_wire_list ("\"https://a\"", HS_BUNDLE_MAX_URLS);
  g_autofree char *urls9 = hs_wire_list ("\"https://a\"", HS_BUNDLE_MAX_URLS + 1);
  g_autofree char *ca8 = hs_wire_list ("\"" PEM "\"", HS_BUNDLE_MAX_CERTIFICATES);
  g_autofree char *ca9 = hs_wire_list ("\"" PEM "\"", HS_BUNDLE_MAX_CERTIFICATES + 1);
  g_autofree char *name128 = hs_wire_long_text (HS_BUNDLE_MAX_NAME_BYTES);
  g_autofree char *name129 = hs_wire_long_text (HS_BUNDLE_MAX_NAME_BYTES + 1);
  g_autofree char *escrow = g_strdup ("{\"name\":\"a\",\"recipient\":\"" RECIPIENT "\"}");
  g_autofree char *escrow4 = hs_wire_list (escrow, HS_BUNDLE_MAX_ESCROW);
  g_autofree char *escrow5 = hs_wire_list (escrow, HS_BUNDLE_MAX_ESCROW + 1);

  hs_wire_accepts_with (good, "site_urls", urls8, decode);
  hs_wire_refuses_with (good, "site_urls", urls9, decode);
  hs_wire_refuses_with (good, "site_urls", "[]", decode);
  hs_wire_accepts_with (good, "device_urls", urls8, decode);
  hs_wire_refuses_with (good, "device_urls", urls9, decode);
  hs_wire_accepts_with (good, "site_ca", ca8, decode);
  hs_wire_refuses_with (good, "site_ca", ca9, decode);
  hs_wire_refuses_with (good, "site_ca", "[]", decode);
  hs_wire_accepts_with (good, "printer_ca", ca8, decode);
  hs_wire_refuses_with (good, "printer_ca", ca9, decode);
  hs_wire_accepts_with (good, "organisation.name", name128, decode);
  hs_wire_refuses_with (good, "organisation.name", name129, decode);
  hs_wire_refuses_with (good, "organisation.name", "\"\"", decode);
  hs_wire_accepts_with (good, "escrow", escrow4, decode);
  hs_wire_refuses_with (good, "escrow", escrow5, decode);
  hs_wire_accepts_with (good, "keys.command",
                        "[\"" K2 "\",\"" K5 "\",\"FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFA\","
                        "\"GGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGA\"]",
                        decode);
  hs_wire_refuses_with (good, "keys.command",
                        "[\"" K2 "\",\"" K5 "\",\"FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFA\","
                        "\"GGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGA\","
                        "\"HHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHA\"]",
                        decode);
}

static void
numbers_end_where_they_say (void)
{
  static const struct
  {
    const char *path, *lowest, *highest, *below, *above;
  } cases[] = {
    { "version", "1", "9007199254740992", "0", "9007199254740993" },
    { "policy.retention_s", "60", "7776000", "59", "7776001" },
    { "policy.quota_jobs", "1", "10000", "0", "10001" },
    { "policy.quota_bytes", "1", "1099511627776", "0", "1099511627777" },
    { "expires_us", "1001", "9007199254740992", "1000", "9007199254740993" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      hs_wire_accepts_with (good, cases[i].path, cases[i].lowest, decode);
      hs_wire_accepts_with (good, cases[i].path, cases[i].highest, decode);
      hs_wire_refuses_with (good, cases[i].path, cases[i].below, decode);
      hs_wire_refuses_with (good, cases[i].path, cases[i].above, decode);
    }
  hs_wire_refuses_with (good, "version", "3.0", decode);
  hs_wire_refuses_with (good, "policy.offline", "\"Print\"", decode);
  hs_wire_accepts_with (good, "policy.title_policy", "\"sealed\"", decode);
  hs_wire_accepts_with (good, "policy.title_policy", "\"none\"", decode);
  hs_wire_refuses_with (good, "policy.title_policy", "\"Sealed\"", decode);
}

static void
addresses_are_https_and_nothing_more (void)
{
  static const char *const bad[] = { "http://a",        "https://",       "https://u@a",
                                     "https://u:p@a",   "https://a/x",    "https://a?x",
                                     "https://a#x",     "ftp://a",        "a",
                                     "https://a b",     "https://a/..",   "https://a:0",
                                     "https://a:99999", "HTTPS ://a",     "//a",
                                     "https:///x",      "https://a\\\\b", "https://[::1" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *list = g_strdup_printf ("[\"%s\"]", bad[i]);
      hs_wire_refuses_with (good, "site_urls", list, decode);
    }
  hs_wire_accepts_with (good, "site_urls", "[\"https://[::1]:8443\",\"https://10.0.0.1/\"]",
                        decode);
}

static void
a_key_serves_one_purpose (void)
{
  hs_wire_refuses_with (good, "printer_admin", "\"" K1 "\"", decode);
  hs_wire_refuses_with (good, "printer_admin", "\"" K2 "\"", decode);
  hs_wire_refuses_with (good, "printer_admin", "\"" K3 "\"", decode);
  hs_wire_refuses_with (good, "root", "\"" K2 "\"", decode);
  hs_wire_refuses_with (good, "root", "\"" K3 "\"", decode);
  hs_wire_refuses_with (good, "keys.entitlement", "[\"" K2 "\"]", decode);
  hs_wire_refuses_with (good, "keys.command", "[\"" K2 "\",\"" K2 "\"]", decode);
  hs_wire_refuses_with (good, "next_root", "\"" K1 "\"", decode);
  hs_wire_refuses_with (good, "next_root", "\"" K2 "\"", decode);
  hs_wire_refuses_with (good, "next_root", "\"" K4 "\"", decode);
  hs_wire_accepts_with (good, "next_root", "\"" K5 "\"", decode);
}

static void
an_escrow_recipient_is_an_age_key (void)
{
  hs_wire_refuses_with (good, "escrow.0.recipient", "\"age1\"", decode);
  hs_wire_refuses_with (good, "escrow.0.recipient", "\"ssh-ed25519 AAAA\"", decode);
  hs_wire_refuses_with (good, "escrow.0.recipient",
                        "\"age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8q\"",
                        decode);
}

static void
a_payload_longer_than_the_limit_is_not_even_read (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *spaces = g_strnfill (HS_BUNDLE_MAX_BYTES + 1 - strlen (good), ' ');
  g_autofree char *longer = g_strconcat (good, spaces, NULL);

  HS_ASSERT (decode (longer, HS_BUNDLE_MAX_BYTES, &error));
  HS_ASSERT (!decode (longer, HS_BUNDLE_MAX_BYTES + 1, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_NO_SPACE);
}

static HsBundle *
changed (const char *path, const char *value)
{
  g_autofree char *text = hs_wire_with (good, path, value);

  return decode_text (text);
}

static void
only_a_newer_bundle_of_a_known_root_follows (void)
{
  g_autoptr (HsBundle) now = decode_text (good);
  g_autoptr (HsBundle) newer = changed ("version", "4");
  g_autoptr (HsBundle) older = changed ("version", "2");
  g_autoptr (HsBundle) stranger = changed ("root", "\"" K5 "\"");
  g_autoptr (HsBundle) other
      = changed ("organisation.uuid", "\"00112233-4455-6677-8899-aabbccddeef0\"");
  g_autoptr (HsBundle) announcing = changed ("next_root", "\"" K5 "\"");
  g_autoptr (GError) error = NULL;

  HS_ASSERT (hs_bundle_check_successor (now, newer, 1500, &error));
  stranger->version = other->version = 9;
  HS_ASSERT (!hs_bundle_check_successor (now, now, 1500, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
  g_clear_error (&error);
  HS_ASSERT (!hs_bundle_check_successor (now, older, 1500, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
  g_clear_error (&error);
  HS_ASSERT (!hs_bundle_check_successor (now, stranger, 1500, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
  g_clear_error (&error);
  HS_ASSERT (!hs_bundle_check_successor (now, other, 1500, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
  g_clear_error (&error);
  HS_ASSERT (hs_bundle_check_successor (announcing, stranger, 1500, &error));
  HS_ASSERT (!hs_bundle_check_successor (now, newer, 2000, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_EXPIRED);
  HS_ASSERT (!hs_bundle_is_expired (now, 1999));
  HS_ASSERT (hs_bundle_is_expired (now, 2000));
}

static void
a_bundle_that_could_not_be_read_is_not_written (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsBundle) bundle = decode_text (good);

  bundle->policy.quota_jobs = 0;
  HS_ASSERT (hs_bundle_encode (bundle, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
}

static void
the_file_has_one_or_two_lines (void)
{
  static const char *const bad[] = { "", "\n", "a\nb\nc", " \n " };
  char *jws = NULL, *next_jws = NULL;
  g_autofree char *joined = hs_bundle_file_join ("a.b.c", "d.e.f");

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    HS_ASSERT (!hs_bundle_file_split (bad[i], strlen (bad[i]), &jws, &next_jws, NULL));
  HS_ASSERT (hs_bundle_file_split (joined, strlen (joined), &jws, &next_jws, NULL));
  HS_ASSERT_STR_EQ (jws, "a.b.c");
  HS_ASSERT_STR_EQ (next_jws, "d.e.f");
  g_free (jws);
  g_free (next_jws);
  HS_ASSERT (hs_bundle_file_split ("a.b.c\r\n", 7, &jws, &next_jws, NULL));
  HS_ASSERT_STR_EQ (jws, "a.b.c");
  HS_ASSERT (next_jws == NULL);
  g_free (jws);
}

/* ── site requests ───────────────────────────────────────────────────────────────────────── */

static const char request_text[]
    = "{\"device_urls\":[\"https://site.example:8443\"],\"keys\":{\"command\":[\"" K2
      "\"],\"entitlement\":[\"" K3 "\"]},\"request\":\"homespool.site-request/1\","
      "\"site_ca\":[\"" PEM "\"],\"site_urls\":[\"https://site.example\"]}";

static gboolean
decode_request (const char *bytes, gsize length, GError **error)
{
  g_autoptr (HsSiteRequest) request = hs_site_request_decode (bytes, length, error);

  return request != NULL;
}

static void
a_site_request_survives_and_is_strict (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsSiteRequest) request
      = hs_site_request_decode (request_text, strlen (request_text), &error);
  g_autofree char *again = NULL;
  g_autofree char *fingerprint = NULL;
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, request_text, -1);

  HS_ASSERT_NO_ERROR (error);
  again = hs_site_request_encode (request, &error);
  HS_ASSERT_STR_EQ (again, request_text);
  fingerprint = hs_site_request_dup_fingerprint (request);
  HS_ASSERT (g_str_has_prefix (fingerprint, "sha256:"));
  HS_ASSERT_STR_EQ (fingerprint + 7, digest);
  hs_wire_refuses_the_usual (request_text, NULL, decode_request);
  hs_wire_refuses_with (request_text, "request", "\"homespool.site-request/2\"", decode_request);
  hs_wire_refuses_with (request_text, "keys.entitlement", "[\"" K2 "\"]", decode_request);
}

static void
keys_and_certificates_are_what_they_say (void)
{
  static const char *const bad_keys[]
      = { "[\"AA\"]", "[\"not base64url of 32 bytes at all, is it\"]", "[\"\"]", "[7]" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad_keys); i++)
    hs_wire_refuses_with (good, "keys.command", bad_keys[i], decode);
  hs_wire_refuses_with (good, "site_ca", "[\"a certificate, on my word\"]", decode);
  hs_wire_refuses_with (good, "printer_ca", "[\"-----BEGIN PRIVATE KEY-----\\n\"]", decode);
}

HS_SUITE ("trust bundle",
          { "a bundle survives the wire", a_bundle_survives_the_wire },
          { "a policy about other printers is there only if it is on",
            a_policy_about_other_printers_is_there_only_if_it_is_on },
          { "what every decoder must refuse is refused",
            what_every_decoder_must_refuse_is_refused },
          { "limits end where they say", limits_end_where_they_say },
          { "numbers end where they say", numbers_end_where_they_say },
          { "addresses are https and nothing more", addresses_are_https_and_nothing_more },
          { "keys and certificates are what they say", keys_and_certificates_are_what_they_say },
          { "a key serves one purpose", a_key_serves_one_purpose },
          { "an escrow recipient is an age key", an_escrow_recipient_is_an_age_key },
          { "a payload longer than the limit is not even read",
            a_payload_longer_than_the_limit_is_not_even_read },
          { "only a newer bundle of a known root follows",
            only_a_newer_bundle_of_a_known_root_follows },
          { "a bundle that could not be read is not written",
            a_bundle_that_could_not_be_read_is_not_written },
          { "the file has one or two lines", the_file_has_one_or_two_lines },
          { "a site request survives and is strict", a_site_request_survives_and_is_strict })
