/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Outbox records: core/wire/event_record, announce, state_notice, report, notices, command_result. */

#include "base/error.h"
#include "core/wire/announce.h"
#include "core/wire/command_result.h"
#include "core/wire/event_record.h"
#include "core/notices.h"
#include "core/wire/report.h"
#include "core/wire/state_notice.h"
#include "support/suite.h"
#include "support/wire_cases.h"

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"
#define U1 "00112233-4455-6677-8899-aabbccddeeff"

static HsJob *
make_job (void)
{
  HsJob *job = hs_job_new ();

  HS_ASSERT (hs_id_parse (U1, &job->id));
  job->owner = job->id;
  job->owner.bytes[0] = 0xaa;
  job->state = HS_JOB_HELD;
  job->reasons = HS_REASON_RELEASE_WAIT;
  job->title = g_strdup ("Secret plan");
  job->user_name = g_strdup ("ada");
  job->format = g_strdup ("application/pdf");
  job->size_bytes = 12345;
  job->impressions = 3;
  job->impressions_source = HS_COUNT_MEASURED;
  job->colour = HS_COLOUR_COLOUR;
  job->sides = HS_SIDES_TWO_LONG;
  job->copies = 2;
  job->media = g_strdup ("iso_a4_210x297mm");
  job->created_at_us = 1000;
  job->expires_at_us = 2000;
  job->release_e[0] = 7;
  job->release_epoch = 4;
  job->recipients = g_strsplit ("owner release", " ", -1);
  return job;
}

/* ── announcements ───────────────────────────────────────────────────────────────────────── */

static gboolean
decode_announce (const char *bytes, gsize length, GError **error)
{
  g_autoptr (json_t) body = hs_json_parse ("body", bytes, length, HS_RECORD_MAX_BYTES, error);
  g_autoptr (HsAnnounce) announce = body != NULL ? hs_announce_decode (body, error) : NULL;

  return announce != NULL;
}

static void
an_announcement_tells_what_the_site_may_know (void)
{
  g_autoptr (HsJob) job = make_job ();
  g_autoptr (json_t) body = hs_announce_encode (job, HS_TITLE_POLICY_FULL, NULL);
  g_autofree char *text = hs_json_encode (body);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsAnnounce) announce = hs_announce_decode (body, &error);

  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (hs_id_equal (&announce->job, &job->id) && hs_id_equal (&announce->owner, &job->owner));
  HS_ASSERT_BYTES_EQ (announce->e, 32, job->release_e, 32);
  HS_ASSERT_INT_EQ (announce->epoch, 4);
  HS_ASSERT_INT_EQ (announce->size_bytes, 12345);
  HS_ASSERT_INT_EQ (announce->sides, HS_SIDES_TWO_LONG);
  HS_ASSERT_INT_EQ (announce->colour, HS_COLOUR_COLOUR);
  HS_ASSERT_INT_EQ (announce->impressions_source, HS_COUNT_MEASURED);
  HS_ASSERT_STR_EQ (announce->title, "Secret plan");
  HS_ASSERT_STR_EQ (announce->recipients[1], "release");
  HS_ASSERT (strstr (text, "ada") == NULL);
  hs_wire_refuses_the_usual (text, NULL, decode_announce);
}

static void
without_the_policy_no_title_leaves (void)
{
  g_autoptr (HsJob) job = make_job ();
  g_autoptr (json_t) body = hs_announce_encode (job, HS_TITLE_POLICY_NONE, NULL);
  g_autofree char *text = hs_json_encode (body);

  HS_ASSERT (strstr (text, "Secret") == NULL);
  HS_ASSERT (strstr (text, "ada") == NULL);
  HS_ASSERT (strstr (text, "\"title\":null") != NULL);
}

static void
a_sealed_title_travels_alone (void)
{
  static const guint8 bytes[] = "age-encryption.org/v1, pretended";
  g_autoptr (GBytes) sealed = g_bytes_new_static (bytes, sizeof bytes);
  g_autoptr (HsJob) job = make_job ();
  g_autoptr (json_t) body = hs_announce_encode (job, HS_TITLE_POLICY_SEALED, sealed);
  g_autoptr (json_t) plain = hs_announce_encode (job, HS_TITLE_POLICY_FULL, sealed);
  g_autoptr (json_t) none = hs_announce_encode (job, HS_TITLE_POLICY_NONE, sealed);
  g_autoptr (json_t) later = hs_announce_encode (job, HS_TITLE_POLICY_SEALED, NULL);
  g_autofree char *text = hs_json_encode (body);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsAnnounce) announce = hs_announce_decode (body, &error);

  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (strstr (text, "Secret") == NULL);
  HS_ASSERT (announce->title == NULL && g_bytes_equal (announce->sealed_title, sealed));
  HS_ASSERT (json_object_get (plain, "sealed_title") == NULL);
  HS_ASSERT (json_object_get (none, "sealed_title") == NULL);
  HS_ASSERT (json_object_get (later, "sealed_title") == NULL);
  /* Left out it means "none", as in records from before there were sealed titles. */
  hs_wire_refuses_with (text, "title", "\"both\"", decode_announce);
  hs_wire_refuses_with (text, "sealed_title", "\"a+b\"", decode_announce);
  hs_wire_refuses_with (text, "sealed_title", "\"\"", decode_announce);
  hs_wire_refuses_with (text, "sealed_title", "[1]", decode_announce);
  hs_wire_refuses_with (text, "sealed_title", "null", decode_announce);
}

static void
an_unproven_owner_is_nobody (void)
{
  g_autoptr (HsJob) job = make_job ();
  g_autoptr (json_t) body = NULL;
  g_autoptr (HsAnnounce) announce = NULL;

  job->owner = (HsId){ 0 };
  body = hs_announce_encode (job, HS_TITLE_POLICY_NONE, NULL);
  announce = hs_announce_decode (body, NULL);
  HS_ASSERT (announce != NULL && hs_id_is_zero (&announce->owner));
}

static void
announcements_end_where_they_say (void)
{
  g_autoptr (HsJob) job = make_job ();
  g_autoptr (json_t) body = hs_announce_encode (job, HS_TITLE_POLICY_FULL, NULL);
  g_autofree char *text = hs_json_encode (body);
  g_autofree char *title = hs_wire_long_text (HS_ANNOUNCE_MAX_TITLE_BYTES);
  g_autofree char *long_title = hs_wire_long_text (HS_ANNOUNCE_MAX_TITLE_BYTES + 1);
  g_autofree char *eight = hs_wire_list ("\"owner\"", 8);
  g_autofree char *nine = hs_wire_list ("\"owner\"", 9);

  hs_wire_accepts_with (text, "title", title, decode_announce);
  hs_wire_refuses_with (text, "title", long_title, decode_announce);
  g_autoptr (json_t) sealed = hs_announce_encode (job, HS_TITLE_POLICY_SEALED, NULL);
  hs_json_set_bytes (sealed, "sealed_title", (const guint8 *)long_title, 1);
  g_autofree char *sealed_text = hs_json_encode (sealed);
  g_autofree char *most = hs_wire_long_text (5460); /* a multiple of 4 characters */
  g_autofree char *more = hs_wire_long_text (5464);
  hs_wire_accepts_with (sealed_text, "sealed_title", most, decode_announce);
  hs_wire_refuses_with (sealed_text, "sealed_title", more, decode_announce);
  hs_wire_accepts_with (text, "recipients", eight, decode_announce);
  hs_wire_refuses_with (text, "recipients", nine, decode_announce);
  hs_wire_accepts_with (text, "recipients", "[]", decode_announce); /* of a job that is over */
  hs_wire_refuses_with (text, "copies", "0", decode_announce);
  hs_wire_refuses_with (text, "copies", "10000", decode_announce);
  hs_wire_refuses_with (text, "epoch", "0", decode_announce);
  hs_wire_refuses_with (text, "e", "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"",
                        decode_announce);
  hs_wire_refuses_with (text, "sides", "\"both\"", decode_announce);
}

static void
the_longest_announcement_is_a_record (void)
{
  g_autoptr (HsJob) job = make_job ();
  g_autoptr (json_t) body = NULL;
  g_autoptr (GBytes) record = NULL;
  g_autoptr (HsEventRecord) read = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *quotes = g_strnfill (5000, '"');
  char **recipients = g_new0 (char *, 9);

  g_free (job->title);
  job->title = g_strdup (quotes);
  g_free (job->media);
  job->media = g_strdup (quotes);
  g_free (job->format);
  job->format = g_strdup (quotes);
  for (int i = 0; i < 8; i++)
    recipients[i] = g_strdup_printf ("escrow:%.*s", HS_BUNDLE_MAX_NAME_BYTES, quotes);
  g_strfreev (job->recipients);
  job->recipients = recipients;
  body = hs_announce_encode (job, HS_TITLE_POLICY_FULL, NULL);
  record = hs_event_record_encode (G_GUINT64_CONSTANT (1) << 53, ZEROS, HS_RECORD_ANNOUNCE,
                                   HS_JSON_MAX_INTEGER, TRUE, body, &error);
  HS_ASSERT_NO_ERROR (error);
  read = hs_event_record_decode (record, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_INT_EQ (read->kind, HS_RECORD_ANNOUNCE);
}

/* ── states, reports, notices ────────────────────────────────────────────────────────────── */

static gboolean
decode_state (const char *bytes, gsize length, GError **error)
{
  g_autoptr (json_t) body = hs_json_parse ("body", bytes, length, HS_RECORD_MAX_BYTES, error);
  g_autoptr (HsStateNotice) notice = body != NULL ? hs_state_notice_decode (body, error) : NULL;

  return notice != NULL;
}

static void
a_state_notice_names_state_and_reasons (void)
{
  g_autoptr (HsJob) job = make_job ();
  g_autoptr (json_t) body = NULL;
  g_autoptr (HsStateNotice) notice = NULL;
  g_autofree char *text = NULL;

  job->reasons = HS_REASON_RELEASE_WAIT | HS_REASON_PRINTER_REFUSED;
  job->failure = g_strdup ("The printer is out of paper.");
  body = hs_state_notice_encode (job, FALSE);
  text = hs_json_encode (body);
  notice = hs_state_notice_decode (body, NULL);
  HS_ASSERT (notice != NULL);
  HS_ASSERT_INT_EQ (notice->state, HS_JOB_HELD);
  HS_ASSERT_INT_EQ (g_strv_length (notice->reasons), 2);
  HS_ASSERT_STR_EQ (notice->sentence, "The printer is out of paper.");
  HS_ASSERT (strstr (text, "Secret") == NULL);
  hs_wire_refuses_the_usual (text, NULL, decode_state);
  hs_wire_refuses_with (text, "state", "\"receiving\"", decode_state);
  hs_wire_refuses_with (text, "state", "\"none\"", decode_state);
}

static void
a_state_notice_tells_what_a_release_changed (void)
{
  g_autoptr (HsJob) job = make_job ();
  g_autoptr (json_t) body = NULL;
  g_autoptr (json_t) announcement = NULL;
  g_autoptr (HsStateNotice) notice = NULL;
  g_autoptr (HsAnnounce) announce = NULL;
  g_autofree char *text = NULL;

  job->changed = (HsPrintOptions){ 9, HS_SIDES_WISH_ONE, HS_COLOUR_MONOCHROME };
  body = hs_state_notice_encode (job, TRUE);
  text = hs_json_encode (body);
  notice = hs_state_notice_decode (body, NULL);
  HS_ASSERT (notice != NULL && notice->has_paper);
  HS_ASSERT_INT_EQ (notice->copies, 9);
  HS_ASSERT_INT_EQ (notice->sides, HS_SIDES_ONE);
  HS_ASSERT_INT_EQ (notice->colour, HS_COLOUR_MONOCHROME);
  hs_wire_refuses_the_usual (text, NULL, decode_state);
  hs_wire_refuses_with (text, "copies", "0", decode_state);
  hs_wire_refuses_with (text, "sides", "\"both\"", decode_state);
  /* A job that is announced when it was changed already. */
  announcement = hs_announce_encode (job, HS_TITLE_POLICY_NONE, NULL);
  announce = hs_announce_decode (announcement, NULL);
  HS_ASSERT (announce != NULL);
  HS_ASSERT_INT_EQ (announce->copies, 9);
  HS_ASSERT_INT_EQ (announce->sides, HS_SIDES_ONE);
}

static gboolean
decode_report (const char *bytes, gsize length, GError **error)
{
  g_autoptr (json_t) body = hs_json_parse ("body", bytes, length, HS_RECORD_MAX_BYTES, error);
  HsReport report;

  return body != NULL && hs_report_decode (body, &report, error);
}

static void
a_report_carries_the_printers_counts (void)
{
  g_autoptr (HsJob) job = make_job ();
  g_autoptr (json_t) body = NULL;
  g_autofree char *text = NULL;
  HsReport report;

  job->state = HS_JOB_DELIVERED;
  job->printer = job->owner;
  job->result_impressions = 6;
  job->result_sheets = 3;
  job->result_counted = TRUE;
  job->finished_at_us = 1500;
  job->release_command = job->id;
  body = hs_report_encode (job);
  text = hs_json_encode (body);
  HS_ASSERT (hs_report_decode (body, &report, NULL));
  HS_ASSERT_INT_EQ (report.impressions, 6);
  HS_ASSERT_INT_EQ (report.sheets, 3);
  HS_ASSERT_INT_EQ (report.outcome, HS_JOB_DELIVERED);
  HS_ASSERT (report.counted && hs_id_equal (&report.command, &job->id));
  hs_wire_refuses_the_usual (text, NULL, decode_report);
  hs_wire_refuses_with (text, "outcome", "\"held\"", decode_report);
  hs_wire_accepts_with (text, "command", "null", decode_report);
}

static gboolean
decode_claim (const char *bytes, gsize length, GError **error)
{
  g_autoptr (json_t) body = hs_json_parse ("body", bytes, length, HS_RECORD_MAX_BYTES, error);
  HsId job, identity;

  return body != NULL && hs_claim_notice_decode (body, &job, &identity, error);
}

static gboolean
decode_erased (const char *bytes, gsize length, GError **error)
{
  g_autoptr (json_t) body = hs_json_parse ("body", bytes, length, HS_RECORD_MAX_BYTES, error);
  HsId job;

  return body != NULL && hs_erased_notice_decode (body, &job, error);
}

static gboolean
decode_power (const char *bytes, gsize length, GError **error)
{
  g_autoptr (json_t) body = hs_json_parse ("body", bytes, length, HS_RECORD_MAX_BYTES, error);
  HsPowerNotice power;

  return body != NULL && hs_power_notice_decode (body, &power, error);
}

static gboolean
decode_agent (const char *bytes, gsize length, GError **error)
{
  g_autoptr (json_t) body = hs_json_parse ("body", bytes, length, HS_RECORD_MAX_BYTES, error);
  g_autofree char *version = NULL;
  HsAgentNotice agent;

  return body != NULL && hs_agent_notice_decode (body, &agent, &version, error);
}

static gboolean
decode_result (const char *bytes, gsize length, GError **error)
{
  g_autoptr (json_t) body = hs_json_parse ("body", bytes, length, HS_RECORD_MAX_BYTES, error);
  g_autofree char *sentence = NULL;
  HsCommandResult result;
  HsId command;

  return body != NULL && hs_command_result_decode (body, &command, &result, &sentence, error);
}

static void
check_notice (json_t *body, HsWireDecodeFunc decode)
{
  g_autofree char *text = hs_json_encode (body);

  hs_wire_refuses_the_usual (text, NULL, decode);
  json_decref (body);
}

static void
the_small_notices_are_strict (void)
{
  HsId id;

  HS_ASSERT (hs_id_parse (U1, &id));
  check_notice (hs_erased_notice_encode (&id), decode_erased);
  check_notice (hs_claim_notice_encode (&id, &id), decode_claim);
  for (int power = HS_POWER_AWAKE; power <= HS_POWER_DOWN; power++)
    check_notice (hs_power_notice_encode ((HsPowerNotice)power), decode_power);
  for (int agent = HS_AGENT_STARTED; agent <= HS_AGENT_SECRET_LOST; agent++)
    check_notice (hs_agent_notice_encode ((HsAgentNotice)agent, "0.1.0"), decode_agent);
  for (int result = HS_COMMAND_DONE; result <= HS_COMMAND_UNKNOWN_JOB; result++)
    check_notice (hs_command_result_encode (&id, (HsCommandResult)result, "Because."),
                  decode_result);
}

/* ── records ─────────────────────────────────────────────────────────────────────────────── */

static GBytes *
make_record (guint64 n, const char *previous)
{
  g_autoptr (json_t) body = hs_power_notice_encode (HS_POWER_AWAKE);
  g_autoptr (GError) error = NULL;
  GBytes *record = hs_event_record_encode (n, previous, HS_RECORD_POWER, 99, FALSE, body, &error);

  HS_ASSERT_NO_ERROR (error);
  return record;
}

static gboolean
decode_record (const char *bytes, gsize length, GError **error)
{
  g_autoptr (GBytes) copy = g_bytes_new (bytes, length);
  g_autoptr (HsEventRecord) record = hs_event_record_decode (copy, error);

  return record != NULL;
}

static void
a_record_has_one_spelling_and_its_hash (void)
{
  g_autoptr (GBytes) record = make_record (1, ZEROS);
  static const char expected[] = "{\"at_us\":99,\"body\":{\"power\":\"awake\"},\"kind\":\"power\","
                                 "\"n\":1,\"offline\":false,\"prev\":\"" ZEROS "\"}";
  static const char spelled_otherwise[]
      = "{ \"prev\":\"" ZEROS "\", \"n\":1, \"kind\":\"po\\u0077er\",\n"
        "\"offline\":false, \"body\":{\"power\":\"awake\"},\"at_us\":99}";
  g_autoptr (GBytes) other = g_bytes_new (spelled_otherwise, strlen (spelled_otherwise));
  g_autoptr (HsEventRecord) first = hs_event_record_decode (record, NULL);
  g_autoptr (HsEventRecord) second = hs_event_record_decode (other, NULL);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, expected, -1);
  guint8 hash[HS_RECORD_HASH_BYTES];

  HS_ASSERT_BYTES_EQ (g_bytes_get_data (record, NULL), g_bytes_get_size (record), expected,
                      strlen (expected));
  hs_record_hash (record, hash);
  for (gsize i = 0; i < sizeof hash; i++)
    HS_ASSERT_INT_EQ (hash[i], g_ascii_xdigit_value (digest[2 * i]) << 4
                                   | g_ascii_xdigit_value (digest[2 * i + 1]));
  HS_ASSERT_BYTES_EQ (first->hash, 32, hash, 32);
  HS_ASSERT_BYTES_EQ (second->hash, 32, hash, 32);
}

static void
records_are_strict_around_their_bodies (void)
{
  g_autoptr (GBytes) record = make_record (1, ZEROS);
  g_autofree char *text = g_strndup (g_bytes_get_data (record, NULL), g_bytes_get_size (record));

  hs_wire_refuses_the_usual (text, "body", decode_record);
  hs_wire_refuses_with (text, "n", "0", decode_record);
  hs_wire_refuses_with (text, "kind", "\"exec\"", decode_record);
  HS_ASSERT (hs_event_record_encode (0, ZEROS, HS_RECORD_POWER, 1, FALSE, NULL, NULL) == NULL);
}

static void
a_record_has_a_length (void)
{
  g_autoptr (json_t) body = json_object ();
  g_autofree char *filler = g_strnfill (HS_RECORD_MAX_BYTES, 'a');
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) empty = NULL, full = NULL;
  gsize overhead;

  hs_json_set_lines (body, "a", "");
  empty = hs_event_record_encode (1, ZEROS, HS_RECORD_POWER, 1, FALSE, body, &error);
  overhead = g_bytes_get_size (empty);
  filler[HS_RECORD_MAX_BYTES - overhead] = '\0';
  hs_json_set_lines (body, "a", filler);
  full = hs_event_record_encode (1, ZEROS, HS_RECORD_POWER, 1, FALSE, body, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_INT_EQ (g_bytes_get_size (full), HS_RECORD_MAX_BYTES);
  filler[HS_RECORD_MAX_BYTES - overhead] = 'a';
  filler[HS_RECORD_MAX_BYTES - overhead + 1] = '\0';
  hs_json_set_lines (body, "a", filler);
  HS_ASSERT (hs_event_record_encode (1, ZEROS, HS_RECORD_POWER, 1, FALSE, body, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_NO_SPACE);
}

/* ── uploads ─────────────────────────────────────────────────────────────────────────────── */

static const guint8 stream[HS_STREAM_BYTES] = { 1, 2, 3 };

static GPtrArray *
make_chain (gsize count, gsize body_bytes)
{
  GPtrArray *records = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  g_autofree char *filler = g_strnfill (body_bytes, 'a');
  g_autofree char *previous = g_strdup (ZEROS);

  for (gsize n = 1; n <= count; n++)
    {
      g_autoptr (json_t) body = json_object ();
      g_autoptr (GError) error = NULL;
      GBytes *record;

      hs_json_set_lines (body, "a", filler);
      record = hs_event_record_encode (n, previous, HS_RECORD_POWER, 1, FALSE, body, &error);
      HS_ASSERT_NO_ERROR (error);
      g_ptr_array_add (records, record);
      g_free (previous);
      previous = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, record);
    }
  return records;
}

static gboolean
decode_upload (const char *bytes, gsize length, GError **error)
{
  guint8 read_stream[HS_STREAM_BYTES];
  g_autoptr (GPtrArray) records = hs_upload_decode (bytes, length, read_stream, error);

  return records != NULL;
}

static void
an_upload_carries_a_chain (void)
{
  g_autoptr (GPtrArray) records = make_chain (3, 10);
  gsize taken = 0;
  g_autoptr (GBytes) upload = hs_upload_encode (stream, records, &taken);
  g_autoptr (GError) error = NULL;
  guint8 read_stream[HS_STREAM_BYTES];
  g_autoptr (GPtrArray) read = hs_upload_decode (g_bytes_get_data (upload, NULL),
                                                 g_bytes_get_size (upload), read_stream, &error);
  g_autofree char *text = g_strndup (g_bytes_get_data (upload, NULL), g_bytes_get_size (upload));

  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_INT_EQ (taken, 3);
  HS_ASSERT_INT_EQ (read->len, 3);
  HS_ASSERT_BYTES_EQ (read_stream, 16, stream, 16);
  hs_wire_refuses_the_usual (text, "body", decode_upload);
  hs_wire_accepts_with (text, "records", "[]", decode_upload); /* where does the site stand? */
}

static void
a_gap_or_a_change_in_the_chain_is_seen (void)
{
  g_autoptr (GPtrArray) records = make_chain (3, 10);
  gsize taken;
  g_autoptr (GBytes) upload = hs_upload_encode (stream, records, &taken);
  g_autofree char *text = g_strndup (g_bytes_get_data (upload, NULL), g_bytes_get_size (upload));
  g_autoptr (GBytes) gap = NULL;

  hs_wire_refuses_with (text, "records.0.at_us", "2", decode_upload);
  hs_wire_refuses_with (text, "records.1.body.a", "\"b\"", decode_upload);
  hs_wire_refuses_with (text, "records.1.n", "3", decode_upload);
  hs_wire_refuses_with (text, "records.2.prev", "\"" ZEROS "\"", decode_upload);
  hs_wire_accepts_with (text, "records.2.body.a", "\"b\"", decode_upload);
  g_ptr_array_remove_index (records, 1);
  gap = hs_upload_encode (stream, records, &taken);
  HS_ASSERT (!decode_upload (g_bytes_get_data (gap, NULL), g_bytes_get_size (gap), NULL));
}

static void
an_upload_ends_at_256_records_and_256_kib (void)
{
  g_autoptr (GPtrArray) many = make_chain (HS_UPLOAD_MAX_RECORDS + 1, 1);
  g_autoptr (GPtrArray) big = make_chain (40, HS_RECORD_MAX_BYTES - 300);
  gsize taken;
  g_autoptr (GBytes) first = hs_upload_encode (stream, many, &taken);
  g_autoptr (GBytes) second = NULL;

  HS_ASSERT_INT_EQ (taken, HS_UPLOAD_MAX_RECORDS);
  HS_ASSERT (decode_upload (g_bytes_get_data (first, NULL), g_bytes_get_size (first), NULL));
  second = hs_upload_encode (stream, big, &taken);
  HS_ASSERT (taken >= 30 && taken < 40);
  HS_ASSERT (g_bytes_get_size (second) <= HS_UPLOAD_MAX_BYTES);
  HS_ASSERT (g_bytes_get_size (second) + HS_RECORD_MAX_BYTES > HS_UPLOAD_MAX_BYTES);
  HS_ASSERT (decode_upload (g_bytes_get_data (second, NULL), g_bytes_get_size (second), NULL));
}

static gboolean
decode_answer (const char *bytes, gsize length, GError **error)
{
  HsUploadAnswer answer;

  return hs_upload_answer_decode (bytes, length, &answer, error);
}

static void
the_answer_survives_and_is_strict (void)
{
  HsUploadAnswer answer = { { 1 }, 7, { 2 } }, read;
  g_autoptr (GBytes) bytes = hs_upload_answer_encode (&answer);
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));

  HS_ASSERT (hs_upload_answer_decode (text, strlen (text), &read, NULL));
  HS_ASSERT_BYTES_EQ (read.stream, 16, answer.stream, 16);
  HS_ASSERT_BYTES_EQ (read.hash, 32, answer.hash, 32);
  HS_ASSERT_INT_EQ (read.n, 7);
  hs_wire_refuses_the_usual (text, NULL, decode_answer);
}

HS_SUITE ("records",
          { "an announcement tells what the site may know",
            an_announcement_tells_what_the_site_may_know },
          { "without the policy no title leaves", without_the_policy_no_title_leaves },
          { "a sealed title travels alone", a_sealed_title_travels_alone },
          { "an unproven owner is nobody", an_unproven_owner_is_nobody },
          { "announcements end where they say", announcements_end_where_they_say },
          { "the longest announcement is a record", the_longest_announcement_is_a_record },
          { "a state notice names state and reasons", a_state_notice_names_state_and_reasons },
          { "a state notice tells what a release changed",
            a_state_notice_tells_what_a_release_changed },
          { "a report carries the printer's counts", a_report_carries_the_printers_counts },
          { "the small notices are strict", the_small_notices_are_strict },
          { "a record has one spelling and its hash", a_record_has_one_spelling_and_its_hash },
          { "records are strict around their bodies", records_are_strict_around_their_bodies },
          { "a record has a length", a_record_has_a_length },
          { "an upload carries a chain", an_upload_carries_a_chain },
          { "a gap or a change in the chain is seen", a_gap_or_a_change_in_the_chain_is_seen },
          { "an upload ends at 256 records and 256 KiB",
            an_upload_ends_at_256_records_and_256_kib },
          { "the answer survives and is strict", the_answer_survives_and_is_strict })
