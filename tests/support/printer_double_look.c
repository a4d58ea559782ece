/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The printer that misbehaves: what a test tells it and asks of it. */

#include "support/printer_double_private.h"

const char *
hs_printer_double_get_uri (HsPrinterDouble *printer)
{
  return printer->uri;
}

const HsTestIdentity *
hs_printer_double_get_identity (HsPrinterDouble *printer)
{
  return printer->identity;
}

HsHttpDouble *
hs_printer_double_get_server (HsPrinterDouble *printer)
{
  return printer->server;
}

void
hs_printer_double_set_witness (HsPrinterDouble *printer, HsPrinterDoubleWitness witness)
{
  printer->witness = witness;
}

static void
take_identity (HsPrinterDouble *printer, HsTestIdentity *identity)
{
  if (printer->identity != printer->own_identity)
    hs_test_identity_free (printer->identity);
  printer->identity = identity;
  hs_http_double_set_identity (printer->server, identity->certificate_pem, identity->key_pem);
}

void
hs_printer_double_change_key (HsPrinterDouble *printer)
{
  take_identity (printer, hs_test_identity_new ("127.0.0.1"));
}

void
hs_printer_double_take_own_key (HsPrinterDouble *printer)
{
  take_identity (printer, printer->own_identity);
}

void
hs_printer_double_restart (HsPrinterDouble *printer, gboolean forgets)
{
  g_mutex_lock (&printer->mutex);
  for (guint i = 0; i < printer->jobs->len; i++)
    {
      HsPrinterDoubleJob *job = &g_array_index (printer->jobs, HsPrinterDoubleJob, i);

      if (job->state < IPP_JSTATE_CANCELED)
        {
          job->state = IPP_JSTATE_ABORTED;
          g_strlcpy (job->reason, "aborted-by-system", sizeof job->reason);
        }
      job->is_forgotten |= forgets;
    }
  if (forgets)
    printer->next_id = HS_DOUBLE_FIRST_ID;
  g_mutex_unlock (&printer->mutex);
  hs_http_double_drop_all (printer->server);
}

void
hs_printer_double_finish_all (HsPrinterDouble *printer)
{
  g_mutex_lock (&printer->mutex);
  for (guint i = 0; i < printer->jobs->len; i++)
    {
      HsPrinterDoubleJob *job = &g_array_index (printer->jobs, HsPrinterDoubleJob, i);

      if (job->documents > 0 && job->state < IPP_JSTATE_CANCELED)
        hs_printer_double_complete (printer, job);
    }
  g_mutex_unlock (&printer->mutex);
}

void
hs_printer_double_set_manners (HsPrinterDouble *printer, const HsPrinterManners *manners)
{
  g_mutex_lock (&printer->mutex);
  printer->manners = *manners;
  g_mutex_unlock (&printer->mutex);
}

void
hs_printer_double_set_fault (
    HsPrinterDouble *printer, ipp_op_t operation, HsPrinterFault fault, guint64 value, guint times)
{
  g_mutex_lock (&printer->mutex);
  printer->faults[operation] = (HsDoubleFault){ fault, value, times };
  g_mutex_unlock (&printer->mutex);
}

void
hs_printer_double_finish_job (
    HsPrinterDouble *printer, int id, int state, const char *reason, int impressions)
{
  g_mutex_lock (&printer->mutex);
  for (guint i = 0; i < printer->jobs->len; i++)
    {
      HsPrinterDoubleJob *job = &g_array_index (printer->jobs, HsPrinterDoubleJob, i);

      if (job->id != id || job->is_forgotten)
        continue;
      if (state == IPP_JSTATE_COMPLETED)
        hs_printer_double_complete (printer, job);
      job->state = state;
      job->impressions = impressions;
      g_strlcpy (job->reason, reason, sizeof job->reason);
    }
  g_mutex_unlock (&printer->mutex);
}

/* ── questions ─────────────────────────────────────────────────────────────────────────────── */

guint
hs_printer_double_count_jobs (HsPrinterDouble *printer)
{
  guint count;

  g_mutex_lock (&printer->mutex);
  count = printer->jobs->len;
  g_mutex_unlock (&printer->mutex);
  return count;
}

HsPrinterDoubleJob
hs_printer_double_get_job (HsPrinterDouble *printer, guint index)
{
  HsPrinterDoubleJob job = { 0 };

  g_mutex_lock (&printer->mutex);
  if (index < printer->jobs->len)
    job = g_array_index (printer->jobs, HsPrinterDoubleJob, index);
  g_mutex_unlock (&printer->mutex);
  return job;
}

gboolean
hs_printer_double_get_paper (HsPrinterDouble *printer, guint index, HsPrinterDoublePaper *paper)
{
  gboolean found;

  g_mutex_lock (&printer->mutex);
  found = index < printer->papers->len;
  if (found)
    *paper = g_array_index (printer->papers, HsPrinterDoublePaper, index);
  g_mutex_unlock (&printer->mutex);
  return found;
}

guint
hs_printer_double_count_prints (HsPrinterDouble *printer)
{
  guint prints;

  g_mutex_lock (&printer->mutex);
  prints = printer->prints;
  g_mutex_unlock (&printer->mutex);
  return prints;
}

guint
hs_printer_double_count_asked (HsPrinterDouble *printer, ipp_op_t operation)
{
  guint asked;

  g_mutex_lock (&printer->mutex);
  asked = printer->asked[operation];
  g_mutex_unlock (&printer->mutex);
  return asked;
}

char *
hs_printer_double_dup_log (HsPrinterDouble *printer)
{
  char *log;

  g_mutex_lock (&printer->mutex);
  log = g_strdup (printer->log->str);
  g_mutex_unlock (&printer->mutex);
  return log;
}
