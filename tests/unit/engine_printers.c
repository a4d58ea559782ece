/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Which printers jobs may go to, and why each is trusted. */

#include "engine/printers/printer_record.h"
#include "engine/printers/printers.h"

#include "base/error.h"
#include "base/log.h"
#include "engine/printers/printer_approval.h"
#include "engine/printers/printer_record.h"
#include "support/loop.h"
#include "support/printer_double.h"
#include "support/suite.h"

static HsHttp *http;
static HsPrinters *printers;
static HsPrinterDouble *printer;
static GHashTable *kept; /* uuid text → GBytes */
static HsPrinterList *list;
static HsPrinterEntry *entry;
static gint64 now_us;
static guint8 here; /* the network that the workstation is in; 0 = cannot be told */

static void
keep (gpointer data, const HsId *uuid, GBytes *facts)
{
  if (facts == NULL)
    g_hash_table_remove (kept, uuid);
  else
    g_hash_table_replace (kept, g_memdup2 (uuid, sizeof *uuid), g_bytes_ref (facts));
}

static gboolean
find_place (gpointer data, guint8 place[HS_PLACE_BYTES])
{
  memset (place, here, HS_PLACE_BYTES);
  return here != 0;
}

static HsPrinters *
make_printers (void)
{
  const HsPrinterPatience patience = { .connect_timeout_ms = 5000, .answer_timeout_ms = 5000 };
  const HsPrintersKeeper keeper = { NULL, keep, find_place };

  return hs_printers_new (http, &keeper, &patience);
}

static void
set_up (void)
{
  hs_log_set_threshold (G_LOG_LEVEL_CRITICAL); /* a test makes many warnings on purpose */
  now_us = g_get_real_time ();
  kept
      = g_hash_table_new_full (hs_id_hash, hs_id_equal_func, g_free, (GDestroyNotify)g_bytes_unref);
  http = hs_http_new ();
  printers = make_printers ();
  printer = hs_printer_double_new ();
  list = hs_printer_list_new ();
  list->version = 1;
  list->expires_us = now_us + G_TIME_SPAN_HOUR;
  entry = g_new0 (HsPrinterEntry, 1);
  memset (&entry->uuid, 7, sizeof entry->uuid);
  entry->name = g_strdup ("Floor 2");
  entry->uris = g_new0 (char *, 3);
  entry->uris[0] = g_strdup (hs_printer_double_get_uri (printer));
  g_ptr_array_add (list->printers, entry);
}

static void
tear_down (void)
{
  g_clear_pointer (&printers, hs_printers_free);
  g_clear_pointer (&http, hs_http_free);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_clear_pointer (&printer, hs_printer_double_free);
  g_clear_pointer (&list, hs_printer_list_free);
  g_clear_pointer (&kept, g_hash_table_unref);
}

static void
add_pin (guint8 filler)
{
  entry->pins = g_renew (HsPrinterPin, entry->pins, entry->n_pins + 1);
  memset (&entry->pins[entry->n_pins++], filler, sizeof (HsPrinterPin));
}

/* "pins ipps://…; ca ipps://…": the routes in order. */
static char *
describe_routes (void)
{
  static const char *const names[] = { "plain", "ca", "pins", "probe", "anybody" };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) routes = hs_printers_dup_routes (printers, &entry->uuid, now_us, &error);
  GString *text = g_string_new (NULL);

  if (routes == NULL)
    {
      g_string_append (text, hs_error_code_to_keyword ((HsErrorCode)error->code));
      return g_string_free (text, FALSE);
    }
  for (guint i = 0; i < routes->len; i++)
    {
      const HsPrinterRoute *route = g_ptr_array_index (routes, i);
      g_autofree char *pin
          = route->n_pins > 0 ? g_strdup_printf ("(%02x)", route->pins[0][0]) : g_strdup ("");
      g_string_append_printf (text, "%s%s%s", i == 0 ? "" : " ", names[route->trust], pin);
    }
  return g_string_free (text, FALSE);
}

static void
expect_routes (const char *const *ca, const char *expected)
{
  g_autofree char *routes = NULL;

  hs_printers_set_list (printers, list, ca);
  routes = describe_routes ();
  HS_ASSERT_STR_EQ (routes, expected);
}

static const char *const authority[] = { "-----BEGIN CERTIFICATE-----\n", NULL };

static void
approve_listed (guint8 filler)
{
  guint8 pin[HS_HTTP_SPKI_BYTES];
  g_autoptr (GError) error = NULL;
  HsId uuid = entry->uuid;

  memset (pin, filler, sizeof pin);
  HS_ASSERT (hs_printers_approve (printers, &uuid, NULL, NULL, pin, now_us, &error));
  HS_ASSERT (hs_id_equal (&uuid, &entry->uuid));
}

static void
pins_come_first_and_alone (void)
{
  hs_printers_set_list (printers, list, NULL);
  approve_listed (9);
  add_pin (1);
  expect_routes (authority, "pins(01)");
}

static void
then_the_authority_then_an_approval (void)
{
  expect_routes (authority, "ca");
  approve_listed (9);
  expect_routes (authority, "ca pins(09)");
  expect_routes (NULL, "pins(09)");
}

static void
without_a_reason_there_is_no_route (void)
{
  expect_routes (NULL, "refused");
}

static void
an_expired_list_names_nobody (void)
{
  add_pin (1);
  list->expires_us = now_us - 1;
  expect_routes (NULL, "expired");
}

static void
plain_only_by_exception (void)
{
  g_free (entry->uris[0]);
  entry->uris[0] = g_strdup ("ipp://printer/ipp/print");
  expect_routes (authority, "refused");
  entry->allow_plain = TRUE;
  expect_routes (authority, "plain");
}

static void
plain_is_no_way_around_a_key (void)
{
  entry->allow_plain = TRUE;
  entry->uris[1] = g_strdup ("ipp://printer/ipp/print");
  add_pin (1);
  expect_routes (authority, "pins(01)");
}

static void
an_unlisted_uuid_is_unknown (void)
{
  g_autofree char *routes = NULL;

  routes = describe_routes ();
  HS_ASSERT_STR_EQ (routes, "not-found");
}

static void
a_listed_pin_cannot_be_approved_away (void)
{
  guint8 pin[HS_HTTP_SPKI_BYTES] = { 9 };
  g_autoptr (GError) error = NULL;
  HsId uuid = entry->uuid;

  add_pin (1);
  hs_printers_set_list (printers, list, NULL);
  HS_ASSERT (!hs_printers_approve (printers, &uuid, NULL, NULL, pin, now_us, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
  HS_ASSERT_INT_EQ (g_hash_table_size (kept), 0);
}

/* ── approval by an administrator ──────────────────────────────────────────────────────────── */

static gboolean
probe (guint8 spki[HS_HTTP_SPKI_BYTES], GError **error)
{
  GAsyncResult *result = NULL;
  gboolean done;

  hs_printer_probe_async (printers, hs_printer_double_get_uri (printer), NULL, hs_loop_store_result,
                          &result);
  HS_LOOP_UNTIL (result != NULL);
  done = hs_printer_probe_finish (result, spki, error);
  g_object_unref (result);
  return done;
}

static gboolean
approve (const HsId *listed, const guint8 pin[HS_HTTP_SPKI_BYTES], HsId *uuid, GError **error)
{
  GAsyncResult *result = NULL;
  gboolean done;

  hs_printer_approve_async (printers, listed, hs_printer_double_get_uri (printer), NULL, pin, NULL,
                            hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  done = hs_printer_approve_finish (result, uuid, error);
  g_object_unref (result);
  return done;
}

static void
first_the_fingerprint_then_the_approval (void)
{
  guint8 spki[HS_HTTP_SPKI_BYTES];
  g_autoptr (GError) error = NULL;
  HsPrinterView view;
  HsId uuid;

  HS_ASSERT (probe (spki, &error));
  HS_ASSERT_BYTES_EQ (spki, 32, hs_printer_double_get_identity (printer)->pin, 32);
  HS_ASSERT_INT_EQ (hs_printer_double_count_asked (printer, IPP_OP_GET_PRINTER_ATTRIBUTES), 0);
  HS_ASSERT (approve (NULL, spki, &uuid, &error));
  HS_ASSERT (hs_printers_find (printers, &uuid, &view));
  HS_ASSERT_STR_EQ (view.name, "Test double");
  HS_ASSERT_INT_EQ (view.trust, HS_PRINTER_TRUST_APPROVAL);
  HS_ASSERT (!view.is_listed && view.used_before);

  /* After a restart the same is known. */
  g_clear_pointer (&printers, hs_printers_free);
  printers = make_printers ();
  hs_printers_restore (printers, &uuid, g_hash_table_lookup (kept, &uuid));
  HS_ASSERT (hs_printers_find (printers, &uuid, &view));
  HS_ASSERT_STR_EQ (view.name, "Test double");
  HS_ASSERT (view.used_before && view.capabilities != NULL);

  HS_ASSERT (hs_printers_disapprove (printers, &uuid));
  HS_ASSERT (!hs_printers_find (printers, &uuid, &view));
  HS_ASSERT_INT_EQ (g_hash_table_size (kept), 0);
}

static HsPrinterPlace
place_in (guint8 network)
{
  HsPrinterView view;

  here = network;
  HS_ASSERT (hs_printers_find (printers, &entry->uuid, &view));
  return view.place;
}

static void
a_printer_is_near_where_it_was_used_and_asking_is_not_using (void)
{
  HsPrinterView view;

  hs_printers_set_list (printers, list, NULL);
  HS_ASSERT_INT_EQ (place_in (1), HS_PRINTER_PLACE_UNKNOWN);
  HS_ASSERT (hs_printers_find (printers, &entry->uuid, &view));
  HS_ASSERT (!view.used_before && view.used_at_us == 0);
  hs_printers_note_used (printers, &entry->uuid);
  HS_ASSERT (hs_printers_find (printers, &entry->uuid, &view));
  HS_ASSERT (view.used_before && view.used_at_us >= now_us);
  HS_ASSERT_INT_EQ (place_in (1), HS_PRINTER_PLACE_HERE);
  HS_ASSERT_INT_EQ (place_in (2), HS_PRINTER_PLACE_ELSEWHERE);
  HS_ASSERT_INT_EQ (place_in (0), HS_PRINTER_PLACE_UNKNOWN);

  /* Of many networks the oldest is forgotten; a restart forgets none. */
  for (guint8 network = 2; network <= HS_PRINTER_RECORD_PLACES + 1; network++)
    {
      here = network;
      hs_printers_note_used (printers, &entry->uuid);
    }
  g_clear_pointer (&printers, hs_printers_free);
  printers = make_printers ();
  hs_printers_set_list (printers, list, NULL);
  hs_printers_restore (printers, &entry->uuid, g_hash_table_lookup (kept, &entry->uuid));
  HS_ASSERT_INT_EQ (place_in (1), HS_PRINTER_PLACE_ELSEWHERE);
  HS_ASSERT_INT_EQ (place_in (2), HS_PRINTER_PLACE_HERE);
  HS_ASSERT_INT_EQ (place_in (HS_PRINTER_RECORD_PLACES + 1), HS_PRINTER_PLACE_HERE);
}

static void
another_key_than_the_approved_one_is_refused (void)
{
  guint8 pin[HS_HTTP_SPKI_BYTES] = { 1 };
  g_autoptr (GError) error = NULL;
  HsId uuid;

  HS_ASSERT (!approve (NULL, pin, &uuid, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
  HS_ASSERT_INT_EQ (g_hash_table_size (kept), 0);
}

static void
a_listed_printer_without_pin_can_be_approved (void)
{
  g_autoptr (GError) error = NULL;
  HsPrinterView view;
  HsId uuid;

  hs_printers_set_list (printers, list, NULL);
  HS_ASSERT (approve (&entry->uuid, hs_printer_double_get_identity (printer)->pin, &uuid, &error));
  HS_ASSERT (hs_id_equal (&uuid, &entry->uuid));
  HS_ASSERT (hs_printers_find (printers, &uuid, &view));
  HS_ASSERT_INT_EQ (view.trust, HS_PRINTER_TRUST_APPROVAL);
  HS_ASSERT_STR_EQ (view.name, "Floor 2");

  /* Gone from the list: the approval alone does not make it known. */
  hs_printers_set_list (printers, NULL, NULL);
  HS_ASSERT (!hs_printers_find (printers, &uuid, &view));
}

static void
a_printer_whose_name_nobody_could_see_is_called_by_its_address (void)
{
  HsPrinterView view;

  g_free (entry->name);
  entry->name = g_strdup ("\u202e \u200b");
  hs_printers_set_list (printers, list, NULL);
  HS_ASSERT (hs_printers_find (printers, &entry->uuid, &view));
  HS_ASSERT_STR_EQ (view.name, entry->uris[0]);
}

/* ── routes at work ────────────────────────────────────────────────────────────────────────── */

static HsPrinterAnswer *
ask (HsHttpFacts *facts, GError **error)
{
  HsPrinterAsk question = { .question = HS_ASK_PRINTER };
  g_autoptr (GPtrArray) routes = hs_printers_dup_routes (printers, &entry->uuid, now_us, error);
  g_autoptr (HsPrinterClient) client = NULL;
  GAsyncResult *result = NULL;
  HsPrinterAnswer *answer;

  HS_ASSERT (routes != NULL);
  client = hs_printer_client_new (http, g_steal_pointer (&routes),
                                  hs_printers_get_patience (printers));
  hs_printer_client_ask_async (client, &question, NULL, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  answer = hs_printer_client_ask_finish (result, facts, error);
  g_object_unref (result);
  return answer;
}

static void
the_authority_certifies_a_name (void)
{
  const char *const ca[] = { hs_printer_double_get_identity (printer)->ca_pem, NULL };
  g_autoptr (HsPrinterAnswer) answer = NULL;
  g_autoptr (GError) error = NULL;
  HsHttpFacts facts;

  hs_printers_set_list (printers, list, ca);
  answer = ask (&facts, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_INT_EQ (answer->verdict, HS_IPP_DONE);
}

static void
an_approval_stands_in_for_the_authority (void)
{
  g_autoptr (HsTestIdentity) other = hs_test_identity_new ("127.0.0.1");
  const char *const ca[] = { other->ca_pem, NULL };
  g_autoptr (HsPrinterAnswer) answer = NULL;
  g_autoptr (GError) error = NULL;
  HsHttpFacts facts;
  HsId uuid = entry->uuid;

  hs_printers_set_list (printers, list, ca);
  answer = ask (&facts, &error);
  HS_ASSERT (answer == NULL && facts.untrusted);
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
  g_clear_error (&error);
  HS_ASSERT (hs_printers_approve (printers, &uuid, NULL, NULL,
                                  hs_printer_double_get_identity (printer)->pin, now_us, &error));
  answer = ask (&facts, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_INT_EQ (answer->verdict, HS_IPP_DONE);
}

static void
a_second_address_is_tried (void)
{
  g_autoptr (HsPrinterAnswer) answer = NULL;
  g_autoptr (GError) error = NULL;
  HsHttpFacts facts;

  entry->uris[1] = entry->uris[0];
  entry->uris[0] = g_strdup ("ipps://127.0.0.1:9/ipp/print");
  add_pin (0);
  memcpy (entry->pins[0].bytes, hs_printer_double_get_identity (printer)->pin, 32);
  hs_printers_set_list (printers, list, NULL);
  answer = ask (&facts, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_INT_EQ (answer->verdict, HS_IPP_DONE);
}

static void
addresses_become_urls (void)
{
  static const struct
  {
    const char *uri;
    const char *url;
  } rows[] = { { "ipps://p/ipp/print", "https://p:631/ipp/print" },
               { "ipps://p:443/x%20y", "https://p:443/x%20y" },
               { "ipps://[fe80::1]/ipp", "https://[fe80::1]:631/ipp" },
               { "ipp://p", "http://p:631/" },
               { "https://p/", NULL },
               { "ipps://user@p/", NULL },
               { "ipps:///x", NULL },
               { "printer", NULL } };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *url = hs_printer_uri_to_url (rows[i].uri, &error);

      HS_ASSERT_STR_EQ (url, rows[i].url);
      HS_ASSERT ((url == NULL) == (error != NULL));
    }
}

static void
damaged_memories_are_forgotten (void)
{
  g_autoptr (HsPrinterRecord) record = hs_printer_record_new (&entry->uuid);
  g_autoptr (GBytes) bytes = NULL;
  gsize length;
  HsPrinterView view;

  record->is_approved = TRUE;
  record->uri = g_strdup ("ipps://p/");
  record->name = g_strdup ("p");
  bytes = hs_printer_record_encode (record);
  length = g_bytes_get_size (bytes);
  for (gsize cut = 0; cut < length; cut++)
    {
      g_autoptr (GBytes) part = g_bytes_new_from_bytes (bytes, 0, cut);

      keep (NULL, &entry->uuid, part);
      hs_printers_restore (printers, &entry->uuid, part);
      HS_ASSERT (!hs_printers_find (printers, &entry->uuid, &view));
      HS_ASSERT_INT_EQ (g_hash_table_size (kept), 0);
    }
  hs_printers_restore (printers, &entry->uuid, bytes);
  HS_ASSERT (hs_printers_find (printers, &entry->uuid, &view));
}

HS_SUITE_WITH ("printers",
               set_up,
               tear_down,
               { "listed pins come first and alone", pins_come_first_and_alone },
               { "then the authority, then an approval", then_the_authority_then_an_approval },
               { "without a reason to trust there is no route",
                 without_a_reason_there_is_no_route },
               { "an expired list names nobody", an_expired_list_names_nobody },
               { "without TLS only by a signed exception", plain_only_by_exception },
               { "a plain address is no way around a key", plain_is_no_way_around_a_key },
               { "an unlisted uuid is unknown", an_unlisted_uuid_is_unknown },
               { "a listed pin cannot be approved away", a_listed_pin_cannot_be_approved_away },
               { "a printer is near where it was used, and asking is not using",
                 a_printer_is_near_where_it_was_used_and_asking_is_not_using },
               { "first the fingerprint, then the approval, kept over a restart",
                 first_the_fingerprint_then_the_approval },
               { "another key than the approved one is refused",
                 another_key_than_the_approved_one_is_refused },
               { "a listed printer without pin can be approved, and stays the list's",
                 a_listed_printer_without_pin_can_be_approved },
               { "a printer whose name nobody could see is called by its address",
                 a_printer_whose_name_nobody_could_see_is_called_by_its_address },
               { "the organisation's authority certifies a name", the_authority_certifies_a_name },
               { "an approval stands in where the authority does not know the key",
                 an_approval_stands_in_for_the_authority },
               { "a second address is tried when the first does not answer",
                 a_second_address_is_tried },
               { "addresses become URLs, or are refused", addresses_become_urls },
               { "damaged memories are forgotten", damaged_memories_are_forgotten })
