/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What printers answer: whatever it is, reading it ends well, what is shown is safe to show, and a
 * ticket can be fitted to whatever the printer says of itself. */

#include "base/error.h"
#include "fuzz/fuzz.h"
#include "ipp/replies.h"
#include "ipp/ticket_fit.h"

#include <string.h>

#define TEXT_MAX_BYTES 255

static void
check_text (const char *text)
{
  if (text == NULL)
    return;
  FUZZ_CHECK (strlen (text) <= TEXT_MAX_BYTES);
  FUZZ_CHECK (g_utf8_validate (text, -1, NULL));
  for (; *text != '\0'; text++)
    FUZZ_CHECK (!g_ascii_iscntrl (*text));
}

static void
check_texts (char **texts)
{
  FUZZ_CHECK (texts != NULL);
  for (gsize i = 0; texts[i] != NULL; i++)
    check_text (texts[i]);
}

static void
check_reply (GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsIppReply) reply = hs_ipp_reply_decode (bytes, &error);

  FUZZ_CHECK ((reply == NULL) == (error != NULL));
  if (reply == NULL)
    return;
  FUZZ_CHECK ((reply->verdict == HS_IPP_DONE) == (reply->status <= 0xff));
  check_text (reply->message);
  check_texts (reply->unsupported);
  for (guint i = 0; i < reply->jobs->len; i++)
    {
      const HsIppJob *job = g_ptr_array_index (reply->jobs, i);

      FUZZ_CHECK (job->id <= G_MAXINT32);
      FUZZ_CHECK (job->state == HS_IPP_JOB_UNKNOWN
                  || (job->state >= HS_IPP_JOB_PENDING && job->state <= HS_IPP_JOB_COMPLETED));
      check_text (job->name);
      check_texts (job->reasons);
    }
}

static void
check_printer (GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsCapabilities) capabilities = hs_capabilities_decode (bytes, &error);
  g_autoptr (HsTicketFit) fit = NULL;
  g_autoptr (HsJob) job = hs_job_new ();
  g_autofree char *obstacle = NULL;
  g_autofree char *remark = NULL;

  FUZZ_CHECK ((capabilities == NULL) == (error != NULL));
  if (capabilities == NULL)
    return;
  obstacle = hs_capabilities_dup_obstacle (capabilities);
  remark = hs_capabilities_dup_remark (capabilities);
  FUZZ_CHECK (obstacle == NULL || g_utf8_validate (obstacle, -1, NULL));
  check_text (hs_capabilities_get_model (capabilities));
  /* The printer's own attributes serve as the ticket: every type meets its own "-supported". */
  job->format = g_strdup ("application/pdf");
  job->ticket = g_bytes_ref (bytes);
  fit = hs_ticket_fit_new (job, capabilities, &error);
  FUZZ_CHECK ((fit == NULL) == (error != NULL));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);

  check_reply (bytes);
  check_printer (bytes);
  return 0;
}
