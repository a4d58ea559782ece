/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Jobs and printers as the control API shows them. */

#include "support/tray_fixture.h"

HsControlJob *
hs_tray_fixture_job (const char *id, HsJobState state, gint64 age_s)
{
  static const struct
  {
    HsJobState state;
    const char *reason;
  } reasons[] = { { HS_JOB_HELD, "release-wait" },   { HS_JOB_RECEIVING, "incoming" },
                  { HS_JOB_DELIVERING, "printing" }, { HS_JOB_UNCERTAIN, "uncertain" },
                  { HS_JOB_DELIVERED, "completed" }, { HS_JOB_CANCELLED, "cancelled-by-user" },
                  { HS_JOB_FAILED, "damaged" } };
  HsControlJob *job = g_new0 (HsControlJob, 1);
  const char *reason = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (reasons[i].state == state)
      reason = reasons[i].reason;
  job->id = g_strdup (id);
  job->name = g_strdup ("Lease.pdf");
  job->titled = TRUE;
  job->state = state;
  job->reasons = g_new0 (char *, 2);
  job->reasons[0] = g_strdup (reason);
  job->sentence = g_strdup (
      reason != NULL ? hs_job_reasons_to_sentence (hs_job_reason_from_keyword (reason)) : "");
  job->format = g_strdup ("application/pdf");
  job->size_bytes = 4800000;
  job->pages = 3;
  job->pages_source = g_strdup ("measured");
  job->colour = g_strdup ("colour");
  job->sides = g_strdup ("two-sided-long-edge");
  job->copies = 1;
  job->media = g_strdup ("iso_a4_210x297mm");
  job->created_us = HS_TRAY_FIXTURE_NOW - age_s * G_USEC_PER_SEC;
  job->expires_us = job->created_us + (gint64)8 * 3600 * G_USEC_PER_SEC;
  if (hs_job_state_is_final (state))
    job->finished_us = job->created_us + 60 * G_USEC_PER_SEC;
  job->recipients = g_strsplit ("owner release", " ", -1);
  return job;
}

HsControlPrinter *
hs_tray_fixture_printer (const char *id, const char *name, gboolean used_before)
{
  HsControlPrinter *printer = g_new0 (HsControlPrinter, 1);

  printer->id = g_strdup (id);
  printer->name = g_strdup (name);
  printer->location = g_strdup ("2nd floor, by the kitchen");
  printer->state = g_strdup ("ready");
  printer->sentence = g_strdup ("");
  printer->trust = g_strdup ("pinned");
  printer->used_before = used_before;
  printer->seen_us = HS_TRAY_FIXTURE_NOW;
  return printer;
}

HsControlStatus *
hs_tray_fixture_status (void)
{
  HsControlStatus *status = g_new0 (HsControlStatus, 1);

  status->version = g_strdup (HS_VERSION);
  status->ready = TRUE;
  status->enrolled = TRUE;
  status->organisation = g_strdup ("Example Organisation");
  status->site_online = TRUE;
  status->site_since_us = HS_TRAY_FIXTURE_NOW - (gint64)3600 * G_USEC_PER_SEC;
  status->offline_policy = g_strdup ("print");
  status->offline_until_us = HS_TRAY_FIXTURE_NOW + (gint64)86400 * G_USEC_PER_SEC;
  status->offline_pages = 40;
  status->key = g_strdup ("unlocked");
  status->mode = g_strdup ("personal");
  status->escrow = g_new0 (char *, 1);
  return status;
}
