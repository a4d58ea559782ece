/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A ledger for tests. */

#include "support/ledger_fixture.h"

#include "base/error.h"
#include "support/loop.h"
#include "support/suite.h"

const guint8 hs_fixture_stream[HS_OUTBOX_STREAM_BYTES]
    = { 0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7,
        0xa8, 0xa9, 0xaa, 0xab, 0xac, 0xad, 0xae, 0xaf };

gboolean
hs_fixture_mac (const guint8 *row,
                gsize length,
                guint8 mac[HS_LEDGER_MAC_BYTES],
                gpointer user_data,
                GError **error)
{
  static const guint8 key[32] = "a key that only tests use";
  guint *countdown = user_data;
  gsize mac_length = HS_LEDGER_MAC_BYTES;

  if (countdown != NULL && *countdown > 0 && --*countdown == 0)
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_DENIED, "the MAC was told to fail");
      return FALSE;
    }
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA256, key, sizeof key);
  g_hmac_update (hmac, row, (gssize)length);
  g_hmac_get_digest (hmac, mac, &mac_length);
  return TRUE;
}

HsLedger *
hs_fixture_open (const char *folder, GError **error)
{
  HsLedgerSetup setup = { .folder = folder, .mac = hs_fixture_mac };

  memcpy (setup.new_stream, hs_fixture_stream, sizeof setup.new_stream);
  return hs_ledger_open (&setup, error);
}

void
hs_fixture_restart (const char *folder, HsLedger **ledger, HsLedgerContents **contents)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (contents, hs_ledger_contents_free);
  g_clear_pointer (ledger, hs_ledger_free);
  *ledger = hs_fixture_open (folder, &error);
  HS_ASSERT_NO_ERROR (error);
  *contents = hs_ledger_load (*ledger, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_INT_EQ ((*contents)->damaged->len, 0);
}

gboolean
hs_fixture_commit (HsLedger *ledger, HsLedgerBatch *batch, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hs_ledger_commit_async (ledger, batch, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  return hs_ledger_commit_finish (ledger, result, error);
}

HsId
hs_fixture_id (guint8 number)
{
  HsId id;

  memset (id.bytes, number, sizeof id.bytes);
  return id;
}

HsJob *
hs_fixture_job (guint8 number)
{
  HsJob *job = hs_job_new ();

  job->id = hs_fixture_id (number);
  job->ipp_id = 1000u + number;
  job->state = HS_JOB_HELD;
  job->reasons = HS_REASON_RELEASE_WAIT;
  job->owner_kind = HS_OWNER_PROVEN;
  job->owner = hs_fixture_id ((guint8)(number + 1));
  job->owner_uid = 1001;
  job->maker = hs_fixture_id ((guint8)(number + 2));
  job->format = g_strdup ("application/pdf");
  job->size_bytes = G_GUINT64_CONSTANT (5) << 32;
  job->impressions = 3;
  job->impressions_source = HS_COUNT_MEASURED;
  job->colour = HS_COLOUR_COLOUR;
  job->sides = HS_SIDES_TWO_LONG;
  job->copies = 2;
  job->media = g_strdup ("iso_a4_210x297mm");
  job->created_at_us = 1700000000000000 + number;
  job->sealed_at_us = 1700000000100000;
  job->expires_at_us = 1700086400000000;
  job->finished_at_us = 1700000900000000;
  memset (job->header_mac, 0x11, sizeof job->header_mac);
  memset (job->stanza_digest, 0x12, sizeof job->stanza_digest);
  job->sealed_bytes = (G_GUINT64_CONSTANT (5) << 32) + 200;
  memset (job->release_e, 0x13, sizeof job->release_e);
  job->release_epoch = 2811;
  job->recipients = g_strdupv ((char *[]){ (char *)"owner", (char *)"release", NULL });
  job->printer = hs_fixture_id ((guint8)(number + 3));
  job->release_command = hs_fixture_id ((guint8)(number + 4));
  job->progress = HS_DELIVERY_SENDING;
  job->printer_job_id = 77;
  job->attempts = 2;
  job->cancel_wanted = TRUE;
  job->failure = g_strdup ("The printer is out of paper.");
  job->result_impressions = 6;
  job->result_sheets = 4;
  job->result_counted = TRUE;
  job->offline = TRUE;
  return job;
}

HsLedgerBatch *
hs_fixture_put (guint8 number)
{
  HsLedgerBatch *batch = hs_ledger_batch_new ();
  g_autoptr (HsJob) job = hs_fixture_job (number);

  hs_ledger_batch_put_job (batch, job, HS_EFFECT_ANNOUNCE, NULL);
  return batch;
}

#define ASSERT_SAME_NUMBER(field) HS_ASSERT_INT_EQ (left->field, right->field)
#define ASSERT_SAME_TEXT(field) HS_ASSERT_STR_EQ (left->field, right->field)
#define ASSERT_SAME_BYTES(field)                                                                   \
  HS_ASSERT_BYTES_EQ (&left->field, sizeof left->field, &right->field, sizeof right->field)

void
hs_fixture_assert_jobs_equal (const HsJob *left, const HsJob *right)
{
  ASSERT_SAME_BYTES (id);
  ASSERT_SAME_NUMBER (ipp_id);
  ASSERT_SAME_NUMBER (state);
  ASSERT_SAME_NUMBER (reasons);
  ASSERT_SAME_NUMBER (owner_kind);
  ASSERT_SAME_BYTES (owner);
  ASSERT_SAME_NUMBER (owner_uid);
  ASSERT_SAME_BYTES (maker);
  ASSERT_SAME_TEXT (format);
  ASSERT_SAME_NUMBER (size_bytes);
  ASSERT_SAME_NUMBER (impressions);
  ASSERT_SAME_NUMBER (impressions_source);
  ASSERT_SAME_NUMBER (colour);
  ASSERT_SAME_NUMBER (sides);
  ASSERT_SAME_NUMBER (copies);
  ASSERT_SAME_TEXT (media);
  ASSERT_SAME_NUMBER (created_at_us);
  ASSERT_SAME_NUMBER (sealed_at_us);
  ASSERT_SAME_NUMBER (expires_at_us);
  ASSERT_SAME_NUMBER (finished_at_us);
  ASSERT_SAME_BYTES (header_mac);
  ASSERT_SAME_BYTES (stanza_digest);
  ASSERT_SAME_NUMBER (sealed_bytes);
  ASSERT_SAME_BYTES (release_e);
  ASSERT_SAME_NUMBER (release_epoch);
  HS_ASSERT ((left->recipients == NULL) == (right->recipients == NULL));
  HS_ASSERT (left->recipients == NULL
             || g_strv_equal ((const char *const *)left->recipients,
                              (const char *const *)right->recipients));
  ASSERT_SAME_BYTES (printer);
  ASSERT_SAME_BYTES (release_command);
  ASSERT_SAME_NUMBER (progress);
  ASSERT_SAME_NUMBER (printer_job_id);
  ASSERT_SAME_NUMBER (sent_bytes);
  ASSERT_SAME_NUMBER (printer_job_state);
  ASSERT_SAME_BYTES (left_printer);
  ASSERT_SAME_NUMBER (left_job_id);
  ASSERT_SAME_NUMBER (intents);
  ASSERT_SAME_NUMBER (attempts);
  ASSERT_SAME_NUMBER (cancel_wanted);
  ASSERT_SAME_TEXT (failure);
  ASSERT_SAME_NUMBER (result_impressions);
  ASSERT_SAME_NUMBER (result_sheets);
  ASSERT_SAME_NUMBER (result_counted);
  ASSERT_SAME_NUMBER (offline);
}

GBytes *
hs_fixture_encode (guint64 n, const char *prev, gconstpointer data, GError **error)
{
  if (strcmp (data, "fail") == 0)
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID, "the record was told to fail");
      return NULL;
    }
  char *text = g_strdup_printf ("%" G_GUINT64_FORMAT " %s %s", n, prev, (const char *)data);
  return g_bytes_new_take (text, strlen (text));
}
