/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Jobs of other queues: core/wire/local_job. */

#include "core/wire/announce.h"
#include "core/wire/event_record.h"
#include "core/wire/local_job.h"
#include "support/suite.h"
#include "support/wire_cases.h"

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"
#define U1 "00112233-4455-6677-8899-aabbccddeeff"

static const guint8 sealed_bytes[] = "age-encryption.org/v1, pretended";

static HsLocalJob *
make_job (void)
{
  HsLocalJob *job = g_new0 (HsLocalJob, 1);

  HS_ASSERT (hs_id_parse (U1, &job->job));
  job->queue = g_strdup ("Laser");
  job->printer = job->job;
  job->printer.bytes[0] = 1;
  job->owner = job->job;
  job->owner.bytes[0] = 2;
  job->owner_source = HS_OWNER_SOURCE_CLAIMED;
  job->outcome = HS_JOB_DELIVERED;
  job->impressions = 5;
  job->sheets = 3;
  job->counted = TRUE;
  job->colour = HS_COLOUR_MONOCHROME;
  job->created_at_us = 1000;
  job->finished_at_us = 2000;
  job->title = g_strdup ("Secret plan");
  job->sealed_title = g_bytes_new_static (sealed_bytes, sizeof sealed_bytes);
  return job;
}

static char *
dup_body (const HsLocalJob *job, HsTitlePolicy title_policy)
{
  g_autoptr (json_t) body = hs_local_job_encode (job, title_policy);

  return hs_json_encode (body);
}

static HsLocalJob *
decode_text (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (json_t) body
      = hs_json_parse ("body", text, strlen (text), HS_RECORD_MAX_BYTES, &error);
  HsLocalJob *job = body != NULL ? hs_local_job_decode (body, &error) : NULL;

  HS_ASSERT_NO_ERROR (error);
  return job;
}

static gboolean
decode (const char *bytes, gsize length, GError **error)
{
  g_autoptr (json_t) body = hs_json_parse ("body", bytes, length, HS_RECORD_MAX_BYTES, error);
  g_autoptr (HsLocalJob) job = body != NULL ? hs_local_job_decode (body, error) : NULL;

  return job != NULL;
}

static void
it_arrives_as_it_was_told (void)
{
  g_autoptr (HsLocalJob) job = make_job ();
  g_autofree char *text = dup_body (job, HS_TITLE_POLICY_FULL);
  g_autoptr (HsLocalJob) read = decode_text (text);

  HS_ASSERT (hs_id_equal (&read->job, &job->job) && hs_id_equal (&read->owner, &job->owner));
  HS_ASSERT (hs_id_equal (&read->printer, &job->printer));
  HS_ASSERT_STR_EQ (read->queue, "Laser");
  HS_ASSERT_INT_EQ (read->owner_source, HS_OWNER_SOURCE_CLAIMED);
  HS_ASSERT_INT_EQ (read->outcome, HS_JOB_DELIVERED);
  HS_ASSERT_INT_EQ (read->impressions, 5);
  HS_ASSERT_INT_EQ (read->sheets, 3);
  HS_ASSERT (read->counted);
  HS_ASSERT_INT_EQ (read->colour, HS_COLOUR_MONOCHROME);
  HS_ASSERT_INT_EQ (read->created_at_us, 1000);
  HS_ASSERT_INT_EQ (read->finished_at_us, 2000);
  HS_ASSERT_STR_EQ (read->title, "Secret plan");
  HS_ASSERT (read->sealed_title == NULL);
  hs_wire_refuses_the_usual (text, NULL, decode);
}

static void
the_policy_says_which_title_goes (void)
{
  g_autoptr (HsLocalJob) job = make_job ();
  g_autofree char *none = dup_body (job, HS_TITLE_POLICY_NONE);
  g_autofree char *sealed = dup_body (job, HS_TITLE_POLICY_SEALED);
  g_autoptr (HsLocalJob) read = decode_text (sealed);

  HS_ASSERT (strstr (none, "Secret") == NULL && strstr (none, "sealed_title") == NULL);
  HS_ASSERT (strstr (sealed, "Secret") == NULL);
  HS_ASSERT (read->title == NULL && g_bytes_equal (read->sealed_title, job->sealed_title));
  g_clear_pointer (&job->sealed_title, g_bytes_unref);
  g_autofree char *without = dup_body (job, HS_TITLE_POLICY_SEALED);
  HS_ASSERT (strstr (without, "Secret") == NULL && strstr (without, "sealed_title") == NULL);
  hs_wire_refuses_with (sealed, "title", "\"both\"", decode);
  hs_wire_refuses_with (sealed, "sealed_title", "\"a+b\"", decode);
  hs_wire_refuses_with (sealed, "sealed_title", "null", decode);
}

static void
an_owner_has_a_source_and_nobody_has_none (void)
{
  g_autoptr (HsLocalJob) job = make_job ();
  g_autofree char *text = dup_body (job, HS_TITLE_POLICY_NONE);

  hs_wire_refuses_with (text, "owner", "null", decode);
  hs_wire_refuses_with (text, "owner_source", "\"none\"", decode);
  hs_wire_refuses_with (text, "owner_source", "\"rumour\"", decode);
  hs_wire_accepts_with (text, "owner_source", "\"proven\"", decode);
  job->owner = (HsId){ 0 };
  job->owner_source = HS_OWNER_SOURCE_NONE;
  g_autofree char *nobody = dup_body (job, HS_TITLE_POLICY_NONE);
  g_autoptr (HsLocalJob) read = decode_text (nobody);
  HS_ASSERT (hs_id_is_zero (&read->owner));
}

static void
only_what_is_over_is_told (void)
{
  g_autoptr (HsLocalJob) job = make_job ();
  g_autofree char *text = dup_body (job, HS_TITLE_POLICY_NONE);

  hs_wire_accepts_with (text, "outcome", "\"cancelled\"", decode);
  hs_wire_accepts_with (text, "outcome", "\"failed\"", decode);
  hs_wire_refuses_with (text, "outcome", "\"held\"", decode);
  hs_wire_refuses_with (text, "outcome", "\"expired\"", decode);
}

static void
the_longest_is_a_record (void)
{
  g_autoptr (HsLocalJob) job = make_job ();
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *bytes = g_malloc0 (HS_ANNOUNCE_MAX_SEALED_TITLE_BYTES);

  g_free (job->queue);
  job->queue = g_strnfill (HS_LOCAL_JOB_MAX_QUEUE_BYTES, '"');
  g_free (job->title);
  job->title = g_strnfill (HS_ANNOUNCE_MAX_TITLE_BYTES, '"');
  g_bytes_unref (job->sealed_title);
  job->sealed_title = g_bytes_new (bytes, HS_ANNOUNCE_MAX_SEALED_TITLE_BYTES);
  for (int policy = HS_TITLE_POLICY_NONE; policy <= HS_TITLE_POLICY_SEALED; policy++)
    {
      g_autoptr (json_t) body = hs_local_job_encode (job, (HsTitlePolicy)policy);
      g_autoptr (GBytes) record
          = hs_event_record_encode (1, ZEROS, HS_RECORD_LOCAL, 1, TRUE, body, &error);
      HS_ASSERT_NO_ERROR (error);
      g_autoptr (HsEventRecord) read = hs_event_record_decode (record, &error);
      HS_ASSERT_NO_ERROR (error);
      HS_ASSERT_INT_EQ (read->kind, HS_RECORD_LOCAL);
      g_autoptr (HsLocalJob) again = hs_local_job_decode (read->body, &error);
      HS_ASSERT_NO_ERROR (error);
    }
}

HS_SUITE ("local jobs",
          { "it arrives as it was told", it_arrives_as_it_was_told },
          { "the policy says which title goes", the_policy_says_which_title_goes },
          { "an owner has a source and nobody has none",
            an_owner_has_a_source_and_nobody_has_none },
          { "only what is over is told", only_what_is_over_is_told },
          { "the longest is a record", the_longest_is_a_record })
