/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Replies of printers, good and bad. */

#include "ipp/replies.h"

#include "base/error.h"
#include "ipp/message.h"
#include "support/suite.h"

static ipp_t *
make_reply (ipp_status_t status)
{
  ipp_t *reply = ippNew ();

  ippSetVersion (reply, 2, 0);
  ippSetStatusCode (reply, status);
  ippSetRequestId (reply, 1);
  ippAddString (reply, IPP_TAG_OPERATION, IPP_TAG_CHARSET, "attributes-charset", NULL, "utf-8");
  ippAddString (reply, IPP_TAG_OPERATION, IPP_TAG_LANGUAGE, "attributes-natural-language", NULL,
                "en");
  return reply;
}

static void
add_job (ipp_t *reply, int id, int state, const char *name)
{
  ippAddInteger (reply, IPP_TAG_JOB, IPP_TAG_INTEGER, "job-id", id);
  ippAddInteger (reply, IPP_TAG_JOB, IPP_TAG_ENUM, "job-state", state);
  ippAddString (reply, IPP_TAG_JOB, IPP_TAG_KEYWORD, "job-state-reasons", NULL, "job-printing");
  ippAddString (reply, IPP_TAG_JOB, IPP_TAG_NAME, "job-name", NULL, name);
}

static HsIppReply *
decode (ipp_t *message)
{
  g_autoptr (ipp_t) owned = message;
  g_autoptr (GBytes) bytes = hs_ipp_message_encode (owned);
  g_autoptr (GError) error = NULL;
  HsIppReply *reply = hs_ipp_reply_decode (bytes, &error);

  HS_ASSERT_NO_ERROR (error);
  return reply;
}

static void
jobs_are_read (void)
{
  g_autoptr (HsIppReply) reply = NULL;
  const HsIppJob *job;
  ipp_t *message = make_reply (IPP_STATUS_OK);

  add_job (message, 7, IPP_JSTATE_COMPLETED, "Document 1a2b3c");
  ippAddInteger (message, IPP_TAG_JOB, IPP_TAG_INTEGER, "job-impressions-completed", 3);
  ippAddInteger (message, IPP_TAG_JOB, IPP_TAG_INTEGER, "job-media-sheets-completed", 2);
  ippAddSeparator (message);
  add_job (message, 8, IPP_JSTATE_PENDING, "Document 000000");
  ippAddSeparator (message);
  add_job (message, 9, IPP_JSTATE_PENDING, "Document 1a2b3c");
  reply = decode (message);

  HS_ASSERT_INT_EQ (reply->verdict, HS_IPP_DONE);
  HS_ASSERT_INT_EQ (reply->jobs->len, 3);
  job = hs_ipp_reply_get_job (reply);
  HS_ASSERT_INT_EQ (job->id, 7);
  HS_ASSERT_INT_EQ (job->state, HS_IPP_JOB_COMPLETED);
  HS_ASSERT (hs_ipp_job_is_over (job));
  HS_ASSERT (job->counted);
  HS_ASSERT_INT_EQ (job->impressions, 3);
  HS_ASSERT_INT_EQ (job->sheets, 2);
  HS_ASSERT (hs_ipp_job_has_reason (job, "job-printing"));
  HS_ASSERT_INT_EQ (hs_ipp_reply_find_jobs (reply, "Document 1a2b3c", &job), 2);
  HS_ASSERT_INT_EQ (job->id, 7);
  HS_ASSERT_INT_EQ (hs_ipp_reply_find_jobs (reply, "Document 000000", &job), 1);
  HS_ASSERT_INT_EQ (job->id, 8);
  HS_ASSERT (!hs_ipp_job_is_over (job));
  HS_ASSERT (!job->counted);
  HS_ASSERT_INT_EQ (hs_ipp_reply_find_jobs (reply, "Document", &job), 0);
  HS_ASSERT (job == NULL);
}

static void
every_status_has_a_verdict_and_a_sentence (void)
{
  for (int status = 0; status <= 0x0600; status++)
    {
      g_autoptr (HsIppReply) reply = decode (make_reply ((ipp_status_t)status));

      HS_ASSERT_INT_EQ (reply->status, status);
      HS_ASSERT ((reply->verdict == HS_IPP_DONE) == (status <= 0xff));
      HS_ASSERT (*hs_ipp_verdict_to_sentence (reply->verdict) != '\0');
    }
}

static void
statuses_are_told_apart (void)
{
  static const struct
  {
    int status;
    HsIppVerdict verdict;
  } rows[] = { { 0x0001, HS_IPP_DONE },           { 0x0507, HS_IPP_BUSY },
               { 0x0505, HS_IPP_BUSY },           { 0x0506, HS_IPP_NOT_ACCEPTING },
               { 0x0402, HS_IPP_AUTHENTICATION }, { 0x0406, HS_IPP_NOT_FOUND },
               { 0x0404, HS_IPP_NOT_POSSIBLE },   { 0x0501, HS_IPP_NO_OPERATION },
               { 0x0503, HS_IPP_NO_VERSION },     { 0x040a, HS_IPP_NO_FORMAT },
               { 0x040b, HS_IPP_NO_ATTRIBUTES },  { 0x0508, HS_IPP_CANCELLED },
               { 0x0504, HS_IPP_DEVICE_ERROR },   { 0x0500, HS_IPP_REFUSED } };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (HsIppReply) reply = decode (make_reply ((ipp_status_t)rows[i].status));
      HS_ASSERT_INT_EQ (reply->verdict, rows[i].verdict);
    }
}

static void
every_truncation_is_refused (void)
{
  g_autoptr (ipp_t) message = make_reply (IPP_STATUS_OK);
  g_autoptr (GBytes) bytes = NULL;
  gsize length;

  add_job (message, 7, IPP_JSTATE_COMPLETED, "Document 1a2b3c");
  bytes = hs_ipp_message_encode (message);
  length = g_bytes_get_size (bytes);
  for (gsize cut = 0; cut < length; cut++)
    {
      /* A block of its own size, so that a read beyond the end shows under ASan and valgrind. */
      g_autoptr (GBytes) part
          = g_bytes_new_take (g_memdup2 (g_bytes_get_data (bytes, NULL), cut), cut);
      g_autoptr (GError) error = NULL;
      g_autoptr (HsIppReply) reply = hs_ipp_reply_decode (part, &error);

      HS_ASSERT (reply == NULL);
      HS_ASSERT_ERROR (error, HS_ERROR_CORRUPT);
    }
}

static void
strange_types_are_not_believed (void)
{
  g_autoptr (HsIppReply) reply = NULL;
  const HsIppJob *job;
  ipp_t *message = make_reply (IPP_STATUS_OK);

  ippAddString (message, IPP_TAG_JOB, IPP_TAG_KEYWORD, "job-id", NULL, "seven");
  ippAddInteger (message, IPP_TAG_JOB, IPP_TAG_ENUM, "job-state", 99);
  ippAddInteger (message, IPP_TAG_JOB, IPP_TAG_INTEGER, "job-impressions-completed", -5);
  ippAddInteger (message, IPP_TAG_JOB, IPP_TAG_INTEGER, "job-state-reasons", 1);
  ippAddInteger (message, IPP_TAG_JOB, IPP_TAG_INTEGER, "job-name", 1);
  reply = decode (message);
  job = hs_ipp_reply_get_job (reply);
  HS_ASSERT_INT_EQ (job->id, 0);
  HS_ASSERT_INT_EQ (job->state, HS_IPP_JOB_UNKNOWN);
  HS_ASSERT (!job->counted);
  HS_ASSERT (job->name == NULL);
  HS_ASSERT (job->reasons[0] == NULL);
}

static void
texts_are_made_safe (void)
{
  g_autofree char *text = hs_ipp_text_dup_safe ("a\x1b[31mb\xff\nc");
  g_autofree char *filler = g_strnfill (1000, 'x');
  g_autofree char *text_long = hs_ipp_text_dup_safe (filler);
  g_autofree char *umlauts = hs_ipp_text_dup_safe ("ä");

  HS_ASSERT_STR_EQ (text, "a [31mb\xef\xbf\xbd c");
  HS_ASSERT_INT_EQ (strlen (text_long), HS_IPP_TEXT_MAX_BYTES);
  HS_ASSERT_STR_EQ (umlauts, "ä");
  HS_ASSERT (hs_ipp_text_dup_safe ("") == NULL);
}

HS_SUITE ("ipp replies",
          { "jobs are read, each group for itself", jobs_are_read },
          { "every status has a verdict and a sentence",
            every_status_has_a_verdict_and_a_sentence },
          { "statuses are told apart by what we can do", statuses_are_told_apart },
          { "a reply cut at any byte is refused", every_truncation_is_refused },
          { "values of strange types are not believed", strange_types_are_not_believed },
          { "texts of a printer are made safe to show", texts_are_made_safe })
