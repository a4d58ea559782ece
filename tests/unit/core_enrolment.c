/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Joining and signing in: core/wire/enrol_token, enrolment, sign_in, identity and wire_error. */

#include "base/error.h"
#include "core/wire/card_request.h"
#include "core/wire/enrol_token.h"
#include "core/wire/enrolment.h"
#include "core/identity.h"
#include "core/wire/json_strict.h"
#include "core/wire/sign_in.h"
#include "core/wire/terminal.h"
#include "core/wire/wire_error.h"
#include "base/base64.h"
#include "support/suite.h"
#include "support/wire_cases.h"

#define U1 "00112233-4455-6677-8899-aabbccddeeff"

/* ── tokens ──────────────────────────────────────────────────────────────────────────────── */

static const char token_json[] = "{\"expires_us\":5,\"root\":\"BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"
                                 "BBBBBBA\",\"secret\":\"AAECAwQFBgcICQoLDA0ODw\","
                                 "\"url\":\"https://site.example:8443\"}";

static gboolean
decode_token (const char *bytes, gsize length, GError **error)
{
  g_autofree char *encoded = hs_base64_encode (HS_BASE64_URL, (const guint8 *)bytes, length);
  g_autofree char *line = g_strconcat ("HSE1.", encoded, NULL);
  g_autoptr (HsEnrolToken) token = hs_enrol_token_parse (line, strlen (line), error);

  return token != NULL;
}

static void
a_token_survives_and_is_strict (void)
{
  g_autofree char *encoded
      = hs_base64_encode (HS_BASE64_URL, (const guint8 *)token_json, strlen (token_json));
  g_autofree char *line = g_strconcat ("\n  HSE1.", encoded, "\r\n", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsEnrolToken) token = hs_enrol_token_parse (line, strlen (line), &error);
  g_autofree char *again = NULL;

  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_INT_EQ (hs_secret_bytes_get_length (token->secret), 16);
  HS_ASSERT_INT_EQ (hs_secret_bytes_peek (token->secret)[15], 15);
  again = hs_enrol_token_format (token);
  HS_ASSERT_STR_EQ (again + 5, encoded);
  hs_wire_refuses_the_usual (token_json, NULL, decode_token);
  hs_wire_refuses_with (token_json, "secret", "\"AAECAwQFBgcICQoLDA0O\"", decode_token);
  hs_wire_refuses_with (token_json, "url", "\"http://site.example\"", decode_token);
}

static void
what_is_no_token_is_refused_with_advice (void)
{
  static const char *const bad[]
      = { "", "HSE1.", "HSE1", "HSE2.e30", "hse1.e30", "HSE1.e30=", "HSE1.\xff", "HSE1.e30 e30" };
  g_autofree char *huge = g_strnfill (100000, 'A');
  g_autofree char *huge_line = g_strconcat ("HSE1.", huge, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      HS_ASSERT (hs_enrol_token_parse (bad[i], strlen (bad[i]), &error) == NULL);
      HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
    }
  HS_ASSERT (hs_enrol_token_parse (huge_line, strlen (huge_line), NULL) == NULL);
}

/* ── enrolment ───────────────────────────────────────────────────────────────────────────── */

#define DECODER(name, Type, prefix)                                                                \
  static gboolean name (const char *bytes, gsize length, GError **error)                           \
  {                                                                                                \
    g_autoptr (Type) value = prefix##_decode (bytes, length, error);                               \
    return value != NULL;                                                                          \
  }                                                                                                \
                                                                                                   \
  static void name##_again (const char *text)                                                      \
  {                                                                                                \
    g_autoptr (GError) error = NULL;                                                               \
    g_autoptr (Type) value = prefix##_decode (text, strlen (text), &error);                        \
    g_autofree char *again = NULL;                                                                 \
                                                                                                   \
    HS_ASSERT_NO_ERROR (error);                                                                    \
    again = prefix##_encode (value);                                                               \
    HS_ASSERT_STR_EQ (again, text);                                                                \
    hs_wire_refuses_the_usual (text, NULL, name);                                                  \
  }

DECODER (bundle_reply, HsBundleReply, hs_bundle_reply)
DECODER (enrol_request, HsEnrolRequest, hs_enrol_request)
DECODER (enrol_reply, HsEnrolReply, hs_enrol_reply)
DECODER (sign_in_request, HsSignInRequest, hs_sign_in_request)
DECODER (sign_in_reply, HsSignInReply, hs_sign_in_reply)
DECODER (entitlement_request, HsEntitlementRequest, hs_entitlement_request)
DECODER (card_request, HsCardRequest, hs_card_request)
DECODER (secret_request, HsSecretRequest, hs_secret_request)
DECODER (release_request, HsReleaseRequest, hs_release_request)
DECODER (terminal_enrol_request, HsTerminalEnrolRequest, hs_terminal_enrol_request)
DECODER (terminal_sign_in, HsTerminalSignIn, hs_terminal_sign_in)
DECODER (terminal_order, HsTerminalOrder, hs_terminal_order)

static void
bundles_travel_with_their_printers (void)
{
  bundle_reply_again ("{\"bundle\":\"a.b.c\",\"bundle_next\":null,\"printers\":null}");
  bundle_reply_again ("{\"bundle\":\"a.b.c\",\"bundle_next\":\"d.e.f\",\"printers\":\"g.h.i\"}");
}

static void
enrolment_survives_and_is_strict (void)
{
  enrol_request_again ("{\"csr\":\"-----BEGIN\\nx\",\"host_name\":\"pc7\","
                       "\"secret\":\"AAECAwQFBgcICQoLDA0ODw\"}");
  enrol_reply_again ("{\"certificate\":\"-----BEGIN\\nx\",\"device\":\"" U1
                     "\",\"release_keys\":\"a.b.c\"}");
}

static gboolean
decode_csr (const char *bytes, gsize length, GError **error)
{
  g_autofree char *text = hs_single_text_decode ("csr", bytes, length, 8, error);

  return text != NULL;
}

static void
single_texts_are_strict (void)
{
  g_autofree char *text = hs_single_text_encode ("csr", "a\nb");

  HS_ASSERT_STR_EQ (text, "{\"csr\":\"a\\nb\"}");
  hs_wire_refuses_the_usual (text, NULL, decode_csr);
  hs_wire_accepts_with (text, "csr", "\"12345678\"", decode_csr);
  hs_wire_refuses_with (text, "csr", "\"123456789\"", decode_csr);
}

/* ── sign-in ─────────────────────────────────────────────────────────────────────────────── */

static gboolean
release_reply (const char *bytes, gsize length, GError **error)
{
  HsId command;

  return hs_release_reply_decode (bytes, length, &command, error);
}

static gboolean
entitlement (const char *bytes, gsize length, GError **error)
{
  g_autoptr (GBytes) payload = g_bytes_new (bytes, length);
  g_autoptr (HsEntitlement) value = hs_entitlement_decode (payload, error);

  return value != NULL;
}

static gboolean
entitlement_reply (const char *bytes, gsize length, GError **error)
{
  g_autofree char *value = NULL;

  return hs_entitlement_reply_decode (bytes, length, &value, error);
}

static gboolean
secret_reply (const char *bytes, gsize length, GError **error)
{
  g_autoptr (HsSecretBytes) value = NULL;

  return hs_secret_reply_decode (bytes, length, &value, error);
}

#define PEPPER "\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\""

static void
sign_in_and_release_survive_and_are_strict (void)
{
  static const char request[] = "{\"card\":null,\"kiosk\":true,\"method\":\"password\","
                                "\"secret\":\"pa\\\"ss\\u0007 w\xc3\xb6rd\",\"user\":\"ada\"}";
  g_autofree char *long_secret = hs_wire_long_text (HS_SIGN_IN_MAX_SECRET_BYTES + 1);
  g_autofree char *secret = hs_wire_long_text (HS_SIGN_IN_MAX_SECRET_BYTES);

  sign_in_request_again (request);
  hs_wire_accepts_with (request, "secret", secret, sign_in_request);
  hs_wire_refuses_with (request, "secret", long_secret, sign_in_request);
  hs_wire_refuses_with (request, "secret", "\"\"", sign_in_request);
  sign_in_reply_again (
      "{\"entitlement\":null,\"expires_us\":7,\"guest_until_us\":null,\"identity\":\"" U1
      "\",\"name\":\"Ada\",\"pepper\":null,\"session\":\"s3cr3t\"}");
  sign_in_reply_again (
      "{\"entitlement\":\"a.b.c\",\"expires_us\":7,\"guest_until_us\":9,\"identity\":\"" U1
      "\",\"name\":\"Ada\",\"pepper\":" PEPPER ",\"session\":\"s3cr3t\"}");
  release_request_again ("{\"job\":\"" U1 "\",\"printer\":\"" U1 "\",\"session\":\"s3cr3t\"}");
  hs_wire_refuses_the_usual ("{\"command\":\"" U1 "\"}", NULL, release_reply);
}

static void
each_method_brings_what_it_needs_and_nothing_else (void)
{
  static const char pin[]
      = "{\"card\":null,\"kiosk\":true,\"method\":\"pin\",\"secret\":\"1234\",\"user\":\"ada\"}";
  static const char card[]
      = "{\"card\":\"04a2\",\"kiosk\":true,\"method\":\"card\",\"secret\":null,"
        "\"user\":null}";
  g_autofree char *long_card = hs_wire_long_text (HS_SIGN_IN_MAX_CARD_BYTES + 1);

  sign_in_request_again (pin);
  hs_wire_refuses_with (pin, "user", "null", sign_in_request);
  hs_wire_refuses_with (pin, "secret", "null", sign_in_request);
  hs_wire_refuses_with (pin, "card", "\"04a2\"", sign_in_request);
  hs_wire_refuses_with (pin, "method", "\"card\"", sign_in_request);
  hs_wire_refuses_with (pin, "method", "\"none\"", sign_in_request);
  sign_in_request_again (card);
  hs_wire_accepts_with (card, "secret", "\"1234\"", sign_in_request);
  hs_wire_refuses_with (card, "user", "\"ada\"", sign_in_request);
  hs_wire_refuses_with (card, "card", "null", sign_in_request);
  hs_wire_refuses_with (card, "card", long_card, sign_in_request);
}

static void
what_a_signed_in_person_asks_survives_and_is_strict (void)
{
  static const char change[]
      = "{\"method\":\"pin\",\"new\":\"5678\",\"old\":\"1234\",\"session\":\"s3cr3t\"}";

  entitlement_request_again ("{\"recipient\":\"age1xyz\",\"session\":\"s3cr3t\"}");
  entitlement_request_again ("{\"identity\":\"00112233-4455-6677-8899-aabbccddeeff\","
                             "\"recipient\":\"age1xyz\"}");
  hs_wire_refuses_the_usual ("{\"entitlement\":\"a.b.c\"}", NULL, entitlement_reply);
  hs_wire_accepts_with ("{\"entitlement\":\"a.b.c\"}", "entitlement", "null", entitlement_reply);
  secret_request_again (change);
  card_request_again ("{\"card\":\"04:a2\",\"session\":\"s3cr3t\"}");
  hs_wire_refuses_with (change, "method", "\"card\"", secret_request);
  hs_wire_refuses_with (change, "new", "null", secret_request);
  hs_wire_refuses_the_usual ("{\"pepper\":" PEPPER "}", NULL, secret_reply);
  hs_wire_accepts_with ("{\"pepper\":" PEPPER "}", "pepper", "null", secret_reply);
  hs_wire_refuses_with ("{\"pepper\":" PEPPER "}", "pepper", "\"AAEC\"", secret_reply);
}

/* @text (taken) is exactly @expected. */
static void
says (char *text, const char *expected)
{
  g_autofree char *owned = text;

  HS_ASSERT_STR_EQ (owned, expected);
}

static void
what_terminals_are_told_is_what_the_api_says (void)
{
  g_autoptr (HsTerminalEnrolReply) reply = g_new0 (HsTerminalEnrolReply, 1);
  g_autoptr (HsSecretBytes) session = hs_secret_bytes_new_copy ((const guint8 *)"s3cr3t", 6);
  HsTerminalJob jobs[2] = { { .name = "Document, 3 pages",
                              .pages = 3,
                              .colour = "color",
                              .sides = "one-sided",
                              .copies = 2,
                              .size = "A4",
                              .made_us = 5,
                              .made = "14:02",
                              .is_reachable = TRUE,
                              .sentence = "" },
                            { .name = "Document", .copies = 1 } };

  HS_ASSERT (hs_id_parse (U1, &reply->terminal) && hs_id_parse (U1, &reply->printer)
             && hs_id_parse (U1, &jobs[0].job) && hs_id_parse (U1, &jobs[1].job));
  reply->certificate = g_strdup ("-----BEGIN\nx");
  reply->token = hs_secret_bytes_copy (session);
  reply->printer_name = g_strdup ("Hall");
  says (hs_terminal_enrol_reply_encode (reply),
        "{\"card_only\":false,\"certificate\":\"-----BEGIN\\nx\",\"printer\":\"" U1 "\","
        "\"printer_location\":null,\"printer_name\":\"Hall\",\"terminal\":\"" U1 "\","
        "\"token\":\"s3cr3t\"}");
  says (hs_terminal_sign_in_reply_encode ("Ada", session, 60),
        "{\"idle_s\":60,\"name\":\"Ada\",\"session\":\"s3cr3t\"}");
  says (hs_terminal_jobs_encode (jobs, 2),
        "{\"jobs\":[{\"colour\":\"color\",\"copies\":2,\"job\":\"" U1 "\",\"made\":\"14:02\","
        "\"made_us\":5,\"name\":\"Document, 3 pages\",\"pages\":3,\"reachable\":true,"
        "\"sentence\":\"\",\"sides\":\"one-sided\",\"size\":\"A4\"},"
        "{\"colour\":null,\"copies\":1,\"job\":\"" U1 "\",\"made\":null,\"made_us\":0,"
        "\"name\":\"Document\",\"pages\":null,\"reachable\":false,\"sentence\":null,"
        "\"sides\":null,\"size\":null}]}");
  says (hs_terminal_order_reply_encode (2, 1, "gone"),
        "{\"done\":2,\"refused\":1,\"sentence\":\"gone\"}");
}

static void
a_renewed_certificate_comes_by_itself_or_in_a_file_with_its_code (void)
{
  g_autoptr (HsTerminalRenewal) plain = g_new0 (HsTerminalRenewal, 1);
  g_autoptr (HsTerminalRenewal) file = g_new0 (HsTerminalRenewal, 1);

  plain->certificate = g_strdup ("-----BEGIN\nx");
  plain->until_us = 7;
  says (hs_terminal_renewal_encode (plain),
        "{\"certificate\":\"-----BEGIN\\nx\",\"code\":null,\"file\":null,\"until_us\":7}");
  file->file = g_bytes_new_static ("\0\1\2", 3);
  file->code = hs_secret_bytes_new_copy ((const guint8 *)"c0de", 4);
  file->until_us = 8;
  says (hs_terminal_renewal_encode (file),
        "{\"certificate\":null,\"code\":\"c0de\",\"file\":\"AAEC\",\"until_us\":8}");
}

static void
a_renewal_brings_a_request_or_nothing (void)
{
  static const char *const wrong[] = { "{}",
                                       "{\"csr\":7}",
                                       "{\"csr\":[]}",
                                       "{\"csr\":\"\"}",
                                       "{\"csr\":\"a\\u0000b\"}",
                                       "{\"csr\":null,\"x\":1}",
                                       "{\"csr\":null}{}",
                                       "[1]",
                                       "csr" };
  static const char with[] = "{\"csr\":\"-----BEGIN\\nx\"}", without[] = "{\"csr\":null}";
  g_autoptr (GError) error = NULL;
  g_autofree char *csr = NULL, *none = NULL;

  HS_ASSERT (hs_terminal_renew_request_decode (with, strlen (with), &csr, &error));
  HS_ASSERT_STR_EQ (csr, "-----BEGIN\nx");
  HS_ASSERT (hs_terminal_renew_request_decode (without, strlen (without), &none, &error));
  HS_ASSERT (none == NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) problem = NULL;
      g_autofree char *nothing = NULL;
      HS_ASSERT (
          !hs_terminal_renew_request_decode (wrong[i], strlen (wrong[i]), &nothing, &problem));
      HS_ASSERT_ERROR (problem, HS_ERROR_INVALID);
      HS_ASSERT (nothing == NULL);
    }
}

static void
one_secret_is_taken_from_a_body_that_has_nothing_else (void)
{
  static const char *const wrong[]
      = { "{\"code\":\"123456\",\"x\":1}", "{\"code\":\"\"}", "{\"code\":null}", "{}", "[1]",
          "{\"code\":\"1234567\"}" };
  static const char good[] = "{\"code\":\"123456\"}";
  g_autoptr (GError) error = NULL;
  g_autoptr (HsSecretBytes) code
      = hs_terminal_secret_decode ("code", good, strlen (good), 6, &error);

  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_BYTES_EQ (hs_secret_bytes_peek (code), hs_secret_bytes_get_length (code), "123456", 6);
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) problem = NULL;
      HS_ASSERT (hs_terminal_secret_decode ("code", wrong[i], strlen (wrong[i]), 6, &problem)
                 == NULL);
      HS_ASSERT_ERROR (problem, HS_ERROR_INVALID);
    }
}

static void
what_terminals_ask_survives_and_is_strict (void)
{
  static const char sign_in[]
      = "{\"card\":null,\"method\":\"user+pin\",\"pin\":\"824193\",\"user\":\"ada\"}";
  static const char card[] = "{\"card\":\"04a2\",\"method\":\"card\",\"pin\":null,\"user\":null}";
  static const char order[] = "{\"jobs\":[\"" U1 "\"],\"session\":\"s3cr3t\"}";

  terminal_enrol_request_again (
      "{\"csr\":\"-----BEGIN\\nx\",\"secret\":\"AAECAwQFBgcICQoLDA0ODw\"}");
  terminal_sign_in_again (sign_in);
  terminal_sign_in_again (card);
  hs_wire_refuses_with (sign_in, "card", "\"04a2\"", terminal_sign_in);
  hs_wire_refuses_with (sign_in, "pin", "null", terminal_sign_in);
  hs_wire_refuses_with (sign_in, "method", "\"card\"", terminal_sign_in);
  hs_wire_refuses_with (card, "pin", "\"824193\"", terminal_sign_in);
  hs_wire_refuses_with (card, "user", "\"ada\"", terminal_sign_in);
  hs_wire_refuses_with (card, "method", "\"card+pin\"", terminal_sign_in);
  terminal_order_again (order);
  hs_wire_accepts_with (order, "jobs", "null", terminal_order);
  hs_wire_refuses_with (order, "jobs", "[]", terminal_order);
  hs_wire_refuses_with (order, "jobs", "[\"ada\"]", terminal_order);
  hs_wire_refuses_with (order, "jobs", "[7]", terminal_order);
}

static void
entitlements_survive_and_are_strict (void)
{
  static const char text[] = "{\"device\":\"" U1 "\",\"expires_us\":9,\"identity\":\"" U1
                             "\",\"issued_us\":8,\"pages\":100,\"recipient\":null}";
  g_autoptr (GBytes) payload = g_bytes_new (text, strlen (text));
  g_autoptr (HsEntitlement) value = hs_entitlement_decode (payload, NULL);
  g_autoptr (GBytes) again = hs_entitlement_encode (value, NULL);

  HS_ASSERT (g_bytes_equal (again, payload));
  hs_wire_refuses_the_usual (text, NULL, entitlement);
  hs_wire_refuses_with (text, "expires_us", "8", entitlement);
  hs_wire_refuses_with (text, "pages", "100001", entitlement);
}

/* ── identities ──────────────────────────────────────────────────────────────────────────── */

static void
an_identity_is_made_of_organisation_and_name (void)
{
  HsId organisation, identity = { { 0 } }, other;
  char text[HS_ID_TEXT_BYTES];
  g_autofree char *long_name = g_strnfill (HS_IDENTITY_NAME_MAX_BYTES + 1, 'a');

  HS_ASSERT (hs_id_parse (U1, &organisation));
  HS_ASSERT (hs_identity_derive (&organisation, "ada", &identity));
  /* printf 'homespool.identity/1\0%b\0ada' '\x00\x11…\xff' | sha256sum, version and variant set. */
  HS_ASSERT_STR_EQ (hs_id_format (&identity, text), "cf75afbd-a78f-80ea-890d-550c510707cd");
  HS_ASSERT (hs_identity_derive (&organisation, "Ada", &other));
  HS_ASSERT (!hs_id_equal (&identity, &other));
  HS_ASSERT (!hs_identity_derive (&organisation, "", &other));
  HS_ASSERT (!hs_identity_derive (&organisation, NULL, &other));
  HS_ASSERT (!hs_identity_derive (&organisation, "a\nb", &other));
  HS_ASSERT (!hs_identity_derive (&organisation, "\xff", &other));
  HS_ASSERT (!hs_identity_derive (&organisation, long_name, &other));
  HS_ASSERT (hs_identity_derive (&organisation, long_name + 1, &other));
}

/* ── errors ──────────────────────────────────────────────────────────────────────────────── */

static void
errors_cross_the_wire (void)
{
  for (int code = HS_ERROR_TEMPORARY; code <= HS_ERROR_INTERNAL; code++)
    {
      g_autoptr (GError) here = g_error_new (HS_ERROR, code, "Say \"please\".\n");
      g_autofree char *body = hs_wire_error_encode (here);
      g_autoptr (GError) there = NULL;

      hs_wire_error_decode (400, body, strlen (body), &there);
      HS_ASSERT_INT_EQ (there->code, code);
      HS_ASSERT_STR_EQ (there->message, "Say \"please\".?");
      HS_ASSERT (hs_wire_error_to_status (code) >= 400);
    }
}

static void
an_error_that_is_not_ours_follows_its_status (void)
{
  static const struct
  {
    guint status;
    HsErrorCode code;
  } cases[]
      = { { 400, HS_ERROR_INVALID },   { 401, HS_ERROR_DENIED },    { 403, HS_ERROR_DENIED },
          { 404, HS_ERROR_NOT_FOUND }, { 409, HS_ERROR_REFUSED },   { 429, HS_ERROR_TEMPORARY },
          { 503, HS_ERROR_TEMPORARY }, { 502, HS_ERROR_TEMPORARY }, { 599, HS_ERROR_TEMPORARY },
          { 301, HS_ERROR_INVALID },   { 200, HS_ERROR_INVALID } };
  static const char *const bodies[]
      = { "", "<html>", "{\"error\":\"nonsense\",\"message\":\"x\"}", "{\"error\":\"denied\"}" };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gsize k = 0; k < G_N_ELEMENTS (bodies); k++)
      {
        g_autoptr (GError) error = NULL;
        hs_wire_error_decode (cases[i].status, bodies[k], strlen (bodies[k]), &error);
        HS_ASSERT_INT_EQ (error->code, cases[i].code);
      }
}

static void
a_foreign_error_tells_nothing (void)
{
  g_autoptr (GError) here = g_error_new (G_CONVERT_ERROR, 0, "/secret/path");
  g_autofree char *body = hs_wire_error_encode (here);

  HS_ASSERT (strstr (body, "secret") == NULL);
  HS_ASSERT (strstr (body, "internal") != NULL);
}

HS_SUITE ("enrolment and sign-in",
          { "a token survives and is strict", a_token_survives_and_is_strict },
          { "what is no token is refused with advice", what_is_no_token_is_refused_with_advice },
          { "bundles travel with their printers", bundles_travel_with_their_printers },
          { "enrolment survives and is strict", enrolment_survives_and_is_strict },
          { "single texts are strict", single_texts_are_strict },
          { "sign-in and release survive and are strict",
            sign_in_and_release_survive_and_are_strict },
          { "each method brings what it needs and nothing else",
            each_method_brings_what_it_needs_and_nothing_else },
          { "what a signed-in person asks survives and is strict",
            what_a_signed_in_person_asks_survives_and_is_strict },
          { "what terminals are told is what the API says",
            what_terminals_are_told_is_what_the_api_says },
          { "one secret is taken from a body that has nothing else",
            one_secret_is_taken_from_a_body_that_has_nothing_else },
          { "a renewed certificate comes by itself, or in a file with its code",
            a_renewed_certificate_comes_by_itself_or_in_a_file_with_its_code },
          { "a renewal brings a request, or nothing", a_renewal_brings_a_request_or_nothing },
          { "what terminals ask survives and is strict",
            what_terminals_ask_survives_and_is_strict },
          { "entitlements survive and are strict", entitlements_survive_and_are_strict },
          { "an identity is made of organisation and name",
            an_identity_is_made_of_organisation_and_name },
          { "errors cross the wire", errors_cross_the_wire },
          { "an error that is not ours follows its status",
            an_error_that_is_not_ours_follows_its_status },
          { "a foreign error tells nothing", a_foreign_error_tells_nothing })
